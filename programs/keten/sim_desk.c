/* sim_desk.c - what the desk does: the first look, notes, joining cases, notices, the next steps, shares, closing. */
#include "programs/keten/sim.h"

enum { LOCATIONS_MAX = 400, PASTE_MAX = 10000 };

static int worker(const SimCase *k) { return k->org == 0 ? SIM_WORKER + (int)(k->no % 2) : SIM_WORKER_B; }
static int lead(const SimCase *k) { return k->org == 0 ? SIM_LEAD + (int)(k->no % 2) : SIM_LEAD_B; }

static Err look(Sim *s, const SimCase *k, const CaseRow *row) {
    IncidentRow in = { .offence = str_c(k->offence), .online = S("yes"), .age_depicted = str_c(k->age), .consent_made = S("unknown"), .consent_shared = S("no"), .synthetic = S("no"), .threat = S("unknown") };
    Act *acts[5];
    size_t n = 0;
    sim_as(s, worker(k));
    acts[n++] = case_seen(&s->c, row->id);
    acts[n++] = case_claim(&s->c, row->id, s->c.now + 30 * 60000);
    acts[n++] = incident_add(&s->c, row->id, &in);
    if (str_eq(row->lane, S("unknown"))) acts[n++] = case_set_lane(&s->c, row->id, S("minor"), S("unknown"));
    return journal_commit(&s->c, acts, n);
}

static Err note(Sim *s, const SimCase *k, const CaseRow *row) {
    TRY(sim_sign_in(s, worker(k)));
    return journal_one(&s->c, note_add(&s->c, row->id, FACTS, S("call"), S("SIMULATED-STORY Gebeld; de persoon wil dat het weg is en verder niet.")));
}

static Err merge(Sim *s, const SimCase *k, const CaseRow *row) {
    Id into = ID_NONE;
    Err e = sim_case_id(s, k->twin, &into);
    if (e != OK) return e == E_MISSING ? OK : e;
    sim_as(s, lead(k));
    return journal_one(&s->c, case_merge(&s->c, row->id, into));
}

/* ---- notices ---- */
static Err recipient(Sim *s, Id id, RecipientRow *out) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    TRY(recipient_list(&s->c, s->c.person.org, false, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!id_eq(rows[i].id, id)) continue;
        *out = rows[i];
        return recipient_open(&s->c, out, 1);
    }
    return E_MISSING;
}

/* The same locations, recipient and words that the page of the desk would put together. */
static Err plan(Sim *s, const SimCase *k, const CaseRow *row, NoticePlan *p, RecipientRow *to) {
    bool adult = str_eq(row->lane, S("adult"));
    TRY(recipient(s, sim_recipient(s->world.w.seed, k->org, adult ? k->platform : SIM_PLATFORMS), to));
    *p = (NoticePlan){ .case_id = row->id, .to = to, .locations = p->locations, .locations_n = p->locations_n, .form = adult ? S("art16") : S("hotline"), .offence = str_c(k->offence), .lane = row->lane,
        .why = str_eq(to->lang, S("nl")) ? S("Dit beeld is zonder toestemming gedeeld.") : S("This image is shared without consent."), .territory = S("eu"), .action = S("remove"), .named = true, .good_faith = true,
        .earlier = p->earlier, .id = p->id };
    return OK;
}

static Err notice(Sim *s, const SimCase *k, const CaseRow *row) {
    LocationRow *locations = NULL;
    RecipientRow to;
    NoticePlan p = { .id = sim_id(s->world.w.seed, "notice", k->no, 0) };
    size_t n = 0;
    sim_as(s, worker(k));
    TRY(location_of_case(&s->c, row->id, 0, LOCATIONS_MAX, &locations, &p.locations_n));
    if (p.locations_n == 0 || !id_none(row->merged_into)) return OK;
    TRY(location_open(&s->c, locations, p.locations_n));
    p.locations = locations;
    TRY(plan(s, k, row, &p, &to));
    TRY(notice_write(&s->c, &p));
    Act **acts = ARENA_ARRAY(s->c.arena, Act *, p.locations_n + 8);
    TRY(notice_acts(&s->c, &p, acts, p.locations_n + 8, &n));
    return journal_commit(&s->c, acts, n);
}

Err sim_remind(Sim *s, const SimCase *k, const CaseRow *row, const ProposalRow *prop, Id id) {
    ClockRow clock;
    RequestRow r;
    LocationRow loc;
    RecipientRow to;
    Act *acts[8];
    size_t n = 0;
    TRY(clock_by_id(&s->c, prop->clock, &clock));
    TRY(request_by_id(&s->c, clock.subject, &r));
    TRY(location_by_id(&s->c, clock.location, &loc));
    TRY(location_open(&s->c, &loc, 1));
    NoticePlan p = { .id = id, .locations = &loc, .locations_n = 1, .earlier = r.subject };
    TRY(plan(s, k, row, &p, &to));
    if (str_eq(p.form, S("art16"))) p.form = S("reminder");
    TRY(notice_write(&s->c, &p));
    TRY(notice_acts(&s->c, &p, acts, LEN(acts) - 1, &n));
    acts[n++] = proposal_decide(&s->c, prop, true, STR_NONE);
    return journal_commit(&s->c, acts, n);
}

