/* pictures.c - from a file's bytes to its hash: decoding apart, hashing apart, and both in the sandbox, its processes included, against
 * the decoder alone in the same run. The first two by the time this thread was given, the last by the clock. usage: bench_pictures KETEN-MEDIA [MILLISECONDS] */
#include "programs/media/testpicture.h"

#include "bench/bench.h"
#include "core/fingerprint/testpix.h"
#include "foundation/sandbox/media.h"
#include "programs/media/picture.h"

enum { UNDER_WAY = 3 };

static double decode_rate(Str bytes, double seconds) {
    double began = bench_cpu(), took = 0;
    int64_t n = 0;
    do {
        Picture p;
        must(picture_read(bytes, &p) == PICTURE_READ);
        free(p.pixels);
        n++;
        took = bench_cpu() - began;
    } while (took < seconds);
    return (double)n / took;
}

static double both_rate(Str bytes, bool small, double seconds) {
    double began = bench_cpu(), took = 0;
    int64_t n = 0;
    do {
        MediaPicture p;
        picture_hash(bytes, small, false, &p);
        must(p.why == PICTURE_READ);
        n++;
        took = bench_cpu() - began;
    } while (took < seconds);
    return (double)n / took;
}

static double sandbox_rate(Media *m, Str bytes, double seconds) {
    int fds[UNDER_WAY];
    double began = bench_now(), took = 0;
    int64_t n = 0;
    for (int i = 0; i < UNDER_WAY; i++) must(media_picture_ask(m, bytes, false, false, &fds[i]) == OK);
    do {
        MediaPicture p;
        must(media_picture_answer(fds[n % UNDER_WAY], &p) == OK && p.why == PICTURE_READ);
        must(media_picture_ask(m, bytes, false, false, &fds[n % UNDER_WAY]) == OK);
        n++;
        took = bench_now() - began;
    } while (took < seconds);
    for (int i = 0; i < UNDER_WAY; i++) close(fds[i]);
    return (double)n / took;
}

int main(int argc, char **argv) {
    static const uint32_t sides[][2] = { { 64, 64 }, { 512, 512 }, { 1600, 1004 }, { 4032, 3024 } };
    double seconds = (argc > 2 ? number(argv[2]) : 500) / 1000.0;
    Arena *a = arena_new(16 << 20);
    Media *m = NULL;
    must(argc > 1 && media_alone(a, argv[1], &m) == OK);
    for (size_t i = 0; i < LEN(sides); i++) {
        uint32_t w = sides[i][0], h = sides[i][1];
        Shot s = { malloc((size_t)w * h * 3), w, h };
        Buf b = buf_new(32 << 20);
        must(s.rgb != NULL);
        pix_make(s.rgb, 4, 3, w, h, 3, (size_t)w * 3);
        jpeg_make(&b, &s, JPEG_COLOUR, false, 85, STR_NONE);
        double decode = decode_rate(buf_str(&b), seconds), full = both_rate(buf_str(&b), false, seconds), small = both_rate(buf_str(&b), true, seconds), box = sandbox_rate(m, buf_str(&b), seconds);
        printf("JPEG %ux%u (%zu kB): decoding %.0f a second; with the hash %.0f (%.2f of it), by way of 512x512 %.0f; in the sandbox, %d at once on all cores, %.0f (%.2f)\n", w, h, b.n / 1024, decode, full, full / decode, small, UNDER_WAY, box, box / decode);
        free(s.rgb);
        buf_free(&b);
    }
    media_close(m);
    arena_free(a);
    return 0;
}
