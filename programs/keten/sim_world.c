/* sim_world.c - what the seed lays down: who reports what and when, and how the outside answers. Platforms, organisations and
 * people are invented; their domains end in .test. */
#include "programs/keten/sim.h"

#include <stdlib.h>

enum { MINUTE = 60000, HOUR = 3600000, EVENTS_EACH = 24 };
#define DAY ((int64_t)86400000)

const char *const sim_words[SIM_WHATS] = { [SIM_NOTHING] = "nothing", [SIM_OPEN] = "report", [SIM_LOOK] = "first look and classification", [SIM_NOTE] = "note", [SIM_MESSAGE] = "message",
    [SIM_MERGE] = "join with another case", [SIM_NOTICE] = "notice", [SIM_LINK] = "recipient opens the link", [SIM_ANSWER] = "answer", [SIM_ROUND] = "next step decided", [SIM_BODY] = "authority",
    [SIM_PAUSE] = "pause", [SIM_RESUME] = "resume", [SIM_WITHDRAW] = "withdrawal", [SIM_ERASE] = "erasure", [SIM_SHARE] = "share", [SIM_UNSHARE] = "share ended", [SIM_CLOSE] = "close",
    [SIM_PASTE] = "paste of many links", [SIM_SIGN] = "checkpoint", [SIM_JOB] = "due work" };

const SimPlatform sim_platforms[SIM_PLATFORMS] = {
    { "Vlotplein (simulated)", "vlotplein.test", "NL", "nl", "I H P", SIM_QUICK, 22 },
    { "Traagtube (simulated)", "traagtube.test", "IE", "en", "I H P V", SIM_SLOW, 22 },
    { "Neehoor (simulated)", "neehoor.test", "CY", "en", "I H P", SIM_REFUSES, 14 },
    { "Schijnweg (simulated)", "schijnweg.test", "CZ", "en", "I H P", SIM_LIES, 12 },
    { "Stilhost (simulated)", "stilhost.test", "NL", "en", "I H", SIM_SILENT, 14 },
    { "Terugplek (simulated)", "terugplek.test", "IE", "en", "I H P", SIM_RETURNS, 10 },
    { "Vraagbord (simulated)", "vraagbord.test", "NL", "nl", "I H P", SIM_ASKS, 6 },
};

const SimUser sim_users[SIM_USERS] = {
    { "sim.wanda", 0, R_WORKER, 0 }, { "sim.wim", 0, R_WORKER, 0 }, { "sim.lea", 0, R_WORKER | R_LEAD, 0 }, { "sim.lars", 0, R_WORKER | R_LEAD, 0 }, { "sim.bea", 1, R_WORKER, 1 },
    { "sim.bert", 1, R_WORKER | R_LEAD, 1 }, { "sim.outsider", 0, R_WORKER | R_LEAD, -1 }, { "sim.anna", 0, R_ANALYST, -1 }, { "sim.ines", 2, R_INSPECTOR, -1 }, { "sim.ivo", 3, R_INSPECTOR, -1 },
    { "sim.iris", 4, R_INSPECTOR, -1 }, { "sim.bo", 0, R_ADMIN, -1 },
};

/* ---- one case ---- */
static const char *pick(SimRand *r, const char *const *words, const unsigned *weights, size_t n) { return words[sim_pick(r, weights, n)]; }
static UnixMs later(SimRand *r, UnixMs from, int64_t least, int64_t most) { return from + least + (int64_t)sim_below(r, (uint64_t)(most - least)); }

static void facts(SimRand *r, SimCase *k) {
    static const char *const ages[] = { "18+", "16-17", "12-15", "<12", "unknown" }, *const whats[] = { "spread", "threat", "spread,deepfake", "list", "threat,money", "spread,live" };
    static const char *const safety[] = { "yes", "unsure", "no", "skipped" }, *const sources[] = { "phone", "police", "flagger", "web" };
    static const char *const adult[] = { "NCII", "DEEPFAKE", "NCII-THREAT", "EXPOSE", "COVERT", "SV-IMAGERY" }, *const langs[] = { "nl", "en" };
    static const unsigned age_w[] = { 74, 7, 8, 3, 8 }, what_w[] = { 50, 14, 12, 9, 10, 5 }, safety_w[] = { 60, 15, 5, 20 }, source_w[] = { 40, 10, 30, 20 }, adult_w[] = { 50, 14, 12, 10, 9, 5 }, lang_w[] = { 85, 15 };
    k->org = sim_chance(r, 150);
    k->age = pick(r, ages, age_w, LEN(ages));
    k->adult = strcmp(k->age, "18+") == 0;
    k->code = sim_chance(r, 300);
    k->what = pick(r, whats, what_w, LEN(whats));
    k->safety = pick(r, safety, safety_w, LEN(safety));
    k->source = k->code ? "victim" : pick(r, sources, source_w, LEN(sources));
    k->offence = k->adult ? pick(r, adult, adult_w, LEN(adult)) : "CSAM";
    k->lang = pick(r, langs, lang_w, LEN(langs));
    k->agreed = sim_chance(r, 920);
    k->files = k->adult && sim_chance(r, 450);
}

