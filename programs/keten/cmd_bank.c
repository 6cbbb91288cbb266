/* cmd_bank.c - a bank of hashes: what is looked for, from whom, and what became of it. */
#include "programs/keten/cmd_bank.h"

#include "core/case/url.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

enum { SOURCES_MAX = 1024 };

UnixMs cli_now(void) {
    const SysClock clock = { 0 };
    return sys_now(&clock);
}

bool cli_bank(Cli *c, bool write, Bank **out, int *out_code) {
    Str why = STR_NONE;
    const char *dir = cli_text(c, "bank").p;
    (void)!sys_become_owner(dir); /* so that what root adds can be read by whom the bank belongs to; a bank of root's own stays so */
    Err e = bank_open(c->a, dir, write, out, &why);
    if (e != OK) *out_code = cli_fail(c, e == E_MISSING ? EXIT_USE : e == E_INPUT ? EXIT_NO : EXIT_SYSTEM, "%s: " STR_FMT "%s", dir, STR_ARG(why), e == E_MISSING ? " (keten bank make makes one)" : "");
    return e == OK;
}

bool cli_bank_line(Cli *c, BankLine *out, int *out_code) {
    BankLine l = { .kind = BANK_ADD, .quality = BANK_QUALITY_UNKNOWN, .at = cli_now() };
    Str source = cli_text(c, "source"), until = cli_text(c, "consent-until");
    const char *wrong = NULL;
    if (source.n > BANK_SOURCE_MAX) wrong = "--source is at most 47 bytes";
    else if (bank_lane_parse(cli_text(c, "lane"), &l.lane) != OK) wrong = "--lane is adult or minor";
    else if (bank_signal_parse(cli_text(c, "signal"), &l.signal) != OK) wrong = "--signal is pdq, sha256, md5 or url";
    else if (bank_front_parse(cli_text(c, "front"), &l.front) != OK) wrong = "--front is full, 512 or unknown";
    else if (until.n > 0 && when_parse(zone_utc(), until, &l.consent_until) != OK) wrong = "--consent-until is a date (2027-03-01), or an instant with its zone";
    else if (cli_text(c, "confirmed-by").n > BANK_SOURCE_MAX) wrong = "--confirmed-by is at most 47 bytes";
    if (wrong != NULL) {
        *out_code = cli_fail(c, EXIT_USE, "%s", wrong);
        return false;
    }
    if (source.n > 0) memcpy(l.source, source.p, source.n);
    *out = l;
    return true;
}

static int run_make(Cli *c) {
    const char *dir = cli_text(c, "bank").p;
    Err e = bank_make(dir);
    if (e == E_CONFLICT) return cli_fail(c, EXIT_NO, "%s: there is a bank there already", dir);
    return e == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "%s cannot be made (%s)", dir, err_name(e));
}

/* The arguments as lines "signal hash". An address stands for the SHA-256 of its one canonical spelling. */
static bool words(Cli *c, BankSignal signal, Str *out, int *out_code) {
    Buf b = buf_new(ARGS_MAX * 128);
    for (size_t i = 0; i < c->args_n; i++) {
        Str word = str_c(c->args[i]);
        uint8_t digest[32];
        WebUrl url;
        UrlWrong wrong = URL_GOOD;
        if (signal == SIGNAL_URL && bank_hash_parse(signal, word, digest) != OK) {
            if (url_parse(c->a, word, STR_NONE, &url, &wrong) != OK) {
                *out_code = cli_fail(c, EXIT_USE, "%s: %s", c->args[i], url_wrong_msgid(wrong));
                buf_free(&b);
                return false;
            }
            seal_sha256(url.text, digest);
            word = hex_enc(c->a, str_bytes(digest, 32));
        }
        buf_printf(&b, "%s ", bank_signal_name(signal));
        buf_put(&b, word);
        buf_ch(&b, '\n');
    }
    *out = str_dup(c->a, buf_str(&b));
    bool good = buf_err(&b) == OK;
    buf_free(&b);
    if (!good) *out_code = cli_fail(c, EXIT_USE, "arguments too long");
    return good;
}

