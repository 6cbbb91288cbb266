/* template_store.c - SQL of the words around notices. */
#include "steps/takedown/template.h"

Err apply_template_saved(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO notice_template(id, org, type, lang, version, body, by_user, made_ms) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
        P(PID(a->subject), PID(a->org), PT(act_get_code(a, "type")), PT(act_get_code(a, "lang")), PI(act_get_int(a, "version")), PB(act_sealed(a, "body")), PIDN(a->actor), PI(a->at)));
}
/* All versions up to it: older ones do not come back by themselves. */
Err apply_template_ended(Db *db, const Act *a) {
    return db_run(db, "UPDATE notice_template SET ended_ms=$2 WHERE org=$3 AND ended_ms=0 AND type=(SELECT type FROM notice_template WHERE id=$1) AND lang=(SELECT lang FROM notice_template WHERE id=$1)"
        " AND version<=(SELECT version FROM notice_template WHERE id=$1)", P(PID(a->subject), PI(a->at), PID(a->org)));
}

#define TEMPLATE_COLUMNS "id, org, type, lang, version, body, by_user, made_ms, ended_ms"
static TemplateRow template_read(const Rows *r, Arena *a) {
    return (TemplateRow){ .id = row_id(r, 0), .org = row_id(r, 1), .type = row_text_dup(r, 2, a), .lang = row_text_dup(r, 3, a), .version = row_int(r, 4), .body_sealed = row_blob_dup(r, 5, a), .by = row_id(r, 6),
        .made = row_int(r, 7), .ended = row_int(r, 8) };
}
Err template_newest(Ctx *c, Str type, Str lang, TemplateRow *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " TEMPLATE_COLUMNS " FROM notice_template WHERE org=$1 AND type=$2 AND lang=$3 ORDER BY version DESC LIMIT 1", P(PID(c->person.org), PT(type), PT(lang)), &r));
    bool found = rows_next(&r);
    if (found) *out = template_read(&r, c->arena);
    TRY(rows_end(&r));
    return found && out->ended == 0 ? OK : E_MISSING;
}
Err template_versions(Ctx *c, Str type, Str lang, TemplateRow **out, size_t *out_n) {
    enum { MOST = 50 };
    TemplateRow *rows = ARENA_ARRAY(c->arena, TemplateRow, MOST);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT " TEMPLATE_COLUMNS " FROM notice_template WHERE org=$1 AND type=$2 AND lang=$3 ORDER BY version DESC LIMIT 50", P(PID(c->person.org), PT(type), PT(lang)), &r));
    while (n < MOST && rows_next(&r)) rows[n++] = template_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
Err template_notice(Ctx *c, Str rung, Str lang, NoticeRow *out, size_t max, size_t *out_n) {
    Id ids[50];
    size_t n = 0;
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT n.id FROM recipient r JOIN notice n ON n.recipient=r.id WHERE r.org=$1 AND ($2='any' OR r.rung=$2) AND n.lang=$3 ORDER BY n.made_ms DESC LIMIT 50", P(PID(c->person.org), PT(rung), PT(lang)), &r));
    while (n < LEN(ids) && rows_next(&r)) ids[n++] = row_id(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n && *out_n < max; i++) {
        TRY(notice_by_id(c, ids[i], &out[*out_n]));
        ++*out_n;
    }
    return OK;
}
