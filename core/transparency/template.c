/* template.c - the template as data, and the words of what can deviate from it. */
#include "core/transparency/reported_in.h"
#include "foundation/base/csv.h"
#include "foundation/base/lang.h"

extern const char rep_template_csv[];
extern const size_t rep_template_csv_n;

const char *const rep_dev_codes[RD_N] = { "", "kind", "encoding", "byte_order_mark", "zero_byte", "separator", "quotes", "width", "too_large", "unreadable", "name", "number", "by_columns", "by_number", "missing_section",
    "twice_section", "unknown_sheet", "hidden", "late_head", "title", "missing_column", "unknown_column", "twice_column", "column_order", "merged", "blanks", "unit", "thousands", "decimal_comma", "fraction", "negative", "share",
    "no_value", "no_number", "error_value", "formula", "date", "period", "scope", "category", "place", "sample_text", "service", "missing_line", "twice_line", "unknown_line", "sum", "more_than_all", "identity", "macro" };
const char *const rep_dev_words[RD_N] = {
    "", N_("The file is of another kind than the template."), N_("The file is not in UTF-8."), N_("The file begins with a byte order mark."), N_("There are zero bytes in the file."), N_("The fields are separated by something else than a comma."),
    N_("A quote stands where none may stand."), N_("The row has more or fewer fields than the first line."), N_("It is larger than is read."), N_("It is damaged and was not read."), N_("The section has another name than in the template."),
    N_("The section has another number than in the template."), N_("The name says nothing; the section was found by its columns."), N_("Name and columns are in another language; the section was found by its number."),
    N_("A section is missing."), N_("A section is there twice; the first was read."), N_("This sheet or file is no section of the template."), N_("The sheet is hidden."), N_("Other lines stand above the first line."),
    N_("A column is titled differently."), N_("A column is missing."), N_("A column is not in the template."), N_("A column is there twice; the first was read."), N_("The columns stand in another order."),
    N_("Cells were merged; the value was taken for each of them."), N_("Blanks stand around the value."), N_("A unit stands behind the number."), N_("The number has thousands separators."), N_("The number has a decimal comma."),
    N_("A number of things is not whole."), N_("The number is negative."), N_("A share that can be a fraction or a percentage; it was taken as a fraction."), N_("Something stands there that means that there is no value."), N_("This is no number; it was not read."),
    N_("The spreadsheet could not work this out."), N_("There is a formula without its result."), N_("The day is not written as in 2025-07-01."), N_("The period is another than that of the report, or no period."), N_("The scope is not one of the template."),
    N_("The category is not one of the template."), N_("The keyword stands under another category, or in a section that does not have it."), N_("A sample text of the template was left in."), N_("The file holds several services."),
    N_("A line of the template is missing."), N_("A line is there twice; the first was read."), N_("The line is not in the template."), N_("The categories do not add up to the total."), N_("A part is larger than the whole."),
    N_("The report does not say who published it, when, or about which period."), N_("The workbook holds macros; they are never run."),
};

bool rep_dev_lost(RepDev d) {
    static const RepDev lost[] = { RD_TOO_LARGE, RD_UNREADABLE, RD_MISSING_SECTION, RD_TWICE_SECTION, RD_UNKNOWN_SHEET, RD_MISSING_COLUMN, RD_TWICE_COLUMN, RD_UNKNOWN_COLUMN, RD_NO_NUMBER, RD_ERROR, RD_FORMULA, RD_MISSING_LINE, RD_TWICE_LINE, RD_UNKNOWN_LINE, RD_IDENTITY };
    for (size_t i = 0; i < LEN(lost); i++)
        if (lost[i] == d) return true;
    return false;
}

