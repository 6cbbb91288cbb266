-- What was taken out as a list: by whom, of which time, with which columns. The list itself is made anew when it is fetched.
CREATE TABLE export_made(id BLOB PRIMARY KEY, org BLOB NOT NULL, by_user BLOB NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, state TEXT NOT NULL, lane TEXT NOT NULL,
  columns INTEGER NOT NULL, anonymous INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX export_made_org ON export_made(org, at_ms);
