/* account_store.c - the queries that are the account. Each table of figures is exactly one of them, and is shown with it.
 * $1 and $2: first instant of the year and of the next, in the instance's zone. A silence is a request without any answer
 * while a term of it has run out. Medians are computed in the query; a request that is still open is in no median but in `open`. */
#include "steps/account/account_in.h"

#define SILENT "r.answers=0 AND EXISTS(SELECT 1 FROM clock k WHERE k.subject=r.id AND k.state='lapsed')"
#define ONE(cond) "sum(CASE WHEN " cond " THEN 1 ELSE 0 END)"
/* Median of the days from asking to `col`, per key, over those where it happened. */
#define MEDIAN(kind, key, col, more) \
    "SELECT key, avg(d) AS m, max(n) AS n FROM (SELECT key, d, row_number() OVER (PARTITION BY key ORDER BY d) AS i, count(*) OVER (PARTITION BY key) AS n FROM" \
    " (SELECT " key " AS key, (r." col "-r.asked_ms)/86400000.0 AS d FROM request r WHERE r.kind='" kind "' AND r.asked_ms>=$1 AND r.asked_ms<$2 AND r." col ">0" more ")) WHERE i IN ((n+1)/2,(n+2)/2) GROUP BY key"
#define HOLDER "CASE WHEN length(r.holder)=32 THEN r.rung ELSE r.holder END"
#define NOTICES(key) \
    "SELECT a.key, a.asked, a.delivered, a.answered, a.removed, a.refused, a.silent, a.open, m.m, m.n FROM (SELECT " key " AS key, count(*) AS asked, " ONE("r.delivered_ms>0") " AS delivered, " \
    ONE("r.answers>0") " AS answered, " ONE("r.outcome IN ('removed','blocked')") " AS removed, " ONE("r.outcome IN ('refused','kept','not_found')") " AS refused, " ONE(SILENT) " AS silent, " \
    ONE("r.answers=0 AND r.outcome=''") " AS open FROM request r WHERE r.kind='notice' AND r.asked_ms>=$1 AND r.asked_ms<$2 GROUP BY key) a LEFT JOIN (" MEDIAN("notice", key, "decided_ms", "") ") m ON m.key=a.key ORDER BY a.key"
#define FILINGS(key) \
    "SELECT a.key, a.asked, a.received, a.acted, a.decided, a.refused, a.silent, a.late, f.m, f.n, d.m, d.n FROM (SELECT " key " AS key, count(*) AS asked, " ONE("r.received_ms>0") " AS received, " \
    ONE("r.acted_ms>0") " AS acted, " ONE("r.decided_ms>0") " AS decided, " ONE("r.outcome IN ('refused','inadmissible','no_action')") " AS refused, " ONE("r.acted_ms=0 AND r.decided_ms=0 AND r.outcome=''") " AS silent, " \
    ONE("EXISTS(SELECT 1 FROM clock k WHERE k.subject=r.id AND k.state='lapsed' AND k.kind='law')") " AS late FROM request r WHERE r.kind='filing' AND r.asked_ms>=$1 AND r.asked_ms<$2 GROUP BY key) a" \
    " LEFT JOIN (" MEDIAN("filing", key, "acted_ms", "") ") f ON f.key=a.key LEFT JOIN (" MEDIAN("filing", key, "decided_ms", "") ") d ON d.key=a.key ORDER BY a.key"

static const char asked[] = "asked", removed[] = "removed", refused[] = "refused", acted[] = "acted", decided[] = "decided", started[] = "started", made[] = "made";
static const AccountCol notice_cols[] = {
    { asked, N_("Asked"), N_("notices sent in the year, one for each location and recipient"), COL_COUNT }, { "delivered", N_("Delivered"), N_("taken over by the recipient's mail server or form"), COL_COUNT },
    { "answered", N_("Answered"), N_("at least one answer of the recipient is on record"), COL_COUNT, .part_of = asked }, { removed, N_("Removed"), N_("the recipient says that it removed or blocked the material"), COL_COUNT },
    { refused, N_("Refused"), N_("the recipient refuses, leaves it online or says that it cannot find it"), COL_COUNT }, { "silent", N_("Silent"), N_("no answer, while a term has run out"), COL_COUNT },
    { "open", N_("Open"), N_("no answer yet, whether a term has run out or not"), COL_COUNT, .part_of = asked }, { "days", N_("Median days to decision"), N_("half of the decided ones took longer; open ones are not in it"), COL_MEDIAN, .rests = { removed, refused } } };
