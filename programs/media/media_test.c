/* The media process for real: pages that mean harm, letters that must come out. Use: media_test KETEN-MEDIA */
#include "foundation/base/tap.h"
#include "foundation/sandbox/media_wire.h"
#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

typedef struct World { Arena *a; char dir[64]; pid_t pid; Media *m; const char *socket; } World;

static MediaPage page(World *w, const char *html) {
    MediaPage p = { 0 };
    Err e = media_page(w->m, w->a, str_c(html), STR_NONE, &p);
    must(e == OK);
    return p;
}

static void reads(World *w) {
    MediaPage p = page(w, "<!doctype html><html lang=nl><head><title> Een\n  titel </title><link rel='alternate canonical' href=https://a.example/x><meta http-equiv=Refresh content=\"3; URL='/verder'\">"
        "<style>p{color:red}</style><script>var t='<p>no</p>';</script></head><body><h1>Kop</h1><p>Eerste <b>vet</b>ter</p>tweede<template><p>not shown<img></template><img><img src=x><video></video>"
        "<form><input type=PASSWORD><input></form><a href=/1>een</a><a name=x>twee</a><!-- remark --></body></html>");
    check(str_eq(p.title, S("Een titel")) && str_eq(p.lang, S("nl")), "title and language");
    check(str_eq(p.text, S("Kop Eerste vetter tweede eentwee")), "visible text only, blanks folded (" STR_FMT ")", STR_ARG(p.text));
    check(str_eq(p.canonical, S("https://a.example/x")) && str_eq(p.refresh, S("/verder")), "where the page says it lives, and where it sends one");
    check(p.images == 2 && p.videos == 1 && p.forms == 1 && p.password_fields == 1 && p.links == 1, "what is on it is counted");
    p = page(w, "<head><meta property='og:image' content='https://cdn.test/og.jpg'><meta name=twitter:image content=/tw.png></head><body><img src=a.jpg srcset='a-320.jpg 320w, a-1280.jpg 1280w,a-640.jpg 640w' width=600>"
        "<picture><source srcset='b.webp 1x, b-2.webp 2x'><img src=b.jpg></picture><video poster=\"poster frame.jpg\"></video><video poster=p.jpg></video><img src=icon.png width=16><img src=icon2.png height=20><img data-src=later.jpg src=''>"
        "<img src='DATA:image/png;base64,AAAA'><img src='a.jpg'><template><img src=never.jpg></template><img srcset=', ,'><img srcset='one.jpg'></body>");
    check(str_eq(p.pictures, S("https://cdn.test/og.jpg\n/tw.png\na-1280.jpg\na.jpg\nb-2.webp\nb.jpg\np.jpg\nlater.jpg\none.jpg\n")), "the pictures of a page, each once, the widest of a set, without icons, data and what is not shown (" STR_FMT ")", STR_ARG(p.pictures));
    Buf many = buf_new(1 << 20);
    for (int i = 0; i < 5000; i++) buf_printf(&many, "<img src=%d.jpg>", i);
    buf_ch(&many, '\0');
    p = page(w, buf_str(&many).p);
    size_t lines = 0;
    for (size_t i = 0; i < p.pictures.n; i++) lines += p.pictures.p[i] == '\n';
    check(lines == MEDIA_PICTURES && p.images == 5000, "of five thousand pictures %zu are told", lines);
    buf_free(&many);
    p = page(w, "");
    check(p.text.n == 0 && p.title.n == 0, "an empty page is empty");
    check(str_eq(page(w, "just words").text, S("just words")), "no markup is text");
    MediaPage q = { 0 };
    must(media_page(w->m, w->a, S("caf\xE9 \x80"), S("ISO-8859-1"), &q) == OK);
    check(str_eq(q.text, S("caf\xC3\xA9 \xE2\x82\xAC")), "latin-1 as browsers read it");
    must(media_page(w->m, w->a, S("<meta charset=windows-1252>caf\xE9"), STR_NONE, &q) == OK);
    check(str_eq(q.text, S("caf\xC3\xA9")), "or as the page itself says");
    must(media_page(w->m, w->a, S("\xFF\xFE<\0p\0>\0x\0=\xD8\x00\xDE"), STR_NONE, &q) == OK);
    check(str_eq(q.text, S("x\xF0\x9F\x98\x80")), "UTF-16 with its mark");
}

