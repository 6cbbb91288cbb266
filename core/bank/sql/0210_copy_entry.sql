-- All proposals of one hash: decided on at once.
CREATE INDEX copy_match_entry ON copy_match(entry, case_id, state) WHERE entry IS NOT NULL;
