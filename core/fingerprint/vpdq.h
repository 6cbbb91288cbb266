/* vpdq.h - a video as the hashes of some of its frames: the file that the public tools write and read, and how alike two are.
 *
 * One line a frame: "number,quality,hash,seconds", LF; seconds with three decimals. Frames are hashed whole (PDQ_FRONT_FULL).
 * Which frames: every vpdq_step-th that is decoded. Order and time do not count when two are compared: each is a bag of hashes.
 * The public tools disagree on whether a distance of exactly the limit matches; here it does, as in the Python ones.
 * Pure, as pdq.h. Source: facebook/ThreatExchange, vpdq/.
 */
#ifndef KETEN_VPDQ_H
#define KETEN_VPDQ_H
#include "core/fingerprint/pdq.h"

enum { VPDQ_FRAMES_MAX = 4000000, VPDQ_LINE_MAX = 128 };
typedef struct VpdqFrame { Pdq hash; uint32_t frame, ms; uint8_t quality; } VpdqFrame;

/* seconds_per_hash 0: every frame. */
uint32_t vpdq_step(double seconds_per_hash, double frames_per_second);
void vpdq_put(Buf *b, const VpdqFrame *f);
/* One line without its end. More than four fields are allowed, as the public readers do; seconds may be written in any decimal form. E_INPUT otherwise. */
Err vpdq_read(Str line, VpdqFrame *out) NODISCARD;
/* All lines, into room for max. E_INPUT with the number of the line in *out_line; E_LIMIT: more than max. Empty lines are passed over. */
Err vpdq_read_all(Str text, VpdqFrame *frames, size_t max, size_t *out_n, size_t *out_line) NODISCARD;

/* Of the frames of quality_min and better: how many of each have a counterpart within the distance in the other. */
typedef struct VpdqLikeness { size_t a, b, a_matched, b_matched; } VpdqLikeness;
VpdqLikeness vpdq_compare(const VpdqFrame *a, size_t an, const VpdqFrame *b, size_t bn, int quality_min, int distance);
/* Per cent; an empty side is 0. */
static inline double vpdq_percent(size_t matched, size_t all) { return all == 0 ? 0.0 : 100.0 * (double)matched / (double)all; }
#endif
