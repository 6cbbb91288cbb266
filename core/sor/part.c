/* part.c - one CSV of the day: inflated a window at a time, scanned, read, and every line of it accounted for. */
#include "core/sor/sor_in.h"

const char *const sor_why_codes[SW_N] = { "", "backslash", "mixed", "joined", "crlf", "fields", "quote", "long", "nul", "utf8", "uuid", "required", "date", "empty", "header", "damaged", "crc", "size", "room", "entry" };
const char *const sor_why_words[SW_N] = { "",
    "a quote after a backslash stands bare", "quotes after a backslash, of which one ends a field", "lines that belong to one record", "lines end in CR LF",
    "the number of fields is wrong", "a quote stays open", "the line is longer than any record", "it holds a zero byte", "it is not UTF-8", "it does not begin with a uuid", "a required field is empty",
    "a date is no date", "the line is empty", "the first line does not name the columns that are needed", "the packed data are damaged", "the checksum is wrong", "it is not as long as the zip file says", "it has more different rows than are held of a part",
    "the entry of the zip file was not read" };

/* How many different values of each column are told apart, in the order of sor_learn_cols. The first eight as the key's bits allow. */
const uint32_t sor_learn_max[SOR_LEARN_N] = { 4095, 255, 15, 7, 255, 15, 7, 7, 1023, 4095, 255, 1023, 4095, 63, 63, 31, 31 };
enum { FAMILY_MAX = 255, MARKS_MAX = SOR_WINDOW + SOR_RECORD_MAX + 64, PART_ROOM = 256 << 20, CELLS_FIRST = 1 << 13, CELLS_KEEP = 1 << 17,
    CELLS_MOST = 1000000 /* at this many the table and those it grew out of take half of PART_ROOM */, EXTRACT_ROOM = 256 << 20, EXTRACT_MOST = EXTRACT_ROOM / 2 };

SorPart *sor_part_new(Arena *life, const SorSpec *spec) {
    SorPart *p = ARENA_NEW(life, SorPart);
    p->spec = spec;
    p->life = life;
    p->per = arena_new(PART_ROOM);
    sor_inflate_new(life, spec->engine, &p->z);
    p->win = arena_alloc(life, MARKS_MAX);
    p->room = arena_alloc(life, SOR_RECORD_MAX);
    p->marks = ARENA_ARRAY(life, uint32_t, MARKS_MAX);
    p->marks_two = ARENA_ARRAY(life, uint32_t, SOR_COLS_MAX + 1);
    p->odds = ARENA_ARRAY(life, uint64_t, MARKS_MAX / 64 + 2);
    for (size_t i = 0; i < SOR_LEARN_N; i++) {
        dict_new(life, sor_learn_max[i], &p->learn[i]);
        raw_new(life, sor_learn_max[i] * 2 + 64, &p->raw[i]);
    }
    dict_new(life, FAMILY_MAX, &p->family);
    must(dict_id(life, &p->family, S(SOR_NO_FAMILY)) == FAMILY_NONE);
    p->scope_of = arena_alloc(life, p->learn[L_SCOPE].max + 1);
    p->rows_out = buf_new(64 << 20);
    p->extract = buf_new(EXTRACT_ROOM);
    return p;
}

void sor_part_close(SorPart *p) {
    if (p == NULL) return;
    sor_inflate_close(&p->z);
    buf_free(&p->rows_out);
    buf_free(&p->extract);
    arena_free(p->per);
}

const SorCounts *sor_part_counts(const SorPart *p) { return &p->c; }
Str sor_part_extract(const SorPart *p) { return buf_str(&p->extract); }
Str sor_part_header(const SorPart *p) { return p->head; }
size_t sor_part_lines(const SorPart *p, const SorLine **out, int64_t *out_more) {
    *out = p->lines;
    *out_more = p->lines_more;
    return p->lines_n;
}

/* ---- lines that were not simply read ---- */
static void note(SorPart *p, uint64_t line, uint64_t lines, SorWhy why, SorCol col) {
    p->c.why[why] += (int64_t)lines;
    if (sor_why_repair(why)) p->c.repaired += (int64_t)lines;
    else p->c.quarantined += (int64_t)lines;
    if (why == SW_CRLF && p->crlf_at > 0) { /* nearly every line of the part: listed once, at the first, with how many there are */
        p->lines[p->crlf_at - 1].lines += lines;
    } else if (p->lines_n < SOR_LINES_MAX) {
        p->lines[p->lines_n++] = (SorLine){ line, lines, why, col };
        if (why == SW_CRLF) p->crlf_at = p->lines_n;
    } else {
        p->lines_more += (int64_t)lines;
    }
}

