/* asked_words.c - an answer in words, as JSON and as CSV. */
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "steps/supervise/asked_in.h"

#include <math.h>

Str asked_say(const UiCtx *ui, const AskSay *s) {
    UiArg args[LEN(s->args)];
    if (s->msgid == NULL) return STR_NONE;
    for (size_t i = 0; i < s->args_n; i++) args[i] = s->args[i].number ? (UiArg)UA_I(s->args[i].name, s->args[i].i) : (UiArg)UA_S(s->args[i].name, s->args[i].s);
    return trf(ui, s->msgid, args, s->args_n);
}

static Str days_words(const UiCtx *ui, const AskValue *v) {
    if (v->low < 0) return tr(ui, N_("before day 0"));
    if (v->high < 0) return TRF(ui, "{n} days or more", UA_I("n", (int64_t)v->low));
    if (v->low >= v->high) return trn(ui, (int64_t)v->low, "{n} day", "{n} days", (const UiArg[]){ UA_I("n", (int64_t)v->low) }, 1);
    return TRF(ui, "{a} to {b} days", UA_I("a", (int64_t)v->low), UA_I("b", (int64_t)v->high));
}

static int decimals(double v) { return fabs(v) >= 100 || fabs(v - round(v)) < 1e-9 ? 0 : fabs(v) >= 1 ? 1 : fabs(v) >= 0.01 ? 3 : 6; }
static int percent_decimals(double low, double high) { return high > 0 && high - low < 0.0005 ? 3 : high - low < 0.02 ? 2 : 1; } /* no more of them than the interval bears */

static Str band(const UiCtx *ui, const AskValue *v, Str low, Str high) { return v->interval ? str_fmt(ui->a, " (" STR_FMT " – " STR_FMT ")", STR_ARG(low), STR_ARG(high)) : S(""); }

Str asked_value(const UiCtx *ui, const AskValue *v) {
    int d = decimals(v->value), p = percent_decimals(v->low, v->high);
    if (!v->known) return tr(ui, N_("missing"));
    switch (v->unit) {
    case AU_COUNT: return ui_int(ui, v->part);
    case AU_SHARE: return str_fmt(ui->a, STR_FMT STR_FMT, STR_ARG(ui_percent(ui, v->value, p)), STR_ARG(band(ui, v, ui_percent(ui, v->low, p), ui_percent(ui, v->high, p))));
    case AU_DAYS: return days_words(ui, v);
    case AU_RATE:
    case AU_NUMBER: {
        int k = decimals(v->interval ? v->high : v->value);
        return str_fmt(ui->a, STR_FMT STR_FMT, STR_ARG(ui_dec(ui, v->value, d > k && v->interval ? k : d)), STR_ARG(band(ui, v, ui_dec(ui, v->low, k), ui_dec(ui, v->high, k))));
    }
    case AU_TEXT: return v->word != NULL ? tr(ui, v->word) : v->text;
    case AU_DATE: return v->text;
    case AU_UNITS: break;
    }
    return STR_NONE;
}

Str asked_days(const UiCtx *ui, const AskPart *p) {
    return TRF(ui, "{from} to {to}", UA_S("from", date_str(ui->a, p->from)), UA_S("to", date_str(ui->a, p->to)));
}

/* ---- JSON ---- */
static void j_num(Json *j, const char *key, double v) {
    json_key(j, str_c(key));
    if (isfinite(v)) json_f64(j, v);
    else json_nil(j);
}

