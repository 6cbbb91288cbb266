/* The reader of official statements: scanning, one part, the rules of repair, the zip file, the cube. */
#include "core/seal/seal.h"
#include "core/sor/testzip.h"
#include "foundation/base/tap.h"

typedef struct Dice { uint64_t s; } Dice;
static uint64_t roll(Dice *d, uint64_t below) {
    d->s ^= d->s >> 12;
    d->s ^= d->s << 25;
    d->s ^= d->s >> 27;
    return (d->s * UINT64_C(0x2545F4914F6CDD1D) >> 11) % below;
}

/* ---- scanning: every width says what the byte-by-byte one says, wherever the text is cut ---- */
static void scanning(void) {
    static const char bytes[] = "\"\"\"\"\",,,,\n\n\\\\ab \r\0\xC3\xA9\x80\xFF";
    static uint8_t text[20000];
    static uint32_t want[20000], got[20000];
    Dice d = { 42 };
    for (SorWidth w = SOR_AVX2; w <= SOR_AVX512; w++) {
        bool same = true;
        if (!sor_width_here(w)) {
            check(true, "# skip %s: this processor does not have it", sor_width_name(w));
            continue;
        }
        for (int turn = 0; turn < 600 && same; turn++) {
            size_t n = roll(&d, sizeof text - 1) + 1, k = 0;
            size_t few = 1 + roll(&d, sizeof bytes - 2); /* of some alphabets only a part: long runs of quotes, or of text */
            for (size_t i = 0; i < n; i++) text[i] = (uint8_t)(turn % 3 == 0 && roll(&d, 9) > 0 ? 'x' : bytes[roll(&d, few)]);
            SorScan a = { 0 }, b = { 0 };
            size_t all = sor_scan(SOR_SCALAR, &a, text, 0, n, want);
            for (size_t at = 0; at < n;) {
                size_t to = at + 1 + roll(&d, n - at);
                if (turn % 4 == 0) to = n;
                k += sor_scan(w, &b, text, at, to, got + k);
                at = to;
            }
            same = k == all && memcmp(want, got, k * sizeof *got) == 0 && a.inside == b.inside && a.odd == b.odd;
        }
        check(same, "%s finds the same fields and records as the byte-by-byte scanner in 600 random and hostile texts", sor_width_name(w));
    }
}

/* ---- one part ---- */
#define T(lit) { "" lit, sizeof(lit) - 1 }
static const SorPair pairs[] = { { T("STATEMENT_CATEGORY_CYBER_VIOLENCE"), T("KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"), T("NCII") },
    { T("STATEMENT_CATEGORY_CYBER_VIOLENCE"), T("KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"), T("COVERT") }, { T("STATEMENT_CATEGORY_PROTECTION_OF_MINORS"), T("KEYWORD_OTHER"), T("EXPOSE") } };
static const Str wide[] = { T("KEYWORD_OTHER") }, eu[] = { T("BE"), T("NL"), T("DE") };
static SorSpec spec_of(SorEngine e, SorWidth w) {
    return (SorSpec){ .day = S("2025-09-01"), .pairs = pairs, .pairs_n = LEN(pairs), .wide = wide, .wide_n = 1, .eu = eu, .eu_n = 3, .home = S("NL"), .uid_key = { 1, 2, 3 }, .engine = e, .width = w };
}

typedef struct Row { const char *uuid, *legal, *category, *keywords, *scope, *content, *applied, *platform, *uid; } Row;
static const Row usual = { "11111111-2222-3333-4444-555555555555", "\"the law\"", "STATEMENT_CATEGORY_VIOLENCE", "", "\"[\"\"NL\"\"]\"", "\"2025-08-01 00:00:00\"", "\"2025-08-30 00:00:00\"", "\"Demo One\"", "u-1" };

