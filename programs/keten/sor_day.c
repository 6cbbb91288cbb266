/* sor_day.c - from the parts of a file to what is kept of it. Everything is written under a name that begins with .new- first; only when
 * all of it is on the disk does it get its own name, and only then does the act say so. Who is interrupted leaves nothing that counts. */
#include "core/law/law.h"
#include "core/seal/seal.h"
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "programs/keten/sor_day.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#define WRITE_MS 60000
enum { UID_KEY = 32, QUALITY_MAX = 64 << 20, LINES_PIECE = 4 << 20, CELLS_MOST = 2 << 20 /* of a day: so many take 8 MB even at four bytes each */ };

/* ---- what the law data know ---- */
/* The database writes Greece as ISO does. */
static Str state_of(Str country) { return str_eq(country, S("EL")) ? S("GR") : country; }

void sor_spec_from_law(Arena *a, const Law *law, Str day, Str country, SorSpec *out, Str *out_crosswalk) {
    const LawCross *const *x = NULL;
    const LawCountry *const *c = NULL;
    const SorValue *v = NULL;
    Date at;
    Buf b = buf_new(1 << 20);
    uint8_t sum[32];
    must(date_parse(day, &at) == OK);
    size_t n = law_cross_list(law, at, a, &x), countries = law_country_list(law, at, a, &c), values = sor_values(a, &v), k = 0, eu = 0, wide = 0;
    SorPair *pairs = ARENA_ARRAY(a, SorPair, n + 1);
    Str *states = ARENA_ARRAY(a, Str, countries + 1), *words = ARENA_ARRAY(a, Str, values + 1);
    for (size_t i = 0; i < n; i++) { /* a category alone says when to use it, not what a statement under it is about */
        if (!(str_eq(x[i]->scheme, S("TDB1")) || str_eq(x[i]->scheme, S("TDB2"))) || x[i]->sub.n == 0) continue;
        pairs[k++] = (SorPair){ x[i]->value, x[i]->sub, x[i]->offence };
        buf_printf(&b, STR_FMT " " STR_FMT " " STR_FMT "\n", STR_ARG(x[i]->value), STR_ARG(x[i]->sub), STR_ARG(x[i]->offence));
    }
    for (size_t i = 0; i < countries; i++)
        if (c[i]->eu) states[eu++] = state_of(c[i]->r.id);
    for (size_t i = 0; i < values; i++)
        if (v[i].wide) words[wide++] = v[i].value;
    *out = (SorSpec){ .day = day, .pairs = pairs, .pairs_n = k, .wide = words, .wide_n = wide, .eu = states, .eu_n = eu, .home = state_of(country), .engine = sor_engine_best(), .width = sor_width_best() };
    seal_sha256(buf_str(&b), sum);
    *out_crosswalk = str_dup(a, str_bytes(sum, 32));
    buf_free(&b);
}

Str sor_stem(Arena *a, Str day, Str slug, Str kind, Str sha256) {
    return str_fmt(a, STR_FMT "/" STR_FMT "-" STR_FMT "-" STR_FMT, STR_ARG(day), STR_ARG(slug), STR_ARG(kind), STR_ARG(hex_enc(a, str_sub(sha256, 0, 8))));
}

static const char *at(Arena *a, const SorWork *w, const char *prefix, const char *ending) {
    const char *slash = strchr(w->stem.p, '/');
    must(slash != NULL);
    return str_fmt(a, "%s/%.*s/%s%s%s", w->dir, (int)(slash - w->stem.p), w->stem.p, prefix, slash + 1, ending).p;
}

/* ---- as the parts come in, in order ---- */
typedef struct Taking { SorWork *w; Buf lines; } Taking;

static Err put(int fd, Str s) { return s.n == 0 ? OK : fd_write_all(fd, s, sys_mono_ms() + WRITE_MS); }

