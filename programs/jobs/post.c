/* post.c - taking mails in. */
#include "programs/jobs/post.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/takedown.h"

enum { FIRST_MS = 15000, MOST_MS = 600000 };

static void later(Post *p, Str why) {
    net_post_close(p->box);
    p->box = NULL;
    p->wait_ms = p->wait_ms == 0 ? FIRST_MS : p->wait_ms * 2 < MOST_MS ? p->wait_ms * 2 : MOST_MS;
    p->again_ms = sys_mono_ms() + p->wait_ms;
    log_line(LOG_WARN, "event=mailbox_closed again_s=%lld why=\"" STR_FMT "\"", (long long)p->wait_ms / 1000, STR_ARG(str_sub(why, 0, 200)));
}

static bool take(Post *p, Ctx *c, const NetPostGot *got) {
    int64_t began = sys_mono_ms();
    Err e = mail_take(c, got->bytes);
    if (db_in_tx(c->db)) db_rollback(c->db);
    if (e != OK) {
        log_line(LOG_BAD, "event=mail_in err=%s why=\"%s\"", err_name(e), c->fail.msgid != NULL ? c->fail.msgid : "");
        later(p, S("a mail could not be taken in; it stays in the mailbox"));
        return false;
    }
    log_line(LOG_INFO, "event=mail_in bytes=%zu cut=%d ms=%lld", got->bytes.n, got->cut, (long long)(sys_mono_ms() - began));
    if (net_post_taken(p->box) != OK) later(p, S("the fetch process is out of reach"));
    p->wait_ms = 0;
    return true;
}

bool post_turn(Post *p, Ctx *c, const char *socket) {
    NetPostGot got;
    if (p->off || sys_mono_ms() < p->again_ms) return false;
    if (p->box == NULL && net_post_open(socket, &p->box) != OK) {
        p->again_ms = sys_mono_ms() + FIRST_MS;
        return false;
    }
    Err e = net_post_next(p->box, c->arena, 0, &got);
    if (e == E_MISSING) return false;
    if (e != OK) {
        later(p, S("the fetch process is out of reach"));
    } else if (str_eq(got.what, S("unset"))) {
        p->off = true; /* a change of the configuration starts the processes anew */
        post_close(p);
    } else if (str_eq(got.what, S("failed"))) {
        later(p, got.detail);
    } else if (str_eq(got.what, S("open"))) {
        log_line(LOG_INFO, "event=mailbox_open server=\"" STR_FMT "\"", STR_ARG(got.detail));
    } else {
        return take(p, c, &got);
    }
    return false;
}

void post_close(Post *p) {
    net_post_close(p->box);
    p->box = NULL;
}
