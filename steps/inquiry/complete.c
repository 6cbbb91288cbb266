/* complete.c - see complete.h. */
#include "steps/inquiry/complete.h"

typedef enum Part { HAS_PROVIDER, HAS_FINDING, HAS_FACTS, HAS_REQUEST, HAS_CAPTURE, HAS_PLACE, HAS_OFFENCE, HAS_FLAGGER, HAS_MANDATE } Part;

/* An element of table contents and the part of a dossier that answers it. What is not here stands in the letter. */
static const struct { const char *element; Part part; } answers[] = {
    { "provider", HAS_PROVIDER }, { "service", HAS_PROVIDER }, { "controller", HAS_PROVIDER }, { "provision", HAS_FINDING }, { "infringement", HAS_FINDING }, { "legal_ground", HAS_FINDING }, { "context", HAS_FINDING },
    { "facts", HAS_FACTS }, { "reason", HAS_FACTS }, { "notices", HAS_REQUEST }, { "prior_contact", HAS_REQUEST }, { "prior_notices", HAS_REQUEST }, { "captures", HAS_CAPTURE }, { "url", HAS_PLACE }, { "where", HAS_PLACE },
    { "location", HAS_PLACE }, { "offence", HAS_OFFENCE }, { "class", HAS_OFFENCE }, { "flagger_award", HAS_FLAGGER }, { "flagger_id", HAS_FLAGGER }, { "mandate", HAS_MANDATE },
};
static const char *const mends[] = { [HAS_PROVIDER] = "/links", [HAS_FINDING] = "/dossier", [HAS_FACTS] = "/dossier", [HAS_REQUEST] = "/notice", [HAS_CAPTURE] = "/captures", [HAS_PLACE] = "/links", [HAS_OFFENCE] = "/classify",
    [HAS_FLAGGER] = "", [HAS_MANDATE] = "/consent" };

typedef struct Held { bool part[HAS_MANDATE + 1]; Str offence; } Held;

const char *complete_word(PartState s) { return s == PART_THERE ? N_("is in it") : s == PART_LETTER ? N_("stands in the letter") : N_("missing"); }

/* What is in this dossier. Of a made one only what there was when it was made. */
static Err look(Ctx *c, const DossierRow *d, Held *h) {
    enum { PLACES_LOOKED = 500 };
    LocationRow *places = NULL;
    RequestRow *requests = NULL;
    IncidentRow *incidents = NULL;
    CaseRow k;
    OrgRow org;
    size_t places_n = 0, requests_n = 0, incidents_n = 0;
    UnixMs until = d->made != 0 ? d->made : c->now;
    TRY(case_by_id(c, d->case_id, &k));
    TRY(org_by_id(c, d->org, &org));
    TRY(location_of_case(c, d->case_id, 0, PLACES_LOOKED, &places, &places_n));
    TRY(request_of_case(c, d->case_id, &requests, &requests_n));
    TRY(incident_list(c, d->case_id, &incidents, &incidents_n));
    TRY(consent_holds(c, d->case_id, S("filing"), &h->part[HAS_MANDATE]));
    for (size_t i = 0; i < places_n; i++) {
        h->part[HAS_PLACE] = h->part[HAS_PLACE] || places[i].added <= until;
        h->part[HAS_PROVIDER] = h->part[HAS_PROVIDER] || (places[i].added <= until && places[i].platform.n > 0);
    }
    for (size_t i = 0; i < requests_n; i++) {
        bool notice = requests[i].asked <= until && str_eq(requests[i].kind, S("notice"));
        h->part[HAS_REQUEST] = h->part[HAS_REQUEST] || notice;
        h->part[HAS_PROVIDER] = h->part[HAS_PROVIDER] || notice;
    }
    h->part[HAS_FINDING] = d->findings > 0;
    h->part[HAS_CAPTURE] = d->captures > 0;
    h->part[HAS_FACTS] = d->findings > 0 && (d->captures > 0 || !str_eq(k.lane, S("adult"))); /* of a minor there are no captures, and none are asked */
    h->part[HAS_OFFENCE] = incidents_n > 0;
    h->part[HAS_FLAGGER] = org.flagger_id.n > 0;
    if (incidents_n > 0) h->offence = incidents[0].offence;
    return OK;
}

static void judge(Ctx *c, const DossierRow *d, const Held *h, const LawContent *law, Date at, CompletePart *out) {
    Str hex = id_hex(c->arena, d->case_id);
    *out = (CompletePart){ .law = law, .state = PART_LETTER, .needed = law_content_needed(c->app->law, law, h->offence, at), .mend = url_path(c->arena, "/case/" STR_FMT "/filing", STR_ARG(hex)) };
    for (size_t i = 0; i < LEN(answers); i++) {
        if (!str_eq(law->element, str_c(answers[i].element))) continue;
        out->state = h->part[answers[i].part] ? PART_THERE : PART_MISSING;
        out->mend = url_path(c->arena, "/case/" STR_FMT "%s", STR_ARG(hex), mends[answers[i].part]);
    }
}

/* The forms that start something at this body, each once, in the order of table competence. */
static size_t forms_of(Ctx *c, Str body, Date at, const LawForm **out) {
    const Law *law = c->app->law;
    const LawAuthority *b = law_authority(law, body, at);
    const LawCompetence *const *rows = NULL;
    size_t n = 0, all = b != NULL ? law_competence_list(law, at, c->arena, &rows) : 0;
    for (size_t i = 0; i < all && n < COMPLETE_FORMS_MAX; i++) {
        bool kind = str_starts(rows[i]->body, S("kind:")) && str_eq(str_sub(rows[i]->body, 5, rows[i]->body.n), b->kind), seen = false;
        const LawForm *f = rows[i]->form.n > 0 && (kind || str_eq(rows[i]->body, b->r.id)) ? law_form(law, rows[i]->form, at) : NULL;
        for (size_t k = 0; k < n; k++) seen = seen || out[k] == f;
        if (f != NULL && !seen) out[n++] = f;
    }
    return n;
}

Err dossier_complete(Ctx *c, const DossierRow *d, Complete *out) {
    const LawForm *forms[COMPLETE_FORMS_MAX];
    Held h = { 0 };
    *out = (Complete){ .whole = true };
    if (c->app->law == NULL || d->recipient.n == 0) return OK;
    Date at = civil_at(c->app->zone, c->now).date;
    size_t n = forms_of(c, d->recipient, at, forms);
    TRY(look(c, d, &h));
    for (size_t i = 0; i < n; i++) {
        const LawContent *const *rows = NULL;
        size_t parts = law_contents(c->app->law, forms[i]->r.id, at, c->arena, &rows);
        if (parts == 0) continue;
        CompleteForm *f = &out->form[out->n++];
        *f = (CompleteForm){ .form = forms[i], .n = parts, .parts = ARENA_ARRAY(c->arena, CompletePart, parts) };
        for (size_t k = 0; k < parts; k++) {
            judge(c, d, &h, rows[k], at, &f->parts[k]);
            if (!f->parts[k].needed || f->parts[k].state == PART_LETTER) continue;
            f->need++;
            f->have += f->parts[k].state == PART_THERE;
        }
    }
    for (size_t i = 0; i < out->n; i++) out->whole = (i > 0 && out->whole) || out->form[i].have == out->form[i].need;
    return OK;
}
