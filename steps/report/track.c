/* track.c - the case as its own person sees it: what happened, in plain verbs, newest first. Requests to one recipient at one
 * moment are one line, however many links they held. Nothing here opens anything that was sealed. */
#include "core/case/platform.h"
#include "steps/report/report_in.h"

#include <stdlib.h>

typedef enum Kind { K_NONE, K_OPENED, K_READ, K_PAUSED, K_WITHDRAWN, K_CLOSED, K_ASKED, K_UNDELIVERED, K_RECEIVED, K_REMOVED, K_BLOCKED, K_KEPT, K_REFUSED, K_NOT_FOUND, K_NEED_MORE,
    K_FILED, K_FILED_RECEIVED, K_FILED_ACTED, K_FILED_DECIDED, K_FILED_REFUSED, K_FILED_MOVED, K_TAKEN_BACK, K_SILENT, K_FILED_SILENT, K_ONLINE, K_GONE, K_BACK, K_UNSEEN, K_MESSAGE_US, K_MESSAGE_OWN, KINDS } Kind;
typedef struct Say { const char *one, *more; UiState state; const char *sign; } Say;
static const Say says[KINDS] = {
    [K_OPENED] = { N_("Your report came in"), NULL, STATE_DONE, "●" },
    [K_READ] = { N_("Somebody read your report"), NULL, STATE_DONE, "✓" },
    [K_PAUSED] = { N_("You paused it"), NULL, STATE_INFO, "‖" },
    [K_WITHDRAWN] = { N_("You took everything back"), NULL, STATE_INFO, "↩" },
    [K_CLOSED] = { N_("We closed it"), NULL, STATE_INFO, "■" },
    [K_ASKED] = { N_("We asked {who} to remove a link"), N_("We asked {who} to remove {n} links"), STATE_WAITING, "→" },
    [K_UNDELIVERED] = { N_("The request did not reach {who}; we look for another way"), N_("{n} requests did not reach {who}; we look for another way"), STATE_LATE, "!" },
    [K_RECEIVED] = { N_("{who} says: received"), N_("{who} says: {n} received"), STATE_INFO, "○" },
    [K_REMOVED] = { N_("{who} says: removed"), N_("{who} says: {n} removed"), STATE_DONE, "✓" },
    [K_BLOCKED] = { N_("{who} says: no longer visible here"), N_("{who} says: {n} no longer visible here"), STATE_DONE, "✓" },
    [K_KEPT] = { N_("{who} leaves it online"), N_("{who} leaves {n} online"), STATE_REFUSED, "✕" },
    [K_REFUSED] = { N_("{who} refuses"), N_("{who} refuses for {n} links"), STATE_REFUSED, "✕" },
    [K_NOT_FOUND] = { N_("{who} says: cannot find it"), N_("{who} says: cannot find {n} of them"), STATE_WAITING, "?" },
    [K_NEED_MORE] = { N_("{who} asks us for more; we answer that"), N_("{who} asks us for more about {n} links; we answer that"), STATE_WAITING, "?" },
    [K_FILED] = { N_("We wrote to an authority: {who}"), N_("We wrote to an authority: {who} ({n} letters)"), STATE_WAITING, "→" },
    [K_FILED_RECEIVED] = { N_("{who} confirmed that our letter arrived"), N_("{who} confirmed that {n} letters arrived"), STATE_INFO, "○" },
    [K_FILED_ACTED] = { N_("{who} began to do something"), N_("{who} began to do something ({n} times)"), STATE_DONE, "⚑" },
    [K_FILED_DECIDED] = { N_("{who} decided"), N_("{who} decided {n} times"), STATE_DONE, "■" },
    [K_FILED_REFUSED] = { N_("{who} will not take it up; we look what else is possible"), N_("{who} will not take {n} letters up; we look what else is possible"), STATE_REFUSED, "✕" },
    [K_FILED_MOVED] = { N_("{who} passed it on to another body"), N_("{who} passed {n} letters on to another body"), STATE_INFO, "→" },
    [K_TAKEN_BACK] = { N_("A request to {who} was taken back"), N_("{n} requests to {who} were taken back"), STATE_INFO, "↩" },
    [K_SILENT] = { N_("{who} did not answer in time"), N_("{who} did not answer in time about {n} links"), STATE_SILENT, "▨" },
    [K_FILED_SILENT] = { N_("{who} did not answer in time"), N_("{who} did not answer in time ({n} letters)"), STATE_SILENT, "▨" },
    [K_ONLINE] = { N_("We looked: a link is still online"), N_("We looked: {n} links are still online"), STATE_LATE, "●" },
    [K_GONE] = { N_("We looked: a link is gone"), N_("We looked: {n} links are gone"), STATE_DONE, "✓" },
    [K_BACK] = { N_("We looked: a link came back"), N_("We looked: {n} links came back"), STATE_LATE, "↻" },
    [K_UNSEEN] = { N_("We looked, but could not see whether a link is still there"), N_("We looked, but could not see whether {n} links are still there"), STATE_WAITING, "?" },
    [K_MESSAGE_US] = { N_("You got a message from us"), N_("You got {n} messages from us"), STATE_INFO, "✉" },
    [K_MESSAGE_OWN] = { N_("You sent a message"), N_("You sent {n} messages"), STATE_INFO, "✉" },
};

