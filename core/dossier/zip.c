/* zip.c - see zip.h. */
#include "core/dossier/zip.h"
#include "foundation/base/lang.h"

#include <stdlib.h>
#include <zlib.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, DOS_DATE = 0x0021 /* 1 January 1980, the first day a ZIP knows */, MODE = 0100644 };

static void le(uint8_t *p, uint32_t v, int bytes) {
    for (int i = 0; i < bytes; i++) p[i] = (uint8_t)(v >> (8 * i));
}
static uint32_t get(Str s, size_t at, int bytes) {
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--) v = v << 8 | (uint8_t)s.p[at + (size_t)i];
    return v;
}

bool zip_name_ok(Str name) {
    Str rest = name, part = STR_NONE;
    if (name.n == 0 || name.n > ZIP_NAME_MAX) return false;
    while (str_split(&rest, '/', &part)) {
        if (part.n == 0 || part.p[0] == '.') return false;
        for (size_t i = 0; i < part.n; i++) {
            char ch = part.p[i];
            if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '_' || ch == '-')) return false;
        }
    }
    return true;
}

static uint32_t crc_of(Str s) {
    uLong crc = crc32(0, NULL, 0);
    for (size_t at = 0; at < s.n;) {
        size_t k = s.n - at < (1u << 30) ? s.n - at : 1u << 30;
        crc = crc32(crc, (const unsigned char *)s.p + at, (unsigned)k);
        at += k;
    }
    return (uint32_t)crc;
}

/* What both headers say about a member, from offset 4 (local) and 6 (central): version, flags, method, time, date, CRC, sizes, name length, extra length. */
static void common(uint8_t *p, Str name, uint32_t crc, size_t size) {
    le(p, 10, 2);
    le(p + 2, 0, 2);
    le(p + 4, 0, 2);
    le(p + 6, 0, 2);
    le(p + 8, DOS_DATE, 2);
    le(p + 10, crc, 4);
    le(p + 14, (uint32_t)size, 4);
    le(p + 18, (uint32_t)size, 4);
    le(p + 22, (uint32_t)name.n, 2);
    le(p + 24, 0, 2);
}
static void local_head(uint8_t p[LOCAL], Str name, uint32_t crc, size_t size) {
    memcpy(p, "PK\x03\x04", 4);
    common(p + 4, name, crc, size);
}
static void central_head(uint8_t p[CENTRAL], Str name, uint32_t crc, size_t size, size_t at) {
    memset(p, 0, CENTRAL);
    memcpy(p, "PK\x01\x02", 4);
    le(p + 4, 3 << 8 | 10, 2); /* made on a system with Unix modes */
    common(p + 6, name, crc, size);
    le(p + 38, (uint32_t)MODE << 16, 4);
    le(p + 42, (uint32_t)at, 4);
}
static void end_record(uint8_t p[END], size_t n, size_t size, size_t at) {
    memset(p, 0, END);
    memcpy(p, "PK\x05\x06", 4);
    le(p + 8, (uint32_t)n, 2);
    le(p + 10, (uint32_t)n, 2);
    le(p + 12, (uint32_t)size, 4);
    le(p + 16, (uint32_t)at, 4);
}

static int by_name(const void *x, const void *y) { return str_cmp(((const ZipFile *)x)->name, ((const ZipFile *)y)->name); }

static Err write_directory(const ZipFile *files, size_t n, size_t from, Buf *out) {
    size_t at = 0, begins = out->n - from;
    for (size_t i = 0; i < n; i++) {
        uint8_t head[CENTRAL];
        central_head(head, files[i].name, crc_of(files[i].bytes), files[i].bytes.n, at);
        buf_put(out, str_bytes(head, CENTRAL));
        buf_put(out, files[i].name);
        at += LOCAL + files[i].name.n + files[i].bytes.n;
    }
    uint8_t end[END];
    must(at == begins);
    end_record(end, n, out->n - from - begins, begins);
    buf_put(out, str_bytes(end, END));
    return buf_err(out);
}

Err zip_write(ZipFile *files, size_t n, Buf *out) {
    size_t from = out->n, all = 0;
    if (n > ZIP_FILES_MAX) return E_LIMIT;
    qsort(files, n, sizeof *files, by_name);
    for (size_t i = 0; i < n; i++) {
        must(zip_name_ok(files[i].name) && (i == 0 || str_cmp(files[i - 1].name, files[i].name) < 0));
        if (!size_add(all, files[i].bytes.n + LOCAL + CENTRAL + 2 * files[i].name.n, &all) || all > UINT32_MAX - 65536) return E_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t head[LOCAL];
        local_head(head, files[i].name, crc_of(files[i].bytes), files[i].bytes.n);
        buf_put(out, str_bytes(head, LOCAL));
        buf_put(out, files[i].name);
        buf_put(out, files[i].bytes);
        TRY(buf_err(out));
    }
    return write_directory(files, n, from, out);
}

/* ---- reading ---- */

