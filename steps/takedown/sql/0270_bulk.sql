-- Many places of one case handled at once: one act says what is done about which. Nothing is done before go_ms, so that it can be undone. ids: packed, in order.
CREATE TABLE bulk(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('ask','check','lookup','stop')),
  items INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0, by_user BLOB, ids BLOB NOT NULL, asked BLOB,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting','undone','running','done')), made_ms INTEGER NOT NULL, go_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_case ON bulk(case_id, made_ms);
-- What became of each place of it.
CREATE TABLE bulk_item(bulk BLOB NOT NULL REFERENCES bulk(id), location BLOB NOT NULL REFERENCES location(id), result TEXT NOT NULL, PRIMARY KEY(bulk, location)) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_item_result ON bulk_item(bulk, result, location);
