/* sor_in.h - inside core/sor only. */
#ifndef KETEN_SOR_IN_H
#define KETEN_SOR_IN_H
#include "core/sor/sor.h"

/* ---- dict.c: values met. id 0 is empty; id max is "beyond": no room for more. ---- */
void dict_new(Arena *a, uint32_t max, SorDict *out);
uint32_t dict_id(Arena *a, SorDict *d, Str value);       /* makes it when it is new */
void dict_forget_rows(SorDict *d);
uint64_t sor_hash(Str s);
/* From bytes as they stand in the file (quoted or not) to an id, remembered; the last one first, since rows come in bursts. */
typedef struct Raw { Str last; uint32_t last_id; Str *v; uint32_t *id; uint32_t n, max; uint32_t *slots; uint32_t slots_n; } Raw;
void raw_new(Arena *a, uint32_t max, Raw *out);
uint32_t raw_find(Arena *a, Raw *r, SorDict *d, Str raw);
/* Sixteen bytes at once, in the compiler's own vectors: the same on every processor. */
typedef uint8_t Sixteen __attribute__((vector_size(16)));
static inline Sixteen sixteen(const void *p) {
    Sixteen v;
    memcpy(&v, p, sizeof v);
    return v;
}
/* Values are short and mostly the same as the last: compared without a branch on what stands in them, the last bytes once more. */
static inline bool raw_same(const char *a, const char *b, size_t n) {
    uint64_t x[2] = { 0, 0 }, y[2] = { 0, 0 };
    if (n >= 16) {
        Sixteen differs = sixteen(a + n - 16) ^ sixteen(b + n - 16);
        for (size_t i = 0; i + 16 < n; i += 16) differs |= sixteen(a + i) ^ sixteen(b + i);
        memcpy(x, &differs, 16);
        return (x[0] | x[1]) == 0;
    }
    size_t k = n >= 8 ? 8 : n >= 4 ? 4 : n >= 2 ? 2 : n;
    if (k == 8) memcpy(&x[0], a, 8), memcpy(&x[1], a + n - 8, 8), memcpy(&y[0], b, 8), memcpy(&y[1], b + n - 8, 8);
    else if (k == 4) memcpy(&x[0], a, 4), memcpy(&x[1], a + n - 4, 4), memcpy(&y[0], b, 4), memcpy(&y[1], b + n - 4, 4);
    else if (k == 2) memcpy(&x[0], a, 2), memcpy(&x[1], a + n - 2, 2), memcpy(&y[0], b, 2), memcpy(&y[1], b + n - 2, 2);
    else if (k == 1) return a[0] == b[0];
    return x[0] == y[0] && x[1] == y[1];
}
static inline uint32_t raw_id(Arena *a, Raw *r, SorDict *d, Str raw) {
    if (raw.n == 0) return 0;
    if (raw.n == r->last.n && raw_same(raw.p, r->last.p, raw.n)) return r->last_id;
    return raw_find(a, r, d, raw);
}
Str sor_plain(char *room, Str raw);                      /* without its quotes, doubled ones made single; room: as long as raw */

void cells_new(Arena *a, size_t cap, SorCells *out);
void cells_add(Arena *a, SorCells *c, uint64_t key, int64_t rows, int64_t disclosure, int64_t age);

enum { SOR_COLS_MAX = 256, SOR_MEMO_MAX = 8192 };
enum { NO_DAY = INT32_MIN, FAMILY_NONE = 1 /* in a part: SOR_NO_FAMILY */ };
enum { L_CATEGORY = 1, L_ADDITION = 8, L_KEYWORDS = 9, L_SCOPE = 12 }; /* places in sor_learn_cols */
extern const uint32_t sor_learn_max[SOR_LEARN_N];
/* A record whose fields are known to be sound. */
typedef struct Rec { const uint8_t *p; uint32_t start; const uint32_t *marks; int32_t content, applied, created; } Rec;

enum { LATER = 16 };
typedef struct Memo { uint64_t key; uint32_t id; bool used; } Memo;
struct SorPart {
    const SorSpec *spec;
    Arena *life, *per;                   /* per: this part's; reset at each */
    SorInflate z;
    uint8_t *win;
    uint32_t *marks, *marks_two;         /* two: of a record that was repaired */
    uint64_t *odds;                      /* a bit for each byte of the window that is zero or above 127 */
    char *room;                          /* one field made plain */
    /* of this part */
    int16_t at[SC_N];                    /* column -> place, -1: not there */
    size_t cols;
    bool v1, crlf, skipping, head_done, head_bad;
    uint64_t line;
    SorCounts c;
    SorLine lines[SOR_LINES_MAX];
    size_t lines_n, crlf_at;             /* crlf_at: place in lines of the CR LF ones, from 1; 0: not met */
    int64_t lines_more;
    SorCells cells;
    SorCell later[LATER];                /* cells that wait for their memory, in turn; rows 0: free */
    size_t later_n;
    Buf rows_out, extract;
    Str head;
    Str ignored[SOR_UNKNOWN_MAX];
    size_t ignored_n;
    /* kept from part to part */
    SorDict learn[SOR_LEARN_N], family;
    Raw raw[SOR_LEARN_N];
    Memo memo[SOR_MEMO_MAX];
    uint8_t *scope_of;                   /* by id in the dictionary of scopes; 0xFF: not yet */
};

static inline Str rec_raw(const SorPart *p, const Rec *r, SorCol c) {
    int at = p->at[c];
    if (at < 0) return (Str){ "", 0 };
    uint32_t from = at == 0 ? r->start : (r->marks[at - 1] & SOR_AT) + 1, to = r->marks[at] & SOR_AT;
    return (Str){ (const char *)r->p + from, to - from };
}

void cells_later(SorPart *p, uint64_t key, int64_t disclosure, int64_t age); /* one row, soon */
void cells_now(SorPart *p);
/* ---- record.c ---- */
bool sor_word_next(Str *rest, Str *out);              /* the words of a JSON array of plain words, one after the other */
/* Is it a sound record? Fills the dates. SW_NONE, or what is wrong and where. */
SorWhy rec_judge(SorPart *p, Rec *r, SorCol *out_col);
void rec_count(SorPart *p, const Rec *r);
bool rec_uuid(const uint8_t *p, size_t n);               /* begins with 36 characters of a uuid */
/* ---- repair.c ---- */
/* Reads p[start..end) again by the backslash rule, then every other way; marks into out. */
SorWhy rec_repair(SorPart *p, const uint8_t *bytes, uint32_t start, uint32_t end, uint32_t *out, Rec *rec);
/* ---- extract.c ---- */
void extract_row(SorPart *p, const Rec *r, uint32_t family);
void extract_end(SorPart *p);
#endif
