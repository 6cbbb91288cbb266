/* dossier_timeline.c - one list of everything that was asked, that came, that was due and that stayed away, by time; each end with how it was counted. */
#include "foundation/base/csv.h"
#include "steps/inquiry/dossier_in.h"

#include <stdlib.h>

typedef struct Moment { UnixMs at; size_t place; const char *what; Str who, url, about, nl, en; } Moment;
typedef struct Moments { const Draft *f; Moment *all; size_t n, cap; } Moments;

static void put(Moments *m, UnixMs at, const char *what, Str who, Id location, Str about) {
    if (at == 0) return; /* what did not happen has no time */
    m->all = ARENA_ROOM(m->f->c->arena, m->all, m->n, &m->cap);
    m->all[m->n] = (Moment){ .at = at, .place = m->n, .what = what, .who = who, .url = draft_url(m->f, location), .about = about };
    m->n++;
}

static Str joined(Arena *a, const Law *law, const TermResult *t, Lang lang) {
    Buf b = buf_new(65536);
    for (size_t i = 0; i < t->derivation_n; i++) {
        if (i > 0) buf_z(&b, "; ");
        buf_put(&b, law_reason_text(law, &t->derivation[i], lang, a));
    }
    Str s = str_dup(a, str_utf8_cut(buf_str(&b), 60000));
    buf_free(&b);
    return s;
}

/* An end is counted anew from the law data; one that a promise, an extension or a correction moved has no derivation here, and the acts say why. */
static void clocks(Moments *m) {
    const Draft *f = m->f;
    const Law *law = f->c->app->law;
    for (size_t i = 0; i < f->clocks_n; i++) {
        const ClockRow *k = &f->clocks[i];
        Str who = draft_holder(f, f->lang, k->holder), duty = draft_duty(f, f->lang, k->duty);
        TermResult t = { 0 };
        TermQuery q = { .rule = k->duty, .from = k->from, .received = k->from, .lane = S("adult"), .offence = f->incidents_n > 0 ? f->incidents[0].offence : STR_NONE };
        put(m, k->from, "clock_from", who, k->location, duty);
        put(m, k->met, "clock_met", who, k->location, duty);
        put(m, k->lapsed, "clock_lapsed", who, k->location, duty);
        put(m, k->due, "clock_due", who, k->location, duty);
        if (k->due == 0 || law == NULL || law_term(law, &q, f->c->arena, &t) != OK || !t.has_due || t.due_at != k->due) continue;
        m->all[m->n - 1].nl = joined(f->c->arena, law, &t, LANG_NL);
        m->all[m->n - 1].en = joined(f->c->arena, law, &t, LANG_EN);
    }
}

static int by_time(const void *x, const void *y) {
    const Moment *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

static void row(Buf *b, const Str *cells, size_t n) {
    for (size_t i = 0; i < n; i++) csv_field_safe(b, cells[i], ',', i == 0);
    csv_end(b);
}

Str draft_timeline_csv(const Draft *f) {
    Arena *a = f->c->arena;
    Moments m = { .f = f };
    Buf b = buf_new(TEXT_FILE_MAX);
    const Str head[] = { S("utc"), S("local"), S("what"), S("who"), S("url"), S("about"), S("derivation_nl"), S("derivation_en") };
    for (size_t i = 0; i < f->requests_n; i++) {
        const RequestRow *r = &f->requests[i];
        Str who = draft_holder(f, f->lang, r->holder);
        const struct { UnixMs at; const char *what; } steps[] = { { r->asked, "asked" }, { r->delivered, "delivered" }, { r->received, "received" }, { r->acted, "first_visible_act" }, { r->decided, "decided" } };
        for (size_t k = 0; k < LEN(steps); k++) put(&m, steps[k].at, steps[k].what, who, r->location, r->form);
    }
    for (size_t i = 0; i < f->silences_n; i++) put(&m, f->silences[i].at, "silence_recorded", draft_holder(f, f->lang, f->silences[i].holder), f->silences[i].location, draft_duty(f, f->lang, f->silences[i].duty));
    clocks(&m);
    if (m.n > 1) qsort(m.all, m.n, sizeof *m.all, by_time);
    row(&b, head, LEN(head));
    for (size_t i = 0; i < m.n; i++) {
        const Moment *x = &m.all[i];
        const Str cells[] = { when_rfc3339(a, x->at), draft_when(f, x->at), str_c(x->what), x->who, x->url, x->about, x->nl, x->en };
        row(&b, cells, LEN(cells));
    }
    must(buf_err(&b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}
