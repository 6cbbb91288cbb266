/* feed_in.h - inside core/feed. */
#ifndef KETEN_FEED_IN_H
#define KETEN_FEED_IN_H
#include "core/feed/feed.h"
#include "core/feed/subscriber.h"

Err apply_subscriber_made(Db *db, const Act *a);
Err apply_subscriber_changed(Db *db, const Act *a);
Err apply_subscriber_key(Db *db, const Act *a);
Err apply_subscriber_keys_ended(Db *db, const Act *a);
Err apply_subscriber_ended(Db *db, const Act *a);

Err subscribers_page(Ctx *c, const Request *req, Response *res);
Err subscriber_new_page(Ctx *c, const Request *req, Response *res);
Err subscriber_new_post(Ctx *c, const Request *req, Response *res);
Err subscriber_page(Ctx *c, const Request *req, Response *res);
Err subscriber_rights_post(Ctx *c, const Request *req, Response *res);
Err subscriber_key_post(Ctx *c, const Request *req, Response *res);
Err subscriber_keys_end_post(Ctx *c, const Request *req, Response *res);
Err subscriber_end_post(Ctx *c, const Request *req, Response *res);
enum { FEED_ROUTES = 17 };
extern const Route feed_routes[FEED_ROUTES];
#endif
