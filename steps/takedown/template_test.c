/* The organisation's own words, every kind of recipient in both languages; and a notice in the recipient's own form. */
#include "core/step/pagekit.h"
#include "steps/takedown/pages_in.h"
#include "steps/takedown/plan_in.h"
#include "steps/takedown/profile.h"
#include "steps/takedown/template.h"
#include "steps/takedown/text_in.h"

static const ActDef *all[256];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; takedown_step.acts[i] != NULL; i++) all[n++] = takedown_step.acts[i];
    must(n < LEN(all));
}
static bool has(Str s, const char *what) { return str_find(s, str_c(what), &(size_t){ 0 }); }
static const char *path(Kit *k, const char *type, const char *lang, const char *rest) { return str_z(k->c.arena, str_fmt(k->c.arena, "/templates/%s/%s%s", type, lang, rest)); }
static Str with_words(Kit *k, bool minor, const char *first) { return str_fmt(k->c.arena, "%s\n\n" STR_FMT "\nTeam Meldpunt\n", first, STR_ARG(template_default(minor))); }

/* What every notice of the law's article must say, whoever made the words around it. */
static bool whole(Str text, bool nl) {
    const char *const en[] = { "Reference: N-", "https://voorbeeld.example/video/1", "https://voorbeeld.example/video/2", "[NCII]", "Here stands why it is illegal", "We state in good faith", "meldpunt@keten.test", "Meldpunt Voorbeeld", "TF-1", "Territory:" };
    const char *const dutch[] = { "N-", "https://voorbeeld.example/video/1", "https://voorbeeld.example/video/2", "[NCII]", "Hier staat waarom het illegaal is", "te goeder trouw", "meldpunt@keten.test", "Meldpunt Voorbeeld", "TF-1", LINK_MARK };
    for (size_t i = 0; i < LEN(en); i++)
        if (!has(text, nl ? dutch[i] : en[i])) {
            printf("# missing: %s\n", nl ? dutch[i] : en[i]);
            return false;
        }
    return has(text, LINK_MARK);
}

static void every_one(Kit *k) {
    int bad = 0, seen = 0, leaks = 0;
    for (size_t i = 0; template_types[i] != NULL; i++)
        for (int nl = 0; nl < 2; nl++) {
            bool child = strcmp(template_types[i], "hotline") == 0;
            Str type = str_c(template_types[i]), lang = nl ? S("nl") : S("en"), plain = STR_NONE, own = STR_NONE;
            must(notice_text_example(&k->c, type, lang, template_default(child), &plain) == OK);
            must(notice_text_example(&k->c, type, lang, with_words(k, child, "Dag {who}, dit gaat over {ref} van {when}."), &own) == OK);
            bool said = has(own, "dit gaat over N-") && has(own, "Team Meldpunt") && !has(own, "{who}") && !has(own, "{locations}") && has(own, LINK_MARK);
            if (!said) printf("# wrong: %s %s\n", template_types[i], nl ? "nl" : "en");
            bad += !said || (!child && (!whole(plain, nl) || !whole(own, nl)));
            leaks += child && (has(plain, "Hier staat") || has(own, "Here stands") || !has(plain, "https://voorbeeld.example/video/1"));
            seen++;
        }
    check(seen == 26 && bad == 0, "each of the 26 templates, the house's and one with own words, says all that the law wants");
    check(leaks == 0, "of a minor only address and class are said");
}

static void none_may_be_left_out(Kit *k) {
    static const char *const blocks[] = { "{title}", "{reference}", "{earlier}", "{locations}", "{offence}", "{grounds}", "{reason}", "{good_faith}", "{sender}", "{asked}", "{answer}" };
    int taken = 0, wrong = 0;
    for (size_t i = 0; i < LEN(blocks); i++) {
        const char *msgid = NULL;
        Str what = STR_NONE, rest = template_default(false), line = STR_NONE;
        Buf b = buf_new(4000);
        for (int n = 0; n < 40 && str_split(&rest, '\n', &line); n++) {
            if (str_eq(line, str_c(blocks[i]))) continue;
            buf_put(&b, line);
            buf_ch(&b, '\n');
        }
        taken += template_check(&k->c, S("platform"), buf_str(&b), &msgid, &what) == OK;
        wrong += !str_eq(what, str_c(blocks[i]));
        buf_free(&b);
    }
    check(taken == 0 && wrong == 0, "a template that leaves out any part is refused, and the part is named");
    const char *msgid = NULL;
    Str what = STR_NONE;
    check(template_check(&k->c, S("platform"), with_words(k, false, "{name of the victim}"), &msgid, &what) == E_INPUT && str_eq(what, S("{name of the victim}")), "a block that does not exist is refused");
    check(template_check(&k->c, S("platform"), with_words(k, false, "Links: {locations}"), &msgid, &what) == E_INPUT, "so is one that shares its line");
    check(template_check(&k->c, S("hotline"), template_default(false), &msgid, &what) == E_INPUT && template_check(&k->c, S("hotline"), template_default(true), &msgid, &what) == OK, "and a reason in what goes to a hotline");
}

