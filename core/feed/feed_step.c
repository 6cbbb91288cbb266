/* feed_step.c - what this room gives to the house. */
#include "core/feed/feed_api.h"

enum { GROW_LEASE_S = 300, GROW_TRIES = 20 };
static const JobKind jobs[] = { { "feed.grow", feed_grow_run, GROW_LEASE_S, GROW_TRIES } };
static const char *const daily[] = { "feed.grow", NULL };
static const ActDef *const acts[] = { &act_subscriber_made, &act_subscriber_changed, &act_subscriber_key, &act_subscriber_keys_ended, &act_subscriber_ended, &act_feed_applied,
    &act_feed_feedback, NULL };

const Step feed_step = { .name = "feed", .acts = acts, .routes = feed_routes, .routes_n = FEED_ROUTES, .jobs = jobs, .jobs_n = LEN(jobs), .daily = daily };
