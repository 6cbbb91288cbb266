/* ask.c - an answer as a whole: the question and the platform are found, and what every answer names. */
#include "core/sorask/ask_in.h"

#include <math.h>

const char *const ask_unit_codes[AU_UNITS] = { "count", "share", "days", "rate", "number", "text", "date" };

/* ---- values ---- */
AskValue av_missing(AskUnit u) { return (AskValue){ .unit = u }; }
AskValue av_count(int64_t n) { return (AskValue){ .unit = AU_COUNT, .known = true, .value = (double)n, .part = n }; }
AskValue av_number(double v) { return (AskValue){ .unit = AU_NUMBER, .known = isfinite(v) != 0, .value = isfinite(v) ? v : 0 }; }
AskValue av_text(Str s) { return (AskValue){ .unit = AU_TEXT, .known = true, .text = s }; }
AskValue av_word(const char *msgid) { return (AskValue){ .unit = AU_TEXT, .known = true, .word = msgid }; }
AskValue av_date(Arena *a, Date d) { return date_none(d) ? av_missing(AU_DATE) : (AskValue){ .unit = AU_DATE, .known = true, .text = date_str(a, d) }; }
AskValue av_rate(double value, int64_t part, int64_t whole) { return (AskValue){ .unit = AU_RATE, .known = whole > 0, .value = value, .part = part, .whole = whole }; }
AskValue av_share(int64_t part, int64_t whole) {
    AskValue v = { .unit = AU_SHARE, .known = whole > 0, .interval = whole > 0, .part = part, .whole = whole };
    if (whole > 0) v.value = (double)part / (double)whole;
    if (whole > 0) stat_share(part, whole, &v.low, &v.high);
    return v;
}

/* ---- filling ---- */
AskPart *ask_part(Arena *a, AskAnswer *x, Date from, Date to) {
    x->parts = ARENA_ROOM(a, x->parts, x->parts_n, &x->parts_cap);
    x->parts[x->parts_n] = (AskPart){ .from = from, .to = to };
    return &x->parts[x->parts_n++];
}
AskFigure *ask_figure(Arena *a, AskPart *p, const char *code, const char *label, AskValue v) {
    p->figures = ARENA_ROOM(a, p->figures, p->figures_n, &p->figures_cap);
    p->figures[p->figures_n] = (AskFigure){ .code = code, .label = label, .v = v };
    return &p->figures[p->figures_n++];
}
AskTable *ask_table(Arena *a, AskPart *p, const char *code, const char *title, const AskCol *cols, size_t cols_n, size_t rows_max) {
    p->tables = ARENA_ROOM(a, p->tables, p->tables_n, &p->tables_cap);
    p->tables[p->tables_n] = (AskTable){ .code = code, .title = title, .cols = cols, .cols_n = cols_n, .cells = ARENA_ARRAY(a, AskValue, cols_n * rows_max + 1) };
    return &p->tables[p->tables_n++];
}
AskValue *ask_row(AskTable *t) { return &t->cells[t->cols_n * t->rows++]; }
void ask_say(Arena *a, AskAnswer *x, AskSay s) {
    x->says = ARENA_ROOM(a, x->says, x->says_n, &x->says_cap);
    x->says[x->says_n++] = s;
}
void ask_part_say(Arena *a, AskPart *p, AskSay s) {
    p->says = ARENA_ROOM(a, p->says, p->says_n, &p->says_cap);
    p->says[p->says_n++] = s;
}

/* ---- questions ---- */
size_t ask_questions(const Law *law, Arena *a, const LawQuestion *const **out) {
    const LawQuestion *const *rows = NULL;
    size_t n = law_question_list(law, DATE_NONE, a, &rows);
    const LawQuestion **v = ARENA_ARRAY(a, const LawQuestion *, n + 1);
    for (size_t i = 0; i < n; i++) { /* few: by insertion */
        size_t k = i;
        for (; k > 0 && v[k - 1]->number > rows[i]->number; k--) v[k] = v[k - 1];
        v[k] = rows[i];
    }
    *out = v;
    return n;
}

const LawQuestion *ask_question(const Law *law, Str wish) {
    Arena *a = arena_new(1 << 20);
    const LawQuestion *const *v = NULL, *found = law_question(law, wish, DATE_NONE);
    int64_t number = 0;
    if (found == NULL && str_i64(wish, 1, 1000, &number) == OK) {
        size_t n = ask_questions(law, a, &v);
        for (size_t i = 0; i < n; i++)
            if (v[i]->number == number) found = v[i];
    }
    arena_free(a);
    return found;
}

