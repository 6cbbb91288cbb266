/* wacz.c - see wacz.h. */
#include "core/capture/wacz.h"
#include "core/dossier/zip.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

#include <stdlib.h>

enum { SURT_MAX = 8192, QUERY_PARTS = 256, LIST_MAX = 8 << 20, MEMBERS = 5 };

Id wacz_next_id(void *ids) {
    WaczIds *k = ids;
    uint8_t sha[32];
    char text[64];
    int n = snprintf(text, sizeof text, "warc %llu ", (unsigned long long)k->n++);
    Buf b = buf_new(128);
    buf_put(&b, str_bytes(text, (size_t)n));
    buf_put(&b, id_str(&k->base));
    seal_sha256(buf_str(&b), sha);
    buf_free(&b);
    Id id;
    memcpy(id.b, sha, 16);
    return id;
}

/* ---- the key of an address ---- */

static int by_text(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static void put_query(Buf *b, Str query) {
    Str parts[QUERY_PARTS], rest = query, one = STR_NONE;
    size_t n = 0;
    while (n < QUERY_PARTS && str_split(&rest, '&', &one)) parts[n++] = one;
    if (rest.p != NULL && rest.n > 0) { /* more parts than are sorted: as it stands */
        buf_put(b, query);
        return;
    }
    qsort(parts, n, sizeof *parts, by_text);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_ch(b, '&');
        buf_put(b, parts[i]);
    }
}

static void put_host(Buf *b, Str host) {
    size_t digits = 3;
    if (str_starts(host, S("www"))) {
        while (digits < host.n && host.p[digits] >= '0' && host.p[digits] <= '9') digits++;
        if (digits < host.n && host.p[digits] == '.') host = str_sub(host, digits + 1, host.n);
    }
    while (host.n > 0) {
        size_t from = host.n;
        while (from > 0 && host.p[from - 1] != '.') from--;
        buf_put(b, str_sub(host, from, host.n));
        if (from > 0) buf_ch(b, ',');
        host.n = from > 0 ? from - 1 : 0;
    }
}

