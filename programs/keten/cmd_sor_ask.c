/* cmd_sor_ask.c - keten sor ask: the questions, answered from an instance or from a folder of day cubes. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/sys/sys.h"
#include "programs/keten/cmd_law.h"
#include "programs/keten/cmd_sor.h"
#include "programs/keten/sor_day.h"
#include "programs/keten/sor_year.h"
#include "steps/supervise/asked.h"

#include <fcntl.h>
#include <sys/file.h>

enum { OUT_MAX = 256 << 20, NEAR = 5 };
typedef struct Ask { Cli *c; Local l; bool instance; const Law *law; Lang lang; UiCtx ui; Years years; YearBads bads; Date from, to; const char *dir; } Ask;

/* ---- the list ---- */
static const char *data_word(Str data) {
    return str_eq(data, S("S")) ? N_("statements") : str_eq(data, S("S N")) ? N_("statements and own log") : str_eq(data, S("N")) ? N_("own log") : str_eq(data, S("N R")) ? N_("own log and reports") :
        str_eq(data, S("S R")) ? N_("statements and reports") : N_("reports");
}

static int list(Ask *k) {
    const LawQuestion *const *q = NULL;
    size_t n = ask_questions(k->law, k->c->a, &q);
    Buf b = buf_new(OUT_MAX);
    Json j = json_to(&b, true);
    if (cli_flag(k->c, "json")) json_arr(&j);
    for (size_t i = 0; i < n; i++) {
        if (!cli_flag(k->c, "json")) {
            buf_printf(&b, "%2lld  %-12.*s  " STR_FMT " (" STR_FMT ")\n", (long long)q[i]->number, STR_ARG(q[i]->r.id), STR_ARG(q[i]->text[k->lang]), STR_ARG(tr(&k->ui, data_word(q[i]->data))));
            continue;
        }
        json_obj(&j);
        json_kv_i64(&j, "number", q[i]->number);
        json_kv_str(&j, "question", q[i]->r.id);
        json_kv_str(&j, "name", q[i]->name[k->lang]);
        json_kv_str(&j, "text", q[i]->text[k->lang]);
        json_kv_str(&j, "formula", q[i]->formula[k->lang]);
        json_kv_str(&j, "unit", q[i]->unit);
        json_kv_str(&j, "answered_from", q[i]->data);
        json_kv_bool(&j, "verified", q[i]->r.verified);
        json_end_obj(&j);
    }
    if (cli_flag(k->c, "json")) json_end_arr(&j);
    if (cli_flag(k->c, "json")) buf_ch(&b, '\n');
    law_out(&b);
    return EXIT_YES;
}

/* ---- what there is to ask ---- */
static bool lock_try(Ask *k, int *out_fd) {
    *out_fd = open(path_join(k->c->a, k->dir, ".lock").p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *out_fd >= 0 && flock(*out_fd, LOCK_EX | LOCK_NB) == 0;
}

/* The year files as they are, when they hold what the record names; else brought up to date, or made in memory when that cannot be written. */
static int open_instance(Ask *k) {
    Cli *c = k->c;
    YearCube *v = NULL;
    size_t n = 0;
    int code = EXIT_SYSTEM, lock = -1;
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &k->l, &code)) return code;
    local_as(&k->l, R_SYSTEM | R_ANALYST, ID_NONE, k->l.app.org);
    k->instance = true;
    k->law = k->l.app.law;
    k->dir = instance_path(c->a, &k->l.in, "official/sor");
    if (year_cubes_of(&k->l.c, c->a, k->dir, k->from.y, k->to.y + 1, &v, &n) != OK) return cli_fail(c, EXIT_SYSTEM, "the record cannot be read");
    years_open(c->a, k->dir, k->from.y, k->to.y + 1, &k->years);
    if (years_current(&k->years, v, n)) return EXIT_YES;
    years_close(&k->years);
    if (file_exists(k->dir) && lock_try(k, &lock) && years_update(c->a, k->dir, v, n, &k->bads) == OK) years_open(c->a, k->dir, k->from.y, k->to.y + 1, &k->years);
    else if (years_in_memory(c->a, v, n, &k->years, &k->bads) != OK) code = cli_fail(c, EXIT_SYSTEM, "the day cubes do not fit in a year file");
    else code = EXIT_YES;
    if (lock >= 0) close(lock);
    return k->years.n > 0 || code == EXIT_YES || n == 0 ? EXIT_YES : EXIT_SYSTEM;
}