typedef struct Mark { Kind kind; UnixMs at; Str kind_of, holder, rung; int64_t n; } Mark;
typedef struct Marks { Mark *m; size_t n, cap; } Marks;
enum { MARKS_MAX = 40000, LOCATIONS_LOOKED = 2000, CHECKS_LOOKED = 60, SHOWN_MAX = 200 };

static void mark(Marks *all, Kind kind, UnixMs at, Str kind_of, Str holder, Str rung) {
    if (at <= 0 || all->n == all->cap) return;
    all->m[all->n++] = (Mark){ kind, at, kind_of, holder, rung, 1 };
}

static int by_time(const void *a, const void *b) { /* newest first; what belongs together stands together */
    const Mark *x = a, *y = b;
    int64_t xm = x->at / 60000, ym = y->at / 60000;
    if (xm != ym) return xm > ym ? -1 : 1;
    if (x->kind != y->kind) return x->kind > y->kind ? -1 : 1;
    return str_cmp(x->holder, y->holder);
}

Str report_holder(Ctx *c, const UiCtx *ui, Str kind, Str holder, Str rung) {
    static const struct { const char *rung, *word; } rungs[] = { { "uploader", N_("the person who posted it") }, { "platform", N_("the site") }, { "flagger", N_("the site") }, { "complaint", N_("the site") },
        { "host", N_("the company that keeps the files") }, { "cdn", N_("the company that passes the files on") }, { "registrar", N_("the company behind the web address") },
        { "search", N_("a search engine") }, { "store", N_("an app store") }, { "payment", N_("a payment company") } };
    Date day = civil_at(c->app->zone, c->now).date;
    if (c->app->law != NULL && str_eq(kind, S("filing"))) {
        const LawAuthority *a = law_authority(c->app->law, holder, day);
        if (a != NULL) return a->name[ui->lang];
    }
    const LawPlatform *p = platform_row(c, holder);
    if (p != NULL) return p->name;
    for (size_t i = 0; i < LEN(rungs); i++)
        if (str_eq(rung, str_c(rungs[i].rung))) return tr(ui, rungs[i].word);
    return str_eq(kind, S("filing")) ? tr(ui, "an authority") : tr(ui, "the company concerned");
}

/* ---- gathering ---- */
static Kind answer_kind(Str outcome) {
    static const struct { const char *outcome; Kind kind; } map[] = { { "removed", K_REMOVED }, { "blocked", K_BLOCKED }, { "kept", K_KEPT }, { "refused", K_REFUSED }, { "not_found", K_NOT_FOUND }, { "need_more", K_NEED_MORE } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(outcome, str_c(map[i].outcome))) return map[i].kind;
    return K_NONE;
}

static void mark_notice(Marks *all, const RequestRow *r) {
    mark(all, K_ASKED, r->asked, r->kind, r->holder, r->rung);
    if (str_eq(r->delivery, S("failed"))) mark(all, K_UNDELIVERED, r->asked + 1, r->kind, r->holder, r->rung);
    Kind k = answer_kind(r->outcome);
    UnixMs at = r->decided != 0 ? r->decided : r->acted;
    if (r->received != 0 && r->received != at) mark(all, K_RECEIVED, r->received, r->kind, r->holder, r->rung);
    if (k != K_NONE) mark(all, k, at, r->kind, r->holder, r->rung);
}

static void mark_filing(Marks *all, const RequestRow *r) {
    mark(all, K_FILED, r->asked, r->kind, r->holder, r->rung);
    mark(all, K_FILED_RECEIVED, r->received, r->kind, r->holder, r->rung);
    if (r->acted != r->received && r->acted != r->decided) mark(all, K_FILED_ACTED, r->acted, r->kind, r->holder, r->rung);
    bool refused = str_eq(r->outcome, S("refused")) || str_eq(r->outcome, S("inadmissible")) || str_eq(r->outcome, S("no_action"));
    if (str_eq(r->outcome, S("transferred"))) mark(all, K_FILED_MOVED, r->acted, r->kind, r->holder, r->rung);
    else mark(all, refused ? K_FILED_REFUSED : K_FILED_DECIDED, r->decided, r->kind, r->holder, r->rung);
}

