-- The organisation's own words around a notice, for a kind of recipient and a language. Each saving is a version; the newest that was not ended is used.
CREATE TABLE notice_template(
  id BLOB PRIMARY KEY, org BLOB NOT NULL REFERENCES org(id), type TEXT NOT NULL, lang TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
  by_user BLOB, made_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL DEFAULT 0, UNIQUE(org, type, lang, version)
) STRICT, WITHOUT ROWID;
-- Which version a notice was made with; none: the words of the house.
ALTER TABLE notice ADD COLUMN template BLOB;
