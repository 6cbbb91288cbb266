/* warc.c - see warc.h. */
#include "core/capture/warc.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

#include <zlib.h>

enum { RECORD_HEAD_MAX = 32 * 1024, SNIFF = 1024 };

/* ---- what may be kept ---- */

static bool contains_ci(Str s, Str needle) {
    if (s.n < needle.n) return false;
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if ((s.p[i] | 32) == needle.p[0] && str_ieq(str_sub(s, i, needle.n), needle)) return true;
    return false;
}

static Str head_value(Str head, Str name) {
    Str rest = head, line = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        if (line.n > name.n && line.p[name.n] == ':' && str_ieq(str_sub(line, 0, name.n), name)) return str_trim(str_sub(line, name.n + 1, line.n));
    }
    return STR_NONE;
}

/* A server may call anything text. Text holds no NUL and begins with none of the marks of pictures and films. */
static bool looks_like_text(Str s) {
    static const Str marks[] = { { "\xff\xd8\xff", 3 }, { "\x89PNG", 4 }, { "GIF8", 4 }, { "RIFF", 4 }, { "\x00\x00\x00", 3 }, { "\x1a\x45\xdf\xa3", 4 }, { "%PDF", 4 }, { "PK\x03\x04", 4 }, { "\x1f\x8b", 2 } };
    for (size_t i = 0; i < LEN(marks); i++)
        if (str_starts(s, marks[i])) return false;
    return memchr(s.p, '\0', s.n < SNIFF ? s.n : SNIFF) == NULL;
}

static bool text_type(Str type) {
    return str_starts(type, S("text/")) || str_eq(type, S("application/json")) || str_eq(type, S("application/xhtml+xml")) || str_eq(type, S("application/xml")) || str_ends(type, S("+json")) || str_ends(type, S("+xml"));
}

const char *warc_body_withheld(const NetHop *h, bool hash_only) {
    Str coding = head_value(h->response_head, S("Content-Encoding"));
    if (h->length == 0 && h->body.n == 0) return NULL;
    if (hash_only) return "hash_only";
    if (str_starts(h->type, S("image/")) || str_starts(h->type, S("video/")) || str_starts(h->type, S("audio/"))) return "imagery"; /* SVG is a picture here, whatever it is made of */
    if (!text_type(h->type) || h->body.p == NULL) return "imagery"; /* what cannot be looked into counts as imagery */
    if (coding.n > 0 && !str_ieq(coding, S("identity"))) return "coded";
    if (!looks_like_text(h->body)) return "not_text";
    if (contains_ci(h->body, S("data:image")) || contains_ci(h->body, S("data:video"))) return "inline_media";
    return NULL;
}

/* ---- records ---- */

typedef struct Warc { Arena *a; const WarcNew *w; Buf *out; Buf head; Str info; WarcIndex *index; WarcRow row; } Warc;

/* UTC with milliseconds, which 1.1 allows and 1.0 did not. */
static Str warc_date(Arena *a, UnixMs t) { return when_rfc3339(a, t); }

static Str record_id(Warc *k) {
    Id id = k->w->new_id(k->w->new_id_ctx);
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40); /* RFC 9562 §5.4: a random UUID */
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    Str h = id_hex(k->a, id);
    return str_fmt(k->a, "<urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s>", h.p, h.p + 8, h.p + 12, h.p + 16, h.p + 20);
}

static Str digest_of(Arena *a, const uint8_t sha[32]) { return str_fmt(a, "sha256:" STR_FMT, STR_ARG(hex_enc(a, str_bytes(sha, 32)))); }

/* One line of a record's head. Control bytes end a line early in no case: they are left out. */
static void field(Warc *k, const char *name, Str value) {
    if (value.n == 0) return;
    buf_printf(&k->head, "%s: ", name);
    for (size_t i = 0; i < value.n && i < 8192; i++)
        if ((uint8_t)value.p[i] >= ' ' && value.p[i] != 0x7f) buf_ch(&k->head, value.p[i]);
    buf_z(&k->head, "\r\n");
}

static void target(Warc *k, Str uri) {
    k->row.uri = uri;
    field(k, "WARC-Target-URI", uri);
}

static Str begin(Warc *k, const char *type, UnixMs at) {
    Str id = record_id(k);
    buf_clear(&k->head);
    buf_z(&k->head, "WARC/1.1\r\n");
    field(k, "WARC-Type", str_c(type));
    field(k, "WARC-Record-ID", id);
    field(k, "WARC-Date", warc_date(k->a, at));
    if (k->info.n > 0) field(k, "WARC-Warcinfo-ID", k->info);
    k->row = (WarcRow){ .type = type, .at = at, .whole = true };
    return id;
}

