/* cmd_simulate.c - keten simulate: a seeded year through the acts of the house, with crashes, and what must hold after each. */
#include "foundation/base/json.h"
#include "programs/keten/cmd.h"
#include "programs/keten/sim.h"

#include <dirent.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define EACH_CASE_BYTES ((uint64_t)256 * 1024)

/* ---- where it is played ---- */
/* In memory when the machine has room there: what is simulated is a process that is killed, not a disk that loses power, and
 * waiting for a disk would be most of the time. */
static const char *room(Cli *c, int64_t cases) {
    static const char *const places[] = { "/dev/shm", NULL };
    for (size_t i = 0; places[i] != NULL; i++) {
        struct statvfs v;
        if (access(places[i], W_OK | X_OK) == 0 && statvfs(places[i], &v) == 0 && (uint64_t)v.f_bavail * v.f_frsize > EACH_CASE_BYTES * (uint64_t)cases + (64u << 20)) return places[i];
    }
    const char *tmp = getenv("TMPDIR");
    return tmp != NULL && tmp[0] == '/' ? str_z(c->a, str_c(tmp)) : "/tmp";
}

/* Started by root: the year is played by a user without rights, as everything else here is. */
static Err step_down(const char *dir) {
    if (geteuid() == 0 && sys_give(dir, "keten") != OK) TRY(sys_give(dir, "nobody"));
    return sys_become_owner(dir);
}

static bool place(Cli *c, int64_t cases, const char **out_dir, bool *out_own, int *out_code) {
    bool empty = true;
    *out_own = !cli_given(c, "data");
    if (*out_own) {
        char *dir = str_z(c->a, str_fmt(c->a, "%s/keten-simulate-XXXXXX", room(c, cases)));
        if (mkdtemp(dir) == NULL) *out_code = cli_fail(c, EXIT_SYSTEM, "%s cannot be made", dir);
        else *out_dir = dir;
        return *out_dir != NULL;
    }
    const char *dir = str_z(c->a, cli_text(c, "data"));
    Err e = dir_empty(dir, &empty);
    if (e == E_MISSING) e = dir_make(dir, 0700);
    if (e != OK) *out_code = cli_fail(c, EXIT_SYSTEM, "%s cannot be made or read", dir);
    else if (!empty) *out_code = cli_fail(c, EXIT_USE, "%s is not empty; a simulated year is played in a new folder", dir);
    else *out_dir = dir;
    return *out_dir != NULL;
}

/* The tree that was made here: folders two deep, files in them. */
static void remove_folder(Arena *a, const char *dir, int depth) {
    DIR *d = opendir(dir);
    struct dirent *e = NULL;
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        const char *path = str_fmt(a, "%s/%s", dir, e->d_name).p;
        if (unlink(path) != 0 && depth > 0) remove_folder(a, path, depth - 1);
    }
    if (d != NULL) closedir(d);
    (void)rmdir(dir);
}

/* ---- what came of it ---- */
static void say_text(const SimWorld *w, const SimDone *d) {
    printf("Year %lld, seed %lld: %lld cases, %lld crashes, %lld acts, %.1f s.\n\n", (long long)w->w.year, (long long)w->w.seed, (long long)w->w.cases, (long long)d->crashes, (long long)d->seen.acts,
        (double)d->ms / 1000);
    printf("  %-36s %10s %10s\n", "what happened", "times", "refused");
    for (size_t i = 1; i < SIM_WHATS; i++) printf("  %-36s %10lld %10lld\n", sim_words[i], (long long)d->did[i], (long long)d->refused[i]);
    printf("\nAfter every crash (%lld times the whole record) and at the end:\n", (long long)d->whole_checks);
    for (size_t i = 0; i < d->seen.n; i++) printf("%s %9lld  %s\n", d->seen.hold[i].wrong == 0 ? "ok  " : "FAIL", (long long)d->seen.hold[i].n, d->seen.hold[i].what);
    if (!d->held) printf("\nIt does not hold, " STR_FMT ": " STR_FMT "\n", STR_ARG(d->why), STR_ARG(d->seen.first));
    if (d->seen.note.n > 0) printf("\n" STR_FMT, STR_ARG(d->seen.note));
}