static int open_folder(Ask *k) {
    Cli *c = k->c;
    YearCube *v = NULL;
    size_t n = 0;
    const char *dir = cli_text(c, "cubes").p;
    Err e = year_cubes_in(c->a, dir, &v, &n);
    if (e == E_MISSING) return cli_fail(c, EXIT_USE, "%s: no such folder", dir);
    if (e != OK) return cli_fail(c, EXIT_NO, "%s: more files than are read at once", dir);
    if (n == 0) return cli_fail(c, EXIT_USE, "%s: no .cube file in it, nor in the folders in it", dir);
    if (years_in_memory(c->a, v, n, &k->years, &k->bads) != OK) return cli_fail(c, EXIT_SYSTEM, "%s: the day cubes do not fit in memory", dir);
    return EXIT_YES;
}

/* ---- as text ---- */
static void text_table(const Ask *k, const AskTable *t, Buf *b) {
    size_t width[16] = { 0 };
    buf_printf(b, "\n  " STR_FMT "\n", STR_ARG(tr(&k->ui, t->title)));
    if (t->rows == 0) buf_printf(b, "    " STR_FMT "\n", STR_ARG(tr(&k->ui, N_("nothing"))));
    for (size_t r = 0; r <= t->rows; r++)
        for (size_t i = 0; i < t->cols_n && i < LEN(width); i++) {
            size_t n = str_utf8_len(r == 0 ? tr(&k->ui, t->cols[i].label) : asked_value(&k->ui, &t->cells[(r - 1) * t->cols_n + i]));
            width[i] = n > width[i] ? n : width[i];
        }
    for (size_t r = 0; r <= t->rows && t->rows > 0; r++) {
        buf_z(b, "   ");
        for (size_t i = 0; i < t->cols_n && i < LEN(width); i++) {
            Str s = r == 0 ? tr(&k->ui, t->cols[i].label) : asked_value(&k->ui, &t->cells[(r - 1) * t->cols_n + i]);
            bool right = t->cols[i].unit != AU_TEXT && t->cols[i].unit != AU_DATE;
            int pad = (int)(width[i] - str_utf8_len(s));
            buf_printf(b, " %*s" STR_FMT "%*s", right ? pad : 0, "", STR_ARG(s), right || i + 1 == t->cols_n ? 0 : pad, "");
        }
        buf_ch(b, '\n');
    }
}

static void text_part(const Ask *k, const AskPart *p, Buf *b) {
    buf_printf(b, "\n" STR_FMT, STR_ARG(asked_days(&k->ui, p)));
    if (p->days > 0) buf_printf(b, " · " STR_FMT, STR_ARG(TRF(&k->ui, "{n} of {all} days read", UA_I("n", p->days_read), UA_I("all", p->days))));
    buf_ch(b, '\n');
    if (p->apart != NULL) buf_printf(b, "  " STR_FMT ": " STR_FMT "\n", STR_ARG(tr(&k->ui, N_("Counted apart"))), STR_ARG(p->apart->text[k->lang]));
    for (size_t i = 0; i < p->figures_n; i++) {
        const AskFigure *f = &p->figures[i];
        buf_printf(b, "  " STR_FMT ": " STR_FMT, STR_ARG(tr(&k->ui, f->label)), STR_ARG(asked_value(&k->ui, &f->v)));
        if (f->v.known && f->v.unit == AU_SHARE && f->v.whole > 0) buf_printf(b, " [%lld / %lld]", (long long)f->v.part, (long long)f->v.whole);
        if (f->how.msgid != NULL) buf_printf(b, ". " STR_FMT, STR_ARG(asked_say(&k->ui, &f->how)));
        buf_ch(b, '\n');
    }
    for (size_t i = 0; i < p->says_n; i++) buf_printf(b, "  " STR_FMT "\n", STR_ARG(asked_say(&k->ui, &p->says[i])));
    for (size_t i = 0; i < p->tables_n; i++) text_table(k, &p->tables[i], b);
}