/* ---- what the law opens after a silence: one step is taken, the others wait or are put aside with a reason ---- */
static Str authority_for(Sim *s, const ProposalRow *p, const ClockRow *clock, Date today) {
    Str code = str_eq(p->target, S("holder")) ? clock->holder : p->target;
    return law_authority(s->app.law, code, today) != NULL ? code : STR_NONE;
}

static Err put_aside(Sim *s, const ProposalRow *rows, size_t n) {
    enum { AT_ONCE = 6 };
    Act *acts[AT_ONCE];
    size_t k = 0;
    for (; k < n && k < AT_ONCE; k++) acts[k] = proposal_decide(&s->c, &rows[k], false, S("Een andere stap gaat voor."));
    return journal_commit(&s->c, acts, k);
}

static Err next_step(Sim *s, const SimEvent *e, const SimCase *k, const CaseRow *row) {
    ProposalRow *rows = NULL;
    size_t n = 0;
    Date today = civil_at(s->app.zone, s->c.now).date;
    sim_as(s, lead(k));
    TRY(proposal_of_case(&s->c, row->id, true, &rows, &n));
    if (n == 0) return OK;
    for (size_t i = 0; i < n; i++) {
        ClockRow clock;
        const LawNext *next = law_next(s->app.law, rows[i].ground, today);
        Str form = next != NULL ? next->form : STR_NONE;
        if (rows[i].not_before > s->c.now || form.n == 0) continue;
        if (e->round == 0 && str_eq(form, S("reminder"))) return sim_remind(s, k, row, &rows[i], sim_id(s->world.w.seed, "reminder", k->no, e->round));
        TRY(clock_by_id(&s->c, rows[i].clock, &clock));
        Str authority = authority_for(s, &rows[i], &clock, today);
        if (e->round > 0 && k->files && authority.n > 0) return sim_file(s, k, row, &rows[i], form, authority);
    }
    return e->round == 0 ? OK : put_aside(s, rows, n);
}

/* ---- the rest ---- */
static Err share(Sim *s, const SimEvent *e, const SimCase *k, const CaseRow *row) {
    Id to = sim_org(s->world.w.seed, 2 + (int)(k->no % 3)), id = sim_id(s->world.w.seed, "share", k->no, 0);
    sim_as(s, worker(k));
    if (e->what == SIM_UNSHARE) return journal_one(&s->c, share_end(&s->c, row->id, id));
    Act *a = share_make(&s->c, row->id, row->id, to, S("advice"), S("dossier"), s->c.now + (int64_t)30 * 86400000);
    a->subject = id;
    return journal_one(&s->c, a);
}

static Err close_case(Sim *s, const SimCase *k, const CaseRow *row) {
    sim_as(s, worker(k));
    if (row->closed != 0) return OK;
    return journal_one(&s->c, case_close(&s->c, row->id, S("done")));
}

/* One list of thousands of links, pasted at once: it all goes in, or nothing. */
static Err paste(Sim *s) {
    CaseRow row = { 0 };
    SimCase k;
    Id id = ID_NONE;
    bool found = false;
    size_t n = s->world.w.cases < 1000 ? (size_t)s->world.w.cases * 10 : PASTE_MAX, acts_n = 0;
    Act **acts = NULL;
    for (int64_t no = 0; no < s->world.w.cases && !found; no++) {
        sim_case(&s->world, no, &k);
        Err e = sim_case_id(s, no, &id);
        if (e == OK) e = case_by_id(&s->c, id, &row);
        if (e != OK && e != E_MISSING) return e;
        found = e == OK && k.adult && k.org == 0 && row.active && row.paused == 0 && row.withdrawn == 0 && row.erased == 0 && id_none(row.merged_into);
    }
    if (!found) return OK;
    LocationNew *in = ARENA_ARRAY(s->c.arena, LocationNew, n);
    LocationResult *res = ARENA_ARRAY(s->c.arena, LocationResult, n);
    for (size_t i = 0; i < n; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(s->c.arena, "https://lijst.test/post/%zu", i), .host = S("lijst.test"), .kind = S("page"), .source = S("paste") };
    sim_as(s, SIM_WORKER);
    TRY(location_add_many(&s->c, row.id, in, n, res, &acts, &acts_n));
    return journal_commit(&s->c, acts, acts_n);
}

Err sim_desk(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) {
    CaseRow row;
    if (e->what == SIM_PASTE) return paste(s);
    TRY(case_by_id(&s->c, case_id, &row));
    if (row.erased != 0 || row.withdrawn != 0) return OK; /* nobody works on it any more */
    if (e->what == SIM_LOOK) return look(s, k, &row);
    if (e->what == SIM_NOTE) return note(s, k, &row);
    if (e->what == SIM_MERGE) return merge(s, k, &row);
    if (e->what == SIM_NOTICE) return notice(s, k, &row);
    if (e->what == SIM_ROUND) return next_step(s, e, k, &row);
    if (e->what == SIM_SHARE || e->what == SIM_UNSHARE) return share(s, e, k, &row);
    return close_case(s, k, &row);
}
