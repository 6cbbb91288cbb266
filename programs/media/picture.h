/* picture.h - pictures that mean harm, to pixels. Private to programs/media, and run only behind its sandbox: what is decoded here is the
 * likeliest to take a process over. Sizes are judged before anything is decoded.
 *
 * What the hash sees, by colour model:
 *   grey            one value a pixel, as it is (1, 2 and 4 bits stretched to 8; 16 bits scaled to 8 and rounded)
 *   colour          red, green, blue as the decoder gives them; no colour profile, no gamma
 *   palette         the colours that the palette names, not its numbers
 *   CMYK, YCCK      C*K, M*K, Y*K over 255, rounded, where Adobe's marker says that values are stored turned over; else of 255 less each
 *   transparency    over white, rounded: (a*c + (255-a)*255 + 127) / 255
 *   several frames  the first, on a white canvas of the whole file's size
 * Orientation of EXIF is told and not applied: the hashes in the field are made so.
 */
#ifndef KETEN_PICTURE_H
#define KETEN_PICTURE_H
#include "foundation/sandbox/media_wire.h"

enum { PICTURE_SCANS_MAX = 200, PICTURE_RECORDS_MAX = 4096, PICTURE_CHUNK_MAX = 8 << 20 };

typedef struct Picture {
    uint8_t *pixels;         /* malloc; the caller frees */
    uint32_t width, height;
    int channels;            /* 1 or 3 */
    PictureModel model;
    bool alpha, moving;
    int orientation;         /* 1..8 as EXIF has it; 0: not said */
} Picture;

/* Judges the size, and takes memory for w * h * room bytes. */
PictureWhy picture_room(uint32_t width, uint32_t height, int room, Picture *out);
/* In place: `from` (2 or 4) bytes a pixel, the last its transparency, to one less, over white. */
void picture_over_white(Picture *p, int from);
int exif_orientation(Str exif);                                  /* with or without "Exif\0\0" before it; 0: none, or not readable */

PictureWhy picture_jpeg(Str bytes, Picture *out);
PictureWhy picture_png(Str bytes, Picture *out);
PictureWhy picture_webp(Str bytes, Picture *out);
PictureWhy picture_gif(Str bytes, Picture *out);
PictureKind picture_kind(Str bytes);                             /* by its first bytes, never by a name */
PictureWhy picture_read(Str bytes, Picture *out);
void picture_hash(Str bytes, bool small, bool all, MediaPicture *out);
#endif
