/* cmd_feed.c - keten feed follow: the list of another server, followed by the client in C (clients/c), which is a program of its own so
 * that this one needs no HTTP. */
#include "programs/keten/cmd.h"
#include "programs/keten/serve.h"

#include <errno.h>
#include <unistd.h>

static int run_follow(Cli *c) {
    Str lane = cli_text(c, "lane"), vkey = cli_text(c, "vkey");
    const char *program = program_beside(c->a, "keten-feed", "feed");
    char name[] = "keten-feed", *args[] = { name, (char *)(uintptr_t)c->args[0], (char *)(uintptr_t)cli_text(c, "key").p, (char *)(uintptr_t)cli_text(c, "state").p, (char *)(uintptr_t)lane.p, vkey.n > 0 ? (char *)(uintptr_t)vkey.p : NULL, NULL };
    if (!str_eq(lane, S("adult")) && !str_eq(lane, S("minor"))) return cli_fail(c, EXIT_USE, "--lane is adult, or minor for the national body");
    if (program == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-feed is not beside this program; it is built and installed with it");
    execv(program, args);
    return cli_fail(c, EXIT_SYSTEM, "%s cannot be started (%s)", program, strerror(errno));
}

static const Opt follow_opts[] = {
    { OPT_TEXT, "key", "FILE", "file with the key that the organisation gave", .required = true },
    { OPT_TEXT, "state", "FILE", "how far this subscriber is; made when it is not there", .required = true },
    { OPT_TEXT, "lane", "LANE", "adult, or minor for the national body", .otherwise = "adult" },
    { OPT_TEXT, "vkey", "KEY", "verifier key of the list, when you had it from elsewhere; otherwise the first answer's is kept in the state" },
    { OPT_END },
};
static const Cmd follow = { .name = "follow", .summary = "print what was added to a list and withdrawn from it since the last time", .args = "URL", .args_min = 1, .args_max = 1, .opts = follow_opts, .run = run_follow,
    .help = "Prints one change a line: \"add 12 pdq HEX SOURCE TIME\", \"withdraw 12 ...\", \"suspend 12 ...\" (out of force until it is added again). A page of\n"
            "changes is checked as a whole before any of it is printed: its numbers go on where the last ended, and it fits the signed head of the list.\n"
            "Exit code 1: a gap, a fork, a list that goes back or a wrong signature; nothing of that page was printed, and the state is as it was." };
static const Cmd *const subs[] = { &follow, NULL };
const Cmd cmd_feed = { .name = "feed", .summary = "follow the list of hashes of a Keten server", .args = "", .subs = subs };
