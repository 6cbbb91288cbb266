/* watch_verdict.c - the decision table of the watch. Rules are tried in order; each names why. */
#include "steps/takedown/watch_verdict.h"
#include "core/case/request.h"
#include "foundation/base/enc.h"
#include "steps/takedown/watch_words.h"

enum { ALIKE_SAME = 60, ALIKE_OTHER = 15, ALIKE_SHELL = 40 /* what the frame of a site around other content comes to */, WORDS_FEW = 40, WORDS_SHORT = 120, DAY = 24 * 3600 * 1000, TEXT_LOOKED_AT = 65536 };

/* ---- sketches ---- */
static uint32_t hash(uint32_t h, unsigned char ch) { return (h ^ ch) * 16777619u; }
static uint32_t mix(uint32_t h) {
    h ^= h >> 16;
    h *= 0x7feb352dU;
    h ^= h >> 15;
    h *= 0x846ca68bU;
    return h ^ (h >> 16);
}

static void keep(Sketch *s, uint32_t h) {
    size_t at = 0;
    while (at < s->n && s->h[at] < h) at++;
    if (at == SKETCH_N || (at < s->n && s->h[at] == h)) return;
    size_t end = s->n < SKETCH_N ? s->n : SKETCH_N - 1;
    memmove(&s->h[at + 1], &s->h[at], (end - at) * sizeof s->h[0]);
    s->h[at] = h;
    if (s->n < SKETCH_N) s->n++;
}