/* When the platform of this temper answers, what, and what really happens to the material. */
static void answers(SimRand *r, SimCase *k) {
    static const char *const reasons[] = { "not_illegal", "not_hosted", "other_law", "incomplete", "other" };
    SimTemper t = sim_platforms[k->platform].temper;
    UnixMs at = k->asked;
    k->opened_link = sim_chance(r, 600) ? later(r, at, 10 * MINUTE, 20 * HOUR) : 0;
    if (t == SIM_SILENT) {
        if (sim_chance(r, 850)) k->opened_link = 0;
        return;
    }
    k->answer = "removed";
    k->answered = later(r, at, HOUR, DAY);
    if (t == SIM_SLOW) k->answered = later(r, at, 9 * DAY, 70 * DAY);
    if (t == SIM_ASKS) k->answered = later(r, at, 6 * HOUR, 3 * DAY);
    if (t == SIM_REFUSES) k->answered = later(r, at, DAY, 12 * DAY);
    if (t == SIM_ASKS) k->answer = "need_more";
    if (t == SIM_REFUSES && sim_chance(r, 700)) {
        k->answer = "refused";
        k->reason = reasons[sim_below(r, LEN(reasons))];
    }
    if (t == SIM_QUICK && sim_chance(r, 50)) k->answer = "not_found";
    bool really = t != SIM_LIES && (strcmp(k->answer, "removed") == 0 || t == SIM_ASKS);
    if (really) k->gone = later(r, k->answered, 0, 6 * HOUR) + (t == SIM_ASKS ? 10 * DAY : 0);
    if (t == SIM_RETURNS && sim_chance(r, 500)) k->back = later(r, k->gone, 12 * DAY, 90 * DAY);
    if (!k->adult) k->answer = NULL; /* a hotline confirms nothing over the link */
}

void sim_case(const SimWorld *w, int64_t no, SimCase *k) {
    static unsigned weights[SIM_PLATFORMS];
    SimRand r;
    for (size_t i = 0; i < SIM_PLATFORMS; i++) weights[i] = sim_platforms[i].weight;
    sim_seed(&r, w->w.seed, "case", no, 0);
    *k = (SimCase){ .no = no, .twin = -1 };
    facts(&r, k);
    /* In the order of their numbers, each in its own slice of the year. */
    k->opened = w->from + (w->until - w->from) / (w->w.cases + 1) * no + (int64_t)sim_below(&r, (uint64_t)((w->until - w->from) / (w->w.cases + 1)));
    k->platform = (int)sim_pick(&r, weights, SIM_PLATFORMS);
    k->links = 1 + (int)sim_below(&r, SIM_LINKS_MAX - 1);
    if (no > 3 && sim_chance(&r, 60)) k->twin = no - 1 - (int64_t)sim_below(&r, 3);
    k->looked = sim_chance(&r, 930) ? later(&r, k->opened, 20 * MINUTE, 11 * HOUR) : later(&r, k->opened, 30 * HOUR, 96 * HOUR);
    k->asked = later(&r, k->looked, HOUR, 20 * HOUR);
    answers(&r, k);
}

Str sim_url(Arena *a, const SimCase *k, int link) { return str_fmt(a, "https://%s/v/%lld/%d", sim_platforms[k->platform].host, (long long)k->no, link); }

bool sim_url_read(Str url, int64_t *out_no) {
    size_t at = 0;
    Str part = STR_NONE;
    if (!str_find(url, S(".test/v/"), &at)) return false;
    Str rest = str_sub(url, at + 8, url.n);
    return str_split(&rest, '/', &part) && str_i64(part, 0, SIM_CASES_MAX, out_no) == OK;
}

