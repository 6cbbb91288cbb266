/* Whatever a picture's file is made of: refused in one of the known ways, or hashed; and the answer reads back. */
#include "programs/media/picture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Picture p;
    MediaPicture said = { .why = PICTURE_EMPTY }, again = { .why = PICTURE_EMPTY };
    Str bytes = str_bytes(data, size);
    if (size > 200000) return 0;
    (void)exif_orientation(bytes);
    PictureWhy why = picture_read(bytes, &p);
    must((why == PICTURE_READ) == (p.pixels != NULL));
    bool small = why != PICTURE_READ || (size_t)p.width * p.height < 1 << 18; /* time goes to what has a shape, not to size */
    free(p.pixels);
    if (!small) return 0;
    picture_hash(bytes, (size & 1) != 0, (size & 2) != 0, &said);
    must(said.why == why || said.why == PICTURE_LARGE);
    Buf b = buf_new(4096);
    media_put_picture(&b, &said);
    Wire w = { .rest = buf_str(&b) };
    must(media_read_picture(&w, &again) == OK && memcmp(again.hash, said.hash, sizeof said.hash) == 0 && again.width == said.width);
    buf_free(&b);
    return 0;
}
