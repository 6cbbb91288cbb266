/* enforce.c - the rules of filings: when one may be signed, what sending starts, what each visible act does to request and clocks. */
#include "steps/enforce/enforce_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

const FilingWhat filing_whats[] = {
    { "received", N_("Receipt was confirmed"), REQ_RECEIVED, false, true, true, false, false, false },
    { "accepted", N_("It was taken up"), REQ_ACTED, true, true, true, false, false, true },
    { "declined", N_("It was not taken up"), REQ_DECIDED, true, true, true, false, true, true },
    { "acted", N_("A visible act was done"), REQ_ACTED, true, true, true, false, false, true },
    { "asked", N_("The authority asks for more"), REQ_ACTED, true, true, true, false, false, true },
    { "completed", N_("We gave what was asked"), REQ_INVALID, false, true, true, false, false, true },
    { "promised", N_("A date was promised"), REQ_ACTED, true, true, true, false, false, false },
    { "decided", N_("A decision was made"), REQ_DECIDED, true, true, true, true, true, true },
    { "transferred", N_("Passed on to another body"), REQ_TRANSFERRED, true, true, true, false, true, false },
    { NULL, NULL, REQ_INVALID, false, false, false, false, false, false },
};
const char *const filing_outcomes[] = { "granted", "refused", "inadmissible", "no_action", NULL };
/* Why a body refuses, as the letter's senders met it: each can be counted. */
const char *const filing_reasons[] = { "not_competent", "no_priority", "provider_unlikely_to_comply", "not_enough_evidence", "no_interested_party", "not_unlawful", "already_handled", "other", NULL };

static bool known(const char *const *codes, Str code) {
    for (size_t i = 0; codes[i] != NULL; i++)
        if (str_eq(code, str_c(codes[i]))) return true;
    return false;
}
static const FilingWhat *what_of(Str code) {
    for (const FilingWhat *w = filing_whats; w->code != NULL; w++)
        if (str_eq(code, str_c(w->code))) return w;
    return NULL;
}

Date enforce_today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

/* ---- acts ---- */
static const FieldDef drafted_fields[] = { { "authority", F_CODE, CLEAR, true, 0 }, { "form", F_CODE, CLEAR, true, 0 }, { "offence", F_CODE, CLEAR, false, 0 }, { "platform", F_CODE, CLEAR, false, 0 },
    { "country", F_CODE, CLEAR, false, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "about", F_ID, CLEAR, false, 0 }, { "dossier", F_ID, CLEAR, false, 0 }, { "year", F_INT, CLEAR, true, 9999 },
    { "body", F_TEXT, STORE, false, FILING_BODY_MAX }, { "mail", F_TEXT, STORE, false, 320 }, END };
static bool too_early(Ctx *c, Str form_id, Id about, Str country);
static const char *const void_words = N_("A notice of default is void while the term still runs. Wait until it is over.");
static Err check_drafted(Ctx *c, const Act *a) {
    Date today = enforce_today(c);
    if (law_form(c->app->law, act_get_code(a, "form"), today) == NULL) return ctx_refuse(c, E_INPUT, "form", N_("This form is not in the law data."));
    if (law_authority(c->app->law, act_get_code(a, "authority"), today) == NULL) return ctx_refuse(c, E_INPUT, "authority", N_("This body is not in the law data."));
    if (str_eq(act_get_code(a, "form"), S("default_notice")) && too_early(c, S("default_notice"), act_get_id(a, "about"), act_get_code(a, "country"))) return ctx_refuse(c, E_CONFLICT, "form", void_words);
    return OK;
}
const ActDef act_filing_drafted = { "filing.drafted", 1, OBJ_FILING, "filing.make", false, true, drafted_fields, check_drafted, apply_filing_drafted, NULL, N_("A filing at {authority} was prepared") };