static bool letter(unsigned char c) { return c >= 128 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Words are runs of letters: numbers (counters, dates, views) change on every look and say nothing about what it is. */
void sketch_of(Str text, Sketch *out) {
    uint32_t last[3] = { 0 }, word = 0;
    *out = (Sketch){ 0 };
    size_t n = text.n < 4 * TEXT_LOOKED_AT ? text.n : 4 * TEXT_LOOKED_AT;
    for (size_t i = 0; i <= n; i++) {
        unsigned char c = i < n ? (unsigned char)text.p[i] : ' ';
        if (c >= 'A' && c <= 'Z') c = (unsigned char)(c - 'A' + 'a');
        if (letter(c)) {
            word = hash(word == 0 ? 2166136261u : word, c);
            continue;
        }
        if (word == 0) continue;
        last[0] = last[1];
        last[1] = last[2];
        last[2] = word;
        word = 0;
        if (++out->words >= 3) keep(out, mix(last[0] * 31u + last[1] * 7u + last[2]));
    }
}

int sketch_alike(const Sketch *a, const Sketch *b) {
    size_t i = 0, j = 0, both = 0, all = 0;
    if (a->n < 8 || b->n < 8) return -1;
    while (all < SKETCH_N && i < a->n && j < b->n) { /* the smallest of the union estimate the share they have in common */
        all++;
        if (a->h[i] == b->h[j]) {
            both++;
            i++;
            j++;
        } else if (a->h[i] < b->h[j]) {
            i++;
        } else {
            j++;
        }
    }
    all += all < SKETCH_N ? (a->n - i) + (b->n - j) : 0;
    if (all > SKETCH_N) all = SKETCH_N;
    return (int)(both * 100 / all);
}

/* ---- what the facts say ---- */
static bool in_list(Str low, const char *const *list) {
    size_t at = 0;
    for (size_t i = 0; list[i] != NULL; i++)
        if (str_find(low, str_c(list[i]), &at)) return true;
    return false;
}

typedef struct Low { char title[512], text[8192]; Str t, x; } Low;
static Str lower_into(char *to, size_t max, Str s) {
    size_t n = s.n < max ? s.n : max;
    for (size_t i = 0; i < n; i++) to[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
    return (Str){ to, n };
}
static void low_of(const WatchFacts *f, Low *out) {
    out->t = lower_into(out->title, sizeof out->title, f->title);
    out->x = lower_into(out->text, sizeof out->text, f->text);
}
static bool has_header(const WatchFacts *f, const char *mark) {
    char low[4096];
    size_t at = 0;
    return str_find(lower_into(low, sizeof low, f->headers), str_c(mark), &at);
}
/* A page is about something when its title says so, or when there is hardly anything else on it. A comment does not count. */
static bool about(const WatchFacts *f, const Low *l, const char *const *list) { return in_list(l->t, list) || (f->sketch.words <= WORDS_SHORT && in_list(l->x, list)); }


void watch_marks(WatchFacts *f) {
    static const struct { uint32_t mark; const char *const *words; } lists[] = { { SAYS_NOT_FOUND, words_not_found }, { SAYS_LOGIN, words_login }, { SAYS_AGE, words_age }, { SAYS_ROBOT, words_robot },
        { SAYS_COUNTRY, words_country }, { SAYS_PARKED, words_parked }, { SAYS_BUSY, words_busy } };
    Low l;
    low_of(f, &l);
    f->says = has_header(f, "cf-mitigated: challenge") ? SAYS_CHALLENGE : 0;
    for (size_t i = 0; i < LEN(lists); i++)
        if (about(f, &l, lists[i].words)) f->says |= lists[i].mark;
}
static bool says(const WatchFacts *f, uint32_t mark) { return (f->says & mark) != 0; }

static bool same_bytes(const WatchFacts *a, const WatchFacts *b) { return b != NULL && a->digest.n > 0 && str_eq(a->digest, b->digest); }
static int alike(const WatchFacts *a, const WatchFacts *b) { return b != NULL && a->readable && b->readable ? sketch_alike(&a->sketch, &b->sketch) : -1; }
static bool same_page(const WatchFacts *a, const WatchFacts *b) {
    int how = alike(a, b);
    if (same_bytes(a, b)) return true;
    if (how >= 0) return how >= ALIKE_SAME;
    /* too little text to compare: the same few words under the same title */
    return b != NULL && a->readable && b->readable && a->title_digest.n > 0 && str_eq(a->title_digest, b->title_digest) && a->sketch.words == b->sketch.words && a->images == b->images;
}
static bool other_page(const WatchFacts *a, const WatchFacts *b) {
    int how = alike(a, b);
    if (b == NULL || same_bytes(a, b)) return false;
    if (how >= 0) return how <= ALIKE_OTHER;
    /* one of the two has hardly any text: different when the other has a lot of it */
    int64_t x = a->sketch.words, y = b->sketch.words;
    return a->readable && b->readable && ((x < 11 && y > WORDS_FEW) || (y < 11 && x > WORDS_FEW)) && !str_eq(a->title_digest, b->title_digest);
}
static bool is_html(const WatchFacts *f) { return f->type.n == 0 || str_eq(f->type, S("text/html")) || str_eq(f->type, S("application/xhtml+xml")); }
static bool is_media(const WatchFacts *f) { return str_starts(f->type, S("image/")) || str_starts(f->type, S("video/")) || str_starts(f->type, S("audio/")) || str_eq(f->type, S("application/octet-stream")); }
static bool redirected(const WatchFacts *f) { return f->final_url.n > 0 && !str_eq(f->final_url, f->url); }
static Str path_of(Str url) {
    size_t at = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str rest = str_sub(url, at + 3, url.n);
    return str_chr(rest, '/', &at) ? str_sub(rest, at, rest.n) : S("/");
}
static bool path_has(Str url, const char *const *list) {
    char low[1024];
    return in_list(lower_into(low, sizeof low, path_of(url)), list);
}
static const char *const paths_login[] = { "login", "signin", "sign-in", "sign_in", "inloggen", "/auth", "account/begin", NULL };
static const char *const paths_age[] = { "age-gate", "agegate", "age-verification", "age_check", "verify-age", "over18", "consent", NULL };

/* ---- the rules ---- */
#define V(c, w) ((Verdict){ c, w })

static Verdict no_answer(const WatchFacts *f) {
    static const struct { const char *error; const char *code; } map[] = { { "dns_none", "dns_gone" }, { "connect_refused", "host_down" }, { "connect_timeout", "host_down" }, { "timeout", "host_down" }, { "closed", "unknown" },
        { "tls_failed", "unknown" }, { "dns_failed", "unknown" }, { "protocol", "unknown" }, { "too_large", "unknown" }, { "too_many_redirects", "unknown" }, { "refused_address", "unknown" }, { "bad_url", "unknown" }, { "place_unknown", "unknown" }, { "place_failed", "unknown" } };
    static const char *const whys[] = { "dns_none", "connect_refused", "connect_timeout", "timeout", "closed", "tls_failed", "dns_failed", "protocol", "too_large", "too_many_redirects", "refused_address", "bad_url", "place_unknown", "place_failed" };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(f->error, str_c(map[i].error))) return V(map[i].code, whys[i]);
    return V("unknown", "no_answer");
}

/* 404 and 410 are the server's word, unless what it sends with them is the thing itself, or a wall. */
static Verdict says_gone(const WatchFacts *f, const WatchFacts *before) {
    if (same_bytes(f, before) || (alike(f, before) >= ALIKE_SAME && f->sketch.words > WORDS_FEW)) return V("still_online", "same_page_under_404");
    if (is_media(f) && f->length > 1024 && !is_html(f)) return V("still_online", "media_under_404");
    if (f->readable && says(f, SAYS_ROBOT)) return V("blocked_for_us", "robot_wall_under_404");
    if (f->readable && f->videos > 0 && !says(f, SAYS_NOT_FOUND)) return V("unknown", "video_under_404");
    return f->status == 410 ? V("gone", "http_410") : V("gone", "http_404");
}

static Verdict refused_us(const WatchFacts *f) {
    if (f->status == 401 || f->status == 407) return V("login_wall", "http_401");
    if (f->status == 451) return V("geo_block", "http_451"); /* gone here, by law of some country; not everywhere */
    if (f->status == 429) return V("blocked_for_us", "http_429");
    if (f->readable && f->password_fields > 0 && says(f, SAYS_LOGIN)) return V("login_wall", "login_page_403");
    return V("blocked_for_us", f->status == 403 ? "http_403" : "http_4xx");
}

static Verdict server_trouble(const WatchFacts *f) {
    if (f->readable && says(f, SAYS_ROBOT)) return V("blocked_for_us", "robot_wall");
    if (f->status == 502 || f->status == 503 || f->status == 504 || (f->status >= 520 && f->status <= 527)) return V("host_down", "http_5xx");
    return V("unknown", "http_5xx");
}

/* Bytes that are no page: only the same bytes prove that it is there. Others may be the same picture written anew. */
static Verdict bytes(const WatchFacts *f, const WatchFacts *before) {
    if (same_bytes(f, before)) return V("still_online", "same_bytes");
    if (f->length == 0) return V("unknown", "empty");
    if (before == NULL) return V("still_online", "media_answers");
    if (is_html(before)) return V("unknown", "kind_changed");
    return V("unknown", "other_bytes");
}

/* Walls look alike on every address of a site, so they are looked for before anything is called gone. */
static bool wall(const WatchFacts *f, const WatchFacts *before, Verdict *out) {
    bool known = same_page(f, before);
    if (known) return false;
    if (says(f, SAYS_CHALLENGE) || says(f, SAYS_ROBOT)) *out = V("blocked_for_us", "robot_wall");
    else if (says(f, SAYS_COUNTRY)) *out = V("geo_block", "country_wall");
    else if (redirected(f) && path_has(f->final_url, paths_login)) *out = V("login_wall", "redirect_to_login");
    else if (f->password_fields > 0 && says(f, SAYS_LOGIN)) *out = V("login_wall", "login_page");
    else if (redirected(f) && path_has(f->final_url, paths_age)) *out = V("age_gate", "redirect_to_age_gate");
    else if (says(f, SAYS_AGE)) *out = V("age_gate", "age_page");
    else if (says(f, SAYS_BUSY)) *out = V("unknown", "closed_for_a_while");
    else return false;
    return true;
}

static bool to_home(const WatchFacts *f) { return redirected(f) && str_eq(path_of(f->final_url), S("/")); }

static bool whole_site_down(const WatchFacts *f, const WatchFacts *before, const WatchFacts *sibling) {
    /* every address gives what this one gave when it was surely there: the site tells us nothing (a shell filled in by script, or a liar) */
    return before != NULL && sibling != NULL && same_page(sibling, before) && same_page(f, sibling);
}

static Verdict page(const WatchFacts *f, const WatchFacts *before, const WatchFacts *sibling, const WatchFacts *home) {
    Verdict v = V("unknown", "no_rule");
    bool like_sibling = sibling != NULL && sibling->status == f->status && same_page(f, sibling), not_found = says(f, SAYS_NOT_FOUND), differs = before == NULL || other_page(f, before);
    if (wall(f, before, &v)) return v;
    if (whole_site_down(f, before, sibling)) return V("unknown", "same_for_all_addresses");
    if (same_page(f, before)) return V("still_online", same_bytes(f, before) ? "same_bytes" : "same_page");
    if (says(f, SAYS_PARKED) && differs && before != NULL) return V("parked", "for_sale");
    if (like_sibling && not_found && (differs || alike(f, before) < ALIKE_SHELL)) return V("soft_404", "says_not_found");
    if (like_sibling && before != NULL && differs && (to_home(f) || (home != NULL && home->status == f->status && !same_page(f, home)))) return V("soft_404", "same_as_made_up_address");
    if (like_sibling) return V("unknown", "same_for_all_addresses");
    if (not_found && before != NULL && differs && f->images <= 3 && f->videos == 0 && f->sketch.words <= WORDS_SHORT) return V("soft_404", "says_not_found");
    if (not_found && !redirected(f)) return V("unknown", "perhaps_not_found");
    if (redirected(f)) return V("moved", "redirect");
    if (f->sketch.words < 11 && f->images == 0 && f->videos == 0) return V("unknown", "script_page");
    if (before == NULL) return V("still_online", "answers");
    bool old_title = f->title_digest.n > 0 && str_eq(f->title_digest, before->title_digest);
    if (!old_title && before->videos > 0 && f->videos > 0 && differs) return V("unknown", "video_in_other_page"); /* perhaps the site looks different now */
    if (differs && f->sketch.words > WORDS_FEW && before->sketch.words > WORDS_FEW && !str_eq(f->title_digest, before->title_digest) && sibling != NULL && !like_sibling) return V("replaced", "other_page");
    if (old_title) return V("still_online", "same_title");
    return alike(f, before) > ALIKE_OTHER ? V("still_online", "changed_page") : V("unknown", "changed_page");
}

/* A page of the recipient or of somebody we trust, asked in place of the place: found, or not found. Anything else says nothing. */
static Verdict checker_says(const WatchFacts *f) {
    if (f->error.n > 0 || f->status == 0) return V("unknown", "checker_away");
    if (f->status == 404 || f->status == 410) return V("gone", "checker_not_found");
    return f->status == 200 ? V("still_online", "checker_found") : V("unknown", "checker_unclear");
}

Verdict watch_verdict(const WatchFacts *f, const WatchFacts *before, const WatchFacts *sibling, const WatchFacts *home) {
    if (before != NULL && before->checker) return checker_says(f);
    if (f->status == 0 || f->error.n > 0) {
        if (f->status == 0) return no_answer(f);
        if (!str_eq(f->error, S("too_large")) && !str_eq(f->error, S("timeout"))) return no_answer(f); /* it began to answer: what was seen is judged below, marked as cut */
    }
    if (f->status == 404 || f->status == 410) return says_gone(f, before);
    if (f->status >= 500) return server_trouble(f);
    if (f->status >= 400) return refused_us(f);
    if (f->status >= 300 || f->status < 200) return V("unknown", "odd_status");
    if (f->status == 204 || f->status == 205) return V("unknown", "empty");
    if (is_media(f) || !is_html(f)) return bytes(f, before);
    if (!f->readable) return same_bytes(f, before) ? V("still_online", "same_bytes") : V("unknown", "unreadable");
    return page(f, before, sibling, home);
}

bool watch_needs_sibling(const WatchFacts *f, const WatchFacts *before) {
    if (before != NULL && before->checker) return false;
    if (f->status < 200 || f->status >= 300 || f->error.n > 0 || !is_html(f) || !f->readable) return false;
    return true; /* also when it looks the same: a page that all addresses give proves nothing */
}

bool watch_needs_home(const WatchFacts *f, const WatchFacts *before, const WatchFacts *sibling) {
    Verdict v = V(NULL, NULL);
    if (!watch_needs_sibling(f, before) || before == NULL || sibling == NULL || wall(f, before, &v)) return false;
    return sibling->status == f->status && same_page(f, sibling) && other_page(f, before) && !says(f, SAYS_NOT_FOUND) && !to_home(f);
}

Str watch_home_url(Arena *a, Str url) {
    size_t from = 0;
    if (!str_find(url, S("://"), &from)) return STR_NONE;
    from += 3;
    while (from < url.n && url.p[from] != '/' && url.p[from] != '?' && url.p[from] != '#') from++;
    return str_fmt(a, STR_FMT "/", STR_ARG(str_sub(url, 0, from)));
}

Str watch_sibling_url(Arena *a, Str url, Str random_hex) {
    size_t from = 0, end = url.n, last = 0;
    if (!str_find(url, S("://"), &from)) return STR_NONE;
    from += 3;
    for (size_t i = from; i < url.n && end == url.n; i++)
        if (url.p[i] == '?' || url.p[i] == '#') end = i;
    for (size_t i = from; i < end; i++)
        if (url.p[i] == '/') last = i;
    if (last == 0 || end == last + 1) last = last == 0 ? end : last; /* "/" itself: something beneath it */
    return str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(str_sub(url, 0, last)), STR_ARG(random_hex));
}

