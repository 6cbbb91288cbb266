/* pdq.c - the front of PDQ: which path, which front end, the eight forms, hex. */
#include "core/fingerprint/pdq_in.h"

static const char *const form_names[PDQ_FORMS] = { "original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flipplus1", "flipminus1" };
const char *pdq_form_name(int form) {
    must(form >= 0 && form < PDQ_FORMS);
    return form_names[form];
}

Str pdq_front_name(PdqFront front) { return front == PDQ_FRONT_512 ? S("512") : S("full"); }
Err pdq_front_parse(Str name, PdqFront *out) {
    if (!str_eq(name, S("512")) && !str_eq(name, S("full"))) return E_INPUT;
    *out = str_eq(name, S("512")) ? PDQ_FRONT_512 : PDQ_FRONT_FULL;
    return OK;
}

/* ---- paths ---- */

static const PdqKernel *kernel(PdqPath path) {
#ifdef KETEN_LANES_X86
    if (path == PDQ_LANES_16) return &pdq_kernel_16;
    if (path == PDQ_LANES_8) return &pdq_kernel_8;
#endif
    return path == PDQ_LANES_4 ? &pdq_kernel_4 : &pdq_kernel_plain;
}

bool pdq_path_here(PdqPath path) {
#ifdef KETEN_LANES_X86
    __builtin_cpu_init();
    bool eight = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (path == PDQ_LANES_8) return eight;
    if (path == PDQ_LANES_16) return eight && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
#endif
    return path == PDQ_PLAIN || path == PDQ_LANES_4;
}

PdqPath pdq_path_best(void) {
    PdqPath best = PDQ_LANES_4;
    for (int p = PDQ_LANES_8; p < PDQ_PATHS; p++)
        if (pdq_path_here((PdqPath)p)) best = (PdqPath)p;
    return best;
}

const char *pdq_path_name(PdqPath path) {
    static const char *const names[PDQ_PATHS] = { "plain", "4 lanes", "8 lanes (AVX2)", "16 lanes (AVX-512)" };
    must((int)path >= 0 && path < PDQ_PATHS);
    return names[path];
}

/* ---- hashing ---- */

/* Bit k is one where the value lies above the median. */
static void bits(const PdqKernel *k, const float *values, Pdq *out) {
    float middle = k->median(values);
    for (int i = 0; i < 4; i++) {
        uint64_t word = 0;
        for (int b = 0; b < 64; b++) word |= (uint64_t)(values[i * 64 + b] > middle) << b;
        out->q[i] = word;
    }
}

/* A picture turned or mirrored has the same frequencies, some with the other sign, rows and columns exchanged. */
static float turned(const float *b, int form, int i, int j) {
    float here = b[i * PDQ_FREQ + j], across = b[j * PDQ_FREQ + i];
    switch (form) {
    case 1: return (i & 1) != 0 ? across : -across;       /* across: row j, column i of the original */
    case 2: return ((i + j) & 1) != 0 ? -here : here;
    case 3: return (j & 1) != 0 ? across : -across;
    case 4: return (i & 1) != 0 ? here : -here;
    case 5: return (j & 1) != 0 ? here : -here;
    case 6: return across;
    case 7: return ((i + j) & 1) != 0 ? -across : across;
    default: return here;
    }
}

static void forms(const PdqKernel *k, const float *b, bool all, PdqForms *out) {
    out->n = all ? PDQ_FORMS : 1;
    bits(k, b, &out->form[0]);
    for (int f = 1; f < out->n; f++) {
        float t[PDQ_BITS];
        for (int i = 0; i < PDQ_FREQ; i++)
            for (int j = 0; j < PDQ_FREQ; j++) t[i * PDQ_FREQ + j] = turned(b, f, i, j);
        bits(k, t, &out->form[f]);
    }
}

/* The 64x64 picture that is not filtered. */
static void as_it_is(const PdqPixels *px, float *grid) {
    for (uint32_t y = 0; y < PDQ_GRID; y++) {
        const uint8_t *p = px->p + y * px->stride;
        for (uint32_t x = 0; x < PDQ_GRID; x++) {
            float *to = &grid[y * PDQ_GRID + x];
            if (px->channels == 1) *to = (float)p[x];
            else *to = (0.299f * (float)p[3 * x] + 0.587f * (float)p[3 * x + 1]) + 0.114f * (float)p[3 * x + 2];
        }
    }
}