static void value_put(Json *j, const UiCtx *ui, const AskValue *v) {
    json_obj(j);
    json_kv_str(j, "unit", str_c(ask_unit_codes[v->unit]));
    json_kv_bool(j, "missing", !v->known);
    if (v->known && v->unit == AU_COUNT) json_kv_i64(j, "value", v->part);
    else if (v->known && (v->unit == AU_TEXT || v->unit == AU_DATE)) json_kv_str(j, "value", asked_value(ui, v));
    else if (v->known && v->unit != AU_DAYS) j_num(j, "value", v->value);
    if (v->known && v->unit == AU_DAYS) { /* a class of days; -1 to -1: before day 0; no end: null */
        json_kv_i64(j, "from_day", (int64_t)v->low);
        json_key(j, S("to_day"));
        if (v->high < 0 && v->low >= 0) json_nil(j);
        else json_i64(j, (int64_t)v->high);
    }
    if (v->known && v->interval) {
        j_num(j, "low", v->low);
        j_num(j, "high", v->high);
    }
    if (v->known && (v->unit == AU_SHARE || v->unit == AU_RATE)) {
        json_kv_i64(j, "part", v->part);
        json_kv_i64(j, "whole", v->whole);
    }
    json_end_obj(j);
}

static void table_put(Json *j, const UiCtx *ui, const AskTable *t) {
    json_obj(j);
    json_kv_str(j, "code", str_c(t->code));
    json_kv_str(j, "title", str_c(t->title));
    json_key(j, S("rows"));
    json_arr(j);
    for (size_t r = 0; r < t->rows; r++) {
        json_obj(j);
        for (size_t k = 0; k < t->cols_n; k++) {
            json_key(j, str_c(t->cols[k].code));
            value_put(j, ui, &t->cells[r * t->cols_n + k]);
        }
        json_end_obj(j);
    }
    json_end_arr(j);
    json_end_obj(j);
}

static void says_put(Json *j, const UiCtx *ui, const AskSay *s, size_t n) {
    json_key(j, S("says"));
    json_arr(j);
    for (size_t i = 0; i < n; i++) json_str(j, asked_say(ui, &s[i]));
    json_end_arr(j);
}

static void part_put(Json *j, const UiCtx *ui, const AskPart *p) {
    json_obj(j);
    json_kv_str(j, "from", date_str(ui->a, p->from));
    json_kv_str(j, "to", date_str(ui->a, p->to));
    json_key(j, S("apart"));
    if (p->apart != NULL) json_str(j, p->apart->r.id);
    else json_nil(j);
    json_kv_i64(j, "days", p->days);
    json_kv_i64(j, "days_read", p->days_read);
    says_put(j, ui, p->says, p->says_n);
    json_key(j, S("figures"));
    json_arr(j);
    for (size_t i = 0; i < p->figures_n; i++) {
        json_obj(j);
        json_kv_str(j, "code", str_c(p->figures[i].code));
        json_kv_str(j, "label", str_c(p->figures[i].label));
        json_key(j, S("figure"));
        value_put(j, ui, &p->figures[i].v);
        if (p->figures[i].how.msgid != NULL) json_kv_str(j, "how", asked_say(ui, &p->figures[i].how));
        json_end_obj(j);
    }
    json_end_arr(j);
    json_key(j, S("tables"));
    json_arr(j);
    for (size_t i = 0; i < p->tables_n; i++) table_put(j, ui, &p->tables[i]);
    json_end_arr(j);
    json_key(j, S("series"));
    json_arr(j);
    for (size_t i = 0; i < p->series.n; i++) {
        json_obj(j);
        json_kv_str(j, "at", p->series.labels[i]);
        j_num(j, "value", p->series.y[i]);
        json_end_obj(j);
    }
    json_end_arr(j);
    json_end_obj(j);
}

