/* feed_api_test.c - the list as subscribers get it: page by page while it changes, withdrawals that cannot be missed, who may what. */
#include "core/feed/testfeed.h"

static const int64_t MINUTE = 60000, HOUR = 3600000;
static Str num(Kit *k, int64_t v) { return str_fmt(k->c.arena, "%lld", (long long)v); }
static Got fetch(Kit *k, Str key, const char *lane, int64_t start, int64_t size, Str token) {
    if (token.n == 0) return ASK(k, ncii_fetch, key, lane, { S("startTimestamp"), num(k, start) }, { S("pageSize"), num(k, size) });
    return ASK(k, ncii_fetch, key, lane, { S("startTimestamp"), num(k, start) }, { S("pageSize"), num(k, size) }, { S("nextPageToken"), token });
}
static Str status_of(const Got *g, Str hex) {
    const JVal *list = jget(g->json, "hashRecords");
    for (size_t i = 0; list != NULL && i < list->n; i++)
        if (str_eq(jstr(&list->vals[i], "hashValue"), hex)) return jstr(&list->vals[i], "hashStatus");
    return STR_NONE;
}
/* Everything from a checkpoint on: how many records, of which withdrawn; the next checkpoint. */
typedef struct All { int64_t records, withdrawn, pages, next; Str last_token; } All;
static All fetch_all(Kit *k, Str key, int64_t start, int64_t size) {
    All all = { 0 };
    Str token = STR_NONE;
    bool more = true;
    while (more && all.pages < 10000) {
        Got g = fetch(k, key, "adult", start, size, token);
        must(g.status == 200);
        const JVal *list = jget(g.json, "hashRecords");
        must(jint(g.json, "count", -1) == (int64_t)list->n);
        all.records += (int64_t)list->n;
        for (size_t i = 0; i < list->n; i++) all.withdrawn += !str_eq(jstr(&list->vals[i], "hashStatus"), S("Active"));
        all.next = jint(g.json, "nextSetTimestamp", 0);
        more = jbool(g.json, "hasMoreRecords");
        token = jstr(g.json, "nextPageToken");
        if (token.n > 0) all.last_token = token;
        all.pages++;
    }
    return all;
}

static void test_paging(Kit *k) {
    enum { N = 2300 };
    Str key = subscribe(k, "pages.example", SCOPE_FETCH);
    Got empty = fetch(k, key, "adult", 10, 800, STR_NONE);
    check(empty.status == 200 && jint(empty.json, "count", -1) == 0 && !jbool(empty.json, "hasMoreRecords") && jint(empty.json, "nextSetTimestamp", 0) == 10, "an empty list is an answer, and its checkpoint is where one began");
    Id *ids = offer_some(k, "adult", "sister.example", 0, N, true);
    (void)offer_some(k, "adult", "sister.example", 100000, 5, false);
    check(jint(fetch(k, key, "adult", 10, 800, STR_NONE).json, "count", -1) == 0, "what is not signed yet is not shown yet");
    grow(k);
    Got one = fetch(k, key, "adult", 10, 800, STR_NONE);
    Str token = jstr(one.json, "nextPageToken");
    check(jint(one.json, "count", 0) == 800 && jbool(one.json, "hasMoreRecords") && token.n > 0, "a page of 800, and more to come");
    /* While somebody pages: one that was on the first page is withdrawn, one that was not is too, and new ones come. */
    k->c.now += MINUTE;
    take_back(k, ids[5]);
    take_back(k, ids[1500]);
    (void)offer_some(k, "adult", "sister.example", 5000, 10, true);
    grow(k);
    All rest = { .last_token = token };
    int64_t records = 800;
    bool saw_5 = false, saw_1500 = false, more = true;
    Got g = one;
    while (more) {
        g = fetch(k, key, "adult", 10, 800, token);
        records += jint(g.json, "count", 0);
        saw_5 = saw_5 || str_eq(status_of(&g, hex_no(k, 5)), S("Withdrawn"));
        saw_1500 = saw_1500 || str_eq(status_of(&g, hex_no(k, 1500)), S("Withdrawn"));
        more = jbool(g.json, "hasMoreRecords");
        token = jstr(g.json, "nextPageToken");
    }
    check(saw_5, "what was withdrawn after its page was given comes again, as withdrawn, before the paging ends");
    check(saw_1500 && records == N + 10 + 1, "everything comes once, as it is now; what was given and then withdrawn twice (%lld records)", (long long)records);
    int64_t at = jint(g.json, "nextSetTimestamp", 0);
    Got later = fetch(k, key, "adult", at, 800, STR_NONE);
    check(jint(later.json, "count", -1) == 0 && jint(later.json, "nextSetTimestamp", 0) == at, "from its checkpoint on there is nothing, and the checkpoint stays");
    /* The clock is set back an hour: what comes then is later all the same. */
    k->c.now -= HOUR;
    take_back(k, ids[7]);
    grow(k);
    later = fetch(k, key, "adult", at, 800, STR_NONE);
    check(jint(later.json, "count", 0) == 1 && str_eq(status_of(&later, hex_no(k, 7)), S("Withdrawn")), "a withdrawal under a clock that went back is behind the checkpoint, so it is not missed");
    k->c.now += HOUR;
    All fresh = fetch_all(k, key, 10, 1000);
    check(fresh.records == N + 10 - 3 && fresh.withdrawn == 0, "who begins anew gets what is in force, and nothing that is withdrawn (%lld)", (long long)fresh.records);
    check(fetch_all(k, key, 11, 137).records == N + 10, "from any other checkpoint the withdrawn come too, in pages of any size");
    (void)rest;
}

