/* dossier_version.h - versions of a dossier for other readers, asked by a person and made by the server from one that stands.
 *
 * public: for the press, a court's public file, a disclosure request. defence: for whoever is accused. without: after the objection of
 * a person whose facts are in it (UAVG 37): her locations and findings are closed, and the dossier it was made from goes nowhere any more.
 * Each is a dossier of its own with its own seal, which names the seal it comes from and the same facts root (core/dossier/fields.h). Part of core/case.
 */
#ifndef KETEN_DOSSIER_VERSION_H
#define KETEN_DOSSIER_VERSION_H
#include "core/case/dossier.h"

extern const ActDef act_dossier_version, act_dossier_closed;
enum { CLOSED_MAX = 200, VERSIONS_MAX = 50 };
typedef struct VersionRow { Id dossier, parent; Str version /* public defence without */; } VersionRow;
typedef struct ClosedRow { Id location; int64_t finding; } ClosedRow;
/* The version's own act; for "without" the acts of what it closes go beside it in the same list. */
Act *dossier_version_ask(Ctx *c, Id act_id, const DossierRow *parent, Str version, Id *out_dossier);
Act *dossier_close(Ctx *c, Id act_id, const DossierRow *parent, Id dossier, Id location, int64_t finding);
Err dossier_version_of(Ctx *c, Id dossier, VersionRow *out) NODISCARD;            /* E_MISSING: it is no version of another */
Err dossier_closed(Ctx *c, Id dossier, ClosedRow **out, size_t *out_n) NODISCARD;
/* The version that took this one's place after an objection; E_MISSING: none. */
Err dossier_replaced(Ctx *c, Id dossier, Id *out_by) NODISCARD;
Err dossier_versions(Ctx *c, Id parent, DossierRow **out, VersionRow **out_as, size_t *out_n) NODISCARD;
#endif
