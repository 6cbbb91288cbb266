/* json_plain.c - see json_plain.h. */
#include "foundation/base/json_plain.h"

enum { DEPTH_MAX = 32, KEYS_MAX = 256, VALUES_FREE = 10000, BYTES_A_VALUE = 40 };
typedef struct Level { bool object; Str *keys; JVal *vals; size_t n, keys_cap, vals_cap; Str key; } Level;
typedef struct Reader { Arena *a; Str s; size_t at; Level level[DEPTH_MAX]; int depth; size_t left; } Reader;

static void blank(Reader *r) {
    while (r->at < r->s.n && (r->s.p[r->at] == ' ' || r->s.p[r->at] == '\t' || r->s.p[r->at] == '\n' || r->s.p[r->at] == '\r')) r->at++;
}
static char peek(const Reader *r) { return r->at < r->s.n ? r->s.p[r->at] : '\0'; }

static Err four_digits(Reader *r, uint32_t *out) {
    uint32_t v = 0;
    if (r->s.n - r->at < 4) return E_INPUT;
    for (int i = 0; i < 4; i++) {
        char c = r->s.p[r->at++];
        if (c >= '0' && c <= '9') v = v << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f') v = v << 4 | (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F') v = v << 4 | (uint32_t)(c - 'A' + 10);
        else return E_INPUT;
    }
    *out = v;
    return OK;
}

static size_t put_utf8(char *to, uint32_t c) {
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n; i > 1; i--, c >>= 6) to[i - 1] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(lead[n] | c);
    return n;
}

/* Behind the backslash. No zero character, no half of a pair. */
static Err escape(Reader *r, char *to, size_t *n) {
    static const char from[] = "\"\\/bfnrt", gives[] = "\"\\/\b\f\n\r\t";
    uint32_t c = 0, low = 0;
    char e = peek(r);
    r->at++;
    for (size_t i = 0; i < sizeof from - 1; i++)
        if (e == from[i]) {
            to[(*n)++] = gives[i];
            return OK;
        }
    if (e != 'u') return E_INPUT;
    TRY(four_digits(r, &c));
    if (c >= 0xD800 && c < 0xDC00) {
        if (r->s.n - r->at < 2 || r->s.p[r->at] != '\\' || r->s.p[r->at + 1] != 'u') return E_INPUT;
        r->at += 2;
        TRY(four_digits(r, &low));
        if (low < 0xDC00 || low > 0xDFFF) return E_INPUT;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if ((c >= 0xDC00 && c < 0xE000) || c == 0) return E_INPUT;
    *n += put_utf8(to + *n, c);
    return OK;
}

static Err string(Reader *r, Str *out) {
    size_t end = r->at + 1, n = 0;
    if (peek(r) != '"') return E_INPUT;
    while (end < r->s.n && r->s.p[end] != '"') end += r->s.p[end] == '\\' ? 2 : 1;
    if (end >= r->s.n) return E_INPUT;
    char *p = arena_alloc(r->a, end - r->at + 1); /* never longer than it was written */
    r->at++;
    while (r->at < end) {
        uint8_t c = (uint8_t)r->s.p[r->at++];
        if (c < ' ') return E_INPUT;
        if (c == '\\') TRY(escape(r, p, &n));
        else p[n++] = (char)c;
    }
    if (r->at != end) return E_INPUT;
    r->at++;
    *out = (Str){ p, n };
    return str_utf8_ok(*out) ? OK : E_INPUT;
}

static Err number(Reader *r, JVal *out) {
    size_t from = r->at;
    while (r->at < r->s.n && ((peek(r) >= '0' && peek(r) <= '9') || peek(r) == '-')) r->at++;
    Str s = str_sub(r->s, from, r->at - from), digits = s.n > 0 && s.p[0] == '-' ? str_sub(s, 1, s.n) : s;
    if (digits.n == 0 || (digits.n > 1 && digits.p[0] == '0')) return E_INPUT;
    *out = (JVal){ .type = J_INT };
    for (size_t i = 0; i < digits.n; i++) {
        int64_t d = digits.p[i] - '0';
        if (d < 0 || !i64_mul(out->i, 10, &out->i) || !i64_add(out->i, digits.n < s.n ? -d : d, &out->i)) return E_INPUT;
    }
    return OK;
}

static Err scalar(Reader *r, JVal *out) {
    static const struct { const char *word; JVal v; } words[] = { { "true", { .type = J_BOOL, .i = 1 } }, { "false", { .type = J_BOOL } }, { "null", { .type = J_NULL } } };
    for (size_t i = 0; i < LEN(words); i++)
        if (str_starts(str_sub(r->s, r->at, 5), str_c(words[i].word))) {
            r->at += strlen(words[i].word);
            *out = words[i].v;
            return OK;
        }
    if (peek(r) != '"') return number(r, out);
    *out = (JVal){ .type = J_STR };
    return string(r, &out->s);
}

static Err key(Reader *r) {
    Level *l = &r->level[r->depth - 1];
    blank(r);
    TRY(string(r, &l->key));
    if (l->n == KEYS_MAX) return E_LIMIT; /* each is compared with all others */
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->keys[i], l->key)) return E_INPUT;
    blank(r);
    if (peek(r) != ':') return E_INPUT;
    r->at++;
    return OK;
}

