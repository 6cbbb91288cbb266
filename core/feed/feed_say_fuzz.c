/* feed_say_fuzz.c - what subscribers send, from any bytes. */
#include "core/feed/feed_api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Arena *a;
    if (a == NULL) a = arena_new(256u << 20);
    arena_reset(a);
    Str body = str_bytes(data, size);
    SayHash *h = NULL;
    SayFeedback *f = NULL;
    size_t n = 0;
    const char *why = NULL;
    if (say_hashes_read(a, body, &h, &n, &why) == OK) {
        must(n <= SAY_RECORDS_MAX);
        for (size_t i = 0; i < n; i++) must(h[i].wrong != NULL || h[i].signal.n > 0);
    } else must(why != NULL);
    if (say_feedback_read(a, body, &f, &n, &why) == OK) {
        must(n <= SAY_RECORDS_MAX);
        for (size_t i = 0; i < n; i++) must(f[i].wrong != NULL || (f[i].value.n > 0 && (f[i].hash_n == 16 || f[i].hash_n == 32)));
    } else must(why != NULL);
    return 0;
}
