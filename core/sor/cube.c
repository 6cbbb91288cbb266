/* cube.c - parts added up, and the file of a day: little-endian, with version and checksum, the same bytes for the same day. */
#include "core/seal/seal.h"
#include "core/sor/sor_in.h"

#include <stdlib.h>

enum { CUBE_VERSION = 2, CUBE_OLDEST = 1 /* read still; it says nothing of keywords that are not ours */, SUM = 32, TEXT_MAX = 4096, CELLS_MAX = 4 << 20 };
static const char magic[8] = { 'K', 'E', 'T', 'E', 'N', 'S', 'O', 'R' };
#define ORDER_MARK 0x01020304u

/* ---- adding up ---- */
static const SorDim dim_of[8] = { SD_PLATFORM, SD_CATEGORY, SD_SOURCE, SD_GROUND, SD_VISIBILITY, SD_ACCOUNT, SD_DETECTION, SD_DECISION };

void sor_day_new(Arena *a, SorDay *out) {
    *out = (SorDay){ .a = a };
    for (size_t i = 0; i < SOR_LEARN_N; i++) dict_new(a, sor_learn_max[i], &out->learn[i]);
    dict_new(a, 255, &out->family);
    dict_new(a, 255, &out->heads);
    dict_new(a, 255, &out->ignored);
    cells_new(a, 1 << 14, &out->cells);
}

/* Numbers of the part to numbers of the day; values without rows (of a part that did not count) stay out. */
static uint32_t *translate(Arena *scratch, Arena *a, const SorDict *from, SorDict *to) {
    uint32_t *map = ARENA_ARRAY(scratch, uint32_t, from->max + 1);
    for (uint32_t i = 0; i < from->n; i++) {
        if (from->rows[i] == 0) continue;
        map[i] = dict_id(a, to, from->v[i]);
        to->rows[map[i]] += from->rows[i];
    }
    return map;
}

void sor_day_add(SorDay *d, const SorPart *p) {
    uint32_t *map[SD_N] = { 0 };
    for (size_t i = 0; i < SOR_LEARN_N; i++) {
        uint32_t *m = translate(p->per, d->a, &p->learn[i], &d->learn[i]);
        if (i < LEN(dim_of)) map[dim_of[i]] = m;
    }
    map[SD_FAMILY] = translate(p->per, d->a, &p->family, &d->family);
    for (size_t i = 0; i < p->cells.cap; i++) {
        const SorCell *c = &p->cells.v[i];
        if (c->rows == 0) continue;
        uint64_t key = c->key;
        for (int k = 0; k < SD_DICTS; k++) key = sor_key_set(key, (SorDim)k, map[k][sor_key_get(c->key, (SorDim)k)]);
        cells_add(d->a, &d->cells, key, c->rows, c->disclosure_days, c->age_days);
    }
    d->heads.rows[dict_id(d->a, &d->heads, p->head)]++;
    for (size_t i = 0; i < p->ignored_n; i++) d->ignored.rows[dict_id(d->a, &d->ignored, p->ignored[i])]++;
    int64_t *sum = (int64_t *)(void *)&d->sum;
    const int64_t *add = (const int64_t *)(const void *)&p->c;
    for (size_t i = 0; i < sizeof d->sum / sizeof *sum; i++) sum[i] += add[i];
    d->parts++;
    d->damaged += p->c.why[SW_DAMAGED] + p->c.why[SW_CRC] + p->c.why[SW_SIZE] + p->c.why[SW_ROOM] > 0 || p->head.n == 0;
    d->empty += p->c.rows == 0 && p->c.header == 1 && p->c.lines == 1;
}

/* ---- to a cube: values in byte order, cells by key ---- */
typedef struct Named { Str v; uint32_t id; } Named;
static int by_name(const void *a, const void *b) { return str_cmp(((const Named *)a)->v, ((const Named *)b)->v); }
static int by_key(const void *a, const void *b) {
    uint64_t x = ((const SorCell *)a)->key, y = ((const SorCell *)b)->key;
    return x < y ? -1 : x > y;
}

static uint32_t *sorted(Arena *a, const SorDict *d, Str **out, uint32_t *out_n) {
    Named *v = ARENA_ARRAY(a, Named, d->n + 1);
    uint32_t *map = ARENA_ARRAY(a, uint32_t, d->max + 1);
    *out = ARENA_ARRAY(a, Str, d->n + 1);
    for (uint32_t i = 1; i < d->n; i++) v[i] = (Named){ d->v[i], i };
    qsort(v + 1, d->n - 1, sizeof *v, by_name);
    (*out)[0] = S("");
    for (uint32_t i = 1; i < d->n; i++) {
        (*out)[i] = v[i].v;
        map[v[i].id] = i;
    }
    *out_n = d->n;
    return map;
}

