/* keyring_ops.c - the requests that make and use keys of objects: scopes, sealing, blind indexes, signatures. */
#include "core/vault/keyring_in.h"
#include "core/ledger/ledger.h"

/* What a wrapped key belongs to; part of its authenticated data, so a wrap moved to another row opens nothing. */
static Str wrap_place(Arena *a, Id scope, uint8_t compartment, const char *holder, Id holder_id) {
    Buf b = buf_new(128);
    buf_z(&b, "ketenw1");
    put_id(&b, scope);
    put_u8(&b, compartment);
    buf_z(&b, holder);
    put_id(&b, holder_id);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static Str store_wrap(Keyring *k, Id scope, const uint8_t key[32]) {
    return seal_aead(k->arena, k->wrap_key, 1, wrap_place(k->arena, scope, 0, "store", ID_NONE), str_bytes(key, 32), k->rnd);
}

Err op_store_keys(Keyring *k, Wire *in, Buf *out) {
    uint32_t n = wire_u32(in);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        uint8_t key[32];
        k->rnd.fn(k->rnd.ctx, key, 32);
        put_str(out, store_wrap(k, wire_id(in), key));
        seal_wipe(key, sizeof key);
    }
    return OK;
}

Err op_blind(Keyring *k, Wire *in, Buf *out) {
    uint8_t key[32], mac[16];
    Str label = wire_str(in);
    seal_blake(str_bytes(k->blind_key, 32), label, key, 32);
    uint32_t n = wire_u32(in);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        seal_blake(str_bytes(key, 32), wire_str(in), mac, 16);
        buf_put(out, str_bytes(mac, 16));
    }
    seal_wipe(key, sizeof key);
    return OK;
}

/* Compartments 1.. for every team and, when a code session is named, for the code. */
static void wrap_for_all(Keyring *k, Buf *out, Id scope, uint8_t compartment, const uint8_t key[32], size_t teams, const Id *team, const Str *pub, const KeySession *code) {
    for (size_t t = 0; t < teams; t++)
        put_str(out, seal_box(k->arena, (const uint8_t *)pub[t].p, wrap_place(k->arena, scope, compartment, "team", team[t]), str_bytes(key, 32), k->rnd));
    if (code != NULL) put_str(out, seal_aead(k->arena, code->code_key, 1, wrap_place(k->arena, scope, compartment, "code", ID_NONE), str_bytes(key, 32), k->rnd));
}

Err op_scope_new(Keyring *k, Wire *in, Buf *out) {
    Id scope = wire_id(in), team[SESSION_TEAMS];
    uint8_t mask = wire_u8(in), key[32];
    Str handle = wire_str(in), pub[SESSION_TEAMS];
    uint32_t teams = wire_u32(in);
    if (teams > SESSION_TEAMS) return E_LIMIT;
    for (uint32_t t = 0; t < teams; t++) {
        team[t] = wire_id(in);
        pub[t] = wire_raw(in, 32);
    }
    const KeySession *code = handle.n > 0 ? key_session_find(k, handle) : NULL;
    if (in->bad || (handle.n > 0 && (code == NULL || code->kind != SESSION_CODE))) return E_DENIED;
    k->rnd.fn(k->rnd.ctx, key, 32);
    put_str(out, store_wrap(k, scope, key));
    for (uint8_t c = 1; c < 8; c++) {
        if ((mask & 1u << c) == 0) continue;
        k->rnd.fn(k->rnd.ctx, key, 32);
        wrap_for_all(k, out, scope, c, key, teams, team, pub, code);
    }
    seal_wipe(key, sizeof key);
    return OK;
}

/* The key of a compartment through whatever the session has: a team's private key, or the receipt code. */
static Err compartment_key(Keyring *k, const KeySession *s, Id scope, uint8_t compartment, uint8_t holder, Id holder_id, Str wrap, uint8_t out[32]) {
    Str key = STR_NONE;
    Err err = E_DENIED;
    if (compartment == 0) {
        err = seal_aead_open(k->arena, k->wrap_key, wrap_place(k->arena, scope, 0, "store", ID_NONE), wrap, &key);
    } else if (s != NULL && holder == 2 && s->kind == SESSION_CODE) {
        err = seal_aead_open(k->arena, s->code_key, wrap_place(k->arena, scope, compartment, "code", ID_NONE), wrap, &key);
    } else if (s != NULL && holder == 1 && s->kind == SESSION_WORKER) {
        for (size_t t = 0; t < s->teams && err != OK; t++)
            if (id_eq(s->team[t].id, holder_id)) err = seal_box_open(k->arena, s->team[t].pub, s->team[t].priv, wrap_place(k->arena, scope, compartment, "team", holder_id), wrap, &key);
    }
    if (err != OK || key.n != 32) return E_DENIED;
    memcpy(out, key.p, 32);
    return OK;
}

/* Keys of one request: several ways to one compartment may be offered; the first that opens counts. */
typedef struct ScopeKey { Id scope; uint8_t compartment; bool open; uint8_t key[32]; } ScopeKey;

