/* cmd_law_pdf.c - the book as PDF. Letters are drawn by the media process of a running instance, where fonts and page breaks are. */
#include "foundation/sandbox/media.h"
#include "programs/keten/cmd_law.h"

enum { COMMON = 8, CELLS = 3, PIECE = 900, BLOCKS_MAX = 20000, FACTS_MAX = 64 * 1024 };
#define W(nl, en) (lang == LANG_NL ? (nl) : (en))
typedef struct Book { Arena *a; const Law *law; Lang lang; DocBlock *v; size_t n; } Book;

static void add(Book *b, DocBlock block) {
    must(b->n < BLOCKS_MAX);
    b->v[b->n++] = block;
}

static void add_row(Book *b, DocKind kind, Str one, Str two, Str three) {
    Str *cells = ARENA_ARRAY(b->a, Str, CELLS);
    cells[0] = one;
    cells[1] = two;
    cells[2] = three;
    add(b, (DocBlock){ .kind = kind, .cells = cells, .cells_n = CELLS });
}

static Str facts(Book *b, const LawRow *r) {
    LawTable t = (LawTable)r->table;
    Buf out = buf_new(FACTS_MAX);
    for (size_t k = COMMON; k < law_columns(t); k++) {
        Str column = str_c(law_column(t, k)), cell = law_cell(b->law, r, k);
        bool nl = str_ends(column, S("_nl")), en = str_ends(column, S("_en"));
        if (cell.n == 0 || (nl && b->lang != LANG_NL) || (en && b->lang != LANG_EN)) continue;
        buf_put(&out, nl || en ? str_sub(column, 0, column.n - 3) : column);
        buf_z(&out, ": ");
        buf_put(&out, cell);
        buf_ch(&out, '\n');
    }
    if (r->note.n > 0) {
        buf_z(&out, "note: ");
        buf_put(&out, r->note);
    }
    Str s = str_dup(b->a, buf_str(&out));
    buf_free(&out);
    return s;
}

static Str standing(Book *b, const LawRow *r) {
    Lang lang = b->lang;
    Str from = date_none(r->valid_from) ? S("...") : date_str(b->a, r->valid_from), to = date_none(r->valid_to) ? S("...") : date_str(b->a, r->valid_to);
    Str mark = r->verified ? str_fmt(b->a, "%s " STR_FMT ", " STR_FMT, W("gecontroleerd", "verified"), STR_ARG(date_str(b->a, r->verified_on)), STR_ARG(r->verified_by)) : str_c(W("NIET GECONTROLEERD", "NOT VERIFIED"));
    return str_fmt(b->a, STR_FMT "\n" STR_FMT " - " STR_FMT "\n%s: " STR_FMT "\n" STR_FMT, STR_ARG(r->id), STR_ARG(from), STR_ARG(to), W("bron", "source"), STR_ARG(r->source), STR_ARG(mark));
}

/* A cell is never taller than a page: long rows go on in rows without a code. */
static void put_row(Book *b, const LawRow *r) {
    Str text = facts(b, r);
    for (bool first = true; first || text.n > 0; first = false) {
        size_t n = text.n < PIECE ? text.n : PIECE;
        while (n < text.n && n > PIECE / 2 && text.p[n] != '\n' && text.p[n] != ' ') n--;
        while (n < text.n && ((uint8_t)text.p[n] & 0xC0) == 0x80) n--; /* whole characters */
        add_row(b, DOC_ROW, first ? standing(b, r) : S(""), str_trim(str_sub(text, 0, n)), first ? S("........................") : S(""));
        text = str_sub(text, n, text.n);
    }
}

static void put_table(Book *b, LawTable t, Date at) {
    Lang lang = b->lang;
    const LawRow **rows = NULL, **versions = NULL;
    size_t n = law_list(b->law, t, at, b->a, &rows);
    add(b, (DocBlock){ .kind = DOC_HEADING, .text = str_c(law_table_name(t)) });
    add_row(b, DOC_ROW_HEAD, str_c(W("Code, geldigheid, bron", "Code, validity, source")), str_c(W("Wat er staat", "What it says")), str_c(W("Naam, datum, handtekening", "Name, date, signature")));
    for (size_t i = 0; i < n; i++) {
        size_t all = date_none(at) ? law_versions(b->law, t, rows[i]->id, b->a, &versions) : 0;
        for (size_t k = 0; k < all; k++) put_row(b, versions[k]);
        if (all == 0) put_row(b, rows[i]);
    }
}

int law_print_pdf(Cli *c, const Law *law, Lang lang, Date at) {
    Instance in = { .dir = NULL };
    Media *media = NULL;
    Str pdf = STR_NONE;
    int code = EXIT_YES;
    if (!cli_given(c, "data")) return cli_fail(c, EXIT_USE, "--pdf needs --data DIR of an instance that is being served: its media process draws the letters");
    if (!cli_instance(c, &in, &code)) return code;
    Book b = { .a = c->a, .law = law, .lang = lang, .v = ARENA_ARRAY(c->a, DocBlock, BLOCKS_MAX) };
    add(&b, (DocBlock){ .kind = DOC_TITLE, .text = str_c(W("Het recht als gegevens", "The law as data")) });
    add(&b, (DocBlock){ .kind = DOC_PARA, .text = str_c(W("Geen juridisch advies. Een rij zonder handtekening wordt niet tegen een instantie gebruikt zonder dat erbij staat dat ze niet is gecontroleerd.",
        "Not legal advice. A row without a signature is not used against an authority without saying that it is not verified.")) });
    add(&b, (DocBlock){ .kind = DOC_PARA, .text = date_none(at) ? str_c(W("Alle versies van alle rijen.", "All versions of all rows.")) : str_fmt(c->a, "%s " STR_FMT, W("Zoals het geldt op", "As it holds on"), STR_ARG(date_str(c->a, at))) });
    for (size_t t = 0; t < LAW_TABLE_N; t++) put_table(&b, (LawTable)t, at);
    Doc doc = { .lang = lang, .title = b.v[0].text, .author = S("Keten"), .foot = b.v[0].text, .at = sys_now(&in.clock), .blocks = b.v, .n = b.n };
    Err e = media_open(c->a, instance_path(c->a, &in, INSTANCE_MEDIA_SOCKET), &media);
    if (e == OK) e = media_pdf(media, c->a, &doc, &pdf);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "the media process of this instance does not answer (%s); is it being served?", err_name(e));
    if (str_eq(cli_text(c, "pdf"), S("-"))) return fwrite(pdf.p, 1, pdf.n, stdout) == pdf.n ? EXIT_YES : EXIT_SYSTEM;
    e = file_write(cli_text(c, "pdf").p, pdf, 0644);
    return e == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, STR_FMT " cannot be written (%s)", STR_ARG(cli_text(c, "pdf")), err_name(e));
}
