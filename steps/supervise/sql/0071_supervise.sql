-- One look at one duty of one platform. History is kept: the newest by day counts.
CREATE TABLE platform_check(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, platform TEXT NOT NULL, duty TEXT NOT NULL, result TEXT NOT NULL, see TEXT NOT NULL, age_gate TEXT NOT NULL, on_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, by_user BLOB, method BLOB NOT NULL, evidence BLOB, reply BLOB, reply_org BLOB, reply_ms INTEGER NOT NULL DEFAULT 0, reply_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX platform_check_of ON platform_check(platform, duty, on_ms);