/* Nothing of this part counts. */
static void void_part(SorPart *p, SorWhy why) {
    int64_t lines = p->c.lines, bytes = p->c.bytes;
    p->c = (SorCounts){ .lines = lines, .bytes = bytes };
    p->lines_n = p->crlf_at = 0;
    p->lines_more = 0;
    p->head = STR_NONE;
    p->ignored_n = p->later_n = 0;
    memset(p->later, 0, sizeof p->later);
    arena_reset(p->per);
    cells_new(p->per, CELLS_FIRST, &p->cells);
    for (size_t i = 0; i < SOR_LEARN_N; i++) dict_forget_rows(&p->learn[i]);
    dict_forget_rows(&p->family);
    buf_clear(&p->rows_out);
    buf_clear(&p->extract);
    note(p, 1, (uint64_t)lines, why, SC_N);
}

/* ---- the first line ---- */
static Str head_field(const uint8_t *b, uint32_t from, uint32_t to) {
    Str s = { (const char *)b + from, to - from };
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 2) : s;
}

static bool head_names(SorPart *p, const uint8_t *b, uint32_t start, const uint32_t *marks, size_t n) {
    for (size_t i = 0; i < SC_N; i++) p->at[i] = -1;
    for (size_t k = 0; k < n; k++) {
        Str name = head_field(b, k == 0 ? start : (marks[k - 1] & SOR_AT) + 1, marks[k] & SOR_AT);
        size_t i = 0;
        while (i < SC_N && !str_eq(str_c(sor_col_names[i]), name)) i++;
        if (i < SC_N && p->at[i] >= 0) return false; /* named twice: which one holds? */
        if (i < SC_N) p->at[i] = (int16_t)k;
        else if (p->ignored_n < SOR_UNKNOWN_MAX && str_utf8_ok(name)) p->ignored[p->ignored_n++] = str_dup(p->per, str_sub(name, 0, 100));
    }
    return true;
}

/* What of the published forms it is, and where it differs. */
static void head_say(SorPart *p) {
    static const SorCol light_lacks[] = { SC_ILLEGAL_TEXT, SC_TERMS_TEXT, SC_SCOPE, SC_FACTS };
    Buf b = buf_new(8192);
    size_t lacks = 0;
    bool ordered = true;
    int last = -1;
    for (size_t i = 0; i < LEN(light_lacks); i++) lacks += p->at[light_lacks[i]] < 0;
    p->v1 = p->at[SC_EAN] < 0;
    buf_printf(&b, "%s %s", p->v1 ? "V1" : "V2", lacks == LEN(light_lacks) ? "light" : "full");
    for (size_t i = 0; i < SC_N; i++) {
        bool light = lacks == LEN(light_lacks) && (i == SC_ILLEGAL_TEXT || i == SC_TERMS_TEXT || i == SC_SCOPE || i == SC_FACTS);
        if (p->at[i] < 0 && !light && i != SC_EAN) buf_printf(&b, ", without %s", sor_col_names[i]);
        if (p->at[i] < 0) continue;
        ordered = ordered && p->at[i] > last;
        last = p->at[i];
    }
    if (!ordered) buf_z(&b, ", columns in another order");
    for (size_t i = 0; i < p->ignored_n; i++) buf_printf(&b, ", with an unknown column " STR_FMT, STR_ARG(p->ignored[i]));
    p->head = str_dup(p->per, buf_str(&b));
    buf_free(&b);
}

static void head_line(SorPart *p, const uint8_t *b, uint32_t start, uint32_t *marks, size_t n) {
    static const SorCol need[] = { SC_UUID, SC_GROUND, SC_CATEGORY, SC_APPLIED, SC_SOURCE, SC_PLATFORM, SC_CREATED };
    uint32_t end = marks[n - 1] & SOR_AT;
    p->head_done = true;
    p->head_bad = true;
    if (end - start >= 3 && memcmp(b + start, "\xEF\xBB\xBF", 3) == 0) start += 3;
    p->crlf = end > start && b[end - 1] == '\r';
    if (p->crlf) marks[n - 1]--;
    if ((marks[n - 1] & SOR_OPEN) == 0 && n <= SOR_COLS_MAX && head_names(p, b, start, marks, n)) {
        p->head_bad = false;
        for (size_t i = 0; i < LEN(need); i++) p->head_bad = p->head_bad || p->at[need[i]] < 0;
    }
    if (p->crlf) marks[n - 1]++;
    if (p->head_bad) {
        note(p, p->line, 1, SW_HEADER, SC_N);
        return;
    }
    p->cols = n;
    p->c.header++;
    head_say(p);
}

