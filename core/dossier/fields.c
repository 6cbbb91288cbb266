/* fields.c - see fields.h. */
#include "core/dossier/fields.h"
#include "core/ledger/ledger.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json_plain.h"
#include "foundation/base/lang.h"

enum { EDGE_MAX = 32, SCRATCH = 1 << 20 };

/* ---- a walk over all values, in the order in which they stand ---- */

typedef struct Level { const JVal *v; size_t at, path_n; } Level;
typedef struct Walk { Level level[FIELD_DEPTH_MAX]; int depth; char path[FIELD_PATH_MAX]; size_t path_n; Json *out; Err err; } Walk;

static bool holds_more(const JVal *v) { return v->type == J_OBJ || v->type == J_ARR; }

static void open_level(Walk *w, const JVal *v) {
    if (w->depth == FIELD_DEPTH_MAX) {
        w->err = E_LIMIT;
        return;
    }
    w->level[w->depth++] = (Level){ v, 0, w->path_n };
    if (w->out != NULL && v->type == J_OBJ) json_obj(w->out);
    if (w->out != NULL && v->type == J_ARR) json_arr(w->out);
}

static void close_level(Walk *w) {
    const Level *l = &w->level[--w->depth];
    if (w->out != NULL && l->v->type == J_OBJ) json_end_obj(w->out);
    if (w->out != NULL && l->v->type == J_ARR) json_end_arr(w->out);
}

/* The path grows by a name or by a number. A name with a slash is none of ours. */
static void step(Walk *w, const Level *l, Str *out_name) {
    char number[24];
    size_t slash = 0;
    int n = snprintf(number, sizeof number, "%zu", l->at);
    Str name = l->v->type == J_OBJ ? l->v->keys[l->at] : str_bytes(number, (size_t)n);
    w->path_n = l->path_n;
    if (name.n == 0 || str_chr(name, '/', &slash) || w->path_n + name.n + 1 > sizeof w->path) {
        w->err = E_INPUT;
        return;
    }
    if (w->path_n > 0) w->path[w->path_n++] = '/';
    memcpy(w->path + w->path_n, name.p, name.n);
    *out_name = str_bytes(w->path + w->path_n, name.n);
    w->path_n += name.n;
}

/* The next value that holds no others; false at the end, or when something is wrong (w->err). With w->out everything is written again but
 * that value, which is the caller's. */
static bool next(Walk *w, FieldAsk *f) {
    while (w->depth > 0 && w->err == OK) {
        Level *l = &w->level[w->depth - 1];
        if (l->at == l->v->n) {
            close_level(w);
            continue;
        }
        Str name = STR_NONE;
        step(w, l, &name);
        if (w->err != OK) return false;
        const JVal *v = &l->v->vals[l->at++];
        if (w->out != NULL && l->v->type == J_OBJ) json_key(w->out, name);
        if (holds_more(v)) {
            open_level(w, v);
            continue;
        }
        *f = (FieldAsk){ .path = str_bytes(w->path, w->path_n), .name = name, .in = l->v, .value = v };
        return true;
    }
    return false;
}

static Err begin(Arena *a, Str facts, Walk *w, Json *out) {
    const JVal *v = NULL;
    TRY(json_read_plain(a, facts, FACTS_MAX, &v));
    *w = (Walk){ .out = out };
    open_level(w, v);
    return w->err;
}

/* ---- one field ---- */

static Str value_text(char number[24], const JVal *v, char *out_type) {
    if (v->type == J_STR) {
        *out_type = 's';
        return v->s;
    }
    if (v->type == J_BOOL) {
        *out_type = 'b';
        return v->i != 0 ? S("true") : S("false");
    }
    *out_type = v->type == J_INT ? 'i' : 'n';
    int n = snprintf(number, 24, "%lld", (long long)v->i);
    return v->type == J_INT ? str_bytes(number, (size_t)n) : S("");
}

static void commit(Buf *b, Str salt, Str path, char type, Str value, uint8_t out[32]) {
    b->n = 0;
    buf_put(b, path);
    buf_ch(b, '\0');
    buf_ch(b, type);
    buf_put(b, value);
    must(buf_err(b) == OK);
    seal_hmac_sha256(salt, buf_str(b), out);
}

typedef struct Tree { uint8_t edge[EDGE_MAX][32]; size_t n; int64_t size; } Tree;
static void tree_put(Tree *t, const uint8_t commitment[32]) {
    uint8_t node[32];
    ledger_leaf_hash(str_bytes(commitment, 32), node);
    for (int64_t left = t->size; left & 1; left >>= 1) ledger_node_hash(t->edge[--t->n], node, node);
    memcpy(t->edge[t->n++], node, 32);
    t->size++;
}
static void tree_root(const Tree *t, FieldsRoot *out) {
    out->n = t->size;
    ledger_edge_root(t->edge, t->n, out->root);
}

static void put_open(Arena *a, Buf *out, Str path, Str salt, char type, Str value) {
    Json j = json_to(out, false);
    json_obj(&j);
    json_kv_str(&j, "path", path);
    json_kv_str(&j, "salt", hex_enc(a, salt));
    json_kv_str(&j, "type", str_bytes(&type, 1));
    json_kv_str(&j, "value", value);
    json_end_obj(&j);
    buf_ch(out, '\n');
}
static void put_closed(Arena *a, Buf *out, const uint8_t commitment[32]) {
    Json j = json_to(out, false);
    json_obj(&j);
    json_kv_str(&j, "closed", hex_enc(a, str_bytes(commitment, 32)));
    json_end_obj(&j);
    buf_ch(out, '\n');
}

