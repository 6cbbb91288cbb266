/* notice_plan.c - from what a worker chose to what would be sent: one plan for each recipient, checked against what the law wants in it. */
#include "core/case/contact.h"
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/plan_in.h"

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

Id derived_id(Id seed, Str what, size_t n) {
    uint8_t h[32];
    Buf b = buf_new(4096);
    Id id;
    buf_put(&b, id_str(&seed));
    buf_put(&b, what);
    buf_be(&b, n, 8);
    must(buf_err(&b) == OK);
    seal_sha256(buf_str(&b), h);
    buf_free(&b);
    memcpy(id.b, h, sizeof id.b);
    return id;
}

/* ---- what is there to choose from ---- */
static bool known(const Compose *p, Str rung, Str platform, Str mail) {
    for (size_t i = 0; i < p->recipients_n; i++) {
        const RecipientRow *r = &p->recipients[i];
        if (str_eq(r->platform, platform) && str_eq(r->rung, rung) && (mail.n == 0 || str_eq(r->mail, mail))) return true;
    }
    return false;
}
static void offer(Compose *p, RecipientRow r) {
    r.id = derived_id(p->seed, r.offered, 0);
    r.org = p->c->person.org;
    p->recipients[p->recipients_n++] = r;
}
/* Who is established outside the Union is written to where its representative is. */
static Str lang_of(const Law *law, const LawPlatform *l) { return law_letters(law, l->representative.n == 2 ? l->representative : l->seat); }

/* Contacts that are known but not in the register yet: of the law data, and those that were recorded for a platform. One becomes a
 * recipient when it is chosen. */
static Err add_offers(Compose *p) {
    Ctx *c = p->c;
    const LawPlatform *const *rows = NULL;
    ContactRow *contacts = NULL;
    size_t contacts_n = 0, n = law_platform_list(c->app->law, today(c), c->arena, &rows);
    TRY(contact_list(c, S("platform"), STR_NONE, false, &contacts, &contacts_n));
    RecipientRow *all = ARENA_ARRAY(c->arena, RecipientRow, p->recipients_n + n + contacts_n + 1);
    memcpy(all, p->recipients, p->recipients_n * sizeof *all);
    p->recipients = all;
    for (size_t i = 0; i < contacts_n; i++) {
        const ContactRow *k = &contacts[i];
        const LawPlatform *l = platform_row(c, k->holder);
        Str rung = str_eq(k->purpose, S("flagger")) ? S("flagger") : S("platform");
        bool takes = str_eq(k->channel, S("mail")) && k->err == OK && (str_eq(k->purpose, S("notices")) || str_eq(k->purpose, S("flagger")));
        if (!takes || l == NULL || known(p, rung, k->holder, k->address)) continue;
        offer(p, (RecipientRow){ .offered = str_fmt(c->arena, "con." STR_FMT, STR_ARG(id_hex(c->arena, k->id))), .rung = rung, .platform = k->holder, .lang = k->lang.n > 0 ? str_c(lang_code(lang_from(k->lang, LANG_EN))) : lang_of(c->app->law, l),
            .country = l->seat.n == 2 ? l->seat : STR_NONE, .name = k->name.n > 0 ? k->name : l->name, .mail = k->address });
    }
    for (size_t i = 0; i < n; i++) {
        Str rung = law_has_tag(rows[i], c->app->law, S("P")) ? S("platform") : S("host");
        if (rows[i]->mail.n == 0 || known(p, rung, rows[i]->r.id, STR_NONE)) continue;
        offer(p, (RecipientRow){ .offered = str_fmt(c->arena, "law." STR_FMT, STR_ARG(rows[i]->r.id)), .rung = rung, .platform = rows[i]->r.id, .lang = lang_of(c->app->law, rows[i]), .country = rows[i]->seat.n == 2 ? rows[i]->seat : STR_NONE,
            .name = rows[i]->name, .mail = rows[i]->mail });
    }
    return OK;
}

