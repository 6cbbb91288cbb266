/* cmd_hash.c - hashes of pictures and of the frames of videos, so that only the hash need travel. Each file is decoded and hashed by a process of its own
 * that can do nothing else (keten-media, keten-video); several are under way at once. Needs no instance. */
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/bank/bank.h"
#include "programs/keten/serve.h"
#include "programs/keten/videos.h"

#include <fcntl.h>
#include <fts.h>

enum { UNDER_WAY = 3, FILES_MAX = 4000000, FLUSH_AT = 1 << 16 };

typedef struct File { const char *path; bool found; } File; /* found: in a folder, not named */
typedef struct Files { File *v; size_t n, cap; int64_t closed; } Files; /* closed: folders that cannot be looked into */
typedef struct Turn { const File *file; Arena *a; Str sha256, md5; int64_t bytes; int fd; bool video; MediaPicture said; VideoSaid film; const char *problem; } Turn;
typedef struct Work {
    Cli *cli;
    Media *media, *videos;
    bool json, all, small, vpdq, no_videos; /* no_videos: keten-video is not here */
    uint32_t every_ms;
    int quality;
    Buf out;
    Json j;
    Progress bar;
    int64_t hashed, failed, passed_over, files;
} Work;

/* ---- which files ---- */

static void add(Arena *a, Files *f, const char *path, bool found) {
    f->v = ARENA_ROOM(a, f->v, f->n, &f->cap);
    f->v[f->n++] = (File){ str_z(a, str_c(path)), found };
}

static int by_name(const FTSENT **x, const FTSENT **y) { return strcmp((*x)->fts_name, (*y)->fts_name); }

/* Files of a folder and all below it, in order of name; links are not followed. */
static bool gather(Cli *cli, const char *folder, Files *f) {
    char *roots[] = { str_z(cli->a, str_c(folder)), NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    bool good = tree != NULL;
    for (const FTSENT *e = good ? fts_read(tree) : NULL; e != NULL && good; e = fts_read(tree)) {
        if (e->fts_info == FTS_F) add(cli->a, f, e->fts_path, true);
        if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS) {
            (void)cli_fail(cli, EXIT_NO, "%s cannot be looked into (%s)", e->fts_path, strerror(e->fts_errno));
            f->closed++;
        }
        good = f->n < FILES_MAX;
    }
    if (tree != NULL) (void)fts_close(tree);
    return good;
}

/* ---- saying it ---- */

/* A name with control characters stays one line and moves no cursor. */
static void put_path(Buf *b, const char *path) {
    for (const char *p = path; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F) buf_printf(b, "\\x%02x", (unsigned)(unsigned char)*p);
        else buf_ch(b, *p);
    }
}

static void say_file(Work *w, const Turn *t) {
    json_obj(&w->j);
    json_kv_str(&w->j, "path", str_c(t->file->path));
    if (t->sha256.n > 0) json_kv_i64(&w->j, "bytes", t->bytes);
    if (t->sha256.n > 0) json_kv_str(&w->j, "sha256", t->sha256);
    if (t->md5.n > 0) json_kv_str(&w->j, "md5", t->md5);
}

static void say_picture(Work *w, const Turn *t) {
    const MediaPicture *p = &t->said;
    json_kv_str(&w->j, "kind", str_c(picture_kind_name(p->kind)));
    json_kv_i64(&w->j, "width", p->width);
    json_kv_i64(&w->j, "height", p->height);
    json_kv_str(&w->j, "model", str_c(picture_model_name(p->model)));
    json_kv_bool(&w->j, "transparent", p->alpha);
    json_kv_bool(&w->j, "moving", p->moving);
    if (p->orientation > 0) json_kv_i64(&w->j, "exif_orientation", p->orientation);
    json_kv_str(&w->j, "front", p->small ? S("512") : S("full"));
    json_kv_i64(&w->j, "quality", p->quality);
    json_kv_str(&w->j, "pdq", hex_enc(t->a, str_bytes(p->hash[0], 32)));
    if (p->forms != PICTURE_FORMS) return;
    json_key(&w->j, S("forms"));
    json_obj(&w->j);
    for (size_t f = 0; f < PICTURE_FORMS; f++) json_kv_str(&w->j, pdq_form_name((int)f), hex_enc(t->a, str_bytes(p->hash[f], 32)));
    json_end_obj(&w->j);
}

