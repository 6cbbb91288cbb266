/* The pages of this room, asked for real: the register, a notice, the answer link. */
#include "core/step/pagekit.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/takedown.h"

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}
static Asked get(Kit *k, const char *path) { return kit_ask(k, &takedown_step, path, NULL); }
static const char *cat(Kit *k, const char *fmt, Str one, Str two) {
    Buf b = buf_new(1024);
    for (const char *p = fmt; *p != '\0'; p++) {
        if (*p == '1') buf_put(&b, one);
        else if (*p == '2') buf_put(&b, two);
        else buf_ch(&b, *p);
    }
    const char *s = str_z(k->c.arena, buf_str(&b));
    buf_free(&b);
    return s;
}
static Str hex(Kit *k, Id id) { return id_hex(k->c.arena, id); }

static Id made_recipient(Kit *k) {
    RecipientRow *rows = NULL;
    size_t n = 0;
    must(recipient_list(&k->c, k->org, false, &rows, &n) == OK && n > 0);
    return rows[n - 1].id;
}

static void the_register(Kit *k) {
    kit_as_worker(k);
    Asked p = get(k, "/recipients");
    check(page_has(&p, "Nobody is here yet") && page_has(&p, "/recipients/new"), "an empty register says what would be here and how it comes");
    p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", "", "mail", "no address", "rung", "host", "lang", "nl", "country", "NL"));
    check(p.err == OK && p.errors == 2 && str_eq(p.location, S("/recipients/new")), "a recipient without a name and with a bad address comes back with both errors");
    p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", "<b>Host & Co</b>", "mail", "abuse@host.test", "rung", "host", "lang", "nl", "country", "nl", "platform", ""));
    check(p.err == OK && p.errors == 0 && str_starts(p.location, S("/recipient/")), "a good one is added");
    p = get(k, "/recipients");
    check(page_has(&p, "&lt;b&gt;Host &amp; Co&lt;/b&gt;") && page_has(&p, "abuse@host.test") && page_has(&p, "in use"), "and stands in the list, its name harmless");
    p = get(k, "/recipients?q=host+abuse");
    check(page_has(&p, "abuse@host.test"), "it is found by words of its name and address");
    p = get(k, "/recipients?q=zzz");
    check(p.err == OK && !page_has(&p, "abuse@host.test"), "and not by others");
    const char *own = cat(k, "/recipient/1", hex(k, made_recipient(k)), STR_NONE);
    p = get(k, own);
    check(page_has(&p, "value=\"abuse@host.test\"") && page_has(&p, "It was asked 0 times"), "its page has its fields and says how often it was asked");
    p = kit_ask(k, &takedown_step, own, FIELDS("name", "Host", "mail", "abuse2@host.test", "rung", "cdn", "lang", "en", "country", "DE"));
    check(p.err == OK && p.errors == 0, "it is changed");
    kit_as_inspector(k);
    check(get(k, own).err != OK, "an inspector of a body has no business here");
    kit_as_worker(k);
    p = kit_ask(k, &takedown_step, cat(k, "/recipient/1/end", hex(k, made_recipient(k)), STR_NONE), FIELDS("x", ""));
    check(p.err == OK, "and taken out of use");
    p = get(k, "/recipients");
    check(page_has(&p, "no longer used"), "which the list says");
    k->c.lang = LANG_NL;
    p = get(k, "/recipients");
    check(page_has(&p, "Ontvangers") && page_has(&p, "niet meer in gebruik"), "in Dutch too");
    k->c.lang = LANG_EN;
}

/* What must not come in, in every field that takes words. */
static void hostile(Kit *k) {
    char long_text[4096];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    static const char *const bad[] = { "\xff\xfe", "\xe2\x80\xaeturned", "line\r\nBcc: x@y.test", "\x01" };
    RecipientRow *rows = NULL;
    size_t before = 0, after = 0;
    must(recipient_list(&k->c, k->org, true, &rows, &before) == OK);
    for (size_t i = 0; i < LEN(bad); i++) {
        Asked p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", bad[i], "mail", "a@b.test", "rung", "host", "lang", "nl"));
        check(p.err == OK && p.errors == 1, "a name that cannot be read or shown is refused (%zu)", i);
        p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", "x", "mail", bad[i], "rung", "host", "lang", "nl"));
        check(p.err == OK && p.errors == 1, "so is such an address (%zu)", i);
    }
    Asked p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", long_text, "mail", "a@b.test", "rung", "host", "lang", "nl"));
    check(p.err == OK && p.errors == 1, "a name without end is refused");
    p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", "x", "mail", "a@b.test", "rung", "../host", "lang", "xx"));
    check(p.err == OK && p.errors == 2, "choices that are not offered are refused");
    p = kit_ask(k, &takedown_step, "/recipients/new", FIELDS("name", "x", "mail", "a@b.test", "rung", "court", "lang", "nl", "country", "N1", "platform", "nobody"));
    check(p.err != OK || p.errors > 0, "and what the law data does not know");
    must(recipient_list(&k->c, k->org, true, &rows, &after) == OK);
    check(before == after, "nothing of it was kept");
}

