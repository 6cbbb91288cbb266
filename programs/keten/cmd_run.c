/* cmd_run.c - keten run: what `make run` ends in. A demonstration when there is no instance yet, then links, then the server. */
#include "foundation/store/store.h"
#include "programs/keten/local.h"
#include "programs/keten/serve.h"

static bool make(Cli *c, const char *dir, int *out_code) {
    InitWish w = { .dir = dir, .demo = true, .org = S("Meldpunt Voorbeeld (demo)"), .kind = S("flagger"), .country = S("NL"), .lang = S("nl"), .admin = S("beheer"), .lead = S("lea"),
        .port = cli_int(c, "port") };
    Buf said = buf_new(65536);
    Str why = STR_NONE;
    Err e = init_make(c->a, &w, &said, &why);
    buf_wipe(&said);
    if (e != OK) *out_code = cli_fail(c, e == E_CONFLICT ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    return e == OK;
}

/* An instance from before an update has an older schema; serve would bring it up to date a moment later, but the links come first. */
static bool links(Cli *c, Instance *in, int *out_code) {
    Local l;
    Str why = STR_NONE;
    int applied = 0;
    Err e = migrate(c->a, in, &applied, &why);
    if (e != OK) {
        *out_code = cli_fail(c, EXIT_SYSTEM, STR_FMT, STR_ARG(why));
        return false;
    }
    if (!local_open(c, in->dir, DB_WRITE, &l, out_code)) return false;
    Buf out = buf_new(65536);
    printf("\nKeten, a demonstration: " STR_FMT "   (data in %s)\n", STR_ARG(l.app.base_url), in->dir);
    e = init_demo_links(&l, &out);
    if (e == OK) printf(STR_FMT "\n", STR_ARG(buf_str(&out)));
    else if (e != E_MISSING) *out_code = cli_fail(c, EXIT_SYSTEM, "no sign-in links can be made (%s)", err_name(e));
    fflush(stdout);
    buf_wipe(&out);
    local_close(&l);
    return e == OK || e == E_MISSING;
}

static int run(Cli *c) {
    Instance in = { 0 };
    Str why = STR_NONE;
    int code = EXIT_YES;
    const char *dir = str_z(c->a, cli_text(c, "data"));
    Err e = instance_open(c->a, dir, &in, &why);
    if (e == E_MISSING && !make(c, dir, &code)) return code;
    if (e == E_MISSING) e = instance_open(c->a, dir, &in, &why);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    if (in.demo && !links(c, &in, &code)) return code;
    return serve_instance(c, &in, false, true, false);
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the instance's directory; made as a demonstration when it is not there", .required = true },
    { OPT_INT, "port", "N", "port of a new demonstration on 127.0.0.1, metrics on the next", .min = 1024, .max = 65000, .otherwise = "0" },
    { OPT_END },
};
const Cmd cmd_run = {
    .name = "run", .summary = "serve, and make a demonstration first when there is nothing yet", .args = "", .opts = opts, .run = run,
    .help = "For a demonstration it prints one-time sign-in links for its case worker, lead, inspector, analyst and administrator, new\n"
            "ones each time. Where the instance is served already it says so and ends with 0.",
};
