-- Each person depicted says yes with a code of her own; up to eight. Who made a receipt is its first person, and said yes by making it.
CREATE TABLE consent_receipt_new(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, case_id BLOB NOT NULL REFERENCES case_file(id), type TEXT NOT NULL CHECK (type IN ('sha256','pdq')),
  hash BLOB NOT NULL, service BLOB NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, people INTEGER NOT NULL CHECK (people BETWEEN 1 AND 8),
  ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO consent_receipt_new(id, org, case_id, type, hash, service, from_ms, until_ms, people, ended_ms) SELECT id, org, case_id, type, hash, service, from_ms, until_ms, people, ended_ms FROM consent_receipt;
CREATE TABLE consent_person_new(
  person BLOB PRIMARY KEY, receipt BLOB NOT NULL REFERENCES consent_receipt_new(id), n INTEGER NOT NULL, yes_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO consent_person_new(person, receipt, n, yes_ms) SELECT p.person, p.receipt, p.n, CASE WHEN p.n=1 THEN r.from_ms ELSE 0 END FROM consent_person p JOIN consent_receipt r ON r.id=p.receipt;
DROP TABLE consent_person;
DROP TABLE consent_receipt;
ALTER TABLE consent_receipt_new RENAME TO consent_receipt;
ALTER TABLE consent_person_new RENAME TO consent_person;
CREATE INDEX consent_receipt_case ON consent_receipt(case_id, from_ms);
CREATE INDEX consent_receipt_until ON consent_receipt(until_ms);
CREATE INDEX consent_receipt_ended ON consent_receipt(ended_ms) WHERE ended_ms<>0;
CREATE INDEX consent_person_receipt ON consent_person(receipt, n);
CREATE INDEX consent_person_yes ON consent_person(yes_ms) WHERE yes_ms<>0;
