/* zip_read.c - the reading half of zip.h: front to back, each byte once, through a window. */
#include "core/dossier/zip_in.h"
#include "core/seal/seal.h"
#include "foundation/base/lang.h"

enum { LOCAL = ZIP_LOCAL, CENTRAL = ZIP_CENTRAL, END = ZIP_END, PIECE = 128 << 10 /* what three digests can take from the processor's own cache */ };
typedef struct Walk {
    Arena *a;
    const ZipSource *src;
    char *window;              /* of the source, when it is not in memory */
    int64_t window_at;
    size_t window_n;
    bool broken;               /* the source could not be read */
    Str dir;                   /* the directory */
    size_t cd;                 /* the entry that is looked at */
    int64_t directory, pos;    /* where the directory begins; the member that is looked at */
    SealSums *sums;
} Walk;

static uint32_t get(Str s, size_t at, int bytes) {
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--) v = v << 8 | (uint8_t)s.p[at + (size_t)i];
    return v;
}

ZipSource zip_memory(Str bytes) { return (ZipSource){ .size = (int64_t)bytes.n, .whole = bytes.p != NULL ? bytes : S("") }; }

/* n bytes at a place; shorter where the source ends or fails. At most one window long. Good until the next call. */
static Str view(Walk *w, int64_t at, size_t n) {
    int64_t left = w->src->size - at;
    must(n <= ZIP_WINDOW && at >= 0);
    if (left <= 0 || w->broken) return STR_NONE;
    if ((int64_t)n > left) n = (size_t)left;
    if (w->src->whole.p != NULL) return str_sub(w->src->whole, (size_t)at, n);
    if (at < w->window_at || at + (int64_t)n > w->window_at + (int64_t)w->window_n) {
        w->window_at = at;
        w->window_n = left < ZIP_WINDOW ? (size_t)left : ZIP_WINDOW;
        if (w->src->read(w->src->ctx, at, w->window, w->window_n) != OK) {
            w->broken = true;
            w->window_n = 0;
            return STR_NONE;
        }
    }
    return str_bytes(w->window + (at - w->window_at), n);
}

static bool mark_at(Walk *w, int64_t at, const char *mark) {
    Str s = view(w, at, 4);
    return s.n == 4 && memcmp(s.p, mark, 4) == 0;
}

/* Two headers say the length of a name and of a content. When they differ, the one that leads to the next header is right; when
 * they agree they are believed, so that a change in the next header is that one's own fault. */
static bool lengths(Walk *w, const uint8_t local[LOCAL], size_t *out_name, size_t *out_size) {
    Str l = str_bytes(local, LOCAL);
    size_t names[2] = { get(w->dir, w->cd + 28, 2), get(l, 26, 2) }, sizes[2] = { get(w->dir, w->cd + 24, 4), get(l, 22, 4) };
    bool sure_name = names[0] == names[1], sure_size = sizes[0] == sizes[1];
    for (int i = 0; i < 2; i++) {
        size_t next_cd = w->cd + CENTRAL + names[i];
        if (names[i] == 0 || next_cd > w->dir.n || (next_cd != w->dir.n && !sure_name && !str_starts(str_sub(w->dir, next_cd, 4), S("PK\x01\x02")))) continue;
        for (int j = 0; j < 2; j++) {
            int64_t next = w->pos + LOCAL + (int64_t)names[i] + (int64_t)sizes[j];
            if (next > w->directory || (next_cd == w->dir.n) != (next == w->directory) || (next != w->directory && !(sure_size && sure_name) && !mark_at(w, next, "PK\x03\x04"))) continue;
            *out_name = names[i];
            *out_size = sizes[j];
            return true;
        }
    }
    return false;
}

/* All digests of a content in one reading. */
static uint32_t digest(Walk *w, ZipMember *m) {
    uint32_t crc = 0;
    seal_sums_start(w->sums);
    for (int64_t at = 0; at < m->size;) {
        Str s = view(w, m->at + at, m->size - at < PIECE ? (size_t)(m->size - at) : PIECE);
        if (s.n == 0) break;
        crc = zip_crc(crc, s);
        seal_sums_put(w->sums, s);
        at += (int64_t)s.n;
    }
    seal_sums_end(w->sums, m->sha256, m->sha512);
    return crc;
}

typedef struct Heads { uint8_t local[LOCAL]; Str here, central; } Heads; /* as they stand in the container */

static bool as_written(const Heads *h, const ZipMember *m, uint32_t crc, int64_t pos) {
    uint8_t local[LOCAL], central[CENTRAL];
    zip_local_head(local, m->name, crc, (size_t)m->size);
    zip_central_head(central, m->name, crc, (size_t)m->size, (size_t)pos);
    return str_eq(h->here, m->name) && memcmp(local, h->local, LOCAL) == 0 && memcmp(central, h->central.p, CENTRAL) == 0;
}

static const char *member_wrong(Walk *w, const Heads *h, const ZipMember *m, uint32_t crc) {
    if (!zip_name_ok(m->name)) return N_("its name is not allowed");
    if (as_written(h, m, crc, w->pos)) return NULL;
    return as_written(h, m, get(w->dir, w->cd + 16, 4), w->pos) ? N_("its content is not what was put in") : N_("its entry in the container was changed");
}

