#include "foundation/base/tap.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/watch_verdict.h"

#include <stdlib.h>

static Arena *a;

/* Pages as they are: the one that must go, what sites show instead of it, and sites that lie. */
#define LONG "This is a page about a video that somebody put here on a quiet evening and many people have looked at it since then while nobody asked the person in it whether that was fine with her and the " \
    "comments beneath it say more about those who wrote them than about anything else that can be seen on it today"
#define OTHER "Our garden centre sells tulips hyacinths and daffodils in every colour you can think of and delivers them to your door within two days so that your neighbours will wonder how you did it " \
    "again this spring with so little work and so much joy for everyone who walks past your house"
#define HOME "Welcome to our site where you find the newest clips of the week chosen by our editors together with the best channels and the most watched categories of this month please enjoy your stay here " \
    "and tell your friends about everything that we have collected for you on these pages"

static Str sha(Str s) {
    uint8_t h[32];
    seal_sha256(s, h);
    return hex_enc(a, str_bytes(h, 32));
}
typedef struct Made { int status; const char *title, *text, *type, *final, *error, *headers; int videos, images, passwords; int64_t length; const char *bytes; bool unread; } Made;
static WatchFacts facts(const Made *m) {
    Str text = str_c(m->text ? m->text : ""), title = str_c(m->title ? m->title : "");
    WatchFacts f = { .error = str_c(m->error ? m->error : ""), .status = m->status, .url = S("https://site.test/v/123"), .host = S("site.test"), .final_url = str_c(m->final ? m->final : "https://site.test/v/123"),
        .type = str_c(m->type ? m->type : "text/html"), .headers = str_c(m->headers ? m->headers : ""), .length = m->length ? m->length : (int64_t)text.n, .readable = !m->unread && m->error == NULL && m->type == NULL, .title = title,
        .text = text, .videos = m->videos, .images = m->images, .password_fields = m->passwords };
    if (m->bytes != NULL) f.digest = sha(str_c(m->bytes));
    else if (text.n > 0) f.digest = sha(str_fmt(a, "%s|%s", title.p, text.p));
    f.title_digest = title.n > 0 ? sha(title) : STR_NONE;
    sketch_of(text, &f.sketch);
    watch_marks(&f);
    return f;
}

static const Made clip = { 200, .title = "Clip 123", .text = LONG, .videos = 1, .images = 12 };
static const Made picture = { 200, .type = "image/jpeg", .length = 90000, .bytes = "the picture" };
static const Made shell = { 200, .title = "App", .text = "Loading please wait", .images = 0 };
#define SEEN &clip
#define NOTHING NULL

typedef struct Row { const char *what; Made now; const Made *before; const Made *sibling; const char *verdict, *why; } Row;
static const Made s404 = { 404, .title = "Not found", .text = "Page not found" };
static const Made soft = { 200, .title = "Oops", .text = "Sorry, this video has been removed. Page not found." };
static const Made home = { 200, .title = "Home", .text = HOME, .images = 40, .final = "https://site.test/" };
static const Made liar = { 200, .title = "Clip 999", .text = LONG, .videos = 1, .images = 12 };
static const Made login = { 200, .title = "Log in", .text = "Log in to continue Email Password Forgot password", .passwords = 1 };
static const Made robot = { 200, .title = "Just a moment...", .text = "Checking your browser before accessing site.test" };
static const Made age = { 200, .title = "Site", .text = "Are you 18 or older? Yes No" };
static const Made parked = { 200, .title = "site.test", .text = "This domain is for sale. Buy this domain now." };
static const Made front_page = { 200, .title = "Site", .text = HOME, .images = 40, .final = "https://site.test/v/123" };
static const Made garden = { 200, .title = "Tulips", .text = OTHER, .images = 9 };

