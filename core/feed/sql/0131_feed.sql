-- The changes that subscribers hear of as leaves of a tree, one for each lane. Made by a job from the bank's changes (core/bank), so not the fold of acts;
-- what was signed is never made anew. `stamp` is a second that grows with each batch, whatever the clock does. `first` is the number of the entry's first change.
CREATE TABLE feed_leaf(
  lane TEXT NOT NULL CHECK (lane IN ('adult','minor')), feed INTEGER NOT NULL, leaf BLOB NOT NULL, stamp INTEGER NOT NULL, entry INTEGER NOT NULL, first INTEGER NOT NULL, withdrawn_ms INTEGER,
  PRIMARY KEY(lane, feed)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_leaf_stamp ON feed_leaf(lane, stamp, feed);
CREATE INDEX feed_leaf_entry ON feed_leaf(entry, feed);
CREATE INDEX feed_leaf_withdrawn ON feed_leaf(lane, feed) WHERE withdrawn_ms IS NOT NULL;
-- Roots of whole tiles (levels 8, 16 ...), the right edge, and the newest signed head.
CREATE TABLE feed_node(lane TEXT NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(lane, level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE feed_head(lane TEXT PRIMARY KEY, size INTEGER NOT NULL, edge BLOB NOT NULL, stamp INTEGER NOT NULL, signed INTEGER NOT NULL DEFAULT 0, signed_stamp INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
-- A keyed index of the hash of each entry that was fed or submitted, so that feedback finds it and equal hashes are known to be equal. Gone ninety days after a withdrawal.
CREATE TABLE feed_mark(entry INTEGER PRIMARY KEY, lane TEXT NOT NULL, mark BLOB NOT NULL, gone_ms INTEGER) STRICT;
CREATE INDEX feed_mark_of ON feed_mark(lane, mark);
CREATE INDEX feed_mark_gone ON feed_mark(gone_ms) WHERE gone_ms IS NOT NULL;
-- What a subscriber submitted already, by the same index: sent twice, it is offered once.
CREATE TABLE feed_given(subscriber BLOB NOT NULL, mark BLOB NOT NULL, entry BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(subscriber, mark)) STRICT, WITHOUT ROWID;
-- How far each subscriber has shown to be: operations, like a session. `upto` is what it has told us to have; the newest request stands in feed_asked.
CREATE TABLE feed_progress(subscriber BLOB NOT NULL, lane TEXT NOT NULL, upto INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(subscriber, lane, upto)) STRICT, WITHOUT ROWID;
CREATE INDEX feed_progress_at ON feed_progress(subscriber, lane, at_ms, upto);
CREATE TABLE feed_asked(subscriber BLOB NOT NULL, lane TEXT NOT NULL, way TEXT NOT NULL, upto INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(subscriber, lane)) STRICT, WITHOUT ROWID;
CREATE TABLE feed_pace(subscriber BLOB PRIMARY KEY, full_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The fold of two acts: withdrawals that a subscriber was seen to apply, and what it said became of a hash.
CREATE TABLE feed_applied(
  id BLOB PRIMARY KEY, subscriber BLOB NOT NULL REFERENCES subscriber(id), lane TEXT NOT NULL, from_feed INTEGER NOT NULL, upto INTEGER NOT NULL, withdrawals INTEGER NOT NULL, longest_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_applied_of ON feed_applied(subscriber, at_ms);
CREATE TABLE feed_feedback(subscriber BLOB NOT NULL REFERENCES subscriber(id), entry INTEGER NOT NULL, value TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(subscriber, entry)) STRICT, WITHOUT ROWID;
CREATE INDEX feed_feedback_value ON feed_feedback(subscriber, value, at_ms);
CREATE INDEX feed_feedback_entry ON feed_feedback(entry, value);
