-- Wrapped keys only, in a store of their own whose backups live seven days: deleting a row here is what makes
-- the content under that key unreadable everywhere (people.md: erasure by destroying wraps).
CREATE TABLE wrap(
  scope BLOB NOT NULL,
  compartment TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  holder_kind TEXT NOT NULL CHECK (holder_kind IN ('store','team','code','user')),
  holder BLOB NOT NULL,
  blob BLOB NOT NULL,
  made_ms INTEGER NOT NULL,
  PRIMARY KEY(scope, compartment, epoch, holder_kind, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX wrap_holder ON wrap(holder_kind, holder);
