/* lookup_moved.c - a place that changed hands: whoever holds it now is asked the same, by itself, and a person looks at it afterwards. The
 * earlier request stays as it was, with its clock. Only what a person signed is sent on, in its own words, and never about a minor. */
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/playbook.h"

enum { TURN_MS = 4 * HOUR_MS };

static bool follows_holder(Str rung) { return str_eq(rung, S("host")) || str_eq(rung, S("cdn")) || str_eq(rung, S("registrar")); }

/* The one to ask now: of that rung, with an address, allowed. NULL: not known, or the recipient is still among them. */
static const LookupRung *new_holder(const Lookup *l, const RecipientRow *to) {
    const LookupRung *other = NULL;
    for (size_t i = 0; i < l->rungs; i++) {
        const LookupRung *r = &l->rung[i];
        if (!str_eq(r->rung, to->rung) || str_eq(r->role, S("registry"))) continue;
        if (str_ieq(r->mail, to->mail)) return NULL;
        if (other == NULL && lookup_offered(r)) other = r;
    }
    return other;
}

/* Whether the recipient was the right one when it was asked: found there before. Whoever was chosen by hand against what was found is a
 * person's choice, and nobody else is written to in its place. */
static Err was_right(Ctx *c, Id location, const RecipientRow *to, bool *out) {
    enum { BACK = 60 };
    LookupRow *rows = NULL;
    size_t n = 0;
    *out = false;
    TRY(lookup_rows(c, location, BACK, &rows, &n));
    for (size_t i = 0; i < n && !*out; i++) {
        Lookup *l = ARENA_NEW(c->arena, Lookup);
        Str text = STR_NONE;
        Err e = journal_open(c, rows[i].org, rows[i].case_id, STORE, rows[i].id, "result", rows[i].result_sealed, &text);
        if (e == E_MISSING || e == E_DENIED) continue;
        TRY(e);
        if (lookup_read(c->arena, text, l) != OK) continue;
        for (size_t k = 0; k < l->rungs && !*out; k++) *out = str_eq(l->rung[k].rung, to->rung) && str_ieq(l->rung[k].mail, to->mail);
    }
    return OK;
}

static Err recipient_for(Ctx *c, const LookupRung *r, Str lang, RecipientRow *out, bool *out_new) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    TRY(recipient_list(c, c->person.org, false, &rows, &n));
    TRY(recipient_open(c, rows, n));
    *out_new = false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].rung, r->rung) && str_ieq(rows[i].mail, r->mail)) {
            *out = rows[i];
            return OK;
        }
    RecipientNew w = lookup_recipient(c->app->law, r);
    *out = (RecipientRow){ .id = ctx_new_id(c), .org = c->person.org, .rung = w.rung, .platform = w.platform, .lang = lang, .country = w.country, .name = w.name, .mail = w.mail, .found = w.found };
    *out_new = true;
    return OK;
}

static Err ask_new(Ctx *c, const NoticeRow *n, const LocationRow *loc, const LookupRung *r, Acts *l) {
    RecipientRow *to = ARENA_NEW(c->arena, RecipientRow);
    NoticeRow there;
    bool fresh = false;
    Act *acts[8];
    size_t k = 0;
    NoticePlan p = { .case_id = n->case_id, .to = to, .locations = loc, .locations_n = 1, .form = n->form, .offence = n->offence, .lane = n->lane, .territory = n->territory, .action = n->action, .named = n->named, .good_faith = true,
        .earlier = n->id, .id = derived_id(n->id, str_fmt(c->arena, "moved " STR_FMT " " STR_FMT, STR_ARG(id_hex(c->arena, loc->id)), STR_ARG(str_lower(c->arena, r->mail))), 0) };
    Err e = notice_by_id(c, p.id, &there);
    if (e != E_MISSING) return e; /* asked already: the same job again, or the place went back and forth */
    TRY(notice_words(c, n, &p.why, &p.extra));
    if (p.why.n == 0) return OK; /* made before its words were kept: a person writes again */
    TRY(recipient_for(c, r, n->lang, to, &fresh));
    p.is_seed = fresh;
    p.seed = (RecipientNew){ .rung = to->rung, .platform = to->platform, .lang = n->lang, .country = to->country, .name = to->name, .mail = to->mail, .found = S("lookup") };
    to->lang = n->lang; /* the words stand in that language */
    TRY(notice_write(c, &p));
    TRY(notice_acts(c, &p, acts, LEN(acts), &k));
    for (size_t i = 0; i < k; i++) acts_put(c, l, acts[i]);
    return OK;
}

