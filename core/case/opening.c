/* opening.c - sealed texts of many rows, opened in one go. */
#include "core/case/opening.h"

Opening opening_new(Arena *a, size_t max) {
    return (Opening){ .items = ARENA_ARRAY(a, OpenItem, max + 1), .to = ARENA_ARRAY(a, Str *, max + 1), .err = ARENA_ARRAY(a, Err *, max + 1), .max = max };
}

void opening_add(Opening *o, Id org, Id item, const char *field, Str *text, Err *err) {
    if (text->p == NULL) return;
    must(o->n < o->max);
    o->items[o->n] = (OpenItem){ .org = org, .scope = org, .cls = STORE, .item = item, .field = field, .sealed = *text };
    o->to[o->n] = text;
    o->err[o->n++] = err;
}

Err opening_run(Ctx *c, Opening *o) {
    TRY(journal_open_many(c, o->items, o->n));
    for (size_t i = 0; i < o->n; i++) {
        *o->to[i] = o->items[i].plain;
        if (o->items[i].err != OK) *o->err[i] = o->items[i].err;
    }
    return OK;
}
