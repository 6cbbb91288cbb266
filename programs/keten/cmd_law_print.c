/* cmd_law_print.c - keten law print: the book. One HTML page that stands by itself, every row with a place for a signature, so that
 * a lawyer can sign the law row by row on paper. With --pdf the same as PDF (cmd_law_pdf.c). */
#include "programs/keten/cmd_law.h"

enum { BOOK_MAX = 64 << 20, COMMON = 8 };
#define W(nl, en) (lang == LANG_NL ? (nl) : (en))

static void put(Buf *b, Str s) {
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': buf_z(b, "&amp;"); break;
        case '<': buf_z(b, "&lt;"); break;
        case '>': buf_z(b, "&gt;"); break;
        case '"': buf_z(b, "&quot;"); break;
        default: buf_ch(b, s.p[i]);
        }
    }
}

static const char style[] =
    "<style>body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#111;background:#fff}h1{font-size:2rem}h2{margin-top:3rem;border-bottom:2px solid #111}"
    "nav ol{columns:2}table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.35rem .5rem;text-align:left;vertical-align:top}thead th{background:#eee}"
    "dl{margin:0;display:grid;grid-template-columns:max-content 1fr;gap:.1rem .6rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}.id{font-weight:700;white-space:nowrap}.sign{width:11rem}"
    ".line{border-bottom:1px solid #111;height:2.2rem}.not{color:#8a1c00;font-weight:700}.small{font-size:12px;color:#333}"
    "@media print{body{max-width:none;margin:0;font-size:9pt}h2{break-before:page}tr{break-inside:avoid}}</style>";

/* "name_nl" -> what is shown of it in this language: 0 skip, else the length of the name without the language. */
static size_t shown(const char *column, Lang lang) {
    size_t n = strlen(column);
    bool nl = n > 3 && strcmp(column + n - 3, "_nl") == 0, en = n > 3 && strcmp(column + n - 3, "_en") == 0;
    if ((nl && lang != LANG_NL) || (en && lang != LANG_EN)) return 0;
    return nl || en ? n - 3 : n;
}

static void put_facts(Buf *b, const Law *law, const LawRow *r, Lang lang) {
    LawTable t = (LawTable)r->table;
    buf_z(b, "<dl>");
    for (size_t k = COMMON; k < law_columns(t); k++) {
        Str cell = law_cell(law, r, k);
        size_t n = shown(law_column(t, k), lang);
        if (n == 0 || cell.n == 0) continue;
        buf_z(b, "<dt>");
        put(b, (Str){ law_column(t, k), n });
        buf_z(b, "</dt><dd>");
        put(b, cell);
        buf_z(b, "</dd>");
    }
    buf_z(b, "</dl>");
    Str note = law_cell(law, r, COMMON - 1);
    if (note.n == 0) return;
    buf_z(b, "<p class=\"small\">");
    put(b, note);
    buf_z(b, "</p>");
}

static void put_standing(Buf *b, Arena *a, const LawRow *r, Lang lang) {
    if (!date_none(r->valid_from) || !date_none(r->valid_to)) {
        buf_z(b, date_none(r->valid_from) ? "" : W("vanaf ", "from "));
        if (!date_none(r->valid_from)) put(b, date_str(a, r->valid_from));
        buf_z(b, date_none(r->valid_to) ? "" : W(" tot en met ", " up to and including "));
        if (!date_none(r->valid_to)) put(b, date_str(a, r->valid_to));
        buf_z(b, "<br>");
    }
    buf_z(b, W("bron: ", "source: "));
    put(b, r->source);
    buf_z(b, "<br>");
    if (r->verified) {
        buf_z(b, W("gecontroleerd ", "verified "));
        put(b, date_str(a, r->verified_on));
        buf_z(b, ", ");
        put(b, r->verified_by);
    } else {
        buf_z(b, W("<span class=\"not\">niet gecontroleerd</span>", "<span class=\"not\">not verified</span>"));
    }
}

