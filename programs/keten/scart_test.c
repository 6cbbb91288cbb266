#include "foundation/base/tap.h"
#include "programs/keten/scart.h"

static Arena *a;

#define HEAD "\"filenumber\";\"url\";\"host\";\"IP\";\"url type\";\"status\";\"classification\";\"source\";\"received\";\"first seen\";\"first NTD\";\"last seen\";\"Sex\";\n"

static ScartFile read_ok(Str text) {
    ScartFile f;
    const char *why = NULL;
    must(scart_read(a, text, &f, &why) == OK && why == NULL);
    return f;
}

static bool refused(const char *text) {
    ScartFile f;
    const char *why = NULL;
    return scart_read(a, str_c(text), &f, &why) == E_INPUT && why != NULL;
}

static void fates(void) {
    static const struct { const char *status, *classification; ScartFate fate; } said[] = { { "scheduler_checkonline", "illegal", SCART_FOLLOW }, { "scheduler_checkonline_manual", "illegal", SCART_FOLLOW },
        { "first_police", "illegal", SCART_FOLLOW }, { "abusecontact_changed", "illegal", SCART_FOLLOW }, { "grade", "unset", SCART_JUDGE }, { "open", "", SCART_JUDGE }, { "cannot_scrape", "unset", SCART_JUDGE },
        { "close_offline", "illegal", SCART_GONE }, { "close_offline_manual", "illegal", SCART_GONE }, { "close", "not_illegal", SCART_DROP }, { "close", "illegal", SCART_DROP }, { "close_double", "illegal", SCART_DROP },
        { "grade", "ignore", SCART_DROP }, { "scheduler_checkonline", "not_illegal", SCART_DROP } };
    for (size_t i = 0; i < LEN(said); i++) {
        Str text = str_fmt(a, "%s\"I1\";\"https://a.example/x\";\"\";\"\";\"\";\"%s\";\"%s\";\"iccam\";\"\";\"\";\"\";\"\";\"\";\n", HEAD, said[i].status, said[i].classification);
        ScartFile f = read_ok(text);
        check(f.n == 1 && f.rows[0].fate == said[i].fate, "%s and %s: what is left to do is told by both", said[i].status, said[i].classification);
    }
}

static void values(void) {
    ScartFile f = read_ok(S(HEAD "\"I1\";\"https://a.example/x;y\\\"z\\\\\";\"a.example\";\"\";\"imageurl\";\"grade\";\"unset\";\"webform\";\"\";\"2024-05-01 10:05:00\";\"\";\"\";\"two\nlines\";\r\n"
                              "\"I2\";\"https://b.example/\";\"\";\"\";\"\";\"grade\";\"unset\";\"\";\"\";\"\";\"\";\"\";\"\";"));
    check(f.n == 2 && str_eq(f.rows[0].url, S("https://a.example/x;y\"z\\")), "a semicolon inside quotes does not separate, a backslash stands before quotes and backslashes");
    check(f.rows[0].line == 2 && f.rows[1].line == 4 && str_eq(f.rows[1].number, S("I2")), "a value over two lines counts as two lines; the last line needs no end");
    check(strcmp(f.kind, "classified") == 0 && f.addresses && f.lines_wrong == 0, "the export is known by its columns");
    f = read_ok(S("\xEF\xBB\xBF" "filenumber;url;status_code;hoster_contact;hoster_country;hoster_owner;grade_code\nI1;http://a.example/x;grade;abuse@a.example;NL;(unknown);unset\n"));
    check(strcmp(f.kind, "report") == 0 && f.n == 1 && str_eq(f.rows[0].mail, S("abuse@a.example")) && f.rows[0].holder.n == 0 && f.rows[0].fate == SCART_JUDGE, "a report with bare values and column names of the database; what SCART calls unknown is left empty");
    f = read_ok(S("\"NTD filenumber\";\"NTD type\";\"NTD status\";\"NTD status time\";\"abuse owner\";\"abuse type\";\"abuse country\";\"abuse email\";\"url\";\"IP\";\n\"M9\";\"email\";\"sent_succes\";\"2024-05-01 11:05:00\";\"Host\";\"hoster\";\"nl\";\"abuse@h.example\";\"https://a.example/1\";\"\";\n"));
    check(strcmp(f.kind, "ntd") == 0 && f.n == 1 && f.rows[0].fate == SCART_FOLLOW && str_eq(f.rows[0].asked_first, S("2024-05-01 11:05:00")) && str_eq(f.rows[0].number, S("M9")), "a notice that was sent is an address to follow, with its moment");
    f = read_ok(S("\"filenumber\";\"url\";\"status\";\"abuse owner\";\"abuse country\";\"abuse email\";\n\"I1\";\"https://a.example/1\";\"close_offline\";\"H\";\"nl\";\"abuse@h.example\";\n"));
    check(strcmp(f.kind, "ntdclosed") == 0 && f.rows[0].fate == SCART_GONE, "closed notices are gone, as that tool saw it");
    f = read_ok(S("\"filenumber\";\"received\";\"url type\";\"status\";\"classification\";\"type\";\"source\";\"hoster owner\";\"hoster abuse email\";\n\"I1\";\"\";\"\";\"grade\";\"unset\";\"\";\"\";\"H\";\"abuse@h.example\";\n"));
    check(strcmp(f.kind, "all") == 0 && !f.addresses && f.n == 1, "the export of everything holds no addresses");
}

static void bad(void) {
    check(refused("") && refused("url;name\nhttps://a.example/;x\n") && refused("\n\n") && refused("\"filenumber\";\"url\";\"status") && refused("%PDF-1.7\n"), "no columns of SCART: refused with what was expected");
    ScartFile f = read_ok(S(HEAD "\"I1\";\"https://a.example/1\";\"never closed\n\"I2\";\"\";\"\";\"\";\"\";\"grade\";\n"));
    check(f.n == 0 && f.lines_wrong > 0 && f.wrong[0].line == 2, "a quote that is never closed is told with its line");
    f = read_ok(S(HEAD "\"I1\";\"https://a.example/1\"x;\"\"\n\"I2\";\"\";\"\";\"\";\"\";\"grade\";\"unset\";\n\"I3\";\"https://a.example/3\";\"\";\"\";\"\";\"grade\";\"unset\";\n"));
    check(f.n == 1 && f.lines_wrong == 2 && f.wrong[0].line == 2 && f.wrong[1].line == 3 && str_eq(f.rows[0].number, S("I3")), "a line that cannot be read and one without an address are left out, the next is read");
    Buf b = buf_new(8 << 20);
    buf_printf(&b, "%s", HEAD);
    for (int i = 0; i < 3000; i++) buf_printf(&b, "\"I%d\";\"\";\n", i);
    for (int i = 0; i < 1000; i++) buf_put(&b, S(";"));
    f = read_ok(buf_str(&b));
    check(f.n == 0 && f.lines_wrong == 3001 && f.wrong_n == SCART_WRONG_MAX, "all wrong lines are counted, the first thousand are kept; a line of a thousand values is one of them");
    buf_free(&b);
}

int main(void) {
    a = arena_new(256 << 20);
    fates();
    values();
    bad();
    arena_free(a);
    return tap_end();
}
