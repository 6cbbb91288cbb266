/* exchange.c - the requests of a page: each judged, made by the fetch process, and answered to the browser. */
#include "foundation/base/enc.h"
#include "programs/capture/capture.h"

enum { ONE_SECONDS = 15, ONE_MAX = 32 << 20, HEADERS = 8, LEFT_MAX = 5000, URL_SHOWN = 2000, UNDER_WAY_MAX = 8 };

void look_left(Look *k, Str url, Str kind, const char *why) {
    if (k->left_n == LEFT_MAX) return;
    k->left = ARENA_ROOM(k->life, k->left, k->left_n, &k->left_cap);
    k->left[k->left_n++] = (WarcLeft){ str_dup(k->life, str_utf8_cut(url, URL_SHOWN)), str_lower(k->life, kind), str_c(why) };
}

static Str params_of(Look *k, Buf *b) {
    Str s = buf_err(b) == OK ? str_dup(k->turn, buf_str(b)) : S("{}");
    buf_free(b);
    return s;
}

static void refuse(Look *k, Str request) {
    Buf b = buf_new(4096);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "requestId", request);
    json_kv_str(&j, "errorReason", S("BlockedByClient"));
    json_end_obj(&j);
    (void)cdp_send(&k->b, k->session, "Fetch.failRequest", params_of(k, &b));
}

static void give(Look *k, Str request, int status, Str head, bool document, Str type, Str body) {
    Str coded = b64_enc(k->turn, body);
    Buf b = buf_new(coded.n + head.n * 4 + 65536);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_str(&j, "requestId", request);
    json_kv_i64(&j, "responseCode", status);
    json_key(&j, S("responseHeaders"));
    if (type.n > 0) head = str_fmt(k->turn, "HTTP/1.1 200 OK\r\nContent-Type: " STR_FMT "\r\n", STR_ARG(type));
    put_headers(&j, head, document);
    json_kv_str(&j, "body", coded);
    json_end_obj(&j);
    (void)cdp_send(&k->b, k->session, "Fetch.fulfillRequest", params_of(k, &b));
}

static void grey(Look *k, const Seen *s) {
    if (str_eq(s->kind, S("Image"))) give(k, s->request, 200, STR_NONE, false, S("image/svg+xml"), grey_box());
    else refuse(k, s->request);
}

/* Of what the browser would send, what says how a page was asked for. No cookie, nothing that says who asks. */
static void headers_of(Look *k, const JVal *request, Seen *s) {
    static const char *const taken[] = { "Accept", "Referer", "Origin", "X-Requested-With" };
    const JVal *h = jget(request, "headers");
    Str *lines = ARENA_ARRAY(k->life, Str, HEADERS);
    size_t n = 0;
    for (size_t i = 0; h != NULL && i < h->n && n < HEADERS; i++)
        for (size_t t = 0; t < LEN(taken); t++) {
            Str v = h->vals[i].s;
            bool plain = h->vals[i].type == J_STR && v.n < 2000;
            for (size_t c = 0; plain && c < v.n; c++) plain = (unsigned char)v.p[c] >= ' ' && v.p[c] != 0x7f;
            if (plain && str_ieq(h->keys[i], str_c(taken[t])) && n < HEADERS) lines[n++] = str_fmt(k->life, "%s: " STR_FMT, taken[t], STR_ARG(v));
        }
    s->ask.headers = lines;
    s->ask.headers_n = n;
}

static NetAsk ask_of(const Look *k, const Seen *s, Str method) {
    int64_t room = k->ask.bytes_max - k->bytes, left = (k->deadline - sys_mono_ms()) / 1000;
    NetAsk a = { .url = s->url, .method = str_eq(method, S("HEAD")) ? S("HEAD") : STR_NONE, .signatures = true, .redirects_max = 0 };
    a.text_only = s->verdict == ASK;
    a.hash_only = s->verdict == ASK_HASH || (s->verdict == ASK_PICTURE && k->swap);
    a.bytes_max = (size_t)(room < ONE_MAX ? room : ONE_MAX);
    a.seconds_max = left < 1 ? 1 : left < ONE_SECONDS ? (int)left : ONE_SECONDS;
    return a;
}

static const char *beyond(const Look *k) {
    if (k->closing) return "time";
    if (k->made >= k->ask.requests_max) return "requests";
    return k->bytes >= k->ask.bytes_max ? "bytes" : NULL;
}

void on_paused(Look *k, const JVal *params) {
    const JVal *request = jget(params, "request");
    const char *why = NULL;
    Str method = jstr(request, "method"), kind = jstr(params, "resourceType"), url = jstr(request, "url"), id = jstr(params, "requestId");
    Verdict v = judge(k->ask.mode, method, kind, url, &why);
    size_t at = 0;
    if (str_chr(url, '#', &at)) url = str_sub(url, 0, at);
    if (v != REFUSE && v != HOLD && beyond(k) != NULL) {
        why = beyond(k);
        v = REFUSE;
        if (k->ended == NULL) k->ended = why;
    }
    Seen s = { .request = str_dup(k->life, id), .url = str_dup(k->life, url), .kind = str_dup(k->life, kind), .verdict = v };
    s.page = str_eq(kind, S("Document")) && str_eq(jstr(params, "frameId"), k->frame);
    if (v == REFUSE || v == HOLD) {
        look_left(k, url, kind, why);
        if (v == HOLD) grey(k, &s);
        else refuse(k, s.request);
        return;
    }
    k->seen = ARENA_ROOM(k->life, k->seen, k->n, &k->cap);
    s.ask = ask_of(k, &s, method);
    headers_of(k, request, &s);
    s.asked = net_many_under_way(k->net) < UNDER_WAY_MAX && net_many_ask(k->net, (uint32_t)k->n, &s.ask) == OK;
    k->made++;
    k->seen[k->n++] = s;
}

