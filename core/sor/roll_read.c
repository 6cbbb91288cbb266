/* roll_read.c - the year file as it is asked: opened without copying, its tables added up in place. */
#include "core/seal/seal.h"
#include "core/sor/roll_in.h"
#include "foundation/base/when.h"

const char roll_magic[8] = { 'K', 'E', 'T', 'E', 'N', 'R', 'O', 'L' };
const RollDef roll_defs[RT_N] = {
    [RT_CATEGORY] = { SD_FAMILY, SD_CATEGORY, SD_N }, [RT_SOURCE] = { SD_CATEGORY, SD_SOURCE, SD_N }, [RT_DETECTION] = { SD_FAMILY, SD_SOURCE, SD_DETECTION }, [RT_DECISION] = { SD_FAMILY, SD_DECISION, SD_N },
    [RT_VISIBILITY] = { SD_FAMILY, SD_VISIBILITY, SD_N }, [RT_SCOPE] = { SD_FAMILY, SD_SCOPE, SD_N }, [RT_ACCOUNT] = { SD_FAMILY, SD_ACCOUNT, SD_N }, [RT_GROUND] = { SD_FAMILY, SD_GROUND, SD_N },
    [RT_DISCLOSURE] = { SD_FAMILY, SD_DISCLOSURE, SD_N }, [RT_AGE] = { SD_FAMILY, SD_AGE, SD_SOURCE }, [RT_TERMS] = { SD_FAMILY, SD_N, SD_N },
    [RT_ENDS] = { SD_FAMILY, SD_N, SD_N }, [RT_OTHERS] = { SD_N, SD_N, SD_N }, [RT_TEXTS] = { SD_N, SD_N, SD_N },
};

const int32_t roll_end_days[8] = { 1, 3, 7, 14, 30, 90, 180, 365 };

typedef struct In { const uint8_t *p, *end; bool bad; } In;
static uint64_t get_le(In *in, int bytes) {
    uint64_t v = 0;
    if (in->end - in->p < bytes) in->bad = true;
    if (in->bad) return 0;
    for (int i = 0; i < bytes; i++) v |= (uint64_t)in->p[i] << (8 * i);
    in->p += bytes;
    return v;
}
static Str get_text(In *in, size_t max) {
    uint64_t n = get_le(in, 4);
    if (n > max || n > (uint64_t)(in->end - in->p)) in->bad = true;
    if (in->bad) return STR_NONE;
    Str s = str_bytes(in->p, (size_t)n);
    in->p += n;
    return s;
}

static bool get_file(In *in, int year, RollFile *f) {
    Date d;
    *f = (RollFile){ .stem = get_text(in, ROLL_NAME_MAX), .day = get_text(in, 10), .slug = get_text(in, ROLL_NAME_MAX), .kind = get_text(in, ROLL_NAME_MAX) };
    f->cube = get_text(in, ROLL_SUM);
    f->rows = (int64_t)get_le(in, 8);
    f->order = (int64_t)get_le(in, 8);
    f->coarse = (uint8_t)get_le(in, 1);
    uint64_t has = get_le(in, 1);
    f->texts = (has & 1) != 0;
    f->keywords = (has & 2) != 0;
    f->others = (has & 4) != 0;
    if (in->bad || f->rows < 0 || f->cube.n != ROLL_SUM || date_parse(f->day, &d) != OK || d.y != year) return false;
    f->day_n = date_days(d);
    return true;
}

static bool get_dict(Arena *a, In *in, uint64_t most, Str **out, uint32_t *out_n) {
    uint64_t n = get_le(in, 4);
    if (in->bad || n == 0 || n > most || n > (uint64_t)(in->end - in->p)) return false;
    Str *v = ARENA_ARRAY(a, Str, (size_t)n);
    v[0] = S("");
    for (uint32_t i = 1; i < n; i++) v[i] = get_text(in, (size_t)SOR_VALUE_MAX * 16);
    *out = v;
    *out_n = (uint32_t)n;
    return !in->bad;
}

static bool get_head(Arena *a, In *in, Roll *r) {
    uint64_t files = get_le(in, 4);
    if (in->bad || files > ROLL_FILES_MAX || files > (uint64_t)(in->end - in->p)) return false;
    r->files = ARENA_ARRAY(a, RollFile, (size_t)files + 1);
    for (; r->files_n < files; r->files_n++)
        if (!get_file(in, r->year, &r->files[r->files_n])) return false;
    for (int d = 0; d < SD_DICTS; d++)
        if (!get_dict(a, in, UINT64_C(1) << sor_dim_bits[d], &r->dict[d], &r->dict_n[d])) return false;
    if (!get_dict(a, in, ROLL_OTHERS_MAX + 1, &r->others, &r->others_n)) return false;
    for (int t = 0; t < RT_N; t++) {
        uint64_t n = get_le(in, 8);
        r->sum[t] = get_le(in, 8);
        if (n > ROLL_MAX / 8) return false;
        r->n[t] = (size_t)n;
    }
    return !in->bad && in->p == in->end;
}

