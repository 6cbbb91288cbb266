/* feed_check.c - is the tree what the record says? For fsck: each leaf that can still be had is made anew from the bank's change and its act; all leaves are added up again, and held against
 * the nodes that are stored, the edge that is grown on, and the head that was signed. */
#include "core/feed/feed.h"
#include "core/feed/feed_tree.h"
#include "foundation/base/enc.h"

typedef struct Sum { uint8_t edge[FEED_EDGE_MAX][32]; size_t n; int64_t size; } Sum;

static Err node_is(Ctx *c, Str lane, int level, int64_t idx, const uint8_t want[32], bool *out) {
    Rows r;
    TRY(feed_store_row(c->db, lane, level, idx, 1, &r));
    bool there = rows_next(&r);
    Str s = there ? row_blob(&r, 0) : STR_NONE;
    *out = s.n == 32 && memcmp(s.p, want, 32) == 0;
    return rows_end(&r);
}

static Err add(Ctx *c, Str lane, Sum *s, const uint8_t leaf[32], bool *out_good) {
    uint8_t node[32];
    int64_t idx = s->size;
    memcpy(node, leaf, 32);
    *out_good = true;
    for (int level = 1; (idx & 1) != 0; level++) {
        must(s->n > 0 && level < FEED_EDGE_MAX);
        ledger_node_hash(s->edge[--s->n], node, node);
        idx >>= 1;
        bool good = true;
        if (level % LEDGER_TILE_LEVELS == 0) TRY(node_is(c, lane, level, idx, node, &good));
        *out_good = *out_good && good;
    }
    memcpy(s->edge[s->n++], node, 32);
    s->size++;
    return OK;
}

/* The third line of a note is the root. */
static bool signed_root_is(Arena *a, Str note, const Sum *s) {
    uint8_t root[32];
    Str line = STR_NONE;
    for (int i = 0; i < 3; i++)
        if (!str_split(&note, '\n', &line)) return false;
    ledger_edge_root((const uint8_t (*)[32])s->edge, s->n, root);
    return str_eq(line, b64_enc(a, str_bytes(root, 32)));
}

static Err page_of(Ctx *c, Str lane, const FeedHead *h, Sum *s, Arena *life, Str *out_why) {
    BankChange *ch = NULL;
    size_t n = 0, stored_n = 0;
    TRY(bank_feed(c, lane, s->size, BANK_PAGE, &ch, &n));
    if ((int64_t)n > h->size - s->size) n = (size_t)(h->size - s->size);
    FeedLine *lines = ARENA_ARRAY(c->arena, FeedLine, n + 1);
    uint8_t (*stored)[32] = arena_array(c->arena, n + 1, sizeof *stored);
    TRY(feed_lines(c, ch, n, lines));
    TRY(feed_store_leaves(c->db, lane, s->size, n, stored, &stored_n));
    if (n == 0 || stored_n != n) *out_why = str_fmt(life, "number %lld and what follows are not there", (long long)(s->size + (int64_t)(n < stored_n ? n : stored_n) + 1));
    for (size_t i = 0; i < n && out_why->n == 0; i++) {
        bool good = true;
        if (ch[i].feed != s->size + 1) *out_why = str_fmt(life, "number %lld is missing in the bank", (long long)(s->size + 1));
        else if (lines[i].change.entry.err == OK && memcmp(lines[i].leaf, stored[i], 32) != 0) *out_why = str_fmt(life, "number %lld is not what the bank says", (long long)ch[i].feed);
        if (out_why->n > 0) return OK;
        TRY(add(c, lane, s, stored[i], &good));
        if (!good) *out_why = str_fmt(life, "the tree under number %lld does not add up", (long long)s->size);
        if (s->size == h->signed_size && !signed_root_is(c->arena, h->note, s)) *out_why = str_fmt(life, "the signed head of size %lld is of another tree", (long long)s->size);
    }
    return OK;
}

Err feed_check(Ctx *c, Str lane, int64_t *out_leaves, Str *out_why) {
    FeedHead h;
    Sum s = { .n = 0 };
    int64_t last = 0;
    *out_why = STR_NONE;
    *out_leaves = 0;
    TRY(feed_head(c, lane, &h));
    TRY(bank_feed_last(c, lane, &last));
    if (h.size > last) *out_why = str_fmt(c->arena, "it has %lld numbers, the bank %lld", (long long)h.size, (long long)last);
    if (h.signed_size > h.size) *out_why = S("its signed head is ahead of it");
    Arena *life = c->arena, *page = arena_new(64 << 20);
    Err e = OK;
    while (e == OK && out_why->n == 0 && s.size < h.size) {
        arena_reset(page);
        c->arena = page;
        e = page_of(c, lane, &h, &s, life, out_why);
        *out_leaves = s.size;
    }
    c->arena = life;
    arena_free(page);
    if (e == OK && out_why->n == 0 && (s.n != h.edge_n || memcmp(s.edge, h.edge, s.n * 32) != 0)) *out_why = S("its edge is of another tree");
    return e == OK && out_why->n > 0 ? E_INPUT : e;
}
