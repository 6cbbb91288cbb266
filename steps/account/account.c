/* account.c - counting, hiding small cells, and the acts of bodies' own answers. */
#include "steps/account/account_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef reply_fields[] = { { "year", F_INT, CLEAR, true, ACCOUNT_YEAR_LAST }, { "authority", F_CODE, CLEAR, true, 0 }, { "element", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, STORE, true, 8000 }, END };
static Err check_reply(Ctx *c, const Act *a) {
    Date today = civil_at(c->app->zone, c->now).date;
    if (law_authority(c->app->law, act_get_code(a, "authority"), today) == NULL) return ctx_refuse(c, E_INPUT, "authority", "This body is not in the law data.");
    if (act_get_int(a, "year") < ACCOUNT_YEAR_FIRST || act_get_int(a, "year") > today.y) return ctx_refuse(c, E_INPUT, "year", N_("Choose a year that has begun."));
    return OK;
}
const ActDef act_account_reply = { "account.reply", 1, OBJ_NONE, "account.query", false, true, reply_fields, check_reply, apply_account_reply, NULL, N_("A body answered for the yearly account: {authority} {element}") };

void account_bounds(const Ctx *c, int year, UnixMs *out_from, UnixMs *out_to) {
    must(year >= ACCOUNT_YEAR_FIRST && year <= ACCOUNT_YEAR_LAST);
    *out_from = day_start(c->app->zone, (Date){ (int16_t)year, 1, 1 });
    *out_to = day_start(c->app->zone, (Date){ (int16_t)(year + 1), 1, 1 });
}

static void add_total(AccountFigures *f) {
    f->total.key = S("=total");
    for (size_t k = 0; k < f->table->cols_n; k++) {
        AccountCell *t = &f->total.cell[k];
        if (f->table->cols[k].kind != COL_COUNT) continue; /* medians have no sum */
        t->known = true;
        for (size_t i = 0; i < f->n; i++) t->value += f->rows[i].cell[k].value;
        t->behind = (int64_t)t->value;
    }
}

Err account_count(Ctx *c, int year, Account *out) {
    UnixMs from = 0, to = 0;
    size_t n = 0;
    Account acc = { .year = year };
    account_bounds(c, year, &from, &to);
    while (account_tables[n].id != NULL) n++;
    acc.tables = ARENA_ARRAY(c->arena, AccountFigures, n);
    acc.n = n;
    bool own = !db_in_tx(c->db);
    if (own) TRY(db_snapshot(c->db)); /* every table counts the same record */
    Err err = account_acts(c, &acc.acts);
    for (size_t i = 0; err == OK && i < n; i++) {
        acc.tables[i].table = &account_tables[i];
        err = account_rows(c, &account_tables[i], from, to, &acc.tables[i].rows, &acc.tables[i].n);
        if (account_tables[i].total) add_total(&acc.tables[i]);
    }
    if (own) db_rollback(c->db);
    TRY(err);
    *out = acc;
    return OK;
}

const AccountFigures *account_table(const Account *acc, const char *id) {
    for (size_t i = 0; i < acc->n; i++)
        if (strcmp(acc->tables[i].table->id, id) == 0) return &acc->tables[i];
    return NULL;
}

/* ---- hiding ---- */
static bool small(const AccountCell *cell) { return cell->known && cell->behind > 0 && cell->behind < ACCOUNT_SMALL; }

/* What a reader knows of the hidden cells of a column is their number and, from the total, their sum. With one hidden cell, or when
 * the sum equals their number (each must be 1) it can be worked out: then the smallest cell still shown is hidden too. */
static void hide_column(AccountFigures *f, size_t k) {
    size_t hidden = 0;
    double sum = 0;
    for (size_t i = 0; i < f->n; i++) {
        AccountCell *cell = &f->rows[i].cell[k];
        if (!small(cell)) continue;
        cell->hidden = true;
        hidden++;
        sum += cell->value;
    }
    if (!f->table->total || f->table->cols[k].kind != COL_COUNT) return;
    if (small(&f->total.cell[k])) f->total.cell[k].hidden = true;
    if (f->table->cols[k].part_of != NULL) return; /* hide_parts */
    while (hidden > 0 && (hidden == 1 || sum <= (double)hidden)) {
        AccountCell *next = NULL;
        for (size_t i = 0; i < f->n; i++) {
            AccountCell *cell = &f->rows[i].cell[k];
            if (!cell->hidden && cell->value > 0 && (next == NULL || cell->value < next->value)) next = cell;
        }
        if (next == NULL) { /* nothing left to hide behind: the total goes */
            f->total.cell[k].hidden = true;
            return;
        }
        next->hidden = true;
        hidden++;
        sum += next->value;
    }
}

