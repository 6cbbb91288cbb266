-- Stamps age with the certificate of the authority. A stamp of kind 'again' is over a list (body) of what was stamped before; again: the digest of
-- the list that a stamp stands in. Other tables do not point here, so it is made anew.
CREATE TABLE stamp_new(
  kind TEXT NOT NULL CHECK (kind IN ('seal','tree','again')), digest BLOB NOT NULL, authority TEXT NOT NULL,
  subject BLOB, size INTEGER NOT NULL DEFAULT 0,  -- the dossier; the size of the tree
  asked_ms INTEGER NOT NULL, next_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  reply BLOB, at_ms INTEGER NOT NULL DEFAULT 0, ends_ms INTEGER NOT NULL DEFAULT 0, signer TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '', again BLOB,
  PRIMARY KEY(kind, digest, authority)
) STRICT, WITHOUT ROWID;
INSERT INTO stamp_new(kind, digest, authority, subject, size, asked_ms, next_ms, tries, reply, at_ms, ends_ms, signer)
  SELECT kind, digest, authority, subject, size, asked_ms, next_ms, tries, reply, at_ms, ends_ms, signer FROM stamp;
DROP TABLE stamp;
ALTER TABLE stamp_new RENAME TO stamp;
CREATE INDEX stamp_waits ON stamp(next_ms) WHERE reply IS NULL;
CREATE INDEX stamp_subject ON stamp(subject);
CREATE INDEX stamp_asked ON stamp(kind, asked_ms);
CREATE INDEX stamp_ends ON stamp(ends_ms) WHERE reply IS NOT NULL AND again IS NULL;
-- Dossiers whose seal no witness has signed yet: looked at again when one signs. Those that were made before this table are looked at once.
CREATE TABLE proof_wait(dossier BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO proof_wait(dossier) SELECT id FROM dossier WHERE state='made';
