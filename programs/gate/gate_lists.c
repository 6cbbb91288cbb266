/* gate_lists.c - what the owners of lists ask of who meets one of their hashes. */
#include "programs/gate/gate.h"
#include "programs/gate/gate_table.h"

static const char *list_row(const Str *f, const GateLists *before, GateList *out) {
    static const char *const asks[] = { "block", "review", "report" };
    bool known = false;
    for (size_t i = 0; i < LEN(asks); i++) known = known || str_eq(f[1], str_c(asks[i]));
    if (f[0].n == 0 || f[0].n > BANK_SOURCE_MAX) return "list is the name of a source, at most 47 bytes";
    if (!known) return "asks is block, review or report";
    if (f[2].n > GATE_TEXT_MAX || f[3].n > GATE_TEXT_MAX || !str_utf8_ok(f[2]) || !str_utf8_ok(f[3])) return "say and contact are text of at most 500 bytes";
    for (size_t i = 0; i < before->n; i++)
        if (str_eq(before->list[i].source, f[0])) return "this list stands higher up already";
    *out = (GateList){ f[0], f[1], f[2], f[3] };
    return NULL;
}

Err gate_lists_read(Arena *a, Str csv, GateLists *out, Str *out_why) {
    static const char *const head[] = { "list", "asks", "say", "contact" };
    GateTable t;
    GateLists l = { .list = ARENA_ARRAY(a, GateList, GATE_LISTS_MAX) };
    Str *f = NULL;
    TRY(gate_table_open(a, csv, head, LEN(head), &t, out_why));
    Err e = gate_table_next(&t, &f, out_why);
    for (; e == OK; e = gate_table_next(&t, &f, out_why)) {
        const char *wrong = l.n == GATE_LISTS_MAX ? "more than 1000 lists" : list_row(f, &l, &l.list[l.n]);
        if (wrong != NULL) return *out_why = str_fmt(a, "line %zu: %s", t.line, wrong), E_INPUT;
        l.n++;
    }
    if (e != E_MISSING) return e;
    *out = l;
    return OK;
}

const GateList *gate_list_find(const GateLists *l, const char *source) {
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->list[i].source, str_c(source))) return &l->list[i];
    return NULL;
}
