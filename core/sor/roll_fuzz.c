/* Whatever bytes call themselves a year file or an extract: read within their bounds, or refused. */
#include "core/sor/roll.h"

static void take(void *ctx, const ExtractRow *row) { *(size_t *)ctx += row->platform.n + row->explanation.n; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 20) return 0;
    Arena *a = arena_new(64 << 20);
    uint8_t *copy = arena_alloc(a, size + 8);
    const char *why = NULL;
    Roll r;
    size_t n = 0;
    if (size > 0) memcpy(copy, data, size);
    if (roll_open(a, str_bytes(copy, size), &r, &why) == OK) {
        uint16_t *slots = ARENA_ARRAY(a, uint16_t, ROLL_KEYS);
        uint8_t *classes = ARENA_ARRAY(a, uint8_t, ROLL_KEYS);
        int64_t acc[1] = { 0 };
        for (int t = 0; t < RT_N; t++) {
            (void)roll_sound(&r, (RollTable)t);
            for (uint32_t p = 0; p < r.dict_n[SD_PLATFORM] && t != RT_TEXTS; p++) roll_add_up(&r, (RollTable)t, p, slots, classes, 1, acc);
        }
    } else {
        must(why != NULL && why[0] != '\0');
    }
    (void)!extract_read(str_bytes(data, size), take, &n);
    arena_free(a);
    return 0;
}
