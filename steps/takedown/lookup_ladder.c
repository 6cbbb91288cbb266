/* lookup_ladder.c - from what was found to those who can be asked, in order. Pure. */
#include "foundation/ui/ui.h"
#include "steps/takedown/lookup.h"

typedef struct Ladder { Arena *a; const NetRegistry *registry; const PlatformHosts *hosts; const LookupRule *rules; size_t rules_n; Lookup *l; } Ladder;

static const struct { const char *code, *word; } roles[] = { { "uploader", N_("the person who put it there") }, { "platform", N_("the platform") }, { "site", N_("the site itself") }, { "host", N_("the hosting company") },
    { "cdn", N_("the delivery network in front") }, { "registrar", N_("the registrar of the domain") }, { "registry", N_("the registry of the domain") }, { "search", N_("search engine") }, { "appstore", N_("app store") },
    { "payment", N_("payment provider") } };
static const struct { const char *code, *word; } hows[] = { { "register", N_("in our register") }, { "law", N_("in the law data") }, { "security_txt", N_("its own security.txt") }, { "rdap", N_("registration (RDAP)") },
    { "whois", N_("registration (WHOIS)") }, { "range", N_("address range") }, { "head", N_("headers of its answer") }, { "alias", N_("alias in DNS") }, { "rule", N_("a rule of ours") }, { "none", N_("not found") } };

const char *lookup_role_word(Str role) {
    for (size_t i = 0; i < LEN(roles); i++)
        if (str_eq(role, str_c(roles[i].code))) return roles[i].word;
    return "";
}
const char *lookup_how_word(Str how) {
    for (size_t i = 0; i < LEN(hows); i++)
        if (str_eq(how, str_c(hows[i].code))) return hows[i].word;
    return "";
}

/* One more recipient; past the last place it is written where nobody reads it. */
static LookupRung *add(Ladder *d, const char *rung, const char *role) {
    LookupRung *r = d->l->rungs < LOOKUP_RUNGS_MAX ? &d->l->rung[d->l->rungs++] : ARENA_NEW(d->a, LookupRung);
    *r = (LookupRung){ .rung = str_c(rung), .role = str_c(role), .how = S("none") };
    return r;
}

static bool can_be_asked(const LookupRung *r) { return r->mail.n > 0 || r->page.n > 0; }

/* ---- the platform, or the site as its own platform ---- */
static const LawPlatform *law_row(const Ladder *d, Str code) { return d->hosts != NULL && d->hosts->law != NULL && code.n > 0 ? law_platform(d->hosts->law, code, d->hosts->at) : NULL; }

static void of_register(Ladder *d, LookupRung *r, Str code) {
    const LawPlatform *law = law_row(d, code);
    r->platform = code;
    r->how = law != NULL ? S("law") : S("register");
    if (law != NULL) {
        r->name = law->name;
        r->mail = law->mail;
        r->country = law->seat.n == 2 ? law->seat : STR_NONE;
    }
    for (size_t i = 0; d->hosts != NULL && i < d->hosts->hand_n; i++) {
        const PlatformView *p = &d->hosts->hand[i];
        if (!str_eq(p->code, code) || p->err != OK || p->ended != 0) continue;
        r->how = S("register");
        r->name = p->f.name;
        if (p->f.seat.n == 2) r->country = p->f.seat;
    }
}

static void platform(Ladder *d) {
    Lookup *l = d->l;
    Str code = d->hosts != NULL ? platform_of_host(d->hosts, l->host) : STR_NONE;
    LookupRung *r = add(d, "platform", code.n > 0 ? "platform" : "site");
    if (code.n > 0) of_register(d, r, code);
    else r->name = l->domain.n > 0 ? l->domain : l->host;
    /* The site's own file says where to write; one that is past its end is shown, and not written to by itself. */
    if (!can_be_asked(r) && (l->site_mail.n > 0 || l->site_page.n > 0)) {
        if (l->site_valid) r->mail = l->site_mail;
        r->page = l->site_page;
        r->how = S("security_txt");
        r->detail = l->site_valid ? STR_NONE : str_fmt(d->a, "past its end: " STR_FMT, STR_ARG(l->site_mail));
    }
    r->missing = !can_be_asked(r);
    const LawPlatform *law = law_row(d, code), *file_host = law != NULL ? law_row(d, law->host) : NULL;
    if (file_host == NULL) return;
    LookupRung *h = add(d, "host", "host");
    of_register(d, h, file_host->r.id);
    h->missing = !can_be_asked(h);
}

