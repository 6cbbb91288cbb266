/* sor_pack.c - the official layout: an outer zip that stores inner zips of ten CSVs each, its checksum beside it, and what was planted. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "foundation/sys/sys.h"
#include "programs/keten/sor_make.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <zlib.h>

enum { CSVS_AN_INNER = 10, PIECE = 1 << 20, TRUTH_MAX = 64 << 20, INNER_MAX = 1 << 30, LISTED_MAX = 20000 };
typedef struct Member { char name[160]; uint64_t size, packed, at; uint32_t crc; uint16_t method; } Member;
typedef struct Zip { Buf *to; uint64_t base /* bytes given out before those in `to` */; Member *m; size_t n, cap; } Zip;

static void le(Buf *b, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++) buf_ch(b, (char)(uint8_t)(i < 8 ? v >> (8 * i) : 0));
}
static bool large(uint64_t v) { return v >= 0xFFFFFFFFu; }

/* What the header in front of the data and the one in the directory have in common (APPNOTE 4.3.7, 4.3.12). */
static void both_heads(Buf *b, const Member *m, bool z64) {
    le(b, z64 ? 45 : 20, 2);
    le(b, 0, 2);
    le(b, m->method, 2);
    le(b, 0, 2);
    le(b, 0x5A21, 2); /* 2025-01-01 */
    le(b, m->crc, 4);
    le(b, z64 ? 0xFFFFFFFFu : m->packed, 4);
    le(b, z64 ? 0xFFFFFFFFu : m->size, 4);
    le(b, strlen(m->name), 2);
}

/* Header in front of the data; sizes are known by then. */
static void local_head(Buf *b, const Member *m) {
    bool z64 = large(m->size) || large(m->packed);
    le(b, 0x04034b50, 4);
    both_heads(b, m, z64);
    le(b, z64 ? 20 : 0, 2);
    buf_z(b, m->name);
    if (!z64) return;
    le(b, 1, 2);
    le(b, 16, 2);
    le(b, m->size, 8);
    le(b, m->packed, 8);
}

static void central_head(Buf *b, const Member *m) {
    bool z64 = large(m->size) || large(m->packed) || large(m->at);
    le(b, 0x02014b50, 4);
    le(b, 45, 2);
    both_heads(b, m, z64);
    le(b, z64 ? 28 : 0, 2);
    le(b, 0, 2 + 2 + 2 + 4);
    le(b, z64 ? 0xFFFFFFFFu : m->at, 4);
    buf_z(b, m->name);
    if (!z64) return;
    le(b, 1, 2);
    le(b, 24, 2);
    le(b, m->size, 8);
    le(b, m->packed, 8);
    le(b, m->at, 8);
}

static void directory(Zip *z) {
    Buf *b = z->to;
    uint64_t at = z->base + b->n;
    for (size_t i = 0; i < z->n; i++) central_head(b, &z->m[i]);
    uint64_t size = z->base + b->n - at, end = z->base + b->n;
    bool z64 = large(at) || large(size) || z->n >= 0xFFFF;
    if (z64) {
        le(b, 0x06064b50, 4);
        le(b, 44, 8);
        le(b, 45, 2);
        le(b, 45, 2);
        le(b, 0, 8);
        le(b, z->n, 8);
        le(b, z->n, 8);
        le(b, size, 8);
        le(b, at, 8);
        le(b, 0x07064b50, 4);
        le(b, 0, 4);
        le(b, end, 8);
        le(b, 1, 4);
    }
    le(b, 0x06054b50, 4);
    le(b, 0, 4);
    le(b, z64 ? 0xFFFF : z->n, 2);
    le(b, z64 ? 0xFFFF : z->n, 2);
    le(b, z64 ? 0xFFFFFFFFu : size, 4);
    le(b, z64 ? 0xFFFFFFFFu : at, 4);
    le(b, 0, 2);
}

static Member *member(Arena *a, Zip *z) {
    if (z->n == z->cap) {
        size_t cap = z->cap == 0 ? 64 : z->cap * 2;
        Member *more = ARENA_ARRAY(a, Member, cap);
        if (z->n > 0) memcpy(more, z->m, z->n * sizeof *more);
        z->m = more;
        z->cap = cap;
    }
    return &z->m[z->n++];
}

/* ---- the work ---- */
typedef struct Work {
    const SorWish *w;
    SorMaker *maker;
    Arena *a;
    Str name;                    /* sor-SLUG-DAY-KIND */
    int fd;
    EVP_MD_CTX *sha1;
    Zip outer;
    Json truth;
    Buf truth_buf, csv, packed, inner;
    int64_t made, lines, plants[PLANT_N], listed;
    void (*progress)(void *, int64_t, int64_t);
    void *progress_ctx;
} Work;

