/* picture_webp.c - WebP, with libwebp; of a moving one the first frame. */
#include "programs/media/picture.h"

#include <stdlib.h>

#include <webp/decode.h>
#include <webp/demux.h>

static int orientation(const WebPData *data) {
    WebPChunkIterator it = { 0 };
    int said = 0;
    WebPDemuxer *d = WebPDemux(data);
    if (d != NULL && WebPDemuxGetChunk(d, "EXIF", 1, &it) != 0) said = exif_orientation(str_bytes(it.chunk.bytes, it.chunk.size));
    WebPDemuxReleaseChunkIterator(&it);
    WebPDemuxDelete(d);
    return said;
}

/* The canvas of the first frame has room for all that comes after; what the frame leaves free is see-through. */
static PictureWhy first_frame(const WebPData *data, Picture *out) {
    WebPAnimDecoderOptions how;
    uint8_t *canvas = NULL;
    int at_ms = 0;
    if (WebPAnimDecoderOptionsInit(&how) == 0) return PICTURE_BROKEN;
    how.color_mode = MODE_RGBA;
    WebPAnimDecoder *d = WebPAnimDecoderNew(data, &how);
    bool good = d != NULL && WebPAnimDecoderGetNext(d, &canvas, &at_ms) != 0;
    if (good) memcpy(out->pixels, canvas, (size_t)out->width * out->height * 4);
    WebPAnimDecoderDelete(d);
    return good ? PICTURE_READ : PICTURE_BROKEN;
}

PictureWhy picture_webp(Str bytes, Picture *out) {
    WebPBitstreamFeatures f = { 0 };
    WebPData data = { (const uint8_t *)bytes.p, bytes.n };
    if (WebPGetFeatures(data.bytes, data.size, &f) != VP8_STATUS_OK || f.width <= 0 || f.height <= 0) return PICTURE_BROKEN;
    bool moving = f.has_animation != 0, sees_through = f.has_alpha != 0 || moving;
    int room = sees_through ? 4 : 3;
    PictureWhy why = picture_room((uint32_t)f.width, (uint32_t)f.height, room, out);
    if (why != PICTURE_READ) return why;
    size_t line = (size_t)f.width * (size_t)room, all = line * (size_t)f.height;
    out->model = PICTURE_COLOUR;
    out->channels = 3;
    out->moving = moving;
    if (moving) why = first_frame(&data, out);
    else if (sees_through && WebPDecodeRGBAInto(data.bytes, data.size, out->pixels, all, (int)line) == NULL) why = PICTURE_BROKEN;
    else if (!sees_through && WebPDecodeRGBInto(data.bytes, data.size, out->pixels, all, (int)line) == NULL) why = PICTURE_BROKEN;
    if (why != PICTURE_READ) return why;
    out->orientation = orientation(&data);
    if (sees_through) picture_over_white(out, 4);
    return why;
}