static Err mark_requests(Ctx *c, Id case_id, Marks *all) {
    RequestRow *r = NULL;
    SilenceRow *s = NULL;
    size_t n = 0, sn = 0;
    TRY(request_of_case(c, case_id, &r, &n));
    TRY(silence_of_case(c, case_id, &s, &sn));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(r[i].kind, S("filing"))) mark_filing(all, &r[i]);
        else mark_notice(all, &r[i]);
    }
    for (size_t i = 0; i < sn; i++) {
        bool filing = false;
        Str rung = STR_NONE;
        for (size_t k = 0; k < n; k++) {
            if (!str_eq(r[k].holder, s[i].holder)) continue;
            filing = str_eq(r[k].kind, S("filing"));
            rung = r[k].rung;
        }
        mark(all, filing ? K_FILED_SILENT : K_SILENT, s[i].due, filing ? S("filing") : S("notice"), s[i].holder, rung);
    }
    return OK;
}

/* Only changes are told: still online once, gone once, back once. Unknown is never gone. */
static Err mark_checks(Ctx *c, Id location, Marks *all) {
    CheckRow *rows = NULL;
    size_t n = 0;
    Kind last = K_NONE;
    bool was_gone = false;
    TRY(check_of_location(c, location, CHECKS_LOOKED, &rows, &n));
    for (size_t i = n; i-- > 0;) {
        Kind k = rows[i].removed ? K_GONE : str_eq(rows[i].verdict, S("still_online")) ? (was_gone ? K_BACK : K_ONLINE) : verdict_removed(rows[i].verdict) ? last : K_UNSEEN;
        if (k != last && k != K_NONE) mark(all, k, rows[i].at, S("check"), STR_NONE, STR_NONE);
        last = k;
        was_gone = k == K_GONE || (was_gone && k != K_BACK);
    }
    return OK;
}

static Err mark_locations(Ctx *c, Id case_id, Track *t, Marks *all) {
    LocationRow *rows = NULL;
    LocationCounts counts = { 0 };
    size_t n = 0;
    TRY(location_counts(c, case_id, &counts));
    t->all = counts.all;
    t->gone = counts.gone;
    t->online = counts.online;
    t->unseen = counts.all - counts.gone - counts.online;
    TRY(location_of_case(c, case_id, 0, LOCATIONS_LOOKED, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (rows[i].checks > 0) TRY(mark_checks(c, rows[i].id, all));
    return OK;
}

static Err mark_case(Ctx *c, const CaseRow *k, Marks *all) {
    MessageRow *m = NULL;
    size_t n = 0;
    mark(all, K_OPENED, k->opened, STR_NONE, STR_NONE, STR_NONE);
    mark(all, K_READ, k->read, STR_NONE, STR_NONE, STR_NONE);
    mark(all, K_PAUSED, k->paused, STR_NONE, STR_NONE, STR_NONE);
    mark(all, K_WITHDRAWN, k->withdrawn, STR_NONE, STR_NONE, STR_NONE);
    mark(all, K_CLOSED, k->closed, STR_NONE, STR_NONE, STR_NONE);
    TRY(message_heads(c, k->id, &m, &n));
    for (size_t i = 0; i < n; i++) mark(all, m[i].from_victim ? K_MESSAGE_OWN : K_MESSAGE_US, m[i].at, STR_NONE, STR_NONE, STR_NONE);
    return OK;
}

static Str sentence(Ctx *c, const UiCtx *ui, const Mark *m) {
    const Say *s = &says[m->kind];
    Str who = m->kind_of.n > 0 && !str_eq(m->kind_of, S("check")) ? report_holder(c, ui, m->kind_of, m->holder, m->rung) : STR_NONE;
    UiArg args[2] = { UA_S("who", who), UA_I("n", m->n) };
    Str text = who.n > 0 ? trn(ui, m->n, s->one, s->more, args, 2) : s->more != NULL ? trn(ui, m->n, s->one, s->more, args + 1, 1) : tr(ui, s->one);
    if (who.n > 0 && text.n > 0 && text.p[0] >= 'a' && text.p[0] <= 'z') { /* a sentence that begins with "the site" */
        char *z = str_z(ui->a, text);
        z[0] = (char)(z[0] - 'a' + 'A');
        text.p = z;
    }
    return text;
}

Err report_track(Ctx *c, const UiCtx *ui, const CaseRow *k, Track *out) {
    Marks all = { .m = ARENA_ARRAY(c->arena, Mark, MARKS_MAX), .cap = MARKS_MAX };
    Track t = { .items = ARENA_ARRAY(c->arena, UiTime, SHOWN_MAX) };
    TRY(mark_case(c, k, &all));
    TRY(mark_requests(c, k->id, &all));
    TRY(mark_locations(c, k->id, &t, &all));
    qsort(all.m, all.n, sizeof *all.m, by_time);
    for (size_t i = 0; i < all.n && t.n < SHOWN_MAX;) {
        Mark m = all.m[i++];
        for (; i < all.n && all.m[i].kind == m.kind && all.m[i].at / 60000 == m.at / 60000 && str_eq(all.m[i].holder, m.holder); i++) m.n++;
        t.items[t.n++] = (UiTime){ .at = m.at, .sign = str_c(says[m.kind].sign), .text = sentence(c, ui, &m), .state = says[m.kind].state };
    }
    *out = t;
    return OK;
}
