-- Lines that other organisations' witnesses put under our checkpoints, and how each witness fares. Neither is part of the fold: they are
-- other people's acts, and each can be checked by itself.
CREATE TABLE cosignature(size INTEGER NOT NULL, witness TEXT NOT NULL, time_s INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(size, witness)) STRICT, WITHOUT ROWID;
-- size: what it signed last, as far as we know. problem: '' unreachable refuses ahead fork lies. next_ms: not before then.
CREATE TABLE witness(name TEXT PRIMARY KEY, size INTEGER NOT NULL, signed_ms INTEGER NOT NULL, failures INTEGER NOT NULL, next_ms INTEGER NOT NULL, problem TEXT NOT NULL) STRICT, WITHOUT ROWID;
