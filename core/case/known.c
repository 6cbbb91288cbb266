/* known.c - see known.h: what is in force, put into the memory that is searched. */
#include "core/case/known.h"

static Err fill(Ctx *c, Id org) {
    const KnownDoor *d = c->known;
    Arena *life = c->arena, *page = arena_new(256 << 20);
    Id after = ID_NONE;
    size_t n = KNOWN_PAGE;
    Err err = OK;
    d->begin(d->to, KNOWN_PHOTOS, org);
    for (int i = 0; i < KNOWN_PAGES_MAX && err == OK && n == KNOWN_PAGE; i++) {
        PrintRow *rows = NULL;
        arena_reset(page);
        c->arena = page;
        err = print_store_in_force(c, org, after, KNOWN_PAGE, &rows, &n);
        if (err == OK) err = print_open(c, rows, n);
        for (size_t k = 0; err == OK && k < n; k++) {
            after = rows[k].id;
            if (rows[k].err == OK && print_may(&rows[k], S("recognise"))) d->put(d->to, KNOWN_PHOTOS, org, rows[k].id, rows[k].hash.form, rows[k].hash.n);
        }
    }
    c->arena = life;
    arena_free(page);
    if (err == OK) d->ready(d->to, KNOWN_PHOTOS, org);
    return err;
}

Err known_photos(Ctx *c, Id org, const PrintRow *self, const Pdq *forms, int n, Id **out, size_t *out_n) {
    const KnownDoor *d = c->known;
    if (d == NULL) return E_MISSING;
    if (!d->whole(d->to, KNOWN_PHOTOS, org)) TRY(fill(c, org));
    if (self != NULL) d->put(d->to, KNOWN_PHOTOS, org, self->id, self->hash.form, self->hash.n);
    return d->near(d->to, c->arena, KNOWN_PHOTOS, org, forms, n, out, out_n);
}