static void head(Buf *b, bool v1) {
    for (int c = 0; c < SC_N; c++)
        if (!v1 || c != SC_EAN) buf_printf(b, "%s%s", c > 0 ? "," : "", sor_col_names[c]);
}
static void row(Buf *b, bool v1, Row r) {
    buf_printf(b, "\n%s,\"[\"\"DECISION_VISIBILITY_CONTENT_REMOVED\"\"]\",,,,,,,,,,,DECISION_GROUND_ILLEGAL_CONTENT,,%s,\"because of it\",,,,%s,,%s,,\"[\"\"CONTENT_TYPE_IMAGE\"\"]\",,NL,%s,%s%s,%s,\"the facts\",SOURCE_VOLUNTARY,,Yes,"
        "AUTOMATED_DECISION_FULLY,%s,%s,\"2025-09-01 10:00:00\"", r.uuid, r.legal, r.category, r.keywords, r.content, v1 ? "" : ",", r.scope, r.applied, r.platform, r.uid);
}

static Arena *life;
static SorPart *part;
static SorEntry stored(Str text) {
    return (SorEntry){ .name = S("a.csv"), .data = text, .size = text.n, .crc = (uint32_t)crc32_z(0, (const Bytef *)text.p, text.n), .method = 0 };
}
static const SorCounts *read_text(Buf *b) {
    must(buf_err(b) == OK);
    SorEntry e = stored(buf_str(b));
    sor_part_read(part, &e);
    return sor_part_counts(part);
}
static SorWhy why_of_line(uint64_t line) {
    const SorLine *l = NULL;
    int64_t more = 0;
    size_t n = sor_part_lines(part, &l, &more);
    for (size_t i = 0; i < n; i++)
        if (l[i].line == line) return l[i].why;
    return SW_NONE;
}
static int64_t listed_lines(void) {
    const SorLine *l = NULL;
    int64_t lines = 0;
    size_t n = sor_part_lines(part, &l, &lines);
    for (size_t i = 0; i < n; i++) lines += (int64_t)l[i].lines;
    return lines;
}
static bool balanced(const SorCounts *c) { return c->lines == c->header + c->parsed + c->repaired + c->quarantined; }

static void repairs(void) {
    Buf b = buf_new(1 << 20);
    Row bare = usual, two = usual, ends = usual, mixed = usual, cr = usual;
    bare.legal = "\"he wrote \\\"yes, and\"";
    two.legal = "\"he wrote \\\"yes\"\", and more\"";
    ends.legal = "\"C:\\dir\\\"";
    mixed.legal = bare.legal;
    mixed.uid = "\"ends in \\\"";
    cr.legal = "\"one\rtwo\"";
    head(&b, false);
    row(&b, false, usual);
    row(&b, false, bare);
    row(&b, false, two);
    row(&b, false, ends);
    row(&b, false, mixed);
    row(&b, false, cr);
    const SorCounts *c = read_text(&b);
    check(c->rows == 6 && c->parsed == 3 && c->repaired == 3 && c->quarantined == 0 && balanced(c) && c->lines == 7, "quotes after a backslash are mended, and every line is counted once");
    check(why_of_line(3) == SW_BACKSLASH && why_of_line(4) == SW_BACKSLASH && why_of_line(6) == SW_MIXED && why_of_line(5) == SW_NONE, "with the rule named; a value that ends in a backslash needs no repair");
    check(str_eq(sor_part_header(part), S("V2 full")), "the form is named (" STR_FMT ")", STR_ARG(sor_part_header(part)));
    buf_free(&b);
}

static void quarantines(void) {
    Buf b = buf_new(4 << 20);
    Row uuid = usual, date = usual, need = usual, utf8 = usual, good8 = usual, quote = usual;
    uuid.uuid = "11111111-2222-3333-4444-55555555555g";
    date.applied = "\"2025-02-30 00:00:00\"";
    need.platform = "";
    utf8.legal = "\"caf\xE9 x\"";
    good8.legal = "\"caf\xC3\xA9 x\"";
    quote.uid = "\"open";
    head(&b, false);
    row(&b, false, uuid);
    row(&b, false, date);
    row(&b, false, need);
    row(&b, false, utf8);
    row(&b, false, good8);
    row(&b, false, quote);
    buf_z(&b, "\n\nshort,line\n");
    buf_put(&b, str_bytes("a\0b", 3));
    row(&b, false, usual);
    const SorCounts *c = read_text(&b);
    check(why_of_line(2) == SW_UUID && why_of_line(3) == SW_DATE && why_of_line(4) == SW_REQUIRED && why_of_line(5) == SW_UTF8 && why_of_line(7) == SW_QUOTE && why_of_line(8) == SW_EMPTY && why_of_line(9) == SW_FIELDS &&
        why_of_line(10) == SW_NUL, "uuid, date, required field, UTF-8, open quote, empty line, number of fields, zero byte: each line is set apart with its reason");
    check(c->rows == 2 && c->quarantined == 8 && c->lines == 11 && balanced(c), "an open quote does not swallow the next record; what is sound is counted");
    buf_free(&b);
}

