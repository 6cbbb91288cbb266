/* feed.h - the hashes of the bank for those who subscribe to them, over the protocols that they already speak. Part of core/feed.
 *
 * What a subscriber gets is a list of changes, numbered from 1 without a gap (core/bank: bank_feed). Three ways lead to it: the
 * StopNCII JSON protocol (fetch, submit, feedback), a plain list, and the feed of our own, in which each change is a leaf of an
 * RFC 6962 tree whose head is signed, so that a withdrawal cannot be left out unseen. docs/feed.md describes all three.
 * Minors' hashes are a lane with numbers and a tree of their own, and go to subscribers with the scope `national` alone.
 */
#ifndef KETEN_FEED_H
#define KETEN_FEED_H
#include "core/step/step.h"
#include "core/feed/subscriber.h"
extern const Step feed_step;
/* For fsck: the tree of a lane against the record. E_INPUT with *out_why (in c->arena): the first thing that is not as it should be. One that is behind the bank is whole. */
Err feed_check(Ctx *c, Str lane, int64_t *out_leaves, Str *out_why) NODISCARD;

/* ---- subscribers as acts; by administrators ---- */
extern const ActDef act_subscriber_made, act_subscriber_changed, act_subscriber_key, act_subscriber_keys_ended, act_subscriber_ended;
typedef struct SubscriberNew { Str code; unsigned scopes, lists, kinds; int64_t per_minute, per_second; } SubscriberNew;
Act *subscriber_make(Ctx *c, Id act, Id subscriber, const SubscriberNew *n);
Act *subscriber_change_rights(Ctx *c, Id act, const Subscriber *s, const SubscriberNew *n);
/* A fresh key: the text for whoever gets it (shown once, kept by nobody) and the act that keeps its digest. Older keys work until `older_until`. */
Act *subscriber_key_make(Ctx *c, Id act, const Subscriber *s, UnixMs older_until, Str *out_key);
Act *subscriber_keys_end(Ctx *c, Id act, const Subscriber *s);
Act *subscriber_end(Ctx *c, Id act, const Subscriber *s);
#endif