static void say_film(Work *w, const VideoSaid *v) {
    json_kv_str(&w->j, "kind", str_c(video_kind_name(v->kind)));
    json_kv_i64(&w->j, "width", v->width);
    json_kv_i64(&w->j, "height", v->height);
    if (v->rate_ms > 0) json_kv_i64(&w->j, "frames_in_1000_seconds", v->rate_ms);
    if (v->every > 0) json_kv_i64(&w->j, "every", v->every);
    json_kv_i64(&w->j, "frames_decoded", v->decoded);
    json_kv_i64(&w->j, "damaged", v->damaged);
    json_kv_i64(&w->j, "milliseconds", v->seen_ms);
    if (v->said_ms >= 0) json_kv_i64(&w->j, "milliseconds_said", v->said_ms);
    json_kv_i64(&w->j, "turned", v->turned);
    json_kv_str(&w->j, "front", S("full"));
}

static void say_json(Work *w, const Turn *t) {
    if (!t->video) say_file(w, t);
    if (t->video && t->film.decoded > 0) say_film(w, &t->film);
    if (t->problem != NULL) json_kv_str(&w->j, "problem", str_c(t->problem));
    if (t->problem == NULL && !t->video) say_picture(w, t);
    json_end_obj(&w->j);
}

static void say_line(Work *w, const Turn *t) {
    for (size_t f = 0; f < t->said.forms && !w->vpdq; f++) {
        buf_put(&w->out, hex_enc(t->a, str_bytes(t->said.hash[f], 32)));
        buf_printf(&w->out, " %3d ", t->said.quality);
        if (w->small) buf_z(&w->out, BANK_FRONT_512 " ");
        if (w->all) buf_printf(&w->out, "%-10s ", pdq_form_name((int)f));
        put_path(&w->out, t->file->path);
        buf_ch(&w->out, '\n');
    }
}

static void say_frame(Work *w, const Turn *t, const VideoFrame *f) {
    VpdqFrame v = vpdq_of(f);
    char hex[PDQ_HEX + 1];
    if (w->vpdq) {
        vpdq_put(&w->out, &v);
        return;
    }
    pdq_hex(&v.hash, hex);
    if (w->json) {
        json_obj(&w->j);
        json_kv_i64(&w->j, "frame", v.frame);
        json_kv_i64(&w->j, "milliseconds", v.ms);
        json_kv_i64(&w->j, "quality", v.quality);
        json_kv_str(&w->j, "pdq", str_c(hex));
        json_end_obj(&w->j);
        return;
    }
    buf_printf(&w->out, "%s %3d %u.%03us ", hex, v.quality, v.ms / 1000, v.ms % 1000);
    if (w->all) buf_z(&w->out, "original   ");
    put_path(&w->out, t->file->path);
    buf_ch(&w->out, '\n');
}

static void complain(Work *w, const Turn *t) {
    Buf b = buf_new(16384);
    put_path(&b, t->file->path);
    (void)cli_fail(w->cli, EXIT_NO, STR_FMT ": %s", STR_ARG(buf_str(&b)), t->problem);
    buf_free(&b);
}

static bool flush(Work *w) {
    bool good = buf_err(&w->out) == OK && (w->out.n == 0 || fwrite(w->out.p, 1, w->out.n, stdout) == w->out.n);
    buf_clear(&w->out);
    return good;
}

/* ---- hashing ---- */

static Err picture_bytes(Arena *a, int fd, int64_t size, Str *out) {
    if (size > PICTURE_BYTES_MAX) return E_LIMIT;
    char *p = arena_alloc(a, (size_t)size);
    size_t n = 0;
    for (ssize_t got = 1; n < (size_t)size && got > 0; n += got > 0 ? (size_t)got : 0) got = pread(fd, p + n, (size_t)size - n, (off_t)n);
    *out = (Str){ p, n };
    return n == (size_t)size ? OK : E_OUTSIDE;
}