static void hostile(World *w) {
    MediaPage p = { 0 };
    Buf b = buf_new(64 << 20);
    must(media_page(w->m, w->a, S("a\xFF\xC0\x80\xED\xA0\x80\0b<title>\xF5</title>"), S("utf-8"), &p) == OK);
    check(str_utf8_ok(p.text) && p.text.n > 2 && p.text.p[0] == 'a' && str_utf8_ok(p.title), "invalid UTF-8 becomes marks of replacement");
    int64_t began = sys_mono_ms();
    for (int i = 0; i < 200000; i++) buf_z(&b, "<div>");
    buf_z(&b, "deep");
    Err e = media_page(w->m, w->a, buf_str(&b), STR_NONE, &p);
    check((e == OK && str_eq(p.text, S("deep"))) || e == E_INPUT, "200,000 elements deep: read, or given up (%s, %lld ms)", err_name(e), (long long)(sys_mono_ms() - began));
    buf_clear(&b);
    for (int i = 0; i < 20000; i++) buf_z(&b, "<b><i><p><table><tr><a href=x>");
    e = media_page(w->m, w->a, buf_str(&b), STR_NONE, &p);
    check(e == OK || e == E_INPUT, "misnested markup without end: the same (%s)", err_name(e));
    buf_clear(&b);
    while (b.n < 10 << 20) buf_z(&b, "<p>words and more words</p>\n");
    e = media_page(w->m, w->a, buf_str(&b), STR_NONE, &p);
    check(e == OK && p.text.n == MEDIA_TEXT_MAX && str_utf8_ok(p.text), "of ten megabytes the first quarter of one is told");
    buf_clear(&b);
    while (b.n < 1 << 20) buf_z(&b, "\xC3\xA9");
    must(media_page(w->m, w->a, buf_str(&b), S("utf-8"), &p) == OK);
    check(p.text.n == MEDIA_TEXT_MAX && str_utf8_ok(p.text), "cut between characters");
    buf_clear(&b);
    buf_z(&b, "<title>");
    while (b.n < 100000) buf_z(&b, "\xE2\x82\xAC");
    must(media_page(w->m, w->a, buf_str(&b), S("utf-8"), &p) == OK);
    check(p.title.n <= MEDIA_FIELD_MAX && p.title.n > MEDIA_FIELD_MAX - 20 && str_utf8_ok(p.title), "a title without end is cut too");
    buf_clear(&b);
    buf_z(&b, "<a ");
    for (int i = 0; i < 100000; i++) buf_printf(&b, "a%d=%d ", i, i);
    e = media_page(w->m, w->a, buf_str(&b), STR_NONE, &p);
    check(e == OK || e == E_INPUT, "an element with 100,000 attributes: read, or given up (%s)", err_name(e));
    check(str_eq(page(w, "<p>still here").text, S("still here")), "and the next question is answered as ever");
    buf_free(&b);
}

/* What a question is not. */
static void nonsense(World *w) {
    static const Str bad[] = { { "", 0 }, { "\1", 1 }, { "\2\0\0", 3 }, { "\3abc", 4 }, { "\1\xFF\xFF\xFF\xFF", 5 } };
    for (size_t i = 0; i < LEN(bad); i++) {
        Buf b = buf_new(4096);
        int fd = -1;
        must(unix_connect(w->socket, sys_mono_ms() + 5000, &fd) == OK && frame_send(fd, bad[i], sys_mono_ms() + 5000) == OK);
        Err e = frame_recv(fd, 4096, sys_mono_ms() + 5000, &b);
        check(e != OK || (b.n == 1 && b.p[0] == E_INPUT), "nonsense of %zu bytes gets no answer", bad[i].n);
        close(fd);
        buf_free(&b);
    }
}