/* ---- add ---- */

static int run_add(Cli *c) {
    Bank *b = NULL;
    BankLine otherwise;
    Str text = STR_NONE;
    int code = EXIT_SYSTEM;
    bool from_stdin = c->args_n == 1 && strcmp(c->args[0], "-") == 0;
    if (!cli_bank_line(c, &otherwise, &code)) return code;
    if (cli_given(c, "quality")) otherwise.quality = (uint8_t)cli_int(c, "quality");
    if (from_stdin && cli_read(c->a, "-", TEXT_MAX, &text) != OK) return cli_fail(c, EXIT_SYSTEM, "standard input cannot be read");
    if (!from_stdin && !words(c, otherwise.signal, &text, &code)) return code;
    if (!cli_bank(c, true, &b, &code)) return code;
    code = bank_take(c, b, text, &otherwise, from_stdin ? "standard input" : "argument");
    bank_close(b);
    return code;
}

/* ---- remove, confirm, dispute ---- */

/* Numbers of entries: the arguments, or with - the lines of standard input. */
static bool entries_of(Cli *c, uint32_t **out, size_t *out_n, int *out_code) {
    bool from_stdin = c->args_n == 1 && strcmp(c->args[0], "-") == 0;
    Str text = STR_NONE, word = STR_NONE;
    size_t n = 0, most = c->args_n;
    if (from_stdin && cli_read(c->a, "-", TEXT_MAX, &text) != OK) {
        *out_code = cli_fail(c, EXIT_SYSTEM, "standard input cannot be read");
        return false;
    }
    for (size_t i = 0; i < text.n; i++) most += text.p[i] == '\n';
    uint32_t *v = ARENA_ARRAY(c->a, uint32_t, most + 1);
    for (size_t i = 0; from_stdin ? str_split(&text, '\n', &word) : i < c->args_n; i++) {
        int64_t number = 0;
        if (!from_stdin) word = str_c(c->args[i]);
        word = str_trim(word);
        if (from_stdin && word.n == 0) continue;
        if (str_i64(word, 1, BANK_RECORDS_MAX, &number) != OK) {
            *out_code = cli_fail(c, EXIT_USE, STR_FMT " is no number of an entry", STR_ARG(str_sub(word, 0, 80)));
            return false;
        }
        v[n++] = (uint32_t)number;
    }
    *out = v;
    *out_n = n;
    return true;
}

static int change(Cli *c, BankKind kind, const char *done) {
    Bank *b = NULL;
    int code = EXIT_SYSTEM;
    uint32_t *entries = NULL;
    size_t n = 0;
    Str by = cli_text(c, "by");
    if (by.n == 0 || by.n > BANK_SOURCE_MAX) return cli_fail(c, EXIT_USE, "--by is a name of at most 47 bytes");
    if (!entries_of(c, &entries, &n, &code)) return code;
    if (!cli_bank(c, true, &b, &code)) return code;
    Err e = bank_change(b, kind, entries, n, by, cli_now());
    bank_close(b);
    if (e == E_DENIED) return cli_fail(c, EXIT_NO, "this bank follows an instance: what is in force is decided there");
    if (e == E_MISSING) return cli_fail(c, EXIT_NO, "one of these is no entry, or removed already: nothing was changed");
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the bank cannot be written (%s): nothing was changed", err_name(e));
    printf("%zu %s\n", n, done);
    return EXIT_YES;
}
static int run_remove(Cli *c) { return change(c, BANK_REMOVE, "removed"); }
static int run_confirm(Cli *c) { return change(c, BANK_CONFIRM, "in force"); }
static int run_dispute(Cli *c) { return change(c, BANK_DISPUTE, "out of force, as disputed"); }