/* And those that were looked up for the places of this case. */
static Err add_found(Compose *p) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    TRY(lookup_offers(p->c, p->locations, p->locations_n, &rows, &n));
    RecipientRow *all = ARENA_ARRAY(p->c->arena, RecipientRow, p->recipients_n + n + 1);
    memcpy(all, p->recipients, p->recipients_n * sizeof *all);
    p->recipients = all;
    for (size_t i = 0; i < n; i++) {
        bool here = false;
        for (size_t k = 0; k < p->recipients_n && !here; k++) here = str_eq(p->recipients[k].rung, rows[i].rung) && str_ieq(p->recipients[k].mail, rows[i].mail);
        if (!here) offer(p, rows[i]);
    }
    return OK;
}

/* A recipient fits when it is of the case's lane: hotlines take minors' material and nothing else. */
static void keep_lane(Compose *p) {
    size_t k = 0;
    for (size_t i = 0; i < p->recipients_n; i++)
        if (str_eq(p->recipients[i].rung, RUNG_HOTLINE) == p->minor) p->recipients[k++] = p->recipients[i];
    p->recipients_n = k;
}

static Err with_proposal(Compose *p, Id proposal) {
    ClockRow clock;
    RequestRow r;
    if (id_none(proposal)) return OK;
    TRY(proposal_by_id(p->c, proposal, &p->proposal));
    if (!id_eq(p->proposal.case_id, p->k.id)) return E_MISSING;
    p->has_proposal = true;
    TRY(clock_by_id(p->c, p->proposal.clock, &clock));
    const LawNext *row = law_next(p->c->app->law, p->proposal.ground, today(p->c));
    if (row != NULL && row->form.n > 0) p->form = row->form;
    if (row != NULL) p->ground = str_fmt(p->c->arena, STR_FMT "%s" STR_FMT, STR_ARG(row->name[p->c->lang]), row->ground.n > 0 ? " · " : "", STR_ARG(row->ground));
    if (request_by_id(p->c, clock.subject, &r) == OK && notice_by_id(p->c, r.subject, &p->earlier) == OK) p->has_earlier = true;
    /* What came back is a new notice about old facts: it quotes the earlier one and starts its own terms. */
    for (size_t i = 0; i < p->locations_n; i++)
        if (id_eq(p->locations[i].id, clock.location) && p->locations[i].returned > 0 && str_eq(p->form, S("reminder"))) p->form = S("art16");
    return OK;
}

static Err with_earlier(Compose *p, Id earlier) {
    if (id_none(earlier)) return OK;
    TRY(notice_by_id(p->c, earlier, &p->earlier));
    if (!id_eq(p->earlier.case_id, p->k.id)) return E_MISSING;
    p->has_earlier = true;
    return OK;
}

static Err load_case(Ctx *c, Id case_id, Compose *out) {
    if (c->app->law == NULL) return E_OUTSIDE;
    TRY(case_by_id(c, case_id, &out->k));
    TRY(org_by_id(c, c->person.org, &out->org));
    out->minor = !str_eq(out->k.lane, S("adult"));
    TRY(consent_holds(c, case_id, S("notices"), &out->agreed));
    return incident_list(c, case_id, &out->incidents, &out->incidents_n);
}
static Err load_recipients(Compose *out) {
    Ctx *c = out->c;
    TRY(recipient_list(c, c->person.org, false, &out->recipients, &out->recipients_n));
    TRY(recipient_open(c, out->recipients, out->recipients_n));
    keep_lane(out);
    if (!out->minor) TRY(add_offers(out));
    if (!out->minor) TRY(add_found(out));
    if (law_form(c->app->law, out->form, today(c)) == NULL) out->form = S("art16");
    return OK;
}

Err compose_load(Ctx *c, Id case_id, Id seed, Id proposal, Id earlier, Str form, Compose *out) {
    *out = (Compose){ .c = c, .form = form.n > 0 ? form : S("art16"), .seed = seed };
    TRY(load_case(c, case_id, out));
    TRY(location_of_case(c, case_id, 0, COMPOSE_LOCATIONS_MAX, &out->locations, &out->locations_n));
    TRY(location_open(c, out->locations, out->locations_n));
    TRY(with_proposal(out, proposal));
    TRY(with_earlier(out, earlier));
    return load_recipients(out);
}

