-- Steps that wait for a decision, by what they are.
CREATE INDEX proposal_open ON proposal(step, state, made_ms);
