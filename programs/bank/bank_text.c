/* bank_text.c - lists of hashes as people and other systems hand them over: CSV, or one a line. */
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "programs/bank/bank.h"

enum { C_HASH, C_SIGNAL, C_QUALITY, C_FRONT, C_LANE, C_SOURCE, C_UNTIL, C_STATE, COLUMNS };
static const char *const columns[COLUMNS] = { "hash", "signal", "quality", "front", "lane", "source", "consent_until", "state" };

void bank_text_open(Arena *a, Str text, BankText *out) {
    Str *f = NULL, first;
    size_t n = 0, at = 0;
    if (str_starts(text, S("\xEF\xBB\xBF"))) text = str_sub(text, 3, text.n); /* a byte order mark, as spreadsheets and editors put */
    first = text;
    *out = (BankText){ .rest = text };
    for (int i = 0; i < COLUMNS; i++) out->column[i] = -1;
    if (str_chr(text, '\n', &at)) first = str_sub(text, 0, at);
    if (!str_find(first, S("hash"), &at)) return;
    CsvReader *r = ARENA_NEW(a, CsvReader);
    *r = csv_reader(text, str_chr(first, ';', &at) ? ';' : ',');
    if (csv_row(a, r, &f, &n) != OK) return;
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < COLUMNS; c++)
            if (str_eq(str_trim(f[i]), str_c(columns[c]))) out->column[c] = (int)i;
    out->csv = out->column[C_HASH] >= 0;
    out->reader = out->csv ? r : NULL;
}

/* A hash whose kind its length tells: 64 digits are taken for PDQ, 32 for MD5. */
static const char *take_hash(BankLine *l, bool said, Str hex) {
    if (!said) l->signal = hex.n == 32 ? SIGNAL_MD5 : SIGNAL_PDQ;
    if (bank_hash_parse(l->signal, hex, l->hash) == OK) return NULL;
    return l->signal == SIGNAL_MD5 ? "an MD5 has 32 hexadecimal digits" : "a hash has 64 hexadecimal digits";
}

static const char *take_quality(BankLine *l, Str s) {
    int64_t q = 0;
    if (s.n == 0) return NULL;
    if (str_i64(s, 0, 100, &q) != OK) return "quality is a number from 0 to 100";
    l->quality = (uint8_t)q;
    return NULL;
}

static Str cell(const BankText *t, const Str *f, size_t n, int column) {
    int at = t->column[column];
    return at >= 0 && (size_t)at < n ? str_trim(f[at]) : STR_NONE;
}

static const char *take_row(const BankText *t, const Str *f, size_t n, BankLine *l) {
    Str signal = cell(t, f, n, C_SIGNAL), lane = cell(t, f, n, C_LANE), source = cell(t, f, n, C_SOURCE), front = cell(t, f, n, C_FRONT), until = cell(t, f, n, C_UNTIL);
    if (signal.n > 0 && bank_signal_parse(signal, &l->signal) != OK) return "signal is pdq, sha256, md5 or url";
    if (lane.n > 0 && bank_lane_parse(lane, &l->lane) != OK) return "lane is adult or minor";
    if (front.n > 0 && bank_front_parse(front, &l->front) != OK) return "front is full, 512 or unknown";
    if (until.n > 0 && when_parse(zone_utc(), until, &l->consent_until) != OK) return "consent_until is a date";
    if (source.n > BANK_SOURCE_MAX) return "the name of the source is too long";
    if (source.n > 0) {
        memset(l->source, 0, sizeof l->source);
        memcpy(l->source, source.p, source.n);
    }
    const char *why = take_hash(l, signal.n > 0, cell(t, f, n, C_HASH));
    return why != NULL ? why : take_quality(l, cell(t, f, n, C_QUALITY));
}

static const char *take_line(Str line, BankLine *l) {
    Str word = STR_NONE, rest = line;
    bool said = false;
    if (!str_split(&rest, ' ', &word)) return "an empty line";
    if (bank_signal_parse(word, &l->signal) == OK) {
        said = true;
        rest = str_trim(rest);
        if (!str_split(&rest, ' ', &word)) return "no hash behind its kind";
    }
    const char *why = take_hash(l, said, word);
    if (why != NULL || rest.p == NULL) return why;
    rest = str_trim(rest);
    Str quality = STR_NONE;
    if (!str_split(&rest, ' ', &quality)) return NULL;
    if (rest.n > 0 && str_starts(rest, S(BANK_FRONT_512 " "))) l->front = FRONT_512;
    else if (rest.n > 0 && l->front == FRONT_UNKNOWN) l->front = FRONT_FULL; /* keten hash says it when it is the other */
    return take_quality(l, quality);
}

Err bank_text_next(Arena *a, BankText *t, const BankLine *otherwise, BankLine *out, const char **out_why) {
    *out = *otherwise;
    *out_why = NULL;
    if (t->csv) {
        CsvReader *r = t->reader;
        Str *f = NULL;
        size_t n = 0;
        Err e = csv_row(a, r, &f, &n);
        t->line = r->line;
        if (e == E_MISSING) return e;
        if (e == OK) {
            *out_why = take_row(t, f, n, out);
        } else { /* the reader gives no more */
            *out_why = str_fmt(a, "%s: nothing is read from here on", r->why != NULL ? r->why : "a row of more fields than can be").p;
            t->csv = false;
            t->rest = STR_NONE;
        }
        return *out_why == NULL ? OK : E_INPUT;
    }
    Str line = STR_NONE;
    while (str_split(&t->rest, '\n', &line)) {
        t->line++;
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        *out_why = take_line(line, out);
        return *out_why == NULL ? OK : E_INPUT;
    }
    return E_MISSING;
}

void bank_text_head(Buf *b) {
    for (int i = 0; i < COLUMNS; i++) csv_field(b, str_c(columns[i]), ',', i == 0);
    csv_end(b);
}

void bank_text_put(Arena *a, Buf *b, const BankLine *l, BankState state) {
    csv_field(b, bank_hash_hex(a, l->signal, l->hash), ',', true);
    csv_field(b, str_c(bank_signal_name(l->signal)), ',', false);
    csv_field(b, l->quality == BANK_QUALITY_UNKNOWN ? STR_NONE : str_fmt(a, "%d", l->quality), ',', false);
    csv_field(b, str_c(bank_front_name(l->front)), ',', false);
    csv_field(b, str_c(bank_lane_name(l->lane)), ',', false);
    csv_field_safe(b, str_c(l->source), ',', false);
    csv_field(b, l->consent_until == 0 ? STR_NONE : when_rfc3339(a, l->consent_until), ',', false);
    csv_field(b, str_c(bank_state_name(state)), ',', false);
    csv_end(b);
}
