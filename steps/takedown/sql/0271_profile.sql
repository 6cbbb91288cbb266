-- Where a recipient's form or interface is, what is needed to use it, and the steps of its form. All ciphertext.
ALTER TABLE recipient ADD COLUMN page BLOB;
ALTER TABLE recipient ADD COLUMN secret BLOB;
ALTER TABLE recipient ADD COLUMN steps BLOB;
-- A notice that a person filed in the recipient's own form: when. The number that it gave stands with the message.
ALTER TABLE notice ADD COLUMN filed_ms INTEGER NOT NULL DEFAULT 0;
