/* story.c - the letter's case, step by step, as each person in it would do it in a browser. */
#include "programs/demo/demo.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY_H = 24, WAIT_MS = 15000 };
#define V(text) S(text)

static bool step(Story *s, bool good, const char *what, const char *where) {
    printf("%s %2d  %s\n", good ? "ok  " : "FAIL", ++s->steps, what);
    if (where != NULL && where[0] != '\0') printf("         look at %s\n", where);
    fflush(stdout);
    if (!good) s->failed++;
    return good;
}

/* What the browser saw when a step did not hold, kept for whoever looks into it. */
static bool show(Story *s, Browser *b, bool good, const char *what) {
    const char *where = str_z(s->a, str_fmt(s->a, STR_FMT STR_FMT, STR_ARG(s->base), STR_ARG(browser_path(b))));
    if (!good) {
        const char *path = path_join(s->a, s->world.dir, "failed.html").p;
        if (file_write(path, browser_body(b), 0644) == OK) printf("         status %d at " STR_FMT ", page kept in %s\n", browser_status(b), STR_ARG(browser_path(b)), path);
    }
    return step(s, good, what, where);
}

/* The demo's clock goes on; everybody who was signed in has to sign in again. */
static bool later(Story *s, int64_t hours) { return sys_clock_move(s->dir, hours * 3600000) == OK; }

static bool sign_in(Story *s, Browser *b, const char *login) {
    Str password = STR_NONE;
    if (file_read(s->a, path_join(s->a, s->dir, "demo.password").p, 200, &password) != OK) return false;
    if (browser_get(b, S("/signin")) != OK) return false;
    if (SEND(b, S("/signin"), { "login", str_c(login) }, { "password", str_trim(password) }) != OK) return false;
    return browser_status(b) == 200 && !str_starts(browser_path(b), S("/signin"));
}

static bool get(Browser *b, Str path) { return browser_get(b, path) == OK && browser_status(b) == 200; }
static bool sent(Browser *b, Err e) { return e == OK && browser_status(b) == 200; }

/* Looks again until the page says it: jobs run beside us. */
static bool page_says(Browser *b, Str path, const char *text, int64_t wait_ms) {
    for (int64_t until = sys_mono_ms() + wait_ms;;) {
        if (get(b, path) && browser_says(b, text)) return true;
        if (sys_mono_ms() >= until) return false;
        sys_sleep_ms(200);
    }
}

static Str site_url(Story *s, const char *page) { return str_fmt(s->a, "http://voorbeeldplein.test:%u/%s", s->world.site_port, page); }

/* ---- 1. the report ---- */
static bool report(Story *s) {
    Browser *b = s->victim;
    if (!show(s, b, get(b, S("/report")) && browser_says(b, "/weg"), "A victim opens the page: neutral title, a way out, no account")) return false;
    const struct { Field f[3]; size_t n; } screens[] = { { { { "go", V("next") }, { "safety", V("yes") } }, 2 }, { { { "go", V("next") }, { "for_whom", V("self") }, { "age", V("18+") } }, 3 }, { { { "go", V("next") }, { "what", V("spread") } }, 2 } };
    for (size_t i = 0; i < LEN(screens); i++)
        if (!sent(b, browser_send(b, S("/report"), screens[i].f, screens[i].n))) return show(s, b, false, "Each screen takes its answer");
    if (!sent(b, SEND(b, S("/report"), { "go", V("next") }, { "links", site_url(s, "p1.html") }))) return show(s, b, false, "She pastes the link");
    if (!sent(b, SEND(b, S("/report"), { "go", V("next") }, { "wishes", V("remove") }))) return show(s, b, false, "She says what she wants");
    if (!sent(b, SEND(b, S("/report"), { "go", V("next") }, { "contact", V("code") }))) return show(s, b, false, "She chooses to be reached by code only");
    if (!sent(b, SEND(b, S("/report"), { "go", V("next") }, { "story", V("Het begon in maart. KANARIE-VERHAAL: iemand die ik kende zette het online.") }))) return show(s, b, false, "She tells in her own words");
    if (!sent(b, SEND(b, S("/report"), { "go", V("next") }, { "allow", V("notices") }, { "allow", V("captures") }, { "allow", V("filing") }))) return show(s, b, false, "She says yes to notices, captures and filings");
    if (!show(s, b, true, "She answered what she wanted to answer, and skipped the rest")) return false;
    return show(s, b, sent(b, SEND(b, S("/report/send"), { "go", V("next") })), "She looks at her answers once more and sends them");
}