/* ---- match ---- */

typedef struct Matching { Cli *c; Bank *b; int radius; bool all, json, count; UnixMs now; Json j; Buf out; int64_t asked, matched, bad; BankHit hits[BANK_HITS_MAX]; } Matching;

static void say_hit(Matching *m, Arena *a, Str hex, const BankHit *h) {
    BankLine l = bank_line(m->b, h->entry);
    const char *state = bank_state_name(bank_state(m->b, h->entry));
    bool ended = l.consent_until != 0 && l.consent_until <= m->now;
    if (!m->json) {
        buf_printf(&m->out, STR_FMT " distance %d entry %u %s %s%s, matched %u times, %s\n", STR_ARG(hex), h->distance, h->entry, bank_lane_name(l.lane), state, ended ? " (consent ended)" : "", bank_counted(m->b, h->entry), l.source);
        return;
    }
    json_obj(&m->j);
    json_kv_i64(&m->j, "entry", h->entry);
    json_kv_i64(&m->j, "distance", h->distance);
    json_kv_str(&m->j, "hash", bank_hash_hex(a, l.signal, l.hash));
    json_kv_str(&m->j, "lane", str_c(bank_lane_name(l.lane)));
    json_kv_str(&m->j, "state", str_c(state));
    json_kv_str(&m->j, "source", str_c(l.source));
    json_kv_str(&m->j, "front", str_c(bank_front_name(l.front)));
    json_key(&m->j, S("quality"));
    if (l.quality == BANK_QUALITY_UNKNOWN) json_nil(&m->j);
    else json_i64(&m->j, l.quality);
    json_kv_i64(&m->j, "matched", bank_counted(m->b, h->entry));
    json_kv_bool(&m->j, "consent_ended", ended);
    json_end_obj(&m->j);
}

static Err match_one(Matching *m, Arena *a, const BankLine *q) {
    size_t n = 0, held = 0;
    Str hex = bank_hash_hex(a, q->signal, q->hash);
    TRY(bank_match(m->b, q->signal, q->hash, m->radius, m->now, m->all, m->hits, BANK_HITS_MAX, &n));
    held = n < BANK_HITS_MAX ? n : BANK_HITS_MAX;
    if (m->count && held > 0) TRY(bank_count(m->b, m->hits, held));
    m->asked++;
    m->matched += n > 0;
    if (m->json) {
        json_obj(&m->j);
        json_kv_str(&m->j, "asked", hex);
        json_kv_i64(&m->j, "found", (int64_t)n);
        json_key(&m->j, S("matches"));
        json_arr(&m->j);
    }
    for (size_t i = 0; i < held; i++) say_hit(m, a, hex, &m->hits[i]);
    if (m->json) {
        json_end_arr(&m->j);
        json_end_obj(&m->j);
    }
    if (m->out.n > 1 << 16) {
        if (fwrite(m->out.p, 1, m->out.n, stdout) != m->out.n) return E_OUTSIDE;
        buf_clear(&m->out);
    }
    return OK;
}

static int match_all(Matching *m, Str text, const BankLine *otherwise) {
    BankText in;
    BankLine q;
    const char *why = NULL;
    Arena *a = arena_new(64 << 20);
    Err e = OK, row = OK;
    bank_text_open(m->c->a, text, &in);
    while (e == OK && (row = bank_text_next(a, &in, otherwise, &q, &why)) != E_MISSING) {
        if (row == OK) e = match_one(m, a, &q);
        else (void)cli_fail(m->c, EXIT_USE, "hash %zu: %s", in.line, why);
        m->bad += row != OK;
        arena_reset(a);
    }
    arena_free(a);
    if (m->json) json_end_arr(&m->j);
    if (m->json) buf_ch(&m->out, '\n');
    if (e == OK && m->out.n > 0 && fwrite(m->out.p, 1, m->out.n, stdout) != m->out.n) e = E_OUTSIDE;
    if (e != OK) return cli_fail(m->c, EXIT_SYSTEM, "the bank cannot be read, or the answer not written (%s)", err_name(e));
    if (m->bad > 0) return EXIT_USE;
    return m->matched > 0 ? EXIT_YES : EXIT_NO;
}