static const AccountCol filing_cols[] = {
    { asked, N_("Filed"), N_("filings sent in the year"), COL_COUNT }, { "received", N_("Receipt"), N_("receipt was confirmed"), COL_COUNT }, { acted, N_("Visible act"), N_("at least one visible act beyond a receipt"), COL_COUNT, .part_of = asked },
    { decided, N_("Decided"), N_("a decision, of whatever kind"), COL_COUNT }, { refused, N_("Refused"), N_("refused, not taken up, or no action"), COL_COUNT }, { "silent", N_("Silent"), N_("no visible act and no decision on the day of counting"), COL_COUNT, .part_of = asked },
    { "late", N_("Term passed"), N_("a term of law ran out without a decision"), COL_COUNT }, { "act_days", N_("Median days to first act"), N_("half of those with a visible act took longer"), COL_MEDIAN, .rests = { acted } },
    { "decision_days", N_("Median days to decision"), N_("half of the decided ones took longer; open ones are not in it"), COL_MEDIAN, .rests = { decided } } };
static const AccountCol report_cols[] = { { "reports", N_("Reports"), N_("cases opened in the year; a case with several offences counts under each"), COL_COUNT } };
static const AccountCol count_cols[] = { { "n", N_("Number"), N_("how many"), COL_COUNT } };
static const AccountCol clock_cols[] = { { started, N_("Started"), N_("terms that began in the year"), COL_COUNT }, { "met", N_("Met in time"), N_("the duty was fulfilled before the end"), COL_COUNT, .part_of = started },
    { "lapsed", N_("Passed"), N_("the end came without what was owed"), COL_COUNT, .part_of = started }, { "running", N_("Still running"), N_("runs or stands still on the day of counting"), COL_COUNT, .part_of = started }, { "stopped", N_("Ended"), N_("ended for another reason"), COL_COUNT, .part_of = started } };
static const AccountCol location_cols[] = { { "n", N_("Locations"), N_("locations first reported in the year"), COL_COUNT }, { "checks", N_("Looks"), N_("times it was looked whether they are still online"), COL_COUNT },
    { "returned", N_("Came back"), N_("seen online again after proven removal"), COL_COUNT } };
static const AccountCol promise_cols[] = { { made, N_("Promised"), N_("commitments made in the year, at a consultation"), COL_COUNT }, { "kept", N_("Kept"), N_("it was recorded that the commitment was kept"), COL_COUNT, .part_of = made },
    { "not_kept", N_("Not kept"), N_("it was recorded that the commitment was not kept"), COL_COUNT, .part_of = made }, { "dropped", N_("No longer asked"), N_("whoever asked for it does not ask any more"), COL_COUNT, .part_of = made },
    { "open", N_("Open"), N_("nothing was recorded yet, whether the day has passed or not"), COL_COUNT, .part_of = made }, { "overdue", N_("Past its day"), N_("open, and its day has passed"), COL_COUNT } };
static const AccountCol dossier_cols[] = { { made, N_("Made"), N_("dossiers made in the year"), COL_COUNT }, { "full", N_("Taken over in full"), N_("the body says that it took the dossier over in full"), COL_COUNT, .part_of = made },
    { "part", N_("In part"), N_("the body says that it took the dossier over in part"), COL_COUNT, .part_of = made }, { "none", N_("Not"), N_("the body says that it did not take the dossier over"), COL_COUNT, .part_of = made },
    { "unknown", N_("Nothing said"), N_("no word of the body is on record"), COL_COUNT, .part_of = made } };
#define COLS(x) (x), LEN(x)

