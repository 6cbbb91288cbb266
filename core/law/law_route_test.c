/* Competence and taxonomy on the law as compiled in: the cases of the letter, and every combination of facts. */
#include "core/law/cross_table.h"
#include "core/law/testlaw.h"

static RouteResult route(const Law *law, Arena *a, RouteQuery q) {
    RouteResult r = { .lane = STR_NONE };
    if (date_none(q.at)) q.at = test_day("2026-11-25");
    Err e = law_route(law, &q, a, &r);
    if (e != OK) printf("# " STR_FMT "\n", STR_ARG(r.problem[LANG_EN]));
    must(e == OK);
    return r;
}

static const RouteBody *body(const RouteResult *r, const char *id) {
    for (size_t i = 0; i < r->bodies_n; i++)
        if (str_eq(r->bodies[i].body->r.id, str_c(id))) return &r->bodies[i];
    return NULL;
}

static bool is(const RouteResult *r, const char *id, LawOutcome o) {
    const RouteBody *b = body(r, id);
    if (b != NULL && b->outcome != o) printf("# %s is %s\n", id, law_outcome_code(b->outcome));
    return b != NULL && b->outcome == o && b->why != NULL && b->why->reason[LANG_NL].n > 0 && b->why->reason[LANG_EN].n > 0;
}

static size_t count_kind(const RouteResult *r, const char *kind, LawOutcome o) {
    size_t n = 0;
    for (size_t i = 0; i < r->bodies_n; i++) n += str_eq(r->bodies[i].body->kind, str_c(kind)) && r->bodies[i].outcome == o ? 1 : 0;
    return n;
}

static void letter(const Law *law, Arena *a) {
    RouteResult r = route(law, a, (RouteQuery){ .offence = S("EXPOSE"), .depicted = S("adult"), .platform = S("telegram"), .reporter = S("flagger") });
    check(is(&r, "DSC-BE", OUTCOME_COMPETENT) && is(&r, "ACM", OUTCOME_RECEIVES), "the expose list on Telegram: the Belgian coordinator is competent, the Dutch one takes it and transmits");
    check(is(&r, "ATKM", OUTCOME_NO) && is(&r, "DSC-IE", OUTCOME_NO), "no role for the authority for child abuse material, nor for another country");
    check(body(&r, "DSC-BE")->form != NULL && body(&r, "DSC-BE")->contents_n > 0, "with the form to file and what must be in it");
    check(r.ladder_n >= 10 && r.hash_n <= 1, "and the ladder of those who can remove");
    r = route(law, a, (RouteQuery){ .offence = S("DEEPFAKE"), .depicted = S("adult"), .tags = S("I H"), .seat = S("-"), .representative = S("-"), .reporter = S("victim") });
    check(count_kind(&r, "dsc", OUTCOME_COMPETENT) >= 27 && count_kind(&r, "dsc", OUTCOME_NO) == 0, "a deepfake site with neither establishment nor representative: every member state is competent");
    check(is(&r, "AP", OUTCOME_COMPETENT) && str_eq(r.hash[0]->value, S("stopncii")), "and the Dutch data protection authority itself; hashes go to StopNCII");
    r = route(law, a, (RouteQuery){ .offence = S("NCII"), .depicted = S("adult"), .platform = S("pornhub"), .reporter = S("victim") });
    check(is(&r, "EC-DSA", OUTCOME_SHARED) && is(&r, "DSC-CY", OUTCOME_SHARED) && is(&r, "ACM", OUTCOME_RECEIVES), "a very large porn platform: Commission and coordinator of establishment share it");
    r = route(law, a, (RouteQuery){ .offence = S("AGE-ACCESS"), .depicted = S("adult"), .platform = S("xhamster"), .reporter = S("ngo") });
    check(is(&r, "CRTA", OUTCOME_COMPETENT) && is(&r, "DSC-CY", OUTCOME_COMPETENT) && is(&r, "POL-ZEDEN", OUTCOME_NO), "a click-through age gate: the media regulator and the coordinator of origin, not the police");
    r = route(law, a, (RouteQuery){ .offence = S("NCII"), .depicted = S("16-17"), .tags = S("I H"), .host = S("NL"), .reporter = S("flagger") });
    check(str_eq(r.lane, S("minor")) && is(&r, "ATKM", OUTCOME_COMPETENT) && is(&r, "POL-TBKK", OUTCOME_COMPETENT) && str_eq(r.hash[0]->value, S("takeitdown")),
        "material that depicts a minor on a Dutch host: the authority for child abuse material and the fixed contact point; hashes to Take It Down");
    r = route(law, a, (RouteQuery){ .offence = S("NCII"), .depicted = S("adult"), .reporter = S("victim") });
    check(count_kind(&r, "dsc", OUTCOME_FIND_OUT) >= 27 && is(&r, "POL-ZEDEN", OUTCOME_COMPETENT), "an unknown service: find out first; the police is there in any case");
    r = route(law, a, (RouteQuery){ .offence = S("NUDIFY-TOOL"), .depicted = S("adult"), .tags = S("I N"), .seat = S("NL"), .reporter = S("victim"), .at = test_day("2026-12-01") });
    check(!is(&r, "MSA-AI", OUTCOME_FIND_OUT), "a nudifier the day before the ban of 2 December 2026");
    r = route(law, a, (RouteQuery){ .offence = S("NUDIFY-TOOL"), .depicted = S("adult"), .tags = S("I N"), .seat = S("NL"), .reporter = S("victim"), .at = test_day("2026-12-02") });
    check(is(&r, "MSA-AI", OUTCOME_FIND_OUT), "and on the day itself");
    r = route(law, a, (RouteQuery){ .offence = S("HARASS"), .depicted = S("adult"), .tags = S("I H micro"), .seat = S("DE"), .reporter = S("victim") });
    check(is(&r, "DSC-DE", OUTCOME_COMPETENT) && is(&r, "EC-DSA", OUTCOME_NO), "a micro platform in Germany is for the German coordinator");
}

