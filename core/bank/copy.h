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
/* What an address answers with, and, where that is a page, the pictures in it (LOOK_PICTURES of them, those of a size to be a photo): each fetched into memory, hashed in the media process, dropped.
 * Asked of the fetch process: job "picture.look" on a location. A hash that was seen there already is not written down again. */
enum { LOOK_PICTURES = 16, LOOK_SIDE_MIN = 100, SIGHTS_AT_LOCATION = 64 };
Err picture_look_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again);

typedef struct CopyRow { Id id, case_id, print, sighting, entry, location /* of the sighting */; int64_t distance, quality /* or BANK_QUALITY_NONE */; Str source, state /* open same different */; UnixMs made, decided; } CopyRow;
/* Of the case and of those joined into it; open ones first, then the newest. What was taken back or withdrawn since is left out. *out_all counts them all. */
Err copy_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, CopyRow **out, size_t *out_n, int64_t *out_all, int64_t *out_open) NODISCARD;
Err copy_by_id(Ctx *c, Id id, CopyRow *out) NODISCARD;
/* The same, those in one state alone. */
Err copy_in_state(Ctx *c, Id case_id, Str state, size_t skip, size_t limit, CopyRow **out, size_t *out_n, int64_t *out_all) NODISCARD;
/* The acts of a person's word: the decision and, when it is the same and the location is not in the case yet, the location. */
Err copy_decide(Ctx *c, const CopyRow *m, bool same, Act ***out, size_t *out_n) NODISCARD;

/* ---- the copy family of a case (family.c): its own photos, and all that people said is the same: pictures at addresses, hashes of lists, photos of other reports. A decision can be
 * changed: taken out of the family, a location that came by it alone leaves the case too (unless something was asked about it), and the source it came from is worth less; put back, it comes again. ---- */
extern const ActDef act_family_changed, act_copies_decided;
Err family_change(Ctx *c, const CopyRow *m, bool same, Act ***out, size_t *out_n) NODISCARD;
Act *family_change_photo(Ctx *c, const PrintMatch *m, bool same);
/* All proposals of one hash in one case, those that had been made at `upto`, as one act; n: how many the person saw. E_CONFLICT: they are not so many any more. */
enum { COPIES_AT_ONCE = 10000, COPY_CASES = 200 };
typedef struct CopyCase { Id case_id; int64_t n; UnixMs upto; int64_t nearest, furthest; } CopyCase;
Err copy_cases_of(Ctx *c, Id entry, CopyCase **out, size_t *out_n) NODISCARD;
Act *copies_decide(Ctx *c, Id case_id, Id entry, bool same, UnixMs upto, int64_t n);
#endif
