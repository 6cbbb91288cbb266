/* Lists of another server, and a picture at an address, through the real fetch and media processes and a real folder. Use: bank_net_test FETCH MEDIA WORLD.PY PICTURE [ROWS] (for the soak) */
#include "core/bank/bank_room.h"
#include "core/bank/copy.h"
#include "core/bank/list.h"
#include "core/case/testkit.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "foundation/sys/sys.h"
#include "programs/common/bank_join.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

typedef struct World { Kit k; const char *fetch, *media, *script, *picture; pid_t world, fetch_pid, media_pid; int to, from; int64_t web; char dir[128]; BankJoin *join; } World;

static Str line_from(World *w) {
    char *p = arena_alloc(w->k.c.arena, 512), c = 0;
    size_t n = 0, got = 0;
    while (fd_read_some(w->from, &c, 1, sys_mono_ms() + 20000, &got) == OK && got == 1 && c != '\n' && n < 500) p[n++] = c;
    return (Str){ p, n };
}
static void tell(World *w, const char *words) {
    must(fd_write_all(w->to, str_fmt(w->k.c.arena, "%s\n", words), sys_mono_ms() + 5000) == OK && str_eq(line_from(w), S("ok")));
}
static void start_all(World *w) {
    Kit *k = &w->k;
    Arena *a = k->c.arena;
    int in[2], out[2], fd = -1;
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    const char *argv[] = { "python3", w->script, w->picture, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    SpawnFd fds[] = { { in[0], 0 }, { out[1], 1 } };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env, .fds = fds, .fds_n = 2 }, &w->world) == OK);
    close(in[0]);
    close(out[1]);
    w->to = in[1];
    w->from = out[0];
    Str web = line_from(w);
    must(str_i64(str_sub(web, 4, web.n), 1, 65535, &w->web) == OK);
    k->app.net_allow = str_fmt(a, "127.0.0.1:%lld", (long long)w->web);
    must(file_write(str_z(a, str_fmt(a, "%s/keten.conf", k->dir)), str_fmt(a, "[net]\nallow = " STR_FMT "\ntimeout_s = 5\n", STR_ARG(k->app.net_allow)), 0600) == OK);
    must(dir_make(str_z(a, str_fmt(a, "%s/run", k->dir)), 0700) == OK);
    const char *fetch_argv[] = { "keten-fetch", "--data", k->dir, NULL }, *socket = str_z(a, str_fmt(a, "%s/run/fetch.sock", k->dir));
    must(sys_spawn(&(Spawn){ .path = w->fetch, .argv = fetch_argv }, &w->fetch_pid) == OK);
    for (int i = 0; i < 400 && net_connect(socket, &k->c.net) != OK; i++) sys_sleep_ms(25);
    must(k->c.net != NULL);
    const char *media_argv[] = { "keten-media", "--data", k->dir, NULL }, *media = str_z(a, str_fmt(a, "%s/run/media.sock", k->dir));
    must(unix_listen(media, 16, 0600, &fd) == OK);
    SpawnFd listening[] = { { fd, 3 } };
    must(sys_spawn(&(Spawn){ .path = w->media, .argv = media_argv, .fds = listening, .fds_n = 1 }, &w->media_pid) == OK);
    close(fd);
    must(media_open(a, media, &k->c.media) == OK);
}
static void stop(pid_t pid) {
    kill(pid, SIGTERM);
    must(waitpid(pid, NULL, 0) == pid);
}

