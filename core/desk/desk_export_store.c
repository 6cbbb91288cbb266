/* desk_export_store.c - what was taken out, and the lines of a list. */
#include "core/desk/desk_export.h"

Err apply_export_made(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO export_made(id, org, by_user, from_ms, until_ms, state, lane, columns, anonymous, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        P(PID(a->subject), PID(a->org), PID(a->actor), PI(act_get_int(a, "from")), PI(act_get_int(a, "until")), PT(act_get_code(a, "state")), PT(act_get_code(a, "lane")), PI(act_get_int(a, "columns")), PI(act_get_int(a, "anonymous")), PI(a->at)));
}

static ExportRow export_row(Rows *r, Arena *a) {
    return (ExportRow){ .id = row_id(r, 0), .org = row_id(r, 1), .by = row_id(r, 2), .from = row_int(r, 3), .until = row_int(r, 4), .state = row_text_dup(r, 5, a), .lane = row_text_dup(r, 6, a), .columns = row_int(r, 7), .anonymous = row_int(r, 8) != 0, .at = row_int(r, 9) };
}

Err export_by_id(Ctx *c, Id id, ExportRow *out) {
    Rows r;
    bool found = false;
    TRY(db_query(c->db, "SELECT id, org, by_user, from_ms, until_ms, state, lane, columns, anonymous, at_ms FROM export_made WHERE id=$1 AND org=$2", P(PID(id), PID(c->person.org)), &r));
    if (rows_next(&r)) {
        *out = export_row(&r, c->arena);
        found = true;
    }
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err export_list(Ctx *c, size_t limit, ExportRow **out, size_t *out_n) {
    ExportRow *rows = ARENA_ARRAY(c->arena, ExportRow, limit);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, org, by_user, from_ms, until_ms, state, lane, columns, anonymous, at_ms FROM export_made WHERE org=$1 ORDER BY at_ms DESC, id LIMIT $2", P(PID(c->person.org), PI((int64_t)limit)), &r));
    while (n < limit && rows_next(&r)) rows[n++] = export_row(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

static ExportLine line_row(Rows *r, Arena *a) {
    return (ExportLine){ .ref = row_text_dup(r, 0, a), .opened = row_int(r, 1), .source = row_text_dup(r, 2, a), .lane = row_text_dup(r, 3, a), .risk = row_int(r, 4), .closed = row_int(r, 5), .close_why = row_text_dup(r, 6, a), .offences = row_text_dup(r, 7, a),
        .location = { .id = row_id(r, 8), .org = row_id(r, 9), .url_sealed = row_blob_dup(r, 10, a), .platform = row_text_dup(r, 11, a), .kind = row_text_dup(r, 12, a), .verdict = row_text_dup(r, 13, a), .verdict_at = row_int(r, 14), .gone = row_int(r, 15), .returned = row_int(r, 16), .checks = row_int(r, 17) },
        .added = row_int(r, 18), .notices = row_int(r, 19), .first_notice = row_int(r, 20), .last_notice = row_int(r, 21), .answered = row_int(r, 22) };
}

Err export_lines(Ctx *c, const ExportRow *e, ExportLine **out, size_t *out_n) {
    ExportLine *rows = NULL;
    size_t n = 0, cap = 0;
    Rows r;
    TRY(db_query(c->db,
        "SELECT k.ref, k.opened_ms, k.source, k.lane, k.risk, k.closed_ms, k.close_why, coalesce((SELECT group_concat(offence, ' ') FROM (SELECT DISTINCT i.offence AS offence FROM incident i WHERE i.case_id=k.id AND i.removed_ms=0 ORDER BY 1)), ''),"
        " l.id, l.org, l.url, l.platform, l.kind, l.verdict, l.verdict_ms, l.gone_ms, l.returned, l.checks, cl.added_ms, count(q.id), coalesce(min(q.asked_ms), 0), coalesce(max(q.asked_ms), 0), coalesce(sum(q.answers > 0), 0)"
        " FROM case_file k JOIN case_location cl ON cl.case_id=k.id JOIN location l ON l.id=cl.location LEFT JOIN request q ON q.location=l.id AND q.case_id=k.id AND q.kind='notice'"
        " WHERE k.team IN (SELECT t.id FROM team t WHERE t.org=$1 AND ($6=1 OR EXISTS(SELECT 1 FROM member m WHERE m.team=t.id AND m.user_id=$7))) AND k.erased_ms=0 AND k.merged_into IS NULL AND k.opened_ms>=$2 AND ($3=0 OR k.opened_ms<=$3) AND ($4='' OR k.lane=$4) AND ($5='all' OR ($5='open')=(k.closed_ms=0))"
        " GROUP BY k.id, l.id ORDER BY k.opened_ms, k.id, cl.added_ms, l.id LIMIT $8",
        P(PID(c->person.org), PI(e->from), PI(e->until), PT(e->lane), PT(e->state), PI(e->anonymous), PID(c->person.user), PI(EXPORT_LINES_MAX + 1)), &r));
    while (rows_next(&r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = line_row(&r, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
