/* cmd_fsck.c - keten fsck: is the record whole? Acts replayed, tree, files, key wraps; each thing that is not so is named. */
#include "core/feed/feed.h"
#include "foundation/base/json.h"
#include "programs/common/bank_join.h"
#include "programs/keten/local.h"
#include "programs/keten/serve.h"


enum { PROBLEMS_KEPT = 200, BLOBS_AT_ONCE = 200, BLOB_ARENA = 600 << 20 };

typedef struct Fsck {
    Cli *c;
    Local l;
    bool json;
    Str problem[PROBLEMS_KEPT];
    int64_t problems, wraps, blobs, hashes;
    FsckReport rep;
    Progress bar;
} Fsck;

static void say(void *ctx, Str what) {
    Fsck *f = ctx;
    if (f->problems < PROBLEMS_KEPT) f->problem[f->problems] = str_dup(f->c->a, what);
    f->problems++;
    if (f->json) return;
    if (f->bar.on) fprintf(stderr, "\r\033[K");
    printf("WRONG  " STR_FMT "\n", STR_ARG(what));
}

PRINTF_LIKE(2, 3) static void sayf(Fsck *f, const char *fmt, ...) {
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    say(f, str_bytes(text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1));
}

static void progress(void *ctx, int64_t done, int64_t all) { progress_show(&((Fsck *)ctx)->bar, done, all); }

/* ---- files ---- */

static Err blobs(Fsck *f) {
    Arena *mine = arena_new(BLOB_ARENA);
    Ctx c = f->l.c;
    Id after = ID_NONE;
    Err e = OK;
    size_t n = BLOBS_AT_ONCE;
    f->bar = progress_start("files");
    while (e == OK && n == BLOBS_AT_ONCE) {
        BlobRow *rows = NULL;
        e = blob_list(&f->l.c, after, BLOBS_AT_ONCE, &rows, &n);
        for (size_t i = 0; e == OK && i < n; i++) {
            c.arena = mine;
            Err one = blob_check(&c, &rows[i]);
            Str hex = id_hex(mine, rows[i].id);
            if (one == E_MISSING) sayf(f, "the file of blob " STR_FMT " (" STR_FMT ") is not there", STR_ARG(hex), STR_ARG(rows[i].kind));
            else if (one == E_INPUT) sayf(f, "the file of blob " STR_FMT " (" STR_FMT ") was changed: its SHA-256 is another", STR_ARG(hex), STR_ARG(rows[i].kind));
            else if (one != OK) e = one;
            after = rows[i].id;
            f->blobs++;
            arena_reset(mine);
            progress(f, f->blobs, 0);
        }
    }
    progress_end(&f->bar);
    arena_free(mine);
    return e;
}

/* ---- keys: everything that is not erased can be opened by somebody ---- */

static Err cases(Fsck *f) {
    static const char *const words[] = { "store", "identity", "story", "facts", "care", "evidence" };
    Id after = ID_NONE;
    size_t n = CASES_AT_ONCE;
    while (n == CASES_AT_ONCE) {
        CaseKeyRow rows[CASES_AT_ONCE];
        TRY(fsck_store_cases(f->l.db, f->c->a, after, rows, &n));
        for (size_t i = 0; i < n; i++) {
            unsigned mask = 0;
            TRY(vault_team_opens(f->l.vault, rows[i].id, &mask));
            for (unsigned k = 0; k < LEN(words); k++)
                if ((mask & 1u << k) == 0) sayf(f, "case " STR_FMT ": the key of its compartment %s is gone, and it was not erased", STR_ARG(rows[i].ref), words[k]);
            after = rows[i].id;
        }
    }
    return OK;
}

