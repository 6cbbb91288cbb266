-- Who can be asked to remove something: companies and hotlines. Names and addresses are ciphertext.
CREATE TABLE recipient(
  id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), rung TEXT NOT NULL, platform TEXT NOT NULL, lang TEXT NOT NULL, country TEXT NOT NULL,
  name BLOB NOT NULL, mail BLOB NOT NULL, note BLOB,
  bounces INTEGER NOT NULL DEFAULT 0, bounce_ms INTEGER NOT NULL DEFAULT 0, bounce_code TEXT NOT NULL DEFAULT '',
  made_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX recipient_org ON recipient(org, ended_ms, rung);
-- One notice: what one recipient is asked about one or more locations (each location is a row in request).
-- Of the answer link only the hash stands here in the clear.
CREATE TABLE notice(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, recipient BLOB NOT NULL REFERENCES recipient(id),
  form TEXT NOT NULL, lang TEXT NOT NULL, offence TEXT NOT NULL, lane TEXT NOT NULL, flagger INTEGER NOT NULL, named INTEGER NOT NULL,
  earlier BLOB, items INTEGER NOT NULL, token_hash BLOB NOT NULL UNIQUE, token BLOB NOT NULL,
  until_ms INTEGER NOT NULL, deadline_ms INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','sent','failed','withdrawn')),
  made_ms INTEGER NOT NULL, sent_ms INTEGER NOT NULL DEFAULT 0, opened_ms INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0,
  answered_ms INTEGER NOT NULL DEFAULT 0, confirmed_ms INTEGER NOT NULL DEFAULT 0, withdrawn_ms INTEGER NOT NULL DEFAULT 0, link_closed_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_case ON notice(case_id, made_ms);
CREATE INDEX notice_recipient ON notice(recipient, made_ms);
-- The outbox: each mail about a notice, with every word of it, and what became of it.
CREATE TABLE notice_mail(
  id BLOB PRIMARY KEY, notice BLOB NOT NULL REFERENCES notice(id), case_id BLOB NOT NULL, org BLOB NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('notice','confirm','withdrawal')), lang TEXT NOT NULL, address BLOB NOT NULL, subject BLOB NOT NULL, body BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued','sent','failed','dropped')), tries INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT '', code INTEGER NOT NULL DEFAULT 0, tls TEXT NOT NULL DEFAULT '', reply BLOB, server BLOB, kept BLOB,
  made_ms INTEGER NOT NULL, tried_ms INTEGER NOT NULL DEFAULT 0, sent_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_mail_notice ON notice_mail(notice, made_ms);
-- What a recipient said about one item; a later answer stands beside the earlier one.
CREATE TABLE notice_answer(
  id BLOB PRIMARY KEY, notice BLOB NOT NULL REFERENCES notice(id), request BLOB NOT NULL REFERENCES request(id), case_id BLOB NOT NULL, org BLOB NOT NULL,
  answer TEXT NOT NULL, reason TEXT NOT NULL, via TEXT NOT NULL, by_user BLOB, on_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, note BLOB, contact BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_answer_notice ON notice_answer(notice, at_ms);
CREATE INDEX notice_answer_request ON notice_answer(request, at_ms);
-- Seen online again after it was proven removed.
CREATE TABLE watch_return(id BLOB PRIMARY KEY, case_id BLOB NOT NULL, location BLOB NOT NULL REFERENCES location(id), gone_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX watch_return_case ON watch_return(case_id, at_ms);