static Str run(World *w, const char *program, const char *arg, const char *file) {
    int out[2];
    const char *argv[] = { program, arg, file, "-", NULL }, *plain[] = { program, file, NULL }, *env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL };
    pid_t pid = 0;
    Buf b = buf_new(4 << 20);
    must(pipe2(out, O_CLOEXEC) == 0);
    SpawnFd fds[] = { { out[1], 1 } };
    Err e = sys_spawn(&(Spawn){ .path = str_fmt(w->a, "/usr/bin/%s", program).p, .argv = arg != NULL ? argv : plain, .env = env, .fds = fds, .fds_n = 1 }, &pid);
    close(out[1]);
    for (size_t n = 1; e == OK && n > 0;) {
        char c[4096];
        if (fd_read_some(out[0], c, sizeof c, sys_mono_ms() + 20000, &n) != OK) break;
        buf_put(&b, str_bytes(c, n));
    }
    close(out[0]);
    if (pid > 0) (void)waitpid(pid, NULL, 0);
    Str s = str_dup(w->a, buf_str(&b));
    buf_free(&b);
    return e == OK ? s : STR_NONE;
}

static void draws(World *w) {
    Str head[] = { S("Wanneer"), S("Wat"), S("Wie") }, row[] = { S("2 maart 2026"), S("Melding gestuurd"), S("Meldpunt Voorbeeld, met een naam die niet op een regel past en dus breekt") };
    Buf longest = buf_new(1 << 20);
    for (int i = 0; i < 400; i++) buf_printf(&longest, "Zin %d van een alinea die langer is dan een bladzijde. ", i);
    DocBlock blocks[64];
    size_t n = 0, at = 0;
    blocks[n++] = (DocBlock){ .kind = DOC_TITLE, .text = S("Verzoek om handhaving") };
    blocks[n++] = (DocBlock){ .kind = DOC_PARA, .text = S("Geachte heer, mevrouw, caf\xC3\xA9 \xE2\x82\xAC 12, \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7, \xE6\xBC\xA2\xE5\xAD\x97 "
        "\xE1\x83\x92\xE1\x83\x90 \xD5\xA2 \xE0\xA4\xA8\xE0\xA4\xAE \xE0\xB8\xAA\xE0\xB8\xA7 \xE1\x88\xB0 \xDF\x93 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 \xD7\xA9\xD7\x9C") };
    blocks[n++] = (DocBlock){ .kind = DOC_HEADING, .text = S("Feiten") };
    blocks[n++] = (DocBlock){ .kind = DOC_FACT, .label = S("Kenmerk"), .text = S("K-2026-000123") };
    blocks[n++] = (DocBlock){ .kind = DOC_ITEM, .text = S("eerste punt") };
    blocks[n++] = (DocBlock){ .kind = DOC_ITEM, .text = S("tweede punt") };
    blocks[n++] = (DocBlock){ .kind = DOC_ROW_HEAD, .cells = head, .cells_n = 3 };
    for (int i = 0; i < 30; i++) blocks[n++] = (DocBlock){ .kind = DOC_ROW, .cells = row, .cells_n = 3 };
    blocks[n++] = (DocBlock){ .kind = DOC_PARA, .text = buf_str(&longest) };
    blocks[n++] = (DocBlock){ .kind = DOC_MONO, .text = S("https://platform.example/eenheeltheellangadreszonderspatiesdatnergensbreekt/eenheeltheellangadreszonderspatiesdatnergensbreekt/x") };
    blocks[n++] = (DocBlock){ .kind = DOC_SMALL, .text = S("kleine letters") };
    blocks[n++] = (DocBlock){ .kind = DOC_PAGE_BREAK };
    blocks[n++] = (DocBlock){ .kind = DOC_SIGN, .text = S("W. Anda, Meldpunt Voorbeeld") };
    Doc doc = { .lang = LANG_NL, .title = S("Verzoek om handhaving \xE2\x80\x93 K-2026-000123"), .author = S("Meldpunt Voorbeeld"), .foot = S("Verzoek K-2026-000123"), .at = 1772442000123, .blocks = blocks, .n = n };
    Str one = STR_NONE, two = STR_NONE, other = STR_NONE;
    int64_t began = sys_mono_ms();
    Err e = media_pdf(w->m, w->a, &doc, &one);
    check(e == OK && str_starts(one, S("%PDF-1.")) && str_ends(one, S("%%EOF\n")), "a letter is drawn (%zu bytes, %lld ms)", one.n, (long long)(sys_mono_ms() - began));
    sys_sleep_ms(1100); /* a clock would show */
    check(media_pdf(w->m, w->a, &doc, &two) == OK && str_eq(one, two), "the same document gives the same bytes");
    doc.at += 86400000;
    check(media_pdf(w->m, w->a, &doc, &other) == OK && !str_eq(one, other) && str_find(one, S("/CreationDate (20260302"), &at), "the dates in it are the document's");
    check(str_find(one, S("/Lang (nl-NL)"), &at) && str_find(one, S("/MarkInfo"), &at) && str_find(one, S("/StructTreeRoot"), &at), "it says its language, and its structure");
    const char *path = str_fmt(w->a, "%s/letter.pdf", w->dir).p;
    must(file_write(path, one, 0600) == OK);
    Str text = run(w, "pdftotext", "-layout", path), info = run(w, "pdfinfo", NULL, path);
    check(str_find(text, S("Geachte heer, mevrouw, caf\xC3\xA9 \xE2\x82\xAC 12, \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"), &at) && str_find(text, S("K-2026-000123"), &at) && str_find(text, S("Zin 399"), &at), "its text can be read back");
    size_t heads = 0;
    for (Str rest = text; str_find(rest, S("Wanneer"), &at); rest = str_sub(rest, at + 7, rest.n)) heads++;
    check(heads == 4, "the head of a table stands on each of its pages (%zu)", heads);
    check(str_find(text, S("1 / 13"), &at) && str_find(text, S("13 / 13"), &at), "every page says which it is and of how many");
    check(str_find(info, S("Title:           Verzoek om handhaving \xE2\x80\x93 K-2026-000123"), &at) && str_find(info, S("Author:          Meldpunt Voorbeeld"), &at), "title and author stand in its properties");
    check(str_find(info, S("Tagged:          yes"), &at) && str_find(info, S("Page size:       595"), &at), "a reader calls it tagged, and A4");
    Doc empty = { .lang = LANG_EN, .title = S("Empty"), .at = 1772442000000, .blocks = blocks, .n = 0 };
    check(media_pdf(w->m, w->a, &empty, &two) == OK && str_find(two, S("/Lang (en)"), &at), "a document without a block is a page");
    blocks[0].text = S("bad \xFF text");
    check(media_pdf(w->m, w->a, &doc, &two) == E_INPUT, "text that is none is a malformed question");
    buf_free(&longest);
}

