/* sim_rand.c - one stream of numbers for each thing that happens: ChaCha20 under a key made of the seed and its name. */
#include "core/seal/seal.h"
#include "programs/keten/sim.h"

#include <sodium.h>

static void name_of(int64_t seed, const char *what, int64_t a, int64_t b, uint8_t out[32]) {
    Buf n = buf_new(256);
    buf_z(&n, "keten simulate 1 ");
    buf_z(&n, what);
    buf_ch(&n, '\n');
    buf_be(&n, (uint64_t)seed, 8);
    buf_be(&n, (uint64_t)a, 8);
    buf_be(&n, (uint64_t)b, 8);
    must(buf_err(&n) == OK);
    seal_blake(STR_NONE, buf_str(&n), out, 32);
    buf_free(&n);
}

void sim_seed(SimRand *r, int64_t seed, const char *what, int64_t a, int64_t b) {
    name_of(seed, what, a, b, r->key);
    r->block = 0;
    r->at = sizeof r->room;
}

void sim_bytes(void *rand, uint8_t *out, size_t n) {
    SimRand *r = rand;
    while (n > 0) {
        if (r->at == sizeof r->room) {
            uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
            for (size_t i = 0; i < sizeof nonce; i++) nonce[i] = (uint8_t)(r->block >> (8 * i));
            crypto_stream_chacha20(r->room, sizeof r->room, nonce, r->key);
            r->block++;
            r->at = 0;
        }
        size_t some = sizeof r->room - r->at < n ? sizeof r->room - r->at : n;
        memcpy(out, r->room + r->at, some);
        r->at += some;
        out += some;
        n -= some;
    }
}

/* The slight bias of a remainder of 64 bits does not matter here. */
uint64_t sim_below(SimRand *r, uint64_t n) {
    uint64_t v = 0;
    must(n > 0);
    sim_bytes(r, (uint8_t *)&v, sizeof v);
    return v % n;
}

bool sim_chance(SimRand *r, unsigned of_thousand) { return sim_below(r, 1000) < of_thousand; }

size_t sim_pick(SimRand *r, const unsigned *weights, size_t n) {
    uint64_t all = 0, at = 0;
    for (size_t i = 0; i < n; i++) all += weights[i];
    at = sim_below(r, all);
    for (size_t i = 0; i < n; i++) {
        if (at < weights[i]) return i;
        at -= weights[i];
    }
    return n - 1;
}

Id sim_id(int64_t seed, const char *what, int64_t a, int64_t b) {
    uint8_t h[32];
    Id id;
    name_of(seed, what, a, b, h);
    memcpy(id.b, h, sizeof id.b);
    return id;
}

/* ---- libsodium's own source: it takes functions without a context, so the stream stands here, for the player's process only ---- */
static SimRand *source;
static const char *source_name(void) { return "keten-simulate"; }
static uint32_t source_word(void) {
    uint32_t v = 0;
    sim_bytes(source, (uint8_t *)&v, sizeof v);
    return v;
}
static void source_buf(void *const out, const size_t n) { sim_bytes(source, out, n); }
static randombytes_implementation drawn = { .implementation_name = source_name, .random = source_word, .buf = source_buf };

void sim_sodium(SimRand *r) {
    seal_start();
    source = r;
    must(randombytes_set_implementation(&drawn) == 0);
}
