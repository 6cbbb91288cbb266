/* http_test.c - the wire, the route table and declared parameters. */
#include "foundation/base/tap.h"
#include "foundation/http/http.h"

static Str scgi(Arena *a, const char *method, const char *uri, const char *more, size_t more_n) {
    Buf b = buf_new(8192), out = buf_new(8192);
    buf_put(&b, str_bytes("CONTENT_LENGTH\0" "5\0SCGI\0" "1\0REQUEST_METHOD\0", 39));
    buf_put(&b, str_bytes(method, strlen(method) + 1));
    buf_put(&b, str_bytes("REQUEST_URI\0", 12));
    buf_put(&b, str_bytes(uri, strlen(uri) + 1));
    buf_put(&b, str_bytes(more, more_n));
    buf_printf(&out, "%zu:", b.n);
    buf_put(&out, buf_str(&b));
    buf_z(&out, ",hello");
    Str s = str_dup(a, buf_str(&out));
    buf_free(&b);
    buf_free(&out);
    return s;
}

static Err head(Arena *a, const char *uri, Request *req) {
    size_t used = 0;
    return http_head_parse(a, scgi(a, "GET", uri, "", 0), req, &used);
}

static void test_head(Arena *a) {
    Request req = { 0 };
    size_t used = 0;
    static const char more[] = "HTTP_COOKIE\0a=1; __Host-x=yz; bad\0HTTPS\0on\0HTTP_HOST\0localhost:8800";
    Str s = scgi(a, "POST", "/zaak/1?q=a%20b&r=c+d", more, sizeof more);
    check(http_head_parse(a, s, &req, &used) == OK && used == s.n - 5, "a block is read and its end found");
    check(req.method == POST && req.https && req.content_length == 5, "method, TLS and length");
    check(str_eq(req.path, S("/zaak/1")) && str_eq(req_query(&req, "q"), S("a b")) && str_eq(req_query(&req, "r"), S("c d")), "path and query");
    check(str_eq(req_cookie(&req, "__Host-x"), S("yz")) && req_cookie(&req, "bad").n == 0, "cookies");
    bool all_short = true;
    for (size_t i = 0; i < s.n - 5; i++) all_short = all_short && http_head_parse(a, str_sub(s, 0, i), &req, &used) == E_CONFLICT;
    check(all_short, "every shorter block asks for more");
    check(head(a, "/a/../b", &req) == E_MISSING && head(a, "/a//b", &req) == E_MISSING && head(a, "/a%2e%2e", &req) == OK, "no empty or dot segments");
    check(head(a, "/a%2fb", &req) == E_INPUT && head(a, "/a%00b", &req) == E_INPUT && head(a, "/a%zz", &req) == E_INPUT, "no encoded slash, NUL or broken escape");
    check(head(a, "/%ff", &req) == E_INPUT, "a path is well-formed UTF-8");
    check(http_head_parse(a, S("99999:x"), &req, &used) == E_LIMIT && http_head_parse(a, S("x:"), &req, &used) == E_INPUT, "length is bounded and a number");
}

static Err nothing(Ctx *c, const Request *q, Response *r) {
    (void)c, (void)q, (void)r;
    return OK;
}

static void test_routes(void) {
    static const Route one[] = {
        { GET, "/", 1, "home", LEVEL_OPEN, 0, nothing }, { GET, "/zaak/{id}", 1, "case.read", LEVEL_STAFF, 0, nothing },
        { GET, "/zaak/nieuw", 1, "case.new", LEVEL_STAFF, 0, nothing }, { POST, "/zaak/{id}", 1, "case.act", LEVEL_STAFF, 100, nothing } };
    static const Route two[] = { { GET, "/ledger/tile/{rest*}", 1, "ledger", LEVEL_OPEN, 0, nothing } };
    const Route *lists[] = { one, two };
    const size_t counts[] = { LEN(one), LEN(two) };
    RouteTable t = { lists, counts, 2 };
    const Route *row = NULL;
    Method other = METHOD_INVALID;
    check(route_table_wrong(&t, &row) == NULL, "a whole table is whole");
    Request r = { .method = GET, .path = S("/zaak/7") };
    check(route_find(&t, &r, &other) == OK && r.route == &one[1] && str_eq(req_arg(&r, "id"), S("7")), "a path argument");
    r = (Request){ .method = GET, .path = S("/zaak/nieuw") };
    check(route_find(&t, &r, &other) == OK && r.route == &one[2], "plain words go before arguments");
    r = (Request){ .method = GET, .path = S("/ledger/tile/0/x001/002") };
    check(route_find(&t, &r, &other) == OK && str_eq(req_arg(&r, "rest"), S("0/x001/002")), "the rest of a path");
    r = (Request){ .method = GET, .path = S("/zaak/7/meer") };
    check(route_find(&t, &r, &other) == E_MISSING, "longer is another path");
    r = (Request){ .method = POST, .path = S("/") };
    check(route_find(&t, &r, &other) == E_DENIED && other == GET, "the other method is named");
    static const Route zero[] = { { 0 } }, nobody[] = { { GET, "/x", 0, "x", LEVEL_OPEN, 0, nothing } }, twin[] = { { GET, "/zaak/{nr}", 1, "x", LEVEL_OPEN, 0, nothing } };
    const Route *bad[] = { one, zero };
    const size_t bad_n[] = { LEN(one), 1 };
    t = (RouteTable){ bad, bad_n, 2 };
    check(route_table_wrong(&t, &row) != NULL && row == zero, "a zero row is wrong");
    bad[1] = nobody;
    check(route_table_wrong(&t, &row) != NULL, "a row without audience is wrong");
    bad[1] = twin;
    check(route_table_wrong(&t, &row) != NULL && row == twin, "two rows for the same request are wrong");
}

