/* A second look: by somebody else, blind, once, and what it is good for. */
#include "core/desk/desk.h"
#include "core/desk/desk_second.h"
#include "core/step/pagekit.h"

#include <math.h>

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; desk_step.acts[i] != NULL; i++) all[n++] = desk_step.acts[i];
    must(n < LEN(all));
}
static const char *second_of(Kit *k, Id id) { return str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/second", STR_ARG(id_hex(k->c.arena, id)))); }
static Id classified(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    IncidentRow i = { .offence = S("NCII"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &i)) == OK);
    return id;
}

static void arithmetic(void) {
    /* Cohen's own way: 20 agree on A, 15 on B, 5 and 10 differ: po 0.7, pe 0.5, kappa 0.4. */
    SecondRow r[50];
    size_t n = 0;
    for (int i = 0; i < 20; i++) r[n++] = (SecondRow){ .first = S("A"), .offence = S("A") };
    for (int i = 0; i < 5; i++) r[n++] = (SecondRow){ .first = S("A"), .offence = S("B") };
    for (int i = 0; i < 10; i++) r[n++] = (SecondRow){ .first = S("B"), .offence = S("A") };
    for (int i = 0; i < 15; i++) r[n++] = (SecondRow){ .first = S("B"), .offence = S("B") };
    check(fabs(second_kappa(r, n) - 0.4) < 1e-12, "kappa is what is left of the agreement when chance is taken off");
    check(isnan(second_kappa(r, 0)) && isnan(second_kappa(r, 20)), "where all chose the same there is nothing to measure");
}

int main(void) {
    Kit k;
    Arena *a = arena_new(64u << 20);
    join();
    arithmetic();
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    Id id = classified(&k), other = classified(&k);
    SecondRow *rows = NULL;
    size_t n = 0;
    Asked p = kit_ask(&k, &desk_step, second_of(&k, id), NULL);
    check(page_has(&p, "You classified this case yourself") && !page_has(&p, "Give this second look"), "whoever classified a case gives no second look at it");
    p = kit_ask(&k, &desk_step, second_of(&k, id), FIELDS("offence", "NCII", "age", "18+"));
    check(p.err != OK || p.error != NULL || (second_of_case(&k.c, id, &rows, &n) == OK && n == 0), "nor by the form");
    kit_as_lead(&k);
    p = kit_ask(&k, &desk_step, "/seconds", NULL);
    check(page_has(&p, "/second\">K-") && page_has(&p, "No second look was given yet"), "a colleague finds the case among those for a second look");
    p = kit_ask(&k, &desk_step, second_of(&k, id), NULL);
    check(page_has(&p, "Give this second look") && !page_has(&p, "selected"), "and looks without seeing what was chosen");
    p = kit_ask(&k, &desk_step, second_of(&k, id), FIELDS("offence", "NCII", "age", "18+"));
    check(p.err == OK && second_of_case(&k.c, id, &rows, &n) == OK && n == 1 && rows[0].agrees, "the same offence and lane agree");
    p = kit_ask(&k, &desk_step, second_of(&k, id), FIELDS("offence", "NCII", "age", "18+"));
    must(second_of_case(&k.c, id, &rows, &n) == OK);
    check(n == 1, "a person looks once");
    p = kit_ask(&k, &desk_step, second_of(&k, other), FIELDS("offence", "nothing", "age", "18+"));
    check(p.errors == 1, "an offence that the law data does not know is refused");
    p = kit_ask(&k, &desk_step, second_of(&k, other), FIELDS("offence", "NCII", "age", "16-17"));
    CaseRow c;
    must(second_of_case(&k.c, other, &rows, &n) == OK && n == 1 && case_by_id(&k.c, other, &c) == OK);
    check(!rows[0].agrees && str_eq(c.turn, S("us")) && str_eq(c.next_duty, S("second_differs")), "another age lane differs, and the case is back on the desk");
    p = kit_ask(&k, &desk_step, "/seconds", NULL);
    check(page_has(&p, "50% (9–91%)") && page_has(&p, "Seen differently"), "agreement is a share with its interval, and what differs is listed");
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
