/* zip.c - the directory of a zip file in memory: every number checked, nothing believed twice. */
#include "core/sor/sor.h"

#include <stdlib.h>

enum { END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20, HEAD_SIZE = 46, LOCAL_SIZE = 30, COMMENT_MAX = 65535, RATIO_FREE = 16 << 20, RATIO_MAX = 300 };
#define NONE32 0xFFFFFFFFu

static uint64_t le(const char *p, int bytes) {
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return v;
}

/* The end record: the last one that fits exactly to the end of the file with its comment. */
static const char *find_end(Str z) {
    if (z.n < END_SIZE) return NULL;
    size_t most = z.n - END_SIZE < COMMENT_MAX ? z.n - END_SIZE : COMMENT_MAX;
    for (size_t comment = 0; comment <= most; comment++) {
        const char *p = z.p + (z.n - END_SIZE - comment);
        if (le(p, 4) == 0x06054b50 && le(p + 20, 2) == comment) return p;
    }
    return NULL;
}

typedef struct Dir { uint64_t n, size, at, before; } Dir;

static bool read_end(Str z, Dir *out, const char **why) {
    const char *end = find_end(z);
    *why = "it has no directory at its end: not a zip file, or cut off";
    if (end == NULL) return false;
    uint64_t end_at = (uint64_t)(end - z.p);
    Dir d = { le(end + 10, 2), le(end + 12, 4), le(end + 16, 4), end_at };
    *why = "it is one volume of several";
    if (le(end + 4, 2) != le(end + 6, 2) || (le(end + 4, 2) != 0 && le(end + 4, 2) != 0xFFFF)) return false;
    *why = "its directory is damaged";
    if (d.n == 0xFFFF || d.size == NONE32 || d.at == NONE32) {
        if (end_at < LOCATOR_SIZE || le(end - LOCATOR_SIZE, 4) != 0x07064b50) return false;
        uint64_t at64 = le(end - LOCATOR_SIZE + 8, 8);
        if (at64 > end_at || end_at - at64 < END64_SIZE + LOCATOR_SIZE || le(z.p + at64, 4) != 0x06064b50) return false;
        d = (Dir){ le(z.p + at64 + 32, 8), le(z.p + at64 + 40, 8), le(z.p + at64 + 48, 8), at64 };
    }
    if (d.size > d.before || d.at > d.before - d.size || d.n > d.size / HEAD_SIZE) return false;
    *why = "it has more entries than are read";
    if (d.n > SOR_ENTRIES_MAX) return false;
    *out = d;
    return true;
}

/* Zip64: what did not fit stands in extra field 1, in this order. */
static bool wide(Str extra, uint64_t *size, uint64_t *packed, uint64_t *at) {
    if (*size != NONE32 && *packed != NONE32 && *at != NONE32) return true;
    while (extra.n >= 4) {
        size_t n = (size_t)le(extra.p + 2, 2);
        if (n > extra.n - 4) return false;
        Str f = { extra.p + 4, n };
        if (le(extra.p, 2) == 1) {
            uint64_t *into[] = { size, packed, at };
            for (size_t i = 0; i < LEN(into); i++) {
                if (*into[i] != NONE32) continue;
                if (f.n < 8) return false;
                *into[i] = le(f.p, 8);
                f = str_sub(f, 8, f.n);
            }
            return true;
        }
        extra = str_sub(extra, 4 + n, extra.n);
    }
    return false;
}

static const char *name_wrong(Str name, bool folders) {
    size_t at = 0;
    if (name.n == 0 || name.n > SOR_NAME_MAX) return "its name is empty or too long";
    for (size_t i = 0; i < name.n; i++)
        if ((uint8_t)name.p[i] < 0x20 || (uint8_t)name.p[i] == 0x7F) return "its name holds a control character";
    if ((!folders && str_chr(name, '/', &at)) || name.p[0] == '/' || str_chr(name, '\\', &at) || str_chr(name, ':', &at) || str_eq(name, S(".")) || str_find(name, S(".."), &at)) return "its name is a path";
    if (!str_utf8_ok(name)) return "its name is not UTF-8";
    return NULL;
}

