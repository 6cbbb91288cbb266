-- A dossier's file is written anew when stamps and signatures of witnesses come later: the seal and the content stay, the file is another.
-- What was attached to a filing before keeps leading to its dossier.
CREATE TABLE dossier_version(file BLOB PRIMARY KEY, dossier BLOB NOT NULL REFERENCES dossier(id), sha256 BLOB NOT NULL, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO dossier_version(file, dossier, sha256, made_ms) SELECT file, id, sha256, made_ms FROM dossier WHERE file IS NOT NULL;
