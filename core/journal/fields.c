/* fields.c - the fields of an act: building, reading, checking, and their canonical JSON. */
#include "core/journal/journal_in.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

int field_at(const ActDef *def, const char *name) {
    for (int i = 0; def->fields[i].kind != F_END; i++)
        if (strcmp(def->fields[i].name, name) == 0) return i;
    fprintf(stderr, "<0>level=bug act=%s field=%s\n", def->kind, name);
    must(!"the act's definition has this field");
    return -1;
}

const ActDef *act_def(const App *app, Str kind) {
    for (size_t i = 0; app->acts[i] != NULL; i++)
        if (str_eq(str_c(app->acts[i]->kind), kind)) return app->acts[i];
    return NULL;
}

Act *act_new(Ctx *c, const ActDef *def, Id id, Id case_id, Id subject) {
    must(def != NULL && def->version > 0 && def->apply != NULL);
    Act *a = ARENA_NEW(c->arena, Act);
    a->def = def;
    a->id = id_none(id) ? ctx_new_id(c) : id;
    a->org = id_none(c->person.org) ? c->app->org : c->person.org;
    a->case_id = case_id;
    a->subject = subject;
    a->scope = id_none(case_id) ? a->org : case_id;
    for (uint32_t bit = R_SYSTEM; bit >= R_PUBLIC; bit >>= 1)
        if (c->person.roles & bit) { a->actor_role = bit; break; }
    if (a->actor_role == R_ADMIN && (c->person.roles & (R_WORKER | R_LEAD))) a->actor_role = R_WORKER;
    a->actor = c->person.user;
    a->at = c->now;
    return a;
}

static ActVal *slot(Act *a, const char *field, FieldKind kind) {
    int i = field_at(a->def, field);
    must(a->def->fields[i].kind == kind);
    a->vals[i].set = true;
    return &a->vals[i];
}

ActVal *act_before(Act *a) {
    for (int i = 0; a->def->fields[i].kind != F_END; i++)
        if (a->def->fields[i].kind == F_HASH && strcmp(a->def->fields[i].name, "before") == 0) return &a->vals[i];
    return NULL;
}

void act_int(Act *a, const char *field, int64_t v) { slot(a, field, F_INT)->i = v; }
void act_time(Act *a, const char *field, UnixMs v) { slot(a, field, F_TIME)->i = v; }
void act_code(Act *a, const char *field, Str v) {
    if (v.n > 0) slot(a, field, F_CODE)->s = v;
}
void act_idf(Act *a, const char *field, Id v) {
    if (!id_none(v)) slot(a, field, F_ID)->id = v;
}
void act_hash(Act *a, const char *field, Str bytes) { slot(a, field, F_HASH)->s = bytes; }
void act_ids(Act *a, const char *field, const Id *v, size_t n) {
    if (n > 0) slot(a, field, F_IDS)->s = str_bytes(v, n * sizeof *v);
}
void act_text(Act *a, const char *field, Str v) {
    if (v.p != NULL && v.n > 0) slot(a, field, F_TEXT)->s = v;
}

static const ActVal *got(const Act *a, const char *field) { return &a->vals[field_at(a->def, field)]; }
bool act_has(const Act *a, const char *field) { return got(a, field)->set; }
int64_t act_get_int(const Act *a, const char *field) { return got(a, field)->i; }
Str act_get_code(const Act *a, const char *field) { return got(a, field)->s; }
Id act_get_id(const Act *a, const char *field) { return got(a, field)->id; }
Str act_get_hash(const Act *a, const char *field) { return got(a, field)->s; }
size_t act_get_ids(const Act *a, const char *field, const Id **out) {
    _Static_assert(sizeof(Id) == 16 && _Alignof(Id) == 1, "ids lie packed");
    Str s = got(a, field)->s;
    *out = (const Id *)(const void *)s.p;
    return s.n / sizeof(Id);
}
Str act_get_text(const Act *a, const char *field) { return got(a, field)->s; }
Str act_sealed(const Act *a, const char *field) { return got(a, field)->sealed; }

static bool code_ok(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (!letter && strchr("_.:+-,/<>=", ch) == NULL) return false;
    }
    return s.n > 0 && s.n <= 200;
}

