/* stamped.h - stamps and witnesses: asked in the background, never waited for. Private to this room. */
#ifndef KETEN_INQUIRY_STAMPED_H
#define KETEN_INQUIRY_STAMPED_H
#include "core/journal/witnessed.h"
#include "core/seal/stamp.h"
#include "steps/inquiry/inquiry_in.h"

enum { STAMPS_OF_ONE_MAX = 16 };
typedef struct StampRow { Str kind, digest, authority, reply, signer; Id subject; int64_t size, tries; UnixMs asked, next, at, ends; } StampRow;
/* stamp_store.c */
Err stamp_want(Ctx *c, Str kind, Str digest, Str authority, Id subject, int64_t size) NODISCARD; /* once; nothing when it is there */
Err stamp_due(Ctx *c, StampRow *out, UnixMs *out_next) NODISCARD;             /* the one that is due first. E_MISSING: none; *out_next says when one will be, 0 never */
Err stamp_failed(Ctx *c, const StampRow *s, UnixMs next) NODISCARD;
Err stamp_came(Ctx *c, const StampRow *s, Str reply, const Stamp *stamp) NODISCARD;
Err stamp_of(Ctx *c, Str digest, StampRow *out, size_t max, size_t *out_n) NODISCARD;  /* replies over that digest, by the time in them */
Err stamp_last_tree(Ctx *c, UnixMs *out_asked, int64_t *out_size) NODISCARD;
typedef struct StampCounts { int64_t waiting; UnixMs oldest, newest; } StampCounts;   /* oldest: asked, of what waits; newest: time in the newest tree stamp */
Err stamp_counts(Ctx *c, StampCounts *out) NODISCARD;

Err ledger_home(Ctx *c, const UiCtx *ui, Buf *out) NODISCARD;                 /* ledger_pages.c: what is wrong, for leads and administrators */
/* ledger_work.c: jobs */
Err ledger_witness_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;
Err ledger_stamp_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;
bool ledger_next_url(Str *rest, Str *out);                                    /* of a blank-separated list */
Err ledger_ask_stamp(Ctx *c, const StampRow *s) NODISCARD;                    /* one try; what comes of it stands in its row */
/* dossier_renew.c: a file with what came since; nothing when nothing came. */
Err dossier_renew_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) NODISCARD;
Err dossier_want_stamps(Ctx *c, Id dossier, Str seal_sha) NODISCARD;
#endif
