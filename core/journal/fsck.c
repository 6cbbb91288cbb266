/* fsck.c - is the state the fold of the acts, and is the record whole? Replays every act into an empty database. */
#include "core/journal/journal_in.h"
#include "core/ledger/ledger.h"
#include "core/seal/seal.h"

/* Tables that acts do not make: operations, sign-in, and the record itself (which is checked by its own rules). */
static const char *const not_fold[] = { "migration", "act", "ledger_node", "ledger_edge", "checkpoint", "cosignature", "witness", "stamp", "proof_wait", "job", "session", "signin_link",
    "signin_half", "signin_try", "totp_used", "draft", "account_figure", "account_counted", "feed_leaf", "feed_node", "feed_head",
    "feed_mark", "feed_given", "feed_progress", "feed_asked", "feed_pace" };

typedef struct Check { Ctx *c; const FsckTo *to; FsckReport *rep; } Check;

PRINTF_LIKE(2, 3) static void problem(Check *k, const char *fmt, ...) {
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    Str s = str_bytes(text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    if (k->rep->problems++ == 0) k->rep->first_problem = str_dup(k->c->arena, s);
    if (k->to != NULL && k->to->say != NULL) k->to->say(k->to->ctx, s);
}

/* Its commitment, when its salt can still be opened. */
static void check_commitment(Check *k, const ActRow *row, const OpenItem *salt) {
    if (salt->err == E_MISSING) {
        k->rep->erased++;
    } else if (salt->err != OK) {
        problem(k, "the salt of act %lld cannot be opened", (long long)row->seq);
    } else {
        Buf event = buf_new(2 * BODY_MAX);
        uint8_t want[COMMITMENT];
        act_canonical(row, &event);
        act_commitment(buf_str(&event), salt->plain, want);
        if (!str_eq(row->commitment, str_bytes(want, COMMITMENT))) problem(k, "act %lld was changed after it was recorded", (long long)row->seq);
        buf_free(&event);
    }
}

/* An exhibit's own chain: the act names the one before it about the same exhibit. */
static Err check_before(Check *k, Arena *a, const ActRow *row, Act *act) {
    Str before = STR_NONE;
    const ActVal *named = act_before(act);
    if (named == NULL || (row->version < 2 && !named->set)) return OK;
    TRY(store_subject_before(k->c->db, a, act->subject, row->seq, &before));
    if (!str_eq(before, named->set ? named->s : STR_NONE)) problem(k, "act %lld does not name the one before it about its exhibit", (long long)row->seq);
    return OK;
}

/* One act that could be read: its chain, its commitment, its effect. */
static Err check_row(Check *k, Arena *a, const ActRow *row, Act *act, const OpenItem *salt, Db *scratch) {
    uint8_t prev[COMMITMENT];
    int64_t n = 0;
    TRY(store_chain_before(k->c->db, act, &n, prev));
    if (row->case_seq != n + 1 || !str_eq(row->prev, str_bytes(prev, COMMITMENT))) problem(k, "act %lld does not follow the one before it in its chain", (long long)row->seq);
    TRY(check_before(k, a, row, act));
    check_commitment(k, row, salt);
    uint8_t leaf[1][COMMITMENT] = { { 0 } };
    if (row->commitment.n == COMMITMENT) memcpy(leaf[0], row->commitment.p, COMMITMENT);
    TRY(tree_append(scratch, (const uint8_t (*)[COMMITMENT])leaf, 1));
    TRY(store_thing(scratch, act));
    Err err = act->def->apply(scratch, act);
    if (err != OK) problem(k, "act %lld (" STR_FMT ") cannot be applied again: %s", (long long)row->seq, STR_ARG(row->kind), err_name(err));
    return OK;
}

/* Some acts in one transaction; the salts of all are asked of the key holder at once. */
static Err check_rows(Check *k, Ctx *rc, const ActRow *rows, size_t n, Db *scratch, int64_t *seq) {
    Act *acts = ARENA_ARRAY(rc->arena, Act, n);
    OpenItem *salts = ARENA_ARRAY(rc->arena, OpenItem, n);
    bool *read = ARENA_ARRAY(rc->arena, bool, n);
    for (size_t i = 0; i < n; i++) {
        read[i] = act_from_row(rc, &rows[i], &acts[i]) == OK;
        if (read[i]) salts[i] = (OpenItem){ .org = acts[i].org, .scope = id_none(acts[i].case_id) ? acts[i].org : acts[i].case_id, .cls = STORE, .item = acts[i].id, .field = "salt", .sealed = rows[i].salt };
        else salts[i] = (OpenItem){ .cls = STORE, .field = "salt" };
    }
    TRY(journal_open_many(rc, salts, n));
    TRY(db_begin(scratch));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].seq != *seq + 1) problem(k, "act %lld is missing from the record", (long long)*seq + 1);
        *seq = rows[i].seq;
        k->rep->acts++;
        if (read[i]) TRY(check_row(k, rc->arena, &rows[i], &acts[i], &salts[i], scratch));
        else problem(k, "act %lld (" STR_FMT ") cannot be read", (long long)rows[i].seq, STR_ARG(rows[i].kind));
    }
    return db_commit(scratch);
}

