/* pdq_web.c - PDQ as the browser's hash.js calls it: the picture comes in as bands of RGBA rows, as a canvas gives them out, and 64
 * digits go out. Built for WebAssembly without a C library, from the same source as the server's (browser/meson.build): once with
 * vectors of 128 bits, once without for browsers that lack them.
 *
 * The module owns its memory: first the job, then the picture (RGB), then one band, then what PDQ needs. One picture at a time.
 * web_begin gives the job, or 0 when the picture is too large for this browser; everything else takes the job.
 */
#include "core/fingerprint/pdq.h"

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#define WEB_PATH PDQ_LANES_4 /* also without vectors: by fours is then done one by one, and still many times as quick as the plain way */

enum { PAGE = 65536, WEB_PIXELS_MAX = 40000000 /* as in the media process */, BAND_BYTES = 4 << 20, SLACK = 4096 /* a vector may read past the last pixel */ };

typedef struct Job {
    PdqForms said;
    char hex[PDQ_FORMS][PDQ_HEX + 1];
    uint32_t width, height, band_rows;
    int channels;            /* 3, until it turned out that all is grey */
    bool grey;
    uint8_t *rgb, *band, *work;
    size_t work_n;
} Job;

extern uint8_t __heap_base; /* from the linker: where its own data ends */

/* The compiler may not make a call to memcpy of the loop that is memcpy. */
#define OWN __attribute__((no_builtin))
OWN void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    for (size_t i = 0; i < n; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    return to;
}
OWN void *memmove(void *to, const void *from, size_t n) {
    bool up = (uintptr_t)to < (uintptr_t)from;
    for (size_t i = 0; i < n; i++) {
        size_t k = up ? i : n - 1 - i;
        ((uint8_t *)to)[k] = ((const uint8_t *)from)[k];
    }
    return to;
}
OWN void *memset(void *at, int byte, size_t n) {
    for (size_t i = 0; i < n; i++) ((uint8_t *)at)[i] = (uint8_t)byte;
    return at;
}
OWN int memcmp(const void *a, const void *b, size_t n) {
    int d = 0;
    for (size_t i = 0; i < n && d == 0; i++) d = (int)((const uint8_t *)a)[i] - (int)((const uint8_t *)b)[i];
    return d;
}
_Noreturn void must_failed(const char *file, int line, const char *what) {
    (void)file, (void)line, (void)what;
    __builtin_trap(); /* the worker hears of it as an error, and says that this picture cannot be hashed here */
}

static uint8_t *aligned(uint8_t *p) { return p + (64 - (uintptr_t)p % 64) % 64; }

static bool room_up_to(const uint8_t *end) {
    size_t have = __builtin_wasm_memory_size(0), need = ((uintptr_t)end + PAGE - 1) / PAGE;
    return need <= have || __builtin_wasm_memory_grow(0, need - have) != (size_t)-1;
}

EXPORT(web_begin) Job *web_begin(uint32_t width, uint32_t height) {
    Job *j = (Job *)(void *)aligned(&__heap_base);
    if (width == 0 || height == 0 || width > PDQ_SIDE_MAX || height > PDQ_SIDE_MAX || (uint64_t)width * height > WEB_PIXELS_MAX) return NULL;
    size_t rgb_n = (size_t)width * height * 3 + SLACK, work_n = pdq_work(WEB_PATH, PDQ_FRONT_FULL, width, height);
    uint8_t *rgb = aligned((uint8_t *)(j + 1)), *band = aligned(rgb + rgb_n), *work = aligned(band + BAND_BYTES);
    if (work_n == 0 || !room_up_to(work + work_n)) return NULL;
    *j = (Job){ .width = width, .height = height, .band_rows = BAND_BYTES / 4 / width, .channels = 3, .grey = true, .rgb = rgb, .band = band, .work = work, .work_n = work_n };
    if (j->band_rows > height) j->band_rows = height;
    return j;
}
EXPORT(web_band) uint8_t *web_band(const Job *j) { return j->band; }
EXPORT(web_band_rows) uint32_t web_band_rows(const Job *j) { return j->band_rows; }

/* Rows from y on stand in the band, alpha is 255 everywhere: the canvas was white before the picture was drawn on it. */
EXPORT(web_take) void web_take(Job *j, uint32_t y, uint32_t rows) {
    must(y < j->height && rows <= j->band_rows && rows <= j->height - y);
    const uint8_t *from = j->band;
    uint8_t *to = j->rgb + (size_t)y * j->width * 3;
    uint8_t coloured = 0;
    for (size_t i = 0; i < (size_t)rows * j->width; i++, from += 4, to += 3) {
        to[0] = from[0];
        to[1] = from[1];
        to[2] = from[2];
        coloured |= (uint8_t)((from[0] ^ from[1]) | (from[0] ^ from[2]));
    }
    if (coloured != 0) j->grey = false;
}

/* A canvas knows colours only. Where all are grey the picture is hashed as a grey one, as its file would be. */
static PdqPixels pixels(Job *j) {
    if (j->grey && j->channels == 3) {
        for (size_t i = 0; i < (size_t)j->width * j->height; i++) j->rgb[i] = j->rgb[3 * i];
        j->channels = 1;
    }
    return (PdqPixels){ j->rgb, j->width, j->height, (size_t)j->width * (size_t)j->channels, j->channels };
}

/* 0 when it worked. all: the eight forms. */
EXPORT(web_hash) int web_hash(Job *j, int all) {
    PdqPixels px = pixels(j);
    Err err = pdq_hash(WEB_PATH, PDQ_FRONT_FULL, &px, all != 0, j->work, j->work_n, &j->said);
    for (int i = 0; err == OK && i < j->said.n; i++) pdq_hex(&j->said.form[i], j->hex[i]);
    return (int)err;
}
EXPORT(web_quality) int web_quality(const Job *j) { return j->said.quality; }
EXPORT(web_hex) const char *web_hex(const Job *j, int form) { return form >= 0 && form < j->said.n ? j->hex[form] : NULL; }
