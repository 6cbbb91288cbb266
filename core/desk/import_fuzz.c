/* Whatever a file of links holds: every line that holds something is a row, the counts add up, what counts as a link is one. */
#include "core/desk/import.h"

static void whole(const Import *in) {
    size_t good = 0, again = 0, wrong = 0;
    must(in->n <= URL_LINES_MAX && in->good + in->again + in->wrong == in->n);
    for (size_t i = 0; i < in->n; i++) {
        const ImportRow *r = &in->rows[i];
        if (r->wrong != URL_GOOD) wrong++;
        else if (r->again) again++;
        else good++;
        must(r->wrong != URL_GOOD || r->url.text.n > 0);
        must(!r->torn || r->wrong != URL_GOOD);
        must(r->kind.n > 0 && r->note.n <= 2000 && str_utf8_ok(r->note));
        must(i == 0 || r->line > in->rows[i - 1].line);
    }
    must(good == in->good && again == in->again && wrong == in->wrong);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Arena *a = arena_new(256 << 20);
    Import in;
    import_file(a, str_bytes(data, size), STR_NONE, &in);
    whole(&in);
    arena_free(a);
    return 0;
}
