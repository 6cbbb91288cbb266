/* capture.c - one look at one location: ask, keep what may be kept as a WARC file, write down the facts. */
#include "steps/inquiry/inquiry_in.h"
#include "steps/inquiry/warc.h"
#include "core/seal/seal.h"

enum { TEXT_MAX = 256 * 1024 };

static Id fresh(void *ctx) { return ctx_new_id(ctx); }

/* What came, in one word. Whether the material is gone is the watch's question, with its own rules. */
static const char *result_of(const NetGot *got) {
    if (got->hops_n == 0 || got->error.n > 0) return "unreachable";
    int status = got->hops[got->hops_n - 1].status;
    if (status >= 200 && status < 300) return "answered";
    if (status >= 300 && status < 400) return "redirected";
    if (status >= 400 && status < 500) return "refused";
    return status >= 500 ? "server_error" : "unreachable";
}

/* Hostile bytes are read by the media process only. Without it the capture stands; its text is then missing, and said so. */
static Err visible_text(Ctx *c, const NetHop *h, Str *out) {
    *out = STR_NONE;
    if (h->body.p == NULL || h->body.n == 0) return OK;
    if (!str_eq(h->type, S("text/html")) && !str_eq(h->type, S("application/xhtml+xml"))) {
        Str text = str_sub(h->body, 0, TEXT_MAX);
        if (str_starts(h->type, S("text/plain")) && str_utf8_ok(text)) *out = text;
        return OK;
    }
    if (c->media == NULL) return OK;
    MediaPage page = { 0 };
    Err e = media_page(c->media, c->arena, h->body, h->charset, &page);
    if (e == OK) *out = page.title.n > 0 ? str_fmt(c->arena, STR_FMT "\n\n" STR_FMT "\n", STR_ARG(page.title), STR_ARG(page.text)) : page.text;
    return OK;
}

static Err dress(Ctx *c, const CaptureRow *k, const NetGot *got, WarcHop **out) {
    bool hash_only = str_eq(k->mode, S("hash"));
    WarcHop *hops = ARENA_ARRAY(c->arena, WarcHop, got->hops_n + 1);
    for (size_t i = 0; i < got->hops_n; i++) {
        hops[i] = (WarcHop){ .hop = &got->hops[i], .withheld = warc_body_withheld(&got->hops[i], hash_only) };
        if (hops[i].withheld == NULL && i + 1 == got->hops_n) TRY(visible_text(c, hops[i].hop, &hops[i].text));
    }
    *out = hops;
    return OK;
}

static Err write_file(Ctx *c, const CaptureRow *k, const NetGot *got, const WarcHop *hops, Str *out) {
    OrgRow org = { 0 };
    Err e = org_by_id(c, k->org, &org);
    if (e != OK && e != E_MISSING) return e;
    Buf b = buf_new(WARC_BYTES_MAX);
    WarcNew w = { .software = KETEN_TOOL, .operator_name = org.name, .vantage = S("direct"), .mode = k->mode, .at = c->now, .error = got->error, .hops = hops, .hops_n = got->hops_n, .new_id = fresh, .new_id_ctx = c,
        .note = S("HTTP requests of one address and its redirects; nothing the page refers to was fetched; imagery is never stored") };
    e = warc_write(c->arena, &w, &b);
    if (e == OK) *out = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

static Str sha_of(Arena *a, Str bytes) {
    uint8_t sha[32];
    seal_sha256(bytes, sha);
    return str_dup(a, str_bytes(sha, 32));
}

static bool code_like(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || strchr("_.:+-/", s.p[i]) != NULL)) return false;
    return s.n > 0 && s.n <= 100;
}