/* ---- hosting, and what stands in front of it ---- */
static bool same_contact(const LookupRung *r, const LookupAddress *x) { return str_ieq(r->mail, x->mail) && str_ieq(r->page, x->page) && (x->mail.n > 0 || x->page.n > 0 || str_ieq(r->name, x->org)); }

static void hosts(Ladder *d) {
    Lookup *l = d->l;
    bool any = false;
    for (size_t i = 0; i < l->addresses; i++) {
        const LookupAddress *x = &l->address[i];
        LookupRung *r = NULL;
        if (x->op.n > 0) continue;
        any = true;
        for (size_t k = 0; k < l->rungs && r == NULL; k++)
            if (str_eq(l->rung[k].role, S("host")) && l->rung[k].platform.n == 0 && same_contact(&l->rung[k], x)) r = &l->rung[k];
        if (r != NULL) {
            r->detail = str_fmt(d->a, STR_FMT ", " STR_FMT, STR_ARG(r->detail), STR_ARG(x->ip));
            continue;
        }
        r = add(d, "host", "host");
        r->name = x->org.n > 0 ? x->org : x->net_name.n > 0 ? x->net_name : x->as_name.n > 0 ? x->as_name : x->ip;
        r->mail = x->mail.n > 0 ? x->mail : x->as_mail;
        r->page = x->page;
        r->country = x->country;
        if (x->how.n > 0) r->how = x->how;
        r->detail = x->ip;
        r->missing = !can_be_asked(r);
    }
    if (any) return;
    LookupRung *r = add(d, "host", "host");
    r->missing = true;
    r->detail = l->op.n > 0 ? str_fmt(d->a, "behind " STR_FMT, STR_ARG(l->op)) : l->error;
}

static void delivery(Ladder *d) {
    Lookup *l = d->l;
    const NetOperator *op = l->op.n > 0 ? registry_operator(d->registry, l->op) : NULL;
    size_t colon = 0;
    if (op == NULL) return;
    LookupRung *r = add(d, "cdn", "cdn");
    r->name = op->name;
    r->mail = op->mail;
    r->page = op->form;
    r->country = op->country;
    r->how = str_chr(l->op_why, ':', &colon) ? str_sub(l->op_why, 0, colon) : S("range");
    r->detail = str_sub(l->op_why, colon + 2, l->op_why.n);
    for (size_t i = 0; i < l->addresses && r->mail.n == 0; i++)
        if (str_eq(l->address[i].op, l->op)) r->mail = l->address[i].mail;
    r->missing = !can_be_asked(r);
}

static void domain(Ladder *d) {
    Lookup *l = d->l;
    if (l->domain.n == 0) return;
    LookupRung *r = add(d, "registrar", "registrar");
    r->name = l->registrar;
    r->mail = l->registrar_mail;
    r->page = l->registrar_page;
    if (l->registrar_how.n > 0) r->how = l->registrar_how;
    if (l->registrar_iana.n > 0) r->detail = str_fmt(d->a, "IANA " STR_FMT, STR_ARG(l->registrar_iana));
    r->missing = !can_be_asked(r);
    r = add(d, "registrar", "registry");
    r->name = l->registry;
    r->how = l->registry.n > 0 ? l->registrar_how.n > 0 ? l->registrar_how : S("rdap") : S("none");
    r->missing = true; /* registries publish no such address; a rule may give one */
}