static const char *const colours[] = { "red", "blue", NULL };
static const Param spec[] = {
    { .name = "name", .kind = P_TEXT, .required = true, .max = 10 }, { .name = "story", .kind = P_LONGTEXT }, { .name = "mail", .kind = P_EMAIL },
    { .name = "link", .kind = P_URL }, { .name = "day", .kind = P_DATE }, { .name = "n", .kind = P_INT, .min = 1, .max = 9 },
    { .name = "colour", .kind = P_CHOICE, .choices = colours }, { .name = "many", .kind = P_CHOICE, .many = true }, { .name = "code", .kind = P_CODE, .min = 4, .max = 8 },
    { .name = "ok", .kind = P_BOOL }, { .name = "pw", .kind = P_SECRET } };

static Form *form_of(Arena *a, const char *body) {
    Request req = { .a = a, .content_type = S("application/x-www-form-urlencoded") };
    Form *f = ARENA_NEW(a, Form);
    must(http_body_parse(&req, str_dup(a, str_fmt(a, "%s&act=00000000000000000000000000000001", body))) == OK);
    form_read(&req, spec, LEN(spec), f);
    return f;
}

static bool wrong(Arena *a, const char *body, const char *field) {
    const Form *f = form_of(a, body);
    return form_at(f, field)->error != NULL;
}

static void test_form(Arena *a) {
    const Form *f = form_of(a, "name=+Ank+&story=a%0D%0Ab&mail=a.b@c.nl&link=https://x.nl/y&day=28-04-2026&n=7&colour=blue&many=a&many=b-1&code=AB12-c&ok=1&pw=%20x");
    check(f->errors == 0, "a good form has no errors");
    check(str_eq(form_text(f, "name"), S("Ank")) && str_eq(form_text(f, "story"), S("a\nb")), "blanks are trimmed, line ends made one");
    check(form_date(f, "day").d == 28 && form_int(f, "n") == 7 && form_int(f, "colour") == 1 && form_bool(f, "ok"), "values have their types");
    check(form_has(f, "many", S("a")) && form_has(f, "many", S("b-1")) && !form_has(f, "many", S("c")), "check lists keep all");
    check(str_eq(form_text(f, "pw"), S(" x")), "a password keeps its blanks");
    check(wrong(a, "name=", "name") && wrong(a, "name=12345678901", "name"), "needed, and not too long");
    check(wrong(a, "name=%ff", "name") && wrong(a, "name=a%E2%80%AEb", "name") && wrong(a, "name=a%01", "name") && wrong(a, "name=a%0Ab", "name"), "no broken UTF-8, direction or control characters");
    static const char *const mails[] = { "a", "a@", "@b.nl", "a@b", "a b@c.nl", "a@b..nl%00", ".a@b.nl", "a@-b.nl-" };
    for (size_t i = 0; i < LEN(mails); i++) check(wrong(a, mails[i][0] ? str_z(a, str_fmt(a, "mail=%s", mails[i])) : "", "mail"), "no address: %s", mails[i]);
    static const char *const links[] = { "javascript:alert(1)", "data:text/html,x", "ftp://x.nl/", "http://", "https://u:p@x.nl/", "https://x.nl/a%20b", "//x.nl", "https://x.nl:99999/", "https://<b>.nl" };
    for (size_t i = 0; i < LEN(links); i++) check(wrong(a, str_z(a, str_fmt(a, "link=%s", links[i])), "link"), "no link: %s", links[i]);
    check(wrong(a, "day=31-02-2026", "day") && wrong(a, "day=x", "day") && wrong(a, "n=0", "n") && wrong(a, "n=1e3", "n"), "no such day, number out of bounds");
    check(wrong(a, "colour=green", "colour") && wrong(a, "many=A/B", "many") && wrong(a, "code=A!", "code") && wrong(a, "code=ABCDEFGHI", "code"), "choices and codes");
    Buf b = buf_new(65536);
    Buf lots = buf_new(16384);
    for (int i = 0; i <= 1000; i++) buf_z(&lots, "many=a&");
    const Form *most = form_of(a, str_z(a, buf_str(&lots)));
    check(form_at(most, "many")->error != NULL && form_at(most, "many")->n == 1000 && form_has(most, "many", S("a")), "a check list with too many is refused, and those that fit are there");
    buf_free(&lots);
    Form *g = form_of(a, "name=&mail=wrong&many=a&many=b&pw=secret");
    form_fail(g, "story", "Fill this in.");
    kept_write(g, S("/p"), "Saved", &b);
    size_t at = 0;
    check(!str_find(buf_str(&b), S("secret"), &at), "a password is never kept");
    Kept k = { 0 };
    check(kept_read(a, str_dup(a, buf_str(&b)), &k) == OK && str_eq(k.path, S("/p")) && str_eq(k.said, S("Saved")), "what is kept is read again");
    Request page = { .a = a, .kept = &k };
    const Form *h = form_page(&page, spec, LEN(spec));
    check(h->errors == 3 && str_eq(form_text(h, "mail"), S("wrong")) && form_has(h, "many", S("b")), "values and errors come back");
    Request blank = { .a = a };
    Form *i = form_page(&blank, spec, LEN(spec));
    form_set(i, "name", S("Jo"));
    check(i->errors == 0 && !i->filled && str_eq(form_text(i, "name"), S("Jo")), "an empty page shows presets");
    buf_free(&b);
}

