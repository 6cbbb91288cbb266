/* record.c - one record: is it sound, and where does it count. */
#include "core/sor/sor_in.h"
#include "foundation/base/when.h"

const char *const sor_col_names[SC_N] = {
    "uuid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction", "decision_monetary", "decision_monetary_other", "end_date_monetary_restriction",
    "decision_provision", "end_date_service_restriction", "decision_account", "end_date_account_restriction", "account_type", "decision_ground", "decision_ground_reference_url",
    "illegal_content_legal_ground", "illegal_content_explanation", "incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal", "category",
    "category_addition", "category_specification", "category_specification_other", "content_type", "content_type_other", "content_language", "content_date", "content_id_ean",
    "territorial_scope", "application_date", "decision_facts", "source_type", "source_identity", "automated_detection", "automated_decision", "platform_name", "platform_uid", "created_at",
};
const SorCol sor_learn_cols[SOR_LEARN_N] = { SC_PLATFORM, SC_CATEGORY, SC_SOURCE, SC_GROUND, SC_VISIBILITY, SC_ACCOUNT, SC_DETECTION, SC_DECISION,
    SC_ADDITION, SC_KEYWORDS, SC_CONTENT_TYPE, SC_LANGUAGE, SC_SCOPE, SC_MONETARY, SC_PROVISION, SC_ACCOUNT_TYPE, SC_TERMS_ILLEGAL };
const char *const sor_dim_names[SD_N] = { "platform", "category", "family", "source", "ground", "visibility", "account", "detection", "decision", "scope", "disclosure", "age" };
const uint8_t sor_dim_bits[SD_N] = { 12, 8, 8, 4, 3, 8, 4, 3, 3, 3, 4, 4 };
const char *const sor_scope_names[SCOPE_N] = { "unknown", "none", "eu", "eea", "home", "one other", "several with home", "several without home" };
const int32_t sor_disclosure_days[9] = { 0, 1, 2, 3, 7, 14, 30, 90, 365 }, sor_age_days[12] = { 0, 1, 3, 7, 14, 30, 90, 180, 365, 730, 1461, 2922 };

static int dim_shift(SorDim d) {
    int at = 0;
    for (int i = 0; i < (int)d; i++) at += sor_dim_bits[i];
    return at;
}
uint32_t sor_key_get(uint64_t key, SorDim d) { return (uint32_t)(key >> dim_shift(d)) & ((1u << sor_dim_bits[d]) - 1); }
uint64_t sor_key_set(uint64_t key, SorDim d, uint32_t v) {
    uint64_t mask = (UINT64_C(1) << sor_dim_bits[d]) - 1;
    must(v <= mask);
    return (key & ~(mask << dim_shift(d))) | (uint64_t)v << dim_shift(d);
}

/* ---- is it sound ---- */
/* All ones where dash says so and there is one, and elsewhere where there is a hexadecimal digit. */
static inline Sixteen uuid_bytes(Sixteen c, Sixteen dash) {
    Sixteen digit = (Sixteen)(c - '0' < 10), letter = (Sixteen)((c | 0x20) - 'a' < 6), hyphen = (Sixteen)(c == '-');
    return ((digit | letter) & ~dash) | (hyphen & dash);
}

bool rec_uuid(const uint8_t *p, size_t n) {
    static const uint8_t dashes[36] = { [8] = 0xFF, [13] = 0xFF, [18] = 0xFF, [23] = 0xFF };
    uint64_t good[2];
    if (n < 36) return false;
    Sixteen all = uuid_bytes(sixteen(p), sixteen(dashes)) & uuid_bytes(sixteen(p + 16), sixteen(dashes + 16)) & uuid_bytes(sixteen(p + 20), sixteen(dashes + 20));
    memcpy(good, &all, sizeof good);
    return (good[0] & good[1]) == UINT64_MAX;
}

