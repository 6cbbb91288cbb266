/* videos.c - frames of a video a second: decoded only, decoded and each hashed, and in the sandbox with a hash for each second, its processes included. The first two by the time this
 * thread was given, the last by the clock. usage: bench_videos KETEN-VIDEO [MILLISECONDS] */
#include "programs/video/testvideo.h"

#include "bench/bench.h"
#include "foundation/sandbox/media.h"
#include "programs/video/film.h"

#include <sys/mman.h>

typedef struct Count { uint32_t decoded, hashed; } Count;
static void on_frame(void *ctx, const VideoSaid *said, const VideoFrame *f) {
    Count *c = ctx;
    c->decoded = said->decoded;
    c->hashed += f != NULL;
}

static double rate(Str bytes, uint32_t every_ms, double seconds) {
    const FilmAsk ask = { .every_ms = every_ms, .frames_max = VIDEO_FRAMES_MAX, .pixels_max = VIDEO_PIXELS_MAX };
    double began = bench_cpu(), took = 0;
    int64_t frames = 0;
    do {
        FilmBytes from = { .fd = -1, .bytes = bytes, .size = (int64_t)bytes.n };
        Count c = { 0 };
        VideoSaid said;
        film_hash(&from, &ask, &(FilmSink){ on_frame, &c }, &said);
        must(said.why == VIDEO_READ && c.hashed > 0);
        frames += c.decoded;
        took = bench_cpu() - began;
    } while (took < seconds);
    return (double)frames / took;
}

static double sandbox_rate(Media *m, Str bytes, double seconds) {
    static VideoPart part;
    int fd = memfd_create("video", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    double began = bench_now(), took = 0;
    int64_t frames = 0;
    do {
        int at = -1;
        must(video_ask(m, fd, 1000, &at) == OK);
        do video_next(at, &part);
        while (!part.last);
        must(part.said.why == VIDEO_READ);
        frames += part.said.decoded;
        took = bench_now() - began;
    } while (took < seconds);
    close(fd);
    return (double)frames / took;
}

int main(int argc, char **argv) {
    static const struct { const char *container, *codec; int width, height, frames; } kinds[] = { { "mp4", "libx264", 480, 720, 250 }, { "mp4", "libx264", 1280, 720, 125 }, { "mp4", "libx264", 1920, 1080, 75 }, { "webm", "libvpx-vp9", 1280, 720, 75 } };
    double seconds = (argc > 2 ? number(argv[2]) : 500) / 1000.0;
    Arena *a = arena_new(16 << 20);
    Media *m = NULL;
    must(argc > 1 && media_alone(a, argv[1], &m) == OK);
    av_log_set_level(AV_LOG_QUIET);
    for (size_t i = 0; i < LEN(kinds); i++) {
        Buf b = buf_new(256 << 20);
        if (!reel_make(&(Reel){ kinds[i].container, kinds[i].codec, AV_PIX_FMT_YUV420P, kinds[i].width, kinds[i].height, kinds[i].frames, { 25, 1 }, 0, 3 }, &b)) continue;
        double decode = rate(buf_str(&b), VIDEO_EVERY_MAX, seconds), all = rate(buf_str(&b), 0, seconds), box = sandbox_rate(m, buf_str(&b), seconds);
        printf("%s in %s %dx%d: decoding %.0f frames a second; each of them hashed %.0f (%.2f of it); in the sandbox, one hash a second, %.0f (%.2f): a minute of video in %.1f s\n", kinds[i].codec, kinds[i].container, kinds[i].width, kinds[i].height,
            decode, all, all / decode, box, box / decode, 1500 / box);
        buf_free(&b);
    }
    media_close(m);
    arena_free(a);
    return 0;
}
