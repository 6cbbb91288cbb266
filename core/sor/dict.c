/* dict.c - values by number, and cells by key. Tables of fixed or doubling size in arena memory. */
#include "core/sor/sor_in.h"

uint64_t sor_hash(Str s) {
    uint64_t h = UINT64_C(0x9E3779B97F4A7C15) ^ s.n, w = 0;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        h = (h ^ w) * UINT64_C(0xFF51AFD7ED558CCD);
        h ^= h >> 32;
    }
    w = 0;
    if (i < s.n) memcpy(&w, s.p + i, s.n - i);
    h = (h ^ w) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 29;
}

static uint32_t slots_for(uint32_t max) {
    uint32_t n = 16;
    while (n < max * 2 + 2) n *= 2;
    return n;
}

void dict_new(Arena *a, uint32_t max, SorDict *out) {
    uint32_t slots = slots_for(max);
    *out = (SorDict){ .v = ARENA_ARRAY(a, Str, max + 1), .rows = ARENA_ARRAY(a, int64_t, max + 1), .n = 1, .max = max, .slots = ARENA_ARRAY(a, uint32_t, slots), .slots_n = slots };
    out->v[0] = S("");
}

uint32_t dict_id(Arena *a, SorDict *d, Str value) {
    if (value.n == 0) return 0;
    uint32_t at = (uint32_t)sor_hash(value) & (d->slots_n - 1);
    for (; d->slots[at] != 0; at = (at + 1) & (d->slots_n - 1))
        if (str_eq(d->v[d->slots[at]], value)) return d->slots[at];
    if (d->n >= d->max) { /* the last number stands for all that found no room */
        if (d->n == d->max) d->v[d->n++] = S("(more values than are told apart)");
        return d->max;
    }
    d->v[d->n] = str_dup(a, value);
    d->slots[at] = d->n;
    return d->n++;
}

void dict_forget_rows(SorDict *d) { memset(d->rows, 0, (d->max + 1) * sizeof *d->rows); }

void raw_new(Arena *a, uint32_t max, Raw *out) {
    uint32_t slots = slots_for(max);
    *out = (Raw){ .v = ARENA_ARRAY(a, Str, max + 1), .id = ARENA_ARRAY(a, uint32_t, max + 1), .n = 1, .max = max, .slots = ARENA_ARRAY(a, uint32_t, slots), .slots_n = slots };
}

Str sor_plain(char *room, Str raw) {
    size_t n = 0;
    if (raw.n < 2 || raw.p[0] != '"' || raw.p[raw.n - 1] != '"') return raw;
    for (size_t i = 1; i + 1 < raw.n; i++) {
        room[n++] = raw.p[i];
        if (raw.p[i] == '"' && i + 2 < raw.n && raw.p[i + 1] == '"') i++;
    }
    return (Str){ room, n };
}

uint32_t raw_find(Arena *a, Raw *r, SorDict *d, Str raw) {
    uint32_t at = (uint32_t)sor_hash(raw) & (r->slots_n - 1);
    for (; r->slots[at] != 0; at = (at + 1) & (r->slots_n - 1)) {
        uint32_t k = r->slots[at];
        if (r->v[k].n != raw.n || !raw_same(r->v[k].p, raw.p, raw.n)) continue;
        r->last = r->v[k];
        r->last_id = r->id[k];
        return r->last_id;
    }
    char room[SOR_VALUE_MAX];
    if (raw.n > sizeof room) return dict_id(a, d, S("(a value longer than any that is published)"));
    uint32_t id = dict_id(a, d, sor_plain(room, raw));
    if (r->n >= r->max) return id; /* so many ways to write it that remembering would never end */
    Str kept = str_dup(a, raw);
    uint32_t k = r->n++;
    r->v[k] = kept;
    r->id[k] = id;
    r->slots[at] = k;
    r->last = kept;
    r->last_id = id;
    return id;
}

/* ---- cells ---- */
void cells_new(Arena *a, size_t cap, SorCells *out) {
    must(cap >= 16 && (cap & (cap - 1)) == 0);
    *out = (SorCells){ ARENA_ARRAY(a, SorCell, cap), 0, cap };
}

static size_t cell_first(const SorCells *c, uint64_t key) {
    uint64_t h = key * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h ^ h >> 29) & (c->cap - 1);
}

static size_t cell_place(const SorCells *c, uint64_t key) {
    size_t at = cell_first(c, key);
    while (c->v[at].rows != 0 && c->v[at].key != key) at = (at + 1) & (c->cap - 1);
    return at;
}

void cells_add(Arena *a, SorCells *c, uint64_t key, int64_t rows, int64_t disclosure, int64_t age) {
    must(rows > 0);
    if (c->n * 2 >= c->cap) {
        SorCells more;
        cells_new(a, c->cap * 2, &more);
        for (size_t i = 0; i < c->cap; i++)
            if (c->v[i].rows != 0) more.v[cell_place(&more, c->v[i].key)] = c->v[i];
        more.n = c->n;
        *c = more;
    }
    SorCell *v = &c->v[cell_place(c, key)];
    c->n += v->rows == 0;
    v->key = key;
    v->rows += rows;
    v->disclosure_days += disclosure;
    v->age_days += age;
}

/* Cells lie far apart in memory, and fetching one takes longer than reading a row: a cell is fetched some rows before it is counted up. */
void cells_later(SorPart *p, uint64_t key, int64_t disclosure, int64_t age) {
    SorCell *c = &p->later[p->later_n++ % LATER];
    if (c->rows != 0) cells_add(p->per, &p->cells, c->key, 1, c->disclosure_days, c->age_days);
    *c = (SorCell){ key, 1, disclosure, age };
    __builtin_prefetch(&p->cells.v[cell_first(&p->cells, key)], 1);
}

void cells_now(SorPart *p) {
    for (size_t i = 0; i < LATER; i++) {
        const SorCell *c = &p->later[i];
        if (c->rows != 0) cells_add(p->per, &p->cells, c->key, 1, c->disclosure_days, c->age_days);
        p->later[i].rows = 0;
    }
}
