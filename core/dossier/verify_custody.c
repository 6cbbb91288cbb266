/* verify_custody.c - checking the acts of the case as a chain, and the captures that they name. */
#include "core/dossier/dossier_in.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/json_plain.h"
#include "foundation/base/lang.h"

enum { COMMITMENT = 33, SCRATCH = 64 << 20 };

/* ---- lines of a file that may be large ---- */

LookLines look_lines(Look *k, const ZipMember *m) {
    LookLines l = { .k = k, .m = m };
    if (m->bytes.p == NULL) l.buf = arena_alloc(k->a, DOSSIER_LINE_MAX);
    return l;
}

static bool line_in(Str have, Str *out) {
    size_t lf = 0;
    if (!str_chr(have, '\n', &lf)) return false;
    *out = str_sub(have, 0, lf);
    return true;
}

bool look_next_line(LookLines *l, Str *out) {
    if (l->buf == NULL) {
        Str left = str_sub(l->m->bytes, (size_t)l->at, l->m->bytes.n);
        l->ended = left.n == 0;
        if (l->ended || !line_in(left, out)) return false;
        l->at += (int64_t)out->n + 1;
        return true;
    }
    for (int turn = 0; turn < 2; turn++) {
        if (line_in(str_bytes(l->buf + l->from, l->n), out)) {
            l->from += out->n + 1;
            l->n -= out->n + 1;
            return true;
        }
        int64_t left = l->m->size - l->at;
        l->ended = l->n == 0 && left == 0;
        if (l->ended || turn == 1) return false;
        memmove(l->buf, l->buf + l->from, l->n);
        l->from = 0;
        size_t room = DOSSIER_LINE_MAX - l->n, k = (uint64_t)left < room ? (size_t)left : room;
        if (k == 0 || l->k->src->read(l->k->src->ctx, l->m->at + l->at, l->buf + l->n, k) != OK) return false;
        l->at += (int64_t)k;
        l->n += k;
    }
    return false;
}

/* ---- openings of leaves ---- */

/* Reads one line; when the event is there, its commitment must follow from it. */
const char *look_opening(Arena *a, Str line, Opening *o) {
    const JVal *v = NULL;
    uint8_t mac[32];
    *o = (Opening){ 0 };
    if (json_read_plain(a, line, DOSSIER_LINE_MAX, &v) != OK || v->type != J_OBJ) return N_("a line cannot be read");
    o->seq = jint(v, "case_seq", 0);
    if (hex_dec(a, jstr(v, "commitment"), &o->commitment) != OK || o->commitment.n != COMMITMENT || o->commitment.p[0] != 1 || o->seq < 1) return N_("a line cannot be read");
    o->withheld = jbool(v, "withheld");
    if (o->withheld) return jget(v, "event") == NULL ? NULL : N_("a line cannot be read");
    o->event = jstr(v, "event");
    if (o->event.n == 0 || hex_dec(a, jstr(v, "salt"), &o->salt) != OK || o->salt.n != 32) return N_("a line cannot be read");
    seal_hmac_sha256(o->salt, o->event, mac);
    if (memcmp(mac, o->commitment.p + 1, 32) != 0) return N_("an act is not the one that was entered in the ledger");
    if (json_read_plain(a, o->event, DOSSIER_LINE_MAX, &o->json) != OK || json_read_plain(a, jstr(o->json, "body"), DOSSIER_LINE_MAX, &o->body) != OK) return N_("an act cannot be read");
    return NULL;
}

/* ---- custody: the acts of the case, as a chain ---- */

/* Of each subject the last act that is open; of each withheld act its commitment (the key is a part of it). Open addressing, at most half full. */
typedef struct Mark { uint8_t key[16], last[COMMITMENT]; bool used; } Mark;
typedef struct Marks { Mark *at; size_t cap, n; } Marks;
typedef struct Chain { Look *k; Arena *a; int64_t at, closed; uint8_t last[COMMITMENT]; Str (*warcs)[2]; size_t warcs_n, warcs_cap; Marks exhibits, withheld; int64_t clock, backwards; } Chain;

static Mark *mark_find(const Marks *m, const uint8_t key[16]) {
    uint64_t h = 0;
    memcpy(&h, key, sizeof h);
    h *= 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 32) & (m->cap - 1);
    while (m->at[i].used && memcmp(m->at[i].key, key, 16) != 0) i = (i + 1) & (m->cap - 1); /* never full */
    return &m->at[i];
}

