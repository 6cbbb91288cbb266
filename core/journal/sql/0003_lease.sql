-- Few jobs are leased at a time: when the first lease ends is found without reading the queue.
CREATE INDEX job_lease ON job(state, lease_until) WHERE lease_until > 0;