static int run_match(Cli *c) {
    Matching *m = ARENA_NEW(c->a, Matching);
    BankLine otherwise = { .quality = BANK_QUALITY_UNKNOWN };
    Str text = STR_NONE;
    int code = EXIT_SYSTEM;
    bool from_stdin = c->args_n == 1 && strcmp(c->args[0], "-") == 0;
    if (bank_signal_parse(cli_text(c, "signal"), &otherwise.signal) != OK) return cli_fail(c, EXIT_USE, "--signal is pdq, sha256, md5 or url");
    if (from_stdin && cli_read(c->a, "-", TEXT_MAX, &text) != OK) return cli_fail(c, EXIT_SYSTEM, "standard input cannot be read");
    if (!from_stdin && !words(c, otherwise.signal, &text, &code)) return code;
    *m = (Matching){ .c = c, .radius = (int)cli_int(c, "radius"), .all = cli_flag(c, "all"), .json = cli_flag(c, "json"), .count = cli_flag(c, "count"), .now = cli_now(), .out = buf_new(8 << 20) };
    if (!cli_bank(c, false, &m->b, &code)) return code;
    m->j = json_to(&m->out, true);
    if (m->json) json_arr(&m->j);
    code = match_all(m, text, &otherwise);
    bank_close(m->b);
    buf_free(&m->out);
    return code;
}

/* ---- stats ---- */

typedef struct Tally { char source[BANK_SOURCE_MAX + 1]; int64_t by_state[STATES], confirmed, disputed, matched; } Tally;

static Tally *tally_of(Tally *v, size_t *n, const char *source) {
    for (size_t i = 0; i < *n; i++)
        if (strcmp(v[i].source, source) == 0) return &v[i];
    if (*n == SOURCES_MAX) return &v[SOURCES_MAX - 1];
    if (*n == SOURCES_MAX - 1) source = "(all other sources)"; /* a list can name as many as it likes */
    memcpy(v[*n].source, source, strlen(source) + 1);
    return &v[(*n)++];
}

static size_t count(Bank *b, Tally *v, int64_t lanes[LANES_N], int64_t signals[SIGNALS]) {
    size_t n = 0;
    for (uint32_t i = 1; i <= bank_lines(b); i++) {
        BankLine l = bank_line(b, i);
        if (l.kind == BANK_ADD) {
            BankState s = bank_state(b, i);
            Tally *t = tally_of(v, &n, l.source);
            t->by_state[s]++;
            t->matched += bank_counted(b, i);
            lanes[l.lane] += s != STATE_REMOVED;
            signals[l.signal] += s != STATE_REMOVED;
        } else if (l.kind == BANK_CONFIRM || l.kind == BANK_DISPUTE) {
            BankLine of = bank_line(b, l.entry);
            Tally *t = tally_of(v, &n, of.source);
            t->confirmed += l.kind == BANK_CONFIRM;
            t->disputed += l.kind == BANK_DISPUTE;
        }
    }
    return n;
}

