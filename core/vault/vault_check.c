/* vault_check.c - is every wrapped key what it was when it was written? */
#include "core/vault/vault_in.h"

enum { AT_ONCE = 500 };

static void say(const VaultSay *to, const char *what, const WrapSeen *w) {
    Arena *a = arena_new(1 << 16);
    Str words = str_fmt(a, "keys.db: the wrap " STR_FMT " of " STR_FMT " for " STR_FMT " " STR_FMT " %s", STR_ARG(w->compartment), STR_ARG(id_hex(a, w->scope)), STR_ARG(w->holder_kind),
        STR_ARG(id_hex(a, w->holder)), what);
    if (to->problem != NULL) to->problem(to->ctx, words);
    arena_free(a);
}

/* The storage key seals a nothing for each scope it should open: that fails when the wrap, or the key, is not the right one. */
static Err opens(Vault *v, Arena *a, const WrapSeen *w, size_t n, const VaultSay *to) {
    SealItem *items = ARENA_ARRAY(a, SealItem, n + 1);
    const WrapSeen **of = ARENA_ARRAY(a, const WrapSeen *, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!w[i].good || !str_eq(w[i].compartment, S("store"))) continue;
        of[k] = &w[i];
        items[k++] = (SealItem){ .org = w[i].scope, .scope = w[i].scope, .item = w[i].scope, .compartment = COMP_STORE, .field = "check", .data = S("") };
    }
    if (k == 0) return OK;
    TRY(vault_seal(v, a, NULL, items, k));
    for (size_t i = 0; i < k; i++)
        if (items[i].err != OK) say(to, "cannot be opened with this storage key", of[i]);
    return OK;
}

Err vault_check(Vault *v, const VaultSay *to, int64_t *out_wraps) {
    int64_t all = 0;
    size_t n = AT_ONCE;
    Err err = wraps_count(v, &all);
    Arena *a = arena_new(64 << 20);
    WrapAt at = { .compartment = S(""), .holder_kind = S("") };
    char words[2][64];
    *out_wraps = 0;
    while (err == OK && n == AT_ONCE) {
        WrapSeen *w = ARENA_ARRAY(a, WrapSeen, AT_ONCE);
        err = wraps_check_some(v, a, &at, w, AT_ONCE, &n);
        for (size_t i = 0; err == OK && i < n; i++)
            if (!w[i].good) say(to, "was changed after it was written", &w[i]);
        if (err == OK) err = opens(v, a, w, n, to);
        *out_wraps += (int64_t)n;
        if (to->progress != NULL) to->progress(to->ctx, *out_wraps, all);
        if (at.compartment.n >= sizeof words[0] || at.holder_kind.n >= sizeof words[1]) break; /* no wrap of ours */
        memcpy(words[0], at.compartment.p, at.compartment.n); /* they outlive the arena's reset */
        memcpy(words[1], at.holder_kind.p, at.holder_kind.n);
        at.compartment.p = words[0];
        at.holder_kind.p = words[1];
        arena_reset(a);
    }
    arena_free(a);
    return err;
}
