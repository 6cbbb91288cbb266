/* cmd_sor.c - keten sor: the official data on what platforms restrict, and a maker of days like them. */
#include "foundation/base/json.h"
#include "foundation/sys/sys.h"
#include "programs/keten/cmd.h"
#include "programs/keten/cmd_sor.h"
#include "programs/keten/sor_make.h"

static bool slug_ok(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-')) return false;
    return s.n > 0 && s.n <= 60;
}

static bool dialect(Str s, SorWish *w) {
    w->hostile = str_ends(s, S("-hostile"));
    if (w->hostile) s = str_sub(s, 0, s.n - 8);
    w->light = str_ends(s, S("-light"));
    w->v1 = str_starts(s, S("v1-"));
    return str_eq(s, S("v1-full")) || str_eq(s, S("v1-light")) || str_eq(s, S("v2-full")) || str_eq(s, S("v2-light"));
}

static int generate(Cli *c) {
    SorWish w = { .seed = (uint64_t)cli_int(c, "seed"), .rows = cli_int(c, "rows"), .part_rows = cli_int(c, "part-rows"), .every = cli_int(c, "every"), .day = cli_text(c, "day"), .slug = cli_text(c, "slug"), .level = (int)cli_int(c, "level") };
    Date day;
    Str name = STR_NONE, why = STR_NONE;
    if (!dialect(cli_text(c, "dialect"), &w)) return cli_fail(c, EXIT_USE, "--dialect is v1-full, v1-light, v2-full or v2-light, each with or without -hostile behind it");
    if (w.day.n == 0) w.day = w.v1 ? S("2024-09-02") : S("2025-09-01");
    if (date_parse(w.day, &day) != OK) return cli_fail(c, EXIT_USE, "--day: \"" STR_FMT "\" is not a date like 2025-09-01", STR_ARG(w.day));
    if (!slug_ok(w.slug)) return cli_fail(c, EXIT_USE, "--slug has 1 to 60 of a-z 0-9 -");
    Progress bar = progress_start("rows");
    Err e = sor_make_files(c->a, &w, ".", progress_show, &bar, &name, &why);
    progress_end(&bar);
    if (e != OK) return cli_fail(c, e == E_CONFLICT ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    if (!cli_flag(c, "json")) {
        printf(STR_FMT ".zip, .zip.sha1 and .truth.json: %lld rows\n", STR_ARG(name), (long long)w.rows);
        return EXIT_YES;
    }
    Buf b = buf_new(4096);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "file", str_fmt(c->a, STR_FMT ".zip", STR_ARG(name)));
    json_kv_i64(&j, "rows", w.rows);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return EXIT_YES;
}

static const Opt generate_opts[] = {
    { OPT_INT, "seed", "N", "the same seed makes the same files", .min = 0, .max = INT64_MAX, .otherwise = "1" },
    { OPT_INT, "rows", "N", "0 makes a day without statements: a CSV with a first line only", .min = 0, .max = 1000000000, .otherwise = "100000" },
    { OPT_TEXT, "dialect", "NAME", "v1-full, v1-light, v2-full or v2-light; with -hostile behind it also defects that nobody can mend", .otherwise = "v2-full" },
    { OPT_TEXT, "day", "DATE", "the day (default: 2024-09-02 for v1, 2025-09-01 for v2)" },
    { OPT_TEXT, "slug", "NAME", "global, or a platform's short name", .otherwise = "global" },
    { OPT_INT, "part-rows", "N", "rows of a CSV; ten CSVs make an inner zip", .min = 1, .max = 1000000, .otherwise = "100000" },
    { OPT_INT, "every", "N", "rows from one planted defect to the next", .min = 10, .max = 1000000000, .otherwise = "50000" },
    { OPT_INT, "level", "N", "of compression", .min = 1, .max = 9, .otherwise = "6" },
    OPT_JSON,
    { OPT_END },
};
static const Cmd sub_generate = { .name = "generate", .summary = "make a day of invented statements in the official layout, with planted defects", .args = "", .opts = generate_opts, .run = generate,
    .help = "Writes into the current folder: sor-SLUG-DAY-KIND.zip, its .sha1, and .truth.json, which says what was planted where.\n"
            "Platforms and texts are invented. Never over a file that is there." };
static const Cmd *const subs[] = { &cmd_sor_ingest, &cmd_sor_report, &cmd_sor_compare, &cmd_sor_ask, &sub_generate, NULL };
const Cmd cmd_sor = { .name = "sor", .summary = "official data: the statements of reasons and the transparency reports that platforms must publish", .args = "", .subs = subs };
