-- When the person last proved who they are: sharing, erasing and exporting ask for it again after ten minutes.
ALTER TABLE session ADD COLUMN fresh_ms INTEGER NOT NULL DEFAULT 0;
