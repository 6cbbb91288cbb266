/* repair.c - a record that doubled quotes do not explain is read by the backslash rule, then in every other way its backslash quotes
 * can be read: each of them stands bare inside a field, or ends it (a value that ends in a backslash). */
#include "core/sor/sor_in.h"

enum { WAYS_MAX = 6 }; /* backslash quotes in one record that are tried in all ways: 64 */

/* Marks of p[start..end) with the quotes of `bare` (a bit each, in order; beyond 64 all) not counted. The last mark is the end. */
static size_t split(const uint8_t *p, uint32_t start, uint32_t end, uint64_t bare, bool *out_open, uint32_t *out, size_t max) {
    size_t n = 0, k = 0;
    bool inside = false;
    for (uint32_t i = start; i < end && n < max; i++) {
        if (p[i] == '"') {
            bool after = i > start && p[i - 1] == '\\';
            bool skip = after && (k >= 63 ? bare >> 63 : bare >> k & 1) != 0;
            k += after;
            if (!skip) inside = !inside;
        } else if (p[i] == ',' && !inside) {
            out[n++] = i;
        }
    }
    *out_open = inside;
    if (n < max) out[n++] = end | SOR_LF;
    return n;
}

static size_t backslash_quotes(const uint8_t *p, uint32_t start, uint32_t end) {
    size_t n = 0;
    for (uint32_t i = start + 1; i < end; i++) n += p[i] == '"' && p[i - 1] == '\\';
    return n;
}

static bool sound(SorPart *p, const uint8_t *bytes, uint32_t start, uint32_t end, uint64_t bare, uint32_t *out, Rec *rec) {
    bool open = false;
    SorCol col = SC_UUID;
    size_t n = split(bytes, start, end, bare, &open, out, SOR_COLS_MAX + 1);
    *rec = (Rec){ .p = bytes, .start = start, .marks = out };
    return n == p->cols && !open && rec_judge(p, rec, &col) == SW_NONE;
}

SorWhy rec_repair(SorPart *p, const uint8_t *bytes, uint32_t start, uint32_t end, uint32_t *out, Rec *rec) {
    size_t k = backslash_quotes(bytes, start, end), found = 0;
    uint32_t two[SOR_COLS_MAX + 1];
    Rec other;
    if (sound(p, bytes, start, end, 0, out, rec)) return SW_JOINED; /* only lines that were joined: the caller has tried this for others */
    if (k == 0) return SW_NONE;
    if (sound(p, bytes, start, end, ~UINT64_C(0), out, rec)) return SW_BACKSLASH;
    if (k > WAYS_MAX) return SW_NONE;
    for (uint64_t bare = 1; bare + 1 < UINT64_C(1) << k; bare++) {
        if (!sound(p, bytes, start, end, bare, two, &other)) continue;
        if (found > 0 && memcmp(two, out, p->cols * sizeof *two) == 0) continue; /* another name for the same reading */
        if (++found > 1) return SW_NONE;
        memcpy(out, two, p->cols * sizeof *two);
        *rec = other;
        rec->marks = out;
    }
    return found == 1 ? SW_MIXED : SW_NONE;
}