const AccountTable account_tables[] = {
    { "filings_by_body", N_("Filings by body"), N_("Body"), KEY_AUTHORITY, true, COLS(filing_cols), FILINGS("r.holder") },
    { "filings_by_form", N_("Filings by form"), N_("Form"), KEY_CODE, true, COLS(filing_cols), FILINGS("r.form") },
    { "refusals", N_("Refusals by reason"), N_("Reason"), KEY_CODE, true, COLS(count_cols),
        "SELECT CASE WHEN r.reason='' THEN 'none_given' ELSE r.reason END AS key, count(*) FROM request r WHERE r.kind='filing' AND r.asked_ms>=$1 AND r.asked_ms<$2 AND r.outcome IN ('refused','inadmissible','no_action') GROUP BY key ORDER BY key" },
    { "notices_by_holder", N_("Notices by platform or kind of recipient"), N_("Recipient"), KEY_HOLDER, true, COLS(notice_cols), NOTICES(HOLDER) },
    { "notices_by_offence", N_("Notices by offence"), N_("Offence"), KEY_OFFENCE, true, COLS(notice_cols), NOTICES("r.offence") },
    { "terms", N_("Terms by duty"), N_("Duty"), KEY_DUTY, true, COLS(clock_cols),
        "SELECT k.duty AS key, count(*), " ONE("k.state='met'") ", " ONE("k.state='lapsed'") ", " ONE("k.state IN ('running','paused')") ", " ONE("k.state='stopped'") " FROM clock k WHERE k.from_ms>=$1 AND k.from_ms<$2 GROUP BY key ORDER BY key" },
    { "reports_by_offence", N_("Reports by offence"), N_("Offence"), KEY_OFFENCE, false, COLS(report_cols),
        "SELECT i.offence AS key, count(DISTINCT i.case_id) FROM incident i JOIN case_file c ON c.id=i.case_id WHERE i.removed_ms=0 AND c.opened_ms>=$1 AND c.opened_ms<$2 AND c.merged_into IS NULL GROUP BY key ORDER BY key" },
    { "reports_by_age", N_("Reports by age in the image"), N_("Age in the image"), KEY_CODE, true, COLS(report_cols),
        "SELECT c.age_depicted AS key, count(*) FROM case_file c WHERE c.opened_ms>=$1 AND c.opened_ms<$2 AND c.merged_into IS NULL GROUP BY key ORDER BY key" },
    { "locations", N_("Locations by last verdict"), N_("Last verdict"), KEY_CODE, true, COLS(location_cols),
        "SELECT l.verdict AS key, count(*), sum(l.checks), sum(l.returned) FROM location l WHERE l.made_ms>=$1 AND l.made_ms<$2 GROUP BY key ORDER BY key" },
    { "promises", N_("Commitments by who made them"), N_("Who"), KEY_AUTHORITY, true, COLS(promise_cols),
        "SELECT CASE WHEN s.kind='guest' THEN 'guest' ELSE s.who END AS key, count(*), " ONE("m.state='kept'") ", " ONE("m.state='not_kept'") ", " ONE("m.state='dropped'") ", " ONE("m.state='open'") ", " ONE("m.state='open' AND m.overdue_ms>0")
        " FROM commitment m JOIN consult_seat s ON s.id=m.seat WHERE m.made_ms>=$1 AND m.made_ms<$2 GROUP BY key ORDER BY key", .bodies = true },
    { "dossiers_by_body", N_("Dossiers: what the receiving body did with them"), N_("Body"), KEY_AUTHORITY, true, COLS(dossier_cols),
        "SELECT CASE WHEN d.recipient='' THEN '-' ELSE d.recipient END AS key, count(*), " ONE("t.took='full'") ", " ONE("t.took='part'") ", " ONE("t.took='none'") ", " ONE("t.took IS NULL") " FROM dossier d LEFT JOIN (SELECT dossier, took,"
        " row_number() OVER (PARTITION BY dossier ORDER BY at_ms DESC, id DESC) AS i FROM dossier_receipt) t ON t.dossier=d.id AND t.i=1 WHERE d.state='made' AND d.made_ms>=$1 AND d.made_ms<$2 GROUP BY key ORDER BY key" },
    { NULL, NULL, NULL, KEY_CODE, false, NULL, 0, NULL, false },
};

