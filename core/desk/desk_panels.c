/* desk_panels.c - the desk's own parts of the case page; the steps' parts come from the steps and stand between them by rank. */
#include "core/desk/desk_in.h"

enum { LINKS_SHOWN = 8, CLOCKS_SHOWN = 8, PROPOSALS_SHOWN = 4, PROPOSALS_MAX = 60, NOTES_SHOWN = 6, NOTE_CUT = 600 };

static bool live(const CaseRow *k) { return k->erased == 0 && k->closed == 0 && k->withdrawn == 0 && id_none(k->merged_into); }
static Url at_case(const UiCtx *ui, const CaseRow *k, const char *rest) { return url_path(ui->a, "/case/%s/%s", id_hex(ui->a, k->id).p, rest); }

static void fact(UiItem *items, size_t *n, const UiCtx *ui, const char *label, Str text) {
    if (text.n > 0) items[(*n)++] = (UiItem){ .label = tr(ui, label), .text = text };
}

static Err facts(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    UiItem *i = ARENA_ARRAY(c->arena, UiItem, 12);
    size_t n = 0;
    fact(i, &n, ui, N_("Reported by"), desk_say(ui, "source", k->source));
    fact(i, &n, ui, N_("For whom"), desk_say(ui, "for_whom", k->for_whom));
    fact(i, &n, ui, N_("Safe?"), desk_say(ui, "safety", k->safety));
    fact(i, &n, ui, N_("Age in the image"), desk_say(ui, "age", k->age_depicted));
    fact(i, &n, ui, N_("What was told"), desk_say_all(ui, "what", k->what));
    fact(i, &n, ui, N_("What the person wants"), desk_say_all(ui, "wish", k->wishes));
    fact(i, &n, ui, N_("Contact"), desk_say(ui, "contact", k->contact_mode));
    fact(i, &n, ui, N_("Language of the person"), desk_say(ui, "lang", k->lang));
    fact(i, &n, ui, N_("Came in"), ui_when(ui, k->opened));
    fact(i, &n, ui, N_("First read"), k->read != 0 ? ui_when(ui, k->read) : tr(ui, N_("not yet")));
    tpl_desk_p_facts(out, ui, &(TplDeskPFacts){ .items = i, .items_n = n, .lane = at_case(ui, k, "lane"), .risk = at_case(ui, k, "risk") });
    return OK;
}

/* The facets that say something; unknown ones are counted, not listed. */
Str desk_facets(Ctx *c, const UiCtx *ui, const IncidentRow *i) {
    const struct { const char *facet; Str value; } f[] = { { "online", i->online }, { "synthetic", i->synthetic }, { "consent_made", i->consent_made }, { "consent_shared", i->consent_shared }, { "threat", i->threat },
        { "money_or_more_images", i->money }, { "list_or_group", i->list_or_group }, { "livestream", i->livestream } };
    Buf b = buf_new(4096);
    int64_t unknown = 0;
    for (size_t n = 0; n < LEN(f); n++) {
        const LawFacet *row = c->app->law != NULL ? law_facet(c->app->law, str_fmt(c->arena, "%s." STR_FMT, f[n].facet, STR_ARG(f[n].value)), DATE_NONE) : NULL;
        if (str_eq(f[n].value, S("unknown")) || row == NULL) {
            unknown++;
            continue;
        }
        if (b.n > 0) buf_z(&b, " · ");
        buf_put(&b, desk_text(ui, row->name));
    }
    if (b.n > 0 && unknown > 0) buf_z(&b, " · ");
    if (unknown > 0) buf_put(&b, trn(ui, unknown, "One facet unknown", "{n} facets unknown", (UiArg[]){ UA_I("n", unknown) }, 1));
    Str s = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static Err offences(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    IncidentRow *rows = NULL;
    size_t n = 0;
    TRY(incident_list(c, k->id, &rows, &n));
    TplDeskPOffencesRows *r = ARENA_ARRAY(c->arena, TplDeskPOffencesRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawOffence *o = c->app->law != NULL ? law_offence(c->app->law, rows[i].offence, DATE_NONE) : NULL;
        r[i] = (TplDeskPOffencesRows){ .name = desk_offence(c, ui, rows[i].offence), .code = rows[i].offence, .facets = desk_facets(c, ui, &rows[i]), .at = rows[i].at, .remove = at_case(ui, k, "classify/remove"),
            .id = id_hex(ui->a, rows[i].id), .mark = o != NULL && law_mark(&o->r)[0] != '\0' ? law_mark(&o->r) : NULL };
    }
    tpl_desk_p_offences(out, ui, &(TplDeskPOffences){ .rows = r, .rows_n = n, .add = at_case(ui, k, "classify"), .may = live(k) });
    return OK;
}

static Err links(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    LocationRow *l = NULL;
    size_t n = 0;
    TRY(location_of_case(c, k->id, 0, LINKS_SHOWN, &l, &n));
    TRY(location_open(c, l, n));
    TplDeskPLinksRows *r = ARENA_ARRAY(c->arena, TplDeskPLinksRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        r[i] = (TplDeskPLinksRows){ .text = desk_url_words(&l[i]), .gone = l[i].url_err != OK, .platform = desk_platform(c, ui, l[i].platform), .verdict = desk_say(ui, "verdict", l[i].verdict),
            .state = desk_verdict_state(l[i].verdict), .at = l[i].verdict_at };
        TRY(desk_also(c, k, l[i].id, &r[i].also));
    }
    tpl_desk_p_links(out, ui, &(TplDeskPLinks){ .count = k->locations, .rows = r, .rows_n = n, .add = at_case(ui, k, "links/add"), .all = at_case(ui, k, "links"), .may = live(k) });
    return OK;
}

static Err consents(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    static const char *const asked[] = { "notices", "captures", "filing", "referral", "police" };
    ConsentRow *rows = NULL;
    size_t n = 0, missing = 0;
    TRY(consent_list(c, k->id, &rows, &n));
    TplDeskPConsentRows *r = ARENA_ARRAY(c->arena, TplDeskPConsentRows, n + 1);
    UiOption *m = ARENA_ARRAY(c->arena, UiOption, LEN(asked));
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskPConsentRows){ .purpose = desk_say(ui, "purpose", rows[i].purpose), .by = desk_say(ui, "said_by", rows[i].said_by), .given = rows[i].given, .withdrawn = rows[i].withdrawn };
    for (size_t p = 0; p < LEN(asked); p++) {
        bool had = false;
        for (size_t i = 0; i < n; i++) had = had || str_eq(rows[i].purpose, str_c(asked[p]));
        if (!had) m[missing++] = (UiOption){ .label = desk_say(ui, "purpose", str_c(asked[p])) };
    }
    tpl_desk_p_consent(out, ui, &(TplDeskPConsent){ .rows = r, .rows_n = n, .missing = m, .missing_n = missing, .change = at_case(ui, k, "consent") });
    return OK;
}

