/* A web archive as it is written: its parts, their digests, the index, and that the same capture gives the same bytes. With a folder as
 * argument the archive is also left there, for readers that others wrote. */
#include "core/capture/wacz.h"
#include "core/dossier/zip.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/base/tap.h"

#include <stdio.h>

static bool has(Str s, Str what) {
    size_t at = 0;
    return str_find(s, what, &at);
}

static void keys(Arena *a) {
    static const struct { const char *url, *key; } all[] = {
        { "http://example.test/", "test,example)/" }, { "https://WWW2.Example.test:443/A?b=2&a=1#x", "test,example)/a?a=1&b=2" }, { "http://a.b.example.test:8080", "test,example,b,a:8080)/" },
        { "https://example.test?q", "test,example)/?q" }, { "urn:fullPage:https://example.test/", "urn:fullPage:https://example.test/" } };
    for (size_t i = 0; i < LEN(all); i++) check(str_eq(wacz_surt(a, str_c(all[i].url)), str_c(all[i].key)), "%s is sorted as %s", all[i].url, all[i].key);
}

static NetHop hop(const char *url, int status, const char *type, const char *head, Str body) {
    NetHop h = { .url = str_c(url), .ip = S("192.0.2.7"), .port = 443, .status = status, .request_head = S("GET / HTTP/1.1\r\nHost: example.test\r\n\r\n"), .response_head = str_c(head), .tls_version = S("TLSv1.3"),
        .tls_chain = S("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), .dns = S("example.test 300 A 192.0.2.7\nexample.test 300 RRSIG A 13 2 300 20260401000000 20260301000000 1 example.test. c2lnbmF0dXJl\n"),
        .began = 1772442000123, .connect_ms = 12, .first_byte_ms = 30, .total_ms = 41, .type = str_c(type), .charset = S("utf-8"), .body = body, .hashed = true, .length = (int64_t)body.n };
    seal_sha256(body, h.sha256);
    return h;
}

static Str made(Arena *a, Id page) {
    NetHop hops[3] = { hop("http://example.test/", 301, "text/html", "HTTP/1.1 301 Moved\r\nLocation: https://example.test/\r\nContent-Length: 0\r\n\r\n", S("")),
        hop("https://example.test/", 200, "text/html", "HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 09:00:02 GMT\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 58\r\n\r\n", S("<!doctype html><title>House</title><p>WHAT-STOOD-THERE</p>")),
        hop("https://example.test/a.jpg", 200, "image/jpeg", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\n", S("\xff\xd8\xff\xe0")) };
    WarcHop dressed[3] = { { .hop = &hops[0] }, { .hop = &hops[1], .text = S("WHAT-STOOD-THERE") }, { .hop = &hops[2], .withheld = "hash_only", .fact = S("pdq: 00") } };
    WarcExtra extras[] = { { S("urn:text:https://example.test/"), S("text/plain;charset=utf-8"), S("WHAT-STOOD-THERE"), 1772442001000 } };
    WarcLeft left[] = { { S("https://example.test/film.mp4"), S("media"), S("text_only") } };
    WaczIds ids = { page, 0 };
    WaczNew w = { .warc = { .software = S("keten/test"), .operator_name = S("House"), .vantage = S("direct"), .mode = S("hash"), .note = S("for a test"), .clock = S("synchronised:120us"), .config = S("seconds=60"), .at = 1772442002000,
        .url = S("http://example.test/"), .hops = dressed, .hops_n = 3, .extras = extras, .extras_n = 1, .left = left, .left_n = 1, .new_id = wacz_next_id, .new_id_ctx = &ids }, .title = S("House"), .text = S("WHAT-STOOD-THERE"), .page = page };
    Buf b = buf_new(WACZ_MAX);
    must(wacz_write(a, &w, &b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void package(Arena *a, const ZipMember *m, size_t n) {
    const JVal *v = NULL, *d = NULL;
    size_t good = 0;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(m[i].name, S("datapackage.json"))) must(json_read(a, m[i].bytes, 1 << 20, &v, NULL, NULL) == OK);
        if (str_eq(m[i].name, S("datapackage-digest.json"))) must(json_read(a, m[i].bytes, 1 << 20, &d, NULL, NULL) == OK);
    }
    check(str_eq(jstr(v, "profile"), S("data-package")) && str_eq(jstr(v, "wacz_version"), S("1.1.1")), "it says which version it is of");
    const JVal *r = jget(v, "resources");
    for (size_t k = 0; r != NULL && k < r->n; k++)
        for (size_t i = 0; i < n; i++)
            good += str_eq(jstr(&r->vals[k], "path"), m[i].name) && jint(&r->vals[k], "bytes", -1) == m[i].size && has(jstr(&r->vals[k], "hash"), hex_enc(a, str_bytes(m[i].sha256, 32)));
    check(good == 3 && r->n == 3, "archive, index and pages stand in it with size and digest");
    for (size_t i = 0; i < n; i++)
        if (str_eq(m[i].name, S("datapackage.json"))) check(has(jstr(d, "hash"), hex_enc(a, str_bytes(m[i].sha256, 32))), "and the list itself has its digest beside it");
}

int main(int argc, char **argv) {
    Arena *a = arena_new(256u << 20);
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    Id page = { { 1, 2, 3 } };
    keys(a);
    Str one = made(a, page), two = made(a, page);
    check(str_eq(one, two), "the same capture gives the same bytes");
    must(zip_read(a, one, &m, &n, &wrong) == OK && n == 5);
    check(str_eq(m[0].name, S("archive/data.warc.gz")) && str_eq(m[3].name, S("indexes/index.cdx")) && str_eq(m[4].name, S("pages/pages.jsonl")), "a web archive has an archive, an index and pages");
    package(a, m, n);
    check(has(m[3].bytes, S("test,example)/a.jpg 20260302090000 {\"url\":\"https://example.test/a.jpg\",\"mime\":\"image/jpeg\",\"status\":\"200\"")), "the index leads to each response");
    check(has(m[4].bytes, S("\"url\":\"http://example.test/\"")) && has(m[4].bytes, S("\"title\":\"House\"")), "the page is listed");
    FILE *f = argc > 1 ? fopen(argv[1], "wb") : NULL;
    if (f != NULL) check(fwrite(one.p, 1, one.n, f) == one.n && fclose(f) == 0, "it is left for other readers");
    arena_free(a);
    return tap_end();
}