static bool digits(const char *p, size_t n, int *out) {
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

/* "YYYY-MM-DD", with or without a time behind it. */
static bool day_parse(Str s, int32_t *out) {
    int y = 0, m = 0, d = 0, hh = 0, mm = 0, ss = 0;
    if (s.n >= 2 && s.p[0] == '"') s = str_sub(s, 1, s.n - 2);
    if (s.n != 10 && s.n != 19) return false;
    if (!digits(s.p, 4, &y) || s.p[4] != '-' || !digits(s.p + 5, 2, &m) || s.p[7] != '-' || !digits(s.p + 8, 2, &d)) return false;
    if (s.n == 19 && ((s.p[10] != ' ' && s.p[10] != 'T') || !digits(s.p + 11, 2, &hh) || !digits(s.p + 14, 2, &mm) || !digits(s.p + 17, 2, &ss) || s.p[13] != ':' || s.p[16] != ':' || hh > 23 || mm > 59 || ss > 60))
        return false;
    if (y < 1583 || y > 9998 || m > 12 || d > 31) return false;
    Date date = { (int16_t)y, (uint8_t)m, (uint8_t)d };
    if (!date_ok(date)) return false;
    *out = date_days(date);
    return true;
}

/* "\"2025-09-01 00:00:00\"", which nearly every one is: of this century, without a branch that hangs on the day. False: look again. */
static inline bool day_usual(const uint8_t *p, int32_t *out) {
    static const uint16_t before[16] = { 0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    static const uint8_t length[16] = { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned y1 = p[3] - '0', y2 = p[4] - '0', m1 = p[6] - '0', m2 = p[7] - '0', d1 = p[9] - '0', d2 = p[10] - '0', h1 = p[12] - '0', h2 = p[13] - '0', n1 = p[15] - '0', n2 = p[16] - '0', s1 = p[18] - '0', s2 = p[19] - '0';
    unsigned y = y1 * 10 + y2, m = (m1 * 10 + m2) & 15, d = d1 * 10 + d2, leap = (y & 3) == 0;
    bool shape = p[0] == '"' && p[1] == '2' && p[2] == '0' && p[5] == '-' && p[8] == '-' && p[11] == ' ' && p[14] == ':' && p[17] == ':' && p[20] == '"';
    bool number = (y1 < 10) & (y2 < 10) & (m1 < 2) & (m2 < 10) & (d1 < 4) & (d2 < 10) & (h1 < 3) & (h2 < 10) & (h1 * 10 + h2 < 24) & (n1 < 6) & (n2 < 10) & (s1 < 6) & (s2 < 10);
    if (!shape || !number || m1 * 10 + m2 > 12 || d == 0 || d > length[m] || (m == 2 && d == 29 && !leap)) return false;
    *out = (int32_t)(10957 + y * 365 + (y + 3) / 4 + before[m] + (leap && m > 2) + d - 1); /* 10957: the first of January 2000 */
    return true;
}
static inline bool day_of(Str raw, int32_t *out) { return (raw.n == 21 && day_usual((const uint8_t *)raw.p, out)) || day_parse(raw, out); }

SorWhy rec_judge(SorPart *p, Rec *r, SorCol *out_col) {
    static const SorCol need[] = { SC_CATEGORY, SC_GROUND, SC_SOURCE, SC_PLATFORM };
    Str uuid = rec_raw(p, r, SC_UUID), content = rec_raw(p, r, SC_CONTENT_DATE), created = rec_raw(p, r, SC_CREATED);
    if (uuid.n != 36 || !rec_uuid((const uint8_t *)uuid.p, uuid.n)) return SW_UUID;
    for (size_t i = 0; i < LEN(need); i++) {
        *out_col = need[i];
        Str v = rec_raw(p, r, need[i]);
        if (v.n == 0 || (v.n == 2 && v.p[0] == '"')) return SW_REQUIRED;
    }
    *out_col = SC_CREATED;
    if (!day_of(created, &r->created)) return SW_DATE;
    *out_col = SC_APPLIED;
    if (!day_of(rec_raw(p, r, SC_APPLIED), &r->applied)) return SW_DATE;
    *out_col = SC_CONTENT_DATE;
    r->content = NO_DAY;
    if (content.n > 0 && !day_of(content, &r->content)) return SW_DATE;
    return SW_NONE;
}

/* ---- where it counts ---- */
static uint32_t bin_of(int32_t from, int32_t to, const int32_t *bounds, size_t n, int64_t *out_days) {
    if (from == NO_DAY || to == NO_DAY) return 0;
    int64_t days = (int64_t)to - from;
    *out_days = days;
    if (days < 0) return 1;
    for (size_t i = 0; i < n; i++)
        if (days <= bounds[i]) return (uint32_t)i + 2;
    return (uint32_t)n + 2;
}

static bool listed(const Str *list, size_t n, Str s) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], s)) return true;
    return false;
}

/* The words of a JSON array of plain words, one after the other. */
bool sor_word_next(Str *rest, Str *out) {
    size_t from = 0, n = 0;
    if (!str_chr(*rest, '"', &from)) return false;
    *rest = str_sub(*rest, from + 1, rest->n);
    if (!str_chr(*rest, '"', &n)) return false;
    *out = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return true;
}

static SorScope scope_class(const SorPart *p, Str value) {
    size_t all = 0, eu = 0;
    bool home = false;
    for (Str rest = value, w; sor_word_next(&rest, &w);) {
        all++;
        eu += listed(p->spec->eu, p->spec->eu_n, w);
        home = home || str_eq(w, p->spec->home);
    }
    if (value.n == 0 || all == 0) return SCOPE_NONE;
    if (p->spec->eu_n > 0 && eu == p->spec->eu_n) return all >= eu + 3 ? SCOPE_EEA : SCOPE_EU;
    if (all == 1) return home ? SCOPE_HOME : SCOPE_ONE_OTHER;
    return home ? SCOPE_SEVERAL_HOME : SCOPE_SEVERAL;
}

