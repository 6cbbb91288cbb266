/* ledger_work.c - asking others for their word about the ledger: witnesses every minute that the tree grew, authorities for stamps. Nobody
 * waits for any of it. Who does not answer is asked again, later and later; the pages say when that lasts. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/stamped.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE, BACK_OFF_MAX = 6 * HOUR, ANSWER_S = 5, STAMP_S = 10, AT_ONCE = 20 };

static UnixMs later(UnixMs now, int64_t failures) {
    int64_t wait = MINUTE;
    for (int64_t i = 0; i < failures && wait < BACK_OFF_MAX; i++) wait *= 2;
    return now + (wait < BACK_OFF_MAX ? wait : BACK_OFF_MAX);
}

/* ---- witnesses ---- */

typedef struct Round { Ctx *c; Str note; int64_t size; } Round;

static Err one_question(Round *k, const PolicyName *w, const WitnessState *s, NetGot *out) {
    Ctx *c = k->c;
    LedgerNodes nodes = journal_nodes(c);
    LedgerProof *p = ARENA_NEW(c->arena, LedgerProof);
    if (s->size > 0) TRY(ledger_consistency(&nodes, s->size, k->size, p));
    bool slash = str_ends(w->url, S("/"));
    NetAsk ask = { .url = str_fmt(c->arena, STR_FMT "%sadd-checkpoint", STR_ARG(w->url), slash ? "" : "/"), .method = S("POST"), .body_type = S("text/plain; charset=utf-8"), .body = witness_ask_write(c->arena, s->size, p, k->note),
        .bytes_max = 65536, .seconds_max = ANSWER_S };
    return net_get(c->net, c->arena, &ask, out);
}

/* What the answer says; "": it signed. *again: it told another size that we can prove from. */
static const char *judge(Round *k, const PolicyName *w, WitnessState *s, const NetGot *got, bool *again, Err *out_err) {
    Str line = STR_NONE;
    int64_t t = 0, size = 0;
    const NetHop *h = got->error.n == 0 && got->hops_n > 0 ? &got->hops[got->hops_n - 1] : NULL;
    Str body = h != NULL && h->body.p != NULL ? h->body : STR_NONE;
    if (h == NULL || h->status == 0 || h->status >= 500) return "unreachable";
    if (h->status == WITNESS_YES) {
        if (witness_answer(k->c->arena, k->note, body, &w->key, &line, &t) != OK) return "lies";
        *out_err = journal_cosign_put(k->c, k->size, w->key.name, t, line);
        s->size = k->size;
        s->signed_at = k->c->now;
        return "";
    }
    if (h->status == WITNESS_BROKEN) return "fork";
    if (h->status != WITNESS_OTHER_SIZE) return "refuses";
    if (str_i64(str_trim(body), 0, (int64_t)1 << 60, &size) != OK || size == s->size) return "lies";
    if (size > k->size) return "ahead";
    s->size = size;
    *again = true;
    return "refuses";
}

static Err ask_witness(Round *k, const PolicyName *w) {
    WitnessState s;
    const char *problem = "unreachable";
    Err e = OK;
    bool again = true;
    TRY(journal_witness(k->c, w->key.name, &s));
    if (s.next > k->c->now || (s.signed_at != 0 && s.size == k->size)) return OK;
    for (int turn = 0; turn < 2 && again; turn++) {
        NetGot got = { 0 };
        again = false;
        TRY(one_question(k, w, &s, &got));
        problem = judge(k, w, &s, &got, &again, &e);
        TRY(e);
    }
    s.failures = problem[0] == '\0' ? 0 : s.failures + 1;
    s.next = problem[0] == '\0' ? k->c->now : later(k->c->now, s.failures);
    s.problem = str_c(problem);
    return journal_witness_put(k->c, w->key.name, &s);
}

/* Dossiers that nobody had signed for, once enough witnesses did: before that, looking at them again would change nothing. */
static Err take_up(Ctx *c) {
    Str note = STR_NONE;
    int64_t size = 0;
    Err e = journal_cosigned_newest(c, c->app->policy, &note, &size);
    if (e == E_MISSING) return OK;
    TRY(e);
    return proof_wait_take(c, AT_ONCE);
}

Err ledger_witness_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    const LedgerPolicy *p = c->app->policy;
    Round k = { .c = c };
    (void)subject, (void)due;
    *out_again = 0; /* nobody to ask: the minute's round sees when that changes */
    if (p == NULL || c->net == NULL) return OK;
    *out_again = c->now + MINUTE;
    Err e = journal_checkpoint_newest(c, &k.note, &k.size);
    if (e == E_MISSING) return OK;
    TRY(e);
    for (size_t i = 0; i < p->names_n; i++)
        if (!p->names[i].group && p->names[i].url.n > 0 && p->names[i].key.type == NOTE_COSIGN) TRY(ask_witness(&k, &p->names[i]));
    return take_up(c);
}

/* ---- stamps ---- */

bool ledger_next_url(Str *rest, Str *out) {
    do {
        if (!str_split(rest, ' ', out)) return false;
    } while (out->n == 0);
    return true;
}

