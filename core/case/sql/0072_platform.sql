-- Platforms as people recorded them: those that the law data does not know, and what is different for those that it does.
CREATE TABLE IF NOT EXISTS platform_hand(
  id BLOB PRIMARY KEY, code TEXT NOT NULL UNIQUE, org BLOB NOT NULL, tags TEXT NOT NULL, seat TEXT NOT NULL, representative TEXT NOT NULL, host TEXT NOT NULL,
  name BLOB, operator BLOB, domains BLOB, representative_name BLOB, why BLOB, made_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