static void test_stale(Kit *k) {
    Str key = subscribe(k, "stale.example", SCOPE_FETCH);
    Got one = fetch(k, key, "adult", 10, 5, STR_NONE);
    Str token = str_dup(k->c.arena, jstr(one.json, "nextPageToken"));
    k->c.now += 25 * HOUR;
    Got stale = fetch(k, key, "adult", 10, 5, token);
    check(stale.status == 400 && str_eq(jstr(stale.json, "error"), S("stale_token")) && jstr(stale.json, "say").n > 40, "a token of yesterday is refused, and the answer says how to go on");
    static const char *const odd[] = { "x", "1-2-3", "1-10-999999999-0-1", "2-10-0-0-0", "1-10--5-0-1", "9999999999999999999999999-1-1-1-1" };
    size_t refused = 0;
    for (size_t i = 0; i < LEN(odd); i++) refused += fetch(k, key, "adult", 10, 5, str_c(odd[i])).status == 400;
    check(refused == LEN(odd), "so is a token that is not ours");
    Got ahead = fetch(k, key, "adult", k->c.now / 1000 + 1000000, 5, STR_NONE);
    check(ahead.status == 409 && str_eq(jstr(ahead.json, "error"), S("future_start")), "a checkpoint from the future is told, not answered with nothing for ever");
    check(ASK(k, ncii_fetch, key, "adult", { S("startTimestamp"), S("yesterday") }).status == 400 && ASK(k, ncii_fetch, key, "adult", { S("pageSize"), S("0") }).status == 400, "odd numbers are refused");
    check(jint(fetch(k, key, "adult", 10, 100000, STR_NONE).json, "count", 0) == 1000, "a page has a thousand records at most, whatever is asked");
}

