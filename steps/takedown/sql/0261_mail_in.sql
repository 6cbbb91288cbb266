-- Mails that came in. With a case: its key seals them. Without one (nobody knows yet what they belong to): a key of their own, which ends with the mail.
CREATE TABLE mail_in(
  id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), case_id BLOB, notice BLOB, mail BLOB, file BLOB NOT NULL,
  kind TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('matched','doubtful','unmatched','discarded')), why TEXT NOT NULL, status TEXT NOT NULL, size INTEGER NOT NULL,
  sender BLOB, subject BLOB, ticket BLOB, text BLOB, at_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL DEFAULT 0, by_user BLOB, reason TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_in_waiting ON mail_in(org, state, at_ms);
CREATE INDEX mail_in_notice ON mail_in(notice, at_ms);