/* What is from memory says so, whichever way it entered the answer. */
static void verified(const Law *law, Arena *a) {
    TermResult r = { .term = NULL };
    TermQuery q = { .rule = S("C20"), .from = 1772442000000 };
    must(law_term(law, &q, a, &r) == OK);
    check(r.verified == r.term->r.verified, "a Dutch term is as verified as its own row: the Dutch days off are verified");
    q = (TermQuery){ .rule = S("C15"), .from = 1772442000000, .country = S("BE") };
    must(law_term(law, &q, a, &r) == OK);
    check(!r.verified, "a Belgian one rests on days off from memory, and says so");
    RouteResult route_of = route(law, a, (RouteQuery){ .offence = S("CSAM"), .depicted = S("minor"), .tags = S("I H"), .reporter = S("flagger") });
    check(is(&route_of, "ATKM", OUTCOME_FIND_OUT) && !route_of.verified, "an unknown host: where the material stands is found out first");
}

static void refused(const Law *law, Arena *a) {
    static const RouteQuery wrong[] = {
        { .offence = { "NOTHING", 7 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "old", 3 }, .reporter = { "victim", 6 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "nobody", 6 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 }, .platform = { "nowhere", 7 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 }, .tags = { "I QQ", 4 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 }, .representative = { "be", 2 }, .at = { 2026, 1, 1 } },
        { .offence = { "NCII", 4 }, .depicted = { "adult", 5 }, .reporter = { "victim", 6 }, .host = { "XX", 2 }, .at = { 2026, 1, 1 } },
    };
    bool all = true;
    for (size_t i = 0; i < LEN(wrong); i++) {
        RouteResult r = { .lane = STR_NONE };
        all = all && law_route(law, &wrong[i], a, &r) != OK && r.problem[LANG_NL].n > 0 && r.problem[LANG_EN].n > 0;
    }
    check(all, "an unknown offence, age, reporter, platform, tag, country, or no day: refused with a sentence in both languages");
}