/* ---- proof and rhythm ---- */
bool watch_quorum(const WatchLook *l, size_t n, Str verdict, Str place, UnixMs now, bool two_places) {
    bool elsewhere = !two_places;
    if (!verdict_removed(verdict)) return false;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(l[i].verdict, verdict)) return false; /* something else was seen in between: start again */
        elsewhere = elsewhere || !str_eq(l[i].place, place);
        if (now - l[i].at >= WATCH_QUORUM_MS && elsewhere) return true;
    }
    return false;
}

Str watch_place(Str places, Str last_verdict, Str last_place) {
    static const char *const other[] = { "login_wall", "age_gate", "geo_block", "blocked_for_us", "host_down" };
    bool move = verdict_removed(last_verdict);
    Str name = STR_NONE;
    for (size_t i = 0; i < LEN(other) && !move; i++) move = str_eq(last_verdict, str_c(other[i]));
    if (!move) return WATCH_HERE;
    for (bool take = str_eq(last_place, WATCH_HERE); str_split(&places, ' ', &name);) {
        if (name.n == 0) continue;
        if (take) return name;
        take = str_eq(name, last_place);
    }
    return WATCH_HERE; /* after the last: here again */
}

UnixMs watch_next(UnixMs now, int64_t interval, Str verdict, bool removed_before, bool proven, UnixMs gone_at) {
    const int64_t month = 30 * (int64_t)DAY;
    if (verdict_removed(verdict) && !proven && !removed_before) return now + (interval < WATCH_SECOND_LOOK_MS ? interval < 1000 ? 1000 : interval : WATCH_SECOND_LOOK_MS);
    if (!removed_before && !proven) return now + interval;
    int64_t since = now - gone_at, step = interval;
    if (since > 2 * 365 * (int64_t)DAY) return 0;
    while (step < month && step < since) step *= 2; /* as long again as it has been gone, a month at most */
    return now + (step < month ? step : month);
}

