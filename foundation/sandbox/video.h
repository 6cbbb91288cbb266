/* video.h - asking the video process (keten-video) for the hashes of a video's frames. As media.h: each video is read by a process of its own that can do
 * nothing else. The asker opens the file and hands its descriptor over; the reader can read that and answer, and no more: no other file, no network, no
 * process, and memory and time have an end. When it dies, that is an answer.
 *
 * A video is a stream, and so is the answer: parts with some frames each, the last with what the video is. Which frames are hashed: every m-th that is
 * decoded, m = max(1, trunc(seconds * frames a second)), as the public vPDQ tools do; a video that does not say how many frames a second it has (or says
 * something absurd) is gone by its time stamps. Turning (a matrix in the file) is told and not applied, as with pictures.
 * The connection is started by media_alone and ended by media_close (media.h). Source: facebook/ThreatExchange, vpdq/.
 */
#ifndef KETEN_VIDEO_H
#define KETEN_VIDEO_H
#include "foundation/base/wire.h"
#include "foundation/sandbox/media.h"

enum {
    VIDEO_SIDE_MAX = 8192, VIDEO_PIXELS_MAX = 36 << 20, VIDEO_RATE_MAX = 1000 /* frames a second; more is taken for no statement */,
    VIDEO_HOURS_MAX = 12, VIDEO_FRAMES_MAX = 4000000, VIDEO_PART = 512,
    VIDEO_STALL_SECONDS = 20,    /* so long without a frame: ended */
    VIDEO_CPU_SECONDS = 3600, VIDEO_EVERY_MAX = 3600000
};
typedef enum VideoWhy {
    VIDEO_READ,
    VIDEO_CUT,                   /* read in part: it ends early, or pieces of it are damaged. The frames that were whole are given */
    VIDEO_EMPTY,                 /* no bytes, or no frame */
    VIDEO_UNKNOWN,               /* none of the kinds that are read here */
    VIDEO_BROKEN,                /* nothing of it could be read */
    VIDEO_LARGE,                 /* more pixels than the limit */
    VIDEO_NARROW,
    VIDEO_LONG,                  /* says that it lasts longer than the limit, or has more frames */
    VIDEO_DIED,
    VIDEO_WHYS
} VideoWhy;
typedef enum VideoKind { VIDEO_OTHER, VIDEO_MP4, VIDEO_MATROSKA, VIDEO_AVI, VIDEO_MPEG, VIDEO_FLV, VIDEO_OGG, VIDEO_ASF, VIDEO_KINDS } VideoKind;
typedef struct VideoFrame { uint32_t frame, ms; uint8_t quality, hash[32]; } VideoFrame; /* PDQ, whole frame, most significant byte first */
typedef struct VideoSaid {
    VideoWhy why;
    VideoKind kind;
    uint32_t width, height, rate_ms; /* of the first frame; frames in a thousand seconds, 0: not said */
    uint32_t every;              /* the m above; 0: by time stamps */
    uint32_t decoded, damaged;   /* frames; pieces that could not be decoded */
    int64_t said_ms, seen_ms;    /* how long it says it lasts (-1: nothing), and up to the last frame */
    uint16_t turned;             /* degrees that a player turns it clockwise: 0, 90, 180, 270 */
} VideoSaid;
typedef struct VideoPart { VideoFrame frames[VIDEO_PART]; size_t n; uint32_t decoded, expected; bool last; VideoSaid said; } VideoPart; /* expected: frames in all, 0: not known; said: of the last only */

const char *video_why_text(VideoWhy why);                        /* "cut off, or damaged in places", ... */
const char *video_kind_name(VideoKind kind);                     /* "mp4" */
VideoKind video_kind(Str first);                                 /* by its first bytes (some 400), never by a name */
enum { VIDEO_FIRST = 400 };

/* file_fd: a file that can be gone back in; stays the caller's, its place in it does not. every_ms: between two hashed frames; 0: every frame. E_OUTSIDE: process out of reach. */
Err video_ask(Media *m, int file_fd, uint32_t every_ms, int *out_fd) NODISCARD;
/* The next part. After the last one (also when the reader died: VIDEO_DIED) fd is closed. */
void video_next(int fd, VideoPart *out);

/* ---- as bytes, for both sides and their fuzzer ---- */
enum { VIDEO_ASK_BYTES = 4, VIDEO_PART_BYTES_MAX = 64 + VIDEO_PART * 41 };
void video_put_part(Buf *b, const VideoPart *part);
Err video_read_part(Str bytes, VideoPart *out) NODISCARD;       /* E_INPUT: what a reader that was taken over might say */
#endif
