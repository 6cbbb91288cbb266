/* First line: the name of a table. The rest is that table; the others are empty. A law that loads answers every question without a fault. */
#include "core/law/law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Zone *utc(void *arg, Arena *a, Str name) {
    (void)arg, (void)a;
    return name.n > 0 ? zone_utc() : NULL;
}

static void ask(const Law *law, Arena *a) {
    static const LawPause pause = { { "", 0 }, { 2026, 3, 10 }, { 2026, 3, 20 } };
    const LawTermRow *const *terms = NULL;
    const LawOffence *const *offences = NULL;
    LawStep *steps = NULL;
    size_t n = law_term_row_list(law, DATE_NONE, a, &terms), k = 0;
    for (size_t i = 0; i < n && i < 8; i++) {
        TermQuery q = { .rule = terms[i]->r.id, .from = 1772442000000, .at = 1782442000000, .pauses = &pause, .pauses_n = i & 1 };
        TermResult r = { .problem = { { NULL, 0 } } };
        if (law_term(law, &q, a, &r) != OK) continue;
        must(r.derivation_n > 0 || r.has_due);
        for (size_t w = 0; w < r.derivation_n; w++) (void)law_reason_text(law, &r.derivation[w], LANG_NL, a);
        must(law_next_steps(law, q.rule, 1772442000000, zone_utc(), a, &steps, &k) != E_LIMIT);
    }
    n = law_offence_list(law, DATE_NONE, a, &offences);
    for (size_t i = 0; i < n && i < 8; i++) {
        RouteQuery q = { .offence = offences[i]->r.id, .depicted = S("unknown"), .reporter = S("victim"), .at = { 2026, 3, 2 } };
        RouteResult r = { .lane = STR_NONE };
        if (law_route(law, &q, a, &r) == OK) must(r.steps_n > 0);
    }
    (void)law_platform_of_host(law, S("a.b.test"), DATE_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Str all = str_bytes(data, size), name = STR_NONE;
    size_t end = 0;
    if (!str_chr(all, '\n', &end)) return 0;
    name = str_sub(all, 0, end);
    LawFile files[LAW_TABLE_N + 1] = { { NULL, { NULL, 0 } } };
    for (size_t t = 0; t < LAW_TABLE_N; t++) {
        files[t] = (LawFile){ law_table_name((LawTable)t), S("id\n") };
        if (str_eq(name, str_c(files[t].name))) files[t].csv = str_sub(all, end + 1, all.n);
        if (t == LAW_COUNTRIES && files[t].csv.n == 3) files[t].csv = S("id,name_nl,name_en,eu,zone\nNL,a,b,yes,UTC\n");
    }
    Arena *a = arena_new((size_t)512 << 20);
    const Law *law = NULL;
    const LawProblem *problems = NULL;
    const LawDiff *diff = NULL;
    LawProblem p = { .text = STR_NONE };
    if (law_new(a, files, utc, NULL, &law, &p) == OK) {
        (void)law_check(law, a, &problems);
        (void)law_diff(law, (Date){ 2025, 1, 1 }, (Date){ 2027, 1, 1 }, a, &diff);
        ask(law, a);
    } else {
        must(p.file.n > 0 && p.line >= 1 && p.col >= 1 && p.text.n > 0);
    }
    arena_free(a);
    return 0;
}
