-- What the steps share. Text that a person typed is ciphertext everywhere; clear columns identify no one.
CREATE TABLE thing(id BLOB PRIMARY KEY, kind INTEGER NOT NULL, case_id BLOB, org BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE org(id BLOB PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL, authority TEXT NOT NULL,
  lang TEXT NOT NULL, flagger_id TEXT NOT NULL, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE team(id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), name TEXT NOT NULL, epoch INTEGER NOT NULL, pubkey BLOB NOT NULL, intake INTEGER NOT NULL, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE user_account(id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles INTEGER NOT NULL,
  lang TEXT NOT NULL, active INTEGER NOT NULL, pubkey BLOB, enrolled_ms INTEGER NOT NULL DEFAULT 0, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE member(team BLOB NOT NULL REFERENCES team(id), user_id BLOB NOT NULL REFERENCES user_account(id), since_ms INTEGER NOT NULL, PRIMARY KEY(team, user_id)) STRICT, WITHOUT ROWID;
CREATE INDEX member_user ON member(user_id);
CREATE TABLE case_file(
  id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), team BLOB NOT NULL REFERENCES team(id),
  ref TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, number INTEGER NOT NULL,
  source TEXT NOT NULL, lane TEXT NOT NULL CHECK (lane IN ('adult','minor','unknown')), age_depicted TEXT NOT NULL, for_whom TEXT NOT NULL,
  safety TEXT NOT NULL, what TEXT NOT NULL, wishes TEXT NOT NULL, contact_mode TEXT NOT NULL, lang TEXT NOT NULL,
  risk INTEGER NOT NULL CHECK (risk BETWEEN 1 AND 4), risk_why TEXT NOT NULL,
  active INTEGER NOT NULL,            -- 1 while it belongs in the queue
  claimed_by BLOB, claim_until INTEGER NOT NULL DEFAULT 0,
  turn TEXT NOT NULL,                 -- whose turn: us, platform, authority, victim
  next_due INTEGER NOT NULL, next_duty TEXT NOT NULL,
  locations INTEGER NOT NULL DEFAULT 0, incidents INTEGER NOT NULL DEFAULT 0,
  locator TEXT,                       -- clear part of the receipt code
  opened_ms INTEGER NOT NULL, touched_ms INTEGER NOT NULL, read_ms INTEGER NOT NULL DEFAULT 0,
  paused_ms INTEGER NOT NULL DEFAULT 0, withdrawn_ms INTEGER NOT NULL DEFAULT 0, closed_ms INTEGER NOT NULL DEFAULT 0, close_why TEXT NOT NULL DEFAULT '',
  erased_ms INTEGER NOT NULL DEFAULT 0, merged_into BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX case_queue ON case_file(team, active, risk, next_due);
CREATE INDEX case_touched ON case_file(team, touched_ms);
CREATE UNIQUE INDEX case_locator ON case_file(locator);
CREATE INDEX case_claimed ON case_file(claimed_by, active);
CREATE TABLE case_number(org BLOB NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(org, year)) STRICT, WITHOUT ROWID;
CREATE TABLE incident(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), offence TEXT NOT NULL, online TEXT NOT NULL,
  age_depicted TEXT NOT NULL, age_now TEXT NOT NULL, synthetic TEXT NOT NULL, consent_made TEXT NOT NULL, consent_shared TEXT NOT NULL, threat TEXT NOT NULL,
  money TEXT NOT NULL, list_or_group TEXT NOT NULL, livestream TEXT NOT NULL, gender_stated TEXT NOT NULL,
  offence_date TEXT NOT NULL, by_user BLOB, at_ms INTEGER NOT NULL, removed_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_case ON incident(case_id);
CREATE TABLE location(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, url_key BLOB NOT NULL, host_key BLOB NOT NULL, url BLOB NOT NULL,
  platform TEXT NOT NULL, kind TEXT NOT NULL,
  verdict TEXT NOT NULL DEFAULT 'unknown', verdict_ms INTEGER NOT NULL DEFAULT 0, verdict_why TEXT NOT NULL DEFAULT '',
  gone_ms INTEGER NOT NULL DEFAULT 0, seen_ms INTEGER NOT NULL DEFAULT 0, returned INTEGER NOT NULL DEFAULT 0, checks INTEGER NOT NULL DEFAULT 0,
  made_ms INTEGER NOT NULL, UNIQUE(org, url_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX location_host ON location(org, host_key);
CREATE INDEX location_platform ON location(platform);
CREATE TABLE case_location(case_id BLOB NOT NULL REFERENCES case_file(id), location BLOB NOT NULL REFERENCES location(id), added_ms INTEGER NOT NULL,
  source TEXT NOT NULL, note BLOB, PRIMARY KEY(case_id, location)) STRICT, WITHOUT ROWID;
CREATE INDEX case_location_back ON case_location(location);
CREATE TABLE clock(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL,
  duty TEXT NOT NULL, kind TEXT NOT NULL, subject BLOB NOT NULL, location BLOB, holder TEXT NOT NULL,
  from_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, zone TEXT NOT NULL, law_date TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running','paused','met','lapsed','stopped')), met_ms INTEGER NOT NULL DEFAULT 0, lapsed_ms INTEGER NOT NULL DEFAULT 0,
  paused_from INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_case ON clock(case_id, due_ms);
CREATE INDEX clock_due ON clock(state, due_ms);
CREATE INDEX clock_subject ON clock(subject);
CREATE TABLE clock_pause(clock BLOB NOT NULL REFERENCES clock(id), from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY(clock, from_ms)) STRICT, WITHOUT ROWID;
-- Silence as a fact: what was owed, what was sent, what came back, what was seen.
CREATE TABLE silence(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL, clock BLOB NOT NULL REFERENCES clock(id), duty TEXT NOT NULL, holder TEXT NOT NULL, location BLOB,
  sent_ms INTEGER NOT NULL, delivered_ms INTEGER NOT NULL, delivery TEXT NOT NULL, answers INTEGER NOT NULL,
  checks INTEGER NOT NULL, online INTEGER NOT NULL, last_verdict TEXT NOT NULL, due_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX silence_case ON silence(case_id);
CREATE UNIQUE INDEX silence_clock ON silence(clock);
CREATE TABLE proposal(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL, clock BLOB NOT NULL REFERENCES clock(id), step TEXT NOT NULL, target TEXT NOT NULL, ground TEXT NOT NULL,
  not_before INTEGER NOT NULL, made_ms INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('open','taken','dismissed')), decided_by BLOB, decided_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_case ON proposal(case_id, state);
CREATE INDEX proposal_clock ON proposal(clock);
CREATE TABLE consent(id BLOB PRIMARY KEY, case_id BLOB NOT NULL, purpose TEXT NOT NULL, given_ms INTEGER NOT NULL, withdrawn_ms INTEGER NOT NULL DEFAULT 0, said_by TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX consent_case ON consent(case_id);
CREATE TABLE share(id BLOB PRIMARY KEY, case_id BLOB NOT NULL, object BLOB NOT NULL, to_org BLOB NOT NULL, purpose TEXT NOT NULL, scope TEXT NOT NULL,
  from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX share_object ON share(object, to_org);
CREATE INDEX share_org ON share(to_org, until_ms);
CREATE TABLE party(object BLOB NOT NULL, org BLOB NOT NULL, PRIMARY KEY(object, org)) STRICT, WITHOUT ROWID;
-- Sealed notes and other sealed items of a case (compartment facts, care, evidence, identity), by kind.
CREATE TABLE note(id BLOB PRIMARY KEY, case_id BLOB NOT NULL, compartment TEXT NOT NULL, kind TEXT NOT NULL, by_user BLOB, at_ms INTEGER NOT NULL, text BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX note_case ON note(case_id, at_ms);
-- Between the person and the worker; sealed in the story compartment.
CREATE TABLE message(id BLOB PRIMARY KEY, case_id BLOB NOT NULL, from_victim INTEGER NOT NULL, by_user BLOB, at_ms INTEGER NOT NULL, read_ms INTEGER NOT NULL DEFAULT 0, text BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX message_case ON message(case_id, at_ms);
-- Files, encrypted, named by the SHA-256 of what is stored.
CREATE TABLE blob(id BLOB PRIMARY KEY, sha256 BLOB NOT NULL, size INTEGER NOT NULL, org BLOB NOT NULL, case_id BLOB, key BLOB NOT NULL, made_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- ---- not part of the fold: sign-in state, drafts, read marks; nothing here is a fact about a case ----
CREATE TABLE session(token_hash BLOB PRIMARY KEY, kind TEXT NOT NULL, user_id BLOB, case_id BLOB, notice BLOB, roles INTEGER NOT NULL, handle BLOB, csrf BLOB NOT NULL,
  made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session(user_id);
CREATE TABLE signin_link(token_hash BLOB PRIMARY KEY, user_id BLOB NOT NULL, until_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE signin_try(login_key BLOB PRIMARY KEY, failed INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE totp_used(user_id BLOB PRIMARY KEY, step INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE draft(id BLOB PRIMARY KEY, sealed BLOB NOT NULL, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX draft_until ON draft(until_ms);
