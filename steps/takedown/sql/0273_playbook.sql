-- What goes by itself in an organisation, and what a person signs. A step without a row is as the house begins (playbook.c).
CREATE TABLE playbook(org BLOB NOT NULL REFERENCES org(id), step TEXT NOT NULL, self INTEGER NOT NULL, most INTEGER NOT NULL, every_h INTEGER NOT NULL, changed_ms INTEGER NOT NULL, PRIMARY KEY(org, step)) STRICT, WITHOUT ROWID;
-- Working hours of a recipient where somebody said so ("mf:9-17"); only reminders wait for them.
ALTER TABLE recipient ADD COLUMN hours TEXT NOT NULL DEFAULT '';
CREATE INDEX notice_reminder ON notice(recipient, form, made_ms);