static Err give(Work *w, Buf *b) {
    if (buf_err(b) != OK || EVP_DigestUpdate(w->sha1, b->p, b->n) != 1) return E_LIMIT;
    Err e = fd_write_all(w->fd, buf_str(b), sys_mono_ms() + 600000);
    w->outer.base += b->n;
    buf_clear(b);
    return e;
}

static Err squeeze(Work *w, z_stream *z, Member *m, bool end) {
    uint8_t piece[65536];
    m->crc = (uint32_t)crc32_z(m->crc, (const Bytef *)w->csv.p, w->csv.n);
    m->size += w->csv.n;
    z->next_in = (Bytef *)w->csv.p;
    z->avail_in = (uInt)w->csv.n;
    for (int code = Z_OK; code == Z_OK;) {
        z->next_out = piece;
        z->avail_out = sizeof piece;
        code = deflate(z, end ? Z_FINISH : Z_NO_FLUSH);
        if (code == Z_BUF_ERROR) break; /* nothing more to do just now */
        if (code != Z_OK && code != Z_STREAM_END) return E_OUTSIDE;
        buf_put(&w->packed, str_bytes(piece, sizeof piece - z->avail_out));
        if (!end && z->avail_in == 0 && z->avail_out > 0) break;
    }
    buf_clear(&w->csv);
    return buf_err(&w->packed);
}

static void planted(Work *w, Str part, int64_t line, SorPlant plant, int lines) {
    w->plants[plant]++;
    if (plant == PLANT_NONE || w->listed++ >= LISTED_MAX) return;
    json_obj(&w->truth);
    json_kv_str(&w->truth, "part", part);
    json_kv_i64(&w->truth, "line", line);
    json_kv_i64(&w->truth, "lines", lines);
    json_kv_str(&w->truth, "what", str_c(sor_plant_codes[plant]));
    json_end_obj(&w->truth);
}