Err fields_make(Arena *a, Str facts, FieldRand rnd, void *ctx, Buf *out_lines, FieldsRoot *out) {
    Walk w;
    FieldAsk f;
    Tree t = { .n = 0 };
    TRY(begin(a, facts, &w, NULL));
    Buf text = buf_new(FACTS_MAX);
    Arena *scratch = arena_new(SCRATCH);
    while (next(&w, &f) && t.size < FIELDS_MAX) {
        uint8_t salt[32], commitment[32];
        char number[24], type = 0;
        Str value = value_text(number, f.value, &type);
        rnd(ctx, salt, sizeof salt);
        commit(&text, str_bytes(salt, 32), f.path, type, value, commitment);
        put_open(scratch, out_lines, f.path, str_bytes(salt, 32), type, value);
        tree_put(&t, commitment);
        arena_reset(scratch);
    }
    arena_free(scratch);
    buf_free(&text);
    tree_root(&t, out);
    return w.err != OK ? w.err : t.size == FIELDS_MAX ? E_LIMIT : buf_err(out_lines);
}

/* ---- reading the lines again ---- */

typedef struct Line { bool open; Str path, salt, value; char type; uint8_t commitment[32]; } Line;

static bool line_read(Arena *a, Str *rest, Line *out) {
    const JVal *v = NULL;
    Str text = STR_NONE, raw = STR_NONE;
    *out = (Line){ 0 };
    if (rest->p == NULL || rest->n == 0 || !str_split(rest, '\n', &text) || json_read_plain(a, text, FACTS_MAX / 4, &v) != OK || v->type != J_OBJ) return false;
    Str closed = jstr(v, "closed"), type = jstr(v, "type");
    if (closed.n > 0) {
        if (v->n != 1 || hex_dec(a, closed, &raw) != OK || raw.n != 32) return false;
        memcpy(out->commitment, raw.p, 32);
        return true;
    }
    *out = (Line){ .open = true, .path = jstr(v, "path"), .value = jstr(v, "value"), .type = type.n == 1 ? type.p[0] : '?' };
    return v->n == 4 && jget(v, "value") != NULL && hex_dec(a, jstr(v, "salt"), &out->salt) == OK && out->salt.n == 32 && (out->type == 's' || out->type == 'i' || out->type == 'b');
}

/* The line's own commitment, from what it opens. */
static void line_commit(Buf *text, Line *l) {
    if (l->open) commit(text, l->salt, l->path, l->type, l->value, l->commitment);
}

static bool same_value(const Line *l, const FieldAsk *f) {
    char number[24], type = 0;
    if (!l->open) return f->value->type == J_NULL;
    Str value = value_text(number, f->value, &type);
    return str_eq(l->path, f->path) && l->type == type && str_eq(l->value, value);
}

Err fields_check(Arena *a, Str facts, Str lines, FieldsRoot *out, int64_t *out_closed, const char **out_why) {
    Walk w;
    FieldAsk f;
    Line l;
    Tree t = { .n = 0 };
    Str rest = lines;
    *out_closed = 0;
    *out_why = N_("the facts cannot be read");
    TRY(begin(a, facts, &w, NULL));
    Buf text = buf_new(FACTS_MAX);
    Arena *scratch = arena_new(2 * (size_t)FACTS_MAX);
    Err e = OK;
    while (e == OK && next(&w, &f)) {
        if (t.size == FIELDS_MAX) e = E_LIMIT;
        else if (!line_read(scratch, &rest, &l)) e = E_INPUT, *out_why = N_("the list of fields cannot be read, or is shorter than the facts");
        else if (!same_value(&l, &f)) e = E_INPUT, *out_why = N_("the facts say something else than the fields that were sealed");
        if (e != OK) break;
        line_commit(&text, &l);
        tree_put(&t, l.commitment);
        *out_closed += !l.open;
        arena_reset(scratch);
    }
    if (e == OK) e = w.err;
    if (e == OK && rest.p != NULL && rest.n > 0) e = E_INPUT, *out_why = N_("there are more fields than facts");
    arena_free(scratch);
    buf_free(&text);
    tree_root(&t, out);
    return e;
}

static void put_value(Json *j, const JVal *v, bool open) {
    if (!open || v->type == J_NULL) json_nil(j);
    else if (v->type == J_STR) json_str(j, v->s);
    else if (v->type == J_BOOL) json_bool(j, v->i != 0);
    else json_i64(j, v->i);
}

Err fields_close(Arena *a, Str facts, Str lines, FieldKeep keep, void *ctx, Buf *out_facts, Buf *out_lines) {
    Walk w;
    FieldAsk f;
    Line l;
    Str rest = lines;
    Json j = json_to(out_facts, true);
    TRY(begin(a, facts, &w, &j));
    Buf text = buf_new(FACTS_MAX);
    Arena *scratch = arena_new(2 * (size_t)FACTS_MAX);
    Err e = OK;
    while (e == OK && next(&w, &f)) {
        if (!line_read(scratch, &rest, &l) || !same_value(&l, &f)) {
            e = E_INPUT;
            break;
        }
        bool open = l.open && keep(ctx, &f);
        line_commit(&text, &l);
        put_value(&j, f.value, open);
        if (open) put_open(scratch, out_lines, l.path, l.salt, l.type, l.value);
        else put_closed(scratch, out_lines, l.commitment);
        arena_reset(scratch);
    }
    if (e == OK) e = w.err;
    arena_free(scratch);
    buf_free(&text);
    if (e != OK) return e;
    buf_ch(out_facts, '\n');
    return buf_err(out_facts) != OK ? buf_err(out_facts) : buf_err(out_lines);
}
