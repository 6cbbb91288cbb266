-- The time between a right password and its one-time code; the unlocked keys wait under this row's handle.
CREATE TABLE signin_half(token_hash BLOB PRIMARY KEY, user_id BLOB NOT NULL, handle BLOB NOT NULL, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX signin_link_user ON signin_link(user_id);
