/* sor_source.c - a daily file: its name, its bytes, its checksums, its parts. Every refusal is one line that begins with the file. */
#include "foundation/base/enc.h"
#include "programs/keten/sor_day.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SIDECAR_MAX = 512, PARTS_MAX = 100000 };

static int refuse(Arena *a, const SorSource *s, int code, const char *why, Str *out_why) {
    *out_why = str_fmt(a, "%s: %s", s->path, why);
    return code;
}

/* sor-SLUG-YYYY-MM-DD-full.zip; the slug may hold hyphens itself. */
static bool name_parse(SorSource *s) {
    Str n = s->base;
    Date d;
    if (!str_starts(n, S("sor-")) || !str_ends(n, S(".zip"))) return false;
    n = str_sub(n, 4, n.n - 8);
    s->kind = str_ends(n, S("-full")) ? S("full") : str_ends(n, S("-light")) ? S("light") : STR_NONE;
    if (s->kind.n == 0) return false;
    n = str_sub(n, 0, n.n - s->kind.n - 1);
    if (n.n < 12 || n.n > 200) return false;
    s->day = str_sub(n, n.n - 10, 10);
    s->slug = str_sub(n, 0, n.n - 11);
    for (size_t i = 0; i < s->slug.n; i++)
        if (!((s->slug.p[i] >= 'a' && s->slug.p[i] <= 'z') || (s->slug.p[i] >= '0' && s->slug.p[i] <= '9') || s->slug.p[i] == '-' || s->slug.p[i] == '_')) return false;
    return n.p[n.n - 11] == '-' && s->slug.n <= 100 && date_parse(s->day, &d) == OK;
}

static int64_t changed_ns(const struct stat *st) { return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec; }

int sor_source_open(Arena *a, const char *path, SorSource *out, Str *out_why) {
    struct stat st = { 0 };
    const char *slash = strrchr(path, '/');
    *out = (SorSource){ .path = path, .base = str_c(slash == NULL ? path : slash + 1), .fd = -1 };
    if (!name_parse(out)) return refuse(a, out, EXIT_USE, "not named as the database names its files (sor-SLUG-YYYY-MM-DD-full.zip or -light.zip); the name says which day it is", out_why);
    out->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (out->fd < 0) return refuse(a, out, errno == ENOENT ? EXIT_USE : EXIT_SYSTEM, errno == ENOENT ? "there is no such file" : "it cannot be opened", out_why);
    if (fstat(out->fd, &st) != 0 || !S_ISREG(st.st_mode)) return refuse(a, out, EXIT_USE, "it is no file", out_why);
    if (st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, out->fd, 0);
        if (p == MAP_FAILED) return refuse(a, out, EXIT_SYSTEM, "it cannot be mapped into memory", out_why);
        (void)madvise(p, (size_t)st.st_size, MADV_SEQUENTIAL);
        out->bytes = str_bytes(p, (size_t)st.st_size);
    }
    out->changed_ns = changed_ns(&st);
    Err e = file_read(a, str_fmt(a, "%s.sha1", path).p, SIDECAR_MAX, &out->sidecar);
    if (e != OK && e != E_MISSING) return refuse(a, out, EXIT_SYSTEM, "its .sha1 cannot be read", out_why);
    return EXIT_YES;
}

bool sor_source_same(const SorSource *s) {
    struct stat st = { 0 };
    return fstat(s->fd, &st) == 0 && (size_t)st.st_size == s->bytes.n && changed_ns(&st) == s->changed_ns;
}

/* ---- cut off while it is mapped: its pages are gone, and whoever touches one gets SIGBUS ---- */
static _Atomic(const SorSource *) reading;
static atomic_flag said = ATOMIC_FLAG_INIT;

static void say(const char *s) { (void)!write(STDERR_FILENO, s, strlen(s)); }

static void on_bus(int sig, siginfo_t *info, void *ctx) {
    const SorSource *s = atomic_load(&reading);
    const char *at = info->si_addr;
    (void)ctx;
    if (s == NULL || at < s->bytes.p || at >= s->bytes.p + s->bytes.n) { /* not that: it ends as it would have */
        signal(sig, SIG_DFL);
        return;
    }
    while (atomic_flag_test_and_set(&said)) pause(); /* another thread says it, and ends us */
    say("keten sor ingest: ");
    say(s->path);
    say(": it was cut off while it was read, or its disk failed; nothing of it counts\n");
    _exit(EXIT_SYSTEM);
}

