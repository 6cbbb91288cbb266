-- The last act of a chain (a case, or an organisation for acts outside a case) is the last act of it: no second place says so, and two acts
-- cannot take one place in a chain.
DROP TABLE chain_head;
DROP INDEX act_case;
CREATE UNIQUE INDEX act_case ON act(case_id, case_seq) WHERE case_id IS NOT NULL;
CREATE UNIQUE INDEX act_org ON act(org, case_seq) WHERE case_id IS NULL;