/* Until it does not want to go on at once: large work goes by pieces. */
static Err due_work(World *w, const char *kind, Id subject) {
    enum { PIECES = 10000 };
    Err e = E_MISSING;
    Arena *life = w->k.c.arena, *piece = arena_new((size_t)1 << 30);
    kit_as_system(&w->k);
    for (size_t i = 0; i < bank_room_step.jobs_n; i++) {
        if (strcmp(bank_room_step.jobs[i].kind, kind) != 0) continue;
        UnixMs again = w->k.c.now;
        w->k.c.arena = piece;
        for (int n = 0; n < PIECES && again == w->k.c.now && (n == 0 || e == OK); n++) {
            again = 0;
            e = bank_room_step.jobs[i].run(&w->k.c, subject, w->k.c.now, &again);
            arena_reset(piece);
        }
        w->k.c.arena = life;
    }
    arena_free(piece);
    return e;
}
static Id list_at(World *w, const char *code, const char *kind, const char *path) {
    Act *a = NULL;
    ListNew n = { .code = str_c(code), .kind = str_c(kind), .lane = S("adult"), .url = str_fmt(w->k.c.arena, "http://127.0.0.1:%lld%s", (long long)w->web, path), .key = S("k1"), .key2 = S("k2"), .every_h = 6 };
    kit_as_lead(&w->k);
    must(list_make(&w->k.c, ID_NONE, &n, &a) == OK && journal_one(&w->k.c, a) == OK);
    return a->subject;
}
static ListRow read_once(World *w, Id list) {
    ListRow l;
    must(due_work(w, "bank.fetch", list) == OK && due_work(w, "bank.follow", w->k.org) == OK && list_by_id(&w->k.c, list, &l) == OK);
    return l;
}
static size_t standing(World *w, const char *state, const char *code) {
    BankEntry *e = NULL;
    size_t n = 0;
    must(bank_list(&w->k.c, w->k.org, str_c(state), str_c(code), 0, BANK_PAGE, &e, &n) == OK);
    return n;
}

static void exchange(World *w) {
    Id id = list_at(w, "exchange", "stop_ncii", "/");
    ListRow l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.last.added == 15 && l.checkpoint == 2000 && standing(w, "quarantine", "exchange") == 15, "three pages of another server are read to the end, and wait in quarantine");
    l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.last.added == 0 && standing(w, "quarantine", "exchange") == 15, "read on from there nothing is new");
    static const struct { const char *mode, *why; } bad[] = { { "loops", "loops" }, { "repeats", "repeats" }, { "backwards", "backwards" }, { "html", "not_understood" }, { "refused", "key_refused" } };
    for (size_t i = 0; i < LEN(bad); i++) {
        tell(w, str_z(w->k.c.arena, str_fmt(w->k.c.arena, "ncii %s", bad[i].mode)));
        l = read_once(w, id);
        check(str_eq(l.why, str_c(bad[i].why)) && l.checkpoint == 2000 && standing(w, "quarantine", "exchange") == 15 && l.last.added == 0 && l.good < l.read + 1, "one that answers so (%s) is stopped, told, and brings nothing", bad[i].mode);
    }
    tell(w, "ncii later");
    l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.checkpoint == 3000 && l.last.withdrawn == 1 && l.last.added == 1 && l.last.refused == 1 && standing(w, "withdrawn", "exchange") == 1, "later it goes on: one withdrawn there is withdrawn here, one is new, one of a kind that is not kept is counted");
}

/* Half a million rows, more than one answer could hold, about a hundred hashes: the newest word of each counts. */
static void many_rows(World *w) {
    Id id = list_at(w, "many", "stop_ncii", "/");
    tell(w, "ncii many:520000:100:Active:10000000");
    ListRow l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.last.rows == 520000 && l.last.added == 100 && l.checkpoint == 10520000, "a list of more than half a million rows is read to its end (%lld rows, " STR_FMT ")", (long long)l.last.rows, STR_ARG(l.why));
    tell(w, "ncii many:520000:100:Withdrawn:20000000");
    l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.last.withdrawn == 100 && l.checkpoint == 20520000, "and so are as many withdrawals (%lld withdrawn)", (long long)l.last.withdrawn);
}

/* For the soak: so many hashes come, and all are withdrawn at once. */
static void very_many(World *w, const char *rows) {
    Id id = list_at(w, "million", "stop_ncii", "/");
    int64_t n = 0, began = sys_mono_ms(), took = 0, left = 0;
    must(str_i64(str_c(rows), 1, 4000000, &n) == OK);
    tell(w, str_z(w->k.c.arena, str_fmt(w->k.c.arena, "ncii many:%s:%s:Active:10000000", rows, rows)));
    ListRow l = read_once(w, id);
    took = sys_mono_ms() - began;
    check(str_eq(l.why, S("ok")) && l.last.added == n, "%lld hashes of another server stand here after %lld s", (long long)l.last.added, (long long)took / 1000);
    tell(w, str_z(w->k.c.arena, str_fmt(w->k.c.arena, "ncii many:%s:%s:Withdrawn:20000000", rows, rows)));
    began = sys_mono_ms();
    l = read_once(w, id);
    took = sys_mono_ms() - began;
    check(str_eq(l.why, S("ok")) && l.last.withdrawn == n, "%lld are withdrawn at once, in %lld s", (long long)l.last.withdrawn, (long long)took / 1000);
    must(db_int(w->k.c.db, "SELECT count(*) FROM bank_entry WHERE source='million' AND state<>'withdrawn'", P0, &left) == OK);
    check(left == 0, "none is left (%lld)", (long long)left);
}

