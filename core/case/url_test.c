#include "core/case/url.h"
#include "foundation/base/tap.h"

static Arena *a;

static void same(const char *typed, const char *canonical, const char *why) {
    WebUrl u = { 0 }, again = { 0 };
    UrlWrong wrong = URL_GOOD;
    Err err = url_parse(a, str_c(typed), STR_NONE, &u, &wrong);
    bool good = err == OK && str_eq(u.text, str_c(canonical)) && url_parse(a, u.text, STR_NONE, &again, NULL) == OK && str_eq(again.text, u.text);
    check(good, "%s", why);
    if (!good) printf("# %s -> " STR_FMT " (%s)\n", typed, STR_ARG(u.text), url_wrong_code(wrong));
}

static void refused(const char *typed, UrlWrong expected, const char *why) {
    WebUrl u = { 0 };
    UrlWrong wrong = URL_GOOD;
    Err err = url_parse(a, str_c(typed), STR_NONE, &u, &wrong);
    check(err == E_INPUT && wrong == expected && url_wrong_msgid(wrong)[0] != 0, "%s", why);
    if (wrong != expected) printf("# %s -> %s " STR_FMT "\n", typed, url_wrong_code(wrong), STR_ARG(u.text));
}

static void spellings(void) {
    same("https://Site.Test/a", "https://site.test/a", "the host is in lower case, the path as it is");
    same("HTTPS://site.test:443", "https://site.test/", "the port of the scheme goes, an empty path is a slash");
    same("http://site.test:8080/a?b=1", "http://site.test:8080/a?b=1", "another port stays");
    same("site.test/a", "https://site.test/a", "without a scheme https is meant");
    same("site.test:8080/a", "https://site.test:8080/a", "a port without a scheme is no scheme");
    same("  <https://site.test/a>  ", "https://site.test/a", "blanks and angle brackets around it are no part of it");
    same("\xe2\x80\x8bhttps://site.test/a\xc2\xa0", "https://site.test/a", "nor are marks that nobody sees");
    same("hxxps://site[.]test/a", "https://site.test/a", "an address written so that nobody clicks it is understood");
    same("view-source:https://site.test/a", "https://site.test/a", "as is the source view of a page");
    same("https:\\\\site.test\\a\\b", "https://site.test/a/b", "backslashes are slashes, as browsers read them");
    same("https:site.test/a", "https://site.test/a", "slashes that were forgotten are put back");
    same("https://site.test/a/./b/../c//d/", "https://site.test/a/c//d/", "dot segments go, empty segments stay");
    same("https://site.test/..", "https://site.test/", "nothing lies above the top");
    same("https://site.test/%7ejan/%c3%a9?x=%41%2f", "https://site.test/~jan/%C3%A9?x=A%2F", "percent-encoding has one form");
    same("https://site.test/foto van mij.jpg", "https://site.test/foto%20van%20mij.jpg", "a blank inside is encoded");
    same("https://site.test/\xc3\xa9", "https://site.test/%C3%A9", "letters beyond ASCII are encoded");
    same("https://site.test/100%", "https://site.test/100%25", "a bare percent sign is one");
    same("https://b\xc3\xbc" "cher.example/", "https://xn--bcher-kva.example/", "a name beyond ASCII becomes its A-label");
    same("https://B\xc3\x9c" "CHER.example./", "https://xn--bcher-kva.example/", "in capitals and with a last dot too");
    same("https://example.test/?utm_source=x&id=7&fbclid=y#top", "https://example.test/?id=7", "who clicked, and where to scroll to, are dropped");
    same("https://example.test/?b=2&a=1&&", "https://example.test/?b=2&a=1", "the order of parameters stays, empty ones go");
    same("https://www.youtube.com/watch?v=abc&si=xyz&feature=share", "https://www.youtube.com/watch?v=abc", "what a site adds when sharing goes there");
    same("https://site.test/?si=xyz", "https://site.test/?si=xyz", "and stays elsewhere");
    same("https://site.test/#!/photo/3", "https://site.test/#!/photo/3", "a fragment that is an address stays");
    same("https://mega.nz/file/abc#key", "https://mega.nz/file/abc#key", "as does one without which the file does not open");
    same("https://site.test/a#:~:text=x", "https://site.test/a", "a marked piece of text is no other page");
    same("https://0x8.8.8.8/", "https://8.8.8.8/", "a number in hexadecimal is the same address");
    same("https://[2001:DB8::0:1]/", "https://[2001:db8::1]/", "an IPv6 address has one spelling");
    WebUrl u = { 0 };
    check(url_parse(a, S("https://foto.voorbeeld.co.uk/x?utm_id=1"), STR_NONE, &u, NULL) == OK && str_eq(u.domain, S("voorbeeld.co.uk")) && u.trimmed && u.https && u.port == 0, "the registrable domain is found by the public suffix list");
}