static Err notes(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    Sealed s = { 0 };
    NoteRow *rows = NULL;
    size_t n = 0;
    TplDeskPNotes t = { .read = at_case(ui, k, "read"), .all = at_case(ui, k, "notes"), .add = at_case(ui, k, "note"), .may = k->erased == 0 };
    TRY(desk_sealed(c, k->id, &s));
    TRY(desk_reads(c, k, &t.open));
    t.count = s.notes;
    if (t.open) TRY(note_list(c, k->id, &rows, &n));
    if (n > NOTES_SHOWN) n = NOTES_SHOWN;
    TplDeskPNotesRows *r = ARENA_ARRAY(c->arena, TplDeskPNotesRows, n + 1);
    for (size_t i = 0; i < n; i++) r[i] = desk_note(c, ui, &rows[i], NOTE_CUT);
    t.rows = r;
    t.rows_n = n;
    tpl_desk_p_notes(out, ui, &t);
    return OK;
}

TplDeskPNotesRows desk_note(Ctx *c, const UiCtx *ui, const NoteRow *row, size_t cut) {
    static const char *const names[] = { [IDENTITY] = "identity", [STORY] = "story", [FACTS] = "facts", [CARE] = "care", [EVIDENCE] = "evidence" };
    const char *name = note_is_contact(row->kind) ? "identity" : row->cls >= IDENTITY && row->cls <= EVIDENCE ? names[row->cls] : "facts";
    Str text = cut > 0 ? str_utf8_cut(row->text, cut) : row->text;
    Str label = desk_say(ui, "compartment", str_c(name));
    if (desk_word("note_kind", row->kind) != NULL) label = str_fmt(ui->a, STR_FMT " · " STR_FMT, STR_ARG(label), STR_ARG(desk_say(ui, "note_kind", row->kind)));
    return (TplDeskPNotesRows){ .compartment = label, .kind_class = str_c(name), .at = row->at, .who = desk_user(c, row->by), .shut = row->err != OK,
        .text = text, .cut = text.n < row->text.n };
}