/* False: the process that reads videos cannot be had though it is there. */
static bool begin_video(Work *w, Turn *t, int fd) {
    t->video = true;
    if (w->videos == NULL && !w->no_videos) {
        Err e = videos_start(w->cli, &w->videos);
        if (e != OK && e != E_MISSING) return false;
        w->no_videos = e != OK;
    }
    if (w->no_videos) t->problem = "keten-video is not beside keten, nor in ../libexec/keten: no video is decoded without it";
    return w->no_videos || video_ask(w->videos, fd, w->every_ms, &t->fd) == OK;
}

/* Hands the file over. False: the process that reads it is away. */
static bool begin(Work *w, Turn *t, const File *file) {
    Str bytes = STR_NONE;
    int fd = -1;
    arena_reset(t->a);
    *t = (Turn){ .file = file, .a = t->a, .fd = -1 };
    Err e = file_of(file->path, &fd, &t->bytes);
    if (e == OK && w->json && digests_of(t->a, fd, &t->sha256, &t->md5) != OK) e = E_OUTSIDE;
    bool good = true, video = e == OK && video_kind_of(fd) != VIDEO_OTHER;
    if (e == OK && !video) e = picture_bytes(t->a, fd, t->bytes, &bytes);
    if (e == E_LIMIT) t->problem = "larger than 48 MB";
    else if (e != OK) t->problem = e == E_MISSING ? "there is no such file" : "cannot be read";
    if (e == OK) good = video ? begin_video(w, t, fd) : media_picture_ask(w->media, bytes, w->small, w->all, &t->fd) == OK;
    if (fd >= 0) close(fd);
    return good;
}

/* Its frames, as they come. */
static bool take_frames(Work *w, Turn *t) {
    static VideoPart part;
    bool good = true;
    if (w->json) {
        say_file(w, t);
        json_key(&w->j, S("frames"));
        json_arr(&w->j);
    }
    part.last = t->fd < 0;
    while (!part.last) {
        video_next(t->fd, &part);
        for (size_t i = 0; i < part.n && good; i++) {
            if (part.frames[i].quality >= w->quality) say_frame(w, t, &part.frames[i]);
            if (w->out.n >= FLUSH_AT) good = flush(w);
        }
        if (w->files == 1 && part.expected > 0) progress_show(&w->bar, part.decoded, part.expected);
    }
    if (t->fd >= 0) t->film = part.said;
    if (w->json) json_end_arr(&w->j);
    if (t->problem == NULL && t->film.why != VIDEO_READ) t->problem = video_why_text(t->film.why);
    return good;
}

static bool finish(Work *w, Turn *t) {
    if (t->video && !take_frames(w, t)) return false;
    if (!t->video && t->fd >= 0 && media_picture_answer(t->fd, &t->said) != OK) return false;
    t->fd = -1;
    if (!t->video && t->problem == NULL && t->said.why != PICTURE_READ) t->problem = picture_why_text(t->said.why);
    if (!t->video && t->problem != NULL && t->file->found && t->said.why == PICTURE_UNKNOWN) {
        w->passed_over++; /* a folder may hold anything */
        return true;
    }
    if (w->json) say_json(w, t);
    else if (t->problem == NULL) say_line(w, t);
    if (t->problem != NULL) {
        complain(w, t);
        w->failed++;
    } else {
        w->hashed++;
    }
    return w->out.n < FLUSH_AT || flush(w);
}

static bool hash_all(Work *w, const Files *f) {
    Turn turns[UNDER_WAY];
    w->bar = progress_start("hashing");
    w->files = (int64_t)f->n;
    bool good = true;
    size_t begun = 0, done = 0;
    for (size_t i = 0; i < UNDER_WAY; i++) turns[i] = (Turn){ .a = arena_new((size_t)128 << 20), .fd = -1 };
    while (good && done < f->n) {
        while (good && begun < f->n && begun - done < UNDER_WAY) {
            good = begin(w, &turns[begun % UNDER_WAY], &f->v[begun]);
            begun++;
        }
        if (good) good = finish(w, &turns[done % UNDER_WAY]);
        progress_show(&w->bar, (int64_t)++done, (int64_t)f->n);
    }
    progress_end(&w->bar);
    for (size_t i = 0; i < UNDER_WAY; i++) arena_free(turns[i].a);
    return good;
}

