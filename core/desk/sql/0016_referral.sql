-- Cases handed to somebody else to act on: the hotline (address and kind only), or help for the person.
CREATE TABLE referral(id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), to_code TEXT NOT NULL, way TEXT NOT NULL, links INTEGER NOT NULL, by_user BLOB, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX referral_case ON referral(case_id, at_ms);