static const Row rows[] = {
    /* plain words of the server */
    { "404 where it stood", { 404, .title = "404", .text = "Page not found" }, SEEN, NOTHING, "gone", "http_404" },
    { "410", { 410, .title = "Gone", .text = "Gone" }, SEEN, NOTHING, "gone", "http_410" },
    { "404 never seen before", { 404, .text = "Not Found" }, NOTHING, NOTHING, "gone", "http_404" },
    { "404 for a picture", { 404, .title = "404", .text = "not found" }, &picture, NOTHING, "gone", "http_404" },
    { "404 with an empty body", { 404, .unread = true }, SEEN, NOTHING, "gone", "http_404" },
    /* servers that say 404 and show it all the same */
    { "404 with the very page under it", { 404, .title = "Clip 123", .text = LONG, .videos = 1 }, SEEN, NOTHING, "still_online", "same_page_under_404" },
    { "404 with the very bytes under it", { 404, .type = "image/jpeg", .bytes = "the picture", .length = 90000 }, &picture, NOTHING, "still_online", "same_page_under_404" },
    { "404 with a picture we have not seen", { 404, .type = "image/jpeg", .bytes = "a picture", .length = 90000 }, NOTHING, NOTHING, "still_online", "media_under_404" },
    { "404 with a video in the page", { 404, .title = "Watch", .text = OTHER, .videos = 1 }, NOTHING, NOTHING, "unknown", "video_under_404" },
    { "404 that is a wall for robots", { 404, .title = "Attention required", .text = "Please complete the captcha" }, SEEN, NOTHING, "blocked_for_us", "robot_wall_under_404" },
    /* closed to us */
    { "403", { 403, .title = "Forbidden", .text = "Forbidden" }, SEEN, NOTHING, "blocked_for_us", "http_403" },
    { "451 for legal reasons: gone here, not everywhere", { 451, .text = "Unavailable for legal reasons" }, SEEN, NOTHING, "geo_block", "http_451" },
    { "429", { 429, .text = "Too many requests" }, SEEN, NOTHING, "blocked_for_us", "http_429" },
    { "401", { 401, .text = "Authorization required" }, SEEN, NOTHING, "login_wall", "http_401" },
    { "403 with a form to sign in", { 403, .title = "Sign in", .text = "Sign in Password", .passwords = 1 }, SEEN, NOTHING, "login_wall", "login_page_403" },
    { "400", { 400, .text = "Bad request" }, SEEN, NOTHING, "blocked_for_us", "http_4xx" },
    { "a challenge with status 503", { 503, .title = "Just a moment...", .text = "Checking your browser" }, SEEN, NOTHING, "blocked_for_us", "robot_wall" },
    { "a challenge with status 200", { 200, .title = "Just a moment...", .text = "Checking your browser before accessing site.test" }, SEEN, &robot, "blocked_for_us", "robot_wall" },
    { "a challenge known by its header only", { 200, .title = "site.test", .text = "Please wait", .headers = "HTTP/2 200\r\nCF-Mitigated: challenge\r\n" }, SEEN, NOTHING, "blocked_for_us", "robot_wall" },
    { "not in your country", { 200, .title = "Sorry", .text = "This content is not available in your country" }, SEEN, NOTHING, "geo_block", "country_wall" },
    { "log in first, same address", { 200, .title = "Log in", .text = "Log in to continue Email Password", .passwords = 1 }, SEEN, &login, "login_wall", "login_page" },
    { "log in first, by redirect", { 200, .title = "Welcome back", .text = "Email Password", .passwords = 1, .final = "https://site.test/login?next=/v/123" }, SEEN, NOTHING, "login_wall", "redirect_to_login" },
    { "inloggen, in Dutch", { 200, .title = "Inloggen", .text = "Inloggen om verder te gaan", .passwords = 1 }, SEEN, NOTHING, "login_wall", "login_page" },
    { "an age gate", { 200, .title = "Site", .text = "Are you 18 or older? Yes No" }, SEEN, &age, "age_gate", "age_page" },
    { "an age gate by redirect", { 200, .title = "Site", .text = "Enter Leave", .final = "https://site.test/age-gate?to=123" }, SEEN, NOTHING, "age_gate", "redirect_to_age_gate" },
    /* nobody there */
    { "no such name", { 0, .error = "dns_none" }, SEEN, NOTHING, "dns_gone", "dns_none" },
    { "connection refused", { 0, .error = "connect_refused" }, SEEN, NOTHING, "host_down", "connect_refused" },
    { "connect times out", { 0, .error = "connect_timeout" }, SEEN, NOTHING, "host_down", "connect_timeout" },
    { "our resolver failed", { 0, .error = "dns_failed" }, SEEN, NOTHING, "unknown", "dns_failed" },
    { "certificate wrong", { 0, .error = "tls_failed" }, SEEN, NOTHING, "unknown", "tls_failed" },
    { "redirects for ever", { 302, .error = "too_many_redirects" }, SEEN, NOTHING, "unknown", "too_many_redirects" },
    { "hangs up", { 0, .error = "closed" }, SEEN, NOTHING, "unknown", "closed" },
    { "an address inside a network", { 0, .error = "refused_address" }, SEEN, NOTHING, "unknown", "refused_address" },
    { "502", { 502, .text = "Bad gateway" }, SEEN, NOTHING, "host_down", "http_5xx" },
    { "521 of a proxy", { 521, .text = "Web server is down" }, SEEN, NOTHING, "host_down", "http_5xx" },
    { "500", { 500, .text = "Internal error" }, SEEN, NOTHING, "unknown", "http_5xx" },
    { "an error nobody told us of", { 0, .error = "moon_phase" }, SEEN, NOTHING, "unknown", "no_answer" },
    /* it is there */
    { "the same page", { 200, .title = "Clip 123", .text = LONG, .videos = 1, .images = 12 }, SEEN, &s404, "still_online", "same_bytes" },
    { "the same page with other numbers and one more comment", { 200, .title = "Clip 123 (1.204 views)", .text = LONG " 17 hours ago nice", .videos = 1, .images = 13 }, SEEN, &s404, "still_online", "same_page" },
    { "seen for the first time", { 200, .title = "Clip 123", .text = LONG, .videos = 1 }, NOTHING, &s404, "still_online", "answers" },
    { "a comment says: not found", { 200, .title = "Clip 123", .text = LONG " page not found lol", .videos = 1, .images = 12 }, SEEN, &s404, "still_online", "same_page" },
    { "rewritten under its old title, without the video", { 200, .title = "Clip 123", .text = OTHER, .videos = 0, .images = 12 }, SEEN, &s404, "still_online", "same_title" },
    { "rewritten under its old title, the video in it", { 200, .title = "Clip 123", .text = OTHER, .videos = 1, .images = 12 }, SEEN, &s404, "still_online", "same_title" },
    { "the same picture", { 200, .type = "image/jpeg", .length = 90000, .bytes = "the picture" }, &picture, NOTHING, "still_online", "same_bytes" },
    { "a picture for the first time", { 200, .type = "image/png", .length = 90000, .bytes = "p" }, NOTHING, NOTHING, "still_online", "media_answers" },
    { "the picture written anew: other bytes prove nothing", { 200, .type = "image/webp", .length = 60000, .bytes = "the picture as webp" }, &picture, NOTHING, "unknown", "other_bytes" },
    { "the picture's address gives a file of no bytes", { 200, .type = "image/jpeg", .length = 0 }, &picture, NOTHING, "unknown", "empty" },
    { "a page where a picture was read before", { 200, .type = "application/octet-stream", .length = 500, .bytes = "x" }, SEEN, NOTHING, "unknown", "kind_changed" },
    { "204", { 204, .unread = true }, SEEN, NOTHING, "unknown", "empty" },
    { "a page that the reader gave up on", { 200, .text = "x", .unread = true, .bytes = "mess" }, SEEN, NOTHING, "unknown", "unreadable" },
    { "a page of script only", { 200, .title = "App", .text = "Loading" }, SEEN, NOTHING, "unknown", "script_page" },
    /* gone, though the server says 200 */
    { "says removed, as for any address", { 200, .title = "Oops", .text = "Sorry, this video has been removed. Page not found." }, SEEN, &soft, "soft_404", "says_not_found" },
    { "says so in Dutch, sibling not asked", { 200, .title = "Pagina niet gevonden", .text = "Deze video is verwijderd." }, SEEN, NOTHING, "soft_404", "says_not_found" },
    { "says so in German", { 200, .title = "Seite nicht gefunden", .text = "Dieses Video existiert nicht mehr." }, SEEN, NOTHING, "soft_404", "says_not_found" },
    { "says so, never seen before, sibling says the same", { 200, .title = "Oops", .text = "Sorry, this video has been removed. Page not found." }, NOTHING, &soft, "soft_404", "says_not_found" },
    { "says so, never seen before, no sibling: perhaps", { 200, .title = "Page not found", .text = "Nothing here" }, NOTHING, NOTHING, "unknown", "perhaps_not_found" },
    { "the front page, as for any address", { 200, .title = "Home", .text = HOME, .images = 40, .final = "https://site.test/" }, SEEN, &home, "soft_404", "same_as_made_up_address" },
    { "the front page, sibling not asked: it leads elsewhere, who knows what that is", { 200, .title = "Home", .text = HOME, .images = 40, .final = "https://site.test/" }, SEEN, NOTHING, "moved", "redirect" },
    { "something else altogether, and the site tells addresses apart", { 200, .title = "Tulips", .text = OTHER, .images = 9 }, SEEN, &s404, "replaced", "other_page" },
    { "the site looks different, a video is still in it", { 200, .title = "New look", .text = OTHER, .videos = 1, .images = 9 }, SEEN, &s404, "unknown", "video_in_other_page" },
    { "something else, sibling not asked: not proven", { 200, .title = "Tulips", .text = OTHER, .images = 9 }, SEEN, NOTHING, "unknown", "changed_page" },
    { "the domain is for sale", { 200, .title = "site.test", .text = "This domain is for sale. Buy this domain now." }, SEEN, &parked, "parked", "for_sale" },
    /* sites that answer everything alike */
    { "every address gives the clip: nothing can be told", { 200, .title = "Clip 123", .text = LONG, .videos = 1, .images = 12 }, SEEN, &liar, "unknown", "same_for_all_addresses" },
    { "a shell filled in by script, for every address", { 200, .title = "App", .text = "Loading please wait" }, &shell, &shell, "unknown", "same_for_all_addresses" },
    { "every address gives a garden centre, never seen before", { 200, .title = "Tulips", .text = OTHER, .images = 9 }, NOTHING, &garden, "unknown", "same_for_all_addresses" },
    { "a status of another world", { 199, .text = "?" }, SEEN, NOTHING, "unknown", "odd_status" },
    { "304 to a question that had no condition", { 304, .unread = true }, SEEN, NOTHING, "unknown", "odd_status" },
};