static Id case_with(Kit *k, const char *age, int links) {
    Id id = kit_case(k, age, "spread", NULL);
    LocationNew in[4];
    LocationResult res[4];
    Act **acts = NULL;
    size_t n = 0;
    for (int i = 0; i < links; i++) in[i] = (LocationNew){ .url_canonical = str_fmt(k->c.arena, "https://voorbeeldplein.test/%s/%d", age[0] == '1' && age[1] == '8' ? "v" : "m", i), .host = S("voorbeeldplein.test"), .platform = S("demoplein") };
    must(location_add_many(&k->c, id, in, (size_t)links, res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    IncidentRow i = { .offence = age[1] == '8' ? S("NCII") : S("CSAM"), .consent_shared = S("no") };
    must(journal_one(&k->c, incident_add(&k->c, id, &i)) == OK);
    return id;
}

/* Composes by the page's own form: the first POST shows, the second with the same seed and digest sends. */
static Asked compose(Kit *k, Id id, const char *go, const char *seed, const char *shown, bool faith) {
    LocationRow *l = NULL;
    size_t n = 0;
    must(location_of_case(&k->c, id, 0, 10, &l, &n) == OK && n > 0);
    return kit_ask(k, &takedown_step, cat(k, "/case/1/notice", hex(k, id), STR_NONE), FIELDS("form", "art16", "scope", "open", "recipient", "law.demoplein", "offence", "NCII", "why_nl", "Zonder toestemming gedeeld.", "why_en", "Shared without consent.",
        "action", "remove", "territory", "eu", faith ? "good_faith" : "x", "1", "seed", seed, "shown", shown, "go", go));
}

static Id composing(Kit *k) {
    Id id = case_with(k, "18+", 2);
    const char *path = cat(k, "/case/1/notice", hex(k, id), STR_NONE);
    Asked p = get(k, path);
    check(page_has(&p, "https://voorbeeldplein.test/v/0") && page_has(&p, "Voorbeeldplein") && page_has(&p, "Show what will be sent") && !page_has(&p, "Send these notices"), "the page offers locations and recipients, and sends nothing before it has shown it");
    check(page_has(&p, "Het wordt gedeeld zonder toestemming van wie te zien is.") && page_has(&p, "reasoned explanation of illegality"), "it starts from the facts of the classification and says what the law wants");
    check(!page_has(&p, "CANARY"), "nothing of the story is on it");
    const char *seed = str_z(k->c.arena, id_hex(k->c.arena, ctx_new_id(&k->c)));
    p = compose(k, id, "look", seed, "", false);
    check(p.err == OK && p.errors == 1 && str_find(p.location, S("#preview"), &(size_t){ 0 }), "without good faith it comes back with the error");
    p = compose(k, id, "send", seed, "", true);
    NoticeRow *rows = NULL;
    size_t n = 0;
    must(notice_of_case(&k->c, id, &rows, &n) == OK);
    check(p.err == OK && n == 0, "what was not shown is not sent");
    Compose c;
    must(compose_load(&k->c, id, *(Id[]){ ID_NONE }, ID_NONE, ID_NONE, STR_NONE, &c) == OK);
    Id seed_id = ID_NONE;
    must(id_parse(str_c(seed), &seed_id) == OK && compose_load(&k->c, id, seed_id, ID_NONE, ID_NONE, STR_NONE, &c) == OK);
    Form *f = ARENA_NEW(k->c.arena, Form);
    const Pair posted[] = { { S("act"), id_hex(k->c.arena, ctx_new_id(&k->c)) }, { S("scope"), S("open") }, { S("recipient"), S("law.demoplein") }, { S("offence"), S("NCII") }, { S("why_nl"), S("Zonder toestemming gedeeld.") }, { S("why_en"), S("Shared without consent.") },
        { S("action"), S("remove") }, { S("territory"), S("eu") }, { S("good_faith"), S("1") } };
    form_read(&(Request){ .a = k->c.arena, .posted = posted, .posted_n = LEN(posted) }, notice_form, LEN(notice_form), f);
    NoticePlan *plans = NULL;
    Str shown = STR_NONE;
    must(compose_plan(&c, f, &plans, &n, &shown) == OK && shown.n == 64);
    p = compose(k, id, "send", seed, str_z(k->c.arena, shown), true);
    must(notice_of_case(&k->c, id, &rows, &n) == OK);
    check(p.err == OK && n == 1 && str_ends(p.location, S("#notices")) && p.said != NULL, "what was shown is sent");
    p = compose(k, id, "send", seed, str_z(k->c.arena, shown), true);
    must(notice_of_case(&k->c, id, &rows, &n) == OK);
    check(p.err == OK && n == 1, "pressed twice it is sent once");
    return rows[0].id;
}

static void on_the_case(Kit *k, Id notice) {
    NoticeRow n;
    CaseRow row;
    must(notice_by_id(&k->c, notice, &n) == OK && case_by_id(&k->c, n.case_id, &row) == OK);
    UiCtx ui = ui_plain(k->c.arena, LANG_EN, k->c.now);
    Buf b = buf_new(1 << 20);
    check(takedown_step.panels[0].html(&k->c, &ui, &row, &b) == OK, "the panel of the case page is made");
    Asked p = { .err = OK, .body = buf_str(&b) };
    check(page_has(&p, "in the outbox") && page_has(&p, "the platform") && page_has(&p, "https://voorbeeldplein.test/v/1") && page_has(&p, "Ask for removal"), "it has a lane for each location, with its state");
    buf_free(&b);
    const char *path = cat(k, "/case/1/notice/2", hex(k, n.case_id), hex(k, notice));
    p = get(k, path);
    check(page_has(&p, "Record an answer") && page_has(&p, "Remind") && page_has(&p, "[answer link]") && page_has(&p, "meldpunt@voorbeeldplein.test"), "the notice's page shows its mail without the link, and what can be done");
    Str token = STR_NONE;
    must(notice_token(&k->c, &n, &token) == OK);
    check(!page_has(&p, str_z(k->c.arena, token)), "a colleague cannot read the link there");
    p = get(k, cat(k, "/case/1/notice?form=reminder&earlier=2", hex(k, n.case_id), hex(k, notice)));
    check(page_has(&p, "The mail quotes notice N-"), "a reminder starts from the notice it reminds of");
    Id other = case_with(k, "18+", 1);
    check(get(k, cat(k, "/case/1/notice/2", hex(k, other), hex(k, notice))).err == E_MISSING, "under another case it is not there");
    Id child = case_with(k, "12-15", 1);
    p = get(k, cat(k, "/case/1/notice", hex(k, child), STR_NONE));
    check(p.err == OK && page_has(&p, "Only a hotline is told") && !page_has(&p, "why_nl"), "in the minor's lane there is no explanation to fill in");
    p = kit_ask(k, &takedown_step, cat(k, "/case/1/watch", hex(k, n.case_id), STR_NONE), FIELDS("x", ""));
    check(p.err == OK && p.said != NULL, "a check can be asked for");
}

static void the_link(Kit *k, Id notice) {
    NoticeRow n;
    Str token = STR_NONE;
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    must(notice_by_id(&k->c, notice, &n) == OK && notice_token(&k->c, &n, &token) == OK && request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    const char *door = cat(k, "/antwoord/1", token, STR_NONE);
    kit_as_public(k);
    Asked p = get(k, door);
    check(page_has(&p, "Kennisgeving voor Voorbeeldplein"), "the door speaks the recipient's language");
    check(page_has(&p, "2 items, kenmerk N-"), "names the recipient and the number of items");
    check(!page_has(&p, "https://voorbeeldplein.test") && !page_has(&p, "K-2026") && !page_has(&p, "intiem") && !page_has(&p, str_z(k->c.arena, hex(k, n.case_id))), "and nothing else");
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(n.opened == 0, "looking through the door changed nothing");
    check(get(k, "/antwoord/0123456789abcdef0123456789abcdef").err == E_MISSING && get(k, "/antwoord/short").err == E_MISSING, "no other link opens anything");
    p = kit_ask(k, &takedown_step, door, FIELDS("x", ""));
    check(p.err == OK && str_eq(p.location, S("/antwoord")), "the button leads to the list");
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(n.opened == k->c.now, "and that is recorded as receipt");
    k->c.person = (Person){ .roles = R_PLATFORM, .org = k->org, .notice = notice };
    p = get(k, "/antwoord");
    check(page_has(&p, "https://voorbeeldplein.test/v/0") && page_has(&p, "name=\"item\"") && page_has(&p, "Voor alle items") && page_has(&p, "Zonder toestemming gedeeld."), "the list has each item, one choice for each, one for all, and the explanation");
    check(!page_has(&p, "K-2026") && !page_has(&p, str_z(k->c.arena, hex(k, n.case_id))) && !page_has(&p, "CANARY") && !page_has(&p, str_z(k->c.arena, token)), "no case, no person, no token");
    p = get(k, "/antwoord-lijst.csv");
    check(page_has(&p, "number,url,answer,reason,note") && page_has(&p, "1,https://") && str_starts(p.type, S("text/csv")), "the items can be taken as CSV");
    p = get(k, "/antwoord-lijst.json");
    check(page_has(&p, "\"items\"") && page_has(&p, "\"number\": 2"), "and as JSON");
    const char *bad[] = { "nonsense", "number,answer\n9,removed\n", "number,answer\n1,gone\n", "number,answer,reason\n1,refused,\n", "number,answer\n1,need_more\n", "number,answer\n1,removed\n1,blocked\n", "{\"items\": 3}", "[{\"number\": 0, \"answer\": \"removed\"}]", "{", "number,answer\n1,\n" };
    for (size_t i = 0; i < LEN(bad); i++) {
        p = kit_ask(k, &takedown_step, "/antwoord-lijst", FIELDS("list", bad[i]));
        check(p.err == OK && p.errors == 1 && str_eq(p.location, S("/antwoord")), "a list that is wrong comes back with an error (%s)", p.error);
    }
    p = kit_ask(k, &takedown_step, "/antwoord-lijst", FIELDS("list", "\xEF\xBB\xBFnumber;url;answer;reason;note\r\n2;x;need_more;;which clip?\r\n;;;;\r\n", "from", "Bulk team"));
    check(p.err == OK && p.errors == 0 && str_eq(p.location, S("/antwoord-ontvangen")), "a list as spreadsheets write it counts as answers");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("note", ""));
    check(p.err == OK && p.errors == 1 && str_eq(p.location, S("/antwoord")), "sending nothing is an error at the items");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("item", cat(k, "1.refused", hex(k, rows[0].id), STR_NONE)));
    check(p.err == OK && p.errors == 1, "a refusal without a reason is an error at the reason");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("item", cat(k, "1.removed", hex(k, rows[0].id), STR_NONE), "item", cat(k, "1.refused", hex(k, rows[1].id), STR_NONE), "reason", cat(k, "1.not_illegal", hex(k, rows[1].id), STR_NONE), "contact", "Abuse team"));
    check(p.err == OK && p.errors == 0 && str_eq(p.location, S("/antwoord-ontvangen")), "good answers lead to the receipt");
    p = get(k, "/antwoord-ontvangen");
    check(page_has(&p, "Verwijderd, voor iedereen") && page_has(&p, "Wij vinden het niet illegaal"), "the receipt says what was answered");
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    check(str_eq(rows[0].outcome, S("removed")) && str_eq(rows[1].outcome, S("refused")), "and so do the requests");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("all", "blocked"));
    must(request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    check(p.err == OK && str_eq(rows[0].outcome, S("blocked")) && str_eq(rows[1].outcome, S("blocked")), "one choice for all changes all");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("item", "0123456789abcdef0123456789abcdef.removed"));
    check(p.err == OK && p.errors == 1, "an item of another notice is no item here");
    check(get(k, cat(k, "/case/1/notice/2", hex(k, n.case_id), hex(k, notice))).err == E_DENIED, "the link opens no page of the desk");
    kit_as_worker(k);
    p = get(k, cat(k, "/case/1/notice/2", hex(k, n.case_id), hex(k, notice)));
    check(page_has(&p, "Abuse team") && page_has(&p, "Answer link"), "the worker sees who answered, and how");
}