/* ---- the record ---- */
void watch_facts_write(const WatchFacts *f, Json *j) {
    char hex[SKETCH_N * 8 + 1];
    size_t n = 0;
    for (size_t i = 0; i < f->sketch.n; i++, n += 8) snprintf(hex + n, 9, "%08x", f->sketch.h[i]);
    json_obj(j);
    if (f->checker) json_kv_bool(j, "checker", true);
    json_kv_str(j, "error", f->error);
    json_kv_i64(j, "status", f->status);
    json_kv_str(j, "url", f->url);
    json_kv_str(j, "final_url", f->final_url);
    json_kv_str(j, "type", f->type);
    json_kv_str(j, "sha256", f->digest);
    json_kv_i64(j, "length", f->length);
    json_kv_bool(j, "cut", f->cut);
    json_kv_bool(j, "readable", f->readable);
    json_kv_str(j, "title_sha256", f->title_digest);
    json_kv_i64(j, "words", f->sketch.words);
    json_kv_i64(j, "says", f->says);
    json_kv_str(j, "sketch", str_bytes(hex, n));
    json_kv_i64(j, "images", f->images);
    json_kv_i64(j, "videos", f->videos);
    json_kv_i64(j, "forms", f->forms);
    json_kv_i64(j, "password_fields", f->password_fields);
    json_end_obj(j);
}

