-- What the queue page would otherwise have to count each time; kept by the acts.
CREATE TABLE queue_size(team BLOB PRIMARY KEY REFERENCES team(id), n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE case_platform(case_id BLOB NOT NULL REFERENCES case_file(id), platform TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(case_id, platform)) STRICT, WITHOUT ROWID;
CREATE INDEX case_platform_back ON case_platform(platform, case_id);
INSERT INTO queue_size(team, n) SELECT team, sum(active) FROM case_file GROUP BY team;
INSERT INTO case_platform(case_id, platform, n) SELECT cl.case_id, l.platform, count(*) FROM case_location cl JOIN location l ON l.id=cl.location GROUP BY cl.case_id, l.platform;
-- The filters are answered from the index itself, so that looking past cases that do not fit costs no row.
DROP INDEX case_queue;
CREATE INDEX case_queue ON case_file(team, active, risk, next_due, turn, lane, claimed_by, claim_until);
CREATE INDEX incident_offence ON incident(offence, removed_ms, case_id);
-- Shares of a case, for its page.
CREATE INDEX share_case ON share(case_id, from_ms);
