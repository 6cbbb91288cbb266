/* keep.c - what was seen, as one file: a web archive, or one that is sealed to a key before anybody else has it. */
#include "core/seal/age.h"
#include "programs/capture/capture.h"

static WarcHop *hops_of(Look *k, size_t *out_n) {
    size_t n = 0;
    for (size_t i = 0; i < k->n; i++) n += k->seen[i].got.hops_n;
    WarcHop *hops = ARENA_ARRAY(k->life, WarcHop, n + 1);
    n = 0;
    for (size_t i = 0; i < k->n; i++) {
        const Seen *s = &k->seen[i];
        for (size_t h = 0; h < s->got.hops_n; h++) {
            const NetHop *hop = &s->got.hops[h];
            const char *withheld = hop->length == 0 && hop->body.n == 0 ? NULL : s->withheld;
            if (withheld == NULL && hop->body.p == NULL && hop->length > 0) withheld = "imagery";
            hops[n++] = (WarcHop){ .hop = hop, .withheld = withheld, .fact = s->fact, .instead = s->instead, .instead_type = s->instead.n > 0 ? S("image/svg+xml") : STR_NONE };
        }
    }
    *out_n = n;
    return hops;
}

/* Of the page itself: its last answer. */
static void facts(const Look *k, BrowseSaid *out) {
    const Seen *page = NULL;
    for (size_t i = 0; i < k->n; i++)
        if (k->seen[i].page && k->seen[i].done) {
            page = &k->seen[i];
            out->hops += page->got.hops_n > 0;
        }
    out->requests = k->made;
    out->left_out = (int64_t)k->left_n;
    out->clock = k->clock;
    out->ended = str_c(k->ended != NULL ? k->ended : "quiet");
    out->error = page == NULL ? S("browser_ended") : page->got.error;
    const NetHop *h = page != NULL && page->got.hops_n > 0 ? &page->got.hops[page->got.hops_n - 1] : NULL;
    if (h == NULL) return;
    out->status = h->status;
    out->type = h->type;
    out->hashed = h->hashed;
    memcpy(out->sha256, h->sha256, 32);
    out->length = h->length;
    out->began = h->began;
    out->body = h->length == 0 ? S("none") : page->withheld != NULL ? str_c(page->withheld) : h->cut ? S("kept_cut") : S("kept");
}

static Err seal_it(const Look *k, Str plain, Buf *out) {
    AgeKey to;
    TRY(age_key_parse(k->ask.seal_to, &to));
    return age_seal(&to, 1, plain, (Rand){ sys_random_fn, NULL }, out);
}

void look_keep(Look *k, Str title, Str text, Str shot, BrowseSaid *out) {
    size_t n = 0;
    WarcExtra extras[2];
    WaczIds ids = { k->ask.id, 0 };
    WarcHop *hops = hops_of(k, &n);
    Buf b = buf_new(WACZ_MAX), sealed = buf_new(WACZ_MAX + 65536);
    bool full = k->ask.mode == BROWSE_FULL;
    facts(k, out);
    WaczNew w = { .warc = { .software = k->ask.tool, .operator_name = k->ask.organisation, .vantage = S("direct"), .mode = str_c(browse_mode_name(k->ask.mode)), .clock = k->clock, .at = k->ask.at, .error = out->error, .url = k->ask.url,
        .hops = hops, .hops_n = n, .left = k->left, .left_n = k->left_n, .extras = extras, .new_id = wacz_next_id, .new_id_ctx = &ids,
        .note = S("A page as a browser drew it without imagery; every request of it was made by the fetch process and stands in this file"),
        .config = str_fmt(k->life, "browser=" STR_FMT " window=1280x1600 scripts=yes cookies=no seconds=%d requests=%d bytes=%lld ended=" STR_FMT, STR_ARG(k->browser), k->ask.seconds_max, k->ask.requests_max, (long long)k->ask.bytes_max, STR_ARG(out->ended)) },
        .title = title, .text = text, .page = k->ask.id };
    if (text.n > 0) extras[w.warc.extras_n++] = (WarcExtra){ str_fmt(k->life, "urn:text:" STR_FMT, STR_ARG(k->ask.url)), S("text/plain;charset=utf-8"), text, k->ask.at };
    if (shot.n > 0) extras[w.warc.extras_n++] = (WarcExtra){ str_fmt(k->life, "urn:fullPage:" STR_FMT, STR_ARG(k->ask.url)), S("image/png"), shot, k->ask.at };
    Err e = wacz_fit(k->life, &w, hops, &b);
    if (e == OK && full) e = seal_it(k, buf_str(&b), &sealed);
    out->title = title;
    out->text = title.n > 0 && text.n > 0 ? str_fmt(k->life, STR_FMT "\n\n" STR_FMT "\n", STR_ARG(title), STR_ARG(text)) : text;
    out->shot = shot;
    out->form = full ? S("age") : S("wacz");
    if (e == OK) out->file = str_dup(k->life, full ? buf_str(&sealed) : buf_str(&b));
    else out->error = full ? S("seal") : S("too_large");
    buf_wipe(&b);
    buf_free(&sealed);
}
