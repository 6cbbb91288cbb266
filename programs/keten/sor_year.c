/* sor_year.c - see sor_year.h. A year is written under a name that begins with .new- and takes its own when it is whole. */
#include "core/seal/seal.h"
#include "foundation/sys/sys.h"
#include "programs/keten/sor_day.h"
#include "programs/keten/sor_year.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define WRITE_MS 60000
enum { CUBES_MAX = 500000, STAGED_MAX = 24 << 20 /* then it is written, so that a year of large days takes little memory */, EXTRACT_MAX = 512 << 20, MEMORY_MAX = 1 << 30 };

static int by_stem(const void *x, const void *y) { return str_cmp(((const YearCube *)x)->stem, ((const YearCube *)y)->stem); }

Err year_cubes_of(Ctx *c, Arena *a, const char *dir, int from, int to, YearCube **out, size_t *out_n) {
    SorFile *f = NULL;
    size_t n = 0;
    TRY(sor_files(c, str_fmt(a, "%04d-01-01", from), str_fmt(a, "%04d-12-31", to), &f, &n));
    YearCube *v = ARENA_ARRAY(a, YearCube, n + 1);
    for (size_t i = 0; i < n; i++) {
        Date d;
        must(date_parse(f[i].day, &d) == OK);
        Str stem = sor_stem(a, f[i].day, f[i].slug, f[i].kind, f[i].sha256);
        v[i] = (YearCube){ .stem = stem, .path = str_fmt(a, "%s/" STR_FMT ".cube", dir, STR_ARG(stem)), .cube = f[i].cube, .extract_path = str_fmt(a, "%s/" STR_FMT ".rows.csv.gz", dir, STR_ARG(stem)), .order = f[i].at, .year = d.y };
    }
    if (n > 0) qsort(v, n, sizeof *v, by_stem);
    *out = v;
    *out_n = n;
    return OK;
}

typedef struct Found { Arena *a; YearCube *v; size_t n, cap; } Found;
static Err look(Found *f, const char *dir, Str inside, bool deeper) {
    DIR *d = opendir(dir);
    Err e = d == NULL ? E_MISSING : OK;
    for (const struct dirent *x = d != NULL ? readdir(d) : NULL; x != NULL && e == OK; x = readdir(d)) {
        struct stat st = { 0 };
        Str name = str_c(x->d_name), path = path_join(f->a, dir, x->d_name);
        if (name.n == 0 || name.p[0] == '.' || lstat(path.p, &st) != 0) continue;
        if (S_ISDIR(st.st_mode) && deeper) {
            f->v = ARENA_ROOM(f->a, f->v, f->n, &f->cap); /* a folder: looked into afterwards */
            f->v[f->n++] = (YearCube){ .path = path, .stem = str_dup(f->a, name), .year = -1 };
        }
        if (!S_ISREG(st.st_mode) || !str_ends(name, S(".cube"))) continue;
        Str base = str_sub(name, 0, name.n - 5);
        if (f->n >= CUBES_MAX) e = E_LIMIT;
        f->v = ARENA_ROOM(f->a, f->v, f->n, &f->cap);
        f->v[f->n++] = (YearCube){ .stem = inside.n > 0 ? str_fmt(f->a, STR_FMT "/" STR_FMT, STR_ARG(inside), STR_ARG(base)) : str_dup(f->a, base), .path = path,
            .extract_path = str_fmt(f->a, STR_FMT ".rows.csv.gz", STR_ARG(str_sub(path, 0, path.n - 5))) };
    }
    if (d != NULL) closedir(d);
    return e;
}

Err year_cubes_in(Arena *a, const char *dir, YearCube **out, size_t *out_n) {
    Found top = { .a = a }, all = { .a = a };
    TRY(look(&top, dir, STR_NONE, true));
    for (size_t i = 0; i < top.n; i++) {
        if (top.v[i].year == -1) {
            TRY(look(&all, top.v[i].path.p, top.v[i].stem, false));
            continue;
        }
        all.v = ARENA_ROOM(a, all.v, all.n, &all.cap);
        all.v[all.n++] = top.v[i];
    }
    if (all.n > 0) qsort(all.v, all.n, sizeof *all.v, by_stem);
    *out = all.v;
    *out_n = all.n;
    return OK;
}

