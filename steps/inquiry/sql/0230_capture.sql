-- Captures as web archives that public players open, in four ways of keeping; what was asked for, what was left out, by which browser. A full one
-- waits for a second person, and is sealed to the key of the authority it is for. (Both tables are made anew: a CHECK cannot be changed in place.)
CREATE TABLE capture_new(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, location BLOB NOT NULL REFERENCES location(id),
  mode TEXT NOT NULL CHECK (mode IN ('text','hash','blur','full')), asked_ms INTEGER NOT NULL, asked_by BLOB,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('held','asked','made','stopped')),
  result TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',
  made_ms INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0, hops INTEGER NOT NULL DEFAULT 0,
  media_type TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', digest BLOB, length INTEGER NOT NULL DEFAULT 0,
  vantage TEXT NOT NULL DEFAULT '', tool TEXT NOT NULL DEFAULT '',
  warc BLOB, warc_sha256 BLOB, warc_size INTEGER NOT NULL DEFAULT 0, text_file BLOB, text_sha256 BLOB,
  form TEXT NOT NULL DEFAULT 'warc' CHECK (form IN ('warc','wacz','age')),
  requests INTEGER NOT NULL DEFAULT 0, left_out INTEGER NOT NULL DEFAULT 0, browser TEXT NOT NULL DEFAULT '', clock TEXT NOT NULL DEFAULT '',
  shot BLOB, shot_sha256 BLOB, recipient TEXT NOT NULL DEFAULT '', seal_to TEXT NOT NULL DEFAULT '', released_by BLOB, released_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO capture_new(id, case_id, org, location, mode, asked_ms, asked_by, state, result, why, made_ms, status, hops, media_type, body, digest, length, vantage, tool, warc, warc_sha256, warc_size, text_file, text_sha256)
  SELECT id, case_id, org, location, mode, asked_ms, asked_by, state, result, why, made_ms, status, hops, media_type, body, digest, length, vantage, tool, warc, warc_sha256, warc_size, text_file, text_sha256 FROM capture;
CREATE TABLE dossier_capture_new(dossier BLOB NOT NULL, capture BLOB NOT NULL REFERENCES capture_new(id), PRIMARY KEY(dossier, capture)) STRICT, WITHOUT ROWID;
INSERT INTO dossier_capture_new SELECT dossier, capture FROM dossier_capture;
DROP TABLE dossier_capture;
DROP TABLE capture;
ALTER TABLE capture_new RENAME TO capture;
ALTER TABLE dossier_capture_new RENAME TO dossier_capture;
CREATE INDEX capture_case ON capture(case_id, asked_ms);
CREATE INDEX capture_location ON capture(location, made_ms);
CREATE INDEX dossier_capture_back ON dossier_capture(capture);