/* ---- the code, and the way back in ---- */
static bool code(Story *s) {
    Browser *b = s->victim;
    Str text = browser_text(b);
    for (size_t i = 0; i + 19 <= text.n && s->code.n == 0; i++) { /* four groups of four */
        bool fits = true;
        for (size_t k = 0; fits && k < 19; k++) {
            char ch = text.p[i + k];
            bool sign = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z');
            fits = k % 5 == 4 ? ch == '-' || ch == ' ' : sign;
        }
        if (fits) s->code = str_dup(s->a, str_sub(text, i, 19));
    }
    if (!show(s, b, s->code.n == 19, "She gets a code of sixteen signs, and no account")) return false;
    return show(s, b, sent(b, SEND(b, S("/report"), { "go", V("next") }, { "last", str_sub(s->code, 15, 4) })), "She types its end back, and reads what happens next, with dates");
}

static bool desk(Story *s) {
    Browser *b = s->worker;
    if (!show(s, b, sign_in(s, b, "wanda") && get(b, S("/desk")), "A case worker signs in; the queue says what should be done first, and why")) return false;
    s->case_path = browser_link(b, "/case/", "");
    if (!show(s, b, s->case_path.n > 0 && get(b, s->case_path), "She opens the case: facts, the chain picture, the next action")) return false;
    Str claim = browser_form(b, str_z(s->a, s->case_path), "/claim");
    if (!show(s, b, claim.n > 0 && sent(b, SEND0(b, claim)), "She takes it in hand")) return false;
    Str page = str_fmt(s->a, STR_FMT "/classify", STR_ARG(s->case_path));
    return show(s, b, get(b, page) && sent(b, SEND(b, page, { "offence", V("NCII") })) && str_eq(browser_path(b), s->case_path), "She classifies it: an offence with its own code, recorded as online");
}

static Str under_case(Story *s, const char *tail) { return str_fmt(s->a, STR_FMT "%s", STR_ARG(s->case_path), tail); }

static bool capture(Story *s) {
    Browser *b = s->worker;
    if (!show(s, b, get(b, under_case(s, "/captures")), "She looks at the captures")) return false;
    Str where = browser_choice(b, "locations", "");
    if (!show(s, b, where.n > 0 && sent(b, SEND(b, under_case(s, "/capture"), { "locations", where }, { "mode", browser_choice(b, "mode", "text") })), "She asks for a capture: text only, no image is requested")) return false;
    return show(s, b, page_says(b, under_case(s, "/captures"), "st-done", WAIT_MS), "The fetch process made it: request, answer, address, name, certificate, digest");
}

static bool notice(Story *s) {
    Browser *b = s->worker;
    if (!get(b, S("/recipients/new"))) return show(s, b, false, "The register of recipients");
    if (!show(s, b, sent(b, SEND(b, S("/recipients/new"), { "name", V("Voorbeeldplein, abuse desk") }, { "mail", V("abuse@voorbeeldplein.test") }, { "rung", browser_choice(b, "rung", "platform") }, { "platform", V("demoplein") }, { "lang", V("nl") }, { "country", V("NL") })),
            "She adds the platform's contact point to the register")) return false;
    if (!show(s, b, get(b, under_case(s, "/notice")), "She writes a notice: all elements of article 16(2), nothing about the person")) return false;
    Str to = browser_choice(b, "recipient", "Voorbeeldplein, abuse");
    Err e = SEND(b, under_case(s, "/notice"), { "recipient", to }, { "offence", browser_choice(b, "offence", "NCII") }, { "good_faith", V("1") }, { "go", V("look") });
    if (!show(s, b, sent(b, e) && browser_says(b, "id=\"preview\""), "She sees exactly what will be sent, and to whom")) return false;
    e = SEND(b, under_case(s, "/notice"), { "go", V("send") });
    if (!show(s, b, sent(b, e), "She sends it")) return false;
    Str mail = STR_NONE;
    if (!step(s, world_mail(&s->world, "abuse@voorbeeldplein.test", "/antwoord/", WAIT_MS, &mail) == OK, "It is delivered by mail, with a link on which the platform can answer in a minute", path_join(s->a, s->world.dir, "mail").p)) return false;
    Str text = mail_text(s->a, mail);
    size_t at = 0;
    if (!str_find(text, S("/antwoord/"), &at)) return false;
    Str link = str_sub(text, at, 10 + 32);
    return show(s, s->platform, get(s->platform, link) && !browser_says(s->platform, "p1.html"), "Opening that link alone shows nothing and changes nothing");
}

/* ---- silence ---- */
static bool silence(Story *s) {
    Browser *b = s->worker;
    if (!later(s, 30 * DAY_H) || !sign_in(s, b, "wanda")) return show(s, b, false, "A month goes by");
    if (!show(s, b, page_says(b, s->case_path, "st-silent", WAIT_MS), "A month goes by. Nobody answers. When the clock ran out, the silence was written down")) return false;
    Str next = browser_link(b, str_z(s->a, under_case(s, "/proposal/")), "");
    return show(s, b, next.n > 0 && get(b, next), "The next steps are proposed with their legal ground; a person decides");
}

