/* form.c - declared parameters: what came in, judged field by field, kept so that it can be shown again. */
#include "foundation/http/http_in.h"

enum { TEXT_MAX = 200, LONGTEXT_MAX = 20000, CODE_MAX = 64, URL_MAX = 2048, EMAIL_MAX = 254, SECRET_MAX = 1024, FILE_MAX = 1024 * 1024 };

static const char e_required[] = N_("Fill this in.");
static const char e_choose[] = N_("Choose one.");
static const char e_utf8[] = N_("This holds characters that cannot be read. Type it again.");
static const char e_bidi[] = N_("This holds invisible characters that turn the reading direction. Type it without them.");
static const char e_control[] = N_("This holds characters that cannot be shown. Type it again.");
static const char e_long[] = N_("This is too long.");
static const char e_short[] = N_("This is too short.");
static const char e_email[] = N_("This is no e-mail address. It looks like name@example.org.");
static const char e_url[] = N_("This is no web link. It starts with https:// or http://.");
static const char e_date[] = N_("This is no date. Write it as 2026-04-28 or 28-04-2026.");
static const char e_int[] = N_("This is no whole number.");
static const char e_range[] = N_("This number is too small or too large.");
static const char e_choice[] = N_("Choose one of the given answers.");
static const char e_id[] = N_("This reference is not known.");
static const char e_code[] = N_("A code has only letters and digits.");
static const char e_many[] = N_("These are too many.");
static const char e_act[] = N_("This form was not complete. Send it again.");

int64_t param_length_max(const Param *p) {
    static const int64_t kind_max[] = { [P_TEXT] = TEXT_MAX, [P_LONGTEXT] = LONGTEXT_MAX, [P_EMAIL] = EMAIL_MAX, [P_URL] = URL_MAX, [P_DATE] = 10,
        [P_INT] = 20, [P_CHOICE] = 64, [P_ID] = ID_HEX, [P_CODE] = CODE_MAX, [P_BOOL] = 16, [P_SECRET] = SECRET_MAX, [P_FILE] = FILE_MAX };
    bool own = p->max != 0 && p->kind != P_INT;
    int64_t extra = p->kind == P_CODE ? 16 : 0; /* blanks and hyphens people copy along */
    return (own ? p->max : kind_max[p->kind]) + extra;
}

/* CRLF and lone CR become LF. */
static Str unix_lines(Arena *a, Str s) {
    size_t at = 0, n = 0;
    if (!str_chr(s, '\r', &at)) return s;
    char *p = arena_alloc(a, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') continue;
        p[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
    }
    return (Str){ p, n };
}

static bool has_control(Str s, bool lines) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 32 && !(lines && (c == '\n' || c == '\t'))) || c == 127) return true;
    }
    return false;
}

static const char *text_wrong(Str s, bool lines) {
    if (!str_utf8_ok(s)) return e_utf8;
    if (str_has_bidi(s)) return e_bidi;
    return has_control(s, lines) ? e_control : NULL;
}

static bool label_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

/* A host name of labels (RFC 1123), or any non-ASCII (an IDN is judged by the fetcher). */
static bool host_ok(Str host) {
    size_t dots = 0;
    if (host.n == 0 || host.n > 253 || host.p[0] == '.' || host.p[host.n - 1] == '-') return false;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        if (c == '.') dots++;
        else if (!label_char(c) && (unsigned char)c < 128) return false;
    }
    return dots > 0 || str_ieq(host, S("localhost"));
}

static const char *email_wrong(Str s) {
    size_t at = 0, blank = 0;
    if (s.n > EMAIL_MAX) return e_long;
    if (!str_chr(s, '@', &at) || at == 0 || at > 64 || str_chr(s, ' ', &blank)) return e_email;
    for (size_t i = 0; i < at; i++) {
        if (!label_char(s.p[i]) && strchr(".!#$%&'*+/=?^_`{|}~", s.p[i]) == NULL) return e_email;
    }
    return host_ok(str_sub(s, at + 1, s.n)) && s.p[0] != '.' && s.p[at - 1] != '.' ? NULL : e_email;
}