static void text_beside(const Ask *k, const AskAnswer *x, Buf *b) {
    if (x->gaps_n > 0) buf_printf(b, "\n" STR_FMT ":", STR_ARG(tr(&k->ui, N_("Days that were not read"))));
    for (size_t i = 0; i < x->gaps_n; i++) {
        Str from = date_str(k->c->a, x->gaps[i].from), to = date_str(k->c->a, x->gaps[i].to);
        if (str_eq(from, to)) buf_printf(b, " " STR_FMT, STR_ARG(from));
        else buf_printf(b, " " STR_FMT ".." STR_FMT, STR_ARG(from), STR_ARG(to));
    }
    if (x->gaps_n > 0) buf_ch(b, '\n');
    if (x->defects_n > 0) buf_printf(b, "\n" STR_FMT "\n", STR_ARG(tr(&k->ui, N_("Known defects that touch this"))));
    for (size_t i = 0; i < x->defects_n; i++)
        buf_printf(b, "  " STR_FMT "%s" STR_FMT "\n", STR_ARG(x->defects[i]->text[k->lang]), x->defects[i]->r.verified ? "" : " · ", STR_ARG(x->defects[i]->r.verified ? S("") : tr(&k->ui, N_("not verified"))));
    if (x->caveats_n > 0) buf_printf(b, "\n" STR_FMT "\n", STR_ARG(tr(&k->ui, N_("What it cannot say"))));
    for (size_t i = 0; i < x->caveats_n; i++) buf_printf(b, "  " STR_FMT "\n", STR_ARG(x->caveats[i]->text[k->lang]));
    for (size_t i = 0; i < x->reports_n; i++)
        buf_printf(b, "%s" STR_FMT "\n", i == 0 ? "\n" : "", STR_ARG(TRF(&k->ui, "Report of {name} over {from} to {to}", UA_S("name", x->reports[i]->name), UA_S("from", date_str(k->c->a, x->reports[i]->from)), UA_S("to", date_str(k->c->a, x->reports[i]->to)))));
    if (x->sources_n > 0) buf_printf(b, "\n" STR_FMT "\n", STR_ARG(TRF(&k->ui, "Made of {n} files, {first} to {last}; --json and --csv name each with its hash", UA_I("n", (int64_t)x->sources_n), UA_S("first", x->sources[0]->stem), UA_S("last", x->sources[x->sources_n - 1]->stem))));
    for (size_t i = 0; i < x->unused_n && i < 20; i++) buf_printf(b, "  " STR_FMT ": " STR_FMT "\n", STR_ARG(tr(&k->ui, N_("does not count, another file of that day does"))), STR_ARG(x->unused[i]->stem));
}

static void text_put(const Ask *k, const AskAnswer *x, Buf *b) {
    buf_printf(b, "%lld. " STR_FMT "\n" STR_FMT ": " STR_FMT "\n", (long long)x->q->number, STR_ARG(x->q->text[k->lang]), STR_ARG(tr(&k->ui, N_("How it is counted"))), STR_ARG(x->q->formula[k->lang]));
    buf_printf(b, STR_FMT ": " STR_FMT "\n", STR_ARG(tr(&k->ui, N_("Platform"))), STR_ARG(x->platform.n > 0 ? x->platform : tr(&k->ui, N_("all"))));
    for (size_t i = 0; i < x->says_n; i++) buf_printf(b, STR_FMT "\n", STR_ARG(asked_say(&k->ui, &x->says[i])));
    for (size_t i = 0; i < x->parts_n && x->state == ASK_ANSWERED; i++) text_part(k, &x->parts[i], b);
    text_beside(k, x, b);
}

