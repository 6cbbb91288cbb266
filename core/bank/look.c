/* look.c - what stands at an address, as hashes: a picture there, or the pictures of a page. Bytes are fetched into memory, read where they can do no harm, and dropped: neither a file nor the record ever
 * holds them. Only where every case that holds the address is about adults. */
#include "core/bank/bank_in.h"
#include "core/bank/copy.h"
#include "core/case/url.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"

enum { FETCH_SECONDS = 30, ONE_SECONDS = 10, ONE_BYTES = 12 << 20, PICTURE_ARENA = 64 << 20 };

static Pdq hash_of(const MediaPicture *pic) {
    Pdq h = { { 0 } };
    for (int b = 0; b < 32; b++) h.q[3 - b / 8] |= (uint64_t)pic->hash[0][b] << (56 - b % 8 * 8);
    return h;
}

/* A living case that holds it: the sighting stands in its chain. */
static Err case_for(Ctx *c, Id location, CaseRow *out) {
    Id *cases = NULL;
    size_t n = 0;
    TRY(location_cases(c, location, &cases, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(case_by_id(c, cases[i], out));
        if (out->erased == 0) return OK;
    }
    return E_MISSING;
}

typedef struct Known { SightRow *rows; size_t n; } Known;
static bool seen_before(const Known *k, const Pdq *h) {
    for (size_t i = 0; i < k->n; i++)
        if (k->rows[i].err == OK && pdq_same(&k->rows[i].hash, h)) return true;
    return false;
}

static Err record(Ctx *c, const LocationRow *l, const MediaPicture *pic) {
    CaseRow row;
    Err err = case_for(c, l->id, &row);
    if (err != OK) return err == E_MISSING ? OK : err;
    Act *a = act_new(c, &act_picture_seen, ID_NONE, row.id, ctx_new_id(c));
    a->org = row.org;
    a->scope = l->id;
    act_idf(a, "location", l->id);
    act_int(a, "quality", pic->quality);
    act_text(a, "hash", str_dup(c->arena, str_bytes(pic->hash[0], 32)));
    err = journal_one(c, a);
    return err == E_CONFLICT ? OK : err;
}

static bool answered(const NetGot *got, const NetHop **out) {
    const NetHop *h = got->hops_n > 0 ? &got->hops[got->hops_n - 1] : NULL;
    *out = h;
    return got->error.n == 0 && h != NULL && h->status == 200 && !h->cut && h->body.n > 0;
}

/* ---- a picture at the address itself: the same as at the last look is not written down again ---- */
static Err whole(Ctx *c, const LocationRow *l, Str bytes) {
    SightRow last;
    MediaPicture pic;
    TRY(media_picture(c->media, bytes, false, false, &pic));
    if (pic.why != PICTURE_READ || pic.quality < PDQ_QUALITY_MIN) return OK;
    Err err = sight_last(c, l->id, &last);
    if (err == OK) err = sights_open(c, &last, 1);
    Pdq h = hash_of(&pic);
    if (err == OK && last.err == OK && pdq_same(&last.hash, &h)) return OK;
    return err != OK && err != E_MISSING ? err : record(c, l, &pic);
}

/* ---- pictures in a page ---- */

/* One of them, with memory of its own, which goes with it. What cannot be had or read is passed over: the page is no witness against itself. */
static Err one_of(Ctx *c, const WebUrl *u, bool *out_good, MediaPicture *out) {
    NetGot got = { .hops_n = 0 };
    const NetHop *h = NULL;
    Arena *mine = arena_new(PICTURE_ARENA);
    NetAsk ask = { .url = u->text, .bytes_max = ONE_BYTES, .seconds_max = ONE_SECONDS, .redirects_max = 3 };
    *out_good = false;
    Err err = net_get(c->net, mine, &ask, &got);
    if (err == OK && answered(&got, &h) && str_starts(h->type, S("image/"))) {
        err = media_picture(c->media, h->body, false, false, out);
        *out_good = err == OK && out->why == PICTURE_READ && out->quality >= PDQ_QUALITY_MIN && out->width >= LOOK_SIDE_MIN && out->height >= LOOK_SIDE_MIN;
    }
    arena_free(mine);
    return err;
}

static Err of_page(Ctx *c, const LocationRow *l, Str page_url, const NetHop *h) {
    MediaPage page = { 0 };
    Known k = { NULL, 0 };
    Err err = media_page(c->media, c->arena, h->body, h->charset, &page);
    if (err != OK) return err == E_INPUT ? OK : err;
    TRY(sights_of_location(c, l->id, &k.rows, &k.n));
    TRY(sights_open(c, k.rows, k.n));
    SightRow *known = ARENA_ARRAY(c->arena, SightRow, k.n + LOOK_PICTURES);
    memcpy(known, k.rows, k.n * sizeof *known);
    k.rows = known;
    Str rest = page.pictures, ref = STR_NONE;
    for (int i = 0; i < LOOK_PICTURES && str_split(&rest, '\n', &ref);) {
        WebUrl u;
        UrlWrong wrong = URL_GOOD;
        MediaPicture pic;
        bool good = false;
        if (url_join(c->arena, page_url, ref, c->app->net_allow, &u, &wrong) != OK) continue;
        i++;
        TRY(one_of(c, &u, &good, &pic));
        Pdq hash = good ? hash_of(&pic) : (Pdq){ { 0 } };
        if (!good || seen_before(&k, &hash)) continue;
        k.rows[k.n++] = (SightRow){ .hash = hash, .err = OK };
        TRY(record(c, l, &pic));
    }
    return OK;
}

Err picture_look_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) {
    LocationRow l;
    bool adult = false;
    NetGot got = { .hops_n = 0 };
    const NetHop *h = NULL;
    (void)due, (void)out_again;
    TRY(sight_adult(c, location, &adult));
    if (!adult) return OK;
    if (c->net == NULL || c->media == NULL) return E_OUTSIDE;
    TRY(location_by_id(c, location, &l));
    TRY(location_open(c, &l, 1));
    if (l.url_err != OK) return OK;
    NetAsk ask = { .url = l.url, .bytes_max = PICTURE_BYTES_MAX, .seconds_max = FETCH_SECONDS, .redirects_max = -1 };
    TRY(net_get(c->net, c->arena, &ask, &got));
    if (!answered(&got, &h)) return OK; /* the watch says what there is */
    if (str_starts(h->type, S("image/"))) return whole(c, &l, h->body);
    if (!str_eq(h->type, S("text/html")) && !str_eq(h->type, S("application/xhtml+xml"))) return OK;
    return of_page(c, &l, h->url, h);
}
