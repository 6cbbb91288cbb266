/* roll.c - making the year file: what is new is gathered by table, sorted, and merged with what was there as it is written. */
#include "core/seal/seal.h"
#include "core/sor/roll_in.h"
#include "core/sor/sor_in.h"
#include "foundation/base/when.h"

#include <stdlib.h>

/* What is new in one table: platform, file and value in one key (of texts: the hash in its lower half). */
typedef struct Fresh { uint64_t key; uint32_t rows; } Fresh;
typedef struct Stage { Fresh *v; size_t n, cap; } Stage;
struct RollMaker {
    Arena *a;
    int year;
    const Roll *old;
    RollFile *files;             /* new ones, in the order they came */
    size_t files_n, files_cap;
    SorDict dict[SD_DICTS];      /* of the old and the new */
    uint32_t *old_id[SD_DICTS];  /* the old file's numbers here */
    SorDict others;
    uint32_t *old_other;
    Stage stage[RT_N];
};

RollMaker *roll_maker(Arena *a, int year, const Roll *old) {
    RollMaker *m = ARENA_NEW(a, RollMaker);
    *m = (RollMaker){ .a = a, .year = year, .old = old };
    for (int d = 0; d < SD_DICTS; d++) {
        dict_new(a, (1u << sor_dim_bits[d]) - 1, &m->dict[d]);
        if (old == NULL) continue;
        m->old_id[d] = ARENA_ARRAY(a, uint32_t, old->dict_n[d] + 1);
        for (uint32_t i = 1; i < old->dict_n[d]; i++) m->old_id[d][i] = dict_id(a, &m->dict[d], old->dict[d][i]);
    }
    dict_new(a, ROLL_OTHERS_MAX, &m->others);
    m->old_other = ARENA_ARRAY(a, uint32_t, (old != NULL ? old->others_n : 0) + 1);
    for (uint32_t i = 1; old != NULL && i < old->others_n; i++) m->old_other[i] = dict_id(a, &m->others, old->others[i]);
    return m;
}

/* ---- adding a day ---- */
static void stage_put(RollMaker *m, RollTable t, uint64_t key, uint64_t rows) {
    Stage *s = &m->stage[t];
    do { /* more rows than one entry holds are two entries */
        uint32_t some = rows > UINT32_MAX ? UINT32_MAX : (uint32_t)rows;
        s->v = ARENA_ROOM(m->a, s->v, s->n, &s->cap);
        s->v[s->n++] = (Fresh){ key, some };
        rows -= some;
    } while (rows > 0);
}

static uint64_t at_place(uint64_t platform, uint64_t file) { return platform << 48 | file << 32; }

static uint32_t part_of(const uint32_t *const *map, uint64_t key, SorDim d) {
    if (d == SD_N) return 0;
    uint32_t v = sor_key_get(key, d);
    return (int)d < SD_DICTS ? map[d][v] : v;
}

/* With numbers of its own, so that of an extract that turns out damaged nothing stays. */
typedef struct Texts { Arena *a; SorDict platform, family, other; SorCells terms, ends, others; uint64_t *v; size_t n, cap; bool others_known; } Texts;

static bool hash_of(Str hex, uint32_t *out) {
    uint32_t h = 0;
    if (hex.n < 8) return false;
    for (size_t i = 0; i < 8; i++) {
        char c = hex.p[i];
        uint32_t v = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
        if (v > 15) return false;
        h = h << 4 | v;
    }
    *out = h;
    return true;
}

/* Class of the days from the restriction to its end: 0 no end, 1 an end before it, then up to roll_end_days and beyond. */
static uint32_t end_class(const ExtractRow *row) {
    Date from, to;
    if (date_parse(str_sub(row->account_end, 0, 10), &to) != OK || date_parse(str_sub(row->applied, 0, 10), &from) != OK) return 0;
    int32_t days = date_days(to) - date_days(from);
    if (days < 0) return 1;
    for (uint32_t i = 0; i < LEN(roll_end_days); i++)
        if (days <= roll_end_days[i]) return i + 2;
    return ROLL_END_BINS - 1;
}