static void files_put(Json *j, Arena *a, const char *key, const RollFile *const *f, size_t n) {
    json_key(j, str_c(key));
    json_arr(j);
    for (size_t i = 0; i < n; i++) {
        json_obj(j);
        json_kv_str(j, "file", f[i]->stem);
        json_kv_str(j, "day", f[i]->day);
        json_kv_i64(j, "statements", f[i]->rows);
        json_kv_str(j, "cube_sha256", hex_enc(a, f[i]->cube));
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void reports_put(Json *j, Arena *a, const AskAnswer *x) {
    json_key(j, S("reports"));
    json_arr(j);
    for (size_t i = 0; i < x->reports_n; i++) {
        json_obj(j);
        json_kv_str(j, "platform", x->reports[i]->name);
        json_kv_str(j, "from", date_str(a, x->reports[i]->from));
        json_kv_str(j, "to", date_str(a, x->reports[i]->to));
        json_kv_str(j, "sha256", x->reports[i]->sha256);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void beside_put(Json *j, Arena *a, const AskAnswer *x) {
    reports_put(j, a, x);
    json_key(j, S("days_not_read"));
    json_arr(j);
    for (size_t i = 0; i < x->gaps_n; i++) {
        json_obj(j);
        json_kv_str(j, "from", date_str(a, x->gaps[i].from));
        json_kv_str(j, "to", date_str(a, x->gaps[i].to));
        json_end_obj(j);
    }
    json_end_arr(j);
    json_key(j, S("caveats"));
    json_arr(j);
    for (size_t i = 0; i < x->caveats_n; i++) json_str(j, x->caveats[i]->text[LANG_EN]);
    json_end_arr(j);
    json_key(j, S("defects"));
    json_arr(j);
    for (size_t i = 0; i < x->defects_n; i++) {
        json_obj(j);
        json_kv_str(j, "id", x->defects[i]->r.id);
        json_kv_str(j, "effect", x->defects[i]->effect);
        json_kv_str(j, "text", x->defects[i]->text[LANG_EN]);
        json_kv_bool(j, "verified", x->defects[i]->r.verified);
        json_end_obj(j);
    }
    json_end_arr(j);
    files_put(j, a, "sources", x->sources, x->sources_n);
    files_put(j, a, "not_counted", x->unused, x->unused_n);
}

void asked_json(Arena *a, const AskAnswer *x, Buf *out) {
    UiCtx ui = ui_plain(a, LANG_EN, 0);
    Json j = json_to(out, true);
    json_obj(&j);
    json_kv_str(&j, "question", x->q->r.id);
    json_kv_i64(&j, "number", x->q->number);
    json_kv_str(&j, "text", x->q->text[LANG_EN]);
    json_kv_str(&j, "formula", x->q->formula[LANG_EN]);
    json_kv_bool(&j, "verified", x->q->r.verified);
    json_key(&j, S("platform"));
    if (x->platform.n > 0) json_str(&j, x->platform);
    else json_nil(&j);
    json_kv_str(&j, "from", date_str(a, x->from));
    json_kv_str(&j, "to", date_str(a, x->to));
    json_kv_bool(&j, "missing", x->state == ASK_MISSING);
    says_put(&j, &ui, x->says, x->says_n);
    json_key(&j, S("parts"));
    json_arr(&j);
    for (size_t i = 0; i < x->parts_n && x->state == ASK_ANSWERED; i++) part_put(&j, &ui, &x->parts[i]);
    json_end_arr(&j);
    beside_put(&j, a, x);
    json_end_obj(&j);
    buf_ch(out, '\n');
}

/* ---- CSV: one value a line ---- */
typedef struct CsvAt { const AskAnswer *x; const AskPart *p; const UiCtx *ui; } CsvAt;
static Str dbl(Arena *a, double v) { return isfinite(v) ? str_fmt(a, "%.10g", v) : S(""); }
static void csv_value(const CsvAt *at, const char *table, Str row, const char *column, const AskValue *v, Buf *out) {
    Arena *a = at->ui->a;
    bool words = v->unit == AU_TEXT || v->unit == AU_DATE, band_there = v->known && (v->interval || v->unit == AU_DAYS);
    Str cells[] = { at->x->q->r.id, at->x->platform, date_str(a, at->p->from), date_str(a, at->p->to), at->p->apart != NULL ? at->p->apart->r.id : S(""), str_c(table), row, str_c(column), str_c(ask_unit_codes[v->unit]),
        !v->known ? S("missing") : words ? asked_value(at->ui, v) : v->unit == AU_COUNT ? str_fmt(a, "%lld", (long long)v->part) : v->unit == AU_DAYS ? days_words(at->ui, v) : dbl(a, v->value),
        band_there ? dbl(a, v->low) : S(""), band_there && !(v->unit == AU_DAYS && v->high < 0) ? dbl(a, v->high) : S(""), v->known && v->whole > 0 ? str_fmt(a, "%lld", (long long)v->part) : S(""),
        v->known && v->whole > 0 ? str_fmt(a, "%lld", (long long)v->whole) : S("") };
    for (size_t i = 0; i < LEN(cells); i++) csv_field_safe(out, cells[i], ',', i == 0);
    csv_end(out);
}

static void csv_part(const CsvAt *at, Buf *out) {
    Arena *a = at->ui->a;
    for (size_t i = 0; i < at->p->figures_n; i++) csv_value(at, "figures", S(""), at->p->figures[i].code, &at->p->figures[i].v, out);
    for (size_t t = 0; t < at->p->tables_n; t++) {
        const AskTable *x = &at->p->tables[t];
        for (size_t r = 0; r < x->rows; r++)
            for (size_t k = 0; k < x->cols_n; k++) csv_value(at, x->code, str_fmt(a, "%zu", r + 1), x->cols[k].code, &x->cells[r * x->cols_n + k], out);
    }
    for (size_t i = 0; i < at->p->series.n; i++) {
        AskValue v = av_number(at->p->series.y[i]);
        csv_value(at, "series", at->p->series.labels[i], "value", &v, out);
    }
}

static void csv_note(const AskAnswer *x, Arena *a, const char *table, Str row, Str text, Buf *out) {
    Str cells[] = { x->q->r.id, x->platform, date_str(a, x->from), date_str(a, x->to), S(""), str_c(table), row, S("text"), S("text"), text, S(""), S(""), S(""), S("") };
    for (size_t i = 0; i < LEN(cells); i++) csv_field_safe(out, cells[i], ',', i == 0);
    csv_end(out);
}

void asked_csv(Arena *a, const AskAnswer *x, Buf *out) {
    static const char *const head[] = { "question", "platform", "from", "to", "apart", "table", "row", "column", "unit", "value", "low", "high", "part", "whole" };
    UiCtx ui = ui_plain(a, LANG_EN, 0);
    for (size_t i = 0; i < LEN(head); i++) csv_field(out, str_c(head[i]), ',', i == 0);
    csv_end(out);
    for (size_t i = 0; i < x->parts_n && x->state == ASK_ANSWERED; i++) csv_part(&(CsvAt){ x, &x->parts[i], &ui }, out);
    for (size_t i = 0; i < x->says_n; i++) csv_note(x, a, "says", S(""), asked_say(&ui, &x->says[i]), out);
    for (size_t i = 0; i < x->gaps_n; i++) csv_note(x, a, "days_not_read", date_str(a, x->gaps[i].from), date_str(a, x->gaps[i].to), out);
    for (size_t i = 0; i < x->caveats_n; i++) csv_note(x, a, "caveats", x->caveats[i]->r.id, x->caveats[i]->text[LANG_EN], out);
    for (size_t i = 0; i < x->defects_n; i++) csv_note(x, a, "defects", x->defects[i]->r.id, x->defects[i]->text[LANG_EN], out);
    for (size_t i = 0; i < x->reports_n; i++)
        csv_note(x, a, "reports", str_fmt(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(x->reports[i]->name), STR_ARG(date_str(a, x->reports[i]->from)), STR_ARG(date_str(a, x->reports[i]->to))), x->reports[i]->sha256, out);
    for (size_t i = 0; i < x->sources_n; i++) csv_note(x, a, "sources", x->sources[i]->stem, hex_enc(a, x->sources[i]->cube), out);
    for (size_t i = 0; i < x->unused_n; i++) csv_note(x, a, "not_counted", x->unused[i]->stem, hex_enc(a, x->unused[i]->cube), out);
}