/* gzip of head, blank line, block and two CRLF as one member with a plain header: no name, no time. */
static Err member(Buf *out, const Str *parts, size_t n) {
    z_stream z = { 0 };
    unsigned char chunk[16384];
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return E_OUTSIDE;
    int rc = Z_OK;
    for (size_t i = 0; i < n; i++) {
        must(parts[i].n < UINT32_MAX);
        z.next_in = (unsigned char *)(uintptr_t)parts[i].p;
        z.avail_in = (unsigned)parts[i].n;
        do {
            z.next_out = chunk;
            z.avail_out = sizeof chunk;
            rc = deflate(&z, i + 1 == n ? Z_FINISH : Z_NO_FLUSH);
            buf_put(out, str_bytes(chunk, sizeof chunk - z.avail_out));
        } while (z.avail_out == 0 && rc != Z_STREAM_END && rc != Z_STREAM_ERROR);
    }
    deflateEnd(&z);
    return rc == Z_STREAM_END ? buf_err(out) : E_OUTSIDE;
}

/* Ends the record begun: digest of the block, length, and the whole goes out. block: up to two parts that stand behind each other. */
static Err finish(Warc *k, const char *content_type, Str first, Str second) {
    uint8_t sha[32];
    Buf both = buf_new(first.n + second.n + 1);
    buf_put(&both, first);
    buf_put(&both, second);
    seal_sha256(buf_str(&both), sha);
    buf_free(&both);
    field(k, "Content-Type", str_c(content_type));
    field(k, "WARC-Block-Digest", digest_of(k->a, sha));
    buf_printf(&k->head, "Content-Length: %zu\r\n\r\n", first.n + second.n);
    Str parts[] = { buf_str(&k->head), first, second, S("\r\n\r\n") };
    TRY(buf_err(&k->head));
    k->row.offset = k->out->n;
    if (k->row.mime.n == 0) k->row.mime = str_c(content_type);
    if (k->row.digest.n == 0) k->row.digest = digest_of(k->a, sha);
    TRY(member(k->out, parts, LEN(parts)));
    k->row.length = k->out->n - k->row.offset;
    if (k->index == NULL) return OK;
    k->index->rows = ARENA_ROOM(k->a, k->index->rows, k->index->n, &k->index->cap);
    k->index->rows[k->index->n++] = k->row;
    return OK;
}

static Err put_info(Warc *k) {
    const WarcNew *w = k->w;
    Buf b = buf_new(16384);
    Str id = begin(k, "warcinfo", w->at);
    buf_printf(&b, "software: " STR_FMT "\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n", STR_ARG(w->software));
    if (w->operator_name.n > 0) buf_printf(&b, "operator: " STR_FMT "\r\n", STR_ARG(w->operator_name));
    buf_printf(&b, "keten-mode: " STR_FMT "\r\nketen-vantage: " STR_FMT "\r\nrobots: ignore\r\n", STR_ARG(w->mode), STR_ARG(w->vantage));
    if (w->config.n > 0) buf_printf(&b, "keten-config: " STR_FMT "\r\n", STR_ARG(w->config));
    if (w->clock.n > 0) buf_printf(&b, "keten-clock: " STR_FMT "\r\n", STR_ARG(w->clock));
    if (w->note.n > 0) buf_printf(&b, "description: " STR_FMT "\r\n", STR_ARG(w->note));
    if (w->error.n > 0) buf_printf(&b, "keten-error: " STR_FMT "\r\n", STR_ARG(w->error));
    Err e = finish(k, "application/warc-fields", buf_str(&b), STR_NONE);
    buf_free(&b);
    k->info = id;
    return e;
}

static Str host_of(Str url) {
    size_t at = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str host = str_sub(url, at + 3, url.n);
    for (size_t i = 0; i < host.n; i++)
        if (strchr("/?#", host.p[i]) != NULL) host = str_sub(host, 0, i);
    if (str_chr(host, '@', &at)) host = str_sub(host, at + 1, host.n);
    if (host.n > 0 && host.p[0] != '[' && str_chr(host, ':', &at)) host = str_sub(host, 0, at);
    return host;
}