static void line_row(Buf *b, Str part, const SorLine *l, const char *wrong) {
    char number[2][24];
    snprintf(number[0], sizeof number[0], "%llu", (unsigned long long)l->line);
    snprintf(number[1], sizeof number[1], "%llu", (unsigned long long)l->lines);
    csv_field_safe(b, str_utf8_ok(part) ? part : S("(a name that is not UTF-8)"), ',', true);
    csv_field(b, str_c(number[0]), ',', false);
    csv_field(b, str_c(number[1]), ',', false);
    csv_field(b, sor_why_repair(l->why) ? S("repaired") : S("quarantined"), ',', false);
    csv_field(b, str_c(sor_why_codes[l->why]), ',', false);
    csv_field(b, str_c(wrong != NULL ? wrong : sor_why_words[l->why]), ',', false);
    csv_field(b, l->col < SC_N ? str_c(sor_col_names[l->col]) : S(""), ',', false);
    buf_ch(b, '\n');
}

static Err take(void *ctx, size_t k, const SorEntry *e, const SorPart *p) {
    Taking *t = ctx;
    const SorLine *l = NULL;
    int64_t more = 0;
    size_t n = sor_part_lines(p, &l, &more);
    (void)k;
    if (t->w->day.cells.n > CELLS_MOST) return E_LIMIT;
    for (size_t i = 0; i < n; i++) line_row(&t->lines, e->name, &l[i], l[i].why == SW_ENTRY ? e->wrong : NULL);
    if (more > 0) {
        csv_field_safe(&t->lines, e->name, ',', true);
        buf_printf(&t->lines, ",,%lld,,more,not listed one by one,\n", (long long)more);
    }
    TRY(buf_err(&t->lines));
    TRY(put(t->w->lines_fd, buf_str(&t->lines)));
    buf_clear(&t->lines);
    return put(t->w->extract_fd, sor_part_extract(p));
}

/* ---- files ---- */
static Err fresh(const char *path, int *out_fd) {
    *out_fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *out_fd < 0 ? E_OUTSIDE : OK;
}

/* A piece at a time: the extract of a platform that is all about our families is as large as its day. */
static Err hash_file(Arena *a, int fd, Str *out) {
    static const size_t piece = 65536;
    uint8_t sum[32], *buf = arena_alloc(a, piece);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    ssize_t n = 1;
    must(c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1);
    for (off_t from = 0; n > 0; from += n) {
        n = pread(fd, buf, piece, from);
        if (n > 0) must(EVP_DigestUpdate(c, buf, (size_t)n) == 1);
    }
    must(EVP_DigestFinal_ex(c, sum, NULL) == 1);
    EVP_MD_CTX_free(c);
    if (n == 0) *out = str_dup(a, str_bytes(sum, 32));
    return n == 0 ? OK : E_OUTSIDE;
}

static Err buf_file(Arena *a, const char *path, const Buf *b, Str *out_sum) {
    uint8_t sum[32];
    TRY(buf_err(b));
    TRY(file_write(path, buf_str(b), 0600));
    seal_sha256(buf_str(b), sum);
    *out_sum = str_dup(a, str_bytes(sum, 32));
    return OK;
}

static Err uid_key(Arena *a, SorWork *w) {
    const char *path = path_join(a, w->dir, "uid.key").p;
    Str key = STR_NONE;
    if (!file_exists(path)) {
        sys_random(w->spec.uid_key, UID_KEY);
        return file_write_new(path, str_bytes(w->spec.uid_key, UID_KEY), 0400);
    }
    TRY(file_read(a, path, UID_KEY, &key));
    if (key.n != UID_KEY) return E_INPUT;
    memcpy(w->spec.uid_key, key.p, UID_KEY);
    return OK;
}

/* ---- platforms that were met: PLATFORM,DAY,FILE a line. Lost, it begins anew: platforms are called new once more. ---- */
enum { SEEN_BYTES = 16 << 20, SEEN_MAX = 65536 };

bool sor_seen(const SorWork *w, Str platform) {
    for (size_t i = 0; i < w->seen_n; i++)
        if (str_eq(w->seen[i], platform)) return true;
    return false;
}

