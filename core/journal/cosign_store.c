/* cosign_store.c - SQL of what witnesses signed, and how each fares. */
#include "core/journal/journal_in.h"
#include "core/journal/witnessed.h"

Err journal_cosign_put(Ctx *c, int64_t size, Str witness, int64_t time_s, Str line) {
    return db_run(c->db, "INSERT INTO cosignature(size, witness, time_s, line) VALUES($1,$2,$3,$4) ON CONFLICT(size, witness) DO NOTHING", P(PI(size), PT(witness), PI(time_s), PT(line)));
}

Err journal_cosigned(Ctx *c, int64_t size, Str note, Str *out) {
    Rows r;
    Str all = note;
    TRY(db_query(c->db, "SELECT line FROM cosignature WHERE size=$1 ORDER BY witness LIMIT 63", P(PI(size)), &r));
    while (rows_next(&r)) all = note_with_line(c->arena, all, row_text(&r, 0));
    *out = all;
    return rows_end(&r);
}

/* The newest few that anybody cosigned, newest first. */
Err journal_cosigned_newest(Ctx *c, const LedgerPolicy *policy, Str *out_note, int64_t *out_size) {
    enum { LOOKED_AT = 20 };
    int64_t sizes[LOOKED_AT];
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT DISTINCT size FROM cosignature WHERE size>=0 ORDER BY size DESC LIMIT 20", P0, &r));
    while (n < LOOKED_AT && rows_next(&r)) sizes[n++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) {
        Str note = STR_NONE, all = STR_NONE;
        Checkpoint cp;
        PolicySeen seen;
        const char *why = NULL;
        Err e = store_checkpoint_get(c->db, c->arena, sizes[i], &note);
        if (e == E_MISSING) continue;
        TRY(e);
        TRY(journal_cosigned(c, sizes[i], note, &all));
        if (policy_check(c->arena, policy, all, &cp, &seen, &why) != OK || seen.cosigned == 0) continue;
        *out_note = all;
        *out_size = sizes[i];
        return OK;
    }
    return E_MISSING;
}

Err journal_witness(Ctx *c, Str name, WitnessState *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT size, signed_ms, failures, next_ms, problem FROM witness WHERE name=$1", P(PT(name)), &r));
    *out = (WitnessState){ .problem = S("") };
    if (rows_next(&r)) *out = (WitnessState){ row_int(&r, 0), row_int(&r, 2), row_int(&r, 1), row_int(&r, 3), row_text_dup(&r, 4, c->arena) };
    return rows_end(&r);
}

Err journal_witness_put(Ctx *c, Str name, const WitnessState *s) {
    return db_run(c->db, "INSERT INTO witness(name, size, signed_ms, failures, next_ms, problem) VALUES($1,$2,$3,$4,$5,$6)"
        " ON CONFLICT(name) DO UPDATE SET size=excluded.size, signed_ms=excluded.signed_ms, failures=excluded.failures, next_ms=excluded.next_ms, problem=excluded.problem",
        P(PT(name), PI(s->size), PI(s->signed_at), PI(s->failures), PI(s->next), PT(s->problem)));
}
