/* consult_work.c - what falls due: a commitment whose day has passed; and what the record puts on an agenda. */
#include "core/case/platform.h"
#include "steps/consult/consult_in.h"

static Err due(Ctx *c, Id subject, UnixMs when, UnixMs *out_again) {
    (void)when;
    return commitment_due_run(c, subject, out_again);
}
const JobKind consult_jobs[CONSULT_JOBS_N] = { { "commitment.due", due, 60, 8 } };

/* ---- an agenda out of the record ---- */
enum { SUGGEST_MAX = 200 };
typedef struct Suggest { ItemRow *rows; size_t n; const ItemRow *there; size_t there_n; } Suggest;
static void suggest(Suggest *s, ItemRow i) {
    for (size_t k = 0; k < s->there_n; k++)
        if (str_eq(s->there[k].kind, i.kind) && str_eq(s->there[k].ref, i.ref) && str_eq(s->there[k].code, i.code)) return;
    if (s->n < SUGGEST_MAX) s->rows[s->n++] = i;
}

/* Bodies at the table that can act and have no contact point. */
static Err gaps(Ctx *c, Id consult, Suggest *s) {
    SeatRow *seats = NULL;
    size_t n = 0;
    TRY(seat_list(c, consult, &seats, &n));
    for (size_t i = 0; i < n; i++) {
        ContactRow *k = NULL;
        size_t k_n = 0;
        if (!str_eq(seats[i].kind, S("body"))) continue;
        TRY(contact_list(c, S("body"), seats[i].who, false, &k, &k_n));
        if (k_n == 0) suggest(s, (ItemRow){ .consult = consult, .kind = S("gaps"), .ref = seats[i].who });
    }
    return OK;
}

Err agenda_from_record(Ctx *c, Id consult, UnixMs since, ItemRow **out, size_t *out_n) {
    Suggest s = { .rows = ARENA_ARRAY(c->arena, ItemRow, SUGGEST_MAX) };
    ItemRow *there = NULL, *found[3] = { NULL };
    size_t n[3] = { 0 };
    int64_t overdue = 0;
    TRY(item_list(c, consult, &there, &s.there_n));
    s.there = there;
    TRY(record_lapses(c, since, &found[0], &n[0]));
    TRY(record_stalls(c, &found[1], &n[1]));
    TRY(record_refusals(c, since, &found[2], &n[2]));
    TRY(record_overdue(c, &overdue));
    for (size_t k = 0; k < LEN(found); k++)
        for (size_t i = 0; i < n[k]; i++) {
            found[k][i].consult = consult;
            suggest(&s, found[k][i]);
        }
    if (overdue > 0) suggest(&s, (ItemRow){ .consult = consult, .kind = S("overdue"), .n = overdue });
    TRY(gaps(c, consult, &s));
    *out = s.rows;
    *out_n = s.n;
    return OK;
}

/* The name of a platform or body of the law data; a code that is neither stands as it is, unless it is an id. */
static Str ref_name(Ctx *c, const UiCtx *ui, Str ref) {
    const LawPlatform *p = platform_row(c, ref);
    const LawAuthority *b = law_authority(c->app->law, ref, consult_today(c));
    Id id;
    if (p != NULL) return p->name;
    if (b != NULL) return b->code;
    return id_parse(ref, &id) == OK ? tr(ui, N_("a recipient outside the register")) : ref;
}
static Str duty_name(Ctx *c, const UiCtx *ui, Str duty) {
    const LawTermRow *t = law_term_row(c->app->law, duty, consult_today(c));
    return t != NULL ? str_fmt(ui->a, STR_FMT " (" STR_FMT ")", STR_ARG(t->name[ui->lang]), STR_ARG(duty)) : duty;
}

Str item_words(Ctx *c, const UiCtx *ui, const ItemRow *i) {
    Str who = i->ref.n > 0 ? ref_name(c, ui, i->ref) : STR_NONE;
    if (str_eq(i->kind, S("lapsed"))) return TRF(ui, "{who}: {duty} lapsed {n} times; the oldest {days} days ago", UA_S("who", who), UA_S("duty", duty_name(c, ui, i->code)), UA_I("n", i->n), UA_I("days", i->days));
    if (str_eq(i->kind, S("stalls"))) return TRF(ui, "{who}: silent on {n} of {whole} requests", UA_S("who", who), UA_I("n", i->n), UA_I("whole", i->whole));
    if (str_eq(i->kind, S("refused"))) return TRF(ui, "{who}: refused {n} times, reason {code}", UA_S("who", who), UA_I("n", i->n), UA_S("code", i->code.n > 0 ? i->code : tr(ui, N_("not given"))));
    if (str_eq(i->kind, S("gaps"))) return TRF(ui, "{who}: no contact point is known", UA_S("who", who));
    if (str_eq(i->kind, S("overdue"))) return TRF(ui, "{n} commitments are past their day", UA_I("n", i->n));
    return i->text;
}