static void put_row(Buf *b, Arena *a, const Law *law, const LawRow *r, Lang lang) {
    buf_z(b, "<tr><th scope=\"row\" class=\"id\">");
    put(b, r->id);
    buf_z(b, "</th><td>");
    put_facts(b, law, r, lang);
    buf_z(b, "</td><td class=\"small\">");
    put_standing(b, a, r, lang);
    buf_z(b, "</td><td class=\"sign\"><div class=\"line\"></div></td></tr>\n");
}

static void put_table(Buf *b, Arena *a, const Law *law, LawTable t, Date at, Lang lang) {
    const LawRow **rows = NULL;
    size_t n = law_list(law, t, at, a, &rows);
    buf_printf(b, "<h2 id=\"%s\">%s</h2>\n<table><thead><tr><th scope=\"col\">id</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n", law_table_name(t),
        law_table_name(t), W("Wat er staat", "What it says"), W("Geldigheid en bron", "Validity and source"), W("Akkoord: naam, datum, handtekening", "Agreed: name, date, signature"));
    for (size_t i = 0; i < n; i++) {
        const LawRow **versions = NULL;
        size_t all = date_none(at) ? law_versions(law, t, rows[i]->id, a, &versions) : 0; /* the book of all days holds every version */
        for (size_t k = 0; k < all; k++) put_row(b, a, law, versions[k], lang);
        if (all == 0) put_row(b, a, law, rows[i], lang);
    }
    buf_z(b, "</tbody></table>\n");
}

static int run(Cli *c) {
    const Law *law = NULL;
    Lang lang = LANG_EN;
    Date at = DATE_NONE;
    int code = EXIT_YES;
    if (!law_lang(c, &lang, &code) || !law_date(c, "at", &at, &code) || !law_cli_open(c, &law, &code)) return code;
    if (cli_given(c, "pdf")) return law_print_pdf(c, law, lang, at);
    Buf b = buf_new(BOOK_MAX);
    buf_printf(&b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title>%s</head><body>\n", W("nl", "en"), W("Keten: het recht als gegevens", "Keten: the law as data"), style);
    buf_printf(&b, "<h1>%s</h1>\n<p>%s</p>\n<p>%s ", W("Het recht als gegevens", "The law as data"),
        W("Geen juridisch advies. Een rij zonder handtekening wordt niet tegen een instantie gebruikt zonder dat erbij staat dat ze niet is gecontroleerd.",
            "Not legal advice. A row without a signature is not used against an authority without saying that it is not verified."), W("Zoals het geldt op", "As it holds on"));
    if (date_none(at)) buf_z(&b, W("elke dag: alle versies.", "any day: all versions."));
    else put(&b, date_str(c->a, at));
    buf_z(&b, "</p>\n<nav><ol>");
    for (size_t t = 0; t < LAW_TABLE_N; t++) buf_printf(&b, "<li><a href=\"#%s\">%s</a></li>", law_table_name((LawTable)t), law_table_name((LawTable)t));
    buf_z(&b, "</ol></nav>\n");
    for (size_t t = 0; t < LAW_TABLE_N; t++) put_table(&b, c->a, law, (LawTable)t, at, lang);
    buf_z(&b, "</body></html>\n");
    law_out(&b);
    return EXIT_YES;
}

static const Opt opts[] = { OPT_LANG, { OPT_TEXT, "at", "DATE", "as it holds on that day (default: every version of everything)" }, { OPT_TEXT, "pdf", "FILE", "write a PDF there instead; - is standard output" },
    { OPT_TEXT, "data", "DIR", "the instance whose media process draws the PDF" }, OPT_LAW_DIR, { OPT_END } };
const Cmd cmd_law_print = { .name = "print", .summary = "the law as a book in HTML or PDF, with a place for a signature at every row", .args = "", .opts = opts, .run = run };
