-- A version of a dossier for other readers, made from one that stands: fewer fields open, the same facts root. What an objection closes.
CREATE TABLE dossier_part(dossier BLOB PRIMARY KEY REFERENCES dossier(id), parent BLOB NOT NULL REFERENCES dossier(id), version TEXT NOT NULL CHECK (version IN ('public','defence','without'))) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_part_of ON dossier_part(parent);
CREATE TABLE dossier_closed(act BLOB PRIMARY KEY, dossier BLOB NOT NULL REFERENCES dossier(id), location BLOB, finding INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_closed_of ON dossier_closed(dossier);