typedef struct Walk { Str s; size_t directory, end, pos, cd; } Walk; /* end: where the end record begins; pos: of the member; cd: of its entry */

static bool mark_at(Str s, size_t at, const char *mark) { return at + 4 <= s.n && memcmp(s.p + at, mark, 4) == 0; }

/* Two headers say the length of a name and of a content. When they differ, the one that leads to the next header is right; when
 * they agree they are believed, so that a change in the next header is that one's own fault. */
static bool lengths(const Walk *w, size_t *out_name, size_t *out_size) {
    size_t names[2] = { get(w->s, w->cd + 28, 2), get(w->s, w->pos + 26, 2) }, sizes[2] = { get(w->s, w->cd + 24, 4), get(w->s, w->pos + 22, 4) };
    bool sure_name = names[0] == names[1], sure_size = sizes[0] == sizes[1];
    for (int i = 0; i < 2; i++) {
        size_t next_cd = w->cd + CENTRAL + names[i];
        if (names[i] == 0 || next_cd > w->end || (next_cd != w->end && !sure_name && !mark_at(w->s, next_cd, "PK\x01\x02"))) continue;
        for (int j = 0; j < 2; j++) {
            size_t next = w->pos + LOCAL + names[i] + sizes[j];
            if (next > w->directory || (next_cd == w->end) != (next == w->directory) || (next != w->directory && !(sure_size && sure_name) && !mark_at(w->s, next, "PK\x03\x04"))) continue;
            *out_name = names[i];
            *out_size = sizes[j];
            return true;
        }
    }
    return false;
}

static const char *member_wrong(const Walk *w, Str name, Str bytes) {
    uint8_t local[LOCAL], central[CENTRAL];
    uint32_t crc = crc_of(bytes), said = get(w->s, w->cd + 16, 4);
    Str here = str_sub(w->s, w->pos + LOCAL, name.n);
    if (!zip_name_ok(name)) return N_("its name is not allowed");
    local_head(local, name, crc, bytes.n);
    central_head(central, name, crc, bytes.n, w->pos);
    if (str_eq(here, name) && memcmp(local, w->s.p + w->pos, LOCAL) == 0 && memcmp(central, w->s.p + w->cd, CENTRAL) == 0) return NULL;
    local_head(local, name, said, bytes.n);
    central_head(central, name, said, bytes.n, w->pos);
    if (str_eq(here, name) && memcmp(local, w->s.p + w->pos, LOCAL) == 0 && memcmp(central, w->s.p + w->cd, CENTRAL) == 0) return N_("its content is not what was put in");
    return N_("its entry in the container was changed");
}

static Err read_end(Str s, Walk *w, size_t *out_count) {
    uint8_t end[END];
    if (s.n < END || s.n > UINT32_MAX) return E_INPUT;
    w->end = s.n - END;
    *out_count = get(s, w->end + 10, 2);
    w->directory = get(s, w->end + 16, 4);
    if (w->directory > w->end) return E_INPUT;
    end_record(end, *out_count, w->end - w->directory, w->directory);
    if (memcmp(end, s.p + w->end, END) != 0) return E_INPUT;
    w->s = s;
    w->cd = w->directory;
    return OK;
}

Err zip_read(Arena *a, Str s, ZipMember **out, size_t *out_n, const char **out_wrong) {
    Walk w = { 0 };
    size_t count = 0, n = 0, name_n = 0, size = 0;
    *out = NULL;
    *out_n = 0;
    *out_wrong = N_("the end of the container was changed, or this is no dossier");
    TRY(read_end(s, &w, &count));
    if (count > ZIP_FILES_MAX) return E_LIMIT;
    ZipMember *list = ARENA_ARRAY(a, ZipMember, count + 1);
    *out = list;
    while (w.cd < w.end) {
        *out_n = n;
        *out_wrong = N_("the container's list of files cannot be followed");
        if (n == count || w.end - w.cd < CENTRAL || w.pos + LOCAL > w.directory || !lengths(&w, &name_n, &size)) return E_INPUT;
        Str name = str_sub(s, w.cd + CENTRAL, name_n), bytes = str_sub(s, w.pos + LOCAL + name_n, size);
        list[n] = (ZipMember){ .name = name, .bytes = bytes, .wrong = member_wrong(&w, name, bytes) };
        Str here = str_sub(s, w.pos + LOCAL, name_n);
        if (!str_eq(here, name)) list[n].other = here;
        if (list[n].wrong == NULL && n > 0 && list[n - 1].wrong == NULL && str_cmp(list[n - 1].name, name) >= 0) list[n].wrong = str_eq(list[n - 1].name, name) ? N_("a second file has the same name") : N_("it does not stand in its place");
        n++;
        w.pos += LOCAL + name_n + size;
        w.cd += CENTRAL + name_n;
    }
    *out_n = n;
    *out_wrong = N_("the container does not hold what its list says");
    if (w.cd != w.end || w.pos != w.directory || n != count) return E_INPUT;
    *out_wrong = NULL;
    return OK;
}
