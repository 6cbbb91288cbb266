/* Questions read, keys judged, owners' wishes read: all of the gate that needs no socket. */
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/base/tap.h"
#include "programs/gate/gate.h"

#define HASH "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
static const UnixMs now = 1772442000000; /* 2026-03-02T09:00:00Z */

static Err ask(Arena *a, const char *body, GateAsk *out, const char **why) { return gate_ask_read(a, str_c(body), out, why); }

static void questions(Arena *a) {
    GateAsk q;
    const char *why = "";
    check(ask(a, "{\"type\":\"pdq\",\"hash\":\"" HASH "\"}", &q, &why) == OK && q.n == 1 && q.distance == 31 && q.items[0].signal == SIGNAL_PDQ && q.items[0].hash[0] == 0xf8, "one hash is a question");
    check(ask(a, "{\"hashes\":[{\"type\":\"md5\",\"hash\":\"D41D8CD98F00B204E9800998ECF8427E\"},{\"type\":\"sha256\",\"hash\":\"" HASH "\"}],\"distance\":7}", &q, &why) == OK && q.n == 2 && q.distance == 7 && q.items[0].hash[15] == 0x7e, "so are several, in either case of letters, and a distance can be asked");
    check(ask(a, "{\"hashes\":[{\"type\":\"pdq\",\"hash\":\"abc\"},{\"type\":\"pdq\",\"hash\":\"" HASH "\"}]}", &q, &why) == OK && q.items[0].wrong != NULL && q.items[1].wrong == NULL, "one that is wrong among several spoils only its own answer");
    uint8_t digest[32];
    seal_sha256(S("https://forum.example/a?b=1"), digest);
    check(ask(a, "{\"hashes\":[{\"type\":\"url\",\"url\":\"HTTPS://Forum.example:443/x/../a?b=1&utm_source=y\"},{\"type\":\"url\",\"url\":\"javascript:1\"}]}", &q, &why) == OK && memcmp(q.items[0].hash, digest, 32) == 0 && q.items[1].wrong != NULL, "an address is asked for by its canonical form");
    static const struct { const char *body, *why; } bad[] = {
        { "", "this is no JSON, from line 1" }, { "{", "no JSON" }, { "[1]", "an object" }, { "{}", "hashes is missing" }, { "{\"hashes\":[]}", "at least one" }, { "{\"hashes\":7}", "a list" },
        { "{\"type\":\"pdq\",\"hash\":\"" HASH "0\"}", "64 hexadecimal digits" }, { "{\"type\":\"pdq\",\"hash\":\"g8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22\"}", "64 hexadecimal digits" },
        { "{\"type\":\"sha1\",\"hash\":\"00\"}", "pdq, sha256, md5 or url" }, { "{\"hashes\":[\"" HASH "\"]}", "an object with type and hash" }, { "{\"type\":\"pdq\",\"hash\":7}", "64 hexadecimal" },
        { "{\"type\":\"pdq\",\"hash\":\"" HASH "\",\"quality\":49}", "below 50" }, { "{\"type\":\"pdq\",\"hash\":\"" HASH "\",\"quality\":\"x\"}", "0 to 100" },
        { "{\"type\":\"pdq\",\"hash\":\"" HASH "\",\"distance\":32}", "0 to 31" }, { "{\"type\":\"pdq\",\"type\":\"md5\",\"hash\":\"" HASH "\"}", "no JSON" },
        { "{\"type\":\"pdq\",\"hash\":\"" HASH "\",\"url\":\"https://a.example/\"}", "url goes with type url" }, { "\x89PNG\r\n\x1a\n", "no JSON" } };
    for (size_t i = 0; i < LEN(bad); i++) {
        size_t at = 0;
        check(ask(a, bad[i].body, &q, &why) == E_INPUT && str_find(str_c(why), str_c(bad[i].why), &at), "refused: %s", why);
    }
    Buf b = buf_new(GATE_BODY_MAX);
    for (int i = 0; i < 100000; i++) buf_ch(&b, '[');
    check(gate_ask_read(a, buf_str(&b), &q, &why) == E_INPUT && strcmp(why, "the JSON is nested too deeply") == 0, "brackets within brackets are counted before anything is read");
    buf_clear(&b);
    buf_z(&b, "{\"hashes\":[");
    for (int i = 0; i <= GATE_HASHES_MAX; i++) buf_z(&b, i == 0 ? "{}" : ",{}");
    buf_z(&b, "]}");
    check(gate_ask_read(a, buf_str(&b), &q, &why) == E_LIMIT, "one more than a thousand is too many");
    buf_free(&b);
}

