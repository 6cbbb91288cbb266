/* capture.c - one look at one location: ask, keep what may be kept as a web archive, write down the facts. */
#include "core/capture/wacz.h"
#include "foundation/sandbox/browse.h"
#include "steps/inquiry/inquiry_in.h"
#include "core/seal/seal.h"

enum { TEXT_MAX = 256 * 1024 };

/* What came, in one word. Whether the material is gone is the watch's question, with its own rules. */
static const char *result_of(const BrowseSaid *s) {
    if (s->hops == 0 || s->error.n > 0) return "unreachable";
    if (s->status >= 200 && s->status < 300) return "answered";
    if (s->status >= 300 && s->status < 400) return "redirected";
    if (s->status >= 400 && s->status < 500) return "refused";
    return s->status >= 500 ? "server_error" : "unreachable";
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

static Err write_file(Ctx *c, const CaptureRow *k, Str url, const NetGot *got, WarcHop *hops, Str text, Str *out) {
    OrgRow org = { 0 };
    WaczIds ids = { k->id, 0 };
    Err e = org_by_id(c, k->org, &org);
    if (e != OK && e != E_MISSING) return e;
    Buf b = buf_new(WARC_BYTES_MAX);
    const WarcLeft left[] = { { STR_NONE, S("any"), S("no_browser") } };
    WaczNew w = { .warc = { .software = KETEN_TOOL, .operator_name = org.name, .vantage = S("direct"), .mode = k->mode, .clock = got->clock, .at = c->now, .error = got->error, .url = url, .hops = hops, .hops_n = got->hops_n,
        .left = left, .left_n = LEN(left), .new_id = wacz_next_id, .new_id_ctx = &ids,
        .note = S("HTTP requests of one address and its redirects; nothing the page refers to was fetched; imagery is never stored") }, .text = text, .page = k->id };
    e = wacz_fit(c->arena, &w, hops, &b);
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

static Act *made_act(Ctx *c, const CaptureRow *k, const BrowseSaid *s) {
    Act *a = act_new(c, &act_capture_made, ID_NONE, k->case_id, k->id);
    a->org = k->org;
    act_idf(a, "location", k->location);
    act_code(a, "result", str_c(result_of(s)));
    act_code(a, "why", s->error);
    act_time(a, "began", s->began > 0 ? s->began : c->now);
    act_int(a, "status", s->status);
    act_int(a, "hops", s->hops);
    if (code_like(s->type)) act_code(a, "media_type", s->type);
    act_code(a, "body", s->body.n > 0 ? s->body : S("none"));
    if (s->hashed && s->length > 0) act_hash(a, "digest", str_dup(c->arena, str_bytes(s->sha256, 32)));
    act_int(a, "length", s->length);
    act_code(a, "mode", k->mode);
    act_code(a, "vantage", S("direct"));
    act_code(a, "tool", KETEN_TOOL);
    act_hash(a, "warc_sha256", sha_of(c->arena, s->file));
    act_int(a, "warc_size", (int64_t)s->file.n);
    act_code(a, "form", s->form);
    act_int(a, "requests", s->requests);
    act_int(a, "left_out", s->left_out);
    if (code_like(s->browser)) act_code(a, "browser", s->browser);
    if (code_like(s->clock)) act_code(a, "clock", s->clock);
    return a;
}

/* The file, the text, the picture of the page, and the act that names them with their digests. */
static Err commit_made(Ctx *c, const CaptureRow *k, const BrowseSaid *s) {
    Id file = ID_NONE, text = ID_NONE, shot = ID_NONE;
    Act *acts[4], *made = made_act(c, k, s);
    size_t n = 0;
    TRY(blob_put(c, k->case_id, S("capture"), k->id, s->file, &file, &acts[n++]));
    act_idf(made, "warc", file);
    if (s->text.n > 0) {
        TRY(blob_put(c, k->case_id, S("text"), k->id, s->text, &text, &acts[n++]));
        act_idf(made, "text_file", text);
        act_hash(made, "text_sha256", sha_of(c->arena, s->text));
    }
    if (s->shot.n > 0) {
        TRY(blob_put(c, k->case_id, S("shot"), k->id, s->shot, &shot, &acts[n++]));
        act_idf(made, "shot", shot);
        act_hash(made, "shot_sha256", sha_of(c->arena, s->shot));
    }
    acts[n++] = made;
    return journal_commit(c, acts, n);
}

Err capture_keep(Ctx *c, const CaptureRow *k, Str url, const NetGot *got) {
    WarcHop *hops = NULL;
    const NetHop *last = got->hops_n > 0 ? &got->hops[got->hops_n - 1] : NULL;
    BrowseSaid s = { .error = got->error, .hops = (int)got->hops_n, .requests = (int64_t)got->hops_n, .left_out = 1, .form = S("wacz"), .clock = got->clock };
    TRY(dress(c, k, got, &hops));
    s.text = last != NULL ? hops[got->hops_n - 1].text : STR_NONE; /* as the media process read it */
    TRY(write_file(c, k, url, got, hops, s.text, &s.file));
    if (last != NULL) {
        const char *withheld = hops[got->hops_n - 1].withheld;
        s.status = last->status;
        s.began = last->began;
        s.type = last->type;
        s.body = last->length == 0 ? S("none") : withheld != NULL ? str_c(withheld) : last->cut ? S("kept_cut") : S("kept");
        s.hashed = last->hashed;
        s.length = last->length;
        memcpy(s.sha256, last->sha256, 32);
    }
    return commit_made(c, k, &s);
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

typedef struct Waiting { Ctx *c; Id capture; } Waiting;

/* Somebody may call it off while the browser works. */
static bool still_wanted(void *ctx) {
    const Waiting *w = ctx;
    CaptureRow k;
    return capture_by_id(w->c, w->capture, &k) == OK && str_eq(k.state, S("asked"));
}

/* E_MISSING: called off meanwhile. *out->error tells when there was no browser to look with. */
static Err by_browser(Ctx *c, const CaptureRow *k, Str url, BrowseSaid *out) {
    OrgRow org = { 0 };
    Waiting w = { c, k->id };
    int fd = -1;
    *out = (BrowseSaid){ .error = S("no_browser") };
    if (c->app->capture_socket == NULL || browse_open(c->app->capture_socket, &fd) != OK) return OK;
    if (org_by_id(c, k->org, &org) != OK) org.name = STR_NONE;
    BrowseAsk ask = { .id = k->id, .url = url, .mode = browse_mode(k->mode), .seal_to = k->seal_to, .organisation = org.name, .tool = KETEN_TOOL, .at = c->now, .seconds_max = c->app->capture_seconds, .requests_max = c->app->capture_requests,
        .bytes_max = c->app->capture_bytes };
    Err e = browse_run(fd, c->arena, &ask, still_wanted, &w, out);
    if (e != E_OUTSIDE) return e;
    *out = (BrowseSaid){ .error = S("browser_ended") };
    return OK;
}

/* Without a browser the answer itself is captured, undrawn. */
static Err by_fetch(Ctx *c, const CaptureRow *k, Str url) {
    NetGot got = { 0 };
    bool hash_only = str_eq(k->mode, S("hash"));
    if (c->net == NULL) return E_OUTSIDE;
    NetAsk ask = { .url = url, .bytes_max = CAPTURE_BYTES_MAX, .text_only = !hash_only, .hash_only = hash_only, .signatures = true, .redirects_max = -1 };
    Err e = net_get(c->net, c->arena, &ask, &got);
    if (e == E_INPUT) return stop(c, k, S("bad_url"));
    if (e != OK) return e;
    return capture_keep(c, k, url, &got);
}

Err capture_run(Ctx *c, Id capture, UnixMs due, UnixMs *out_again) {
    CaptureRow k;
    LocationRow l;
    Str why = STR_NONE;
    BrowseSaid said;
    (void)due, (void)out_again;
    TRY(capture_by_id(c, capture, &k));
    if (!str_eq(k.state, S("asked"))) return OK;
    TRY(bars(c, &k, &why));
    if (why.n > 0) return stop(c, &k, why);
    TRY(location_by_id(c, k.location, &l));
    TRY(location_open(c, &l, 1));
    if (l.url_err == E_MISSING) return stop(c, &k, S("erased"));
    if (l.url_err != OK) return l.url_err;
    Err e = by_browser(c, &k, l.url, &said);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (said.file.n > 0) return commit_made(c, &k, &said);
    if (str_eq(k.mode, S("text")) || str_eq(k.mode, S("hash"))) return by_fetch(c, &k, l.url);
    return stop(c, &k, said.error);
}
