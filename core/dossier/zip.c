/* zip.c - see zip.h. */
#include "core/dossier/zip_in.h"

#include <stdlib.h>

enum { LOCAL = ZIP_LOCAL, CENTRAL = ZIP_CENTRAL, END = ZIP_END, DOS_DATE = 0x0021 /* 1 January 1980, the first day a ZIP knows */, MODE = 0100644 };

static void le(uint8_t *p, uint32_t v, int bytes) {
    for (int i = 0; i < bytes; i++) p[i] = (uint8_t)(v >> (8 * i));
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
void zip_local_head(uint8_t p[LOCAL], Str name, uint32_t crc, size_t size) {
    memcpy(p, "PK\x03\x04", 4);
    common(p + 4, name, crc, size);
}
void zip_central_head(uint8_t p[CENTRAL], Str name, uint32_t crc, size_t size, size_t at) {
    memset(p, 0, CENTRAL);
    memcpy(p, "PK\x01\x02", 4);
    le(p + 4, 3 << 8 | 10, 2); /* made on a system with Unix modes */
    common(p + 6, name, crc, size);
    le(p + 38, (uint32_t)MODE << 16, 4);
    le(p + 42, (uint32_t)at, 4);
}
void zip_end_record(uint8_t p[END], size_t n, size_t size, size_t at) {
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
        zip_central_head(head, files[i].name, zip_crc(0, files[i].bytes), files[i].bytes.n, at);
        buf_put(out, str_bytes(head, CENTRAL));
        buf_put(out, files[i].name);
        at += LOCAL + files[i].name.n + files[i].bytes.n;
    }
    uint8_t end[END];
    must(at == begins);
    zip_end_record(end, n, out->n - from - begins, begins);
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
        zip_local_head(head, files[i].name, zip_crc(0, files[i].bytes), files[i].bytes.n);
        buf_put(out, str_bytes(head, LOCAL));
        buf_put(out, files[i].name);
        buf_put(out, files[i].bytes);
        TRY(buf_err(out));
    }
    return write_directory(files, n, from, out);
}