static bool removed_kind(Str v) { return str_eq(v, S("gone")) || str_eq(v, S("soft_404")) || str_eq(v, S("replaced")) || str_eq(v, S("parked")); }

static void table(void) {
    WatchFacts front = facts(&front_page);
    for (size_t i = 0; i < LEN(rows); i++) {
        WatchFacts now = facts(&rows[i].now), before = { 0 }, sibling = { 0 };
        if (rows[i].before != NULL) before = facts(rows[i].before);
        if (rows[i].sibling != NULL) sibling = facts(rows[i].sibling);
        Verdict v = watch_verdict(&now, rows[i].before ? &before : NULL, rows[i].sibling ? &sibling : NULL, &front);
        check(strcmp(v.code, rows[i].verdict) == 0 && strcmp(v.why, rows[i].why) == 0, "%s: %s (%s), got %s (%s)", rows[i].what, rows[i].verdict, rows[i].why, v.code, v.why);
    }
    check(LEN(rows) >= 40, "%zu rows", LEN(rows));
}

static WatchFacts from_record(const WatchFacts *f) {
    WatchFacts read;
    const JVal *root = NULL;
    Buf b = buf_new(65536);
    Json j = json_to(&b, false);
    watch_facts_write(f, &j);
    must(json_read(a, str_dup(a, buf_str(&b)), 65536, &root, NULL, NULL) == OK && watch_facts_read(a, root, &read) == OK);
    buf_free(&b);
    return read;
}