static Err seen_read(Arena *a, SorWork *w, Str *out_text) {
    Str *list = ARENA_ARRAY(a, Str, SEEN_MAX), *f = NULL;
    size_t n = 0;
    *out_text = S("");
    w->seen = list;
    w->seen_n = 0;
    Err e = file_read(a, path_join(a, w->dir, "platforms.csv").p, SEEN_BYTES, out_text);
    if (e == E_MISSING) return OK;
    TRY(e);
    CsvReader r = csv_reader(*out_text, ',');
    while (w->seen_n < SEEN_MAX && csv_row(a, &r, &f, &n) == OK)
        if (n == 3) list[w->seen_n++] = f[0];
    return OK;
}

static Err seen_add(Arena *a, const SorWork *w, Str text) {
    Buf b = buf_new(SEEN_BYTES);
    const SorDict *d = &w->day.learn[0]; /* the platforms */
    buf_put(&b, text);
    for (uint32_t i = 1; i < d->n; i++) {
        if (d->rows[i] == 0 || sor_seen(w, d->v[i])) continue;
        csv_field(&b, d->v[i], ',', true);
        csv_field(&b, w->src->day, ',', false);
        csv_field(&b, w->src->base, ',', false);
        buf_ch(&b, '\n');
    }
    Err e = buf_err(&b);
    if (e == OK && b.n > text.n) e = file_write(path_join(a, w->dir, "platforms.csv").p, buf_str(&b), 0600);
    buf_free(&b);
    return e;
}

/* ---- the whole ---- */
static const char *const endings[] = { ".cube", ".rows.csv.gz", ".lines.csv", ".quality.json" };

bool sor_day_there(Arena *a, const SorWork *w) {
    for (size_t i = 0; i < LEN(endings); i++)
        if (!file_exists(at(a, w, "", endings[i]))) return false;
    return true;
}

