/* gate_files.c - see gate_files.h. */
#include "programs/jobs/gate_files.h"

#include "core/consent/consent_room.h"
#include "core/feed/subscriber.h"
#include "core/ledger/ledger.h"
#include "core/vault/vault.h"
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"

enum { LOOK_MS = 1000, REVOKED_MS = 60000 /* an erased report takes its receipts with it */, REVOKED_BYTES = 200 << 20, KEYS_BYTES = 4 << 20 };

static Err put(Ctx *c, const Instance *in, const char *name, Str text) {
    const char *folder = instance_path(c->arena, in, INSTANCE_GATE);
    TRY(dir_make(folder, 0700));
    return file_write(path_join(c->arena, folder, name).p, text, 0600);
}

/* An ended key is left out at its end too, not only when somebody ends it. */
static Err keys(GateFiles *g, Ctx *c, const Instance *in, int64_t change) {
    SubscriberKey *k = NULL;
    size_t n = 0;
    TRY(subscriber_keys(c->db, c->arena, c->now, &k, &n));
    Buf b = buf_new(KEYS_BYTES);
    UnixMs first = 0;
    buf_z(&b, "name,key_sha256,per_second,scopes,until\r\n");
    for (size_t i = 0; i < n; i++) {
        if ((k[i].scopes & SCOPE_GATE) == 0) continue;
        Str fields[] = { k[i].code, hex_enc(c->arena, str_bytes(k[i].sha256, sizeof k[i].sha256)), str_fmt(c->arena, "%lld", (long long)k[i].per_second), (k[i].scopes & SCOPE_NATIONAL) != 0 ? S("gate national") : S("gate"),
            k[i].until > 0 ? when_rfc3339(c->arena, k[i].until) : STR_NONE };
        for (size_t f = 0; f < LEN(fields); f++) csv_field(&b, fields[f], ',', f == 0);
        csv_end(&b);
        if (k[i].until > 0 && (first == 0 || k[i].until < first)) first = k[i].until;
    }
    Err e = buf_err(&b);
    if (e == OK) e = put(c, in, "keys.csv", buf_str(&b));
    buf_free(&b);
    if (e != OK) return e;
    g->keys = true;
    g->keys_at = change;
    g->keys_until = first;
    return OK;
}

static Err trust(GateFiles *g, Ctx *c, const Instance *in) {
    Str pub = STR_NONE, origin = STR_NONE;
    TRY(vault_public(c->vault, c->arena, &pub, &origin));
    if (pub.n != 32) return E_OUTSIDE;
    TRY(put(c, in, "trust.txt", str_fmt(c->arena, STR_FMT "\n", STR_ARG(ledger_vkey(c->arena, origin, (const uint8_t *)pub.p)))));
    g->trust = true;
    return OK;
}

static Err revoked(GateFiles *g, Ctx *c, const Instance *in, int64_t change, int64_t now) {
    Buf b = buf_new(REVOKED_BYTES);
    Err e = receipt_revoked(c, &b);
    if (e == OK) e = put(c, in, "revoked.txt", buf_str(&b));
    buf_free(&b);
    if (e != OK) return e;
    g->revoked_at = change;
    g->revoked_ms = now;
    return OK;
}

void gate_files(GateFiles *g, Ctx *c, const Instance *in) {
    int64_t now = sys_mono_ms(), change = 0;
    if (g->looked_ms != 0 && now - g->looked_ms < LOOK_MS) return;
    g->looked_ms = now;
    Err e = subscriber_change(c->db, &change);
    if (e == OK && (!g->keys || change != g->keys_at || (g->keys_until > 0 && g->keys_until <= c->now))) e = keys(g, c, in, change);
    if (e == OK && !g->trust) e = trust(g, c, in);
    if (e == OK) e = receipt_change(c->db, &change);
    if (e == OK && (g->revoked_ms == 0 || change != g->revoked_at || now - g->revoked_ms >= REVOKED_MS)) e = revoked(g, c, in, change, now);
    if (e != OK) log_line(LOG_WARN, "event=gate_not_told err=%s", err_name(e));
}
