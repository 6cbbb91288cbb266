/* watch_fill.c - N watched locations on HOSTS sites in an instance, in cases of fifty, through acts; their looks fall due spread over `seconds`.
 * usage: bench_watch_fill DIR N HOSTS PORT SECONDS */
#include "bench/bench.h"
#include "core/case/case.h"
#include "foundation/jobs/jobs.h"
#include "programs/common/app.h"
#include "programs/common/house.h"

enum { EACH = 50 };
typedef struct Fill { Instance in; App app; Ctx c; Db *keys; TeamRow team; } Fill;

static void open_all(Fill *f, const char *dir, Arena *a) {
    Str why = STR_NONE, name = STR_NONE;
    must(instance_open(a, dir, &f->in, &why) == OK && app_open(a, &f->in, &f->app, &why) == OK);
    f->c = (Ctx){ .app = &f->app, .arena = a, .now = sys_now(&f->in.clock) };
    must(db_open(instance_path(a, &f->in, INSTANCE_DB), DB_WRITE, &f->c.db, NULL) == OK && db_open(instance_path(a, &f->in, INSTANCE_KEYS_DB), DB_WRITE, &f->keys, NULL) == OK);
    db_bulk(f->c.db);
    db_bulk(f->keys);
    must(app_vault_local(a, &f->in, f->keys, &f->c.vault) == OK && app_org(f->c.db, a, &f->app.org, &name) == OK);
    f->c.person = (Person){ .roles = R_SYSTEM, .org = f->app.org };
    must(team_intake(&f->c, f->app.org, &f->team) == OK);
}

/* Fifty addresses of one case, each on another site. */
static void one(Fill *f, int from, int hosts, int port, Id *out) {
    Ctx *c = &f->c;
    Id id = ctx_new_id(c);
    Act *opened = NULL, **acts = NULL;
    size_t n = 0;
    LocationNew in[EACH];
    LocationResult res[EACH];
    CaseNew k = { .case_id = id, .team = f->team.id, .org = f->app.org, .source = S("worker"), .age_depicted = S("18+"), .for_whom = S("self"), .safety = S("yes"), .what = S("spread"), .wishes = S("remove"), .contact_mode = S("none"),
        .lang = S("nl"), .next_due = c->now + 86400000 };
    must(vault_store_scopes(c->vault, f->app.org, &id, 1, c->now) == OK);
    opened = case_open(c, ID_NONE, &k);
    must(journal_commit(c, &opened, 1) == OK);
    for (int i = 0; i < EACH; i++) {
        Str host = str_fmt(c->arena, "h%d.bench.test", (from + i) % hosts);
        in[i] = (LocationNew){ .url_canonical = str_fmt(c->arena, "http://" STR_FMT ":%d/v/%d", STR_ARG(host), port, from + i), .host = host, .kind = S("page"), .source = S("worker") };
    }
    must(location_add_many(c, id, in, EACH, res, &acts, &n) == OK && journal_commit(c, acts, n) == OK);
    for (int i = 0; i < EACH; i++) out[i] = res[i].location;
}

int main(int argc, char **argv) {
    static Fill f;
    Arena *life = arena_new(64 << 20), *scratch = arena_new(512 << 20);
    Id ids[EACH];
    must(argc == 6);
    int all = number(argv[2]), hosts = number(argv[3]), port = number(argv[4]), seconds = number(argv[5]);
    open_all(&f, argv[1], life);
    f.c.arena = scratch;
    double began = bench_now();
    UnixMs from = f.c.now + 20000;
    for (int done = 0; done < all; done += EACH) {
        one(&f, done, hosts, port, ids);
        must(db_begin(f.c.db) == OK);
        for (int i = 0; i < EACH; i++) must(jobs_once(f.c.db, ctx_new_id(&f.c), "watch.check", ids[i], from + (int64_t)((double)(done + i) / all * seconds * 1000)) == OK);
        must(db_commit(f.c.db) == OK);
        arena_reset(scratch);
    }
    printf("%d watched locations on %d hosts, made in %.0f s\n", all, hosts, bench_now() - began);
    vault_close(f.c.vault);
    db_close(f.c.db);
    db_close(f.keys);
    return 0;
}
