/* cmd_bank_follow.c - a bank that follows the list of a Keten server: what is added there is in force here, what is withdrawn there is withdrawn here.
 *
 * keten-feed asks and judges (clients/c), and writes lines; they are put in by batches, each durable. How far one is counts only when all of it is in the bank: it is kept beside
 * (STATE.next), and takes the place of the state at the end. Done again it does nothing twice. */
#include "foundation/base/enc.h"
#include "programs/keten/cmd_bank.h"
#include "programs/keten/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, STATE_MAX = 1 << 16 };
typedef struct Following {
    Cli *c;
    Bank *b;
    BankLine *add;
    size_t add_n, drop_n;
    uint32_t *drop;
    BankHit hits[BANK_HITS_MAX];
    BankLane lane;
    Str who;
    bool anew;                   /* nothing was had before */
    int64_t added, there, withdrawn, gone, refused;
} Following;

static Err put_adds(Following *f) {
    uint32_t confirm[BANK_AT_ONCE];
    size_t added = 0, k = 0;
    if (f->add_n == 0) return OK;
    TRY(bank_add(f->b, f->add, f->add_n, &added));
    for (size_t i = 0; i < f->add_n; i++)
        if (f->add[i].entry != 0) confirm[k++] = f->add[i].entry;
    f->added += (int64_t)k;
    f->there += (int64_t)(f->add_n - k);
    f->add_n = 0;
    return k > 0 ? bank_change(f->b, BANK_CONFIRM, confirm, k, f->who, cli_now()) : OK;
}

static Err put_drops(Following *f) {
    if (f->drop_n == 0) return OK;
    TRY(bank_change(f->b, BANK_REMOVE, f->drop, f->drop_n, f->who, cli_now()));
    f->withdrawn += (int64_t)f->drop_n;
    f->drop_n = 0;
    return OK;
}

/* This list's entry with that hash; more than one of the same hash and source cannot stand there. */
static Err drop(Following *f, const BankLine *l) {
    size_t n = 0;
    TRY(put_adds(f));
    TRY(bank_match(f->b, l->signal, l->hash, 0, l->at, true, f->hits, LEN(f->hits), &n));
    for (size_t i = 0; i < n && i < LEN(f->hits); i++) {
        BankLine have = bank_line(f->b, f->hits[i].entry);
        if (strcmp(have.source, l->source) != 0 || have.lane != l->lane) continue;
        for (size_t k = 0; k < f->drop_n; k++)
            if (f->drop[k] == f->hits[i].entry) return OK;
        f->drop[f->drop_n++] = f->hits[i].entry;
        return f->drop_n == BANK_AT_ONCE ? put_drops(f) : OK;
    }
    f->gone++;
    return OK;
}

/* "add 12 pdq HEX SOURCE TIME". E_INPUT: it cannot be applied, and that is said. */
static Err line_in(Following *f, Str line) {
    BankLine l = { .kind = BANK_ADD, .quality = BANK_QUALITY_UNKNOWN, .front = FRONT_UNKNOWN, .lane = f->lane, .at = cli_now() };
    Str rest = line, part[4] = { STR_NONE };
    size_t n = 0, end = 0;
    while (n < LEN(part) && str_split(&rest, ' ', &part[n])) n++;
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == ' ') end = i;
    Str source = str_sub(rest, 0, end);
    bool add = str_eq(part[0], S("add"));
    if (n < LEN(part) || source.n == 0 || (!add && !str_eq(part[0], S("withdraw")) && !str_eq(part[0], S("suspend")))) return cli_fail(f->c, EXIT_NO, "keten-feed wrote a line that is none: " STR_FMT, STR_ARG(str_sub(line, 0, 100))), E_INPUT;
    if (str_eq(part[3], S("-"))) { /* its hash was destroyed since */
        if (f->anew || add) return f->gone++, OK;
        return cli_fail(f->c, EXIT_NO, "entry " STR_FMT " was withdrawn so long ago that its hash is not told any more: begin anew, with a new bank and a new state", STR_ARG(part[1])), E_INPUT;
    }
    if (bank_signal_parse(part[2], &l.signal) != OK || bank_hash_parse(l.signal, part[3], l.hash) != OK || source.n > BANK_SOURCE_MAX) return f->refused++, OK;
    memcpy(l.source, source.p, source.n);
    if (!add) return drop(f, &l);
    TRY(put_drops(f));
    f->add[f->add_n++] = l;
    return f->add_n == BANK_AT_ONCE ? put_adds(f) : OK;
}

