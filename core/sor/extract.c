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

/* What a platform writes where the list of measures says OTHER, so that the same measure is the same text: small letters, one blank between words,
 * no digits; a word that may be a link, an address or a handle becomes "#". Nothing in it points at anybody. */
Str sor_cluster(char room[SOR_CLUSTER_MAX], Str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t end = i, from = n;
        bool odd = false;
        while (end < text.n && (uint8_t)text.p[end] > ' ') {
            odd = odd || text.p[end] == '@' || text.p[end] == '/' || text.p[end] == '=' || (text.p[end] >= '0' && text.p[end] <= '9');
            end++;
        }
        size_t word = end - i;
        if (word > 0 && n + word + 2 > SOR_CLUSTER_MAX) break; /* whole words only */
        if (word > 0 && n > 0) room[n++] = ' ';
        for (; i < end && !odd; i++) room[n++] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] + 32) : text.p[i];
        if (word > 0 && odd && from >= 1 && room[from - 1] == '#') n = from; /* several in a row are one */
        else if (word > 0 && odd) room[n++] = '#';
        i = end;
        while (i < text.n && (uint8_t)text.p[i] <= ' ') i++;
    }
    return (Str){ room, n };
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
    buf_ch(b, ',');
    Str other = sor_plain(p->room, rec_raw(p, r, SC_VISIBILITY_OTHER));
    char text[SOR_CLUSTER_MAX];
    csv_field(b, sor_cluster(text, other), ',', true);
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
    buf_z(&text, ",family,platform_uid_hash,explanation_hash,facts_hash,visibility_other\n");
    squeeze(buf_str(&text), &out);
    Str s = str_dup(a, buf_str(&out));
    buf_free(&text);
    buf_free(&out);
    return s;
}
