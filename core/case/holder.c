/* holder.c - lanes of one holder. */
#include "core/case/holder.h"
#include "core/case/platform.h"

enum { LANES_MAX = 500, SILENCES_MAX = 2000, EVENTS_MAX = 12 };

static Str outcome_words(const UiCtx *ui, Str outcome) {
    static const struct { const char *code, *word; } words[] = { { "removed", N_("Removed, by their own word") }, { "blocked", N_("Removed, by their own word") }, { "kept", N_("Refused") }, { "refused", N_("Refused") },
        { "inadmissible", N_("Refused") }, { "no_action", N_("Refused") }, { "granted", N_("Granted") }, { "transferred", N_("Passed on") } };
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eq(outcome, str_c(words[i].code))) return tr(ui, words[i].word);
    return tr(ui, N_("Answered"));
}

Str holder_registered(Ctx *c, Str holder) {
    Id id = ID_NONE;
    Str name = STR_NONE;
    if (c->app->holder_name == NULL || id_parse(holder, &id) != OK) return STR_NONE;
    return c->app->holder_name(c, id, &name) == OK ? name : STR_NONE;
}

static Str holder_name(Ctx *c, const UiCtx *ui, Str holder) {
    const LawPlatform *p = platform_row(c, holder);
    const LawAuthority *b = c->app->law != NULL ? law_authority(c->app->law, holder, civil_at(c->app->zone, c->now).date) : NULL;
    return p != NULL ? p->name : b != NULL ? b->name[ui->lang] : tr(ui, N_("a recipient outside the register"));
}

static Str duty_words(Ctx *c, const UiCtx *ui, Str duty) {
    const LawTermRow *t = c->app->law != NULL ? law_term_row(c->app->law, duty, DATE_NONE) : NULL;
    return t != NULL ? t->name[ui->lang] : duty;
}

static void put(ChainEvent *e, size_t *n, UnixMs at, ChainMark mark, Str word) {
    if (at > 0 && *n < EVENTS_MAX) e[(*n)++] = (ChainEvent){ .at = at, .mark = mark, .word = word };
}

/* What ends a silence after a day: a receipt does not. 0: nothing yet. */
static UnixMs after(const RequestRow *r, UnixMs due) {
    const UnixMs all[] = { r->acted, r->decided };
    UnixMs first = 0;
    for (size_t i = 0; i < LEN(all); i++)
        if (all[i] > due && (first == 0 || all[i] < first)) first = all[i];
    return first;
}

typedef struct Lanes { Ctx *c; const UiCtx *ui; const HolderSilence *s; size_t s_n; Str name; bool notice; } Lanes;

static ChainLane lane_of(const Lanes *l, const RequestRow *r, size_t number) {
    Arena *a = l->c->arena;
    ChainEvent *e = ARENA_ARRAY(a, ChainEvent, EVENTS_MAX);
    ChainSilence *bands = ARENA_ARRAY(a, ChainSilence, EVENTS_MAX);
    size_t n = 0, bands_n = 0;
    const LawRung *rung = l->c->app->law != NULL ? law_rung(l->c->app->law, r->rung, DATE_NONE) : NULL;
    put(e, &n, r->asked, MARK_NOTICE, tr(l->ui, N_("Asked")));
    put(e, &n, r->received, MARK_RECEIPT, tr(l->ui, N_("Receipt")));
    if (r->acted != r->decided) put(e, &n, r->acted, l->notice ? MARK_ANSWER : MARK_ACT, tr(l->ui, l->notice ? N_("Answered") : N_("Visible act")));
    put(e, &n, r->decided, l->notice ? MARK_ANSWER : MARK_DECISION, outcome_words(l->ui, r->outcome));
    for (size_t i = 0; i < l->s_n && bands_n < EVENTS_MAX; i++) {
        if (!id_eq(l->s[i].request, r->id)) continue;
        UnixMs due = l->s[i].due, to = after(r, due);
        put(e, &n, due, MARK_LAPSE, duty_words(l->c, l->ui, l->s[i].duty));
        bands[bands_n++] = (ChainSilence){ .from = due, .to = to > 0 ? to : l->c->now > due ? l->c->now : due, .open = to == 0 };
    }
    return (ChainLane){ .rung = rung != NULL ? rung->name[l->ui->lang] : r->rung, .who = l->name, .what = str_fmt(a, "%zu", number), .events = e, .events_n = n, .silences = bands, .silences_n = bands_n };
}

Err holder_chain(Ctx *c, const UiCtx *ui, Str kind, Str holder, Html *out) {
    RequestRow *r = NULL;
    HolderSilence *s = NULL;
    size_t n = 0, s_n = 0, k = 0;
    TRY(holder_requests(c, kind, holder, LANES_MAX, &r, &n));
    TRY(holder_silences(c, holder, SILENCES_MAX, &s, &s_n));
    Lanes l = { .c = c, .ui = ui, .s = s, .s_n = s_n, .name = holder_name(c, ui, holder), .notice = str_eq(kind, S("notice")) };
    ChainLane *lanes = ARENA_ARRAY(c->arena, ChainLane, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(r[i].outcome, S("withdrawn"))) lanes[k++] = lane_of(&l, &r[i], i + 1);
    *out = k > 0 ? chart_chain(ui, tr(ui, N_("Every request as a lane: what was asked, what came, and the silence between")), 0, 0, lanes, k) : (Html){ STR_NONE };
    return OK;
}