static const char *url_wrong(Str s) {
    Str rest = STR_NONE;
    size_t end = 0, at = 0;
    if (s.n > URL_MAX) return e_long;
    if (str_starts(s, S("https://"))) rest = str_sub(s, 8, s.n);
    else if (str_starts(s, S("http://"))) rest = str_sub(s, 7, s.n);
    else return e_url;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' || s.p[i] == '\\' || s.p[i] == '"' || s.p[i] == '<' || s.p[i] == '>') return e_url;
    }
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#') end++;
    Str host = str_sub(rest, 0, end);
    if (str_chr(host, '@', &at)) return e_url; /* user:password in a link hides where it leads */
    if (host.n > 2 && host.p[0] == '[') return host.p[host.n - 1] == ']' || str_find(host, S("]:"), &at) ? NULL : e_url;
    if (str_chr(host, ':', &at)) {
        int64_t port = 0;
        if (str_i64(str_sub(host, at + 1, host.n), 1, 65535, &port) != OK) return e_url;
        host = str_sub(host, 0, at);
    }
    return host_ok(host) ? NULL : e_url;
}

static const char *date_wrong(Arena *a, Str s, Date *out) {
    if (date_parse(s, out) == OK) return NULL;
    Str part[3] = { { 0 } };
    size_t n = 0;
    Str rest = s;
    char sep = s.n > 2 && (s.p[1] == '/' || s.p[2] == '/') ? '/' : '-';
    while (n < 3 && str_split(&rest, sep, &part[n])) n++;
    int64_t d = 0, m = 0, y = 0;
    bool three = n == 3 && rest.n == 0 && str_i64(part[0], 1, 31, &d) == OK && str_i64(part[1], 1, 12, &m) == OK && str_i64(part[2], 1583, 9999, &y) == OK;
    if (!three) return e_date;
    return date_parse(str_fmt(a, "%04d-%02d-%02d", (int)y, (int)m, (int)d), out) == OK ? NULL : e_date;
}

static const char *choice_wrong(const Param *p, Str s, int64_t *out_index) {
    if (p->choices == NULL) {
        if (s.n > 64) return e_choice;
        for (size_t i = 0; i < s.n; i++) {
            char c = s.p[i];
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) return e_choice;
        }
        return NULL;
    }
    for (int64_t i = 0; p->choices[i] != NULL; i++) {
        if (!str_eq(str_c(p->choices[i]), s)) continue;
        *out_index = i;
        return NULL;
    }
    return e_choice;
}

static const char *code_wrong(const Param *p, Str s) {
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' || c == '-') continue;
        if (c == '-' || !label_char(c)) return e_code;
        n++;
    }
    if (n < p->min) return e_short;
    return n > (p->max != 0 ? p->max : CODE_MAX) ? e_long : NULL;
}

static const char *int_wrong(const Param *p, Str s, int64_t *out) {
    Err e = str_i64(s, p->min, p->max, out);
    return e == OK ? NULL : e == E_LIMIT ? e_range : e_int;
}

/* Judges one non-empty text; what it means goes to v. */
static const char *judge(Arena *a, const Param *p, Str s, Value *v) {
    const char *bad = text_wrong(s, p->kind == P_LONGTEXT);
    if (bad != NULL && p->kind != P_SECRET) return bad;
    int64_t chars = bad == NULL ? (int64_t)str_utf8_len(s) : (int64_t)s.n;
    switch (p->kind) {
    case P_TEXT: case P_LONGTEXT: case P_SECRET:
        if (p->kind == P_SECRET && !str_utf8_ok(s)) return e_utf8;
        if (chars > param_length_max(p)) return e_long;
        return chars < p->min ? e_short : NULL;
    case P_EMAIL: return email_wrong(s);
    case P_URL: return url_wrong(s);
    case P_DATE: return date_wrong(a, s, &v->date);
    case P_INT: return int_wrong(p, s, &v->num);
    case P_CHOICE: return choice_wrong(p, s, &v->num);
    case P_ID: return id_parse(s, &v->id) == OK ? NULL : e_id;
    case P_CODE: return code_wrong(p, s);
    case P_BOOL: v->num = 1; return NULL;
    case P_INVALID: case P_FILE: break;
    }
    must(!"every kind of field is judged");
    return NULL;
}

/* What can be shown again: well-formed, no controls, not longer than twice the limit. */
static Str shown(const Param *p, Str s) {
    if (!str_utf8_ok(s) || s.n > (size_t)param_length_max(p) * 8) return STR_NONE;
    return s;
}

