/* The public pages on the law as compiled in: what a reader meets, and what happens to odd questions. */
#include "core/law/testlaw.h"
#include "core/lawbook/lawbook.h"
#include "core/lawbook/lawbook_in.h"

typedef struct Shown { Err e; Str body, type; } Shown;
typedef struct World { Ctx c; App app; Arena *a; UiCtx ui; } World;

/* "/law/table/terms?q=x" by its route, as the web process would call it. */
static Shown get(World *w, Lang lang, const char *target) {
    static Route const *lists[1];
    static size_t counts[1];
    Request req = { .a = w->a, .method = GET };
    Response res = { .status = 0 };
    Method other = METHOD_INVALID;
    Str all = str_c(target), query = STR_NONE;
    size_t at = 0;
    lists[0] = lawbook_step.routes;
    counts[0] = lawbook_step.routes_n;
    RouteTable table = { lists, counts, 1 };
    req.path = all;
    if (str_chr(all, '?', &at)) {
        req.path = str_sub(all, 0, at);
        query = str_sub(all, at + 1, all.n);
    }
    must(http_pairs(w->a, query, &req.query, &req.query_n) == OK);
    w->ui = ui_plain(w->a, lang, w->c.now);
    req.ui = &w->ui;
    res_init(&res, w->a, 8 << 20);
    Shown s = { .e = route_find(&table, &req, &other) };
    if (s.e == OK) s.e = req.route->handler(&w->c, &req, &res);
    s.body = str_dup(w->a, buf_str(&res.body));
    s.type = res.type == NULL ? S("text/html") : str_c(res.type);
    must(buf_err(&res.body) == OK);
    res_free(&res);
    return s;
}

static bool says(Shown s, const char *words) {
    size_t at = 0;
    bool found = s.e == OK && str_find(s.body, str_c(words), &at);
    if (!found) printf("# %s; %zu bytes do not say \"%s\"\n", err_name(s.e), s.body.n, words);
    return found;
}
static bool silent(Shown s, const char *words) {
    size_t at = 0;
    return s.e == OK && !str_find(s.body, str_c(words), &at);
}

static void tables(World *w) {
    Shown s = get(w, LANG_NL, "/law");
    check(says(s, "Het recht als gegevens") && says(s, "/law/table/terms") && says(s, "niet gecontroleerd"), "the index names the tables and says that not everything is verified");
    bool all = true;
    for (size_t t = 0; t < LAW_TABLE_N; t++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            s = get(w, (Lang)lang, str_fmt(w->a, "/law/table/%s", law_table_name((LawTable)t)).p);
            all = all && says(s, "<table>") && book_table_word((LawTable)t) != NULL && book_table_about((LawTable)t) != NULL;
        }
    check(all, "every table has its page in both languages");
    s = get(w, LANG_EN, "/law/table/terms?q=notice+DEFAULT");
    check(says(s, ">C22<") && silent(s, ">C14<"), "a search finds every word, letters without case");
    check(says(get(w, LANG_EN, "/law/table/terms?q=zzzzzz"), "Nothing is found here"), "and says when there is nothing");
    check(says(get(w, LANG_EN, "/law/table/authorities?at=yesterday"), "This is not a day"), "a day that is none is said at its field");
    s = get(w, LANG_EN, "/law/table/crosswalk?page=2");
    check(says(s, "rel=\"prev\"") && says(s, "rel=\"next\""), "a long table has pages");
    check(says(get(w, LANG_EN, "/law/table/crosswalk?page=999999"), "<table>") && says(get(w, LANG_EN, "/law/table/crosswalk?page=-1"), "<table>"), "a page that is not there is the first");
    check(get(w, LANG_EN, "/law/table/nothing").e == E_MISSING && get(w, LANG_EN, "/law/row/terms?id=C999").e == E_MISSING && get(w, LANG_EN, "/law/row/terms").e == E_MISSING, "what is not there is not found");
    check(says(get(w, LANG_EN, "/law/table/terms?q=%3Cscript%3E"), "&lt;script&gt;") && silent(get(w, LANG_EN, "/law/table/terms?q=%3Cscript%3Ealert"), "<script>alert"), "what was searched is shown as text");
    s = get(w, LANG_EN, "/law/csv/terms");
    check(says(s, "id,valid_from") && str_starts(s.type, S("text/csv")), "a table can be downloaded");
}