static void plain_list(World *w) {
    Id id = list_at(w, "plain", "text", "/list.txt");
    ListRow l = read_once(w, id);
    check(str_eq(l.why, S("ok")) && l.last.added == 8, "a text list is read");
    tell(w, "list mixed");
    l = read_once(w, id);
    check(str_eq(l.why, S("mixed")) && standing(w, "quarantine", "plain") == 8 && standing(w, "quarantine", "") == 8 + 15, "one that mixes lanes is stopped as a whole");
    tell(w, "list gone");
    l = read_once(w, id);
    check(str_eq(l.why, S("answered_error")), "one that is not there any more is told");
    stop(w->world);
    l = read_once(w, id);
    check(str_eq(l.why, S("unreachable")) && standing(w, "quarantine", "plain") == 8, "and a server that is away");
}

static void picture(World *w) {
    Kit *k = &w->k;
    Id owner = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = str_fmt(k->c.arena, "http://127.0.0.1:%lld/photo.jpg", (long long)w->web), .host = S("127.0.0.1"), .kind = S("image"), .source = S("worker") };
    LocationResult res;
    Act **acts = NULL, *given = NULL;
    size_t n = 0;
    int64_t all = 0, open = 0, sights = 0;
    must(location_add_many(&k->c, other, &in, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    MediaPicture pic;
    Str bytes = STR_NONE;
    CopyRow *m = NULL;
    must(file_read(k->c.arena, w->picture, 8 << 20, &bytes) == OK && media_picture(k->c.media, bytes, false, false, &pic) == OK && pic.why == PICTURE_READ);
    PrintNew p = { .hash = { .n = 1, .quality = 100 }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = k->c.now + 86400000, .said_by = S("victim") };
    for (int b = 0; b < 32; b++) p.hash.form[0].q[3 - b / 8] |= (uint64_t)pic.hash[0][b] << (56 - b % 8 * 8);
    p.hash.form[0].q[0] ^= 0x1111; /* somebody else's decoder */
    must(print_give(&k->c, ID_NONE, k->org, owner, &p, &given) == OK && journal_one(&k->c, given) == OK);
    check(due_work(w, "picture.look", res.location) == OK && db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &sights) == OK && sights == 1, "the picture at an address is fetched, hashed and dropped");
    must(due_work(w, "picture.look", res.location) == OK && db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &sights) == OK);
    check(sights == 1, "the same picture again is not written down again");
    Id sighting = ID_NONE;
    must(db_id(k->c.db, "SELECT id FROM sighting", P0, &sighting) == OK && due_work(w, "copy.of_seen", sighting) == OK);
    check(copy_of_case(&k->c, owner, 0, 10, &m, &n, &all, &open) == OK && n == 1 && m[0].distance == 4 && id_eq(m[0].location, res.location), "and the case whose photo it is hears of the address");
    kit_as_worker(k);
    must(journal_one(&k->c, case_set_lane(&k->c, other, S("minor"), S("16-17"))) == OK);
    tell(w, "picture here");
    must(due_work(w, "picture.look", res.location) == OK && db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &sights) == OK);
    check(sights == 1, "of a case where somebody under 18 is shown nothing is fetched");
}

