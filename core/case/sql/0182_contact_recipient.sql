-- Contact points of recipients that are no platform of the register, as well.
CREATE TABLE contact_new(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, of_kind TEXT NOT NULL CHECK (of_kind IN ('platform','body','recipient')), holder TEXT NOT NULL,
  purpose TEXT NOT NULL, channel TEXT NOT NULL, lang TEXT NOT NULL, tier INTEGER NOT NULL, response_h INTEGER NOT NULL, agreed_ms INTEGER NOT NULL,
  name BLOB, address BLOB NOT NULL, terms BLOB, added_ms INTEGER NOT NULL, checked_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0, end_why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO contact_new SELECT * FROM contact;
DROP TABLE contact;
ALTER TABLE contact_new RENAME TO contact;
CREATE INDEX contact_holder ON contact(of_kind, holder, ended_ms);
