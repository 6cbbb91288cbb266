/* account_out.c - the account as files: CSV and JSON with a data dictionary. The same figures give the same bytes. */
#include "steps/account/account_in.h"
#include "foundation/base/csv.h"
#include "foundation/base/json.h"

static void number(Buf *b, double v) {
    if (v == (double)(int64_t)v) buf_i64(b, (int64_t)v);
    else buf_printf(b, "%.2f", v);
}

static void csv_cell(Buf *b, const Account *acc, const AccountFigures *f, Str key, size_t k, const AccountCell *cell) {
    char value[40] = "";
    Buf v = buf_new(sizeof value);
    csv_field(b, str_c(f->table->id), ',', true);
    csv_field_safe(b, key, ',', false);
    csv_field(b, str_c(f->table->cols[k].id), ',', false);
    if (cell->known && !cell->hidden) number(&v, cell->value);
    csv_field(b, buf_str(&v), ',', false);
    buf_clear(&v);
    if (cell->known && !cell->hidden) buf_i64(&v, cell->behind);
    csv_field(b, buf_str(&v), ',', false);
    csv_field(b, cell->hidden ? S("hidden") : cell->known ? S("counted") : S("missing"), ',', false);
    buf_free(&v);
    csv_end(b);
    (void)acc;
}

void account_csv(const Account *acc, Buf *out) {
    static const char *const head[] = { "table", "key", "column", "value", "behind", "state" };
    for (size_t i = 0; i < LEN(head); i++) csv_field(out, str_c(head[i]), ',', i == 0);
    csv_end(out);
    for (size_t t = 0; t < acc->n; t++) {
        const AccountFigures *f = &acc->tables[t];
        for (size_t i = 0; i < f->n; i++)
            for (size_t k = 0; k < f->table->cols_n; k++) csv_cell(out, acc, f, f->rows[i].key, k, &f->rows[i].cell[k]);
        for (size_t k = 0; f->table->total && k < f->table->cols_n; k++) csv_cell(out, acc, f, S("total"), k, &f->total.cell[k]);
    }
}

static void json_row(Json *j, const AccountFigures *f, Str key, const AccountRow *row) {
    json_obj(j);
    json_kv_str(j, "key", key);
    for (size_t k = 0; k < f->table->cols_n; k++) {
        const AccountCell *cell = &row->cell[k];
        json_key(j, str_c(f->table->cols[k].id));
        json_obj(j);
        json_kv_str(j, "state", cell->hidden ? S("hidden") : cell->known ? S("counted") : S("missing"));
        if (cell->known && !cell->hidden) {
            json_key(j, S("value"));
            if (cell->value == (double)(int64_t)cell->value) json_i64(j, (int64_t)cell->value);
            else json_f64(j, (double)(int64_t)(cell->value * 100 + 0.5) / 100);
            json_kv_i64(j, "behind", cell->behind);
        }
        json_end_obj(j);
    }
    json_end_obj(j);
}

void account_json(const Account *acc, Buf *out) {
    Json j = json_to(out, true);
    json_obj(&j);
    json_kv_i64(&j, "year", acc->year);
    json_kv_i64(&j, "acts", acc->acts);
    json_kv_i64(&j, "hidden_below", ACCOUNT_SMALL);
    json_key(&j, S("tables"));
    json_arr(&j);
    for (size_t t = 0; t < acc->n; t++) {
        const AccountFigures *f = &acc->tables[t];
        json_obj(&j);
        json_kv_str(&j, "table", str_c(f->table->id));
        json_kv_str(&j, "query", str_c(f->table->sql));
        json_key(&j, S("rows"));
        json_arr(&j);
        for (size_t i = 0; i < f->n; i++) json_row(&j, f, f->rows[i].key, &f->rows[i]);
        json_end_arr(&j);
        if (f->table->total) {
            json_key(&j, S("total"));
            json_row(&j, f, S("total"), &f->total);
        }
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(out, '\n');
}

void account_dictionary(const UiCtx *ui, Buf *out) {
    static const char *const head[] = { "table", "column", "kind", "word", "meaning" };
    for (size_t i = 0; i < LEN(head); i++) csv_field(out, str_c(head[i]), ',', i == 0);
    csv_end(out);
    for (const AccountTable *t = account_tables; t->id != NULL; t++) {
        for (size_t k = 0; k < t->cols_n; k++) {
            csv_field(out, str_c(t->id), ',', true);
            csv_field(out, str_c(t->cols[k].id), ',', false);
            csv_field(out, t->cols[k].kind == COL_COUNT ? S("count") : S("median of days"), ',', false);
            csv_field(out, tr(ui, t->cols[k].word), ',', false);
            csv_field(out, tr(ui, t->cols[k].meaning), ',', false);
            csv_end(out);
        }
    }
}