static const char *const slugs[REP_SECTIONS] = { "", "report_identification", "categories_names", "member_states_orders", "notices", "own_initiative_illegal", "own_initiative_TC", "appeals_and_recidivism", "automated_means", "human_resources", "AMAR", "qualitative" };
const char *rep_section_slug(RepSection s) {
    must(s < REP_SECTIONS);
    return slugs[s];
}
bool rep_section_needed(RepSection s, bool very_large) { return s != REP_NONE && s != REP_NAMES && (very_large || (s != REP_PEOPLE && s != REP_RECIPIENTS)); }

static char kind_of(Str s) {
    static const struct { const char *word; char kind; } kinds[] = { { "text", 't' }, { "count", 'c' }, { "hours", 'h' }, { "share", 's' }, { "value", 'v' }, { "period", 'p' }, { "category", 'g' }, { "scope", 'o' }, { "context", 'x' }, { "date", 'd' } };
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(s, str_c(kinds[i].word))) return kinds[i].kind;
    return 0;
}

typedef struct Lists { RepColumn *columns[REP_SECTIONS]; RepLine *lines[REP_SECTIONS]; RepCategory *categories; } Lists;

static uint32_t bits_of(Str list) {
    uint32_t bits = 0;
    int64_t n = 0;
    for (Str part; str_split(&list, ' ', &part);)
        if (str_i64(part, 1, REP_SECTIONS - 1, &n) == OK) bits |= 1u << n;
    return bits;
}

/* what,section,code,kind,title,part,scope,applies */
static void take(RepTemplate *t, Lists *l, const Str *f) {
    int64_t n = 0;
    if (str_eq(f[0], S("category")) || str_eq(f[0], S("keyword"))) {
        RepCategory *c = &l->categories[t->categories_n++];
        *c = (RepCategory){ .code = f[2], .title = f[4], .label = f[5], .sections = bits_of(f[1]), .keyword = str_eq(f[0], S("keyword")) };
        for (size_t i = t->categories_n; c->keyword && i-- > 0 && c->parent.n == 0;)
            if (!l->categories[i].keyword) c->parent = l->categories[i].code;
        return;
    }
    must(str_i64(f[1], 1, REP_SECTIONS - 1, &n) == OK);
    if (str_eq(f[0], S("section"))) {
        t->slug[n] = f[2];
        t->aliases[n] = f[4];
        t->applies[n] = f[7];
    } else if (str_eq(f[0], S("column"))) {
        l->columns[n][t->columns_n[n]++] = (RepColumn){ .code = f[2], .title = f[4], .kind = kind_of(f[3]) };
    } else {
        l->lines[n][t->lines_n[n]++] = (RepLine){ .code = f[2], .title = f[4], .part = f[5], .scope = f[6], .applies = f[7], .kind = kind_of(f[3]) };
    }
}

void rep_template(Arena *a, RepTemplate *out) {
    enum { COLUMNS = 64, LINES = 64, CATEGORIES = 160 };
    Lists l = { .categories = ARENA_ARRAY(a, RepCategory, CATEGORIES) };
    CsvReader r = csv_reader((Str){ rep_template_csv, rep_template_csv_n }, ',');
    Str *f = NULL;
    size_t n = 0;
    memset(out, 0, sizeof *out);
    for (int i = 1; i < REP_SECTIONS; i++) {
        l.columns[i] = ARENA_ARRAY(a, RepColumn, COLUMNS);
        l.lines[i] = ARENA_ARRAY(a, RepLine, LINES);
    }
    must(csv_row(a, &r, &f, &n) == OK && n == 8);
    while (csv_row(a, &r, &f, &n) == OK) {
        must(n == 8);
        take(out, &l, f);
    }
    must(out->categories_n < CATEGORIES);
    out->categories = l.categories;
    for (int i = 1; i < REP_SECTIONS; i++) {
        must(out->columns_n[i] > 0 && out->columns_n[i] < COLUMNS && out->lines_n[i] < LINES && str_eq(out->slug[i], str_c(slugs[i])));
        out->columns[i] = l.columns[i];
        out->lines[i] = l.lines[i];
    }
}
