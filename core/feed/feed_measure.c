/* feed_measure.c - how far a subscriber is, and how long it took to apply a withdrawal. */
#include "core/feed/feed_api.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEASURE_MOST = 1000 };
#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef applied_fields[] = { { "subscriber", F_ID, CLEAR, true, 0 }, { "lane", F_CODE, CLEAR, true, 0 }, { "from", F_INT, CLEAR, true, 0 }, { "upto", F_INT, CLEAR, true, 0 },
    { "withdrawals", F_INT, CLEAR, true, 0 }, { "longest", F_INT, CLEAR, true, 0 }, END };
static Err check_applied(Ctx *c, const Act *a) {
    return act_get_int(a, "upto") > act_get_int(a, "from") && act_get_int(a, "withdrawals") > 0 ? OK : ctx_refuse(c, E_INPUT, "upto", "These numbers do not add up.");
}
const ActDef act_feed_applied = { "feed.applied", 1, OBJ_NONE, "system.run", false, true, applied_fields, check_applied, apply_feed_applied, NULL, N_("A subscriber was seen to apply {withdrawals} withdrawals") };

/* The same step asked about twice at once is one act: its id follows from what it is about. */
static Id step_id(const Asker *who, int64_t from) {
    uint8_t digest[32];
    char text[64];
    Buf b = buf_new(256);
    int n = snprintf(text, sizeof text, "applied %lld ", (long long)from);
    Id id = ID_NONE;
    buf_put(&b, str_bytes(text, (size_t)n));
    buf_put(&b, who->lane);
    buf_put(&b, id_str(&who->s.id));
    subscriber_key_digest(buf_str(&b), digest);
    memcpy(id.b, digest, sizeof id.b);
    buf_free(&b);
    return id;
}

/* What it applied is found before its progress is kept: so a crash between the two leaves it to be found again. */
Err feed_reached(Ctx *c, const Asker *who, const char *way, int64_t upto) {
    int64_t from = 0, n = 0, longest = 0;
    TRY(use_store_asked(c->db, who->s.id, who->lane, str_c(way), upto, c->now));
    TRY(use_store_progress(c->db, who->s.id, who->lane, &from));
    if (upto <= from) return OK;
    TRY(use_store_passed(c->db, who->s.id, who->lane, from, upto, c->now, &n, &longest));
    if (n > 0) {
        Id step = step_id(who, from);
        Act *a = act_new(c, &act_feed_applied, step, ID_NONE, step);
        act_idf(a, "subscriber", who->s.id);
        act_code(a, "lane", who->lane);
        act_int(a, "from", from);
        act_int(a, "upto", upto);
        act_int(a, "withdrawals", n);
        act_int(a, "longest", longest);
        TRY(journal_one(c, a));
    }
    return use_store_progress_put(c->db, who->s.id, who->lane, upto, c->now);
}

typedef struct Wait { int64_t ms; bool open; } Wait;
static int by_length(const void *x, const void *y) {
    const Wait *a = x, *b = y;
    return a->ms < b->ms ? -1 : a->ms > b->ms;
}

/* The median with those still open at least as long as they have waited by now: when one of them is in the middle, the median is longer than that. */
static void median(Arena *a, Measure *m, const Withdrawn *w, size_t n, UnixMs now) {
    Wait *all = ARENA_ARRAY(a, Wait, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t ms = (w[i].applied != 0 ? w[i].applied : now) - w[i].at;
        all[i] = (Wait){ ms > 0 ? ms : 0, w[i].applied == 0 };
        m->open += w[i].applied == 0;
        if (all[i].ms > m->longest_ms) m->longest_ms = all[i].ms;
    }
    if (n == 0) return;
    qsort(all, n, sizeof *all, by_length);
    size_t at = (n - 1) / 2;
    m->median_ms = all[at].ms;
    for (size_t i = 0; i <= at; i++) m->median_open = m->median_open || all[i].open; /* an open one below it may still turn out longer */
}

Err feed_measure(Ctx *c, const Subscriber *s, Str lane, size_t list_most, Measure *out) {
    FeedHead h;
    Withdrawn *w = NULL;
    size_t n = 0;
    *out = (Measure){ 0 };
    TRY(feed_head(c, lane, &h));
    int64_t last = 0;
    TRY(use_store_last(c->db, c->arena, s->id, lane, &out->asked, &out->way, &last));
    TRY(use_store_progress(c->db, s->id, lane, &out->upto));
    out->behind = h.signed_size - out->upto;
    TRY(use_store_withdrawn(c->db, c->arena, s->id, lane, MEASURE_MOST, &w, &n));
    out->withdrawals = out->counted = (int64_t)n;
    median(c->arena, out, w, n, c->now);
    out->list = w;
    out->list_n = n < list_most ? n : list_most;
    return OK;
}
