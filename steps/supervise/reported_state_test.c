/* Transparency reports in the journal: read once, about a platform of the register; the newest of a period counts; figures come back as they were. */
#include "core/step/pagekit.h"
#include "core/case/platform.h"
#include "steps/supervise/reported_state.h"
#include "steps/supervise/supervise.h"

static const ActDef *const *acts_of(Arena *a) {
    size_t n = 0;
    while (core_acts[n] != NULL) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 2);
    for (size_t i = 0; i < n; i++) all[i] = core_acts[i];
    all[n] = &act_reported_read;
    return all;
}

static Report made(Arena *a, uint64_t seed, ReportedFile **out_files, size_t *out_n) {
    RepWish w = { .seed = seed, .service = S("Voorbeeld"), .from = S("2025-07-01"), .to = S("2025-12-31"), .published = S("2026-02-20") };
    RepFile *f = NULL;
    Report r;
    const char *why = "";
    reported_make(a, &w, false, &f, out_n);
    must(reported_read(a, f, *out_n, STR_NONE, &r, &why) == OK);
    *out_files = ARENA_ARRAY(a, ReportedFile, *out_n);
    for (size_t i = 0; i < *out_n; i++) {
        char *sum = arena_alloc(a, 32);
        memset(sum, (int)(seed + i), 32);
        (*out_files)[i] = (ReportedFile){ f[i].name, { sum, 32 }, (int64_t)f[i].bytes.n };
    }
    return r;
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(1 << 30);
    kit_open(&k, acts_of(a), NULL);
    k.app.law = kit_law(k.c.arena);
    Ctx *c = &k.c;
    PlatformView *all = NULL;
    size_t n = 0, rows_n = 0, platforms = 0;
    kit_as_worker(&k);
    must(platform_list(c, STR_NONE, STR_NONE, &all, &platforms) == OK && platforms > 1);
    Str p = all[0].code, q = all[1].code, sum = STR_NONE, again = STR_NONE;
    ReportedFile *files = NULL;
    Report r = made(a, 3, &files, &n), back;
    ReportedAbout about;
    ReportedRow row, *rows = NULL;
    Act *act = NULL;
    kit_as_worker(&k);
    check(reported_act(c, p, &r, files, n, ID_NONE, &act) == OK && journal_one(c, act) == E_DENIED, "a case worker cannot say that a report was read");
    kit_as_system(&k);
    check(reported_act(c, S("nobody"), &r, files, n, ID_NONE, &act) == OK && journal_one(c, act) == E_MISSING && strcmp(c->fail.field, "platform") == 0, "a platform that the register does not have is refused");
    kit_as_system(&k);
    Report odd = r;
    odd.to = S("2025-06-30");
    check(reported_act(c, p, &odd, files, n, ID_NONE, &act) == OK && journal_one(c, act) == E_INPUT && strcmp(c->fail.field, "from") == 0, "a period that ends before it begins is refused");
    kit_as_system(&k);
    Err first_err = reported_act(c, p, &r, files, n, ID_NONE, &act);
    if (first_err == OK) first_err = journal_one(c, act);
    check(first_err == OK, "a report that was read stands in the record (%s %s %s)", err_name(first_err), c->fail.field ? c->fail.field : "", c->fail.msgid ? c->fail.msgid : "");
    check(reported_sum(a, files, n, &sum) == OK && reported_by_sha(c, p, sum, &row) == OK && row.figures == (int64_t)r.figures_n && row.devs == 0 && row.files == (int64_t)n, "it is found by the hash of its files");
    for (size_t i = 0; i < n / 2; i++) {
        ReportedFile x = files[i];
        files[i] = files[n - 1 - i];
        files[n - 1 - i] = x;
    }
    check(reported_sum(a, files, n, &again) == OK && str_eq(sum, again), "which does not depend on the order in which they are given");
    check(reported_act(c, p, &r, files, n, ID_NONE, &act) == OK && journal_one(c, act) == E_CONFLICT, "and is not read twice");
    kit_as_worker(&k);
    check(reported_row(c, row.id, &row) == OK && reported_open(c, &row, &back, &about) == OK && back.figures_n == r.figures_n && about.files_n == n && str_eq(about.provider, S("Voorbeeld B.V.")) && str_eq(about.published, S("2026-02-20")), "whoever may see platforms sees what it said");
    int64_t v = 0, w = 0;
    check(reported_get(&r, REP_NOTICES, "notices_tf", STR_NONE, STR_NONE, STR_NONE, &v) && reported_get(&back, REP_NOTICES, "notices_tf", STR_NONE, STR_NONE, STR_NONE, &w) && v == w && v > 0, "a figure comes back as it was");
    check(reported_for(c, p, S("2025-08-01"), S("2025-09-30"), &row) == OK && reported_for(c, p, S("2025-06-30"), S("2025-09-30"), &row) == E_MISSING && reported_for(c, q, S("2025-08-01"), S("2025-09-30"), &row) == E_MISSING, "it is the report for days within its period, of that platform only");
    kit_as_inspector(&k);
    check(reported_rows(c, p, true, &rows, &rows_n) == OK && rows_n == 0, "another organisation has its own");
    kit_later(&k, 60000);
    kit_as_system(&k);
    Id first = row.id;
    Report r2 = made(a, 4, &files, &n);
    check(reported_act(c, p, &r2, files, n, ID_NONE, &act) == OK && journal_one(c, act) == E_CONFLICT && strcmp(c->fail.field, "prior") == 0, "another file for the same period has to name the one before");
    kit_as_system(&k);
    check(reported_act(c, p, &r2, files, n, first, &act) == OK && journal_one(c, act) == OK, "named, it is read");
    kit_as_worker(&k);
    check(reported_rows(c, p, false, &rows, &rows_n) == OK && rows_n == 1 && id_eq(rows[0].prior, first), "then the newest counts");
    check(reported_rows(c, STR_NONE, true, &rows, &rows_n) == OK && rows_n == 2, "and both are kept");
    /* the pages */
    k.c.lang = LANG_EN;
    kit_as_worker(&k);
    Asked page = kit_ask(&k, &supervise_step, str_z(c->arena, str_fmt(c->arena, "/platform/" STR_FMT "/reports", STR_ARG(p))), NULL);
    check(page.err == OK && page_has(&page, "a later file took its place") && page_has(&page, "xlsx") == false && page_has(&page, ">csv<"), "the list has both, and says which one counts");
    page = kit_ask(&k, &supervise_step, str_z(c->arena, str_fmt(c->arena, "/platform/" STR_FMT "/reports", STR_ARG(q))), NULL);
    check(page.err == OK && page_has(&page, "No transparency report of this platform was read."), "a platform without one says so");
    const char *one = str_z(c->arena, str_fmt(c->arena, "/platform/" STR_FMT "/report/" STR_FMT, STR_ARG(p), STR_ARG(id_hex(c->arena, rows[0].id))));
    page = kit_ask(&k, &supervise_step, one, NULL);
    check(page.err == OK && page_has(&page, "It follows the template in everything that is looked at.") && page_has(&page, "No notice was sent to this platform from here in this period.") && page_has(&page, "What cannot be compared"), "a report's page says what it follows, what stands beside it, and what cannot be compared");
    check(page_has(&page, "Cyber violence") && !page_has(&page, "Animal welfare"), "of its figures those are shown that this house is about");
    page = kit_ask(&k, &supervise_step, str_z(c->arena, str_fmt(c->arena, "%s/figures.csv", one)), NULL);
    check(page.err == OK && page_has(&page, "notices,notices_tf,STATEMENT_CATEGORY_ANIMAL_WELFARE"), "all of them are in the file");
    page = kit_ask(&k, &supervise_step, str_z(c->arena, str_fmt(c->arena, "%s/deviations.csv", one)), NULL);
    check(page.err == OK && page_has(&page, "code,section,file,row"), "and the deviations in another");
    page = kit_ask(&k, &supervise_step, str_z(c->arena, str_fmt(c->arena, "/platform/" STR_FMT "/report/" STR_FMT, STR_ARG(q), STR_ARG(id_hex(c->arena, rows[0].id)))), NULL);
    check(page.err == E_MISSING, "a report is no other platform's");
    kit_as_inspector(&k);
    page = kit_ask(&k, &supervise_step, one, NULL);
    check(page.err == E_MISSING, "nor another organisation's");
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