static Err check_draft(Ctx *c, const Act *a) {
    FilingRow f;
    TRY(filing_by_id(c, a->subject, &f));
    return str_eq(f.state, S("draft")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This filing was signed already; it cannot be changed."));
}
static const FieldDef edited_fields[] = { { "body", F_TEXT, STORE, true, FILING_BODY_MAX }, { "mail", F_TEXT, STORE, false, 320 }, { "dossier", F_ID, CLEAR, false, 0 }, END };
const ActDef act_filing_edited = { "filing.edited", 1, OBJ_FILING, "filing.make", true, false, edited_fields, check_draft, apply_filing_edited, NULL, N_("A filing was worked on") };

static const FieldDef signed_fields[] = { { "channel", F_CODE, CLEAR, true, 0 }, { "request", F_ID, CLEAR, true, 0 }, { "to_org", F_ID, CLEAR, false, 0 }, END };
static Err check_signed(Ctx *c, const Act *a) {
    FilingRow f;
    FilingPart *parts = NULL;
    size_t n = 0;
    const char *field = NULL;
    TRY(check_draft(c, a));
    TRY(filing_by_id(c, a->subject, &f));
    TRY(filing_open(c, &f));
    TRY(filing_parts(c, &f, &parts, &n));
    const char *wrong = filing_wrong(c, &f, parts, n, &field);
    if (wrong != NULL) return ctx_refuse(c, E_CONFLICT, field, wrong);
    if (str_eq(act_get_code(a, "channel"), S("mail")) && f.mail.n == 0) return ctx_refuse(c, E_INPUT, "mail", N_("Give the address that it goes to."));
    return OK;
}
static Err follow_signed(Ctx *c, const Act *a) { return journal_job(c, "filing.send", a->subject, c->now); }
const ActDef act_filing_signed = { "filing.signed", 1, OBJ_FILING, "filing.make", true, false, signed_fields, check_signed, apply_filing_signed, follow_signed, N_("A filing was signed") };

static const FieldDef sent_fields[] = { { "on", F_TIME, CLEAR, true, 0 }, { "letter", F_ID, CLEAR, false, 0 }, END };
static Err check_sent(Ctx *c, const Act *a) {
    FilingRow f;
    TRY(filing_by_id(c, a->subject, &f));
    if (!str_eq(f.state, S("signed"))) return ctx_refuse(c, E_CONFLICT, NULL, N_("Only a signed filing can be sent, and once."));
    return act_get_int(a, "on") <= c->now ? OK : ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
}
const ActDef act_filing_sent = { "filing.sent", 1, OBJ_FILING, "case.follows", true, false, sent_fields, check_sent, apply_filing_sent, NULL, N_("A filing was sent") };
const ActDef act_filing_seen = { "filing.seen", 1, OBJ_FILING, "filing.act", false, false, (const FieldDef[]){ END }, NULL, apply_filing_seen, NULL, N_("The authority opened the filing") };

static const FieldDef event_fields[] = { { "what", F_CODE, CLEAR, true, 0 }, { "outcome", F_CODE, CLEAR, false, 0 }, { "reason", F_CODE, CLEAR, false, 0 }, { "on", F_TIME, CLEAR, true, 0 }, { "until", F_INT, CLEAR, false, 0 },
    { "text", F_TEXT, STORE, false, 20000 }, END };
static Err check_event(Ctx *c, const Act *a) {
    FilingRow f;
    const FilingWhat *w = what_of(act_get_code(a, "what"));
    TRY(filing_by_id(c, a->subject, &f));
    if (!str_eq(f.state, S("sent"))) return ctx_refuse(c, E_CONFLICT, NULL, N_("This filing has not been sent, or was withdrawn."));
    if (w == NULL) return ctx_refuse(c, E_INPUT, "what", "This choice is not known.");
    if (!(a->actor_role == R_INSPECTOR ? w->authority : w->desk)) return ctx_refuse(c, E_DENIED, "what", N_("This is for the other side to say."));
    Str reason = act_get_code(a, "reason");
    bool moved = str_eq(act_get_code(a, "what"), S("transferred"));
    if (act_get_code(a, "outcome").n > 0 && !known(filing_outcomes, act_get_code(a, "outcome"))) return ctx_refuse(c, E_INPUT, "outcome", "This choice is not known.");
    if (reason.n > 0 && !moved && !known(filing_reasons, reason)) return ctx_refuse(c, E_INPUT, "reason", "This choice is not known.");
    if (reason.n > 0 && moved && law_authority(c->app->law, reason, enforce_today(c)) == NULL) return ctx_refuse(c, E_INPUT, "target", N_("This body is not in the law data."));
    if (w->asks_outcome && act_get_code(a, "outcome").n == 0) return ctx_refuse(c, E_INPUT, "outcome", N_("Say what was decided."));
    if ((str_eq(act_get_code(a, "outcome"), S("refused")) || str_eq(act_get_code(a, "what"), S("declined"))) && reason.n == 0) return ctx_refuse(c, E_INPUT, "reason", N_("Say why it was refused."));
    if (moved && reason.n == 0) return ctx_refuse(c, E_INPUT, "target", N_("Say to which body it was passed on."));
    if (str_eq(act_get_code(a, "what"), S("promised")) && act_get_int(a, "until") <= act_get_int(a, "on")) return ctx_refuse(c, E_INPUT, "until", N_("Give the date that was promised."));
    return OK;
}
const ActDef act_filing_recorded = { "filing.recorded", 1, OBJ_FILING, "filing.record", true, false, event_fields, check_event, apply_filing_recorded, NULL, N_("Recorded on a filing: {what} {outcome}") };
const ActDef act_filing_answered = { "filing.answered", 1, OBJ_FILING, "filing.act", false, false, event_fields, check_event, apply_filing_recorded, NULL, N_("The authority says: {what} {outcome}") };

static Err check_withdrawn(Ctx *c, const Act *a) {
    FilingRow f;
    TRY(filing_by_id(c, a->subject, &f));
    return str_eq(f.state, S("withdrawn")) ? ctx_refuse(c, E_CONFLICT, NULL, N_("This filing was withdrawn already.")) : OK;
}
const ActDef act_filing_withdrawn = { "filing.withdrawn", 1, OBJ_FILING, "case.follows", true, false, (const FieldDef[]){ END }, check_withdrawn, apply_filing_withdrawn, NULL, N_("A filing was withdrawn") };

const ActDef *const enforce_acts[] = { &act_filing_drafted, &act_filing_edited, &act_filing_signed, &act_filing_sent, &act_filing_seen, &act_filing_recorded, &act_filing_answered, &act_filing_withdrawn, NULL };

/* ---- building ---- */
Act *filing_draft(Ctx *c, Id act_id, const FilingNew *n) {
    Act *a = act_new(c, &act_filing_drafted, act_id, n->case_id, ctx_new_id(c));
    act_code(a, "authority", n->authority);
    act_code(a, "form", n->form);
    act_code(a, "offence", n->offence);
    act_code(a, "platform", n->platform);
    act_code(a, "country", n->country);
    act_code(a, "lang", n->lang.n > 0 ? n->lang : S("nl"));
    act_idf(a, "about", n->about);
    act_idf(a, "dossier", n->dossier);
    act_int(a, "year", enforce_today(c).y);
    act_text(a, "body", n->body);
    act_text(a, "mail", n->mail);
    return a;
}

Act *filing_edit(Ctx *c, const FilingRow *f, Str body, Str mail, Id dossier) {
    Act *a = act_new(c, &act_filing_edited, ID_NONE, f->case_id, f->id);
    act_text(a, "body", body);
    act_text(a, "mail", mail);
    act_idf(a, "dossier", dossier);
    return a;
}

Err filing_open(Ctx *c, FilingRow *f) {
    OpenItem items[2] = { { .org = f->org, .scope = f->case_id, .cls = STORE, .item = f->id, .field = "body", .sealed = f->body_sealed },
        { .org = f->org, .scope = f->case_id, .cls = STORE, .item = f->id, .field = "mail", .sealed = f->mail_sealed } };
    for (size_t i = 0; i < 2; i++) {
        if (items[i].sealed.p == NULL) continue;
        TRY(journal_open_many(c, &items[i], 1));
        if (items[i].err != OK && items[i].err != E_MISSING) return items[i].err;
    }
    f->body = items[0].plain;
    f->mail = items[1].plain;
    return OK;
}

/* ---- the letter's parts: "== element" begins one ---- */
void filing_body_write(const FilingPart *parts, size_t n, Buf *out) {
    for (size_t i = 0; i < n; i++) {
        buf_z(out, "== ");
        buf_put(out, parts[i].element);
        buf_ch(out, '\n');
        Str rest = parts[i].text, line = STR_NONE;
        while (str_split(&rest, '\n', &line)) {
            if (str_starts(line, S("== "))) buf_ch(out, ' '); /* a heading only where we put one */
            buf_put(out, line);
            buf_ch(out, '\n');
        }
    }
}

static Str part_text(Ctx *c, Str body, Str element) {
    Buf b = buf_new(FILING_BODY_MAX + 64);
    Str line = STR_NONE;
    bool here = false;
    while (str_split(&body, '\n', &line)) {
        if (str_starts(line, S("== "))) {
            here = str_eq(str_trim(str_sub(line, 3, line.n)), element);
            continue;
        }
        if (!here) continue;
        buf_put(&b, line);
        buf_ch(&b, '\n');
    }
    Str out = str_dup(c->arena, str_trim(buf_str(&b)));
    buf_wipe(&b);
    return out;
}

Err filing_parts(Ctx *c, const FilingRow *f, FilingPart **out, size_t *out_n) {
    const LawContent *const *rows = NULL;
    Date today = enforce_today(c);
    size_t n = law_contents(c->app->law, f->form, today, c->arena, &rows);
    if (n > FILING_PARTS_MAX) n = FILING_PARTS_MAX;
    FilingPart *parts = ARENA_ARRAY(c->arena, FilingPart, n + 2);
    for (size_t i = 0; i < n; i++)
        parts[i] = (FilingPart){ .element = rows[i]->element, .content = rows[i], .needed = law_content_needed(c->app->law, rows[i], f->offence, today), .text = part_text(c, f->body, rows[i]->element) };
    if (n == 0) { /* forms of which the law asks nothing in particular: a plain letter */
        parts[0] = (FilingPart){ .element = S("text"), .needed = true, .text = part_text(c, f->body, S("text")) };
        n = 1;
    }
    *out = parts;
    *out_n = n;
    return OK;
}

/* ---- signing ---- */
static bool text_filled(Str s) { return s.n > 0 && s.p[0] != '['; } /* "[...]" is what a person still has to write */

/* The clock whose silence a notice of default is about. E_MISSING: no such term ran. */
static Err prior_clock(Ctx *c, Id earlier, ClockRow *out) {
    FilingRow about;
    ClockRow *clocks = NULL;
    size_t n = 0;
    TRY(filing_by_id(c, earlier, &about));
    TRY(clock_of_subject(c, about.request, &clocks, &n));
    const ClockRow *k = NULL; /* the first that passed without what was owed; a promise made after that does not give the term back */
    for (size_t i = 0; i < n; i++) {
        if (str_eq(clocks[i].state, S("stopped")) || str_eq(clocks[i].duty, S("C19"))) continue;
        bool passed = str_eq(clocks[i].state, S("lapsed")) && clocks[i].met == 0, before = k != NULL && str_eq(k->state, S("lapsed")) && k->met == 0;
        if (k == NULL || (passed && (!before || clocks[i].due < k->due)) || (!passed && !before)) k = &clocks[i];
    }
    if (k == NULL) return E_MISSING;
    *out = *k;
    return OK;
}

/* Its last day. */
static Err prior_due(Ctx *c, Id earlier, Date *out) {
    ClockRow k;
    TRY(prior_clock(c, earlier, &k));
    *out = civil_at(c->app->zone, k.due).date;
    return OK;
}

Str filing_doubt(Ctx *c, const FilingRow *f, Lang lang) {
    ClockRow k;
    if (id_none(f->about) || c->app->law == NULL || prior_clock(c, f->about, &k) != OK) return STR_NONE;
    return law_due_doubt(c->app->law, k.duty, civil_at(c->app->zone, k.due).date, lang, c->arena);
}

static bool too_early(Ctx *c, Str form_id, Id about, Str country) {
    Date prior = { 0 };
    TermResult t;
    const LawForm *form = law_form(c->app->law, form_id, enforce_today(c));
    if (id_none(about) || form == NULL || form->clock.n == 0 || prior_due(c, about, &prior) != OK) return true;
    TermQuery q = { .rule = form->clock, .from = c->now, .received = c->now, .prior_due = prior, .country = country };
    return law_term(c->app->law, &q, c->arena, &t) != OK || t.is_void;
}

Err filing_yes(Ctx *c, const FilingRow *f, bool *out) { return consent_holds(c, f->case_id, str_fmt(c->arena, "filing:" STR_FMT, STR_ARG(f->authority)), out); }

const char *filing_wrong(Ctx *c, const FilingRow *f, const FilingPart *parts, size_t n, const char **out_field) {
    bool yes = false;
    *out_field = NULL;
    if (filing_yes(c, f, &yes) != OK || !yes) return N_("The reporter has not said yes to this filing. Ask first, and record the answer.");
    if (str_eq(f->form, S("default_notice")) && too_early(c, f->form, f->about, f->country)) return void_words;
    for (size_t i = 0; i < n; i++) {
        if (!parts[i].needed || text_filled(parts[i].text)) continue;
        *out_field = str_z(c->arena, str_fmt(c->arena, "p%zu", i));
        return N_("A part that the law asks for is still empty.");
    }
    return NULL;
}

Err filing_sign(Ctx *c, const FilingRow *f, Str channel, Act ***out_acts, size_t *out_n) {
    enum { YEARS_2_MS_DAYS = 730 };
    Act **acts = ARENA_ARRAY(c->arena, Act *, 5);
    DossierRow d;
    OrgRow to = { 0 };
    Id request = ctx_new_id(c);
    size_t n = 0;
    Err err = org_by_authority(c, f->authority, &to);
    if (err != OK && err != E_MISSING) return err;
    bool replaced = false;
    TRY(filing_dossier_replaced(c, f->dossier, &replaced));
    if (replaced) return ctx_refuse(c, E_CONFLICT, "dossier", N_("This dossier had to make way after an objection. Choose its new version."));
    if (str_eq(channel, S("inbox")) && err == E_MISSING) return ctx_refuse(c, E_INPUT, "channel", N_("This body has no inbox on this server."));
    RequestNew r = { .case_id = f->case_id, .subject = f->id, .kind = S("filing"), .rung = S("authority"), .holder = f->authority, .form = f->form, .offence = f->offence, .country = f->country };
    acts[n++] = request_make(c, request, &r);
    Act *a = act_new(c, &act_filing_signed, ID_NONE, f->case_id, f->id);
    act_code(a, "channel", channel);
    act_idf(a, "request", request);
    if (str_eq(channel, S("inbox"))) {
        act_idf(a, "to_org", to.id);
        acts[n++] = share_make(c, f->case_id, f->id, to.id, S("filing"), S("dossier"), c->now + (int64_t)YEARS_2_MS_DAYS * 86400000);
        if (!id_none(f->dossier) && dossier_by_file(c, f->dossier, &d) == OK) /* its own page shows what is proven, and its custody */
            acts[n++] = share_make(c, f->case_id, d.id, to.id, S("filing"), S("dossier"), c->now + (int64_t)YEARS_2_MS_DAYS * 86400000);
    }
    acts[n++] = a;
    *out_acts = acts;
    *out_n = n;
    return OK;
}

/* ---- sending, and the clocks it starts ---- */
static Str country_of(Ctx *c, const FilingRow *f) {
    const LawAuthority *b = law_authority(c->app->law, f->authority, enforce_today(c));
    Str code = f->country.n > 0 ? f->country : b != NULL ? b->country : STR_NONE;
    return law_country(c->app->law, code, DATE_NONE) != NULL ? code : law_home(c->app->law); /* a body of the whole Union has no calendar of its own */
}

static Act *term_clock(Ctx *c, const FilingRow *f, Str rule, UnixMs on, UnixMs received) {
    Date prior = { 0 };
    TermResult t;
    TermQuery q = { .rule = rule, .from = on, .received = received, .country = country_of(c, f), .offence = f->offence };
    if (!id_none(f->about) && prior_due(c, f->about, &prior) == OK) q.prior_due = prior;
    if (law_term(c->app->law, &q, c->arena, &t) != OK || !t.has_due) return NULL;
    ClockNew k = { .case_id = f->case_id, .subject = f->request, .duty = rule, .kind = str_c(law_kind_code(t.kind)), .holder = f->authority, .from = on, .due = t.due_at };
    return clock_start(c, &k);
}

/* Not on sending: a term that a court gives, and one that waits for the form's own term to run out. */
static bool begins_later(Ctx *c, const LawForm *form, Str rule) {
    const LawTermRow *t = law_term_row(c->app->law, rule, enforce_today(c));
    return t != NULL && (t->kind == KIND_COURT || law_list_has(t->needs_prior, form->clock));
}

Err filing_sent(Ctx *c, const FilingRow *f, UnixMs on, Id letter, Act ***out_acts, size_t *out_n) {
    enum { SENT_ACTS_MAX = 12, POLL_DAYS = 28 };
    Act **acts = ARENA_ARRAY(c->arena, Act *, SENT_ACTS_MAX);
    RequestRow r;
    size_t n = 0;
    UnixMs first = 0;
    const LawForm *form = law_form(c->app->law, f->form, enforce_today(c));
    UnixMs received = str_eq(f->channel, S("inbox")) ? on : 0;
    TRY(request_by_id(c, f->request, &r));
    Act *a = act_new(c, &act_filing_sent, ID_NONE, f->case_id, f->id);
    act_time(a, "on", on);
    act_idf(a, "letter", letter);
    acts[n++] = a;
    acts[n++] = request_event(c, &r, REQ_DELIVERED, STR_NONE, STR_NONE, on);
    Str terms = form != NULL ? form->clocks : STR_NONE, one = form != NULL ? form->clock : STR_NONE;
    for (bool more = one.n > 0 || str_split(&terms, ' ', &one); more && n < SENT_ACTS_MAX - 1; more = str_split(&terms, ' ', &one)) {
        Act *clock = one.n == 0 || begins_later(c, form, one) ? NULL : term_clock(c, f, one, on, received);
        if (clock == NULL) continue;
        UnixMs due = act_get_int(clock, "due");
        if (first == 0 || due < first) first = due;
        acts[n++] = clock;
    }
    acts[n++] = case_turn(c, f->case_id, S("authority"), form != NULL && form->clock.n > 0 ? form->clock : S("C19"), first != 0 ? first : on + (int64_t)POLL_DAYS * 86400000);
    *out_acts = acts;
    *out_n = n;
    return OK;
}

/* ---- what is recorded, and what it does ---- */
static bool live(const ClockRow *k) { return str_eq(k->state, S("running")) || str_eq(k->state, S("paused")); }

/* The term counted again from proven receipt, or around the days it stood still. */
static UnixMs counted(Ctx *c, const FilingRow *f, const ClockRow *k, const RequestRow *r, UnixMs received, const LawPause *pauses, size_t n) {
    TermResult t;
    TermQuery q = { .rule = k->duty, .from = k->from, .received = received != 0 ? received : r->received, .pauses = pauses, .pauses_n = n, .country = country_of(c, f), .offence = f->offence };
    return law_term(c->app->law, &q, c->arena, &t) == OK && t.has_due ? t.due_at : k->due;
}

static bool ends(Str what) { return str_eq(what, S("decided")) || str_eq(what, S("declined")); }

static Act *clock_after(Ctx *c, const FilingRow *f, const ClockRow *k, const RequestRow *r, const FilingEvent *e) {
    bool receipt = str_eq(k->duty, S("C19"));
    if (str_eq(e->what, S("received"))) {
        if (receipt && k->met == 0 && !str_eq(k->state, S("stopped"))) return clock_meet(c, k);
        UnixMs due = live(k) && str_eq(k->kind, S("law")) ? counted(c, f, k, r, e->on, NULL, 0) : k->due;
        return live(k) && due != k->due ? clock_move(c, k, due, S("received")) : NULL;
    }
    if (ends(e->what)) return (live(k) || (str_eq(k->state, S("lapsed")) && k->met == 0)) ? clock_meet(c, k) : NULL;
    if (receipt) return NULL;
    if (str_eq(e->what, S("asked"))) return str_eq(k->state, S("running")) ? clock_pause(c, k, S("4-15")) : NULL;
    if (str_eq(e->what, S("transferred"))) return live(k) ? clock_stop(c, k, S("transferred")) : NULL;
    if (str_eq(e->what, S("promised"))) return live(k) ? clock_stop(c, k, S("promised")) : NULL;
    if (str_eq(e->what, S("completed")) && str_eq(k->state, S("paused"))) {
        LawPause stood = { .from = date_add(civil_at(c->app->zone, k->paused_from).date, 1), .to = civil_at(c->app->zone, e->on).date };
        UnixMs due = date_cmp(stood.to, stood.from) >= 0 ? counted(c, f, k, r, 0, &stood, 1) : k->due;
        return clock_resume(c, k, due > c->now ? due : c->now);
    }
    return NULL;
}

static Act *promise_clock(Ctx *c, const FilingRow *f, UnixMs on, UnixMs until) {
    ClockNew k = { .case_id = f->case_id, .subject = f->request, .duty = S("C21"), .kind = S("promised"), .holder = f->authority, .from = on,
        .due = day_end(c->app->zone, civil_at(c->app->zone, until).date) };
    return clock_start(c, &k);
}

static Act *event_act(Ctx *c, const FilingRow *f, const FilingEvent *e, bool by_authority) {
    Act *a = act_new(c, by_authority ? &act_filing_answered : &act_filing_recorded, ID_NONE, f->case_id, f->id);
    act_code(a, "what", e->what);
    act_code(a, "outcome", e->outcome);
    act_code(a, "reason", e->reason);
    act_time(a, "on", e->on);
    if (e->until != 0) act_int(a, "until", e->until);
    act_text(a, "text", e->text);
    return a;
}

Err filing_record(Ctx *c, const FilingRow *f, const FilingEvent *e, bool by_authority, Act ***out_acts, size_t *out_n) {
    ClockRow *clocks = NULL;
    RequestRow r;
    size_t clocks_n = 0, n = 0;
    const FilingWhat *w = what_of(e->what);
    if (w == NULL) return ctx_refuse(c, E_INPUT, "what", N_("Choose what happened."));
    if (id_none(f->request)) return ctx_refuse(c, E_CONFLICT, NULL, "This filing has not been sent, or was withdrawn.");
    TRY(request_by_id(c, f->request, &r));
    TRY(clock_of_subject(c, f->request, &clocks, &clocks_n));
    Act **acts = ARENA_ARRAY(c->arena, Act *, clocks_n + 5);
    acts[n++] = event_act(c, f, e, by_authority);
    if (w->request != REQ_INVALID) acts[n++] = request_event(c, &r, w->request, w->request == REQ_DECIDED ? e->outcome : STR_NONE, e->reason, e->on);
    for (size_t i = 0; i < clocks_n; i++) {
        Act *k = clock_after(c, f, &clocks[i], &r, e);
        if (k != NULL) acts[n++] = k;
    }
    if (str_eq(e->what, S("promised"))) acts[n++] = promise_clock(c, f, e->on, e->until);
    bool ours = str_eq(e->what, S("asked")) || ends(e->what) || str_eq(e->what, S("transferred"));
    if (ours) acts[n++] = case_turn(c, f->case_id, S("us"), f->form, c->now);
    *out_acts = acts;
    *out_n = n;
    return OK;
}

int64_t filing_days_silent(Ctx *c, const FilingRow *f, const RequestRow *r) {
    if (f->sent == 0 || r == NULL || r->acted != 0 || r->decided != 0 || r->outcome.n > 0) return -1;
    return date_days(enforce_today(c)) - date_days(civil_at(c->app->zone, f->sent).date);
}