Err watch_facts_read(Arena *a, const JVal *o, WatchFacts *out) {
    Str hex = jstr(o, "sketch"), raw = STR_NONE;
    if (o == NULL || o->type != J_OBJ || hex.n % 8 != 0 || hex.n > SKETCH_N * 8) return E_INPUT;
    *out = (WatchFacts){ .error = jstr(o, "error"), .status = (int)jint(o, "status", 0), .url = jstr(o, "url"), .final_url = jstr(o, "final_url"), .type = jstr(o, "type"), .digest = jstr(o, "sha256"),
        .length = jint(o, "length", 0), .cut = jbool(o, "cut"), .readable = jbool(o, "readable"), .title_digest = jstr(o, "title_sha256"), .images = jint(o, "images", 0), .videos = jint(o, "videos", 0),
        .forms = jint(o, "forms", 0), .password_fields = jint(o, "password_fields", 0), .checker = jbool(o, "checker") };
    out->sketch.words = jint(o, "words", 0);
    out->says = (uint32_t)(jint(o, "says", 0) & SAYS_ALL);
    TRY(hex_dec(a, hex, &raw));
    for (size_t i = 0; i < raw.n / 4; i++)
        for (size_t k = 0; k < 4; k++) out->sketch.h[i] = out->sketch.h[i] << 8 | (unsigned char)raw.p[4 * i + k];
    out->sketch.n = raw.n / 4;
    return OK;
}