static void mark_put(Arena *a, Marks *m, const uint8_t key[16], const uint8_t last[COMMITMENT]) {
    if (m->cap < 2 * (m->n + 1)) {
        Marks more = { .cap = m->cap == 0 ? 256 : 2 * m->cap, .n = m->n };
        more.at = ARENA_ARRAY(a, Mark, more.cap);
        for (size_t i = 0; i < m->cap; i++)
            if (m->at[i].used) *mark_find(&more, m->at[i].key) = m->at[i];
        *m = more;
    }
    Mark *at = mark_find(m, key);
    m->n += !at->used;
    at->used = true;
    memcpy(at->key, key, 16);
    memcpy(at->last, last, COMMITMENT);
}

/* The chain of one exhibit: the act names the one before it about the same subject. When it names another, that one is among those that
 * stay closed, or it was left out. Acts of version 1 are older than this rule. */
static const char *exhibit_line(Chain *c, const Opening *o) {
    Str subject = STR_NONE, before = STR_NONE;
    if (hex_dec(c->a, jstr(o->json, "subject"), &subject) != OK || subject.n != 16) return NULL; /* not an object of its own */
    const uint8_t *key = (const uint8_t *)subject.p;
    const Mark *m = c->exhibits.cap > 0 ? mark_find(&c->exhibits, key) : NULL;
    bool known = m != NULL && m->used, named = jstr(o->body, "before").n > 0, ruled = str_starts(jstr(o->json, "kind"), S("capture.")) && jint(o->json, "version", 1) >= 2;
    if (named && (hex_dec(c->a, jstr(o->body, "before"), &before) != OK || before.n != COMMITMENT)) return N_("an act cannot be read");
    if (ruled && known && !named) return N_("an act does not name the one before it about its exhibit");
    if (named && !(known && memcmp(m->last, before.p, COMMITMENT) == 0)) {
        const Mark *w = c->withheld.cap > 0 ? mark_find(&c->withheld, (const uint8_t *)before.p + 1) : NULL;
        if (w == NULL || !w->used || memcmp(w->last, before.p, COMMITMENT) != 0) return N_("an act about an exhibit is left out");
        c->closed++;
    }
    mark_put(c->k->a, &c->exhibits, key, (const uint8_t *)o->commitment.p);
    return NULL;
}

static void keep_warc(Chain *c, const Opening *o) {
    if (!str_eq(jstr(o->json, "kind"), S("capture.made"))) return;
    if (c->warcs_n == c->warcs_cap) {
        size_t cap = c->warcs_cap == 0 ? 64 : 2 * c->warcs_cap;
        Str (*more)[2] = arena_array(c->k->a, cap, sizeof *more);
        if (c->warcs_n > 0) memcpy(more, c->warcs, c->warcs_n * sizeof *more);
        c->warcs = more;
        c->warcs_cap = cap;
    }
    c->warcs[c->warcs_n][0] = str_dup(c->k->a, str_sub(jstr(o->json, "subject"), 0, 8));
    c->warcs[c->warcs_n++][1] = str_dup(c->k->a, jstr(o->body, "warc_sha256"));
}

/* The order of acts is proven; what the maker's clock said is not, and a clock that ran backwards says so itself. */
static void look_clock(Chain *c, int64_t at) {
    if (c->clock > at && c->clock - at > CLOCKS_APART_MS && c->backwards == 0) c->backwards = c->at;
    if (at > c->clock) c->clock = at;
}

static const char *chain_line(Chain *c, Str line) {
    Opening o;
    Checkpoint cp;
    Str prev = STR_NONE;
    const char *why = look_opening(c->a, line, &o);
    if (why != NULL) return why;
    if (o.seq != c->at + 1) return N_("an act of the case is left out or stands out of order");
    c->at = o.seq;
    c->k->out->events++;
    if (o.withheld) {
        c->k->out->withheld++;
        mark_put(c->k->a, &c->withheld, (const uint8_t *)o.commitment.p + 1, (const uint8_t *)o.commitment.p);
    } else {
        if (jint(o.json, "case_seq", 0) != o.seq || hex_dec(c->a, jstr(o.json, "prev"), &prev) != OK || prev.n != COMMITMENT || memcmp(prev.p, c->last, COMMITMENT) != 0) return N_("an act does not follow the one before it");
        (void)look_proof(c->k, c->a, dossier_proof_path(c->a, o.seq), o.commitment, &cp);
        keep_warc(c, &o);
        look_clock(c, jint(o.json, "at", 0));
        why = exhibit_line(c, &o);
        if (why != NULL) return why;
    }
    memcpy(c->last, o.commitment.p, COMMITMENT);
    return NULL;
}