/* ---- the others ---- */
/* Of the bytes from..to of the window: is one zero, or are those above 127 no UTF-8? Only those that the scan has marked are looked at. */
static SorWhy odd_wrong(const SorPart *p, const uint8_t *b, size_t from, size_t to) {
    SorWhy why = SW_NONE;
    for (size_t i = from; i < to;) {
        uint64_t bits = p->odds[i >> 6] >> (i & 63);
        if (bits == 0) {
            i = (i | 63) + 1;
            continue;
        }
        i += (size_t)__builtin_ctzll(bits);
        size_t run = i;
        if (i >= to) break;
        if (b[i] == 0) return SW_NUL;
        while (i < to && b[i] >= 0x80) i++;
        if (why == SW_NONE && !str_utf8_ok(str_bytes(b + run, i - run))) why = SW_UTF8; /* a zero byte further on is told instead */
    }
    return why;
}

static SorWhy line_why(SorPart *p, const uint8_t *b, uint32_t start, const uint32_t *marks, size_t n, SorCol *col) {
    uint32_t last = marks[n - 1], end = last & SOR_AT;
    Rec r = { .p = b, .start = start, .marks = marks };
    if (end == start) return SW_EMPTY;
    if (end - start > SOR_RECORD_MAX) return SW_LONG;
    if ((last & SOR_ODD) != 0) {
        SorWhy w = odd_wrong(p, b, start, end);
        if (w != SW_NONE) return w;
    }
    if ((last & SOR_OPEN) != 0) return SW_QUOTE;
    if (n != p->cols) return SW_FIELDS;
    SorWhy w = rec_judge(p, &r, col);
    if (w == SW_NONE) rec_count(p, &r);
    return w;
}

/* A record of the first schema over several lines. How many further lines were taken; 0: none; -1: the next line is not here yet. */
static int join(SorPart *p, const uint8_t *b, uint32_t start, const uint32_t *marks, size_t n, bool final, size_t *out_marks) {
    size_t k = 0;
    Rec r;
    *out_marks = 0;
    for (int lines = 1; lines <= SOR_JOIN_MAX; lines++) {
        size_t from = k;
        while (k < n && (marks[k] & SOR_LF) == 0) k++;
        if (k == n) return final ? 0 : -1;
        uint32_t at = from == 0 ? start : (marks[from - 1] & SOR_AT) + 1, end = marks[k] & SOR_AT;
        if (lines > 1 && rec_uuid(b + at, end - at)) return 0; /* the next record begins */
        k++;
        if (end - start > SOR_RECORD_MAX) return 0;
        if (lines == 1) continue;
        uint32_t stop = p->crlf && end > at && b[end - 1] == '\r' ? end - 1 : end;
        if (odd_wrong(p, b, start, stop) == SW_NONE && rec_repair(p, b, start, stop, p->marks_two, &r) != SW_NONE) {
            rec_count(p, &r);
            *out_marks = k;
            return lines - 1;
        }
    }
    return 0;
}

static bool read_again(SorPart *p, const uint8_t *b, uint32_t start, uint32_t end, SorWhy why) {
    Rec r;
    if (why == SW_EMPTY || why == SW_LONG || why == SW_NUL || why == SW_UTF8) return false;
    SorWhy how = rec_repair(p, b, start, end, p->marks_two, &r);
    if (how != SW_BACKSLASH && how != SW_MIXED) return false;
    rec_count(p, &r);
    note(p, p->line, 1, how, SC_N);
    return true;
}

/* One line whose marks are marks[0..n); more: marks there are in all. Returns how many marks were used; 0: the lines after it are
 * needed first. */
static size_t line(SorPart *p, const uint8_t *b, uint32_t start, uint32_t *marks, size_t n, size_t more, bool final) {
    SorCol col = SC_N;
    size_t used = 0;
    uint32_t end = marks[n - 1] & SOR_AT;
    if (!p->head_done) {
        head_line(p, b, start, marks, n);
        return n;
    }
    if (p->head_bad) {
        p->c.why[SW_HEADER]++;
        p->c.quarantined++;
        if (p->lines_n > 0) p->lines[0].lines++;
        return n;
    }
    bool cr = p->crlf && end > start && b[end - 1] == '\r';
    if (cr) marks[n - 1]--; /* the flags stand above */
    SorWhy w = line_why(p, b, start, marks, n, &col);
    if (cr) marks[n - 1]++;
    if (w == SW_NONE) {
        if (cr) note(p, p->line, 1, SW_CRLF, SC_N);
        else p->c.parsed++;
        return n;
    }
    if (read_again(p, b, start, cr ? end - 1 : end, w)) return n;
    if (p->v1 && (w == SW_QUOTE || w == SW_FIELDS) && rec_uuid(b + start, end - start)) {
        int joined = join(p, b, start, marks, more, final, &used);
        if (joined < 0) return 0;
        if (joined > 0) {
            note(p, p->line, (uint64_t)joined + 1, SW_JOINED, SC_N);
            p->line += (uint64_t)joined;
            p->c.lines += joined;
            return used;
        }
    }
    note(p, p->line, 1, w, col);
    return n;
}