/* One CSV of at most part_rows rows, into the inner zip. */
static Err csv(Work *w, Zip *inner, int part, int sub) {
    Member *m = member(w->a, inner);
    z_stream z = { 0 };
    Err e = OK;
    snprintf(m->name, sizeof m->name, STR_FMT "-%05d-%05d.csv", STR_ARG(w->name), part, sub);
    m->method = 8;
    if (deflateInit2(&z, w->w->level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return E_OUTSIDE;
    buf_clear(&w->packed);
    sor_make_head(w->maker, &w->csv);
    int64_t line = 1;
    for (int64_t i = 0; e == OK && i < w->w->part_rows && w->made < w->w->rows; i++, w->made++) {
        int lines = 1;
        SorPlant plant = sor_make_row(w->maker, &w->csv, &lines);
        planted(w, str_c(m->name), line + 1, plant, lines);
        line += lines;
        if (w->csv.n > PIECE) e = squeeze(w, &z, m, false);
    }
    w->lines += line;
    if (e == OK) e = squeeze(w, &z, m, true);
    deflateEnd(&z);
    m->packed = w->packed.n;
    m->at = inner->to->n;
    local_head(inner->to, m);
    buf_put(inner->to, buf_str(&w->packed));
    if (w->progress != NULL) w->progress(w->progress_ctx, w->made, w->w->rows);
    return e == OK ? buf_err(inner->to) : e;
}

static Err inner_zip(Work *w, int part) {
    Arena *keep = w->a;
    Zip inner = { .to = &w->inner };
    Err e = OK;
    w->a = arena_new(16 << 20);
    buf_clear(&w->inner);
    for (int sub = 0; e == OK && sub < CSVS_AN_INNER && (w->made < w->w->rows || (part == 0 && sub == 0)); sub++) e = csv(w, &inner, part, sub);
    directory(&inner);
    arena_free(w->a);
    w->a = keep;
    if (e != OK || buf_err(&w->inner) != OK) return e == OK ? E_LIMIT : e;
    Member *m = member(w->a, &w->outer);
    snprintf(m->name, sizeof m->name, STR_FMT "-%05d.csv.zip", STR_ARG(w->name), part);
    m->size = m->packed = w->inner.n;
    m->crc = (uint32_t)crc32_z(0, (const Bytef *)w->inner.p, w->inner.n);
    m->at = w->outer.base;
    local_head(w->outer.to, m);
    TRY(give(w, w->outer.to));
    return give(w, &w->inner);
}

static void truth_head(Work *w) {
    w->truth_buf = buf_new(TRUTH_MAX);
    w->truth = json_to(&w->truth_buf, true);
    json_obj(&w->truth);
    json_kv_str(&w->truth, "file", str_fmt(w->a, STR_FMT ".zip", STR_ARG(w->name)));
    json_kv_i64(&w->truth, "seed", (int64_t)w->w->seed);
    json_kv_i64(&w->truth, "rows", w->w->rows);
    json_key(&w->truth, S("planted"));
    json_arr(&w->truth);
}

static Str truth_end(Work *w) {
    json_end_arr(&w->truth);
    json_kv_i64(&w->truth, "lines", w->lines);
    json_key(&w->truth, S("counts"));
    json_obj(&w->truth);
    for (size_t i = 1; i < PLANT_N; i++) json_kv_i64(&w->truth, sor_plant_codes[i], w->plants[i]);
    json_end_obj(&w->truth);
    json_end_obj(&w->truth);
    buf_ch(&w->truth_buf, '\n');
    return buf_str(&w->truth_buf);
}

static Err beside(Work *w, const char *dir) {
    uint8_t sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (EVP_DigestFinal_ex(w->sha1, sum, &n) != 1) return E_OUTSIDE;
    Str line = str_fmt(w->a, STR_FMT "  " STR_FMT ".zip\n", STR_ARG(hex_enc(w->a, str_bytes(sum, n))), STR_ARG(w->name));
    TRY(file_write_new(str_fmt(w->a, "%s/" STR_FMT ".zip.sha1", dir, STR_ARG(w->name)).p, line, 0644));
    return file_write_new(str_fmt(w->a, "%s/" STR_FMT ".truth.json", dir, STR_ARG(w->name)).p, truth_end(w), 0644);
}

static const char *const endings[] = { ".zip", ".zip.sha1", ".truth.json" };

Err sor_make_files(Arena *a, const SorWish *wish, const char *dir, void (*progress)(void *, int64_t, int64_t), void *progress_ctx, Str *out_name, Str *out_why) {
    Work w = { .w = wish, .maker = sor_maker(a, wish), .a = a, .progress = progress, .progress_ctx = progress_ctx, .csv = buf_new(8 << 20), .packed = buf_new(INNER_MAX), .inner = buf_new(INNER_MAX) };
    Buf head = buf_new(64 << 20);
    w.name = str_fmt(a, "sor-" STR_FMT "-" STR_FMT "-%s", STR_ARG(wish->slug), STR_ARG(wish->day), wish->light ? "light" : "full");
    w.outer.to = &head;
    w.sha1 = EVP_MD_CTX_new();
    const char *paths[LEN(endings)], *path = NULL; /* path: what is said of one */
    for (size_t i = 0; i < LEN(endings); i++) paths[i] = str_fmt(a, "%s/" STR_FMT "%s", dir, STR_ARG(w.name), endings[i]).p;
    must(w.sha1 != NULL && EVP_DigestInit_ex(w.sha1, EVP_sha1(), NULL) == 1);
    truth_head(&w);
    for (size_t i = 0; i < LEN(endings) && path == NULL; i++)
        if (file_exists(paths[i])) path = paths[i];
    Err e = path != NULL ? E_CONFLICT : OK;
    if (path == NULL) path = paths[0];
    w.fd = e == OK ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    if (e == OK && w.fd < 0) e = errno == EEXIST ? E_CONFLICT : E_OUTSIDE;
    bool made = e == OK;
    for (int part = 0; e == OK && (part == 0 || w.made < wish->rows); part++) e = inner_zip(&w, part);
    if (e == OK) {
        directory(&w.outer);
        e = give(&w, w.outer.to);
    }
    if (w.fd >= 0 && close(w.fd) != 0 && e == OK) e = E_OUTSIDE;
    if (e == OK) e = beside(&w, dir);
    if (e != OK) *out_why = e == E_CONFLICT ? str_fmt(a, "%s is there already", path) : str_fmt(a, "%s cannot be written (%s)", path, err_name(e));
    for (size_t i = 0; i < LEN(endings) && e != OK && made; i++) (void)unlink(paths[i]);
    *out_name = w.name;
    EVP_MD_CTX_free(w.sha1);
    buf_free(&w.truth_buf);
    buf_free(&w.csv);
    buf_free(&w.packed);
    buf_free(&w.inner);
    buf_free(&head);
    return e;
}