static void rows(World *w) {
    Shown s = get(w, LANG_NL, "/law/row/authorities?id=ACM");
    check(says(s, "geldt vandaag") && says(s, "lang=\"nl\"") && says(s, "lang=\"en\"") && says(s, "bekend sinds"), "a row has both languages, its versions and since when it is known");
    check(says(get(w, LANG_EN, "/law/row/terms?id=C22"), "/law/row/terms?id=C20"), "a row links to the rows it speaks of");
    check(says(get(w, LANG_EN, "/law/row/tags?id=%3F"), "kind of service not known"), "also a row whose code is a question mark");
    check(says(get(w, LANG_EN, "/law/row/authorities?id=AP"), "not verified"), "and says when it is not verified");
    bool labels = true;
    for (size_t t = 0; t < LAW_TABLE_N; t++)
        for (size_t i = 8; i < law_columns((LawTable)t); i++) {
            Str column = str_c(law_column((LawTable)t, i));
            if (str_ends(column, S("_nl")) || str_ends(column, S("_en"))) column = str_sub(column, 0, column.n - 3);
            if (book_column_word(column) == NULL) printf("# no words for column " STR_FMT "\n", STR_ARG(column));
            labels = labels && book_column_word(column) != NULL;
        }
    check(labels, "every column has words for readers");
}

static void questions(World *w) {
    check(says(get(w, LANG_NL, "/law/term"), "Tel deze termijn") && silent(get(w, LANG_NL, "/law/term"), "class=\"errors\""), "the form of a term begins without errors");
    Shown s = get(w, LANG_NL, "/law/term?rule=C20&from=2026-03-02&at=2026-05-20");
    check(says(s, "28 april 2026") && says(s, "Koningsdag") && says(s, "kan nu"), "eight weeks from 2 March end on 28 April, and say why and what is possible");
    s = get(w, LANG_EN, "/law/term?rule=C22&from=2026-05-01&prior=2026-04-28&at=2026-05-20");
    check(says(s, "15 May 2026") && says(s, "Penalty so far: 115.00 euro, day 5"), "a notice of default, and the penalty so far");
    check(says(get(w, LANG_EN, "/law/term?rule=C22&from=2026-04-20&prior=2026-04-28"), "received too early"), "one that came too early");
    check(says(get(w, LANG_EN, "/law/term?rule=C20&from=2026-03-02&pause=2026-03-10..2026-03-12%0D%0A2026-03-20..2026-03-20"), "1 May 2026"), "pauses, one a line");
    check(says(get(w, LANG_EN, "/law/term?rule=C20&from=2026-03-02&pause=later"), "Write each pause"), "a pause that cannot be read is said at its field");
    check(says(get(w, LANG_EN, "/law/term?rule=C29&from=2026-03-29&time=02:30"), "does not exist on that day"), "so is a time that does not exist");
    check(says(get(w, LANG_EN, "/law/term?rule=C29&from=2026-03-28&time=20:00"), "29 March 2026"), "hours run through the change of the clock");
    check(says(get(w, LANG_EN, "/law/term?rule=C999&from=2026-03-02"), "There is no term"), "an unknown term is refused in words");
    check(says(get(w, LANG_EN, "/law/term?rule=&from="), "class=\"errors\"") && says(get(w, LANG_EN, "/law/term?rule=C20&from=1583-01-02"), "between 1900 and 2999"), "an empty question and a day too far away as well");
    check(says(get(w, LANG_EN, "/law/term?rule=C2&from=2026-03-02&offence=NCII"), "norm of policy, not law"), "a norm is called one");
    s = get(w, LANG_NL, "/law/route?offence=EXPOSE&depicted=adult&platform=telegram&reporter=flagger");
    check(says(s, "BIPT") && says(s, "niet bevoegd zijn, en waarom") && says(s, "/law/row/terms?id=C10"), "the expose list on Telegram: the body, the form, the term it starts, and who is not competent");
    check(says(get(w, LANG_EN, "/law/route?offence=NCII"), "treated as a minor") && silent(get(w, LANG_EN, "/law/route?offence=NCII"), "StopNCII"), "nothing said of the age: the lane of a minor");
    check(says(get(w, LANG_EN, "/law/route?offence=NCII&depicted=old"), "is not an age") && says(get(w, LANG_EN, "/law/route?offence="), "class=\"errors\""), "an age that is none, and no offence, are refused in words");
    check(says(get(w, LANG_EN, "/law/changes?one=2026-12-01&two=2026-12-02"), "MSA-AI") && says(get(w, LANG_EN, "/law/changes"), "Dated changes"), "two days compared show what changed between them");
    check(says(get(w, LANG_EN, "/law/changes?one=2026-12-01&two=x"), "class=\"errors\""), "and a second day that is none is an error");
}

int main(void) {
    World w = { .a = arena_new((size_t)512 << 20) };
    w.app.law = test_house_law(w.a);
    must(zone_load(w.a, S("Europe/Amsterdam"), &w.app.zone) == OK);
    w.c = (Ctx){ .arena = w.a, .app = &w.app, .now = 1795600000000 };
    tables(&w);
    rows(&w);
    questions(&w);
    arena_free(w.a);
    return tap_end();
}