static Err validate_one(Ctx *c, const FieldDef *d, const ActVal *v) {
    if (!v->set) return d->required ? ctx_refuse(c, E_INPUT, d->name, "This is needed.") : OK;
    if (d->kind == F_CODE && !code_ok(v->s)) return ctx_refuse(c, E_INPUT, d->name, "This choice is not known.");
    if (d->kind == F_TIME && v->i <= 0) return ctx_refuse(c, E_INPUT, d->name, "This is not a date and time.");
    if (d->kind == F_INT && d->max > 0 && (v->i > d->max || v->i < 0)) return ctx_refuse(c, E_LIMIT, d->name, "This number is too large.");
    if (d->kind == F_HASH && (v->s.n == 0 || v->s.n > 64)) return ctx_refuse(c, E_INPUT, d->name, "This digest has the wrong length.");
    if (d->kind == F_IDS && (v->s.n == 0 || v->s.n % sizeof(Id) != 0)) return ctx_refuse(c, E_INPUT, d->name, "This choice is not known.");
    if (d->kind == F_IDS && v->s.n > ACT_IDS_MAX * sizeof(Id)) return ctx_refuse(c, E_LIMIT, d->name, "This is too much for one act.");
    if (d->kind == F_TEXT && v->s.n > (size_t)(d->max > 0 ? d->max : 4096)) return ctx_refuse(c, E_LIMIT, d->name, "This text is too long.");
    return OK;
}

Err act_validate(Ctx *c, const Act *a) {
    for (int i = 0; a->def->fields[i].kind != F_END; i++) {
        must(i < ACT_FIELDS_MAX);
        must((a->def->fields[i].kind == F_TEXT) == (a->def->fields[i].cls != CLEAR)); /* typed text is never in the clear, codes always are */
        TRY(validate_one(c, &a->def->fields[i], &a->vals[i]));
    }
    return OK;
}

static void hex_to(Json *j, Arena *arena, const FieldDef *d, Str bytes) { json_kv_str(j, d->name, hex_enc(arena, bytes)); }

void act_body(const Act *a, Buf *out) {
    Arena *arena = arena_new(4 * BODY_MAX);
    Json j = json_to(out, false);
    json_obj(&j);
    for (int i = 0; a->def->fields[i].kind != F_END; i++) {
        const FieldDef *d = &a->def->fields[i];
        const ActVal *v = &a->vals[i];
        if (!v->set) continue;
        switch (d->kind) {
        case F_INT: case F_TIME: json_kv_i64(&j, d->name, v->i); break;
        case F_CODE: json_kv_str(&j, d->name, v->s); break;
        case F_ID: hex_to(&j, arena, d, id_str(&v->id)); break;
        case F_HASH: case F_IDS: hex_to(&j, arena, d, v->s); break;
        case F_TEXT: json_kv_str(&j, d->name, b64_enc(arena, v->sealed)); break;
        case F_END: break;
        }
    }
    json_end_obj(&j);
    arena_free(arena);
}

static Err value_read(Arena *arena, const FieldDef *d, const JVal *jv, ActVal *v) {
    v->set = true;
    if (d->kind == F_INT || d->kind == F_TIME) {
        if (jv->type != J_INT) return E_INPUT;
        v->i = jv->i;
        return OK;
    }
    if (jv->type != J_STR) return E_INPUT;
    if (d->kind == F_ID) return id_parse(jv->s, &v->id);
    if (d->kind == F_HASH || d->kind == F_IDS) return hex_dec(arena, jv->s, &v->s);
    if (d->kind == F_TEXT) return b64_dec(arena, jv->s, &v->sealed);
    v->s = jv->s;
    return OK;
}

Err act_body_read(Arena *arena, const ActDef *def, Str body, Act *out) {
    const JVal *root = NULL;
    size_t line = 0, col = 0;
    TRY(json_read(arena, body, BODY_MAX, &root, &line, &col));
    if (root->type != J_OBJ) return E_INPUT;
    for (int i = 0; def->fields[i].kind != F_END; i++) {
        const JVal *jv = jget(root, def->fields[i].name);
        if (jv != NULL) TRY(value_read(arena, &def->fields[i], jv, &out->vals[i]));
    }
    return OK;
}
