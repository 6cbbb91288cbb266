/* sor_make.c - the rows: platforms of very unequal size that write in bursts from a few templates, as real ones do. */
#include "programs/keten/sor_make.h"
#include "foundation/base/when.h"

const char *const sor_plant_codes[PLANT_N] = { "", "backslash", "mixed", "joined", "trailing", "cr", "nul", "utf8", "fields", "uuid", "date", "required", "empty", "long", "quote" };

enum { PLATFORMS = 140, TEMPLATES = 160, TEXT_ROOM = 2048, LONG_FIELD = 600 << 10 };
typedef struct Template { Str visibility, monetary, provision, account, ground, category, addition, keywords, content_type, language, text, facts, detection, decision, scope, legal, url; bool age; } Template;
typedef struct Platform { Str name, uid_head; const Template *t[TEMPLATES]; size_t t_n; uint64_t share; double lag; } Platform;
struct SorMaker {
    SorWish w;
    uint64_t s;
    Platform p[PLATFORMS];
    uint64_t share_sum;
    int64_t made;
    int burst, who;
    const Template *last;            /* of this burst: rows of one decision come one after the other */
    int32_t day;
    size_t pick;
};

static uint64_t roll(uint64_t *s, uint64_t below) {
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return (*s * UINT64_C(0x2545F4914F6CDD1D) >> 11) % below;
}

static const char *const words[] = { "the", "content", "was", "found", "to", "breach", "our", "rules", "on", "this", "service", "because", "it", "shows", "a", "person", "without", "consent", "account", "review", "automated", "means",
    "and", "therefore", "visibility", "restricted", "in", "accordance", "with", "section", "policy", "user", "reported", "material", "we", "removed", "item", "listing", "community", "standards", "caf\xC3\xA9", "\xC3\xBC" "ber", "m\xC3\xA9" "dia" };

static Str text_of(Arena *a, uint64_t *s, size_t least, size_t most) {
    Buf b = buf_new(TEXT_ROOM * 2);
    size_t want = least + roll(s, most - least);
    size_t english = roll(s, 5) == 0 ? LEN(words) : LEN(words) - 3; /* one text in five has letters beyond ASCII */
    while (b.n < want) {
        if (b.n > 0) buf_z(&b, roll(s, 9) == 0 ? ", " : roll(s, 60) == 0 ? " \"quoted\" " : " ");
        buf_z(&b, words[roll(s, english)]);
    }
    Str t = str_dup(a, buf_str(&b));
    buf_free(&b);
    return t;
}

/* A published value of that column that the schema has. */
static Str value_of(const SorValue *v, size_t n, uint64_t *s, const char *column, bool v1) {
    size_t from = roll(s, n);
    for (size_t i = 0; i < n; i++) {
        const SorValue *x = &v[(from + i) % n];
        if (str_eq(x->column, str_c(column)) && (v1 ? x->v1 : x->v2)) return x->value;
    }
    return S("");
}

static Str array_of(Arena *a, Str one) { return one.n == 0 ? one : str_fmt(a, "[\"" STR_FMT "\"]", STR_ARG(one)); }

static Str scope_text(Arena *a, uint64_t *s) {
    static const char eu[] = "\"AT\",\"BE\",\"BG\",\"CY\",\"CZ\",\"DE\",\"DK\",\"EE\",\"ES\",\"FI\",\"FR\",\"GR\",\"HR\",\"HU\",\"IE\",\"IT\",\"LT\",\"LU\",\"LV\",\"MT\",\"NL\",\"PL\",\"PT\",\"RO\",\"SE\",\"SI\",\"SK\"";
    static const char *const one[] = { "NL", "DE", "FR", "PL" };
    uint64_t what = roll(s, 10);
    if (what < 5) return str_fmt(a, "[%s]", eu);
    if (what < 8) return str_fmt(a, "[%s,\"IS\",\"LI\",\"NO\"]", eu);
    if (what == 8) return array_of(a, str_c(one[roll(s, LEN(one))]));
    return S("[\"BE\",\"LU\",\"NL\"]");
}

static bool ours(Str category) {
    size_t at = 0;
    return str_find(category, S("CYBER_VIOLENCE"), &at) || str_find(category, S("MINORS"), &at) || str_find(category, S("NON_CONSENSUAL"), &at);
}