static void watch(const SorSource *s) {
    struct sigaction on = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO }, off = { .sa_handler = SIG_DFL };
    atomic_store(&reading, s);
    must(sigaction(SIGBUS, s != NULL ? &on : &off, NULL) == 0);
}

void sor_source_close(SorSource *s) {
    watch(NULL);
    if (s->bytes.n > 0) munmap((void *)(uintptr_t)s->bytes.p, s->bytes.n);
    if (s->fd >= 0) close(s->fd);
    s->bytes = STR_NONE;
    s->fd = -1;
}

static void digest(const EVP_MD *md, Str bytes, uint8_t *out) {
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL && EVP_DigestInit_ex(c, md, NULL) == 1 && EVP_DigestUpdate(c, bytes.p, bytes.n) == 1 && EVP_DigestFinal_ex(c, out, NULL) == 1);
    EVP_MD_CTX_free(c);
}

int sor_source_check(Arena *a, SorSource *s, Str *out_why) {
    Str hex = STR_NONE, line = str_trim(s->sidecar);
    watch(s);
    digest(EVP_sha256(), s->bytes, s->sha256);
    if (s->sidecar.p == NULL) return EXIT_YES;
    digest(EVP_sha1(), s->bytes, s->sha1);
    bool shape = line.n == 40 + 2 + s->base.n && hex_dec(a, str_sub(line, 0, 40), &hex) == OK && str_eq(str_sub(line, 42, line.n), s->base);
    if (!shape) return refuse(a, s, EXIT_NO, "its .sha1 is not forty digits, two blanks and this file's name", out_why);
    if (memcmp(hex.p, s->sha1, 20) != 0) return refuse(a, s, EXIT_NO, "it is not the file that its .sha1 is about: fetch it again", out_why);
    return EXIT_YES;
}

static bool is_csv(Str name) { return str_ends(name, S(".csv")); }
static bool is_zip(Str name) { return str_ends(name, S(".zip")); }

typedef struct List { SorEntry *v; size_t n; } List;

static bool list_add(List *l, SorEntry e) {
    if (l->n == PARTS_MAX) return false;
    l->v[l->n++] = e;
    return true;
}

/* An inner zip lies whole in the outer one, since that stores it: its parts are views into the same bytes. */
static bool list_inner(Arena *a, List *l, SorEntry inner) {
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    if (inner.wrong == NULL && inner.method != 0) inner.wrong = "the inner zip is packed once more, which the database does not do: not read";
    if (inner.wrong == NULL && sor_crc(0, inner.data.p, inner.data.n) != inner.crc) inner.wrong = "the checksum of the inner zip is wrong: not read";
    if (inner.wrong == NULL && sor_zip_entries(a, inner.data, &e, &n, &why) != OK) inner.wrong = why;
    if (inner.wrong != NULL) return list_add(l, inner);
    for (size_t i = 0; i < n; i++) {
        if (e[i].wrong == NULL && !is_csv(e[i].name)) e[i].wrong = "it is no CSV: not read";
        if (!list_add(l, e[i])) return false;
    }
    return true;
}

int sor_source_parts(Arena *a, const SorSource *s, SorEntry **out, size_t *out_n, Str *out_why) {
    SorEntry *e = NULL;
    size_t n = 0;
    const char *why = NULL;
    List l = { ARENA_ARRAY(a, SorEntry, PARTS_MAX), 0 };
    if (sor_zip_entries(a, s->bytes, &e, &n, &why) != OK) return refuse(a, s, EXIT_NO, why, out_why);
    bool fits = true;
    for (size_t i = 0; i < n && fits; i++) {
        if (is_zip(e[i].name)) fits = list_inner(a, &l, e[i]);
        else {
            if (e[i].wrong == NULL && !is_csv(e[i].name)) e[i].wrong = "it is neither a CSV nor a zip of them: not read";
            fits = list_add(&l, e[i]);
        }
    }
    if (!fits) return refuse(a, s, EXIT_NO, "it has more parts than are read", out_why);
    if (l.n == 0) return refuse(a, s, EXIT_NO, "it holds nothing", out_why);
    *out = l.v;
    *out_n = l.n;
    return EXIT_YES;
}
