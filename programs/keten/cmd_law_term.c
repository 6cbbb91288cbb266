/* cmd_law_term.c - keten law term: one term, its end and why; keten law count: the same for a length that no rule of the law has. */
#include "programs/keten/cmd_law.h"

enum { PAUSES_MAX = 32, TERM_OUT_MAX = 1 << 20 };
typedef struct Asked { TermQuery q; LawPause pauses[PAUSES_MAX]; Lang lang; int code; } Asked;

static bool wrong(const Cli *c, Asked *k, const char *name, Str value, const char *what) {
    k->code = cli_fail(c, EXIT_USE, "--%s: \"" STR_FMT "\" %s", name, STR_ARG(value), what);
    return false;
}

static bool instant(const Cli *c, Asked *k, const Zone *z, const char *name, UnixMs *out) {
    Str s = cli_text(c, name);
    UnixMs elsewhere = 0;
    if (!cli_given(c, name) || when_parse(z, s, out) == OK) return true;
    if (when_parse(zone_utc(), s, &elsewhere) != OK) return wrong(c, k, name, s, "is not a day or a time like 2026-03-02T10:00");
    return wrong(c, k, name, s, str_fmt(c->a, "does not exist in " STR_FMT ": the clock is put forward over it", STR_ARG(zone_name(z))).p);
}

static bool pause_of(const Cli *c, Asked *k, Str s) {
    if (k->q.pauses_n == PAUSES_MAX) return wrong(c, k, "pause", s, "is one pause too many: at most 32");
    if (law_pause_parse(s, &k->pauses[k->q.pauses_n]) != OK) return wrong(c, k, "pause", s, "is not two days like 2026-03-10..2026-03-20");
    k->q.pauses_n++;
    return true;
}

/* "week" or "weeks"; UNIT_NONE when it is none. */
static LawUnit unit_of(Str s) {
    for (LawUnit u = UNIT_HOUR; u <= UNIT_YEAR; u++) {
        Str one = str_c(law_unit_code(u));
        if (str_eq(s, one) || (str_starts(s, one) && s.n == one.n + 1 && s.p[one.n] == 's')) return u;
    }
    return UNIT_NONE;
}

static bool norm_of(const Cli *c, Asked *k) {
    Str s = cli_text(c, "norm"), n = STR_NONE;
    if (!cli_given(c, "norm")) return true;
    if (!str_split(&s, ' ', &n) || str_i64(n, 1, 10000, &k->q.norm_n) != OK) return wrong(c, k, "norm", cli_text(c, "norm"), "is not a number and a unit like \"48 hours\"");
    k->q.norm_unit = unit_of(s);
    return k->q.norm_unit != UNIT_NONE ? true : wrong(c, k, "norm", cli_text(c, "norm"), "is not a number and a unit like \"48 hours\"");
}

static bool ask_times(Cli *c, Asked *k, const Zone *z) {
    Str rest = cli_text(c, "pause"), one = STR_NONE;
    if (!law_lang(c, &k->lang, &k->code) || !instant(c, k, z, "from", &k->q.from) || !instant(c, k, z, "at", &k->q.at)) return false;
    if (cli_given(c, "pause") && rest.n == 0) return pause_of(c, k, rest);
    while (rest.n > 0 && str_split(&rest, '\n', &one))
        if (!pause_of(c, k, one)) return false;
    k->q.pauses = k->pauses;
    return true;
}

static bool ask(Cli *c, const Law *law, Asked *k) {
    TermQuery *q = &k->q;
    q->rule = str_c(c->args[0]);
    q->country = cli_text(c, "country");
    q->offence = cli_text(c, "offence");
    q->lane = cli_text(c, "lane");
    if (q->offence.n > 0 && law_offence(law, q->offence, DATE_NONE) == NULL) return wrong(c, k, "offence", q->offence, "is not in table offences");
    if (q->lane.n > 0 && !str_eq(q->lane, S("adult")) && !str_eq(q->lane, S("minor"))) return wrong(c, k, "lane", q->lane, "is not adult or minor");
    const LawTermRow *t = law_term_row(law, q->rule, DATE_NONE);
    const LawCountry *there = law_country(law, q->country.n > 0 || t == NULL ? q->country : t->country, DATE_NONE);
    const Zone *z = there != NULL ? there->z : zone_utc(); /* an unknown term or country is told by the engine */
    if (!ask_times(c, k, z) || !instant(c, k, z, "received", &q->received)) return false;
    if (!law_date(c, "promised", &q->promised, &k->code) || !law_date(c, "extended", &q->extended_on, &k->code)) return false;
    if (!law_date(c, "prior", &q->prior_due, &k->code) || !law_date(c, "known", &q->known, &k->code)) return false;
    return norm_of(c, k);
}