static Err shares(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    ShareRow *rows = NULL;
    size_t n = 0;
    TRY(desk_shares(c, k->id, &rows, &n));
    TplDeskPSharesRows *r = ARENA_ARRAY(c->arena, TplDeskPSharesRows, n + 1);
    for (size_t i = 0; i < n; i++)
        r[i] = (TplDeskPSharesRows){ .org = rows[i].org_name, .purpose = desk_say(ui, "share_purpose", rows[i].purpose), .scope = desk_say(ui, "scope", rows[i].scope), .until = rows[i].until,
            .ended = rows[i].ended != 0 || rows[i].until <= c->now };
    tpl_desk_p_shares(out, ui, &(TplDeskPShares){ .rows = r, .rows_n = n, .add = at_case(ui, k, "share"), .may = k->erased == 0 });
    return OK;
}

static Err messages(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    enum { SHOWN = 5 };
    Sealed s = { 0 };
    MessageRow *rows = NULL;
    size_t n = 0, from = 0;
    TplDeskPMessages t = { .read = at_case(ui, k, "read"), .all = at_case(ui, k, "messages"), .add = at_case(ui, k, "message"), .may = k->erased == 0 };
    TRY(desk_sealed(c, k->id, &s));
    TRY(desk_reads(c, k, &t.open));
    t.count = s.messages;
    t.unread = s.unread;
    if (t.open) TRY(message_list(c, k->id, &rows, &n));
    from = n > SHOWN ? n - SHOWN : 0;
    TplDeskPMessagesRows *r = ARENA_ARRAY(c->arena, TplDeskPMessagesRows, n + 1);
    for (size_t i = from; i < n; i++) r[i - from] = (TplDeskPMessagesRows){ .theirs = rows[i].from_victim, .at = rows[i].at, .seen = rows[i].read, .text = rows[i].text, .shut = rows[i].err != OK };
    t.rows = r;
    t.rows_n = n - from;
    tpl_desk_p_messages(out, ui, &t);
    return OK;
}

static const char *form_path(const Ctx *c, Str form) {
    for (size_t i = 0; i < c->app->forms_n; i++)
        if (str_eq(form, str_c(c->app->forms[i].form))) return c->app->forms[i].path;
    return NULL;
}

/* The page that makes the form of a proposed step, told which proposal it answers. "%s" in its path is the case. */
Url desk_step_url(const Ctx *c, const UiCtx *ui, const ProposalRow *p, const LawNext *n) {
    const char *path = n != NULL ? form_path(c, n->form) : NULL;
    size_t at = 0;
    if (path == NULL) return (Url){ STR_NONE };
    Str whole = str_c(path);
    bool has = str_find(whole, S("%s"), &at);
    Str head = has ? str_sub(whole, 0, at) : whole, tail = has ? str_sub(whole, at + 2, whole.n) : STR_NONE;
    Url u = url_path(ui->a, STR_FMT "%s" STR_FMT, STR_ARG(head), has ? id_hex(ui->a, p->case_id).p : "", STR_ARG(tail));
    return url_with(ui->a, u, "proposal", id_hex(ui->a, p->id));
}

static Err proposals(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    ProposalRow *p = NULL;
    size_t n = 0;
    TRY(proposal_of_case(c, k->id, true, &p, &n));
    if (n == 0) return OK;
    if (n > PROPOSALS_MAX) n = PROPOSALS_MAX;
    TplDeskPProposalsRows *r = ARENA_ARRAY(c->arena, TplDeskPProposalsRows, n + 1);
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        ClockRow clock = { 0 };
        TRY(clock_by_id(c, p[i].clock, &clock));
        const LawNext *next = desk_next(c, clock.duty, p[i].step);
        r[i] = (TplDeskPProposalsRows){ .word = next != NULL ? desk_text(ui, next->name) : desk_say(ui, "step", p[i].step), .ground = next != NULL ? next->ground : p[i].ground, .target = desk_holder(c, ui, str_eq(p[i].target, S("holder")) ? clock.holder : p[i].target),
            .from = p[i].not_before, .early = p[i].not_before > c->now, .mark = next != NULL && law_mark(&next->r)[0] != '\0' ? law_mark(&next->r) : NULL, .go = live(k) && k->paused == 0 ? desk_step_url(c, ui, &p[i], next) : (Url){ STR_NONE },
            .decide = url_path(ui->a, "/case/%s/proposal/%s", id_hex(ui->a, k->id).p, id_hex(ui->a, p[i].id).p) };
        if (c->app->law != NULL) r[i].doubt = law_due_doubt(c->app->law, clock.duty, civil_at(c->app->zone, clock.due).date, ui->lang, ui->a);
        if (r[i].early) r[i].go = (Url){ STR_NONE };
        r[i].first = first && r[i].go.s.n > 0;
        first = first && !r[i].first;
    }
    size_t shown = n < PROPOSALS_SHOWN ? n : PROPOSALS_SHOWN;
    TplDeskPProposalsMore *more = ARENA_ARRAY(c->arena, TplDeskPProposalsMore, n + 1);
    for (size_t i = shown; i < n; i++) more[i - shown] = (TplDeskPProposalsMore){ .word = r[i].word, .ground = r[i].ground, .decide = r[i].decide };
    tpl_desk_p_proposals(out, ui, &(TplDeskPProposals){ .rows = r, .rows_n = shown, .more = more, .more_n = n - shown });
    return OK;
}

