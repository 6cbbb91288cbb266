-- Consent receipts that people of this instance gave. What was hashed and for whom is ciphertext under the case's key; persons are hashes of codes that only they hold.
CREATE TABLE consent_receipt(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, case_id BLOB NOT NULL REFERENCES case_file(id), type TEXT NOT NULL CHECK (type IN ('sha256','pdq')),
  hash BLOB NOT NULL, service BLOB NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, people INTEGER NOT NULL CHECK (people BETWEEN 1 AND 4),
  ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_receipt_case ON consent_receipt(case_id, from_ms);
CREATE INDEX consent_receipt_until ON consent_receipt(until_ms);
CREATE INDEX consent_receipt_ended ON consent_receipt(ended_ms) WHERE ended_ms<>0;
CREATE TABLE consent_person(
  person BLOB PRIMARY KEY, receipt BLOB NOT NULL REFERENCES consent_receipt(id), n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_person_receipt ON consent_person(receipt, n);
