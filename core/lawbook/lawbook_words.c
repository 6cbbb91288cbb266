/* lawbook_words.c - names of tables, columns and outcomes for readers. */
#include "core/lawbook/lawbook_in.h"

typedef struct TableWord { const char *word, *about; } TableWord;
static const TableWord tables[LAW_TABLE_N] = {
    [LAW_OFFENCES] = { N_("Kinds of offence"), N_("What happened, with its own code, and the route by age of the person in the image.") },
    [LAW_FACETS] = { N_("Facets"), N_("What is kept apart about an incident, such as a threat or a list.") },
    [LAW_CROSSWALK] = { N_("Crosswalk"), N_("The same offence in other lists: Criminal Code, directives, transparency database, hotline codes.") },
    [LAW_AUTHORITIES] = { N_("Bodies"), N_("Supervisors, police, courts and others: what they are for and what they can do.") },
    [LAW_COMPETENCE] = { N_("Competence"), N_("When a body is competent; the first row that fits decides.") },
    [LAW_FORMS] = { N_("Forms of filing"), N_("What can be sent to a body, and whether it starts a term.") },
    [LAW_CONTENTS] = { N_("Required contents"), N_("What must be in a notice, filing or report.") },
    [LAW_TERMS] = { N_("Terms"), N_("Who must do what within which time, how it is counted, and what follows.") },
    [LAW_NORMS] = { N_("Norms of policy"), N_("Numbers that this organisation uses where the law names none. They are not law.") },
    [LAW_NEXT] = { N_("Next steps"), N_("What can be done when a term is over, and from which day.") },
    [LAW_PAUSES] = { N_("Pauses"), N_("Reasons why a term stands still.") },
    [LAW_PENALTIES] = { N_("Penalty payments"), N_("What a body pays for each day that it is late.") },
    [LAW_HOLIDAYS] = { N_("Holidays"), N_("Days on which a term does not end, for each country.") },
    [LAW_COUNTRIES] = { N_("Countries"), N_("Time zone and calendar of each country.") },
    [LAW_PLATFORMS] = { N_("Platforms"), N_("Services with their size and where they are established.") },
    [LAW_TAGS] = { N_("Kinds of service"), N_("Codes for kind and size of a service.") },
    [LAW_OBLIGATIONS] = { N_("Duties of platforms"), N_("What a service must do, and how that can be seen from outside.") },
    [LAW_LADDER] = { N_("Who can remove"), N_("From the uploader to the payment provider, in order.") },
    [LAW_REFERRALS] = { N_("Help"), N_("Who offers help, for whom, and how to reach them.") },
    [LAW_BASELINES] = { N_("Figures"), N_("Published figures to compare with, each with its year.") },
    [LAW_CHANGES] = { N_("Dated changes"), N_("When the rules change.") },
    [LAW_RULES] = { N_("House rules"), N_("Sharing, keeping, privacy and handling.") },
    [LAW_GLOSSARY] = { N_("Words"), N_("Dutch and English words for the same thing, and words we avoid.") },
    [LAW_SOURCES] = { N_("Sources"), N_("Where it is written.") },
    [LAW_PHRASES] = { N_("Sentences"), N_("The words in which a count is explained.") },
    [LAW_QUESTIONS] = { N_("Questions"), N_("What a supervisor asks of the official data, with formula and caveats.") },
    [LAW_CAVEATS] = { N_("Caveats"), N_("What is printed beside a figure.") },
    [LAW_DEFECTS] = { N_("Defects of the official data"), N_("Known mistakes and breaks in what is published, with the days they touch.") },
    [LAW_NAMES] = { N_("Names in the database"), N_("How the DSA Transparency Database names a platform.") },
};

const char *book_table_word(LawTable t) { return tables[t].word; }
const char *book_table_about(LawTable t) { return tables[t].about; }

