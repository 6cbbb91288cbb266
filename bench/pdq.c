/* pdq.c - hashes a second of decoded pixels on one core (by the time this thread was given), each path against the plain one in the same run: the same bits, so the ratio
 * is what the vectors are worth. usage: bench_pdq [MILLISECONDS] */
#include "bench/bench.h"
#include "core/fingerprint/testpix.h"

typedef struct Shape { const char *name; uint32_t width, height; int channels; double goal[PDQ_PATHS]; } Shape;
static const Shape shapes[] = {
    { "512x512 grey", 512, 512, 1, { [PDQ_LANES_8] = 7000, [PDQ_LANES_16] = 10000 } },
    { "512x512 colour", 512, 512, 3, { 0 } },
    { "300x300 grey", 300, 300, 1, { [PDQ_LANES_16] = 25000 } },
    { "1920x1080 colour", 1920, 1080, 3, { [PDQ_LANES_16] = 1000 } },
    { "4032x3024 colour", 4032, 3024, 3, { 0 } },
    { "64x64 grey", 64, 64, 1, { 0 } },
};

static double rate(PdqPath path, const PdqPixels *px, void *work, size_t n, double seconds, PdqForms *out) {
    double best = 0;
    for (int turn = 0; turn < 3; turn++) {
        int64_t done = 0;
        double began = bench_cpu(), took = 0;
        do {
            must(pdq_hash(path, PDQ_FRONT_FULL, px, false, work, n, out) == OK);
            done++;
            took = bench_cpu() - began;
        } while (took < seconds);
        if ((double)done / took > best) best = (double)done / took;
    }
    return best;
}

int main(int argc, char **argv) {
    double seconds = (argc > 1 ? number(argv[1]) : 300) / 1000.0;
    for (size_t s = 0; s < LEN(shapes); s++) {
        const Shape *h = &shapes[s];
        size_t stride = (size_t)h->width * (size_t)h->channels;
        uint8_t *pixels = malloc(stride * h->height);
        PdqForms plain = { 0 }, out = { 0 };
        double floor = 0;
        must(pixels != NULL);
        pix_make(pixels, 4, 5, h->width, h->height, h->channels, stride);
        for (int p = 0; p < PDQ_PATHS; p++) {
            if (!pdq_path_here((PdqPath)p)) continue;
            size_t n = pdq_work((PdqPath)p, PDQ_FRONT_FULL, h->width, h->height);
            void *work = malloc(n);
            must(work != NULL);
            double r = rate((PdqPath)p, &(PdqPixels){ pixels, h->width, h->height, stride, h->channels }, work, n, seconds, &out);
            free(work);
            if (p == PDQ_PLAIN) floor = r, plain = out;
            must(memcmp(&plain, &out, sizeof out) == 0);
            printf("PDQ, %-17s %-18s %9.0f a second, %6.2f times the plain way", h->name, pdq_path_name((PdqPath)p), r, r / floor);
            if (h->goal[p] > 0) printf(" (goal %.0f)", h->goal[p]);
            printf("\n");
            fflush(stdout);
        }
        free(pixels);
    }
    return 0;
}
