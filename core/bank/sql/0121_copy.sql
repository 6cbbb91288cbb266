-- A picture that a location answered with, as its hash: ciphertext under the location's key. The picture itself is never kept.
CREATE TABLE sighting(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, case_id BLOB NOT NULL REFERENCES case_file(id), location BLOB NOT NULL REFERENCES location(id),
  quality INTEGER NOT NULL, hash BLOB NOT NULL, seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_location ON sighting(location, seen_ms);
CREATE INDEX sighting_org ON sighting(org, id);
-- Two of the three that lie near each other: a photo of the case, a picture seen at a location, a hash of the bank. A person decides.
CREATE TABLE copy_match(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), print BLOB REFERENCES print(id), sighting BLOB REFERENCES sighting(id), entry BLOB REFERENCES bank_entry(id),
  one BLOB NOT NULL, other BLOB NOT NULL, distance INTEGER NOT NULL CHECK (distance BETWEEN 0 AND 31), quality INTEGER, source TEXT NOT NULL, made_ms INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','same','different')), decided_by BLOB, decided_ms INTEGER NOT NULL DEFAULT 0, UNIQUE(case_id, one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_match_case ON copy_match(case_id, made_ms);
-- How far new hashes of the bank were compared with what the organisation knows.
CREATE TABLE bank_compared(org BLOB PRIMARY KEY, change INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- What each source is worth: of the matches that people decided on, how many were right; and how many entries stand in which state.
CREATE TABLE bank_source_figure(org BLOB NOT NULL, source TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(org, source, what)) STRICT, WITHOUT ROWID;
CREATE INDEX bank_entry_list ON bank_entry(org, offered) WHERE consent='list';
