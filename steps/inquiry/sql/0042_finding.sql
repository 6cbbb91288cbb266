-- What a dossier says was found, as a person wrote it, and which captures it carries. Text is ciphertext.
CREATE TABLE dossier_capture(dossier BLOB NOT NULL, capture BLOB NOT NULL REFERENCES capture(id), PRIMARY KEY(dossier, capture)) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_capture_back ON dossier_capture(capture);
CREATE TABLE finding(
  id BLOB PRIMARY KEY, dossier BLOB NOT NULL, case_id BLOB NOT NULL, org BLOB NOT NULL, place INTEGER NOT NULL,
  norm TEXT NOT NULL, basis TEXT NOT NULL CHECK (basis IN ('observed','inferred','told')), on_ms INTEGER NOT NULL, by_user BLOB,
  seen BLOB NOT NULL, how BLOB, against BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_dossier ON finding(dossier, place);
