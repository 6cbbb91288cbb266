-- A dossier: one file for another body, asked by a person, sealed and made by the server. What is in it stands with the step that makes it.
CREATE TABLE dossier(
  id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES case_file(id), org BLOB NOT NULL, number INTEGER NOT NULL,
  lang TEXT NOT NULL CHECK (lang IN ('nl','en')), recipient TEXT NOT NULL, captures INTEGER NOT NULL, findings INTEGER NOT NULL,
  asked_ms INTEGER NOT NULL, asked_by BLOB,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked','sealed','made','failed')), why TEXT NOT NULL DEFAULT '',
  seal BLOB, sealed_ms INTEGER NOT NULL DEFAULT 0,
  file BLOB, sha256 BLOB, size INTEGER NOT NULL DEFAULT 0, made_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE(case_id, number)
) STRICT, WITHOUT ROWID;
