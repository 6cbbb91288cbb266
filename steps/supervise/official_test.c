/* Official files in the journal: read once, sums that are sums, a second file for a day names the first. */
#include "core/case/testkit.h"
#include "steps/supervise/official.h"

static const ActDef *const *acts_of(Arena *a) {
    size_t n = 0;
    while (core_acts[n] != NULL) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 2);
    for (size_t i = 0; i < n; i++) all[i] = core_acts[i];
    all[n] = &act_sor_read;
    return all;
}

static Str sum_of(Arena *a, char c) {
    char *p = arena_alloc(a, 32);
    memset(p, c, 32);
    return (Str){ p, 32 };
}

static SorFile file_of(Arena *a, char c) {
    return (SorFile){ .slug = S("global"), .day = S("2025-09-01"), .kind = S("full"), .form = S("V2"), .sha256 = sum_of(a, c), .sha1_state = S("none"), .bytes = 1000, .parts = 2, .lines = 103, .rows = 100, .repaired = 3,
        .quarantined = 1, .extract_rows = 7, .published = -1, .cube = sum_of(a, 'c'), .extract = sum_of(a, 'e'), .line_list = sum_of(a, 'l'), .quality = sum_of(a, 'q'), .crosswalk = sum_of(a, 'x') };
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(1 << 20);
    kit_open(&k, acts_of(a), NULL);
    Ctx *c = &k.c;
    SorFile f = file_of(a, '1'), got, short_ = f, more = f;
    kit_as_worker(&k);
    check(journal_one(c, sor_read_act(c, &f)) == E_DENIED, "a case worker cannot say that a file was read");
    kit_as_system(&k);
    short_.cube = str_sub(f.cube, 0, 20);
    check(journal_one(c, sor_read_act(c, &short_)) == E_INPUT && strcmp(c->fail.field, "cube") == 0, "a sum that is no SHA-256 is refused");
    kit_as_system(&k);
    more.rows = 104;
    check(journal_one(c, sor_read_act(c, &more)) == E_INPUT, "more statements than lines are refused");
    kit_as_system(&k);
    check(sor_file_by_sha(c, f.sha256, &got) == E_MISSING, "nothing of that is kept");
    check(journal_one(c, sor_read_act(c, &f)) == OK && sor_file_by_sha(c, f.sha256, &got) == OK && got.rows == 100 && got.published == -1 && str_eq(got.quality, f.quality) && id_none(got.prior), "a file that was read is there with its counts and sums");
    check(journal_one(c, sor_read_act(c, &f)) == E_CONFLICT, "and is not read twice");
    kit_as_system(&k);
    SorFile other = file_of(a, '2');
    check(journal_one(c, sor_read_act(c, &other)) == E_CONFLICT && strcmp(c->fail.field, "prior") == 0, "another file for the same day has to name the first");
    kit_later(&k, 1000);
    kit_as_system(&k);
    other.prior = got.id;
    other.published = 99;
    check(journal_one(c, sor_read_act(c, &other)) == OK && sor_file_newest(c, S("global"), S("2025-09-01"), S("full"), &got) == OK && str_eq(got.sha256, other.sha256) && got.published == 99 && !id_none(got.prior), "then both are kept, and the newest says which was before");
    other = file_of(a, '3');
    other.kind = S("light");
    check(journal_one(c, sor_read_act(c, &other)) == OK, "full and light are two things");
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