static Act *made_act(Ctx *c, const CaptureRow *k, const NetGot *got, const WarcHop *hops, Str warc) {
    const NetHop *last = got->hops_n > 0 ? &got->hops[got->hops_n - 1] : NULL;
    const char *withheld = last != NULL ? hops[got->hops_n - 1].withheld : NULL;
    Act *a = act_new(c, &act_capture_made, ID_NONE, k->case_id, k->id);
    a->org = k->org;
    act_idf(a, "location", k->location);
    act_code(a, "result", str_c(result_of(got)));
    act_code(a, "why", got->error);
    act_time(a, "began", last != NULL && last->began > 0 ? last->began : c->now);
    act_int(a, "status", last != NULL ? last->status : 0);
    act_int(a, "hops", (int64_t)got->hops_n);
    if (last != NULL && code_like(last->type)) act_code(a, "media_type", last->type);
    act_code(a, "body", last == NULL || last->length == 0 ? S("none") : withheld != NULL ? str_c(withheld) : last->cut ? S("kept_cut") : S("kept"));
    if (last != NULL && last->hashed && last->length > 0) act_hash(a, "digest", str_dup(c->arena, str_bytes(last->sha256, 32)));
    act_int(a, "length", last != NULL ? last->length : 0);
    act_code(a, "mode", k->mode);
    act_code(a, "vantage", S("direct"));
    act_code(a, "tool", KETEN_TOOL);
    act_hash(a, "warc_sha256", sha_of(c->arena, warc));
    act_int(a, "warc_size", (int64_t)warc.n);
    return a;
}

Err capture_keep(Ctx *c, const CaptureRow *k, const NetGot *got) {
    WarcHop *hops = NULL;
    Str warc = STR_NONE;
    Id warc_id = ID_NONE, text_id = ID_NONE;
    Act *acts[3];
    size_t n = 0;
    TRY(dress(c, k, got, &hops));
    Err e = write_file(c, k, got, hops, &warc);
    if (e == E_LIMIT) { /* many large bodies on the way: their digests are kept, the bodies are not */
        for (size_t i = 0; i < got->hops_n; i++)
            if (got->hops[i].length > 0) hops[i].withheld = "too_large";
        e = write_file(c, k, got, hops, &warc);
    }
    TRY(e);
    TRY(blob_put(c, k->case_id, S("capture"), k->id, warc, &warc_id, &acts[n++]));
    Act *made = made_act(c, k, got, hops, warc);
    act_idf(made, "warc", warc_id);
    Str text = got->hops_n > 0 ? hops[got->hops_n - 1].text : STR_NONE;
    if (text.n > 0) {
        TRY(blob_put(c, k->case_id, S("text"), k->id, text, &text_id, &acts[n++]));
        act_idf(made, "text_file", text_id);
        act_hash(made, "text_sha256", sha_of(c->arena, text));
    }
    acts[n++] = made;
    return journal_commit(c, acts, n);
}

static Err stop(Ctx *c, const CaptureRow *k, Str why) {
    Act *a = act_new(c, &act_capture_stopped, ID_NONE, k->case_id, k->id);
    a->org = k->org;
    act_code(a, "why", why);
    return journal_one(c, a);
}

/* The case may have changed since it was asked: every bar is looked at again before anything is fetched. */
static Err bars(Ctx *c, const CaptureRow *k, Str *out_why) {
    const char *why = NULL;
    bool barred = false;
    *out_why = STR_NONE;
    TRY(capture_barred(c, k->case_id, &why));
    TRY(inquiry_location_barred(c, k->location, &barred));
    if (barred) why = "minor";
    if (why != NULL) *out_why = str_c(why);
    return OK;
}

Err capture_run(Ctx *c, Id capture, UnixMs due, UnixMs *out_again) {
    CaptureRow k;
    LocationRow l;
    Str why = STR_NONE;
    NetGot got = { 0 };
    (void)due, (void)out_again;
    TRY(capture_by_id(c, capture, &k));
    if (!str_eq(k.state, S("asked"))) return OK;
    TRY(bars(c, &k, &why));
    if (why.n > 0) return stop(c, &k, why);
    TRY(location_by_id(c, k.location, &l));
    TRY(location_open(c, &l, 1));
    if (l.url_err == E_MISSING) return stop(c, &k, S("erased"));
    if (l.url_err != OK) return l.url_err;
    if (c->net == NULL) return E_OUTSIDE;
    bool hash_only = str_eq(k.mode, S("hash"));
    NetAsk ask = { .url = l.url, .bytes_max = CAPTURE_BYTES_MAX, .text_only = !hash_only, .hash_only = hash_only, .redirects_max = -1 };
    Err e = net_get(c->net, c->arena, &ask, &got);
    if (e == E_INPUT) return stop(c, &k, S("bad_url"));
    if (e != OK) return e;
    return capture_keep(c, &k, &got);
}