static Str key_text(const Rows *r, Arena *a) {
    Str s = row_text_dup(r, 0, a);
    return s.n > 0 ? s : S("-");
}

/* Room for one row more, or NULL at the bound: a table that is cut off would have a wrong total. */
static AccountRow *one_more(Arena *a, AccountRow **rows, size_t n) {
    enum { FIRST = 64 };
    if (n >= ACCOUNT_ROWS_MAX) return NULL;
    bool full = n == 0 || (n >= FIRST && (n & (n - 1)) == 0); /* doubled at 64, 128, 256 ... */
    if (full) {
        AccountRow *more = ARENA_ARRAY(a, AccountRow, n == 0 ? FIRST : 2 * n);
        if (n > 0) memcpy(more, *rows, n * sizeof **rows);
        *rows = more;
    }
    return &(*rows)[n];
}

Err account_rows(Ctx *c, const AccountTable *t, UnixMs from, UnixMs to, AccountRow **out, size_t *out_n) {
    AccountRow *rows = NULL;
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, t->sql, P(PI(from), PI(to)), &r));
    while (rows_next(&r)) {
        int at = 1;
        if (one_more(c->arena, &rows, n) == NULL) {
            TRY(rows_end(&r));
            return ctx_refuse(c, E_LIMIT, NULL, N_("There are more rows in one table of the account than this server counts."));
        }
        rows[n].key = key_text(&r, c->arena);
        for (size_t i = 0; i < t->cols_n; i++) {
            AccountCell *cell = &rows[n].cell[i];
            cell->known = !row_null(&r, at);
            cell->value = t->cols[i].kind == COL_COUNT ? (double)row_int(&r, at) : row_real(&r, at);
            at++;
            if (t->cols[i].kind == COL_MEDIAN) cell->behind = row_int(&r, at++);
            else cell->behind = (int64_t)cell->value;
        }
        n++;
    }
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}

/* Their numbers have no holes (keten fsck). */
Err account_acts(Ctx *c, int64_t *out) { return db_int(c->db, "SELECT coalesce(max(seq), 0) FROM act", P0, out); }

/* ---- what was counted last ---- */
Err account_keep(Ctx *c, const Account *acc) {
    int64_t place = 0;
    TRY(db_begin(c->db));
    Err err = db_run(c->db, "DELETE FROM account_figure WHERE year=$1", P(PI(acc->year)));
    for (size_t t = 0; err == OK && t < acc->n; t++) {
        const AccountFigures *f = &acc->tables[t];
        for (size_t i = 0; err == OK && i <= f->n; i++) {
            const AccountRow *row = i < f->n ? &f->rows[i] : &f->total;
            if (i == f->n && !f->table->total) break;
            for (size_t k = 0; err == OK && k < f->table->cols_n; k++) {
                const AccountCell *cell = &row->cell[k];
                bool shown = cell->known && !cell->hidden; /* what is hidden is not kept either */
                err = db_run(c->db, "INSERT INTO account_figure(year, place, tbl, key, col, value, behind, hidden) VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
                    P(PI(acc->year), PI(place++), PT(str_c(f->table->id)), PT(i < f->n ? row->key : S("=total")), PT(str_c(f->table->cols[k].id)), shown ? PR(cell->value) : PNULL(), PI(shown ? cell->behind : 0), PI(cell->hidden)));
            }
        }
    }
    if (err == OK) err = db_run(c->db, "INSERT INTO account_counted(year, acts, at_ms) VALUES($1,$2,$3) ON CONFLICT(year) DO UPDATE SET acts=excluded.acts, at_ms=excluded.at_ms", P(PI(acc->year), PI(acc->acts), PI(c->now)));
    if (err != OK) {
        db_rollback(c->db);
        return err;
    }
    return db_commit(c->db);
}