static Err teams(Fsck *f) {
    OrgRow *orgs = NULL;
    size_t orgs_n = 0;
    TRY(org_list(&f->l.c, &orgs, &orgs_n));
    for (size_t o = 0; o < orgs_n; o++) {
        TeamRow *list = NULL;
        size_t n = 0;
        TRY(team_list(&f->l.c, orgs[o].id, &list, &n));
        for (size_t t = 0; t < n; t++) {
            UserRow *members = NULL;
            size_t members_n = 0;
            bool any = false;
            TRY(member_list(&f->l.c, list[t].id, &members, &members_n));
            for (size_t m = 0; m < members_n && !any; m++) TRY(vault_team_holds(f->l.vault, list[t].id, members[m].id, &any));
            if (!any) sayf(f, "team " STR_FMT " of " STR_FMT ": nobody has its key", STR_ARG(list[t].name), STR_ARG(orgs[o].name));
        }
    }
    return OK;
}

static Err wraps(Fsck *f) {
    VaultSay to = { say, progress, f };
    f->bar = progress_start("keys");
    Err e = vault_check(f->l.vault, &to, &f->wraps);
    progress_end(&f->bar);
    if (e == OK) e = teams(f);
    return e == OK ? cases(f) : e;
}

/* ---- the folder of hashes that are looked for: it may be behind, since it follows, but what it has must be what the record says ---- */

static Err hashes(Fsck *f) {
    int64_t behind = 0, last = 0;
    Str why = STR_NONE;
    TRY(bank_changes_last(&f->l.c, &last));
    if (last == 0) return OK;
    BankJoin *j = bank_join(f->c->a, instance_bank(f->c->a, &f->l.in), false);
    Err e = bank_join_check(&f->l.c, j, &f->hashes, &behind, &why);
    bank_join_close(j);
    if (e == E_INPUT) sayf(f, STR_FMT " (keten bank rebuild makes it anew)", STR_ARG(why.n > 0 ? why : S("the folder of hashes is damaged")));
    return e == E_INPUT || e == E_MISSING ? OK : e; /* not there: keten-jobs makes it */
}

/* ---- the tree of the feed: it may be behind, since it grows by due work ---- */

static Err feeds(Fsck *f) {
    static const char *const lanes[] = { "adult", "minor" };
    for (size_t i = 0; i < LEN(lanes); i++) {
        int64_t leaves = 0;
        Str why = STR_NONE;
        Err e = feed_check(&f->l.c, str_c(lanes[i]), &leaves, &why);
        if (e == E_INPUT) sayf(f, "the feed (%s): " STR_FMT, lanes[i], STR_ARG(why));
        else if (e != OK) return e;
    }
    return OK;
}

/* ---- the whole ---- */

static Err damaged(Fsck *f, Db *db, const char *name, bool *out) {
    Str found = STR_NONE;
    Err e = db_check(db, f->c->a, &found);
    *out = e == E_INPUT || e == E_OUTSIDE;
    if (*out) sayf(f, "%s is damaged: " STR_FMT, name, STR_ARG(found.n > 0 ? found : str_c(db_why(db))));
    return *out ? OK : e;
}

static Err record(Fsck *f, const char *db_path) {
    const char *scratch = instance_path(f->c->a, &f->l.in, str_fmt(f->c->a, INSTANCE_RUN "/fsck-%d.db", (int)getpid()).p);
    FsckTo to = { say, progress, f };
    f->bar = progress_start("acts");
    Err e = journal_fsck(&f->l.c, db_path, scratch, &to, &f->rep);
    progress_end(&f->bar);
    return e;
}

static Err all(Fsck *f, const char *db_path) {
    bool bad = false, keys_bad = false;
    TRY(damaged(f, f->l.db, INSTANCE_DB, &bad));
    TRY(damaged(f, f->l.keys, INSTANCE_KEYS_DB, &keys_bad));
    if (keys_bad || bad) return OK; /* what is built on them would only repeat it */
    if (local_key_check(&f->l) != OK) {
        sayf(f, "%s is not the key this instance was made with (or the key of its organisation is damaged): nothing sealed can be opened", INSTANCE_STORAGE_KEY);
        return OK;
    }
    TRY(record(f, db_path));
    TRY(blobs(f));
    TRY(hashes(f));
    TRY(feeds(f));
    return wraps(f);
}

