/* lookup_offer.c - those whom a lookup found, as recipients that a notice may be sent to; and whom a rule says not to write to. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/plan_in.h"

enum { LOCATIONS_MAX = 60, OFFERS_MAX = 200 };

RecipientNew lookup_recipient(const Law *law, const LookupRung *r) {
    return (RecipientNew){ .rung = r->rung, .platform = r->platform, .lang = law_letters(law, r->country), .country = r->country, .name = r->name.n > 0 ? r->name : r->mail, .mail = r->mail, .found = S("lookup") };
}

bool lookup_offered(const LookupRung *r) {
    static const char *const rungs[] = { "platform", "host", "cdn", "registrar" };
    for (size_t i = 0; i < LEN(rungs); i++)
        if (str_eq(r->rung, str_c(rungs[i]))) return r->mail.n > 0 && !r->never && !r->missing;
    return false;
}

/* The same contact is the same offer, whichever location it was found for. */
static Str offer_code(Arena *a, const LookupRung *r) {
    uint8_t h[32];
    seal_sha256(str_fmt(a, STR_FMT " " STR_FMT, STR_ARG(r->rung), STR_ARG(str_lower(a, r->mail))), h);
    return str_fmt(a, "look." STR_FMT, STR_ARG(hex_enc(a, str_bytes(h, 12))));
}

Err lookup_offers(Ctx *c, const LocationRow *locations, size_t n, RecipientRow **out, size_t *out_n) {
    RecipientRow *rows = ARENA_ARRAY(c->arena, RecipientRow, OFFERS_MAX);
    size_t k = 0, looked = 0;
    Str hosts[LOCATIONS_MAX];
    for (size_t i = 0; i < n && looked < LOCATIONS_MAX; i++) {
        LookupRow row;
        Lookup *l = NULL;
        Str host = lookup_url_host(locations[i].url);
        bool seen = false;
        for (size_t h = 0; h < looked && !seen; h++) seen = str_eq(hosts[h], host);
        if (seen || !location_open_still(&locations[i])) continue;
        l = ARENA_NEW(c->arena, Lookup);
        hosts[looked++] = host;
        Err e = lookup_latest(c, locations[i].id, &row, l);
        if (e == E_MISSING || e == E_INPUT || e == E_DENIED) continue;
        TRY(e);
        for (size_t r = 0; r < l->rungs && k < OFFERS_MAX; r++) {
            if (!lookup_offered(&l->rung[r])) continue;
            RecipientNew w = lookup_recipient(c->app->law, &l->rung[r]);
            Str code = offer_code(c->arena, &l->rung[r]);
            bool twice = false;
            for (size_t o = 0; o < k && !twice; o++) twice = str_eq(rows[o].offered, code);
            if (!twice) rows[k++] = (RecipientRow){ .offered = code, .rung = w.rung, .platform = w.platform, .lang = w.lang, .country = w.country, .name = w.name, .mail = w.mail, .found = S("lookup") };
        }
    }
    *out = rows;
    *out_n = k;
    return OK;
}

/* A rule of ours that says not to write to this rung about one of these places. */
Err lookup_forbidden(Ctx *c, const RecipientRow *to, const LocationRow *locations, size_t n, bool *out) {
    RuleRow *rules = NULL;
    size_t rules_n = 0;
    *out = false;
    TRY(rule_list(c, false, &rules, &rules_n));
    for (size_t i = 0; i < rules_n && !*out; i++) {
        const RuleRow *r = &rules[i];
        if (!str_eq(r->kind, S("never")) || !rule_holds(r, c->now) || (r->rung.n > 0 && !str_eq(r->rung, to->rung))) continue;
        for (size_t k = 0; k < n && !*out; k++) *out = rule_fits(r, lookup_url_host(locations[k].url));
    }
    return OK;
}
