/* verify_web.c - the verifier as the page calls it: the file is asked for piece by piece, the report comes as the JSON that every tool of
 * ours gives. Built for WebAssembly with wasi-libc (browser/meson.build); nothing here knows of the page. */
#include "core/dossier/dossier.h"
#include "core/dossier/zip_in.h"

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#define IMPORT(name) __attribute__((import_module("page"), import_name(#name)))

enum { REPORT_MAX = 64 << 20, MEMORY_MAX = 512 << 20 };
IMPORT(read) extern int page_read(double at, void *to, uint32_t n);   /* 0: those bytes were put there */

static Err read_page(void *ctx, int64_t at, void *to, size_t n) {
    (void)ctx;
    return page_read((double)at, to, (uint32_t)n) == 0 ? OK : E_OUTSIDE;
}

/* Four bytes at a time, by four tables: there is no zlib here. */
uint32_t zip_crc(uint32_t crc, Str s) {
    static uint32_t t[4][256];
    static bool made;
    const uint8_t *p = (const uint8_t *)s.p;
    size_t n = s.n;
    for (uint32_t i = 0; !made && i < 256; i++) {
        t[0][i] = i;
        for (int k = 0; k < 8; k++) t[0][i] = t[0][i] & 1 ? 0xedb88320u ^ t[0][i] >> 1 : t[0][i] >> 1;
    }
    for (uint32_t i = 0; !made && i < 256; i++)
        for (int k = 1; k < 4; k++) t[k][i] = t[k - 1][i] >> 8 ^ t[0][t[k - 1][i] & 255];
    made = true;
    crc = ~crc;
    for (; n >= 4; n -= 4, p += 4) {
        crc ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        crc = t[3][crc & 255] ^ t[2][crc >> 8 & 255] ^ t[1][crc >> 16 & 255] ^ t[0][crc >> 24];
    }
    for (; n > 0; n--, p++) crc = crc >> 8 ^ t[0][(crc ^ *p) & 255];
    return ~crc;
}

/* For the texts of one question; they stay until the page is closed. */
EXPORT(alloc) void *web_alloc(uint32_t n) {
    static Arena *texts;
    if (texts == NULL) texts = arena_new(64 << 20);
    return arena_alloc(texts, n + 1u);
}

/* Report as JSON, ended by a zero character; the page reads it before it calls again. key and policy: texts, or empty. A key or policy that
 * is none: "key" or "policy" alone. */
EXPORT(verify) const char *web_verify(double size, const char *key_text, const char *policy_text) {
    static Arena *a;
    NoteKey key = { 0 };
    size_t line = 0;
    arena_free(a);
    a = arena_new(MEMORY_MAX);
    LedgerPolicy *policy = ARENA_NEW(a, LedgerPolicy);
    DossierReport *r = ARENA_NEW(a, DossierReport);
    DossierTrust trust = { 0 };
    if (key_text[0] != '\0' && note_key_parse(a, str_c(key_text), &key) != OK) return "key";
    if (policy_text[0] != '\0' && policy_parse(a, str_c(policy_text), policy, &line) != OK) return "policy";
    if (key_text[0] != '\0') trust.key = &key;
    if (policy_text[0] != '\0') trust.policy = policy;
    ZipSource src = { .size = (int64_t)size, .read = read_page };
    dossier_verify_source(a, &src, &trust, r);
    Buf b = buf_new(REPORT_MAX);
    dossier_report_json(r, &b);
    buf_ch(&b, '\0');
    must(buf_err(&b) == OK);
    const char *out = str_dup(a, buf_str(&b)).p;
    buf_free(&b);
    return out;
}
