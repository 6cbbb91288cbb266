/* dossier.h - a dossier as an object of the case: asked, sealed, made, taken out, handed over. inquiry makes it; enforce attaches
 * it to a filing and shares it; the inspector reads it. The file itself is a kept file (blob_get), its format core/dossier.
 * An inspector's right to it comes from a share of the dossier's id (share_make with this object). Part of core/case.
 */
#ifndef KETEN_CASE_DOSSIER_H
#define KETEN_CASE_DOSSIER_H
#include "core/case/case.h"
#include "core/dossier/dossier.h"

enum { DOSSIER_FILE_MAX = 100 << 20 }; /* a web worker holds it twice, sealed and open, within its memory */

extern const ActDef act_dossier_asked, act_dossier_sealed, act_dossier_made, act_dossier_renewed, act_dossier_failed, act_dossier_handled;
typedef struct DossierRow {
    Id id, case_id, org, asked_by;
    Id file;               /* blob of kind "dossier"; none until made */
    Str lang, recipient;   /* authority code, or empty */
    Str state;             /* asked sealed made failed */
    Str why;
    Str seal;              /* SHA-256 of seal.txt: what letters print and the ledger holds */
    Str sha256;            /* of the whole file as it is handed out */
    int64_t number, captures, findings, size;
    UnixMs asked, sealed, made;
} DossierRow;

Act *dossier_ask_act(Ctx *c, Id act_id, Id dossier, Id case_id, Str lang, Str recipient, int64_t captures, int64_t findings); /* inquiry puts its own acts beside it */
Act *dossier_sealed_act(Ctx *c, const DossierRow *d, Str seal32, int64_t case_acts, Str case_head);
Act *dossier_made_act(Ctx *c, const DossierRow *d, Id file, Str sha256, int64_t size);
/* The same dossier in a new file: content and seal as they were, more stamps and signatures beside them. */
Act *dossier_renewed_act(Ctx *c, const DossierRow *d, Id file, Str sha256, int64_t size, int64_t stamps, int64_t witnesses, int64_t receipts);
Act *dossier_failed_act(Ctx *c, const DossierRow *d, Str why);
/* what: viewed copied exported handed_over received; to: to or by whom (may be empty, but not when handed over). on: 0 now. */
Act *dossier_handle(Ctx *c, Id act_id, const DossierRow *d, Str what, Str to, UnixMs on);
bool handling_known(Str what);
Err dossier_by_id(Ctx *c, Id id, DossierRow *out) NODISCARD;
Err dossier_of_case(Ctx *c, Id case_id, DossierRow **out, size_t *out_n) NODISCARD;   /* newest first, at most 500 */
Err dossier_by_file(Ctx *c, Id file, DossierRow *out) NODISCARD;                      /* by its kept file, this or an earlier one: what a filing attaches */
/* Checks the kept file as a stranger would, with this server's own key as the trusted one. out_vkey: that key, to be printed; empty
 * while the key holder is away (then the report has a remark). E_LIMIT: larger than max bytes, nothing was checked. */
Err dossier_check(Ctx *c, Id file, size_t max, DossierReport *out, Str *out_vkey) NODISCARD;
Str dossier_number(Arena *a, Str case_ref, const DossierRow *d);                      /* "K-2026-000001/1" */
Str dossier_file_name(Arena *a, Str case_ref, const DossierRow *d);                   /* "keten-K-2026-000001-1.zip" */
#endif
