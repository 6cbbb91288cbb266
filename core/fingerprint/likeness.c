/* likeness.c - see likeness.h. */
#include "core/fingerprint/likeness.h"

/* ---- letters ---- */

/* One code point of well-formed UTF-8, or 0 for a byte that begins none. */
static uint32_t next_point(Str *rest) {
    const uint8_t *p = (const uint8_t *)rest->p;
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2 : p[0] >= 0xE0 && p[0] < 0xF0 ? 3 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;
    if (n == 0 || n > rest->n || !str_utf8_ok(str_sub(*rest, 0, n))) {
        *rest = str_sub(*rest, 1, rest->n);
        return 0;
    }
    uint32_t c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1Fu : n == 3 ? p[0] & 0x0Fu : p[0] & 7u;
    for (size_t i = 1; i < n; i++) c = c << 6 | (p[i] & 0x3Fu);
    *rest = str_sub(*rest, n, rest->n);
    return c;
}

/* What letters are written like: without accent, small. Latin-1 and Latin Extended-A; a '.' there stands for itself. */
static const char latin[] =
    "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty" /* U+00C0 .. U+00FF */
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* U+0100 .. U+017F */

/* 0: parts words. 1: is not there at all (joiners, marks, directions). */
static uint32_t plain(uint32_t c) {
    if (c >= 'A' && c <= 'Z') return c + 32;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
    if (c == 0xAD || (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F)) return 1;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7) return 0;
    if (c < 0x180) return (uint32_t)(unsigned char)latin[c - 0xC0];
    if (c >= 0xFF10 && c <= 0xFF19) return c - 0xFF10 + '0'; /* wide digits and letters */
    if (c >= 0xFF21 && c <= 0xFF3A) return c - 0xFF21 + 'a';
    if (c >= 0xFF41 && c <= 0xFF5A) return c - 0xFF41 + 'a';
    if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) return c + 32; /* Greek and Cyrillic capitals */
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if ((c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) || (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0xE000 && c <= 0xF8FF)) return 0; /* punctuation, signs, pictures */
    return c;
}

/* ---- the smallest ---- */

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * UINT64_C(0xD6E8FEB86659FD93);
    return h ^ h >> 32;
}

/* kept is a heap, the largest on top, until all are in. */
static void sink(Likeness *l, uint32_t at) {
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= l->n) return;
        if (child + 1 < l->n && l->kept[child + 1] > l->kept[child]) child++;
        if (l->kept[at] >= l->kept[child]) return;
        uint64_t x = l->kept[at];
        l->kept[at] = l->kept[child];
        l->kept[child] = x;
        at = child;
    }
}
static void keep(Likeness *l, uint64_t x) {
    if (l->n == LIKE_KEPT && x >= l->kept[0]) return;
    for (uint32_t i = 0; i < l->n; i++)
        if (l->kept[i] == x) return;
    if (l->n < LIKE_KEPT) {
        uint32_t at = l->n++;
        l->kept[at] = x;
        for (; at > 0 && l->kept[(at - 1) / 2] < l->kept[at]; at = (at - 1) / 2) {
            uint64_t y = l->kept[at];
            l->kept[at] = l->kept[(at - 1) / 2];
            l->kept[(at - 1) / 2] = y;
        }
        return;
    }
    l->kept[0] = x;
    sink(l, 0);
}
static void in_order(Likeness *l) {
    uint32_t n = l->n;
    for (; l->n > 1;) {
        uint64_t x = l->kept[0];
        l->kept[0] = l->kept[--l->n];
        l->kept[l->n] = x;
        sink(l, 0);
    }
    l->n = n;
}

/* ---- pieces ---- */

typedef struct Line { uint64_t word, before; size_t bytes, words; } Line;

static uint64_t piece(uint64_t a, uint64_t b) {
    uint64_t h = mix(mix(UINT64_C(0x6B6574656E), a), b);
    h ^= h >> 29;
    return h * UINT64_C(0xBF58476D1CE4E5B9);
}
static void word_end(Likeness *l, Line *at) {
    if (at->bytes == 0) return;
    if (at->words > 0) keep(l, piece(at->before, at->word));
    at->before = at->word;
    at->words++;
    at->word = at->bytes = 0;
}
static void line_end(Likeness *l, Line *at) {
    word_end(l, at);
    if (at->words == 1) keep(l, piece(0, at->before));
    *at = (Line){ 0 };
}

void likeness_of(Str text, Likeness *out) {
    Line at = { 0 };
    *out = (Likeness){ .n = 0 };
    if (text.n > LIKE_TEXT_MAX) text = str_sub(text, 0, LIKE_TEXT_MAX);
    while (text.n > 0) {
        uint32_t c = next_point(&text), p = c == '\n' || c == '\r' ? 0 : plain(c);
        if (p == 1) continue;
        if (p != 0) {
            if (at.bytes++ < LIKE_WORD_MAX) at.word = mix(at.word + 1, p);
            continue;
        }
        word_end(out, &at);
        if (c == '\n' || c == '\r') line_end(out, &at);
    }
    line_end(out, &at);
    in_order(out);
}

/* ---- comparing ---- */

/* Goes through the smallest of both together; of the first LIKE_KEPT different ones, how many are in both. */
static void together(const Likeness *a, const Likeness *b, uint32_t *out_seen, uint32_t *out_both) {
    uint32_t i = 0, k = 0, seen = 0, both = 0;
    while (seen < LIKE_KEPT && (i < a->n || k < b->n)) {
        bool take_a = k == b->n || (i < a->n && a->kept[i] <= b->kept[k]), take_b = i == a->n || (k < b->n && b->kept[k] <= a->kept[i]);
        both += take_a && take_b;
        i += take_a;
        k += take_b;
        seen++;
    }
    *out_seen = seen;
    *out_both = both;
}

int likeness_common(const Likeness *a, const Likeness *b) {
    uint32_t seen = 0, both = 0;
    together(a, b, &seen, &both);
    return seen == 0 ? 0 : (int)((uint64_t)both * 1000 / seen);
}

/* How many pieces there were, from how close together the smallest lie. */
static double pieces(const Likeness *l) { return l->n < LIKE_KEPT ? (double)l->n : (double)(LIKE_KEPT - 1) * 18446744073709551616.0 / ((double)l->kept[LIKE_KEPT - 1] + 1.0); }

int likeness_within(const Likeness *a, const Likeness *b) {
    uint32_t seen = 0, both = 0;
    double na = pieces(a), nb = pieces(b);
    together(a, b, &seen, &both);
    if (seen == 0 || na < 1.0) return 0;
    double share = (double)both / (double)seen, common = share * (na + nb) / (1.0 + share), part = common / na;
    return part >= 1.0 ? 1000 : (int)(part * 1000.0);
}
