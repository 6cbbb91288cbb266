/* bank_keys.c - exact keys (SHA-256, MD5, addresses): a table of open addressing. When it is half full a larger one takes its place; the old one's are carried over a few with
 * each that comes, and both are looked into until it is empty, so that nobody waits for it. */
#include "programs/bank/bank_in.h"

#include <stdlib.h>

enum { FIRST = 1024, AT_ONCE = 4 /* the new one has room for as many as half the old one before it is half full itself: two would do */ };

static uint32_t slot(const Keys *k, const uint8_t hash[32]) {
    uint64_t h = 0;
    memcpy(&h, hash, 8);
    return (uint32_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (k->n - 1);
}

static void put(Keys *k, uint32_t entry, const uint8_t hash[32]) {
    uint32_t at = slot(k, hash);
    while (k->slots[at] != 0) at = (at + 1) & (k->n - 1);
    k->slots[at] = entry;
    k->used++;
}

static void carry(Bank *b, uint32_t most) {
    Finder *f = &b->f;
    for (; f->keys_old.n > 0 && most > 0; most--) {
        uint32_t entry = f->keys_old.slots[f->keys_moved];
        if (entry != 0) put(&f->keys, entry, bank_line(b, entry).hash);
        if (++f->keys_moved < f->keys_old.n) continue;
        free(f->keys_old.slots);
        f->keys_old = (Keys){ .slots = NULL };
    }
}

void keys_add(Bank *b, uint32_t entry, const uint8_t hash[32]) {
    Finder *f = &b->f;
    carry(b, AT_ONCE);
    if (f->keys.used * 2 >= f->keys.n) {
        carry(b, UINT32_MAX);
        f->keys_old = f->keys;
        f->keys_moved = 0;
        f->keys = (Keys){ .n = f->keys.n == 0 ? FIRST : 2 * f->keys.n };
        f->keys.slots = calloc(f->keys.n, sizeof *f->keys.slots);
        must(f->keys.slots != NULL);
    }
    put(&f->keys, entry, hash);
}

static void find_in(const Bank *b, const Keys *k, uint32_t from, BankSignal signal, const uint8_t hash[32], BankHit *hits, size_t max, size_t *out_n) {
    if (k->n == 0) return;
    for (uint32_t at = slot(k, hash); k->slots[at] != 0; at = (at + 1) & (k->n - 1)) {
        uint32_t entry = k->slots[at];
        if (at < from) continue; /* carried over: it stands in the other */
        BankLine l = bank_line(b, entry);
        if (l.signal != signal || memcmp(l.hash, hash, 32) != 0 || b->state[entry] == STATE_REMOVED) continue;
        if (*out_n < max) hits[*out_n] = (BankHit){ entry, 0 };
        ++*out_n;
    }
}

void keys_find(const Bank *b, BankSignal signal, const uint8_t hash[32], BankHit *hits, size_t max, size_t *out_n) {
    find_in(b, &b->f.keys, 0, signal, hash, hits, max, out_n);
    find_in(b, &b->f.keys_old, b->f.keys_moved, signal, hash, hits, max, out_n);
}

void keys_free(Finder *f) {
    free(f->keys.slots);
    free(f->keys_old.slots);
    f->keys = f->keys_old = (Keys){ .slots = NULL };
}
