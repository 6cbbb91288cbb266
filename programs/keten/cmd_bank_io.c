/* cmd_bank_io.c - lists into a bank and out of it. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/keten/cmd_bank.h"

enum { REFUSED_SHOWN = 20, FLUSH_AT = 1 << 16 };
typedef struct Taken { int64_t added, there, refused, conflicts; Arena *scratch; BankHit hits[BANK_HITS_MAX]; /* all that are near one: those of its own lane may be many */ } Taken;

static void refuse(Cli *c, Taken *t, const char *name, size_t line, const char *why) {
    if (t->refused++ < REFUSED_SHOWN) (void)cli_fail(c, EXIT_NO, "%s, line %zu: %s", name, line, why);
}

/* One that is near an entry of the other lane: it is added to its own, and somebody should look. */
static Err conflicts(Cli *c, Bank *b, const BankLine *l, Taken *t) {
    size_t n = 0;
    TRY(bank_match(b, l->signal, l->hash, PDQ_RADIUS, l->at, true, t->hits, LEN(t->hits), &n));
    for (size_t i = 0; i < n && i < LEN(t->hits); i++) {
        const BankHit *h = &t->hits[i];
        BankLine other = bank_line(b, h->entry);
        if (other.lane == l->lane) continue;
        if (t->conflicts++ < REFUSED_SHOWN) (void)cli_fail(c, EXIT_NO, "conflict: entry %u (%s) is %d bits from entry %u of %s (%s)", l->entry, bank_lane_name(l->lane), h->distance, h->entry, other.source, bank_lane_name(other.lane));
        break;
    }
    return OK;
}

/* One batch, durable together; then, with --confirmed-by, in force. */
static Err put_in(Cli *c, Bank *b, BankLine *lines, size_t n, Taken *t) {
    size_t added = 0, k = 0;
    Str by = cli_text(c, "confirmed-by");
    TRY(bank_add(b, lines, n, &added));
    t->added += (int64_t)added;
    t->there += (int64_t)(n - added);
    for (size_t i = 0; i < n; i++)
        if (lines[i].entry != 0) TRY(conflicts(c, b, &lines[i], t));
    if (by.n == 0 || added == 0) return OK;
    uint32_t *entries = ARENA_ARRAY(t->scratch, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        if (lines[i].entry != 0) entries[k++] = lines[i].entry;
    return bank_change(b, BANK_CONFIRM, entries, k, by, lines[0].at);
}

int bank_take(Cli *c, Bank *b, Str text, const BankLine *otherwise, const char *name) {
    BankLine *lines = ARENA_ARRAY(c->a, BankLine, BANK_AT_ONCE);
    Taken t = { .scratch = arena_new(1 << 20) };
    BankText in;
    const char *why = NULL;
    size_t n = 0;
    Arena *a = arena_new((size_t)256 << 20);
    Progress bar = progress_start("hashes");
    bank_text_open(c->a, text, &in);
    Err e = OK, row = OK;
    while (e == OK && (row = bank_text_next(a, &in, otherwise, &lines[n], &why)) != E_MISSING) {
        if (row == OK) why = bank_refusal(&lines[n]);
        if (why != NULL) refuse(c, &t, name, in.line, why);
        else n++;
        arena_reset(a);
        if (n < BANK_AT_ONCE) continue;
        e = put_in(c, b, lines, n, &t);
        arena_reset(t.scratch);
        n = 0;
        progress_show(&bar, t.added + t.there, 0);
    }
    if (e == OK && n > 0) e = put_in(c, b, lines, n, &t);
    progress_end(&bar);
    arena_free(a);
    arena_free(t.scratch);
    if (t.refused > REFUSED_SHOWN) (void)cli_fail(c, EXIT_NO, "%s: and %lld more lines refused", name, (long long)(t.refused - REFUSED_SHOWN));
    if (cli_flag(c, "json")) printf("{\"added\": %lld, \"there_already\": %lld, \"refused\": %lld, \"conflicts\": %lld}\n", (long long)t.added, (long long)t.there, (long long)t.refused, (long long)t.conflicts);
    else printf("%lld added, %lld there already, %lld refused, %lld in conflict with the other lane\n", (long long)t.added, (long long)t.there, (long long)t.refused, (long long)t.conflicts);
    if (e == E_DENIED) return cli_fail(c, EXIT_NO, "this bank follows an instance: hashes come into it there");
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the bank cannot be written (%s): what is counted above is there, the rest is not", err_name(e));
    return t.refused > 0 || t.added + t.there == 0 ? EXIT_NO : EXIT_YES;
}

static int run_import(Cli *c) {
    Bank *b = NULL;
    BankLine otherwise;
    Str text = STR_NONE;
    int code = EXIT_SYSTEM;
    if (!cli_bank_line(c, &otherwise, &code)) return code;
    Err e = cli_read(c->a, c->args[0], TEXT_MAX, &text);
    if (e != OK) return cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s %s", c->args[0], e == E_MISSING ? "is not there" : e == E_LIMIT ? "is larger than 1 GB" : "cannot be read");
    if (!cli_bank(c, true, &b, &code)) return code;
    code = bank_take(c, b, text, &otherwise, c->args[0]);
    bank_close(b);
    return code;
}

/* ---- export ---- */

typedef struct Wanted { BankLane lane; BankSignal signal; bool all; UnixMs now; } Wanted;

static bool wanted(const Wanted *w, const BankLine *l, BankState state) {
    if (l->kind != BANK_ADD || l->lane != w->lane || (w->signal != SIGNAL_NONE && l->signal != w->signal)) return false;
    return w->all || (state == STATE_ACTIVE && (l->consent_until == 0 || l->consent_until > w->now));
}

static int run_export(Cli *c) {
    Bank *b = NULL;
    int code = EXIT_SYSTEM;
    Wanted w = { .all = cli_flag(c, "all"), .now = cli_now() };
    Str format = cli_text(c, "format"), signal = cli_text(c, "signal");
    bool csv = str_eq(format, S("csv"));
    if (!csv && !str_eq(format, S("text"))) return cli_fail(c, EXIT_USE, "--format is csv or text");
    if (!csv && w.all) return cli_fail(c, EXIT_USE, "a text list has no state: only what is in force goes into it");
    if (bank_lane_parse(cli_text(c, "lane"), &w.lane) != OK) return cli_fail(c, EXIT_USE, "--lane is adult or minor");
    if (signal.n > 0 && bank_signal_parse(signal, &w.signal) != OK) return cli_fail(c, EXIT_USE, "--signal is pdq, sha256, md5 or url");
    if (!cli_bank(c, false, &b, &code)) return code;
    Arena *a = arena_new(16 << 20);
    Buf out = buf_new(1 << 20);
    bool good = true;
    if (csv) bank_text_head(&out);
    for (uint32_t i = 1; i <= bank_lines(b) && good; i++) {
        BankLine l = bank_line(b, i);
        if (!wanted(&w, &l, bank_state(b, i))) continue;
        if (csv) bank_text_put(a, &out, &l, bank_state(b, i));
        else buf_printf(&out, "%s " STR_FMT "\n", bank_signal_name(l.signal), STR_ARG(bank_hash_hex(a, l.signal, l.hash)));
        arena_reset(a);
        if (out.n < FLUSH_AT) continue;
        good = fwrite(out.p, 1, out.n, stdout) == out.n;
        buf_clear(&out);
    }
    if (good && out.n > 0) good = fwrite(out.p, 1, out.n, stdout) == out.n;
    buf_free(&out);
    arena_free(a);
    bank_close(b);
    return good ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "the list cannot be written");
}

