/* cmd_law.c - the law as data: check it, look at a table, compare two days. Terms, routes and the book are files beside this one. */
#include "foundation/base/csv.h"
#include "programs/keten/cmd_law.h"

enum { LAW_FILE_MAX = 8 << 20, OUT_MAX = 64 << 20 };

static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

static bool read_dir(Cli *c, const char *dir, LawFile *files, int *out_code) {
    size_t n = 0;
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        const char *name = law_table_name((LawTable)t);
        Str path = str_fmt(c->a, "%s/%s.csv", dir, name), csv = STR_NONE;
        Err e = file_read(c->a, path.p, LAW_FILE_MAX, &csv);
        if (e == E_MISSING) continue;
        if (e != OK) {
            *out_code = cli_fail(c, EXIT_SYSTEM, STR_FMT ": cannot be read (%s)", STR_ARG(path), err_name(e));
            return false;
        }
        files[n++] = (LawFile){ name, csv };
    }
    if (n > 0) return true;
    *out_code = cli_fail(c, EXIT_USE, "%s: no table of the law there", dir);
    return false;
}

bool law_cli_open(Cli *c, const Law **out, int *out_code) {
    LawFile *files = ARENA_ARRAY(c->a, LawFile, LAW_TABLE_N + 1);
    LawProblem p = { .text = STR_NONE };
    Str dir = cli_text(c, "dir");
    if (dir.n > 0 && !read_dir(c, dir.p, files, out_code)) return false;
    if (law_new(c->a, files, zone_of, NULL, out, &p) == OK) return true;
    fprintf(stderr, STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
    *out_code = EXIT_NO;
    return false;
}

bool law_lang(const Cli *c, Lang *out, int *out_code) {
    Str s = cli_text(c, "lang");
    *out = str_eq(s, S("nl")) ? LANG_NL : LANG_EN;
    if (str_eq(s, S("nl")) || str_eq(s, S("en"))) return true;
    *out_code = cli_fail(c, EXIT_USE, "--lang is nl or en");
    return false;
}

bool law_date(const Cli *c, const char *name, Date *out, int *out_code) {
    Str s = cli_text(c, name);
    *out = DATE_NONE;
    if (!cli_given(c, name) || date_parse(s, out) == OK) return true;
    *out_code = cli_fail(c, EXIT_USE, "--%s: \"" STR_FMT "\" is not a date like 2026-03-02", name, STR_ARG(s));
    return false;
}

Date law_today(void) {
    SysClock clock = { 0 };
    return civil_at(zone_utc(), sys_now(&clock)).date;
}

void law_out(Buf *b) {
    must(buf_err(b) == OK);
    if (b->n > 0) fwrite(b->p, 1, b->n, stdout);
    buf_free(b);
}

void law_json_date(Json *j, Arena *a, const char *key, Date d) {
    json_key(j, str_c(key));
    if (date_none(d)) json_nil(j);
    else json_str(j, date_str(a, d));
}

/* ---- check ---- */

/* Ids are for ever: what was in an earlier folder is here still, and so is every version that has held. */
static size_t check_stable(Cli *c, const Law *law, const Law *old) {
    size_t gone = 0;
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        const LawRow **rows = NULL, **then = NULL, **now = NULL;
        size_t n = law_list(old, (LawTable)t, DATE_NONE, c->a, &rows);
        for (size_t i = 0; i < n; i++) {
            size_t before = law_versions(old, (LawTable)t, rows[i]->id, c->a, &then), after = law_versions(law, (LawTable)t, rows[i]->id, c->a, &now);
            if (after == 0) {
                fprintf(stderr, "law/%s.csv:1:1: \"" STR_FMT "\" was there before (line %u) and is gone\n", law_table_name((LawTable)t), STR_ARG(rows[i]->id), rows[i]->line);
                gone++;
            } else if (after < before) {
                fprintf(stderr, "law/%s.csv:%u:1: \"" STR_FMT "\" had %zu versions before and has %zu\n", law_table_name((LawTable)t), now[0]->line, STR_ARG(rows[i]->id), before, after);
                gone++;
            }
        }
    }
    return gone;
}

static bool old_law(Cli *c, const Law **out, int *out_code) {
    LawFile *files = ARENA_ARRAY(c->a, LawFile, LAW_TABLE_N + 1);
    LawProblem p = { .text = STR_NONE };
    if (!read_dir(c, cli_text(c, "against").p, files, out_code)) return false;
    if (law_new(c->a, files, zone_of, NULL, out, &p) == OK) return true;
    *out_code = cli_fail(c, EXIT_USE, "--against: " STR_FMT ":%zu:%zu: " STR_FMT, STR_ARG(p.file), p.line, p.col, STR_ARG(p.text));
    return false;
}

