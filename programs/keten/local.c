/* local.c - see local.h. */
#include "programs/keten/local.h"

static Err open_db(Arena *a, const Instance *in, const char *name, DbMode mode, Db **out, Str *out_why) {
    const char *why = "";
    Err e = db_open(instance_path(a, in, name), mode, out, &why);
    if (e != OK) *out_why = str_fmt(a, "%s/%s cannot be used: %s", in->dir, name, why[0] != '\0' ? why : err_name(e));
    return e;
}

static Err open_vault(Arena *a, const Instance *in, Local *l, Str *out_why) {
    Err e = app_vault_local(a, in, l->keys, &l->vault);
    if (e != OK) *out_why = str_fmt(a, "%s/%s or %s cannot be read, or has not 32 bytes (%s)", in->dir, INSTANCE_STORAGE_KEY, INSTANCE_SIGNING_KEY, err_name(e));
    return e;
}

Err local_begin(Arena *a, const Instance *in, DbMode mode, Local *out, Str *out_why) {
    *out = (Local){ .in = *in };
    Err e = open_db(a, in, INSTANCE_DB, mode, &out->db, out_why);
    if (e == OK) e = open_db(a, in, INSTANCE_KEYS_DB, mode, &out->keys, out_why);
    if (e == OK) e = open_vault(a, in, out, out_why);
    if (e == OK) e = app_open(a, in, &out->app, out_why);
    if (e == OK) {
        Str name = STR_NONE;
        e = app_org(out->db, a, &out->app.org, &name); /* none yet while an instance is being made */
        if (e != OK && e != E_MISSING) *out_why = str_fmt(a, "%s/%s cannot be read: %s", in->dir, INSTANCE_DB, db_why(out->db));
        if (e == E_MISSING) e = OK;
    }
    if (e != OK) {
        local_close(out);
        return e;
    }
    out->c = (Ctx){ .app = &out->app, .arena = a, .db = out->db, .vault = out->vault, .now = sys_now(&in->clock), .lang = LANG_NL };
    local_as(out, R_SYSTEM, ID_NONE, out->app.org);
    return OK;
}

void local_close(Local *l) {
    vault_close(l->vault);
    db_close(l->keys);
    db_close(l->db);
    l->vault = NULL;
    l->keys = l->db = NULL;
}

void local_as(Local *l, uint32_t roles, Id user, Id org) {
    l->c.person = (Person){ .roles = roles, .user = user, .org = org };
    l->c.session = NULL;
    l->c.fail = (Fail){ 0 };
}

/* The organisation's own key is wrapped under the storage key: sealing a nothing with it shows whether the two belong together. */
Err local_key_check(Local *l) {
    SealItem one = { .org = l->app.org, .scope = l->app.org, .item = l->app.org, .compartment = COMP_STORE, .field = "check", .data = S("") };
    if (id_none(l->app.org)) return OK; /* no act yet */
    TRY(vault_seal(l->vault, l->c.arena, NULL, &one, 1));
    return one.err;
}

bool local_open(Cli *c, const char *dir, DbMode mode, Local *out, int *out_code) {
    Instance in = { 0 };
    Str why = STR_NONE;
    Err e = instance_open(c->a, dir, &in, &why);
    bool none = e == E_MISSING;
    if (e == OK) e = local_begin(c->a, &in, mode, out, &why);
    if (e == OK && local_key_check(out) != OK) {
        e = E_DENIED;
        why = str_fmt(c->a, "%s/%s is not the key this instance was made with (or its organisation's wrapped key is damaged): nothing sealed can be opened. Put the right file back", in.dir, INSTANCE_STORAGE_KEY);
        local_close(out);
    }
    if (e != OK) *out_code = cli_fail(c, none ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    return e == OK;
}
