/* testfeed.h - hashes, subscribers and requests for the tests of this room. */
#ifndef KETEN_TESTFEED_H
#define KETEN_TESTFEED_H
#include "core/bank/bank_room.h"
#include "core/case/testkit.h"
#include "core/feed/feed_api.h"
#include "foundation/base/enc.h"

static const ActDef *all_acts[160];
static inline void join_acts(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all_acts[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all_acts[n++] = bank_room_step.acts[i];
    for (size_t i = 0; feed_step.acts[i] != NULL; i++) all_acts[n++] = feed_step.acts[i];
    must(n < LEN(all_acts));
}

/* A list of a sister organisation, given and confirmed; hashes follow from the number. Gives the entries' ids. */
static inline void hash_no(uint64_t no, uint8_t out[32]) {
    uint8_t seed[8];
    for (int i = 0; i < 8; i++) seed[i] = (uint8_t)(no >> (8 * i));
    ledger_leaf_hash(str_bytes(seed, 8), out);
}
static inline Str hex_no(Kit *k, uint64_t no) {
    uint8_t h[32];
    hash_no(no, h);
    return hex_enc(k->c.arena, str_bytes(h, 32));
}
static inline Id *offer_some(Kit *k, const char *lane, const char *source, uint64_t from, size_t n, bool confirm) {
    BankNew *in = ARENA_ARRAY(k->c.arena, BankNew, n);
    Id *ids = ARENA_ARRAY(k->c.arena, Id, n), list = ctx_new_id(&k->c);
    Act **acts = NULL, **yes = ARENA_ARRAY(k->c.arena, Act *, n);
    kit_as_system(k);
    must(vault_store_scopes(k->c.vault, k->org, &list, 1, k->c.now) == OK);
    for (size_t i = 0; i < n; i++) {
        in[i] = (BankNew){ .signal = S("pdq"), .lane = str_c(lane), .front = S("full"), .source = str_c(source), .consent = S("list"), .quality = 100, .pass_on = true, .org = k->org, .scope = list };
        hash_no(from + i, in[i].hash);
    }
    must(bank_offer(&k->c, in, n, &acts) == OK && journal_commit(&k->c, acts, n) == OK);
    for (size_t i = 0; i < n; i++) ids[i] = acts[i]->subject;
    kit_as_worker(k);
    for (size_t i = 0; i < n && confirm; i++) {
        BankEntry e;
        must(bank_entry_by_id(&k->c, ids[i], &e) == OK);
        yes[i] = bank_confirm(&k->c, &e, S("person"));
    }
    if (confirm) must(journal_commit(&k->c, yes, n) == OK);
    return ids;
}
static inline void take_back(Kit *k, Id id) {
    BankEntry e;
    kit_as_worker(k);
    must(bank_entry_by_id(&k->c, id, &e) == OK && journal_one(&k->c, bank_withdraw(&k->c, &e, S("mistaken"))) == OK);
}
static inline void grow(Kit *k) {
    UnixMs again = 0;
    kit_as_system(k);
    do must(feed_grow_run(&k->c, k->org, k->c.now, &again) == OK);
    while (again == k->c.now);
}

static inline Str subscribe(Kit *k, const char *code, unsigned scopes) {
    SubscriberNew n = { .code = str_c(code), .scopes = scopes, .lists = LIST_PEOPLE | LIST_OTHERS, .kinds = KIND_PDQ | KIND_MD5, .per_minute = 100000, .per_second = 1000 };
    Id id = ctx_new_id(&k->c);
    Subscriber s;
    Str key = STR_NONE;
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_make(&k->c, ID_NONE, id, &n)) == OK && subscriber_by_id(k->c.db, k->c.arena, id, &s) == OK);
    must(journal_one(&k->c, subscriber_key_make(&k->c, ID_NONE, &s, k->c.now, &key)) == OK);
    return key;
}

/* A request as it comes in, and its answer; JSON is read when it is any. */
typedef struct Got { int status; Str body, retry; const JVal *json; } Got;
typedef Err Handler(Ctx *c, const Request *req, Response *res);
static inline Got ask(Kit *k, Handler *h, Str key, const char *lane, const Pair *query, size_t n, const char *body) {
    Response res;
    Arena *a = k->c.arena;
    Request req = { .a = a, .query = query, .query_n = n, .body = str_c(body), .arg = { { S("lane"), str_c(lane) } }, .arg_n = 1, .authorization = key.n > 0 ? str_fmt(a, "Bearer " STR_FMT, STR_ARG(key)) : STR_NONE };
    Got g = { 0 };
    kit_as_public(k);
    k->c.person.org = k->org;
    res_init(&res, a, 64 << 20);
    Err e = h(&k->c, &req, &res);
    bool done = e != OK || res.stream == NULL;
    for (int i = 0; i < 100000 && !done; i++) must(res.stream(res.stream_arg, &res.body, &done) == OK);
    g.status = e == OK ? res.status : 500 + (int)e;
    g.body = str_dup(a, buf_str(&res.body));
    g.retry = str_dup(a, buf_str(&res.headers));
    if (g.body.n > 0 && g.body.p[0] == '{') must(json_read(a, g.body, 64 << 20, &g.json, NULL, NULL) == OK);
    res_free(&res);
    return g;
}
#define ASK(k, h, key, lane, ...) ask(k, h, key, lane, (const Pair[]){ __VA_ARGS__ }, sizeof((const Pair[]){ __VA_ARGS__ }) / sizeof(Pair), "")
#endif