static void wrongs_named(void) {
    refused("", URL_EMPTY, "nothing is nothing");
    refused("geen idee", URL_NO_LINK, "words are no link");
    refused("@naam", URL_NO_LINK, "nor is a name");
    refused("hoi.Ikweethetniet", URL_NO_LINK, "nor two words without a blank");
    refused("javascript:alert(1)", URL_SCRIPT, "script is named as such");
    refused(" JavaScript:alert(1)", URL_SCRIPT, "in capitals and after a blank too");
    refused("java\tscript:alert(1)", URL_NO_LINK, "and does not get in with a tab");
    refused("data:image/png;base64,AAAA", URL_DATA, "a picture is named as such");
    refused("file:///C:/foto.jpg", URL_ONLY_THERE, "a file of one's own is named as such");
    refused("blob:https://site.test/1", URL_ONLY_THERE, "so is what only one browser knows");
    refused("mailto:jan@site.test", URL_MAIL, "a mail link is named as such");
    refused("jan@site.test", URL_MAIL, "so is a mail address");
    refused("tg://resolve?domain=x", URL_APP, "a link for an app is named as such");
    refused("ftp://site.test/a", URL_OTHER_SCHEME, "other schemes are refused");
    refused("https://jan:geheim@site.test/", URL_PASSWORD, "an address with a password is refused");
    refused("https://site.test@10.0.0.1/", URL_PASSWORD, "as is a name put before the host");
    refused("https://", URL_BAD_HOST, "half an address is refused");
    refused("https://a..test/", URL_BAD_HOST, "as is an empty label");
    refused("https://site.test:99999/", URL_BAD_PORT, "and a port that cannot be");
    refused("https://site.test:x/", URL_BAD_PORT, "or is no number");
    const char *inside[] = { "http://localhost/a", "http://a.localhost", "http://127.0.0.1/", "http://2130706433/", "http://0177.1/", "http://10.1.2.3/", "http://192.168.1.1/", "http://172.31.0.1",
        "http://169.254.169.254/latest", "http://100.64.0.1/", "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://printer/", "http://nas.local/", "http://0/",
        "http://%31%32%37.0.0.1/" };
    for (size_t i = 0; i < LEN(inside); i++) refused(inside[i], URL_PRIVATE, inside[i]);
    refused("http://\xef\xbc\x91" "27.0.0.1/", URL_PRIVATE, "an address inside a network, in full-width digits");
    WebUrl u = { 0 };
    check(url_parse(a, S("http://127.0.0.1:9001/a"), S("localhost:80 127.0.0.1:9001"), &u, NULL) == OK && str_eq(u.text, S("http://127.0.0.1:9001/a")), "a private address that the configuration names is accepted");
    check(url_parse(a, S("http://127.0.0.1:9002/a"), S("localhost:80 127.0.0.1:9001"), &u, NULL) == E_INPUT, "another port of it is not");
    Buf b = buf_new(20000);
    buf_z(&b, "https://site.test/");
    for (int i = 0; i < 5000; i++) buf_ch(&b, 'a');
    UrlWrong w = URL_GOOD;
    check(url_parse(a, buf_str(&b), STR_NONE, &u, &w) == E_INPUT && w == URL_TOO_LONG, "a link longer than any page has is refused");
    buf_free(&b);
}

