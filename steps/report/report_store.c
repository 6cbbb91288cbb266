/* report_store.c - what the record says about requests made before: no case is named, nothing is read but outcomes. */
#include "steps/report/report_in.h"

/* Requests old enough to have been answered, not older than a year, and not taken back. */
Err report_odds(Ctx *c, Odds *out) {
    const int64_t day = 86400000;
    Rows r;
    TRY(db_query(c->db, "SELECT count(*), coalesce(sum(CASE WHEN q.outcome='removed' OR EXISTS(SELECT 1 FROM location l WHERE l.id=q.location AND l.gone_ms>0) THEN 1 ELSE 0 END), 0)"
        " FROM (SELECT outcome, location FROM request WHERE kind='notice' AND asked_ms>$1 AND asked_ms<$2 AND outcome<>'withdrawn' ORDER BY asked_ms DESC LIMIT 1000) q",
        P(PI(c->now - 365 * day), PI(c->now - 30 * day)), &r));
    if (rows_next(&r)) *out = (Odds){ .asked = row_int(&r, 0), .gone = row_int(&r, 1) };
    return rows_end(&r);
}
