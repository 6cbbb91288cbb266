-- Fingerprints of pictures. hash is ciphertext under the print's own key, and gone as soon as the print is no longer in force.
CREATE TABLE print(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, case_id BLOB NOT NULL REFERENCES case_file(id),
  front TEXT NOT NULL, quality INTEGER NOT NULL, forms INTEGER NOT NULL, hash BLOB,
  uses TEXT NOT NULL, said_by TEXT NOT NULL, given_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '', CHECK ((hash IS NULL) = (ended_ms <> 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX print_case ON print(case_id, given_ms);
CREATE INDEX case_merged ON case_file(merged_into) WHERE merged_into IS NOT NULL;