static Err read_end(Walk *w, size_t *out_count) {
    uint8_t end[END];
    int64_t at = w->src->size - END;
    if (at < 0) return E_INPUT;
    if (w->src->size > ZIP_BYTES_MAX) return E_LIMIT;
    Str s = view(w, at, END);
    if (s.n != END) return E_OUTSIDE;
    *out_count = get(s, 10, 2);
    w->directory = (int64_t)get(s, 16, 4);
    if (w->directory > at) return E_INPUT;
    zip_end_record(end, *out_count, (size_t)(at - w->directory), (size_t)w->directory);
    if (memcmp(end, s.p, END) != 0) return E_INPUT;
    if (*out_count > ZIP_FILES_MAX) return E_LIMIT;
    if (at - w->directory > (int64_t)*out_count * (CENTRAL + UINT16_MAX)) return E_INPUT;
    ZipMember whole = { .at = w->directory, .size = at - w->directory };
    return zip_bytes(w->a, w->src, &whole, (size_t)ZIP_FILES_MAX * (CENTRAL + ZIP_NAME_MAX), &w->dir);
}

static Err one_member(Walk *w, ZipMember *m) {
    size_t name_n = 0, size = 0;
    Heads h = { 0 };
    if (w->dir.n - w->cd < CENTRAL || w->pos + LOCAL > w->directory) return E_INPUT;
    Str local = view(w, w->pos, LOCAL);
    if (local.n != LOCAL) return E_OUTSIDE;
    memcpy(h.local, local.p, LOCAL);
    if (!lengths(w, h.local, &name_n, &size)) return w->broken ? E_OUTSIDE : E_INPUT;
    Str here = view(w, w->pos + LOCAL, name_n);
    h.here = w->src->whole.p != NULL ? here : str_dup(w->a, here);
    h.central = str_sub(w->dir, w->cd, CENTRAL);
    *m = (ZipMember){ .name = str_sub(w->dir, w->cd + CENTRAL, name_n), .at = w->pos + LOCAL + (int64_t)name_n, .size = (int64_t)size };
    if (w->src->whole.p != NULL) m->bytes = str_sub(w->src->whole, (size_t)m->at, size);
    uint32_t crc = digest(w, m);
    m->wrong = member_wrong(w, &h, m, crc);
    if (!str_eq(h.here, m->name)) m->other = h.here;
    w->pos = m->at + m->size;
    w->cd += CENTRAL + name_n;
    return w->broken ? E_OUTSIDE : OK;
}

static Err walk(Walk *w, size_t count, ZipMember *list, size_t *out_n, const char **out_wrong) {
    size_t n = 0;
    while (w->cd < w->dir.n) {
        *out_wrong = N_("the container's list of files cannot be followed");
        if (n == count) return E_INPUT;
        TRY(one_member(w, &list[n]));
        if (list[n].wrong == NULL && n > 0 && list[n - 1].wrong == NULL && str_cmp(list[n - 1].name, list[n].name) >= 0)
            list[n].wrong = str_eq(list[n - 1].name, list[n].name) ? N_("a second file has the same name") : N_("it does not stand in its place");
        *out_n = ++n;
    }
    *out_wrong = N_("the container does not hold what its list says");
    if (w->pos != w->directory || n != count) return E_INPUT;
    *out_wrong = NULL;
    return OK;
}

Err zip_walk(Arena *a, const ZipSource *src, ZipMember **out, size_t *out_n, const char **out_wrong) {
    Walk w = { .a = a, .src = src };
    size_t count = 0;
    *out = NULL;
    *out_n = 0;
    if (src->whole.p == NULL) w.window = arena_alloc(a, ZIP_WINDOW);
    *out_wrong = N_("the end of the container was changed, or this is no dossier");
    Err e = read_end(&w, &count);
    if (e == OK) {
        *out = ARENA_ARRAY(a, ZipMember, count + 1);
        w.sums = seal_sums_new();
        e = walk(&w, count, *out, out_n, out_wrong);
        seal_sums_free(w.sums);
    }
    if (e == E_OUTSIDE) *out_wrong = N_("the file cannot be read to its end");
    return e;
}

Err zip_read(Arena *a, Str s, ZipMember **out, size_t *out_n, const char **out_wrong) {
    ZipSource src = zip_memory(s);
    return zip_walk(a, &src, out, out_n, out_wrong);
}

Err zip_bytes(Arena *a, const ZipSource *src, const ZipMember *m, size_t max, Str *out) {
    must(m->at >= 0 && m->size >= 0 && m->at <= src->size && m->size <= src->size - m->at);
    if ((uint64_t)m->size > max) return E_LIMIT;
    if (src->whole.p != NULL) {
        *out = str_sub(src->whole, (size_t)m->at, (size_t)m->size);
        if (out->p == NULL) *out = S("");
        return OK;
    }
    char *p = arena_alloc(a, (size_t)m->size + 1);
    for (int64_t at = 0; at < m->size;) {
        size_t k = m->size - at < ZIP_WINDOW ? (size_t)(m->size - at) : ZIP_WINDOW;
        TRY(src->read(src->ctx, m->at + at, p + at, k));
        at += (int64_t)k;
    }
    *out = str_bytes(p, (size_t)m->size);
    return OK;
}