/* What is kept is enough: no word of the page is in it, and each verdict comes out again. */
static void repeatable(void) {
    size_t same = 0;
    WatchFacts front = facts(&front_page);
    for (size_t i = 0; i < LEN(rows); i++) {
        WatchFacts now = facts(&rows[i].now), before = { 0 }, sibling = { 0 };
        now = from_record(&now);
        if (rows[i].before != NULL) before = facts(rows[i].before);
        if (rows[i].sibling != NULL) sibling = facts(rows[i].sibling);
        before = from_record(&before);
        sibling = from_record(&sibling);
        Verdict v = watch_verdict(&now, rows[i].before ? &before : NULL, rows[i].sibling ? &sibling : NULL, &front);
        bool like = strcmp(v.code, rows[i].verdict) == 0 && strcmp(v.why, rows[i].why) == 0 && now.title.n == 0 && now.text.n == 0 && now.headers.n == 0;
        if (!like) printf("# %s: got %s (%s)\n", rows[i].what, v.code, v.why);
        same += like;
    }
    check(same == LEN(rows), "from the facts that the record keeps each verdict is reached again (%zu of %zu)", same, LEN(rows));
}

/* Whatever a hostile page says in words, while its text is what stood there, it never counts as gone. */
static void no_false_gone(void) {
    static const char *const lies[] = { "404", "page not found", "has been removed", "domain is for sale", "verwijderd", "not available", "log in", "captcha", "are you 18" };
    size_t bad = 0, tried = 0;
    WatchFacts before = facts(&clip), s = facts(&s404);
    for (size_t i = 0; i < LEN(lies); i++) {
        for (int where = 0; where < 4; where++) {
            Made m = clip;
            m.title = where == 0 ? lies[i] : m.title;
            m.text = where == 1 ? str_fmt(a, "%s %s", lies[i], LONG).p : where == 2 ? str_fmt(a, "%s %s", LONG, lies[i]).p : m.text;
            m.text = str_z(a, str_c(m.text));
            m.headers = where == 3 ? lies[i] : NULL;
            WatchFacts now = facts(&m);
            bad += removed_kind(str_c(watch_verdict(&now, &before, &s, NULL).code));
            bad += removed_kind(str_c(watch_verdict(&now, &before, NULL, NULL).code));
            tried += 2;
        }
    }
    check(bad == 0, "a page with the old text never counts as gone, whatever it says of itself (%zu tries)", tried);
    size_t unknown_removed = 0;
    static const char *const never[] = { "unknown", "login_wall", "age_gate", "geo_block", "blocked_for_us", "moved", "host_down", "dns_gone", "still_online" };
    for (size_t i = 0; i < LEN(never); i++) {
        WatchLook l[2] = { { str_c(never[i]), 1000 }, { str_c(never[i]), 500 } };
        unknown_removed += watch_quorum(l, 2, str_c(never[i]), WATCH_HERE, 1000 + 100 * (int64_t)WATCH_QUORUM_MS, false);
    }
    check(unknown_removed == 0, "unknown, walls and silence of a server never prove a removal, however often they are seen");
}

