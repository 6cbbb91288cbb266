/* watch_look.c - one fetch as facts, and the facts of a look as its proof. */
#include "steps/takedown/watch_look.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"

enum { PAGE_BYTES_MAX = 2 * 1024 * 1024, HEAD_KEPT = 8192 };

Str watch_host(Str url) {
    size_t at = 0, end = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str rest = str_sub(url, at + 3, url.n);
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#') end++;
    return str_sub(rest, 0, end);
}

static Str digest_of(Arena *a, Str bytes) {
    uint8_t h[32];
    seal_sha256(bytes, h);
    return hex_enc(a, str_bytes(h, sizeof h));
}

static Err read_page(Media *media, Arena *a, const NetHop *hop, WatchFacts *f) {
    MediaPage page;
    if (hop->body.p == NULL || hop->body.n == 0) return OK;
    Err err = media_page(media, a, hop->body, hop->charset, &page);
    if (err == E_INPUT) return OK; /* the reader gave up: not readable is a fact */
    TRY(err);
    f->readable = true;
    f->title = page.title;
    f->text = page.text;
    f->title_digest = page.title.n > 0 ? digest_of(a, page.title) : STR_NONE;
    f->images = page.images;
    f->videos = page.videos;
    f->forms = page.forms;
    f->password_fields = page.password_fields;
    sketch_of(page.text, &f->sketch);
    return OK;
}

NetAsk watch_ask(Str url, Str place, int seconds) {
    return (NetAsk){ .url = url, .place = str_eq(place, WATCH_HERE) ? STR_NONE : place, .text_only = true, .http2 = true, .bytes_max = PAGE_BYTES_MAX, .seconds_max = seconds > 0 ? seconds : WATCH_SECONDS, .redirects_max = -1 };
}

Err watch_facts_of(Media *media, Arena *a, Str url, const NetGot *got, WatchFacts *f) {
    *f = (WatchFacts){ .error = got->error, .url = url, .host = watch_host(url), .final_url = url, .final_host = watch_host(url) };
    if (got->hops_n == 0) return OK;
    const NetHop *last = &got->hops[got->hops_n - 1];
    f->status = last->status;
    f->final_url = last->url;
    f->final_host = watch_host(last->url);
    f->type = last->type;
    f->headers = last->response_head;
    f->length = last->length;
    f->cut = last->cut;
    if (last->hashed && last->length > 0) f->digest = hex_enc(a, str_bytes(last->sha256, 32));
    TRY(read_page(media, a, last, f));
    watch_marks(f);
    return OK;
}

static void hops_write(Arena *a, const NetGot *got, Json *j) {
    json_key(j, S("hops"));
    json_arr(j);
    for (size_t i = 0; i < got->hops_n; i++) {
        const NetHop *h = &got->hops[i];
        json_obj(j);
        json_kv_str(j, "url", h->url);
        json_kv_str(j, "ip", h->ip);
        json_kv_i64(j, "port", h->port);
        json_kv_i64(j, "status", h->status);
        json_kv_str(j, "request_head", str_sub(h->request_head, 0, HEAD_KEPT));
        json_kv_str(j, "response_head", str_sub(h->response_head, 0, HEAD_KEPT));
        json_kv_str(j, "tls_version", h->tls_version);
        json_kv_str(j, "tls_chain_sha256", h->tls_chain.n > 0 ? digest_of(a, h->tls_chain) : STR_NONE);
        json_kv_str(j, "dns", str_sub(h->dns, 0, HEAD_KEPT));
        json_kv_str(j, "began", when_rfc3339(a, h->began));
        json_kv_i64(j, "total_ms", h->total_ms);
        json_kv_str(j, "sha256", h->hashed ? hex_enc(a, str_bytes(h->sha256, 32)) : STR_NONE);
        json_kv_i64(j, "length", h->length);
        json_end_obj(j);
    }
    json_end_arr(j);
}

Err watch_proof(Arena *a, UnixMs at, const WatchSeen *s, Verdict v, Str *out) {
    Buf b = buf_new(WATCH_PROOF_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "kind", S("keten watch check 1"));
    json_kv_str(&j, "at", when_rfc3339(a, at));
    json_kv_str(&j, "vantage", s->vantage);
    json_kv_str(&j, "url", s->now.url);
    json_kv_str(&j, "verdict", str_c(v.code));
    json_kv_str(&j, "why", str_c(v.why));
    json_key(&j, S("facts"));
    watch_facts_write(&s->now, &j);
    json_key(&j, S("compared_with"));
    if (s->before != NULL) watch_facts_write(s->before, &j);
    else json_nil(&j);
    json_key(&j, S("made_up_address"));
    if (s->sibling != NULL) watch_facts_write(s->sibling, &j);
    else json_nil(&j);
    json_key(&j, S("front_page"));
    if (s->home != NULL) watch_facts_write(s->home, &j);
    else json_nil(&j);
    hops_write(a, &s->got, &j);
    json_end_obj(&j);
    Err err = buf_err(&b);
    if (err == OK) *out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return err;
}
