/* Killed before each single write and sync of what the ledger does: acts, acts with a signed checkpoint, a stamp that arrives, a dossier that
 * is made. Opened again, nothing that was answered is lost, nothing stands there half, and the work can be done to its end.
 * What a kill does not show is what a disk forgets when the power goes: for that every commit waits for the disk (store_test). */
#include "foundation/sys/sys.h"
#include "steps/inquiry/testdossier.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { STEPS = 4, KILLS_MAX = 1500, FULL_EVERY = 12 };
typedef struct World { Kit *k; Id case_id, dossier, act[6]; int64_t acts; uint64_t opened; Tsa tsa; } World;

static void run_tool(const char *const *argv) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    must(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A context of its own over the copy in dir: connections are never shared across a fork. */
typedef struct Here { App app; Ctx c; Db *keys; uint64_t seed; char db[128], keys_path[128], scratch[128]; } Here;
static void open_here(World *w, const char *dir, Here *h) {
    static const uint8_t storage[32] = { 1, 2, 3 }, signing[32] = { 4, 5, 6 };
    *h = (Here){ .app = w->k->app, .c = w->k->c, .seed = 77 * ++w->opened };
    snprintf(h->db, sizeof h->db, "%s/keten.db", dir);
    snprintf(h->keys_path, sizeof h->keys_path, "%s/keys.db", dir);
    snprintf(h->scratch, sizeof h->scratch, "%s/scratch.db", dir);
    must(db_open(h->db, DB_WRITE, &h->c.db, NULL) == OK && db_open(h->keys_path, DB_WRITE, &h->keys, NULL) == OK);
    h->app.instance_dir = str_c(dir);
    h->app.random_ctx = &h->seed;
    h->c.app = &h->app;
    h->c.arena = arena_new(256u << 20);
    h->c.vault = vault_with(storage, signing, S("keten.test/ledger/2026"), h->keys, true);
    h->c.person = (Person){ .roles = R_SYSTEM, .org = w->k->org };
    h->c.session = NULL;
}
static void close_here(Here *h) {
    vault_close(h->c.vault);
    db_close(h->c.db);
    db_close(h->keys);
    arena_free(h->c.arena);
}

static Act *turn(Here *h, World *w, int i) {
    Act *a = act_new(&h->c, &act_case_turn, w->act[i], w->case_id, w->case_id);
    act_code(a, "turn", S("us"));
    act_code(a, "duty", S("C2"));
    act_time(a, "due", h->c.now + i);
    return a;
}

static Err stamp_step(Here *h, World *w, Str note) {
    uint8_t sha[32], nonce[8] = { 9 };
    Str ask = STR_NONE;
    Stamp got;
    StampRow s = { .kind = S("tree"), .authority = S("https://one.example/tsa") };
    const char *why = NULL;
    seal_sha256(note, sha);
    s.digest = str_dup(h->c.arena, str_bytes(sha, 32));
    TRY(stamp_want(&h->c, s.kind, s.digest, s.authority, ID_NONE, 1));
    TRY(stamp_ask(h->c.arena, sha, nonce, &ask));
    Str reply = tsa_stamp(h->c.arena, &w->tsa, ask);
    TRY(stamp_check(h->c.arena, reply, sha, nonce, STR_NONE, &got, &why));
    return stamp_came(&h->c, &s, reply, &got);
}

/* The whole work, one step after the other; said is told of each that was answered. Done twice, it happens once. */
static Err work(Here *h, World *w, int said, const char *dir) {
    Act *first[3], *second[2];
    Str note = STR_NONE;
    char path[128];
    for (int i = 0; i < 3; i++) first[i] = turn(h, w, i);
    for (int i = 0; i < 2; i++) second[i] = turn(h, w, 3 + i);
    TRY(journal_commit(&h->c, first, 3));
    must(write(said, "1", 1) == 1);
    TRY(journal_commit_signed(&h->c, second, 2, &note));
    snprintf(path, sizeof path, "%s/given", dir);
    TRY(file_write(path, note, 0600)); /* somebody outside has it now */
    must(write(said, "2", 1) == 1);
    TRY(stamp_step(h, w, note));
    must(write(said, "3", 1) == 1);
    TRY(dossier_run(&h->c, w->dossier, h->c.now, NULL));
    must(write(said, "4", 1) == 1);
    return OK;
}

/* -> whether it was killed; out_said: how many steps it had answered. */
static bool child(World *w, const char *dir, int64_t at, int *out_said) {
    int fds[2], status = 0;
    char c = 0;
    must(pipe(fds) == 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        Here h;
        close(fds[0]);
        w->opened += 1u << 20; /* randomness of its own: nobody makes an id twice */
        db_crash_after(at);
        open_here(w, dir, &h);
        _exit(work(&h, w, fds[1], dir) == OK ? 0 : 1);
    }
    close(fds[1]);
    for (*out_said = 0; read(fds[0], &c, 1) == 1; ++*out_said) must(c == '1' + *out_said);
    close(fds[0]);
    must(waitpid(pid, &status, 0) == pid);
    must(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

/* Every signed checkpoint is of the tree as it stands: nothing was signed that is not there, and no two say different things. */
static const char *checkpoints_wrong(Here *h, int64_t acts) {
    LedgerNodes nodes = journal_nodes(&h->c);
    NoteKey key;
    Str pub = STR_NONE, origin = STR_NONE;
    Rows r;
    must(vault_public(h->c.vault, h->c.arena, &pub, &origin) == OK && note_key_parse(h->c.arena, ledger_vkey(h->c.arena, origin, (const uint8_t *)pub.p), &key) == OK);
    must(db_query(h->c.db, "SELECT size, note FROM checkpoint WHERE size>=0 ORDER BY size", P0, &r) == OK);
    int64_t sizes[64];
    Str notes[64];
    size_t n = 0;
    while (n < 64 && rows_next(&r)) {
        sizes[n] = row_int(&r, 0);
        notes[n++] = row_text_dup(&r, 1, h->c.arena);
    }
    must(rows_end(&r) == OK);
    for (size_t i = 0; i < n; i++) {
        Note note;
        Checkpoint cp;
        uint8_t root[32];
        if (note_parse(h->c.arena, notes[i], &note) != OK || checkpoint_parse(h->c.arena, note.text, &cp) != OK || note_verify(&note, &key) != OK) return "a checkpoint cannot be read";
        if (cp.size != sizes[i] || cp.size > acts || ledger_root(&nodes, cp.size, root) != OK || memcmp(root, cp.root, 32) != 0) return "a checkpoint is of another tree";
    }
    return NULL;
}

static const char *given_wrong(Here *h, const char *dir) {
    char path[128];
    Str given = STR_NONE, here = STR_NONE;
    Note note;
    Checkpoint cp;
    snprintf(path, sizeof path, "%s/given", dir);
    if (file_read(h->c.arena, path, NOTE_MAX, &given) != OK) return NULL;
    if (note_parse(h->c.arena, given, &note) != OK || checkpoint_parse(h->c.arena, note.text, &cp) != OK) return "what was given out is no checkpoint";
    return journal_checkpoint_at(&h->c, cp.size, &here) == OK && str_eq(given, here) ? NULL : "a checkpoint that was given out is not kept";
}

/* After the kill. NULL when all is as it must be. */
static const char *look(World *w, Here *h, const char *dir, int said) {
    static const int64_t least[STEPS + 1] = { 0, 3, 5, 5, 8 };
    int64_t acts = 0, stamps = 0, leaves = 0;
    uint8_t root[32];
    DossierRow d;
    LedgerNodes nodes = journal_nodes(&h->c);
    must(db_int(h->c.db, "SELECT count(*) FROM act", P0, &acts) == OK && db_int(h->c.db, "SELECT count(*) FROM stamp WHERE reply IS NOT NULL", P0, &stamps) == OK);
    int64_t more = acts - w->acts;
    if (more < least[said]) return "an act that was answered is lost";
    /* 6: sealed, not made yet; 9: made in the second attempt, the first one's seal stays in the record */
    if (more != 0 && more != 3 && more != 5 && more != 6 && more != 8 && more != 9) return "acts that belong together stand there half";
    if (db_int(h->c.db, "SELECT size FROM ledger_edge WHERE one=1", P0, &leaves) != OK || leaves != acts) return "the tree is not as large as the record";
    if (ledger_root(&nodes, acts, root) != OK) return "a node of the tree is missing";
    if (said >= 3 && stamps < 1) return "a stamp that came is lost";
    if (dossier_by_id(&h->c, w->dossier, &d) != OK) return "the dossier's row is lost";
    if (str_eq(d.state, S("made"))) {
        Str zip = STR_NONE;
        DossierReport r;
        if (blob_get(&h->c, d.file, DOSSIER_FILE_MAX, &zip) != OK) return "a dossier that is made has no file";
        dossier_verify(h->c.arena, zip, NULL, &r);
        if (r.failed > 0) return "a dossier that is made does not verify";
    } else if (said >= 4) return "a dossier that was answered is not made";
    const char *wrong = given_wrong(h, dir);
    return wrong != NULL ? wrong : checkpoints_wrong(h, acts);
}

static const char *whole(Here *h) {
    FsckReport rep;
    Err e = journal_fsck(&h->c, h->db, h->scratch, NULL, &rep);
    if (rep.problems > 0) printf("# " STR_FMT "\n", STR_ARG(rep.first_problem));
    return e == OK && rep.problems == 0 ? NULL : "fsck finds a fault";
}

/* Opened again, looked at, the work done to its end, looked at again. */
static const char *after(World *w, const char *dir, int said, bool full) {
    Here h;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    open_here(w, dir, &h);
    const char *wrong = look(w, &h, dir, said);
    if (wrong == NULL && full) wrong = whole(&h);
    if (wrong == NULL && full && work(&h, w, nowhere, dir) != OK) wrong = "the work cannot be done to its end";
    if (wrong == NULL && full) wrong = look(w, &h, dir, STEPS);
    close_here(&h);
    close(nowhere);
    return wrong;
}

static void every_kill(World *w, const char *base) {
    int64_t kills = 0, in_step[STEPS + 1] = { 0 };
    const char *wrong = NULL;
    bool killed = true;
    char dir[128];
    snprintf(dir, sizeof dir, "%s/copy", base);
    for (int64_t n = 1; n <= KILLS_MAX && killed && wrong == NULL; n++) {
        int said = 0;
        char from[128];
        snprintf(from, sizeof from, "%s/base", base);
        run_tool((const char *const[]){ "rm", "-rf", dir, NULL });
        run_tool((const char *const[]){ "cp", "-r", from, dir, NULL });
        killed = child(w, dir, n, &said);
        kills += killed;
        in_step[said]++;
        wrong = after(w, dir, said, n % FULL_EVERY == 0 || !killed);
        if (wrong != NULL) printf("# kill %lld, after step %d: %s\n", (long long)n, said, wrong);
    }
    check(wrong == NULL && !killed, "killed before each of %lld writes and syncs, the record was whole each time, and the work could be done to its end", (long long)kills);
    check(in_step[0] > 4 && in_step[1] > 4 && in_step[2] > 4 && in_step[3] > 10, "in acts (%lld), in acts with a checkpoint (%lld), in a stamp that arrives (%lld), in the making of a dossier (%lld)", (long long)in_step[0], (long long)in_step[1],
        (long long)in_step[2], (long long)in_step[3]);
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    World w = { .k = &k };
    char path[160];
    db_crash_after(0); /* the layer that counts; nothing is armed yet */
    Id location = ID_NONE;
    w.case_id = open_with_case(&k, a, &location);
    Id capture = make_capture(&k, w.case_id, location);
    w.dossier = ask_dossier(&k, w.case_id, &capture, 1);
    w.tsa = tsa_ec("critical,timeStamping");
    for (int i = 0; i < 6; i++) w.act[i] = ctx_new_id(&k.c);
    must(db_int(k.c.db, "SELECT count(*) FROM act", P0, &w.acts) == OK);
    char quick[64] = "/dev/shm/keten-crash-XXXXXX"; /* memory, where there is such a folder: hundreds of syncs, of which only the order counts here */
    const char *top = access("/dev/shm", W_OK) == 0 && mkdtemp(quick) != NULL ? quick : k.dir;
    snprintf(path, sizeof path, "%s/base", top);
    must(mkdir(path, 0700) == 0);
    must(db_backup(k.c.db, path_join(a, path, "keten.db").p, NULL, NULL) == OK && db_backup(k.keys, path_join(a, path, "keys.db").p, NULL, NULL) == OK);
    char blobs[160];
    snprintf(blobs, sizeof blobs, "%s/blobs", k.dir);
    run_tool((const char *const[]){ "cp", "-r", blobs, path, NULL });
    every_kill(&w, top);
    tsa_free(&w.tsa);
    run_tool((const char *const[]){ "rm", "-rf", k.dir, top, NULL });
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