static void quorum(void) {
    UnixMs t = 1000000000000;
    WatchLook none[1] = { { S("still_online"), t } };
    check(!watch_quorum(none, 0, S("gone"), WATCH_HERE, t, false) && !watch_quorum(none, 1, S("gone"), WATCH_HERE, t + 10 * (int64_t)WATCH_QUORUM_MS, false), "one look proves nothing");
    WatchLook one[1] = { { S("gone"), t } };
    check(!watch_quorum(one, 1, S("gone"), WATCH_HERE, t + WATCH_QUORUM_MS - 1, false), "two looks a moment apart prove nothing");
    check(watch_quorum(one, 1, S("gone"), WATCH_HERE, t + WATCH_QUORUM_MS, false), "two that agree, a day apart, do");
    check(!watch_quorum(one, 1, S("soft_404"), WATCH_HERE, t + WATCH_QUORUM_MS, false), "two that do not agree do not");
    WatchLook mixed[3] = { { S("gone"), t + 1000 }, { S("unknown"), t }, { S("gone"), t - 100 * (int64_t)WATCH_QUORUM_MS } };
    check(!watch_quorum(mixed, 3, S("gone"), WATCH_HERE, t + 2000, false), "a look that saw something else in between starts it again");
    WatchLook many[3] = { { S("gone"), t + 1000 }, { S("gone"), t + 500 }, { S("gone"), t - WATCH_QUORUM_MS } };
    check(watch_quorum(many, 3, S("gone"), WATCH_HERE, t + 2000, false), "a run of the same counts from its first");
}