static void text_take(void *ctx, const ExtractRow *row) {
    Texts *t = ctx;
    uint32_t platform = dict_id(t->a, &t->platform, row->platform), family = dict_id(t->a, &t->family, row->family), h = 0;
    uint32_t said = str_eq(row->illegal, S("Yes")) ? 1 : str_eq(row->illegal, S("No")) ? 2 : 0;
    if (str_ends(row->ground, S("INCOMPATIBLE_CONTENT"))) cells_add(t->a, &t->terms, (uint64_t)platform << 16 | (uint64_t)family << 8 | said, 1, 0, 0);
    if (str_eq(row->account, S("DECISION_ACCOUNT_SUSPENDED"))) cells_add(t->a, &t->ends, (uint64_t)platform << 16 | (uint64_t)family << 8 | end_class(row), 1, 0, 0);
    t->others_known = t->others_known || row->other_known;
    if (row->other.n > 0) cells_add(t->a, &t->others, (uint64_t)platform << 16 | dict_id(t->a, &t->other, row->other), 1, 0, 0);
    if (!hash_of(row->explanation, &h)) return;
    t->v = ARENA_ROOM(t->a, t->v, t->n, &t->cap);
    t->v[t->n++] = (uint64_t)platform << 32 | h;
}

static int by_u64(const void *x, const void *y) {
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

static void family_stage(const Texts *t, const SorCells *cells, RollMaker *m, RollTable table, uint64_t file) {
    for (size_t i = 0; i < cells->cap; i++) {
        const SorCell *c = &cells->v[i];
        if (c->rows == 0) continue;
        uint64_t platform = dict_id(m->a, &m->dict[SD_PLATFORM], t->platform.v[c->key >> 16]), family = dict_id(m->a, &m->dict[SD_FAMILY], t->family.v[c->key >> 8 & 255]);
        stage_put(m, table, at_place(platform, file) | family << 8 | (c->key & 255), (uint64_t)c->rows);
    }
}

/* The smallest hashes of each platform, each once with its rows. */
static void texts_stage(Texts *t, RollMaker *m, uint64_t file) {
    size_t kept = 0;
    if (t->n > 0) qsort(t->v, t->n, sizeof *t->v, by_u64);
    for (size_t i = 0; i < t->n;) {
        size_t same = i;
        while (same < t->n && t->v[same] == t->v[i]) same++;
        if (i == 0 || t->v[i] >> 32 != t->v[i - 1] >> 32) kept = 0;
        if (kept++ < ROLL_TEXTS) {
            size_t rows = same - i < UINT16_MAX ? same - i : UINT16_MAX;
            uint32_t platform = dict_id(m->a, &m->dict[SD_PLATFORM], t->platform.v[t->v[i] >> 32]);
            stage_put(m, RT_TEXTS, at_place(platform, file) | (t->v[i] & UINT32_MAX), rows);
        }
        i = same;
    }
    family_stage(t, &t->terms, m, RT_TERMS, file);
    family_stage(t, &t->ends, m, RT_ENDS, file);
    for (size_t i = 0; i < t->others.cap; i++) {
        const SorCell *c = &t->others.v[i];
        if (c->rows == 0) continue;
        uint64_t platform = dict_id(m->a, &m->dict[SD_PLATFORM], t->platform.v[c->key >> 16]), other = dict_id(m->a, &m->others, t->other.v[c->key & 0xFFFF]);
        stage_put(m, RT_OTHERS, at_place(platform, file) | other, (uint64_t)c->rows);
    }
}

static Err extract_stage(RollMaker *m, Str extract, uint64_t file, bool *out_others) {
    Arena *a = arena_new((size_t)1 << 30);
    Texts t = { .a = a };
    dict_new(a, (1u << sor_dim_bits[SD_PLATFORM]) - 1, &t.platform);
    dict_new(a, (1u << sor_dim_bits[SD_FAMILY]) - 1, &t.family);
    dict_new(a, ROLL_OTHERS_MAX, &t.other);
    cells_new(a, 1 << 10, &t.terms);
    cells_new(a, 1 << 10, &t.ends);
    cells_new(a, 1 << 10, &t.others);
    Err e = extract.n == 0 ? OK : extract_read(extract, text_take, &t);
    if (e == OK) texts_stage(&t, m, file);
    *out_others = e == OK && t.others_known;
    arena_free(a);
    return e;
}

static void cube_stage(RollMaker *m, const SorCube *c, uint64_t file) {
    Arena *a = arena_new((size_t)1 << 30);
    const uint32_t *map[SD_DICTS];
    for (int d = 0; d < SD_DICTS; d++) {
        uint32_t *ids = ARENA_ARRAY(a, uint32_t, c->dict_n[d] + 1);
        for (uint32_t i = 1; i < c->dict_n[d]; i++) ids[i] = dict_id(m->a, &m->dict[d], c->dict[d][i]);
        map[d] = ids;
    }
    for (int t = 0; t < RT_TERMS; t++) {
        const RollDef *def = &roll_defs[t];
        SorCells sums;
        cells_new(a, 1 << 12, &sums);
        for (size_t i = 0; i < c->cells_n; i++) {
            uint64_t k = c->cells[i].key;
            uint64_t key = (uint64_t)map[SD_PLATFORM][sor_key_get(k, SD_PLATFORM)] << 16 | (uint64_t)part_of(map, k, def->a) << 8 | part_of(map, k, def->b) | part_of(map, k, def->high) << 4;
            cells_add(a, &sums, key, c->cells[i].rows, 0, 0);
        }
        for (size_t i = 0; i < sums.cap; i++)
            if (sums.v[i].rows > 0) stage_put(m, (RollTable)t, at_place(sums.v[i].key >> 16, file) | (sums.v[i].key & 0xFFFF), (uint64_t)sums.v[i].rows);
    }
    arena_free(a);
}

Err roll_add(RollMaker *m, const SorCube *c, Str stem, Str cube_sha256, int64_t order, Str extract) {
    Date d;
    must(cube_sha256.n == ROLL_SUM && stem.n <= ROLL_NAME_MAX);
    if (date_parse(c->day, &d) != OK || d.y != m->year || c->slug.n > ROLL_NAME_MAX || c->kind.n > ROLL_NAME_MAX) return E_INPUT;
    if (m->old != NULL && roll_has(m->old, stem)) return E_CONFLICT;
    for (size_t i = 0; i < m->files_n; i++)
        if (str_eq(m->files[i].stem, stem)) return E_CONFLICT;
    if (m->files_n + (m->old != NULL ? m->old->files_n : 0) >= ROLL_FILES_MAX) return E_LIMIT;
    bool others = false;
    TRY(extract_stage(m, extract, m->files_n, &others));
    cube_stage(m, c, m->files_n);
    m->files = ARENA_ROOM(m->a, m->files, m->files_n, &m->files_cap);
    m->files[m->files_n++] = (RollFile){ .stem = str_dup(m->a, stem), .day = str_dup(m->a, c->day), .slug = str_dup(m->a, c->slug), .kind = str_dup(m->a, c->kind), .cube = str_dup(m->a, cube_sha256),
        .rows = c->rows, .order = order, .coarse = c->coarse, .texts = extract.n > 0, .keywords = c->keywords, .others = others, .day_n = date_days(d) };
    return OK;
}

/* ---- writing: values in byte order, files by name, entries by platform and file ---- */
typedef struct Final {
    RollMaker *m;
    Arena *a;
    uint32_t *id[SD_DICTS];      /* the maker's number -> the file's */
    const Str *name[SD_DICTS];
    const RollFile *files;
    size_t files_n;
    uint32_t *other_id;
    const Str *other;
    uint16_t *old_file, *new_file;
} Final;
typedef struct Named { Str v; uint32_t id; } Named;
static int by_name(const void *x, const void *y) { return str_cmp(((const Named *)x)->v, ((const Named *)y)->v); }
static int by_key(const void *x, const void *y) {
    const Fresh *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key ? 1 : (a->rows > b->rows) - (a->rows < b->rows);
}

static const Str *final_dict(Arena *a, const SorDict *dict, uint32_t **out_id) {
    Named *v = ARENA_ARRAY(a, Named, dict->n + 1);
    Str *names = ARENA_ARRAY(a, Str, dict->n + 1);
    *out_id = ARENA_ARRAY(a, uint32_t, dict->max + 1);
    for (uint32_t i = 1; i < dict->n; i++) v[i] = (Named){ dict->v[i], i };
    qsort(v + 1, dict->n - 1, sizeof *v, by_name);
    names[0] = S("");
    for (uint32_t i = 1; i < dict->n; i++) {
        names[i] = v[i].v;
        (*out_id)[v[i].id] = i;
    }
    return names;
}
static void final_dicts(Final *f) {
    for (int d = 0; d < SD_DICTS; d++) f->name[d] = final_dict(f->a, &f->m->dict[d], &f->id[d]);
    f->other = final_dict(f->a, &f->m->others, &f->other_id);
}

static void final_files(Final *f) {
    const Roll *old = f->m->old;
    size_t old_n = old != NULL ? old->files_n : 0, n = old_n + f->m->files_n;
    Named *v = ARENA_ARRAY(f->a, Named, n + 1);
    RollFile *files = ARENA_ARRAY(f->a, RollFile, n + 1);
    f->old_file = ARENA_ARRAY(f->a, uint16_t, ROLL_KEYS);
    f->new_file = ARENA_ARRAY(f->a, uint16_t, f->m->files_n + 1);
    for (size_t i = 0; i < n; i++) v[i] = (Named){ i < old_n ? old->files[i].stem : f->m->files[i - old_n].stem, (uint32_t)i };
    if (n > 0) qsort(v, n, sizeof *v, by_name);
    for (size_t i = 0; i < n; i++) {
        bool was = v[i].id < old_n;
        files[i] = was ? old->files[v[i].id] : f->m->files[v[i].id - old_n];
        if (was) f->old_file[v[i].id] = (uint16_t)i;
        else f->new_file[v[i].id - old_n] = (uint16_t)i;
    }
    f->files = files;
    f->files_n = n;
}

static uint32_t final_id(const Final *f, SorDim d, uint32_t v) { return (int)d < SD_DICTS && v <= f->m->dict[d].max ? f->id[d][v] : v; }

/* The lower half of a key with the final numbers. was: numbers of the old file. */
static uint64_t final_low(const Final *f, RollTable t, uint64_t low, bool was) {
    if (t == RT_TEXTS) return low & UINT32_MAX;
    if (t == RT_OTHERS) {
        uint32_t other = (uint32_t)low & 0xFFFF;
        if (was) other = other < f->m->old->others_n ? f->m->old_other[other] : 0;
        return f->other_id[other];
    }
    const RollDef *def = &roll_defs[t];
    uint32_t p[3] = { (uint32_t)(low >> 8) & 255, def->high == SD_N ? (uint32_t)low & 255 : roll_low((uint32_t)low & 255), roll_high((uint32_t)low & 255) };
    const SorDim dims[3] = { def->a, def->b, def->high };
    for (int i = 0; i < 3; i++) {
        SorDim d = dims[i];
        if ((int)d >= SD_DICTS) continue;
        if (was) p[i] = p[i] < f->m->old->dict_n[d] ? f->m->old_id[d][p[i]] : 0;
        p[i] = final_id(f, d, p[i]);
    }
    return (uint64_t)p[0] << 8 | p[1] | (def->high == SD_N ? 0 : (uint64_t)p[2] << 4);
}

static void fresh_ready(const Final *f, RollTable t) {
    Stage *s = &f->m->stage[t];
    for (size_t i = 0; i < s->n; i++) {
        uint64_t k = s->v[i].key;
        s->v[i].key = at_place(f->id[SD_PLATFORM][k >> 48], f->new_file[k >> 32 & 0xFFFF]) | final_low(f, t, k, false);
    }
    if (s->n > 0) qsort(s->v, s->n, sizeof *s->v, by_key);
}

/* One table, old and new merged; each entry is given to `each` in order. */
typedef void Each(void *ctx, uint64_t key, uint32_t rows);
static void merged(const Final *f, RollTable t, Each *each, void *ctx) {
    const Roll *old = f->m->old;
    const Stage *s = &f->m->stage[t];
    size_t k = 0;
    for (uint32_t p = 0; old != NULL && p < old->dict_n[SD_PLATFORM]; p++) {
        uint64_t platform = f->id[SD_PLATFORM][f->m->old_id[SD_PLATFORM][p]];
        for (size_t i = old->index[t][p]; i < old->index[t][p + 1]; i++) {
            const RollEntry *e = &roll_entries(old, t)[i];
            const RollText *x = &roll_texts(old)[t == RT_TEXTS ? i : 0];
            uint64_t low = t == RT_TEXTS ? x->hash : final_low(f, t, (uint64_t)e->a << 8 | e->b, true);
            uint64_t key = at_place(platform, f->old_file[t == RT_TEXTS ? x->file : e->file]) | low;
            for (; k < s->n && s->v[k].key < key; k++) each(ctx, s->v[k].key, s->v[k].rows);
            each(ctx, key, t == RT_TEXTS ? x->rows : e->rows);
        }
    }
    for (; k < s->n; k++) each(ctx, s->v[k].key, s->v[k].rows);
}

static uint64_t word_of(RollTable t, uint64_t key, uint32_t rows) {
    uint64_t w = 0;
    if (t == RT_TEXTS) {
        RollText x = { .hash = (uint32_t)key, .file = (uint16_t)(key >> 32), .rows = (uint16_t)rows };
        memcpy(&w, &x, 8);
    } else {
        RollEntry e = { .rows = rows, .file = (uint16_t)(key >> 32), .a = (uint8_t)(key >> 8), .b = (uint8_t)key };
        memcpy(&w, &e, 8);
    }
    return w;
}

typedef struct Count { RollTable t; uint32_t *index; RollSum sum; size_t n; } Count;
static void count_index(void *ctx, uint64_t key, uint32_t rows) {
    Count *c = ctx;
    (void)rows;
    c->index[(key >> 48) + 1]++;
    c->n++;
}
static void count_sum(void *ctx, uint64_t key, uint32_t rows) {
    Count *c = ctx;
    roll_sum_add(&c->sum, word_of(c->t, key, rows));
}

typedef struct Out { RollPut *put; void *ctx; Buf b; Err e; RollTable t; } Out;
static void out_flush(Out *o, size_t from) {
    if (o->b.n < from || o->e != OK) return;
    o->e = buf_err(&o->b) == OK ? o->put(o->ctx, buf_str(&o->b)) : E_LIMIT;
    buf_clear(&o->b);
}
static void out_entry(void *ctx, uint64_t key, uint32_t rows) {
    Out *o = ctx;
    uint64_t w = word_of(o->t, key, rows);
    buf_put(&o->b, str_bytes(&w, 8));
    out_flush(o, 1 << 20);
}

static void put_le(Buf *b, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) buf_ch(b, (char)(uint8_t)(v >> (8 * i)));
}
static void put_text(Buf *b, Str s) {
    put_le(b, s.n, 4);
    buf_put(b, s);
}