static int check(Cli *c) {
    const Law *law = NULL, *old = NULL;
    const LawProblem *list = NULL;
    int code = EXIT_YES;
    if (!law_cli_open(c, &law, &code) || (cli_given(c, "against") && !old_law(c, &old, &code))) return code;
    size_t n = law_check(law, c->a, &list), rows = 0, verified = 0;
    for (size_t i = 0; i < n; i++) fprintf(stderr, STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(list[i].file), list[i].line, list[i].col, STR_ARG(list[i].text));
    if (old != NULL) n += check_stable(c, law, old);
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        const LawRow **v = NULL;
        size_t k = law_list(law, (LawTable)t, DATE_NONE, c->a, &v);
        rows += k;
        for (size_t i = 0; i < k; i++) verified += v[i]->verified ? 1 : 0;
    }
    printf("%zu tables, %zu things, %zu verified, %zu not verified, %zu problems\n", (size_t)LAW_TABLE_N, rows, verified, rows - verified, n);
    return n == 0 ? EXIT_YES : EXIT_NO;
}

/* ---- list ---- */

static bool table_named(const char *name, LawTable *out) {
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        if (strcmp(law_table_name((LawTable)t), name) != 0) continue;
        *out = (LawTable)t;
        return true;
    }
    return false;
}

static void list_json(Cli *c, const Law *law, LawTable t, const LawRow *const *rows, size_t n, Buf *b) {
    Json j = json_to(b, true);
    (void)c;
    json_arr(&j);
    for (size_t i = 0; i < n; i++) {
        json_obj(&j);
        for (size_t k = 0; k < law_columns(t); k++) json_kv_str(&j, law_column(t, k), law_cell(law, rows[i], k));
        json_kv_bool(&j, "verified", rows[i]->verified);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    buf_ch(b, '\n');
}

static void list_csv(const Law *law, LawTable t, const LawRow *const *rows, size_t n, Buf *b) {
    for (size_t k = 0; k < law_columns(t); k++) csv_field(b, str_c(law_column(t, k)), ',', k == 0);
    csv_end(b);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < law_columns(t); k++) csv_field(b, law_cell(law, rows[i], k), ',', k == 0);
        csv_end(b);
    }
}

static int list(Cli *c) {
    const Law *law = NULL;
    LawTable t = LAW_OFFENCES;
    Date at = DATE_NONE;
    int code = EXIT_YES;
    if (!law_date(c, "at", &at, &code) || !law_cli_open(c, &law, &code)) return code;
    if (c->args_n == 0) {
        for (size_t i = 0; i < LAW_TABLE_N; i++) {
            const LawRow **v = NULL;
            printf("%-12s %5zu\n", law_table_name((LawTable)i), law_list(law, (LawTable)i, at, c->a, &v));
        }
        return EXIT_YES;
    }
    if (!table_named(c->args[0], &t)) return cli_fail(c, EXIT_USE, "no table \"%s\"; without a name the tables are listed", c->args[0]);
    const LawRow **rows = NULL;
    size_t n = law_list(law, t, at, c->a, &rows);
    Buf b = buf_new(OUT_MAX);
    if (cli_flag(c, "json")) list_json(c, law, t, rows, n, &b);
    else list_csv(law, t, rows, n, &b);
    law_out(&b);
    return EXIT_YES;
}

/* ---- diff ---- */

static void diff_row(const Law *law, const LawDiff *d) {
    const LawRow *any = d->before != NULL ? d->before : d->after;
    LawTable t = (LawTable)any->table;
    printf("%s %s " STR_FMT "%s\n", d->before == NULL ? "+" : d->after == NULL ? "-" : "~", law_table_name(t), STR_ARG(any->id), any->verified ? "" : " (not verified)");
    for (size_t k = 0; d->before != NULL && d->after != NULL && k < law_columns(t); k++) {
        Str one = law_cell(law, d->before, k), two = law_cell(law, d->after, k);
        if (!str_eq(one, two)) printf("    %s: " STR_FMT " -> " STR_FMT "\n", law_column(t, k), STR_ARG(one), STR_ARG(two));
    }
}

