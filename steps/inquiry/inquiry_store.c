/* inquiry_store.c - SQL of captures. */
#include "steps/inquiry/inquiry_in.h"

Err apply_capture_handled(Db *db, const Act *a) {
    (void)db, (void)a; /* the act itself is the fact: custody is read from the record */
    return OK;
}

Err apply_capture_asked(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO capture(id, case_id, org, location, mode, asked_ms, asked_by, recipient, state) VALUES($1,$2,$3,$4,$5,$6,$7,$8,CASE WHEN $5='full' THEN 'held' ELSE 'asked' END)",
        P(PID(a->subject), PID(a->case_id), PID(a->org), PID(location), PT(act_get_code(a, "mode")), PI(a->at), PIDN(a->actor), PT(act_get_code(a, "recipient"))));
}

Err apply_capture_released(Db *db, const Act *a) {
    return db_run(db, "UPDATE capture SET state='asked', released_by=$2, released_ms=$3, seal_to=$4 WHERE id=$1", P(PID(a->subject), PIDN(a->actor), PI(a->at), PT(act_get_code(a, "key"))));
}

Err apply_capture_cancelled(Db *db, const Act *a) {
    return db_run(db, "UPDATE capture SET state='stopped', why='cancelled', made_ms=$2 WHERE id=$1", P(PID(a->subject), PI(a->at)));
}

Err apply_capture_made(Db *db, const Act *a) {
    Id warc = act_get_id(a, "warc"), text = act_get_id(a, "text_file"), shot = act_get_id(a, "shot");
    Str form = act_get_code(a, "form");
    return db_run(db, "UPDATE capture SET state='made', result=$2, why=$3, made_ms=$4, status=$5, hops=$6, media_type=$7, body=$8, digest=$9, length=$10, vantage=$11, tool=$12,"
        " warc=$13, warc_sha256=$14, warc_size=$15, text_file=$16, text_sha256=$17, form=$18, requests=$19, left_out=$20, browser=$21, clock=$22, shot=$23, shot_sha256=$24 WHERE id=$1",
        P(PID(a->subject), PT(act_get_code(a, "result")), PT(act_get_code(a, "why")), PI(act_get_int(a, "began")), PI(act_get_int(a, "status")), PI(act_get_int(a, "hops")), PT(act_get_code(a, "media_type")),
          PT(act_get_code(a, "body")), PB(act_get_hash(a, "digest")), PI(act_get_int(a, "length")), PT(act_get_code(a, "vantage")), PT(act_get_code(a, "tool")), PIDN(warc), PB(act_get_hash(a, "warc_sha256")),
          PI(act_get_int(a, "warc_size")), PIDN(text), PB(act_get_hash(a, "text_sha256")), PT(form.n > 0 ? form : S("warc")), PI(act_get_int(a, "requests")), PI(act_get_int(a, "left_out")), PT(act_get_code(a, "browser")),
          PT(act_get_code(a, "clock")), PIDN(shot), PB(act_get_hash(a, "shot_sha256"))));
}

Err apply_capture_stopped(Db *db, const Act *a) {
    return db_run(db, "UPDATE capture SET state='stopped', why=$2, made_ms=$3 WHERE id=$1", P(PID(a->subject), PT(act_get_code(a, "why")), PI(a->at)));
}

Err apply_capture_erased(Db *db, const Act *a) { return db_run(db, "UPDATE capture SET erased_ms=$2, erased_why=$3 WHERE id=$1", P(PID(a->subject), PI(a->at), PT(act_get_code(a, "ground")))); }

#define CAPTURE_COLUMNS "id, case_id, org, location, mode, asked_ms, asked_by, state, result, why, made_ms, status, hops, media_type, body, digest, length, vantage, tool, warc, warc_sha256, warc_size, text_file, text_sha256, form, requests, left_out, browser, clock, shot, shot_sha256, recipient, released_by, released_ms, seal_to, erased_ms, erased_why"
static CaptureRow capture_read(const Rows *r, Arena *a) {
    return (CaptureRow){ .id = row_id(r, 0), .case_id = row_id(r, 1), .org = row_id(r, 2), .location = row_id(r, 3), .mode = row_text_dup(r, 4, a), .asked = row_int(r, 5), .asked_by = row_id(r, 6),
        .state = row_text_dup(r, 7, a), .result = row_text_dup(r, 8, a), .why = row_text_dup(r, 9, a), .made = row_int(r, 10), .status = row_int(r, 11), .hops = row_int(r, 12), .media_type = row_text_dup(r, 13, a),
        .body = row_text_dup(r, 14, a), .digest = row_blob_dup(r, 15, a), .length = row_int(r, 16), .vantage = row_text_dup(r, 17, a), .tool = row_text_dup(r, 18, a), .warc = row_id(r, 19),
        .warc_sha256 = row_blob_dup(r, 20, a), .warc_size = row_int(r, 21), .text_file = row_id(r, 22), .text_sha256 = row_blob_dup(r, 23, a), .form = row_text_dup(r, 24, a), .requests = row_int(r, 25),
        .left_out = row_int(r, 26), .browser = row_text_dup(r, 27, a), .clock = row_text_dup(r, 28, a), .shot = row_id(r, 29), .shot_sha256 = row_blob_dup(r, 30, a), .recipient = row_text_dup(r, 31, a), .released_by = row_id(r, 32),
        .released = row_int(r, 33), .seal_to = row_text_dup(r, 34, a), .erased = row_int(r, 35), .erased_why = row_text_dup(r, 36, a) };
}

