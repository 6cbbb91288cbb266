/* playbook_store.c - SQL of the playbook and of reminders. */
#include "steps/takedown/playbook.h"

Err apply_playbook_set(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO playbook(org, step, self, most, every_h, changed_ms) VALUES($1,$2,$3,$4,$5,$6) ON CONFLICT(org, step) DO UPDATE SET self=$3, most=$4, every_h=$5, changed_ms=$6",
        P(PID(a->org), PT(act_get_code(a, "step")), PI(act_get_int(a, "self")), PI(act_get_int(a, "most")), PI(act_get_int(a, "every_h")), PI(a->at)));
}
Err playbook_stored(Ctx *c, Str step, PlayRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT self, most, every_h, changed_ms FROM playbook WHERE org=$1 AND step=$2", P(PID(c->person.org), PT(step)), &r));
    bool found = rows_next(&r);
    if (found) *out = (PlayRow){ .step = step, .self = row_int(&r, 0) != 0, .most = row_int(&r, 1), .every_h = row_int(&r, 2), .changed = row_int(&r, 3) };
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}
Err remind_counts(Ctx *c, Id recipient, Id case_id, UnixMs *out_last, int64_t *out_of_case) {
    TRY(db_int(c->db, "SELECT coalesce(max(made_ms), 0) FROM notice WHERE recipient=$1 AND form='reminder'", P(PID(recipient)), out_last));
    return db_int(c->db, "SELECT count(*) FROM notice WHERE recipient=$1 AND form='reminder' AND case_id=$2 AND withdrawn_ms=0", P(PID(recipient), PID(case_id)), out_of_case);
}
Err playbook_orgs(Ctx *c, Str step, Id **out, size_t *out_n) {
    enum { MOST = 1000 };
    Id *ids = ARENA_ARRAY(c->arena, Id, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT org FROM playbook WHERE step=$1 AND self=1 ORDER BY org LIMIT 1000", P(PT(step)), &r));
    while (n < MOST && rows_next(&r)) ids[n++] = row_id(&r, 0);
    *out = ids;
    *out_n = n;
    return rows_end(&r);
}
