/* bank_store.c - hashes that are looked for, in the state tables. */
#include "core/bank/bank_in.h"

/* One more change, of the entry that the act is about; subscribers hear of it when the entry is passed on and is or was in force. */
static Err changed(Db *db, const Act *a, int64_t change, Str what, Str by) {
    return db_run(db, "INSERT INTO bank_change(change, entry, what, lane, feed, act_seq, by_whom, at_ms) SELECT $2, e.id, $3, e.lane, CASE WHEN e.fed<>0 THEN"
        " (SELECT coalesce(max(f.feed), 0)+1 FROM bank_change f WHERE f.lane=e.lane AND f.feed IS NOT NULL) END, $4, $5, $6 FROM bank_entry e WHERE e.id=$1",
        P(PID(a->subject), PI(change), PT(what), PI(a->seq), PT(by), PI(a->at)));
}
static Err next_change(Db *db, int64_t *out) { return db_int(db, "SELECT coalesce(max(change), 0)+1 FROM bank_change", P0, out); }
static Err next_entry(Db *db, int64_t *out) { return db_int(db, "SELECT coalesce(max(entry), 0)+1 FROM bank_entry", P0, out); }

Err apply_bank_offered(Db *db, const Act *a) {
    int64_t change = 0, entry = 0;
    Id print = act_get_id(a, "print");
    TRY(next_change(db, &change));
    TRY(next_entry(db, &entry));
    TRY(db_run(db, "INSERT INTO bank_entry(id, entry, org, signal, lane, quality, front, hash, scope, source, consent, consent_until, pass_on, print, state, offered, change, offered_ms, changed_ms)"
        " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,'quarantine',$15,$15,$16,$16)",
        P(PID(a->subject), PI(entry), PID(a->org), PT(act_get_code(a, "signal")), PT(act_get_code(a, "lane")), act_has(a, "quality") ? PI(act_get_int(a, "quality")) : PNULL(), PT(act_get_code(a, "front")),
            PB(act_sealed(a, "hash")), PID(a->scope), PT(act_get_code(a, "source")), PT(act_get_code(a, "consent")), PI(act_get_int(a, "until")), PI(act_get_int(a, "pass_on")), PIDN(print), PI(change), PI(a->at))));
    TRY(bank_figure(db, a->org, act_get_code(a, "source"), S("quarantine"), 1));
    return changed(db, a, change, S("offered"), act_get_code(a, "source"));
}

static Err set_state(Db *db, const Act *a, Str state, Str what, Str why) {
    int64_t change = 0;
    Rows r;
    Arena *mine = arena_new(1 << 16);
    Str source = STR_NONE, was = STR_NONE;
    Err err = db_query(db, "SELECT source, state FROM bank_entry WHERE id=$1", P(PID(a->subject)), &r);
    if (err == OK && rows_next(&r)) {
        source = row_text_dup(&r, 0, mine);
        was = row_text_dup(&r, 1, mine);
    }
    if (err == OK) err = rows_end(&r);
    if (err == OK) err = bank_figure(db, a->org, source, was, -1);
    if (err == OK) err = bank_figure(db, a->org, source, state, 1);
    arena_free(mine);
    TRY(err);
    TRY(next_change(db, &change));
    TRY(db_run(db, "UPDATE bank_entry SET state=$2, why=$3, change=$4, changed_ms=$5, fed=CASE WHEN fed<>0 OR (pass_on<>0 AND $2='active') THEN 1 ELSE 0 END WHERE id=$1 AND state<>'withdrawn'",
        P(PID(a->subject), PT(state), PT(why), PI(change), PI(a->at))));
    return changed(db, a, change, what, why);
}
Err apply_bank_confirmed(Db *db, const Act *a) { return set_state(db, a, S("active"), S("confirmed"), act_get_code(a, "by")); }
Err apply_bank_disputed(Db *db, const Act *a) { return set_state(db, a, S("disputed"), S("disputed"), act_get_code(a, "by")); }
Err apply_bank_withdrawn(Db *db, const Act *a) { return set_state(db, a, S("withdrawn"), S("withdrawn"), act_get_code(a, "why")); }

/* ---- reading ---- */
#define ENTRY_COLUMNS "e.id, e.org, e.scope, e.print, e.entry, e.offered, e.change, e.signal, e.lane, e.front, e.source, e.consent, e.state, e.why, e.quality, e.consent_until, e.pass_on, e.fed, e.offered_ms, e.changed_ms, e.hash"
#define CHANGE_COLUMNS ENTRY_COLUMNS ", c.change, c.feed, c.act_seq, c.what, c.by_whom, c.at_ms"