Str wacz_surt(Arena *a, Str url) {
    Str low = str_lower(a, str_sub(url, 0, SURT_MAX / 2)), rest = low;
    bool tls = str_starts(low, S("https://"));
    size_t at = 0, colon = 0;
    if (!tls && !str_starts(low, S("http://"))) return url;
    rest = str_sub(low, tls ? 8 : 7, low.n);
    if (str_chr(rest, '#', &at)) rest = str_sub(rest, 0, at);
    for (at = 0; at < rest.n && rest.p[at] != '/' && rest.p[at] != '?';) at++;
    Str host = str_sub(rest, 0, at), path = str_sub(rest, at, rest.n), query = STR_NONE, port = STR_NONE;
    if (host.n > 0 && host.p[0] != '[' && str_chr(host, ':', &colon)) {
        port = str_sub(host, colon + 1, host.n);
        host = str_sub(host, 0, colon);
    }
    if (str_chr(path, '?', &at)) {
        query = str_sub(path, at + 1, path.n);
        path = str_sub(path, 0, at);
    }
    Buf b = buf_new(SURT_MAX * 2);
    put_host(&b, host);
    if (port.n > 0 && !str_eq(port, tls ? S("443") : S("80"))) buf_printf(&b, ":" STR_FMT, STR_ARG(port));
    buf_ch(&b, ')');
    buf_put(&b, path.n > 0 ? path : S("/"));
    if (query.n > 0) buf_ch(&b, '?');
    put_query(&b, query);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* ---- the index: what a player looks up ---- */

static Str stamp14(Arena *a, UnixMs t) {
    Civil c = civil_at(zone_utc(), t);
    return str_fmt(a, "%04d%02d%02d%02d%02d%02d", c.date.y, c.date.m, c.date.d, c.hh, c.mm, c.ss);
}

static bool indexed(const WarcRow *r) { return strcmp(r->type, "response") == 0 || (strcmp(r->type, "resource") == 0 && str_starts(r->uri, S("urn:"))); }

static Str index_line(Arena *a, const WarcRow *r) {
    Buf b = buf_new(64 * 1024);
    Json j = json_to(&b, false);
    buf_printf(&b, STR_FMT " " STR_FMT " ", STR_ARG(wacz_surt(a, r->uri)), STR_ARG(stamp14(a, r->at)));
    json_obj(&j);
    json_kv_str(&j, "url", r->uri);
    json_kv_str(&j, "mime", r->mime);
    if (r->status > 0) json_kv_str(&j, "status", str_fmt(a, "%d", r->status));
    json_kv_str(&j, "digest", r->digest);
    json_kv_str(&j, "length", str_fmt(a, "%zu", r->length));
    json_kv_str(&j, "offset", str_fmt(a, "%zu", r->offset));
    json_kv_str(&j, "filename", S("data.warc.gz"));
    json_end_obj(&j);
    buf_ch(&b, '\n');
    Str out = buf_err(&b) == OK ? str_dup(a, buf_str(&b)) : STR_NONE;
    buf_free(&b);
    return out;
}

static Str index_of(Arena *a, const WarcIndex *x) {
    Str *lines = ARENA_ARRAY(a, Str, x->n + 1);
    size_t n = 0, size = 0;
    for (size_t i = 0; i < x->n; i++)
        if (indexed(&x->rows[i])) lines[n++] = index_line(a, &x->rows[i]);
    qsort(lines, n, sizeof *lines, by_text);
    for (size_t i = 0; i < n; i++) size += lines[i].n;
    Buf b = buf_new(size + 1);
    for (size_t i = 0; i < n; i++) buf_put(&b, lines[i]);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* ---- the lists ---- */

static Str hash_of(Arena *a, Str bytes) {
    uint8_t sha[32];
    seal_sha256(bytes, sha);
    return str_fmt(a, "sha256:" STR_FMT, STR_ARG(hex_enc(a, str_bytes(sha, 32))));
}

static Str taken(Arena *a, Buf *b) {
    must(buf_err(b) == OK);
    Str out = str_dup(a, buf_str(b));
    buf_free(b);
    return out;
}

static Str pages_of(Arena *a, const WaczNew *w) {
    Buf b = buf_new(LIST_MAX);
    buf_z(&b, "{\"format\": \"json-pages-1.0\", \"id\": \"pages\", \"title\": \"All Pages\"}\n");
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "id", id_hex(a, w->page));
    json_kv_str(&j, "url", w->warc.url);
    json_kv_str(&j, "ts", when_rfc3339(a, w->warc.at));
    if (w->title.n > 0) json_kv_str(&j, "title", w->title);
    if (w->text.n > 0) json_kv_str(&j, "text", w->text);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return taken(a, &b);
}

static Str package_of(Arena *a, const WaczNew *w, const ZipFile *files, size_t n) {
    Buf b = buf_new(LIST_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "profile", S("data-package"));
    json_kv_str(&j, "wacz_version", S("1.1.1"));
    json_kv_str(&j, "software", w->warc.software);
    json_kv_str(&j, "created", when_rfc3339(a, w->warc.at));
    if (w->warc.note.n > 0) json_kv_str(&j, "description", w->warc.note);
    json_kv_str(&j, "mainPageURL", w->warc.url);
    json_kv_str(&j, "mainPageDate", when_rfc3339(a, w->warc.at));
    json_key(&j, S("resources"));
    json_arr(&j);
    for (size_t i = 0; i < n; i++) {
        Str name = files[i].name;
        size_t at = 0;
        if (str_chr(name, '/', &at)) name = str_sub(name, at + 1, name.n);
        json_obj(&j);
        json_kv_str(&j, "name", name);
        json_kv_str(&j, "path", files[i].name);
        json_kv_str(&j, "hash", hash_of(a, files[i].bytes));
        json_kv_i64(&j, "bytes", (int64_t)files[i].bytes.n);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return taken(a, &b);
}

static Str digest_file(Arena *a, Str package) {
    Buf b = buf_new(4096);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "path", S("datapackage.json"));
    json_kv_str(&j, "hash", hash_of(a, package));
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return taken(a, &b);
}

Err wacz_write(Arena *a, const WaczNew *w, Buf *out) {
    WarcIndex index = { NULL, 0, 0 };
    ZipFile files[MEMBERS];
    size_t n = 0;
    Buf warc = buf_new(WACZ_MAX);
    Err e = warc_write(a, &w->warc, &warc, &index);
    if (e == OK) {
        files[n++] = (ZipFile){ S("archive/data.warc.gz"), buf_str(&warc) };
        files[n++] = (ZipFile){ S("indexes/index.cdx"), index_of(a, &index) };
        files[n++] = (ZipFile){ S("pages/pages.jsonl"), pages_of(a, w) };
        Str package = package_of(a, w, files, n);
        files[n++] = (ZipFile){ S("datapackage.json"), package };
        files[n++] = (ZipFile){ S("datapackage-digest.json"), digest_file(a, package) };
        e = zip_write(files, n, out);
    }
    buf_free(&warc);
    return e;
}

Err wacz_fit(Arena *a, const WaczNew *w, WarcHop *hops, Buf *out) {
    size_t from = out->n;
    Err e = wacz_write(a, w, out);
    if (e != E_LIMIT) return e;
    for (size_t i = 0; i < w->warc.hops_n; i++)
        if (hops[i].hop->length > 0 && hops[i].withheld == NULL) hops[i].withheld = "too_large";
    out->n = from;
    out->over = false;
    return wacz_write(a, w, out);
}