Err capture_by_id(Ctx *c, Id id, CaptureRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CAPTURE_COLUMNS " FROM capture WHERE id=$1", P(PID(id)), &r));
    bool found = rows_next(&r);
    if (found) *out = capture_read(&r, c->arena);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err capture_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, CaptureRow **out, size_t *out_n, int64_t *out_all) {
    size_t n = 0;
    Rows r;
    TRY(db_int(c->db, "SELECT count(*) FROM capture WHERE case_id=$1", P(PID(case_id)), out_all));
    size_t max = (size_t)*out_all < limit ? (size_t)*out_all : limit;
    CaptureRow *rows = ARENA_ARRAY(c->arena, CaptureRow, max + 1);
    TRY(db_query(c->db, "SELECT " CAPTURE_COLUMNS " FROM capture WHERE case_id=$1 ORDER BY asked_ms DESC, id LIMIT $2 OFFSET $3", P(PID(case_id), PI((int64_t)limit), PI((int64_t)skip)), &r));
    while (n < max && rows_next(&r)) rows[n++] = capture_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err inquiry_taken_lately(Ctx *c, Id exhibit, const char *kind, const char *what, bool *out) {
    enum { MINUTES_MS = 10 * 60 * 1000 };
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM act WHERE subject=$1 AND kind=$2 AND actor=$3 AND at_ms>=$4 AND body LIKE $5", P(PID(exhibit), PT(str_c(kind)), PID(c->person.user), PI(c->now - MINUTES_MS),
        PT(*what == '\0' ? S("%") : str_fmt(c->arena, "%%\"what\":\"%s\"%%", what))), &n));
    *out = n > 0;
    return OK;
}

Err inquiry_fetched_lately(Ctx *c, Id dossier, Str token_hex, bool *out) {
    enum { MINUTES_MS = 10 * 60 * 1000 };
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM act WHERE subject=$1 AND kind='dossier.fetched' AND at_ms>=$2 AND body LIKE $3", P(PID(dossier), PI(c->now - MINUTES_MS), PT(str_fmt(c->arena, "%%\"" STR_FMT "\"%%", STR_ARG(token_hex)))), &n));
    *out = n > 0;
    return OK;
}

Err inquiry_location_barred(Ctx *c, Id location, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM case_location cl JOIN case_file k ON k.id=cl.case_id WHERE cl.location=$1 AND k.lane<>'adult'", P(PID(location)), &n));
    *out = n > 0;
    return OK;
}

Err inquiry_incidents_barred(Ctx *c, Id case_id, bool *out) {
    int64_t n = 0;
    TRY(db_int(c->db, "SELECT count(*) FROM incident WHERE case_id=$1 AND removed_ms=0 AND age_depicted<>'18+' AND age_depicted<>''", P(PID(case_id)), &n));
    *out = n > 0;
    return OK;
}

/* ---- dossiers: what was chosen, what was found ---- */

Err apply_dossier_chosen(Db *db, const Act *a) {
    Id capture = act_get_id(a, "capture");
    return db_run(db, "INSERT INTO dossier_capture(dossier, capture) VALUES($1,$2)", P(PID(a->subject), PID(capture)));
}

Err apply_finding_made(Db *db, const Act *a) {
    Id dossier = act_get_id(a, "dossier");
    return db_run(db, "INSERT INTO finding(id, dossier, case_id, org, place, norm, basis, on_ms, by_user, seen, how, against) SELECT $1,$2,$3,$4,count(*)+1,$5,$6,$7,$8,$9,$10,$11 FROM finding WHERE dossier=$2",
        P(PID(a->subject), PID(dossier), PID(a->case_id), PID(a->org), PT(act_get_code(a, "norm")), PT(act_get_code(a, "basis")), PI(act_get_int(a, "on")), PIDN(a->actor), PB(act_sealed(a, "seen")), PB(act_sealed(a, "how")), PB(act_sealed(a, "against"))));
}

