/* PDQ against the answers of the public reference, and each way of computing it against the others. Use: pdq_test VECTORS.CSV */
#include "core/fingerprint/pdq_in.h"
#include "core/fingerprint/testpix.h"
#include "foundation/base/csv.h"
#include "foundation/base/tap.h"
#include "foundation/sandbox/sandbox.h"
#include "foundation/sys/sys.h"

#define SANITIZED SANITIZED_BUILD

enum { WORK = 64 << 20, PIXELS = 16 << 20 };
typedef struct World { uint8_t *work, *pixels; Arena *a; } World;

/* At its exact size, so that reading one byte too far is seen. */
static uint8_t *exact(const World *w, size_t n) {
    uint8_t *p = malloc(n);
    must(p != NULL);
    memcpy(p, w->pixels, n);
    return p;
}

static int64_t field(const Str *f, int i) {
    int64_t v = 0;
    must(str_i64(f[i], 0, INT64_MAX, &v) == OK);
    return v;
}

static void vectors(World *w, const char *path) {
    Str text = STR_NONE, *f = NULL;
    size_t n = 0;
    must(file_read(w->a, path, 1 << 20, &text) == OK);
    for (int p = 0; p < PDQ_PATHS; p++) {
        CsvReader r = csv_reader(text, ',');
        int rows = 0, hashes = 0, quality = 0;
        if (!pdq_path_here((PdqPath)p)) continue;
        must(csv_row(w->a, &r, &f, &n) == OK && n == 13);
        while (csv_row(w->a, &r, &f, &n) == OK) {
            uint32_t width = (uint32_t)field(f, 1), height = (uint32_t)field(f, 2);
            pix_make(w->pixels, (int)field(f, 0), (uint64_t)field(f, 3), width, height, 3, (size_t)width * 3);
            uint8_t *px = exact(w, (size_t)width * height * 3);
            PdqForms out = { 0 };
            must(pdq_hash((PdqPath)p, PDQ_FRONT_FULL, &(PdqPixels){ px, width, height, (size_t)width * 3, 3 }, true, w->work, WORK, &out) == OK);
            free(px);
            rows++;
            quality += out.quality == field(f, 4);
            for (int i = 0; i < PDQ_FORMS; i++) {
                char hex[PDQ_HEX + 1];
                pdq_hex(&out.form[i], hex);
                hashes += str_eq(str_c(hex), f[5 + i]);
            }
        }
        check(rows == 192 && hashes == rows * PDQ_FORMS, "%s: the eight hashes of %d pictures are the reference's, bit for bit (%d of %d)", pdq_path_name((PdqPath)p), rows, hashes, rows * PDQ_FORMS);
        check(quality == rows, "%s: and the quality of each (%d of %d)", pdq_path_name((PdqPath)p), quality, rows);
    }
}

/* The 64x64 and the frequencies too, not only what they become. */
static bool same(World *w, PdqPath p, const PdqPixels *px) {
    static float one[PDQ_GRID_PAD], two[PDQ_GRID_PAD];
    const PdqKernel *kernels[] = { &pdq_kernel_plain, &pdq_kernel_4,
#ifdef KETEN_LANES_X86
        &pdq_kernel_8, &pdq_kernel_16
#endif
    };
    float f1[PDQ_BITS], f2[PDQ_BITS];
    const PdqKernel *a = &pdq_kernel_plain, *b = kernels[p];
    must(b->work(px->width, px->height) <= WORK && a->work(px->width, px->height) <= WORK);
    a->reduce(px, w->work, one);
    b->reduce(px, w->work, two);
    if (memcmp(one, two, sizeof(float) * PDQ_CELLS) != 0) return false;
    a->transform(one, f1);
    b->transform(two, f2);
    if (memcmp(f1, f2, sizeof f1) != 0 || a->quality(one) != b->quality(two)) return false;
    float m1 = a->median(f1), m2 = b->median(f2);
    return memcmp(&m1, &m2, sizeof m1) == 0;
}

