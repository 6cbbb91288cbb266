/* dossier_version_store.c - SQL of versions. */
#include "core/case/dossier_version.h"
#include "core/case/case_in.h"

Err apply_dossier_version(Db *db, const Act *a) {
    Id parent = act_get_id(a, "parent");
    TRY(db_run(db, "INSERT INTO dossier(id, case_id, org, number, lang, recipient, captures, findings, asked_ms, asked_by)"
        " SELECT $1, p.case_id, $2, (SELECT coalesce(max(number),0)+1 FROM dossier WHERE case_id=p.case_id), p.lang, p.recipient, p.captures, p.findings, $3, $4 FROM dossier p WHERE p.id=$5",
        P(PID(a->subject), PID(a->org), PI(a->at), PIDN(a->actor), PID(parent))));
    return db_run(db, "INSERT INTO dossier_part(dossier, parent, version) VALUES($1,$2,$3)", P(PID(a->subject), PID(parent), PT(act_get_code(a, "version"))));
}

Err apply_dossier_closed(Db *db, const Act *a) {
    Id location = act_get_id(a, "location");
    return db_run(db, "INSERT INTO dossier_closed(act, dossier, location, finding) VALUES($1,$2,$3,$4)", P(PID(a->id), PID(a->subject), PIDN(location), PI(act_get_int(a, "finding"))));
}

Err dossier_version_of(Ctx *c, Id dossier, VersionRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT dossier, parent, version FROM dossier_part WHERE dossier=$1", P(PID(dossier)), &r));
    bool found = rows_next(&r);
    if (found) *out = (VersionRow){ .dossier = row_id(&r, 0), .parent = row_id(&r, 1), .version = row_text_dup(&r, 2, c->arena) };
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err dossier_closed(Ctx *c, Id dossier, ClosedRow **out, size_t *out_n) {
    ClosedRow *rows = ARENA_ARRAY(c->arena, ClosedRow, CLOSED_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT location, finding FROM dossier_closed WHERE dossier=$1 ORDER BY act LIMIT 200", P(PID(dossier)), &r));
    while (n < CLOSED_MAX && rows_next(&r)) {
        rows[n] = (ClosedRow){ .location = row_id(&r, 0), .finding = row_int(&r, 1) };
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

Err dossier_replaced(Ctx *c, Id dossier, Id *out_by) {
    Rows r;
    TRY(db_query(c->db, "SELECT dossier FROM dossier_part WHERE parent=$1 AND version='without' ORDER BY dossier LIMIT 1", P(PID(dossier)), &r));
    bool found = rows_next(&r);
    if (found) *out_by = row_id(&r, 0);
    TRY(rows_end(&r));
    return found ? OK : E_MISSING;
}

Err dossier_versions(Ctx *c, Id parent, DossierRow **out, VersionRow **out_as, size_t *out_n) {
    VersionRow *as = ARENA_ARRAY(c->arena, VersionRow, VERSIONS_MAX);
    DossierRow *rows = ARENA_ARRAY(c->arena, DossierRow, VERSIONS_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT dossier, parent, version FROM dossier_part WHERE parent=$1 ORDER BY dossier LIMIT 50", P(PID(parent)), &r));
    while (n < VERSIONS_MAX && rows_next(&r)) {
        as[n] = (VersionRow){ .dossier = row_id(&r, 0), .parent = row_id(&r, 1), .version = row_text_dup(&r, 2, c->arena) };
        n++;
    }
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) TRY(dossier_by_id(c, as[i].dossier, &rows[i]));
    *out = rows;
    *out_as = as;
    *out_n = n;
    return OK;
}
