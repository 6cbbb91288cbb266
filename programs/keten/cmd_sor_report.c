/* cmd_sor_report.c - keten sor report: a platform's transparency report in the harmonised template, read, judged, and put into an instance. */
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/sys/sys.h"
#include "programs/keten/cmd_sor.h"
#include "steps/supervise/reported_state.h"

typedef struct Given { RepFile file[REP_FILES_MAX]; ReportedFile kept[REP_FILES_MAX]; const char *path[REP_FILES_MAX]; size_t n; } Given;

static bool read_files(Cli *c, Given *g, int *out_code) {
    for (size_t i = 0; i < c->args_n; i++) {
        const char *slash = strrchr(c->args[i], '/');
        uint8_t sum[32];
        Err e = i < REP_FILES_MAX ? file_read(c->a, c->args[i], REP_BYTES_MAX, &g->file[i].bytes) : E_LIMIT;
        if (e != OK) {
            *out_code = cli_fail(c, e == E_MISSING ? EXIT_USE : e == E_LIMIT ? EXIT_NO : EXIT_SYSTEM, "%s: %s", c->args[i], e == E_MISSING ? "there is no such file" : e == E_LIMIT ? "larger than is read (32 MB; 64 files)" : "it cannot be read");
            return false;
        }
        g->path[i] = c->args[i];
        g->file[i].name = str_c(slash == NULL ? c->args[i] : slash + 1);
        seal_sha256(g->file[i].bytes, sum);
        g->kept[i] = (ReportedFile){ g->file[i].name, str_dup(c->a, str_bytes(sum, 32)), (int64_t)g->file[i].bytes.n };
        g->n = i + 1;
    }
    return true;
}

/* ---- what is said ---- */
static Str where(Arena *a, const Given *g, const RepDeviation *d) {
    Str file = d->file > 0 && d->file <= g->n ? g->file[d->file - 1].name : S(""), place = rep_place(a, d);
    Str section = d->section == REP_NONE ? S("") : str_c(rep_section_slug(d->section));
    bool both = file.n > 0 && section.n > 0;
    return str_fmt(a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(file), both ? ", " : "", STR_ARG(section), place.n > 0 ? ", " : "", STR_ARG(place));
}

static void say_text(Cli *c, const Given *g, const Report *r) {
    int sections = 0;
    for (int s = 1; s < REP_SECTIONS; s++) sections += (r->sections >> s & 1) != 0;
    printf(STR_FMT ": " STR_FMT ", " STR_FMT " to " STR_FMT ", published " STR_FMT "\n", STR_ARG(g->file[0].name), STR_ARG(r->provider.n > 0 ? r->provider : S("(provider not given)")), STR_ARG(r->from.n > 0 ? r->from : S("(not given)")),
        STR_ARG(r->to.n > 0 ? r->to : S("(not given)")), STR_ARG(r->published.n > 0 ? r->published : S("(not given)")));
    printf("  %d sections, %zu figures, %lld fields without a figure, %lld deviations from the template\n", sections, r->figures_n, (long long)r->blank, (long long)r->devs_n + (long long)r->devs_more);
    for (size_t i = 0; i < r->devs_n; i++) {
        const RepDeviation *d = &r->devs[i];
        Str what = d->what.n > 0 ? str_fmt(c->a, " \"" STR_FMT "\"", STR_ARG(d->what)) : S(""), expected = d->expected.n > 0 ? str_fmt(c->a, " (expected: " STR_FMT ")", STR_ARG(d->expected)) : S("");
        printf("  " STR_FMT ": %s" STR_FMT STR_FMT "%s\n", STR_ARG(where(c->a, g, d)), rep_dev_words[d->dev], STR_ARG(what), STR_ARG(expected), rep_dev_lost(d->dev) ? " - not read" : "");
    }
    if (r->devs_more > 0) printf("  and %lld more\n", (long long)r->devs_more);
}

static void json_milli(Json *j, const char *key, int64_t milli) {
    json_key(j, str_c(key));
    if (milli % 1000 == 0) json_i64(j, milli / 1000);
    else json_f64(j, (double)milli / 1000.0);
}

