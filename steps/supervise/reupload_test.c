/* Back after removal (question 24), out of a record made by acts: the same place seen again, another place in the same case, and the same photo, which a
 * person confirmed, in another case at another place of the same platform. */
#include "core/case/case_step.h"
#include "core/case/print.h"
#include "core/case/request.h"
#include "core/step/pagekit.h"
#include "steps/supervise/asked_in.h"

enum { HOUR = 3600000, DAY = 24 * HOUR };
static const ActDef *all[130];

static Id place(Kit *k, Id case_id, const char *url) {
    LocationNew in = { .url_canonical = str_c(url), .host = S("plein.test"), .platform = S("demoplein"), .kind = S("image"), .source = S("victim"), .act_id = ctx_new_id(&k->c) };
    LocationResult r;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, case_id, &in, 1, &r, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    return r.location;
}

static void seen(Kit *k, Id case_id, Id location, const char *verdict) {
    kit_as_system(k);
    CheckNew n = { .location = location, .case_id = case_id, .verdict = str_c(verdict), .why = S("http_404"), .vantage = S("nl"), .removed = verdict_removed(str_c(verdict)) };
    must(journal_one(&k->c, location_check(&k->c, &n)) == OK);
    kit_as_worker(k);
}

static Id photo(Kit *k, Id case_id) {
    PrintNew p = { .hash = { .n = 1, .quality = 90 }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = k->c.now + 365 * (UnixMs)DAY, .said_by = S("victim") };
    Act *a = NULL;
    for (int i = 0; i < 4; i++) p.hash.form[0].q[i] = UINT64_C(0xF0E1D2C3B4A59687) * (uint64_t)(i + 1);
    must(print_give(&k->c, ID_NONE, k->org, case_id, &p, &a) == OK && journal_one(&k->c, a) == OK);
    return a->subject;
}

static const AskValue *figure(const AskAnswer *x, const char *code) {
    static const AskValue none = { .known = false };
    for (size_t i = 0; i < x->parts[0].figures_n; i++)
        if (strcmp(x->parts[0].figures[i].code, code) == 0) return &x->parts[0].figures[i].v;
    return &none;
}

static AskAnswer asked(Kit *k, const char *platform) {
    Years y = { .n = 0 };
    AskedWho who = { .wish = str_c(platform), .code = str_c(platform) };
    AskAnswer x;
    const char *why = "";
    kit_person(k, R_ANALYST, k->lead, k->org, NULL);
    must(asked_run(&k->c, k->c.arena, k->app.law, &y, ask_question(k->app.law, S("reupload")), &who, (Date){ 2026, 1, 1 }, (Date){ 2026, 12, 31 }, NULL, &x, &why) == OK);
    kit_as_worker(k);
    return x;
}
static bool is(const AskValue *v, int64_t part, int64_t whole) { return v->known && v->part == part && v->whole == whole; }

int main(void) {
    static Kit k;
    size_t n = 0;
    UnixMs again = 0;
    PrintMatch *m = NULL;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    kit_open(&k, all, NULL);
    k.app.law = kit_law(k.c.arena);
    kit_as_worker(&k);
    Id first = kit_case(&k, "18+", "spread", NULL), second = kit_case(&k, "18+", "spread", NULL), plain = kit_case(&k, "18+", "spread", NULL);
    Id a = place(&k, first, "https://plein.test/1"), b = place(&k, first, "https://plein.test/2"), c = place(&k, plain, "https://plein.test/3"), still = place(&k, plain, "https://plein.test/4");
    (void)photo(&k, first);
    kit_later(&k, HOUR);
    seen(&k, first, a, "gone");
    seen(&k, first, b, "gone");
    seen(&k, plain, c, "gone");
    seen(&k, plain, still, "still_online");
    AskAnswer x = asked(&k, "demoplein");
    check(is(figure(&x, "share"), 0, 3) && figure(&x, "gone")->part == 3, "three places are proven gone, none is back");
    check(is(figure(&x, "photo"), 0, 2) && is(figure(&x, "place"), 0, 3), "two of them lie in a case with a fingerprint; of the third nobody can know");
    kit_later(&k, 5 * (UnixMs)DAY);
    seen(&k, first, a, "still_online");
    x = asked(&k, "demoplein");
    check(is(figure(&x, "share"), 1, 3), "one is seen again after five days");
    (void)place(&k, second, "https://plein.test/9");
    Id other = photo(&k, second);
    kit_as_system(&k);
    must(print_match_run(&k.c, other, k.c.now, &again) == OK);
    kit_as_worker(&k);
    x = asked(&k, "demoplein");
    check(is(figure(&x, "photo"), 0, 2), "a photo that may be the same counts for nothing before a person has looked");
    must(print_match_of_case(&k.c, first, &m, &n) == OK && n == 1);
    must(journal_one(&k.c, print_decide(&k.c, &m[0], true)) == OK);
    x = asked(&k, "");
    check(is(figure(&x, "photo"), 2, 2), "confirmed, the material of both places has come back at another place of the platform");
    const AskTable *t = &x.parts[0].tables[0];
    check(t->rows == 1 && is(&t->cells[2], 1, 3) && is(&t->cells[3], 2, 2), "and so says the row of the platform");
    kit_later(&k, 5 * (UnixMs)DAY);
    kit_as_worker(&k);
    (void)place(&k, plain, "https://plein.test/5");
    x = asked(&k, "demoplein");
    check(is(figure(&x, "place"), 1, 3), "another place in the same case, ten days on, is a return of its own kind");
    kit_later(&k, 40 * (UnixMs)DAY);
    kit_as_worker(&k);
    (void)place(&k, first, "https://plein.test/6");
    seen(&k, first, b, "still_online");
    x = asked(&k, "demoplein");
    check(is(figure(&x, "share"), 1, 3) && is(figure(&x, "place"), 1, 3), "after thirty days nothing counts as a return any more");
    kit_person(&k, R_ANALYST, k.lead, ctx_new_id(&k.c), NULL);
    Years y = { .n = 0 };
    AskedWho who = { 0 };
    const char *why = "";
    must(asked_run(&k.c, k.c.arena, k.app.law, &y, ask_question(k.app.law, S("reupload")), &who, (Date){ 2026, 1, 1 }, (Date){ 2026, 12, 31 }, NULL, &x, &why) == OK);
    check(figure(&x, "gone")->part == 0, "another organisation's record is not in it");
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