/* Once an hour, when the tree grew: then one stamp bounds all acts of the hour, through their proofs. */
static Err want_tree(Ctx *c) {
    UnixMs last = 0;
    int64_t last_size = 0, size = 0;
    Str note = STR_NONE, url = STR_NONE, rest = c->app->timestamp_urls;
    uint8_t sha[32];
    TRY(stamp_last_tree(c, &last, &last_size));
    Err e = journal_checkpoint_newest(c, &note, &size);
    if (e == E_MISSING || (e == OK && (size == last_size || (last != 0 && c->now - last < HOUR)))) return OK;
    TRY(e);
    TRY(journal_checkpoint_at(c, size, &note)); /* as it was signed: lines of witnesses come and go */
    seal_sha256(note, sha);
    while (ledger_next_url(&rest, &url)) TRY(stamp_want(c, S("tree"), str_dup(c->arena, str_bytes(sha, 32)), url, ID_NONE, size));
    return OK;
}

/* Stamps of trees that age: what they were over, and they themselves, in one list. */
static Err list_trees(Ctx *c, const StampRow *rows, size_t n) {
    Buf b = buf_new((size_t)n * 256 + 64);
    uint8_t sha[32];
    Str rest = c->app->timestamp_urls, url = STR_NONE, body = STR_NONE, digest = STR_NONE;
    for (size_t i = 0; i < n; i++) {
        seal_sha256(rows[i].reply, sha);
        buf_printf(&b, STR_FMT "  " STR_FMT "/%lld\n", STR_ARG(hex_enc(c->arena, rows[i].digest)), STR_ARG(rows[i].kind), (long long)rows[i].size);
        buf_printf(&b, STR_FMT "  stamp/%zu.tsr\n", STR_ARG(hex_enc(c->arena, str_bytes(sha, 32))), i + 1);
    }
    must(buf_err(&b) == OK);
    body = str_dup(c->arena, buf_str(&b));
    buf_free(&b);
    seal_sha256(body, sha);
    digest = str_dup(c->arena, str_bytes(sha, 32));
    while (ledger_next_url(&rest, &url)) TRY(stamp_want_again(c, digest, body, url, ID_NONE));
    for (size_t i = 0; i < n; i++) TRY(stamp_listed(c, &rows[i], digest));
    return OK;
}

/* Certificates end, stamps do not: what ages is stamped again in time. A dossier's stamps are its own list. */
static Err renew_aging(Ctx *c) {
    StampRow *rows = ARENA_ARRAY(c->arena, StampRow, STAMPS_A_LIST_MAX), *trees = ARENA_ARRAY(c->arena, StampRow, STAMPS_A_LIST_MAX);
    size_t n = 0, trees_n = 0, dossiers = 0;
    TRY(stamp_aging(c, rows, STAMPS_A_LIST_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        if (id_none(rows[i].subject)) trees[trees_n++] = rows[i];
        else if (dossiers++ < AT_ONCE) TRY(dossier_stamps_age(c, rows[i].subject));
    }
    return trees_n > 0 ? list_trees(c, trees, trees_n) : OK;
}

Err ledger_ask_stamp(Ctx *c, const StampRow *s) {
    uint8_t nonce[8];
    const char *why = NULL;
    Stamp stamp = { 0 };
    NetGot got = { 0 };
    NetAsk ask = { .url = s->authority, .method = S("POST"), .body_type = S("application/timestamp-query"), .bytes_max = STAMP_REPLY_MAX, .seconds_max = STAMP_S };
    c->app->random(c->app->random_ctx, nonce, sizeof nonce);
    TRY(stamp_ask(c->arena, (const uint8_t *)s->digest.p, nonce, &ask.body));
    TRY(net_get(c->net, c->arena, &ask, &got));
    const NetHop *h = got.error.n == 0 && got.hops_n > 0 ? &got.hops[got.hops_n - 1] : NULL;
    bool good = h != NULL && h->status == 200 && h->body.p != NULL && stamp_check(c->arena, h->body, (const uint8_t *)s->digest.p, nonce, STR_NONE, &stamp, &why) == OK;
    if (good) {
        TRY(stamp_came(c, s, h->body, &stamp));
        return !id_none(s->subject) ? journal_job_at(c, "dossier.renew", s->subject, c->now) : OK;
    }
    return stamp_failed(c, s, later(c->now, s->tries + 1));
}

Err ledger_stamp_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    UnixMs next = 0;
    (void)subject, (void)due;
    *out_again = 0; /* nobody to ask: the minute's round sees when that changes */
    if (c->app->timestamp_urls.n == 0 || c->net == NULL) return OK;
    *out_again = c->now + MINUTE;
    TRY(want_tree(c));
    TRY(renew_aging(c));
    for (int i = 0; i < AT_ONCE; i++) {
        StampRow s;
        Err e = stamp_due(c, &s, &next);
        if (e == E_MISSING) break;
        TRY(e);
        if (s.digest.n != 32) return E_INPUT;
        TRY(ledger_ask_stamp(c, &s));
    }
    return OK;
}