/* A DNS answer as crawlers write it: the time, then one line a record (RFC 4501 names the URI). */
static Err put_dns(Warc *k, const NetHop *h) {
    if (h->dns.n == 0) return OK;
    Str rest = h->dns, line = STR_NONE;
    Civil t = civil_at(zone_utc(), h->began);
    Buf b = buf_new(65536);
    (void)begin(k, "resource", h->began);
    target(k, str_fmt(k->a, "dns:" STR_FMT, STR_ARG(host_of(h->url))));
    buf_printf(&b, "%04d%02d%02d%02d%02d%02d\n", t.date.y, t.date.m, t.date.d, t.hh, t.mm, t.ss);
    while (str_split(&rest, '\n', &line)) {
        Str name = STR_NONE, ttl = STR_NONE;
        if (!str_split(&line, ' ', &name) || !str_split(&line, ' ', &ttl) || line.p == NULL) continue;
        buf_printf(&b, STR_FMT " " STR_FMT " IN " STR_FMT "\n", STR_ARG(name), STR_ARG(ttl), STR_ARG(line));
    }
    Err e = finish(k, "text/dns", buf_str(&b), STR_NONE);
    buf_free(&b);
    return e;
}

static Err put_response(Warc *k, const WarcHop *x, Str *out_id) {
    const NetHop *h = x->hop;
    Str body = x->withheld == NULL && h->body.p != NULL ? h->body : STR_NONE;
    *out_id = begin(k, "response", h->began);
    target(k, h->url);
    field(k, "WARC-IP-Address", h->ip);
    if (h->hashed) field(k, "WARC-Payload-Digest", digest_of(k->a, h->sha256));
    k->row.mime = h->type.n > 0 ? h->type : S("unk");
    k->row.status = h->status;
    k->row.whole = x->withheld == NULL && !h->cut;
    if (h->hashed) k->row.digest = digest_of(k->a, h->sha256);
    if (x->withheld != NULL) field(k, "WARC-Truncated", S("unspecified"));
    else if (h->cut) field(k, "WARC-Truncated", S("length"));
    return finish(k, "application/http;msgtype=response", h->response_head, body);
}

static Err put_request(Warc *k, const NetHop *h, Str response) {
    if (h->request_head.n == 0) return OK;
    (void)begin(k, "request", h->began);
    target(k, h->url);
    field(k, "WARC-IP-Address", h->ip);
    if (response.n > 0) field(k, "WARC-Concurrent-To", response);
    return finish(k, "application/http;msgtype=request", h->request_head, STR_NONE);
}

const char *warc_withheld_words(const char *code) {
    static const struct { const char *code, *words; } all[] = { { "imagery", "withheld by policy: not text; imagery is never stored" }, { "hash_only", "withheld by policy: this capture keeps a digest only" },
        { "coded", "withheld by policy: the body is compressed and was not looked into" }, { "inline_media", "withheld by policy: imagery stands inside the page's own text" },
        { "not_text", "withheld by policy: called text, but it is not" }, { "blurred", "withheld by policy: a blurred picture beyond recovery stands for it" }, { "too_large", "withheld: the bodies of this capture are too large together" } };
    for (size_t i = 0; i < LEN(all); i++)
        if (strcmp(all[i].code, code) == 0) return all[i].words;
    return "withheld by policy";
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the only form that is written today (RFC 9110 5.6.7). */
static Err http_date(Arena *a, Str s, UnixMs *out) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (s.n != 29 || !str_eq(str_sub(s, 25, 4), S(" GMT"))) return E_INPUT;
    for (int m = 0; m < 12; m++)
        if (memcmp(months + 3 * m, s.p + 8, 3) == 0) return when_parse(NULL, str_fmt(a, "%.4s-%02d-%.2sT%.8sZ", s.p + 12, m + 1, s.p + 5, s.p + 17), out);
    return E_INPUT;
}

/* The server's own clock beside ours: the whole second it wrote, and when its first byte came. */
static void put_clock(Warc *k, Buf *b, const NetHop *h) {
    UnixMs theirs = 0;
    Str date = head_value(h->response_head, S("Date"));
    if (h->first_byte_ms < 0 || http_date(k->a, date, &theirs) != OK) return;
    buf_printf(b, "serverDate: " STR_FMT "\r\nserverClockAheadMs: %lld (to the second)\r\n", STR_ARG(date), (long long)(theirs - h->began - h->first_byte_ms));
}

