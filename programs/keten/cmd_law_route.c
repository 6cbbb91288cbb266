/* cmd_law_route.c - keten law route: which bodies are competent, why, and what to file there. */
#include "foundation/sys/sys.h"
#include "programs/keten/cmd_law.h"

enum { ROUTE_OUT_MAX = 4 << 20 };

static bool ask(Cli *c, const Law *law, RouteQuery *q, Lang *lang, int *code) {
    Date at = DATE_NONE;
    if (!law_lang(c, lang, code) || !law_date(c, "at", &at, code) || !law_date(c, "offence-date", &q->offence_date, code) || !law_date(c, "known", &q->known, code)) return false;
    q->at = date_none(at) ? law_today() : at;
    q->offence = cli_text(c, "offence");
    q->depicted = cli_given(c, "depicted") ? cli_text(c, "depicted") : cli_text(c, "age");
    q->tags = cli_text(c, "tags");
    q->seat = cli_text(c, "seat");
    q->representative = cli_text(c, "representative");
    q->host = cli_text(c, "host");
    q->reporter = cli_text(c, "reporter");
    q->home = cli_text(c, "home");
    q->platform = cli_text(c, "platform");
    size_t dot = 0, slash = 0;
    if (str_chr(q->platform, '/', &slash)) {
        *code = cli_fail(c, EXIT_USE, "--platform: \"" STR_FMT "\" is a link: give its host name", STR_ARG(q->platform));
        return false;
    }
    if (str_chr(q->platform, '.', &dot)) { /* an address: the platform whose domain it is, or none known */
        const LawPlatform *p = law_platform_of_host(law, q->platform, q->at);
        q->platform = p != NULL ? p->r.id : STR_NONE;
    }
    return true;
}

/* The articles of the Criminal Code on the day of the offence. */
static size_t articles(const Law *law, const RouteQuery *q, const RouteResult *r, Arena *a, const LawCross *const **out) {
    return law_cross_to(law, q->offence, S("SR"), r->lane, STR_NONE, date_none(q->offence_date) ? q->at : q->offence_date, a, out);
}

static Str step_text(const Law *law, const RouteStep *s, Lang lang, Arena *a) {
    LawReason r = { .phrase = s->phrase, .word = s->value, .row = s->row };
    return law_reason_text(law, &r, lang, a);
}

static void body_json(Json *j, const Law *law, const RouteBody *b, const RouteQuery *q, Lang lang) {
    json_obj(j);
    json_kv_str(j, "body", b->body->r.id);
    json_kv_str(j, "code", b->body->code);
    json_kv_str(j, "name", b->body->name[lang]);
    json_kv_str(j, "country", b->body->country);
    json_kv_str(j, "outcome", str_c(law_outcome_code(b->outcome)));
    json_kv_bool(j, "competent", b->outcome == OUTCOME_COMPETENT || b->outcome == OUTCOME_SHARED);
    json_kv_str(j, "reason", b->why != NULL ? b->why->reason[lang] : STR_NONE);
    json_kv_str(j, "article", b->why != NULL ? b->why->article : STR_NONE);
    json_kv_str(j, "step", b->why != NULL ? b->why->step : STR_NONE);
    json_kv_str(j, "expect", b->why != NULL ? b->why->expect[lang] : STR_NONE);
    json_kv_str(j, "powers", b->body->powers[lang]);
    json_kv_str(j, "terms", b->body->terms[lang]);
    json_kv_str(j, "file", b->body->file[lang]);
    json_kv_bool(j, "exclusive", b->exclusive);
    json_kv_bool(j, "parallel", b->parallel);
    json_kv_bool(j, "verified", b->body->r.verified && b->why != NULL && b->why->r.verified);
    json_key(j, S("form"));
    if (b->form == NULL) {
        json_nil(j);
    } else {
        json_obj(j);
        json_kv_str(j, "id", b->form->r.id);
        json_kv_str(j, "name", b->form->name[lang]);
        json_kv_str(j, "clock", b->form->clock);
        json_kv_str(j, "who", b->form->who);
        json_key(j, S("contents"));
        json_arr(j);
        for (size_t i = 0; i < b->contents_n; i++) {
            json_obj(j);
            json_kv_str(j, "element", b->contents[i]->element);
            json_kv_str(j, "name", b->contents[i]->name[lang]);
            json_kv_bool(j, "needed", law_content_needed(law, b->contents[i], q->offence, q->at));
            json_end_obj(j);
        }
        json_end_arr(j);
        json_end_obj(j);
    }
    json_kv_str(j, "url", b->body->url);
    json_kv_str(j, "mail", b->body->mail);
    json_kv_str(j, "phone", b->body->phone);
    json_end_obj(j);
}

