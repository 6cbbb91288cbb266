/* feed_fill_test.c - changes the list of an instance for the test of the feed: feed_fill DATA add FROM N LANE SOURCE (offered and
 * confirmed), or feed_fill DATA withdraw|dispute ENTRY N. Hash number i is the SHA-256 of its decimal digits. */
#include "core/bank/bank_entry.h"
#include "core/feed/subscriber.h"
#include "programs/keten/local.h"

enum { AT_ONCE = 500 };

static void add_some(Local *l, Id list, int64_t from, size_t k, Str lane, Str source) {
    Ctx *c = &l->c;
    BankNew *in = ARENA_ARRAY(c->arena, BankNew, k);
    Act **acts = NULL, **yes = ARENA_ARRAY(c->arena, Act *, k);
    local_as(l, R_SYSTEM, ID_NONE, l->app.org);
    for (size_t i = 0; i < k; i++) {
        in[i] = (BankNew){ .signal = S("pdq"), .lane = lane, .front = S("full"), .source = source, .consent = S("list"), .quality = 100, .pass_on = true, .org = l->app.org, .scope = list };
        subscriber_key_digest(str_fmt(c->arena, "%lld", (long long)from + (long long)i), in[i].hash);
    }
    must(bank_offer(c, in, k, &acts) == OK && journal_commit(c, acts, k) == OK);
    local_as(l, R_WORKER, ID_NONE, l->app.org);
    for (size_t i = 0; i < k; i++) {
        BankEntry e;
        must(bank_entry_by_id(c, acts[i]->subject, &e) == OK);
        yes[i] = bank_confirm(c, &e, S("person"));
    }
    must(journal_commit(c, yes, k) == OK);
}

static void end_some(Local *l, int64_t from, size_t k, bool withdraw) {
    Act **acts = ARENA_ARRAY(l->c.arena, Act *, k);
    local_as(l, R_WORKER, ID_NONE, l->app.org);
    for (size_t i = 0; i < k; i++) {
        BankEntry e;
        must(bank_entry_by_number(&l->c, from + (int64_t)i, &e) == OK);
        acts[i] = withdraw ? bank_withdraw(&l->c, &e, S("mistaken")) : bank_dispute(&l->c, &e, S("person"));
    }
    must(journal_commit(&l->c, acts, k) == OK);
}

int main(int argc, char **argv) {
    Arena *a = arena_new(1u << 30);
    Instance in;
    Local l;
    Str why = STR_NONE;
    int64_t from = 0, n = 0;
    must(argc >= 5 && str_i64(str_c(argv[3]), 0, INT64_MAX, &from) == OK && str_i64(str_c(argv[4]), 1, 10000000, &n) == OK);
    must(instance_open(a, argv[1], &in, &why) == OK && local_begin(a, &in, DB_WRITE, &l, &why) == OK);
    bool adds = strcmp(argv[2], "add") == 0;
    Arena *part = arena_new(1u << 28);
    Id list = ctx_new_id(&l.c);
    if (adds) must(vault_store_scopes(l.c.vault, l.app.org, &list, 1, l.c.now) == OK);
    l.c.arena = part;
    for (int64_t done = 0; done < n; done += AT_ONCE, arena_reset(part)) {
        size_t k = (size_t)(n - done < AT_ONCE ? n - done : AT_ONCE);
        if (adds) add_some(&l, list, from + done, k, str_c(argv[5]), str_c(argv[6]));
        else end_some(&l, from + done, k, strcmp(argv[2], "withdraw") == 0);
    }
    l.c.arena = a;
    arena_free(part);
    local_close(&l);
    arena_free(a);
    return 0;
}
