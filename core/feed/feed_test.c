/* feed_test.c - who subscribes, with which key, and what that opens. */
#include "core/feed/testfeed.h"

static const int64_t DAY_MS = 86400000;

static const SubscriberNew plain = { .scopes = SCOPE_FETCH | SCOPE_GATE, .lists = LIST_PEOPLE, .kinds = KIND_PDQ, .per_minute = 60, .per_second = 1000 };

static Subscriber made(Kit *k, const char *code, const SubscriberNew *like) {
    Subscriber s;
    SubscriberNew n = *like;
    n.code = str_c(code);
    Id id = ctx_new_id(&k->c);
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_make(&k->c, ID_NONE, id, &n)) == OK);
    must(subscriber_by_id(k->c.db, k->c.arena, id, &s) == OK);
    return s;
}
static Str key_of(Kit *k, const Subscriber *s, UnixMs older_until) {
    Str key = STR_NONE;
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_key_make(&k->c, ID_NONE, s, older_until, &key)) == OK);
    return str_dup(k->c.arena, key);
}
static Err present(Kit *k, Str key, Subscriber *out) { return subscriber_by_key(k->c.db, k->c.arena, key, k->c.now, out); }

static void test_keys(Kit *k) {
    Subscriber s = made(k, "platform.example", &plain), got;
    check(s.key_made == 0 && s.scopes == plain.scopes && s.lists == LIST_PEOPLE && s.kinds == KIND_PDQ, "a new subscriber has its rights and no key");
    Str first = key_of(k, &s, k->c.now), stored = STR_NONE;
    check(first.n == SUBSCRIBER_KEY_CHARS && present(k, first, &got) == OK && id_eq(got.id, s.id) && got.scopes == plain.scopes, "its key opens what it may");
    must(db_text(k->c.db, "SELECT group_concat(hex(digest)) FROM subscriber_key", P0, k->c.arena, &stored) == OK);
    check(stored.n == 64 && !str_eq(stored, first), "of the key the record has a digest and nothing else");
    Str wrong = str_dup(k->c.arena, first);
    ((char *)(uintptr_t)wrong.p)[10] ^= 1;
    check(present(k, wrong, &got) == E_MISSING && present(k, STR_NONE, &got) == E_MISSING, "a wrong key, or none, is nobody's");
    Str second = key_of(k, &s, k->c.now + 14 * DAY_MS);
    check(present(k, first, &got) == OK && present(k, second, &got) == OK, "a new key, and the older one for another fourteen days");
    k->c.now += 15 * DAY_MS;
    check(present(k, first, &got) == E_DENIED && present(k, second, &got) == OK, "after them the older one has ended and the new one has not");
    SubscriberKey *keys = NULL;
    size_t n = 0;
    must(subscriber_keys(k->c.db, k->c.arena, k->c.now, &keys, &n) == OK);
    check(n == 1 && str_eq(keys[0].code, S("platform.example")) && (keys[0].scopes & SCOPE_GATE) != 0, "the gate reads the one key that is open, by name and rights");
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_keys_end(&k->c, ID_NONE, &s)) == OK);
    check(present(k, second, &got) == E_DENIED, "ended keys open nothing from that moment");
    k->c.now -= 30 * DAY_MS; /* a clock that was set back */
    check(present(k, second, &got) == OK && present(k, first, &got) == OK, "(by a clock that stands before their end they would still be open)");
    k->c.now += 30 * DAY_MS;
    Str third = key_of(k, &s, k->c.now);
    kit_as_admin(k);
    must(journal_one(&k->c, subscriber_end(&k->c, ID_NONE, &s)) == OK);
    check(present(k, third, &got) == E_DENIED && subscriber_keys(k->c.db, k->c.arena, k->c.now, &keys, &n) == OK && n == 0, "an ended subscription opens nothing");
    Str key = STR_NONE;
    check(journal_one(&k->c, subscriber_key_make(&k->c, ID_NONE, &s, k->c.now, &key)) == E_CONFLICT, "and gets no new key");
}

static void test_rules(Kit *k) {
    SubscriberNew n = plain;
    static const char *const bad[] = { "Platform", "a", "-x", "with blank", "report", "platform.example", "0123456789012345678901234567890123456789x" };
    size_t refused = 0;
    kit_as_admin(k);
    for (size_t i = 0; i < LEN(bad); i++) {
        n.code = str_c(bad[i]);
        refused += journal_one(&k->c, subscriber_make(&k->c, ID_NONE, ctx_new_id(&k->c), &n)) != OK;
        k->c.fail = (Fail){ 0 };
    }
    check(refused == LEN(bad), "a name is short, plain, new, and none of the house's own sources");
    n.code = S("other.example");
    n.scopes = 0;
    check(journal_one(&k->c, subscriber_make(&k->c, ID_NONE, ctx_new_id(&k->c), &n)) != OK, "a subscriber without any right is not made");
    n.scopes = SCOPE_FETCH;
    kit_as_worker(k);
    check(journal_one(&k->c, subscriber_make(&k->c, ID_NONE, ctx_new_id(&k->c), &n)) != OK, "a case worker makes no subscribers");
    unsigned bits = 0;
    check(!subscriber_scopes_read(S("fetch+root"), &bits) && subscriber_scopes_read(S("fetch+national"), &bits) && bits == (SCOPE_FETCH | SCOPE_NATIONAL), "a right with an unknown name is no right");
}

int main(void) {
    static Kit k;
    join_acts();
    kit_open(&k, all_acts, NULL);
    test_keys(&k);
    test_rules(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