/* ---- names ---- */
size_t ask_platforms(Arena *a, const Roll *rolls, size_t rolls_n, Str **out) {
    size_t most = 0, n = 0;
    uint32_t at[ASK_DAYS_MAX / 365 + 3] = { 0 };
    must(rolls_n <= LEN(at));
    for (size_t i = 0; i < rolls_n; i++) most += rolls[i].dict_n[SD_PLATFORM];
    Str *v = ARENA_ARRAY(a, Str, most + 1);
    for (size_t i = 0; i < rolls_n; i++) at[i] = 1;
    for (size_t turn = 0; turn < most; turn++) { /* each is in order: merged */
        const Str *least = NULL;
        for (size_t i = 0; i < rolls_n; i++) {
            if (at[i] >= rolls[i].dict_n[SD_PLATFORM]) continue;
            const Str *s = &rolls[i].dict[SD_PLATFORM][at[i]];
            if (least == NULL || str_cmp(*s, *least) < 0) least = s;
        }
        if (least == NULL) break;
        v[n++] = *least;
        for (size_t i = 0; i < rolls_n; i++)
            if (at[i] < rolls[i].dict_n[SD_PLATFORM] && str_eq(rolls[i].dict[SD_PLATFORM][at[i]], v[n - 1])) at[i]++;
    }
    *out = v;
    return n;
}

/* Letters to change, add or take away; both at most 60 long. */
static size_t distance(Str x, Str y) {
    enum { LONG = 60 };
    size_t row[LONG + 1];
    x = str_sub(x, 0, LONG);
    y = str_sub(y, 0, LONG);
    for (size_t j = 0; j <= y.n; j++) row[j] = j;
    for (size_t i = 1; i <= x.n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= y.n; j++) {
            size_t change = corner + (x.p[i - 1] != y.p[j - 1]), less = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            corner = row[j];
            row[j] = change < less ? change : less;
        }
    }
    return row[y.n];
}

size_t ask_near(Arena *a, const Str *all, size_t n, Str wish, Str *out, size_t max) {
    Str w = str_lower(a, wish);
    size_t found = 0, at = 0;
    for (size_t d = 0; d <= w.n / 3 + 1 && found < max; d++)
        for (size_t i = 0; i < n && found < max; i++) {
            Str s = str_lower(a, all[i]);
            bool part = w.n >= 3 && str_find(s, w, &at);
            if ((part ? 0 : distance(s, w)) == d) out[found++] = all[i];
        }
    return found;
}

static void who_add(Arena *a, AskWho *w, Str name) {
    enum { NAMES_MAX = 16 };
    if (w->names == NULL) w->names = ARENA_ARRAY(a, Str, NAMES_MAX);
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->names[i], name)) return;
    if (w->n < NAMES_MAX) ((Str *)(uintptr_t)w->names)[w->n++] = name; /* ours, made above */
}

AskWho ask_names(Arena *a, const Law *law, Str code, Str name) {
    const LawName *const *names = NULL;
    AskWho w = { 0 };
    size_t n = law_db_name_list(law, DATE_NONE, a, &names);
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i]->platform, code)) who_add(a, &w, names[i]->name);
    if (w.n == 0 && name.n > 0) who_add(a, &w, name);
    return w;
}

Err ask_platform(Arena *a, const Law *law, const Roll *rolls, size_t rolls_n, Str wish, AskWho *out, Str *out_near, size_t near_max, size_t *out_near_n) {
    const LawName *const *names = NULL;
    Str *all = NULL;
    size_t names_n = law_db_name_list(law, DATE_NONE, a, &names), n = ask_platforms(a, rolls, rolls_n, &all);
    const LawPlatform *code = law_platform(law, wish, DATE_NONE);
    *out = (AskWho){ 0 };
    *out_near_n = 0;
    for (size_t i = 0; i < names_n; i++) {
        if (!str_ieq(names[i]->platform, wish) && !str_ieq(names[i]->name, wish)) continue;
        for (size_t k = 0; k < names_n; k++) /* a platform that was renamed has more names */
            if (str_eq(names[k]->platform, names[i]->platform)) who_add(a, out, names[k]->name);
    }
    for (size_t i = 0; i < n; i++)
        if (str_ieq(all[i], wish) || (code != NULL && str_ieq(all[i], code->name))) who_add(a, out, all[i]);
    if (out->n == 0 && code != NULL) who_add(a, out, code->name);
    if (out->n > 0) return OK;
    *out_near_n = ask_near(a, all, n, wish, out_near, near_max);
    return E_MISSING;
}

