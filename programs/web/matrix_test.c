/* matrix_test.c - who may do what on which page, in which state of a case: every cell, against test/access/matrix.csv.
 * With --write PATH the file is made anew; whoever does that reads the difference line by line. The laws below hold whatever the file says. */
#include "core/case/testkit.h"
#include "programs/web/web.h"

#include <stdio.h>

typedef struct Who { const char *name; uint32_t roles; bool own_org, team, shared, own_case, link; } Who;
static const Who people[] = {
    { "public", R_PUBLIC, false, false, false, false, false }, { "reporter", R_VICTIM, false, false, false, true, false }, { "another reporter", R_VICTIM, false, false, false, false, false },
    { "platform", R_PLATFORM, false, false, false, false, true }, { "worker", R_WORKER, true, true, false, false, false }, { "worker of another team", R_WORKER, true, false, false, false, false },
    { "worker of another organisation", R_WORKER, false, false, false, false, false }, { "lead", R_WORKER | R_LEAD, true, true, false, false, false }, { "analyst", R_ANALYST, true, false, false, false, false },
    { "inspector with a share", R_INSPECTOR, false, false, true, false, false }, { "inspector of another body", R_INSPECTOR, false, false, false, false, false }, { "administrator", R_ADMIN, true, false, false, false, false },
};
static const char *const states[] = { "open", "paused", "withdrawn", "closed", "merged", "erased" };
enum { STATES = LEN(states), PEOPLE = LEN(people) };

typedef struct World { Kit k; Id cases[STATES], stranger, outsider; } World;

static void as(World *w, const Who *p, Id case_id) {
    Kit *k = &w->k;
    Id user = p->team ? k->worker : p->own_org ? w->stranger : p->shared ? k->inspector : w->outsider;
    Id org = p->own_org ? k->org : p->shared ? k->authority_org : k->platform_org;
    k->c.person = (Person){ .roles = p->roles, .user = user, .org = org, .case_id = p->own_case ? case_id : (p->roles & R_VICTIM) ? w->stranger : ID_NONE, .notice = p->link ? w->outsider : ID_NONE };
    if (p->roles & (R_PUBLIC | R_VICTIM | R_PLATFORM)) k->c.person.org = k->org;
    k->c.session = NULL;
    k->c.fail = (Fail){ 0 };
}

static void make_cases(World *w) {
    Kit *k = &w->k;
    for (size_t i = 0; i < STATES; i++) w->cases[i] = kit_case(k, "18+", "spread", NULL);
    w->stranger = ctx_new_id(&k->c);
    w->outsider = ctx_new_id(&k->c);
    k->platform_org = ctx_new_id(&k->c);
    const Who victim = people[1];
    for (size_t i = 1; i < STATES; i++) { /* before the state changes: afterwards nothing more is shared */
        kit_as_worker(k);
        must(journal_one(&k->c, share_make(&k->c, w->cases[i], w->cases[i], k->authority_org, S("filing"), S("dossier"), k->c.now + 86400000)) == OK);
    }
    kit_as_worker(k);
    must(journal_one(&k->c, share_make(&k->c, w->cases[0], w->cases[0], k->authority_org, S("filing"), S("dossier"), k->c.now + 86400000)) == OK);
    as(w, &victim, w->cases[1]);
    must(journal_one(&k->c, case_pause(&k->c, w->cases[1])) == OK);
    as(w, &victim, w->cases[2]);
    must(journal_one(&k->c, case_withdraw(&k->c, w->cases[2], S("all"))) == OK);
    kit_as_worker(k);
    must(journal_one(&k->c, case_close(&k->c, w->cases[3], S("withdrawn"))) == OK);
    kit_as_lead(k);
    must(journal_one(&k->c, case_merge(&k->c, w->cases[4], w->cases[0])) == OK);
    must(journal_one(&k->c, case_erase(&k->c, w->cases[5], S("asked"), S("lead"))) == OK);
}

/* One letter a cell: y may, n may not (and may know that it is there), - is not even there. */
static char cell(World *w, const Route *r, const Who *p, Id case_id) {
    as(w, p, case_id);
    bool level_open = r->level == LEVEL_OPEN || r->level == LEVEL_API;
    if ((r->who & p->roles) == 0 && !(level_open && (r->who & R_PUBLIC) != 0)) return '-';
    Err e = access_case(&w->k.c, r->action, case_id);
    return e == OK ? 'y' : e == E_DENIED ? 'n' : '-';
}

