/* release.c - a full capture: asked by one person, released by another, sealed to the public key of the body it is for; and calling one off. */
#include "core/case/contact.h"
#include "core/seal/age.h"
#include "foundation/sandbox/browse.h"
#include "steps/inquiry/inquiry_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }
#define BEFORE { "before", F_HASH, CLEAR, false, 0 }

bool capture_mode_known(Str mode) { return browse_mode(mode) != BROWSE_INVALID; }

Err capture_recipient_key(Ctx *c, Str recipient, Str *out) {
    ContactRow *all = NULL;
    size_t n = 0;
    AgeKey key;
    TRY(contact_list(c, S("body"), recipient, false, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(all[i].channel, S("age")) || all[i].err != OK || age_key_parse(all[i].address, &key) != OK) continue;
        *out = all[i].address;
        return OK;
    }
    return E_MISSING;
}

static const FieldDef released_fields[] = { { "key", F_CODE, CLEAR, true, 0 }, BEFORE, END };
static Err check_released(Ctx *c, const Act *a) {
    CaptureRow k;
    const char *why = NULL;
    bool barred = false;
    AgeKey key;
    TRY(capture_by_id(c, a->subject, &k));
    if (!id_eq(k.case_id, a->case_id)) return E_MISSING;
    if (!str_eq(k.state, S("held"))) return ctx_refuse(c, E_CONFLICT, NULL, "This capture does not wait for a release.");
    if (id_none(a->actor) || id_eq(a->actor, k.asked_by)) return ctx_refuse(c, E_DENIED, NULL, "Whoever asked for it cannot release it: a second person has to.");
    TRY(capture_barred(c, k.case_id, &why));
    TRY(inquiry_location_barred(c, k.location, &barred));
    if (why != NULL || barred) return ctx_refuse(c, E_DENIED, NULL, "In this case nothing may be captured any more.");
    return age_key_parse(act_get_code(a, "key"), &key) == OK ? OK : ctx_refuse(c, E_INPUT, NULL, "There is no public key of this body on record.");
}
static Err follow_released(Ctx *c, const Act *a) { return journal_job(c, "capture.make", a->subject, c->now); }
const ActDef act_capture_released = { "capture.released", 2, OBJ_CAPTURE, "capture.release", false, true, released_fields, check_released, apply_capture_released, follow_released, N_("A full capture was released by a second person") };

static const FieldDef cancelled_fields[] = { BEFORE, END };
static Err check_cancelled(Ctx *c, const Act *a) {
    CaptureRow k;
    TRY(capture_by_id(c, a->subject, &k));
    if (!id_eq(k.case_id, a->case_id)) return E_MISSING;
    return str_eq(k.state, S("held")) || str_eq(k.state, S("asked")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This capture was made already.");
}
const ActDef act_capture_cancelled = { "capture.cancelled", 2, OBJ_CAPTURE, "capture.cancel", false, false, cancelled_fields, check_cancelled, apply_capture_cancelled, NULL, N_("A capture was called off") };

static Act *about(Ctx *c, const ActDef *def, Id act_id, const CaptureRow *k) {
    Act *a = act_new(c, def, act_id, k->case_id, k->id);
    a->org = k->org;
    return a;
}

Act *capture_release(Ctx *c, Id act_id, const CaptureRow *k, Str key) {
    Act *a = about(c, &act_capture_released, act_id, k);
    act_code(a, "key", key);
    return a;
}

Act *capture_cancel(Ctx *c, Id act_id, const CaptureRow *k) { return about(c, &act_capture_cancelled, act_id, k); }
