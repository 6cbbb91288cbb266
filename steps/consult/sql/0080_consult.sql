-- Consultations between bodies: who was asked, who came, what was discussed, what was promised. Numbers and codes; what was typed is sealed.
CREATE TABLE consult(
  id BLOB PRIMARY KEY, org BLOB NOT NULL, kind TEXT NOT NULL, on_ms INTEGER NOT NULL, every_d INTEGER NOT NULL, title BLOB NOT NULL, place BLOB,
  minutes BLOB, minutes_ms INTEGER NOT NULL DEFAULT 0, made_ms INTEGER NOT NULL, moved_ms INTEGER NOT NULL DEFAULT 0, cancelled_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX consult_on ON consult(org, on_ms);
-- A place at the table: an organisation of this server, a body of the law data, or a guest by name.
CREATE TABLE consult_seat(
  id BLOB PRIMARY KEY, consult BLOB NOT NULL REFERENCES consult(id), org BLOB NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('org','body','guest')), who TEXT NOT NULL, name BLOB,
  state TEXT NOT NULL CHECK (state IN ('invited','present','absent','no_answer')), at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consult_seat_of ON consult_seat(consult);
CREATE TABLE consult_item(
  id BLOB PRIMARY KEY, consult BLOB NOT NULL REFERENCES consult(id), org BLOB NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, code TEXT NOT NULL,
  n INTEGER NOT NULL, whole INTEGER NOT NULL, days INTEGER NOT NULL, text BLOB, at_ms INTEGER NOT NULL, removed_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX consult_item_of ON consult_item(consult, at_ms);
CREATE TABLE commitment(
  id BLOB PRIMARY KEY, consult BLOB NOT NULL REFERENCES consult(id), seat BLOB NOT NULL REFERENCES consult_seat(id), org BLOB NOT NULL, due_ms INTEGER NOT NULL, first_due_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open','kept','not_kept','dropped')), text BLOB NOT NULL, note BLOB, note_org BLOB, made_ms INTEGER NOT NULL, overdue_ms INTEGER NOT NULL DEFAULT 0, decided_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX commitment_of ON commitment(consult);
CREATE INDEX commitment_due ON commitment(state, due_ms);