static void pages(Kit *k) {
    kit_as_lead(k);
    Asked p = kit_ask(k, &takedown_step, "/templates", NULL);
    check(page_has(&p, "words of the house") && page_has(&p, "/templates/host/nl"), "the list has every kind of recipient in both languages");
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), NULL);
    check(page_has(&p, "{locations}") && page_has(&p, "With places that do not exist"), "one without own words shows those of the house, with an example");
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), FIELDS("body", "Hello {who}", "go", "save"));
    check(p.errors == 1 && strstr(p.error, "{title}") != NULL, "words without what the law wants come back with the part that is missing");
    const char *good = str_z(k->c.arena, with_words(k, false, "Dear colleagues of {who},"));
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), FIELDS("body", good, "go", "look"));
    TemplateRow t;
    check(p.err == OK && template_newest(&k->c, S("platform"), S("en"), &t) == E_MISSING, "looking saves nothing");
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), FIELDS("body", good, "go", "save"));
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), FIELDS("body", str_z(k->c.arena, with_words(k, false, "Dear {who},")), "go", "save"));
    check(p.err == OK && template_newest(&k->c, S("platform"), S("en"), &t) == OK && t.version == 2, "each saving is a version");
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", "?version=1"), NULL);
    check(page_has(&p, "Dear colleagues of") && page_has(&p, "Version 2"), "and each can be read again");
    kit_as_worker(k);
    check(kit_ask(k, &takedown_step, path(k, "platform", "en", "/end"), FIELDS("x", "")).err != OK, "a worker does not change them");
    kit_as_lead(k);
    check(journal_one(&k->c, template_save(&k->c, S("platform"), S("en"), 2, str_c(good))) == E_CONFLICT, "two who save at once: the second is told");
}

