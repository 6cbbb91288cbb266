/* cmd_watch.c - is it still there? One address or a list, without an instance: the same looks, rules and manners as keten-watch. */
#include "core/case/request.h"
#include "foundation/base/json.h"
#include "foundation/sys/sys.h"
#include "programs/keten/cmd.h"
#include "programs/keten/serve.h"
#include "programs/watch/looks.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIST_MAX = 64 << 20, STATE_MAX = 1 << 30, RUN_ARENA_MAX = 2047 << 20, URLS_MAX = 1000000, FED = 4096, SEEN_MAX = 64 << 10, TURN_MS = 500 };

/* One address; before: its line of the state file, a view; empty: none. */
typedef struct Item { Str url, before, note; Verdict verdict; UnixMs since; bool done, given_up; } Item;
typedef struct Run {
    Cli *cli;
    Arena *a;
    Item *item;
    size_t n, room, fed, done, removed, online, failed;
    bool json;
    UnixMs now;
    NetMany *net;
    pid_t net_pid;
    Media *media;
    Looks *looks;
    Buf out;
} Run;

/* ---- the list ---- */

static bool is_url(Str s) { return str_starts(s, S("http://")) || str_starts(s, S("https://")); }

static bool put(Run *r, Str url) {
    if (r->n == URLS_MAX) return false;
    r->item = ARENA_ROOM(r->a, r->item, r->n, &r->room);
    r->item[r->n++] = (Item){ .url = url };
    return true;
}

