-- What bodies themselves said for the yearly account; an element nobody answered has no row and is printed as missing.
CREATE TABLE account_reply(id BLOB PRIMARY KEY, org BLOB NOT NULL, year INTEGER NOT NULL, authority TEXT NOT NULL, element TEXT NOT NULL, text BLOB NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_reply_one ON account_reply(org, year, authority, element);
-- Figures as last counted, so that the public page costs nothing; operations, not part of the fold: counted again whenever asked.
CREATE TABLE account_figure(year INTEGER NOT NULL, place INTEGER NOT NULL, tbl TEXT NOT NULL, key TEXT NOT NULL, col TEXT NOT NULL, value REAL, behind INTEGER NOT NULL, hidden INTEGER NOT NULL, PRIMARY KEY(year, place)) STRICT, WITHOUT ROWID;
CREATE TABLE account_counted(year INTEGER PRIMARY KEY, acts INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT;
