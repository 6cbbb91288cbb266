/* feed_own.c - the feed of our own: changes in order, a signed head over them, proofs between heads; and the plain list. */
#include "core/feed/feed_api.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"

enum { CHANGES_MAX = 1000, CHANGES_USUAL = 500 };

static Err head_of(Ctx *c, const Asker *who, FeedHead *out) {
    TRY(feed_head(c, who->lane, out));
    return OK;
}

static bool enter(Ctx *c, const Request *req, Response *res, Asker *who) {
    return api_enter(c, req, res, SCOPE_FETCH | SCOPE_NATIONAL, who) && api_lane(req, res, req_query(req, "lane"), who);
}
static Err nothing_yet(Response *res) { return api_refuse(res, 404, "empty", "This list has no signed head yet. Try again in a minute."); }

Err feed_about(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    Str pub = STR_NONE, origin = STR_NONE;
    if (!enter(c, req, res, &who)) return OK;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(head_of(c, &who, &h));
    TRY(vault_public(c->vault, c->arena, &pub, &origin));
    Str name = str_fmt(c->arena, STR_FMT "/feed/" STR_FMT, STR_ARG(origin), STR_ARG(who.lane));
    if (pub.n != 32) return E_OUTSIDE;
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_kv_str(&j, "lane", who.lane);
    json_kv_str(&j, "origin", name);
    json_kv_str(&j, "key", ledger_vkey(c->arena, name, (const uint8_t *)pub.p));
    json_kv_i64(&j, "size", h.signed_size);
    json_kv_str(&j, "subscriber", who.s.code);
    json_kv_str(&j, "lists", subscriber_lists_words(c->arena, who.s.lists));
    json_kv_str(&j, "kinds", subscriber_kinds_words(c->arena, who.s.kinds));
    json_kv_i64(&j, "per_minute", who.s.per_minute);
    json_end_obj(&j);
    return OK;
}

Err feed_checkpoint(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    if (!enter(c, req, res, &who)) return OK;
    TRY(head_of(c, &who, &h));
    if (h.note.n == 0) return nothing_yet(res);
    res_type(res, "text/plain; charset=utf-8");
    buf_put(&res->body, h.note);
    return OK;
}

static void proof_write(Arena *a, const LedgerProof *p, Json *j) {
    json_key(j, S("proof"));
    json_arr(j);
    for (size_t i = 0; i < p->n; i++) json_str(j, b64_enc(a, str_bytes(p->hash[i], 32)));
    json_end_arr(j);
}

/* What went out of force is named by its number all the same: somebody may have it from a time when it was told. */
static void leaf_write(Arena *a, const BankChange *ch, const uint8_t leaf[32], Json *j) {
    json_kv_str(j, "leaf", b64_enc(a, str_bytes(leaf, 32)));
    if (str_eq(ch->what, S("confirmed"))) return;
    json_kv_i64(j, "entry", ch->entry.entry);
    json_kv_str(j, "what", str_eq(ch->what, S("disputed")) ? S("suspend") : S("withdraw"));
}

/* A line that is not the subscriber's, or whose hash was destroyed, is its leaf alone: the numbers have no gap all the same. */
static Err changes_write(Ctx *c, const Asker *who, BankChange *ch, size_t n, int64_t after, Json *j) {
    FeedLine *l = ARENA_ARRAY(c->arena, FeedLine, n + 1);
    uint8_t (*leaves)[32] = arena_array(c->arena, n + 1, 32);
    size_t leaves_n = 0;
    TRY(feed_lines(c, ch, n, l));
    TRY(feed_store_leaves(c->db, who->lane, after, n, leaves, &leaves_n));
    if (leaves_n != n) return E_OUTSIDE;
    json_key(j, S("changes"));
    json_arr(j);
    for (size_t i = 0; i < n; i++) {
        bool whole = memcmp(l[i].leaf, leaves[i], 32) == 0;
        if (l[i].change.feed != after + 1 + (int64_t)i || (!whole && l[i].change.entry.err == OK)) return E_OUTSIDE; /* the record and the tree disagree */
        json_obj(j);
        if (whole && api_gets(&who->s, &l[i].change.entry)) json_kv_str(j, "line", l[i].line);
        else leaf_write(c->arena, &l[i].change, leaves[i], j);
        json_end_obj(j);
    }
    json_end_arr(j);
    return OK;
}

Err feed_changes(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    BankChange *ch = NULL;
    size_t n = 0;
    int64_t after = 0, limit = req_query_int(req, "limit", 1, CHANGES_MAX, CHANGES_USUAL);
    if (!enter(c, req, res, &who)) return OK;
    if (str_i64(req_query(req, "after"), 0, INT64_MAX / 2, &after) != OK) return api_refuse(res, 400, "bad_after", "after is the number of the last change you have: 0 when you begin.");
    TRY(head_of(c, &who, &h));
    if (h.note.n == 0) return nothing_yet(res);
    if (after > h.signed_size) return api_refuse(res, 409, "ahead", "You have %lld changes and this list has %lld: it was set back, or yours is another list. Keep both heads and tell the organisation.", (long long)after, (long long)h.signed_size);
    if (limit > h.signed_size - after) limit = h.signed_size - after;
    TRY(feed_reached(c, &who, "keten", after));
    if (limit > 0) TRY(bank_feed(c, who.lane, after, (size_t)limit, &ch, &n));
    if ((int64_t)n != limit) return E_OUTSIDE;
    FeedTree t = { c, who.lane };
    LedgerNodes nodes = feed_nodes(&t);
    LedgerProof *p = ARENA_NEW(c->arena, LedgerProof);
    TRY(ledger_consistency(&nodes, after + limit, h.signed_size, p));
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_kv_i64(&j, "after", after);
    TRY(changes_write(c, &who, ch, n, after, &j));
    proof_write(c->arena, p, &j);
    json_kv_str(&j, "checkpoint", h.note);
    json_end_obj(&j);
    return OK;
}