Err finding_of_dossier(Ctx *c, Id dossier, FindingRow **out, size_t *out_n) {
    enum { FIELDS = 3 };
    FindingRow *rows = ARENA_ARRAY(c->arena, FindingRow, FINDINGS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, dossier, case_id, org, norm, basis, on_ms, by_user, seen, how, against FROM finding WHERE dossier=$1 ORDER BY place LIMIT 20", P(PID(dossier)), &r));
    while (n < FINDINGS_MAX && rows_next(&r))
        rows[n++] = (FindingRow){ .id = row_id(&r, 0), .dossier = row_id(&r, 1), .case_id = row_id(&r, 2), .org = row_id(&r, 3), .norm = row_text_dup(&r, 4, c->arena), .basis = row_text_dup(&r, 5, c->arena), .on = row_int(&r, 6),
            .by = row_id(&r, 7), .seen_sealed = row_blob_dup(&r, 8, c->arena), .how_sealed = row_blob_dup(&r, 9, c->arena), .against_sealed = row_blob_dup(&r, 10, c->arena) };
    TRY(rows_end(&r));
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, FIELDS * n + 1);
    Str **to = ARENA_ARRAY(c->arena, Str *, FIELDS * n + 1);
    FindingRow **of = ARENA_ARRAY(c->arena, FindingRow *, FIELDS * n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const struct { const char *field; Str sealed; Str *to; } fields[FIELDS] = { { "seen", rows[i].seen_sealed, &rows[i].seen }, { "how", rows[i].how_sealed, &rows[i].how }, { "against", rows[i].against_sealed, &rows[i].against } };
        for (size_t f = 0; f < FIELDS; f++) {
            if (fields[f].sealed.p == NULL) continue;
            items[k] = (OpenItem){ .org = rows[i].org, .scope = rows[i].case_id, .cls = STORE, .item = rows[i].id, .field = fields[f].field, .sealed = fields[f].sealed };
            of[k] = &rows[i];
            to[k++] = fields[f].to;
        }
    }
    TRY(journal_open_many(c, items, k));
    for (size_t i = 0; i < k; i++) {
        *to[i] = items[i].plain;
        if (items[i].err != OK) of[i]->err = items[i].err;
    }
    *out = rows;
    *out_n = n;
    return OK;
}

Err capture_of_dossier(Ctx *c, Id dossier, CaptureRow **out, size_t *out_n) {
    CaptureRow *rows = ARENA_ARRAY(c->arena, CaptureRow, CHOSEN_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " CAPTURE_COLUMNS " FROM capture WHERE id IN (SELECT capture FROM dossier_capture WHERE dossier=$1) ORDER BY made_ms, id LIMIT 200", P(PID(dossier)), &r));
    while (n < CHOSEN_MAX && rows_next(&r)) rows[n++] = capture_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err capture_files(Ctx *c, Id capture, Id *out, size_t max, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT id FROM blob WHERE of_thing=$1 AND own=1 UNION SELECT v.file FROM dossier_version v JOIN dossier_capture d ON d.dossier=v.dossier JOIN blob b ON b.id=v.file AND b.own=1 WHERE d.capture=$1"
        " UNION SELECT v.file FROM dossier_version v JOIN dossier_part p ON p.dossier=v.dossier JOIN dossier_capture d ON d.dossier=p.parent JOIN blob b ON b.id=v.file AND b.own=1 WHERE d.capture=$1 ORDER BY 1", P(PID(capture)), &r));
    bool more = false;
    while (!more && rows_next(&r)) {
        if (*out_n < max) out[(*out_n)++] = row_id(&r, 0);
        else more = true;
    }
    TRY(rows_end(&r));
    return more ? E_LIMIT : OK;
}

Err capture_erased_of(Ctx *c, Id case_id, CaptureRow **out, size_t *out_n) {
    CaptureRow *rows = ARENA_ARRAY(c->arena, CaptureRow, CHOSEN_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " CAPTURE_COLUMNS " FROM capture WHERE case_id=$1 AND erased_ms>0 ORDER BY erased_ms, id LIMIT 200", P(PID(case_id)), &r));
    while (n < CHOSEN_MAX && rows_next(&r)) rows[n++] = capture_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err dossiers_with(Ctx *c, Id capture, DossierRow **out, size_t *out_n) {
    enum { LIST_MAX = 100 };
    Id ids[LIST_MAX];
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT dossier FROM dossier_capture WHERE capture=$1 ORDER BY dossier LIMIT 100", P(PID(capture)), &r));
    while (n < LIST_MAX && rows_next(&r)) ids[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    DossierRow *rows = ARENA_ARRAY(c->arena, DossierRow, n + 1);
    for (size_t i = 0; i < n; i++) TRY(dossier_by_id(c, ids[i], &rows[i]));
    *out = rows;
    *out_n = n;
    return OK;
}