Err compose_load_some(Ctx *c, Id case_id, Id seed, const Id *ids, size_t n, Compose *out) {
    *out = (Compose){ .c = c, .form = S("art16"), .seed = seed, .locations = ARENA_ARRAY(c->arena, LocationRow, n + 1), .locations_n = n };
    TRY(load_case(c, case_id, out));
    for (size_t i = 0; i < n; i++) TRY(location_by_id(c, ids[i], &out->locations[i]));
    TRY(location_open(c, out->locations, n));
    return load_recipients(out);
}

bool location_open_still(const LocationRow *l) { return l->gone == 0 && l->url_err == OK; }
bool recipient_is_seed(const RecipientRow *r) { return r->offered.n > 0; }

/* The form follows the rung: a search engine is asked to delist, a hotline told, a flagger's channel used as one. */
Str form_for(const Compose *p, const RecipientRow *to) {
    static const struct { const char *rung, *form; } map[] = { { "flagger", "flagger" }, { "search", "delist" }, { "hotline", "hotline" }, { "art20", "art20" } };
    if (str_eq(p->form, S("reminder"))) return p->form;
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(to->rung, str_c(map[i].rung))) return str_c(map[i].form);
    return S("art16");
}

/* ---- the explanation a worker starts from: facts of the classification in plain sentences, nothing about a person ---- */
Str default_why(const Compose *p, Lang lang, Str offence) {
    UiCtx ui = ui_plain(p->c->arena, lang, p->c->now);
    const LawOffence *o = law_offence(p->c->app->law, offence, today(p->c));
    const IncidentRow *in = NULL;
    ui.zone = p->c->app->zone;
    if (o == NULL) return STR_NONE; /* nothing is known yet: a worker explains */
    Buf b = buf_new(8000);
    for (size_t i = 0; i < p->incidents_n && in == NULL; i++)
        if (str_eq(p->incidents[i].offence, offence)) in = &p->incidents[i];
    buf_put(&b, TRF(&ui, N_("At these addresses stands: {offence}."), UA_S("offence", o->name[lang])));
    if (in != NULL) {
        const struct { bool yes; const char *words; } facts[] = {
            { str_eq(in->consent_made, S("no")), N_("It was made without the consent of the person shown.") },
            { str_eq(in->consent_shared, S("no")), N_("It is shared without the consent of the person shown.") },
            { str_eq(in->synthetic, S("yes")), N_("The image was made up or altered; what it seems to show did not happen.") },
            { str_eq(in->threat, S("yes")), N_("The person shown is being threatened with further spreading.") },
            { str_eq(in->list_or_group, S("yes")), N_("It stands in a list or group that exists to expose people.") },
        };
        for (size_t i = 0; i < LEN(facts); i++) {
            if (!facts[i].yes) continue;
            buf_ch(&b, ' ');
            buf_put(&b, tr(&ui, facts[i].words));
        }
    }
    buf_z(&b, "\n");
    buf_put(&b, tr(&ui, N_("Every day that it stays online harms the person shown.")));
    Str s = str_dup(p->c->arena, buf_str(&b));
    buf_free(&b);
    return s;
}

/* ---- from the form to plans ---- */
static size_t chosen_locations(const Compose *p, const Form *f, LocationRow *out) {
    bool all = str_eq(form_text(f, "scope"), S("open"));
    size_t n = 0;
    for (size_t i = 0; i < p->locations_n; i++) {
        bool pick = all ? location_open_still(&p->locations[i]) : form_has(f, "location", id_hex(p->c->arena, p->locations[i].id));
        if (pick && p->locations[i].url_err == OK) out[n++] = p->locations[i];
    }
    return n;
}

static bool element_there(const Compose *p, const LawContent *c, const NoticePlan *plan, const char **out_field, const char **out_msgid) {
    static const struct { const char *element, *field, *msgid; } map[] = {
        { "reason", NULL, N_("Explain why this is illegal: the law asks for it (DSA 16(2)(a)).") },
        { "url", "location", N_("Choose at least one location.") },
        { "name", "nameless", N_("For this offence the law wants the name of the notifier.") },
        { "mail", "nameless", N_("For this offence the law wants the e-mail address of the notifier.") },
        { "good_faith", "good_faith", N_("The law wants this statement (DSA 16(2)(d)).") },
        { "flagger_id", "recipient", N_("This channel is for a designated trusted flagger; your organisation has no number here.") },
    };
    const bool there[] = { plan->why.n > 0, plan->locations_n > 0, plan->named, plan->named, plan->good_faith, p->org.flagger_id.n > 0 };
    for (size_t i = 0; i < LEN(map); i++) {
        if (!str_eq(c->element, str_c(map[i].element))) continue;
        *out_field = i == 0 ? (lang_from(plan->to->lang, LANG_EN) == LANG_NL ? "why_nl" : "why_en") : map[i].field;
        *out_msgid = map[i].msgid;
        return there[i];
    }
    *out_field = NULL;
    *out_msgid = N_("The law wants something in this notice that cannot be given here.");
    return str_eq(c->need, S("no"));
}

