-- A filing names the kept file; from it to its dossier.
CREATE INDEX dossier_file ON dossier(file);