/* Where several places are configured one of them alone proves nothing, and what is hidden from one is looked at from the next. */
static void places(void) {
    UnixMs t = 1000000000000, day = WATCH_QUORUM_MS;
    WatchLook here[2] = { { S("gone"), t + 1000, WATCH_HERE }, { S("gone"), t, WATCH_HERE } }, both[2] = { { S("gone"), t + 1000, S("de") }, { S("gone"), t, WATCH_HERE } };
    check(!watch_quorum(here, 2, S("gone"), WATCH_HERE, t + 3 * day, true) && watch_quorum(here, 2, S("gone"), S("de"), t + 3 * day, true) && watch_quorum(both, 2, S("gone"), WATCH_HERE, t + 3 * day, true), "seen from one place only it is not proven, from two it is");
    check(!watch_quorum(both, 2, S("gone"), S("us"), t + day - 1, true), "two places within the day are not enough");
    Str at = WATCH_HERE, seen[4];
    for (int i = 0; i < 4; i++) seen[i] = at = watch_place(S("de us"), S("gone"), at);
    check(str_eq(seen[0], S("de")) && str_eq(seen[1], S("us")) && str_eq(seen[2], WATCH_HERE) && str_eq(seen[3], S("de")), "what is gone is looked at from each place in turn");
    check(str_eq(watch_place(S("de us"), S("still_online"), S("us")), WATCH_HERE) && str_eq(watch_place(S("de"), S("geo_block"), WATCH_HERE), S("de")) && str_eq(watch_place(STR_NONE, S("gone"), WATCH_HERE), WATCH_HERE) &&
          str_eq(watch_place(S("de"), S("gone"), S("left-the-list")), WATCH_HERE), "what is online from here; what is hidden from us from elsewhere; without other places always from here");
}

static void rhythm(void) {
    const int64_t day = 86400000;
    UnixMs t = 1772442000000;
    check(watch_next(t, day, S("still_online"), false, false, 0) == t + day, "while it is online: at the interval");
    check(watch_next(t, day, S("gone"), false, false, 0) - t <= 6 * 3600000, "after a first gone the next look comes within six hours: what is only away for a while shows");
    check(watch_next(t, 60000, S("gone"), false, false, 0) == t + 60000, "a shorter interval stays shorter");
    UnixMs last = 0, at = t;
    bool grows = true;
    int looks = 0;
    while (at != 0 && looks < 1000) {
        UnixMs next = watch_next(at, day, S("gone"), true, true, t);
        if (next != 0) grows = grows && next - at >= last && next - at <= 30 * day;
        if (next != 0) last = next - at;
        at = next;
        looks++;
    }
    check(grows && last == 30 * day && looks > 25 && looks < 60, "after removal ever less often, a month at most, and it ends after two years (%d looks)", looks);
}

