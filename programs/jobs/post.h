/* post.h - the mailbox, as the jobs process takes it in: one mail, then one job, then the next mail, so that fifty thousand of them hold up nothing. Private to
 * programs/jobs. A mail that is not in the record yet stays where it is.
 */
#ifndef KETEN_JOBS_POST_H
#define KETEN_JOBS_POST_H
#include "core/ctx/ctx.h"
#include "foundation/net/net.h"

typedef struct Post { NetPost *box; int64_t again_ms, wait_ms; bool off, said; } Post;
/* One look at it; true: a mail was taken. socket: of the fetch process. */
bool post_turn(Post *p, Ctx *c, const char *socket);
void post_close(Post *p);
#endif
