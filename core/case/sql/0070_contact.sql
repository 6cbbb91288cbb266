-- Where a platform or a body can be reached, and what was agreed about it. Addresses and names are sealed under the organisation.
CREATE TABLE contact(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, of_kind TEXT NOT NULL CHECK (of_kind IN ('platform','body')), holder TEXT NOT NULL,
  purpose TEXT NOT NULL, channel TEXT NOT NULL, lang TEXT NOT NULL, tier INTEGER NOT NULL, response_h INTEGER NOT NULL, agreed_ms INTEGER NOT NULL,
  name BLOB, address BLOB NOT NULL, terms BLOB, added_ms INTEGER NOT NULL, checked_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0, end_why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_holder ON contact(of_kind, holder, ended_ms);