/* ---- the command ---- */
static int near_say(Ask *k, const char *what, Str wish, const Str *near, size_t n) {
    Buf b = buf_new(8192);
    for (size_t i = 0; i < n; i++) buf_printf(&b, "%s\"" STR_FMT "\"", i == 0 ? "; near: " : ", ", STR_ARG(near[i]));
    int code = cli_fail(k->c, EXIT_USE, "no %s \"" STR_FMT "\"" STR_FMT, what, STR_ARG(wish), STR_ARG(buf_str(&b)));
    buf_free(&b);
    return code;
}

static int no_question(Ask *k, Str wish) {
    const LawQuestion *const *q = NULL;
    size_t n = ask_questions(k->law, k->c->a, &q);
    Str *ids = ARENA_ARRAY(k->c->a, Str, n + 1), near[NEAR];
    for (size_t i = 0; i < n; i++) ids[i] = q[i]->r.id;
    return near_say(k, "question", wish, near, ask_near(k->c->a, ids, n, wish, near, NEAR));
}

/* --report: one platform's report out of files, where there is no instance to have it. */
static int report_given(Ask *k, const AskedWho *who, AskReport *out) {
    RepFile f[REP_FILES_MAX];
    Report *r = ARENA_NEW(k->c->a, Report);
    Buf sums = buf_new(32 * REP_FILES_MAX);
    uint8_t sum[32];
    size_t n = 0;
    const char *why = NULL;
    if (!cli_given(k->c, "report")) return EXIT_YES;
    if (k->instance || who->who.n == 0) return cli_fail(k->c, EXIT_USE, "--report belongs to --cubes and --platform: an instance has the reports that it read");
    for (Str rest = cli_text(k->c, "report"), path; str_split(&rest, '\n', &path);) {
        Err e = n < REP_FILES_MAX ? file_read(k->c->a, str_z(k->c->a, path), REP_BYTES_MAX, &f[n].bytes) : E_LIMIT;
        if (e != OK) return cli_fail(k->c, e == E_LIMIT ? EXIT_NO : EXIT_USE, STR_FMT ": %s", STR_ARG(path), e == E_LIMIT ? "larger than is read (32 MB; 64 files)" : "it cannot be read");
        const char *slash = strrchr(str_z(k->c->a, path), '/');
        f[n].name = slash == NULL ? path : str_c(slash + 1);
        seal_sha256(f[n++].bytes, sum);
        buf_put(&sums, str_bytes(sum, 32));
    }
    if (reported_read(k->c->a, f, n, STR_NONE, r, &why) != OK) return cli_fail(k->c, EXIT_NO, STR_FMT ": %s", STR_ARG(f[0].name), why);
    if (date_parse(r->from, &out->from) != OK || date_parse(r->to, &out->to) != OK || date_cmp(out->from, out->to) > 0) return cli_fail(k->c, EXIT_NO, STR_FMT ": it does not say over which period it is", STR_ARG(f[0].name));
    if (n > 1) seal_sha256(buf_str(&sums), sum);
    buf_free(&sums);
    *out = (AskReport){ .name = who->wish, .who = who->who, .from = out->from, .to = out->to, .sha256 = hex_enc(k->c->a, str_bytes(sum, 32)), .r = r };
    return EXIT_YES;
}