/* All four elements of art. 16(2), as the law data lists them for this form (law_contents); a form without a list of its own is a notice. */
static void check_elements(const Compose *p, Form *f, const NoticePlan *plan) {
    const LawContent *const *rows = NULL;
    size_t n = law_contents(p->c->app->law, plan->form, today(p->c), p->c->arena, &rows);
    if (p->minor) return; /* address and class only: law.md §7, not an article 16 notice */
    if (n == 0) n = law_contents(p->c->app->law, S("art16"), today(p->c), p->c->arena, &rows);
    for (size_t i = 0; i < n; i++) {
        const char *field = NULL, *msgid = NULL;
        if (!law_content_needed(p->c->app->law, rows[i], plan->offence, today(p->c))) continue;
        if (!element_there(p, rows[i], plan, &field, &msgid)) form_fail(f, field, msgid);
    }
}

static void check_choices(const Compose *p, Form *f, size_t locations, size_t recipients) {
    if (!p->agreed) form_fail(f, NULL, "The person has not agreed to removal requests. Ask first; nothing was sent.");
    if (locations == 0) form_fail(f, "location", "Choose at least one location.");
    if (recipients == 0) form_fail(f, "recipient", N_("Choose at least one recipient."));
    if (law_offence(p->c->app->law, form_text(f, "offence"), today(p->c)) == NULL) form_fail(f, "offence", "Choose one.");
    if (p->has_proposal && p->proposal.not_before > p->c->now) form_fail(f, NULL, N_("This step may not be taken yet."));
    if (p->has_proposal && !str_eq(p->proposal.state, S("open"))) form_fail(f, NULL, "This was decided already.");
}

static NoticePlan plan_for(const Compose *p, const Form *f, const RecipientRow *to, size_t chunk, const LocationRow *locations, size_t n) {
    bool dutch = lang_from(to->lang, LANG_EN) == LANG_NL;
    NoticePlan plan = { .case_id = p->k.id, .to = to, .is_seed = recipient_is_seed(to) && chunk == 0, .locations = locations, .locations_n = n, .form = form_for(p, to),
        .offence = form_text(f, "offence"), .lane = p->k.lane, .why = form_text(f, dutch ? "why_nl" : "why_en"), .extra = form_text(f, "extra"), .territory = form_text(f, "territory"),
        .action = form_text(f, "action"), .named = !form_bool(f, "nameless"), .good_faith = form_bool(f, "good_faith"), .earlier = p->has_earlier ? p->earlier.id : ID_NONE,
        .id = derived_id(p->seed, id_hex(p->c->arena, to->id), chunk + 1) };
    plan.seed = (RecipientNew){ .found = to->found, .rung = to->rung, .platform = to->platform, .lang = to->lang, .country = to->country, .name = to->name, .mail = to->mail };
    return plan;
}

static Err shown_hash(Ctx *c, const NoticePlan *plans, size_t n, Str *out) {
    uint8_t h[32];
    Buf b = buf_new((size_t)64 << 20);
    for (size_t i = 0; i < n; i++) {
        buf_put(&b, plans[i].to->mail);
        buf_ch(&b, '\n');
        buf_put(&b, plans[i].subject);
        buf_ch(&b, '\n');
        buf_put(&b, plans[i].body);
    }
    seal_sha256(buf_str(&b), h);
    *out = hex_enc(c->arena, str_bytes(h, 32));
    Err err = buf_err(&b);
    buf_free(&b);
    return err;
}