typedef struct ColumnWord { const char *column, *word; } ColumnWord;
static const ColumnWord columns[] = {
    { "abroad", N_("Abroad") }, { "acts", N_("Can act itself") }, { "alarms", N_("Warnings, days before") }, { "article", N_("Article") }, { "artefact", N_("Belongs to") }, { "avoid", N_("Avoid this word") },
    { "base", N_("Variant of") }, { "body", N_("Body") }, { "calendar_from", N_("Calendar complete from") }, { "cents", N_("Cents a day") }, { "clock", N_("Starts term") }, { "clocks", N_("Further terms") },
    { "code", N_("Code") }, { "condition", N_("Condition") }, { "count", N_("Counting rule") }, { "country", N_("Country") }, { "day", N_("Day") }, { "days", N_("Days") }, { "domains", N_("Domains") },
    { "effect", N_("Effect") }, { "element", N_("Part") }, { "eu", N_("In the Union") }, { "evidence", N_("Evidence to keep") }, { "exclusive", N_("Not beside") }, { "expect", N_("What to expect") },
    { "ext_n", N_("Extension, number") }, { "ext_unit", N_("Extension, unit") }, { "facet", N_("Facet") }, { "file", N_("How to file") }, { "first_add", N_("First day, days added") }, { "form", N_("Form of filing") },
    { "found", N_("How to find them") }, { "gender", N_("Gender") }, { "ground", N_("Ground") }, { "groups", N_("Groups") }, { "holder", N_("Who must act") }, { "holder_class", N_("Kind of who must act") },
    { "homes", N_("Country of who files") }, { "host", N_("Country of the files") }, { "hosts", N_("Country of the files") }, { "kind", N_("Kind") }, { "lacks", N_("Without") }, { "lane", N_("Route") },
    { "lane_adult", N_("Route when adult") }, { "lane_minor", N_("Route when minor") }, { "lane_unknown", N_("Route when age is unknown") }, { "lanes", N_("Routes") }, { "lapse", N_("When it is over") },
    { "last_add", N_("Last day, days added") }, { "late_n", N_("Too late after, number") }, { "late_unit", N_("Too late after, unit") }, { "letters", N_("Written to in") }, { "mail", N_("Mail address") }, { "mandate", N_("What it is for") },
    { "month", N_("Month") }, { "must", N_("Must hold") }, { "n", N_("Number") }, { "name", N_("Name") }, { "need", N_("Needed") }, { "needs", N_("With") }, { "needs_prior", N_("Builds on the lapse of") },
    { "offence", N_("Offence") }, { "offences", N_("Kinds of offence") }, { "offset", N_("Days added") }, { "on", N_("On") }, { "operator_name", N_("Operator") }, { "outcome", N_("Outcome") }, { "pauses", N_("Pauses") },
    { "phone", N_("Telephone") }, { "powers", N_("Powers") }, { "promise", N_("A promise may take its place") }, { "rank", N_("Order") }, { "reason", N_("Reason") }, { "recurs", N_("Recurs") },
    { "reporters", N_("Who files") }, { "representative", N_("Country of the representative") }, { "representative_name", N_("Representative") }, { "role", N_("Role in counting") }, { "scheme", N_("List") }, { "seat", N_("Country of establishment") },
    { "seats", N_("Establishment") }, { "see", N_("How it is seen") }, { "sends", N_("Can receive what another body sends") }, { "shift", N_("Moved when") }, { "shown", N_("Shown to victims") }, { "sign", N_("Sign") },
    { "starts", N_("Starts with") }, { "step", N_("Step that decides") }, { "sub", N_("Part or keyword") }, { "subject", N_("Subject") }, { "tags", N_("Kinds of service") }, { "target", N_("Addressee") }, { "term", N_("Term") },
    { "terms", N_("Terms") }, { "text", N_("Text") }, { "tiers", N_("Holds for") }, { "topics", N_("Topics") }, { "touches", N_("Touches") }, { "trigger", N_("Starts when") }, { "unit", N_("Unit") }, { "url", N_("Page") },
    { "value", N_("Value") }, { "via", N_("After") }, { "waive", N_("Not for") }, { "weekday", N_("Weekday") }, { "weight", N_("Weight") }, { "who", N_("Who may file") }, { "whom", N_("For whom") }, { "word", N_("Word") },
    { "year", N_("Year") }, { "zone", N_("Time zone") }, { "number", N_("Number") }, { "data", N_("Answered from") }, { "families", N_("Kinds of offence") }, { "caveats", N_("Caveats") }, { "formula", N_("How it is counted") },
    { "names", N_("Names") }, { "questions", N_("Questions") }, { "platform", N_("Platform") },
};

const char *book_column_word(Str column) {
    for (size_t i = 0; i < LEN(columns); i++)
        if (str_eq(str_c(columns[i].column), column)) return columns[i].word;
    return NULL;
}