static const Template *template_new(Arena *a, SorMaker *m, const SorValue *v, size_t n) {
    uint64_t *s = &m->s;
    Template *t = ARENA_NEW(a, Template);
    bool v1 = m->w.v1, illegal = roll(s, 12) == 0;
    t->category = value_of(v, n, s, "category", v1);
    if (ours(t->category) && roll(s, 6) > 0) t->category = S("STATEMENT_CATEGORY_SCAMS_AND_FRAUD"); /* ours are rare */
    if (roll(s, 30) == 0) t->addition = array_of(a, value_of(v, n, s, "category", v1));
    if (ours(t->category) ? roll(s, 100) < 40 : roll(s, 1000) < 5) t->keywords = array_of(a, value_of(v, n, s, "category_specification", v1));
    else if (!v1 && roll(s, 100) < 4) t->keywords = S("[\"KEYWORD_OTHER\"]");
    t->visibility = array_of(a, value_of(v, n, s, "decision_visibility", v1));
    if (roll(s, 25) == 0) t->visibility = S("[\"DECISION_VISIBILITY_CONTENT_DEMOTED\",\"DECISION_VISIBILITY_CONTENT_LABELLED\"]");
    if (roll(s, 40) == 0) t->monetary = value_of(v, n, s, "decision_monetary", v1);
    if (roll(s, 40) == 0) t->provision = value_of(v, n, s, "decision_provision", v1);
    if (roll(s, 15) == 0) t->account = value_of(v, n, s, "decision_account", v1);
    t->ground = illegal ? S("DECISION_GROUND_ILLEGAL_CONTENT") : S("DECISION_GROUND_INCOMPATIBLE_CONTENT");
    t->content_type = array_of(a, value_of(v, n, s, "content_type", v1));
    t->language = roll(s, 3) == 0 ? S("") : roll(s, 2) == 0 ? S("EN") : S("NL");
    t->detection = value_of(v, n, s, "automated_detection", v1);
    t->decision = value_of(v, n, s, "automated_decision", v1);
    t->scope = scope_text(a, s);
    t->legal = text_of(a, s, 15, 60);
    t->url = roll(s, 3) == 0 ? str_fmt(a, "https://rules.example/policy/%llu", (unsigned long long)roll(s, 900)) : S("");
    t->text = text_of(a, s, 50, 380);
    t->facts = text_of(a, s, 60, 360);
    t->age = roll(s, 10) != 0;
    if (ours(t->category) && t->keywords.n > 0 && t->text.n % 2 == 0) t->visibility = S("[\"DECISION_VISIBILITY_OTHER\"]");
    if (ours(t->category) && t->keywords.n > 0 && t->text.n % 2 == 1) t->account = S("DECISION_ACCOUNT_SUSPENDED");
    return t;
}

SorMaker *sor_maker(Arena *a, const SorWish *w) {
    static const uint64_t big[] = { 4200, 1700, 1100, 800, 500, 500, 300, 300, 200, 150 };
    SorMaker *m = ARENA_NEW(a, SorMaker);
    const SorValue *v = NULL;
    size_t n = sor_values(a, &v);
    Date day;
    must(date_parse(w->day, &day) == OK && w->part_rows > 0 && w->every > 0);
    m->w = *w;
    m->day = date_days(day);
    m->s = w->seed * UINT64_C(0x9E3779B97F4A7C15) + 0x1234567;
    if (m->s == 0) m->s = 1;
    for (size_t i = 0; i < PLATFORMS; i++) {
        Platform *p = &m->p[i];
        p->name = i == 6 ? S("Markt \"Zeven\" B.V.") : i == 11 ? S("Netwerk, Elf") : i % 3 == 0 ? str_fmt(a, "Platform%zu", i) : str_fmt(a, "Demo Platform %zu Limited", i);
        p->uid_head = str_fmt(a, "p%zu-", i);
        p->share = i < LEN(big) ? big[i] : 1 + 1500 / (i + 1);
        m->share_sum += p->share;
        p->lag = 0.3 + (double)roll(&m->s, 370) / 100;
        p->t_n = i < LEN(big) ? TEMPLATES : 24;
        for (size_t k = 0; k < p->t_n; k++) p->t[k] = template_new(a, m, v, n);
    }
    return m;
}

/* ---- the database's writer: quoted when it holds one of these, quotes doubled save after a backslash ---- */
static void field(Buf *b, Str s, bool first) {
    bool quoted = false;
    if (!first) buf_ch(b, ',');
    for (size_t i = 0; i < s.n && !quoted; i++) {
        char c = s.p[i];
        quoted = c == ' ' || c == ',' || c == '"' || c == '\\' || c == '\t' || c == '\r' || c == '\n';
    }
    if (!quoted) {
        buf_put(b, s);
        return;
    }
    buf_ch(b, '"');
    size_t from = 0; /* of what was not written yet */
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '"' || (i > 0 && s.p[i - 1] == '\\')) continue;
        buf_put(b, str_sub(s, from, i - from));
        buf_ch(b, '"');
        from = i;
    }
    buf_put(b, str_sub(s, from, s.n - from));
    buf_ch(b, '"');
}