/* ---- the dossier ---- */
static bool dossier(Story *s) {
    Browser *b = s->worker;
    Str page = under_case(s, "/dossier");
    if (!show(s, b, get(b, page), "She puts a dossier together: captures, what she found, and what speaks against it")) return false;
    Str what = browser_choice(b, "captures", "");
    Err e = SEND(b, page, { "captures", what }, { "lang", V("nl") }, { "norm", browser_choice(b, "norm", "NCII") }, { "basis", V("observed") }, { "seen", V("De pagina stond online, ook een maand na de kennisgeving.") },
        { "how", V("Vastgelegd door het ophaalproces, alleen tekst.") }, { "against", V("Niet bekend.") });
    if (!show(s, b, what.n > 0 && sent(b, e), "She asks for it")) return false;
    if (!show(s, b, page_says(b, page, "st-done", WAIT_MS), "The server made one file: report, captures, custody, acts, proofs, manifest and seal")) return false;
    Str file = browser_link(b, "/dossier/", "");
    return show(s, b, file.n > 0 && get(b, file) && browser_says(b, "st-done") && !browser_says(b, "st-refused"), "Its page shows what is proven, and by what");
}

/* ---- the filing ---- */
static bool filing(Story *s) {
    Browser *b = s->worker;
    Str page = under_case(s, "/filing");
    if (!show(s, b, get(b, page) && browser_says(b, "ACM"), "Which body can act, and why, is worked out from the law; and why others cannot")) return false;
    Err e = SEND(b, S("/filing/new"), { "authority", V("ACM") }, { "form", V("enforcereq") }, { "offence", V("NCII") }, { "platform", V("demoplein") });
    if (!show(s, b, sent(b, e), "She prepares an enforcement request: the form that starts a clock. The record writes most of it")) return false;
    s->filing_path = browser_path(b);
    Field parts[30];
    size_t n = 0;
    for (int i = 0; i < 24; i++) {
        char *name = str_z(s->a, str_fmt(s->a, "p%d", i));
        Str text = browser_value(b, name);
        if (text.p == NULL) break;
        if (text.n == 0 || text.p[0] == '[') parts[n++] = (Field){ name, V("Meldpunt Voorbeeld behartigt volgens zijn statuten de belangen van slachtoffers van online seksueel geweld en doet dat feitelijk.") };
    }
    Str file = browser_choice(b, "dossier", "");
    if (file.n > 0) parts[n++] = (Field){ "dossier", file };
    if (!show(s, b, sent(b, browser_send(b, S("/save"), parts, n)), "She fills what only a person can say, and attaches the dossier")) return false;
    e = SEND(b, S("/sign"), { "channel", V("inbox") });
    if (!show(s, b, sent(b, e) && !browser_says(b, "id=\"sign\""), "She signs it; a person signs each filing")) return false;
    return show(s, b, page_says(b, s->filing_path, "st-silent", WAIT_MS), "It lies in the authority's inbox on this server, with its own clock");
}

static bool receipt(Story *s) {
    Browser *b = s->inspector;
    if (!show(s, b, sign_in(s, b, "ines") && get(b, S("/inbox")), "An inspector signs in and sees what was shared with her, and nothing else")) return false;
    if (!show(s, b, browser_get(b, s->case_path) == OK && browser_status(b) != 200, "The case itself does not exist for her")) return false;
    if (!get(b, S("/inbox"))) return false;
    Str open = browser_form(b, "/inbox/", "/open");
    if (!show(s, b, open.n > 0 && sent(b, SEND0(b, open)), "Opening it confirms receipt, with the date")) return false;
    s->inbox_path = browser_path(b);
    Str file = browser_link(b, "/inbox/", "/dossier");
    if (file.n == 0) return true;
    if (!step(s, file.n > 0 && get(b, file) && str_starts(browser_body(b), S("PK")), "She downloads the dossier", "")) return false;
    return step(s, file_write(path_join(s->a, s->dir, "dossier.zip").p, browser_body(b), 0644) == OK, "It is kept beside the instance", path_join(s->a, s->dir, "dossier.zip").p);
}

