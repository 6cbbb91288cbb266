/* The answer of an authority: whatever it is, reading it comes back; a token and its certificates come out of nothing else than an answer. */
#include "core/seal/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(64 << 20);
    Str reply = str_bytes(data, size), chain = STR_NONE, token = STR_NONE;
    uint8_t sha[32] = { 0 };
    Stamp s = { 0 };
    const char *why = NULL;
    Err read = stamp_check(a, reply, sha, NULL, STR_NONE, &s, &why), certs = stamp_chain(a, reply, &chain), der = stamp_token(a, reply, &token);
    must((read == OK) == (why == NULL));
    must(read != OK || (certs == OK && der == OK && s.checked && !s.trusted));
    must(certs != OK || der == OK);
    arena_free(a);
    return 0;
}
