/* values.c - the published values of the enumerated columns (values.csv): what is not among them is new. For keywords the table has
 * those that this house is about; the others are new until somebody adds them. */
#include "core/sor/sor_in.h"
#include "foundation/base/csv.h"

extern const char sor_values_csv[];
extern const size_t sor_values_csv_n;

size_t sor_values(Arena *a, const SorValue **out) {
    enum { VALUES_MAX = 1024 };
    SorValue *v = ARENA_ARRAY(a, SorValue, VALUES_MAX);
    CsvReader r = csv_reader((Str){ sor_values_csv, sor_values_csv_n }, ',');
    Str *f = NULL;
    size_t n = 0, fields = 0;
    must(csv_row(a, &r, &f, &fields) == OK && fields == 5);
    while (n < VALUES_MAX && csv_row(a, &r, &f, &fields) == OK) {
        must(fields == 5);
        v[n++] = (SorValue){ .column = f[0], .value = f[1], .v1 = f[2].n > 0, .v2 = f[3].n > 0, .wide = f[4].n > 0 };
    }
    must(n > 0 && n < VALUES_MAX);
    *out = v;
    return n;
}

bool sor_value_listed(const SorValue *v, size_t n, Str column) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].column, column)) return true;
    return false;
}

bool sor_value_known(const SorValue *v, size_t n, Str column, Str value) {
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].column, column) && str_eq(v[i].value, value)) return true;
    return false;
}

void sor_words(Arena *a, const SorDict *sets, SorDict *out) {
    dict_new(a, 4095, out);
    for (uint32_t i = 1; i < sets->n; i++) {
        Str rest = sets->v[i], w;
        if (rest.n == 0 || rest.p[0] != '[') { /* not an array: as it stands */
            out->rows[dict_id(a, out, rest)] += sets->rows[i];
            continue;
        }
        while (sor_word_next(&rest, &w)) out->rows[dict_id(a, out, w)] += sets->rows[i];
    }
}
