-- Who can remove what stands at a location, each time it was asked. What was found is ciphertext; the answers lie in the kept file.
CREATE TABLE lookup(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, location BLOB NOT NULL REFERENCES location(id), at_ms INTEGER NOT NULL,
  why TEXT NOT NULL, found INTEGER NOT NULL, changed INTEGER NOT NULL, proof BLOB NOT NULL, result BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_location ON lookup(location, at_ms);
-- What we know better than the registries, for a domain and all below it, with from when to when. All that was typed is ciphertext.
CREATE TABLE lookup_rule(
  id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), kind TEXT NOT NULL CHECK (kind IN ('origin','channel','never','checker')), rung TEXT NOT NULL, country TEXT NOT NULL,
  domain BLOB NOT NULL, name BLOB, mail BLOB, page BLOB, why BLOB NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL DEFAULT 0,
  by_user BLOB, made_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_rule_org ON lookup_rule(org, made_ms);
