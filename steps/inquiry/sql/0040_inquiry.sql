-- A capture: what stood at a location at one moment, asked by a person, made by the server. A failure is a capture too.
CREATE TABLE capture(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, location BLOB NOT NULL REFERENCES location(id),
  mode TEXT NOT NULL CHECK (mode IN ('text','hash')), asked_ms INTEGER NOT NULL, asked_by BLOB,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked','made','stopped')),
  result TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',
  made_ms INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0, hops INTEGER NOT NULL DEFAULT 0,
  media_type TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', digest BLOB, length INTEGER NOT NULL DEFAULT 0,
  vantage TEXT NOT NULL DEFAULT '', tool TEXT NOT NULL DEFAULT '',
  warc BLOB, warc_sha256 BLOB, warc_size INTEGER NOT NULL DEFAULT 0, text_file BLOB, text_sha256 BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX capture_case ON capture(case_id, asked_ms);
CREATE INDEX capture_location ON capture(location, made_ms);
