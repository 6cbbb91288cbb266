-- The acts: the only thing that is written first. Everything in the state tables follows from them.
CREATE TABLE act(
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  org BLOB NOT NULL,
  case_id BLOB,
  subject BLOB NOT NULL,
  scope BLOB NOT NULL,
  actor_kind TEXT NOT NULL,
  actor BLOB,
  at_ms INTEGER NOT NULL,
  zone TEXT NOT NULL,
  case_seq INTEGER NOT NULL,
  prev BLOB NOT NULL,
  body TEXT NOT NULL,
  salt BLOB NOT NULL,
  commitment BLOB NOT NULL
) STRICT;
CREATE INDEX act_case ON act(case_id, case_seq);
CREATE INDEX act_subject ON act(subject, seq);
CREATE INDEX act_kind ON act(kind, at_ms);
-- Last act of each chain (a case, or an organisation for acts outside a case).
CREATE TABLE chain_head(chain BLOB PRIMARY KEY, n INTEGER NOT NULL, commitment BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- RFC 6962 tree: hashes of complete subtrees; tree size and right edge in one row.
CREATE TABLE ledger_node(level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_edge(one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, edge BLOB NOT NULL) STRICT;
-- Signed notes as they were issued.
CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
-- Due work: what follows from acts and from time. Rows are operations, not state; they are not part of the fold.
CREATE TABLE job(
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  subject BLOB NOT NULL,
  due_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  lease_by TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due','stuck')),
  last_error TEXT NOT NULL DEFAULT '',
  made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX job_due ON job(state, due_ms);
CREATE UNIQUE INDEX job_once ON job(kind, subject);
