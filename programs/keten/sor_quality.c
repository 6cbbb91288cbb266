/* sor_quality.c - the quality report of a file: what was counted and what was not, every value met, what is new, what differs from the
 * file that was read before for the same day, and what these data cannot say. The same file gives the same report. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/keten/sor_day.h"

/* From the published descriptions of the database (see docs/official.md); printed wherever a figure made of it is. */
static const char *const cannot_say[] = {
    "Only restrictions are in it: a notice that was refused or ignored leaves nothing. Micro and small enterprises are exempt.",
    "It holds no link and no date of notice: a statement cannot be joined to a notice of ours, and how long a platform took cannot be counted.",
    "From content date to application date is the age of the content, not the time of an answer.",
    "The platform alone chooses category and keywords, and keywords are optional: counts by keyword are floors.",
};

static void counts(Json *j, const SorWork *w) {
    const SorCounts *c = &w->day.sum;
    json_key(j, S("lines"));
    json_obj(j);
    json_kv_i64(j, "all", c->lines);
    json_kv_i64(j, "header", c->header);
    json_kv_i64(j, "parsed", c->parsed);
    json_kv_i64(j, "repaired", c->repaired);
    json_kv_i64(j, "quarantined", c->quarantined);
    json_end_obj(j);
    json_key(j, S("why"));
    json_obj(j);
    for (size_t i = 1; i < SW_N; i++)
        if (c->why[i] > 0) json_kv_i64(j, sor_why_codes[i], c->why[i]);
    json_end_obj(j);
    json_kv_i64(j, "rows", c->rows);
    json_kv_i64(j, "extract_rows", c->extract_rows);
    json_kv_i64(j, "bytes_unpacked", c->bytes);
    json_key(j, S("published_rows"));
    if (w->published >= 0) json_i64(j, w->published);
    else json_nil(j);
    json_key(j, S("rows_less_published"));
    if (w->published >= 0) json_i64(j, c->rows - w->published);
    else json_nil(j);
}

static void texts(Json *j, const char *key, const SorDict *d) {
    json_key(j, str_c(key));
    json_arr(j);
    for (uint32_t i = 0; i < d->n; i++) {
        if (d->rows[i] == 0) continue;
        json_obj(j);
        json_kv_str(j, "value", i == 0 ? S("(none)") : d->v[i]);
        json_kv_i64(j, "parts", d->rows[i]);
        json_end_obj(j);
    }
    json_end_arr(j);
}

typedef struct Met { Str v; int64_t rows; } Met;
static int by_text(const void *a, const void *b) { return str_cmp(((const Met *)a)->v, ((const Met *)b)->v); }

/* In byte order, so that it does not matter which part came first. */
static size_t met(Arena *a, const SorDict *d, Met **out) {
    size_t n = 0;
    Met *m = ARENA_ARRAY(a, Met, d->n + 1);
    for (uint32_t i = 1; i < d->n; i++)
        if (d->rows[i] > 0) m[n++] = (Met){ d->v[i], d->rows[i] };
    qsort(m, n, sizeof *m, by_text);
    *out = m;
    return n;
}

static void values(Arena *a, Json *j, const SorWork *w) {
    const SorValue *v = NULL;
    size_t known = sor_values(a, &v);
    json_key(j, S("values"));
    json_obj(j);
    for (size_t i = 0; i < SOR_LEARN_N; i++) {
        Str column = str_c(sor_col_names[sor_learn_cols[i]]);
        bool listed = sor_value_listed(v, known, column);
        SorDict words;
        Met *m = NULL;
        sor_words(a, &w->day.learn[i], &words);
        size_t n = met(a, sor_learn_cols[i] == SC_PLATFORM || sor_learn_cols[i] == SC_SCOPE ? &w->day.learn[i] : &words, &m);
        json_key(j, column);
        json_arr(j);
        if (w->day.learn[i].rows[0] > 0) {
            json_obj(j);
            json_kv_str(j, "value", S(""));
            json_kv_i64(j, "rows", w->day.learn[i].rows[0]);
            json_end_obj(j);
        }
        for (size_t k = 0; k < n; k++) {
            json_obj(j);
            json_kv_str(j, "value", m[k].v);
            json_kv_i64(j, "rows", m[k].rows);
            if (listed && !sor_value_known(v, known, column, m[k].v)) json_kv_bool(j, "unknown", true);
            if (sor_learn_cols[i] == SC_PLATFORM && !sor_seen(w, m[k].v)) json_kv_bool(j, "first_seen", true);
            json_end_obj(j);
        }
        json_end_arr(j);
    }
    json_end_obj(j);
}

static void families(Arena *a, Json *j, const SorWork *w) {
    Met *m = NULL;
    size_t n = met(a, &w->day.family, &m);
    json_key(j, S("families"));
    json_arr(j);
    for (size_t i = 0; i < n; i++) {
        json_obj(j);
        json_kv_str(j, "offences", m[i].v);
        json_kv_i64(j, "rows", m[i].rows);
        json_end_obj(j);
    }
    json_end_arr(j);
}