static void lengths(void) {
    Buf b = buf_new(8 << 20);
    head(&b, false);
    row(&b, false, usual);
    buf_z(&b, "\n11111111-2222-3333-4444-555555555555,\"");
    for (int i = 0; i < 3 << 20; i++) buf_ch(&b, i % 97 == 0 ? ',' : 'x');
    row(&b, false, usual);
    const SorCounts *c = read_text(&b);
    check(c->rows == 2 && why_of_line(3) == SW_LONG && c->lines == 4 && balanced(c), "a field longer than any record costs its own line and no more memory");
    buf_clear(&b);
    head(&b, false);
    c = read_text(&b);
    check(c->rows == 0 && c->header == 1 && c->lines == 1 && c->quarantined == 0, "a first line only: a day without statements, which is not the same as no file");
    buf_clear(&b);
    c = read_text(&b);
    check(c->rows == 0 && c->lines == 0 && sor_part_header(part).n == 0, "an empty part has not even that");
    buf_clear(&b);
    head(&b, false);
    for (int i = 0; i < 5000; i++) row(&b, false, usual);
    buf_ch(&b, '\n');
    c = read_text(&b);
    check(c->rows == 5000 && c->parsed == 5000 && c->lines == 5001 && balanced(c), "records across windows are read once; a last line feed makes no line");
    buf_free(&b);
}

static void headers(void) {
    Buf b = buf_new(1 << 20);
    buf_z(&b, "\xEF\xBB\xBFuuid,invented_column,platform_name,category,decision_ground,source_type,application_date,created_at\n11111111-2222-3333-4444-555555555555,\"x, y\",P,C,G,S,2025-08-30,\"2025-09-01 10:00:00\"");
    const SorCounts *c = read_text(&b);
    Str h = sor_part_header(part);
    size_t at = 0;
    check(c->rows == 1 && str_find(h, S("another order"), &at) && str_find(h, S("unknown column invented_column"), &at) && str_find(h, S("without decision_visibility"), &at), "columns in another order, unknown and missing ones: read, and reported (" STR_FMT ")", STR_ARG(h));
    buf_clear(&b);
    buf_z(&b, "uuid,platform_name,category\na,b,c\nd,e,f");
    c = read_text(&b);
    check(c->rows == 0 && c->quarantined == 3 && c->why[SW_HEADER] == 3 && balanced(c), "without the columns that are needed nothing is guessed: all lines are set apart");
    buf_clear(&b);
    head(&b, false);
    buf_ch(&b, '\r');
    row(&b, false, usual);
    buf_ch(&b, '\r');
    row(&b, false, usual);
    buf_ch(&b, '\r');
    c = read_text(&b);
    check(c->rows == 2 && c->why[SW_CRLF] == 2 && why_of_line(2) == SW_CRLF && listed_lines() == 2 && balanced(c), "lines that end in CR LF are read, and said to be so, in one entry");
    buf_free(&b);
}

static void long_values(void) {
    static char name[2][6000];
    Buf b = buf_new(1 << 20);
    Arena *a = arena_new(64 << 20);
    Row x = usual, y = usual;
    for (size_t i = 0; i < 2; i++) {
        memset(name[i], 'x', sizeof name[i] - 1);
        name[i][0] = (char)('a' + (int)i);
    }
    x.platform = name[0];
    y.platform = name[1];
    head(&b, false);
    row(&b, false, x);
    row(&b, false, y);
    row(&b, false, usual);
    SorDay d;
    const SorCounts *c = read_text(&b);
    sor_day_new(a, &d);
    sor_day_add(&d, part);
    check(c->rows == 3 && d.learn[0].n == 3 && d.learn[0].rows[2] == 2 && d.learn[0].v[2].n < 100, "values longer than any that is published count as one, and say so (" STR_FMT ")", STR_ARG(d.learn[0].v[2]));
    arena_free(a);
    buf_free(&b);
}

