-- A file whose key is sealed under the thing that it belongs to (a capture, a dossier) and not under its case: it can be erased alone.
ALTER TABLE blob ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
CREATE INDEX blob_own ON blob(case_id, of_thing) WHERE own=1;
CREATE INDEX blob_own_of ON blob(of_thing) WHERE own=1;
CREATE INDEX dossier_version_of ON dossier_version(dossier);
