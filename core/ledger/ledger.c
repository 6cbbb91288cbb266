/* ledger.c - see ledger.h. Sources: RFC 6962 §2.1, c2sp.org/signed-note, c2sp.org/tlog-checkpoint. */
#include "core/ledger/ledger.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

void ledger_leaf_hash(Str entry, uint8_t out[32]) {
    uint8_t small[256];
    Buf b = buf_new(70000);
    if (entry.n < sizeof small) {
        small[0] = 0;
        if (entry.n > 0) memcpy(small + 1, entry.p, entry.n);
        seal_sha256(str_bytes(small, entry.n + 1), out);
        return;
    }
    buf_ch(&b, '\0');
    buf_put(&b, entry);
    must(buf_err(&b) == OK);
    seal_sha256(buf_str(&b), out);
    buf_free(&b);
}

void ledger_node_hash(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]) {
    uint8_t text[65] = { 1 };
    memcpy(text + 1, left, 32);
    memcpy(text + 33, right, 32);
    seal_sha256(str_bytes(text, sizeof text), out);
}

void ledger_edge_root(const uint8_t (*edge)[32], size_t n, uint8_t out[32]) {
    if (n == 0) {
        seal_sha256(STR_NONE, out);
        return;
    }
    memcpy(out, edge[n - 1], 32);
    for (size_t i = n - 1; i > 0; i--) ledger_node_hash(edge[i - 1], out, out);
}

Str ledger_checkpoint_body(Arena *a, Str origin, int64_t size, const uint8_t root[32]) {
    return str_fmt(a, STR_FMT "\n%lld\n" STR_FMT "\n", STR_ARG(origin), (long long)size, STR_ARG(b64_enc(a, str_bytes(root, 32))));
}

void ledger_key_id(Str name, uint8_t type, Str key, uint8_t out[4]) {
    Buf b = buf_new(4096);
    uint8_t digest[32];
    buf_put(&b, name);
    buf_ch(&b, '\n');
    buf_ch(&b, (char)type);
    buf_put(&b, key);
    must(buf_err(&b) == OK);
    seal_sha256(buf_str(&b), digest);
    memcpy(out, digest, 4);
    buf_free(&b);
}

Str ledger_vkey(Arena *a, Str name, const uint8_t pub[32]) {
    uint8_t id[4], typed[33] = { 1 };
    memcpy(typed + 1, pub, 32);
    ledger_key_id(name, 1, str_bytes(pub, 32), id);
    return str_fmt(a, STR_FMT "+%02x%02x%02x%02x+" STR_FMT, STR_ARG(name), id[0], id[1], id[2], id[3], STR_ARG(b64_enc(a, str_bytes(typed, 33))));
}

Str ledger_note(Arena *a, Str body, Str name, const uint8_t pub[32], const uint8_t sig[64]) {
    uint8_t id[4], line[68];
    ledger_key_id(name, 1, str_bytes(pub, 32), id);
    memcpy(line, id, 4);
    memcpy(line + 4, sig, 64);
    return str_fmt(a, STR_FMT "\n\xe2\x80\x94 " STR_FMT " " STR_FMT "\n", STR_ARG(body), STR_ARG(name), STR_ARG(b64_enc(a, str_bytes(line, 68))));
}