/* One address a line; blank lines and those that begin with # are passed over. */
static int read_list(Run *r, const char *path) {
    Str text = STR_NONE, line = STR_NONE;
    Err e = cli_read(r->a, path, LIST_MAX, &text);
    if (e != OK) return cli_fail(r->cli, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s %s", path, e == E_MISSING ? "is no address (http:// or https://) and no file" : e == E_LIMIT ? "is larger than 64 MB" : "cannot be read");
    for (int64_t no = 1; str_split(&text, '\n', &line); no++) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        if (!is_url(line)) return cli_fail(r->cli, EXIT_USE, "%s, line %lld: '" STR_FMT "' is no address: it must begin with http:// or https://", path, (long long)no, STR_ARG(str_sub(line, 0, 80)));
        if (!put(r, line)) return cli_fail(r->cli, EXIT_USE, "more than a million addresses");
    }
    return EXIT_YES;
}

static int by_url(const void *a, const void *b) {
    const Item *x = a, *y = b;
    return str_cmp(x->url, y->url);
}

/* ---- what was seen before ---- */

typedef struct Seen { Str url, line; } Seen;
static int by_seen(const void *a, const void *b) {
    const Seen *x = a, *y = b;
    return str_cmp(x->url, y->url);
}

static int read_state(Run *r, const char *path) {
    Str text = STR_NONE, line = STR_NONE, count = STR_NONE;
    size_t n = 0, k = 0, lines = 1;
    Err e = file_read(r->a, path, STATE_MAX, &text);
    if (e == E_MISSING) return EXIT_YES; /* the first time */
    if (e != OK) return cli_fail(r->cli, EXIT_SYSTEM, "%s cannot be read", path);
    for (count = text; str_split(&count, '\n', &line);) lines++;
    Seen *seen = ARENA_ARRAY(r->a, Seen, lines);
    Arena *a = arena_new(16 << 20);
    int code = EXIT_YES;
    for (int64_t no = 1; code == EXIT_YES && str_split(&text, '\n', &line); no++) {
        const JVal *o = NULL;
        arena_reset(a);
        if (line.n == 0) continue;
        if (json_read(a, line, SEEN_MAX, &o, NULL, NULL) != OK || jstr(o, "url").n == 0 || jget(o, "facts") == NULL) code = cli_fail(r->cli, EXIT_USE, "%s, line %lld: not written by keten watch", path, (long long)no);
        else seen[n++] = (Seen){ str_dup(r->a, jstr(o, "url")), line };
    }
    arena_free(a);
    if (n > 1) qsort(seen, n, sizeof *seen, by_seen);
    for (size_t i = 0; i < r->n; i++) { /* both in order */
        while (k < n && str_cmp(seen[k].url, r->item[i].url) < 0) k++;
        if (k < n && str_eq(seen[k].url, r->item[i].url)) r->item[i].before = seen[k].line;
    }
    return code;
}

static bool sure(Str verdict, Str why) { return str_eq(verdict, S("still_online")) && (str_eq(why, S("answers")) || str_eq(why, S("media_answers")) || str_starts(why, S("same_"))); }

static Err prepare(void *ctx, void *who, Arena *a, LooksWant *out) {
    const Item *it = who;
    const JVal *o = NULL;
    (void)ctx;
    *out = (LooksWant){ .url = it->url };
    if (it->before.n == 0) return OK;
    TRY(json_read(a, it->before, SEEN_MAX, &o, NULL, NULL));
    const JVal *online = jget(o, "online");
    if (online == NULL || online->type != J_OBJ) return OK;
    out->has_before = true;
    return watch_facts_read(a, online, &out->before);
}

/* ---- what came of it ---- */

/* Since when it has been seen like this without anything else between; the page that was surely there is carried along. */
static Err note(Run *r, Item *it, Looked *k, bool *out_proven) {
    const JVal *o = NULL;
    UnixMs since = r->now, then = 0;
    Str was = STR_NONE;
    Buf b = buf_new(SEEN_MAX);
    Json j = json_to(&b, false);
    if (it->before.n > 0 && json_read(k->a, it->before, SEEN_MAX, &o, NULL, NULL) == OK) {
        was = jstr(o, "verdict");
        then = jint(o, "since_ms", 0);
    }
    if (str_eq(was, str_c(k->verdict.code)) && then > 0 && then < r->now) since = then;
    *out_proven = verdict_removed(str_c(k->verdict.code)) && r->now - since >= WATCH_QUORUM_MS;
    json_obj(&j);
    json_kv_str(&j, "url", it->url);
    json_kv_str(&j, "verdict", str_c(k->verdict.code));
    json_kv_str(&j, "why", str_c(k->verdict.why));
    json_kv_bool(&j, "removal_proven", *out_proven);
    json_kv_str(&j, "at", when_rfc3339(k->a, r->now));
    json_kv_str(&j, "since", when_rfc3339(k->a, since));
    json_kv_i64(&j, "since_ms", since);
    json_kv_i64(&j, "ms", k->ms);
    json_key(&j, S("facts"));
    watch_facts_write(&k->seen.now, &j);
    json_key(&j, S("made_up_address"));
    if (k->seen.sibling != NULL) watch_facts_write(k->seen.sibling, &j);
    else json_nil(&j);
    json_key(&j, S("front_page"));
    if (k->seen.home != NULL) watch_facts_write(k->seen.home, &j);
    else json_nil(&j);
    json_key(&j, S("compared_with"));
    if (k->seen.before != NULL) watch_facts_write(k->seen.before, &j);
    else json_nil(&j);
    json_key(&j, S("online"));
    if (sure(str_c(k->verdict.code), str_c(k->verdict.why))) watch_facts_write(&k->seen.now, &j);
    else if (k->want.has_before) watch_facts_write(&k->want.before, &j);
    else json_nil(&j);
    json_end_obj(&j);
    Err e = buf_err(&b);
    if (e == OK) it->note = str_dup(r->a, buf_str(&b));
    buf_free(&b);
    return e;
}

static void say(Run *r, const Item *it, bool proven) {
    if (r->json) printf(STR_FMT "\n", STR_ARG(it->note));
    else printf("%-14s %-24s " STR_FMT "%s\n", it->verdict.code, it->verdict.why, STR_ARG(it->url), proven ? "   (removal proven)" : "");
    fflush(stdout);
}

static void take(Run *r, Looked *k) {
    Item *it = k->who;
    bool proven = false;
    it->done = true;
    r->done++;
    it->verdict = k->verdict;
    if (k->err == OK) k->err = note(r, it, k, &proven);
    if (k->err != OK) {
        it->given_up = true;
        r->failed++;
        fprintf(stderr, "keten watch: no look at " STR_FMT " (%s)\n", STR_ARG(it->url), err_name(k->err));
    } else {
        r->removed += proven;
        r->online += str_eq(str_c(k->verdict.code), S("still_online"));
        say(r, it, proven);
    }
    arena_free(k->a);
}

/* Kept beside and then put in place: a run that is cut off leaves the last one whole. What was not looked at keeps its line. */
static int write_state(Run *r, const char *path) {
    Buf b = buf_new(STATE_MAX);
    for (size_t i = 0; i < r->n; i++) {
        Str line = r->item[i].note.n > 0 ? r->item[i].note : r->item[i].before;
        if (line.n == 0) continue;
        buf_put(&b, line);
        buf_ch(&b, '\n');
    }
    Err e = buf_err(&b);
    if (e == OK) e = file_write(path, buf_str(&b), 0600);
    buf_free(&b);
    return e == OK ? EXIT_YES : cli_fail(r->cli, EXIT_SYSTEM, "%s cannot be written: what was seen is not kept", path);
}

/* ---- the run ---- */

static int begin(Run *r) {
    const Cli *c = r->cli;
    const char *fetch = program_beside(c->a, "keten-fetch", "fetch"), *media = program_beside(c->a, "keten-media", "media");
    const char *env[8] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8" };
    size_t n = 2;
    if (fetch == NULL || media == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-fetch and keten-media are not beside keten, nor in ../libexec/keten: nothing is asked or read without them");
    if (cli_given(c, "allow")) env[n++] = str_fmt(c->a, "KETEN_NET_ALLOW=" STR_FMT, STR_ARG(cli_text(c, "allow"))).p;
    if (cli_given(c, "resolver")) env[n++] = str_fmt(c->a, "KETEN_NET_RESOLVER=" STR_FMT, STR_ARG(cli_text(c, "resolver"))).p;
    if (cli_given(c, "ca-file")) env[n++] = str_fmt(c->a, "KETEN_NET_CA_FILE=" STR_FMT, STR_ARG(cli_text(c, "ca-file"))).p;
    if (media_alone(c->a, media, &r->media) != OK || net_many_alone(fetch, env, &r->net, &r->net_pid) != OK) return cli_fail(c, EXIT_SYSTEM, "keten-fetch or keten-media cannot be started");
    LooksHow how = { .at_once = (int)cli_int(c, "at-once"), .host_at_once = (int)cli_int(c, "host-at-once"), .host_pause_ms = cli_int(c, "pause"), .seconds = (int)cli_int(c, "seconds"), .prepare = prepare, .ctx = r, .random = sys_random_fn };
    r->looks = looks_new(&how, r->net, r->media);
    return EXIT_YES;
}

static int run_looks(Run *r) {
    Looked k;
    while (r->done < r->n) {
        while (r->fed < r->n && looks_waiting(r->looks) < FED) {
            Item *it = &r->item[r->fed++];
            if (looks_add(r->looks, watch_host(it->url), it) != OK) return cli_fail(r->cli, EXIT_SYSTEM, "too many addresses wait");
        }
        if (looks_turn(r->looks, TURN_MS) != OK) return cli_fail(r->cli, EXIT_SYSTEM, "keten-fetch has ended");
        while (looks_next(r->looks, &k)) take(r, &k);
    }
    return EXIT_YES;
}

static void end(Run *r) {
    looks_free(r->looks);
    net_many_close(r->net);
    media_close(r->media);
    if (r->net_pid > 0) (void)waitpid(r->net_pid, NULL, 0);
}

static int again_of(Cli *c, const char *path) {
    Str text = STR_NONE;
    const JVal *o = NULL;
    WatchFacts now, before, sibling, home;
    Err e = cli_read(c->a, path, WATCH_PROOF_MAX, &text);
    if (e != OK) return cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s cannot be read", path);
    if (json_read(c->a, text, WATCH_PROOF_MAX, &o, NULL, NULL) != OK || watch_facts_read(c->a, jget(o, "facts"), &now) != OK) return cli_fail(c, EXIT_USE, "%s holds no facts of a look", path);
    bool has_before = watch_facts_read(c->a, jget(o, "compared_with"), &before) == OK, has_sibling = watch_facts_read(c->a, jget(o, "made_up_address"), &sibling) == OK,
         has_home = watch_facts_read(c->a, jget(o, "front_page"), &home) == OK;
    Verdict v = watch_verdict(&now, has_before ? &before : NULL, has_sibling ? &sibling : NULL, has_home ? &home : NULL);
    bool same = str_eq(jstr(o, "verdict"), str_c(v.code)) && str_eq(jstr(o, "why"), str_c(v.why));
    printf("%-14s %-24s " STR_FMT "%s\n", v.code, v.why, STR_ARG(now.url), same ? "" : "   (the record says otherwise)");
    fflush(stdout);
    if (!same) fprintf(stderr, "keten watch: the record says " STR_FMT " (" STR_FMT ")\n", STR_ARG(jstr(o, "verdict")), STR_ARG(jstr(o, "why")));
    return same ? EXIT_YES : EXIT_NO;
}

static int run_with(Run *r, Cli *c) {
    const char *state = cli_given(c, "state") ? cli_text(c, "state").p : NULL;
    int code = EXIT_YES;
    if (cli_flag(c, "again")) {
        for (size_t i = 0; i < c->args_n && code <= EXIT_NO; i++) {
            int one = again_of(c, c->args[i]);
            if (one > code) code = one;
        }
        return code;
    }
    for (size_t i = 0; i < c->args_n && code == EXIT_YES; i++) {
        if (!is_url(str_c(c->args[i]))) code = read_list(r, c->args[i]);
        else if (!put(r, str_c(c->args[i]))) code = cli_fail(c, EXIT_USE, "more than a million addresses");
    }
    if (code != EXIT_YES) return code;
    if (r->n > 1 && state != NULL) qsort(r->item, r->n, sizeof *r->item, by_url);
    if (state != NULL) code = read_state(r, state);
    if (code != EXIT_YES) return code;
    code = begin(r);
    if (code == EXIT_YES) code = run_looks(r);
    end(r);
    if (state != NULL && r->done > 0) {
        int kept = write_state(r, state);
        if (kept != EXIT_YES) code = kept;
    }
    if (code != EXIT_YES) return code;
    if (r->failed > 0) return EXIT_SYSTEM;
    return r->removed == r->n ? EXIT_YES : EXIT_NO;
}

static int run(Cli *c) {
    Run r = { .cli = c, .json = cli_flag(c, "json"), .now = sys_now(&(SysClock){ 0 }), .a = arena_new(RUN_ARENA_MAX) };
    int code = run_with(&r, c);
    arena_free(r.a);
    return code;
}

static const Opt opts[] = {
    { OPT_TEXT, "state", "FILE", "what was seen before, and where what is seen now is kept: a JSON object a line, made if missing" },
    { OPT_FLAG, "again", .help = "the arguments are proofs of the record (JSON): reach the verdict again from the facts in them" },
    { OPT_INT, "at-once", "N", "looks under way at once", .min = 1, .max = 256, .otherwise = "64" },
    { OPT_INT, "host-at-once", "N", "requests under way at one host", .min = 1, .max = 16, .otherwise = "2" },
    { OPT_INT, "pause", "MS", "milliseconds between two requests to one host", .min = 0, .max = 60000, .otherwise = "1000" },
    { OPT_INT, "seconds", "N", "seconds that one request may take", .min = 1, .max = 120, .otherwise = "25" },
    { OPT_TEXT, "allow", "HOST:PORT", "a host with a private address that may be reached, with its port; several with blanks between" },
    { OPT_TEXT, "resolver", "ADDRESS", "the name server to ask; otherwise the system's" },
    { OPT_TEXT, "ca-file", "FILE", "certificate authorities that are believed (PEM); otherwise the system's" },
    { OPT_FLAG, "json", .help = "print one JSON object for each address, with the facts" },
    { OPT_END, NULL, NULL, NULL },
};
const Cmd cmd_watch = { .name = "watch", .summary = "look whether something is still online, and say why it is thought so", .args = "URL|FILE...", .args_min = 1, .args_max = ARGS_MAX, .opts = opts, .run = run,
    .help = "Each address is asked for without images, and a made-up address beside it, since many sites answer 200 to everything. FILE has one\n"
            "address a line; - is standard input. Verdicts: still_online gone soft_404 replaced parked login_wall age_gate geo_block\n"
            "blocked_for_us moved host_down dns_gone unknown. Only gone, soft_404, replaced and parked can mean removed, and one look proves\n"
            "nothing: with --state FILE the removal is proven when looks agree for at least a day. Exit code: 0 every removal is proven, 1 not so." };
