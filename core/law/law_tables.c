/* law_tables.c - the columns of every table of law/(star).csv, as the loader, the checker and the book read them.
 *
 * Common to all: id (letters, digits and . _ -, stable), valid_from and valid_to (both included, empty: open), known_from, source
 * (keys of table sources, or M, K), verified_on, verified_by, note. Then, where the contract leaves it open:
 *   lists         blank-separated; `*` any; `-` known to be none; empty: nothing is said
 *   offences, waive, norms.offence   offence codes and groups (lower case, from offences.groups)
 *   competence.body    an authority, or kind:dsc for every body of that kind
 *   competence.seats   here rep eu eurep none unknown (worked out against the body's own country; EU bodies: the whole Union), or a country code
 *   competence.hosts   here eu outside unknown or a code;  homes: here eu outside or a code
 *   competence.exclusive   empty: others beside it; `*` nothing; else bodies or kind:... that are not filed beside it
 *   terms.country      used when the asker names none;  terms.pauses `-`: cannot be paused, empty: days stated only
 *   next.via           empty or `after`: the day after the end; `now`: from the trigger; a term: only when that has run too
 *   holidays           fixed month day | decreed: the same, for one year, and only told as a doubt until the row is verified | easter, orthodox + offset | nth `day`-th weekday of month | last weekday of month | on: first weekday on or after
 *                      month/day; offset days are added; shift `sun-1`: when it falls on a Sunday it is kept a day earlier
 *   changes.touches    table:id
 */
#include "core/law/law_in.h"