static void read_many(Arena *a, const Request *req, const Param *p, Value *v) {
    Str *all = ARENA_ARRAY(a, Str, req->posted_n + 1);
    int64_t most = p->max != 0 && p->kind != P_INT ? p->max : 1000;
    Param one = *p;
    one.max = p->kind == P_INT ? p->max : 0;
    one.min = p->kind == P_INT ? p->min : 0;
    for (size_t i = 0; i < req->posted_n; i++) {
        if (!str_eq(req->posted[i].name, str_c(p->name))) continue;
        Str s = str_trim(req->posted[i].value);
        if (s.n == 0) continue;
        if ((int64_t)v->n >= most) {
            v->error = e_many; /* those that fit are shown again */
            break;
        }
        Value scratch = { 0 };
        const char *bad = judge(a, &one, s, &scratch);
        if (bad != NULL) v->error = bad;
        else all[v->n++] = s;
    }
    v->all = all;
    v->given = v->n > 0;
}

static void read_file(const Request *req, const Param *p, Value *v) {
    for (size_t i = 0; i < req->files_n; i++) {
        const File *f = &req->files[i];
        if (!str_eq(f->field, str_c(p->name)) || (f->bytes.n == 0 && f->name.n == 0)) continue;
        v->file = f;
        v->given = true;
        if ((int64_t)f->bytes.n > param_length_max(p)) v->error = e_long;
        return;
    }
}

static void read_one(Arena *a, const Request *req, const Param *p, Value *v) {
    Str s = pairs_get(req->posted, req->posted_n, p->name);
    if (p->kind == P_LONGTEXT) s = unix_lines(a, s);
    if (p->kind != P_SECRET) s = str_trim(s);
    v->given = s.n > 0;
    v->text = shown(p, s);
    if (v->given) v->error = judge(a, p, s, v);
}

void form_read(const Request *req, const Param *spec, size_t n, Form *out) {
    must(n <= FORM_FIELDS_MAX);
    *out = (Form){ .spec = spec, .n = n, .filled = true };
    if (id_parse(pairs_get(req->posted, req->posted_n, "act"), &out->act) != OK || id_none(out->act)) {
        out->error = e_act;
        out->errors++;
    }
    for (size_t i = 0; i < n; i++) {
        const Param *p = &spec[i];
        Value *v = &out->v[i];
        if (p->kind == P_FILE) read_file(req, p, v);
        else if (p->many) read_many(req->a, req, p, v);
        else read_one(req->a, req, p, v);
        if (!v->given && p->required && v->error == NULL) v->error = p->kind == P_CHOICE ? e_choose : e_required;
        out->errors += v->error != NULL;
    }
}

static size_t field_at(const Form *f, const char *name) {
    for (size_t i = 0; i < f->n; i++) {
        if (strcmp(f->spec[i].name, name) == 0) return i;
    }
    must(!"the form declares this field");
    return 0;
}

const Value *form_at(const Form *f, const char *name) { return &f->v[field_at(f, name)]; }
Str form_text(const Form *f, const char *name) { return form_at(f, name)->text; }
int64_t form_int(const Form *f, const char *name) { return form_at(f, name)->num; }
bool form_bool(const Form *f, const char *name) { return form_at(f, name)->num != 0; }

bool form_has(const Form *f, const char *name, Str one) {
    const Value *v = form_at(f, name);
    for (size_t i = 0; i < v->n; i++) {
        if (str_eq(v->all[i], one)) return true;
    }
    return false;
}

Date form_date(const Form *f, const char *name) {
    must(form_at(f, name)->given);
    return form_at(f, name)->date;
}

Id form_id(const Form *f, const char *name) { return form_at(f, name)->id; }

void form_set(Form *f, const char *name, Str text) {
    if (f->filled) return;
    Value *v = &f->v[field_at(f, name)];
    v->text = text;
    v->given = text.n > 0;
    v->num = f->spec[field_at(f, name)].kind == P_BOOL && text.n > 0;
}

void form_put(Form *f, const char *name, Str text) {
    Value *v = &f->v[field_at(f, name)];
    v->text = text;
    v->given = text.n > 0;
}

void form_set_many(Arena *a, Form *f, const char *name, const Str *all, size_t n) {
    if (f->filled) return;
    Value *v = &f->v[field_at(f, name)];
    Str *copy = ARENA_ARRAY(a, Str, n + 1);
    for (size_t i = 0; i < n; i++) copy[i] = str_dup(a, all[i]);
    v->all = copy;
    v->n = n;
    v->given = n > 0;
}

void form_fail(Form *f, const char *name, const char *msgid) {
    must(msgid != NULL);
    if (name == NULL) {
        f->error = msgid;
        f->errors++;
        return;
    }
    Value *v = &f->v[field_at(f, name)];
    f->errors += v->error == NULL;
    v->error = msgid;
}
