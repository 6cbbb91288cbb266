/* law_words.c - reasons and refusals in words. The sentences are rows of table phrases; here only their places are filled:
 * {date} {other} a day, {Date} {Other} the same with its weekday, {n} a number, {term} a number with its unit, {money} n cents,
 * {row} the name of a row, {article} its article, {word} a word as it came, {tags} {forms} the names of the codes in it. */
#include "core/law/law_in.h"

enum { SENTENCE_MAX = 4000, PLACES_MAX = 64 };

static Str said(const Law *law, Ph ph, Lang lang) { return law->ph[ph] == NULL ? STR_NONE : law->ph[ph]->text[lang]; }

static void put_date(Buf *b, const Law *law, Date d, Lang lang, bool weekday) {
    if (!date_ok(d)) {
        buf_ch(b, '?');
        return;
    }
    if (weekday) {
        buf_put(b, said(law, (Ph)(PH_D1 + date_weekday(d) - 1), lang));
        buf_ch(b, ' ');
    }
    buf_i64(b, d.d);
    buf_ch(b, ' ');
    buf_put(b, said(law, (Ph)(PH_M1 + d.m - 1), lang));
    buf_ch(b, ' ');
    buf_i64(b, d.y);
}

static void put_term(Buf *b, const Law *law, int64_t n, LawUnit unit, Lang lang) {
    if (unit == UNIT_NONE) return;
    Str s = said(law, (Ph)(PH_U_HOUR_1 + 2 * ((int)unit - UNIT_HOUR) + (n == 1 ? 0 : 1)), lang);
    size_t at = 0;
    if (!str_find(s, S("{n}"), &at)) {
        buf_put(b, s);
        return;
    }
    buf_put(b, str_sub(s, 0, at));
    buf_i64(b, n);
    buf_put(b, str_sub(s, at + 3, s.n));
}

static void put_money(Buf *b, int64_t cents, Lang lang) {
    int64_t euro = cents / 100, rest = cents % 100;
    buf_z(b, lang == LANG_NL ? "€ " : "€");
    if (euro >= 1000000) buf_printf(b, "%lld%c%03lld%c", (long long)(euro / 1000000), lang == LANG_NL ? '.' : ',', (long long)(euro / 1000 % 1000), lang == LANG_NL ? '.' : ',');
    else if (euro >= 1000) buf_printf(b, "%lld%c", (long long)(euro / 1000), lang == LANG_NL ? '.' : ',');
    if (euro >= 1000) buf_printf(b, "%03lld", (long long)(euro % 1000));
    else buf_i64(b, euro);
    if (rest != 0) buf_printf(b, "%c%02lld", lang == LANG_NL ? ',' : '.', (long long)rest);
}

static Str cell_named(const Law *law, const LawRow *r, const char *name) {
    for (size_t i = 0; i < law_columns((LawTable)r->table); i++)
        if (strcmp(law_column((LawTable)r->table, i), name) == 0) return law_cell(law, r, i);
    return STR_NONE;
}

static Str row_name(const Law *law, const LawRow *r, Lang lang) {
    static const char *const names[][LANG_COUNT] = { { "name_nl", "name_en" }, { "name", "name" }, { "must_nl", "must_en" }, { "word_nl", "word_en" }, { "text_nl", "text_en" } };
    for (size_t i = 0; i < LEN(names); i++) {
        Str s = cell_named(law, r, names[i][lang]);
        if (s.n > 0) return s;
    }
    return r->id;
}

static void put_names(Buf *b, const Law *law, LawTable t, Str list, Lang lang) {
    Str code = STR_NONE;
    for (bool first = true; law_split(&list, &code); first = false) {
        const LawRow *r = law_get(law, t, code, DATE_NONE);
        if (!first) buf_z(b, "; ");
        buf_put(b, r != NULL ? row_name(law, r, lang) : code);
    }
}