#define AT(T, f) (uint16_t)offsetof(T, f)
#define STR_(T, f, ...) { .name = #f, .kind = COL_STR, .at = AT(T, f), __VA_ARGS__ }
#define INT_(T, f) { .name = #f, .kind = COL_INT, .at = AT(T, f) }
#define BOOL_(T, f) { .name = #f, .kind = COL_BOOL, .at = AT(T, f) }
#define UNIT_(T, f) { .name = #f, .kind = COL_UNIT, .at = AT(T, f) }
#define DATE_(T, f) { .name = #f, .kind = COL_DATE, .at = AT(T, f) }
#define TEXT_(T, f, ...) { .name = #f "_nl", .kind = COL_STR, .at = AT(T, f), __VA_ARGS__ }, \
    { .name = #f "_en", .kind = COL_STR, .at = (uint16_t)(offsetof(T, f) + sizeof(Str)), __VA_ARGS__ }
#define IDS(TABLE) .ref = REF_IDS, .to = LAW_##TABLE
#define WORDS(list) .words = list
#define NEED .needed = NEEDED
#define PLAIN .needed = 0
#define HEAD(T) STR_(T, r.id, NEED), DATE_(T, r.valid_from), DATE_(T, r.valid_to), DATE_(T, r.known_from), STR_(T, r.source, IDS(SOURCES), NEED), \
    DATE_(T, r.verified_on), STR_(T, r.verified_by, PLAIN), STR_(T, r.note, PLAIN)

static const Col offences[] = { HEAD(LawOffence), TEXT_(LawOffence, name, NEED), TEXT_(LawOffence, text, PLAIN), STR_(LawOffence, groups, NEED),
    STR_(LawOffence, lane_adult, WORDS("adult minor"), NEED), STR_(LawOffence, lane_minor, WORDS("adult minor"), NEED),
    STR_(LawOffence, lane_unknown, WORDS("adult minor"), NEED), INT_(LawOffence, weight) };
static const Col facets[] = { HEAD(LawFacet), STR_(LawFacet, facet, NEED), STR_(LawFacet, value, NEED), TEXT_(LawFacet, name, NEED), INT_(LawFacet, rank) };
static const Col crosswalk[] = { HEAD(LawCross), STR_(LawCross, offence, IDS(OFFENCES), NEED),
    STR_(LawCross, scheme, WORDS("SR DIR1385 DIR2011 TDB1 TDB2 XARF ICCAM HASH OTHER"), NEED), STR_(LawCross, lane, WORDS("adult minor *"), NEED),
    STR_(LawCross, gender, WORDS("women *")), STR_(LawCross, value, NEED), STR_(LawCross, sub, PLAIN), TEXT_(LawCross, text, PLAIN) };
static const Col authorities[] = { HEAD(LawAuthority), STR_(LawAuthority, code, NEED), STR_(LawAuthority, country, IDS(COUNTRIES), NEED),
    STR_(LawAuthority, kind, WORDS("dsc dpa media police prosecution eu hotline foreign court ods ombudsman observer ai enforcer"), NEED),
    TEXT_(LawAuthority, name, NEED), TEXT_(LawAuthority, mandate, PLAIN), TEXT_(LawAuthority, powers, PLAIN), TEXT_(LawAuthority, file, PLAIN), TEXT_(LawAuthority, terms, PLAIN),
    TEXT_(LawAuthority, abroad, PLAIN), STR_(LawAuthority, url, PLAIN), STR_(LawAuthority, mail, PLAIN), STR_(LawAuthority, phone, PLAIN),
    STR_(LawAuthority, sends, WORDS("yes no unknown")), BOOL_(LawAuthority, acts) };
static const Col competence[] = { HEAD(LawCompetence), INT_(LawCompetence, rank), STR_(LawCompetence, body, .ref = REF_BODY, NEED),
    STR_(LawCompetence, lanes, WORDS("adult minor *")), STR_(LawCompetence, offences, .ref = REF_OFFENCES), STR_(LawCompetence, needs, IDS(TAGS)),
    STR_(LawCompetence, lacks, IDS(TAGS)), STR_(LawCompetence, seats, .ref = REF_SEATS), STR_(LawCompetence, hosts, .ref = REF_HOSTS),
    STR_(LawCompetence, reporters, WORDS("victim supporter flagger ngo mandated authority *")), STR_(LawCompetence, homes, .ref = REF_HOMES),
    STR_(LawCompetence, outcome, WORDS("no competent shared receives concerned find_out"), NEED),
    STR_(LawCompetence, step, WORDS("lane service seat mandate who form parallel"), NEED), STR_(LawCompetence, article, PLAIN),
    STR_(LawCompetence, form, IDS(FORMS)), STR_(LawCompetence, exclusive, .ref = REF_BODY), TEXT_(LawCompetence, reason, NEED), TEXT_(LawCompetence, expect, PLAIN) };
static const Col forms[] = { HEAD(LawForm), TEXT_(LawForm, name, NEED), TEXT_(LawForm, text, PLAIN), STR_(LawForm, clock, IDS(TERMS)), STR_(LawForm, clocks, IDS(TERMS)),
    STR_(LawForm, who, WORDS("victim supporter flagger ngo mandated authority *")), TEXT_(LawForm, effect, PLAIN) };
static const Col contents[] = { HEAD(LawContent), STR_(LawContent, artefact, NEED), STR_(LawContent, element, NEED), STR_(LawContent, need, WORDS("yes no waived"), NEED),
    STR_(LawContent, waive, .ref = REF_OFFENCES), STR_(LawContent, ground, PLAIN), TEXT_(LawContent, name, NEED), INT_(LawContent, rank) };
static const Col terms[] = { HEAD(LawTermRow), TEXT_(LawTermRow, name, NEED), TEXT_(LawTermRow, trigger, PLAIN), TEXT_(LawTermRow, holder, PLAIN), TEXT_(LawTermRow, lapse, PLAIN),
    STR_(LawTermRow, article, PLAIN), STR_(LawTermRow, holder_class, NEED), STR_(LawTermRow, country, IDS(COUNTRIES), NEED),
    STR_(LawTermRow, starts, WORDS("event sent received published"), NEED), STR_(LawTermRow, pauses, IDS(PAUSES)), STR_(LawTermRow, alarms, PLAIN),
    { .name = "kind", .kind = COL_KIND, .at = AT(LawTermRow, kind), NEED }, INT_(LawTermRow, n), UNIT_(LawTermRow, unit),
    { .name = "count", .kind = COL_COUNT, .at = AT(LawTermRow, count) }, INT_(LawTermRow, ext_n), UNIT_(LawTermRow, ext_unit),
    STR_(LawTermRow, base, IDS(TERMS)), BOOL_(LawTermRow, promise), BOOL_(LawTermRow, recurs), STR_(LawTermRow, needs_prior, IDS(TERMS)),
    INT_(LawTermRow, late_n), UNIT_(LawTermRow, late_unit) };
static const Col norms[] = { HEAD(LawNorm), STR_(LawNorm, term, IDS(TERMS), NEED), STR_(LawNorm, offence, .ref = REF_OFFENCES), STR_(LawNorm, lane, WORDS("adult minor *")),
    INT_(LawNorm, n), UNIT_(LawNorm, unit), TEXT_(LawNorm, text, PLAIN) };
static const Col next[] = { HEAD(LawNext), STR_(LawNext, term, IDS(TERMS), NEED), STR_(LawNext, code, NEED), STR_(LawNext, via, WORDS("after now"), IDS(TERMS)),
    STR_(LawNext, form, IDS(FORMS)), STR_(LawNext, target, .ref = REF_TARGET), STR_(LawNext, ground, PLAIN), TEXT_(LawNext, name, NEED), INT_(LawNext, rank) };
static const Col pauses[] = { HEAD(LawPauseKind), TEXT_(LawPauseKind, name, NEED), STR_(LawPauseKind, ground, PLAIN), INT_(LawPauseKind, first_add), INT_(LawPauseKind, last_add) };
static const Col penalties[] = { HEAD(LawPenalty), STR_(LawPenalty, term, IDS(TERMS), NEED), INT_(LawPenalty, rank), INT_(LawPenalty, days), INT_(LawPenalty, cents),
    TEXT_(LawPenalty, text, PLAIN) };
static const Col holidays[] = { HEAD(LawHoliday), STR_(LawHoliday, country, IDS(COUNTRIES), NEED), STR_(LawHoliday, kind, WORDS("fixed decreed easter orthodox nth last on"), NEED),
    INT_(LawHoliday, month), INT_(LawHoliday, day), INT_(LawHoliday, offset), INT_(LawHoliday, weekday), STR_(LawHoliday, shift, PLAIN), TEXT_(LawHoliday, name, NEED) };
static const Col countries[] = { HEAD(LawCountry), TEXT_(LawCountry, name, NEED), BOOL_(LawCountry, eu), STR_(LawCountry, zone, NEED), DATE_(LawCountry, calendar_from), STR_(LawCountry, role, WORDS("awt home")), STR_(LawCountry, letters, WORDS("nl en")) };
static const Col platforms[] = { HEAD(LawPlatform), STR_(LawPlatform, name, NEED), STR_(LawPlatform, operator_name, PLAIN), STR_(LawPlatform, domains, PLAIN),
    STR_(LawPlatform, tags, IDS(TAGS)), STR_(LawPlatform, seat, IDS(COUNTRIES)), STR_(LawPlatform, representative, IDS(COUNTRIES)),
    STR_(LawPlatform, representative_name, PLAIN), STR_(LawPlatform, host, IDS(COUNTRIES)), STR_(LawPlatform, mail, PLAIN), TEXT_(LawPlatform, text, PLAIN) };
static const Col tags[] = { HEAD(LawTag), TEXT_(LawTag, name, NEED) };
static const Col obligations[] = { HEAD(LawObligation), STR_(LawObligation, tiers, IDS(TAGS), NEED), STR_(LawObligation, lacks, IDS(TAGS)), STR_(LawObligation, article, PLAIN),
    STR_(LawObligation, see, WORDS("A T Q D"), NEED), TEXT_(LawObligation, must, NEED), TEXT_(LawObligation, evidence, PLAIN) };
static const Col ladder[] = { HEAD(LawRung), INT_(LawRung, rank), TEXT_(LawRung, name, NEED), TEXT_(LawRung, found, PLAIN), TEXT_(LawRung, condition, PLAIN),
    STR_(LawRung, form, IDS(FORMS)), STR_(LawRung, term, IDS(TERMS)) };
static const Col referrals[] = { HEAD(LawReferral), TEXT_(LawReferral, name, NEED), TEXT_(LawReferral, whom, PLAIN), TEXT_(LawReferral, text, PLAIN), STR_(LawReferral, phone, PLAIN),
    STR_(LawReferral, url, PLAIN), STR_(LawReferral, topics, WORDS("crisis care child legal report own-behaviour *")), STR_(LawReferral, lanes, WORDS("adult minor *")),
    INT_(LawReferral, rank), BOOL_(LawReferral, shown) };
static const Col baselines[] = { HEAD(LawBaseline), TEXT_(LawBaseline, name, NEED), INT_(LawBaseline, year), STR_(LawBaseline, sign, WORDS("= > share")),
    STR_(LawBaseline, unit, PLAIN), { .name = "value", .kind = COL_REAL, .at = AT(LawBaseline, value), NEED } };
static const Col changes[] = { HEAD(LawChange), { .name = "on", .kind = COL_DATE, .at = AT(LawChange, on), NEED }, TEXT_(LawChange, text, NEED),
    STR_(LawChange, touches, .ref = REF_TOUCHES) };
static const Col rules[] = { HEAD(LawRule), STR_(LawRule, subject, NEED), TEXT_(LawRule, text, NEED) };
static const Col glossary[] = { HEAD(LawWord), TEXT_(LawWord, word, NEED), BOOL_(LawWord, avoid), TEXT_(LawWord, text, PLAIN) };
static const Col sources[] = { HEAD(LawSource), TEXT_(LawSource, text, NEED) };
static const Col phrases[] = { HEAD(LawPhrase), TEXT_(LawPhrase, text, NEED) };
static const Col questions[] = { HEAD(LawQuestion), INT_(LawQuestion, number), STR_(LawQuestion, data, WORDS("S N R"), NEED), STR_(LawQuestion, families, .ref = REF_OFFENCES, NEED),
    STR_(LawQuestion, unit, WORDS("rows items days share people files per_1000 per_million"), NEED), STR_(LawQuestion, caveats, IDS(CAVEATS), NEED),
    TEXT_(LawQuestion, name, NEED), TEXT_(LawQuestion, text, NEED), TEXT_(LawQuestion, formula, NEED) };
static const Col caveats[] = { HEAD(LawCaveat), TEXT_(LawCaveat, text, NEED) };
static const Col defects[] = { HEAD(LawDefect), STR_(LawDefect, effect, WORDS("break exclude note"), NEED), STR_(LawDefect, names, NEED), STR_(LawDefect, questions, IDS(QUESTIONS), NEED),
    TEXT_(LawDefect, text, NEED) };
static const Col names[] = { HEAD(LawName), STR_(LawName, platform, IDS(PLATFORMS), NEED), STR_(LawName, name, NEED) };

#define DEF(lower, T) { #lower, lower, LEN(lower), sizeof(T) }
const TableDef law_defs[LAW_TABLE_N] = {
    [LAW_OFFENCES] = DEF(offences, LawOffence), [LAW_FACETS] = DEF(facets, LawFacet), [LAW_CROSSWALK] = DEF(crosswalk, LawCross),
    [LAW_AUTHORITIES] = DEF(authorities, LawAuthority), [LAW_COMPETENCE] = DEF(competence, LawCompetence), [LAW_FORMS] = DEF(forms, LawForm),
    [LAW_CONTENTS] = DEF(contents, LawContent), [LAW_TERMS] = DEF(terms, LawTermRow), [LAW_NORMS] = DEF(norms, LawNorm), [LAW_NEXT] = DEF(next, LawNext),
    [LAW_PAUSES] = DEF(pauses, LawPauseKind), [LAW_PENALTIES] = DEF(penalties, LawPenalty), [LAW_HOLIDAYS] = DEF(holidays, LawHoliday),
    [LAW_COUNTRIES] = DEF(countries, LawCountry), [LAW_PLATFORMS] = DEF(platforms, LawPlatform), [LAW_TAGS] = DEF(tags, LawTag),
    [LAW_OBLIGATIONS] = DEF(obligations, LawObligation), [LAW_LADDER] = DEF(ladder, LawRung), [LAW_REFERRALS] = DEF(referrals, LawReferral),
    [LAW_BASELINES] = DEF(baselines, LawBaseline), [LAW_CHANGES] = DEF(changes, LawChange), [LAW_RULES] = DEF(rules, LawRule),
    [LAW_GLOSSARY] = DEF(glossary, LawWord), [LAW_SOURCES] = DEF(sources, LawSource), [LAW_PHRASES] = DEF(phrases, LawPhrase),
    [LAW_QUESTIONS] = DEF(questions, LawQuestion), [LAW_CAVEATS] = DEF(caveats, LawCaveat), [LAW_DEFECTS] = DEF(defects, LawDefect), [LAW_NAMES] = DEF(names, LawName),
};
#define PH_X(NAME, id) [PH_##NAME] = id,
const char *const law_phrase_ids[PH_N] = { PHRASES(PH_X) };
#undef PH_X

const char *law_table_name(LawTable t) { return t < LAW_TABLE_N ? law_defs[t].name : ""; }
static const char *col_name(const Col *c) { return strncmp(c->name, "r.", 2) == 0 ? c->name + 2 : c->name; }
size_t law_columns(LawTable t) { return law_defs[t].cols_n; }
const char *law_column(LawTable t, size_t i) {
    must(i < law_defs[t].cols_n);
    return col_name(&law_defs[t].cols[i]);
}

bool law_column_refers(LawTable t, size_t i, LawTable *out) {
    must(i < law_defs[t].cols_n);
    const Col *c = &law_defs[t].cols[i];
    bool bodies = c->ref == REF_BODY, offences_too = c->ref == REF_OFFENCES;
    if (c->ref == REF_IDS || bodies || offences_too) *out = bodies ? LAW_AUTHORITIES : offences_too ? LAW_OFFENCES : c->to;
    return c->ref == REF_IDS || bodies || offences_too;
}

static const char *const units[] = { [UNIT_NONE] = "", [UNIT_HOUR] = "hour", [UNIT_DAY] = "day", [UNIT_WEEK] = "week", [UNIT_MONTH] = "month", [UNIT_YEAR] = "year" };
static const char *const kinds[] = { [KIND_LAW] = "law", [KIND_POLICY] = "policy", [KIND_COURT] = "court", [KIND_PROMISED] = "promised" };
const char *law_unit_code(LawUnit u) { return (size_t)u < LEN(units) ? units[u] : ""; }
const char *law_kind_code(LawKind k) { return (size_t)k < LEN(kinds) ? kinds[k] : ""; }
