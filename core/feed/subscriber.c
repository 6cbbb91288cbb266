/* subscriber.c - the words of a subscriber's rights, and the digest of its key. */
#include "core/feed/subscriber.h"
#include "core/seal/seal.h"

const char *const subscriber_scope_codes[] = { "fetch", "submit", "feedback", "gate", "national", NULL };
const char *const subscriber_list_codes[] = { "people", "others", NULL };
const char *const subscriber_kind_codes[] = { "pdq", "sha256", "md5", "url", NULL };

void subscriber_key_digest(Str presented, uint8_t out[32]) { seal_sha256(presented, out); }

static bool words_read(Str words, const char *const *codes, unsigned *out) {
    Str one = STR_NONE;
    *out = 0;
    while (words.n > 0 && str_split(&words, '+', &one)) {
        unsigned bit = 0;
        for (unsigned i = 0; codes[i] != NULL; i++)
            if (str_eq(one, str_c(codes[i]))) bit = 1u << i;
        if (bit == 0) return false;
        *out |= bit;
    }
    return true;
}

static Str words_of(Arena *a, unsigned bits, const char *const *codes) {
    Buf b = buf_new(256);
    for (unsigned i = 0; codes[i] != NULL; i++) {
        if ((bits & (1u << i)) == 0) continue;
        if (b.n > 0) buf_ch(&b, '+');
        buf_z(&b, codes[i]);
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

bool subscriber_scopes_read(Str words, unsigned *out) { return words_read(words, subscriber_scope_codes, out); }
bool subscriber_lists_read(Str words, unsigned *out) { return words_read(words, subscriber_list_codes, out); }
bool subscriber_kinds_read(Str words, unsigned *out) { return words_read(words, subscriber_kind_codes, out); }
Str subscriber_scopes_words(Arena *a, unsigned bits) { return words_of(a, bits, subscriber_scope_codes); }
Str subscriber_lists_words(Arena *a, unsigned bits) { return words_of(a, bits, subscriber_list_codes); }
Str subscriber_kinds_words(Arena *a, unsigned bits) { return words_of(a, bits, subscriber_kind_codes); }
