/* extract.c - the rows that the crosswalk knows, kept: who, what, when, how; the platform's own id and the texts only as hashes. */
#include "core/seal/seal.h"
#include "core/sor/sor_in.h"
#include "foundation/base/csv.h"

#include <zlib.h>

static const SorCol kept[] = { SC_UUID, SC_PLATFORM, SC_CATEGORY, SC_ADDITION, SC_KEYWORDS, SC_SOURCE, SC_GROUND, SC_TERMS_ILLEGAL, SC_VISIBILITY, SC_VISIBILITY_END, SC_MONETARY, SC_PROVISION, SC_ACCOUNT, SC_ACCOUNT_END,
    SC_ACCOUNT_TYPE, SC_CONTENT_TYPE, SC_LANGUAGE, SC_SCOPE, SC_DETECTION, SC_DECISION, SC_CONTENT_DATE, SC_APPLIED, SC_CREATED };

enum { SQUEEZE_AT = 1 << 20 };

static void hashed(SorPart *p, Buf *b, Str a, Str c) {
    static const char hex[] = "0123456789abcdef";
    uint8_t h[16];
    Buf m = buf_new(2 * SOR_RECORD_MAX + 16);
    if (a.n + c.n > 0) {
        buf_put(&m, a);
        buf_ch(&m, '\0');
        buf_put(&m, c);
        seal_blake(str_bytes(p->spec->uid_key, 32), buf_str(&m), h, sizeof h);
        for (size_t i = 0; i < sizeof h; i++) {
            buf_ch(b, hex[h[i] >> 4]);
            buf_ch(b, hex[h[i] & 15]);
        }
    }
    buf_free(&m);
}

void extract_row(SorPart *p, const Rec *r, uint32_t family) {
    Buf *b = &p->rows_out;
    bool first = true;
    for (size_t i = 0; i < LEN(kept); i++) {
        csv_field(b, sor_plain(p->room, rec_raw(p, r, kept[i])), ',', first);
        first = false;
    }
    csv_field(b, p->family.v[family], ',', false);
    buf_ch(b, ',');
    hashed(p, b, rec_raw(p, r, SC_PLATFORM), rec_raw(p, r, SC_PLATFORM_UID));
    buf_ch(b, ',');
    hashed(p, b, rec_raw(p, r, SC_ILLEGAL_TEXT), rec_raw(p, r, SC_TERMS_TEXT));
    buf_ch(b, ',');
    hashed(p, b, rec_raw(p, r, SC_FACTS), STR_NONE);
    buf_ch(b, '\n');
    p->c.extract_rows++;
    if (b->n > SQUEEZE_AT) extract_end(p);
}

static void squeeze(Str text, Buf *out) {
    z_stream z = { 0 };
    uint8_t piece[16384];
    must(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK && text.n < UINT32_MAX);
    z.next_in = (Bytef *)(uintptr_t)text.p; /* the library reads only */
    z.avail_in = (uInt)text.n;
    int code = Z_OK;
    while (code == Z_OK) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        code = deflate(&z, Z_FINISH);
        buf_put(out, str_bytes(piece, sizeof piece - z.avail_out));
    }
    must(code == Z_STREAM_END);
    deflateEnd(&z);
}

void extract_end(SorPart *p) {
    if (p->rows_out.n > 0) squeeze(buf_str(&p->rows_out), &p->extract);
    buf_clear(&p->rows_out);
}

Str sor_extract_head(Arena *a) {
    Buf text = buf_new(4096), out = buf_new(4096);
    for (size_t i = 0; i < LEN(kept); i++) csv_field(&text, str_c(sor_col_names[kept[i]]), ',', i == 0);
    buf_z(&text, ",family,platform_uid_hash,explanation_hash,facts_hash\n");
    squeeze(buf_str(&text), &out);
    Str s = str_dup(a, buf_str(&out));
    buf_free(&text);
    buf_free(&out);
    return s;
}