static void head_of(const Final *f, const Count *count, Buf *b) {
    put_le(b, f->files_n, 4);
    for (size_t i = 0; i < f->files_n; i++) {
        const RollFile *x = &f->files[i];
        put_text(b, x->stem);
        put_text(b, x->day);
        put_text(b, x->slug);
        put_text(b, x->kind);
        put_text(b, x->cube);
        put_le(b, (uint64_t)x->rows, 8);
        put_le(b, (uint64_t)x->order, 8);
        put_le(b, x->coarse, 1);
        put_le(b, (x->texts ? 1 : 0) | (x->keywords ? 2 : 0) | (x->others ? 4 : 0), 1);
    }
    for (int d = 0; d < SD_DICTS; d++) {
        put_le(b, f->m->dict[d].n, 4);
        for (uint32_t i = 1; i < f->m->dict[d].n; i++) put_text(b, f->name[d][i]);
    }
    put_le(b, f->m->others.n, 4);
    for (uint32_t i = 1; i < f->m->others.n; i++) put_text(b, f->other[i]);
    for (int t = 0; t < RT_N; t++) {
        put_le(b, count[t].n, 8);
        put_le(b, roll_sum_end(&count[t].sum), 8);
    }
}

static void fixed_put(const Final *f, const Buf *head, Out *o) {
    uint32_t order = ROLL_ORDER;
    uint8_t sum[ROLL_SUM];
    buf_put(&o->b, str_bytes(roll_magic, sizeof roll_magic));
    put_le(&o->b, ROLL_VERSION, 2);
    put_le(&o->b, 0, 2);
    put_le(&o->b, (uint64_t)f->m->year, 4);
    put_le(&o->b, head->n, 4);
    buf_put(&o->b, str_bytes(&order, 4));
    buf_put(&o->b, buf_str(head));
    seal_sha256(buf_str(&o->b), sum);
    buf_put(&o->b, str_bytes(sum, sizeof sum));
    while (o->b.n % 8 != 0) buf_ch(&o->b, '\0');
}