static bool has(const SorWish *w, SorCol c) {
    if (w->v1 && c == SC_EAN) return false;
    return !(w->light && (c == SC_ILLEGAL_TEXT || c == SC_TERMS_TEXT || c == SC_SCOPE || c == SC_FACTS));
}

void sor_make_head(const SorMaker *m, Buf *out) {
    bool first = true;
    for (int c = 0; c < SC_N; c++) {
        if (!has(&m->w, (SorCol)c)) continue;
        field(out, str_c(sor_col_names[c]), first);
        first = false;
    }
}

/* ---- what is planted ---- */
static SorPlant plant_of(const SorMaker *m) {
    int64_t e = m->w.every, i = m->made;
    if (i % e == e / 2) return PLANT_BACKSLASH;
    if (m->w.hostile && i % (4 * e) == e / 3) return PLANT_MIXED;
    if (m->w.hostile && i % (e + e / 5) == e / 4) return PLANT_TRAILING;
    if (i % (e + e * 2 / 5) == e / 7) return PLANT_CR;
    if (m->w.v1 && i % (e * 2) == e / 5) return PLANT_JOINED;
    if (!m->w.hostile) return PLANT_NONE;
    int64_t k = i % (e * 2) - e;
    return k >= 0 && k < PLANT_N - PLANT_NUL && m->made > e ? (SorPlant)(PLANT_NUL + k) : PLANT_NONE;
}

/* DuckDB 1.5 has no way of reading both of what only the hostile dialect has: a value that ends in a backslash, and a quote doubled after a bare one. */
static Str legal_text(Arena *a, const Template *t, SorPlant plant, bool hostile) {
    switch (plant) {
    case PLANT_BACKSLASH: return !hostile ? S("the user wrote \\\"yes, and\\\" more") : S("the user wrote \\\"yes\", and more");
    case PLANT_MIXED: return S("she wrote \\\"no\", twice");
    case PLANT_TRAILING: return S("see C:\\rules\\");
    case PLANT_CR: return S("first line\rsecond line");
    case PLANT_JOINED: return S("first line\nsecond, line");
    case PLANT_LONG: {
        char *p = arena_alloc(a, LONG_FIELD);
        memset(p, 'x', LONG_FIELD);
        return (Str){ p, LONG_FIELD };
    }
    default: return t->legal;
    }
}

static void day_text(char *out, size_t n, int32_t day) {
    Date d = date_from_days(day);
    snprintf(out, n, "%04d-%02d-%02d 00:00:00", d.y, d.m, d.d);
}

static int32_t old_days(uint64_t *s) { /* heavy tailed: half within a week, some of years ago */
    uint64_t r = roll(s, 1000);
    return r < 500 ? (int32_t)roll(s, 7) : r < 850 ? (int32_t)roll(s, 120) : r < 985 ? (int32_t)roll(s, 1200) : (int32_t)roll(s, 5000);
}

static Str source_of(SorMaker *m) {
    uint64_t r = roll(&m->s, 100000);
    return r < 10 ? S("SOURCE_TRUSTED_FLAGGER") : r < 1000 ? S("SOURCE_TYPE_OTHER_NOTIFICATION") : r < 3000 + (uint64_t)m->who * 20 ? S("SOURCE_ARTICLE_16") : S("SOURCE_VOLUNTARY");
}

typedef struct Dates { char content[80], applied[80], created[80], end[80]; } Dates;

