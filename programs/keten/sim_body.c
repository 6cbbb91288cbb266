/* sim_body.c - filings, and the bodies they go to: a receipt and nothing more, a visible act, a promise that is not kept, a refusal
 * with its reason, a decision, a transfer. */
#include "programs/keten/sim.h"

static int lead(const SimCase *k) { return k->org == 0 ? SIM_LEAD + (int)(k->no % 2) : SIM_LEAD_B; }

/* ---- the filing ---- */
static Err body(Sim *s, const FilingNew *n, Str *out) {
    FilingRow shape = { .case_id = n->case_id, .form = n->form, .offence = n->offence };
    FilingPart *parts = NULL;
    size_t parts_n = 0;
    TRY(filing_parts(&s->c, &shape, &parts, &parts_n));
    for (size_t i = 0; i < parts_n; i++) parts[i].text = str_fmt(s->c.arena, "Nagebootste tekst bij het onderdeel " STR_FMT ".", STR_ARG(parts[i].element));
    Buf b = buf_new(FILING_BODY_MAX);
    filing_body_write(parts, parts_n, &b);
    Err e = buf_err(&b);
    *out = str_dup(s->c.arena, buf_str(&b));
    buf_free(&b);
    return e;
}

/* The filing whose term ran out: a notice of default is about it. */
static Err about(Sim *s, Id case_id, Id request, Id *out) {
    FilingRow *rows = NULL;
    size_t n = 0;
    *out = ID_NONE;
    TRY(filing_of_case(&s->c, case_id, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(rows[i].request, request)) *out = rows[i].id;
    return OK;
}

/* Written, agreed to and signed in one go. */
Err sim_file(Sim *s, const SimCase *k, const CaseRow *row, const ProposalRow *p, Str form, Str authority) {
    Act *acts[8], **sign = NULL;
    ClockRow clock;
    OrgRow to;
    size_t n = 0, sign_n = 0;
    bool yes = false;
    Str purpose = str_fmt(s->c.arena, "filing:" STR_FMT, STR_ARG(authority));
    FilingNew f = { .case_id = row->id, .authority = authority, .form = form, .offence = str_c(k->offence), .platform = sim_platform_code(s, k->platform), .country = S("NL"), .lang = S("nl") };
    TRY(clock_by_id(&s->c, p->clock, &clock));
    TRY(about(s, row->id, clock.subject, &f.about));
    TRY(body(s, &f, &f.body));
    TRY(consent_holds(&s->c, row->id, purpose, &yes));
    if (!yes) acts[n++] = consent_give(&s->c, row->id, purpose, S("victim"));
    Act *draft = filing_draft(&s->c, ID_NONE, &f);
    acts[n++] = draft;
    FilingRow as = { .id = draft->subject, .case_id = row->id, .org = row->org, .authority = authority, .form = form, .offence = f.offence, .platform = f.platform, .country = f.country, .lang = f.lang };
    Err e = org_by_authority(&s->c, authority, &to);
    if (e != OK && e != E_MISSING) return e;
    TRY(filing_sign(&s->c, &as, e == OK ? S("inbox") : S("hand"), &sign, &sign_n));
    for (size_t i = 0; i < sign_n; i++) acts[n++] = sign[i];
    acts[n++] = proposal_decide(&s->c, p, true, STR_NONE);
    return journal_commit(&s->c, acts, n);
}

/* ---- what comes of it ---- */
static Err record(Sim *s, const FilingRow *f, const FilingEvent *ev, bool by_authority) {
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_record(&s->c, f, ev, by_authority, &acts, &n));
    return journal_commit(&s->c, acts, n);
}

static Err sent_by_hand(Sim *s, const FilingRow *f) {
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_sent(&s->c, f, s->c.now, ID_NONE, &acts, &n));
    return journal_commit(&s->c, acts, n);
}

typedef struct Temper { const char *what, *outcome; unsigned weight; int promised_days; } Temper;
static const char *const reasons[] = { "not_competent", "no_priority", "provider_unlikely_to_comply", "not_enough_evidence", "no_interested_party", "already_handled" };

/* Whoever works at the body and has it in the inbox says so there; the others write, and the desk records it. */
static Err says(Sim *s, const SimCase *k, const FilingRow *f, const Temper *t) {
    FilingEvent ev = { .what = str_c(t->what), .outcome = str_c(t->outcome), .on = s->c.now };
    if (strcmp(t->outcome, "refused") == 0) ev.reason = str_c(reasons[sim_below(&s->rnd, LEN(reasons))]);
    if (strcmp(t->what, "transferred") == 0) ev.reason = S("DSC-IE");
    if (t->promised_days > 0) ev.until = s->c.now + (int64_t)t->promised_days * 86400000;
    if (strcmp(t->what, "acted") == 0 || strcmp(t->what, "asked") == 0) ev.text = S("Nagebootst bericht.");
    bool own = str_eq(f->channel, S("inbox")) && strcmp(t->what, "received") != 0 && strcmp(t->what, "completed") != 0;
    for (int u = SIM_INSPECTOR; own && u < SIM_INSPECTOR + 3; u++) {
        if (!id_eq(sim_org(s->world.w.seed, sim_users[u].org), f->to_org)) continue;
        sim_as(s, u);
        return record(s, f, &ev, true);
    }
    sim_as(s, lead(k));
    return record(s, f, &ev, false);
}

static Err goes_on(Sim *s, const SimEvent *e, const SimCase *k, const FilingRow *f, const RequestRow *r) {
    static const Temper first[] = { { "received", "", 80, 0 }, { "acted", "", 6, 0 }, { "", "", 14, 0 } };
    static const Temper second[] = { { "", "", 34, 0 }, { "acted", "", 14, 0 }, { "asked", "", 10, 0 }, { "promised", "", 14, 21 }, { "transferred", "", 8, 0 }, { "decided", "refused", 14, 0 }, { "decided", "granted", 6, 0 } };
    static const Temper third[] = { { "", "", 60, 0 }, { "completed", "", 10, 0 }, { "decided", "refused", 12, 0 }, { "decided", "inadmissible", 4, 0 }, { "decided", "granted", 10, 0 }, { "decided", "no_action", 4, 0 } };
    static const struct { const Temper *of; size_t n; } by[SIM_AUTHORITY] = { { first, LEN(first) }, { second, LEN(second) }, { third, LEN(third) } };
    unsigned weights[8];
    const Temper *of = by[e->round].of;
    if (r->decided != 0 || str_eq(r->outcome, S("withdrawn"))) return OK;
    for (size_t i = 0; i < by[e->round].n; i++) weights[i] = of[i].weight;
    const Temper *t = &of[sim_pick(&s->rnd, weights, by[e->round].n)];
    return t->what[0] == '\0' ? OK : says(s, k, f, t); /* silence needs no act */
}

Err sim_body(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) {
    FilingRow *rows = NULL;
    CaseRow row;
    RequestRow r;
    size_t n = 0;
    TRY(case_by_id(&s->c, case_id, &row));
    sim_as(s, lead(k));
    if (row.erased != 0) return OK;
    TRY(filing_of_case(&s->c, case_id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(rows[i].state, S("signed")) && str_eq(rows[i].channel, S("hand"))) return sent_by_hand(s, &rows[i]);
        if (!str_eq(rows[i].state, S("sent"))) continue;
        TRY(request_by_id(&s->c, rows[i].request, &r));
        if (r.decided == 0) return goes_on(s, e, k, &rows[i], &r);
    }
    return OK;
}