UiState desk_clock_state(const Ctx *c, const ClockRow *k) {
    if (str_eq(k->state, S("met"))) return STATE_DONE;
    if (str_eq(k->state, S("lapsed"))) return k->met != 0 ? STATE_LATE : STATE_SILENT;
    if (str_eq(k->state, S("stopped"))) return STATE_NONE;
    return k->due < c->now ? STATE_LATE : STATE_WAITING;
}

static Err clocks(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    ClockRow *rows = NULL;
    size_t n = 0, shown = 0, left = 0;
    TRY(clock_of_case(c, k->id, &rows, &n));
    if (n == 0) return OK;
    TplDeskPClocksRows *r = ARENA_ARRAY(c->arena, TplDeskPClocksRows, CLOCKS_SHOWN);
    for (size_t i = 0; i < n; i++) {
        bool over = str_eq(rows[i].state, S("met")) || str_eq(rows[i].state, S("stopped"));
        if (over || shown == CLOCKS_SHOWN) {
            left++;
            continue;
        }
        const LawTermRow *t = c->app->law != NULL ? law_term_row(c->app->law, rows[i].duty, DATE_NONE) : NULL;
        r[shown++] = (TplDeskPClocksRows){ .duty = desk_duty(c, ui, rows[i].duty), .who = desk_holder(c, ui, rows[i].holder), .due = rows[i].due, .kind = desk_say(ui, "kind", rows[i].kind),
            .state = desk_clock_state(c, &rows[i]), .why = url_path(ui->a, "/case/%s/clocks#k-%s", id_hex(ui->a, k->id).p, id_hex(ui->a, rows[i].id).p), .unverified = t != NULL && !t->r.verified };
    }
    tpl_desk_p_clocks(out, ui, &(TplDeskPClocks){ .rows = r, .rows_n = shown, .all = at_case(ui, k, "clocks"), .more = (int64_t)left });
    return OK;
}

static Err silences(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) {
    SilenceRow *s = NULL;
    size_t n = 0;
    TRY(silence_of_case(c, k->id, &s, &n));
    if (n == 0) return OK;
    TplDeskPSilencesRows *r = ARENA_ARRAY(c->arena, TplDeskPSilencesRows, n);
    for (size_t i = 0; i < n; i++) {
        ClockRow clock = { 0 };
        TRY(clock_by_id(c, s[i].clock, &clock));
        UnixMs end = clock.met > s[i].due ? clock.met : c->now;
        r[i] = (TplDeskPSilencesRows){ .who = desk_holder(c, ui, s[i].holder), .duty = desk_duty(c, ui, s[i].duty), .days = trn(ui, ui_days_between(ui, s[i].due, end), "One day silent", "{n} days silent", (UiArg[]){ UA_I("n", ui_days_between(ui, s[i].due, end)) }, 1), .due = s[i].due, .sent = s[i].sent,
            .delivery = desk_say(ui, "delivery", s[i].delivery), .answers = s[i].answers, .checks = s[i].checks, .online = s[i].online, .verdict = desk_say(ui, "verdict", s[i].last_verdict) };
    }
    tpl_desk_p_silences(out, ui, &(TplDeskPSilences){ .rows = r, .rows_n = n });
    return OK;
}

const CasePanel desk_panels[DESK_PANELS] = {
    { "facts", N_("Facts"), PANEL_FACTS, 10, facts }, { "offences", N_("Offences"), PANEL_FACTS, 20, offences }, { "links", N_("Links"), PANEL_FACTS, 30, links }, { "consent", N_("Consent"), PANEL_FACTS, 40, consents },
    { "notes", N_("Notes"), PANEL_FACTS, 60, notes }, { "shares", N_("Who else sees this"), PANEL_FACTS, 70, shares }, { "messages", N_("Messages"), PANEL_MIDDLE, 10, messages },
    { "proposals", N_("Next action"), PANEL_NEXT, 10, proposals }, { "clocks", N_("Clocks"), PANEL_NEXT, 20, clocks }, { "silences", N_("Silence"), PANEL_NEXT, 30, silences }, { "twins", N_("Cases with the same links"), PANEL_FACTS, 35, twins_panel },
    { "photos", N_("Photos to recognise"), PANEL_FACTS, 45, photos_panel }, { "manage", N_("The case itself"), PANEL_NEXT, 90, manage_panel },
};