/* A WARC, a web archive, or one that is sealed to a key: the name without what stands behind it. */
static bool archive_name(Str file, Str *out) {
    static const char *const tails[] = { ".warc.gz", ".wacz", ".wacz.age" };
    for (size_t i = 0; i < LEN(tails); i++) {
        Str tail = str_c(tails[i]);
        if (!str_ends(file, tail)) continue;
        *out = str_sub(file, 0, file.n - tail.n);
        return true;
    }
    return false;
}

/* Every capture in the dossier is the file that the act of its making names. */
static void look_captures(Look *k, const Chain *c) {
    Str folder = S("data/captures/");
    int64_t before = k->out->failed;
    for (size_t i = 0; i < k->n; i++) {
        ZipMember *m = &k->members[i];
        Str path = look_path(k, m), name = STR_NONE;
        if (!str_starts(path, folder) || !archive_name(str_sub(path, folder.n, path.n), &name) || m->wrong != NULL) continue;
        Str is = hex_enc(k->a, str_bytes(m->sha256, 32));
        bool known = false, same = false;
        for (size_t j = 0; j < c->warcs_n; j++) {
            known = known || str_eq(c->warcs[j][0], name);
            same = same || (str_eq(c->warcs[j][0], name) && str_eq(c->warcs[j][1], is));
        }
        k->out->captures++;
        if (!same) look_accuse(k, m, "captures", known ? N_("it is not the file that was captured") : N_("no act of the case names this capture"), STR_NONE);
    }
    if (k->out->failed == before && k->out->captures > 0) look_found(k, VERDICT_OK, "captures", STR_NONE, N_("every capture is the file that was written down when it was made; captures:"), str_fmt(k->a, "%lld", (long long)k->out->captures));
}

void look_custody(Look *k) {
    ZipMember *m = look_member(k, S("data/custody/events.jsonl"));
    Str line = STR_NONE;
    const char *why = NULL;
    int64_t before = k->out->failed;
    if (m == NULL) look_found(k, VERDICT_FAILED, "custody", S("data/custody/events.jsonl"), N_("this file is missing"), STR_NONE);
    if (m == NULL || m->wrong != NULL) return;
    Arena *scratch = arena_new(SCRATCH);
    Chain c = { .k = k, .a = scratch };
    LookLines lines = look_lines(k, m);
    while (why == NULL && look_next_line(&lines, &line)) {
        why = c.at >= DOSSIER_EVENTS_MAX ? N_("the list of acts is cut off or too long") : chain_line(&c, line);
        arena_reset(scratch);
    }
    if (why == NULL && !lines.ended) why = N_("the list of acts is cut off or too long");
    if (why == NULL && (c.at != k->out->seal.case_acts || !str_eq(hex_enc(k->a, str_bytes(c.last, COMMITMENT)), k->out->seal.case_head))) why = N_("the acts do not end where the seal says that they do");
    arena_free(scratch);
    if (why != NULL) look_accuse(k, m, "custody", why, c.at > 0 ? str_fmt(k->a, "%lld", (long long)c.at) : STR_NONE);
    else if (k->out->failed == before) look_found(k, VERDICT_OK, "custody", S("data/custody/events.jsonl"), N_("no act of the case is left out, and those that are open are the ones in the ledger; acts, withheld:"),
        str_fmt(k->a, "%lld, %lld", (long long)k->out->events, (long long)k->out->withheld));
    if (why == NULL && c.closed > 0) look_found(k, VERDICT_REMARK, "custody", S("data/custody/events.jsonl"), N_("acts about an exhibit stay closed; how often:"), str_fmt(k->a, "%lld", (long long)c.closed));
    if (why == NULL && c.backwards > 0) look_found(k, VERDICT_CANNOT, "custody", S("data/custody/events.jsonl"), N_("the maker's clock ran backwards before this act: the order of the acts is proven, their times are not; act:"), str_fmt(k->a, "%lld", (long long)c.backwards));
    if (why == NULL) look_captures(k, &c);
}
