/* fill.c - puts N cases with locations, requests and running clocks into an instance, through acts and nothing else, many in one
 * transaction. usage: bench_fill DIR N */
#include "bench/bench.h"
#include "core/case/request.h"
#include "programs/common/app.h"
#include "programs/common/house.h"

enum { AT_ONCE = 250, ACTS_EACH = 5 };

typedef struct Fill { Instance in; App app; Ctx c; Db *keys; TeamRow team; uint64_t seed; } Fill;

static uint64_t rnd(Fill *f, uint64_t below) {
    f->seed = f->seed * 6364136223846793005u + 1442695040888963407u;
    return (f->seed >> 33) % below;
}
static Str pick(Fill *f, const char *const *of, size_t n) { return str_c(of[rnd(f, n)]); }

static void open_all(Fill *f, const char *dir, Arena *a) {
    Str why = STR_NONE, name = STR_NONE;
    Err e = instance_open(a, dir, &f->in, &why);
    if (e == OK) e = app_open(a, &f->in, &f->app, &why);
    if (e != OK) {
        fprintf(stderr, "bench_fill: " STR_FMT "\n", STR_ARG(why));
        exit(3);
    }
    f->c = (Ctx){ .app = &f->app, .arena = a, .now = sys_now(&f->in.clock) };
    must(db_open(instance_path(a, &f->in, INSTANCE_DB), DB_WRITE, &f->c.db, NULL) == OK && db_open(instance_path(a, &f->in, INSTANCE_KEYS_DB), DB_WRITE, &f->keys, NULL) == OK);
    db_bulk(f->c.db);
    db_bulk(f->keys);
    must(app_vault_local(a, &f->in, f->keys, &f->c.vault) == OK && app_org(f->c.db, a, &f->app.org, &name) == OK);
    f->c.person = (Person){ .roles = R_SYSTEM, .org = f->app.org };
    must(team_intake(&f->c, f->app.org, &f->team) == OK);
}

/* One case: its opening, an offence, a location that is its own, what was asked, a clock that runs. */
static size_t one(Fill *f, Id id, Act **acts) {
    static const char *const what[] = { "spread", "spread,threat", "deepfake", "list", "messages" }, *const safety[] = { "yes", "yes", "unsure" }, *const offences[] = { "NCII", "DEEPFAKE", "EXPOSE", "SEXTORTION" };
    Ctx *c = &f->c;
    UnixMs now = c->now;
    CaseNew n = { .case_id = id, .team = f->team.id, .org = f->app.org, .source = S("worker"), .age_depicted = S("18+"), .for_whom = S("self"), .safety = pick(f, safety, 3), .what = pick(f, what, 5), .wishes = S("remove"), .contact_mode = S("none"),
        .lang = S("nl"), .next_due = now + (int64_t)rnd(f, 30 * 86400) * 1000 };
    size_t k = 0;
    Id request = ctx_new_id(c);
    Str offence = pick(f, offences, 4);
    acts[k++] = case_open(c, ID_NONE, &n);
    acts[k++] = incident_add(c, id, &(IncidentRow){ .offence = offence, .online = S("online"), .age_depicted = S("18+") });
    acts[k++] = request_make(c, request, &(RequestNew){ .case_id = id, .subject = id, .kind = S("notice"), .rung = S("platform"), .holder = S("demoplein"), .form = S("art16"), .offence = offence });
    acts[k++] = clock_start(c, &(ClockNew){ .case_id = id, .subject = request, .duty = S("C2"), .kind = S("policy"), .holder = S("demoplein"), .from = now, .due = n.next_due + 86400000 });
    acts[k++] = case_turn(c, id, S("platform"), S("C2"), n.next_due);
    return k;
}

int main(int argc, char **argv) {
    static Fill f = { .seed = 42 };
    Arena *life = arena_new(64 << 20), *scratch = arena_new(512 << 20);
    Id ids[AT_ONCE];
    Act *acts[AT_ONCE * ACTS_EACH];
    must(argc == 3);
    int all = number(argv[2]);
    open_all(&f, argv[1], life);
    f.c.arena = scratch;
    double began = bench_now();
    for (int done = 0; done < all;) {
        size_t n = 0, k = 0;
        for (; n < AT_ONCE && done < all; n++, done++) ids[n] = ctx_new_id(&f.c);
        must(vault_store_scopes(f.c.vault, f.app.org, ids, n, f.c.now) == OK);
        f.c.now += 1000;
        for (size_t i = 0; i < n; i++) k += one(&f, ids[i], acts + k);
        Err e = journal_commit(&f.c, acts, k);
        if (e != OK) fprintf(stderr, "bench_fill: %s %s\n", err_name(e), f.c.fail.msgid != NULL ? f.c.fail.msgid : "");
        must(e == OK);
        arena_reset(scratch);
    }
    printf("filled with %d cases in %.1f s (%.0f acts a second, %d cases a transaction)\n", all, bench_now() - began, all * (double)ACTS_EACH / (bench_now() - began), AT_ONCE);
    vault_close(f.c.vault);
    db_close(f.c.db);
    db_close(f.keys);
    return 0;
}
