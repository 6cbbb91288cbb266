/* gate_keys.c - who may ask, how much, until when. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "programs/gate/gate.h"
#include "programs/gate/gate_table.h"

enum { WHOLE = 1000, SECONDS_AT_ONCE = 2, RATE_MAX = 1000000 };

static Err scopes_read(Str s, unsigned *out) {
    Str word = STR_NONE;
    *out = s.n == 0 ? GATE_MAY_ASK : 0;
    while (s.n > 0 && str_split(&s, ' ', &word)) {
        if (word.n == 0) continue;
        if (str_eq(word, S("gate"))) *out |= GATE_MAY_ASK;
        else if (str_eq(word, S("national"))) *out |= GATE_MAY_NATIONAL;
        else return E_INPUT;
    }
    return OK;
}

static const char *key_row(Arena *a, const Str *f, GateKey *out) {
    Str digest = STR_NONE;
    int64_t rate = 0;
    *out = (GateKey){ .filled_ms = INT64_MIN };
    if (f[0].n == 0 || f[0].n > BANK_SOURCE_MAX || !str_utf8_ok(f[0])) return "name is 1 to 47 bytes";
    if (f[1].n != 64 || hex_dec(a, f[1], &digest) != OK) return "key_sha256 is 64 hexadecimal digits: keten gate key makes a key with its line";
    if (str_i64(f[2], 1, RATE_MAX, &rate) != OK) return "per_second is a number from 1 to 1000000";
    if (scopes_read(f[3], &out->may) != OK) return "scopes are gate and national, with a blank between";
    if (f[4].n > 0 && when_parse(zone_utc(), f[4], &out->until) != OK) return "until is a date (2027-03-01), an instant with its zone, or empty";
    memcpy(out->name, f[0].p, f[0].n);
    memcpy(out->sha256, digest.p, 32);
    out->per_second = (uint32_t)rate;
    return NULL;
}

Err gate_keys_read(Arena *a, Str csv, GateKeys *out, Str *out_why) {
    static const char *const head[] = { "name", "key_sha256", "per_second", "scopes", "until" };
    GateTable t;
    GateKeys k = { .list = NULL };
    size_t cap = 0;
    Str *f = NULL;
    TRY(gate_table_open(a, csv, head, LEN(head), &t, out_why));
    Err e = gate_table_next(&t, &f, out_why);
    for (; e == OK; e = gate_table_next(&t, &f, out_why)) {
        GateKey key;
        const char *wrong = k.n == GATE_KEYS_MAX ? "more than 1000 keys" : key_row(a, f, &key);
        for (size_t i = 0; i < k.n && wrong == NULL; i++)
            if (memcmp(k.list[i].sha256, key.sha256, 32) == 0) wrong = "this key stands higher up already";
        if (wrong != NULL) return *out_why = str_fmt(a, "line %zu: %s", t.line, wrong), E_INPUT;
        k.list = ARENA_ROOM(a, k.list, k.n, &cap);
        k.list[k.n++] = key;
    }
    if (e != E_MISSING) return e;
    *out = k;
    return OK;
}

static GateKey *by_digest(GateKeys *k, const uint8_t digest[32]) {
    for (size_t i = 0; i < k->n; i++)
        if (memcmp(k->list[i].sha256, digest, 32) == 0) return &k->list[i]; /* of a digest the time tells nothing */
    return NULL;
}

void gate_keys_take_over(GateKeys *fresh, const GateKeys *old) {
    for (size_t i = 0; i < old->n; i++) {
        GateKey *same = by_digest(fresh, old->list[i].sha256);
        if (same == NULL) continue;
        same->left = old->list[i].left;
        same->filled_ms = old->list[i].filled_ms;
    }
}

GateKey *gate_key_find(GateKeys *k, Str presented) {
    uint8_t digest[32];
    if (presented.n == 0) return NULL;
    seal_sha256(presented, digest);
    return by_digest(k, digest);
}

/* The bucket holds two seconds. A question is let through when anything is left, and may leave a debt, so that a batch larger than the bucket passes too. */
GateGrant gate_key_use(GateKey *key, unsigned may, size_t hashes, UnixMs now, int64_t mono_ms, int64_t *out_wait_s) {
    if (key == NULL) return GRANT_NONE;
    if (key->until != 0 && key->until <= now) return GRANT_ENDED;
    if ((key->may & may) != may) return GRANT_SCOPE;
    int64_t full = (int64_t)key->per_second * WHOLE * SECONDS_AT_ONCE, since = key->filled_ms == INT64_MIN ? SECONDS_AT_ONCE * 1000 : mono_ms - key->filled_ms;
    if (since > 0) {
        int64_t gained = since >= 3600 * 1000 ? full : since * key->per_second; /* per_second / 1000 hashes a millisecond, in thousandths */
        key->left = key->left + gained > full ? full : key->left + gained;
        key->filled_ms = mono_ms;
    }
    if (key->left <= 0) {
        *out_wait_s = 1 + -key->left / WHOLE / key->per_second;
        return GRANT_RATE;
    }
    key->left -= (int64_t)hashes * WHOLE;
    return GRANT_YES;
}