/* What a page refers to. */
static void joined(void) {
    static const struct { const char *page, *ref, *is; } good[] = { { "https://a.test/x/y.html?q=1", "p.jpg", "https://a.test/x/p.jpg" }, { "https://a.test/x/y.html", "../p.jpg", "https://a.test/p.jpg" }, { "https://a.test", "p.jpg", "https://a.test/p.jpg" },
        { "https://a.test/x/y", "/p.jpg?w=3", "https://a.test/p.jpg?w=3" }, { "https://a.test/x/y?b=2/3", "?c=1", "https://a.test/x/y?c=1" }, { "http://a.test:8080/x", "//cdn.test/p.jpg", "http://cdn.test/p.jpg" }, { "https://a.test/x", "HTTPS://B.test/p.jpg", "https://b.test/p.jpg" },
        { "https://a.test/x/", "./p:1.jpg", "https://a.test/x/p:1.jpg" } };
    static const char *const bad[] = { "", "#top", "javascript:alert(1)", "data:image/png;base64,AA", "blob:https://a.test/1", "file:///etc/passwd", "ftp://a.test/p.jpg", "http://10.0.0.1/p.jpg", "//127.0.0.1/p.jpg", "a b.jpg", "a\nb.jpg", "http://u:p@a.test/p.jpg", "//", "http://" };
    int wrong = 0;
    WebUrl u;
    UrlWrong w;
    for (size_t i = 0; i < LEN(good); i++) {
        bool same = url_join(a, str_c(good[i].page), str_c(good[i].ref), STR_NONE, &u, &w) == OK && str_eq(u.text, str_c(good[i].is));
        if (!same) printf("# %s + %s\n", good[i].page, good[i].ref);
        wrong += !same;
    }
    for (size_t i = 0; i < LEN(bad); i++) {
        bool same = url_join(a, S("https://a.test/x/y"), str_c(bad[i]), STR_NONE, &u, &w) == E_INPUT;
        if (!same) printf("# %s became " STR_FMT "\n", bad[i], STR_ARG(u.text));
        wrong += !same;
    }
    check(wrong == 0, "what a page refers to becomes an address, or is refused (%d wrong)", wrong);
}

static void pastes(void) {
    UrlList l = { 0 };
    Str text = S("https://site.test/a\r\n\r\nkijk op https://site.test/b, en (https://site.test/c) van hem\nHTTPS://SITE.test/a\nik weet het niet\njavascript: alert(1)\nwww.voorbeeld.nl/x\n");
    check(url_parse_list(a, text, STR_NONE, 100, &l) == OK && l.n == 7 && l.good == 4 && l.again == 1 && l.wrong == 2, "a paste of links among words: four addresses, one of them twice, two lines that are none");
    check(str_eq(l.lines[1].url.text, S("https://site.test/b")) && str_eq(l.lines[2].url.text, S("https://site.test/c")), "commas and brackets of the sentence are no part of the links");
    check(l.lines[3].again && l.lines[3].line == 4 && str_eq(l.lines[3].text, S("HTTPS://SITE.test/a")), "a repetition says so, with its line and as it was typed");
    check(l.lines[4].wrong == URL_NO_LINK && str_eq(l.lines[4].text, S("ik weet het niet")), "words without a link are kept as they are");
    check(l.lines[5].wrong == URL_SCRIPT && l.lines[6].wrong == URL_GOOD, "script is named, and what follows it is still read");
    Buf b = buf_new(4 << 20);
    for (int i = 0; i < 10000; i++) buf_printf(&b, "https://bulk.test/%d\n", i % 5000);
    check(url_parse_list(a, buf_str(&b), STR_NONE, URL_LINES_MAX, &l) == OK && l.n == 10000 && l.good == 5000 && l.again == 5000, "ten thousand links in one paste");
    buf_z(&b, "https://bulk.test/more\n");
    check(url_parse_list(a, buf_str(&b), STR_NONE, URL_LINES_MAX, &l) == E_LIMIT && l.n == 10000, "one more is over the limit, and the first ten thousand are there");
    check(url_parse_list(a, S("\n \n"), STR_NONE, 10, &l) == OK && l.n == 0, "blank lines are nothing");
    buf_free(&b);
}

int main(void) {
    a = arena_new(256 << 20);
    spellings();
    wrongs_named();
    joined();
    pastes();
    arena_free(a);
    return tap_end();
}
