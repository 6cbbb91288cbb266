/* dossier_ask.c - asking for a dossier: which captures, which findings. The acts of the person; the server makes it. */
#include "steps/inquiry/inquiry_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef chosen_fields[] = { { "capture", F_ID, CLEAR, true, 0 }, END };
static Err check_chosen(Ctx *c, const Act *a) {
    CaptureRow k;
    CaseRow file;
    bool young = false;
    Err e = capture_by_id(c, act_get_id(a, "capture"), &k);
    if (e == E_MISSING || (e == OK && !id_eq(k.case_id, a->case_id))) return ctx_refuse(c, E_INPUT, "captures", "This capture does not belong to this case.");
    TRY(e);
    TRY(case_by_id(c, a->case_id, &file));
    TRY(inquiry_incidents_barred(c, a->case_id, &young));
    if (!str_eq(file.lane, S("adult")) || young) return ctx_refuse(c, E_DENIED, "captures", "Material of a minor, or of unknown age, is never captured. Only the link goes to the hotline.");
    if (k.erased != 0) return ctx_refuse(c, E_CONFLICT, "captures", "The content of this capture was erased.");
    if (!str_eq(k.state, S("made"))) return ctx_refuse(c, E_CONFLICT, "captures", "This capture was not made yet.");
    return OK;
}
const ActDef act_dossier_chosen = { "dossier.chosen", 1, OBJ_DOSSIER, "dossier.export", true, false, chosen_fields, check_chosen, apply_dossier_chosen, NULL, N_("A capture was put into a dossier") };

/* STORE, not EVIDENCE: the server itself writes the dossier from it. It says what was seen, never who reported. */
static const FieldDef finding_fields[] = { { "dossier", F_ID, CLEAR, true, 0 }, { "norm", F_CODE, CLEAR, true, 0 }, { "basis", F_CODE, CLEAR, true, 0 }, { "on", F_TIME, CLEAR, true, 0 },
    { "seen", F_TEXT, STORE, true, 8000 }, { "how", F_TEXT, STORE, false, 4000 }, { "against", F_TEXT, STORE, true, 4000 }, END };
static Err check_finding(Ctx *c, const Act *a) {
    Str basis = act_get_code(a, "basis");
    if (!str_eq(basis, S("observed")) && !str_eq(basis, S("inferred")) && !str_eq(basis, S("told"))) return ctx_refuse(c, E_INPUT, "basis", "This choice is not known.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    return OK;
}
const ActDef act_finding_made = { "finding.made", 1, OBJ_NONE, "dossier.export", true, true, finding_fields, check_finding, apply_finding_made, NULL, N_("A finding was written down") };

static Act *finding_act(Ctx *c, Id case_id, Id dossier, Id id, const FindingNew *f) {
    Act *a = act_new(c, &act_finding_made, id, case_id, id);
    act_idf(a, "dossier", dossier);
    act_code(a, "norm", f->norm);
    act_code(a, "basis", f->basis);
    act_time(a, "on", f->on);
    act_text(a, "seen", f->seen);
    act_text(a, "how", f->how);
    act_text(a, "against", f->against);
    return a;
}

Err dossier_ask(Ctx *c, const DossierAsk *ask, Id *out_dossier, Act ***out_acts, size_t *out_n) {
    int64_t bytes = 0;
    size_t n = 0;
    Id dossier = id_none(ask->act_id) ? ctx_new_id(c) : ask->act_id;
    if (ask->captures_n > CHOSEN_MAX) return ctx_refuse(c, E_LIMIT, "captures", "At most 200 captures in one dossier.");
    if (ask->findings_n > FINDINGS_MAX) return ctx_refuse(c, E_LIMIT, NULL, "At most 20 findings in one dossier.");
    Act **acts = ARENA_ARRAY(c->arena, Act *, 2 * ask->captures_n + ask->findings_n + 1);
    acts[n++] = dossier_ask_act(c, ask->act_id, dossier, ask->case_id, ask->lang, ask->recipient, (int64_t)ask->captures_n, (int64_t)ask->findings_n);
    for (size_t i = 0; i < ask->captures_n; i++) {
        CaptureRow k;
        bool known = capture_by_id(c, ask->captures[i], &k) == OK;
        if (known) bytes += k.warc_size;
        Act *a = act_new(c, &act_dossier_chosen, inquiry_derived(dossier, n), ask->case_id, dossier);
        act_idf(a, "capture", ask->captures[i]);
        acts[n++] = a;
        if (known && id_eq(k.case_id, ask->case_id)) {
            acts[n] = capture_copied(c, inquiry_derived(dossier, n), &k, dossier);
            n++;
        }
    }
    if (bytes > CHOSEN_BYTES_MAX) return ctx_refuse(c, E_LIMIT, "captures", "These captures together are too large for one file. Make two dossiers.");
    for (size_t i = 0; i < ask->findings_n; i++, n++) acts[n] = finding_act(c, ask->case_id, dossier, inquiry_derived(dossier, n), &ask->findings[i]);
    *out_dossier = dossier;
    *out_acts = acts;
    *out_n = n;
    return OK;
}
