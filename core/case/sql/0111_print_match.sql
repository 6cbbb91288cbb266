-- Two photos that may be the same, as each of the two cases sees it. A person decides.
CREATE TABLE print_match(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), print BLOB NOT NULL REFERENCES print(id), other BLOB NOT NULL REFERENCES print(id), other_case BLOB NOT NULL,
  distance INTEGER NOT NULL CHECK (distance BETWEEN 0 AND 31), quality INTEGER NOT NULL, source TEXT NOT NULL, made_ms INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','same','different','gone')), decided_by BLOB, decided_ms INTEGER NOT NULL DEFAULT 0, UNIQUE(print, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX print_match_case ON print_match(case_id, made_ms);
CREATE INDEX print_match_other ON print_match(other);
CREATE INDEX print_in_force ON print(org, id) WHERE ended_ms=0;