static void by_hand(Kit *k, Id notice) {
    NoticeRow n;
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    must(notice_by_id(&k->c, notice, &n) == OK && request_of_subject(&k->c, notice, &rows, &rows_n) == OK);
    const char *path = cat(k, "/case/1/notice/2/answer", hex(k, n.case_id), hex(k, notice));
    Asked p = get(k, path);
    check(page_has(&p, "Phone call") && page_has(&p, "https://voorbeeldplein.test/v/0"), "an answer by phone can be written down");
    p = kit_ask(k, &takedown_step, path, FIELDS("item", str_z(k->c.arena, hex(k, rows[0].id)), "answer", "refused", "via", "phone", "on", "2026-03-02"));
    check(p.err == OK && p.errors == 1, "a refusal wants its reason here too");
    p = kit_ask(k, &takedown_step, path, FIELDS("item", str_z(k->c.arena, hex(k, rows[0].id)), "answer", "refused", "reason", "other_law", "via", "phone", "on", "2025-01-01"));
    check(p.err == OK && p.errors == 1, "a day before the notice is none");
    p = kit_ask(k, &takedown_step, path, FIELDS("item", str_z(k->c.arena, hex(k, rows[0].id)), "answer", "refused", "reason", "other_law", "via", "phone", "on", "2026-03-02", "note", "Belde."));
    must(request_by_id(&k->c, rows[0].id, &rows[0]) == OK);
    check(p.err == OK && p.errors == 0 && str_eq(rows[0].outcome, S("refused")), "with all of it, it stands");
    p = kit_ask(k, &takedown_step, cat(k, "/case/1/notice/2/withdraw", hex(k, n.case_id), hex(k, notice)), FIELDS("why", "", "tell", "1"));
    check(p.err == OK && p.errors == 1, "withdrawing wants a reason");
    p = kit_ask(k, &takedown_step, cat(k, "/case/1/notice/2/withdraw", hex(k, n.case_id), hex(k, notice)), FIELDS("why", "mistake"));
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(p.err == OK && n.withdrawn != 0, "and is done with one");
    p = get(k, cat(k, "/case/1/notice/2", hex(k, n.case_id), hex(k, notice)));
    check(page_has(&p, "withdrawn") && !page_has(&p, "Record an answer"), "after that nothing can be done with it");
}

