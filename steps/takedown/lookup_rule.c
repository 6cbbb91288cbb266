/* lookup_rule.c - rules as acts, and which of them fit. */
#include "steps/takedown/lookup_rule.h"
#include "core/case/url.h"
#include "steps/takedown/takedown_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

const char *const rule_kinds[] = { "origin", "channel", "never", "checker", NULL };
static const char *const kind_words[] = { N_("the real host behind a proxy"), N_("preferred channel"), N_("do not contact"), N_("page that says whether it is still there") };
const char *rule_kind_word(Str kind) {
    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        if (str_eq(kind, str_c(rule_kinds[i]))) return kind_words[i];
    return "";
}

static const FieldDef fields[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "rung", F_CODE, CLEAR, false, 0 }, { "country", F_CODE, CLEAR, false, 0 }, { "domain", F_TEXT, STORE, true, 253 }, { "name", F_TEXT, STORE, false, 400 },
    { "mail", F_TEXT, STORE, false, 254 }, { "page", F_TEXT, STORE, false, 1000 }, { "why", F_TEXT, STORE, true, 2000 }, { "from", F_TIME, CLEAR, true, 0 }, { "until", F_TIME, CLEAR, false, 0 }, END };

static bool label_ok(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-')) return false;
    }
    return s.n >= 2 && s.n <= 63 && s.p[0] != '-';
}

static bool domain_ok(Ctx *c, Str s) {
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    size_t at = 0;
    if (s.n == 0 || str_chr(s, '/', &at) || str_chr(s, ':', &at) || str_chr(s, '@', &at)) return false;
    if (!str_chr(s, '.', &at)) return label_ok(s); /* a whole top-level domain */
    return url_parse(c->arena, str_fmt(c->arena, "https://" STR_FMT "/", STR_ARG(s)), S(""), &u, &wrong) == OK && str_eq(u.host, s);
}

static Err check_added(Ctx *c, const Act *a) {
    Str kind = act_get_code(a, "kind"), rung = act_get_code(a, "rung"), mail = act_get_text(a, "mail"), page = act_get_text(a, "page");
    UnixMs from = act_get_int(a, "from"), until = act_get_int(a, "until");
    if (rule_kind_word(kind)[0] == '\0') return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    if (rung.n > 0 && !rung_known(c, rung)) return ctx_refuse(c, E_INPUT, "rung", "This choice is not known.");
    if (!domain_ok(c, act_get_text(a, "domain"))) return ctx_refuse(c, E_INPUT, "domain", N_("This is no domain: voorbeeld.nl is expected, in small letters, without https."));
    if (until != 0 && until <= from) return ctx_refuse(c, E_INPUT, "until", N_("The last day lies before the first."));
    bool where = mail.n > 0 || page.n > 0;
    if ((str_eq(kind, S("origin")) || str_eq(kind, S("channel"))) && !where) return ctx_refuse(c, E_INPUT, "mail", N_("Give a mail address or a page: otherwise there is nobody to write to."));
    if (str_eq(kind, S("channel")) && rung.n == 0) return ctx_refuse(c, E_INPUT, "rung", N_("Choose whose channel it is."));
    if (str_eq(kind, S("checker")) && !str_starts(page, S("https://")) && !str_starts(page, S("http://"))) return ctx_refuse(c, E_INPUT, "page", N_("Give the address of the page, beginning with https://."));
    return OK;
}
static Err check_ended(Ctx *c, const Act *a) {
    RuleRow r;
    TRY(rule_by_id(c, a->subject, &r));
    return r.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was done already.");
}
static Err check_restored(Ctx *c, const Act *a) {
    RuleRow r;
    TRY(rule_by_id(c, a->subject, &r));
    return r.ended != 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was done already.");
}
static const FieldDef end_fields[] = { { "on", F_INT, CLEAR, true, 1 }, END };
const ActDef act_rule_added = { "rule.added", 1, OBJ_NONE, "rule.edit", false, true, fields, check_added, apply_rule_added, NULL, N_("A rule was added: {kind}") };
const ActDef act_rule_ended = { "rule.ended", 1, OBJ_NONE, "rule.edit", false, false, end_fields, check_ended, apply_rule_ended, NULL, N_("A rule holds no longer") };
const ActDef act_rule_restored = { "rule.restored", 1, OBJ_NONE, "rule.edit", false, false, end_fields, check_restored, apply_rule_ended, NULL, N_("A rule holds again") };

