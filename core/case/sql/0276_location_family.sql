-- The part of an address after its host, blinded: the same page on another name of a site (a mirror, a renamed site) is seen to be one family.
ALTER TABLE location ADD COLUMN path_key BLOB;
CREATE INDEX location_path ON location(org, path_key);