static void away(World *w) {
    MediaPage p = { 0 };
    kill(w->pid, SIGTERM);
    must(waitpid(w->pid, NULL, 0) == w->pid);
    check(media_page(w->m, w->a, S("x"), STR_NONE, &p) == E_OUTSIDE, "when the media process is away, that is said apart");
    check(media_page(NULL, w->a, S("x"), STR_NONE, &p) == E_OUTSIDE, "also where there is none at all");
}

int main(int argc, char **argv) {
    World w = { .a = arena_new(1u << 30), .dir = "/tmp/keten-media-XXXXXX" };
    must(argc == 2);
    sys_start();
    must(mkdtemp(w.dir) != NULL);
    if (geteuid() == 0) must(chown(w.dir, 65534, 65534) == 0 && sys_become_owner(w.dir) == OK); /* nothing here runs as root */
    must(file_write(str_fmt(w.a, "%s/keten.conf", w.dir).p, S("[web]\n"), 0600) == OK);
    const char *args[] = { "keten-media", "--data", w.dir, NULL };
    must(sys_spawn(&(Spawn){ .path = argv[1], .argv = args }, &w.pid) == OK);
    w.socket = str_fmt(w.a, "%s/run/media.sock", w.dir).p;
    int fd = -1;
    for (int i = 0; i < 400 && unix_connect(w.socket, sys_mono_ms(), &fd) != OK; i++) sys_sleep_ms(25);
    must(fd >= 0);
    close(fd);
    must(media_open(w.a, w.socket, &w.m) == OK);
    reads(&w);
    hostile(&w);
    nonsense(&w);
    draws(&w);
    away(&w);
    const char *rm[] = { "rm", "-r", w.dir, NULL };
    pid_t pid = 0;
    if (sys_spawn(&(Spawn){ .path = "/bin/rm", .argv = rm }, &pid) == OK) (void)waitpid(pid, NULL, 0);
    arena_free(w.a);
    return tap_end();
}
