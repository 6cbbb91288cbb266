/* Frames of videos: which are hashed, that they are hashed as pictures are, and what a video can do to be refused.
 * usage: video_test KETEN-VIDEO [FOLDER: the seeds of the fuzzer go there] */
#include "programs/video/testvideo.h"

#include "foundation/base/tap.h"
#include "foundation/sandbox/media_wire.h"
#include "foundation/sys/sys.h"
#include "programs/video/film.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { KEPT = 4096 };
typedef struct Seen { VideoFrame v[KEPT]; size_t n; uint32_t decoded; VideoSaid said; } Seen;
typedef struct World { Arena *a; Media *media; const char *seeds; Seen seen, other; } World;

static void on_frame(void *ctx, const VideoSaid *said, const VideoFrame *f) {
    Seen *s = ctx;
    s->decoded = said->decoded;
    if (f != NULL && s->n < KEPT) s->v[s->n++] = *f;
}

static const FilmAsk usual = { .every_ms = 1000, .frames_max = VIDEO_FRAMES_MAX, .pixels_max = VIDEO_PIXELS_MAX };

static void hash_with(Seen *s, Str bytes, FilmAsk ask) {
    FilmBytes from = { .fd = -1, .bytes = bytes, .size = (int64_t)bytes.n };
    s->n = 0;
    s->decoded = 0;
    film_hash(&from, &ask, &(FilmSink){ on_frame, s }, &s->said);
}
static void hash_every(Seen *s, Str bytes, uint32_t every_ms) {
    FilmAsk ask = usual;
    ask.every_ms = every_ms;
    hash_with(s, bytes, ask);
}

static Pdq hash_of(const VideoFrame *f) {
    Pdq h = { { 0 } };
    for (int i = 0; i < 32; i++) h.q[3 - i / 8] |= (uint64_t)f->hash[i] << (56 - i % 8 * 8);
    return h;
}

/* As a picture of the frame that was painted. */
static PdqForms as_picture(const Reel *r, int n) {
    uint32_t w = (uint32_t)r->width, h = (uint32_t)r->height;
    size_t work_n = pdq_work(PDQ_PLAIN, PDQ_FRONT_FULL, w, h);
    uint8_t *rgb = malloc((size_t)w * h * 3), *work = malloc(work_n);
    PdqForms out = { .n = 0 };
    must(rgb != NULL && work != NULL);
    reel_paint(r, n, rgb);
    must(pdq_hash(PDQ_PLAIN, PDQ_FRONT_FULL, &(PdqPixels){ rgb, w, h, (size_t)w * 3, 3 }, false, work, work_n, &out) == OK);
    free(rgb);
    free(work);
    return out;
}

static void seed(const World *w, const char *name, Str bytes) {
    if (w->seeds == NULL) return;
    char *path = str_z(w->a, str_fmt(w->a, "%s/%s", w->seeds, name));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    must(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

/* Without loss, the frames of a video have the hashes of the same frames as pictures, bit for bit. */
static void lossless(World *w) {
    Reel r = { "matroska", "ffv1", AV_PIX_FMT_BGR0, 160, 120, 60, { 25, 1 }, 0, 7 };
    Buf b = buf_new(32 << 20);
    must(reel_make(&r, &b));
    hash_every(&w->seen, buf_str(&b), 0);
    const Seen *s = &w->seen;
    int same = 0, quality = 0;
    for (size_t i = 0; i < s->n; i++) {
        PdqForms want = as_picture(&r, (int)i);
        Pdq got = hash_of(&s->v[i]);
        same += pdq_same(&got, &want.form[0]) && s->v[i].quality == want.quality && s->v[i].frame == i && s->v[i].ms == i * 40;
        quality += want.quality >= PDQ_QUALITY_MIN;
    }
    check(s->said.why == VIDEO_READ && s->n == 60 && same == 60 && quality == 60, "sixty frames without loss have the hash, quality, number and time of sixty pictures (%d of %zu)", same, s->n);
    check(s->said.kind == VIDEO_MATROSKA && s->said.width == 160 && s->said.height == 120 && s->said.rate_ms == 25000 && s->said.decoded == 60 && s->said.damaged == 0, "and what the video is, is told");
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->n == 3 && s->v[0].frame == 0 && s->v[1].frame == 25 && s->v[2].frame == 50 && s->v[2].ms == 2000 && s->said.every == 25, "one a second: frames 0, 25, 50");
    hash_every(&w->seen, buf_str(&b), 39);
    check(s->n == 60, "less than a frame apart: every frame");
    hash_every(&w->seen, buf_str(&b), VIDEO_EVERY_MAX);
    check(s->n == 1 && s->v[0].frame == 0, "an hour apart: the first");
    FilmAsk few = usual;
    few.frames_max = 20;
    hash_with(&w->seen, buf_str(&b), few);
    check(s->said.why == VIDEO_LONG && s->said.decoded == 20, "more frames than the limit: %s", video_why_text(s->said.why));
    Reel film = { "matroska", "ffv1", AV_PIX_FMT_BGR0, 64, 64, 50, { 24000, 1001 }, 0, 8 };
    buf_clear(&b);
    must(reel_make(&film, &b));
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->n == 3 && s->said.every == 23 && s->v[1].frame == 23 && s->v[1].ms == 959 && s->v[2].frame == 46, "23.976 a second: every 23rd, at 0.959 s");
    buf_free(&b);
}