/* ---- against the file that was read before for this day ---- */
typedef struct Pair { Str name; int64_t before, now; } Pair;
static int by_pair(const void *a, const void *b) { return str_cmp(((const Pair *)a)->name, ((const Pair *)b)->name); }

static size_t sums(Arena *a, const SorCube *c, SorDim d, int64_t **out) {
    *out = ARENA_ARRAY(a, int64_t, c->dict_n[d] + 1);
    for (size_t i = 0; i < c->cells_n; i++) (*out)[sor_key_get(c->cells[i].key, d)] += c->cells[i].rows;
    return c->dict_n[d];
}

static void differences(Arena *a, Json *j, const SorCube *old, const SorCube *now, SorDim d) {
    int64_t *before = NULL, *after = NULL;
    size_t n1 = sums(a, old, d, &before), n2 = sums(a, now, d, &after), n = 0;
    Pair *p = ARENA_ARRAY(a, Pair, n1 + n2 + 1);
    for (size_t i = 0; i < n1; i++) p[n++] = (Pair){ old->dict[d][i], before[i], 0 };
    for (size_t i = 0; i < n2; i++) p[n++] = (Pair){ now->dict[d][i], 0, after[i] };
    qsort(p, n, sizeof *p, by_pair);
    json_key(j, str_c(sor_dim_names[d]));
    json_arr(j);
    for (size_t i = 0; i < n; i++) {
        Pair x = p[i];
        while (i + 1 < n && str_eq(p[i + 1].name, x.name)) {
            i++;
            x.before += p[i].before;
            x.now += p[i].now;
        }
        if (x.before == x.now) continue;
        json_obj(j);
        json_kv_str(j, "value", x.name);
        json_kv_i64(j, "before", x.before);
        json_kv_i64(j, "now", x.now);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void against_prior(Arena *a, Json *j, const SorWork *w) {
    Str bytes = STR_NONE;
    SorCube old = { 0 };
    const char *why = "it is gone";
    Str stem = sor_stem(a, w->prior.day, w->prior.slug, w->prior.kind, w->prior.sha256);
    json_key(j, S("other_file"));
    json_obj(j);
    json_kv_str(j, "sha256", hex_enc(a, w->prior.sha256));
    json_kv_i64(j, "rows", w->prior.rows);
    json_kv_i64(j, "rows_more_now", w->day.sum.rows - w->prior.rows);
    if (file_read(a, str_fmt(a, "%s/" STR_FMT ".cube", w->dir, STR_ARG(stem)).p, SOR_CUBE_MAX, &bytes) != OK || sor_cube_read(a, bytes, &old, &why) != OK) {
        json_kv_str(j, "cube", str_c(why));
    } else {
        json_key(j, S("differs"));
        json_obj(j);
        for (int d = SD_PLATFORM; d <= SD_FAMILY; d++) differences(a, j, &old, &w->cube, (SorDim)d);
        json_end_obj(j);
    }
    json_end_obj(j);
}

void sor_quality(Arena *a, const SorWork *w, Buf *out) {
    Json j = json_to(out, true);
    json_obj(&j);
    json_kv_str(&j, "file", w->src->base);
    json_kv_str(&j, "sha256", hex_enc(a, str_bytes(w->src->sha256, 32)));
    json_kv_str(&j, "sha1", w->src->sidecar.p == NULL ? S("") : hex_enc(a, str_bytes(w->src->sha1, 20)));
    json_kv_str(&j, "sha1_published", w->src->sidecar.p == NULL ? S("no .sha1 beside it") : S("matches"));
    json_kv_i64(&j, "bytes", (int64_t)w->src->bytes.n);
    json_kv_str(&j, "day", w->src->day);
    json_kv_str(&j, "slug", w->src->slug);
    json_kv_str(&j, "kind", w->src->kind);
    json_kv_str(&j, "home", w->spec.home);
    json_kv_i64(&j, "parts", w->day.parts);
    json_kv_i64(&j, "parts_not_counted", w->day.damaged);
    json_kv_i64(&j, "parts_without_statements", w->day.empty);
    counts(&j, w);
    json_kv_i64(&j, "cells", (int64_t)w->cube.cells_n);
    json_kv_i64(&j, "cube_bytes", w->cube_bytes);
    json_kv_str(&j, "crosswalk", hex_enc(a, w->crosswalk));
    json_kv_i64(&j, "crosswalk_pairs", (int64_t)w->spec.pairs_n);
    texts(&j, "forms", &w->day.heads);
    texts(&j, "unknown_columns", &w->day.ignored);
    families(a, &j, w);
    values(a, &j, w);
    if (w->has_prior) against_prior(a, &j, w);
    json_key(&j, S("cannot_say"));
    json_arr(&j);
    for (size_t i = 0; i < LEN(cannot_say); i++) json_str(&j, str_c(cannot_say[i]));
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(out, '\n');
}