/* ---- what every answer names ---- */
static bool name_in(Str names, Str name) {
    Str rest = names, one;
    while (str_split(&rest, '|', &one))
        if (str_ieq(one, name)) return true;
    return false;
}

static bool touches(const AskInput *in, const LawDefect *d) {
    bool mine = str_eq(d->names, S("*")) || in->who.n == 0;
    bool asked = str_eq(d->questions, S("*")) || law_list_has(d->questions, in->q->r.id);
    if (str_eq(d->effect, S("break"))) return asked && mine && date_cmp(in->from, d->r.valid_from) < 0 && date_cmp(d->r.valid_from, in->to) <= 0;
    for (size_t i = 0; i < in->who.n && !mine; i++) mine = name_in(d->names, in->who.names[i]);
    return asked && mine && (date_none(d->r.valid_from) || date_cmp(d->r.valid_from, in->to) <= 0) && (date_none(d->r.valid_to) || date_cmp(in->from, d->r.valid_to) <= 0);
}

/* Which names in the database are this platform's is law data as well, and most of it nobody has checked. */
static void names_say(Arena *a, const AskInput *in, AskAnswer *x) {
    const LawName *const *names = NULL;
    size_t n = law_db_name_list(in->law, DATE_NONE, a, &names);
    Str list = STR_NONE;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < in->who.n && !names[i]->r.verified; k++)
            if (str_eq(names[i]->name, in->who.names[k])) list = list.n == 0 ? names[i]->name : str_fmt(a, STR_FMT ", " STR_FMT, STR_ARG(list), STR_ARG(names[i]->name));
    if (list.n > 0) ask_say(a, x, SAY(N_("What the database calls this platform is from memory, and was not verified: {names}."), AS_S("names", list)));
}

void ask_common(Arena *a, const AskInput *in, AskAnswer *x) {
    const LawDefect *const *d = NULL;
    size_t n = !str_starts(in->q->data, S("S")) ? 0 : law_defect_list(in->law, DATE_NONE, a, &d);
    Str rest = in->q->caveats, one;
    x->q = in->q;
    x->platform = in->platform;
    x->from = in->from;
    x->to = in->to;
    x->defects = ARENA_ARRAY(a, const LawDefect *, n + 1);
    x->caveats = ARENA_ARRAY(a, const LawCaveat *, in->q->caveats.n + 1);
    while (rest.n > 0 && str_split(&rest, ' ', &one)) {
        const LawCaveat *c = law_caveat(in->law, one, DATE_NONE);
        if (c != NULL) x->caveats[x->caveats_n++] = c;
    }
    for (size_t i = 0; i < n; i++)
        if (touches(in, d[i])) x->defects[x->defects_n++] = d[i];
    if (str_starts(in->q->data, S("S"))) names_say(a, in, x);
}

/* ---- which code answers which question ---- */
static const struct { const char *id; Answer *run; bool extra; } answers[] = {
    { "publishing", answer_publishing, false }, { "silence", answer_silence, false }, { "published", answer_against_log, true }, { "deficit", answer_against_log, true },
    { "disclosure", answer_bins, false }, { "age", answer_bins, false }, { "detection", answer_mix, false }, { "automation", answer_mix, false },
    { "softness", answer_mix, false }, { "territory", answer_mix, false }, { "accounts", answer_mix, false }, { "ground", answer_mix, false }, { "catchall", answer_mix, false },
    { "boilerplate", answer_texts, false }, { "change", answer_change, false }, { "outliers", answer_outliers, false }, { "reconcile", answer_reconcile, false }, { "complaints", answer_complaints, false },
    { "languages", answer_languages, false }, { "history", answer_history, false },
};

Err ask_run(Arena *a, const AskInput *in, AskAnswer *out, const char **out_why) {
    Plan p = { .a = a, .in = in, .x = out, .single = in->who.n > 0 };
    *out = (AskAnswer){ 0 };
    *out_why = "the first day lies after the last";
    if (date_cmp(in->from, in->to) > 0) return E_INPUT;
    *out_why = "a window is at most ten years";
    if (date_days(in->to) - date_days(in->from) >= ASK_DAYS_MAX) return E_LIMIT;
    ask_common(a, in, out);
    for (size_t i = 0; i < LEN(answers); i++) {
        if (!str_eq(in->q->r.id, str_c(answers[i].id))) continue;
        TRY(plan_make(&p, answers[i].extra, out_why));
        return answers[i].run(&p, out_why);
    }
    *out_why = "this question is answered from the own log";
    return E_INPUT;
}
