/* request_lapse.c - what a lapsed request leaves on record, and what the law opens then. */
#include "core/case/request.h"
#include "core/law/law.h"

static Err count_checks(Ctx *c, const RequestRow *r, SilenceFacts *out) {
    enum { CHECKS_MAX = 1000 };
    CheckRow *rows = NULL;
    size_t n = 0;
    if (id_none(r->location)) return OK;
    TRY(check_of_location(c, r->location, CHECKS_MAX, &rows, &n));
    for (size_t i = 0; i < n && rows[i].at >= r->asked; i++) {
        if (out->checks++ == 0) out->last_verdict = rows[i].verdict;
        out->online += str_eq(rows[i].verdict, S("still_online"));
    }
    return OK;
}

static Err gather(Ctx *c, const ClockRow *k, SilenceFacts *out, NextStep **out_steps, size_t *out_n) {
    RequestRow r;
    LawStep *steps = NULL;
    size_t n = 0;
    TRY(request_by_id(c, k->subject, &r));
    *out = (SilenceFacts){ .sent = r.asked, .delivered = r.delivered, .delivery = r.delivery, .answers = r.answers };
    TRY(count_checks(c, &r, out));
    if (c->app->law != NULL) TRY(law_next_steps(c->app->law, k->duty, k->due, c->app->zone, c->arena, &steps, &n));
    NextStep *next = ARENA_ARRAY(c->arena, NextStep, n + 1);
    for (size_t i = 0; i < n; i++) next[i] = (NextStep){ .code = steps[i].code, .target = steps[i].target, .ground = steps[i].id, .not_before = steps[i].not_before };
    *out_steps = next;
    *out_n = n;
    return OK;
}
const LapseKind request_lapse = { OBJ_REQUEST, gather };
