-- One daily file of the DSA Transparency Database as it was read: where it came from, what was counted, and the hashes of what was made of it.
CREATE TABLE sor_file(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, slug TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, form TEXT NOT NULL, sha256 BLOB NOT NULL, sha1 BLOB, sha1_state TEXT NOT NULL, bytes INTEGER NOT NULL,
  parts INTEGER NOT NULL, damaged INTEGER NOT NULL, lines INTEGER NOT NULL, row_n INTEGER NOT NULL, repaired INTEGER NOT NULL, quarantined INTEGER NOT NULL, extract_rows INTEGER NOT NULL, published INTEGER,
  cube BLOB NOT NULL, extract BLOB NOT NULL, line_list BLOB NOT NULL, quality BLOB NOT NULL, crosswalk BLOB NOT NULL, prior BLOB, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sor_file_sha ON sor_file(sha256);
CREATE INDEX sor_file_day ON sor_file(day, slug, kind, at_ms);