/* A platform that becomes very large on 1 June 2026. */
static void tier_change(Arena *a) {
    static const char platforms[] = HEAD_ "name,operator_name,domains,tags,seat,representative,representative_name,host,mail,text_nl,text_en\n"
        "grow,,2026-05-31,2026-11-23,M,,,,Groei,Groei BV,groei.test,I H P C,IE,,,,,,\n" "grow,2026-06-01,,2026-11-23,M,,,,Groei,Groei BV,groei.test,I H P V C,IE,,,,,,\n";
    static const LawFile files[] = { { "platforms", { platforms, sizeof platforms - 1 } }, { NULL, { NULL, 0 } } };
    const Law *law = NULL;
    LawProblem p = { .text = STR_NONE };
    must(law_new(a, files, test_zone, NULL, &law, &p) == OK);
    RouteQuery q = { .offence = S("NCII"), .depicted = S("adult"), .platform = S("grow"), .reporter = S("victim"), .at = test_day("2026-05-31") };
    RouteResult r = route(law, a, q);
    check(is(&r, "EC-DSA", OUTCOME_NO) && is(&r, "DSC-IE", OUTCOME_COMPETENT), "before its designation the coordinator is competent alone");
    q.at = test_day("2026-06-01");
    r = route(law, a, q);
    check(is(&r, "EC-DSA", OUTCOME_SHARED) && is(&r, "DSC-IE", OUTCOME_SHARED), "from that day the Commission shares it");
    check(law_platform_of_host(law, S("cdn.GROEI.test"), q.at) == r.platform && law_platform_of_host(law, S("eigroei.test"), q.at) == NULL, "a host under a domain is the platform's, a like name is not");
    check(law_has_tag(r.platform, law, S("V")) && !law_has_tag(r.platform, law, S("M")), "and it carries the tag of a very large platform");
}

typedef struct Seen { size_t asked, lost, wrong_lane, unsorted, silent, groundless; } Seen;

static void one(const Law *law, Arena *a, const RouteQuery *q, Seen *s) {
    RouteResult r = route(law, a, *q);
    bool helped = false;
    for (size_t i = 0; i < r.bodies_n; i++) {
        const RouteBody *b = &r.bodies[i];
        helped = helped || b->outcome == OUTCOME_COMPETENT || b->outcome == OUTCOME_SHARED || b->outcome == OUTCOME_FIND_OUT;
        if (b->why == NULL) s->silent++;
        if (b->why != NULL && b->why->article.n == 0 && !str_eq(b->body->kind, S("observer"))) s->groundless++;
        if (b->why != NULL && b->outcome != OUTCOME_NO && str_eq(b->why->lanes, S("adult")) && str_eq(r.lane, S("minor"))) s->wrong_lane++;
        if ((i < r.competent_n) != (b->outcome == OUTCOME_COMPETENT || b->outcome == OUTCOME_SHARED)) s->unsorted++;
    }
    bool young = !str_eq(q->depicted, S("adult")) && !str_eq(q->depicted, S("18+"));
    if (young && !str_eq(r.lane, S("minor"))) s->wrong_lane++;
    for (size_t i = 0; i < r.hash_n; i++)
        if (str_eq(r.lane, S("minor")) && !str_eq(r.hash[i]->value, S("takeitdown"))) s->wrong_lane++;
    if (!helped) s->lost++;
    s->asked++;
}

static void every(const Law *law, Arena *a, Arena *scratch) {
    static const char *const ages[] = { "adult", "minor", "unknown", "<12", "12-15", "16-17", "18+" }, *const who[] = { "victim", "supporter", "flagger", "ngo", "mandated", "authority" };
    static const char *const tags[] = { "", "I", "I H", "I H micro", "I H P C", "I H P V C", "I H P M C A", "I S", "I N C" }, *const seats[] = { "", "NL", "IE", "US", "-" };
    const LawOffence *const *offences = NULL;
    size_t n = law_offence_list(law, test_day("2026-11-25"), a, &offences);
    Seen s = { 0 };
    for (size_t o = 0; o < n; o++)
        for (size_t k = 0; k < LEN(ages); k++)
            for (size_t t = 0; t < LEN(tags); t++)
                for (size_t p = 0; p < LEN(seats); p++)
                    for (size_t w = 0; w < LEN(who); w++) {
                        RouteQuery q = { .offence = offences[o]->r.id, .depicted = str_c(ages[k]), .tags = str_c(tags[t]), .seat = str_c(seats[p]), .representative = p == 4 ? S("-") : STR_NONE, .reporter = str_c(who[w]) };
                        one(law, scratch, &q, &s);
                        arena_reset(scratch);
                    }
    printf("# %zu routes\n", s.asked);
    check(n >= 20 && s.lost == 0, "every offence, age, service, seat and reporter has at least one body that is competent or to be found out");
    check(s.wrong_lane == 0, "a minor or somebody of unknown age is never in a lane for adults");
    check(s.unsorted == 0, "competent bodies come first");
    check(s.silent == 0, "and every body has its reason");
    check(s.groundless == 0, "with the article, but for those who only observe");
}

