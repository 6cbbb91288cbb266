-- One transparency report as it was read: about whom, which period, and the hashes. What it says stands beside it, sealed and packed: names are in it.
CREATE TABLE reported(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, platform TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, form TEXT NOT NULL, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL, files INTEGER NOT NULL,
  sections INTEGER NOT NULL, figure_n INTEGER NOT NULL, blank_n INTEGER NOT NULL, dev_n INTEGER NOT NULL, lost_n INTEGER NOT NULL, prior BLOB, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reported_sha ON reported(org, platform, sha256);
CREATE INDEX reported_of ON reported(org, platform, to_day, at_ms);
CREATE TABLE reported_text(id BLOB PRIMARY KEY REFERENCES reported(id), about BLOB NOT NULL, figures BLOB NOT NULL, devs BLOB NOT NULL) STRICT;