/* The tables, one after the other; all of the file and no more. */
static bool body(Roll *r, size_t at) {
    size_t index = roll_pad((r->dict_n[SD_PLATFORM] + 1) * sizeof(uint32_t));
    for (int t = 0; t < RT_N; t++) {
        size_t need = index + r->n[t] * 8;
        if (need > r->bytes.n || at > r->bytes.n - need) return false;
        r->index[t] = (const uint32_t *)(const void *)(r->bytes.p + at);
        r->entries[t] = (const uint8_t *)r->bytes.p + at + index;
        at += need;
        if (r->index[t][0] != 0 || r->index[t][r->dict_n[SD_PLATFORM]] != r->n[t]) return false;
        for (uint32_t p = 0; p < r->dict_n[SD_PLATFORM]; p++)
            if (r->index[t][p] > r->index[t][p + 1]) return false;
    }
    return at == r->bytes.n;
}

Err roll_open(Arena *a, Str bytes, Roll *out, const char **out_why) {
    uint8_t sum[ROLL_SUM];
    Roll r = { .bytes = bytes };
    must(((uintptr_t)bytes.p & 7) == 0);
    *out_why = "it is no year file";
    if (bytes.n < ROLL_FIXED + ROLL_SUM || memcmp(bytes.p, roll_magic, sizeof roll_magic) != 0) return E_INPUT;
    In in = { (const uint8_t *)bytes.p + sizeof roll_magic, (const uint8_t *)bytes.p + ROLL_FIXED, false };
    uint64_t version = get_le(&in, 2), zero = get_le(&in, 2), year = get_le(&in, 4), head = get_le(&in, 4);
    uint32_t order = 0;
    memcpy(&order, in.p, 4); /* as this machine reads it */
    *out_why = "it was written by another version or on another kind of machine";
    if (version != ROLL_VERSION || zero != 0 || order != ROLL_ORDER) return E_INPUT;
    *out_why = "its head is damaged";
    if (year < 1900 || year > 9999 || head > bytes.n - ROLL_FIXED - ROLL_SUM) return E_INPUT;
    r.year = (int)year;
    seal_sha256(str_sub(bytes, 0, ROLL_FIXED + (size_t)head), sum);
    if (memcmp(sum, bytes.p + ROLL_FIXED + head, ROLL_SUM) != 0) return E_INPUT;
    in = (In){ (const uint8_t *)bytes.p + ROLL_FIXED, (const uint8_t *)bytes.p + ROLL_FIXED + head, false };
    if (!get_head(a, &in, &r)) return E_INPUT;
    *out_why = "its tables are damaged";
    if (!body(&r, roll_pad(ROLL_FIXED + (size_t)head + ROLL_SUM))) return E_INPUT;
    *out = r;
    return OK;
}

bool roll_sound(Roll *r, RollTable t) {
    if (r->checked[t] == 0) {
        RollSum s = { 0, 0 };
        uint64_t w = 0;
        size_t words = roll_pad((r->dict_n[SD_PLATFORM] + 1) * sizeof(uint32_t)) / 8 + r->n[t];
        const uint8_t *p = (const uint8_t *)(const void *)r->index[t];
        for (size_t i = 0; i < words; i++) {
            memcpy(&w, p + 8 * i, 8);
            roll_sum_add(&s, w);
        }
        r->checked[t] = roll_sum_end(&s) == r->sum[t] ? 1 : 2;
    }
    return r->checked[t] == 1;
}

uint32_t roll_platform(const Roll *r, Str name) {
    uint32_t lo = 1, hi = r->dict_n[SD_PLATFORM];
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (str_cmp(r->dict[SD_PLATFORM][mid], name) < 0) lo = mid + 1;
        else hi = mid;
    }
    return lo < r->dict_n[SD_PLATFORM] && str_eq(r->dict[SD_PLATFORM][lo], name) ? lo : 0;
}

bool roll_has(const Roll *r, Str stem) {
    size_t lo = 0, hi = r->files_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(r->files[mid].stem, stem) < 0) lo = mid + 1;
        else hi = mid;
    }
    return lo < r->files_n && str_eq(r->files[lo].stem, stem);
}

void roll_add_up(const Roll *r, RollTable t, uint32_t platform, const uint16_t *slot_of, const uint8_t *class_of, size_t classes, int64_t *acc) {
    must(t != RT_TEXTS && platform < r->dict_n[SD_PLATFORM]);
    const RollEntry *e = roll_entries(r, t), *end = e + r->index[t][platform + 1];
    for (e += r->index[t][platform]; e < end; e++) acc[(size_t)slot_of[e->file] * classes + class_of[(uint32_t)e->a << 8 | e->b]] += e->rows;
}
