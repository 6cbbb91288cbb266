/* Whatever a video's file is made of: refused in one of the known ways, or hashed, within the limits; and the answer reads back. */
#include "programs/video/film.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Count { uint32_t frames; } Count;
static void on_frame(void *ctx, const VideoSaid *said, const VideoFrame *f) {
    Count *c = ctx;
    must(said->decoded > 0 && (f == NULL || f->quality <= 100));
    c->frames += f != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const FilmAsk ask = { .every_ms = 0, .frames_max = 64, .pixels_max = 1 << 16 }; /* time goes to what has a shape, not to size */
    static VideoPart part, again;
    FilmBytes from = { .fd = -1, .bytes = str_bytes(data, size), .size = (int64_t)size };
    Count c = { 0 };
    if (size > 300000) return 0;
    film_hash(&from, &ask, &(FilmSink){ on_frame, &c }, &part.said);
    must(part.said.decoded <= ask.frames_max && c.frames <= part.said.decoded && part.said.why < VIDEO_WHYS);
    must(part.said.why != VIDEO_READ || part.said.decoded > 0);
    part.last = true;
    part.decoded = part.said.decoded;
    Buf b = buf_new(VIDEO_PART_BYTES_MAX);
    video_put_part(&b, &part);
    must(video_read_part(buf_str(&b), &again) == OK && again.said.why == part.said.why && again.said.decoded == part.said.decoded);
    buf_free(&b);
    return 0;
}