/* Codes of closed lists, in the columns where they are. */
typedef struct CodeWord { const char *columns, *code, *word; } CodeWord;
#define UNITS "unit ext_unit late_unit"
#define FLAGS "eu acts promise recurs avoid shown sends need"
#define LANES "lane lanes lane_adult lane_minor lane_unknown"
static const CodeWord codes[] = {
    { UNITS, "hour", N_("hour") }, { UNITS, "day", N_("day") }, { UNITS, "week", N_("week") }, { UNITS, "month", N_("month") }, { UNITS, "year", N_("year") },
    { FLAGS, "yes", N_("yes") }, { FLAGS, "no", N_("no") }, { FLAGS, "unknown", N_("not known") }, { FLAGS, "waived", N_("needed, with exceptions") },
    { LANES, "adult", N_("adult") }, { LANES, "minor", N_("minor") }, { LANES, "*", N_("any") },
    { "kind", "law", N_("term of law") }, { "kind", "policy", N_("norm of policy, not law") }, { "kind", "court", N_("set by a court") }, { "kind", "promised", N_("promised, not law") },
    { "count", "awt", N_("General Terms Act (Awt)") }, { "count", "eu", N_("Regulation 1182/71") }, { "count", "hours", N_("in hours") }, { "count", "calendar", N_("calendar days") }, { "count", "backward", N_("counted back") },
    { "kind", "fixed", N_("fixed day") }, { "kind", "decreed", N_("by decree, for one year") }, { "kind", "easter", N_("counted from Easter") }, { "kind", "orthodox", N_("counted from orthodox Easter") },
    { "kind", "nth", N_("such a weekday of the month, counted from its start") }, { "kind", "last", N_("last such weekday of the month") }, { "kind", "on", N_("first such weekday from that day on") },
    { "letters", "nl", N_("Dutch") }, { "letters", "en", N_("English") },
    { "role", "awt", N_("its days off are those of the General Terms Act") }, { "role", "home", N_("where who files lives, unless said") },
    { "count", "none", N_("the law names no number") }, { "starts", "event", N_("the event") }, { "starts", "sent", N_("sending") }, { "starts", "received", N_("receipt") }, { "starts", "published", N_("publication") },
    { "reporters who", "victim", N_("the victim") }, { "reporters who", "supporter", N_("somebody close to the victim") }, { "reporters who", "flagger", N_("a trusted flagger") },
    { "reporters who", "ngo", N_("an organisation with a stake of its own") }, { "reporters who", "mandated", N_("somebody with a mandate of the victim") }, { "reporters who", "authority", N_("an authority") },
    { "outcome", "no", N_("not competent") }, { "outcome", "competent", N_("competent") }, { "outcome", "shared", N_("competent together with another") }, { "outcome", "receives", N_("takes it and passes it on") },
    { "outcome", "concerned", N_("wants to know") }, { "outcome", "find_out", N_("find out first") }, { "via", "after", N_("the day after the end") }, { "via", "now", N_("at once") },
    { "seats", "here", N_("established in its country") }, { "seats", "rep", N_("represented in its country") }, { "seats", "eu", N_("established elsewhere in the Union") },
    { "seats", "eurep", N_("represented elsewhere in the Union") }, { "seats", "none", N_("nowhere in the Union") }, { "seats hosts", "unknown", N_("not known") }, { "hosts homes", "here", N_("in its country") },
    { "hosts homes", "eu", N_("elsewhere in the Union") }, { "hosts homes", "outside", N_("outside the Union") }, { "step", "lane", N_("age of the person in the image") }, { "step", "service", N_("kind of service") },
    { "step", "seat", N_("establishment") }, { "step", "mandate", N_("what the body is for") }, { "step", "who", N_("who files") }, { "step", "form", N_("form of filing") }, { "step", "parallel", N_("what may go beside it") },
    { "offences reporters seats hosts homes exclusive tiers", "*", N_("any") }, { "pauses", "-", N_("cannot be paused") },
    { "effect", "break", N_("nothing compares across it") }, { "effect", "exclude", N_("counted apart") }, { "effect", "note", N_("said beside the figure") },
    { "families questions names", "*", N_("any") }, { "data", "S", N_("statements") }, { "data", "N", N_("own log") }, { "data", "R", N_("transparency reports") },
};

const char *book_code_word(Str column, Str code) {
    for (size_t i = 0; i < LEN(codes); i++) {
        if (!str_eq(str_c(codes[i].code), code)) continue;
        Str rest = str_c(codes[i].columns), one = STR_NONE;
        while (str_split(&rest, ' ', &one))
            if (str_eq(one, column)) return codes[i].word;
    }
    return NULL;
}

const char *book_outcome_word(LawOutcome o) {
    static const char *const words[] = { [OUTCOME_NO] = N_("not competent"), [OUTCOME_COMPETENT] = N_("competent"), [OUTCOME_SHARED] = N_("competent together with another"),
        [OUTCOME_RECEIVES] = N_("takes it and passes it on"), [OUTCOME_CONCERNED] = N_("wants to know"), [OUTCOME_FIND_OUT] = N_("find out first") };
    return words[o];
}

UiState book_outcome_state(LawOutcome o) {
    static const UiState states[] = { [OUTCOME_NO] = STATE_NONE, [OUTCOME_COMPETENT] = STATE_DONE, [OUTCOME_SHARED] = STATE_DONE, [OUTCOME_RECEIVES] = STATE_INFO, [OUTCOME_CONCERNED] = STATE_INFO, [OUTCOME_FIND_OUT] = STATE_WAITING };
    return states[o];
}

const char *book_kind_word(LawKind k) {
    static const char *const words[] = { [KIND_LAW] = N_("term of law"), [KIND_POLICY] = N_("norm of policy, not law"), [KIND_COURT] = N_("set by a court"), [KIND_PROMISED] = N_("promised, not law") };
    return words[k];
}

const char *book_mark_word(bool verified) { return verified ? N_("verified") : N_("not verified"); }
UiState book_mark_state(bool verified) { return verified ? STATE_DONE : STATE_WAITING; }