static void json_figures(Json *j, const Report *r) {
    static const char *const units[REP_KINDS] = { "number", "hours", "percent" };
    json_key(j, S("figures"));
    json_arr(j);
    for (size_t i = 0; i < r->figures_n; i++) {
        const RepFigure *f = &r->figures[i];
        json_obj(j);
        json_kv_str(j, "section", str_c(rep_section_slug(f->section)));
        json_kv_str(j, "measure", f->measure);
        if (f->category.n > 0) json_kv_str(j, "category", f->category);
        if (f->keyword.n > 0) json_kv_str(j, "keyword", f->keyword);
        if (f->other.n > 0) json_kv_str(j, "other", f->other);
        if (f->scope.n > 0) json_kv_str(j, "scope", f->scope);
        json_kv_str(j, "unit", str_c(units[f->kind]));
        json_milli(j, "value", f->milli);
        json_kv_i64(j, "file", f->file);
        json_kv_i64(j, "row", f->row);
        json_kv_i64(j, "column", f->col);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void json_devs(Cli *c, Json *j, const Given *g, const Report *r) {
    json_key(j, S("deviations"));
    json_arr(j);
    for (size_t i = 0; i < r->devs_n; i++) {
        const RepDeviation *d = &r->devs[i];
        json_obj(j);
        json_kv_str(j, "code", str_c(rep_dev_codes[d->dev]));
        json_kv_str(j, "words", str_c(rep_dev_words[d->dev]));
        if (d->file > 0 && d->file <= g->n) json_kv_str(j, "file", g->file[d->file - 1].name);
        if (d->section != REP_NONE) json_kv_str(j, "section", str_c(rep_section_slug(d->section)));
        if (d->row > 0) json_kv_i64(j, "row", d->row);
        if (d->row > 0) json_kv_i64(j, "rows", d->rows);
        if (d->col > 0) json_kv_i64(j, "column", d->col);
        if (rep_place(c->a, d).n > 0) json_kv_str(j, "place", rep_place(c->a, d));
        json_kv_str(j, "what", d->what);
        json_kv_str(j, "expected", d->expected);
        json_kv_bool(j, "lost", rep_dev_lost(d->dev));
        json_end_obj(j);
    }
    json_end_arr(j);
    json_kv_i64(j, "deviations_not_listed", r->devs_more);
}

static void say_json(Cli *c, const Given *g, const Report *r, Str status, Str platform) {
    Buf b = buf_new(64 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    if (status.n > 0) json_kv_str(&j, "status", status);
    if (platform.n > 0) json_kv_str(&j, "platform", platform);
    json_kv_str(&j, "form", r->form);
    json_kv_str(&j, "provider", r->provider);
    json_kv_str(&j, "published", r->published);
    json_kv_str(&j, "previous", r->previous);
    json_kv_str(&j, "from", r->from);
    json_kv_str(&j, "to", r->to);
    json_key(&j, S("files"));
    json_arr(&j);
    for (size_t i = 0; i < g->n; i++) {
        json_obj(&j);
        json_kv_str(&j, "name", g->file[i].name);
        json_kv_str(&j, "sha256", hex_enc(c->a, g->kept[i].sha256));
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_key(&j, S("services"));
    json_arr(&j);
    for (size_t i = 0; i < r->services_n; i++) json_str(&j, r->services[i].name);
    json_end_arr(&j);
    json_key(&j, S("sections"));
    json_arr(&j);
    for (int s = 1; s < REP_SECTIONS; s++)
        if ((r->sections >> s & 1) != 0) json_str(&j, str_c(rep_section_slug((RepSection)s)));
    json_end_arr(&j);
    json_kv_i64(&j, "fields_without_figure", r->blank);
    json_figures(&j, r);
    json_devs(c, &j, g, r);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

/* ---- into an instance ---- */
/* --platform, or the only one of the register that is called like the service or the provider. */
static Str platform_for(Cli *c, Local *l, const Report *r) {
    PlatformView *v = NULL;
    size_t n = 0, hits = 0;
    Str given = cli_text(c, "platform"), found = STR_NONE;
    if (given.n > 0) return given;
    l->c.person.roles |= R_ANALYST;
    if (platform_list(&l->c, STR_NONE, STR_NONE, &v, &n) != OK) n = 0;
    l->c.person.roles &= ~(uint32_t)R_ANALYST;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= r->services_n; k++) {
            Str name = k < r->services_n ? r->services[k].name : r->provider;
            if (name.n == 0 || !(str_ieq(name, v[i].f.name) || str_ieq(name, v[i].code))) continue;
            hits += !str_eq(found, v[i].code);
            found = v[i].code;
        }
    return hits == 1 ? found : STR_NONE;
}

/* The files themselves, by their hash: what was published can be looked at again when the platform has changed it. */
static Err keep_files(Cli *c, Local *l, const Given *g) {
    const char *top = instance_path(c->a, &l->in, "official"), *dir = instance_path(c->a, &l->in, "official/reports");
    TRY(dir_make(top, 0700));
    TRY(dir_make(dir, 0700));
    for (size_t i = 0; i < g->n; i++) {
        const char *path = str_fmt(c->a, "%s/" STR_FMT, dir, STR_ARG(hex_enc(c->a, g->kept[i].sha256))).p;
        Err e = file_write_new(path, g->file[i].bytes, 0600);
        if (e != OK && e != E_CONFLICT) return e;
    }
    return OK;
}

static int record(Cli *c, const Given *g, const Report *r, Str *out_status, Str *out_platform) {
    Local l = { 0 };
    ReportedRow known;
    Act *act = NULL;
    Str sum = STR_NONE;
    int code = EXIT_YES;
    if (!sor_instance(c, &l, &code)) return code;
    l.c.now = sys_now(&l.in.clock);
    Str platform = *out_platform = platform_for(c, &l, r);
    Err e = reported_sum(c->a, g->kept, g->n, &sum);
    if (platform.n == 0) {
        code = cli_fail(c, EXIT_USE, "whose report is it? --platform CODE: the register has no platform that is called like the service");
    } else if (r->from.n == 0 || r->to.n == 0) {
        code = cli_fail(c, EXIT_NO, "it does not say over which period it is: not put into the record");
    } else if (r->services_n > 1 && cli_text(c, "service").n == 0) {
        code = cli_fail(c, EXIT_USE, "it is about several services: --service NAME says which one");
    } else if (e == OK && reported_by_sha(&l.c, platform, sum, &known) == OK) {
        *out_status = S("already");
    } else {
        bool prior = reported_newest(&l.c, platform, r->from, r->to, &known) == OK;
        if (e == OK) e = keep_files(c, &l, g);
        if (e == OK) e = reported_act(&l.c, platform, r, g->kept, g->n, prior ? known.id : ID_NONE, &act);
        if (e == OK) e = journal_one(&l.c, act);
        *out_status = S("read");
        if (e != OK) code = cli_fail(c, e == E_MISSING || e == E_INPUT ? EXIT_USE : EXIT_SYSTEM, "it cannot be put into the record: %s", l.c.fail.msgid != NULL ? l.c.fail.msgid : e == E_LIMIT ? "it says more than one act holds" : "the disk or the record failed");
    }
    local_close(&l);
    return code;
}

static int make(Cli *c) {
    Str form = cli_text(c, "template");
    RepWish w = { .seed = (uint64_t)cli_int(c, "seed"), .service = S("Voorbeeldplatform"), .from = S("2025-07-01"), .to = S("2025-12-31"), .published = S("2026-02-20") };
    RepFile *f = NULL;
    size_t n = 0;
    bool xlsx = str_eq(form, S("xlsx"));
    if (c->args_n > 0 || (!xlsx && !str_eq(form, S("csv")))) return cli_fail(c, EXIT_USE, "--template csv or xlsx writes the template into the current folder, and reads no file");
    reported_make(c->a, &w, xlsx, &f, &n);
    for (size_t i = 0; i < n; i++) {
        Err e = file_write_new(f[i].name.p, f[i].bytes, 0644);
        if (e != OK) return cli_fail(c, e == E_CONFLICT ? EXIT_USE : EXIT_SYSTEM, STR_FMT ": %s", STR_ARG(f[i].name), e == E_CONFLICT ? "is there already" : "cannot be written");
    }
    printf("%zu file%s: " STR_FMT "%s\n", n, n == 1 ? "" : "s", STR_ARG(f[0].name), n == 1 ? "" : " and so on");
    return EXIT_YES;
}

static int run(Cli *c) {
    Given *g = ARENA_NEW(c->a, Given);
    Report r;
    const char *why = NULL;
    Str status = STR_NONE, platform = STR_NONE;
    int code = EXIT_YES;
    if (cli_text(c, "template").n > 0) return make(c);
    if (c->args_n == 0) return cli_fail(c, EXIT_USE, "which file? An XLSX, a zip of CSVs, or the CSVs");
    if (!read_files(c, g, &code)) return code;
    Arena *a = arena_new((size_t)1 << 30);
    Err e = reported_read(a, g->file, g->n, cli_text(c, "service"), &r, &why);
    if (e != OK) {
        code = cli_fail(c, EXIT_NO, "%s: %s", g->path[0], why);
    } else {
        if (cli_text(c, "data").n > 0) code = record(c, g, &r, &status, &platform);
        if (code == EXIT_YES && cli_flag(c, "json")) say_json(c, g, &r, status, platform);
        else if (code == EXIT_YES) say_text(c, g, &r);
        if (code == EXIT_YES && str_eq(status, S("already"))) fprintf(stderr, "It was read before; nothing changed.\n");
        if (code == EXIT_YES && r.devs_n > 0) code = EXIT_NO;
    }
    arena_free(a);
    return code;
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "put it into the record of this instance (made when it is not there)" },
    { OPT_TEXT, "platform", "CODE", "whose report it is, as the register calls it; needed when the register has no platform of the service's name" },
    { OPT_TEXT, "service", "NAME", "read only the rows of this service, when a file holds several" },
    { OPT_TEXT, "template", "FORM", "csv or xlsx: write the template into the current folder instead" },
    { OPT_INT, "seed", "N", "for --template: invented figures, the same for the same number; 0 leaves them empty", .min = 0, .max = INT64_MAX, .otherwise = "0" },
    { OPT_TEXT, "org", "NAME", "for an instance that is made: for which organisation", .otherwise = "Systeemtoezicht" },
    { OPT_TEXT, "country", "CC", "for an instance that is made: the organisation's country", .otherwise = "NL" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_sor_report = { .name = "report", .summary = "read a platform's transparency report in the harmonised template, and say where it deviates", .args = "FILE...", .args_min = 0, .args_max = REP_FILES_MAX, .opts = opts, .run = run,
    .help = "FILE is an XLSX, a zip of CSVs, or the CSVs of one report, as Implementing Regulation (EU) 2024/2835 has them. Sections are found by name, by\n"
            "columns or by number; what deviates is read where it can be understood, and every deviation is named with file, row and column.\n"
            "With --data an act in the journal holds the hashes, the figures and the deviations; the files are kept under official/reports.\n"
            "Exit code 1: it deviates from the template, or nothing could be read." };