static SorScope scope_of(SorPart *p, uint32_t id) {
    const SorDict *d = &p->learn[L_SCOPE];
    if (p->at[SC_SCOPE] < 0) return SCOPE_UNKNOWN;
    if (id >= d->max) return SCOPE_UNKNOWN;
    if (p->scope_of[id] == 0xFF) p->scope_of[id] = (uint8_t)scope_class(p, d->v[id]);
    return (SorScope)p->scope_of[id];
}

static void name_add(Buf *b, Str offence) {
    Str have = buf_str(b), w;
    while (have.n > 0 && str_split(&have, '+', &w))
        if (str_eq(w, offence)) return;
    if (b->n > 0) buf_ch(b, '+');
    buf_put(b, offence);
}

/* The offences that the crosswalk gives for this category (or one of the additional ones) with one of the keywords, in its own order.
 * "~" before them: the keyword stands under a category with which the crosswalk does not have it. */
static Str family_name(SorPart *p, Str category, Str additions, Str keywords) {
    Buf exact = buf_new(4096), elsewhere = buf_new(4096);
    for (size_t i = 0; i < p->spec->pairs_n; i++) {
        const SorPair *x = &p->spec->pairs[i];
        bool has = false, under = str_eq(x->category, category);
        for (Str rest = keywords, w; !has && sor_word_next(&rest, &w);) has = str_eq(w, x->keyword);
        if (!has) continue;
        for (Str rest = additions, w; !under && sor_word_next(&rest, &w);) under = str_eq(w, x->category);
        if (under) name_add(&exact, x->offence);
        else if (!listed(p->spec->wide, p->spec->wide_n, x->keyword)) name_add(&elsewhere, x->offence);
    }
    must(!exact.over && !elsewhere.over);
    Str name = exact.n > 0 ? str_dup(p->life, buf_str(&exact)) : elsewhere.n > 0 ? str_fmt(p->life, "~" STR_FMT, STR_ARG(buf_str(&elsewhere))) : S("");
    buf_free(&exact);
    buf_free(&elsewhere);
    return name;
}

static uint32_t family_of(SorPart *p, uint32_t category, uint32_t addition, uint32_t keywords) {
    if (keywords == 0) return 0;
    if (keywords == p->learn[L_KEYWORDS].max) return FAMILY_NONE; /* not told apart any more; the report says so */
    uint64_t key = (uint64_t)category << 40 | (uint64_t)addition << 20 | keywords, h = key * UINT64_C(0x9E3779B97F4A7C15);
    Memo *m = &p->memo[(h >> 40) & (SOR_MEMO_MAX - 1)]; /* one place each: a collision costs time only */
    if (!m->used || m->key != key) {
        Str name = family_name(p, p->learn[L_CATEGORY].v[category], p->learn[L_ADDITION].v[addition], p->learn[L_KEYWORDS].v[keywords]);
        Str rest = p->learn[L_KEYWORDS].v[keywords], w;
        *m = (Memo){ key, name.n > 0 ? dict_id(p->life, &p->family, name) : sor_word_next(&rest, &w) ? FAMILY_NONE : 0, true };
    }
    return m->id;
}

void rec_count(SorPart *p, const Rec *r) {
    uint32_t id[SOR_LEARN_N];
    int64_t disclosure = 0, age = 0;
    for (size_t i = 0; i < SOR_LEARN_N; i++) {
        id[i] = raw_id(p->life, &p->raw[i], &p->learn[i], rec_raw(p, r, sor_learn_cols[i]));
        p->learn[i].rows[id[i]]++;
    }
    uint32_t family = family_of(p, id[L_CATEGORY], id[L_ADDITION], id[L_KEYWORDS]);
    p->family.rows[family]++;
    uint32_t late = bin_of(r->applied, r->created, sor_disclosure_days, LEN(sor_disclosure_days), &disclosure), old = bin_of(r->content, r->applied, sor_age_days, LEN(sor_age_days), &age);
    uint64_t key = id[0] | (uint64_t)id[1] << 12 | (uint64_t)family << 20 | (uint64_t)id[2] << 28 | (uint64_t)id[3] << 32 | (uint64_t)id[4] << 35 | (uint64_t)id[5] << 43 | (uint64_t)id[6] << 47 | (uint64_t)id[7] << 50 |
        (uint64_t)scope_of(p, id[L_SCOPE]) << 53 | (uint64_t)late << 56 | (uint64_t)old << 60;
    cells_later(p, key, disclosure, age);
    p->c.rows++;
    if (family > FAMILY_NONE) extract_row(p, r, family);
}
