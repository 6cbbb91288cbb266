/* picture.c - which decoder, the limits before it, and the hash of what came out. */
#include "programs/media/picture.h"

#include "core/fingerprint/pdq.h"

#include <stdlib.h>

PictureWhy picture_room(uint32_t width, uint32_t height, int room, Picture *out) {
    uint32_t longer = width > height ? width : height, shorter = width > height ? height : width;
    if (shorter == 0) return PICTURE_EMPTY;
    if (longer > PICTURE_SIDE_MAX || (uint64_t)width * height > PICTURE_PIXELS_MAX) return PICTURE_LARGE;
    if (longer / shorter >= PICTURE_RATIO_MAX) return PICTURE_NARROW;
    out->pixels = malloc((size_t)width * height * (size_t)room);
    out->width = width;
    out->height = height;
    return out->pixels != NULL ? PICTURE_READ : PICTURE_LARGE;
}

void picture_over_white(Picture *p, int from) {
    const uint8_t *in = p->pixels;
    uint8_t *to = p->pixels;
    for (size_t n = (size_t)p->width * p->height; n > 0; n--) {
        unsigned a = in[from - 1];
        for (int c = 0; c < from - 1; c++) *to++ = (uint8_t)((a * in[c] + (255 - a) * 255 + 127) / 255);
        in += from;
    }
    p->channels = from - 1;
    p->alpha = true;
}

/* ---- EXIF: TIFF 6.0 fields of the first directory; tag 0x0112 (EXIF 2.3, 4.6.4) ---- */

static uint32_t number(const uint8_t *p, int n, bool little) {
    uint32_t v = 0;
    for (int i = 0; i < n; i++) v = v << 8 | p[little ? n - 1 - i : i];
    return v;
}

int exif_orientation(Str exif) {
    if (str_starts(exif, (Str){ "Exif\0\0", 6 })) exif = str_sub(exif, 6, exif.n);
    const uint8_t *p = (const uint8_t *)exif.p;
    if (exif.n < 8 || (memcmp(p, "II*\0", 4) != 0 && memcmp(p, "MM\0*", 4) != 0)) return 0;
    bool little = p[0] == 'I';
    size_t at = number(p + 4, 4, little);
    if (at > exif.n - 2) return 0;
    uint32_t fields = number(p + at, 2, little);
    at += 2;
    for (uint32_t i = 0; i < fields && exif.n - at >= 12; i++, at += 12) {
        if (number(p + at, 2, little) != 0x0112) continue;
        uint32_t v = number(p + at + 8, 2, little);
        bool one_short = number(p + at + 2, 2, little) == 3 && number(p + at + 4, 4, little) == 1;
        return one_short && v >= 1 && v <= 8 ? (int)v : 0;
    }
    return 0;
}

/* ---- all of them ---- */

PictureKind picture_kind(Str bytes) {
    if (str_starts(bytes, S("\xFF\xD8\xFF"))) return PICTURE_JPEG;
    if (str_starts(bytes, S("\x89PNG\r\n\x1A\n"))) return PICTURE_PNG;
    if (str_starts(bytes, S("GIF87a")) || str_starts(bytes, S("GIF89a"))) return PICTURE_GIF;
    if (str_starts(bytes, S("RIFF")) && str_eq(str_sub(bytes, 8, 4), S("WEBP"))) return PICTURE_WEBP;
    return PICTURE_OTHER;
}

PictureWhy picture_read(Str bytes, Picture *out) {
    static PictureWhy (*const readers[])(Str, Picture *) = { [PICTURE_JPEG] = picture_jpeg, [PICTURE_PNG] = picture_png, [PICTURE_WEBP] = picture_webp, [PICTURE_GIF] = picture_gif };
    PictureKind kind = picture_kind(bytes);
    *out = (Picture){ .pixels = NULL };
    if (bytes.n == 0) return PICTURE_EMPTY;
    if (kind == PICTURE_OTHER) return PICTURE_UNKNOWN;
    PictureWhy why = readers[kind](bytes, out);
    if (why != PICTURE_READ) {
        free(out->pixels);
        out->pixels = NULL;
    }
    return why;
}

/* Beyond recovery: the average of each of 36 squares, in sixteen steps of grey. */
static void squares_of(const Picture *p, uint8_t *out) {
    for (uint32_t i = 0; i < PICTURE_SQUARES * PICTURE_SQUARES; i++) {
        uint32_t row = i / PICTURE_SQUARES, col = i % PICTURE_SQUARES, y1 = (uint32_t)((uint64_t)p->height * (row + 1) / PICTURE_SQUARES), x1 = (uint32_t)((uint64_t)p->width * (col + 1) / PICTURE_SQUARES);
        uint32_t y0 = (uint32_t)((uint64_t)p->height * row / PICTURE_SQUARES), x0 = (uint32_t)((uint64_t)p->width * col / PICTURE_SQUARES);
        uint64_t sum = 0, n = 0;
        for (uint32_t y = y0; y < y1; y++)
            for (uint32_t x = x0 * (uint32_t)p->channels; x < x1 * (uint32_t)p->channels; x++, n++) sum += p->pixels[(size_t)y * p->width * (size_t)p->channels + x];
        out[i] = n > 0 ? (uint8_t)(sum / n / 16) : 15;
    }
}

void picture_hash(Str bytes, bool small, bool all, MediaPicture *out) {
    Picture p;
    PdqForms forms = { .n = 0 };
    PdqFront front = small ? PDQ_FRONT_512 : PDQ_FRONT_FULL;
    PdqPath path = pdq_path_best();
    *out = (MediaPicture){ .why = picture_read(bytes, &p), .kind = picture_kind(bytes) };
    if (out->why != PICTURE_READ) return;
    size_t n = pdq_work(path, front, p.width, p.height);
    void *work = malloc(n);
    PdqPixels px = { p.pixels, p.width, p.height, (size_t)p.width * (size_t)p.channels, p.channels };
    if (work == NULL || pdq_hash(path, front, &px, all, work, n, &forms) != OK) out->why = PICTURE_LARGE;
    free(work);
    squares_of(&p, out->square);
    free(p.pixels);
    if (out->why != PICTURE_READ) return;
    out->width = p.width;
    out->height = p.height;
    out->orientation = (uint8_t)p.orientation;
    out->model = p.model;
    out->alpha = p.alpha;
    out->moving = p.moving;
    out->small = small;
    out->quality = (uint8_t)forms.quality;
    out->forms = (uint8_t)forms.n;
    for (int f = 0; f < forms.n; f++)
        for (int i = 0; i < 32; i++) out->hash[f][i] = (uint8_t)(forms.form[f].q[3 - i / 8] >> (56 - i % 8 * 8));
}