static void say_json(const SimWorld *w, const SimDone *d) {
    Buf b = buf_new(1 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_bool(&j, "ok", d->held);
    json_kv_i64(&j, "seed", w->w.seed);
    json_kv_i64(&j, "cases", w->w.cases);
    json_kv_i64(&j, "year", w->w.year);
    json_kv_i64(&j, "crashes", d->crashes);
    json_kv_i64(&j, "acts", d->seen.acts);
    json_kv_i64(&j, "ms", d->ms);
    json_key(&j, S("happened"));
    json_arr(&j);
    for (size_t i = 1; i < SIM_WHATS; i++) {
        json_obj(&j);
        json_kv_str(&j, "what", str_c(sim_words[i]));
        json_kv_i64(&j, "times", d->did[i]);
        json_kv_i64(&j, "refused", d->refused[i]);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_key(&j, S("holds"));
    json_arr(&j);
    for (size_t i = 0; i < d->seen.n; i++) {
        json_obj(&j);
        json_kv_str(&j, "what", str_c(d->seen.hold[i].what));
        json_kv_i64(&j, "looked_at", d->seen.hold[i].n);
        json_kv_i64(&j, "wrong", d->seen.hold[i].wrong);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    if (!d->held) json_kv_str(&j, "why", d->why);
    if (!d->held) json_kv_str(&j, "first_problem", d->seen.first);
    json_kv_str(&j, "checkpoint", d->seen.note);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

/* Ctrl-C: the player is stopped by it as well; what was made in memory does not stay there. */
static volatile sig_atomic_t stopped;
static void stop(int signal_number) {
    (void)signal_number;
    stopped = 1;
}
static void hear_stop(void) {
    struct sigaction act = { .sa_handler = stop };
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

static int run(Cli *c) {
    SimWish wish = { .seed = cli_int(c, "seed"), .cases = cli_int(c, "cases"), .year = cli_int(c, "year"), .crashes = cli_int(c, "crashes") };
    SimWorld world = { 0 };
    SimDone done = { 0 };
    const Zone *zone = NULL;
    const char *dir = NULL;
    bool own = false;
    int code = EXIT_SYSTEM;
    Err e = zone_load(c->a, S("Europe/Amsterdam"), &zone);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the time zones of this system cannot be read");
    if (!place(c, wish.cases, &dir, &own, &code)) return code;
    if (step_down(dir) != OK) return cli_fail(c, EXIT_SYSTEM, "nothing here runs as root, and %s cannot be given to another user", dir);
    hear_stop();
    e = sim_world(c->a, zone, &wish, &world);
    if (e == OK) e = sim_keep(c->a, dir, &world, &done);
    if (e == OK && cli_flag(c, "json")) say_json(&world, &done);
    else if (e == OK) say_text(&world, &done);
    if (own && stopped != 0) {
        remove_folder(c->a, dir, 2);
        return cli_fail(c, EXIT_SYSTEM, "stopped");
    }
    if (own && (e != OK || !done.held)) fprintf(stderr, "%s: what is there stays, to be looked at: %s\n", c->path, dir);
    if (own && e == OK && done.held) remove_folder(c->a, dir, 2);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the year could not be played (%s)%s" STR_FMT, err_name(e), done.why.n > 0 ? ": " : "", STR_ARG(done.why));
    return done.held ? EXIT_YES : EXIT_NO;
}

static const Opt opts[] = {
    { OPT_INT, "seed", "N", "the world; the same seed gives the same acts and the same checkpoint", .min = 0, .max = INT64_MAX, .otherwise = "1" },
    { OPT_INT, "cases", "N", "how many cases come in during the year", .min = 10, .max = SIM_CASES_MAX, .otherwise = "12206" },
    { OPT_INT, "year", "YEAR", "which year is simulated", .min = 2024, .max = 2035, .otherwise = "2024" },
    { OPT_INT, "crashes", "N", "how often the process is killed between two writes", .min = 0, .max = 10000, .otherwise = "20" },
    { OPT_TEXT, "data", "DIR", "a new folder, which stays; without it the year is played in memory and removed when all held" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_simulate = { .name = "simulate", .summary = "play a seeded year through the acts, with crashes, and check what must hold", .args = "", .opts = opts, .run = run,
    .help = "Platforms answer, stall, refuse, and say that something is gone while it is there; authorities confirm receipt and nothing more,\n"
            "act, promise, refuse and decide; people write, pause, withdraw and have everything erased; the process is killed (SIGKILL)\n"
            "between two writes. After each crash and at the end: state is the fold of the acts, every lapsed clock has its silence and\n"
            "its next step, no act acknowledged is lost, no case is seen by anybody it was not shared with. Ends with 0 only when all held.\n"
            "Everything in it is invented. The folder of --data can be looked into with the other commands." };
