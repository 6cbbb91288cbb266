-- Who may ask with a key. Names are of organisations; of a key the digest alone.
CREATE TABLE subscriber(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, code TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, lists TEXT NOT NULL, kinds TEXT NOT NULL,
  per_minute INTEGER NOT NULL, per_second INTEGER NOT NULL, made_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0, change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriber_change ON subscriber(change);
CREATE TABLE subscriber_key(
  digest BLOB PRIMARY KEY, subscriber BLOB NOT NULL REFERENCES subscriber(id), made_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriber_key_of ON subscriber_key(subscriber, made_ms);