Act *rule_add(Ctx *c, Id act_id, const RuleNew *n) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_rule_added, id, ID_NONE, id);
    act_code(a, "kind", n->kind);
    act_code(a, "rung", n->rung);
    act_code(a, "country", n->country);
    act_text(a, "domain", n->domain);
    act_text(a, "name", n->name);
    act_text(a, "mail", n->mail);
    act_text(a, "page", n->page);
    act_text(a, "why", n->why);
    act_time(a, "from", n->from != 0 ? n->from : c->now);
    if (n->until != 0) act_time(a, "until", n->until);
    return a;
}
static Act *switched(Ctx *c, const ActDef *def, Id rule, bool on) {
    Act *a = act_new(c, def, ID_NONE, ID_NONE, rule);
    act_int(a, "on", on);
    return a;
}
Act *rule_end(Ctx *c, Id rule) { return switched(c, &act_rule_ended, rule, false); }
Act *rule_restore(Ctx *c, Id rule) { return switched(c, &act_rule_restored, rule, true); }

/* ---- which fit ---- */
bool rule_holds(const RuleRow *r, UnixMs at) { return r->ended == 0 && r->err == OK && r->from <= at && (r->until == 0 || at < r->until); }
bool rule_fits(const RuleRow *r, Str host) {
    return str_eq(host, r->domain) || (host.n > r->domain.n && r->domain.n > 0 && host.p[host.n - r->domain.n - 1] == '.' && str_ends(host, r->domain));
}

Err rules_of_host(Ctx *c, Str host, LookupRule **out, size_t *out_n) {
    RuleRow *rows = NULL;
    size_t n = 0, k = 0;
    TRY(rule_list(c, false, &rows, &n));
    LookupRule *list = ARENA_ARRAY(c->arena, LookupRule, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!rule_holds(&rows[i], c->now) || !rule_fits(&rows[i], host)) continue;
        size_t at = k++;
        while (at > 0 && list[at - 1].domain.n < rows[i].domain.n) { /* insertion: rules of one host are a handful */
            list[at] = list[at - 1];
            at--;
        }
        list[at] = (LookupRule){ .id = id_hex(c->arena, rows[i].id), .domain = rows[i].domain, .kind = rows[i].kind, .mail = rows[i].mail, .page = rows[i].page, .name = rows[i].name, .country = rows[i].country, .rung = rows[i].rung };
    }
    *out = list;
    *out_n = k;
    return OK;
}

Err rule_checker(Ctx *c, Str host, Str *out_page) {
    LookupRule *rules = NULL;
    size_t n = 0;
    *out_page = STR_NONE;
    TRY(rules_of_host(c, host, &rules, &n));
    for (size_t i = 0; i < n && out_page->n == 0; i++)
        if (str_eq(rules[i].kind, S("checker"))) *out_page = rules[i].page;
    return OK;
}

Err lookup_now(Ctx *c, Str url, Lookup *out) {
    PlatformHosts hosts;
    LookupRule *rules = NULL;
    size_t n = 0;
    if (c->app->registry == NULL || c->net == NULL) return E_OUTSIDE;
    LookupHow how = { .net = c->net, .arena = c->arena, .registry = c->app->registry, .now = c->now, .allow = c->app->net_allow, .origin_whois = c->app->lookup_origin, .whois = c->app->lookup_whois };
    TRY(lookup_find(&how, url, out));
    TRY(platform_hosts(c, &hosts));
    TRY(rules_of_host(c, out->host, &rules, &n));
    lookup_ladder(c->arena, c->app->registry, &hosts, rules, n, out);
    return OK;
}
