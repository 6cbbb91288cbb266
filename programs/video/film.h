/* film.h - from a video's bytes to the hashes of its frames. Private to programs/video, and run only behind its sandbox. Sizes and lengths are judged from
 * what the file says before anything is decoded, and again with every frame.
 *
 * The first stream of pictures is decoded (cover art does not count), each chosen frame brought to red, green and blue by libswscale's area method at its own
 * size, and hashed whole: what the public vPDQ tools do with the same libraries, so the hashes are theirs. A frame whose decoder says that it is damaged is
 * counted and not hashed: what was made up in its place would be another picture.
 */
#ifndef KETEN_FILM_H
#define KETEN_FILM_H
#include "foundation/sandbox/video.h"

/* Read from fd, or from bytes where fd is below 0. */
typedef struct FilmBytes { int fd; Str bytes; int64_t at, size; } FilmBytes;
typedef struct FilmAsk { uint32_t every_ms, frames_max; uint64_t pixels_max; } FilmAsk;
/* Called with each hashed frame, and with NULL for each that was decoded only. said: as far as it is known by then. */
typedef struct FilmSink { void (*frame)(void *ctx, const VideoSaid *said, const VideoFrame *f); void *ctx; } FilmSink;

void film_hash(FilmBytes *from, const FilmAsk *ask, const FilmSink *sink, VideoSaid *out);
#endif
