-- How a recipient came here when no person chose it, when a person confirmed it, and how it wants to be asked.
ALTER TABLE recipient ADD COLUMN found TEXT NOT NULL DEFAULT '';
ALTER TABLE recipient ADD COLUMN confirmed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE recipient ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;
-- What a notice was made of, so that the same can be asked of whoever holds the place now.
ALTER TABLE notice ADD COLUMN why BLOB;
ALTER TABLE notice ADD COLUMN extra BLOB;
ALTER TABLE notice ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN territory TEXT NOT NULL DEFAULT '';
