/* feed_step.c - what this room gives to the house. */
#include "core/feed/feed_in.h"

static const ActDef *const acts[] = { &act_subscriber_made, &act_subscriber_changed, &act_subscriber_key, &act_subscriber_keys_ended, &act_subscriber_ended, NULL };

const Step feed_step = { .name = "feed", .acts = acts, .routes = feed_routes, .routes_n = FEED_ROUTES };