Err lookup_moved(Ctx *c, const NoticeRow *n, const LocationRow *loc, const Lookup *now, Acts *l, bool *out_moved) {
    RecipientRow to;
    PlayRow rule;
    bool right = false;
    *out_moved = false;
    if (n->withdrawn != 0 || !str_eq(n->lane, S("adult"))) return OK;
    TRY(recipient_by_id(c, n->recipient, &to));
    if (!follows_holder(to.rung)) return OK;
    TRY(recipient_open(c, &to, 1));
    const LookupRung *r = new_holder(now, &to);
    if (r == NULL) return OK;
    TRY(was_right(c, loc->id, &to, &right));
    if (!right) return OK;
    *out_moved = true;
    TRY(playbook_row(c, S("moved"), &rule));
    if (rule.self) TRY(ask_new(c, n, loc, r, l));
    acts_put(c, l, case_turn(c, n->case_id, S("us"), S("host_changed"), c->now + TURN_MS)); /* reviewed afterwards */
    return OK;
}

Err lookup_moved_all(Ctx *c, const LocationRow *loc, const Lookup *now, Acts *l) {
    RequestRow *rows = NULL;
    size_t n = 0;
    Id done[64];
    size_t done_n = 0;
    TRY(request_of_location(c, loc->id, &rows, &n));
    for (size_t i = 0; i < n && done_n < LEN(done); i++) {
        NoticeRow notice;
        bool moved = false, open = rows[i].outcome.n == 0 || str_eq(rows[i].outcome, S("need_more")) || str_eq(rows[i].outcome, S("not_found"));
        if (!str_eq(rows[i].kind, S("notice")) || !open || !id_eq(rows[i].org, c->person.org)) continue;
        TRY(notice_by_id(c, rows[i].subject, &notice));
        TRY(lookup_moved(c, &notice, loc, now, l, &moved));
        done[done_n++] = notice.id;
    }
    return OK;
}

/* ---- at the moment of sending ---- */
enum { HOSTS_MAX = 6, FRESH_MS = 15 * 60 * 1000 };
typedef struct Host { Str name; const Lookup *now; } Host;
typedef struct Sending { Ctx *c; const NoticeRow *n; Host host[HOSTS_MAX]; size_t hosts; } Sending;

/* What is known of this place now: asked for another place of that host a moment ago, asked lately, or asked now. NULL: cannot be asked. */
static Err known_now(Sending *s, const LocationRow *loc, Acts *l, const Lookup **out) {
    Str name = lookup_url_host(loc->url);
    Lookup *now = ARENA_NEW(s->c->arena, Lookup);
    LookupRow row;
    bool changed = false;
    *out = NULL;
    for (size_t i = 0; i < s->hosts && *out == NULL; i++)
        if (str_eq(s->host[i].name, name)) *out = s->host[i].now;
    if (*out != NULL) return OK;
    Err e = lookup_latest(s->c, loc->id, &row, now);
    if (e != OK && e != E_MISSING && e != E_INPUT) return e;
    if (e != OK || s->c->now - row.at >= FRESH_MS) {
        if (s->hosts == HOSTS_MAX) return OK;
        e = lookup_record(s->c, s->n->case_id, loc, S("sending"), now, &changed, l);
        if (e == E_INPUT || e == E_OUTSIDE) return OK; /* what cannot be looked up now holds nothing up */
        TRY(e);
        s->host[s->hosts++] = (Host){ name, now };
    }
    *out = now;
    return OK;
}

/* One lookup for each host, at most HOSTS_MAX. Where all places are in other hands, those are asked instead and this notice does not go. */
Err lookup_before_sending(Ctx *c, const NoticeRow *n, bool *out_goes) {
    RequestRow *rows = NULL;
    RecipientRow to;
    Sending s = { .c = c, .n = n };
    size_t rows_n = 0, moved_n = 0, live = 0;
    *out_goes = true;
    if (c->app->registry == NULL || !str_eq(n->lane, S("adult"))) return OK;
    TRY(recipient_by_id(c, n->recipient, &to));
    if (!follows_holder(to.rung)) return OK;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        LocationRow loc;
        const Lookup *now = NULL;
        Acts l = { .n = 0 };
        bool moved = false;
        TRY(location_by_id(c, rows[i].location, &loc));
        TRY(location_open(c, &loc, 1));
        if (loc.url_err != OK) continue;
        live++;
        TRY(known_now(&s, &loc, &l, &now));
        if (now != NULL) TRY(lookup_moved(c, n, &loc, now, &l, &moved));
        if (l.n > 0) TRY(journal_commit(c, l.v, l.n));
        moved_n += moved;
    }
    *out_goes = moved_n == 0 || moved_n < live;
    return OK;
}