static int run(Cli *cli) {
    Work w = { .cli = cli, .json = cli_flag(cli, "json"), .all = cli_flag(cli, "dihedral"), .vpdq = cli_flag(cli, "vpdq"), .quality = (int)cli_int(cli, "quality"), .out = buf_new(4 << 20) };
    Files files = { .n = 0 };
    Str front = cli_text(cli, "front");
    if (!str_eq(front, S("full")) && !str_eq(front, S("512"))) return cli_fail(cli, EXIT_USE, "--front is full or 512");
    if (!every_of(cli_text(cli, "seconds"), &w.every_ms)) return cli_fail(cli, EXIT_USE, "--seconds is 0 (every frame) to 3600, with at most three decimals");
    if (w.vpdq && (w.json || cli->args_n != 1)) return cli_fail(cli, EXIT_USE, "--vpdq is for one video, and not with --json");
    w.small = str_eq(front, S("512"));
    for (size_t i = 0; i < cli->args_n; i++) {
        int fd = open(cli->args[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) close(fd);
        if (fd < 0) add(cli->a, &files, cli->args[i], false);
        else if (!gather(cli, cli->args[i], &files)) return cli_fail(cli, EXIT_SYSTEM, "%s holds more than %d files", cli->args[i], FILES_MAX);
    }
    const char *program = program_beside(cli->a, "keten-media", "media");
    if (program == NULL || media_alone(cli->a, program, &w.media) != OK) return cli_fail(cli, EXIT_SYSTEM, "keten-media is not beside keten, nor in ../libexec/keten: nothing is decoded without it");
    w.j = json_to(&w.out, true);
    if (w.json) json_arr(&w.j);
    bool good = hash_all(&w, &files);
    if (w.json) json_end_arr(&w.j);
    if (w.json) buf_ch(&w.out, '\n');
    if (!flush(&w)) good = false;
    media_close(w.media);
    media_close(w.videos);
    buf_free(&w.out);
    if (!good) return cli_fail(cli, EXIT_SYSTEM, "the process that decodes ended, or the output cannot be written");
    if (w.passed_over > 0) fprintf(stderr, "passed over in folders, being no pictures or videos: %lld\n", (long long)w.passed_over);
    if (files.n == 0 || (w.hashed == 0 && w.failed == 0)) return cli_fail(cli, EXIT_NO, "no picture or video found");
    return w.failed == 0 && files.closed == 0 ? EXIT_YES : EXIT_NO;
}

static const Opt opts[] = {
    { OPT_FLAG, "dihedral", .help = "all eight hashes: as it is, turned 90, 180, 270 degrees, mirrored four ways; each with its name before the path" },
    { OPT_TEXT, "front", "KIND", "full: the whole picture; 512: first to 512x512 by nearest neighbour, as the reference's command-line tool", .otherwise = "full" },
    { OPT_TEXT, "seconds", "N", "of a video: so long from one hashed frame to the next (every m-th frame that is decoded, m being N times the frames in a second, rounded down); 0: every frame", .otherwise = "1" },
    { OPT_INT, "quality", "N", "of a video: frames below it are left out", .max = 100, .otherwise = "0" },
    { OPT_FLAG, "vpdq", .help = "of one video: \"number,quality,hash,seconds\" lines, the file that the public vPDQ tools read and write" },
    OPT_JSON,
    { OPT_END },
};
const Cmd cmd_hash = { .name = "hash", .summary = "hash pictures and videos (PDQ, and with --json SHA-256 and MD5): hash, quality, path", .args = "FILE...", .args_min = 1, .args_max = ARGS_MAX, .opts = opts, .run = run,
    .help = "FILE is a JPEG, PNG, WebP or GIF (of moving ones the first frame), a video (MP4, WebM and Matroska, AVI, MPEG, FLV, Ogg, ASF), a folder with\n"
            "all below it, or - for standard input. Nothing is sent anywhere. Each file is decoded by a process that has no files, no network and little\n"
            "time; one that cannot be decoded is named on standard error. Of a video each line is one frame, with its time before the path; frames are\n"
            "hashed whole, in the one form. Exit code 1: at least one was not hashed or not whole, or a folder not read. Transparency is hashed over\n"
            "white, a palette by its colours; a hash made by way of 512x512 says so (front:512), all others are of the whole picture; the turning that a file asks for is told and not applied. Hashes of quality below 50 say too little to be kept." };
