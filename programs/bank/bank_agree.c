/* bank_agree.c - another source brought one near it, of the same lane: both are in force. Worked out before anything is written, so that
 * the hashes and what follows from them are appended in one go, or not at all. */
#include "programs/bank/bank_in.h"

#include <stdlib.h>
#include <sys/mman.h>

typedef struct Agreed { BankLine *lines; size_t n, cap; } Agreed;

static Err put(Agreed *g, uint32_t entry, const BankLine *by) {
    if (g->n == g->cap) {
        size_t cap = g->cap == 0 ? 256 : 2 * g->cap;
        BankLine *more = realloc(g->lines, cap * sizeof *more);
        if (more == NULL) return E_OUTSIDE;
        g->lines = more;
        g->cap = cap;
    }
    g->lines[g->n] = (BankLine){ .kind = BANK_AGREE, .entry = entry, .at = by->at };
    memcpy(g->lines[g->n++].source, by->source, sizeof by->source);
    return OK;
}

static bool differ(const BankLine *one, const BankLine *other) { return one->signal == other->signal && one->lane == other->lane && strcmp(one->source, other->source) != 0; }

/* With what is there already. */
static Err with_old(Bank *b, const BankLine *l, bool *out, Agreed *g) {
    BankHit hits[BANK_AGREE_MAX];
    size_t n = 0;
    near_entries(b, l->signal, l->hash, PDQ_RADIUS, hits, BANK_AGREE_MAX, &n);
    for (size_t i = 0; i < n && i < BANK_AGREE_MAX; i++) {
        BankLine old = bank_line(b, hits[i].entry);
        if (!differ(&old, l) || b->state[hits[i].entry] == STATE_DISPUTED) continue;
        *out = true;
        if (b->state[hits[i].entry] == STATE_QUARANTINE) TRY(put(g, hits[i].entry, l));
    }
    return OK;
}

/* The hashes of this time, to be looked up among themselves. Only made when they are of more than one source. */
typedef struct Fresh { Near near; void *memory; size_t bytes; uint32_t *line_of; } Fresh;

static bool mixed(const BankLine *add, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (strcmp(add[i].source, add[0].source) != 0) return true;
    return false;
}

static Err fresh_make(const BankLine *add, size_t n, Fresh *out) {
    Fresh f = { .bytes = near_bytes(n, false), .line_of = calloc(n + 1, sizeof *f.line_of) };
    void *work = malloc(NEAR_BUILD_WORK), *p = f.bytes > 0 ? mmap(NULL, f.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) : MAP_FAILED;
    Pdq *all = malloc((n + 1) * sizeof *all);
    bool good = work != NULL && all != NULL && f.line_of != NULL && p != MAP_FAILED;
    uint32_t k = 0;
    for (size_t i = 0; good && i < n; i++) {
        if (add[i].signal != SIGNAL_PDQ) continue;
        all[k] = bank_pdq(add[i].hash);
        f.line_of[++k] = (uint32_t)i;
    }
    f.memory = p == MAP_FAILED ? NULL : p;
    if (good) {
        near_make(p, n, false, &f.near);
        near_build(&f.near, all, k, work);
    }
    free(work);
    free(all);
    *out = f;
    return good ? OK : E_OUTSIDE;
}
static void fresh_free(Fresh *f) {
    if (f->memory != NULL) (void)munmap(f->memory, f->bytes);
    free(f->line_of);
}

/* slots: the table of exact keys that bank_add made of this time's lines. */
static bool with_new(Bank *b, const Fresh *f, const BankLine *add, const uint32_t *slots, uint32_t mask, const BankLine *l) {
    NearHit hits[BANK_AGREE_MAX];
    size_t n = 0;
    bool agreed = false;
    if (l->signal == SIGNAL_PDQ) {
        Pdq h = bank_pdq(l->hash);
        near_find(&f->near, near_path_best(), b->f.look, &h, PDQ_RADIUS, NULL, hits, BANK_AGREE_MAX, &n);
        for (size_t i = 0; i < n && i < BANK_AGREE_MAX; i++) agreed = agreed || differ(&add[f->line_of[hits[i].id]], l);
        return agreed;
    }
    for (uint32_t at = bank_slot(l, mask); slots[at] != 0; at = (at + 1) & mask) {
        const BankLine *o = &add[slots[at] - 1];
        agreed = agreed || (memcmp(o->hash, l->hash, 32) == 0 && differ(o, l));
    }
    return agreed;
}

Err agreements(Bank *b, const BankLine *add, size_t n, const uint32_t *slots, uint32_t mask, BankLine **out, size_t *out_n) {
    Agreed g = { .lines = NULL };
    Fresh f = { .memory = NULL };
    bool many = mixed(add, n);
    Err e = many ? fresh_make(add, n, &f) : OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        bool agreed = false;
        e = with_old(b, &add[i], &agreed, &g);
        if (e == OK && !agreed && many) agreed = with_new(b, &f, add, slots, mask, &add[i]);
        if (e == OK && agreed) e = put(&g, add[i].entry, &add[i]);
    }
    fresh_free(&f);
    if (e != OK) free(g.lines);
    *out = e == OK ? g.lines : NULL;
    *out_n = e == OK ? g.n : 0;
    return e;
}
