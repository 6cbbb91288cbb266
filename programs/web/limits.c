/* limits.c - how much one address may ask, in a page of memory the workers share. There is no hard cap for an address:
 * a school has one. A bucket refills steadily; what is dear (signing in, entering a code) costs more of it.
 * Addresses are never kept: only a hash with a salt that is drawn anew each day and lives in this memory. */
#include "programs/web/web.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SLOTS = 8192, PROBES = 4, BURST = 600, REFILL_MS = 50 /* one token; thirty people behind one address read and answer at this pace */ };

typedef struct Slot { _Atomic uint64_t who; _Atomic int64_t spent_until; } Slot;
struct Limits {
    _Atomic int64_t day;
    uint8_t salt[16];
    Slot slot[SLOTS];
};

Err limits_open(const char *path, Limits **out) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_OUTSIDE;
    void *p = ftruncate(fd, (off_t)sizeof(Limits)) == 0 ? mmap(NULL, sizeof(Limits), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (p == MAP_FAILED) return E_OUTSIDE;
    *out = p;
    return OK;
}

uint64_t limits_hash(Limits *l, Str remote, UnixMs now) {
    int64_t today = now / 86400000 + 1, was = atomic_load(&l->day);
    uint64_t h = 0;
    uint8_t full[crypto_generichash_BYTES_MIN];
    if (was != today && atomic_compare_exchange_strong(&l->day, &was, today)) sys_random(l->salt, sizeof l->salt);
    must(crypto_generichash(full, sizeof full, (const uint8_t *)remote.p, remote.n, l->salt, sizeof l->salt) == 0);
    memcpy(&h, full, sizeof h);
    return h | 1; /* zero marks an empty slot */
}

/* The slot of this address: its own, an empty one, or the one that is nearest to being full again. */
static Slot *slot_for(Limits *l, uint64_t who) {
    Slot *best = &l->slot[who % SLOTS];
    for (uint64_t i = 0; i < PROBES; i++) {
        Slot *s = &l->slot[(who + i) % SLOTS];
        uint64_t have = atomic_load(&s->who);
        if (have == who) return s;
        if (have == 0 || atomic_load(&s->spent_until) < atomic_load(&best->spent_until)) best = s;
    }
    atomic_store(&best->who, who);
    atomic_store(&best->spent_until, 0);
    return best;
}

/* A bucket as one number: the instant at which it will be full again. */
bool limits_take(Limits *l, uint64_t who, int cost, int64_t mono_ms, int64_t *out_wait_s) {
    if (cost == COST_FREE || cost == COST_EXIT) return true;
    Slot *s = slot_for(l, who);
    int64_t full_at = atomic_load(&s->spent_until);
    if (full_at < mono_ms) full_at = mono_ms;
    int64_t after = full_at + (int64_t)(cost == 0 ? 1 : cost) * REFILL_MS, most = mono_ms + (int64_t)BURST * REFILL_MS;
    if (after > most) {
        *out_wait_s = (after - most + 999) / 1000;
        return false;
    }
    atomic_store(&s->spent_until, after);
    return true;
}