/* Who holds a link that is over reads so; who holds none learns nothing. */
static void link_over(Kit *k, Id notice) {
    NoticeRow n;
    Str token = STR_NONE;
    must(notice_by_id(&k->c, notice, &n) == OK && notice_token(&k->c, &n, &token) == OK);
    const char *door = cat(k, "/antwoord/1", token, STR_NONE);
    kit_as_public(k);
    Asked p = get(k, door);
    check(p.status == 410 && page_has(&p, "is afgerond") && page_has(&p, str_z(k->c.arena, notice_ref(k->c.arena, notice))) && page_has(&p, "meldpunt@keten.test") && page_has(&p, "Meldpunt Voorbeeld"), "the link of a withdrawn notice says that nothing is asked any more, and whom to write to");
    check(!page_has(&p, "<form") && !page_has(&p, "voorbeeldplein.test/v") && !page_has(&p, "K-2026"), "there is nothing to press, and nothing of the case");
    p = kit_ask(k, &takedown_step, door, FIELDS("x", ""));
    check(p.err == OK && str_eq(p.location, str_c(door)), "a button pressed on an old copy of the door leads to that page");
    kit_person(k, R_PLATFORM, ID_NONE, k->org, NULL);
    k->c.person.notice = notice;
    p = get(k, "/antwoord");
    check(p.status == 410 && page_has(&p, "is afgerond"), "who was answering when it ended reads the same");
    p = kit_ask(k, &takedown_step, "/antwoord", FIELDS("all", "removed"));
    check(p.err == OK && str_eq(p.location, S("/antwoord")), "also when sending");
    kit_as_worker(k);
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(64 << 20);
    join();
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    the_register(&k);
    hostile(&k);
    Id notice = composing(&k);
    on_the_case(&k, notice);
    the_link(&k, notice);
    by_hand(&k, notice);
    link_over(&k, notice);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