/* "C-X/K-Y" for STATEMENT_CATEGORY_X with KEYWORD_Y, as the table of the tests writes it. */
static Str shorter(Arena *a, Str s) {
    static const struct { const char *prefix, *mark; } marks[] = { { "STATEMENT_CATEGORY_", "C-" }, { "KEYWORD_", "K-" } };
    for (size_t i = 0; i < LEN(marks); i++)
        if (str_starts(s, str_c(marks[i].prefix))) return str_fmt(a, "%s" STR_FMT, marks[i].mark, STR_ARG(str_sub(s, strlen(marks[i].prefix), s.n)));
    return s;
}

static Str longer(Arena *a, const char *s) {
    if (strncmp(s, "C-", 2) == 0) return str_fmt(a, "STATEMENT_CATEGORY_%s", s + 2);
    return strncmp(s, "K-", 2) == 0 ? str_fmt(a, "KEYWORD_%s", s + 2) : str_c(s);
}

static const char *expected(const char *offence, const char *scheme, const char *lane, const char *gender, size_t day) {
    const char *plain = "";
    for (size_t i = 0; i < LEN(cross_to); i++) {
        const CrossPair *p = &cross_to[i];
        if (strcmp(p->offence, offence) != 0 || strcmp(p->scheme, scheme) != 0 || strcmp(p->lane, lane) != 0) continue;
        if (strcmp(p->gender, gender) == 0) return p->on[day];
        if (p->gender[0] == '\0') plain = p->on[day];
    }
    return plain;
}

static bool forth(const Law *law, Arena *a, const LawOffence *o, const char *scheme, const char *lane, const char *gender, size_t day) {
    const LawCross *const *x = NULL;
    size_t n = law_cross_to(law, o->r.id, str_c(scheme), str_c(lane), str_c(gender), test_day(cross_days[day]), a, &x);
    Buf b = buf_new(4000);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_z(&b, " | ");
        buf_put(&b, shorter(a, x[i]->value));
        if (x[i]->sub.n > 0) buf_ch(&b, '/');
        buf_put(&b, shorter(a, x[i]->sub));
    }
    const char *want = expected(o->r.id.p, scheme, lane, gender, day);
    bool same = str_eq(buf_str(&b), str_c(want));
    if (!same) printf("# " STR_FMT " %s %s %s %s: " STR_FMT ", not %s\n", STR_ARG(o->r.id), scheme, lane, gender, cross_days[day], STR_ARG(buf_str(&b)), want);
    buf_free(&b);
    return same;
}

