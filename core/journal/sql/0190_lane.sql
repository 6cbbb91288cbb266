-- Looks at locations are done by a process of their own, many at a time: neither lane reads past what waits for the other.
ALTER TABLE job ADD COLUMN lane INTEGER GENERATED ALWAYS AS (CASE WHEN kind='watch.check' THEN 1 ELSE 0 END) VIRTUAL;
CREATE INDEX job_lane ON job(lane, state, due_ms);
CREATE INDEX job_lane_lease ON job(lane, state, lease_until) WHERE lease_until > 0;