static int answer(Ask *k, const LawQuestion *q) {
    AskedWho who;
    AskAnswer x;
    Str near[NEAR];
    size_t near_n = 0;
    const char *why = "";
    Cli *c = k->c;
    if (asked_who(k->instance ? &k->l.c : NULL, c->a, k->law, &k->years, cli_text(c, "platform"), &who, near, NEAR, &near_n) != OK) return near_say(k, "platform", cli_text(c, "platform"), near, near_n);
    AskReports given = { 0 };
    AskReport *one = ARENA_NEW(c->a, AskReport);
    int code = report_given(k, &who, one);
    if (code != EXIT_YES) return code;
    given = (AskReports){ one, 1 };
    Err e = asked_run(k->instance ? &k->l.c : NULL, c->a, k->law, &k->years, q, &who, k->from, k->to, one->r != NULL ? &given : NULL, &x, &why);
    if (e != OK) return cli_fail(c, e == E_OUTSIDE ? EXIT_SYSTEM : EXIT_USE, "%s", why);
    for (size_t i = 0; i < k->bads.n; i++) (void)cli_fail(c, EXIT_NO, STR_FMT ": %s; its day counts as not read, unless another file has it", STR_ARG(k->bads.v[i].path), k->bads.v[i].why);
    Buf b = buf_new(OUT_MAX);
    if (cli_flag(c, "json")) asked_json(c->a, &x, &b);
    else if (cli_flag(c, "csv")) asked_csv(c->a, &x, &b);
    else text_put(k, &x, &b);
    law_out(&b);
    return k->bads.n > 0 || x.state == ASK_MISSING ? EXIT_NO : EXIT_YES;
}

static int run(Cli *c) {
    Ask k = { .c = c, .lang = LANG_EN };
    int code = EXIT_YES;
    bool data = cli_given(c, "data"), cubes = cli_given(c, "cubes");
    if (!law_lang(c, &k.lang, &code) || !law_date(c, "from", &k.from, &code) || !law_date(c, "to", &k.to, &code) || !law_cli_open(c, &k.law, &code)) return code;
    k.ui = ui_plain(c->a, k.lang, 0);
    if (c->args_n == 0) return list(&k);
    const LawQuestion *q = ask_question(k.law, str_c(c->args[0]));
    if (q == NULL) return no_question(&k, str_c(c->args[0]));
    if (cli_flag(c, "json") && cli_flag(c, "csv")) return cli_fail(c, EXIT_USE, "--json or --csv, not both");
    if (data == cubes) return cli_fail(c, EXIT_USE, "one of --data (an instance) and --cubes (a folder of day cubes)");
    if (!cli_given(c, "from") || !cli_given(c, "to")) return cli_fail(c, EXIT_USE, "--from and --to: the first and the last day");
    if (date_cmp(k.from, k.to) > 0) return cli_fail(c, EXIT_USE, "--from lies after --to");
    if (date_days(k.to) - date_days(k.from) >= ASK_DAYS_MAX) return cli_fail(c, EXIT_USE, "a window is at most ten years");
    code = data ? open_instance(&k) : open_folder(&k);
    if (code == EXIT_YES) code = answer(&k, q);
    if (data) years_close(&k.years);
    if (k.instance) local_close(&k.l);
    return code;
}

static const Opt opts[] = {
    { OPT_TEXT, "data", "DIR", "the instance's directory" },
    { OPT_TEXT, "cubes", "DIR", "instead of an instance: a folder of day cubes (.cube), with their extracts beside them" },
    { OPT_TEXT, "platform", "NAME", "a code of the register, or a name in the database; left out: all of them, in a table" },
    { OPT_TEXT, "report", "FILE", "with --cubes and --platform: its transparency report (an XLSX, a zip of CSVs, or a CSV; several times for several CSVs)", .many = true },
    { OPT_TEXT, "from", "DATE", "the first day" },
    { OPT_TEXT, "to", "DATE", "the last day" },
    { OPT_TEXT, "lang", "LANG", "nl or en", .otherwise = "en" },
    { OPT_TEXT, "dir", "DIR", "tables of the law (questions, defects, names, caveats) instead of those compiled in, with --cubes" },
    { OPT_FLAG, "csv", .help = "one value a line, with sources" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_sor_ask = { .name = "ask", .summary = "a question of a supervisor over the official data and the own log", .args = "[QUESTION]", .args_min = 0, .args_max = 1, .opts = opts, .run = run,
    .help = "QUESTION is a code or a number; without it the questions are listed. With each answer stand the days that were not read, the known\n"
            "defects that touch it, what the data cannot say, and the files it was made of. A window over 1 July 2025 is answered in parts, and so\n"
            "are days that a registered defect touches. What was not read is missing, never zero. Exit code 1: a day cube is damaged, or what the\n"
            "question needs was not read at all." };
