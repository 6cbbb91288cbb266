/* vault_people.c - scopes, workers, teams and receipt codes. */
#include "core/vault/vault_in.h"

Err vault_store_scopes(Vault *v, Id org, const Id *scopes, size_t n, UnixMs now) {
    (void)org;
    if (n == 0) return OK;
    Buf *b = vault_ask(v, OP_STORE_KEYS);
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) put_id(b, scopes[i]);
    Wire w;
    TRY(vault_send(v, &w));
    Arena *scratch = arena_new((n + 1) * sizeof(WrapNew) + 65536);
    WrapNew *wraps = ARENA_ARRAY(scratch, WrapNew, n);
    for (size_t i = 0; i < n; i++) wraps[i] = (WrapNew){ scopes[i], "store", "store", ID_NONE, wire_str(&w) };
    Err err = w.bad ? E_OUTSIDE : wraps_keep(v, wraps, n, now);
    arena_free(scratch);
    return err;
}

Err vault_scope_new(Vault *v, Id scope, unsigned mask, const VaultTeam *teams, size_t n_teams, const VaultSession *code, UnixMs now) {
    enum { WRAPS_MAX = 1 + COMP_COUNT * 17 };
    WrapNew wraps[WRAPS_MAX];
    size_t n = 0;
    must(n_teams <= 16 && mask < 1u << COMP_COUNT);
    Buf *b = vault_ask(v, OP_SCOPE_NEW);
    put_id(b, scope);
    put_u8(b, (uint8_t)mask);
    put_session(b, code);
    put_u32(b, (uint32_t)n_teams);
    for (size_t i = 0; i < n_teams; i++) {
        must(teams[i].pubkey.n == 32);
        put_id(b, teams[i].id);
        buf_put(b, teams[i].pubkey);
    }
    Wire w;
    TRY(vault_send(v, &w));
    wraps[n++] = (WrapNew){ scope, "store", "store", ID_NONE, wire_str(&w) };
    for (uint8_t c = 1; c < COMP_COUNT; c++) {
        if ((mask & 1u << c) == 0) continue;
        for (size_t t = 0; t < n_teams; t++) wraps[n++] = (WrapNew){ scope, compartment_name(c), "team", teams[t].id, wire_str(&w) };
        if (code != NULL) wraps[n++] = (WrapNew){ scope, compartment_name(c), "code", ID_NONE, wire_str(&w) };
    }
    return w.bad ? E_OUTSIDE : wraps_keep(v, wraps, n, now);
}

/* ---- workers: what opens their private key stands under "password" (holder: the person) or "link" (holder: the link) ---- */
static Err enrol(Vault *v, Arena *a, Id user, const char *way, Id holder, Str secret, UnixMs now, Str *out_pubkey) {
    Buf *b = vault_ask(v, OP_USER_ENROL);
    put_str(b, secret);
    Wire w;
    TRY(vault_send(v, &w));
    *out_pubkey = str_dup(a, wire_raw(&w, 32));
    WrapNew wrap = { user, way, "user", holder, wire_str(&w) };
    return w.bad ? E_OUTSIDE : wraps_keep(v, &wrap, 1, now);
}

Err vault_user_enrol(Vault *v, Arena *a, Id user, Str password, UnixMs now, Str *out_pubkey) { return enrol(v, a, user, "password", user, password, now, out_pubkey); }
Err vault_enrol_by_link(Vault *v, Arena *a, Id user, Id link, Str token, UnixMs now, Str *out_pubkey) { return enrol(v, a, user, "link", link, token, now, out_pubkey); }

typedef struct Opener { Id user, holder; const char *way; Str secret; } Opener;
static Err login(Vault *v, Arena *a, const Opener *o, Str pubkey, const VaultTeam *teams, size_t n_teams, UnixMs now, VaultSession *out) {
    static const char no_key[32];
    Str wrap = STR_NONE, sealed[16];
    Err err = wrap_get(v, a, o->user, o->way, "user", o->holder, &wrap);
    if (err != OK && err != E_MISSING) return err;
    size_t n = 0, which[16];
    for (size_t i = 0; i < n_teams && n < 16; i++) {
        err = wrap_get(v, a, teams[i].id, "team", "user", o->user, &sealed[n]);
        if (err == OK) which[n++] = i;
        else if (err != E_MISSING) return err;
    }
    Buf *b = vault_ask(v, OP_LOGIN);
    put_id(b, o->user);
    put_str(b, o->secret);
    buf_put(b, pubkey.n == 32 ? pubkey : str_bytes(no_key, 32));
    put_str(b, wrap);
    put_i64(b, now);
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        put_id(b, teams[which[i]].id);
        buf_put(b, teams[which[i]].pubkey);
        put_str(b, sealed[i]);
    }
    Wire w;
    TRY(vault_send(v, &w));
    Str handle = wire_raw(&w, 32);
    if (w.bad) return E_OUTSIDE;
    memcpy(out->handle, handle.p, 32);
    out->worker = true;
    return OK;
}

