/* ui_test.c - words, dates, escaping, URLs and the pieces as a page gets them. */
#include "foundation/base/tap.h"
#include "foundation/ui/ui.h"
#include "foundation/ui/ui_page.h"

static bool has(const Buf *b, const char *text) {
    size_t at = 0;
    return str_find(buf_str(b), str_c(text), &at);
}

static void test_escape(Arena *a) {
    Buf b = buf_new(4096);
    ui_esc(&b, S("<a href=\"x\" b='c'>&"));
    check(str_eq(buf_str(&b), S("&lt;a href=&quot;x&quot; b=&#39;c&#39;&gt;&amp;")), "markup in text becomes text");
    buf_clear(&b);
    ui_esc(&b, S("a\xff" "b\xe2\x80\xae" "c\0d"));
    check(str_eq(buf_str(&b), S("a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xef\xbf\xbd" "d")), "broken bytes, direction controls and NUL are replaced");
    buf_clear(&b);
    ui_esc(&b, S("Eén café · 日本"));
    check(str_eq(buf_str(&b), S("Eén café · 日本")), "other letters stay as they are");
    check(url_web(S("javascript:alert(1)")).s.n == 0 && url_web(S("data:text/html,x")).s.n == 0, "no script or data URLs");
    check(url_web(S("https://example.org/a b")).s.n == 0, "no blank in an outside link");
    check(str_eq(url_web(S("https://example.org/a?b")).s, S("https://example.org/a?b")), "https stays");
    check(str_eq(url_with(a, url_path(a, "/x"), "q", S("a b&c")).s, S("/x?q=a%20b%26c")), "query values are escaped");
    check(str_eq(url_tel(a, S("0900 01 13")).s, S("tel:09000113")), "phone numbers keep digits only");
    buf_free(&b);
}

static void test_words(Arena *a) {
    UiCtx nl = ui_plain(a, LANG_NL, 1776340800000), en = ui_plain(a, LANG_EN, 1776340800000); /* 2026-04-16T12:00Z */
    check(str_eq(tr(&nl, "Search"), S("Zoeken")) && str_eq(tr(&en, "Search"), S("Search")), "a sentence in both languages");
    check(str_eq(ui_date(&nl, (Date){ 2026, 4, 28 }), S("di 28 april 2026 · over 12 dagen")), "a date in Dutch");
    check(str_eq(ui_date(&en, (Date){ 2026, 4, 28 }), S("Tue 28 April 2026 · in 12 days")), "a date in English");
    check(str_eq(ui_ago(&nl, nl.now_ms - 60000), S("1 minuut geleden")), "one minute ago");
    check(str_eq(ui_ago(&nl, nl.now_ms + 3 * 3600000), S("over 3 uur")), "in three hours");
    check(str_eq(ui_ago(&en, en.now_ms + 24 * 3600000), S("tomorrow")), "tomorrow");
    check(str_eq(ui_int(&nl, 12206), S("12.206")) && str_eq(ui_int(&en, -1234567), S("-1,234,567")), "numbers are grouped");
    check(str_eq(ui_int(&en, INT64_MIN), S("-9,223,372,036,854,775,808")), "the smallest number too");
    check(str_eq(ui_dec(&nl, 0.456, 1), S("0,5")) && str_eq(ui_dec(&en, -12.34, 2), S("-12.34")), "decimals");
    check(str_eq(ui_percent(&nl, 0.4321, 0), S("43%")), "percent");
    check(str_eq(ui_span(&en, 36LL * 3600000), S("1 day")), "spans count whole units");
    check(lang_from(S("nl-NL,en"), LANG_EN) == LANG_NL && lang_from(S("x"), LANG_EN) == LANG_EN, "language codes");
}

static void test_pieces(Arena *a) {
    static const Param spec[] = { { .name = "mail", .kind = P_EMAIL, .required = true, .label = N_("Language") } };
    UiCtx ui = ui_plain(a, LANG_EN, 1776340800000);
    ui.path = S("/x");
    Pair posted[] = { { S("mail"), S("\"><script>") }, { S("act"), S("00000000000000000000000000000001") } };
    Request req = { .a = a, .posted = posted, .posted_n = 2 };
    Form *f = ARENA_NEW(a, Form);
    form_read(&req, spec, 1, f);
    Buf b = buf_new(65536);
    tpl_field(&b, &ui, &(TplField){ .form = f, .name = S("mail"), .hint = S("Where") });
    check(f->errors == 1 && has(&b, "aria-invalid=\"true\""), "a wrong value is marked at its field");
    check(has(&b, "value=\"&quot;&gt;&lt;script&gt;\"") && !has(&b, "<script>"), "what was typed is shown again as text");
    check(has(&b, "autocomplete=\"off\""), "the browser is asked not to keep it");
    buf_clear(&b);
    tpl_error_summary(&b, &ui, &(TplErrorSummary){ .form = f });
    check(has(&b, "href=\"#f-mail\"") && has(&b, "Language: This is no e-mail address"), "the summary names field and error and leads to it");
    buf_clear(&b);
    tpl_act(&b, &ui, &(TplAct){ .word = S("Do"), .action = url_path(a, "/do/%d", 1) });
    check(has(&b, "method=\"post\" autocomplete=\"off\"") && has(&b, "name=\"act\"") && has(&b, "name=\"csrf\""), "forms carry token and act id");
    buf_clear(&b);
    ui.said = "You";
    tpl_layout_victim_open(&b, &ui, &(TplLayoutVictim){ .title = S("T") });
    check(has(&b, "<title>Help and advice</title>") && has(&b, "href=\"/weg\""), "the victim's frame has a neutral title and a way out");
    check(has(&b, "/static/keten."), "static files carry their hash");
    buf_free(&b);
}

int main(void) {
    Arena *a = arena_new(4 << 20);
    test_escape(a);
    test_words(a);
    test_pieces(a);
    const Asset *css = asset_at(asset("keten.css").s);
    check(css != NULL && css->n > 1000 && asset_at(S("/static/keten.css")) == NULL, "a static file is found by its hashed name only");
    arena_free(a);
    return tap_end();
}