/* Reads whole lines of win[0..have); returns where the rest begins. */
static size_t lines(SorPart *p, size_t n, bool final) {
    size_t k = 0;
    uint32_t start = 0;
    while (k < n) {
        size_t e = k;
        while (e < n && (p->marks[e] & SOR_LF) == 0) e++;
        if (e == n) break;
        uint32_t end = p->marks[e] & SOR_AT;
        p->line++;
        p->c.lines++;
        size_t used = e + 1 - k;
        if (p->skipping) {
            p->skipping = false;
            note(p, p->line, 1, SW_LONG, SC_N);
        } else {
            used = line(p, p->win, start, p->marks + k, e + 1 - k, n - k, final);
            if (used == 0) {
                p->line--;
                p->c.lines--;
                break;
            }
            end = p->marks[k + used - 1] & SOR_AT;
        }
        k += used;
        start = end + 1;
    }
    return start;
}

static void part_start(SorPart *p) {
    size_t cap = p->cells.cap > CELLS_FIRST ? p->cells.cap : CELLS_FIRST; /* the next part is much like the last */
    arena_reset(p->per);
    cells_new(p->per, cap < CELLS_KEEP ? cap : CELLS_KEEP, &p->cells);
    p->c = (SorCounts){ 0 };
    p->lines_n = p->crlf_at = p->ignored_n = p->later_n = 0;
    memset(p->later, 0, sizeof p->later);
    p->lines_more = 0;
    p->line = 0;
    p->v1 = p->crlf = p->skipping = p->head_done = p->head_bad = false;
    p->head = STR_NONE;
    for (size_t i = 0; i < SOR_LEARN_N; i++) dict_forget_rows(&p->learn[i]);
    dict_forget_rows(&p->family);
    buf_clear(&p->rows_out);
    buf_clear(&p->extract);
    memset(p->scope_of, 0xFF, p->learn[L_SCOPE].max + 1); /* a part without that column has no classes */
}

/* Scans what is in the window and reads its lines; the rest moves to the front. */
static size_t turn(SorPart *p, size_t have, bool final) {
    for (int round = 0; round < 2; round++) {
        SorScan s = { .odds = p->odds };
        size_t n = sor_scan(p->spec->width, &s, p->win, 0, have, p->marks), rest = lines(p, n, final || round > 0);
        have -= rest;
        memmove(p->win, p->win + rest, have);
        if (have <= SOR_RECORD_MAX) return have;
    } /* the second round: whole lines that waited for the one after them wait no longer */
    p->skipping = true; /* longer than any record: its bytes are let go until it ends */
    return 0;
}

void sor_part_read(SorPart *p, const SorEntry *e) {
    uint32_t crc = 0;
    size_t have = 0, n = 0;
    bool any = false, full = false;
    part_start(p);
    if (e->wrong != NULL) {
        note(p, 0, 0, SW_ENTRY, SC_N);
        return;
    }
    Err err = sor_inflate_open(&p->z, e);
    while (err == OK) {
        err = sor_inflate_read(&p->z, p->win + have, SOR_WINDOW, &n);
        if (err != OK || n == 0) break;
        crc = sor_crc(crc, p->win + have, n);
        p->c.bytes += (int64_t)n;
        any = true;
        if ((uint64_t)p->c.bytes > e->size) break;
        have = turn(p, have + n, false);
        full = p->cells.n > CELLS_MOST || p->extract.n > EXTRACT_MOST;
        if (full) break;
    }
    if (err == OK && (have > 0 || p->skipping) && (uint64_t)p->c.bytes == e->size) { /* the last line has no end, as in every official part */
        if (have == 0 || p->win[have - 1] != '\n') p->win[have++] = '\n'; /* else: a whole line that waited for the next */
        have = turn(p, have, true);
    }
    cells_now(p);
    if (err != OK) void_part(p, SW_DAMAGED);
    else if (full) void_part(p, SW_ROOM);
    else if ((uint64_t)p->c.bytes != e->size) void_part(p, SW_SIZE);
    else if (crc != e->crc) void_part(p, SW_CRC);
    else if (!any) note(p, 1, 0, SW_HEADER, SC_N);
    extract_end(p);
    must(buf_err(&p->extract) == OK && p->c.lines == p->c.header + p->c.parsed + p->c.repaired + p->c.quarantined);
}