static int diff(Cli *c) {
    const Law *law = NULL;
    const LawDiff *list_of = NULL;
    Date one = { 0 }, two = { 0 };
    int code = EXIT_YES;
    if (date_parse(str_c(c->args[0]), &one) != OK) return cli_fail(c, EXIT_USE, "\"%s\" is not a date like 2026-03-02", c->args[0]);
    if (date_parse(str_c(c->args[1]), &two) != OK) return cli_fail(c, EXIT_USE, "\"%s\" is not a date like 2026-03-02", c->args[1]);
    if (!law_cli_open(c, &law, &code)) return code;
    size_t n = law_diff(law, one, two, c->a, &list_of);
    for (size_t i = 0; i < n; i++) diff_row(law, &list_of[i]);
    fprintf(stderr, "%zu differences\n", n);
    return EXIT_YES;
}

/* ---- days ---- */

static int days(Cli *c) {
    const Law *law = NULL;
    Lang lang = LANG_EN;
    int64_t year = 0;
    int code = EXIT_YES;
    Str country = str_c(c->args[0]);
    if (!law_lang(c, &lang, &code) || !law_cli_open(c, &law, &code)) return code;
    const LawCountry *there = law_country(law, country, DATE_NONE);
    if (there == NULL) return cli_fail(c, EXIT_USE, "country \"%s\" is not in the table of countries", c->args[0]);
    if (date_none(there->calendar_from)) return cli_fail(c, EXIT_USE, "the holidays of \"%s\" are in no table", c->args[0]);
    if (str_i64(str_c(c->args[1]), 1900, 2299, &year) != OK) return cli_fail(c, EXIT_USE, "\"%s\" is not a year from 1900 to 2299", c->args[1]);
    Buf b = buf_new(OUT_MAX);
    Json j = json_to(&b, true);
    bool json = cli_flag(c, "json"), counts = false;
    if (json) json_arr(&j);
    for (Date d = { (int16_t)year, 1, 1 }; d.y == year; d = date_add(d, 1)) {
        const LawHoliday *h = law_kept_day(law, country, d, &counts);
        if (h == NULL) continue;
        if (!json) {
            buf_printf(&b, STR_FMT "  " STR_FMT "%s%s%s\n", STR_ARG(date_str(c->a, d)), STR_ARG(h->name[lang]), date_weekday(d) >= 6 ? "  (weekend)" : "", h->r.verified ? "" : "  (not verified)", counts ? "" : "  (told, not counted)");
            continue;
        }
        json_obj(&j);
        law_json_date(&j, c->a, "day", d);
        json_kv_str(&j, "id", h->r.id);
        json_kv_str(&j, "name", h->name[lang]);
        json_kv_bool(&j, "counts", counts);
        json_kv_bool(&j, "verified", h->r.verified);
        json_end_obj(&j);
    }
    if (json) json_end_arr(&j);
    if (json) buf_ch(&b, '\n');
    law_out(&b);
    return EXIT_YES;
}

static const Opt days_opts[] = { OPT_LANG, OPT_LAW_DIR, OPT_JSON, { OPT_END } };
static const Opt check_opts[] = { OPT_LAW_DIR, { OPT_TEXT, "against", "DIR", "an earlier folder of tables: its ids and versions must still be there" }, { OPT_END } };
static const Opt diff_opts[] = { OPT_LAW_DIR, { OPT_END } };
static const Opt list_opts[] = { OPT_LAW_DIR, { OPT_TEXT, "at", "DATE", "only what holds on that day (default: the newest version of everything)" }, OPT_JSON, { OPT_END } };
static const Cmd law_check_cmd = { .name = "check", .summary = "whether the tables are sound; each problem with file:line:column", .args = "", .opts = check_opts, .run = check };
static const Cmd law_list_cmd = { .name = "list", .summary = "the rows of a table, or the names of the tables", .args = "[TABLE]", .args_max = 1, .opts = list_opts, .run = list };
static const Cmd law_diff_cmd = { .name = "diff", .summary = "what changed in the law between two days", .args = "DATE1 DATE2", .args_min = 2, .args_max = 2, .opts = diff_opts, .run = diff };
static const Cmd law_days_cmd = { .name = "days", .summary = "the public holidays of a country in a year, as terms there are counted with", .args = "COUNTRY YEAR", .args_min = 2, .args_max = 2, .opts = days_opts, .run = days };
static const Cmd *const subs[] = { &law_check_cmd, &cmd_law_term, &cmd_law_count, &law_days_cmd, &cmd_law_route, &cmd_law_print, &law_diff_cmd, &law_list_cmd, NULL };
const Cmd cmd_law = { .name = "law", .summary = "the law as data: check, count a term, days off, find the competent bodies, print", .args = "", .subs = subs };
