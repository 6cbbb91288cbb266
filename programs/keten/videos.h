/* videos.h - files that may be videos, for the commands that hash and compare. */
#ifndef KETEN_VIDEOS_H
#define KETEN_VIDEOS_H
#include "core/fingerprint/vpdq.h"
#include "foundation/sandbox/video.h"
#include "programs/keten/cmd.h"

enum { SPOOL_MAX = 512 << 20 }; /* of standard input and pipes */

/* Opened for reading at its beginning; - and pipes are taken into memory first. E_MISSING, E_LIMIT, E_OUTSIDE (also for a folder). The caller closes. */
Err file_of(const char *path, int *out_fd, int64_t *out_size) NODISCARD;
VideoKind video_kind_of(int fd);
/* SHA-256 and MD5 (empty where it is switched off) of all of it, whatever its size. */
Err digests_of(Arena *a, int fd, Str *out_sha256, Str *out_md5) NODISCARD;
Err videos_start(Cli *c, Media **out) NODISCARD;                 /* E_MISSING: keten-video is not here */
/* All frames of one video, into a. E_OUTSIDE: the process is out of reach; what became of the video is in *out_said. */
Err video_frames(Arena *a, Media *videos, int fd, uint32_t every_ms, VpdqFrame **out, size_t *out_n, VideoSaid *out_said) NODISCARD;
VpdqFrame vpdq_of(const VideoFrame *f);
/* "--seconds" in thousandths. False: not a number of at most an hour. */
bool every_of(Str text, uint32_t *out_ms);
#endif