/* Every offence, scheme, lane, gender and day against the table, and every value of every scheme back. */
static void pairs(const Law *law, Arena *a) {
    static const char *const lanes[] = { "adult", "minor" }, *const genders[] = { "", "women" };
    const LawOffence *const *o = NULL;
    const LawRow **rows = NULL;
    size_t n = law_offence_list(law, DATE_NONE, a, &o), asked = 0, wrong = 0, missing = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < LEN(cross_schemes); s++)
            for (size_t k = 0; k < 4; k++)
                for (size_t day = 0; day < CROSS_DAYS; day++, asked++) {
                    LawOffence named = *o[i];
                    named.r.id.p = str_fmt(a, STR_FMT, STR_ARG(o[i]->r.id)).p; /* ends with a zero */
                    wrong += forth(law, a, &named, cross_schemes[s], lanes[k / 2], genders[k % 2], day) ? 0 : 1;
                }
    check(wrong == 0 && asked > 2000, "every pair of the crosswalk is that of the table: offence, scheme, lane, gender and day");
    for (size_t i = wrong = 0; i < LEN(cross_back); i++)
        for (size_t day = 0; day < CROSS_DAYS; day++) {
            Buf b = buf_new(1000);
            n = law_cross_back(law, str_c(cross_back[i].scheme), longer(a, cross_back[i].value), longer(a, cross_back[i].sub), test_day(cross_days[day]), a, &o);
            for (size_t k = 0; k < n; k++) buf_printf(&b, "%s" STR_FMT, k == 0 ? "" : " ", STR_ARG(o[k]->r.id));
            if (!str_eq(buf_str(&b), str_c(cross_back[i].on[day])) && wrong++ == 0) printf("# %s %s %s: " STR_FMT "\n", cross_back[i].scheme, cross_back[i].value, cross_back[i].sub, STR_ARG(buf_str(&b)));
            buf_free(&b);
        }
    check(wrong == 0, "and every value leads back to exactly the offences of the table");
    size_t all = law_list(law, LAW_CROSSWALK, DATE_NONE, a, &rows);
    for (size_t i = 0; i < all; i++) {
        const LawCross *c = (const LawCross *)(const void *)rows[i];
        bool there = false;
        for (size_t k = 0; k < LEN(cross_back) && !there; k++)
            there = str_eq(c->scheme, str_c(cross_back[k].scheme)) && str_eq(c->value, longer(a, cross_back[k].value)) && str_eq(c->sub, longer(a, cross_back[k].sub));
        missing += there ? 0 : 1;
    }
    check(missing == 0, "no row of the crosswalk is missing from the table");
}

static void crosswalk(const Law *law, Arena *a) {
    const LawCross *const *x = NULL;
    const LawOffence *const *o = NULL;
    size_t n = law_cross_to(law, S("NCII"), S("SR"), S("adult"), STR_NONE, test_day("2024-06-30"), a, &x);
    check(n == 1 && str_eq(x[0]->value, S("139h")), "an act of 30 June 2024 has the old article");
    n = law_cross_to(law, S("NCII"), S("SR"), S("adult"), STR_NONE, test_day("2024-07-01"), a, &x);
    check(n >= 1 && str_eq(x[0]->value, S("254ba")), "a day later the new one");
    n = law_cross_to(law, S("NCII"), S("TDB2"), S("adult"), S("women"), test_day("2026-03-01"), a, &x);
    check(n >= 2 && str_eq(x[0]->value, S("STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN")), "when the victim states that she is a woman, the code for women goes first");
    n = law_cross_to(law, S("NCII"), S("TDB2"), S("adult"), STR_NONE, test_day("2026-03-01"), a, &x);
    bool women = false;
    for (size_t i = 0; i < n; i++) women = women || str_eq(x[i]->gender, S("women"));
    check(n >= 1 && !women, "when nothing is stated, never");
    n = law_cross_back(law, S("XARF"), S("csem"), S("sextortion"), test_day("2026-03-01"), a, &o);
    check(n == 1 && str_eq(o[0]->r.id, S("SEXTORTION")), "XARF's sextortion is ours, and only ours");
    n = law_cross_back(law, S("TDB2"), S("STATEMENT_CATEGORY_CYBER_VIOLENCE"), STR_NONE, test_day("2026-03-01"), a, &o);
    check(n > 1, "a category that several offences share is not unique");
    check(str_eq(law_lane(law, S("CSAM"), S("adult"), test_day("2026-03-01")), S("minor")) && str_eq(law_lane(law, S("nothing"), S("adult"), test_day("2026-03-01")), S("minor")),
        "child abuse material has one lane; what is not known has the careful one");
    bool round = true;
    const LawRow **rows = NULL;
    size_t all = law_list(law, LAW_CROSSWALK, test_day("2026-03-01"), a, &rows);
    for (size_t i = 0; i < all; i++) {
        const LawCross *c = (const LawCross *)(const void *)rows[i];
        bool found = false;
        n = law_cross_back(law, c->scheme, c->value, c->sub, test_day("2026-03-01"), a, &o);
        for (size_t k = 0; k < n; k++) found = found || str_eq(o[k]->r.id, c->offence);
        if (!found) printf("# " STR_FMT "\n", STR_ARG(c->r.id));
        round = round && found;
    }
    check(all > 100 && round, "every pair of the crosswalk leads back to its offence");
}