/* A million different rows in one part: nobody publishes that, and it must not take all memory. */
static void too_many(void) {
    Buf b = buf_new(128 << 20);
    buf_z(&b, "uuid,platform_name,category,decision_ground,source_type,application_date,created_at");
    for (int i = 0; i < 1020000; i++) buf_printf(&b, "\n11111111-2222-3333-4444-555555555555,p%d,c%d,G,S,2025-08-30,2025-09-01", i % 4080, i / 4080);
    const SorCounts *c = read_text(&b);
    check(c->rows == 0 && c->why[SW_ROOM] == c->lines && c->lines > 1000000 && balanced(c), "a part with more different rows than are held does not count, and says so");
    buf_clear(&b);
    head(&b, false);
    row(&b, false, usual);
    c = read_text(&b);
    check(c->rows == 1, "and the next part is read as ever");
    buf_free(&b);
}

static void joins(void) {
    Buf b = buf_new(4 << 20);
    Row lf = usual, lf3 = usual, not_ours = usual;
    lf.legal = "\"one\ntwo, three\"";
    lf3.legal = "\"one\n\ntwo \\\"x, y\n\"";
    not_ours.legal = "\"one\ntwo";
    head(&b, true);
    row(&b, true, lf);
    row(&b, true, usual);
    row(&b, true, lf3);
    row(&b, true, not_ours);
    row(&b, true, usual);
    row(&b, true, lf);
    const SorCounts *c = read_text(&b);
    check(c->rows == 5 && c->why[SW_JOINED] == 8 && why_of_line(2) == SW_JOINED && c->quarantined == 2 && balanced(c), "in the first schema lines that do not begin with a uuid belong to the record before, as far as that gives a record");
    check(str_starts(sor_part_header(part), S("V1 full")), "37 columns are the first schema");
    buf_clear(&b);
    head(&b, false);
    row(&b, false, lf);
    c = read_text(&b);
    check(c->rows == 0 && c->quarantined == 2, "in the second schema a line feed ends a record, always");
    buf_clear(&b);
    head(&b, true);
    for (int i = 0; i < 5000; i++) row(&b, true, i % 2 == 0 ? lf : usual);
    c = read_text(&b);
    check(c->rows == 5000 && c->why[SW_JOINED] == 5000 && c->lines == 7501 && balanced(c), "joined lines across windows too");
    check(listed_lines() == c->repaired, "and those that are not listed one by one are counted in lines");
    buf_free(&b);
}

/* ---- damage ---- */
static void damage(void) {
    Buf b = buf_new(4 << 20);
    Arena *a = arena_new(64 << 20);
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    head(&b, false);
    for (int i = 0; i < 2000; i++) row(&b, false, usual);
    TestZip z = { 0 };
    tz_add(&z, "part.csv", buf_str(&b), 8);
    Str whole = tz_end(&z);
    must(sor_zip_entries(a, whole, &e, &n, &why) == OK && n == 1 && e[0].wrong == NULL);
    for (SorEngine g = SOR_ZLIB; g <= SOR_ISAL; g++) {
        SorSpec spec = spec_of(g, SOR_SCALAR);
        if (!sor_engine_here(g)) continue;
        Arena *own = arena_new(256 << 20);
        SorPart *p = sor_part_new(own, &spec);
        const SorCounts *c = sor_part_counts(p);
        sor_part_read(p, &e[0]);
        check(c->rows == 2000 && c->quarantined == 0, "%s reads a packed part", sor_engine_name(g));
        SorEntry bad = e[0];
        bad.crc ^= 1;
        sor_part_read(p, &bad);
        check(c->rows == 0 && c->quarantined == 2001 && c->why[SW_CRC] == 2001 && sor_part_extract(p).n == 0 && balanced(c), "a wrong checksum: nothing of the part counts, all its lines are set apart");
        bad = e[0];
        bad.data.n -= 20;
        sor_part_read(p, &bad);
        check(c->rows == 0 && c->why[SW_DAMAGED] > 0 && balanced(c), "packed data that end too early: the same");
        bad = e[0];
        bad.size -= 5;
        sor_part_read(p, &bad);
        check(c->rows == 0 && c->why[SW_SIZE] > 0 && balanced(c), "more bytes than the zip file says: the same");
        sor_part_read(p, &e[0]);
        check(c->rows == 2000, "and the next part is read as ever");
        sor_part_close(p);
        arena_free(own);
    }
    arena_free(a);
    tz_free(&z);
    buf_free(&b);
}