static void say_json(Cli *c, const Law *law, const RouteQuery *q, const RouteResult *r, Lang lang, Buf *b) {
    Json j = json_to(b, true);
    json_obj(&j);
    json_kv_str(&j, "offence", r->offence->r.id);
    json_kv_str(&j, "lane", r->lane);
    json_kv_str(&j, "platform", r->platform != NULL ? r->platform->r.id : STR_NONE);
    json_kv_str(&j, "at", date_str(c->a, q->at));
    json_kv_bool(&j, "verified", r->verified);
    const LawCross *const *sr = NULL;
    size_t sr_n = articles(law, q, r, c->a, &sr);
    json_key(&j, S("articles"));
    json_arr(&j);
    for (size_t i = 0; i < sr_n; i++) json_str(&j, sr[i]->sub.n == 0 ? sr[i]->value : str_fmt(c->a, STR_FMT "/" STR_FMT, STR_ARG(sr[i]->value), STR_ARG(sr[i]->sub)));
    json_end_arr(&j);
    json_key(&j, S("steps"));
    json_arr(&j);
    for (size_t i = 0; i < r->steps_n; i++) json_str(&j, step_text(law, &r->steps[i], lang, c->a));
    json_end_arr(&j);
    json_key(&j, S("bodies"));
    json_arr(&j);
    for (size_t i = 0; i < r->bodies_n; i++) body_json(&j, law, &r->bodies[i], q, lang);
    json_end_arr(&j);
    json_key(&j, S("ladder"));
    json_arr(&j);
    for (size_t i = 0; i < r->ladder_n; i++) {
        json_obj(&j);
        json_kv_str(&j, "id", r->ladder[i]->r.id);
        json_kv_str(&j, "name", r->ladder[i]->name[lang]);
        json_kv_str(&j, "form", r->ladder[i]->form);
        json_kv_str(&j, "term", r->ladder[i]->term);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_key(&j, S("hash"));
    json_arr(&j);
    for (size_t i = 0; i < r->hash_n; i++) json_str(&j, r->hash[i]->value);
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(b, '\n');
}

static void body_words(const Law *law, const RouteBody *b, const RouteQuery *q, Lang lang, Buf *out) {
    buf_printf(out, "%-10s " STR_FMT " - " STR_FMT "%s\n", law_outcome_code(b->outcome), STR_ARG(b->body->code), STR_ARG(b->body->name[lang]),
        b->body->r.verified && b->why != NULL && b->why->r.verified ? "" : "  (not verified)");
    if (b->why == NULL) return;
    buf_printf(out, "           " STR_FMT "%s" STR_FMT "%s\n", STR_ARG(b->why->reason[lang]), b->why->article.n > 0 ? " [" : "", STR_ARG(b->why->article), b->why->article.n > 0 ? "]" : "");
    if (b->outcome == OUTCOME_NO) return;
    if (b->why->expect[lang].n > 0) buf_printf(out, "           > " STR_FMT "\n", STR_ARG(b->why->expect[lang]));
    if (b->body->powers[lang].n > 0) buf_printf(out, "           powers: " STR_FMT "\n", STR_ARG(b->body->powers[lang]));
    if (b->form != NULL) {
        buf_printf(out, "           form " STR_FMT ": " STR_FMT, STR_ARG(b->form->r.id), STR_ARG(b->form->name[lang]));
        if (b->form->clock.n > 0) buf_printf(out, ", clock " STR_FMT, STR_ARG(b->form->clock));
        if (b->form->who.n > 0) buf_printf(out, ", filed by " STR_FMT, STR_ARG(b->form->who));
        buf_ch(out, '\n');
        for (size_t i = 0; i < b->contents_n; i++)
            buf_printf(out, "             %s " STR_FMT "\n", law_content_needed(law, b->contents[i], q->offence, q->at) ? "*" : "-", STR_ARG(b->contents[i]->name[lang]));
    }
    if (b->exclusive) buf_z(out, "           exclusive\n");
    if (!b->parallel) buf_z(out, "           not beside another filing\n");
    const Str contacts[] = { b->body->url, b->body->mail, b->body->phone };
    for (size_t i = 0; i < LEN(contacts); i++)
        if (contacts[i].n > 0) buf_printf(out, "           " STR_FMT "\n", STR_ARG(contacts[i]));
}

static void say_words(Cli *c, const Law *law, const RouteQuery *q, const RouteResult *r, Lang lang, Buf *b) {
    for (size_t i = 0; i < r->steps_n; i++) buf_printf(b, "%zu. " STR_FMT "\n", i + 1, STR_ARG(step_text(law, &r->steps[i], lang, c->a)));
    const LawCross *const *sr = NULL;
    size_t sr_n = articles(law, q, r, c->a, &sr);
    for (size_t i = 0; i < sr_n; i++)
        buf_printf(b, "%s" STR_FMT "%s" STR_FMT "%s", i == 0 ? "   Sr " : ", ", STR_ARG(sr[i]->value), sr[i]->sub.n > 0 ? "/" : "", STR_ARG(sr[i]->sub), i + 1 == sr_n ? "\n" : "");
    buf_ch(b, '\n');
    for (size_t i = 0; i < r->bodies_n; i++) body_words(law, &r->bodies[i], q, lang, b);
    buf_z(b, "\nwho can remove\n");
    for (size_t i = 0; i < r->ladder_n; i++) buf_printf(b, "%2zu. " STR_FMT "\n", i + 1, STR_ARG(r->ladder[i]->name[lang]));
    for (size_t i = 0; i < r->hash_n; i++) buf_printf(b, "%s" STR_FMT "%s", i == 0 ? "\nhash lane: " : ", ", STR_ARG(r->hash[i]->value), i + 1 == r->hash_n ? "\n" : "");
}

static int run(Cli *c) {
    const Law *law = NULL;
    RouteQuery q = { .at = DATE_NONE };
    RouteResult r = { 0 };
    Lang lang = LANG_EN;
    int code = EXIT_YES;
    if (!law_cli_open(c, &law, &code) || !ask(c, law, &q, &lang, &code)) return code;
    if (law_route(law, &q, c->a, &r) != OK) return cli_fail(c, EXIT_USE, STR_FMT, STR_ARG(r.problem[lang]));
    Buf b = buf_new(ROUTE_OUT_MAX);
    if (cli_flag(c, "json")) say_json(c, law, &q, &r, lang, &b);
    else say_words(c, law, &q, &r, lang, &b);
    law_out(&b);
    return EXIT_YES;
}

static const Opt opts[] = {
    { OPT_TEXT, "offence", "CODE", "offence, as in table offences", .required = true },
    { OPT_TEXT, "depicted", "AGE", "age when depicted: adult minor unknown <12 12-15 16-17 18+" },
    { OPT_TEXT, "age", "AGE", "the same", .otherwise = "unknown" },
    { OPT_TEXT, "platform", "ID|HOST", "platform of table platforms, or a host name" },
    { OPT_TEXT, "tags", "LIST", "what is known of a service that is in no table: \"I H P\"" },
    { OPT_TEXT, "seat", "CODE", "country of its main establishment; - for none" },
    { OPT_TEXT, "representative", "CODE", "country of its legal representative in the Union; - for none" },
    { OPT_TEXT, "host", "CODE", "country where the files stand" },
    { OPT_TEXT, "reporter", "WHO", "victim supporter flagger ngo mandated authority", .otherwise = "victim" },
    { OPT_TEXT, "home", "CODE", "country of the reporter (default: the Netherlands)" },
    { OPT_TEXT, "at", "DATE", "day of the question (default: today)" },
    { OPT_TEXT, "offence-date", "DATE", "day of the offence (default: that of the question)" },
    { OPT_TEXT, "known", "DATE", "the law as it was known on that day" },
    OPT_LANG, OPT_LAW_DIR, OPT_JSON, { OPT_END } };
const Cmd cmd_law_route = { .name = "route", .summary = "which bodies are competent, why, and what to file there", .args = "", .opts = opts, .run = run };
