/* A small time-stamp authority in this process stamps; the stamp is read, and whatever does not fit is refused. */
#include "core/seal/teststamp.h"
#include "core/seal/seal.h"
#include "foundation/base/tap.h"

int main(void) {
    Arena *a = arena_new(64 << 20);
    uint8_t sha[32], other[32], nonce[8] = { 0xff, 2, 3, 4, 5, 6, 7, 8 }, nonce2[8] = { 1 };
    Str ask = STR_NONE;
    Stamp s = { 0 };
    const char *why = NULL;
    Tsa good = tsa_new("critical,timeStamping"), web = tsa_new("serverAuth");
    seal_sha256(S("the seal"), sha);
    seal_sha256(S("another seal"), other);
    check(stamp_ask(a, sha, nonce, &ask) == OK && ask.n > 40, "a question is made");
    Str reply = tsa_stamp(a, &good, ask);
    check(stamp_check(a, reply, sha, nonce, STR_NONE, &s, &why) == OK && why == NULL, "the authority's answer fits");
    struct timespec now;
    must(clock_gettime(CLOCK_REALTIME, &now) == 0);
    check(s.at / 1000 >= now.tv_sec - 60 && s.at / 1000 <= now.tv_sec + 60, "it says the time");
    check(str_eq(s.authority, S("/CN=Stamps Example")) && str_eq(s.serial, S("2A")) && !s.trusted, "and who stamped; without a list nobody is trusted");
    check(stamp_check(a, reply, sha, NULL, tsa_pem(a, good.cert), &s, &why) == OK && s.trusted, "an authority on the reader's list is trusted");
    check(stamp_check(a, reply, sha, NULL, tsa_pem(a, web.cert), &s, &why) == OK && !s.trusted, "one that is not, is not");
    check(stamp_check(a, reply, other, nonce, STR_NONE, &s, &why) == E_INPUT && strcmp(why, "the time stamp is of something else") == 0, "a stamp of something else is refused");
    check(stamp_check(a, reply, sha, nonce2, STR_NONE, &s, &why) == E_INPUT && strcmp(why, "the time stamp answers another question") == 0, "so is the answer to another question");
    size_t caught = 0, tried = 0;
    for (size_t i = 0; i < reply.n; i += 3, tried++) {
        char *z = str_z(a, reply);
        z[i] ^= 1;
        Stamp x = { 0 };
        if (stamp_check(a, (Str){ z, reply.n }, sha, nonce, STR_NONE, &x, &why) != OK || x.at != s.at || !str_eq(x.authority, s.authority)) caught++;
    }
    check(caught * 10 >= tried * 6, "most changed bytes break it (%zu of %zu; the rest stand in parts of the certificate that only the reader's list protects)", caught, tried);
    check(stamp_check(a, str_sub(reply, 0, reply.n - 1), sha, nonce, STR_NONE, &s, &why) == E_INPUT && stamp_check(a, S("no"), sha, nonce, STR_NONE, &s, &why) == E_INPUT, "what is cut off or no stamp at all is refused");
    Tsa ec = tsa_ec("critical,timeStamping");
    Str by_ec = tsa_stamp(a, &ec, ask), chain = STR_NONE;
    check(stamp_check(a, by_ec, sha, nonce, tsa_pem(a, ec.cert), &s, &why) == OK && s.trusted && s.checked && s.ends > s.at, "an authority with an elliptic key is read as well, and when its certificate ends");
    check(stamp_chain(a, reply, &chain) == OK && str_eq(chain, tsa_pem(a, good.cert)), "the certificates that a stamp carries can be put beside it");
    check(stamp_chain(a, str_sub(reply, 0, 50), &chain) == E_INPUT && stamp_check(a, by_ec, other, NULL, STR_NONE, &s, &why) == E_INPUT, "cut off, or over something else: refused");
    tsa_free(&ec);
    tsa_free(&good);
    tsa_free(&web);
    arena_free(a);
    return tap_end();
}