static const char *wrong_of(Arena *a, Str zip) {
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    if (sor_zip_entries(a, zip, &e, &n, &why) != OK) return why;
    for (size_t i = 0; i < n; i++)
        if (e[i].wrong != NULL) return e[i].wrong;
    return "";
}

/* The first of three is said to be as long as all: the two inside it are refused, and not only the one next to it. */
static void lying_over(Arena *a) {
    TestZip z = { 0 };
    SorEntry *e = NULL;
    size_t n = 0, dir = 0;
    const char *why = NULL;
    for (char name[] = "a.csv"; name[0] < 'd'; name[0]++) tz_add(&z, name, S("some text"), 0);
    Str whole = str_dup(a, tz_end(&z));
    must(str_find(whole, S("PK\x01\x02"), &dir));
    char *p = (char *)(uintptr_t)whole.p;
    p[dir + 20] = p[dir + 24] = (char)(uint8_t)(dir - 35); /* to the directory; 35: its own header and name */
    check(sor_zip_entries(a, whole, &e, &n, &why) == OK && n == 3 && e[0].wrong == NULL && e[1].wrong != NULL && e[2].wrong != NULL, "entries that lie inside another are refused, each of them");
    tz_free(&z);
}

static void zips(void) {
    Arena *a = arena_new(64 << 20);
    static const char *const names[] = { "../a.csv", "/etc/a.csv", "a\\b.csv", "C:a.csv", "..", "a\nb.csv", "", "caf\xE9.csv" };
    for (size_t i = 0; i < LEN(names); i++) {
        TestZip z = { 0 };
        tz_add(&z, names[i], S("x"), 0);
        check(wrong_of(a, tz_end(&z))[0] != '\0', "a name like %s is refused", i == 5 ? "two lines" : i == 6 ? "nothing" : i == 7 ? "no UTF-8" : names[i]);
        tz_free(&z);
    }
    TestZip z = { 0 };
    tz_add(&z, "a.csv", S("some text"), 8);
    tz_add(&z, "b.csv", S("some other text"), 0);
    Str whole = str_dup(a, tz_end(&z));
    check(wrong_of(a, whole)[0] == '\0', "a sound zip file is read");
    bool cut_found = true, flips_safe = true;
    for (size_t n = 0; n < whole.n; n++) cut_found = cut_found && wrong_of(a, str_sub(whole, 0, n))[0] != '\0';
    check(cut_found, "cut off at any of its %zu bytes it is not", whole.n);
    for (size_t i = 0; i < whole.n * 8; i++) {
        char *p = (char *)(uintptr_t)whole.p;
        p[i / 8] = (char)(p[i / 8] ^ (1 << i % 8));
        flips_safe = flips_safe && wrong_of(a, whole) != NULL;
        p[i / 8] = (char)(p[i / 8] ^ (1 << i % 8));
    }
    check(flips_safe, "with any bit turned it is read or refused, never more than that");
    size_t dir = 0;
    must(str_find(whole, S("PK\x01\x02"), &dir));
    char *p = (char *)(uintptr_t)whole.p;
    p[dir + 8] = 1;
    check(strstr(wrong_of(a, whole), "encrypted") != NULL, "an encrypted entry is named as such");
    p[dir + 8] = 0;
    memcpy(p + dir + 24, "\x00\x00\x00\x7F", 4);
    check(strstr(wrong_of(a, whole), "bomb") != NULL, "nine bytes that become two gigabytes: a bomb");
    tz_free(&z);
    lying_over(a);
    arena_free(a);
}

