#include "foundation/base/csv.h"
#include "foundation/base/tap.h"

static bool row_is(Arena *a, CsvReader *r, size_t line, size_t n, const char *const *want) {
    Str *f = NULL;
    size_t got = 0;
    if (csv_row(a, r, &f, &got) != OK || got != n || r->line != line) return false;
    for (size_t i = 0; i < n; i++)
        if (!str_eq(f[i], str_c(want[i]))) return false;
    return true;
}
#define ROW(...) LEN(((const char *[]){ __VA_ARGS__ })), (const char *[]){ __VA_ARGS__ }

static void reads(Arena *a) {
    Str *f = NULL;
    size_t n = 0;
    CsvReader r = csv_reader(S("\xef\xbb\xbf" "a,b\r\n\"x\"\"y\",\"p,\r\nq\"\r\n,\n\nlast,row"), ',');
    check(row_is(a, &r, 1, ROW("a", "b")), "a byte order mark is no part of the first field");
    check(row_is(a, &r, 2, ROW("x\"y", "p,\r\nq")), "a quoted field holds quotes, separators and line breaks");
    check(row_is(a, &r, 4, ROW("", "")), "lines are counted through quoted line breaks; LF ends a row too");
    check(row_is(a, &r, 5, ROW("")), "an empty line is a row of one empty field");
    check(row_is(a, &r, 6, ROW("last", "row")), "the last row needs no line break");
    check(csv_row(a, &r, &f, &n) == E_MISSING, "then there are no more");
    r = csv_reader(S("u;v\n"), ';');
    check(row_is(a, &r, 1, ROW("u", "v")), "the separator can be another");
}

static void refuses(Arena *a) {
    static const struct { const char *text; size_t line, col; const char *what; } bad[] = {
        { "a,b\n\"open,\nx", 2, 1, "a quoted field that is never closed is refused where it began" },
        { "a,\"b\"c\n", 1, 6, "text after a closing quote is refused" },
        { "a,b\"c\n", 1, 4, "a quote in the middle of a field is refused" },
    };
    for (size_t i = 0; i < LEN(bad); i++) {
        CsvReader r = csv_reader(str_c(bad[i].text), ',');
        Str *f = NULL;
        size_t n = 0;
        Err e = OK;
        while ((e = csv_row(a, &r, &f, &n)) == OK) {}
        check(e == E_INPUT && r.line == bad[i].line && r.col == bad[i].col && r.why != NULL, "%s (%zu:%zu)", bad[i].what, r.line, r.col);
        check(csv_row(a, &r, &f, &n) == E_INPUT, "and it stays refused");
    }
    char many[1100];
    memset(many, ',', sizeof many);
    CsvReader r = csv_reader(str_bytes(many, sizeof many), ',');
    Str *f = NULL;
    size_t n = 0;
    check(csv_row(a, &r, &f, &n) == E_LIMIT, "more than 1,024 fields are refused");
    r = csv_reader(str_bytes("a\0b\n", 4), ',');
    check(csv_row(a, &r, &f, &n) == E_INPUT, "a zero byte is refused");
    r = csv_reader(str_bytes("\"a\0b\",c\n", 8), ',');
    check(csv_row(a, &r, &f, &n) == E_INPUT && r.col == 3, "inside quotes as well");
}

static void writes(void) {
    Buf b = buf_new(1000);
    csv_field(&b, S("plain"), ',', true);
    csv_field(&b, S("a,b"), ',', false);
    csv_field(&b, S("say \"x\""), ',', false);
    csv_field(&b, S("=1+1"), ',', false);
    csv_end(&b);
    check(str_eq(buf_str(&b), S("plain,\"a,b\",\"say \"\"x\"\"\",=1+1\r\n")), "only what needs quotes gets them");
    buf_clear(&b);
    csv_field_safe(&b, S("=1+1"), ';', true);
    csv_field_safe(&b, S("-\"2"), ';', false);
    csv_field_safe(&b, S("\tx"), ';', false);
    csv_field_safe(&b, S("2=2"), ';', false);
    check(str_eq(buf_str(&b), S("\"'=1+1\";\"'-\"\"2\";\"'\tx\";2=2")), "a field that a spreadsheet would compute is made text");
    buf_free(&b);
}

int main(void) {
    Arena *a = arena_new(8 << 20);
    reads(a);
    refuses(a);
    writes();
    arena_free(a);
    return tap_end();
}