/* The kinds that phones, cameras, browsers and the web make. */
static void kinds(World *w) {
    static const struct { Reel r; VideoKind kind; } all[] = {
        { { "mp4", "libx264", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MP4 }, { { "mov", "mpeg4", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MP4 },
        { { "webm", "libvpx", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MATROSKA }, { { "webm", "libvpx-vp9", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MATROSKA },
        { { "avi", "mjpeg", AV_PIX_FMT_YUVJ420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_AVI }, { { "mpegts", "libx264", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MPEG },
        { { "mpeg", "mpeg2video", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MPEG }, { { "flv", "flv", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_FLV },
        { { "ogg", "libtheora", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_OGG }, { { "asf", "wmv2", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_ASF },
        { { "mp4", "libaom-av1", AV_PIX_FMT_YUV420P, 176, 144, 55, { 25, 1 }, 0, 3 }, VIDEO_MP4 } };
    Buf b = buf_new(32 << 20);
    for (size_t i = 0; i < LEN(all); i++) {
        const Reel *r = &all[i].r;
        const Seen *s = &w->seen;
        int worst = 0;
        buf_clear(&b);
        if (!reel_make(r, &b)) {
            printf("# %s in %s: these libraries cannot write it\n", r->codec, r->container);
            continue;
        }
        hash_every(&w->seen, buf_str(&b), 0);
        for (size_t k = 0; k < s->n; k++) {
            PdqForms want = as_picture(r, (int)s->v[k].frame);
            Pdq got = hash_of(&s->v[k]);
            int d = pdq_distance(&got, &want.form[0]);
            if (d > worst) worst = d;
        }
        check(s->said.why == VIDEO_READ && s->said.kind == all[i].kind && s->n >= 53 && s->n <= 55 && worst <= 24, "%s in %s (%zu kB): %zu of 55 frames, at most %d bits from the pictures (%s, said %lld ms)", r->codec, r->container, b.n / 1024, s->n, worst, video_why_text(s->said.why), (long long)s->said.said_ms);
    }
    buf_free(&b);
}

/* Small ones, as seeds and to be spoiled. */
enum { SMALL = 48 };
static bool small(const char *container, const char *codec, enum AVPixelFormat format, Buf *out) {
    buf_clear(out);
    return reel_make(&(Reel){ container, codec, format, SMALL, SMALL, 30, { 10, 1 }, 0, 5 }, out);
}

static const struct { const char *container, *codec; enum AVPixelFormat format; } smalls[] = { { "mp4", "libx264", AV_PIX_FMT_YUV420P }, { "mp4", "libaom-av1", AV_PIX_FMT_YUV420P }, { "matroska", "ffv1", AV_PIX_FMT_BGR0 },
    { "webm", "libvpx", AV_PIX_FMT_YUV420P }, { "webm", "libvpx-vp9", AV_PIX_FMT_YUV420P }, { "avi", "mjpeg", AV_PIX_FMT_YUVJ420P }, { "mpegts", "mpeg2video", AV_PIX_FMT_YUV420P }, { "mpeg", "mpeg2video", AV_PIX_FMT_YUV420P },
    { "flv", "flv", AV_PIX_FMT_YUV420P }, { "ogg", "libtheora", AV_PIX_FMT_YUV420P }, { "asf", "wmv2", AV_PIX_FMT_YUV420P }, { "mov", "mpeg4", AV_PIX_FMT_YUV420P } };

/* Cut anywhere, changed anywhere: an answer each time; of one that is cut, no frame that the whole one has not. */
static void damaged(World *w) {
    Buf b = buf_new(8 << 20), cut = buf_new(8 << 20);
    for (size_t i = 0; i < LEN(smalls); i++) {
        if (!small(smalls[i].container, smalls[i].codec, smalls[i].format, &b)) continue;
        seed(w, str_z(w->a, str_fmt(w->a, "%s_%s", smalls[i].container, smalls[i].codec)), buf_str(&b));
        hash_every(&w->other, buf_str(&b), 0);
        bool whole = w->other.said.why == VIDEO_READ && w->other.n >= 28;
        int read = 0, foreign = 0, parts = 0, answers = 0;
        for (size_t k = 0; k < 60; k++) {
            size_t n = b.n * k / 60;
            hash_every(&w->seen, str_sub(buf_str(&b), 0, n), 0);
            read += w->seen.said.why == VIDEO_READ && w->seen.n + 8 < w->other.n;
            parts += w->seen.said.why == VIDEO_CUT;
            for (size_t f = 0; f < w->seen.n; f++) {
                Pdq x = hash_of(&w->seen.v[f]), y = w->seen.v[f].frame < w->other.n ? hash_of(&w->other.v[w->seen.v[f].frame]) : x;
                foreign += !pdq_same(&x, &y) && w->seen.v[f].frame < w->other.n;
            }
            buf_clear(&cut);
            buf_put(&cut, buf_str(&b));
            cut.p[(b.n * k / 60 + 7) % b.n] ^= 0x55;
            hash_every(&w->seen, buf_str(&cut), 0);
            answers += w->seen.said.why < VIDEO_WHYS;
        }
        check(whole && answers == 60, "%s in %s, with a byte changed in sixty places: an answer each time", smalls[i].codec, smalls[i].container);
        bool tells = str_eq(str_c(smalls[i].container), S("mpegts")) || str_eq(str_c(smalls[i].container), S("mpeg")) || str_eq(str_c(smalls[i].container), S("ogg")); /* of these the length is where the last piece is */
        /* Of a bare MPEG stream nothing says where the last frame ends: half of it may pass for one. */
        check(foreign <= (str_eq(str_c(smalls[i].container), S("mpeg")) ? 3 : 0) && (read == 0 || tells), "cut in sixty places, %d give a part; with more than 8 frames missing %d pass for whole; frames that the whole one has not: %d", parts, read, foreign);
    }
    buf_free(&b);
    buf_free(&cut);
}

/* Every place where `was` stands. */
static int put_all(Buf *b, Str was, Str now) {
    int n = 0;
    for (size_t i = 0; i + was.n <= b->n; i++) {
        if (memcmp(b->p + i, was.p, was.n) != 0) continue;
        memcpy(b->p + i, now.p, now.n);
        n++;
    }
    return n;
}

static void lies(World *w) {
    Buf b = buf_new(8 << 20);
    const Seen *s = &w->seen;
    must(small("mp4", "libx264", AV_PIX_FMT_YUV420P, &b));
    must(put_all(&b, (Str){ "\0\0\x03\xE8\0\0\x0B\xB8", 8 }, (Str){ "\0\0\x03\xE8\xFF\xFF\xFF\xFF", 8 }) == 1); /* mvhd: 3000 of 1000 a second */
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why == VIDEO_LONG && s->decoded == 0, "three seconds that say they are 49 days: refused before a frame is decoded (%s)", video_why_text(s->said.why));
    must(small("mp4", "libx264", AV_PIX_FMT_YUV420P, &b));
    must(put_all(&b, (Str){ "\0\0\x03\xE8\0\0\x0B\xB8", 8 }, (Str){ "\0\0\x03\xE8\0\x02\xF9\xB8", 8 }) == 1);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why == VIDEO_READ && s->n == 3 && s->said.said_ms == 3000, "three seconds whose head says 195: the stream's own length counts");
    must(small("webm", "libvpx", AV_PIX_FMT_YUV420P, &b));
    must(put_all(&b, (Str){ "\x44\x89\x88\x40\xA7\x70\0\0\0\0\0", 11 }, (Str){ "\x44\x89\x88\x41\x07\xCD\xC0\0\0\0\0", 11 }) == 1);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why == VIDEO_CUT && s->n == 3 && s->said.said_ms == 195000 && s->said.seen_ms == 2900, "a WebM of three seconds that says it is 195: what there is, and both lengths told");
    must(small("mp4", "libx264", AV_PIX_FMT_YUV420P, &b));
    must(put_all(&b, (Str){ "avc1\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x30\0\x30", 32 }, (Str){ "avc1\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF", 32 }) == 1);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why == VIDEO_LARGE && s->decoded == 0, "an MP4 that says 65535x65535: %s", video_why_text(s->said.why));
    must(small("avi", "mjpeg", AV_PIX_FMT_YUVJ420P, &b));
    must(put_all(&b, (Str){ "\x28\0\0\0\x30\0\0\0\x30\0\0\0", 12 }, (Str){ "\x28\0\0\0\xA0\x86\x01\0\xA0\x86\x01\0", 12 }) == 1);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why == VIDEO_LARGE && s->decoded == 0, "an AVI that says 100000x100000: %s", video_why_text(s->said.why));
    must(small("avi", "mjpeg", AV_PIX_FMT_YUVJ420P, &b));
    must(put_all(&b, (Str){ "\xFF\xC0\0\x11\x08\0\x30\0\x30", 9 }, (Str){ "\xFF\xC0\0\x11\x08\xFF\xFF\xFF\xFF", 9 }) == 30);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->said.why != VIDEO_READ && s->n == 0, "one whose frames are larger than it says, 65535x65535 each: %s", video_why_text(s->said.why));
    must(small("avi", "mjpeg", AV_PIX_FMT_YUVJ420P, &b));
    must(put_all(&b, (Str){ "\x01\0\0\0\x0A\0\0\0\0\0\0\0", 12 }, (Str){ "\0\0\0\0\0\0\0\0\0\0\0\0", 12 }) == 1);
    hash_every(&w->seen, buf_str(&b), 1000);
    check(s->n > 0 && s->n <= 30, "an AVI of 0 frames in 0 seconds is read all the same: %zu frames (%s, every %u)", s->n, video_why_text(s->said.why), s->said.every);
    buf_free(&b);
}

static void refused(World *w) {
    static const struct { Str bytes; VideoWhy why; const char *name; } all[] = { { { "", 0 }, VIDEO_EMPTY, "no byte" }, { { "hello, this is a letter", 23 }, VIDEO_UNKNOWN, "a letter" }, { { "\0\0\0\x18" "ftypisom\0\0\0\0isomiso2", 24 }, VIDEO_BROKEN, "the first box only" },
        { { "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic", 24 }, VIDEO_UNKNOWN, "a still picture in a video's dress" }, { { "\x1A\x45\xDF\xA3\xFF\xFF\xFF\xFF", 8 }, VIDEO_BROKEN, "four good bytes" }, { { "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", 38 }, VIDEO_UNKNOWN, "a playlist that names a file" } };
    for (size_t i = 0; i < LEN(all); i++) {
        hash_every(&w->seen, all[i].bytes, 1000);
        check(w->seen.said.why == all[i].why || (all[i].why == VIDEO_BROKEN && w->seen.said.why == VIDEO_EMPTY), "%s: %s", all[i].name, video_why_text(w->seen.said.why));
    }
    Buf b = buf_new(8 << 20);
    must(reel_make(&(Reel){ "mov", "mpeg4", AV_PIX_FMT_YUV420P, 64, 48, 12, { 10, 1 }, 90, 5 }, &b));
    hash_every(&w->seen, buf_str(&b), 0);
    Reel upright = { "mov", "mpeg4", AV_PIX_FMT_YUV420P, 64, 48, 12, { 10, 1 }, 0, 5 };
    PdqForms want = as_picture(&upright, 0);
    Pdq got = hash_of(&w->seen.v[0]);
    check(w->seen.said.turned != 0 && w->seen.said.turned % 90 == 0 && w->seen.said.width == 64 && pdq_distance(&got, &want.form[0]) <= 24, "a video that asks to be turned is hashed as it stands, and the turn is told (%u)", w->seen.said.turned);
    buf_free(&b);
}

/* ---- the process ---- */

static void ask_there(const World *w, int fd, Seen *out) {
    VideoPart part = { .n = 0 };
    int at = -1;
    out->n = 0;
    must(video_ask(w->media, fd, 0, &at) == OK);
    do {
        video_next(at, &part);
        for (size_t i = 0; i < part.n; i++) out->v[out->n++] = part.frames[i];
    } while (!part.last);
    out->said = part.said;
}

static int file_with(Str bytes) {
    int fd = memfd_create("video", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    return fd;
}

static void behind_the_sandbox(World *w, const char *program) {
    Buf b = buf_new(8 << 20);
    must(media_alone(w->a, program, &w->media) == OK);
    for (size_t i = 0; i < LEN(smalls); i++) {
        if (!small(smalls[i].container, smalls[i].codec, smalls[i].format, &b)) continue;
        int fd = file_with(buf_str(&b));
        hash_every(&w->other, buf_str(&b), 0);
        ask_there(w, fd, &w->seen);
        check(w->seen.said.why == VIDEO_READ && w->seen.n == w->other.n && w->seen.n > 0 && memcmp(w->seen.v, w->other.v, w->seen.n * sizeof w->seen.v[0]) == 0, "%s in %s: the process that can do nothing else gives the same %zu frames (%s)", smalls[i].codec, smalls[i].container, w->seen.n, video_why_text(w->seen.said.why));
        close(fd);
    }
    int pair[2], junk = file_with(S("junk"));
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    ask_there(w, pair[0], &w->seen);
    check(w->seen.said.why == VIDEO_DIED && w->seen.n == 0, "what is no file ends its reader, which is an answer: %s", video_why_text(w->seen.said.why));
    ask_there(w, junk, &w->seen);
    check(w->seen.said.why == VIDEO_UNKNOWN, "and the next question is answered as ever");
    int sparse = memfd_create("sparse", MFD_CLOEXEC);
    must(sparse >= 0 && write(sparse, "\0\0\0\x18" "ftypisom\0\0\0\0isomiso2", 24) == 24 && ftruncate(sparse, (off_t)1 << 40) == 0);
    int64_t began = sys_mono_ms();
    ask_there(w, sparse, &w->seen);
    check(w->seen.said.why != VIDEO_READ && sys_mono_ms() - began < VIDEO_STALL_SECONDS * 1000 + 10000, "a terabyte of nothing behind a good head: %s after %lld ms", video_why_text(w->seen.said.why), (long long)(sys_mono_ms() - began));
    close(pair[0]);
    close(pair[1]);
    close(junk);
    close(sparse);
    media_close(w->media);
    int at = -1;
    check(video_ask(w->media, 0, 0, &at) == E_OUTSIDE, "after closing, nobody is there");
    buf_free(&b);
}

int main(int argc, char **argv) {
    World *w = calloc(1, sizeof *w);
    must(argc >= 2 && w != NULL);
    w->a = arena_new(256 << 20);
    w->seeds = argc == 3 ? argv[2] : NULL;
    sys_start();
    av_log_set_level(AV_LOG_QUIET);
    lossless(w);
    kinds(w);
    damaged(w);
    lies(w);
    refused(w);
    behind_the_sandbox(w, argv[1]);
    arena_free(w->a);
    free(w);
    return tap_end();
}