/* What waits its turn. */
static void ask_more(Look *k) {
    for (size_t i = 0; i < k->n && net_many_under_way(k->net) < UNDER_WAY_MAX; i++) {
        Seen *s = &k->seen[i];
        if (s->asked) continue;
        s->asked = true;
        if (net_many_ask(k->net, (uint32_t)i, &s->ask) != OK) {
            s->done = true;
            refuse(k, s->request);
        }
    }
}

/* ---- answers ---- */

/* A picture in memory: hashed and averaged by the media process, then gone. */
static void picture(Look *k, Seen *s, const NetHop *h) {
    MediaPicture p = { .why = PICTURE_UNKNOWN };
    bool read = h->body.p != NULL && h->body.n > 0 && h->hashed && media_picture(k->media, h->body, false, false, &p) == OK && p.why == PICTURE_READ;
    s->withheld = k->ask.mode == BROWSE_BLUR ? "blurred" : "hash_only";
    if (read) s->fact = str_fmt(k->life, "pdq: " STR_FMT " quality %d", STR_ARG(hex_enc(k->life, str_bytes(p.hash[0], 32))), p.quality);
    else s->fact = str_fmt(k->life, "pdq: none (%s)", k->swap ? "memory of this machine may go to disk" : h->body.p == NULL ? "the picture was not whole" : picture_why_text(p.why));
    if (read && k->ask.mode == BROWSE_BLUR) s->instead = blurred(k->life, &p);
    if (s->instead.n > 0) give(k, s->request, 200, STR_NONE, false, S("image/svg+xml"), s->instead);
    else grey(k, s);
}

static void page_part(Look *k, Seen *s, const NetHop *h) {
    bool redirect = h->status >= 300 && h->status < 400, document = str_eq(s->kind, S("Document"));
    const char *kept_out = warc_body_withheld(h, false);
    bool inline_only = kept_out != NULL && strcmp(kept_out, "inline_media") == 0;
    Str body = h->body.p != NULL && (kept_out == NULL || inline_only) ? without_inline_media(k->turn, h->body) : S("");
    s->withheld = k->ask.mode == BROWSE_FULL ? NULL : warc_body_withheld(h, k->ask.mode == BROWSE_HASH);
    if (kept_out != NULL && !inline_only && !redirect) {
        look_left(k, s->url, s->kind, kept_out);
        if (document) give(k, s->request, h->status, STR_NONE, true, S("text/html"), S("<!doctype html><title></title>"));
        else refuse(k, s->request);
        return;
    }
    give(k, s->request, h->status >= 200 ? h->status : 200, h->response_head, document, STR_NONE, body);
}

void on_answer(Look *k, uint32_t id, const NetGot *got) {
    if (id >= k->n || k->seen[id].done) return;
    Seen *s = &k->seen[id];
    s->got = *got;
    s->done = true;
    if (k->clock.n == 0) k->clock = got->clock;
    const NetHop *h = got->hops_n > 0 ? &got->hops[got->hops_n - 1] : NULL;
    if (h != NULL) k->bytes += h->length;
    if (h == NULL || h->status == 0) {
        look_left(k, s->url, s->kind, str_z(k->life, got->error));
        refuse(k, s->request);
    } else if (s->verdict == ASK_PICTURE) {
        picture(k, s, h);
        look_left(k, s->url, s->kind, s->withheld);
    } else if (s->verdict == ASK_HASH || (s->verdict == ASK_ALL && !str_eq(s->kind, S("Document")) && !str_eq(s->kind, S("Stylesheet")) && !str_eq(s->kind, S("Script")) && !str_eq(s->kind, S("XHR")) && !str_eq(s->kind, S("Fetch")))) {
        s->withheld = s->verdict == ASK_HASH ? k->ask.mode == BROWSE_BLUR ? "imagery" : "hash_only" : NULL;
        if (s->withheld != NULL) look_left(k, s->url, s->kind, s->withheld);
        grey(k, s);
    } else {
        page_part(k, s, h);
    }
    if (k->ask.mode == BROWSE_HASH || k->ask.mode == BROWSE_BLUR)
        for (size_t i = 0; i < got->hops_n && s->verdict == ASK_PICTURE; i++) { /* looked at: nothing holds it from here on */
            if (s->got.hops[i].body.p != NULL) explicit_bzero((char *)(uintptr_t)s->got.hops[i].body.p, s->got.hops[i].body.n);
            s->got.hops[i].body = STR_NONE;
        }
    ask_more(k);
}

void refuse_all(Look *k) {
    for (size_t i = 0; i < k->n; i++) {
        if (k->seen[i].done) continue;
        k->seen[i].done = true;
        look_left(k, k->seen[i].url, k->seen[i].kind, "time");
        refuse(k, k->seen[i].request);
    }
}