static void put_place(Buf *b, const Law *law, const LawReason *r, Str name, Lang lang) {
    if (str_ieq(name, S("date"))) put_date(b, law, r->date, lang, name.p[0] == 'D');
    else if (str_ieq(name, S("other"))) put_date(b, law, r->other, lang, name.p[0] == 'O');
    else if (str_eq(name, S("n"))) buf_i64(b, r->n);
    else if (str_eq(name, S("term"))) put_term(b, law, r->n, r->unit, lang);
    else if (str_eq(name, S("money"))) put_money(b, r->n, lang);
    else if (str_eq(name, S("row"))) buf_put(b, r->row != NULL ? row_name(law, r->row, lang) : r->word);
    else if (str_eq(name, S("article")) && r->row != NULL) buf_put(b, cell_named(law, r->row, "article").n > 0 ? cell_named(law, r->row, "article") : r->row->id);
    else if (str_eq(name, S("tags"))) put_names(b, law, LAW_TAGS, r->word, lang);
    else if (str_eq(name, S("forms"))) put_names(b, law, LAW_FORMS, r->word, lang);
    else if (str_eq(name, S("word"))) buf_put(b, r->word);
}

Str law_letters(const Law *law, Str country) {
    const LawCountry *c = law_country(law, country, DATE_NONE);
    return c != NULL && c->letters.n > 0 ? c->letters : S("en");
}

Str law_home(const Law *law) { return law->home; }

Err law_pause_parse(Str s, LawPause *out) {
    LawPause p = { .kind = STR_NONE };
    size_t at = 0;
    s = str_trim(s);
    if (str_chr(s, ':', &at)) {
        p.kind = str_trim(str_sub(s, 0, at));
        if (p.kind.n == 0) return E_INPUT;
        s = str_sub(s, at + 1, s.n);
    }
    if (!str_find(s, S(".."), &at)) return E_INPUT;
    TRY(date_parse(str_trim(str_sub(s, 0, at)), &p.from));
    s = str_trim(str_sub(s, at + 2, s.n));
    if (s.n > 0) TRY(date_parse(s, &p.to));
    *out = p;
    return OK;
}

Str law_reason_text(const Law *law, const LawReason *r, Lang lang, Arena *a) {
    must(lang < LANG_COUNT);
    if (r->phrase == NULL) return r->word;
    Str s = r->phrase->text[lang];
    Buf b = buf_new(SENTENCE_MAX);
    size_t open = 0, close = 0;
    for (int i = 0; i < PLACES_MAX && str_chr(s, '{', &open); i++) {
        buf_put(&b, str_sub(s, 0, open));
        s = str_sub(s, open + 1, s.n);
        if (!str_chr(s, '}', &close)) break;
        put_place(&b, law, r, str_sub(s, 0, close), lang);
        s = str_sub(s, close + 1, s.n);
    }
    buf_put(&b, s);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    if (out.n > 0 && out.p[0] >= 'a' && out.p[0] <= 'z') { /* a weekday at the start of a Dutch sentence */
        Str first = str_fmt(a, "%c" STR_FMT, out.p[0] - 32, STR_ARG(str_sub(out, 1, out.n)));
        return first;
    }
    return out;
}

Err law_refuse(const Law *law, LawText out, Arena *a, Err e, Ph ph, const LawReason *with) {
    LawReason r = *with;
    r.phrase = law->ph[ph];
    if (r.phrase == NULL) r.word = str_fmt(a, "%s " STR_FMT, law_phrase_ids[ph], STR_ARG(with->word));
    for (int lang = 0; lang < LANG_COUNT; lang++) out[lang] = law_reason_text(law, &r, (Lang)lang, a);
    return e;
}

Str law_due_doubt(const Law *law, Str duty, Date due, Lang lang, Arena *a) {
    const LawTermRow *t = law_term_row(law, duty, due);
    LawReason r;
    if (t == NULL || t->count != COUNT_AWT || !law_doubt(law, law->awt, due, &r)) return STR_NONE;
    r.phrase = law->ph[PH_DECREED];
    return law_reason_text(law, &r, lang, a);
}
