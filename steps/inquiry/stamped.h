/* stamped.h - stamps and witnesses: asked in the background, never waited for. Private to this room. */
#ifndef KETEN_INQUIRY_STAMPED_H
#define KETEN_INQUIRY_STAMPED_H
#include "core/journal/witnessed.h"
#include "core/seal/stamp.h"
#include "steps/inquiry/inquiry_in.h"

enum { STAMPS_OF_ONE_MAX = 32, STAMPS_A_LIST_MAX = 300 };
/* kind: seal (of a dossier) · tree (a signed checkpoint) · again (a list of earlier stamps, in body; lines as sha256sum writes them) */
typedef struct StampRow { Str kind, digest, authority, reply, signer, body; Id subject; int64_t size, tries; UnixMs asked, next, at, ends; } StampRow;
/* stamp_store.c */
Err stamp_want(Ctx *c, Str kind, Str digest, Str authority, Id subject, int64_t size) NODISCARD; /* once; nothing when it is there */
Err stamp_due(Ctx *c, StampRow *out, UnixMs *out_next) NODISCARD;             /* the one that is due first. E_MISSING: none; *out_next says when one will be, 0 never */
/* A list of earlier stamps is to be stamped by that authority: of a dossier, or, without one, of trees. */
Err stamp_want_again(Ctx *c, Str digest, Str body, Str authority, Id dossier) NODISCARD;
/* Stamps that no list holds yet and whose certificate ends within ninety days, or within a third of what it had left when it stamped; those that
 * end first, first. Certificates that had less than a day left are let go: nothing can be gained. */
Err stamp_aging(Ctx *c, StampRow *out, size_t max, size_t *out_n) NODISCARD;
/* That stamp stands in the list with this digest now. */
Err stamp_listed(Ctx *c, const StampRow *s, Str list) NODISCARD;
/* All that were stamped of a dossier: over its seal, and lists. */
Err stamp_of_dossier(Ctx *c, Id dossier, StampRow *out, size_t max, size_t *out_n) NODISCARD;
/* Dossiers that wait for a witness. */
Err proof_wait_put(Ctx *c, Id dossier) NODISCARD;
Err proof_wait_take(Ctx *c, size_t max) NODISCARD;                            /* so many are given to the job dossier.renew, and wait no more */
Err stamp_failed(Ctx *c, const StampRow *s, UnixMs next) NODISCARD;
Err stamp_came(Ctx *c, const StampRow *s, Str reply, const Stamp *stamp) NODISCARD;
Err stamp_of(Ctx *c, Str digest, StampRow *out, size_t max, size_t *out_n) NODISCARD;  /* replies over that digest, by the time in them */
Err stamp_last_tree(Ctx *c, UnixMs *out_asked, int64_t *out_size) NODISCARD;
typedef struct StampCounts { int64_t waiting, aging; UnixMs oldest, newest; } StampCounts;   /* oldest: asked, of what waits; newest: time in the newest tree stamp; aging: end within thirty days, or have ended, and no stamped list holds them */
Err stamp_counts(Ctx *c, StampCounts *out) NODISCARD;

Err ledger_home(Ctx *c, const UiCtx *ui, Buf *out) NODISCARD;                 /* ledger_pages.c: what is wrong, for leads and administrators */
/* ledger_work.c: jobs */
Err ledger_witness_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;
Err ledger_stamp_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;
bool ledger_next_url(Str *rest, Str *out);                                    /* of a blank-separated list */
Err ledger_ask_stamp(Ctx *c, const StampRow *s) NODISCARD;                    /* one try; what comes of it stands in its row */
/* dossier_renew.c: a file with what came since; nothing when nothing came. */
Err dossier_renew_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) NODISCARD;
Err dossier_stamps_age(Ctx *c, Id dossier) NODISCARD;                          /* its stamps age: a list of them is to be stamped */
Err dossier_want_stamps(Ctx *c, Id dossier, Str seal_sha) NODISCARD;
#endif