static void paths(World *w) {
    static const uint32_t sides[][2] = { { 5, 5 }, { 5, 700 }, { 700, 5 }, { 17, 20 }, { 64, 64 }, { 127, 128 }, { 128, 129 }, { 129, 127 }, { 255, 257 }, { 300, 300 }, { 512, 512 }, { 513, 511 }, { 640, 385 }, { 1000, 70 }, { 70, 1300 }, { 1920, 40 }, { 4032, 24 }, { 16, 4032 }, { 16384, 6 }, { 6, 16384 } };
    for (int p = PDQ_LANES_4; p < PDQ_PATHS; p++) {
        int n = 0, good = 0;
        if (!pdq_path_here((PdqPath)p)) continue;
        for (uint64_t i = 0; i < LEN(sides) + (SANITIZED ? 30 : 200); i++) {
            bool random = i >= LEN(sides);
            uint32_t width = random ? (uint32_t)(5 + pix_mix(i) % 330) : sides[i][0], height = random ? (uint32_t)(5 + pix_mix(i + 99) % 330) : sides[i][1];
            for (int ch = 1; ch <= 3; ch += 2) {
                size_t slack = pix_mix(i + 7) % 5, stride = (size_t)width * (size_t)ch + slack, bytes = stride * height - slack;
                pix_make(w->pixels, (int)(i % 5), i, width, height, ch, stride);
                uint8_t *px = exact(w, bytes);
                n++;
                bool ok = same(w, (PdqPath)p, &(PdqPixels){ px, width, height, stride, ch });
                if (!ok) printf("# differs: %ux%u, %d channels, picture %d\n", width, height, ch, (int)i);
                good += ok;
                free(px);
            }
        }
        check(n == good, "%s: every float on the way is that of the plain way, grey and colour, from 5x5 to 16384 wide (%d of %d pictures)", pdq_path_name((PdqPath)p), good, n);
    }
}

/* x / n as pdq_lanes.c computes it. A power of two more or less changes nothing, so one binade and odd n are all there is. */
static void quotients(void) {
    int64_t bad = 0, n = 0;
    for (uint32_t d = 3; d <= 127; d += 2) {
        float nn = (float)d, r = 1.0f / nn;
        for (uint32_t m = 0; m < 1u << 23; m += SANITIZED ? 8191 : 61) {
            uint32_t bits = UINT32_C(0x47000000) | m;
            float x = 0.0f;
            memcpy(&x, &bits, 4);
            float q = x * r, e = __builtin_fmaf(-q, nn, x), fixed = __builtin_fmaf(e, r, q);
            bad += fixed != x / nn;
            n++;
        }
    }
    check(bad == 0, "a product with one correction is the rounded quotient (%lld tried)", (long long)n);
}

static void edges(World *w) {
    PdqForms out = { 0 };
    PdqPath best = pdq_path_best();
    Pdq none = { { 0 } };
    for (uint32_t side = 1; side < 5; side++) {
        pix_make(w->pixels, 0, 1, side, 900, 3, side * 3);
        must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, side, 900, side * 3, 3 }, true, w->work, WORK, &out) == OK);
        check(out.quality == 0 && pdq_same(&out.form[0], &none) && pdq_same(&out.form[7], &none), "%u pixels wide: no hash, quality 0", side);
    }
    must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 1, 1, 1, 1 }, false, w->work, WORK, &out) == OK);
    check(out.quality == 0 && pdq_same(&out.form[0], &none), "1x1: no hash, quality 0");
    memset(w->pixels, 77, 90000);
    must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 300, 300, 300, 1 }, false, w->work, WORK, &out) == OK);
    check(out.quality == 0, "an even grey has quality 0");
    check(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 0, 5, 5, 1 }, false, w->work, WORK, &out) == E_INPUT, "no pixels at all are refused");
    check(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 10, 10, 29, 3 }, false, w->work, WORK, &out) == E_INPUT, "rows longer than the stride are refused");
    check(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 10, 10, 40, 4 }, false, w->work, WORK, &out) == E_INPUT, "four channels are refused: what lies under transparency is for the reader to decide");
    check(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 16385, 10, 16385, 1 }, false, w->work, WORK, &out) == E_LIMIT && pdq_work(best, PDQ_FRONT_FULL, 16385, 10) == 0, "a side above 16,384 is refused");
    check(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, 100, 100, 100, 1 }, false, w->work, pdq_work(best, PDQ_FRONT_FULL, 100, 100) - 1, &out) == E_LIMIT, "too little memory is refused");
}