static bool case_route(const Route *r) { return strstr(r->path, "{case}") != NULL; }

static void write_rows(World *w, const RouteTable *t, Buf *out) {
    buf_z(out, "# route;state;");
    for (size_t p = 0; p < PEOPLE; p++) buf_printf(out, "%s%s", p > 0 ? "," : "", people[p].name);
    buf_z(out, "\n");
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            const char *method = r->method == POST ? "POST" : "GET";
            if (!case_route(r)) { /* the object is judged in the handler; here: who gets that far */
                buf_printf(out, "%s %s;any;", method, r->path);
                for (size_t p = 0; p < PEOPLE; p++) buf_ch(out, (r->who & people[p].roles) != 0 || ((r->who & R_PUBLIC) != 0 && r->level == LEVEL_OPEN) ? 'y' : '-');
                buf_z(out, "\n");
                continue;
            }
            for (size_t s = 0; s < STATES; s++) {
                buf_printf(out, "%s %s;%s;", method, r->path, states[s]);
                for (size_t p = 0; p < PEOPLE; p++) buf_ch(out, cell(w, r, &people[p], w->cases[s]));
                buf_z(out, "\n");
            }
        }
    }
}

/* Row by row: a page that was added, went away or answers otherwise is named. */
static void compare(Str have, Str want) {
    size_t rows = 0, cells = 0, wrong = 0;
    Str a = STR_NONE, b = STR_NONE;
    for (;;) {
        bool more = str_split(&have, '\n', &a), wants = str_split(&want, '\n', &b);
        if (!more && !wants) break;
        if (!more) a = STR_NONE;
        if (!wants) b = STR_NONE;
        rows++;
        cells += PEOPLE;
        if (str_eq(a, b)) continue;
        if (wrong++ < 20) printf("# is:     " STR_FMT "\n# should: " STR_FMT "\n", STR_ARG(a), STR_ARG(b));
    }
    check(wrong == 0 && rows > 100, "each of %zu cells of the matrix is as written down (%zu rows otherwise)", cells, wrong);
}

static void laws(World *w, const RouteTable *t) {
    size_t strangers = 0, admin = 0, analyst = 0, erased = 0, writes_after_close = 0, checked = 0;
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            if (!case_route(r)) continue;
            for (size_t s = 0; s < STATES; s++) {
                for (size_t p = 0; p < PEOPLE; p++) {
                    bool yes = cell(w, r, &people[p], w->cases[s]) == 'y', mine = people[p].team;
                    checked++;
                    strangers += yes && !mine && !people[p].own_case && !people[p].shared && !people[p].link;
                    admin += yes && people[p].roles == R_ADMIN;
                    analyst += yes && people[p].roles == R_ANALYST;
                    erased += yes && s == 5 && r->method == POST && strstr(r->path, "reopen") == NULL && strcmp(r->action, "case.read") != 0;
                    writes_after_close += yes && s == 4 && r->method == POST && strcmp(r->action, "notice.send") == 0;
                }
            }
        }
    }
    check(checked > 1000 && strangers == 0, "on no page of a case does anybody outside its team, without share or code, get anywhere (%zu cells)", checked);
    check(admin == 0 && analyst == 0, "an administrator and an analyst have no business in a case");
    check(erased == 0, "nothing is done to an erased case");
    check(writes_after_close == 0, "no notice leaves from a case that was joined with another");
}

int main(int argc, char **argv) {
    static World w;
    Arena *life = arena_new(64 << 20);
    RouteTable t = house_routes(life);
    Buf have = buf_new(4 << 20);
    Str want = STR_NONE;
    kit_open(&w.k, core_acts, NULL);
    kit_as_worker(&w.k);
    make_cases(&w);
    write_rows(&w, &t, &have);
    if (argc == 3 && strcmp(argv[1], "--write") == 0) must(file_write(argv[2], buf_str(&have), 0644) == OK);
    check(file_read(life, argv[argc - 1], 4 << 20, &want) == OK, "the matrix is written down");
    compare(buf_str(&have), want);
    laws(&w, &t);
    buf_free(&have);
    kit_close(&w.k);
    arena_free(life);
    return tap_end();
}
