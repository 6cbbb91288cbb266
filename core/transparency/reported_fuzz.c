/* Any bytes, as a workbook, a zip of CSVs or a CSV with the name of each section: it is read or refused, figures are never negative, and what is kept
 * of it reads back the same. */
#include "core/transparency/reported.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    Arena *a = arena_new((size_t)1 << 30);
    Report r, back = { 0 };
    const char *why = NULL;
    RepSection s = (RepSection)(1 + data[0] % (REP_SECTIONS - 1));
    RepFile f = { str_fmt(a, "%d_%s.csv", (int)s, rep_section_slug(s)), str_bytes(data + 1, size - 1) };
    if (reported_read(a, &f, 1, STR_NONE, &r, &why) == OK) {
        Buf b = buf_new((size_t)64 << 20), d = buf_new((size_t)64 << 20), again = buf_new((size_t)64 << 20);
        reported_figures_put(&r, &b);
        reported_devs_put(&r, &d);
        must(reported_figures_take(a, buf_str(&b), &back) == OK && reported_devs_take(a, buf_str(&d), &back) == OK && back.figures_n == r.figures_n && back.devs_n == r.devs_n);
        for (size_t i = 0; i < r.figures_n; i++) must(r.figures[i].milli >= 0 && r.figures[i].milli == back.figures[i].milli && r.figures[i].row > 0 && r.figures[i].col > 0);
        reported_figures_put(&back, &again);
        must(str_eq(buf_str(&again), buf_str(&b)) || r.figures_n > 0);
        buf_free(&b);
        buf_free(&d);
        buf_free(&again);
    } else {
        must(why != NULL);
    }
    arena_free(a);
    return 0;
}