/* RULE N UNIT */
static bool ask_count(Cli *c, const Law *law, Asked *k, LawCount *how, int64_t *n, LawUnit *unit) {
    static const struct { const char *name; LawCount how; } rules[] = { { "awt", COUNT_AWT }, { "eu", COUNT_EU }, { "hours", COUNT_HOURS }, { "calendar", COUNT_CALENDAR }, { "backward", COUNT_BACKWARD } };
    k->q.rule = str_c(c->args[0]);
    for (size_t i = 0; i < LEN(rules); i++)
        if (str_eq(k->q.rule, str_c(rules[i].name))) *how = rules[i].how;
    *unit = unit_of(str_c(c->args[2]));
    if (*how == COUNT_NONE) k->code = cli_fail(c, EXIT_USE, "\"%s\" is no way to count: awt eu hours calendar backward", c->args[0]);
    else if (str_i64(str_c(c->args[1]), 1, 10000, n) != OK) k->code = cli_fail(c, EXIT_USE, "\"%s\" is not a number from 1 to 10000", c->args[1]);
    else if (*unit == UNIT_NONE) k->code = cli_fail(c, EXIT_USE, "\"%s\" is no unit: hour day week month year", c->args[2]);
    else if (*how == COUNT_BACKWARD && *unit == UNIT_HOUR) k->code = cli_fail(c, EXIT_USE, "hours are not counted backward: day week month year");
    if (k->code != EXIT_YES) return false;
    k->q.country = cli_text(c, "country");
    const LawCountry *there = law_country(law, k->q.country.n > 0 ? k->q.country : law_home(law), DATE_NONE);
    return ask_times(c, k, there != NULL ? there->z : zone_utc());
}

static void json_instant(Json *j, Arena *a, const char *key, UnixMs t, bool has) {
    json_key(j, str_c(key));
    if (has) json_str(j, when_rfc3339(a, t));
    else json_nil(j);
}

