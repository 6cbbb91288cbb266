/* testpicture.h - pictures in every kind that is read, made with the libraries' own writers. For tests. */
#ifndef KETEN_TESTPICTURE_H
#define KETEN_TESTPICTURE_H
/* First, since their headers name calls that ours forbid. */
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>

#include <gif_lib.h>
#include <webp/encode.h>
#include <webp/mux.h>
#include <zlib.h>

#include "foundation/base/base.h"

#include <stdlib.h>

typedef struct Shot { uint8_t *rgb; uint32_t width, height; } Shot;

/* ---- JPEG ---- */
enum { JPEG_GREY = 1, JPEG_COLOUR = 3, JPEG_CMYK_ADOBE = 4 };
static inline void jpeg_make(Buf *out, const Shot *s, int channels, bool progressive, int quality, Str exif) {
    struct jpeg_compress_struct c = { 0 };
    struct jpeg_error_mgr errors;
    unsigned char *p = NULL;
    unsigned long n = 0;
    uint8_t *line = malloc((size_t)s->width * 4);
    must(line != NULL);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &p, &n);
    c.image_width = s->width;
    c.image_height = s->height;
    c.input_components = channels;
    c.in_color_space = channels == JPEG_GREY ? JCS_GRAYSCALE : channels == JPEG_COLOUR ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&c);
    if (channels == JPEG_CMYK_ADOBE) jpeg_set_colorspace(&c, JCS_YCCK);
    jpeg_set_quality(&c, quality, TRUE);
    for (int i = 0; i < c.num_components; i++) c.comp_info[i].h_samp_factor = c.comp_info[i].v_samp_factor = 1;
    if (progressive) jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    if (exif.n > 0) jpeg_write_marker(&c, JPEG_APP0 + 1, (const JOCTET *)exif.p, (unsigned)exif.n);
    while (c.next_scanline < c.image_height) {
        const uint8_t *in = s->rgb + (size_t)c.next_scanline * s->width * 3;
        for (uint32_t x = 0; x < s->width; x++) {
            if (channels == JPEG_GREY) {
                line[x] = in[3 * x];
            } else if (channels == JPEG_COLOUR) {
                memcpy(line + 3 * x, in + 3 * x, 3);
            } else { /* values turned over, black taken out: c*k/255 gives the colour back */
                unsigned k = in[3 * x];
                for (int i = 1; i < 3; i++) k = in[3 * x + (unsigned)i] > k ? in[3 * x + (unsigned)i] : k;
                for (int i = 0; i < 3; i++) line[4 * x + (unsigned)i] = (uint8_t)(k == 0 ? 255 : in[3 * x + (unsigned)i] * 255u / k);
                line[4 * x + 3] = (uint8_t)k;
            }
        }
        JSAMPROW row[1] = { line };
        (void)jpeg_write_scanlines(&c, row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    buf_put(out, str_bytes(p, n));
    free(p);
    free(line);
}

/* ---- PNG ---- */
static inline void png_take(png_structp png, png_bytep p, size_t n) { buf_put(png_get_io_ptr(png), str_bytes(p, n)); }
static inline void png_taken(png_structp png) { (void)png; }
/* rows: packed as the type and depth ask; line bytes each. palette: 256 colours, or NULL; clear: its transparency, or NULL. */
static inline void png_make(Buf *out, uint32_t w, uint32_t h, int type, int depth, bool interlaced, const uint8_t *rows, size_t line, const png_color *palette, int colours, const uint8_t *clear, Str exif) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    must(png != NULL && info != NULL);
    png_set_write_fn(png, out, png_take, png_taken);
    png_set_IHDR(png, info, w, h, depth, type, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (palette != NULL) png_set_PLTE(png, info, palette, colours);
    if (clear != NULL) png_set_tRNS(png, info, clear, colours, NULL);
    if (exif.n > 0) png_set_eXIf_1(png, info, (png_uint_32)exif.n, (png_bytep)(uintptr_t)exif.p);
    png_write_info(png, info);
    png_bytep *at = malloc(h * sizeof *at);
    must(at != NULL);
    for (uint32_t y = 0; y < h; y++) at[y] = (png_bytep)(uintptr_t)(rows + y * line);
    png_write_image(png, at);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(at);
}

/* ---- WebP ---- */
static inline void webp_make(Buf *out, const uint8_t *pixels, uint32_t w, uint32_t h, bool alpha, float quality) {
    uint8_t *p = NULL;
    int line = (int)w * (alpha ? 4 : 3);
    size_t n = quality <= 0 ? (alpha ? WebPEncodeLosslessRGBA : WebPEncodeLosslessRGB)(pixels, (int)w, (int)h, line, &p) : (alpha ? WebPEncodeRGBA : WebPEncodeRGB)(pixels, (int)w, (int)h, line, quality, &p);
    must(n > 0);
    buf_put(out, str_bytes(p, n));
    WebPFree(p);
}

/* ---- GIF ---- */
static inline int gif_take(GifFileType *gif, const GifByteType *p, int n) {
    buf_put(gif->UserData, str_bytes(p, (size_t)n));
    return n;
}
/* frames of the same numbers, at (left, top) of a canvas cw x ch; clear: the number that is see-through, or -1. */
static inline void gif_make(Buf *out, uint32_t cw, uint32_t ch, uint32_t left, uint32_t top, uint32_t w, uint32_t h, const uint8_t *numbers, const GifColorType *colours, int clear, bool interlaced, int frames) {
    static const uint32_t from[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    int error = 0;
    GifFileType *gif = EGifOpen(out, gif_take, &error);
    ColorMapObject *map = GifMakeMapObject(256, colours);
    must(gif != NULL && map != NULL && EGifPutScreenDesc(gif, (int)cw, (int)ch, 8, 0, map) == GIF_OK);
    for (int f = 0; f < frames; f++) {
        GifByteType gcb[4] = { clear >= 0, 10, 0, (GifByteType)(clear >= 0 ? clear : 0) };
        must(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, gcb) == GIF_OK);
        must(EGifPutImageDesc(gif, (int)left, (int)top, (int)w, (int)h, interlaced, NULL) == GIF_OK);
        for (int p = 0; p < (interlaced ? 4 : 1); p++)
            for (uint32_t y = interlaced ? from[p] : 0; y < h; y += interlaced ? step[p] : 1) must(EGifPutLine(gif, (GifPixelType *)(uintptr_t)(numbers + (size_t)y * w), (int)w) == GIF_OK);
    }
    GifFreeMapObject(map);
    must(EGifCloseFile(gif, &error) == GIF_OK);
}
#endif
