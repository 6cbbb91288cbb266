/* dossier_gather.c - everything a dossier is made from, read at one moment, and the choice of which acts it opens.
 *
 * An act is opened when it is about what was online, what was asked and what came. What a person told, care, identity, who was
 * spoken to and when stays closed: only its commitment is there, so that the chain shows that nothing was left out. */
#include "steps/inquiry/dossier_in.h"

static const char *const open_kinds[] = { "location.", "capture.", "dossier.", "finding.", "request.", "clock.", "silence.", "notice.", "filing.", "watch." };

/* Beyond its kind, an act stays closed when a person's words are in it that are not part of the dossier. */
static bool opens(const Event *e) {
    bool kind = false;
    if (e->def == NULL) return false;
    for (size_t i = 0; i < LEN(open_kinds); i++) kind = kind || str_starts(e->kind, str_c(open_kinds[i]));
    if (!kind) return false;
    for (int i = 0; e->def->fields[i].kind != F_END; i++) {
        const FieldDef *d = &e->def->fields[i];
        if (d->kind != F_TEXT || !e->act->vals[i].set) continue;
        if (d->cls != STORE || strcmp(d->name, "note") == 0) return false;
    }
    return true;
}

const char *draft_closed(const Draft *f, size_t i) {
    return f->acts[i].e->def == NULL ? N_("made by a newer version of the program") : N_("about the person or the work of the team, not about the evidence");
}

Err draft_read_acts(Ctx *c, Draft *f, int64_t upto) {
    enum { BATCH = 500 };
    size_t cap = 0;
    for (int64_t after = 0;;) {
        Event *events = NULL;
        size_t n = 0;
        TRY(journal_case_events(c, f->k.id, after, BATCH, true, false, &events, &n));
        for (size_t i = 0; i < n; i++) {
            if (upto > 0 && events[i].case_seq > upto) return OK;
            if (f->acts_n == DOSSIER_EVENTS_MAX) return E_LIMIT;
            f->acts = ARENA_ROOM(c->arena, f->acts, f->acts_n, &cap);
            Opened *o = &f->acts[f->acts_n++];
            *o = (Opened){ .seq = events[i].seq, .case_seq = events[i].case_seq, .e = &events[i], .open = opens(&events[i]) };
            if (o->open) TRY(journal_canonical(c, o->seq, &o->event, &o->salt, &o->commitment));
            else TRY(journal_commitment(c, o->seq, &o->commitment));
            f->withheld += !o->open;
            after = events[i].case_seq;
        }
        if (n < BATCH) return OK;
    }
}

static Err read_places(Ctx *c, Draft *f) {
    TRY(location_of_case(c, f->k.id, 0, PLACES_MAX, &f->places, &f->places_n));
    return location_open(c, f->places, f->places_n);
}

/* Every look at every location of the case; the newest CHECKS_MAX when there are more. */
static Err read_checks(Ctx *c, Draft *f) {
    enum { CHECKS_MAX = 2000, EACH = 200 };
    f->checks = ARENA_ARRAY(c->arena, CheckRow, CHECKS_MAX);
    for (size_t i = 0; i < f->places_n && f->checks_n < CHECKS_MAX; i++) {
        CheckRow *rows = NULL;
        size_t n = 0;
        TRY(check_of_location(c, f->places[i].id, EACH, &rows, &n));
        for (size_t k = n; k > 0 && f->checks_n < CHECKS_MAX; k--) f->checks[f->checks_n++] = rows[k - 1];
    }
    return OK;
}

/* What was said of the captures later. */
static Err read_notes(Ctx *c, Draft *f) {
    enum { EACH = 500 };
    size_t cap = 0;
    for (size_t i = 0; i < f->captures_n; i++) {
        Event *e = NULL;
        size_t n = 0;
        TRY(journal_subject_events(c, f->captures[i].id, EACH, true, &e, &n));
        for (size_t k = 0; k < n; k++) {
            if (!str_eq(e[k].kind, S("capture.noted"))) continue;
            f->notes = ARENA_ROOM(c->arena, f->notes, f->notes_n, &cap);
            f->notes[f->notes_n++] = (RemarkRow){ .capture = f->captures[i].id, .by = e[k].actor, .act = e[k].id, .what = act_get_code(e[k].act, "what"), .text = act_get_text(e[k].act, "text"), .at = e[k].at };
        }
    }
    return OK;
}

/* Mails and letters of the case, oldest first. */
static Err read_letters(Ctx *c, Draft *f) {
    BlobRow *all = NULL;
    size_t n = 0;
    TRY(blob_of_case(c, f->k.id, STR_NONE, &all, &n));
    f->letters = ARENA_ARRAY(c->arena, BlobRow, n + 1);
    for (size_t i = n; i > 0 && f->letters_n < LETTERS_MAX; i--)
        if (str_eq(all[i - 1].kind, S("mail")) || str_eq(all[i - 1].kind, S("letter"))) f->letters[f->letters_n++] = all[i - 1];
    return OK;
}

void draft_languages(Ctx *c, Draft *f) {
    for (int l = 0; l < LANG_COUNT; l++) {
        f->ui[l] = ui_plain(c->arena, (Lang)l, c->now);
        f->ui[l].zone = c->app->zone;
        f->ui[l].demo = c->app->demo;
        f->ui[l].org = f->org.name;
    }
    f->lang = lang_from(f->d.lang, LANG_NL);
}

Err draft_gather(Ctx *c, const DossierRow *d, Draft *out) {
    Draft f = { .c = c, .d = *d };
    TRY(case_by_id(c, d->case_id, &f.k));
    TRY(org_by_id(c, d->org, &f.org));
    TRY(capture_of_dossier(c, d->id, &f.captures, &f.captures_n));
    TRY(finding_of_dossier(c, d->id, &f.findings, &f.findings_n));
    for (size_t i = 0; i < f.findings_n; i++) TRY(f.findings[i].err);
    TRY(read_places(c, &f));
    TRY(request_of_case(c, d->case_id, &f.requests, &f.requests_n));
    TRY(silence_of_case(c, d->case_id, &f.silences, &f.silences_n));
    TRY(clock_of_case(c, d->case_id, &f.clocks, &f.clocks_n));
    TRY(incident_list(c, d->case_id, &f.incidents, &f.incidents_n));
    TRY(read_checks(c, &f));
    TRY(read_letters(c, &f));
    TRY(read_notes(c, &f));
    TRY(capture_erased_of(c, d->case_id, &f.erased, &f.erased_n));
    TRY(draft_read_acts(c, &f, 0));
    f.number = dossier_number(c->arena, f.k.ref, d);
    draft_languages(c, &f);
    *out = f;
    return OK;
}