static void json_opens(Json *j, Arena *a, const TermResult *r, Lang lang) {
    json_key(j, S("opens"));
    json_arr(j);
    for (size_t i = 0; i < r->opens_n; i++) {
        const LawOpen *o = &r->opens[i];
        json_obj(j);
        json_kv_str(j, "step", o->next->code);
        json_kv_str(j, "name", o->next->name[lang]);
        law_json_date(j, a, "first", o->first);
        json_instant(j, a, "first_at", o->first_at, !date_none(o->first));
        json_kv_bool(j, "open", o->open_now);
        json_kv_str(j, "form", o->next->form);
        json_kv_str(j, "target", o->next->target);
        json_kv_str(j, "ground", o->next->ground);
        json_kv_bool(j, "verified", o->next->r.verified);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void json_penalty(Json *j, Arena *a, const TermResult *r) {
    json_key(j, S("penalty"));
    if (!r->penalty.has) {
        json_nil(j);
        return;
    }
    json_obj(j);
    law_json_date(j, a, "first", r->penalty.first);
    law_json_date(j, a, "last", r->penalty.last);
    json_kv_i64(j, "cents_max", r->penalty.cents_max);
    json_kv_i64(j, "cents_now", r->penalty.cents_now);
    json_kv_i64(j, "day_now", r->penalty.day_now);
    json_key(j, S("per_day"));
    json_arr(j);
    for (size_t i = 0; i < r->penalty.bands_n; i++) {
        const PenaltyBand *band = &r->penalty.bands[i];
        json_obj(j);
        law_json_date(j, a, "first", band->first);
        law_json_date(j, a, "last", band->last);
        json_kv_i64(j, "cents", band->row->cents);
        json_end_obj(j);
    }
    json_end_arr(j);
    json_end_obj(j);
}

static const char *state_word(LawState s) {
    static const char *const words[] = { [LAW_UNASKED] = "unasked", [LAW_RUNNING] = "running", [LAW_LAPSED] = "lapsed", [LAW_OPEN_ENDED] = "open_ended" };
    return words[s];
}

static void say_json(Cli *c, const Law *law, const Asked *k, const TermResult *r, Buf *b) {
    Json j = json_to(b, true);
    json_obj(&j);
    json_kv_str(&j, "rule", r->term->r.id);
    json_kv_str(&j, "name", r->term->name[k->lang]);
    json_kv_str(&j, "kind", str_c(law_kind_code(r->kind)));
    json_kv_str(&j, "article", r->term->article);
    law_json_date(&j, c->a, "start", r->start);
    law_json_date(&j, c->a, "raw", r->has_due ? r->raw : DATE_NONE);
    law_json_date(&j, c->a, "due", r->has_due ? r->due : DATE_NONE);
    json_instant(&j, c->a, "due_at", r->due_at, r->has_due);
    json_kv_bool(&j, "void", r->is_void);
    json_kv_str(&j, "country", r->country);
    json_kv_str(&j, "zone", zone_name(r->zone));
    json_kv_bool(&j, "verified", r->verified);
    json_key(&j, S("derivation"));
    json_arr(&j);
    for (size_t i = 0; i < r->derivation_n; i++) json_str(&j, law_reason_text(law, &r->derivation[i], k->lang, c->a));
    json_end_arr(&j);
    json_opens(&j, c->a, r, k->lang);
    json_key(&j, S("alarms"));
    json_arr(&j);
    for (size_t i = 0; i < r->alarms_n; i++) json_str(&j, date_str(c->a, r->alarms[i]));
    json_end_arr(&j);
    json_penalty(&j, c->a, r);
    json_kv_str(&j, "state", str_c(state_word(r->state)));
    if (r->state == LAW_RUNNING || r->state == LAW_LAPSED) json_kv_i64(&j, "days_left", r->days_left);
    json_end_obj(&j);
    buf_ch(b, '\n');
}

static void say_words(Cli *c, const Law *law, const Asked *k, const TermResult *r, Buf *b) {
    buf_printf(b, STR_FMT "  " STR_FMT "  [%s] " STR_FMT "%s\n", STR_ARG(r->term->r.id), STR_ARG(r->term->name[k->lang]), law_kind_code(r->kind), STR_ARG(r->term->article),
        r->verified ? "" : k->lang == LANG_NL ? "  (niet gecontroleerd)" : "  (not verified)");
    if (r->has_due) buf_printf(b, "due     " STR_FMT "\ndue_at  " STR_FMT " (" STR_FMT ")\n", STR_ARG(date_str(c->a, r->due)), STR_ARG(when_rfc3339(c->a, r->due_at)), STR_ARG(zone_name(r->zone)));
    else buf_printf(b, "due     -%s\n", r->is_void ? " (void)" : "");
    if (r->state != LAW_UNASKED) buf_printf(b, "state   %s, %lld days left\n", state_word(r->state), (long long)r->days_left);
    buf_ch(b, '\n');
    for (size_t i = 0; i < r->derivation_n; i++) buf_printf(b, "%2zu. " STR_FMT "\n", i + 1, STR_ARG(law_reason_text(law, &r->derivation[i], k->lang, c->a)));
    for (size_t i = 0; i < r->alarms_n; i++) buf_printf(b, "%s" STR_FMT "%s", i == 0 ? "\nalarms  " : " ", STR_ARG(date_str(c->a, r->alarms[i])), i + 1 == r->alarms_n ? "\n" : "");
    if (r->opens_n > 0) buf_z(b, "\nopens\n");
    for (size_t i = 0; i < r->opens_n; i++) {
        const LawOpen *o = &r->opens[i];
        buf_printf(b, "  " STR_FMT "  %-16.*s " STR_FMT "%s" STR_FMT "%s%s\n", STR_ARG(date_none(o->first) ? S("          ") : date_str(c->a, o->first)), STR_ARG(o->next->code), STR_ARG(o->next->name[k->lang]),
            o->next->ground.n > 0 ? ", " : "", STR_ARG(o->next->ground), o->open_now ? "  [open]" : "", o->next->r.verified ? "" : "  (not verified)");
    }
}

static int tell(Cli *c, const Law *law, const Asked *k, Err e, const TermResult *r) {
    if (e != OK) return cli_fail(c, EXIT_USE, STR_FMT, STR_ARG(r->problem[k->lang]));
    Buf b = buf_new(TERM_OUT_MAX);
    if (cli_flag(c, "json")) say_json(c, law, k, r, &b);
    else say_words(c, law, k, r, &b);
    law_out(&b);
    return EXIT_YES;
}

static int run(Cli *c) {
    const Law *law = NULL;
    Asked k = { .code = EXIT_YES };
    TermResult r = { 0 };
    if (!law_cli_open(c, &law, &k.code) || !ask(c, law, &k)) return k.code;
    return tell(c, law, &k, law_term(law, &k.q, c->a, &r), &r);
}

static int run_count(Cli *c) {
    const Law *law = NULL;
    Asked k = { .code = EXIT_YES };
    TermResult r = { 0 };
    LawCount how = COUNT_NONE;
    LawUnit unit = UNIT_NONE;
    int64_t n = 0;
    if (!law_cli_open(c, &law, &k.code) || !ask_count(c, law, &k, &how, &n, &unit)) return k.code;
    return tell(c, law, &k, law_count_term(law, how, n, unit, &k.q, c->a, &r), &r);
}

static const Opt opts[] = {
    { OPT_TEXT, "from", "TIME", "the trigger: event, sending or publication, 2026-03-02T10:00 in the zone of who must act", .required = true },
    { OPT_TEXT, "received", "TIME", "proven receipt" },
    { OPT_TEXT, "pause", "[KIND:]FROM..TO", "days on which the term stands still, or the letters of a kind of table pauses; may come several times", .many = true },
    { OPT_TEXT, "promised", "DATE", "day that the duty holder promised in a letter" },
    { OPT_TEXT, "extended", "DATE", "day on which it said that it extends, or on which the letter with the promised date came" },
    { OPT_TEXT, "prior", "DATE", "last day of the term whose lapse this one builds on" },
    { OPT_TEXT, "at", "TIME", "moment to look from: state, days left, penalty so far, what is open" },
    { OPT_TEXT, "country", "CODE", "country of who must act (default: the term's own)" },
    { OPT_TEXT, "offence", "CODE", "offence, for policy norms" },
    { OPT_TEXT, "lane", "adult|minor", "lane, for policy norms" },
    { OPT_TEXT, "norm", "N UNIT", "own policy norm where the law names no number: \"48 hours\"" },
    { OPT_TEXT, "known", "DATE", "the law as it was known on that day" },
    OPT_LANG, OPT_LAW_DIR, OPT_JSON, { OPT_END } };
const Cmd cmd_law_term = { .name = "term", .summary = "when a term ends, why, and what its lapse opens", .args = "RULE", .args_min = 1, .args_max = 1, .opts = opts, .run = run };

static const Opt count_opts[] = {
    { OPT_TEXT, "from", "TIME", "the day or time of the event; backward: the day that it is counted back from", .required = true },
    { OPT_TEXT, "pause", "FROM..TO", "days on which the term stands still; may come several times", .many = true },
    { OPT_TEXT, "at", "TIME", "moment to look from: state and days left" },
    { OPT_TEXT, "country", "CODE", "country of who must act: its time, and for eu its holidays (default: the Netherlands)" },
    OPT_LANG, OPT_LAW_DIR, OPT_JSON, { OPT_END } };
const Cmd cmd_law_count = { .name = "count", .summary = "a number of days, weeks, months, years or hours by one counting rule, with every step", .args = "awt|eu|hours|calendar|backward N UNIT", .args_min = 3, .args_max = 3,
    .help = "awt: the Dutch General Terms Act. eu: Regulation 1182/71, with the holidays of --country. hours, calendar: nothing moves. backward: counted back, nothing moves.\n"
            "keten law count awt 3 days --from 2026-04-02", .opts = count_opts, .run = run_count };