void sor_day_cube(Arena *a, const SorDay *d, Str day, Str slug, Str kind, SorCube *out) {
    uint32_t *map[SD_DICTS];
    *out = (SorCube){ .day = day, .slug = slug, .kind = kind, .rows = d->sum.rows, .keywords = true };
    for (size_t i = 0; i < LEN(dim_of); i++) map[dim_of[i]] = sorted(a, &d->learn[i], &out->dict[dim_of[i]], &out->dict_n[dim_of[i]]);
    map[SD_FAMILY] = sorted(a, &d->family, &out->dict[SD_FAMILY], &out->dict_n[SD_FAMILY]);
    SorCell *cells = ARENA_ARRAY(a, SorCell, d->cells.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < d->cells.cap; i++) {
        if (d->cells.v[i].rows == 0) continue;
        cells[n] = d->cells.v[i];
        for (int k = 0; k < SD_DICTS; k++) cells[n].key = sor_key_set(cells[n].key, (SorDim)k, map[k][sor_key_get(d->cells.v[i].key, (SorDim)k)]);
        n++;
    }
    qsort(cells, n, sizeof *cells, by_key);
    out->cells = cells;
    out->cells_n = n;
}

/* ---- the file ---- */
static void put_le(Buf *b, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) buf_ch(b, (char)(uint8_t)(v >> (8 * i)));
}
static void put_var(Buf *b, uint64_t v) {
    for (; v >= 0x80; v >>= 7) buf_ch(b, (char)(uint8_t)((v & 0x7F) | 0x80));
    buf_ch(b, (char)v);
}
static uint64_t zigzag(int64_t v) { return (uint64_t)v << 1 ^ (uint64_t)(v >> 63); }
static void put_text(Buf *b, Str s) {
    put_var(b, s.n);
    buf_put(b, s);
}

static void write_cells(const SorCell *cells, size_t n, Buf *b) {
    uint64_t last = 0;
    put_var(b, n);
    for (size_t i = 0; i < n; i++) {
        put_var(b, cells[i].key - last);
        put_var(b, (uint64_t)cells[i].rows);
        put_var(b, zigzag(cells[i].disclosure_days));
        put_var(b, zigzag(cells[i].age_days));
        last = cells[i].key;
    }
}

/* Leaves out classes of days (level 1: age, 2: disclosure too) and adds up what falls together; the sums of days stay. */
static size_t coarser(const SorCell *from, size_t n, int level, SorCell *to) {
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        SorCell c = from[i];
        c.key = sor_key_set(c.key, SD_AGE, 0);
        if (level > 1) c.key = sor_key_set(c.key, SD_DISCLOSURE, 0);
        to[i] = c;
    }
    qsort(to, n, sizeof *to, by_key);
    for (size_t i = 0; i < n; i++) {
        if (k > 0 && to[k - 1].key == to[i].key) {
            to[k - 1].rows += to[i].rows;
            to[k - 1].disclosure_days += to[i].disclosure_days;
            to[k - 1].age_days += to[i].age_days;
        } else {
            to[k++] = to[i];
        }
    }
    return k;
}

static Err write_at(Arena *scratch, const SorCube *c, int level, Buf *b) {
    uint8_t sum[SUM];
    const SorCell *cells = c->cells;
    size_t n = c->cells_n;
    if (level > 0) {
        SorCell *some = ARENA_ARRAY(scratch, SorCell, n + 1);
        n = coarser(c->cells, n, level, some);
        cells = some;
    }
    buf_clear(b);
    buf_put(b, str_bytes(magic, sizeof magic));
    put_le(b, c->keywords ? CUBE_VERSION : CUBE_OLDEST, 2);
    put_le(b, (uint64_t)level, 2);
    put_le(b, ORDER_MARK, 4);
    put_le(b, (uint64_t)c->rows, 8);
    put_text(b, c->day);
    put_text(b, c->slug);
    put_text(b, c->kind);
    for (int i = 0; i < SD_DICTS; i++) {
        put_var(b, c->dict_n[i]);
        for (uint32_t k = 1; k < c->dict_n[i]; k++) put_text(b, c->dict[i][k]);
    }
    write_cells(cells, n, b);
    if (buf_err(b) != OK || b->n > SOR_CUBE_MAX - SUM) return E_LIMIT;
    seal_sha256(buf_str(b), sum);
    buf_put(b, str_bytes(sum, SUM));
    return buf_err(b);
}