static bool shrinks(PdqFront front, uint32_t width, uint32_t height) { return front == PDQ_FRONT_512 && (width > PDQ_SMALL || height > PDQ_SMALL); }

/* Nearest neighbour to 512x512, as the command-line tool does it. */
static PdqPixels small(const PdqPixels *px, uint8_t *to) {
    PdqPixels out = { to, PDQ_SMALL, PDQ_SMALL, (size_t)PDQ_SMALL * (size_t)px->channels, px->channels };
    size_t ch = (size_t)px->channels;
    for (uint32_t y = 0; y < PDQ_SMALL; y++) {
        const uint8_t *row = px->p + (size_t)((uint64_t)y * px->height / PDQ_SMALL) * px->stride;
        for (uint32_t x = 0; x < PDQ_SMALL; x++) {
            const uint8_t *from = row + (size_t)((uint64_t)x * px->width / PDQ_SMALL) * ch;
            for (size_t c = 0; c < ch; c++) *to++ = from[c];
        }
    }
    return out;
}

enum { SMALL_BYTES = PDQ_SMALL * PDQ_SMALL * 3, ALIGN = 64 };

size_t pdq_work(PdqPath path, PdqFront front, uint32_t width, uint32_t height) {
    if (width > PDQ_SIDE_MAX || height > PDQ_SIDE_MAX) return 0;
    bool less = shrinks(front, width, height);
    if (less) width = height = PDQ_SMALL;
    size_t extra = sizeof(float) * PDQ_GRID_PAD + 2 * ALIGN + (less ? SMALL_BYTES : 0);
    if (width < PDQ_SIDE_MIN || height < PDQ_SIDE_MIN) return extra;
    return kernel(path)->work(width, height) + extra;
}

Err pdq_hash(PdqPath path, PdqFront front, const PdqPixels *pixels, bool all, void *work, size_t work_n, PdqForms *out) {
    PdqPixels px = *pixels;
    const PdqKernel *k = kernel(path);
    if (px.p == NULL || px.width == 0 || px.height == 0 || (px.channels != 1 && px.channels != 3) || px.stride < (size_t)px.width * (size_t)px.channels) return E_INPUT;
    size_t need = pdq_work(path, front, px.width, px.height);
    if (need == 0 || work == NULL || work_n < need) return E_LIMIT;
    must(pdq_path_here(path));
    uint8_t *at = (uint8_t *)work + (ALIGN - (uintptr_t)work % ALIGN) % ALIGN;
    *out = (PdqForms){ .n = all ? PDQ_FORMS : 1 };
    float *grid = (float *)(void *)at, freq[PDQ_BITS];
    at += sizeof(float) * PDQ_GRID_PAD;
    if (shrinks(front, px.width, px.height)) {
        px = small(&px, at);
        at += SMALL_BYTES;
    }
    if (px.width < PDQ_SIDE_MIN || px.height < PDQ_SIDE_MIN) return OK;
    memset(grid + PDQ_CELLS, 0, sizeof(float) * (PDQ_GRID_PAD - PDQ_CELLS));
    if (!all && px.width == PDQ_GRID && px.height == PDQ_GRID) as_it_is(&px, grid);
    else k->reduce(&px, at, grid);
    out->quality = k->quality(grid);
    k->transform(grid, freq);
    forms(k, freq, all, out);
    return OK;
}

/* ---- hex ---- */

void pdq_hex(const Pdq *h, char out[PDQ_HEX + 1]) {
    for (int i = 0; i < PDQ_HEX; i++) out[i] = "0123456789abcdef"[h->q[3 - i / 16] >> (60 - i % 16 * 4) & 15];
    out[PDQ_HEX] = '\0';
}

Err pdq_parse(Str hex, Pdq *out) {
    Pdq h = { { 0 } };
    if (hex.n != PDQ_HEX) return E_INPUT;
    for (int i = 0; i < PDQ_HEX; i++) {
        char c = hex.p[i];
        uint64_t v = c >= '0' && c <= '9' ? (uint64_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a') + 10 : c >= 'A' && c <= 'F' ? (uint64_t)(c - 'A') + 10 : 16;
        if (v == 16) return E_INPUT;
        h.q[3 - i / 16] |= v << (60 - i % 16 * 4);
    }
    *out = h;
    return OK;
}