/* The local header must say the same as the directory; readers that believe one or the other would see different files. */
static const char *local(Str z, uint64_t at, uint64_t packed, uint16_t method, Str name, Str *out_data) {
    if (at > z.n || z.n - at < LOCAL_SIZE || le(z.p + at, 4) != 0x04034b50) return "its own header is not where the directory says";
    const char *p = z.p + at;
    uint64_t name_n = le(p + 26, 2), extra_n = le(p + 28, 2), from = at + LOCAL_SIZE + name_n + extra_n;
    if (le(p + 8, 2) != method || from > z.n || !str_eq(name, (Str){ p + LOCAL_SIZE, (size_t)name_n })) return "its own header differs from the directory";
    if (packed > z.n - from) return "it runs beyond the end of the file";
    *out_data = (Str){ z.p + from, (size_t)packed };
    return NULL;
}

static const char *judge(Str z, const char *head, SorEntry *e, uint64_t at, uint64_t packed, bool folders) {
    const char *why = name_wrong(e->name, folders);
    if (why != NULL) return why;
    if ((le(head + 8, 2) & 0x2041) != 0) return "it is encrypted";
    if (e->method != 0 && e->method != 8) return "it is packed in a way that is not read here";
    why = local(z, at, packed, e->method, e->name, &e->data);
    if (why != NULL) return why;
    if (e->method == 0 && e->size != packed) return "its two sizes differ although it is not packed";
    if (e->size > RATIO_FREE && e->size / RATIO_MAX > packed) return "it unpacks to more than 300 times its size: a zip bomb";
    return NULL;
}

static int by_place(const void *a, const void *b) {
    const SorEntry *x = *(const SorEntry *const *)a, *y = *(const SorEntry *const *)b;
    return x->data.p < y->data.p ? -1 : x->data.p > y->data.p;
}

/* Two entries that share bytes: a bomb of another kind, and two readings of one thing. */
static void overlaps(Arena *a, SorEntry *e, size_t n) {
    SorEntry **by = ARENA_ARRAY(a, SorEntry *, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (e[i].wrong == NULL && e[i].data.n > 0) by[k++] = &e[i];
    qsort(by, k, sizeof *by, by_place);
    const char *end = NULL; /* of all before it: a large one may lie under several */
    for (size_t i = 0; i < k; i++) {
        if (end != NULL && by[i]->data.p < end) by[i]->wrong = "it lies over another entry";
        if (end == NULL || by[i]->data.p + by[i]->data.n > end) end = by[i]->data.p + by[i]->data.n;
    }
}

static Err entries(Arena *a, Str z, bool folders, SorEntry **out, size_t *out_n, const char **out_why) {
    Dir d = { 0 };
    if (!read_end(z, &d, out_why)) return E_INPUT;
    SorEntry *list = ARENA_ARRAY(a, SorEntry, (size_t)d.n + 1);
    Str rest = { z.p + d.at, (size_t)d.size };
    *out_why = "its directory is damaged";
    for (size_t i = 0; i < d.n; i++) {
        if (rest.n < HEAD_SIZE || le(rest.p, 4) != 0x02014b50) return E_INPUT;
        const char *h = rest.p;
        uint64_t name_n = le(h + 28, 2), extra_n = le(h + 30, 2), comment_n = le(h + 32, 2), size = le(h + 24, 4), packed = le(h + 20, 4), at = le(h + 42, 4);
        if (HEAD_SIZE + name_n + extra_n + comment_n > rest.n) return E_INPUT;
        if (!wide((Str){ h + HEAD_SIZE + name_n, (size_t)extra_n }, &size, &packed, &at)) return E_INPUT;
        list[i] = (SorEntry){ .name = { h + HEAD_SIZE, (size_t)name_n }, .size = size, .crc = (uint32_t)le(h + 16, 4), .method = (uint16_t)le(h + 10, 2) };
        list[i].wrong = judge(z, h, &list[i], at, packed, folders);
        rest = str_sub(rest, (size_t)(HEAD_SIZE + name_n + extra_n + comment_n), rest.n);
    }
    overlaps(a, list, (size_t)d.n);
    *out = list;
    *out_n = (size_t)d.n;
    return OK;
}

Err sor_zip_entries(Arena *a, Str z, SorEntry **out, size_t *out_n, const char **out_why) { return entries(a, z, false, out, out_n, out_why); }
Err sor_zip_tree(Arena *a, Str z, SorEntry **out, size_t *out_n, const char **out_why) { return entries(a, z, true, out, out_n, out_why); }
