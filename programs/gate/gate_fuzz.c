/* Questions, files of keys and of lists: read whole or refused with a reason. */
#include "programs/gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 20000) return 0;
    Arena *a = arena_new(64 << 20);
    Str text = str_bytes(data + 1, size - 1), why = STR_NONE;
    const char *said = NULL;
    GateAsk ask;
    GateKeys keys;
    GateLists lists;
    Err e = OK;
    if (data[0] == 'k') {
        int64_t wait = 0;
        e = gate_keys_read(a, text, &keys, &why);
        for (size_t i = 0; e == OK && i < keys.n; i++) (void)gate_key_use(&keys.list[i], GATE_MAY_ASK, 1000, 1772442000000, 5, &wait);
        must((e == OK) == (why.n == 0));
    } else if (data[0] == 'l') {
        e = gate_lists_read(a, text, &lists, &why);
        must((e == OK) == (why.n == 0));
        for (size_t i = 0; e == OK && i < lists.n; i++) must(gate_list_find(&lists, str_z(a, lists.list[i].source)) != NULL);
    } else {
        e = gate_ask_read(a, text, &ask, &said);
        must((e == OK) == (said == NULL));
        for (size_t i = 0; e == OK && i < ask.n; i++) must(ask.items[i].wrong != NULL || (ask.items[i].signal > SIGNAL_NONE && ask.items[i].signal < SIGNALS));
    }
    arena_free(a);
    return 0;
}