Err vault_login(Vault *v, Arena *a, Id user, Str pubkey, Str password, const VaultTeam *teams, size_t n_teams, UnixMs now, VaultSession *out) {
    return login(v, a, &(Opener){ user, user, "password", password }, pubkey, teams, n_teams, now, out);
}

Err vault_link_login(Vault *v, Arena *a, Id user, Str pubkey, Id link, Str token, const VaultTeam *teams, size_t n_teams, UnixMs now, VaultSession *out) {
    return login(v, a, &(Opener){ user, link, "link", token }, pubkey, teams, n_teams, now, out);
}

static Err wrap_anew(Vault *v, const VaultSession *s, Id user, const char *way, Id holder, Str secret, UnixMs now) {
    Buf *b = vault_ask(v, OP_REPASSWORD);
    put_session(b, s);
    put_str(b, secret);
    Wire w;
    TRY(vault_send(v, &w));
    WrapNew wrap = { user, way, "user", holder, wire_str(&w) };
    return w.bad ? E_OUTSIDE : wraps_keep(v, &wrap, 1, now);
}

Err vault_repassword(Vault *v, Arena *a, const VaultSession *s, Id user, Str password, UnixMs now) {
    (void)a;
    return wrap_anew(v, s, user, "password", user, password, now);
}

Err vault_link_give(Vault *v, const VaultSession *s, Id user, Id link, Str token, UnixMs now) {
    TRY(vault_link_drop(v, user));
    return wrap_anew(v, s, user, "link", link, token, now);
}

Err vault_link_drop(Vault *v, Id user) { return wraps_drop_all(v, user, "link"); }

static Err there(Vault *v, Id scope, const char *compartment, const char *holder_kind, Id holder, bool *out) {
    Arena *a = arena_new(1 << 16);
    Str blob = STR_NONE;
    Err err = wrap_get(v, a, scope, compartment, holder_kind, holder, &blob);
    *out = err == OK;
    arena_free(a);
    return err == E_MISSING ? OK : err;
}

Err vault_ways(Vault *v, Id user, Id link, VaultWays *out) {
    *out = (VaultWays){ 0 };
    TRY(there(v, user, "password", "user", user, &out->password));
    TRY(there(v, user, "link", "user", link, &out->link));
    return there(v, user, "totp", "store", user, &out->totp);
}

Err vault_team_holds(Vault *v, Id team, Id user, bool *out) { return there(v, team, "team", "user", user, out); }

void vault_logout(Vault *v, const VaultSession *s) {
    Wire w;
    Buf *b = vault_ask(v, OP_LOGOUT);
    put_session(b, s);
    Err err = vault_send(v, &w);
    (void)err; /* a session that cannot be ended now ends by itself */
}

Err vault_team_new(Vault *v, Arena *a, Id team, const VaultMember *members, size_t n, UnixMs now, Str *out_pubkey) {
    WrapNew wraps[64];
    if (n > LEN(wraps)) return E_LIMIT;
    Buf *b = vault_ask(v, OP_TEAM_NEW);
    put_id(b, team);
    put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        if (members[i].pubkey.n != 32) return E_INPUT;
        put_id(b, members[i].user);
        buf_put(b, members[i].pubkey);
    }
    Wire w;
    TRY(vault_send(v, &w));
    *out_pubkey = str_dup(a, wire_raw(&w, 32));
    for (size_t i = 0; i < n; i++) wraps[i] = (WrapNew){ team, "team", "user", members[i].user, wire_str(&w) };
    return w.bad ? E_OUTSIDE : wraps_keep(v, wraps, n, now);
}

Err vault_team_add(Vault *v, Arena *a, const VaultSession *s, Id team, const VaultMember *member, UnixMs now) {
    (void)a;
    if (member->pubkey.n != 32) return E_INPUT;
    Buf *b = vault_ask(v, OP_TEAM_ADD);
    put_session(b, s);
    put_id(b, team);
    put_id(b, member->user);
    buf_put(b, member->pubkey);
    Wire w;
    TRY(vault_send(v, &w));
    WrapNew wrap = { team, "team", "user", member->user, wire_str(&w) };
    return w.bad ? E_OUTSIDE : wraps_keep(v, &wrap, 1, now);
}

