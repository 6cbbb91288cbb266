/* cmd_demo.c - keten demo: hands over to keten-demo, which stands beside this program. */
#include "programs/keten/local.h"
#include "programs/keten/serve.h"

#include <unistd.h>

static int run(Cli *c) {
    Str dir = STR_NONE;
    if (sys_exe_dir(c->a, &dir) != OK) return cli_fail(c, EXIT_SYSTEM, "this program's own folder cannot be found");
    const char *self = path_join(c->a, str_z(c->a, dir), "keten").p, *demo = program_beside(c->a, "keten-demo", "demo");
    if (demo == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-demo is not beside keten, nor in libexec");
    char *argv[10];
    int n = 0;
    argv[n++] = str_z(c->a, str_c(demo));
    argv[n++] = str_z(c->a, S("--data"));
    argv[n++] = str_z(c->a, cli_text(c, "data"));
    argv[n++] = str_z(c->a, S("--keten"));
    argv[n++] = str_z(c->a, str_c(self));
    if (cli_flag(c, "no-serve")) argv[n++] = str_z(c->a, S("--no-serve"));
    if (cli_given(c, "port")) {
        argv[n++] = str_z(c->a, S("--port"));
        argv[n++] = str_z(c->a, str_fmt(c->a, "%lld", (long long)cli_int(c, "port")));
    }
    argv[n] = NULL;
    execv(demo, argv);
    return cli_fail(c, EXIT_SYSTEM, "%s cannot be started", demo);
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "a folder for the new instance; must not hold anything", .required = true },
    { OPT_FLAG, "no-serve", .help = "end after the story instead of serving it" },
    { OPT_INT, "port", "N", "port on 127.0.0.1", .min = 1024, .max = 65000 },
    { OPT_END },
};
const Cmd cmd_demo = { .name = "demo", .summary = "play the letter's case on real local services, then serve it", .args = "", .opts = opts, .run = run,
    .help = "A report, a capture, a notice, months of silence, the silence recorded, a filing, a receipt and nothing more, a notice of\n"
            "default, a decision, gone, back again, the account. Each step prints what it shows and where to look. Ends with 0 only when\n"
            "every step held; leaves the dossier as a zip file in the folder." };
