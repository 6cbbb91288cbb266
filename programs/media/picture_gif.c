/* picture_gif.c - the first frame of a GIF, with giflib, one record at a time: what comes after it is not unpacked. */
#include "programs/media/picture.h"

#include <stdlib.h>

#include <gif_lib.h>

typedef struct Gif { Str rest; Picture *out; uint8_t *line; int see_through; } Gif;

static int give(GifFileType *gif, GifByteType *to, int n) {
    Gif *g = gif->UserData;
    size_t most = n > 0 ? (size_t)n : 0;
    Str part = str_sub(g->rest, 0, most);
    if (part.n > 0) memcpy(to, part.p, part.n);
    g->rest = str_sub(g->rest, part.n, g->rest.n);
    return (int)part.n;
}

/* Skips an extension; of the one that says what is see-through, keeps that. */
static bool extension(GifFileType *gif, Gif *g) {
    GifByteType *block = NULL;
    int code = 0;
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return false;
    if (code == GRAPHICS_EXT_FUNC_CODE && block != NULL && block[0] >= 4 && (block[1] & 1) != 0) g->see_through = block[4];
    while (block != NULL)
        if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return false;
    return true;
}

static void paint(const Gif *g, const ColorMapObject *map, uint32_t left, uint32_t y, uint32_t width) {
    uint8_t *to = g->out->pixels + ((size_t)y * g->out->width + left) * 3;
    for (uint32_t x = 0; x < width; x++, to += 3) {
        if (g->line[x] == g->see_through || g->line[x] >= map->ColorCount) continue; /* white stays */
        const GifColorType *c = &map->Colors[g->line[x]];
        to[0] = c->Red;
        to[1] = c->Green;
        to[2] = c->Blue;
    }
}

static PictureWhy frame(GifFileType *gif, Gif *g) {
    static const uint32_t from[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    if (DGifGetImageDesc(gif) == GIF_ERROR) return PICTURE_BROKEN;
    const GifImageDesc *d = &gif->Image;
    const ColorMapObject *map = d->ColorMap != NULL ? d->ColorMap : gif->SColorMap;
    if (map == NULL || d->Left < 0 || d->Top < 0 || d->Width <= 0 || d->Height <= 0 || d->Left + d->Width > gif->SWidth || d->Top + d->Height > gif->SHeight) return PICTURE_BROKEN;
    g->line = malloc((size_t)d->Width);
    if (g->line == NULL) return PICTURE_LARGE;
    uint32_t height = (uint32_t)d->Height, passes = d->Interlace ? 4 : 1;
    for (uint32_t p = 0; p < passes; p++) {
        for (uint32_t y = d->Interlace ? from[p] : 0; y < height; y += d->Interlace ? step[p] : 1) {
            if (DGifGetLine(gif, g->line, d->Width) == GIF_ERROR) return PICTURE_BROKEN;
            paint(g, map, (uint32_t)d->Left, (uint32_t)d->Top + y, (uint32_t)d->Width);
        }
    }
    g->out->alpha = g->see_through >= 0;
    return PICTURE_READ;
}

/* Looks for the next frame. False: none, or nothing readable. */
static bool next(GifFileType *gif, Gif *g) {
    GifRecordType what = UNDEFINED_RECORD_TYPE;
    for (size_t records = 0; records < PICTURE_RECORDS_MAX; records++) {
        if (DGifGetRecordType(gif, &what) == GIF_ERROR || what == TERMINATE_RECORD_TYPE) return false;
        if (what == IMAGE_DESC_RECORD_TYPE) return true;
        if (what == EXTENSION_RECORD_TYPE && !extension(gif, g)) return false;
    }
    return false;
}

PictureWhy picture_gif(Str bytes, Picture *out) {
    Gif g = { .rest = bytes, .out = out, .see_through = -1 };
    int error = 0;
    GifFileType *gif = DGifOpen(&g, give, &error);
    if (gif == NULL) return PICTURE_BROKEN;
    PictureWhy why = gif->SWidth > 0 && gif->SHeight > 0 ? picture_room((uint32_t)gif->SWidth, (uint32_t)gif->SHeight, 3, out) : PICTURE_EMPTY;
    if (why == PICTURE_READ) {
        memset(out->pixels, 255, (size_t)out->width * out->height * 3);
        out->channels = 3;
        out->model = PICTURE_PALETTE;
        why = next(gif, &g) ? frame(gif, &g) : PICTURE_BROKEN;
        if (why == PICTURE_READ) out->moving = next(gif, &g);
    }
    free(g.line);
    (void)DGifCloseFile(gif, &error);
    return why;
}
