/* cmd_capture.c - keten capture: one page as a browser saw it, as a web archive, without an instance. What is written goes to one file and to nowhere else. */
#include "core/capture/warc_read.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/sandbox/browse.h"
#include "programs/keten/cmd.h"

#include <sys/wait.h>

extern char **environ;
enum { ENV_MAX = 16, ARENA_MORE = 512 << 20 };

static int start(Cli *c, int *out_fd, pid_t *out_pid) {
    static const struct { const char *option, *name; } passed[] = { { "allow", "KETEN_NET_ALLOW" }, { "resolver", "KETEN_NET_RESOLVER" }, { "ca-file", "KETEN_NET_CA_FILE" }, { "browser", "KETEN_CAPTURE_BROWSER" }, { "memory-dir", "KETEN_CAPTURE_MEMORY_DIR" } };
    const char *env[ENV_MAX] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8" }, *program = program_beside(c->a, "keten-capture", "capture");
    size_t n = 2;
    if (program == NULL) return cli_fail(c, EXIT_SYSTEM, "keten-capture is not beside keten, nor in ../libexec/keten");
    for (size_t i = 0; i < LEN(passed); i++)
        if (cli_given(c, passed[i].option)) env[n++] = str_fmt(c->a, "%s=" STR_FMT, passed[i].name, STR_ARG(cli_text(c, passed[i].option))).p;
    if (cli_flag(c, "no-sandbox")) env[n++] = "KETEN_CAPTURE_NO_SANDBOX=yes";
    for (char **e = environ; *e != NULL && n + 1 < ENV_MAX; e++)
        if (str_starts(str_c(*e), S("ASAN_OPTIONS=")) || str_starts(str_c(*e), S("UBSAN_OPTIONS="))) env[n++] = *e;
    return browse_alone(program, env, out_fd, out_pid) == OK ? EXIT_YES : cli_fail(c, EXIT_SYSTEM, "keten-capture cannot be started");
}

static const char *why_words(Str code) {
    static const struct { const char *code, *words; } all[] = { { "no_browser", "no Chromium on this machine (package chromium); --browser names another" }, { "no_tmpfs", "--memory-dir is no file system in memory" },
        { "browser_ended", "the browser ended before the page was read" }, { "swap", "swap is on: what is only to be in memory could come to a disk" }, { "too_large", "too large together" } };
    for (size_t i = 0; i < LEN(all); i++)
        if (str_eq(code, str_c(all[i].code))) return all[i].words;
    return NULL;
}

static void say_json(Cli *c, const BrowseSaid *s, const char *out) {
    Buf b = buf_new(65536);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "file", str_c(out));
    json_kv_i64(&j, "bytes", (int64_t)s->file.n);
    json_kv_str(&j, "error", s->error);
    json_kv_i64(&j, "status", s->status);
    json_kv_i64(&j, "answers_of_the_page", s->hops);
    json_kv_str(&j, "media_type", s->type);
    json_kv_str(&j, "body", s->body);
    if (s->hashed) json_kv_str(&j, "body_sha256", hex_enc(c->a, str_bytes(s->sha256, 32)));
    json_kv_i64(&j, "requests", s->requests);
    json_kv_i64(&j, "left_out", s->left_out);
    json_kv_str(&j, "browser", s->browser);
    json_kv_str(&j, "clock", s->clock);
    json_kv_str(&j, "ended", s->ended);
    json_kv_str(&j, "title", s->title);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static void say(const BrowseSaid *s, const char *out) {
    printf("%-12s " STR_FMT "\n", "title", STR_ARG(s->title));
    printf("%-12s %d, after %d answer%s\n", "status", s->status, s->hops, s->hops == 1 ? "" : "s");
    printf("%-12s " STR_FMT " (" STR_FMT ")\n", "body", STR_ARG(s->body), STR_ARG(s->type));
    printf("%-12s %lld made, %lld not made or not kept\n", "requests", (long long)s->requests, (long long)s->left_out);
    printf("%-12s " STR_FMT ", clock " STR_FMT ", ended: " STR_FMT "\n", "by", STR_ARG(s->browser), STR_ARG(s->clock.n > 0 ? s->clock : S("not said")), STR_ARG(s->ended));
    if (s->error.n > 0) printf("%-12s " STR_FMT "\n", "error", STR_ARG(s->error));
    printf("%-12s %s (%zu bytes)\n", "file", out, s->file.n);
}

static int keep(Cli *c, const BrowseSaid *s, const char *out) {
    const struct { const char *path; Str bytes; } files[] = { { out, s->file }, { cli_given(c, "text") ? cli_text(c, "text").p : NULL, s->text }, { cli_given(c, "screenshot") ? cli_text(c, "screenshot").p : NULL, s->shot } };
    for (size_t i = 0; i < LEN(files); i++)
        if (files[i].path != NULL && (i == 0 || files[i].bytes.n > 0) && file_write(files[i].path, files[i].bytes, 0600) != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be written", files[i].path);
    return EXIT_YES;
}

/* An archive that somebody else made, against what it says of itself. */
static int check(Cli *c, const char *path) {
    Str bytes = STR_NONE;
    Arena *a = arena_new((size_t)ARENA_MORE * 3);
    WaczReport *r = ARENA_NEW(a, WaczReport);
    Err e = cli_read(a, path, WACZ_FILE_MAX, &bytes);
    if (e == OK) e = wacz_check(a, bytes, r);
    if (e != OK && e != E_INPUT) {
        arena_free(a);
        return cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, "%s cannot be read (%s)", path, err_name(e));
    }
    for (size_t i = 0; i < r->n; i++) printf("FAILED  %s%s" STR_FMT "\n", r->finding[i].why, r->finding[i].where.n > 0 ? ": " : "", STR_ARG(r->finding[i].where));
    if (r->more > 0) printf("FAILED  and %zu more\n", r->more);
    printf("%s  %lld files, %lld records (%lld answers), %lld digests compared, %lld lines of index, %lld pages; made by " STR_FMT ", " STR_FMT "\n", r->n == 0 ? "ok    " : "      ", (long long)r->files, (long long)r->records,
        (long long)r->responses, (long long)r->digests, (long long)r->index_lines, (long long)r->pages, STR_ARG(r->software.n > 0 ? r->software : S("nobody it names")), STR_ARG(r->created.n > 0 ? r->created : S("no date")));
    int code = r->n == 0 ? EXIT_YES : EXIT_NO;
    arena_free(a);
    return code;
}

