-- A sum over each wrap, so that a flipped byte is found and named although only its holder could open it.
ALTER TABLE wrap ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