/* What the brief numbers is there, each by its number. */
static void numbered(const Law *law, Arena *a) {
    bool terms = true, checks = true, steps = true;
    const LawAuthority *const *bodies = NULL;
    const LawCountry *const *countries = NULL;
    for (int i = 1; i <= 36; i++) {
        const LawTermRow *t = law_term_row(law, str_fmt(a, "C%d", i), DATE_NONE);
        LawStep *s = NULL;
        size_t n = 0;
        terms = terms && t != NULL && t->name[LANG_NL].n > 0 && t->lapse[LANG_EN].n > 0 && t->article.n + t->r.note.n > 0;
        steps = steps && law_next_steps(law, str_fmt(a, "C%d", i), 1830000000000, NULL, a, &s, &n) == OK && n > 0;
    }
    check(terms, "terms C1 to C36, with what starts them, who must act and what a lapse means");
    check(steps, "and each lapse has a next step");
    for (int i = 1; i <= 30; i++) {
        const LawObligation *o = law_obligation(law, str_fmt(a, "K%d", i), DATE_NONE);
        checks = checks && o != NULL && o->tiers.n > 0 && o->see.n > 0 && o->must[LANG_NL].n > 0;
    }
    check(checks, "obligations K1 to K30, with a tier and a way to see it");
    size_t n = law_country_list(law, DATE_NONE, a, &countries), all = law_authority_list(law, test_day("2026-11-25"), a, &bodies), dsc = 0, states = 0;
    for (size_t i = 0; i < n; i++) {
        states += countries[i]->eu ? 1 : 0;
        for (size_t k = 0; k < all; k++) dsc += countries[i]->eu && str_eq(bodies[k]->kind, S("dsc")) && str_eq(bodies[k]->country, countries[i]->r.id) ? 1 : 0;
    }
    check(states == 27 && dsc == 27, "a digital services coordinator for each of the 27 member states");
}

static void contents(const Law *law, Arena *a) {
    const LawContent *const *c = NULL;
    size_t n = law_contents(law, S("art16"), test_day("2026-03-01"), a, &c), waived = 0;
    bool others = true;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(c[i]->need, S("waived"))) continue;
        waived++;
        others = others && law_content_needed(law, c[i], S("NCII"), test_day("2026-03-01")) && !law_content_needed(law, c[i], S("CSAM"), test_day("2026-03-01"));
    }
    check(n >= 4 && waived >= 1 && others, "a notice needs name and mail, but not for child abuse material (art. 16(2)(c) DSA)");
    const LawReferral *const *r = NULL;
    check(law_referrals(law, S("adult"), S("crisis"), test_day("2026-03-01"), a, &r) >= 1 && r[0]->shown, "there is somebody to call in a crisis");
}

int main(void) {
    Arena *a = arena_new(256 << 20), *scratch = arena_new(64 << 20);
    const Law *law = test_house_law(a);
    const LawProblem *problems = NULL;
    size_t n = law_check(law, a, &problems);
    for (size_t i = 0; i < n && i < 20; i++) printf("# " STR_FMT ":%zu:%zu: " STR_FMT "\n", STR_ARG(problems[i].file), problems[i].line, problems[i].col, STR_ARG(problems[i].text));
    check(n == 0, "the tables of the law are sound");
    letter(law, a);
    refused(law, a);
    verified(law, a);
    tier_change(a);
    crosswalk(law, a);
    pairs(law, a);
    contents(law, a);
    numbered(law, a);
    every(law, a, scratch);
    arena_free(scratch);
    arena_free(a);
    return tap_end();
}
