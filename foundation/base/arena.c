/* arena.c - block arena. */
#include "foundation/base/base.h"

#include <stdio.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGN = 16 };

typedef struct Block { struct Block *next; size_t cap, used; } Block;
_Static_assert(sizeof(Block) <= 32, "block header");
enum { HEADER = 32 };

struct Arena { Block *head; size_t held, max; };

_Noreturn void must_failed(const char *file, int line, const char *what) {
    fprintf(stderr, "<0>level=bug at=%s:%d must=\"%s\"\n", file, line, what);
    abort();
}

const char *err_name(Err e) {
    static const char *const names[] = { [OK] = "ok", [E_INPUT] = "input", [E_DENIED] = "denied", [E_MISSING] = "missing",
        [E_CONFLICT] = "conflict", [E_LIMIT] = "limit", [E_OUTSIDE] = "outside" };
    return (size_t)e < LEN(names) ? names[e] : "?";
}

Arena *arena_new(size_t max_bytes) {
    Arena *a = calloc(1, sizeof *a);
    must(a != NULL && max_bytes > 0);
    a->max = max_bytes;
    return a;
}

/* What people typed may have been in it. */
static void blocks_free(Block *b) {
    while (b != NULL) {
        Block *next = b->next;
        explicit_bzero((char *)b + HEADER, b->used);
        free(b);
        b = next;
    }
}

void arena_free(Arena *a) {
    if (a == NULL) return;
    blocks_free(a->head);
    free(a);
}

void arena_reset(Arena *a) {
    Block *keep = a->head;
    if (keep == NULL) return;
    blocks_free(keep->next);
    keep->next = NULL;
    if (keep->cap > BLOCK_BYTES) { /* one huge request must not stay */
        blocks_free(keep);
        a->head = NULL;
        a->held = 0;
        return;
    }
    explicit_bzero((char *)keep + HEADER, keep->used);
    keep->used = 0;
    a->held = keep->cap;
}

size_t arena_used(const Arena *a) {
    size_t n = 0;
    for (const Block *b = a->head; b != NULL; b = b->next) n += b->used;
    return n;
}

static void arena_grow(Arena *a, size_t size) {
    size_t left = a->max - a->held, block = left < BLOCK_BYTES ? left : BLOCK_BYTES;
    size_t cap = size > block ? size : block;
    size_t held = 0, bytes = 0;
    must(size_add(a->held, cap, &held) && held <= a->max);
    must(size_add(cap, HEADER, &bytes));
    Block *b = calloc(1, bytes);
    must(b != NULL);
    b->cap = cap;
    b->next = a->head;
    a->head = b;
    a->held = held;
}

void *arena_alloc(Arena *a, size_t size) {
    size_t rounded = 0;
    must(size_add(size == 0 ? 1 : size, ALIGN - 1, &rounded));
    rounded &= ~(size_t)(ALIGN - 1);
    if (a->head == NULL || a->head->cap - a->head->used < rounded) arena_grow(a, rounded);
    Block *b = a->head;
    void *p = (char *)b + HEADER + b->used;
    b->used += rounded;
    return p;
}

void *arena_array(Arena *a, size_t count, size_t size) {
    size_t bytes = 0;
    must(size_mul(count, size, &bytes));
    return arena_alloc(a, bytes);
}

void *arena_room(Arena *a, void *list, size_t n, size_t *cap, size_t size) {
    size_t more = 32;
    must(n <= *cap);
    if (n < *cap) return list;
    if (n > 0) must(size_mul(n, 2, &more));
    void *p = arena_array(a, more, size);
    if (n > 0) memcpy(p, list, n * size);
    *cap = more;
    return p;
}