static void add(Reader *r, JVal v) {
    Level *l = &r->level[r->depth - 1];
    if (l->object) {
        l->keys = ARENA_ROOM(r->a, l->keys, l->n, &l->keys_cap);
        l->keys[l->n] = l->key;
    }
    l->vals = ARENA_ROOM(r->a, l->vals, l->n, &l->vals_cap);
    l->vals[l->n++] = v;
}

static JVal close_level(Reader *r) {
    const Level *l = &r->level[--r->depth];
    return (JVal){ .type = l->object ? J_OBJ : J_ARR, .n = l->n, .keys = l->keys, .vals = l->vals };
}

/* One value, or the opening of a level. *whole: the value is there. */
static Err value(Reader *r, JVal *out, bool *whole) {
    blank(r);
    char c = peek(r);
    *whole = true;
    if (r->left == 0) return E_LIMIT;
    r->left--;
    if (c != '{' && c != '[') return r->depth == 0 ? E_INPUT : scalar(r, out);
    if (r->depth == DEPTH_MAX) return E_LIMIT;
    r->level[r->depth++] = (Level){ .object = c == '{' };
    r->at++;
    blank(r);
    if (peek(r) == (c == '{' ? '}' : ']')) {
        r->at++;
        *out = close_level(r);
        return OK;
    }
    *whole = false;
    return c == '{' ? key(r) : OK;
}

/* What follows a value: more of its level, or the end of one or several. *done: of all. */
static Err after(Reader *r, JVal *v, bool *done) {
    for (;;) {
        *done = r->depth == 0;
        if (*done) return OK;
        add(r, *v);
        blank(r);
        bool object = r->level[r->depth - 1].object;
        char c = peek(r);
        r->at++;
        if (c == ',') return object ? key(r) : OK;
        if (c != (object ? '}' : ']')) return E_INPUT;
        *v = close_level(r);
    }
}

Err json_read_plain(Arena *a, Str text, size_t max_bytes, const JVal **out) {
    Reader *r = ARENA_NEW(a, Reader);
    JVal *v = ARENA_NEW(a, JVal);
    bool whole = false, done = false;
    if (text.n > max_bytes) return E_LIMIT;
    *r = (Reader){ .a = a, .s = text, .left = VALUES_FREE + max_bytes / BYTES_A_VALUE };
    while (!done) {
        TRY(value(r, v, &whole));
        if (whole) TRY(after(r, v, &done));
    }
    blank(r);
    if (r->at != text.n) return E_INPUT;
    *out = v;
    return OK;
}