/* ---- one cube ---- */
static void bad(Arena *a, YearBads *b, Str path, const char *why) {
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(b->v[i].path, path)) return;
    if (b->n == YEAR_BAD_MAX) b->more++;
    else b->v[b->n++] = (YearBad){ str_dup(a, path), why };
}

/* Read, checked against the act, and added. What is wrong with it is in bads; out: it is for the maker to know the day's year. */
static bool cube_read(Arena *a, const YearCube *y, SorCube *c, uint8_t sum[32], const char **why) {
    Str bytes = STR_NONE;
    Err e = file_read(a, y->path.p, SOR_CUBE_MAX, &bytes);
    *why = e == E_MISSING ? "it is not there" : "it cannot be read";
    if (e != OK) return false;
    seal_sha256(bytes, sum);
    *why = "it is not the file that the record names";
    if (y->cube.n > 0 && !str_eq(y->cube, str_bytes(sum, 32))) return false;
    return sor_cube_read(a, bytes, c, why) == OK;
}

static int cube_year(const SorCube *c) {
    Date d;
    return date_parse(c->day, &d) == OK ? d.y : 0;
}

static bool cube_add(Arena *a, RollMaker *m, const YearCube *y, const SorCube *c, const uint8_t sum[32], YearBads *bads) {
    Str extract = STR_NONE;
    Err e = file_map(y->extract_path.p, EXTRACT_MAX, &extract);
    if (e != OK && e != E_MISSING) bad(a, bads, y->extract_path, "it cannot be read; explanations of that day are missing");
    e = roll_add(m, c, y->stem, str_bytes(sum, 32), y->order, extract);
    if (e == E_INPUT && extract.n > 0) {
        bad(a, bads, y->extract_path, "it is damaged; explanations of that day are missing");
        e = roll_add(m, c, y->stem, str_bytes(sum, 32), y->order, STR_NONE);
    }
    file_unmap(extract);
    if (e == E_LIMIT) bad(a, bads, y->path, "a year has no room for more files");
    else if (e != OK) bad(a, bads, y->path, "it stands there twice, or is of another year");
    return e == OK;
}

/* ---- on the disk ---- */
static Err put_fd(void *ctx, Str s) { return fd_write_all(*(const int *)ctx, s, sys_mono_ms() + WRITE_MS); }

static Err write_year(Arena *a, const char *dir, int year, RollMaker *m) {
    const char *fresh = str_fmt(a, "%s/.new-%d.year", dir, year).p, *own = str_fmt(a, "%s/%d.year", dir, year).p;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_OUTSIDE;
    Err e = roll_write(m, put_fd, &fd);
    if (e == OK && fsync(fd) != 0) e = E_OUTSIDE;
    close(fd);
    if (e == OK && rename(fresh, own) != 0) e = E_OUTSIDE;
    if (e != OK) (void)unlink(fresh);
    return e == OK ? dir_sync(dir) : e;
}

/* Does it hold only what the list names? */
static bool only_these(const Roll *r, const YearCube *v, size_t n) {
    for (size_t i = 0; i < r->files_n; i++) {
        YearCube key = { .stem = r->files[i].stem };
        const YearCube *x = n == 0 ? NULL : bsearch(&key, v, n, sizeof *v, by_stem);
        if (x == NULL || x->order != r->files[i].order || (x->cube.n > 0 && !str_eq(x->cube, r->files[i].cube))) return false;
    }
    return true;
}

static bool all_sound(Roll *r) {
    for (int t = 0; t < RT_N; t++)
        if (!roll_sound(r, (RollTable)t)) return false;
    return true;
}