static Dates dates_of(SorMaker *m, const Platform *p, const Template *t) {
    static const int32_t suspended[] = { 1, 7, 30, 180, 0 /* without an end */ };
    Dates d = { { 0 }, { 0 }, { 0 }, { 0 } };
    int32_t days = suspended[t->facts.n % LEN(suspended)];
    int32_t lag = (int32_t)(p->lag * (double)(1 + roll(&m->s, 100)) / 50), applied = m->day - (roll(&m->s, 3) == 0 ? lag : lag / 2);
    int64_t second = m->w.rows > 0 ? (m->made * 86399) / m->w.rows : 0;
    Date today = date_from_days(m->day);
    if (t->age) day_text(d.content, sizeof d.content, applied - old_days(&m->s));
    day_text(d.applied, sizeof d.applied, applied);
    if (days > 0 && str_eq(t->account, S("DECISION_ACCOUNT_SUSPENDED"))) day_text(d.end, sizeof d.end, applied + days);
    snprintf(d.created, sizeof d.created, "%04d-%02d-%02d %02d:%02d:%02d", today.y, today.m, today.d, (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
    return d;
}

static void uuid_of(SorMaker *m, char out[37]) {
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 36; i++) out[i] = hex[roll(&m->s, 16)];
    out[8] = out[13] = out[18] = out[23] = '-';
    out[36] = '\0';
}

/* ---- a row ---- */
static void fill(Str v[SC_N], const Template *t, const Platform *p) {
    static const char *const others[] = { "Limited visibility in search", "not recommended to others", "Comments are closed, see https://rules.example/7" };
    size_t at = 0;
    bool illegal = str_eq(t->ground, S("DECISION_GROUND_ILLEGAL_CONTENT"));
    v[SC_VISIBILITY] = t->visibility;
    if (str_find(t->visibility, S("VISIBILITY_OTHER"), &at)) v[SC_VISIBILITY_OTHER] = str_c(others[t->text.n % LEN(others)]);
    v[SC_MONETARY] = t->monetary;
    v[SC_PROVISION] = t->provision;
    v[SC_ACCOUNT] = t->account;
    v[SC_GROUND] = t->ground;
    v[SC_GROUND_URL] = t->url;
    v[illegal ? SC_ILLEGAL_TEXT : SC_TERMS_TEXT] = t->text;
    if (!illegal) v[SC_TERMS_ILLEGAL] = t->age ? S("No") : S("");
    v[SC_CATEGORY] = t->category;
    v[SC_ADDITION] = t->addition;
    v[SC_KEYWORDS] = t->keywords;
    v[SC_CONTENT_TYPE] = t->content_type;
    v[SC_LANGUAGE] = t->language;
    v[SC_SCOPE] = t->scope;
    v[SC_FACTS] = t->facts;
    v[SC_DETECTION] = t->detection;
    v[SC_DECISION] = t->decision;
    v[SC_PLATFORM] = p->name;
    v[SC_ACCOUNT_TYPE] = t->account.n > 0 ? S("ACCOUNT_TYPE_PRIVATE") : S("");
}

static void spoil(Str v[SC_N], SorPlant plant) {
    if (plant == PLANT_NUL) v[SC_TERMS_GROUND] = str_bytes("a zero \0 byte", 13);
    if (plant == PLANT_UTF8) v[SC_TERMS_GROUND] = S("caf\xE9 au lait");
    if (plant == PLANT_UUID) v[SC_UUID] = S("12345678-1234-1234-1234-12345678zzzz");
    if (plant == PLANT_DATE) v[SC_APPLIED] = S("2025-02-30 00:00:00");
    if (plant == PLANT_REQUIRED) v[SC_CATEGORY] = S("");
    if (plant == PLANT_MIXED) v[SC_PLATFORM_UID] = S("ends in \\");
}

static void choose(SorMaker *m) {
    if (m->burst-- > 0) return;
    uint64_t r = roll(&m->s, m->share_sum);
    m->burst = (int)roll(&m->s, 100);
    m->last = NULL;
    m->who = 0;
    while (m->who + 1 < PLATFORMS && r >= m->p[m->who].share) r -= m->p[m->who++].share;
}

SorPlant sor_make_row(SorMaker *m, Buf *out, int *out_lines) {
    SorPlant plant = plant_of(m);
    Arena *a = plant == PLANT_LONG ? arena_new(4 << 20) : NULL;
    char uuid[37], uid[48];
    Str v[SC_N] = { 0 };
    bool first = true;
    choose(m);
    const Platform *p = &m->p[m->who];
    size_t at = roll(&m->s, p->t_n);
    const Template *t = m->last != NULL && roll(&m->s, 5) < 4 ? m->last : p->t[roll(&m->s, at + 1)]; /* the first ones more often */
    m->last = t;
    Dates d = dates_of(m, p, t);
    uuid_of(m, uuid);
    snprintf(uid, sizeof uid, STR_FMT "%llu", STR_ARG(p->uid_head), (unsigned long long)roll(&m->s, UINT64_C(1) << 48));
    fill(v, t, p);
    v[SC_UUID] = str_c(uuid);
    v[SC_PLATFORM_UID] = str_c(uid);
    v[SC_CONTENT_DATE] = str_c(d.content);
    v[SC_APPLIED] = str_c(d.applied);
    v[SC_CREATED] = str_c(d.created);
    v[SC_ACCOUNT_END] = str_c(d.end);
    v[SC_SOURCE] = source_of(m);
    v[SC_ILLEGAL_GROUND] = legal_text(a, t, plant, m->w.hostile);
    spoil(v, plant);
    buf_ch(out, '\n');
    size_t from = out->n;
    for (int c = 0; c < SC_N && plant != PLANT_EMPTY; c++) {
        if (!has(&m->w, (SorCol)c) || (plant == PLANT_FIELDS && c == SC_LANGUAGE)) continue;
        if (plant == PLANT_QUOTE && c == SC_CREATED) buf_z(out, ",\"");
        else field(out, v[c], first);
        first = false;
    }
    *out_lines = plant == PLANT_JOINED ? 2 : 1;
    must(!out->over && (out->n > from || plant == PLANT_EMPTY));
    arena_free(a);
    m->made++;
    return plant;
}