static void search(Ladder *d) {
    const LawPlatform *const *rows = NULL;
    size_t n = d->hosts != NULL && d->hosts->law != NULL ? law_platform_list(d->hosts->law, d->hosts->at, d->a, &rows) : 0, found = 0;
    for (size_t i = 0; i < n && found < 4; i++) {
        if (!law_has_tag(rows[i], d->hosts->law, S("S"))) continue;
        LookupRung *r = add(d, "search", "search");
        of_register(d, r, rows[i]->r.id);
        r->missing = !can_be_asked(r);
        found++;
    }
    if (found == 0) add(d, "search", "search")->missing = true;
    add(d, "appstore", "appstore")->missing = true;
    add(d, "payment", "payment")->missing = true;
}

/* ---- rules of ours ---- */
static void by_rule(LookupRung *r, const LookupRule *rule) {
    if (rule->name.n > 0) r->name = rule->name;
    if (rule->mail.n > 0 || rule->page.n > 0) {
        r->mail = rule->mail;
        r->page = rule->page;
    }
    if (rule->country.n > 0) r->country = rule->country;
    r->how = S("rule");
    r->rule = rule->id;
    r->missing = !can_be_asked(r);
}

/* The real host behind a proxy takes the place of the one that could not be found; the proxy stays beside it. */
static void origin_rule(Ladder *d, const LookupRule *rule) {
    LookupRung *r = NULL;
    for (size_t i = 0; i < d->l->rungs && r == NULL; i++)
        if (str_eq(d->l->rung[i].role, S("host")) && d->l->rung[i].missing) r = &d->l->rung[i];
    if (r == NULL) r = add(d, "host", "host");
    by_rule(r, rule);
}

static void rules(Ladder *d) {
    bool channel_done[LOOKUP_RUNGS_MAX] = { false }, origin_done = false;
    for (size_t k = 0; k < d->rules_n; k++) {
        const LookupRule *rule = &d->rules[k];
        if (str_eq(rule->kind, S("origin")) && !origin_done) {
            origin_rule(d, rule);
            origin_done = true;
        }
        for (size_t i = 0; i < d->l->rungs; i++) {
            LookupRung *r = &d->l->rung[i];
            bool fits = rule->rung.n == 0 || str_eq(rule->rung, r->rung);
            if (!fits) continue;
            if (str_eq(rule->kind, S("never")) && r->rule.n == 0) {
                r->never = true;
                r->rule = rule->id;
            }
            if (str_eq(rule->kind, S("channel")) && rule->rung.n > 0 && !channel_done[i] && !r->never) {
                by_rule(r, rule);
                channel_done[i] = true;
            }
        }
    }
}

void lookup_ladder(Arena *a, const NetRegistry *registry, const PlatformHosts *hosts_of, const LookupRule *list, size_t list_n, Lookup *l) {
    Ladder d = { a, registry, hosts_of, list, list_n, l };
    l->rungs = 0;
    add(&d, "uploader", "uploader")->missing = true; /* known to the person, or in the service; never looked up */
    platform(&d);
    hosts(&d);
    delivery(&d);
    domain(&d);
    search(&d);
    rules(&d);
}

/* ---- what the place depends on ---- */
Str lookup_holder(Arena *a, const Lookup *l, Str rung) {
    Buf b = buf_new(8192);
    Str list[LOOKUP_ADDRESSES_MAX];
    size_t n = 0;
    if (str_eq(rung, S("cdn"))) buf_put(&b, l->op);
    if (str_eq(rung, S("registrar"))) buf_put(&b, l->registrar_mail.n > 0 ? l->registrar_mail : l->registrar);
    for (size_t i = 0; i < l->addresses && str_eq(rung, S("host")); i++) {
        const LookupAddress *x = &l->address[i];
        if (x->op.n > 0 || x->how.n == 0) continue;
        Str one = x->mail.n > 0 ? x->mail : x->org.n > 0 ? x->org : x->range;
        size_t at = 0;
        while (at < n && str_cmp(list[at], one) < 0) at++;
        if (at < n && str_eq(list[at], one)) continue;
        memmove(&list[at + 1], &list[at], (n - at) * sizeof *list);
        list[at] = one;
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_ch(&b, ' ');
        buf_put(&b, list[i]);
    }
    Str s = str_lower(a, buf_str(&b));
    buf_free(&b);
    return s;
}
