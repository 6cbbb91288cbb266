/* A configuration is taken whole or refused with a reason; lines are counted right. */
#include "foundation/sys/config.h"

static const ConfKey keys[] = {
    { "web", "workers", CONF_INT, "2", .min = 1, .max = 64, .help = "how many" },
    { "web", "url", CONF_TEXT, "", .help = "where" },
    { "mail", "tls", CONF_CHOICE, "none", .choices = "none starttls tls", .help = "how" },
    { "mail", "on", CONF_BOOL, "no", .help = "whether" },
    { "net", "allow", CONF_LIST, "", .help = "which" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *a = arena_new(8 << 20);
    Conf c = { 0 };
    Str why = STR_NONE;
    Err e = conf_read(a, keys, LEN(keys), str_bytes(data, size), NULL, &c, &why);
    must(e == OK || e == E_LIMIT || (e == E_INPUT && str_starts(why, S("line "))));
    if (e == OK) {
        must(conf_int(&c, "web", "workers") >= 1 && conf_int(&c, "web", "workers") <= 64);
        Str rest = conf_list(&c, "net", "allow"), one = STR_NONE;
        while (conf_list_next(&rest, &one)) must(one.n > 0);
        (void)conf_bool(&c, "mail", "on");
    }
    arena_free(a);
    return 0;
}