static void keys(Arena *a) {
    uint8_t digest[32];
    GateKeys k, again;
    Str why = STR_NONE;
    int64_t wait = 0;
    seal_sha256(S("secret of a"), digest);
    Str hex = hex_enc(a, str_bytes(digest, 32));
    seal_sha256(S("secret of b"), digest);
    Str csv = str_fmt(a, "name,key_sha256,per_second,scopes,until\r\nA," STR_FMT ",10,,\r\n\"B, national\"," STR_FMT ",5,gate national,2026-03-03\r\n", STR_ARG(hex), STR_ARG(hex_enc(a, str_bytes(digest, 32))));
    check(gate_keys_read(a, csv, &k, &why) == OK && k.n == 2, "a file of keys is read");
    GateKey *one = gate_key_find(&k, S("secret of a")), *two = gate_key_find(&k, S("secret of b"));
    check(one == &k.list[0] && two == &k.list[1] && gate_key_find(&k, S("secret of c")) == NULL && gate_key_find(&k, STR_NONE) == NULL && gate_key_find(&k, hex) == NULL, "a key is found by itself, not by what is kept of it");
    check(gate_key_use(NULL, GATE_MAY_ASK, 1, now, 0, &wait) == GRANT_NONE, "without a key nothing is answered");
    check(gate_key_use(one, GATE_MAY_NATIONAL, 1, now, 0, &wait) == GRANT_SCOPE && gate_key_use(two, GATE_MAY_NATIONAL | GATE_MAY_ASK, 1, now, 0, &wait) == GRANT_YES, "what a key may ask stands in its line");
    check(gate_key_use(two, GATE_MAY_ASK, 1, now + 86400000, 0, &wait) == GRANT_ENDED, "on the day it ends it is ended");
    check(gate_key_use(one, GATE_MAY_ASK, 20, now, 1000, &wait) == GRANT_YES && gate_key_use(one, GATE_MAY_ASK, 1, now, 1000, &wait) == GRANT_RATE && wait >= 1, "two seconds' worth at once, then no more");
    check(gate_key_use(one, GATE_MAY_ASK, 1, now, 1100, &wait) == GRANT_YES && gate_key_use(one, GATE_MAY_ASK, 1, now, 1100, &wait) == GRANT_RATE, "after a tenth of a second one of ten a second");
    check(gate_key_use(one, GATE_MAY_ASK, 100, now, 3100, &wait) == GRANT_YES && gate_key_use(one, GATE_MAY_ASK, 1, now, 3200, &wait) == GRANT_RATE && wait == 8, "a batch larger than the rate passes, and is paid off: %lld s", (long long)wait);
    check(gate_keys_read(a, csv, &again, &why) == OK, "the file is read again");
    gate_keys_take_over(&again, &k);
    check(gate_key_use(gate_key_find(&again, S("secret of a")), GATE_MAY_ASK, 1, now, 3300, &wait) == GRANT_RATE, "and gives nobody a fresh second");
    check(gate_key_use(one, GATE_MAY_ASK, 1, now, 3100 + 9000, &wait) == GRANT_YES, "after the time that was said it may ask again");
    static const struct { const char *row, *why; } bad[] = { { "A,12,10,,", "line 2: key_sha256" }, { ",%s,10,,", "line 2: name" }, { "A,%s,0,,", "per_second" }, { "A,%s,10,all,", "scopes" }, { "A,%s,10,,someday", "until" },
        { "A,%s,10,", "4 fields" }, { "A,%s,10,,\r\nB,%s,10,,", "line 3: this key stands higher up" } };
    for (size_t i = 0; i < LEN(bad); i++) {
        Buf b = buf_new(4096);
        size_t at = 0;
        buf_z(&b, "name,key_sha256,per_second,scopes,until\r\n");
        for (const char *c = bad[i].row; *c != '\0'; c++) {
            if (c[0] == '%') buf_put(&b, hex), c++;
            else buf_ch(&b, *c);
        }
        check(gate_keys_read(a, buf_str(&b), &k, &why) == E_INPUT && str_find(why, str_c(bad[i].why), &at), "refused: " STR_FMT, STR_ARG(why));
        buf_free(&b);
    }
    check(gate_keys_read(a, S("name;key\n"), &k, &why) == E_INPUT && str_starts(why, S("line 1: the head must be name,key_sha256")), "another head is refused: " STR_FMT, STR_ARG(why));
}

static void lists(Arena *a) {
    GateLists l;
    Str why = STR_NONE;
    check(gate_lists_read(a, S("list,asks,say,contact\n# ours\nhelpline,block,\"Please remove it, and tell us\",https://helpline.example/\n\nother,review,,\n"), &l, &why) == OK && l.n == 2, "what owners ask is read");
    check(str_eq(gate_list_find(&l, "helpline")->asks, S("block")) && gate_list_find(&l, "third") == NULL, "and found by the list; of others nothing is made up");
    check(gate_lists_read(a, S("list,asks,say,contact\na,delete,,\n"), &l, &why) == E_INPUT && str_eq(why, S("line 2: asks is block, review or report")), "a wish there is no word for is refused");
    check(gate_lists_read(a, S("list,asks,say,contact\na,block,,\na,review,,\n"), &l, &why) == E_INPUT, "a list that asks twice is refused");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    questions(a);
    keys(a);
    lists(a);
    arena_free(a);
    return tap_end();
}
