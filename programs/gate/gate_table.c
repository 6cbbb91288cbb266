/* gate_table.c - see gate_table.h. */
#include "programs/gate/gate_table.h"

#include "foundation/base/csv.h"

Err gate_table_open(Arena *a, Str csv, const char *const *head, size_t n, GateTable *out, Str *out_why) {
    CsvReader *r = ARENA_NEW(a, CsvReader);
    Str *f = NULL;
    size_t got = 0;
    *r = csv_reader(csv, ',');
    *out = (GateTable){ .a = a, .reader = r, .columns = n };
    Err e = csv_row(a, r, &f, &got);
    bool good = e == OK && got == n;
    for (size_t i = 0; i < n && good; i++) good = str_eq(str_trim(f[i]), str_c(head[i]));
    if (good) return OK;
    Buf b = buf_new(1024);
    for (size_t i = 0; i < n; i++) csv_field(&b, str_c(head[i]), ',', i == 0);
    *out_why = str_fmt(a, "line 1: the head must be " STR_FMT, STR_ARG(buf_str(&b)));
    buf_free(&b);
    return E_INPUT;
}

Err gate_table_next(GateTable *t, Str **out_fields, Str *out_why) {
    CsvReader *r = t->reader;
    size_t got = 0;
    Err e = OK;
    do e = csv_row(t->a, r, out_fields, &got);
    while (e == OK && (got == 0 || (got == 1 && str_trim((*out_fields)[0]).n == 0) || str_starts((*out_fields)[0], S("#"))));
    t->line = r->line;
    if (e == E_MISSING) return E_MISSING;
    if (e != OK) *out_why = str_fmt(t->a, "line %zu: %s", r->line, r->why != NULL ? r->why : "it cannot be read");
    else if (got != t->columns) *out_why = str_fmt(t->a, "line %zu: %zu fields, there must be %zu", r->line, got, t->columns);
    else {
        for (size_t i = 0; i < got; i++) (*out_fields)[i] = str_trim((*out_fields)[i]);
        return OK;
    }
    return E_INPUT;
}
