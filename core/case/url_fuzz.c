/* Whatever comes in: an address that comes out is http or https, comes out again unchanged, and is never inside a network. */
#include "core/case/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536) return 0;
    Arena *a = arena_new(64 << 20);
    Str text = str_bytes(data, size);
    WebUrl u = { 0 }, again = { 0 };
    UrlWrong wrong = URL_GOOD;
    if (url_parse(a, text, STR_NONE, &u, &wrong) == OK) {
        must(wrong == URL_GOOD && (str_starts(u.text, S("https://")) || str_starts(u.text, S("http://"))) && u.host.n > 0 && u.domain.n > 0);
        must(url_parse(a, u.text, STR_NONE, &again, &wrong) == OK && str_eq(again.text, u.text) && str_eq(again.host, u.host));
        for (size_t i = 0; i < u.text.n; i++) must(u.text.p[i] > 0x20 && u.text.p[i] < 0x7f);
    } else {
        must(wrong != URL_GOOD && url_wrong_msgid(wrong)[0] != 0);
    }
    UrlList l = { 0 };
    Err err = url_parse_list(a, text, S("localhost:9001"), 200, &l);
    must(err == OK || (err == E_LIMIT && l.n == 200));
    must(l.good + l.again + l.wrong == l.n);
    arena_free(a);
    return 0;
}
