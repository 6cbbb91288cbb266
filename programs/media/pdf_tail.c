/* pdf_tail.c - an incremental update with a fuller catalog, behind what cairo wrote. */
#include "programs/media/reader.h"

/* The text between "\nN 0 obj\n<<" and the ">>\nendobj" that follows: a dictionary as cairo writes it, without nesting of objects. */
static bool object_at(Arena *a, Str pdf, int64_t number, Str *out) {
    Str head = str_fmt(a, "\n%lld 0 obj\n<<", (long long)number);
    size_t at = 0, end = 0;
    if (!str_find(pdf, head, &at)) return false;
    Str rest = str_sub(pdf, at + head.n, pdf.n);
    if (!str_find(rest, S(">>\nendobj"), &end)) return false;
    *out = str_sub(rest, 0, end);
    return true;
}

/* The number behind a name in the trailer. */
static bool number_after(Str s, Str name, int64_t *out) {
    size_t at = 0, n = 0;
    if (!str_find(s, name, &at)) return false;
    Str rest = str_trim(str_sub(s, at + name.n, s.n));
    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9') n++;
    return str_i64(str_sub(rest, 0, n), 0, INT32_MAX, out) == OK;
}

Err pdf_tail(Arena *a, Str pdf, Lang lang, Str *out) {
    size_t at = 0, last = 0;
    int64_t root = 0, size = 0, info = 0, xref = 0;
    Str catalog = STR_NONE, tail = str_sub(pdf, pdf.n > 2048 ? pdf.n - 2048 : 0, 2048);
    while (str_find(str_sub(tail, last, tail.n), S("trailer"), &at)) last += at + 7;
    tail = str_sub(tail, last, tail.n);
    bool good = last > 0 && number_after(tail, S("/Root"), &root) && number_after(tail, S("/Size"), &size) && number_after(tail, S("/Info"), &info) && number_after(tail, S("startxref"), &xref);
    if (!good || !object_at(a, pdf, root, &catalog) || str_find(catalog, S("/Lang"), &at)) return E_INPUT;
    bool marked = str_find(catalog, S("/MarkInfo"), &at);
    Buf b = buf_new(pdf.n + 65536);
    buf_put(&b, pdf);
    if (!str_ends(pdf, S("\n"))) buf_ch(&b, '\n');
    size_t object = b.n;
    buf_printf(&b, "%lld 0 obj\n<<" STR_FMT "   /Lang (%s)\n%s   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", (long long)root, STR_ARG(catalog), lang == LANG_NL ? "nl-NL" : "en",
        marked ? "" : "   /MarkInfo << /Marked true >>\n");
    size_t table = b.n;
    buf_printf(&b, "xref\n%lld 1\n%010zu 00000 n \ntrailer\n<< /Size %lld\n   /Root %lld 0 R\n   /Info %lld 0 R\n   /Prev %lld\n>>\nstartxref\n%zu\n%%%%EOF\n", (long long)root, object, (long long)size, (long long)root,
        (long long)info, (long long)xref, table);
    Err e = buf_err(&b);
    if (e == OK) *out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return e;
}