/* As many more as fit in memory; *out_done when nothing is missing any more. */
static Err one_round(Arena *life, const char *dir, int year, const YearCube *v, size_t n, YearBads *bads, bool *out_done) {
    Arena *a = arena_new(MEMORY_MAX), *day = arena_new(MEMORY_MAX);
    Years y;
    years_open(a, dir, year, year, &y);
    Roll *old = y.n == 1 && only_these(&y.rolls[0], v, n) ? &y.rolls[0] : NULL;
    RollMaker *m = NULL;
    *out_done = true;
    Err e = OK;
    for (size_t i = 0; i < n && e == OK; i++) {
        SorCube c;
        uint8_t sum[32];
        const char *why = "";
        if (v[i].year != year || (old != NULL && roll_has(old, v[i].stem))) continue;
        bool known = false;
        for (size_t k = 0; k < bads->n; k++) known = known || str_eq(bads->v[k].path, v[i].path);
        if (known) continue;
        if (m != NULL && arena_used(a) > STAGED_MAX) {
            *out_done = false;
            break;
        }
        if (m == NULL && old != NULL && !all_sound(old)) old = NULL; /* damaged tables are not carried on */
        if (m == NULL) m = roll_maker(a, year, old);
        arena_reset(day);
        if (!cube_read(day, &v[i], &c, sum, &why)) bad(life, bads, v[i].path, why);
        else (void)cube_add(life, m, &v[i], &c, sum, bads);
    }
    bool stale = m == NULL && old == NULL && y.n + (size_t)y.damaged > 0; /* what it holds is not so any more, and nothing takes its place */
    if (stale) m = roll_maker(a, year, NULL);
    if (m != NULL && e == OK) e = write_year(a, dir, year, m);
    years_close(&y);
    arena_free(day);
    arena_free(a);
    return e;
}

Err years_update(Arena *a, const char *dir, const YearCube *v, size_t n, YearBads *bads) {
    enum { ROUNDS_MAX = 10000 };
    for (size_t i = 0; i < n; i++) {
        bool first = i == 0 || v[i - 1].year != v[i].year, done = false; /* in the order of their days */
        for (int round = 0; first && !done && round < ROUNDS_MAX; round++) TRY(one_round(a, dir, v[i].year, v, n, bads, &done));
    }
    return OK;
}

bool years_current(const Years *y, const YearCube *v, size_t n) {
    size_t there = 0, all = 0;
    for (size_t r = 0; r < y->n; r++) all += y->rolls[r].files_n;
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < y->n; r++) there += y->rolls[r].year == v[i].year && roll_has(&y->rolls[r], v[i].stem);
    return !y->damaged && there == n && all == n;
}

/* ---- in memory ---- */
static Err put_buf(void *ctx, Str s) {
    Buf *b = ctx;
    buf_put(b, s);
    return buf_err(b);
}

Err years_in_memory(Arena *a, const YearCube *v, size_t n, Years *out, YearBads *bads) {
    RollMaker *m[YEARS_MAX] = { NULL };
    int year[YEARS_MAX] = { 0 };
    size_t years = 0;
    Arena *work = arena_new((size_t)4 << 30), *day = arena_new(MEMORY_MAX);
    *out = (Years){ .n = 0 };
    for (size_t i = 0; i < n; i++) {
        SorCube c;
        uint8_t sum[32];
        const char *why = "";
        arena_reset(day);
        if (!cube_read(day, &v[i], &c, sum, &why)) {
            bad(a, bads, v[i].path, why);
            continue;
        }
        size_t k = 0;
        while (k < years && year[k] != cube_year(&c)) k++;
        if (k == YEARS_MAX || cube_year(&c) == 0) {
            bad(a, bads, v[i].path, "more years than are asked at once");
            continue;
        }
        if (k == years) {
            year[years] = cube_year(&c);
            m[years++] = roll_maker(work, year[k], NULL);
        }
        (void)cube_add(a, m[k], &v[i], &c, sum, bads);
    }
    Err e = OK;
    for (size_t k = 0; k < years && e == OK; k++) {
        Buf b = buf_new(ROLL_MAX);
        const char *why = "";
        e = roll_write(m[k], put_buf, &b);
        if (e == OK) {
            char *p = arena_alloc(a, b.n + 8);
            memcpy(p, b.p, b.n);
            e = roll_open(a, (Str){ p, b.n }, &out->rolls[out->n], &why);
            out->n += e == OK;
        }
        buf_free(&b);
    }
    arena_free(day);
    arena_free(work);
    return e;
}