static Err read_keys(Keyring *k, Wire *in, ScopeKey **out_keys, uint32_t *out_n) {
    Str handle = wire_str(in);
    const KeySession *s = handle.n > 0 ? key_session_find(k, handle) : NULL;
    uint32_t n = wire_u32(in);
    if (in->bad || n > in->rest.n) return E_INPUT;
    ScopeKey *keys = ARENA_ARRAY(k->arena, ScopeKey, n + 1);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        keys[i].scope = wire_id(in);
        keys[i].compartment = wire_u8(in);
        uint32_t ways = wire_u32(in);
        for (uint32_t way = 0; way < ways && !in->bad; way++) {
            uint8_t holder = wire_u8(in);
            Id holder_id = wire_id(in);
            Str wrap = wire_str(in);
            if (!keys[i].open) keys[i].open = compartment_key(k, s, keys[i].scope, keys[i].compartment, holder, holder_id, wrap, keys[i].key) == OK;
        }
    }
    *out_keys = keys;
    *out_n = n;
    return in->bad ? E_INPUT : OK;
}

/* "keten1" | org | scope | compartment | item | field: a ciphertext opens only at the place it was made for. */
static Str item_place(Arena *a, Id org, const ScopeKey *key, Id item, Str field) {
    Buf b = buf_new(512);
    buf_z(&b, "keten1");
    put_id(&b, org);
    put_id(&b, key->scope);
    put_u8(&b, key->compartment);
    put_id(&b, item);
    buf_put(&b, field);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static Err each_item(Keyring *k, Wire *in, Buf *out, bool sealing) {
    ScopeKey *keys = NULL;
    uint32_t keys_n = 0;
    TRY(read_keys(k, in, &keys, &keys_n));
    uint32_t n = wire_u32(in);
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        uint32_t at = wire_u32(in);
        Id org = wire_id(in), item = wire_id(in);
        Str field = wire_str(in), data = wire_str(in), result = STR_NONE;
        if (in->bad || at >= keys_n || field.n > 64) return E_INPUT;
        Err err = keys[at].open ? OK : E_DENIED;
        if (err == OK) {
            Str place = item_place(k->arena, org, &keys[at], item, field);
            if (sealing) result = seal_aead(k->arena, keys[at].key, 1, place, data, k->rnd);
            else err = seal_aead_open(k->arena, keys[at].key, place, data, &result);
        }
        put_u8(out, (uint8_t)err);
        put_str(out, result);
    }
    return OK;
}

Err op_seal(Keyring *k, Wire *in, Buf *out) { return each_item(k, in, out, true); }
Err op_open(Keyring *k, Wire *in, Buf *out) { return each_item(k, in, out, false); }

/* A worker's session and a code session: the compartments' keys once more, for the code. */
Err op_code_wrap(Keyring *k, Wire *in, Buf *out) {
    Str handle = wire_str(in);
    const KeySession *code = key_session_find(k, handle);
    ScopeKey *keys = NULL;
    uint32_t n = 0;
    if (code == NULL || code->kind != SESSION_CODE) return E_DENIED;
    TRY(read_keys(k, in, &keys, &n));
    for (uint32_t i = 0; i < n; i++) {
        if (!keys[i].open) return E_DENIED;
        put_str(out, seal_aead(k->arena, code->code_key, 1, wrap_place(k->arena, keys[i].scope, keys[i].compartment, "code", ID_NONE), str_bytes(keys[i].key, 32), k->rnd));
    }
    return OK;
}

Err op_note(Keyring *k, Wire *in, Buf *out) {
    int64_t size = wire_i64(in);
    Str root = wire_raw(in, 32), origin = str_bytes(k->origin, k->origin_n);
    uint8_t sig[64];
    if (in->rest.n > 0) { /* another log of the same house: what is sent to subscribers */
        Str lane = wire_str(in);
        if (!str_eq(lane, S("adult")) && !str_eq(lane, S("minor"))) return E_INPUT;
        origin = str_fmt(k->arena, STR_FMT "/feed/" STR_FMT, STR_ARG(origin), STR_ARG(lane));
    }
    if (in->bad || size < 0) return E_INPUT;
    Str body = ledger_checkpoint_body(k->arena, origin, size, (const uint8_t *)root.p);
    seal_sign(k->sign_priv, body, sig);
    put_str(out, ledger_note(k->arena, body, origin, k->sign_pub, sig));
    return OK;
}

/* The label keeps what is signed here apart from checkpoints and from other uses. */
Err op_sign(Keyring *k, Wire *in, Buf *out) {
    Str label = wire_str(in), bytes = wire_str(in);
    uint8_t sig[64];
    if (in->bad || label.n == 0 || label.n > 64) return E_INPUT;
    Buf b = buf_new(bytes.n + 256);
    buf_z(&b, "keten/");
    buf_put(&b, label);
    buf_ch(&b, '\n');
    buf_put(&b, bytes);
    seal_sign(k->sign_priv, buf_str(&b), sig);
    buf_free(&b);
    buf_put(out, str_bytes(sig, 64));
    return OK;
}

Err op_public(Keyring *k, Wire *in, Buf *out) {
    (void)in;
    buf_put(out, str_bytes(k->sign_pub, 32));
    put_str(out, str_bytes(k->origin, k->origin_n));
    return OK;
}
