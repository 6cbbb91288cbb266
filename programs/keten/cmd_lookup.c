/* cmd_lookup.c - who can remove what stands at an address, asked now: the ladder, how each on it was found, and with --json every answer. */
#include "foundation/net/registry.h"
#include "programs/keten/local.h"
#include "steps/takedown/lookup_rule.h"

#include <sys/stat.h>

static Err outside(Cli *cli, const Instance *in, Net **out, int *out_code) {
    Err e = net_connect(instance_path(cli->a, in, INSTANCE_FETCH_SOCKET), out);
    if (e != OK) *out_code = cli_fail(cli, EXIT_SYSTEM, "the process that reaches the outside is not running: start the instance (keten serve)");
    return e;
}

/* ---- --update ---- */
static Err fetch_one(Cli *cli, Net *net, const Instance *in, const char *name, Str url, int *out_code) {
    NetAsk ask = { .url = url, .bytes_max = REGISTRY_FILE_MAX, .seconds_max = 60, .redirects_max = 3 };
    NetGot got;
    Str published = STR_NONE, why = STR_NONE;
    Err e = net_get(net, cli->a, &ask, &got);
    const NetHop *last = e == OK && got.hops_n > 0 ? &got.hops[got.hops_n - 1] : NULL;
    if (last == NULL || got.error.n > 0 || last->status != 200 || last->body.p == NULL) {
        *out_code = cli_fail(cli, EXIT_NO, STR_FMT " did not come: " STR_FMT " %d", STR_ARG(url), STR_ARG(e == OK ? got.error : S("nobody asks")), last != NULL ? last->status : 0);
        return E_OUTSIDE;
    }
    if (registry_file_check(cli->a, str_c(name), last->body, &published, &why) != OK) {
        *out_code = cli_fail(cli, EXIT_NO, STR_FMT " is not taken: " STR_FMT, STR_ARG(url), STR_ARG(why));
        return E_INPUT;
    }
    const char *path = instance_path(cli->a, in, str_fmt(cli->a, "registry/%s", name).p);
    if (file_write(path, last->body, 0644) != OK) {
        *out_code = cli_fail(cli, EXIT_SYSTEM, "%s cannot be written", path);
        return E_OUTSIDE;
    }
    printf("%s, published " STR_FMT "\n", name, STR_ARG(published));
    return OK;
}

static int update(Cli *cli) {
    Instance in;
    Net *net = NULL;
    int code = EXIT_SYSTEM;
    Str from = cli_text(cli, "from");
    if (!cli_instance(cli, &in, &code)) return code;
    if (outside(cli, &in, &net, &code) != OK) return code;
    Err e = dir_make(instance_path(cli->a, &in, "registry"), 0700);
    if (e != OK) code = cli_fail(cli, EXIT_SYSTEM, "the folder registry cannot be made in the instance");
    for (size_t i = 0; e == OK && registry_bootstrap_names[i] != NULL; i++) {
        Str url = str_c(registry_bootstrap_urls[i]), file = str_c(registry_bootstrap_names[i]);
        if (from.n > 0) url = str_fmt(cli->a, STR_FMT "%s" STR_FMT, STR_ARG(from), str_ends(from, S("/")) ? "" : "/", STR_ARG(str_sub(file, 5, file.n)));
        e = fetch_one(cli, net, &in, registry_bootstrap_names[i], url, &code);
    }
    net_close(net);
    if (e == OK) printf("Used from the next start of the instance, and by this command at once.\n");
    return e == OK ? EXIT_YES : code;
}

/* ---- one address ---- */
static void line(const char *word, Str s) {
    if (s.n > 0) printf("%-14s " STR_FMT "\n", word, STR_ARG(s));
}
static void list(const char *word, const Str *v, size_t n) {
    for (size_t i = 0; i < n; i++) line(i == 0 ? word : "", v[i]);
}