static void test_rights(Kit *k) {
    Str fetches = subscribe(k, "rights.example", SCOPE_FETCH), sends = subscribe(k, "sends.example", SCOPE_SUBMIT), national = subscribe(k, "national.example", SCOPE_NATIONAL | SCOPE_FETCH);
    check(fetch(k, STR_NONE, "adult", 10, 5, STR_NONE).status == 401 && fetch(k, S("ks_wrong"), "adult", 10, 5, STR_NONE).status == 401, "no key, or a wrong one: 401");
    check(fetch(k, sends, "adult", 10, 5, STR_NONE).status == 403, "a key without the scope: 403");
    (void)offer_some(k, "minor", "sister.example", 700000, 3, true);
    grow(k);
    check(fetch(k, fetches, "minor", 10, 5, STR_NONE).status == 403 && ASK(k, feed_list, fetches, "", { S("lane"), S("minor") }).status == 403 && ASK(k, feed_changes, fetches, "", { S("lane"), S("minor") }, { S("after"), S("0") }).status == 403,
        "hashes of minors go to no platform, by none of the ways");
    Got m = fetch(k, national, "minor", 10, 50, STR_NONE);
    check(m.status == 200 && jint(m.json, "count", 0) == 3, "the national body gets that lane");
    Got all = ASK(k, feed_list, fetches, "", { S("lane"), S("adult") });
    size_t at = 0;
    bool leaked = false;
    for (uint64_t i = 0; i < 3; i++) leaked = leaked || str_find(all.body, hex_no(k, 700000 + i), &at);
    check(all.body.n > 1000 && !leaked, "and in the list of everybody else there is not one of them");
    Request two = { .a = k->c.arena, .subscription_key = fetches, .functions_key = sends, .arg = { { S("lane"), S("adult") } }, .arg_n = 1 }, same = { .a = k->c.arena, .subscription_key = fetches, .functions_key = fetches, .arg = { { S("lane"), S("adult") } }, .arg_n = 1 };
    Response res;
    res_init(&res, k->c.arena, 1 << 20);
    kit_as_public(k);
    check(ncii_fetch(&k->c, &two, &res) == OK && res.status == 401, "two different keys in the two headers are refused");
    res_free(&res);
    res_init(&res, k->c.arena, 8 << 20);
    check(ncii_fetch(&k->c, &same, &res) == OK && res.status == 200, "the same key in both is what the protocol wants");
    res_free(&res);
}

static void test_pace(Kit *k) {
    Str key = subscribe(k, "eager.example", SCOPE_FETCH);
    Subscriber s;
    must(subscriber_by_code(k->c.db, k->c.arena, S("eager.example"), &s) == OK);
    SubscriberNew n = { .scopes = s.scopes, .lists = s.lists, .kinds = s.kinds, .per_minute = 3, .per_second = 1 };
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_change_rights(&k->c, ID_NONE, &s, &n)) == OK);
    int good = 0;
    for (int i = 0; i < 5; i++) good += fetch(k, key, "adult", 10, 1, STR_NONE).status == 200;
    Got last = fetch(k, key, "adult", 10, 1, STR_NONE);
    size_t at = 0;
    check(good == 3 && last.status == 429 && str_find(last.retry, S("Retry-After: 20"), &at), "three a minute are three a minute; the fourth is told when to come again (" STR_FMT ")", STR_ARG(str_trim(last.retry)));
    k->c.now += 21000;
    check(fetch(k, key, "adult", 10, 1, STR_NONE).status == 200, "then it is answered");
    k->c.now -= 10 * HOUR;
    check(fetch(k, key, "adult", 10, 1, STR_NONE).status != 429, "a clock that is set back locks nobody out");
    k->c.now += 10 * HOUR;
}

static void test_same_hash(Kit *k) {
    Str key = subscribe(k, "same.example", SCOPE_FETCH);
    Id *a = offer_some(k, "adult", "one.example", 800000, 1, true), *b = offer_some(k, "adult", "two.example", 800000, 1, true);
    grow(k);
    int64_t at = fetch_all(k, key, 10, 1000).next;
    k->c.now += MINUTE;
    take_back(k, a[0]);
    grow(k);
    Got g = fetch(k, key, "adult", at, 10, STR_NONE);
    check(str_eq(status_of(&g, hex_no(k, 800000)), S("Active")), "a hash that two sources gave stays in force while one of them stands");
    k->c.now += MINUTE;
    take_back(k, b[0]);
    grow(k);
    g = fetch(k, key, "adult", jint(g.json, "nextSetTimestamp", 0), 10, STR_NONE);
    check(str_eq(status_of(&g, hex_no(k, 800000)), S("Withdrawn")), "and is withdrawn with the last");
}

int main(void) {
    static Kit k;
    join_acts();
    kit_open(&k, all_acts, NULL);
    test_paging(&k);
    test_stale(&k);
    test_rights(&k);
    test_pace(&k);
    test_same_hash(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