/* One report in a mail for whoever takes XARF. */
static size_t plan_size(const RecipientRow *r) { return str_eq(r->profile, S("xarf")) ? 1 : NOTICE_ITEMS_MAX; }

/* Only those still open with this recipient; a reminder of what was answered would be noise. */
Err compose_plan(Compose *p, Form *f, NoticePlan **out, size_t *out_n, Str *out_shown) {
    LocationRow *locations = ARENA_ARRAY(p->c->arena, LocationRow, p->locations_n + 1);
    size_t n = chosen_locations(p, f, locations), recipients = 0, plans_n = 0;
    for (size_t i = 0; i < p->recipients_n; i++) recipients += form_has(f, "recipient", recipient_value(p, &p->recipients[i]));
    size_t most = 1;
    for (size_t i = 0; i < p->recipients_n; i++)
        if (form_has(f, "recipient", recipient_value(p, &p->recipients[i]))) most += n / plan_size(&p->recipients[i]) + 1;
    NoticePlan *plans = ARENA_ARRAY(p->c->arena, NoticePlan, most);
    check_choices(p, f, n, recipients);
    for (size_t i = 0; i < p->recipients_n; i++) {
        if (!form_has(f, "recipient", recipient_value(p, &p->recipients[i]))) continue;
        size_t size = plan_size(&p->recipients[i]);
        bool no = false;
        TRY(lookup_forbidden(p->c, &p->recipients[i], locations, n, &no));
        if (no) form_fail(f, "recipient", N_("A rule says not to write to one of these about one of these places. See Rules."));
        for (size_t from = 0, chunk = 0; from < n; from += size, chunk++) {
            size_t some = n - from < size ? n - from : size;
            plans[plans_n] = plan_for(p, f, &p->recipients[i], chunk, locations + from, some);
            if (f->errors == 0 || chunk == 0) check_elements(p, f, &plans[plans_n]);
            plans_n++;
        }
    }
    *out = plans;
    *out_n = plans_n;
    *out_shown = STR_NONE;
    if (f->errors > 0 || f->error != NULL) return OK;
    for (size_t i = 0; i < plans_n; i++) TRY(notice_write(p->c, &plans[i]));
    return shown_hash(p->c, plans, plans_n, out_shown);
}

Str recipient_value(const Compose *p, const RecipientRow *r) { return recipient_is_seed(r) ? r->offered : id_hex(p->c->arena, r->id); }

/* ---- sending ---- */
/* The proposal, and those of the same step about the other locations of the notice that are reminded of here. */
static Err decide(Compose *p, const NoticePlan *plans, Act **acts, size_t max, size_t *n) {
    ProposalRow *open = NULL;
    size_t open_n = 0;
    if (!p->has_proposal) return OK;
    TRY(proposal_of_case(p->c, p->k.id, true, &open, &open_n));
    for (size_t i = 0; i < open_n; i++) {
        bool same = id_eq(open[i].id, p->proposal.id);
        if (!same && str_eq(open[i].step, p->proposal.step) && p->has_earlier) {
            ClockRow clock;
            RequestRow r;
            TRY(clock_by_id(p->c, open[i].clock, &clock));
            Err err = request_by_id(p->c, clock.subject, &r);
            if (err == E_MISSING) continue;
            TRY(err);
            for (size_t k = 0; k < plans[0].locations_n && !same; k++) same = id_eq(r.subject, p->earlier.id) && id_eq(r.location, plans[0].locations[k].id);
        }
        if (!same) continue;
        if (*n >= max) return E_LIMIT;
        acts[(*n)++] = proposal_decide(p->c, &open[i], true, STR_NONE);
    }
    return OK;
}

Err compose_send(Compose *p, const NoticePlan *plans, size_t plans_n, size_t *out_requests) {
    size_t requests = 0, n = 0;
    for (size_t i = 0; i < plans_n; i++) requests += plans[i].locations_n;
    size_t max = requests + 4 * plans_n + 1100;
    Act **acts = ARENA_ARRAY(p->c->arena, Act *, max);
    for (size_t i = 0; i < plans_n; i++) TRY(notice_acts(p->c, &plans[i], acts, max, &n));
    TRY(decide(p, plans, acts, max, &n));
    *out_requests = requests;
    return journal_commit(p->c, acts, n);
}