/* ---- all that happens, in order of time ---- */
typedef struct List { SimEvent *v; size_t n, max; UnixMs until; } List;
static void put(List *l, UnixMs at, int64_t no, SimWhat what, int round) {
    if (at == 0 || at >= l->until) return;
    must(l->n < l->max);
    l->v[l->n++] = (SimEvent){ at, (int32_t)no, (uint16_t)what, (uint16_t)round };
}

static void wishes(SimRand *r, const SimCase *k, List *l) {
    if (k->twin >= 0 && sim_chance(r, 600)) put(l, k->looked + 40 * MINUTE, k->no, SIM_MERGE, 0);
    if (k->adult && sim_chance(r, 250)) put(l, k->looked + 10 * MINUTE, k->no, SIM_NOTE, 0);
    for (int i = 0; k->code && k->adult && i < 2; i++)
        if (sim_chance(r, 250)) put(l, later(r, k->looked, DAY, 30 * DAY), k->no, SIM_MESSAGE, i);
    UnixMs at = later(r, k->looked, 2 * DAY, 60 * DAY);
    size_t what = (size_t)sim_below(r, 1000);
    if (what < 50) {
        put(l, at, k->no, SIM_PAUSE, 0);
        if (sim_chance(r, 800)) put(l, later(r, at, 3 * DAY, 40 * DAY), k->no, SIM_RESUME, 0);
    } else if (what < 95) {
        put(l, at, k->no, SIM_WITHDRAW, 0);
    } else if (what < 130) {
        put(l, at, k->no, SIM_ERASE, 0);
    } else if (what < 170) {
        put(l, at, k->no, SIM_SHARE, 0);
        if (sim_chance(r, 500)) put(l, later(r, at, 5 * DAY, 60 * DAY), k->no, SIM_UNSHARE, 0);
    }
    if (sim_chance(r, 500)) put(l, later(r, k->asked, 80 * DAY, 200 * DAY), k->no, SIM_CLOSE, 0);
}

static void happens(const SimWorld *w, int64_t no, List *l) {
    SimCase k;
    SimRand r;
    sim_case(w, no, &k);
    sim_seed(&r, w->w.seed, "happens", no, 0);
    put(l, k.opened, no, SIM_OPEN, 0);
    put(l, k.looked, no, SIM_LOOK, 0);
    if (k.agreed || sim_chance(&r, 200)) put(l, k.asked, no, SIM_NOTICE, 0);
    put(l, k.opened_link, no, SIM_LINK, 0);
    if (k.answer != NULL) put(l, k.answered, no, SIM_ANSWER, 0);
    static const int days[SIM_ROUNDS] = { 4, 16, 90, 160 };
    for (int i = 0; i < SIM_ROUNDS; i++)
        if (i == 0 || k.files || sim_chance(&r, 400)) put(l, later(&r, k.asked, days[i] * DAY, (days[i] + 5) * DAY), no, SIM_ROUND, i);
    static const int body[SIM_AUTHORITY] = { 23, 50, 110 };
    for (int i = 0; k.files && i < SIM_AUTHORITY; i++) put(l, later(&r, k.asked, body[i] * DAY, (body[i] + 20) * DAY), no, SIM_BODY, i);
    wishes(&r, &k, l);
}

static int in_time(const void *x, const void *y) {
    const SimEvent *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    if (a->case_no != b->case_no) return a->case_no < b->case_no ? -1 : 1;
    if (a->what != b->what) return a->what < b->what ? -1 : 1;
    return (int)a->round - (int)b->round;
}

Err sim_world(Arena *a, const Zone *zone, const SimWish *w, SimWorld *out) {
    Date first = { (int16_t)w->year, 1, 1 }, next = { (int16_t)(w->year + 1), 1, 1 };
    *out = (SimWorld){ .w = *w, .from = day_start(zone, first) + HOUR, .until = day_start(zone, next) };
    List l = { .max = (size_t)w->cases * EVENTS_EACH + 60, .until = out->until };
    l.v = ARENA_ARRAY(a, SimEvent, l.max);
    for (int64_t no = 0; no < w->cases; no++) happens(out, no, &l);
    for (int week = 1; week < 53; week++) put(&l, out->from + 7 * week * DAY, -1, SIM_SIGN, week);
    put(&l, out->from + (out->until - out->from) / 2, -1, SIM_PASTE, 0);
    qsort(l.v, l.n, sizeof *l.v, in_time);
    out->events = l.v;
    out->n = l.n;
    return OK;
}
