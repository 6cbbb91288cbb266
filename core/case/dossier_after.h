/* dossier_after.h - what happens to a dossier after it was made: what the receiving body says about it, and the link with which
 * somebody without an account fetches it.
 *
 * A receipt says whether the body took the dossier over in full, in part or not at all, and why; it is written down by the body's own
 * inspector, or by the desk from a letter (by_them tells which). The last one of a body counts in the yearly account. It goes into the bag
 * as a file beside the content: its act, with a digest of the reason under a nonce of its own. Part of core/case.
 */
#ifndef KETEN_DOSSIER_AFTER_H
#define KETEN_DOSSIER_AFTER_H
#include "core/case/dossier.h"

extern const ActDef act_dossier_receipt, act_dossier_link_made, act_dossier_link_ended, act_dossier_fetched;
enum { RECEIPTS_MAX = 50, LINKS_MAX = 50, LINK_TOKEN = 32 /* characters */, LINK_DAYS_MAX = 14 };

typedef struct ReceiptRow { Id id, dossier, case_id, org; Str authority, took /* full part none */, why, nonce; UnixMs on, at; bool by_them; Err err; } ReceiptRow;
/* why: needed unless full. on: 0 now. authority: code of the body. */
Act *dossier_receipt(Ctx *c, Id act_id, const DossierRow *d, Str authority, Str took, Str why, UnixMs on);
Err dossier_receipts(Ctx *c, Id dossier, ReceiptRow **out, size_t *out_n) NODISCARD;   /* oldest first, opened */
/* Digest that the act carries of nonce and reason; what the verifier compares. */
void dossier_receipt_digest(Str nonce, Str why, uint8_t out[32]);

typedef struct LinkRow { Id dossier; Str token; UnixMs made, until, ended; int64_t fetched; } LinkRow;
/* A fresh link: its secret is shown once and not kept. days: 1 to LINK_DAYS_MAX. to: for whom, in the desk's words. */
Act *dossier_link_make(Ctx *c, Id act_id, const DossierRow *d, Str to, int64_t days, Str *out_secret);
Err dossier_link_row(Ctx *c, Str token, LinkRow *out) NODISCARD;
Act *dossier_link_end(Ctx *c, const DossierRow *d, Str token);
/* E_MISSING: no such link, over, ended, or its dossier has no file; nothing tells which. */
Err dossier_link_find(Ctx *c, Str secret, LinkRow *out, DossierRow *out_dossier) NODISCARD;
Err dossier_links(Ctx *c, Id dossier, LinkRow **out, size_t *out_n) NODISCARD;          /* newest first */
Act *dossier_fetch(Ctx *c, const DossierRow *d, Str token);                            /* by whoever holds the link */
#endif
