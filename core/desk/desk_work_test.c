/* desk_work_test.c - the desk: links in bulk, files, search, and acts on a whole case, each as it was announced. */
#include "core/desk/desk_kit.h"
#include "core/desk/import.h"

/* ---- links in bulk: what the preview says is what happens ---- */
static int64_t figure(const Page *p, const char *word) {
    Str body = buf_str(&p->res.body);
    size_t at = 0;
    char *mark = str_z(p->res.a, str_fmt(p->res.a, "<th scope=\"row\">%s</th><td class=\"n\">", word));
    if (!str_find(body, str_c(mark), &at)) return -1;
    int64_t n = 0;
    for (size_t i = at + strlen(mark); i < body.n && body.p[i] != '<'; i++)
        if (body.p[i] >= '0' && body.p[i] <= '9') n = 10 * n + (body.p[i] - '0');
    return n;
}

static void bulk(Kit *k) {
    Page p;
    CaseRow row;
    Id a = kit_case(k, "18+", "spread", NULL), b = kit_case(k, "18+", "spread", NULL);
    shown(k, case_path(k, a, "/links/add"), "Kijk wat er gebeurt", "Look what will happen", "the page for adding links");
    shown(k, case_path(k, a, "/links/check"), "Er wacht niets om toe te voegen", "Nothing waits to be added", "a preview of nothing");
    shown(k, case_path(k, a, "/links"), "Nog geen vindplaatsen", "No links yet", "a case without links");
    check(again(&p, post(k, a, "/links/add", "links=", &p), "links", "Paste at least one link"), "an empty paste says what is missing");
    must(done(&p, post(k, a, "/links/add", "links=https://x.com/one%0Ahttps://site.example/two", &p)) && done(&p, post(k, a, "/links/check", "", &p)));
    must(case_by_id(&k->c, a, &row) == OK);
    check(row.locations == 2 && draft.n == 0, "two links are added, and nothing waits any more");
    must(done(&p, post(k, b, "/links/add", "links=https://site.example/three%0Ahttps://x.com/one%0AHTTPS://SITE.EXAMPLE/three%0Ajavascript:alert(1)%0Ajust+words%0Ahttp://127.0.0.1/x", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, b, "/links/check"), "", &p) == OK && figure(&p, "New") == 1 && figure(&p, "Known") == 1 && figure(&p, "Twice in this paste") == 1 && figure(&p, "No link") == 3 && has(&p, "Add 2 links"),
        "the preview: new, joining, twice, no link, each counted");
    check(has(&p, "in one other case") && has(&p, "javascript:alert(1)") && !has(&p, "href=\"javascript"), "what is no link is shown as text with its reason, and where a known one is");
    res_free(&p.res);
    check(ask(k, LANG_NL, GET, case_path(k, b, "/links/check?wrong=1"), "", &p) == OK && has(&p, "just words") && !has(&p, "site.example/three"), "the lines that are no link can be read apart");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, a, "/links/check"), "", &p) == OK && has(&p, "Nothing waits to be added"), "what waits for one case does not show at another");
    res_free(&p.res);
    check(done(&p, post(k, b, "/links/check", "", &p)) && case_by_id(&k->c, b, &row) == OK && row.locations == 2, "exactly that happens");
    shown(k, case_path(k, b, "/links"), "ook in één andere zaak", "in one other case", "the links of a case");
    must(done(&p, post(k, b, "/links/add", "links=https://x.com/one", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, b, "/links/check"), "", &p) == OK && figure(&p, "Here already") == 1 && has(&p, "There is nothing to add"), "a link that stands there already is not added twice");
    res_free(&p.res);
    check(done(&p, post(k, b, "/links/check", "", &p)) && case_by_id(&k->c, b, &row) == OK && row.locations == 2, "not even when somebody insists");
    Buf words = buf_new(2048);
    buf_z(&words, "links=");
    for (int i = 0; i < 299; i++) buf_ch(&words, 'w');
    buf_z(&words, "%C3%A9n");
    must(done(&p, post(k, a, "/links/add", str_z(k->c.arena, buf_str(&words)), &p)));
    check(ask(k, LANG_EN, GET, case_path(k, a, "/links/check"), "", &p) == OK && has(&p, "www") && str_utf8_ok(buf_str(&p.res.body)), "a long line is shown shortened, no letter cut in half");
    res_free(&p.res);
    buf_free(&words);
    draft = STR_NONE;
}