static Err put_metadata(Warc *k, const WarcHop *x, Str response) {
    const NetHop *h = x->hop;
    Buf b = buf_new(65536);
    (void)begin(k, "metadata", h->began);
    target(k, h->url);
    field(k, "WARC-IP-Address", h->ip);
    if (response.n > 0) field(k, "WARC-Refers-To", response);
    buf_printf(&b, "connectTimeMs: %lld\r\nfirstByteTimeMs: %lld\r\nfetchTimeMs: %lld\r\nport: %d\r\nbodyLength: %lld\r\nbodyCut: %s\r\n", (long long)h->connect_ms, (long long)h->first_byte_ms, (long long)h->total_ms, h->port,
        (long long)h->length, h->cut ? "yes" : "no");
    if (h->tls_version.n > 0) buf_printf(&b, "tlsVersion: " STR_FMT "\r\n", STR_ARG(h->tls_version));
    if (x->withheld != NULL) buf_printf(&b, "bodyWithheld: %s (%s)\r\n", x->withheld, warc_withheld_words(x->withheld));
    if (x->fact.n > 0) buf_printf(&b, STR_FMT "\r\n", STR_ARG(x->fact));
    put_clock(k, &b, h);
    Err e = finish(k, "application/warc-fields", buf_str(&b), STR_NONE);
    buf_free(&b);
    return e;
}

/* The certificates of that very connection, leaf first. */
static Err put_chain(Warc *k, const NetHop *h, Str response) {
    if (h->tls_chain.n == 0) return OK;
    (void)begin(k, "metadata", h->began);
    target(k, h->url);
    field(k, "WARC-IP-Address", h->ip);
    if (response.n > 0) field(k, "WARC-Refers-To", response);
    return finish(k, "application/pem-certificate-chain", h->tls_chain, STR_NONE);
}

static Err put_text(Warc *k, const WarcHop *x, Str response) {
    if (x->text.p == NULL) return OK;
    (void)begin(k, "conversion", x->hop->began);
    target(k, x->hop->url);
    if (response.n > 0) field(k, "WARC-Refers-To", response);
    return finish(k, "text/plain;charset=utf-8", x->text, STR_NONE);
}

static Err put_instead(Warc *k, const WarcHop *x, Str response) {
    if (x->instead.n == 0) return OK;
    (void)begin(k, "conversion", x->hop->began);
    target(k, x->hop->url);
    if (response.n > 0) field(k, "WARC-Refers-To", response);
    return finish(k, str_z(k->a, x->instead_type), x->instead, STR_NONE);
}

static Err put_hop(Warc *k, const WarcHop *x) {
    Str response = STR_NONE;
    TRY(put_dns(k, x->hop));
    if (x->hop->response_head.n > 0) TRY(put_response(k, x, &response));
    TRY(put_request(k, x->hop, response));
    TRY(put_metadata(k, x, response));
    TRY(put_chain(k, x->hop, response));
    TRY(put_text(k, x, response));
    return put_instead(k, x, response);
}

static Err put_extra(Warc *k, const WarcExtra *x) {
    (void)begin(k, "resource", x->at);
    target(k, x->uri);
    return finish(k, str_z(k->a, x->type), x->bytes, STR_NONE);
}

/* What the page asked for and did not get, with the reason of each. */
static Err put_left(Warc *k) {
    const WarcNew *w = k->w;
    if (w->left_n == 0) return OK;
    Buf b = buf_new(16 << 20);
    Json j = json_to(&b, true);
    (void)begin(k, "metadata", w->at);
    target(k, w->url);
    json_obj(&j);
    json_key(&j, S("not_captured"));
    json_arr(&j);
    for (size_t i = 0; i < w->left_n; i++) {
        json_obj(&j);
        json_kv_str(&j, "url", w->left[i].url);
        json_kv_str(&j, "kind", w->left[i].kind);
        json_kv_str(&j, "why", w->left[i].why);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    Err e = buf_err(&b) == OK ? finish(k, "application/json", buf_str(&b), STR_NONE) : E_LIMIT;
    buf_free(&b);
    return e;
}

Err warc_write(Arena *a, const WarcNew *w, Buf *out, WarcIndex *index) {
    Warc k = { .a = a, .w = w, .out = out, .head = buf_new(RECORD_HEAD_MAX), .index = index };
    Err e = put_info(&k);
    for (size_t i = 0; e == OK && i < w->hops_n; i++) e = put_hop(&k, &w->hops[i]);
    for (size_t i = 0; e == OK && i < w->extras_n; i++) e = put_extra(&k, &w->extras[i]);
    if (e == OK) e = put_left(&k);
    buf_free(&k.head);
    return e;
}