static int run(Cli *c) {
    if (cli_flag(c, "check")) return check(c, c->args[0]);
    if (!cli_given(c, "out")) return cli_fail(c, EXIT_USE, "--out names the file that the archive goes to");
    int fd = -1;
    pid_t pid = 0;
    BrowseSaid said;
    const char *out = cli_text(c, "out").p;
    BrowseMode mode = browse_mode(cli_text(c, "mode"));
    if (mode == BROWSE_INVALID || mode == BROWSE_FULL) return cli_fail(c, EXIT_USE, mode == BROWSE_FULL ? "a full capture is made in a case, where a second person releases it" : "--mode is text, hash or blur");
    if (!cli_flag(c, "adult")) return cli_fail(c, EXIT_USE, "nothing is fetched unless --adult says that everybody shown there is known to be an adult; otherwise pass the address on to the hotline and look no further");
    if (file_exists(out)) return cli_fail(c, EXIT_USE, "%s is there already", out);
    int code = start(c, &fd, &pid);
    if (code != EXIT_YES) return code;
    BrowseAsk ask = { .id = sys_new_id(), .url = str_c(c->args[0]), .mode = mode, .organisation = cli_text(c, "organisation"), .tool = S("keten/" KETEN_VERSION), .at = sys_now(&(SysClock){ NULL }), .seconds_max = (int)cli_int(c, "seconds"),
        .requests_max = (int)cli_int(c, "requests"), .bytes_max = cli_int(c, "mb") << 20 };
    Arena *a = arena_new(ARENA_MORE);
    Err e = browse_run(fd, a, &ask, NULL, NULL, &said);
    (void)waitpid(pid, NULL, 0);
    if (e != OK) code = cli_fail(c, EXIT_SYSTEM, "keten-capture ended without an answer (%s)", err_name(e));
    else if (said.file.n == 0) code = cli_fail(c, EXIT_NO, "%s", why_words(said.error) != NULL ? why_words(said.error) : str_z(a, said.error));
    else code = keep(c, &said, out);
    if (code == EXIT_YES && cli_flag(c, "json")) say_json(c, &said, out);
    else if (code == EXIT_YES) say(&said, out);
    if (code == EXIT_YES && said.error.n > 0) code = EXIT_NO;
    arena_free(a);
    return code;
}

static const Opt opts[] = {
    { OPT_TEXT, "out", "FILE", "where the web archive (WACZ) goes" },
    { OPT_FLAG, "check", .help = "URL is a file: a web archive that somebody made is held against its own lists and digests; nothing is fetched" },
    { OPT_FLAG, "adult", .help = "everybody shown there is known to be an adult; without it nothing is fetched" },
    { OPT_TEXT, "mode", "MODE", "text: no request for imagery at all; hash: no body is kept, imagery is hashed as it streams by; blur: of pictures 36 grey squares are kept", .otherwise = "text" },
    { OPT_TEXT, "screenshot", "FILE", "also as a picture (PNG) of the page without imagery" },
    { OPT_TEXT, "text", "FILE", "also its visible text" },
    { OPT_TEXT, "organisation", "NAME", "written into the archive as who captured" },
    { OPT_INT, "seconds", "N", "longest time for the page", .min = 1, .max = 100, .otherwise = "40" },
    { OPT_INT, "requests", "N", "most requests of the page", .min = 1, .max = 2000, .otherwise = "200" },
    { OPT_INT, "mb", "N", "megabytes of all answers together", .min = 1, .max = 56, .otherwise = "40" },
    { OPT_TEXT, "browser", "PATH", "the Chromium to use" },
    { OPT_TEXT, "memory-dir", "DIR", "a file system in memory for the browser's profile (/dev/shm)" },
    { OPT_FLAG, "no-sandbox", .help = "the browser's own sandbox is left out, where the system allows it none; ours around it stays" },
    { OPT_TEXT, "allow", "LIST", "host:port pairs that may be reached although private" },
    { OPT_TEXT, "resolver", "ADDRESS", "DNS server to ask" },
    { OPT_TEXT, "ca-file", "FILE", "certificate authorities believed (PEM)" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_capture = { .name = "capture", .summary = "capture one page with a browser, as a web archive (WACZ) with every request, response, certificate and DNS answer", .args = "URL", .args_min = 1, .args_max = 1, .opts = opts, .run = run,
    .help = "The browser runs without a way out: each request that the page makes is stopped, judged, and made by keten-fetch, which refuses private\n"
            "addresses. Pictures, films and fonts are judged before they are asked for. No cookie is kept, nobody is signed in, scripts run. The profile\n"
            "is in memory and goes with the process. Exit code 1: there was no whole answer; the archive then says what went wrong." };