static void stats_json(Cli *c, const Tally *v, size_t n, const int64_t *lanes, const int64_t *signals) {
    Buf b = buf_new(4 << 20);
    Json j = json_to(&b, true);
    (void)c;
    json_obj(&j);
    for (int i = 1; i < LANES_N; i++) json_kv_i64(&j, bank_lane_name((BankLane)i), lanes[i]);
    for (int i = 1; i < SIGNALS; i++) json_kv_i64(&j, bank_signal_name((BankSignal)i), signals[i]);
    json_key(&j, S("sources"));
    json_arr(&j);
    for (size_t i = 0; i < n; i++) {
        json_obj(&j);
        json_kv_str(&j, "source", str_c(v[i].source));
        for (int s = 1; s < STATES; s++) json_kv_i64(&j, bank_state_name((BankState)s), v[i].by_state[s]);
        json_kv_i64(&j, "matched", v[i].matched);
        json_kv_i64(&j, "confirmed_by_people", v[i].confirmed);
        json_kv_i64(&j, "disputed_by_people", v[i].disputed);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

static int run_stats(Cli *c) {
    Bank *b = NULL;
    int code = EXIT_SYSTEM;
    int64_t lanes[LANES_N] = { 0 }, signals[SIGNALS] = { 0 };
    Tally *v = ARENA_ARRAY(c->a, Tally, SOURCES_MAX);
    if (!cli_bank(c, false, &b, &code)) return code;
    size_t n = count(b, v, lanes, signals);
    if (cli_flag(c, "json")) {
        stats_json(c, v, n, lanes, signals);
    } else {
        printf("entries not removed: %lld adult, %lld minor; %lld pdq, %lld sha256, %lld md5, %lld url\n", (long long)lanes[LANE_ADULT], (long long)lanes[LANE_MINOR], (long long)signals[SIGNAL_PDQ],
            (long long)signals[SIGNAL_SHA256], (long long)signals[SIGNAL_MD5], (long long)signals[SIGNAL_URL]);
        for (size_t i = 0; i < n; i++) {
            const Tally *t = &v[i];
            printf("%s: %lld in force, %lld in quarantine, %lld disputed, %lld removed; matched %lld times", t->source, (long long)t->by_state[STATE_ACTIVE], (long long)t->by_state[STATE_QUARANTINE], (long long)t->by_state[STATE_DISPUTED], (long long)t->by_state[STATE_REMOVED], (long long)t->matched);
            if (t->confirmed + t->disputed > 0) printf("; judged by people %lld, of which confirmed %lld (%.0f %%)", (long long)(t->confirmed + t->disputed), (long long)t->confirmed, 100.0 * (double)t->confirmed / (double)(t->confirmed + t->disputed));
            printf("\n");
        }
        if (n == 0) printf("the bank is empty\n");
    }
    bank_close(b);
    return EXIT_YES;
}

static int run_verify(Cli *c) {
    Bank *b = NULL;
    Str why = STR_NONE;
    int code = EXIT_SYSTEM;
    if (!cli_bank(c, false, &b, &code)) return code;
    Err e = bank_verify(c->a, b, (size_t)cli_int(c, "samples"), &why);
    bool good = e == OK && bank_index_note(b).n == 0;
    if (e != OK) printf("NOT in order: " STR_FMT "\n", STR_ARG(why));
    else printf("record in order: %u lines; index %s" STR_FMT "\n", bank_lines(b), bank_index_note(b).n > 0 ? "on the disk NOT in order, " : "in order", STR_ARG(bank_index_note(b)));
    bank_close(b);
    return good ? EXIT_YES : EXIT_NO;
}

/* ---- the table ---- */

static const Opt make_opts[] = { OPT_BANK, { OPT_END } };
static const Opt add_opts[] = {
    OPT_BANK,
    { OPT_TEXT, "source", "NAME", "who brings them", .required = true },
    { OPT_TEXT, "lane", "LANE", "adult or minor; unknown age is minor", .required = true },
    { OPT_INT, "quality", "N", "their PDQ quality; below 50 is refused", .max = 100 },
    { OPT_TEXT, "signal", "KIND", "pdq, sha256, md5 or url (an address, or the SHA-256 of its canonical spelling)", .otherwise = "pdq" },
    { OPT_TEXT, "front", "KIND", "which front end made them: full, 512 or unknown", .otherwise = "unknown" },
    { OPT_TEXT, "consent-until", "DATE", "when the consent ends" },
    { OPT_TEXT, "confirmed-by", "NAME", "the person who confirms them: they are in force at once" },
    OPT_JSON,
    { OPT_END },
};
static const Opt change_opts[] = { OPT_BANK, { OPT_TEXT, "by", "NAME", "who says so", .required = true }, { OPT_END } };
static const Opt match_opts[] = {
    OPT_BANK,
    { OPT_INT, "radius", "N", "the most bits that may differ (PDQ)", .max = NEAR_RADIUS_MAX, .otherwise = "31" },
    { OPT_TEXT, "signal", "KIND", "pdq, sha256, md5 or url", .otherwise = "pdq" },
    { OPT_FLAG, "all", .help = "also what is in quarantine, disputed, or whose consent has ended" },
    { OPT_FLAG, "count", .help = "count these matches, each for its entry" },
    OPT_JSON,
    { OPT_END },
};
static const Opt stats_opts[] = { OPT_BANK, OPT_JSON, { OPT_END } };
static const Opt verify_opts[] = { OPT_BANK, { OPT_INT, "samples", "N", "look-ups compared with going through all", .max = 1000000, .otherwise = "200" }, { OPT_END } };
static const Cmd sub_make = { .name = "make", .summary = "make an empty bank", .args = "", .opts = make_opts, .run = run_make };
static const Cmd sub_add = { .name = "add", .summary = "add hashes", .args = "HASH...", .args_min = 1, .args_max = ARGS_MAX, .opts = add_opts, .run = run_add,
    .help = "HASH is hexadecimal digits (with --signal url also the address itself), or - for standard input, for example what keten hash\n"
            "prints. What one source brings stands in\n"
            "quarantine until a person confirms it, or another source brings one near it (31 bits) of the same lane." };
static const Cmd sub_remove = { .name = "remove", .summary = "withdraw entries", .args = "ENTRY...", .args_min = 1, .args_max = ARGS_MAX, .opts = change_opts, .run = run_remove,
    .help = "ENTRY is the number that match shows, or - for numbers on standard input, one a line. All of them or none." };
static const Cmd sub_confirm = { .name = "confirm", .summary = "put entries in force, by a person's word", .args = "ENTRY...", .args_min = 1, .args_max = ARGS_MAX, .opts = change_opts, .run = run_confirm,
    .help = "ENTRY is the number that match shows, or - for numbers on standard input, one a line. All of them or none." };
static const Cmd sub_dispute = { .name = "dispute", .summary = "put entries out of force until somebody has looked", .args = "ENTRY...", .args_min = 1, .args_max = ARGS_MAX, .opts = change_opts, .run = run_dispute,
    .help = "ENTRY is the number that match shows, or - for numbers on standard input, one a line. All of them or none." };
static const Cmd sub_match = { .name = "match", .summary = "look hashes up: every entry within the distance, nearest first", .args = "HASH...", .args_min = 1, .args_max = ARGS_MAX, .opts = match_opts, .run = run_match,
    .help = "HASH is hexadecimal digits (with --signal url also the address itself), or - for standard input, for example what keten hash\n"
            "prints. Exit code 0: something was found, 1: nothing." };
static const Cmd sub_stats = { .name = "stats", .summary = "count what is in it, by source", .args = "", .opts = stats_opts, .run = run_stats };
static const Cmd sub_verify = { .name = "verify", .summary = "check the record, the index, and look-ups against going through all", .args = "", .opts = verify_opts, .run = run_verify };
static const Cmd *const subs[] = { &sub_make, &sub_add, &sub_remove, &sub_confirm, &sub_dispute, &sub_match, &sub_stats, &cmd_bank_export, &cmd_bank_import, &cmd_bank_rebuild, &cmd_bank_take, &cmd_bank_follow, &sub_verify, NULL };
const Cmd cmd_bank = { .name = "bank", .summary = "a bank of hashes that are looked for", .args = "", .subs = subs };
