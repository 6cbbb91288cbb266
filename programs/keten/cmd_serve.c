/* cmd_serve.c - keten serve, and what it checks beforehand. */
#include "foundation/base/json.h"
#include "foundation/store/store.h"
#include "programs/keten/local.h"
#include "programs/keten/serve.h"

#include <malloc.h>
#include <sys/stat.h>

typedef struct Finding { const char *what; bool good; Str why; } Finding;
enum { FINDINGS_MAX = 32 };
typedef struct Findings { Finding list[FINDINGS_MAX]; size_t n; bool bad; } Findings;

static bool found(Findings *f, const char *what, bool good, Str why) {
    must(f->n < FINDINGS_MAX);
    f->list[f->n++] = (Finding){ what, good, good ? STR_NONE : why };
    f->bad = f->bad || !good;
    return good;
}

/* A secret must be a file of ours that nobody else can read. */
static void check_secret(Arena *a, const Instance *in, const char *name, Findings *f) {
    struct stat st = { 0 };
    const char *path = instance_path(a, in, name);
    bool there = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    Str why = !there ? str_fmt(a, "%s is not there", path) : str_fmt(a, "%s can be read by others (mode %o)", path, (unsigned)st.st_mode & 0777);
    found(f, name, there && (st.st_mode & 077) == 0 && st.st_uid == geteuid(), why);
}

/* A page damaged in the middle of the file would show only when somebody needs it, and acts would be written around it. A large record
 * takes too long to read at every start: there serve --check and fsck tell. */
static Err undamaged(Arena *a, const Instance *in, const char *name, Db *db, bool check, Str *out_why) {
    enum { READ_AT_START = 128 << 20 }; /* some 150 ms */
    struct stat st = { 0 };
    Str problem = STR_NONE;
    if (!check && (stat(instance_path(a, in, name), &st) != 0 || st.st_size > READ_AT_START)) return OK;
    Err e = db_check_pages(db, a, &problem);
    if (e == E_INPUT) *out_why = str_fmt(a, "%s: the database file is damaged (" STR_FMT "); put a backup back: keten restore", name, STR_ARG(problem));
    else if (e != OK) *out_why = str_fmt(a, "%s: the database file cannot be read through", name);
    return e;
}

static Err databases(Arena *a, const Instance *in, bool check, Str *out_why) {
    static const char *const names[] = { INSTANCE_DB, INSTANCE_KEYS_DB };
    int applied = 0;
    if (!check) TRY(migrate(a, in, &applied, out_why));
    if (applied > 0) log_line(LOG_NOTE, "event=migrated steps=%d", applied);
    for (size_t i = 0; i < LEN(names); i++) {
        Db *db = NULL;
        const char *why = "";
        Err e = db_open(instance_path(a, in, names[i]), DB_READ, &db, &why);
        if (e != OK) *out_why = str_fmt(a, "%s: %s", names[i], why);
        else e = undamaged(a, in, names[i], db, check, out_why);
        db_close(db);
        TRY(e);
    }
    return OK;
}

/* A wrong storage key would show as "nothing can be opened" on every page; here it can be said. */
static bool has_record(Arena *a, const Instance *in) {
    Db *db = NULL;
    Str *names = NULL;
    size_t n = 0;
    bool has = false;
    if (db_open(instance_path(a, in, INSTANCE_DB), DB_READ, &db, NULL) == OK && db_tables(db, a, &names, &n) == OK)
        for (size_t i = 0; i < n; i++) has = has || str_eq(names[i], S("org"));
    db_close(db);
    return has;
}

/* All that a command opens, the law among it, in memory of its own: the master lives for months and needs none of it. */
static Err storage_key(Arena *a, const Instance *in, Str *out_why) {
    enum { LOCAL_MAX = 256 << 20 };
    Local l = { 0 };
    Str why = STR_NONE;
    if (!has_record(a, in)) return OK; /* no schema yet: nothing is sealed */
    Arena *own = arena_new(LOCAL_MAX);
    Err e = local_begin(own, in, DB_READ, &l, &why);
    bool opened = e == OK;
    if (opened) e = local_key_check(&l);
    if (opened) local_close(&l);
    if (!opened) *out_why = str_dup(a, why);
    arena_free(own);
    (void)malloc_trim(0);
    if (opened && e != OK) *out_why = str_fmt(a, "%s is not the key this instance was made with: nothing sealed could be opened", INSTANCE_STORAGE_KEY);
    return e;
}