static Err replay(Check *k, Db *scratch) {
    enum { BATCH = 500 };
    int64_t all = 0, seq = 0;
    Arena *arena = arena_new(256u << 20);
    Ctx rc = *k->c;
    rc.arena = arena;
    Err err = db_int(k->c->db, "SELECT count(*) FROM act", P0, &all);
    while (err == OK) {
        ActRow *rows = ARENA_ARRAY(arena, ActRow, BATCH);
        size_t n = 0;
        Rows r;
        err = db_query(k->c->db, "SELECT " ACT_COLUMNS " FROM act WHERE seq>$1 ORDER BY seq LIMIT 500", P(PI(seq)), &r);
        if (err != OK) break;
        while (n < BATCH && rows_next(&r)) store_row_read(&r, arena, &rows[n++]);
        err = rows_end(&r);
        if (err != OK || n == 0) break;
        err = check_rows(k, &rc, rows, n, scratch, &seq);
        arena_reset(arena);
        if (k->to != NULL && k->to->progress != NULL) k->to->progress(k->to->ctx, k->rep->acts, all);
    }
    db_rollback(scratch);
    arena_free(arena);
    return err;
}

static Err compare(Check *k, Db *scratch, const char *db_path) {
    Str *names = NULL;
    size_t n = 0;
    TRY(db_tables(scratch, k->c->arena, &names, &n));
    for (size_t i = 0; i < n; i++) {
        bool skip = str_eq(names[i], S("migration"));
        for (size_t j = 0; j < LEN(not_fold); j++)
            if (str_eq(names[i], str_c(not_fold[j])) && strcmp(not_fold[j], "ledger_node") != 0 && strcmp(not_fold[j], "ledger_edge") != 0) skip = true;
        if (skip) continue;
        int64_t here = 0, there = 0;
        TRY(db_table_diff(scratch, db_path, names[i], &here, &there));
        if (here + there > 0)
            problem(k, "table " STR_FMT ": %lld rows follow from the acts but are not there, %lld are there but follow from no act", STR_ARG(names[i]), (long long)here, (long long)there);
    }
    return OK;
}

static Err check_size(Check *k, Db *scratch) {
    int64_t size = 0;
    Err err = db_int(scratch, "SELECT size FROM ledger_edge WHERE one=1", P0, &size);
    if (err != OK && err != E_MISSING) return err;
    k->rep->leaves = size;
    if (size != k->rep->acts) problem(k, "the tree has %lld leaves for %lld acts", (long long)size, (long long)k->rep->acts);
    return OK;
}

Err journal_fsck(Ctx *c, const char *db_path, const char *scratch_path, const FsckTo *to, FsckReport *out) {
    *out = (FsckReport){ 0 };
    Check k = { c, to, out };
    Db *scratch = NULL;
    Str found = STR_NONE;
    Err err = db_check(c->db, c->arena, &found);
    if (err == E_INPUT) problem(&k, "the database file is damaged: " STR_FMT, STR_ARG(found));
    else if (err != OK) return err;
    unlink(scratch_path);
    TRY(db_open(scratch_path, DB_CREATE, &scratch, NULL));
    err = db_fleeting(scratch);
    if (err == OK) err = db_migrate(scratch, keten_migrations, NULL, NULL);
    if (err == OK) err = replay(&k, scratch);
    if (err == OK) err = check_size(&k, scratch);
    if (err == OK) err = compare(&k, scratch, db_path);
    db_close(scratch);
    unlink(scratch_path);
    return err;
}
