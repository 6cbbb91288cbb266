-- What was asked of whom, and what came of it: one row for each notice × recipient × location, and for each filing.
CREATE TABLE request(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, subject BLOB NOT NULL, location BLOB,
  kind TEXT NOT NULL CHECK (kind IN ('notice','filing')), rung TEXT NOT NULL, holder TEXT NOT NULL, form TEXT NOT NULL, offence TEXT NOT NULL, country TEXT NOT NULL,
  asked_ms INTEGER NOT NULL, delivery TEXT NOT NULL DEFAULT 'queued' CHECK (delivery IN ('queued','delivered','failed')), delivered_ms INTEGER NOT NULL DEFAULT 0,
  received_ms INTEGER NOT NULL DEFAULT 0, acted_ms INTEGER NOT NULL DEFAULT 0, decided_ms INTEGER NOT NULL DEFAULT 0,
  answers INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX request_case ON request(case_id, asked_ms);
CREATE INDEX request_subject ON request(subject);
CREATE INDEX request_location ON request(location);
CREATE INDEX request_holder ON request(holder, asked_ms);
CREATE INDEX request_year ON request(kind, asked_ms);
-- Each look whether a location is still online: typed, dated, with proof. Unknown is never removed.
CREATE TABLE location_check(
  id BLOB PRIMARY KEY, location BLOB NOT NULL REFERENCES location(id), case_id BLOB NOT NULL, at_ms INTEGER NOT NULL,
  verdict TEXT NOT NULL, why TEXT NOT NULL, vantage TEXT NOT NULL, proof BLOB, removed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX location_check_location ON location_check(location, at_ms);
-- Files say what they are and to which object they belong: capture dossier letter mail attachment.
ALTER TABLE blob ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE blob ADD COLUMN of_thing BLOB;
CREATE INDEX blob_case ON blob(case_id, made_ms);