/* ---- what is counted, and the cube ---- */
static void cubes(void) {
    Buf b = buf_new(4 << 20), file = buf_new(SOR_CUBE_MAX), again = buf_new(SOR_CUBE_MAX);
    Arena *a = arena_new(256 << 20);
    Row ncii = usual, elsewhere = usual, other = usual, all = usual;
    ncii.category = "STATEMENT_CATEGORY_CYBER_VIOLENCE";
    ncii.keywords = elsewhere.keywords = "\"[\"\"KEYWORD_NON_CONSENSUAL_IMAGE_SHARING\"\"]\"";
    other.keywords = "\"[\"\"KEYWORD_OTHER\"\"]\"";
    all.scope = "\"[\"\"BE\"\",\"\"DE\"\",\"\"NL\"\"]\"";
    all.content = "";
    all.platform = "\"A \"\"quoted\"\" name\"";
    SorDay one, two;
    SorCube c = { 0 }, back = { 0 };
    const char *why = NULL;
    sor_day_new(a, &one);
    sor_day_new(a, &two);
    for (int order = 0; order < 2; order++) {
        SorDay *d = order == 0 ? &one : &two;
        for (int k = 0; k < 2; k++) {
            buf_clear(&b);
            head(&b, false);
            Row first[] = { ncii, elsewhere, usual }, second[] = { other, all, usual };
            for (size_t i = 0; i < 3; i++) row(&b, false, k == order ? first[i] : second[i]);
            (void)read_text(&b);
            sor_day_add(d, part);
        }
    }
    sor_day_cube(a, &one, S("2025-09-01"), S("global"), S("full"), &c);
    check(c.rows == 6 && c.cells_n == 5 && c.dict_n[SD_PLATFORM] == 3 && c.dict_n[SD_FAMILY] == 4, "rows become cells; names and families are learned (%zu cells)", c.cells_n);
    int64_t exact = 0, moved = 0, none = 0, foreign = 0;
    for (size_t i = 0; i < c.cells_n; i++) {
        Str f = c.dict[SD_FAMILY][sor_key_get(c.cells[i].key, SD_FAMILY)];
        exact += str_eq(f, S("NCII+COVERT")) ? c.cells[i].rows : 0;
        moved += str_eq(f, S("~NCII+COVERT")) ? c.cells[i].rows : 0;
        none += f.n == 0 ? c.cells[i].rows : 0;
        foreign += str_eq(f, S(SOR_NO_FAMILY)) ? c.cells[i].rows : 0;
    }
    check(exact == 1 && moved == 1 && foreign == 1 && none == 3, "a keyword under its category, the same one under another, one that says nothing there, and none at all are four things");
    must(sor_cube_write(a, &c, &file) == OK);
    check(sor_cube_read(a, buf_str(&file), &back, &why) == OK && back.cells_n == c.cells_n && memcmp(back.cells, c.cells, c.cells_n * sizeof *c.cells) == 0 && str_eq(back.day, S("2025-09-01")), "a cube that was written is read back");
    c.keywords = false;
    must(sor_cube_write(a, &c, &again) == OK);
    check(sor_cube_read(a, buf_str(&again), &back, &why) == OK && !back.keywords && back.rows == c.rows && again.p[8] == 1, "a cube of the version before is read still, and known not to tell rows without a keyword");
    again.p[8] = 3;
    check(sor_cube_read(a, buf_str(&again), &back, &why) == E_INPUT && strstr(why, "another version") != NULL, "one of a version that is not known is refused, and it says so");
    c.keywords = true;
    sor_day_cube(a, &two, S("2025-09-01"), S("global"), S("full"), &back);
    must(sor_cube_write(a, &back, &again) == OK);
    check(str_eq(buf_str(&file), buf_str(&again)), "the same day gives the same bytes, in whatever order its parts came");
    bool all_found = true;
    for (size_t i = 0; i < file.n; i++) {
        file.p[i] = (char)(file.p[i] ^ 1);
        all_found = all_found && sor_cube_read(a, buf_str(&file), &back, &why) == E_INPUT;
        file.p[i] = (char)(file.p[i] ^ 1);
    }
    check(all_found, "each changed byte of a cube is noticed");
    size_t refused = 0, same = 0, tried = 0;
    for (size_t i = 8; i + 32 < file.n; i++)
        for (int bit = 0; bit < 8; bit++) { /* with a right checksum again: the reader believes nothing */
            uint8_t sum[32], was[32];
            memcpy(was, file.p + file.n - 32, 32);
            file.p[i] = (char)(file.p[i] ^ (1 << bit));
            seal_sha256((Str){ file.p, file.n - 32 }, sum);
            memcpy(file.p + file.n - 32, sum, 32);
            int64_t rows = 0;
            bool read = sor_cube_read(a, buf_str(&file), &back, &why) == OK, fits = true;
            for (size_t k = 0; read && k < back.cells_n; k++) {
                rows += back.cells[k].rows;
                for (int d = 0; d < SD_DICTS; d++) fits = fits && sor_key_get(back.cells[k].key, (SorDim)d) < back.dict_n[d];
            }
            tried++;
            refused += !read;
            same += read && fits && rows == back.rows;
            file.p[i] = (char)(file.p[i] ^ (1 << bit));
            memcpy(file.p + file.n - 32, was, 32);
        }
    check(refused + same == tried && refused > tried / 8, "sealed again, each of %zu changed bits is refused (%zu) or gives cells that add up to its rows", tried, refused);
    check(c.cells[0].disclosure_days == 2 * c.cells[0].rows, "two days from restriction to publication");
    buf_free(&b);
    buf_free(&file);
    buf_free(&again);
    arena_free(a);
}

