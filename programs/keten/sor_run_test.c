/* The parts of a day over several threads: the same cube as with one, parts taken in order, an error ends the run. Built with the
 * thread sanitizer whatever the rest is built with. */
#include "core/sor/testzip.h"
#include "foundation/base/tap.h"
#include "programs/keten/sor_run.h"

enum { PARTS = 40, ROWS = 250 };

static void csv(Buf *b, int part) {
    static const char *const categories[] = { "STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "STATEMENT_CATEGORY_CYBER_VIOLENCE" };
    buf_z(b, "uuid,platform_name,category,category_specification,decision_ground,source_type,application_date,created_at");
    for (int i = 0; i < ROWS; i++)
        buf_printf(b, "\n11111111-2222-3333-4444-%012d,\"Platform %d\",%s,\"[\"\"KEYWORD_NON_CONSENSUAL_IMAGE_SHARING\"\"]\",DECISION_GROUND_ILLEGAL_CONTENT,SOURCE_%d,\"2025-08-%02d 00:00:00\",\"2025-09-01 10:00:00\"", i, (i * 7 + part) % 60,
            categories[(i + part) % 3], i % 4, 1 + (i * part) % 30);
}

typedef struct Taken { size_t n, fail_at; bool ordered; int64_t rows, extract; } Taken;
static Err take(void *ctx, size_t k, const SorEntry *e, const SorPart *p) {
    Taken *t = ctx;
    (void)e;
    t->ordered = t->ordered && k == t->n;
    t->n++;
    t->rows += sor_part_counts(p)->rows;
    t->extract += (int64_t)sor_part_extract(p).n;
    return k == t->fail_at ? E_OUTSIDE : OK;
}

static Err run(const SorEntry *e, int threads, Taken *t, Buf *cube_bytes) {
    static const SorPair pair[] = { { { "STATEMENT_CATEGORY_CYBER_VIOLENCE", 33 }, { "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING", 36 }, { "NCII", 4 } } };
    SorSpec spec = { .day = S("2025-09-01"), .pairs = pair, .pairs_n = 1, .home = S("NL"), .engine = sor_engine_best(), .width = sor_width_best() };
    Arena *a = arena_new(256 << 20);
    SorDay day;
    SorCube cube;
    sor_day_new(a, &day);
    SorRun r = { .spec = &spec, .parts = e, .parts_n = PARTS, .threads = threads, .day = &day, .take = take, .take_ctx = t };
    Err err = sor_run(&r);
    sor_day_cube(a, &day, S("2025-09-01"), S("global"), S("full"), &cube);
    must(sor_cube_write(a, &cube, cube_bytes) == OK);
    arena_free(a);
    return err;
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    Buf b = buf_new(16 << 20), first = buf_new(SOR_CUBE_MAX);
    TestZip z = { 0 };
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    for (int k = 0; k < PARTS; k++) {
        char name[32];
        snprintf(name, sizeof name, "part-%02d.csv", k);
        buf_clear(&b);
        csv(&b, k);
        tz_add(&z, name, buf_str(&b), 8);
    }
    must(sor_zip_entries(a, tz_end(&z), &e, &n, &why) == OK && n == PARTS);
    Taken one = { .fail_at = PARTS, .ordered = true };
    must(run(e, 1, &one, &first) == OK && one.rows == PARTS * ROWS && one.extract > 0);
    static const int threads[] = { 2, 4, SOR_THREADS_MAX };
    for (size_t i = 0; i < LEN(threads); i++) {
        Buf again = buf_new(SOR_CUBE_MAX);
        Taken t = { .fail_at = PARTS, .ordered = true };
        check(run(e, threads[i], &t, &again) == OK && t.ordered && t.rows == one.rows && t.extract == one.extract && str_eq(buf_str(&first), buf_str(&again)), "%d threads: parts in order, and the same cube as with one", threads[i]);
        buf_free(&again);
    }
    Buf some = buf_new(SOR_CUBE_MAX);
    Taken fails = { .fail_at = 5, .ordered = true };
    check(run(e, 4, &fails, &some) == E_OUTSIDE && fails.n == 6, "when a part cannot be kept nothing after it is");
    buf_free(&some);
    tz_free(&z);
    buf_free(&b);
    buf_free(&first);
    arena_free(a);
    return tap_end();
}
