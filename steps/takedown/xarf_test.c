/* XARF reports: what is in them for whom, and that nothing leaves that the schema does not hold. With "say" as argument: reads one JSON
 * document a line and prints what our reader says about it, for comparison with another reader (test/xarf/xarf_test.py). With "make": prints
 * reports of every kind, one a line. */
#include "core/step/pagekit.h"
#include "foundation/sys/sys.h"
#include "steps/takedown/takedown.h"
#include "steps/takedown/xarf.h"

#include <stdio.h>

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
}

static const char *const offences[] = { "NCII", "DEEPFAKE", "DOXING", "SEXTORTION", "GROOMING", "SEXCHAT", "CSAM", "LIVE-CSA", "TRAFFICK", "EXPOSE", "" };
static Lookup whole(void) {
    Lookup l = { .host = S("site.test"), .registrar = S("Naam BV"), .ns = { S("ns1.dns.test") }, .nss = 1, .addresses = 3 };
    l.address[0] = (LookupAddress){ .ip = S("192.0.2.7"), .org = S("H\xc3\xb4te SA"), .country = S("NL"), .asn = 64500 };
    l.address[1] = (LookupAddress){ .ip = S("2001:db8::7") };
    l.address[2] = (LookupAddress){ .ip = S("192.0.2.8"), .country = S("Netherlands") };
    return l;
}
static XarfItem item(const NoticeRow *n, const Lookup *l, const char *url, const char *why) {
    return (XarfItem){ .notice = n, .number = 1, .url = str_c(url), .found = l, .seen = 1772442000000, .org = S("Meldpunt Voorbeeld"), .mail = S("meldpunt@keten.test"), .flagger = S("NL-TF-1"), .why = str_c(why), .action = S("remove"), .territory = S("eu"),
        .answer = S("https://keten.test/antwoord/0123") };
}
static NoticeRow notice(Kit *k, const char *offence, const char *lane) { return (NoticeRow){ .id = ctx_new_id(&k->c), .form = S("art16"), .offence = str_c(offence), .lane = str_c(lane) }; }

static void one_line(Str json) {
    for (size_t i = 0; i < json.n; i++)
        if (json.p[i] != '\n') putchar(json.p[i]);
    putchar('\n');
}

static void make(Kit *k) {
    Lookup l = whole();
    Str json = STR_NONE, why = STR_NONE;
    for (size_t i = 0; i < LEN(offences); i++)
        for (int lane = 0; lane < 2; lane++)
            for (int found = 0; found < 2; found++) {
                NoticeRow n = notice(k, offences[i], lane == 0 ? "adult" : "minor");
                XarfItem x = item(&n, found ? &l : NULL, found ? "https://xn--mnchen-3ya.example/p%C3%A9?x=1" : "http://192.0.2.9/a", "Words with \"quotes\" and \xc3\xa9.");
                must(xarf_write(&k->c, &x, &json, &why) == OK);
                one_line(json);
            }
}

static int say(Arena *a) {
    static char line[1 << 20];
    while (fgets(line, sizeof line, stdin) != NULL) {
        Str why = STR_NONE;
        Err e = xarf_check(a, str_trim(str_c(line)), &why);
        printf("%s " STR_FMT "\n", e == OK ? "good" : "bad", STR_ARG(why));
        arena_reset(a);
    }
    arena_free(a);
    return 0;
}

static void kinds(Kit *k) {
    static const struct { const char *offence, *lane, *type; bool nearest; } want[] = { { "NCII", "adult", "exposed_data", true }, { "DOXING", "adult", "exposed_data", false }, { "GROOMING", "minor", "csem", false },
        { "CSAM", "minor", "csam", false }, { "SEXTORTION", "minor", "csem", false }, { "SEXTORTION", "adult", "exposed_data", true }, { "", "minor", "csam", true } };
    Str json = STR_NONE, why = STR_NONE;
    size_t at = 0;
    Lookup l = whole();
    for (size_t i = 0; i < LEN(want); i++) {
        NoticeRow n = notice(k, want[i].offence, want[i].lane);
        XarfItem x = item(&n, &l, "https://site.test/p", "CANARY-WHY");
        const JVal *doc = NULL;
        Err e = xarf_write(&k->c, &x, &json, &why);
        must(json_read(k->c.arena, json, 1 << 20, &doc, NULL, NULL) == OK);
        check(e == OK && str_eq(jstr(doc, "type"), str_c(want[i].type)) && str_find(json, S("xarf:nearest-type"), &at) == want[i].nearest, "%s, %s: %s (" STR_FMT ")", want[i].offence, want[i].lane, want[i].type, STR_ARG(why));
        bool minor = strcmp(want[i].lane, "minor") == 0;
        check(str_find(json, S("CANARY-WHY"), &at) == !minor && jget(doc, "evidence") == NULL && !str_find(json, S("victim"), &at), "%s", minor ? "of a minor address and class, no words" : "of an adult the explanation, no image");
    }
}

static void edges(Kit *k) {
    Str json = STR_NONE, again = STR_NONE, why = STR_NONE;
    Lookup l = whole();
    NoticeRow n = notice(k, "NCII", "adult");
    char words[5000];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    XarfItem x = item(&n, &l, "https://site.test/p", words);
    check(xarf_write(&k->c, &x, &json, &why) == OK, "a long explanation is cut at what the schema takes");
    check(xarf_write(&k->c, &x, &again, &why) == OK && str_eq(json, again), "made twice, it is the same report");
    x.number = 2;
    check(xarf_write(&k->c, &x, &again, &why) == OK && !str_eq(json, again), "another item is another report");
    x = item(&n, &l, "https://[2001:db8::1]:8443/p", "w");
    check(xarf_write(&k->c, &x, &json, &why) != OK || str_utf8_ok(json), "an address of the sixth version is written or refused");
    x = item(&n, &l, "https://site.test/p", "w");
    x.mail = S("no mail@x..test");
    check(xarf_write(&k->c, &x, &json, &why) == E_INPUT && str_eq(why, S("/reporter/contact: format")), "a sender that is no address: nothing is made (" STR_FMT ")", STR_ARG(why));
    x = item(&n, &l, "https://site.test/p", "w");
    l.address[0].ip = S("999.1.1.1");
    check(xarf_write(&k->c, &x, &json, &why) == E_INPUT && str_eq(why, S("/dns_records/a/0: format")), "a lookup that was damaged: nothing is made (" STR_FMT ")", STR_ARG(why));
    check(xarf_check(k->c.arena, S("{\"category\":\"messaging\",\"type\":\"spam\"}"), &why) == E_INPUT, "a pair of category and type that is not sent from here is refused");
    Buf b = buf_new(10000);
    XarfItem bad = item(&n, NULL, "=HYPERLINK(1)", "");
    notice_csv(&b, &n, &bad, 1, k->c.arena);
    check(str_find(buf_str(&b), S("'=HYPERLINK(1)"), &(size_t){ 0 }), "a cell of the list runs nothing in a spreadsheet");
    buf_free(&b);
}

int main(int argc, char **argv) {
    static Kit k;
    Arena *a = arena_new(256 << 20);
    if (argc == 2 && strcmp(argv[1], "say") == 0) return say(a);
    sys_start();
    join();
    kit_open(&k, all, kit_law(a));
    bool only_make = argc == 2 && strcmp(argv[1], "make") == 0;
    if (only_make) {
        make(&k);
    } else {
        kinds(&k);
        edges(&k);
    }
    kit_close(&k);
    arena_free(a);
    return only_make ? 0 : tap_end();
}