static void extracts(void) {
    Buf b = buf_new(1 << 20);
    Row ncii = usual;
    static uint8_t out[65536];
    z_stream z = { 0 };
    ncii.category = "STATEMENT_CATEGORY_CYBER_VIOLENCE";
    ncii.keywords = "\"[\"\"KEYWORD_NON_CONSENSUAL_IMAGE_SHARING\"\"]\"";
    ncii.uid = "secret-id-7";
    head(&b, false);
    row(&b, false, usual);
    row(&b, false, ncii);
    const SorCounts *c = read_text(&b);
    Str gz = sor_part_extract(part);
    size_t at = 0;
    must(inflateInit2(&z, MAX_WBITS + 16) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)gz.p;
    z.avail_in = (uInt)gz.n;
    z.next_out = out;
    z.avail_out = sizeof out;
    must(inflate(&z, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&z);
    Str text = str_bytes(out, sizeof out - z.avail_out);
    check(c->extract_rows == 1 && str_find(text, S("NCII+COVERT"), &at) && !str_find(text, S("secret-id-7"), &at) && !str_find(text, S("because of it"), &at), "the extract holds the rows of our families, the platform's own ids and the texts only as hashes");
    static const struct { const char *text, *is; } clusters[] = { { "  Limited  Visibility\tin search 2025-07-01 ", "limited visibility in search #" }, { "see https://x.test/a for @someone 12 34", "see # for #" }, { "", "" }, { "a@b.test", "#" } };
    bool same = true;
    char room[SOR_CLUSTER_MAX];
    for (size_t i = 0; i < LEN(clusters); i++) same = same && str_eq(sor_cluster(room, str_c(clusters[i].text)), str_c(clusters[i].is));
    char long_text[4000];
    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 7; i < sizeof long_text; i += 8) long_text[i] = ' ';
    Str cut = sor_cluster(room, str_bytes(long_text, sizeof long_text));
    check(same && cut.n <= SOR_CLUSTER_MAX && cut.n > SOR_CLUSTER_MAX - 10 && str_ends(cut, S(" xxxxxxx")), "what OTHER stands for is kept without digits, links and addresses, in whole words up to a limit");
    buf_free(&b);
}

int main(void) {
    SorSpec spec = spec_of(sor_engine_best(), sor_width_best());
    life = arena_new(256 << 20);
    part = sor_part_new(life, &spec);
    scanning();
    repairs();
    quarantines();
    lengths();
    headers();
    long_values();
    joins();
    damage();
    zips();
    cubes();
    extracts();
    too_many();
    sor_part_close(part);
    arena_free(life);
    return tap_end();
}
