-- Hashes that are looked for, as the acts made them. The hash is ciphertext: under a key of its own entry when a person gave it, under that of its list otherwise.
-- `entry` and `change` count from 1 without a gap, in the order of the acts.
CREATE TABLE bank_entry(
  id BLOB PRIMARY KEY, entry INTEGER NOT NULL UNIQUE, org BLOB NOT NULL, signal TEXT NOT NULL CHECK (signal IN ('pdq','sha256','md5','url')),
  lane TEXT NOT NULL CHECK (lane IN ('adult','minor')), quality INTEGER, front TEXT NOT NULL, hash BLOB NOT NULL, scope BLOB NOT NULL, source TEXT NOT NULL,
  consent TEXT NOT NULL CHECK (consent IN ('share_hash','list')), consent_until INTEGER NOT NULL DEFAULT 0, pass_on INTEGER NOT NULL DEFAULT 0,
  print BLOB REFERENCES print(id), state TEXT NOT NULL CHECK (state IN ('quarantine','active','disputed','withdrawn')), why TEXT NOT NULL DEFAULT '',
  offered INTEGER NOT NULL, change INTEGER NOT NULL UNIQUE, fed INTEGER NOT NULL DEFAULT 0, offered_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_entry_offered ON bank_entry(offered);
CREATE INDEX bank_entry_state ON bank_entry(org, state, entry);
CREATE INDEX bank_entry_source ON bank_entry(org, source, state, entry);
CREATE INDEX bank_entry_print ON bank_entry(print) WHERE print IS NOT NULL;
-- Everything that ever happened to entries. `feed` counts, without a gap and for each lane, those changes that subscribers hear of.
CREATE TABLE bank_change(
  change INTEGER PRIMARY KEY, entry BLOB NOT NULL REFERENCES bank_entry(id), what TEXT NOT NULL CHECK (what IN ('offered','confirmed','disputed','withdrawn')),
  lane TEXT NOT NULL, feed INTEGER, act_seq INTEGER NOT NULL, by_whom TEXT NOT NULL DEFAULT '', at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX bank_change_feed ON bank_change(lane, feed) WHERE feed IS NOT NULL;
CREATE INDEX bank_change_entry ON bank_change(entry, change);
