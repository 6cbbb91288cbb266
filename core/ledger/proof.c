/* proof.c - inclusion, consistency and tiles over stored nodes, and the checking of proofs. RFC 6962 §2.1, RFC 9162 §2.1.3-4. */
#include "core/ledger/ledger.h"
#include "core/seal/seal.h"

enum { BITS = 62 };

/* Largest power of two smaller than n, n > 1. */
static int64_t split_of(int64_t n) {
    int64_t k = 1;
    must(n > 1);
    while (k < n - k) k *= 2;
    return k;
}

/* Root of leaves [from, from + n): from is a multiple of the power of two that covers n, so it falls apart into whole subtrees. */
static Err range_root(const LedgerNodes *t, int64_t from, int64_t n, uint8_t out[32]) {
    uint8_t edge[BITS + 1][32];
    size_t k = 0;
    must(n > 0 && from >= 0);
    for (int level = BITS; level >= 0; level--) {
        int64_t whole = (int64_t)1 << level;
        if ((n & whole) == 0) continue;
        must(from % whole == 0);
        TRY(t->node(t->ctx, level, from >> level, edge[k++]));
        from += whole;
    }
    ledger_edge_root((const uint8_t (*)[32])edge, k, out);
    return OK;
}

Err ledger_root(const LedgerNodes *t, int64_t size, uint8_t out[32]) {
    if (size < 0) return E_INPUT;
    if (size > 0) return range_root(t, 0, size, out);
    ledger_edge_root(NULL, 0, out);
    return OK;
}

/* Proofs are found from the root down and told from the leaf up. */
static void turn_round(LedgerProof *p) {
    for (size_t i = 0, j = p->n; i + 1 < j; i++) {
        uint8_t h[32];
        j--;
        memcpy(h, p->hash[i], 32);
        memcpy(p->hash[i], p->hash[j], 32);
        memcpy(p->hash[j], h, 32);
    }
}

Err ledger_inclusion(const LedgerNodes *t, int64_t index, int64_t size, LedgerProof *out) {
    LedgerProof p = { 0 };
    int64_t from = 0, n = size;
    if (index < 0 || index >= size) return E_INPUT;
    while (n > 1) {
        int64_t k = split_of(n);
        must(p.n < LEDGER_PROOF_MAX);
        if (index - from < k) {
            TRY(range_root(t, from + k, n - k, p.hash[p.n++]));
            n = k;
        } else {
            TRY(range_root(t, from, k, p.hash[p.n++]));
            from += k;
            n -= k;
        }
    }
    turn_round(&p);
    *out = p;
    return OK;
}

Err ledger_consistency(const LedgerNodes *t, int64_t old_size, int64_t size, LedgerProof *out) {
    LedgerProof p = { 0 };
    int64_t from = 0, m = old_size, n = size;
    bool whole = true; /* the old tree is still this very subtree: its root is known to whoever asks */
    if (old_size < 0 || old_size > size) return E_INPUT;
    if (old_size == 0) n = m = 0; /* everything follows from nothing */
    while (m < n) {
        int64_t k = split_of(n);
        must(p.n < LEDGER_PROOF_MAX);
        if (m <= k) {
            TRY(range_root(t, from + k, n - k, p.hash[p.n++]));
            n = k;
        } else {
            TRY(range_root(t, from, k, p.hash[p.n++]));
            from += k;
            m -= k;
            n -= k;
            whole = false;
        }
    }
    if (!whole) TRY(range_root(t, from, n, p.hash[p.n++]));
    turn_round(&p);
    *out = p;
    return OK;
}

