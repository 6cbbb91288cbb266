-- Lists of hashes from elsewhere: who keeps them, how they come, how far they were read. url and keys are ciphertext under the list's own key.
CREATE TABLE bank_list(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('file','text','stop_ncii')), lane TEXT NOT NULL CHECK (lane IN ('adult','minor')),
  pass_on INTEGER NOT NULL, every_h INTEGER NOT NULL, url BLOB, key BLOB, key2 BLOB, made_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0,
  checkpoint INTEGER NOT NULL DEFAULT 0, read_ms INTEGER NOT NULL DEFAULT 0, good_ms INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
  rows INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, withdrawn INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
  UNIQUE(org, code)
) STRICT, WITHOUT ROWID;
