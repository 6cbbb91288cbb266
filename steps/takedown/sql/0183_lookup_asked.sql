-- When somebody last asked for a lookup of a location: that one is recorded, also when nothing changed.
CREATE TABLE lookup_asked(location BLOB PRIMARY KEY REFERENCES location(id), at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
