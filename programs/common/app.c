/* app.c - see app.h. */
#include "programs/common/app.h"
#include "core/bank/bank_entry.h"
#include "core/law/law.h"
#include "core/ledger/witness.h"
#include "foundation/net/registry.h"
#include "programs/common/house.h"

static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

Err law_open(Arena *a, const Law **out, Str *out_why) {
    static const LawFile none[] = { { NULL, { NULL, 0 } } };
    LawProblem p = { 0 };
    Err e = law_new(a, none, zone_of, NULL, out, &p);
    if (e != OK) *out_why = str_fmt(a, STR_FMT ":%zu:%zu: " STR_FMT, STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
    return e;
}

Err registry_open(Arena *a, const Instance *in, const NetRegistry **out, Str *out_why) {
    RegistryFile files[8];
    size_t n = 0;
    for (size_t i = 0; registry_bootstrap_names[i] != NULL && n < LEN(files); i++) {
        const char *path = instance_path(a, in, str_fmt(a, "registry/%s", registry_bootstrap_names[i]).p);
        if (!file_exists(path)) continue;
        files[n].name = str_c(registry_bootstrap_names[i]);
        if (file_read(a, path, REGISTRY_FILE_MAX, &files[n].text) != OK) {
            *out_why = str_fmt(a, "%s cannot be read", path);
            return E_INPUT;
        }
        n++;
    }
    return registry_new(a, files, n, out, out_why);
}

/* Whom we believe about our own ledger: a file of the instance, read once. */
static Err policy_open(Arena *a, const Instance *in, App *app, Str *out_why) {
    Str path = conf_text(&in->conf, "ledger", "policy"), text = STR_NONE;
    LedgerPolicy *p = ARENA_NEW(a, LedgerPolicy);
    size_t line = 0;
    if (path.n == 0) return OK;
    Err e = file_read(a, path.p[0] == '/' ? path.p : instance_path(a, in, path.p), POLICY_BYTES_MAX, &text);
    if (e == E_MISSING) return OK;
    if (e == OK) e = policy_parse(a, text, p, &line);
    if (e != OK) *out_why = str_fmt(a, "[ledger] policy: " STR_FMT " line %zu is no line of a policy", STR_ARG(path), line);
    TRY(e);
    app->policy = p;
    app->policy_text = text;
    return OK;
}

/* The names of name=proxy pairs. */
static Err places(Arena *a, const Conf *c, Str *out, Str *out_why) {
    Str rest = conf_list(c, "watch", "places"), one = STR_NONE;
    Buf b = buf_new(4096);
    bool good = true;
    while (good && conf_list_next(&rest, &one)) {
        size_t at = 0, scheme = 0;
        good = str_chr(one, '=', &at) && at > 0 && at <= 20 && !str_eq(str_sub(one, 0, at), S("own")) && str_find(one, S("://"), &scheme) && scheme > at;
        for (size_t i = 0; good && i < at; i++) good = (one.p[i] >= 'a' && one.p[i] <= 'z') || (one.p[i] >= '0' && one.p[i] <= '9') || one.p[i] == '_';
        if (good) buf_printf(&b, "%s" STR_FMT, b.n > 0 ? " " : "", STR_ARG(str_sub(one, 0, at)));
    }
    if (good) *out = str_dup(a, buf_str(&b));
    else *out_why = str_fmt(a, "[watch] places: '" STR_FMT "' is not name=proxy, as de=socks5h://10.0.0.2:1080 (a name of small letters, digits and _, not 'own')", STR_ARG(one));
    good = good && buf_err(&b) == OK;
    buf_free(&b);
    return good ? OK : E_INPUT;
}

Err app_open(Arena *a, const Instance *in, App *out, Str *out_why) {
    const Conf *c = &in->conf;
    App app = { .zone = in->zone, .base_url = conf_text(c, "web", "base_url"), .org_mail_from = conf_text(c, "mail", "from"), .flagger_area = conf_text(c, "mail", "flagger_area"), .mail_verp = conf_text(c, "mail", "mark"), .mail_per_hour = conf_int(c, "mail", "per_hour"), .timestamp_urls = conf_list(c, "timestamp", "url"), .net_allow = conf_list(c, "net", "allow"), .instance_dir = str_c(in->dir),
        .capture_socket = instance_path(a, in, INSTANCE_CAPTURE_SOCKET),
        .capture_seconds = (int)conf_int(c, "capture", "seconds"), .capture_requests = (int)conf_int(c, "capture", "requests"), .capture_bytes = conf_int(c, "capture", "mb") << 20,
        .watch_ms = conf_int(c, "watch", "interval_h") * 3600000, .random = sys_random_fn, .demo = in->demo, .acts = house_acts(a), .lapse = house_lapse(a), .holder_name = house_holder_name(), .committed = bank_committed };
    TRY(places(a, c, &app.watch_places, out_why));
    app.panels = house_panels(a, &app.panels_n);
    app.home = house_home(a, &app.home_n);
    app.forms = house_forms(a, &app.forms_n);
    app.lookup_origin = conf_text(c, "lookup", "origin_whois");
    app.lookup_whois = conf_text(c, "lookup", "whois");
    TRY(law_open(a, &app.law, out_why));
    TRY(policy_open(a, in, &app, out_why));
    TRY(registry_open(a, in, &app.registry, out_why));
    *out = app;
    return OK;
}

Err app_vault_local(Arena *a, const Instance *in, Db *keys_db, Vault **out) {
    return vault_open_local(in->dir, keys_db, instance_log_origin(a, in), in->demo, out);
}
