/* import.c - links in bulk, read without losing a line. */
#include "core/desk/import.h"
#include "foundation/base/csv.h"

enum { COLUMNS = 6 };

void import_paste(Arena *a, Str text, Str allow, Import *out) {
    UrlList list = { 0 };
    Err err = url_parse_list(a, text, allow, URL_LINES_MAX, &list);
    *out = (Import){ .rows = ARENA_ARRAY(a, ImportRow, list.n + 1), .n = list.n, .good = list.good, .wrong = list.wrong, .again = list.again, .too_many = err == E_LIMIT };
    for (size_t i = 0; i < list.n; i++) {
        const UrlLine *l = &list.lines[i];
        out->rows[i] = (ImportRow){ .line = l->line, .text = l->text, .wrong = l->wrong, .again = l->again, .url = l->url, .kind = S("page") };
    }
}

/* ---- a set of addresses, open addressing over FNV-1a ---- */
typedef struct Seen { size_t *slot; size_t cap; const ImportRow *rows; } Seen;

static uint64_t fnv(Str s) {
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

/* True when the address of row i is new. */
static bool first_time(Seen *s, size_t i) {
    for (size_t at = (size_t)fnv(s->rows[i].url.text) & (s->cap - 1);; at = (at + 1) & (s->cap - 1)) {
        if (s->slot[at] == 0) {
            s->slot[at] = i + 1;
            return true;
        }
        if (str_eq(s->rows[s->slot[at] - 1].url.text, s->rows[i].url.text)) return false;
    }
}

/* ---- the columns ---- */
static Str kind_of(Arena *a, Str type) {
    static const struct { const char *part, *kind; } map[] = { { "video", "video" }, { "film", "video" }, { "image", "image" }, { "img", "image" }, { "foto", "image" }, { "photo", "image" }, { "profil", "profile" }, { "group", "group" },
        { "groep", "group" }, { "list", "list" }, { "lijst", "list" } };
    Str low = str_lower(a, str_sub(type, 0, 64));
    size_t at = 0;
    for (size_t i = 0; i < LEN(map); i++)
        if (str_find(low, str_c(map[i].part), &at)) return str_c(map[i].kind);
    return S("page");
}

static bool readable(Str s) { return str_utf8_ok(s) && !str_has_bidi(s); }

static Str note_of(Arena *a, const Str *f, size_t n) {
    static const char *const names[COLUMNS] = { NULL, "referer", "worker", "reference", "source", NULL };
    enum { NOTE_MAX = 1900, CELL_MAX = 500 };
    Buf b = buf_new(NOTE_MAX + CELL_MAX + 64);
    for (size_t i = 1; i < n && i < COLUMNS - 1; i++) {
        Str cell = str_trim(f[i]);
        if (cell.n == 0 || cell.n > CELL_MAX || !readable(cell) || b.n > NOTE_MAX - CELL_MAX) continue;
        buf_printf(&b, "%s%s: " STR_FMT, b.n > 0 ? "; " : "", names[i], STR_ARG(cell));
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static char separator(Str text) {
    size_t at = 0, end = text.n;
    for (Str rest = text; str_chr(rest, '\n', &end);) { /* the first line that holds something decides */
        Str line = str_trim(str_sub(rest, 0, end));
        if (line.n > 0) return str_chr(line, ';', &at) ? ';' : ',';
        rest = str_sub(rest, end + 1, rest.n);
    }
    return str_chr(text, ';', &at) ? ';' : ',';
}

static bool heading(const Str *f, size_t n) { return n > 0 && (str_ieq(str_trim(f[0]), S("url")) || str_ieq(str_trim(f[0]), S("link"))); }

static void row_of(Arena *a, Str line, char sep, Str allow, ImportRow *r, bool *out_heading) {
    Str *f = NULL;
    size_t n = 0;
    CsvReader csv = csv_reader(line, sep);
    r->torn = csv_row(a, &csv, &f, &n) != OK || n == 0;
    r->kind = S("page");
    *out_heading = false;
    if (r->torn) {
        r->wrong = URL_NO_LINK;
        return;
    }
    *out_heading = r->line == 1 && heading(f, n);
    if (*out_heading) return;
    if (url_parse(a, f[0], allow, &r->url, &r->wrong) == OK) r->wrong = URL_GOOD;
    if (n >= COLUMNS) r->kind = kind_of(a, f[COLUMNS - 1]);
    r->note = note_of(a, f, n);
}

static void count_row(Import *out, Seen *seen) {
    ImportRow *r = &out->rows[out->n];
    if (r->wrong != URL_GOOD) out->wrong++;
    else if (!first_time(seen, out->n)) r->again = true, out->again++;
    else out->good++;
    out->n++;
}

void import_file(Arena *a, Str text, Str allow, Import *out) {
    if (str_starts(text, S("\xef\xbb\xbf"))) text = str_sub(text, 3, text.n);
    char sep = separator(text);
    Str line = STR_NONE;
    size_t number = 0;
    *out = (Import){ .rows = ARENA_ARRAY(a, ImportRow, URL_LINES_MAX) };
    Seen seen = { .cap = 32768, .rows = out->rows };
    seen.slot = ARENA_ARRAY(a, size_t, seen.cap);
    while (str_split(&text, '\n', &line)) {
        bool is_heading = false;
        number++;
        line = str_trim(line);
        if (line.n == 0) continue;
        if (out->n == URL_LINES_MAX) {
            out->too_many = true;
            return;
        }
        out->rows[out->n] = (ImportRow){ .line = number, .text = line };
        row_of(a, line, sep, allow, &out->rows[out->n], &is_heading);
        if (!is_heading) count_row(out, &seen);
    }
}
