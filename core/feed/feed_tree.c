/* feed_tree.c - growing the tree over the changes of a lane, and reading it. */
#include "core/feed/feed_tree.h"
#include "core/journal/journal.h"
#include "core/vault/vault.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

enum { GROW_ROUNDS = 8, GROW_AGAIN_MS = 3600000, DAY_MS = 86400000 };
static const char *const lanes[] = { "adult", "minor" };

Err feed_head(Ctx *c, Str lane, FeedHead *out) { return feed_store_head(c->db, c->arena, lane, out); }

Str feed_origin(Ctx *c, Str lane) {
    Str pub = STR_NONE, origin = STR_NONE;
    if (c->vault == NULL || vault_public(c->vault, c->arena, &pub, &origin) != OK) return STR_NONE;
    return str_fmt(c->arena, STR_FMT "/feed/" STR_FMT, STR_ARG(origin), STR_ARG(lane));
}

/* ---- lines ---- */

static const char *what_word(Str what) {
    if (str_eq(what, S("confirmed"))) return "add";
    return str_eq(what, S("disputed")) ? "suspend" : "withdraw";
}

Str feed_line(Arena *a, const BankChange *ch, Str commitment) {
    const BankEntry *e = &ch->entry;
    Buf b = buf_new(FEED_LINE_MAX);
    Json j = json_to(&b, false);
    json_obj(&j);
    json_kv_i64(&j, "n", ch->feed);
    json_kv_str(&j, "what", str_c(what_word(ch->what)));
    json_kv_i64(&j, "entry", e->entry);
    json_kv_str(&j, "signal", e->signal);
    json_kv_str(&j, "hash", bank_entry_hex(a, e));
    json_kv_str(&j, "front", e->front);
    if (e->quality != BANK_QUALITY_NONE) json_kv_i64(&j, "quality", e->quality);
    json_kv_str(&j, "list", str_eq(e->consent, S("share_hash")) ? S("people") : S("others"));
    json_kv_str(&j, "source", e->source);
    if (e->consent_until != 0) json_kv_str(&j, "until", when_rfc3339(a, e->consent_until));
    if (str_eq(ch->what, S("withdrawn"))) json_kv_str(&j, "why", ch->by);
    json_kv_str(&j, "at", when_rfc3339(a, ch->at));
    json_kv_i64(&j, "act", ch->act_seq);
    json_kv_str(&j, "commitment", b64_enc(a, commitment));
    json_end_obj(&j);
    must(buf_err(&b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

Err feed_lines(Ctx *c, BankChange *ch, size_t n, FeedLine *out) {
    BankEntry *rows = ARENA_ARRAY(c->arena, BankEntry, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = ch[i].entry;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(bank_entry_open(c, rows, n));
    for (size_t i = 0; i < n; i++) {
        Str commitment = STR_NONE;
        ch[i].entry = rows[i];
        if (rows[i].err != OK && rows[i].err != E_MISSING) return rows[i].err;
        TRY(journal_commitment(c, ch[i].act_seq, &commitment));
        out[i] = (FeedLine){ .change = ch[i], .line = feed_line(c->arena, &ch[i], commitment) };
        ledger_leaf_hash(out[i].line, out[i].leaf);
    }
    return OK;
}

Err feed_marks(Ctx *c, const Str *hashes, size_t n, Id *out) { return c->vault == NULL ? E_OUTSIDE : vault_blind(c->vault, S("feed/hash"), hashes, n, out); }

/* ---- reading the tree ---- */

static Err node_read(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    FeedTree *t = ctx;
    uint8_t edge[LEDGER_TILE_LEVELS + 1][32];
    int below = level - level % LEDGER_TILE_LEVELS;
    int64_t n = (int64_t)1 << (level - below), seen = 0;
    size_t k = 0;
    Rows r;
    must(level >= 0 && level < FEED_EDGE_MAX && idx >= 0 && idx < INT64_MAX >> LEDGER_TILE_LEVELS);
    TRY(feed_store_row(t->c->db, t->lane, below, idx * n, n, &r));
    while (seen < n && rows_next(&r)) {
        Str s = row_blob(&r, 0);
        if (s.n != 32) break;
        memcpy(edge[k], s.p, 32);
        for (int64_t i = seen++; i & 1; i >>= 1, k--) ledger_node_hash(edge[k - 1], edge[k], edge[k - 1]);
        k++;
    }
    TRY(rows_end(&r));
    if (seen < n) return E_OUTSIDE; /* damage, not an answer */
    must(k == 1);
    memcpy(out, edge[0], 32);
    return OK;
}
LedgerNodes feed_nodes(FeedTree *t) { return (LedgerNodes){ node_read, t }; }

/* ---- growing ---- */

static Err leaf_add(Db *db, Str lane, FeedHead *h, const FeedLine *l) {
    uint8_t node[32];
    int64_t idx = h->size;
    int level = 0;
    memcpy(node, l->leaf, 32);
    TRY(feed_store_leaf_put(db, lane, l->change.feed, l->leaf, h->stamp, l->change.entry.entry, str_eq(l->change.what, S("withdrawn")), l->change.at));
    while (idx & 1) { /* a left sibling waits on the edge: join with it */
        must(h->edge_n > 0 && level < FEED_EDGE_MAX);
        ledger_node_hash(h->edge[h->edge_n - 1], node, node);
        h->edge_n--;
        level++;
        idx >>= 1;
        if (level % LEDGER_TILE_LEVELS == 0) TRY(feed_store_node_put(db, lane, level, idx, node));
    }
    must(h->edge_n < FEED_EDGE_MAX);
    memcpy(h->edge[h->edge_n++], node, 32);
    h->size++;
    return OK;
}

/* The marks of one batch, for those whose hash is still there. */
static Err batch_marks(Ctx *c, const FeedLine *l, size_t n, Id *out) {
    Str *hashes = ARENA_ARRAY(c->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) hashes[i] = str_bytes(l[i].change.entry.hash, str_eq(l[i].change.entry.signal, S("md5")) ? 16 : 32);
    return feed_marks(c, hashes, n, out);
}

static Err batch_put(Ctx *c, Str lane, FeedHead *h, const FeedLine *l, const Id *marks, size_t n) {
    FeedHead now;
    TRY(feed_store_head(c->db, c->arena, lane, &now));
    if (now.size != h->size) return E_CONFLICT; /* somebody else grew it */
    int64_t second = c->now / 1000;
    h->stamp = second > h->stamp ? second : h->stamp + 1; /* grows, whatever the clock does */
    for (size_t i = 0; i < n; i++) {
        if (l[i].change.feed != h->size + 1) return E_OUTSIDE; /* the bank's numbers have no gap */
        TRY(leaf_add(c->db, lane, h, &l[i]));
        if (l[i].change.entry.err == OK) TRY(feed_store_mark_put(c->db, l[i].change.entry.entry, lane, marks[i]));
        if (str_eq(l[i].change.what, S("withdrawn"))) TRY(feed_store_mark_gone(c->db, l[i].change.entry.entry, l[i].change.at));
    }
    return feed_store_head_put(c->db, lane, h);
}

static Err batch(Ctx *c, Str lane, FeedHead *h, size_t *out_n) {
    BankChange *ch = NULL;
    TRY(bank_feed(c, lane, h->size, BANK_PAGE, &ch, out_n));
    if (*out_n == 0) return OK;
    FeedLine *l = ARENA_ARRAY(c->arena, FeedLine, *out_n);
    Id *marks = ARENA_ARRAY(c->arena, Id, *out_n);
    TRY(feed_lines(c, ch, *out_n, l));
    TRY(batch_marks(c, l, *out_n, marks));
    TRY(db_begin(c->db));
    Err e = batch_put(c, lane, h, l, marks, *out_n);
    if (e == OK) e = db_commit(c->db);
    db_rollback(c->db);
    return e;
}

static Err sign(Ctx *c, Str lane, FeedHead *h) {
    uint8_t root[32];
    Str note = STR_NONE;
    if (h->signed_size == h->size && h->note.n > 0) return OK;
    ledger_edge_root((const uint8_t (*)[32])h->edge, h->edge_n, root);
    TRY(vault_feed_checkpoint(c->vault, c->arena, lane, h->size, root, &note));
    h->signed_size = h->size;
    h->signed_stamp = h->stamp;
    h->note = note;
    TRY(db_begin(c->db));
    FeedHead now;
    Err e = feed_store_head(c->db, c->arena, lane, &now);
    if (e == OK && now.size != h->size) e = E_CONFLICT;
    if (e == OK) e = feed_store_head_put(c->db, lane, h);
    if (e == OK) e = db_commit(c->db);
    db_rollback(c->db);
    return e;
}

Err feed_grow(Ctx *c, Str lane, bool *out_more) {
    FeedHead h;
    size_t n = BANK_PAGE;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(feed_head(c, lane, &h));
    for (int i = 0; i < GROW_ROUNDS && n == BANK_PAGE; i++) TRY(batch(c, lane, &h, &n));
    *out_more = n == BANK_PAGE;
    return sign(c, lane, &h);
}

Err feed_grow_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    bool more = false;
    (void)subject, (void)due;
    for (size_t i = 0; i < LEN(lanes); i++) {
        bool left = false;
        TRY(feed_grow(c, str_c(lanes[i]), &left));
        more = more || left;
    }
    TRY(feed_store_marks_forget(c->db, c->now - (int64_t)BANK_KEPT_DAYS * DAY_MS));
    *out_again = more ? c->now : c->now + GROW_AGAIN_MS;
    return OK;
}