/* Of one row: is the whole or a part of it hidden. */
static bool parted(const AccountFigures *f, const AccountRow *row, size_t whole) {
    bool hidden = row->cell[whole].hidden;
    for (size_t k = 0; k < f->table->cols_n; k++) hidden = hidden || (f->table->cols[k].part_of == f->table->cols[whole].id && row->cell[k].hidden);
    return hidden;
}
static void hide_row(const AccountFigures *f, AccountRow *row, size_t whole) {
    for (size_t k = 0; k < f->table->cols_n; k++) row->cell[k].hidden = row->cell[k].hidden || f->table->cols[k].part_of == f->table->cols[whole].id;
}

/* The parts of a row add up to its whole, and to their totals: a row with a hidden part, or a hidden whole, hides all its parts, zeros
 * too, and never alone. With two such rows or more every hidden part can be exchanged with one in another row and column, so that
 * no sums give it away; with one row only, the totals of the parts go. */
static void hide_parts(AccountFigures *f, size_t whole) {
    size_t rows = 0;
    AccountRow *next = NULL;
    for (size_t i = 0; i < f->n; i++) {
        AccountRow *row = &f->rows[i];
        if (parted(f, row, whole)) {
            hide_row(f, row, whole);
            rows++;
        } else if (next == NULL || row->cell[whole].value < next->cell[whole].value) next = row;
    }
    if (parted(f, &f->total, whole)) hide_row(f, &f->total, whole);
    else if (rows == 1 && next != NULL) hide_row(f, next, whole);
    else if (rows == 1) hide_row(f, &f->total, whole);
}

static bool has_parts(const AccountTable *t, size_t whole) {
    for (size_t k = 0; k < t->cols_n; k++)
        if (t->cols[k].part_of == t->cols[whole].id) return true;
    return false;
}
static void hide_medians(AccountFigures *f, size_t k) {
    const AccountCol *cols = f->table->cols;
    for (size_t i = 0; i < f->n; i++)
        for (size_t j = 0; j < f->table->cols_n; j++)
            for (size_t r = 0; r < LEN(cols[k].rests); r++)
                if (cols[k].rests[r] == cols[j].id && f->rows[i].cell[j].hidden) f->rows[i].cell[k].hidden = f->rows[i].cell[k].known;
}

/* Two tables that count the same requests have the same totals: what one hides the other does not tell, nor by its rows. */
static void hide_twin(const AccountFigures *f, AccountFigures *twin) {
    for (size_t k = 0; k < f->table->cols_n; k++) {
        if (!f->total.cell[k].hidden || twin->total.cell[k].hidden) continue;
        AccountCell *next = NULL;
        bool any = false;
        for (size_t i = 0; i < twin->n; i++) {
            AccountCell *cell = &twin->rows[i].cell[k];
            any = any || cell->hidden;
            if (cell->value > 0 && (next == NULL || cell->value < next->value)) next = cell;
        }
        twin->total.cell[k].hidden = true;
        if (!any && next != NULL) next->hidden = true;
    }
}

static void hide_all_parts(AccountFigures *f) {
    for (size_t k = 0; f->table->total && !f->table->bodies && k < f->table->cols_n; k++)
        if (has_parts(f->table, k)) hide_parts(f, k);
}

void account_hide(Account *acc) {
    for (size_t t = 0; t < acc->n; t++) {
        AccountFigures *f = &acc->tables[t];
        for (size_t k = 0; !f->table->bodies && k < f->table->cols_n; k++) hide_column(f, k);
        hide_all_parts(f);
    }
    for (size_t t = 0; t < acc->n; t++)
        for (size_t u = 0; u < acc->n; u++)
            if (t != u && acc->tables[t].table->total && acc->tables[u].table->total && acc->tables[t].table->cols == acc->tables[u].table->cols && acc->tables[t].table->cols_n > 1)
                hide_twin(&acc->tables[t], &acc->tables[u]);
    for (size_t t = 0; t < acc->n; t++) {
        hide_all_parts(&acc->tables[t]);
        for (size_t k = 0; k < acc->tables[t].table->cols_n; k++) hide_medians(&acc->tables[t], k);
    }
}

/* ---- the nightly count for the public page ---- */
Err account_count_job(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    enum { YEARS = 3, DAY_MS = 86400000 };
    int years[YEARS];
    size_t n = 0;
    (void)subject, (void)due;
    TRY(account_years(c, years, YEARS, &n));
    for (size_t i = 0; i < n; i++) {
        Account acc;
        TRY(account_count(c, years[i], &acc));
        account_hide(&acc);
        TRY(account_keep(c, &acc));
    }
    *out_again = c->now + DAY_MS;
    return OK;
}