static void ten_thousand(Kit *k) {
    enum { N = 10000 };
    Page p;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", NULL);
    Buf b = buf_new(4 << 20);
    buf_z(&b, "links=");
    for (int i = 0; i < N + 5; i++) buf_printf(&b, "https://bulk%%2D%d.example/page/%d%%0A", i % (N - 10) % 7, i % (N - 10));
    check(done(&p, post(k, id, "/links/add", str_z(k->c.arena, buf_str(&b)), &p)), "a paste of more than 10,000 links is taken");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/links/check"), "", &p) == OK && has(&p, "the first 10,000 lines are here"), "the preview says that the first 10,000 are there");
    int64_t fresh_n = figure(&p, "New"), twice = figure(&p, "Twice in this paste");
    check(fresh_n + twice == N && twice > 0, "and how many are different ones (%lld)", (long long)fresh_n);
    res_free(&p.res);
    check(done(&p, post(k, id, "/links/check", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.locations == fresh_n, "all of them are added, in one transaction");
    shown(k, case_path(k, id, "/links?page=3"), "Volgende", "Next", "and paged");
    buf_free(&b);
}

static void file_import(Kit *k) {
    Import in;
    import_file(k->c.arena, S("\xef\xbb\xbfurl;referer;worker;reference;source;type\r\nhttps://f.example/1;https://ref.example/;wanda;R-7;mail;Video\r\n\"https://f.example/2\";;;;;image\r\n\r\nhttps://f.example/1;;;;;\r\nno link here;;;;;\r\n\"torn;x\r\n"), STR_NONE, &in);
    check(in.n == 5 && in.good == 2 && in.again == 1 && in.wrong == 2 && !in.too_many, "a file of a hotline tool: links, a repeat, and two lines that are none");
    check(in.rows[0].line == 2 && str_eq(in.rows[0].kind, S("video")) && str_eq(in.rows[0].note, S("referer: https://ref.example/; worker: wanda; reference: R-7; source: mail")), "its columns are kept as a note, its type as the kind");
    check(str_eq(in.rows[1].kind, S("image")) && in.rows[2].line == 5 && in.rows[2].again && in.rows[4].torn && in.rows[4].line == 7, "lines keep their number");
    import_file(k->c.arena, S("https://g.example/a,https://r.example,w,1,s,page\nhttps://g.example/b"), STR_NONE, &in);
    check(in.n == 2 && in.good == 2 && str_eq(in.rows[0].note, S("referer: https://r.example; worker: w; reference: 1; source: s")) && in.rows[1].note.n == 0, "commas, no heading, columns missing at the end");
}

static void searching(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL);
    CaseRow row;
    must(case_by_id(&k->c, id, &row) == OK);
    must(done(&p, post(k, id, "/links/add", "links=https://findme.example/here?x=1", &p)) && done(&p, post(k, id, "/links/check", "", &p)));
    shown(k, "/search", "namen en verhalen", "Names and stories cannot be searched", "the search page");
    check(ask(k, LANG_EN, GET, str_z(k->c.arena, str_fmt(k->c.arena, "/search?q=%lld", (long long)1)), "", &p) == OK && has(&p, "K-2026-000001"), "by the number of this year");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, str_z(k->c.arena, str_fmt(k->c.arena, "/search?q=" STR_FMT, STR_ARG(str_lower(k->c.arena, row.ref)))), "", &p) == OK && has(&p, str_z(k->c.arena, row.ref)), "by the reference");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=https%3A%2F%2FFINDME.example%2Fhere%3Fx%3D1", "", &p) == OK && has(&p, "this link") && has(&p, str_z(k->c.arena, row.ref)), "by a link, however it is spelled");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=findme.example", "", &p) == OK && has(&p, "another link on this site"), "by its site");
    res_free(&p.res);
    shown(k, "/search?q=sext", "/desk?offence=SEXTORTION", "/desk?offence=SEXTORTION", "by a part of an offence's name");
    shown(k, "/search?q=pornhub", "/desk?platform=pornhub", "/desk?platform=pornhub", "by a platform");
    shown(k, "/search?q=CANARY", "Niets wat je mag zien", "Nothing that you may see", "what people wrote is not found");
    kit_as_inspector(k);
    check(ask(k, LANG_EN, GET, "/search?q=https%3A%2F%2Ffindme.example%2Fhere%3Fx%3D1", "", &p) == OK && has(&p, "Nothing that you may see") && !has(&p, str_z(k->c.arena, row.ref)), "somebody outside the team finds nothing");
    res_free(&p.res);
    kit_as_worker(k);
}