Err vault_team_remove(Vault *v, Id team, Id user) { return wraps_drop(v, team, "user", user); }

Err vault_totp_new(Vault *v, Arena *a, Id user, UnixMs now, Str *out_base32) {
    Buf *b = vault_ask(v, OP_TOTP_NEW);
    put_id(b, user);
    Wire w;
    TRY(vault_send(v, &w));
    *out_base32 = str_dup(a, wire_str(&w));
    WrapNew wrap = { user, "totp-new", "store", user, wire_str(&w) };
    return w.bad ? E_OUTSIDE : wraps_keep(v, &wrap, 1, now);
}

Err vault_totp_drop(Vault *v, Id user) {
    TRY(wraps_drop_all(v, user, "totp-new"));
    return wraps_drop_all(v, user, "totp");
}

static Err totp_judge(Vault *v, Id user, const char *which, Str typed, UnixMs now, int64_t last_step, int64_t *out_step) {
    Arena *a = arena_new(1 << 16);
    Str sealed = STR_NONE;
    Wire w;
    Err err = wrap_get(v, a, user, which, "store", user, &sealed);
    if (err == OK) {
        Buf *b = vault_ask(v, OP_TOTP_CHECK);
        put_id(b, user);
        put_str(b, sealed);
        put_str(b, typed);
        put_i64(b, now);
        put_i64(b, last_step);
        err = vault_send(v, &w);
    }
    if (err == OK) *out_step = wire_i64(&w);
    arena_free(a);
    return err;
}

Err vault_totp_check(Vault *v, Id user, Str typed, UnixMs now, int64_t last_step, int64_t *out_step) {
    return totp_judge(v, user, "totp", typed, now, last_step, out_step);
}

Err vault_totp_confirm(Vault *v, Id user, Str typed, UnixMs now, int64_t *out_step) {
    TRY(totp_judge(v, user, "totp-new", typed, now, 0, out_step));
    return wraps_rename(v, user, "totp-new", "totp");
}

/* ---- receipt codes ---- */
Err vault_code_new(Vault *v, Arena *a, UnixMs now, Str *out_code, Str *out_record, VaultSession *out) {
    Buf *b = vault_ask(v, OP_CODE_NEW);
    put_i64(b, now);
    Wire w;
    TRY(vault_send(v, &w));
    *out_code = str_dup(a, wire_str(&w));
    *out_record = str_dup(a, wire_str(&w));
    Str handle = wire_raw(&w, 32);
    if (w.bad) return E_OUTSIDE;
    memcpy(out->handle, handle.p, 32);
    out->worker = false;
    return OK;
}

Err vault_code_keep(Vault *v, Id case_id, Str record, UnixMs now) {
    WrapNew wrap = { case_id, "code-proof", "store", ID_NONE, record };
    return wraps_keep(v, &wrap, 1, now);
}

Err vault_code_login(Vault *v, Arena *a, Id case_id, Str code, UnixMs now, VaultSession *out) {
    Str record = STR_NONE;
    Err err = wrap_get(v, a, case_id, "code-proof", "store", ID_NONE, &record);
    if (err != OK && err != E_MISSING) return err;
    Buf *b = vault_ask(v, OP_CODE_LOGIN);
    put_str(b, code);
    put_str(b, record);
    put_i64(b, now);
    Wire w;
    TRY(vault_send(v, &w));
    Str handle = wire_raw(&w, 32);
    if (w.bad) return E_OUTSIDE;
    memcpy(out->handle, handle.p, 32);
    out->worker = false;
    return OK;
}

Err vault_code_narrow(Vault *v, Id case_id) { return wraps_narrow_code(v, case_id); }

Err vault_code_rewrap(Vault *v, Arena *a, const VaultSession *worker, const VaultSession *code, Id case_id, UnixMs now) {
    (void)a;
    bool erased = false;
    Buf *b = vault_ask(v, OP_CODE_WRAP);
    put_session(b, code);
    put_session(b, worker);
    put_u32(b, 1);
    put_id(b, case_id);
    put_u8(b, COMP_STORY);
    TRY(wraps_put(v, b, case_id, COMP_STORY, &erased));
    if (erased) return E_MISSING;
    Wire w;
    TRY(vault_send(v, &w));
    WrapNew wrap = { case_id, compartment_name(COMP_STORY), "code", ID_NONE, wire_str(&w) };
    if (w.bad) return E_OUTSIDE;
    TRY(wraps_narrow_code(v, case_id));
    return wraps_keep(v, &wrap, 1, now);
}