static void test_multipart(Arena *a) {
    const Pair *p = NULL;
    const File *f = NULL;
    size_t n = 0, fn = 0;
    Str type = S("multipart/form-data; boundary=XX");
    Str body = S("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x;y.csv\"\r\n"
                 "Content-Type: text/csv\r\n\r\nb\r\nc\r\n--XX--\r\n");
    check(http_multipart(a, type, body, &p, &n, &f, &fn) == OK && n == 1 && fn == 1, "a field and a file");
    check(fn == 1 && str_eq(f[0].bytes, S("b\r\nc")) && str_eq(f[0].type, S("text/csv")), "the file's bytes are whole");
    check(http_multipart(a, type, str_sub(body, 0, body.n - 8), &p, &n, &f, &fn) == E_INPUT, "a cut body is refused");
    check(http_multipart(a, S("multipart/form-data"), body, &p, &n, &f, &fn) == E_INPUT, "no boundary, no parts");
}

static void test_response(Arena *a) {
    Response res = { 0 };
    Buf out = buf_new(65536);
    size_t at = 0;
    res_init(&res, a, 1024);
    check(res_header(&res, "X-Test", S("a\r\nSet-Cookie: x")) == E_INPUT && res_header(&res, "X Y", S("a")) == E_INPUT, "no header with a line end");
    res_redirect(&res, "/zaak/%d", 7);
    http_write_head(&res, true, false, &out);
    check(str_find(buf_str(&out), S("Status: 303 See Other\r\n"), &at) && str_find(buf_str(&out), S("Location: /zaak/7\r\n"), &at), "a redirect");
    check(str_find(buf_str(&out), S("default-src 'none'"), &at) && str_find(buf_str(&out), S("Cache-Control: no-store"), &at), "security headers are always there");
    check(!str_find(buf_str(&out), S("unsafe"), &at) && str_find(buf_str(&out), S("trusted-types 'none'"), &at) && !str_find(buf_str(&out), S("blob:"), &at), "nothing unsafe in the policy");
    buf_clear(&out);
    res.wasm = true;
    http_write_head(&res, true, false, &out);
    check(str_find(buf_str(&out), S("script-src 'self' 'wasm-unsafe-eval';"), &at) && str_find(buf_str(&out), S("trusted-types keten-hash\r\n"), &at) && str_find(buf_str(&out), S(" media-src blob:;"), &at) && str_find(buf_str(&out), S("default-src 'none';"), &at) && !str_find(buf_str(&out), S(" 'unsafe"), &at),
        "the page that hashes may run WebAssembly in the one worker it has and open a video that was chosen, and nothing more");
    res.wasm = false;
    char *far_off = str_z(a, str_fmt(a, "%02000d", 1));
    res_redirect(&res, "/signin?back=%s", far_off);
    check(str_eq(res.location, S("/signin")), "an address of any length leads somewhere: what follows the question mark is left off");
    res_redirect(&res, "/admin/users/%s", far_off);
    check(str_eq(res.location, S("/")), "and when that is not enough, to the first page");
    res_download(&res, "application/zip", S("../dos sier\".zip"));
    check(str_find(buf_str(&res.headers), S("filename=\"_.-dos-sier-.zip\""), &at), "a file name is cleaned");
    res_free(&res);
    buf_free(&out);
}

int main(void) {
    Arena *a = arena_new(16 << 20);
    test_head(a);
    test_routes();
    test_form(a);
    test_multipart(a);
    test_response(a);
    arena_free(a);
    return tap_end();
}