static void count_table(const Final *f, RollTable t, size_t platforms, Count *c) {
    size_t words = roll_pad((platforms + 1) * sizeof(uint32_t));
    uint64_t w = 0;
    *c = (Count){ .t = t, .index = arena_alloc(f->a, words + 8) };
    merged(f, t, count_index, c);
    for (size_t i = 0; i < platforms; i++) c->index[i + 1] += c->index[i];
    for (size_t i = 0; i < words / 8; i++) {
        memcpy(&w, (const uint8_t *)c->index + 8 * i, 8);
        roll_sum_add(&c->sum, w);
    }
    merged(f, t, count_sum, c);
}

Err roll_write(RollMaker *m, RollPut *put, void *ctx) {
    Final f = { .m = m, .a = m->a };
    Count count[RT_N];
    Out o = { .put = put, .ctx = ctx, .b = buf_new(96 << 20) };
    Buf head = buf_new(64 << 20);
    size_t platforms = m->dict[SD_PLATFORM].n, all = 0;
    final_dicts(&f);
    final_files(&f);
    for (int t = 0; t < RT_N; t++) {
        fresh_ready(&f, (RollTable)t);
        count_table(&f, (RollTable)t, platforms, &count[t]);
        all += count[t].n * 8;
    }
    head_of(&f, count, &head);
    o.e = buf_err(&head) == OK && all < ROLL_MAX ? OK : E_LIMIT;
    if (o.e == OK) fixed_put(&f, &head, &o);
    for (int t = 0; t < RT_N && o.e == OK; t++) {
        o.t = (RollTable)t;
        buf_put(&o.b, str_bytes(count[t].index, roll_pad((platforms + 1) * sizeof(uint32_t))));
        merged(&f, (RollTable)t, out_entry, &o);
    }
    out_flush(&o, 0);
    buf_free(&o.b);
    buf_free(&head);
    return o.e;
}