static Err prepare(Arena *a, const Instance *in, const Programs *p, bool check, bool running, Findings *f) {
    Str why = STR_NONE;
    BodyLimit *limits = NULL;
    size_t n = 0;
    int code = 0;
    Err e = databases(a, in, check, &why);
    if (!found(f, "databases", e == OK, why)) return e;
    e = storage_key(a, in, &why);
    if (!found(f, "keys fit the record", e == OK, why)) return e;
    e = running ? OK : front_free(a, in, &why);
    if (!found(f, "addresses", e == OK, why)) return e;
    e = body_limits(a, p, &limits, &n);
    if (!found(f, "routes", e == OK, S("keten-web cannot say its body limits"))) return e;
    const char *temp = upload_temp_dir(a, in);
    if (!found(f, "upload folder", temp != NULL, S("no folder for uploads can be made"))) return E_OUTSIDE;
    e = nginx_conf_write(a, in, temp, limits, n, &why);
    if (!found(f, "nginx configuration", e == OK, why)) return e;
    e = nginx_test(a, in, p, &code);
    if (!found(f, "nginx", e == OK && code == 0, S("nginx refuses the configuration; its reason is above"))) return e == OK ? E_INPUT : e;
    return OK;
}

static void print_findings(const Findings *f, bool json) {
    Buf b = buf_new(65536);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_bool(&j, "ok", !f->bad);
    json_key(&j, S("checks"));
    json_arr(&j);
    for (size_t i = 0; i < f->n; i++) {
        const Finding *x = &f->list[i];
        if (!json) printf("%-4s %s%s" STR_FMT "\n", x->good ? "ok" : "BAD", x->what, x->good ? "" : ": ", STR_ARG(x->why));
        json_obj(&j);
        json_kv_str(&j, "check", str_c(x->what));
        json_kv_bool(&j, "ok", x->good);
        if (!x->good) json_kv_str(&j, "why", x->why);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    if (json) printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

static int first_bad(const Cli *c, const Findings *f) {
    for (size_t i = 0; i < f->n; i++)
        if (!f->list[i].good) return cli_fail(c, EXIT_SYSTEM, "%s: " STR_FMT, f->list[i].what, STR_ARG(f->list[i].why));
    return EXIT_SYSTEM;
}

int serve_instance(Cli *c, Instance *in, bool check, bool once, bool json) {
    Programs p = { 0 };
    Findings *f = ARENA_NEW(c->a, Findings);
    Str why = STR_NONE;
    int code = EXIT_YES, lock = -1;
    Err e = serve_lock(c->a, in, &lock);
    if (e == E_CONFLICT && !check) {
        printf("Keten already serves this instance: " STR_FMT "\n", STR_ARG(conf_text(&in->conf, "web", "base_url")));
        return once ? EXIT_YES : EXIT_SYSTEM;
    }
    if (e != OK && e != E_CONFLICT) return cli_fail(c, EXIT_SYSTEM, "%s/run cannot be written (%s)", in->dir, err_name(e));
    found(f, "configuration", true, STR_NONE);
    check_secret(c->a, in, INSTANCE_STORAGE_KEY, f);
    check_secret(c->a, in, INSTANCE_SIGNING_KEY, f);
    e = programs_find(c->a, &p, &why);
    if (found(f, "programs", e == OK, why) && prepare(c->a, in, &p, check, lock < 0, f) == OK && !check && !f->bad) {
        code = serve(c->a, in, &p) == OK ? EXIT_YES : EXIT_SYSTEM;
        if (code != EXIT_YES) cli_fail(c, code, "the server could not start; the lines above say why");
    } else if (check) {
        print_findings(f, json);
        code = f->bad ? EXIT_NO : EXIT_YES;
    } else {
        code = first_bad(c, f);
    }
    if (lock >= 0) close(lock);
    return code;
}

static int run(Cli *c) {
    Instance in = { 0 };
    int code = EXIT_YES;
    bool check = cli_flag(c, "check");
    if (!cli_instance(c, &in, &code)) return code == EXIT_USE && check ? EXIT_NO : code;
    return serve_instance(c, &in, check, cli_flag(c, "once"), cli_flag(c, "json"));
}

static const Opt opts[] = {
    OPT_DATA,
    { OPT_FLAG, "check", .help = "check configuration, files and programs, start nothing" },
    { OPT_FLAG, "once", .help = "fine when it is already served: say where, and end with 0" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_serve = {
    .name = "serve", .summary = "start everything an instance needs, and watch it", .args = "", .opts = opts, .run = run,
    .help = "Starts nginx, the web workers, jobs, fetch and keys as children, restarts what ends, and stops all on TERM or Ctrl-C.\n"
            "HUP makes nginx read its certificate again. Started by root it becomes the owner of DIR first; nothing runs as root.\n"
            "Databases are brought to this version's schema before anything starts.",
};