static void report(const Fsck *f) {
    if (!f->json) {
        printf("%lld acts (%lld of them erased), %lld leaves, %lld files, %lld looked-for hashes, %lld wrapped keys: %s\n", (long long)f->rep.acts, (long long)f->rep.erased, (long long)f->rep.leaves,
            (long long)f->blobs, (long long)f->hashes, (long long)f->wraps, f->problems == 0 ? "whole" : "NOT WHOLE");
        if (f->problems > 0) printf("%lld things are wrong.\n", (long long)f->problems);
        return;
    }
    Buf b = buf_new(1 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_bool(&j, "ok", f->problems == 0);
    json_kv_i64(&j, "acts", f->rep.acts);
    json_kv_i64(&j, "erased", f->rep.erased);
    json_kv_i64(&j, "leaves", f->rep.leaves);
    json_kv_i64(&j, "files", f->blobs);
    json_kv_i64(&j, "hashes", f->hashes);
    json_kv_i64(&j, "wraps", f->wraps);
    json_kv_i64(&j, "problems_all", f->problems);
    json_key(&j, S("problems"));
    json_arr(&j);
    for (int64_t i = 0; i < f->problems && i < PROBLEMS_KEPT; i++) json_str(&j, f->problem[i]);
    json_end_arr(&j);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

/* While the server writes, a copy of one moment is checked: acts that come in meanwhile are nobody's fault. */
static Err copy_of_now(Fsck *f, const char **out_path) {
    const char *path = instance_path(f->c->a, &f->l.in, str_fmt(f->c->a, INSTANCE_RUN "/fsck-copy-%d.db", (int)getpid()).p);
    Db *copy = NULL;
    (void)unlink(path);
    TRY(db_backup(f->l.db, path, NULL, NULL));
    TRY(db_open(path, DB_READ, &copy, NULL));
    db_close(f->l.db);
    f->l.db = f->l.c.db = copy;
    *out_path = path;
    return OK;
}

static void drop_copy(Arena *a, const char *path) {
    static const char *const parts[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < LEN(parts); i++) (void)unlink(str_fmt(a, "%s%s", path, parts[i]).p);
}

static int check(Fsck *f, const Instance *in) {
    Str why = STR_NONE;
    int lock = -1;
    const char *db_path = instance_path(f->c->a, in, INSTANCE_DB), *copy = NULL;
    Err e = local_begin(f->c->a, in, DB_READ, &f->l, &why);
    if (e != OK) {
        f->l.in = *in;
        say(f, why);
        report(f);
        return EXIT_NO;
    }
    if (serve_lock(f->c->a, in, &lock) == E_CONFLICT) {
        e = copy_of_now(f, &copy);
        if (copy != NULL) db_path = copy;
    }
    if (e == OK) e = all(f, db_path);
    const char *last = db_why(f->l.db);
    local_close(&f->l);
    if (copy != NULL) drop_copy(f->c->a, copy);
    if (lock >= 0) close(lock);
    if (e != OK) return cli_fail(f->c, EXIT_SYSTEM, "the check could not be finished (%s%s%s)", err_name(e), last[0] != '\0' ? ": " : "", last);
    report(f);
    return f->problems == 0 ? EXIT_YES : EXIT_NO;
}

static int run(Cli *c) {
    Instance in = { 0 };
    Str why = STR_NONE;
    const char *dir = c->args_n > 0 ? c->args[0] : str_z(c->a, cli_text(c, "data"));
    if (dir[0] == '\0') return cli_fail(c, EXIT_USE, "which instance? keten fsck DIR");
    Err e = instance_open(c->a, dir, &in, &why);
    if (e != OK) return cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    Fsck *f = ARENA_NEW(c->a, Fsck);
    f->c = c;
    f->json = cli_flag(c, "json");
    return check(f, &in);
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the instance's directory; the same as the argument" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_fsck = {
    .name = "fsck", .summary = "check that the record is whole", .args = "[DIR]", .args_max = 1, .opts = opts, .run = run,
    .help = "Replays every act into an empty database and compares it with the state row by row; checks each act's chain and\n"
            "commitment, the tree, the SHA-256 of every file, the folder of hashes that are looked for, and every wrapped key. Names each thing that is wrong and ends with 1.\n"
            "The server may go on running: then a copy of one moment is checked.",
};
