/* copy.h - found again: a photo of a case, a picture that a location answered with, and a hash of the bank that lie near each other, put
 * before a person. Part of core/bank.
 *
 * Compared both ways and at once: a new photo with the bank and with every picture seen; a picture seen with the bank and with every
 * photo; new hashes of the bank with every photo and every picture seen. Nothing follows from a match by itself. When a person says
 * that it is the same, the location becomes one of the case, and is watched.
 * Only adults: where somebody under 18 is or may be shown no picture is fetched and nothing is compared. A picture is fetched into the
 * memory of one process, hashed where it can do no harm, and dropped; what stays is the hash, under the location's key.
 */
#ifndef KETEN_COPY_H
#define KETEN_COPY_H
#include "core/bank/bank_entry.h"

enum { COPIES_OF_PAGE = 50 };
extern const ActDef act_picture_seen, act_copy_found, act_copy_decided, act_bank_compared;
typedef struct SightRow { Id id, org, case_id, location; int64_t quality; UnixMs seen; Str sealed; Pdq hash; Err err; } SightRow;
/* What is fetched for it is asked of the fetch process: job "picture.look" on a location. */
Err picture_look_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again);

typedef struct CopyRow { Id id, case_id, print, sighting, entry, location /* of the sighting */; int64_t distance, quality /* or BANK_QUALITY_NONE */; Str source, state /* open same different */; UnixMs made, decided; } CopyRow;
/* Of the case and of those joined into it; open ones first, then the newest. What was taken back or withdrawn since is left out. *out_all counts them all. */
Err copy_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, CopyRow **out, size_t *out_n, int64_t *out_all, int64_t *out_open) NODISCARD;
Err copy_by_id(Ctx *c, Id id, CopyRow *out) NODISCARD;
/* The acts of a person's word: the decision and, when it is the same and the location is not in the case yet, the location. */
Err copy_decide(Ctx *c, const CopyRow *m, bool same, Act ***out, size_t *out_n) NODISCARD;
#endif