static void fronts(World *w) {
    PdqForms small = { 0 }, full = { 0 }, by_hand = { 0 };
    PdqPath best = pdq_path_best();
    uint32_t width = 900, height = 611;
    pix_make(w->pixels, 4, 3, width, height, 3, (size_t)width * 3);
    PdqPixels px = { w->pixels, width, height, (size_t)width * 3, 3 };
    must(pdq_hash(best, PDQ_FRONT_512, &px, true, w->work, WORK, &small) == OK && pdq_hash(best, PDQ_FRONT_FULL, &px, true, w->work, WORK, &full) == OK);
    uint8_t *to = w->pixels + (4 << 20);
    for (uint32_t y = 0; y < 512; y++)
        for (uint32_t x = 0; x < 512; x++) memcpy(to + (y * 512 + x) * 3, w->pixels + ((size_t)(y * height / 512) * width + x * width / 512) * 3, 3);
    must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ to, 512, 512, 1536, 3 }, true, w->work, WORK, &by_hand) == OK);
    check(memcmp(&small, &by_hand, sizeof small) == 0, "the front end 512 is nearest neighbour to 512x512");
    int d = pdq_distance(&small.form[0], &full.form[0]);
    check(d > 0 && d <= 20, "and differs a little from the whole picture (%d bits)", d);
    must(pdq_hash(best, PDQ_FRONT_512, &(PdqPixels){ to, 512, 100, 1536, 3 }, false, w->work, WORK, &small) == OK && pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ to, 512, 100, 1536, 3 }, false, w->work, WORK, &full) == OK);
    check(pdq_same(&small.form[0], &full.form[0]), "a picture of 512 or less is left as it is");
    PdqFront f = PDQ_FRONT_512;
    check(pdq_front_parse(S("full"), &f) == OK && f == PDQ_FRONT_FULL && pdq_front_parse(pdq_front_name(PDQ_FRONT_512), &f) == OK && f == PDQ_FRONT_512 && pdq_front_parse(S("b"), &f) == E_INPUT, "front ends have names");
}

/* Turning the pixels gives nearly what turning the frequencies gives. */
static void turned(World *w) {
    PdqForms forms = { 0 }, other = { 0 };
    PdqPath best = pdq_path_best();
    enum { N = 256 };
    int worst = 0;
    uint8_t *to = w->pixels + (1 << 20);
    pix_make(w->pixels, 4, 11, N, N, 1, N);
    must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ w->pixels, N, N, N, 1 }, true, w->work, WORK, &forms) == OK);
    for (int f = 1; f < PDQ_FORMS; f++) {
        for (int y = 0; y < N; y++) {
            for (int x = 0; x < N; x++) {
                int fx = N - 1 - x, fy = N - 1 - y;
                int from[PDQ_FORMS] = { y * N + x, x * N + fy, fy * N + fx, fx * N + y, fy * N + x, y * N + fx, x * N + y, fx * N + fy };
                to[y * N + x] = w->pixels[from[f]];
            }
        }
        must(pdq_hash(best, PDQ_FRONT_FULL, &(PdqPixels){ to, N, N, N, 1 }, false, w->work, WORK, &other) == OK);
        int nearest = 256, which = -1;
        for (int k = 0; k < PDQ_FORMS; k++) {
            int d = pdq_distance(&other.form[0], &forms.form[k]);
            if (d < nearest) nearest = d, which = k;
        }
        if (nearest > worst || which != f) worst = which != f ? 256 : nearest;
    }
    check(worst <= 48, "a picture turned or mirrored lies nearest to that form of it (at most %d bits off; the grid of 64 is not centred)", worst);
}

static void hexes(void) {
    Pdq h = { { 0 } }, back = { { 0 } };
    char hex[PDQ_HEX + 1];
    h.q[0] = 1;
    h.q[3] = UINT64_C(0x8000000000000000);
    pdq_hex(&h, hex);
    check(strcmp(hex, "8000000000000000000000000000000000000000000000000000000000000001") == 0, "hex has the most significant digit first");
    check(pdq_parse(str_c(hex), &back) == OK && pdq_same(&h, &back) && pdq_distance(&h, &(Pdq){ { 0 } }) == 2, "and reads back");
    check(pdq_parse(S("F8F8F0CEE0F4A84F06370A22038F63F0B36E2ED596621E1D33E6B39C4E9C9B22"), &back) == OK, "capitals are read");
    check(pdq_parse(S("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2"), &back) == E_INPUT, "63 digits are refused");
    check(pdq_parse(S("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2g"), &back) == E_INPUT, "a g is refused");
    check(pdq_parse(S(""), &back) == E_INPUT && pdq_parse(STR_NONE, &back) == E_INPUT, "nothing is refused");
}

int main(int argc, char **argv) {
    World w = { malloc(WORK), malloc(PIXELS), arena_new(64 << 20) };
    must(argc == 2 && w.work != NULL && w.pixels != NULL);
    printf("# best here: %s\n", pdq_path_name(pdq_path_best()));
    vectors(&w, argv[1]);
    paths(&w);
    quotients();
    edges(&w);
    fronts(&w);
    turned(&w);
    hexes();
    free(w.work);
    free(w.pixels);
    arena_free(w.a);
    return tap_end();
}
