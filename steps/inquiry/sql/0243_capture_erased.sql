-- An exhibit whose content was erased: the row stays, as a tombstone with its date and ground.
ALTER TABLE capture ADD COLUMN erased_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE capture ADD COLUMN erased_why TEXT NOT NULL DEFAULT '';
