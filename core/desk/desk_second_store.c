/* desk_second_store.c - SQL of second looks. */
#include "core/desk/desk_second.h"

Err apply_second_given(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO second_look(id, case_id, org, by_user, first, offence, age, agrees, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PID(a->actor), PT(act_get_code(a, "first")), PT(act_get_code(a, "offence")), PT(act_get_code(a, "age")), PI(act_get_int(a, "agrees")), PI(a->at)));
}
static SecondRow second_read(const Rows *r, Arena *a) {
    return (SecondRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .by = row_id(r, 2), .first = row_text_dup(r, 3, a), .offence = row_text_dup(r, 4, a), .age = row_text_dup(r, 5, a), .agrees = row_int(r, 6) != 0, .at = row_int(r, 7) };
}
Err second_of_case(Ctx *c, Id case_id, SecondRow **out, size_t *out_n) {
    enum { MOST = 50 };
    SecondRow *rows = ARENA_ARRAY(c->arena, SecondRow, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, case_id, by_user, first, offence, age, agrees, at_ms FROM second_look WHERE case_id=$1 ORDER BY at_ms LIMIT 50", P(PID(case_id)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = second_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err second_since(Ctx *c, UnixMs since, SecondRow **out, size_t *out_n) {
    enum { MOST = 5000 };
    SecondRow *rows = ARENA_ARRAY(c->arena, SecondRow, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT s.id, s.case_id, s.by_user, s.first, s.offence, s.age, s.agrees, s.at_ms, k.ref FROM second_look s JOIN case_file k ON k.id=s.case_id WHERE s.org=$1 AND s.at_ms>=$2 ORDER BY s.at_ms DESC LIMIT 5000",
        P(PID(c->person.org), PI(since)), &r));
    while (n < MOST && rows_next(&r)) {
        rows[n] = second_read(&r, c->arena);
        rows[n++].ref = row_text_dup(&r, 8, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err second_waiting(Ctx *c, Id team, Id user, size_t limit, CaseRow **out, size_t *out_n) {
    Id *ids = ARENA_ARRAY(c->arena, Id, limit + 1);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT k.id FROM case_file k WHERE k.team=$1 AND k.active=1 AND k.incidents>0 AND NOT EXISTS(SELECT 1 FROM second_look s WHERE s.case_id=k.id AND s.by_user=$2) ORDER BY k.next_due, k.id LIMIT $3",
        P(PID(team), PID(user), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) ids[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    *out = ARENA_ARRAY(c->arena, CaseRow, n + 1);
    for (size_t i = 0; i < n; i++) TRY(case_by_id(c, ids[i], &(*out)[i]));
    *out_n = n;
    return OK;
}