static void sketches(void) {
    Sketch x, y, z, e;
    sketch_of(S(LONG), &x);
    sketch_of(S(LONG " and 17 comments more"), &y);
    sketch_of(S(OTHER), &z);
    sketch_of(S(""), &e);
    check(sketch_alike(&x, &x) == 100 && sketch_alike(&x, &y) >= 80 && sketch_alike(&x, &z) <= 5, "like texts are alike, others are not (%d, %d)", sketch_alike(&x, &y), sketch_alike(&x, &z));
    check(sketch_alike(&x, &e) == -1, "with too few words nothing is said");
    sketch_of(S("This is page one of 1999 views"), &y);
    sketch_of(S("This is page one of 2000 views"), &z);
    check(y.n == z.n && memcmp(y.h, z.h, sizeof y.h) == 0, "numbers do not count");
}

static void siblings(void) {
    static const struct { const char *url, *want; } t[] = { { "https://site.test/v/123", "https://site.test/v/f00d" }, { "https://site.test/v/123?x=/y/z", "https://site.test/v/f00d" }, { "https://site.test/", "https://site.test/f00d" },
        { "https://site.test", "https://site.test/f00d" }, { "https://site.test/v/", "https://site.test/v/f00d" }, { "https://site.test#a/b", "https://site.test/f00d" } };
    for (size_t i = 0; i < LEN(t); i++) {
        Str got = watch_sibling_url(a, str_c(t[i].url), S("f00d"));
        check(str_eq(got, str_c(t[i].want)), "beside %s stands " STR_FMT, t[i].url, STR_ARG(got));
    }
    check(watch_sibling_url(a, S("mailto:a@b"), S("f00d")).n == 0, "what is no address has no sibling");
}

/* A page that says whether the place is still there: its word is taken, nothing else of it. */
static void asked_elsewhere(void) {
    const WatchFacts rule = { .checker = true };
    const struct { Made m; const char *code; } says[] = { { { 200, .title = "Not found", .text = OTHER }, "still_online" }, { { 404 }, "gone" }, { { 410 }, "gone" }, { { 403 }, "unknown" }, { { 500 }, "unknown" }, { { 302, .final = "https://site.test/" }, "unknown" },
        { { 0, .error = "timeout" }, "unknown" } };
    int bad = 0;
    for (size_t i = 0; i < LEN(says); i++) {
        WatchFacts now = facts(&says[i].m), again;
        Verdict v = watch_verdict(&now, &rule, NULL, NULL);
        Buf b = buf_new(1 << 16);
        Json j = json_to(&b, false);
        const JVal *root = NULL;
        watch_facts_write(&rule, &j);
        must(json_read(a, str_dup(a, buf_str(&b)), 1 << 16, &root, NULL, NULL) == OK && watch_facts_read(a, root, &again) == OK);
        buf_free(&b);
        bad += strcmp(v.code, says[i].code) != 0 || watch_needs_sibling(&now, &rule) || watch_needs_home(&now, &rule, NULL) || strcmp(watch_verdict(&now, &again, NULL, NULL).code, v.code) != 0;
    }
    check(bad == 0, "a page that a rule names to ask is believed when it finds the place or does not, and says nothing otherwise; from the record again");
}

int main(void) {
    a = arena_new(64 << 20);
    table();
    repeatable();
    no_false_gone();
    quorum();
    places();
    rhythm();
    sketches();
    siblings();
    asked_elsewhere();
    arena_free(a);
    return tap_end();
}
