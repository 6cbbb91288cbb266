-- Filings at bodies: one row each, with the letter's parts sealed. What happened to it stands in request; every visible act of either side in filing_act.
CREATE TABLE filing(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL,
  ref TEXT NOT NULL UNIQUE, authority TEXT NOT NULL, form TEXT NOT NULL, offence TEXT NOT NULL, platform TEXT NOT NULL, country TEXT NOT NULL, lang TEXT NOT NULL,
  about BLOB,                        -- the earlier filing that a notice of default, status question or appeal is about
  dossier BLOB,                      -- file of the case, kind dossier
  body BLOB, mail BLOB,              -- sealed for the server: the letter's parts, the address
  state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft','signed','sent','withdrawn')),
  channel TEXT NOT NULL DEFAULT '' CHECK (channel IN ('','inbox','mail','hand')),
  to_org BLOB, request BLOB, letter BLOB, signed_by BLOB,
  made_ms INTEGER NOT NULL, signed_ms INTEGER NOT NULL DEFAULT 0, sent_ms INTEGER NOT NULL DEFAULT 0, opened_ms INTEGER NOT NULL DEFAULT 0, promised_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX filing_case ON filing(case_id, made_ms);
CREATE INDEX filing_inbox ON filing(to_org, sent_ms);
CREATE INDEX filing_request ON filing(request);
CREATE TABLE filing_number(org BLOB NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(org, year)) STRICT, WITHOUT ROWID;
CREATE TABLE filing_act(
  id BLOB PRIMARY KEY, filing BLOB NOT NULL REFERENCES filing(id), by_org BLOB NOT NULL, by_authority INTEGER NOT NULL, at_ms INTEGER NOT NULL, on_ms INTEGER NOT NULL,
  what TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, until_ms INTEGER NOT NULL, text BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX filing_act_filing ON filing_act(filing, at_ms);