/* Pictures inside a page: found both ways, a bounded look, and never where somebody under 18 is or may be shown. */
static void in_a_page(World *w) {
    Kit *k = &w->k;
    Id owner = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "spread", NULL), young = kit_case(k, "16-17", "spread", NULL), late = kit_case(k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = str_fmt(k->c.arena, "http://127.0.0.1:%lld/gallery/page.html", (long long)w->web), .host = S("127.0.0.1"), .kind = S("page"), .source = S("worker") };
    LocationResult res, hidden;
    Act **acts = NULL, *given = NULL;
    MediaPicture pic;
    CopyRow *m = NULL;
    size_t n = 0;
    int64_t all = 0, open = 0, before = 0, sights = 0;
    kit_as_worker(k);
    must(location_add_many(&k->c, other, &in, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    NetGot got = { .hops_n = 0 };
    must(net_get(k->c.net, k->c.arena, &(NetAsk){ .url = str_fmt(k->c.arena, "http://127.0.0.1:%lld/gallery/other.jpg", (long long)w->web), .bytes_max = 1 << 20 }, &got) == OK && got.hops_n == 1);
    must(media_picture(k->c.media, got.hops[0].body, false, false, &pic) == OK && pic.why == PICTURE_READ && pic.quality >= PDQ_QUALITY_MIN);
    PrintNew p = { .hash = { .n = 1, .quality = 100 }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = k->c.now + 86400000, .said_by = S("victim") };
    for (int b = 0; b < 32; b++) p.hash.form[0].q[3 - b / 8] |= (uint64_t)pic.hash[0][b] << (56 - b % 8 * 8);
    p.hash.form[0].q[2] ^= 0x7001;
    must(print_give(&k->c, ID_NONE, k->org, owner, &p, &given) == OK && journal_one(&k->c, given) == OK);
    must(db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &before) == OK && due_work(w, "picture.look", res.location) == OK && db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &sights) == OK);
    check(sights == before + 2, "of a page the two pictures of a size to be a photo are hashed, the small one and what is no picture are not (%lld)", (long long)(sights - before));
    Id seen[8];
    size_t seen_n = 0;
    Rows r;
    must(db_query(k->c.db, "SELECT id FROM sighting WHERE location=$1", P(PID(res.location)), &r) == OK);
    while (seen_n < 8 && rows_next(&r)) seen[seen_n++] = row_id(&r, 0);
    must(rows_end(&r) == OK);
    for (size_t i = 0; i < seen_n; i++) must(due_work(w, "copy.of_seen", seen[i]) == OK);
    must(copy_of_case(&k->c, owner, 0, 10, &m, &n, &all, &open) == OK);
    for (size_t i = 0; i < n; i++) printf("# found at %d\n", (int)m[i].distance);
    check(n == 1 && m[0].distance == 4 && id_eq(m[0].location, res.location), "the case whose photo stands in it hears of the page");
    kit_as_worker(k);
    must(print_give(&k->c, ID_NONE, k->org, late, &p, &given) == OK && journal_one(&k->c, given) == OK && due_work(w, "copy.of_print", given->subject) == OK);
    check(copy_of_case(&k->c, late, 0, 10, &m, &n, &all, &open) == OK && n >= 1, "and so does one whose photo comes later");
    must(due_work(w, "picture.look", res.location) == OK && db_int(k->c.db, "SELECT count(*) FROM sighting", P0, &sights) == OK);
    check(sights == before + 2, "looked at again, nothing is written down twice");
    in.url_canonical = str_fmt(k->c.arena, "http://127.0.0.1:%lld/gallery/page.html?minor", (long long)w->web);
    kit_as_worker(k);
    must(location_add_many(&k->c, young, &in, 1, &hidden, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK && due_work(w, "picture.look", hidden.location) == OK);
    got = (NetGot){ .hops_n = 0 };
    must(net_get(k->c.net, k->c.arena, &(NetAsk){ .url = str_fmt(k->c.arena, "http://127.0.0.1:%lld/asked", (long long)w->web), .bytes_max = 1 << 20 }, &got) == OK && got.hops_n == 1);
    Str asked = got.hops[0].body;
    size_t at = 0;
    check(!str_find(asked, S("?minor"), &at) && str_find(asked, S("/gallery/gone.jpg"), &at), "where somebody under 18 is shown not even the page is asked for");
}

int main(int argc, char **argv) {
    static World w;
    Arena *a = arena_new(1 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    must(argc == 5 || argc == 6);
    sys_start();
    if (geteuid() == 0) must(sys_become("nobody") == OK); /* nothing here runs as root */
    w.fetch = argv[1], w.media = argv[2], w.script = argv[3], w.picture = argv[4];
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&w.k, all, NULL);
    snprintf(w.dir, sizeof w.dir, "%s/bank", w.k.dir);
    w.join = bank_join(a, w.dir, true);
    w.k.c.bank = bank_join_door(w.join);
    start_all(&w);
    if (argc == 6) {
        very_many(&w, argv[5]);
        stop(w.world);
    } else {
        exchange(&w);
        many_rows(&w);
        picture(&w);
        in_a_page(&w);
        plain_list(&w);
    }
    stop(w.fetch_pid);
    stop(w.media_pid);
    bank_join_close(w.join);
    kit_fsck(&w.k);
    net_close(w.k.c.net);
    media_close(w.k.c.media);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