bool ledger_included(const uint8_t leaf[32], int64_t index, int64_t size, const LedgerProof *p, const uint8_t root[32]) {
    uint8_t r[32];
    if (index < 0 || index >= size || p->n > LEDGER_PROOF_MAX) return false;
    int64_t fn = index, sn = size - 1;
    memcpy(r, leaf, 32);
    for (size_t i = 0; i < p->n; i++) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            ledger_node_hash(p->hash[i], r, r);
            for (; (fn & 1) == 0 && fn != 0; fn >>= 1) sn >>= 1;
        } else {
            ledger_node_hash(r, p->hash[i], r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(r, root, 32) == 0;
}

/* RFC 9162 §2.1.4.2 for 0 < old < new: both roots are rebuilt from the same hashes. */
static bool grows(int64_t old_size, const uint8_t old_root[32], int64_t size, const uint8_t root[32], const LedgerProof *p) {
    uint8_t fr[32], sr[32];
    size_t at = 0;
    int64_t fn = old_size - 1, sn = size - 1;
    if ((old_size & (old_size - 1)) == 0) { /* a power of two: the proof begins with the old root, which is not sent */
        memcpy(fr, old_root, 32);
    } else {
        if (p->n == 0) return false;
        memcpy(fr, p->hash[at++], 32);
    }
    memcpy(sr, fr, 32);
    for (; (fn & 1) != 0; fn >>= 1) sn >>= 1;
    for (; at < p->n; at++) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            ledger_node_hash(p->hash[at], fr, fr);
            ledger_node_hash(p->hash[at], sr, sr);
            for (; (fn & 1) == 0 && fn != 0; fn >>= 1) sn >>= 1;
        } else {
            ledger_node_hash(sr, p->hash[at], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(fr, old_root, 32) == 0 && memcmp(sr, root, 32) == 0;
}

bool ledger_consistent(int64_t old_size, const uint8_t old_root[32], int64_t size, const uint8_t root[32], const LedgerProof *p) {
    if (old_size < 0 || old_size > size || p->n > LEDGER_PROOF_MAX) return false;
    if (old_size == 0) {
        uint8_t empty[32];
        ledger_edge_root(NULL, 0, empty);
        return p->n == 0 && memcmp(old_root, empty, 32) == 0;
    }
    if (old_size == size) return p->n == 0 && memcmp(old_root, root, 32) == 0;
    return grows(old_size, old_root, size, root, p);
}

/* ---- tiles ---- */

enum { TILE_LEVELS = 8, TILE_HEIGHT = 8 };

/* Decimal without leading zeros, up to digits long. */
static bool plain_number(Str s, size_t digits, int64_t *out) {
    int64_t v = 0;
    if (s.n == 0 || s.n > digits || (s.n > 1 && s.p[0] == '0')) return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

static bool three_digits(Str s, int64_t *out) {
    if (s.n != 3) return false;
    int64_t v = 0;
    for (size_t i = 0; i < 3; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

Err ledger_tile_parse(Str path, LedgerTile *out) {
    enum { GROUPS_MAX = 6 };
    Str part = STR_NONE, rest = path;
    int64_t level = 0, index = 0, width = LEDGER_TILE, group = 0;
    size_t groups = 0;
    bool last = false;
    if (!str_split(&rest, '/', &part) || !plain_number(part, 2, &level) || level >= TILE_LEVELS) return E_INPUT;
    while (!last) {
        if (groups++ >= GROUPS_MAX || !str_split(&rest, '/', &part)) return E_INPUT;
        bool more = part.n == 4 && part.p[0] == 'x', partial = part.n == 5 && str_ends(part, S(".p"));
        if (!three_digits(str_sub(part, more ? 1 : 0, partial || more ? 3 : part.n), &group)) return E_INPUT;
        if (groups == 1 && more && group == 0) return E_INPUT; /* a leading group of zeros is another spelling of the same tile */
        index = index * 1000 + group;
        last = !more;
        if (!partial) continue;
        if (!str_split(&rest, '/', &part) || !plain_number(part, 3, &width) || width < 1 || width >= LEDGER_TILE) return E_INPUT;
    }
    if (rest.p != NULL) return E_INPUT;
    *out = (LedgerTile){ (int)level, index, (int)width };
    return OK;
}

Str ledger_tile_path(Arena *a, const LedgerTile *t) {
    int64_t groups[7];
    size_t n = 0;
    int64_t left = t->index;
    do {
        must(n < LEN(groups));
        groups[n++] = left % 1000;
        left /= 1000;
    } while (left > 0);
    Buf b = buf_new(128);
    buf_printf(&b, "%d", t->level);
    for (size_t i = n; i > 0; i--) buf_printf(&b, "/%s%03d", i > 1 ? "x" : "", (int)groups[i - 1]);
    if (t->width < LEDGER_TILE) buf_printf(&b, ".p/%d", t->width);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

int ledger_tile_width(int64_t size, int level, int64_t index) {
    if (size < 0 || level < 0 || level >= TILE_LEVELS || index < 0) return 0;
    int64_t hashes = level * TILE_HEIGHT >= BITS ? 0 : size >> (level * TILE_HEIGHT);
    if (index > hashes / LEDGER_TILE) return 0;
    int64_t left = hashes - index * LEDGER_TILE;
    return left >= LEDGER_TILE ? LEDGER_TILE : (int)left;
}

Err ledger_tile_bytes(const LedgerNodes *t, const LedgerTile *tile, Buf *out) {
    uint8_t h[32];
    must(tile->width >= 1 && tile->width <= LEDGER_TILE);
    for (int i = 0; i < tile->width; i++) {
        TRY(t->node(t->ctx, tile->level * TILE_HEIGHT, tile->index * LEDGER_TILE + i, h));
        buf_put(out, str_bytes(h, 32));
    }
    return buf_err(out);
}