/* What a run left that was interrupted, of whichever file: the lock is ours, so nobody is at work on it. */
static void sweep(const char *day_dir) {
    DIR *d = opendir(day_dir);
    if (d == NULL) return;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        if (strncmp(e->d_name, ".new-", 5) == 0) (void)unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static Err open_outputs(Arena *a, SorWork *w) {
    const char *day_dir = str_fmt(a, "%s/" STR_FMT, w->dir, STR_ARG(w->src->day)).p;
    TRY(dir_make(day_dir, 0700));
    sweep(day_dir);
    TRY(fresh(at(a, w, ".new-", ".rows.csv.gz"), &w->extract_fd));
    TRY(fresh(at(a, w, ".new-", ".lines.csv"), &w->lines_fd));
    TRY(put(w->extract_fd, sor_extract_head(a)));
    return put(w->lines_fd, S("part,line,lines,what,code,why,column\n"));
}

static Err read_parts(Arena *a, SorWork *w, const SorEntry *parts, size_t n) {
    Taking t = { .w = w, .lines = buf_new(LINES_PIECE) };
    Progress bar = progress_start(str_z(a, w->src->base));
    sor_day_new(a, &w->day);
    SorRun r = { .spec = &w->spec, .parts = parts, .parts_n = n, .threads = w->threads, .day = &w->day, .take = take, .take_ctx = &t, .progress = progress_show, .progress_ctx = &bar };
    int64_t from = sys_mono_ms();
    Err e = sor_run(&r);
    w->ms = sys_mono_ms() - from;
    progress_end(&bar);
    buf_free(&t.lines);
    return e;
}

static Err write_results(Arena *a, SorWork *w) {
    Buf cube = buf_new(SOR_CUBE_MAX), quality = buf_new(QUALITY_MAX);
    SorFile *f = &w->file;
    sor_day_cube(a, &w->day, w->src->day, w->src->slug, w->src->kind, &w->cube);
    Err e = sor_cube_write(a, &w->cube, &cube);
    w->cube_bytes = (int64_t)cube.n;
    if (e == OK && (fsync(w->extract_fd) != 0 || fsync(w->lines_fd) != 0)) e = E_OUTSIDE;
    if (e == OK) e = hash_file(a, w->extract_fd, &f->extract);
    if (e == OK) e = hash_file(a, w->lines_fd, &f->line_list);
    if (e == OK) e = buf_file(a, at(a, w, ".new-", ".cube"), &cube, &f->cube);
    if (e == OK) {
        sor_quality(a, w, &quality);
        e = buf_file(a, at(a, w, ".new-", ".quality.json"), &quality, &f->quality);
    }
    buf_free(&cube);
    buf_free(&quality);
    for (size_t i = 0; i < LEN(endings) && e == OK; i++)
        if (rename(at(a, w, ".new-", endings[i]), at(a, w, "", endings[i])) != 0) e = E_OUTSIDE;
    return e == OK ? dir_sync(str_fmt(a, "%s/" STR_FMT, w->dir, STR_ARG(w->src->day)).p) : e;
}

static void fill_act(SorWork *w) {
    const SorCounts *c = &w->day.sum;
    Str form = w->day.heads.n > 1 ? str_sub(w->day.heads.v[1], 0, 2) : S("none");
    SorFile *f = &w->file;
    f->prior = w->has_prior ? w->prior.id : ID_NONE;
    f->slug = w->src->slug;
    f->day = w->src->day;
    f->kind = w->src->kind;
    f->form = form;
    f->sha256 = str_bytes(w->src->sha256, 32);
    f->sha1 = w->src->sidecar.p != NULL ? str_bytes(w->src->sha1, 20) : STR_NONE;
    f->sha1_state = w->src->sidecar.p != NULL ? S("matches") : S("none");
    f->bytes = (int64_t)w->src->bytes.n;
    f->parts = w->day.parts;
    f->damaged = w->day.damaged;
    f->lines = c->lines;
    f->rows = c->rows;
    f->repaired = c->repaired;
    f->quarantined = c->quarantined;
    f->extract_rows = c->extract_rows;
    f->published = w->published;
    f->crosswalk = w->crosswalk;
}

int sor_day_read(Arena *a, SorWork *w, Str *out_why) {
    SorEntry *parts = NULL;
    size_t n = 0;
    w->extract_fd = w->lines_fd = -1;
    int code = sor_source_parts(a, w->src, &parts, &n, out_why);
    if (code != EXIT_YES) return code;
    static const char too_large[] = "what is made of it is larger than is kept of a day";
    const char *what = "what is made of it cannot be written (is the disk full?)";
    Str seen = STR_NONE;
    Err e = uid_key(a, w);
    if (e != OK) what = "uid.key, with which hashes are made, cannot be read or made: put back its copy";
    else if ((e = seen_read(a, w, &seen)) != OK) what = "platforms.csv cannot be read";
    if (e == OK) e = open_outputs(a, w);
    if (e == OK) {
        e = read_parts(a, w, parts, n);
        if (e == E_LIMIT) what = too_large;
    }
    if (e == OK && !sor_source_same(w->src)) {
        what = "it was changed while it was read";
        e = E_CONFLICT;
    }
    if (e == OK) {
        fill_act(w);
        e = write_results(a, w);
        if (e == E_LIMIT) what = too_large;
    }
    if (e == OK) {
        what = "the act cannot be recorded";
        e = journal_one(&w->local->c, sor_read_act(&w->local->c, &w->file));
    }
    if (e == OK && seen_add(a, w, seen) != OK) (void)cli_fail(w->cli, EXIT_SYSTEM, "%s/platforms.csv cannot be written; the next report calls platforms new that are not", w->dir);
    if (w->extract_fd >= 0) close(w->extract_fd);
    if (w->lines_fd >= 0) close(w->lines_fd);
    for (size_t i = 0; i < LEN(endings) && e != OK; i++) { /* no act: nothing that looks as if there were one */
        (void)unlink(at(a, w, ".new-", endings[i]));
        (void)unlink(at(a, w, "", endings[i]));
    }
    if (e != OK) *out_why = str_fmt(a, "%s: %s (%s%s%s); nothing of it counts", w->src->path, what, err_name(e), w->local->c.fail.msgid != NULL ? ": " : "", w->local->c.fail.msgid != NULL ? w->local->c.fail.msgid : "");
    return e == OK ? EXIT_YES : what == too_large ? EXIT_NO : EXIT_SYSTEM; /* too large: the next file may not be */
}
