/* asked_store.c - SQL of the questions about the own log. */
#include "steps/supervise/asked_in.h"

enum { HOLDERS_MAX = 4000 };

Err log_waits(Ctx *c, Str code, UnixMs from, UnixMs to, LogWait **out, size_t *out_n) {
    int64_t count = 0;
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM request WHERE kind='notice' AND org=$1 AND ($2='' OR holder=$2) AND outcome<>'withdrawn' AND delivery<>'failed' AND asked_ms>=$3 AND asked_ms<=$4", P(PID(c->person.org), PT(code), PI(from), PI(to)), &count));
    size_t max = count < LOG_WAITS_MAX ? (size_t)count : LOG_WAITS_MAX;
    LogWait *v = ARENA_ARRAY(c->arena, LogWait, max + 1);
    TRY(db_query(c->db, "SELECT holder, offence, source, lang, asked_ms, decided_ms FROM (SELECT r.holder AS holder, r.offence AS offence, k.source AS source, k.lang AS lang, r.asked_ms AS asked_ms, r.decided_ms AS decided_ms"
        " FROM request r JOIN case_file k ON k.id=r.case_id WHERE r.kind='notice' AND r.org=$1 AND ($2='' OR r.holder=$2) AND r.outcome<>'withdrawn' AND r.delivery<>'failed' AND r.asked_ms>=$3 AND r.asked_ms<=$4"
        " ORDER BY r.asked_ms DESC LIMIT 100000) ORDER BY holder, asked_ms", P(PID(c->person.org), PT(code), PI(from), PI(to)), &r));
    while (n < max && rows_next(&r))
        v[n++] = (LogWait){ .holder = row_text_dup(&r, 0, c->arena), .offence = row_text_dup(&r, 1, c->arena), .source = row_text_dup(&r, 2, c->arena), .lang = row_text_dup(&r, 3, c->arena), .asked = row_int(&r, 4), .decided = row_int(&r, 5) };
    *out = v;
    *out_n = n;
    return rows_end(&r);
}

Err log_items(Ctx *c, UnixMs from, UnixMs to, LogItem **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    LogItem *v = ARENA_ARRAY(c->arena, LogItem, HOLDERS_MAX);
    TRY(db_query(c->db, "SELECT holder, count(*), sum(CASE WHEN form IN ('art16','flagger') THEN 1 ELSE 0 END) FROM request WHERE kind='notice' AND org=$1 AND rung IN ('platform','flagger') AND outcome IN ('removed','blocked')"
        " AND decided_ms>=$2 AND decided_ms<=$3 GROUP BY holder ORDER BY holder LIMIT 4000", P(PID(c->person.org), PI(from), PI(to)), &r));
    while (n < HOLDERS_MAX && rows_next(&r)) v[n++] = (LogItem){ .holder = row_text_dup(&r, 0, c->arena), .items = row_int(&r, 1), .flagger = row_int(&r, 2) };
    *out = v;
    *out_n = n;
    return rows_end(&r);
}

Err log_back(Ctx *c, Str code, UnixMs from, UnixMs to, BackRow **out, size_t *out_n) {
    size_t n = 0;
    Rows r;
    BackRow *v = ARENA_ARRAY(c->arena, BackRow, HOLDERS_MAX);
    TRY(db_query(c->db, "SELECT platform, count(*), sum(CASE WHEN EXISTS(SELECT 1 FROM location_check b WHERE b.location=g.id AND b.verdict='still_online' AND b.at_ms>g.gone AND b.at_ms<=g.gone+2592000000) THEN 1 ELSE 0 END),"
        " sum(CASE WHEN EXISTS(SELECT 1 FROM case_location a JOIN print_match m ON m.case_id=a.case_id AND m.state='same' JOIN case_location n ON n.case_id=m.other_case AND n.added_ms>g.gone AND n.added_ms<=g.gone+2592000000"
        " JOIN location o ON o.id=n.location AND o.platform=g.platform AND o.id<>g.id WHERE a.location=g.id) THEN 1 ELSE 0 END),"
        " sum(CASE WHEN EXISTS(SELECT 1 FROM case_location a JOIN print p ON p.case_id=a.case_id WHERE a.location=g.id) THEN 1 ELSE 0 END),"
        " sum(CASE WHEN EXISTS(SELECT 1 FROM case_location a JOIN case_location n ON n.case_id=a.case_id AND n.added_ms>g.gone AND n.added_ms<=g.gone+2592000000"
        " JOIN location o ON o.id=n.location AND o.platform=g.platform AND o.id<>g.id WHERE a.location=g.id) THEN 1 ELSE 0 END)"
        " FROM (SELECT l.id AS id, l.platform AS platform, min(k.at_ms) AS gone FROM location l JOIN location_check k ON k.location=l.id WHERE l.org=$1 AND l.platform<>'' AND ($2='' OR l.platform=$2) AND k.removed=1 GROUP BY l.id, l.platform) g"
        " WHERE gone>=$3 AND gone<=$4 GROUP BY platform ORDER BY platform LIMIT 4000", P(PID(c->person.org), PT(code), PI(from), PI(to)), &r));
    while (n < HOLDERS_MAX && rows_next(&r)) v[n++] = (BackRow){ .platform = row_text_dup(&r, 0, c->arena), .gone = row_int(&r, 1), .back = row_int(&r, 2), .same_photo = row_int(&r, 3), .printed = row_int(&r, 4), .same_case = row_int(&r, 5) };
    *out = v;
    *out_n = n;
    return rows_end(&r);
}
