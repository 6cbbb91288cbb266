-- Stamps of RFC 3161 that were asked for: over the seals of dossiers, and once an hour over the signed tree. One row for each authority. A row
-- without a reply waits. Not part of the fold: a stamp is another's word, and is checked by itself.
CREATE TABLE stamp(
  kind TEXT NOT NULL CHECK (kind IN ('seal','tree')), digest BLOB NOT NULL, authority TEXT NOT NULL,
  subject BLOB, size INTEGER NOT NULL DEFAULT 0,  -- the dossier; the size of the tree
  asked_ms INTEGER NOT NULL, next_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  reply BLOB, at_ms INTEGER NOT NULL DEFAULT 0, ends_ms INTEGER NOT NULL DEFAULT 0, signer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(kind, digest, authority)
) STRICT, WITHOUT ROWID;
CREATE INDEX stamp_waits ON stamp(next_ms) WHERE reply IS NULL;
CREATE INDEX stamp_subject ON stamp(subject);
CREATE INDEX stamp_asked ON stamp(kind, asked_ms);