static void say_facts(Arena *a, const Lookup *l) {
    line("address", l->url);
    line("host", l->host);
    line("domain", l->domain);
    line("names", l->error);
    list("alias", l->alias, l->aliases);
    for (size_t i = 0; i < l->addresses; i++) {
        const LookupAddress *x = &l->address[i];
        Str as = x->asn != 0 ? str_fmt(a, "AS%lld " STR_FMT, (long long)x->asn, STR_ARG(x->as_name)) : STR_NONE;
        line("at", str_fmt(a, STR_FMT "  " STR_FMT "  " STR_FMT "  " STR_FMT "  " STR_FMT, STR_ARG(x->ip), STR_ARG(x->ptr), STR_ARG(x->range), STR_ARG(x->org.n > 0 ? x->org : x->net_name), STR_ARG(as)));
    }
    list("certificate", l->tls_name, l->tls_names);
    line("in front", l->op.n > 0 ? str_fmt(a, STR_FMT " (" STR_FMT ")", STR_ARG(l->op), STR_ARG(l->op_why)) : STR_NONE);
    list("name server", l->ns, l->nss);
    line("", l->ns_op.n > 0 ? str_fmt(a, "run by " STR_FMT, STR_ARG(l->ns_op)) : STR_NONE);
}

static void say_ladder(const Lookup *l) {
    printf("\n");
    for (size_t i = 0; i < l->rungs; i++) {
        const LookupRung *r = &l->rung[i];
        Str who = r->mail.n > 0 ? r->mail : r->page;
        printf("%-10.*s %-32.*s %-40.*s %s%s" STR_FMT "%s\n", STR_ARG(r->role), STR_ARG(r->name), STR_ARG(r->never ? S("(do not contact)") : who.n > 0 ? who : S("-")), lookup_how_word(r->how), r->detail.n > 0 ? ": " : "",
            STR_ARG(r->detail), r->missing && !str_eq(r->how, S("none")) ? " (no contact)" : "");
    }
}

static int look(Cli *cli) {
    Local l;
    int code = EXIT_SYSTEM;
    Net *net = NULL;
    Lookup *found = ARENA_NEW(cli->a, Lookup);
    if (!local_open(cli, cli_text(cli, "data").p, DB_READ, &l, &code)) return code;
    Err e = outside(cli, &l.in, &net, &code);
    if (e == OK) {
        l.c.net = net;
        l.c.now = sys_now(&l.in.clock);
        e = lookup_now(&l.c, str_c(cli->args[0]), found);
        if (e == E_INPUT) code = cli_fail(cli, EXIT_USE, "%s is no address of a page", cli->args[0]);
        else if (e != OK) code = cli_fail(cli, EXIT_SYSTEM, "it cannot be looked up (%s)", err_name(e));
    }
    if (e == OK && cli_flag(cli, "json")) {
        Buf b = buf_new(16 << 20);
        Json j = json_to(&b, true);
        lookup_write(cli->a, found, true, &j);
        buf_ch(&b, '\n');
        if (buf_err(&b) != OK || fwrite(b.p, 1, b.n, stdout) != b.n) e = E_OUTSIDE;
        buf_free(&b);
    } else if (e == OK) {
        say_facts(cli->a, found);
        say_ladder(found);
    }
    net_close(net);
    local_close(&l);
    if (e != OK) return code;
    for (size_t i = 0; i < found->rungs; i++)
        if (!found->rung[i].missing && !found->rung[i].never) return EXIT_YES;
    return EXIT_NO;
}

static int run(Cli *cli) {
    bool renew = cli_flag(cli, "update");
    if (renew == (cli->args_n > 0)) return cli_fail(cli, EXIT_USE, "give an address, or --update");
    return renew ? update(cli) : look(cli);
}

static const Opt opts[] = {
    OPT_DATA,
    { OPT_FLAG, "update", .help = "fetch IANA's RDAP bootstrap files into the instance (folder registry)" },
    { OPT_TEXT, "from", "URL", "with --update: a copy of https://data.iana.org/rdap/" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_lookup = { .name = "lookup", .summary = "who can remove what stands at an address, and how each was found", .args = "[URL]", .args_min = 0, .args_max = 1, .opts = opts, .run = run,
    .help = "Asks DNS, the registries (RDAP, WHOIS where there is none), and the site's own security.txt through the running instance; the page itself is\n"
            "never fetched. Prints the ladder: platform or site, host, delivery network, registrar, registry, search engines. What was not found\n"
            "is said. With --json every answer stands in it as it came. Exit code 1: nobody was found who can be asked." };