static BankEntry entry_read(const Rows *r, Arena *a) {
    return (BankEntry){ .id = row_id(r, 0), .org = row_id(r, 1), .scope = row_id(r, 2), .print = row_id(r, 3), .entry = row_int(r, 4), .offered = row_int(r, 5), .change = row_int(r, 6), .signal = row_text_dup(r, 7, a),
        .lane = row_text_dup(r, 8, a), .front = row_text_dup(r, 9, a), .source = row_text_dup(r, 10, a), .consent = row_text_dup(r, 11, a), .state = row_text_dup(r, 12, a), .why = row_text_dup(r, 13, a),
        .quality = row_null(r, 14) ? BANK_QUALITY_NONE : row_int(r, 14), .consent_until = row_int(r, 15), .pass_on = row_int(r, 16) != 0, .fed = row_int(r, 17) != 0, .at = row_int(r, 18), .changed = row_int(r, 19),
        .sealed = row_blob_dup(r, 20, a), .err = E_MISSING };
}

static Err entry_first(Ctx *c, Rows *r, BankEntry *out) {
    bool found = rows_next(r);
    if (found) *out = entry_read(r, c->arena);
    TRY(rows_end(r));
    return found ? OK : E_MISSING;
}
Err bank_entry_by_id(Ctx *c, Id entry, BankEntry *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.id=$1", P(PID(entry)), &r));
    return entry_first(c, &r, out);
}
Err bank_entry_by_number(Ctx *c, int64_t entry, BankEntry *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.entry=$1", P(PI(entry)), &r));
    return entry_first(c, &r, out);
}
Err bank_entry_by_offer(Ctx *c, int64_t offered, BankEntry *out) {
    Rows r;
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.offered=$1", P(PI(offered)), &r));
    return entry_first(c, &r, out);
}
Err bank_entry_of_print(Ctx *c, Id print, BankEntry **out, size_t *out_n) {
    Rows r;
    BankEntry *rows = ARENA_ARRAY(c->arena, BankEntry, PDQ_FORMS);
    size_t n = 0;
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.print=$1 ORDER BY e.print, e.id LIMIT 8", P(PID(print)), &r));
    while (n < PDQ_FORMS && rows_next(&r)) rows[n++] = entry_read(&r, c->arena);
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

static Err entries_read(Ctx *c, Rows *r, size_t most, BankEntry **out, size_t *out_n) {
    BankEntry *rows = NULL;
    size_t n = 0, cap = 0;
    while (n < most && rows_next(r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = entry_read(r, c->arena);
    }
    *out = rows;
    *out_n = n;
    return rows_end(r);
}
Err bank_entries(Ctx *c, int64_t after, size_t limit, BankEntry **out, size_t *out_n) {
    Rows r;
    must(limit <= BANK_PAGE);
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.entry>$1 ORDER BY e.entry LIMIT $2", P(PI(after), PI((int64_t)limit)), &r));
    return entries_read(c, &r, limit, out, out_n);
}

Err bank_list(Ctx *c, Id org, Str state, Str source, int64_t after, size_t limit, BankEntry **out, size_t *out_n) {
    Rows r;
    must(limit <= BANK_PAGE);
    if (source.n == 0) TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.org=$1 AND e.state=$2 AND e.entry>$3 ORDER BY e.entry LIMIT $4", P(PID(org), PT(state), PI(after), PI((int64_t)limit)), &r));
    else TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM bank_entry e WHERE e.org=$1 AND e.source=$2 AND e.state=$3 AND e.entry>$4 ORDER BY e.entry LIMIT $5", P(PID(org), PT(source), PT(state), PI(after), PI((int64_t)limit)), &r));
    return entries_read(c, &r, limit, out, out_n);
}

static Err changes_read(Ctx *c, Rows *r, size_t most, BankChange **out, size_t *out_n) {
    BankChange *rows = NULL;
    size_t n = 0, cap = 0;
    while (n < most && rows_next(r)) {
        rows = ARENA_ROOM(c->arena, rows, n, &cap);
        rows[n++] = (BankChange){ .entry = entry_read(r, c->arena), .change = row_int(r, 21), .feed = row_int(r, 22), .act_seq = row_int(r, 23), .what = row_text_dup(r, 24, c->arena), .by = row_text_dup(r, 25, c->arena), .at = row_int(r, 26) };
    }
    *out = rows;
    *out_n = n;
    return rows_end(r);
}
Err bank_changes(Ctx *c, int64_t after, size_t limit, BankChange **out, size_t *out_n) {
    Rows r;
    must(limit <= BANK_PAGE);
    TRY(db_query(c->db, "SELECT " CHANGE_COLUMNS " FROM bank_change c JOIN bank_entry e ON e.id=c.entry WHERE c.change>$1 ORDER BY c.change LIMIT $2", P(PI(after), PI((int64_t)limit)), &r));
    return changes_read(c, &r, limit, out, out_n);
}
Err bank_entry_changes(Ctx *c, Id entry, BankChange **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT " CHANGE_COLUMNS " FROM bank_change c JOIN bank_entry e ON e.id=c.entry WHERE c.entry=$1 ORDER BY c.change LIMIT 1000", P(PID(entry)), &r));
    return changes_read(c, &r, BANK_PAGE, out, out_n);
}
Err bank_feed(Ctx *c, Str lane, int64_t after, size_t limit, BankChange **out, size_t *out_n) {
    Rows r;
    must(limit <= BANK_PAGE);
    TRY(db_query(c->db, "SELECT " CHANGE_COLUMNS " FROM bank_change c JOIN bank_entry e ON e.id=c.entry WHERE c.lane=$1 AND c.feed IS NOT NULL AND c.feed>$2 ORDER BY c.feed LIMIT $3", P(PT(lane), PI(after), PI((int64_t)limit)), &r));
    return changes_read(c, &r, limit, out, out_n);
}

Err bank_changes_last(Ctx *c, int64_t *out) { return db_int(c->db, "SELECT coalesce(max(change), 0) FROM bank_change", P0, out); }
Err bank_feed_last(Ctx *c, Str lane, int64_t *out) { return db_int(c->db, "SELECT coalesce(max(feed), 0) FROM bank_change WHERE lane=$1 AND feed IS NOT NULL", P(PT(lane)), out); }

/* The newest that came from a list of this organisation; 0: none. */
Err bank_newest_of(Ctx *c, Id org, int64_t *out_offered) {
    return db_int(c->db, "SELECT coalesce(max(offered), 0) FROM bank_entry WHERE org=$1 AND consent='list'", P(PID(org)), out_offered);
}

static Err offers_read(Ctx *c, Rows *r, int64_t **out, size_t *out_n) {
    int64_t *list = NULL;
    size_t n = 0, cap = 0;
    while (rows_next(r)) {
        list = ARENA_ROOM(c->arena, list, n, &cap);
        list[n++] = row_int(r, 0);
    }
    *out = list;
    *out_n = n;
    return rows_end(r);
}
Err bank_store_revoked_offers(Ctx *c, Id case_id, int64_t **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT e.offered FROM print p JOIN bank_entry e ON e.print=p.id WHERE p.case_id=$1 AND p.ended_ms<>0 AND e.state<>'withdrawn' ORDER BY e.offered", P(PID(case_id)), &r));
    return offers_read(c, &r, out, out_n);
}
Err bank_store_struck(Ctx *c, int64_t after, int64_t **out, size_t *out_n) {
    Rows r;
    TRY(db_query(c->db, "SELECT e.offered FROM bank_change h JOIN bank_entry e ON e.id=h.entry WHERE h.change>$1 AND h.what='withdrawn' ORDER BY h.change", P(PI(after)), &r));
    return offers_read(c, &r, out, out_n);
}

/* Of this report: what was given to the bank of a photo that is no longer in force. */
Err bank_store_revoked(Ctx *c, Id case_id, BankEntry *out, size_t most, size_t *out_n) {
    Rows r;
    *out_n = 0;
    TRY(db_query(c->db, "SELECT " ENTRY_COLUMNS " FROM print p JOIN bank_entry e ON e.print=p.id WHERE p.case_id=$1 AND p.ended_ms<>0 AND e.state<>'withdrawn' ORDER BY e.print, e.id LIMIT $2", P(PID(case_id), PI((int64_t)most)), &r));
    while (*out_n < most && rows_next(&r)) out[(*out_n)++] = entry_read(&r, c->arena);
    return rows_end(&r);
}

/* A source has six figures at most; there are as many sources as organisations that hand over lists. */
Err bank_sources(Ctx *c, Id org, BankSource **out, size_t *out_n) {
    Rows r;
    BankSource *list = NULL;
    size_t n = 0, cap = 0;
    TRY(db_query(c->db, "SELECT source, what, n FROM bank_source_figure WHERE org=$1 ORDER BY source, what", P(PID(org)), &r));
    while (rows_next(&r)) {
        Str code = row_text_dup(&r, 0, c->arena), what = row_text(&r, 1);
        if (n == 0 || !str_eq(list[n - 1].code, code)) {
            list = ARENA_ROOM(c->arena, list, n, &cap);
            list[n++] = (BankSource){ .code = code };
        }
        BankSource *s = &list[n - 1];
        struct { const char *what; int64_t *to; } to[] = { { "quarantine", &s->quarantine }, { "active", &s->active }, { "disputed", &s->disputed }, { "withdrawn", &s->withdrawn }, { "same", &s->same }, { "different", &s->different } };
        for (size_t i = 0; i < LEN(to); i++)
            if (str_eq(what, str_c(to[i].what))) *to[i].to = row_int(&r, 2);
    }
    *out = list;
    *out_n = n;
    return rows_end(&r);
}
