/* cmd_sor_compare.c - keten sor compare: what a platform reported beside its statements in the database and beside our own notices. */
#include "foundation/base/json.h"
#include "programs/keten/cmd_sor.h"
#include "steps/supervise/reported_state.h"

typedef struct Compared { ReportedRow row; Report r; ReportedStatements s; RepBeside *v; size_t n; RepOwn own; RepOwnBeside beside; bool flagger; } Compared;

static const char *own_words(const Compared *k) {
    if (!k->flagger) return "this organisation is no trusted flagger: its notices are not among those that the report counts apart";
    if (k->beside.notices == RO_NO_FLAGGER && k->beside.items == RO_NO_FLAGGER) return "no notice was sent to this platform from here in this period";
    if (k->beside.notices == RO_SHORT || k->beside.items == RO_SHORT) return "the report counts fewer than we alone sent";
    return "ours fit in what the report counts";
}

static Str number(Cli *c, bool known, int64_t v) { return known ? str_fmt(c->a, "%lld", (long long)v) : S("not given"); }
static Str ratio(Cli *c, const Compared *k, const RepBeside *b) {
    if (k->s.days_read < k->s.days) return S("-");
    return b->ratio_known ? str_fmt(c->a, "%.2f", b->ratio) : S("-");
}

static void say_text(Cli *c, const Compared *k) {
    printf("Report over " STR_FMT " to " STR_FMT "; statements of %lld of the %lld days were read%s.\n", STR_ARG(k->row.from), STR_ARG(k->row.to), (long long)k->s.days_read, (long long)k->s.days,
        k->s.days_read < k->s.days ? ", so no ratio is given" : "");
    printf("  %-62s %-16s %12s %12s %8s\n", "category", "what", "report", "statements", "ratio");
    for (size_t i = 0; i < k->n && k->s.days_read > 0; i++) {
        const RepBeside *b = &k->v[i];
        printf("  %-62.*s %-16s %12.*s %12lld %8.*s\n", STR_ARG(b->category), rep_pair_codes[b->pair], STR_ARG(number(c, b->reported_known, b->reported)), (long long)b->statements, STR_ARG(ratio(c, k, b)));
    }
    printf("Our own notices: %lld, about %lld items. Reported for all trusted flaggers: " STR_FMT " notices, " STR_FMT " items: %s.\n", (long long)k->own.notices, (long long)k->own.items,
        STR_ARG(number(c, k->beside.notices != RO_NOT_GIVEN, k->beside.notices_reported)), STR_ARG(number(c, k->beside.items != RO_NOT_GIVEN, k->beside.items_reported)), own_words(k));
    printf("What cannot be compared:\n");
    for (size_t i = 0; rep_cannot_compare[i] != NULL; i++) printf("  %s\n", rep_cannot_compare[i]);
}

static void say_json(Cli *c, const Compared *k) {
    Buf b = buf_new(4 << 20);
    Json j = json_to(&b, true);
    (void)c;
    json_obj(&j);
    json_kv_str(&j, "platform", k->row.platform);
    json_kv_str(&j, "from", k->row.from);
    json_kv_str(&j, "to", k->row.to);
    json_kv_i64(&j, "days", k->s.days);
    json_kv_i64(&j, "days_read", k->s.days_read);
    json_key(&j, S("beside"));
    json_arr(&j);
    for (size_t i = 0; i < k->n && k->s.days_read > 0; i++) {
        const RepBeside *x = &k->v[i];
        json_obj(&j);
        json_kv_str(&j, "category", x->category);
        json_kv_str(&j, "what", str_c(rep_pair_codes[x->pair]));
        json_key(&j, S("reported"));
        if (x->reported_known) json_i64(&j, x->reported);
        else json_nil(&j);
        json_kv_i64(&j, "statements", x->statements);
        json_key(&j, S("ratio"));
        if (x->ratio_known && k->s.days_read == k->s.days) json_f64(&j, x->ratio);
        else json_nil(&j);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_key(&j, S("own"));
    json_obj(&j);
    json_kv_bool(&j, "trusted_flagger", k->flagger);
    json_kv_i64(&j, "notices", k->own.notices);
    json_kv_i64(&j, "items", k->own.items);
    json_key(&j, S("reported_notices"));
    if (k->beside.notices != RO_NOT_GIVEN) json_i64(&j, k->beside.notices_reported);
    else json_nil(&j);
    json_key(&j, S("reported_items"));
    if (k->beside.items != RO_NOT_GIVEN) json_i64(&j, k->beside.items_reported);
    else json_nil(&j);
    json_kv_bool(&j, "report_is_short", k->beside.notices == RO_SHORT || k->beside.items == RO_SHORT);
    json_end_obj(&j);
    json_key(&j, S("cannot_compare"));
    json_arr(&j);
    for (size_t i = 0; rep_cannot_compare[i] != NULL; i++) json_str(&j, str_c(rep_cannot_compare[i]));
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static int run(Cli *c) {
    Local l = { 0 };
    Compared k = { .n = 0 };
    ReportedRow *rows = NULL;
    size_t n = 0;
    int code = EXIT_YES;
    Str to = cli_text(c, "to");
    if (!local_open(c, cli_text(c, "data").p, DB_READ, &l, &code)) return code;
    local_as(&l, R_SYSTEM | R_ANALYST, ID_NONE, l.app.org);
    Err e = reported_rows(&l.c, cli_text(c, "platform"), false, &rows, &n);
    size_t i = 0;
    while (e == OK && i < n && to.n > 0 && !str_eq(rows[i].to, to)) i++;
    if (e == OK && i < n) {
        k.row = rows[i];
        e = reported_open(&l.c, &k.row, &k.r, NULL);
        if (e == OK) e = reported_statements(&l.c, &k.row, &k.s);
        if (e == OK) e = reported_own(&l.c, &k.row, &k.own, &k.flagger);
    }
    if (e != OK) {
        code = cli_fail(c, EXIT_SYSTEM, "the record does not answer");
    } else if (i == n) {
        code = cli_fail(c, EXIT_NO, "no transparency report of this platform%s was read here; keten sor report does that", to.n > 0 ? " that ends on that day" : "");
    } else {
        k.beside = reported_beside_own(&k.r, k.flagger, k.own);
        reported_beside(c->a, &k.r, k.s.v, k.s.n, &k.v, &k.n);
        if (cli_flag(c, "json")) say_json(c, &k);
        else say_text(c, &k);
        if (k.s.damaged) (void)cli_fail(c, EXIT_NO, "a year file of the statements is damaged; keten sor ask makes it anew");
        if (k.beside.notices == RO_SHORT || k.beside.items == RO_SHORT) code = EXIT_NO;
    }
    local_close(&l);
    return code;
}

static const Opt opts[] = {
    OPT_DATA,
    { OPT_TEXT, "platform", "CODE", "as the register calls it", .required = true },
    { OPT_TEXT, "to", "DATE", "the report whose period ends on this day; else the newest" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_sor_compare = { .name = "compare", .summary = "a transparency report beside the platform's statements and beside our own notices", .args = "", .opts = opts, .run = run,
    .help = "By category: what the report says was acted on after notices and at the platform's own initiative, and how many statements the database\n"
            "has of it. A ratio only when every day of the period was read. What cannot be compared is said. Exit code 1: there is no report, or it\n"
            "counts fewer notices of trusted flaggers than we alone sent." };
