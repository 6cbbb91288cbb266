/* asic.c - see asic.h. The headers are those of every container here: one date, no extra fields, so that the same content gives the same bytes. */
#include "core/dossier/asic.h"
#include "core/dossier/zip_in.h"

typedef struct Part { Str name, bytes; size_t at; } Part;

static void put_local(Buf *b, const Part *p) {
    uint8_t head[ZIP_LOCAL];
    zip_local_head(head, p->name, zip_crc(0, p->bytes), p->bytes.n);
    buf_put(b, str_bytes(head, ZIP_LOCAL));
    buf_put(b, p->name);
}

static void put_directory(Buf *b, const Part *p, size_t n, size_t begins) {
    uint8_t head[ZIP_CENTRAL], end[ZIP_END];
    size_t from = b->n;
    for (size_t i = 0; i < n; i++) {
        zip_central_head(head, p[i].name, zip_crc(0, p[i].bytes), p[i].bytes.n, p[i].at);
        buf_put(b, str_bytes(head, ZIP_CENTRAL));
        buf_put(b, p[i].name);
    }
    zip_end_record(end, n, b->n - from, begins);
    buf_put(b, str_bytes(end, ZIP_END));
}

static Str taken(Arena *a, Buf *b) {
    must(buf_err(b) == OK);
    Str s = str_dup(a, buf_str(b));
    buf_free(b);
    return s;
}

Err asic_around(Arena *a, Str name, Str dossier, Str token, Str *out_head, Str *out_tail) {
    Part p[3] = { { S("mimetype"), str_c(ASIC_MIMETYPE), 0 }, { name, dossier, 0 }, { S("META-INF/timestamp.tst"), token, 0 } };
    Buf head = buf_new(4096), tail = buf_new(1 << 20);
    size_t slash = 0, begins = 0;
    if (!zip_name_ok(name) || !str_ends(name, S(".zip")) || str_chr(name, '/', &slash) || token.n == 0 || token.n > 512 * 1024) return E_INPUT;
    if (dossier.n > (size_t)ZIP_BYTES_MAX - (2u << 20)) return E_LIMIT;
    for (size_t i = 0; i < LEN(p); begins += ZIP_LOCAL + p[i].name.n + p[i].bytes.n, i++) p[i].at = begins;
    put_local(&head, &p[0]);
    buf_put(&head, p[0].bytes);
    put_local(&head, &p[1]);
    put_local(&tail, &p[2]);
    buf_put(&tail, token);
    put_directory(&tail, p, LEN(p), begins);
    *out_head = taken(a, &head);
    *out_tail = taken(a, &tail);
    return OK;
}
