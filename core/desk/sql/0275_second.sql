-- What another person makes of a case, without having classified it: a second look, and whether it agrees with the first.
CREATE TABLE second_look(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, by_user BLOB NOT NULL, first TEXT NOT NULL, offence TEXT NOT NULL, age TEXT NOT NULL, agrees INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  UNIQUE(case_id, by_user)
) STRICT, WITHOUT ROWID;
CREATE INDEX second_org ON second_look(org, at_ms);