static Err lines_in(Following *f, FILE *from) {
    char line[LINE_MAX_BYTES];
    Err e = OK;
    Progress bar = progress_start("changes");
    while (e == OK && fgets(line, sizeof line, from) != NULL) {
        Str s = str_c(line);
        if (s.n == 0 || s.p[s.n - 1] != '\n') break; /* cut off: it ended in the middle, and says so by its exit code */
        e = line_in(f, str_sub(s, 0, s.n - 1));
        progress_show(&bar, f->added + f->there + f->withdrawn, 0);
    }
    if (e == OK) e = put_adds(f);
    if (e == OK) e = put_drops(f);
    progress_end(&bar);
    return e;
}

/* Its exit code; -1: it could not be started or died. */
static int follow(Following *f, const char *program, const char *next, Err *out_err) {
    Cli *c = f->c;
    Str vkey = cli_text(c, "vkey");
    const char *argv[] = { "keten-feed", c->args[0], cli_text(c, "key").p, next, cli_text(c, "lane").p, vkey.n > 0 ? vkey.p : NULL, NULL };
    int out[2], status = 0;
    pid_t pid = 0;
    if (pipe2(out, O_CLOEXEC) != 0) return -1;
    Err e = sys_spawn(&(Spawn){ .path = program, .argv = argv, .fds = (SpawnFd[]){ { out[1], 1 } }, .fds_n = 1 }, &pid);
    close(out[1]);
    FILE *from = e == OK ? fdopen(out[0], "r") : NULL;
    if (from == NULL) close(out[0]);
    if (from != NULL) *out_err = lines_in(f, from);
    if (from != NULL) (void)fclose(from);
    if (e == OK && *out_err != OK) (void)kill(pid, SIGTERM);
    while (e == OK && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return e == OK && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int ended(Following *f, Err e, int code, const char *state, const char *next) {
    Cli *c = f->c;
    printf("%lld added, %lld there already, %lld withdrawn, %lld withdrawn that were not here, %lld of a kind that is not kept\n", (long long)f->added, (long long)f->there, (long long)f->withdrawn, (long long)f->gone, (long long)f->refused);
    if (e == E_DENIED) return cli_fail(c, EXIT_NO, "this bank follows an instance: hashes come into it there");
    if (e == E_INPUT) return EXIT_NO;
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the bank cannot be written (%s): what is counted above is there; ask again and the rest follows", err_name(e));
    if (code < 0) return cli_fail(c, EXIT_SYSTEM, "keten-feed could not be started, or died");
    if (file_exists(next) && rename(next, state) != 0) return cli_fail(c, EXIT_SYSTEM, "%s cannot be written", state);
    return code;
}

static int run_follow(Cli *c) {
    Following *f = ARENA_NEW(c->a, Following);
    const char *program = program_beside(c->a, "keten-feed", "feed"), *state = cli_text(c, "state").p, *next = str_fmt(c->a, "%s.next", state).p;
    Str before = STR_NONE;
    Err e = OK;
    int code = EXIT_SYSTEM;
    *f = (Following){ .c = c, .who = S("the list's owner"), .add = ARENA_ARRAY(c->a, BankLine, BANK_AT_ONCE), .drop = ARENA_ARRAY(c->a, uint32_t, BANK_AT_ONCE) };
    if (bank_lane_parse(cli_text(c, "lane"), &f->lane) != OK) return cli_fail(c, EXIT_USE, "--lane is adult, or minor for the national body");
    if (program == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-feed is not beside this program; it is built and installed with it");
    if (!cli_bank(c, true, &f->b, &code)) return code;
    Err had = file_read(c->a, state, STATE_MAX, &before);
    f->anew = had == E_MISSING;
    (void)unlink(next);
    if (had == OK) had = file_write(next, before, 0600);
    if (had != OK && had != E_MISSING) {
        bank_close(f->b);
        return cli_fail(c, EXIT_SYSTEM, "%s cannot be read, or not be copied beside it", state);
    }
    code = follow(f, program, next, &e);
    bank_close(f->b);
    return ended(f, e, code, state, next);
}

static const Opt follow_opts[] = { OPT_BANK, { OPT_TEXT, "key", "FILE", "file with the key that the organisation gave", .required = true }, { OPT_TEXT, "state", "FILE", "how far this bank is; made when it is not there", .required = true },
    { OPT_TEXT, "lane", "LANE", "adult, or minor for the national body", .otherwise = "adult" }, { OPT_TEXT, "vkey", "KEY", "verifier key of the list, when you had it from elsewhere" }, { OPT_END } };
const Cmd cmd_bank_follow = { .name = "follow", .summary = "keep a bank as the list of a Keten server is", .args = "URL", .args_min = 1, .args_max = 1, .opts = follow_opts, .run = run_follow,
    .help = "What was added to the list since the last time is added here and in force, under the name of its source; what was withdrawn or suspended is withdrawn\n"
            "here. Each page is checked as keten feed follow does. How far the bank is moves only when all of it is in the bank; ask again and nothing is done twice.\n"
            "A gate over this bank answers so from its next question on. Exit code 1: the list cannot be believed, or one change cannot be applied." };
