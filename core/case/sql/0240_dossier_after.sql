-- What happens to a dossier after it was made. What the receiving body said about it: taken over in full, in part, not at all.
CREATE TABLE dossier_receipt(
  id BLOB PRIMARY KEY, dossier BLOB NOT NULL REFERENCES dossier(id), case_id BLOB NOT NULL, org BLOB NOT NULL, authority TEXT NOT NULL,
  took TEXT NOT NULL CHECK (took IN ('full','part','none')), on_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, by_them INTEGER NOT NULL, why BLOB, nonce BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_receipt_of ON dossier_receipt(dossier, at_ms);
CREATE INDEX dossier_receipt_on ON dossier_receipt(on_ms);
-- Links with which somebody without an account fetches the file, until an instant. Only a digest of the secret in the link is kept.
CREATE TABLE dossier_link(token BLOB PRIMARY KEY, dossier BLOB NOT NULL REFERENCES dossier(id), until_ms INTEGER NOT NULL, made_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_link_of ON dossier_link(dossier, made_ms);