/* References of a second organisation carry its mark; its people need not type it. */
static void searching_elsewhere(Kit *k) {
    Kit first;
    Page p;
    CaseRow row;
    size_t dash = 0;
    kit_elsewhere(k, &first);
    Id id = kit_case(k, "18+", "spread", NULL);
    must(case_by_id(&k->c, id, &row) == OK && str_chr(row.ref, '-', &dash) && dash > 1);
    const char *ref = str_z(k->c.arena, row.ref);
    check(ask(k, LANG_EN, GET, "/search?q=1", "", &p) == OK && has(&p, ref), "the number alone finds the own case of another organisation (%s)", ref);
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=2026-1", "", &p) == OK && has(&p, ref), "so do year and number");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, "/search?q=K-2026-1", "", &p) == OK && !has(&p, "/case/"), "whose letters are of the first organisation finds nothing of it");
    res_free(&p.res);
    kit_back(k, &first);
}

/* ---- acts on the whole case ---- */
static void managing(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", NULL);
    must(case_by_id(&k->c, id, &row) == OK);
    static const struct { const char *rest, *nl, *en; } pages[] = { { "/close", "Sluit de zaak", "Close the case" }, { "/pause", "Pauzeer deze zaak", "Pause this case" }, { "/withdraw", "Wat is verstuurd, kan niet terug", "cannot be unsent" },
        { "/code", "Veilig contact", "Safe contact" }, { "/code/given", "Er is geen code om te tonen", "There is no code to show" }, { "/refer", "Leg de overdracht vast", "Record the hand-over" } };
    for (size_t i = 0; i < LEN(pages); i++) shown(k, case_path(k, id, pages[i].rest), pages[i].nl, pages[i].en, pages[i].rest + 1);
    check(done(&p, post(k, id, "/pause", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.paused != 0, "paused for the person");
    shown(k, case_path(k, id, ""), "De melder heeft de zaak gepauzeerd", "The person paused this case", "a paused case says that nothing may be sent");
    check(again(&p, post(k, id, "/pause", "", &p), NULL, "paused already"), "once");
    check(done(&p, post(k, id, "/resume", "", &p)) && case_by_id(&k->c, id, &row) == OK && row.paused == 0, "and resumed");
    ClockNew cn = { .case_id = id, .subject = id, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 3600000 };
    must(journal_one(&k->c, clock_start(&k->c, &cn)) == OK);
    check(ask(k, LANG_EN, POST, case_path(k, id, "/close"), "why=resolved", &p) == E_CONFLICT && strcmp(k->c.fail.field, "why") == 0, "a case with clocks that run is not closed as if nothing were left");
    res_free(&p.res);
    must(done(&p, post(k, id, "/claim", "", &p)));
    check(done(&p, post(k, id, "/withdraw", "why=all", &p)) && case_by_id(&k->c, id, &row) == OK && row.withdrawn != 0, "withdrawn for the person, even while in hand");
    shown(k, case_path(k, id, ""), "De melder heeft de melding ingetrokken", "The person withdrew", "a withdrawn case says so");
    check(done(&p, post(k, id, "/close", "why=withdrawn", &p)) && case_by_id(&k->c, id, &row) == OK && !row.active, "then it is closed");
    shown(k, case_path(k, id, "/reopen"), "Open de zaak weer", "Open the case again", "opening again");
    shown(k, case_path(k, id, ""), "Deze zaak is gesloten", "This case is closed", "a closed case says why");
    kit_as_lead(k);
    shown(k, case_path(k, id, "/erase"), "Typ het kenmerk", "Type the reference", "erasing asks for the reference");
    check(again(&p, post(k, id, "/erase", "why=asked&ref=K-2026-999999", &p), "ref", "not the reference"), "the wrong one is refused");
    Str body = str_fmt(k->c.arena, "why=asked&ref=" STR_FMT, STR_ARG(row.ref));
    check(done(&p, post(k, id, "/erase", str_z(k->c.arena, body), &p)) && case_by_id(&k->c, id, &row) == OK && row.erased != 0, "the right one erases");
    shown(k, case_path(k, id, ""), "Deze zaak is gewist", "This case was erased", "an erased case leaves its record and nothing else");
    kit_as_worker(k);
    check(ask(k, LANG_EN, GET, case_path(k, id, "/erase"), "", &p) == E_DENIED, "a worker who is no lead erases nothing");
    res_free(&p.res);
    kit_as_system(k);
    must(case_shred_run(&k->c, id) == OK);
    kit_as_worker(k);
    shown(k, case_path(k, id, ""), "Deze zaak is gewist", "This case was erased", "also when its keys are gone");
}

static void new_code(Kit *k) {
    Page p;
    Str old = STR_NONE;
    VaultSession s;
    CaseRow row;
    Id id = kit_case(k, "18+", "spread", &old);
    check(again(&p, post(k, id, "/code", "knows=1&reached=1&alone=1&how=asked", &p), "same", "no code is given"), "without a safe contact there is no new code");
    check(done(&p, post(k, id, "/code", "knows=1&reached=1&alone=1&same=1&how=asked+about+the+first+link", &p)), "with one there is");
    check(ask(k, LANG_EN, GET, case_path(k, id, "/code/given"), "", &p) == OK && has(&p, "It is shown only here"), "it is shown once");
    Str code = str_sub(draft, draft.n - 16, 16), whole = str_dup(k->c.arena, code);
    check(has(&p, code_show(k->c.arena, whole).p), "in groups of four");
    res_free(&p.res);
    check(case_by_id(&k->c, id, &row) == OK && str_eq(row.locator, str_sub(whole, 0, CODE_LOCATOR)), "the case is found by the new code");
    check(vault_code_login(k->c.vault, k->c.arena, id, whole, k->c.now, &s) == OK && vault_code_login(k->c.vault, k->c.arena, id, old, k->c.now, &s) == E_DENIED, "which opens it, and the lost one does not");
    check(done(&p, post(k, id, "/code/given", "", &p)) && draft.n == 0, "once the person has it, nothing keeps it");
}

static void joining(Kit *k) {
    Page p;
    CaseRow a, b;
    Id from = kit_case(k, "18+", "spread", NULL), into = kit_case(k, "18+", "spread", NULL), minor = kit_case(k, "12-15", "", NULL);
    must(done(&p, post(k, from, "/links/add", "links=https://twin.example/1%0Ahttps://twin.example/2", &p)) && done(&p, post(k, from, "/links/check", "", &p)));
    must(done(&p, post(k, into, "/links/add", "links=https://twin.example/2%0Ahttps://twin.example/3", &p)) && done(&p, post(k, into, "/links/check", "", &p)));
    must(case_by_id(&k->c, from, &a) == OK && case_by_id(&k->c, into, &b) == OK);
    shown(k, case_path(k, from, ""), "Zaken met dezelfde vindplaatsen", "Cases with the same links", "cases about the same links are shown");
    check(ask(k, LANG_EN, GET, case_path(k, from, "/merge"), "", &p) == E_DENIED, "joining is for a lead");
    res_free(&p.res);
    kit_as_lead(k);
    char *with = case_path(k, from, str_z(k->c.arena, str_fmt(k->c.arena, "/merge?with=" STR_FMT, STR_ARG(b.ref))));
    check(ask(k, LANG_EN, GET, with, "", &p) == OK && has(&p, "One link is added to") && has(&p, "One link stands in both and counts once"), "what would happen is said before it happens");
    res_free(&p.res);
    check(case_by_id(&k->c, from, &a) == OK && id_none(a.merged_into), "and nothing has happened by looking");
    CaseRow m;
    must(case_by_id(&k->c, minor, &m) == OK);
    check(ask(k, LANG_EN, GET, case_path(k, from, str_z(k->c.arena, str_fmt(k->c.arena, "/merge?with=" STR_FMT, STR_ARG(m.ref)))), "", &p) == OK && has(&p, "The age lanes differ"), "cases of different lanes are not joined");
    res_free(&p.res);
    shown(k, case_path(k, from, "/merge?with=K-2026-777777"), "niet voor jou", "not for you", "a case that is not there");
    ClockNew cn = { .case_id = from, .subject = from, .duty = S("C2"), .kind = S("policy"), .holder = S("x"), .from = k->c.now, .due = k->c.now + 3600000 };
    Act *clock = clock_start(&k->c, &cn);
    ClockRow ck;
    must(journal_one(&k->c, clock) == OK && clock_by_id(&k->c, clock->subject, &ck) == OK);
    char *body = str_z(k->c.arena, str_fmt(k->c.arena, "into=" STR_FMT, STR_ARG(id_hex(k->c.arena, into))));
    check(ask(k, LANG_EN, POST, case_path(k, from, "/merge"), body, &p) == E_CONFLICT, "a case whose clocks run is not joined away: their lapse must be seen");
    res_free(&p.res);
    must(journal_one(&k->c, clock_stop(&k->c, &ck, S("withdrawn"))) == OK);
    check(done(&p, post(k, from, "/merge", body, &p)) && case_by_id(&k->c, from, &a) == OK && id_eq(a.merged_into, into) && !a.active && case_by_id(&k->c, into, &b) == OK && b.locations == 3, "then it is, as it was said");
    shown(k, case_path(k, from, ""), "samengevoegd met een andere", "joined with another", "a joined case leads to the other");
    kit_as_worker(k);
}

static void sharing(Kit *k) {
    Page p;
    Id id = kit_case(k, "18+", "spread", NULL);
    shown(k, case_path(k, id, "/share"), "Toon wie wat ziet", "Show who will see what", "sharing");
    Str to = id_hex(k->c.arena, k->authority_org);
    char *preview = case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/share?to=" STR_FMT "&what=facts&purpose=investigation&until=2026-06-01", STR_ARG(to))));
    check(ask(k, LANG_EN, GET, preview, "", &p) == OK && has(&p, "ines") && has(&p, "They never read") && has(&p, "who the person is") && has(&p, "The person did not agree"), "the people who will read are named, and what they never read");
    res_free(&p.res);
    shown(k, preview, "ines", "ines", "the preview");
    check(ask(k, LANG_EN, GET, case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/share?to=" STR_FMT "&what=facts&purpose=investigation&until=2036-06-01", STR_ARG(to)))), "", &p) == OK && !has(&p, "id=\"preview\""), "no share beyond two years");
    res_free(&p.res);
    char *body = str_z(k->c.arena, str_fmt(k->c.arena, "to=" STR_FMT "&what=facts&purpose=investigation&until=2026-06-01", STR_ARG(to)));
    check(done(&p, post(k, id, "/share", body, &p)), "then it is shared");
    ShareRow *rows = NULL;
    size_t n = 0;
    check(desk_shares(&k->c, id, &rows, &n) == OK && n == 1 && id_eq(rows[0].to_org, k->authority_org) && rows[0].ended == 0, "with an end");
    shown(k, case_path(k, id, ""), "Toezichthouder Voorbeeld", "Toezichthouder Voorbeeld", "the case says who else sees it");
    LocationNew l = { .url_canonical = S("https://shared.example/page"), .host = S("shared.example") };
    LocationResult loc;
    Act **acts = NULL;
    must(location_add_many(&k->c, id, &l, 1, &loc, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    char *there = str_z(k->c.arena, str_fmt(k->c.arena, "/shared/" STR_FMT, STR_ARG(id_hex(k->c.arena, id)))), *door = str_z(k->c.arena, str_fmt(k->c.arena, "%s/open", there));
    check(ask(k, LANG_EN, GET, there, "", &p) == E_DENIED, "the sharer's own worker has no share of it");
    res_free(&p.res);
    kit_as_inspector(k);
    shown(k, "/shared", "een onderzoek", "an investigation", "what is shared with an organisation");
    check(ask(k, LANG_EN, GET, there, "", &p) == OK && has(&p, "Opening is recorded") && !has(&p, "shared.example"), "nothing shows before opening it, which is recorded");
    res_free(&p.res);
    check(done(&p, ask(k, LANG_EN, POST, door, "", &p)), "opening is an act");
    shown(k, there, "shared.example/page", "shared.example/page", "then the facts and the links are there");
    check(ask(k, LANG_EN, GET, there, "", &p) == OK && !has(&p, "CANARY"), "and nothing that a person wrote");
    res_free(&p.res);
    check(ask(k, LANG_EN, GET, case_path(k, id, ""), "", &p) != OK, "the case itself stays closed to them");
    res_free(&p.res);
    kit_as_worker(k);
    shown(k, case_path(k, id, ""), "Gelezen door een organisatie", "Read by an organisation", "the sharer sees that it was read");
    must(desk_shares(&k->c, id, &rows, &n) == OK);
    char *end = str_z(k->c.arena, str_fmt(k->c.arena, "share=" STR_FMT, STR_ARG(id_hex(k->c.arena, rows[0].id))));
    check(done(&p, post(k, id, "/share/end", end, &p)) && desk_shares(&k->c, id, &rows, &n) == OK && rows[0].ended != 0, "and can be ended");
    kit_as_inspector(k);
    check(ask(k, LANG_EN, GET, there, "", &p) == E_MISSING, "then it is as if it had never been there");
    res_free(&p.res);
    kit_as_worker(k);
    check(again(&p, post(k, id, "/share/end", end, &p), NULL, "ended already"), "once");
    check(again(&p, post(k, id, "/share", "to=00000000000000000000000000000001&what=everything&purpose=investigation&until=2026-06-01", &p), "what", "not part of the case"), "only what there is can be shared");
}

static void handing_over(Kit *k) {
    Page p;
    CaseRow row;
    Id id = kit_case(k, "12-15", "groom", NULL);
    must(done(&p, post(k, id, "/links/add", "links=https://minor.example/9", &p)) && done(&p, post(k, id, "/links/check", "", &p)));
    check(ask(k, LANG_EN, GET, case_path(k, id, "/refer"), "", &p) == OK && has(&p, "https://minor.example/9;page"), "the address and the kind, ready to hand over");
    res_free(&p.res);
    check(again(&p, post(k, id, "/refer", "to=nobody&way=web", &p), "to", "not known"), "to somebody the directory knows");
    const LawAuthority *const *a = NULL;
    size_t n = law_authority_list(k->app.law, DATE_NONE, k->c.arena, &a), at = n;
    for (size_t i = 0; i < n; i++)
        if (at == n && str_eq(a[i]->kind, S("hotline"))) at = i;
    must(at < n);
    check(done(&p, post(k, id, "/refer", str_z(k->c.arena, str_fmt(k->c.arena, "to=" STR_FMT "&way=web", STR_ARG(a[at]->r.id))), &p)) && case_by_id(&k->c, id, &row) == OK && str_eq(row.turn, S("hotline")), "then it is the hotline's turn, with a day to ask");
    shown(k, case_path(k, id, "/record"), "Overgedragen aan", "Handed over to", "and the record says it");
}

static void proving(Kit *k) {
    Page p;
    Event *e = NULL;
    size_t n = 0;
    Str note = STR_NONE;
    Id id = kit_case(k, "18+", "spread", NULL), other = kit_case(k, "18+", "", NULL);
    must(journal_case_events(&k->c, id, 0, 1, true, false, &e, &n) == OK && n == 1);
    char *path = case_path(k, id, str_z(k->c.arena, str_fmt(k->c.arena, "/proof/" STR_FMT, STR_ARG(id_hex(k->c.arena, e[0].id)))));
    check(ask(k, LANG_EN, GET, path, "", &p) != OK, "an act that no checkpoint covers yet has no proof");
    res_free(&p.res);
    must(journal_checkpoint(&k->c, &note) == OK);
    check(ask(k, LANG_EN, GET, path, "", &p) == OK && has(&p, "keten.test/ledger/2026") && !has(&p, "CANARY"), "once it is signed over, its proof can be taken along, and says nothing of the act");
    res_free(&p.res);
    shown(k, case_path(k, id, "/record"), path, path, "each entry of the record leads to its proof");
    path = case_path(k, other, str_z(k->c.arena, str_fmt(k->c.arena, "/proof/" STR_FMT, STR_ARG(id_hex(k->c.arena, e[0].id)))));
    check(ask(k, LANG_EN, GET, path, "", &p) == E_MISSING, "not through another case");
    res_free(&p.res);
}

int main(void) {
    static Kit k;
    desk_open(&k);
    bulk(&k);
    ten_thousand(&k);
    file_import(&k);
    searching(&k);
    searching_elsewhere(&k);
    managing(&k);
    new_code(&k);
    joining(&k);
    sharing(&k);
    handing_over(&k);
    proving(&k);
    kit_fsck(&k);
    kit_close(&k);
    return tap_end();
}
