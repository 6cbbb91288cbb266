/* desk_export_test.c - lists for a spreadsheet: what is in them, who may take which, and that taking is on record. */
#include "core/desk/desk_export.h"
#include "core/desk/desk_kit.h"
#include "foundation/base/enc.h"
#include "foundation/base/csv.h"

static Str file(Kit *k, Page *made, Err *out_err) {
    Page p;
    Str text = STR_NONE;
    const char *path = str_z(k->c.arena, str_fmt(k->c.arena, "/desk/export/" STR_FMT "/file", STR_ARG(id_hex(k->c.arena, made->req.form->act))));
    *out_err = ask(k, LANG_EN, GET, path, "", &p);
    bool done_streaming = false;
    Buf b = buf_new(8 << 20);
    while (*out_err == OK && !done_streaming) must(p.res.stream(p.res.stream_arg, &b, &done_streaming) == OK);
    text = str_dup(k->c.arena, buf_str(&b));
    buf_free(&b);
    res_free(&p.res);
    return text;
}

static size_t lines(Str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

static bool in(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

static void lists(Kit *k) {
    Page p;
    Err err = OK;
    Id a = kit_case(k, "18+", "spread", NULL), b = kit_case(k, "unknown", "spread", NULL);
    shown(k, "/desk/export", "Er is nog geen lijst uitgevoerd", "No list was taken out yet", "the page before the first list");
    must(done(&p, post(k, a, "/links/add", "links=https://x.com/one%0Ahttps://site.example/=two", &p)) && done(&p, post(k, a, "/links/check", "", &p)));
    must(done(&p, post(k, b, "/links/add", "links=https://young.example/1", &p)) && done(&p, post(k, b, "/links/check", "", &p)));
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=reference&columns=link&columns=host&columns=lane&columns=verdict&columns=gone", &p)), "a list is made");
    Str text = file(k, &p, &err);
    check(err == OK && lines(text) == 4 && str_starts(text, S("reference,link,host,lane,verdict,gone\r\n")), "one line for each link under the names of the columns");
    check(in(text, "https://x.com/one,x.com,adult,unknown,\r\n") && in(text, "https://young.example/1,young.example,unknown,unknown,"), "what was never seen is unknown, and gone since no day");
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=open&lane=adult&columns=link", &p)) && lines(file(k, &p, &err)) == 3, "only the lane that was asked");
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=closed&lane=any&columns=link", &p)) && lines(file(k, &p, &err)) == 1, "no closed case: the names of the columns alone");
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=link&from=2001-01-01&until=2001-12-31", &p)) && lines(file(k, &p, &err)) == 1, "of a year long past nothing");
    shown(k, "/desk/export", "Haal het bestand op", "Fetch the file", "the page with what was taken out, and a way to fetch it");
    k->c.now += 11 * 60000;
    (void)file(k, &p, &err);
    check(err == E_MISSING, "after ten minutes it is not fetched any more");
    shown(k, "/desk/export", "niet meer beschikbaar", "no longer there", "the page later");
}

static void anonymous(Kit *k) {
    Page p;
    Err err = OK;
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=link&columns=lane&anonymous=1", &p), "columns", "no references, links or hosts"), "an anonymous list with links is refused at the field");
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=lane&columns=opened&columns=looks&anonymous=1", &p)), "without them it is made");
    Page of_worker = p;
    Str text = file(k, &p, &err);
    check(err == OK && lines(text) == 4 && !in(text, "example") && !in(text, "x.com") && !in(text, "K-"), "nothing in it points at a case or a link");
    kit_person(k, R_ANALYST, k->lead, k->org, NULL);
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=lane", &p), "anonymous", "anonymous one") && again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=host&anonymous=1", &p), "columns", "no references"), "an analyst gets an anonymous list only");
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=lane&anonymous=1", &p)) && lines(file(k, &p, &err)) == 4, "of the whole organisation");
    (void)file(k, &of_worker, &err);
    check(err == E_MISSING, "what a colleague made is fetched by the colleague alone");
    kit_person(k, R_WORKER, k->inspector, k->org, NULL);
    check(done(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=link", &p)) && lines(file(k, &p, &err)) == 1, "whoever is in no team of these cases gets none of their links");
    kit_as_worker(k);
}

static void refused(Kit *k) {
    Page p;
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any", &p), "columns", ""), "no column: said at the field");
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=password", &p), "columns", ""), "no column of that name");
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=all&lane=any&columns=lane&from=2026-05-02&until=2026-05-01", &p), "until", "before the first"), "a time that ends before it begins");
    check(again(&p, ask(k, LANG_EN, POST, "/desk/export", "state=never&lane=any&columns=lane", &p), "state", ""), "a state that there is not");
}

int main(void) {
    static Kit k;
    desk_open(&k);
    lists(&k);
    anonymous(&k);
    refused(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