static Err put_cell(AccountFigures *f, const Rows *r, Arena *a) {
    Str key = row_text_dup(r, 1, a), col = row_text_dup(r, 2, a);
    AccountRow *row = &f->total;
    if (!str_eq(key, S("=total"))) {
        if (f->n == 0 || !str_eq(f->rows[f->n - 1].key, key)) {
            AccountRow *fresh = one_more(a, &f->rows, f->n);
            if (fresh == NULL) return E_LIMIT;
            fresh->key = key;
            f->n++;
        }
        row = &f->rows[f->n - 1];
    }
    for (size_t i = 0; i < f->table->cols_n; i++)
        if (str_eq(str_c(f->table->cols[i].id), col)) row->cell[i] = (AccountCell){ .known = !row_null(r, 3), .value = row_real(r, 3), .behind = row_int(r, 4), .hidden = row_int(r, 5) != 0 };
    return OK;
}

Err account_load(Ctx *c, int year, Account *out) {
    Rows r;
    size_t n = 0;
    Account acc = { .year = year };
    TRY(db_int(c->db, "SELECT acts FROM account_counted WHERE year=$1", P(PI(year)), &acc.acts));
    while (account_tables[n].id != NULL) n++;
    acc.tables = ARENA_ARRAY(c->arena, AccountFigures, n);
    acc.n = n;
    for (size_t i = 0; i < n; i++) acc.tables[i] = (AccountFigures){ .table = &account_tables[i] };
    TRY(db_query(c->db, "SELECT tbl, key, col, value, behind, hidden FROM account_figure WHERE year=$1 ORDER BY place", P(PI(year)), &r));
    Err err = OK;
    while (err == OK && rows_next(&r))
        for (size_t i = 0; err == OK && i < n; i++)
            if (str_eq(row_text(&r, 0), str_c(account_tables[i].id))) err = put_cell(&acc.tables[i], &r, c->arena);
    TRY(rows_end(&r));
    TRY(err);
    *out = acc;
    return OK;
}

/* Years in which something was opened or asked, newest first. */
Err account_years(Ctx *c, int *out, size_t max, size_t *out_n) {
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT DISTINCT year FROM case_number WHERE year>=$1 ORDER BY year DESC LIMIT $2", P(PI(ACCOUNT_YEAR_FIRST), PI((int64_t)max)), &r));
    while (n < max && rows_next(&r)) out[n++] = (int)row_int(&r, 0);
    *out_n = n;
    return rows_end(&r);
}

Err apply_account_reply(Db *db, const Act *a) {
    return db_run(db, "INSERT INTO account_reply(id, org, year, authority, element, text, at_ms) VALUES($1,$2,$3,$4,$5,$6,$7) ON CONFLICT(org, year, authority, element) DO UPDATE SET id=excluded.id, text=excluded.text, at_ms=excluded.at_ms",
        P(PID(a->subject), PID(a->org), PI(act_get_int(a, "year")), PT(act_get_code(a, "authority")), PT(act_get_code(a, "element")), PB(act_sealed(a, "text")), PI(a->at)));
}
Err account_replies(Ctx *c, int year, ReplyRow **out, size_t *out_n) {
    enum { REPLIES_MAX = 1000 };
    ReplyRow *rows = ARENA_ARRAY(c->arena, ReplyRow, REPLIES_MAX);
    size_t n = 0;
    Rows r;
    TRY(db_query(c->db, "SELECT id, org, authority, element, text, at_ms FROM account_reply WHERE year=$1 ORDER BY authority, element LIMIT 1000", P(PI(year)), &r));
    while (n < REPLIES_MAX && rows_next(&r))
        rows[n++] = (ReplyRow){ .id = row_id(&r, 0), .org = row_id(&r, 1), .authority = row_text_dup(&r, 2, c->arena), .element = row_text_dup(&r, 3, c->arena), .text_sealed = row_blob_dup(&r, 4, c->arena), .at = row_int(&r, 5) };
    *out = rows;
    *out_n = n;
    return rows_end(&r);
}