static Id notice_of(Kit *k, Id *out_case, Id *out_to, NoticeMailRow *out_mail) {
    Id id = kit_case(k, "18+", "spread", NULL);
    LocationNew in = { .url_canonical = S("https://voorbeeldplein.test/v/1"), .host = S("voorbeeldplein.test"), .platform = S("demoplein") };
    LocationResult r;
    Act **acts = NULL, *made[8];
    Compose p;
    size_t n = 0, m_n = 0;
    NoticeMailRow *m = NULL;
    must(location_add_many(&k->c, id, &in, 1, &r, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    RecipientNew who = { .rung = S("platform"), .platform = S("demoplein"), .lang = S("en"), .country = S("NL"), .name = S("Voorbeeldplein"), .mail = S("abuse@voorbeeldplein.test") };
    Act *add = recipient_add(&k->c, ID_NONE, &who);
    must(journal_one(&k->c, add) == OK);
    Asked a = kit_ask(k, &takedown_step, str_z(k->c.arena, str_fmt(k->c.arena, "/recipient/" STR_FMT "/profile", STR_ARG(id_hex(k->c.arena, add->subject)))),
        FIELDS("profile", "form", "page", "https://voorbeeldplein.test/report", "steps", "Press Report.\nChoose Nudity.", "secret", ""));
    check(a.err == OK && a.errors == 0, "a recipient can want its own form, with its steps");
    must(compose_load(&k->c, id, ctx_new_id(&k->c), ID_NONE, ID_NONE, STR_NONE, &p) == OK);
    RecipientRow to;
    must(recipient_by_id(&k->c, add->subject, &to) == OK && recipient_open(&k->c, &to, 1) == OK);
    NoticePlan plan = { .case_id = id, .to = &to, .locations = p.locations, .locations_n = 1, .form = S("art16"), .offence = S("NCII"), .lane = S("adult"), .why = S("Shared without consent."), .territory = S("eu"), .action = S("remove"), .named = true,
        .good_faith = true, .id = ctx_new_id(&k->c) };
    n = 0;
    must(notice_write(&k->c, &plan) == OK && notice_acts(&k->c, &plan, made, LEN(made), &n) == OK && journal_commit(&k->c, made, n) == OK);
    check(has(plan.body, "Dear Voorbeeldplein,") && has(plan.body, "https://voorbeeldplein.test/v/1"), "a notice is made with the organisation's own words");
    must(mail_of_notice(&k->c, plan.id, &m, &m_n) == OK && m_n == 1);
    *out_mail = m[0];
    *out_case = id;
    *out_to = add->subject;
    return plan.id;
}

static void own_form(Kit *k) {
    Id case_id, to, notice;
    NoticeMailRow m;
    NoticeRow n;
    RequestRow *rows = NULL;
    ClockRow *clocks = NULL;
    size_t rows_n = 0, clocks_n = 0;
    UnixMs again = 0;
    kit_as_lead(k);
    notice = notice_of(k, &case_id, &to, &m);
    must(notice_by_id(&k->c, notice, &n) == OK);
    check(!id_none(n.template), "and says which version");
    kit_as_system(k);
    check(notice_send_run(&k->c, m.id, k->c.now, &again) == OK && notice_send_run(&k->c, m.id, k->c.now, &again) == OK && again == 0 && k->c.net == NULL, "nothing is sent to whoever wants a form");
    CaseRow c;
    must(case_by_id(&k->c, case_id, &c) == OK);
    check(str_eq(c.turn, S("us")) && str_eq(c.next_duty, S("form_by_hand")), "the case is with us until it is filled in");
    kit_as_worker(k);
    const char *page = str_z(k->c.arena, str_fmt(k->c.arena, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(k->c.arena, case_id)), STR_ARG(id_hex(k->c.arena, notice))));
    Asked p = kit_ask(k, &takedown_step, page, NULL);
    check(page_has(&p, "Fill in the form"), "the notice says so");
    const char *form = str_z(k->c.arena, str_fmt(k->c.arena, "%s/form", page));
    p = kit_ask(k, &takedown_step, form, NULL);
    check(page_has(&p, "Choose Nudity.") && page_has(&p, "https://voorbeeldplein.test/v/1") && page_has(&p, "Shared without consent.") && page_has(&p, "https://voorbeeldplein.test/report") && !page_has(&p, "CANARY"), "its page has the steps and every text to paste, and nothing of the person");
    kit_later(k, 3600 * 1000);
    kit_as_worker(k);
    p = kit_ask(k, &takedown_step, form, FIELDS("number", "R-77", "minutes", "30"));
    must(notice_by_id(&k->c, notice, &n) == OK && request_of_subject(&k->c, notice, &rows, &rows_n) == OK && clock_of_subject(&k->c, rows[0].id, &clocks, &clocks_n) == OK);
    check(p.err == OK && p.errors == 0 && n.filed == k->c.now - 30 * 60000 && str_eq(n.state, S("sent")) && rows[0].delivered == n.filed, "that it was filed is an act with its time");
    check(clocks_n > 0 && clocks[0].from == n.filed, "and the clocks count from then");
    p = kit_ask(k, &takedown_step, form, NULL);
    check(page_has(&p, "R-77") && !page_has(&p, "I filed it"), "its number is kept");
    p = kit_ask(k, &takedown_step, form, FIELDS("number", "R-78", "minutes", "0"));
    check(p.error != NULL, "it is filed once");
    p = kit_ask(k, &takedown_step, path(k, "platform", "en", ""), NULL);
    check(page_has(&p, "With the data of notice N-") && page_has(&p, "https://voorbeeldplein.test/v/1"), "from now on the words are shown with real data");
}

int main(void) {
    Kit k;
    join();
    Arena *a = arena_new(64u << 20);
    kit_open(&k, all, kit_law(a));
    k.c.lang = LANG_EN;
    every_one(&k);
    none_may_be_left_out(&k);
    pages(&k);
    own_form(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
