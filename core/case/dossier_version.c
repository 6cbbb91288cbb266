/* dossier_version.c - acts of versions. */
#include "core/case/dossier_version.h"
#include "core/case/case_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }
#define BEFORE { "before", F_HASH, CLEAR, false, 0 }

static const FieldDef version_fields[] = { { "parent", F_ID, CLEAR, true, 0 }, { "version", F_CODE, CLEAR, true, 0 }, BEFORE, END };
static Err check_version(Ctx *c, const Act *a) {
    DossierRow parent;
    Str version = act_get_code(a, "version");
    TRY(dossier_by_id(c, act_get_id(a, "parent"), &parent));
    if (!id_eq(parent.case_id, a->case_id)) return E_MISSING;
    if (!str_eq(version, S("public")) && !str_eq(version, S("defence")) && !str_eq(version, S("without"))) return ctx_refuse(c, E_INPUT, "version", "This choice is not known.");
    return str_eq(parent.state, S("made")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "There is no file yet.");
}
static Err follow_version(Ctx *c, const Act *a) { return journal_job(c, "dossier.make", a->subject, c->now); }
const ActDef act_dossier_version = { "dossier.version", 2, OBJ_DOSSIER, "dossier.export", false, true, version_fields, check_version, apply_dossier_version, follow_version, N_("A version of a dossier for other readers was asked for") };

static const FieldDef closed_fields[] = { { "location", F_ID, CLEAR, false, 0 }, { "finding", F_INT, CLEAR, false, 100 }, BEFORE, END };
static Err check_closed(Ctx *c, const Act *a) {
    VersionRow v;
    TRY(dossier_version_of(c, a->subject, &v));
    return str_eq(v.version, S("without")) && act_has(a, "location") != act_has(a, "finding") ? OK : ctx_refuse(c, E_INPUT, "locations", "This choice is not known.");
}
const ActDef act_dossier_closed = { "dossier.closed", 2, OBJ_DOSSIER, "dossier.export", true, false, closed_fields, check_closed, apply_dossier_closed, NULL, N_("After an objection, facts of a dossier were closed") };

Act *dossier_version_ask(Ctx *c, Id act_id, const DossierRow *parent, Str version, Id *out_dossier) {
    *out_dossier = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_dossier_version, act_id, parent->case_id, *out_dossier);
    act_idf(a, "parent", parent->id);
    act_code(a, "version", version);
    return a;
}

Act *dossier_close(Ctx *c, Id act_id, const DossierRow *parent, Id dossier, Id location, int64_t finding) {
    Act *a = act_new(c, &act_dossier_closed, act_id, parent->case_id, dossier);
    act_idf(a, "location", location);
    if (finding > 0) act_int(a, "finding", finding);
    return a;
}