Err feed_consistency(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    int64_t from = 0, to = 0;
    if (!enter(c, req, res, &who)) return OK;
    TRY(head_of(c, &who, &h));
    if (str_i64(req_query(req, "from"), 0, INT64_MAX / 2, &from) != OK || str_i64(req_query(req, "to"), 0, INT64_MAX / 2, &to) != OK || from > to || to > h.signed_size)
        return api_refuse(res, 400, "bad_sizes", "from and to are sizes of this list, from at most to, to at most %lld.", (long long)h.signed_size);
    FeedTree t = { c, who.lane };
    LedgerNodes nodes = feed_nodes(&t);
    LedgerProof *p = ARENA_NEW(c->arena, LedgerProof);
    TRY(ledger_consistency(&nodes, from, to, p));
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_kv_i64(&j, "from", from);
    json_kv_i64(&j, "to", to);
    proof_write(c->arena, p, &j);
    json_end_obj(&j);
    return OK;
}

/* ---- the plain list: what is in force now, sent while it is read ---- */

typedef struct Listing { Ctx *c; Asker who; int64_t after, size; Arena *a; } Listing;

static const char *list_word(Str signal) { return str_eq(signal, S("md5")) ? "video_md5" : str_eq(signal, S("sha256")) ? "sha256" : str_eq(signal, S("url")) ? "url_sha256" : "pdq"; }

static Err listing_part(Ctx *c, Listing *l, Buf *out) {
    BankChange *ch = NULL;
    size_t n = 0, kept = 0;
    TRY(bank_feed(c, l->who.lane, l->after, BANK_PAGE, &ch, &n));
    BankEntry *e = ARENA_ARRAY(c->arena, BankEntry, n + 1);
    for (size_t i = 0; i < n && ch[i].feed <= l->size; i++) {
        int64_t last = 0;
        l->after = ch[i].feed;
        if (!str_eq(ch[i].entry.state, S("active")) || !api_gets(&l->who.s, &ch[i].entry)) continue;
        TRY(feed_store_last_of(c->db, ch[i].entry.entry, l->size, &last));
        if (last == ch[i].feed) e[kept++] = ch[i].entry;
    }
    if (n == 0) l->after = l->size;
    TRY(bank_entry_open(c, e, kept));
    for (size_t i = 0; i < kept; i++)
        if (e[i].err == OK) buf_printf(out, "%s " STR_FMT "\n", list_word(e[i].signal), STR_ARG(bank_entry_hex(c->arena, &e[i])));
    return OK;
}

static Err listing_next(void *arg, Buf *out, bool *out_done) {
    Listing *l = arg;
    Ctx c = *l->c;
    if (l->a == NULL) l->a = arena_new(64 << 20);
    arena_reset(l->a);
    c.arena = l->a;
    Err e = l->after < l->size ? listing_part(&c, l, out) : OK;
    *out_done = e != OK || l->after >= l->size;
    if (*out_done) {
        arena_free(l->a);
        l->a = NULL;
    }
    return e;
}

Err feed_list(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    if (!enter(c, req, res, &who)) return OK;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(head_of(c, &who, &h));
    Str head = str_fmt(c->arena, "\"" STR_FMT "-%u-%u-", STR_ARG(who.lane), who.s.lists, who.s.kinds), tag = str_fmt(c->arena, STR_FMT "%lld\"", STR_ARG(head), (long long)h.signed_size), had = req->if_none_match;
    if (str_starts(had, S("W/"))) had = str_sub(had, 2, had.n); /* a proxy that compressed it */
    int64_t size = 0;
    bool ours = str_starts(had, head) && had.n > head.n && str_i64(str_sub(had, head.n, had.n - head.n - 1), 0, h.signed_size, &size) == OK;
    if (ours) TRY(feed_reached(c, &who, "list", size)); /* it has kept that list: so it applied what was withdrawn before */
    else TRY(use_store_asked(c->db, who.s.id, who.lane, S("list"), 0, c->now));
    must(res_header(res, "ETag", tag) == OK);
    res_type(res, "text/plain; charset=utf-8");
    if (str_eq(had, tag)) {
        res->status = 304;
        return OK;
    }
    Listing *l = ARENA_NEW(c->arena, Listing);
    *l = (Listing){ .c = c, .who = who, .size = h.signed_size };
    res->stream = listing_next;
    res->stream_arg = l;
    return OK;
}