static const Opt import_opts[] = {
    OPT_BANK,
    { OPT_TEXT, "source", "NAME", "who brings them, where a row does not say" },
    { OPT_TEXT, "lane", "LANE", "adult or minor, where a row does not say; unknown age is minor", .otherwise = "minor" },
    { OPT_TEXT, "signal", "KIND", "pdq, sha256, md5 or url, where a row does not say", .otherwise = "pdq" },
    { OPT_TEXT, "front", "KIND", "which front end made them: full, 512 or unknown", .otherwise = "unknown" },
    { OPT_TEXT, "consent-until", "DATE", "when the consent ends, where a row does not say" },
    { OPT_TEXT, "confirmed-by", "NAME", "the person who confirms them: they are in force at once" },
    OPT_JSON,
    { OPT_END },
};
static const Opt export_opts[] = {
    OPT_BANK,
    { OPT_TEXT, "format", "KIND", "csv, or text: one \"signal hash\" a line, as public tools read it", .otherwise = "csv" },
    { OPT_TEXT, "lane", "LANE", "adult or minor; never both in one list", .otherwise = "adult" },
    { OPT_TEXT, "signal", "KIND", "only pdq, sha256, md5 or url" },
    { OPT_FLAG, "all", .help = "also what is not in force, with its state" },
    { OPT_END },
};
const Cmd cmd_bank_import = { .name = "import", .summary = "take in a list of hashes", .args = "FILE", .args_min = 1, .args_max = 1, .opts = import_opts, .run = run_import,
    .help = "FILE (or - for standard input) is CSV with a head that names hash, and if it likes signal, quality, front, lane, source,\n"
            "consent_until; or one hash a line. What is refused is said with its line; exit code 1 then. What was there already from the\n"
            "same source is not added again." };
const Cmd cmd_bank_export = { .name = "export", .summary = "print what is in force as a list", .args = "", .opts = export_opts, .run = run_export };
