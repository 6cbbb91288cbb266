/* cmd_sor_ingest.c - keten sor ingest: daily files into an instance. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/keten/cmd_sor.h"
#include "programs/keten/sor_day.h"
#include "programs/keten/sor_year.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

typedef struct Said { Str file, status, why, stem; SorWork *w; } Said;

/* ---- where to ---- */
static bool make_instance(Cli *c, const char *dir, int *out_code) {
    InitWish w = { .dir = dir, .org = cli_text(c, "org"), .kind = S("ngo"), .country = cli_text(c, "country"), .lang = S("nl"), .admin = S("admin"), .lead = S("lead") };
    Buf said = buf_new(65536);
    Str why = STR_NONE;
    Err e = dir_make(dir, 0700);
    if (e == OK && geteuid() == 0 && sys_give(dir, "keten") != OK) e = sys_give(dir, "nobody"); /* nothing of Keten belongs to root */
    if (e == OK) e = sys_become_owner(dir);
    if (e != OK) why = str_fmt(c->a, "%s cannot be made", dir);
    if (e == OK) e = init_make(c->a, &w, &said, &why);
    if (e == OK) fprintf(stderr, "Made %s for " STR_FMT ".\n" STR_FMT, dir, STR_ARG(w.org), STR_ARG(buf_str(&said)));
    else *out_code = cli_fail(c, EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    buf_wipe(&said);
    return e == OK;
}

bool sor_instance(Cli *c, Local *l, int *out_code) {
    const char *dir = str_z(c->a, cli_text(c, "data"));
    bool empty = false;
    Err e = dir_empty(dir, &empty);
    if ((e == E_MISSING || (e == OK && empty)) && !make_instance(c, dir, out_code)) return false;
    return local_open(c, dir, DB_WRITE, l, out_code);
}

/* DIR/official/sor, and its lock: two at once would write into each other's files. */
static const char *place(Cli *c, const Local *l, int *out_lock, int *out_code) {
    const char *top = instance_path(c->a, &l->in, "official"), *dir = instance_path(c->a, &l->in, "official/sor");
    if (dir_make(top, 0700) != OK || dir_make(dir, 0700) != OK) {
        *out_code = cli_fail(c, EXIT_SYSTEM, "%s cannot be made", dir);
        return NULL;
    }
    *out_lock = open(path_join(c->a, dir, ".lock").p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*out_lock >= 0 && flock(*out_lock, LOCK_EX | LOCK_NB) == 0) return dir;
    *out_code = cli_fail(c, EXIT_SYSTEM, "another keten sor ingest is at work in %s", dir);
    return NULL;
}

/* ---- one file ---- */
/* a: of this file, so that a year of them needs no more than one. */
static int one(Cli *c, Arena *a, Local *l, const char *dir, SorSource *src, Said *said) {
    SorWork *w = ARENA_NEW(a, SorWork);
    SorFile known;
    *w = (SorWork){ .cli = c, .local = l, .src = src, .dir = dir, .published = cli_given(c, "published") ? cli_int(c, "published") : -1, .threads = (int)cli_int(c, "threads") };
    said->w = w;
    said->status = S("refused");
    int code = sor_source_check(a, src, &said->why);
    if (code != EXIT_YES) return code;
    Str sum = str_bytes(src->sha256, 32);
    said->stem = w->stem = sor_stem(a, src->day, src->slug, src->kind, sum);
    Err e = sor_file_by_sha(&l->c, sum, &known);
    if (e == OK) {
        said->status = S("already");
        w->file = known;
        said->stem = w->stem = sor_stem(a, known.day, known.slug, known.kind, sum);
        if (sor_day_there(a, w)) return EXIT_YES;
        said->why = str_fmt(a, "%s: was read before, but what was made of it is not in %s: put back a copy of that folder", src->path, dir);
        return EXIT_NO;
    }
    if (e == E_MISSING) e = sor_file_newest(&l->c, src->slug, src->day, src->kind, &w->prior);
    w->has_prior = e == OK;
    if (e != OK && e != E_MISSING) {
        said->why = str_fmt(a, "%s: the record cannot be read", src->path);
        return EXIT_SYSTEM;
    }
    OrgRow org;
    if (org_by_id(&l->c, l->app.org, &org) != OK) {
        said->why = str_fmt(a, "%s: the record does not say in which country this organisation is", src->path);
        return EXIT_SYSTEM;
    }
    sor_spec_from_law(a, l->app.law, src->day, str_dup(a, org.country), &w->spec, &w->crosswalk);
    if (str_eq(cli_text(c, "inflate"), S("zlib"))) w->spec.engine = SOR_ZLIB;
    if (str_eq(cli_text(c, "scan"), S("scalar"))) w->spec.width = SOR_SCALAR;
    if (str_eq(cli_text(c, "scan"), S("avx2"))) w->spec.width = SOR_AVX2;
    code = sor_day_read(a, w, &said->why);
    if (code == EXIT_YES) said->status = S("read");
    return code == EXIT_YES && w->day.damaged > 0 ? EXIT_NO : code;
}

/* ---- what is said ---- */
static void say_text(const Said *s) {
    const SorFile *f = &s->w->file;
    if (str_eq(s->status, S("refused"))) return;
    if (str_eq(s->status, S("already"))) {
        printf(STR_FMT ": was read before, nothing changed (%lld statements)\n", STR_ARG(s->file), (long long)f->rows);
        return;
    }
    printf(STR_FMT ": %lld statements in %lld lines of %lld parts; %lld lines repaired, %lld set apart; %lld of our families; cube of %zu cells, %lld kB\n", STR_ARG(s->file), (long long)f->rows, (long long)f->lines,
        (long long)f->parts, (long long)f->repaired, (long long)f->quarantined, (long long)f->extract_rows, s->w->cube.cells_n, (long long)(s->w->cube_bytes + 999) / 1000);
    if (f->damaged > 0) printf("  %lld parts do not count; which and why is in " STR_FMT ".lines.csv\n", (long long)f->damaged, STR_ARG(s->stem));
    if (s->w->has_prior) printf("  another file was read before for this day (%lld statements): both are kept, what differs is in " STR_FMT ".quality.json\n", (long long)s->w->prior.rows, STR_ARG(s->stem));
    if (f->published >= 0 && f->published != f->rows) printf("  the database says %lld rows: %+lld\n", (long long)f->published, (long long)(f->rows - f->published));
}

static void say_json(Arena *a, Json *j, const Said *s) {
    const SorFile *f = &s->w->file;
    json_obj(j);
    json_kv_str(j, "file", s->file);
    json_kv_str(j, "status", s->status);
    if (s->why.n > 0) json_kv_str(j, "why", s->why);
    if (!str_eq(s->status, S("refused"))) {
        json_kv_str(j, "sha256", hex_enc(a, f->sha256));
        json_kv_str(j, "day", f->day);
        json_kv_i64(j, "rows", f->rows);
        json_kv_i64(j, "lines", f->lines);
        json_kv_i64(j, "repaired", f->repaired);
        json_kv_i64(j, "quarantined", f->quarantined);
        json_kv_i64(j, "parts", f->parts);
        json_kv_i64(j, "parts_not_counted", f->damaged);
        json_kv_i64(j, "extract_rows", f->extract_rows);
        json_kv_str(j, "made", str_fmt(a, "official/sor/" STR_FMT, STR_ARG(s->stem)));
        if (str_eq(s->status, S("read"))) json_kv_i64(j, "ms", s->w->ms);
    }
    json_end_obj(j);
}

/* What is asked reads the year files; who cannot write them now has them written by the next who asks. */
static void years_write(Cli *c, Local *l, const char *dir, const SorSource *src, size_t n) {
    YearBads bads = { .n = 0 };
    YearCube *v = NULL;
    size_t cubes = 0;
    Date d, from = { 9999, 12, 31 }, to = { 1583, 1, 1 };
    for (size_t i = 0; i < n; i++) {
        if (date_parse(src[i].day, &d) != OK) continue;
        from = date_cmp(d, from) < 0 ? d : from;
        to = date_cmp(d, to) > 0 ? d : to;
    }
    Err e = n == 0 ? OK : year_cubes_of(&l->c, c->a, dir, from.y, to.y, &v, &cubes);
    if (e == OK) e = years_update(c->a, dir, v, cubes, &bads);
    if (e != OK) (void)cli_fail(c, EXIT_SYSTEM, "the year files in %s cannot be written (is the disk full?); keten sor ask makes them when there is room", dir);
    for (size_t i = 0; i < bads.n; i++) (void)cli_fail(c, EXIT_NO, STR_FMT ": %s; its day cannot be asked about", STR_ARG(bads.v[i].path), bads.v[i].why);
}

static bool options_ok(Cli *c, int *out_code) {
    Str inflate = cli_text(c, "inflate"), scan = cli_text(c, "scan");
    bool isal = str_eq(inflate, S("isal")), avx512 = str_eq(scan, S("avx512")), avx2 = str_eq(scan, S("avx2"));
    if (cli_given(c, "published") && c->args_n > 1) *out_code = cli_fail(c, EXIT_USE, "--published is about one file");
    else if (!str_eq(inflate, S("auto")) && !str_eq(inflate, S("zlib")) && !isal) *out_code = cli_fail(c, EXIT_USE, "--inflate is auto, zlib or isal");
    else if (isal && !sor_engine_here(SOR_ISAL)) *out_code = cli_fail(c, EXIT_USE, "--inflate isal: this program was built without it");
    else if (!str_eq(scan, S("auto")) && !str_eq(scan, S("scalar")) && !avx2 && !avx512) *out_code = cli_fail(c, EXIT_USE, "--scan is auto, scalar, avx2 or avx512");
    else if ((avx2 && !sor_width_here(SOR_AVX2)) || (avx512 && !sor_width_here(SOR_AVX512))) *out_code = cli_fail(c, EXIT_USE, "--scan: this processor does not have that");
    else return true;
    return false;
}

static int run(Cli *c) {
    Local l = { 0 };
    Buf b = buf_new(4 << 20);
    Json j = json_to(&b, true);
    SorSource *src = ARENA_ARRAY(c->a, SorSource, c->args_n + 1);
    int code = EXIT_YES, lock = -1, worst = EXIT_YES;
    if (!options_ok(c, &code)) return code;
    for (size_t i = 0; i < c->args_n; i++) { /* before anything is made, and before this process is somebody who may not read them */
        Str why = STR_NONE;
        code = sor_source_open(c->a, c->args[i], &src[i], &why);
        if (code != EXIT_YES) return cli_fail(c, code, STR_FMT, STR_ARG(why));
    }
    if (!sor_instance(c, &l, &code)) return code;
    const char *dir = place(c, &l, &lock, &code);
    json_arr(&j);
    for (size_t i = 0; dir != NULL && i < c->args_n; i++) {
        Said s = { .file = src[i].base };
        l.c.now = sys_now(&l.in.clock);
        Arena *own = arena_new((size_t)1 << 30);
        code = one(c, own, &l, dir, &src[i], &s);
        if (s.why.n > 0) (void)cli_fail(c, code, STR_FMT, STR_ARG(s.why));
        worst = code > worst ? code : worst;
        if (cli_flag(c, "json")) say_json(own, &j, &s);
        else say_text(&s);
        fflush(stdout);
        sor_source_close(&src[i]);
        arena_free(own);
        if (code == EXIT_SYSTEM) break; /* the next one would meet the same */
    }
    json_end_arr(&j);
    if (dir != NULL) years_write(c, &l, dir, src, c->args_n);
    if (dir != NULL && cli_flag(c, "json")) {
        buf_ch(&b, '\n');
        fwrite(b.p, 1, b.n, stdout);
    }
    buf_free(&b);
    if (lock >= 0) close(lock);
    local_close(&l);
    return dir == NULL ? code : worst;
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the instance's directory; made when it is not there", .required = true },
    { OPT_TEXT, "org", "NAME", "for an instance that is made: for which organisation", .otherwise = "Systeemtoezicht" },
    { OPT_TEXT, "country", "CC", "for an instance that is made: the organisation's country; statements for it alone are told apart", .otherwise = "NL" },
    { OPT_INT, "published", "N", "rows that the database's download page says this file has", .min = 0, .max = INT64_MAX },
    { OPT_INT, "threads", "N", "threads", .min = 1, .max = SOR_THREADS_MAX, .otherwise = "2" },
    { OPT_TEXT, "inflate", "NAME", "auto, zlib or isal: the results are the same", .otherwise = "auto" },
    { OPT_TEXT, "scan", "NAME", "auto, scalar, avx2 or avx512: the results are the same", .otherwise = "auto" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_sor_ingest = { .name = "ingest", .summary = "read daily files of the DSA Transparency Database into an instance", .args = "FILE.zip...", .args_min = 1, .args_max = ARGS_MAX, .opts = opts, .run = run,
    .help = "FILE.zip is named as the database names it: sor-SLUG-YYYY-MM-DD-full.zip or -light.zip. A FILE.zip.sha1 beside it is checked.\n"
            "Of each file is kept, under official/sor/DAY in the instance: a cube (.cube), the rows that the law data's crosswalk knows as ours\n"
            "(.rows.csv.gz), every line that was repaired or set apart (.lines.csv), and a quality report (.quality.json). An act in the journal\n"
            "holds their hashes. Nothing is unpacked to disk. A file that was read before changes nothing; a different one for the same day is\n"
            "kept beside the first and compared with it. Exit code 1: a file was refused, parts of it do not count, or what was made of it is gone." };
