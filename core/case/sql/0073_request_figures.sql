-- Figures of every platform at once, from the index alone.
CREATE INDEX request_figures ON request(kind, org, holder, outcome, delivery, answers, decided_ms, asked_ms);