Err sor_cube_write(Arena *scratch, const SorCube *c, Buf *out) {
    Err e = E_LIMIT;
    for (int level = 0; level <= 2 && e == E_LIMIT; level++) {
        if (level > 0) buf_free(out);
        if (level > 0) *out = buf_new(SOR_CUBE_MAX);
        e = write_at(scratch, c, level, out);
    }
    return e;
}

/* ---- reading it back: nothing in it is believed ---- */
typedef struct In { const uint8_t *p, *end; bool bad; } In;

static uint64_t get_le(In *in, int bytes) {
    uint64_t v = 0;
    if (in->end - in->p < bytes) in->bad = true;
    if (in->bad) return 0;
    for (int i = 0; i < bytes; i++) v |= (uint64_t)in->p[i] << (8 * i);
    in->p += bytes;
    return v;
}
static uint64_t get_var(In *in) {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (in->p == in->end) break;
        uint8_t c = *in->p++;
        if (shift == 63 && c > 1) break;
        v |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) return v;
    }
    in->bad = true;
    return 0;
}
static int64_t unzigzag(uint64_t v) { return (int64_t)(v >> 1) ^ -(int64_t)(v & 1); }
static Str get_text(In *in) {
    uint64_t n = get_var(in);
    if (n > TEXT_MAX * 16 || n > (uint64_t)(in->end - in->p)) in->bad = true;
    if (in->bad) return STR_NONE;
    Str s = str_bytes(in->p, (size_t)n);
    in->p += n;
    return s;
}

static bool read_cells(Arena *a, In *in, SorCube *c) {
    uint64_t n = get_var(in), last = 0;
    int64_t rows = 0;
    if (in->bad || n > CELLS_MAX || n > (uint64_t)(in->end - in->p) / 4) return false;
    SorCell *cells = ARENA_ARRAY(a, SorCell, (size_t)n + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t step = get_var(in), count = get_var(in);
        if (in->bad || (i > 0 && step == 0) || step > UINT64_MAX - last || count == 0 || count > (uint64_t)c->rows) return false;
        last += step;
        cells[i] = (SorCell){ .key = last, .rows = (int64_t)count };
        cells[i].disclosure_days = unzigzag(get_var(in));
        cells[i].age_days = unzigzag(get_var(in));
        if (!i64_add(rows, cells[i].rows, &rows)) return false;
        for (int k = 0; k < SD_DICTS; k++)
            if (sor_key_get(last, (SorDim)k) >= c->dict_n[k]) return false;
        if (sor_key_get(last, SD_DISCLOSURE) >= DISCLOSURE_BINS || sor_key_get(last, SD_AGE) >= AGE_BINS) return false;
    }
    c->cells = cells;
    c->cells_n = (size_t)n;
    return !in->bad && rows == c->rows && in->p == in->end;
}

Err sor_cube_read(Arena *a, Str bytes, SorCube *out, const char **out_why) {
    uint8_t sum[SUM];
    SorCube c = { 0 };
    *out_why = "it is no day cube";
    if (bytes.n < sizeof magic + 16 + SUM || memcmp(bytes.p, magic, sizeof magic) != 0) return E_INPUT;
    In in = { (const uint8_t *)bytes.p + sizeof magic, (const uint8_t *)bytes.p + bytes.n - SUM, false };
    *out_why = "it was written by another version";
    uint64_t version = get_le(&in, 2), level = get_le(&in, 2), order = get_le(&in, 4), rows = get_le(&in, 8);
    if (version < CUBE_OLDEST || version > CUBE_VERSION || order != ORDER_MARK) return E_INPUT;
    *out_why = "its checksum is wrong";
    seal_sha256(str_sub(bytes, 0, bytes.n - SUM), sum);
    if (memcmp(sum, bytes.p + bytes.n - SUM, SUM) != 0) return E_INPUT;
    *out_why = "it is damaged";
    if (level > 2 || rows > INT64_MAX) return E_INPUT;
    c.coarse = (uint8_t)level;
    c.keywords = version >= 2;
    c.rows = (int64_t)rows;
    c.day = get_text(&in);
    c.slug = get_text(&in);
    c.kind = get_text(&in);
    for (int i = 0; i < SD_DICTS; i++) {
        uint64_t n = get_var(&in);
        if (in.bad || n == 0 || n > UINT64_C(1) << sor_dim_bits[i] || n > (uint64_t)(in.end - in.p)) return E_INPUT;
        c.dict_n[i] = (uint32_t)n;
        c.dict[i] = ARENA_ARRAY(a, Str, (size_t)n);
        c.dict[i][0] = S("");
        for (uint32_t k = 1; k < n; k++) c.dict[i][k] = get_text(&in);
    }
    if (in.bad || !read_cells(a, &in, &c)) return E_INPUT;
    *out = c;
    return OK;
}
