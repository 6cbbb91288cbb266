/* print.h - fingerprints of pictures and videos that a case is about: the hash of a photo, or those of some frames of a video, made where
 * it is, given with what it may be used for and until when. Keten never has the picture. Part of core/case.
 *
 * A hash can say something of the picture (it was shown for a like kind), so it counts as personal data: it is sealed under a key of
 * its own (its print's), which is destroyed when it is withdrawn, runs out, or its case goes; from then on the record cannot be read
 * either. The state table has it as ciphertext, and no longer than it is in force.
 * Only for adults: where somebody under 18 is or may be shown no hash is taken, and one that was taken before the age was known is
 * destroyed when the lane changes (law.md §7). Hashes whose quality is below PDQ_QUALITY_MIN are refused: they would match anything.
 */
#ifndef KETEN_CASE_PRINT_H
#define KETEN_CASE_PRINT_H
#include "core/case/case.h"
#include "core/fingerprint/pdq.h"
#include "foundation/http/http.h"
#include "foundation/ui/ui.h"
#include "foundation/ui/ui_page.h"

enum { PRINTS_OF_CASE = 200, PRINT_FRAMES = 32, PRINT_CHARS = PRINT_FRAMES * (PDQ_HEX + 1) };

/* One hash, or all eight forms of one picture where the device could not tell which is the untouched one; of a video (film) its frames, as different
 * from each other as it has them. quality: of a video the least of them. */
typedef struct PrintHash { Pdq form[PRINT_FRAMES]; int n, quality; } PrintHash;
typedef struct PrintNew { PrintHash hash; PdqFront front; bool film; Str uses /* recognise: compare within the organisation; share_hash: platforms get it; or both */; UnixMs until; Str said_by; } PrintNew;
extern const ActDef act_print_given, act_print_ended;

/* Makes the print's key through the vault and builds its act; ID_NONE for act: a fresh id. */
Err print_give(Ctx *c, Id act, Id org, Id case_id, const PrintNew *n, Act **out) NODISCARD;
/* why: withdrawn, until. The key is destroyed by job "print.shred", which follows. */
Act *print_end(Ctx *c, Id case_id, Id print, Str why);

typedef struct PrintRow { Id id, case_id, org; Str front, uses, said_by, why; int64_t quality, forms; UnixMs given, until, ended; Str sealed; PrintHash hash; Err err; } PrintRow; /* front: full, 512, or vpdq for a video, whose frames are hashed whole */
extern const char print_film[]; /* "vpdq" */
/* Of the case and of those joined into it; newest first. Hashes are opened only when asked. */
Err print_of_case(Ctx *c, Id case_id, PrintRow **out, size_t *out_n) NODISCARD;
/* Of this report alone: one that was joined into it keeps its photos for its own code. */
Err print_of_report(Ctx *c, Id case_id, PrintRow **out, size_t *out_n) NODISCARD;
Err print_by_id(Ctx *c, Id print, PrintRow *out) NODISCARD;
bool print_may(const PrintRow *p, Str use);                     /* in force, and given for this */
Err print_open(Ctx *c, PrintRow *rows, size_t n) NODISCARD;     /* fills hash; err E_MISSING when its key is gone */

/* ---- photos that may be the same (print_match.c): a proposal in each of the two cases, for a person to decide ---- */
extern const ActDef act_print_matched, act_print_decided;
typedef struct PrintMatch { Id id, case_id, print, other, other_case; int64_t distance, quality; Str source, state /* open same different */; UnixMs made, decided; } PrintMatch;
enum { PRINT_MATCHES = 200 };
Err print_match_page(Ctx *c, Id case_id, size_t skip, PrintMatch **out, size_t *out_n, int64_t *out_all, int64_t *out_open) NODISCARD; /* and of those joined into it; those that wait for a person first, then the newest; those whose photo was taken back are left out. PRINT_MATCHES at most */
Err print_match_of_case(Ctx *c, Id case_id, PrintMatch **out, size_t *out_n) NODISCARD; /* the first page */
Err print_match_by_id(Ctx *c, Id id, PrintMatch *out) NODISCARD;
Act *print_decide(Ctx *c, const PrintMatch *m, bool same);
int print_distance(const PrintHash *a, const PrintHash *b);
enum { PRINT_JOINED_MAX = 1024 };
Err print_store_joined(Db *db, Id into, Id *out /* PRINT_JOINED_MAX */, size_t *out_n) NODISCARD; /* the case itself, and every report that went into it; E_LIMIT: more */
/* Photos in force, by id, for comparing. */
Err print_store_in_force(Ctx *c, Id org, Id after, size_t limit, PrintRow **out, size_t *out_n) NODISCARD;

/* ---- the form in which a page hands one over; pages differ only in where it leads ---- */
enum { PRINT_FIELDS = 5 };
#define PRINT_FORM_FIELDS \
    { .name = "hash", .kind = P_LONGTEXT, .max = PRINT_CHARS + 16, .label = N_("What is sent") }, \
    { .name = "quality", .kind = P_INT, .max = 100, .label = N_("Quality") }, \
    { .name = "front", .kind = P_CHOICE, .choices = print_front_codes, .label = N_("How it was made") }, \
    { .name = "uses", .kind = P_CHOICE, .many = true, .choices = print_use_codes, .label = N_("Tick what we may do with it") }, \
    { .name = "until", .kind = P_CHOICE, .choices = print_until_codes, .label = N_("Until when?") }
extern const char *const print_front_codes[], *const print_use_codes[], *const print_until_codes[];
/* What the form holds, judged; what is wrong stands at its field. False when something is. */
bool print_take(Ctx *c, Form *f, PrintNew *out);
const UiOption *print_use_options(const UiCtx *ui, size_t *out_n);
const UiOption *print_until_options(const UiCtx *ui, size_t *out_n);
Str print_use_words(const UiCtx *ui, Str codes);
UiPrint *print_ui(const UiCtx *ui, const PrintRow *rows, size_t n); /* hashes as they were opened */
/* "hash hash...;quality;front;uses;until" and back: between two screens of a report. */
Str print_line(Arena *a, const PrintNew *n);
Err print_of_line(Arena *a, Str line, PrintNew *out) NODISCARD;
#endif