static bool receipt_only(Story *s) {
    Browser *b = s->worker;
    if (!later(s, 90 * DAY_H) || !sign_in(s, b, "wanda")) return show(s, b, false, "Three more months go by");
    if (!show(s, b, page_says(b, s->filing_path, "default_notice", WAIT_MS), "Three more months: a receipt and nothing more. The term of law ran out, that silence is on record too")) return false;
    Err e = SEND(b, S("/filing/new"), { "form", V("default_notice") });
    if (!show(s, b, sent(b, e), "The notice of default is prepared: what was asked, when it was received, that the term is over")) return false;
    s->default_path = browser_path(b);
    e = SEND(b, S("/sign"), { "channel", V("inbox") });
    return show(s, b, sent(b, e) && page_says(b, s->default_path, "st-silent", WAIT_MS), "It is signed and sent; two weeks run");
}

static bool decision(Story *s) {
    Browser *b = s->inspector;
    if (!later(s, 6 * DAY_H) || !sign_in(s, b, "ines") || !get(b, s->inbox_path)) return show(s, b, false, "The authority acts");
    UnixMs now = sys_now(&s->in.clock);
    Str today = date_str(s->a, civil_at(s->in.zone, now).date);
    Err e = SEND(b, S("/act"), { "what", V("decided") }, { "on", today }, { "outcome", V("granted") }, { "text", V("Bevel aan de aanbieder om het materiaal te verwijderen, met dwangsom.") });
    if (!show(s, b, sent(b, e), "The authority records its decision itself: granted")) return false;
    b = s->worker;
    if (!sign_in(s, b, "wanda")) return show(s, b, false, "The worker signs in again");
    return show(s, b, page_says(b, s->filing_path, "st-done", WAIT_MS), "The decision ends the waiting. That the term had passed stays on record");
}

/* ---- gone, and back ---- */
static bool watch(Story *s, int64_t hours, const char *page, const char *says) {
    Browser *b = s->worker;
    for (int look = 0; look < 12; look++) { /* once a day while online, less often when gone; a removal needs two looks that agree */
        if (!later(s, hours) || !sign_in(s, b, "wanda")) return false;
        sys_sleep_ms(1200);
        if (page_says(b, under_case(s, page), says, 3000)) return true;
    }
    return false;
}
static bool gone(Story *s) {
    if (!step(s, world_remove(&s->world, "p1.html") == OK, "The platform takes the page down", "")) return false;
    return show(s, s->worker, watch(s, 26, "", "de melder vertellen dat het weg is"), "The watch proves it: two looks that agree. Not known would never have counted as removed");
}
static bool back(Story *s) {
    if (!step(s, world_publish(&s->world, "p1.html") == OK, "Days later it is online again", "")) return false;
    return show(s, s->worker, watch(s, 8 * DAY_H, "/links", "keer terug"), "The watch sees that it came back, and the case is on our desk again");
}

/* ---- what the others see ---- */
static bool own(Story *s) {
    Browser *b = s->victim;
    if (!get(b, S("/code")) || !sent(b, SEND(b, S("/code"), { "code", s->code }))) return show(s, b, false, "With her code she looks back");
    if (!show(s, b, str_eq(browser_path(b), S("/own")), "With her code she sees in plain words what was done, and what was not")) return false;
    bool good = get(b, S("/own/messages")) && sent(b, SEND(b, S("/own/messages"), { "text", V("Dank jullie wel. KANARIE-BERICHT: ik slaap weer.") }));
    return show(s, b, good, "She writes a message; only the team can read it");
}
static bool account(Story *s) {
    Browser *b = s->worker;
    Str year = str_fmt(s->a, "/account/%d", civil_at(s->in.zone, sys_now(&s->in.clock)).date.y);
    if (!show(s, s->public, get(s->public, S("/account")), "The yearly account, for everybody: small numbers are hidden")) return false;
    return show(s, b, get(b, str_fmt(s->a, STR_FMT "/whole", STR_ARG(year))), "For those who may query: whole numbers, each with the query that made it");
}

/* ---- the order of things ---- */
static bool (*const chapters[])(Story *) = { report, code, desk, capture, notice, silence, dossier, filing, receipt, receipt_only, decision, gone, back, own, account };

int story_play(Story *s) {
    Browser **all[] = { &s->victim, &s->worker, &s->platform, &s->inspector, &s->public };
    for (size_t i = 0; i < LEN(all); i++) *all[i] = browser_new(s->a, s->base, all[i] == &s->public ? S("en") : S("nl"));
    printf("\nKeten plays the letter's case.\n\n");
    bool good = step(s, world_publish(&s->world, "p1.html") == OK, "A page stands on a platform's site where it was not wanted", str_z(s->a, site_url(s, "p1.html")));
    for (size_t i = 0; good && i < LEN(chapters); i++) good = chapters[i](s);
    for (size_t i = 0; i < LEN(all); i++) browser_free(*all[i]);
    printf("\n%d steps, %d did not hold\n", s->steps, s->failed);
    fflush(stdout);
    return good && s->failed == 0 ? 0 : 1;
}
