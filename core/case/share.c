/* share.c - consent, shares, parties, notes and messages as acts. */
#include "core/case/case_in.h"
#include "core/case/contact.h"
#include "core/case/dossier_after.h"
#include "core/case/dossier_version.h"
#include "core/case/platform.h"
#include "core/case/print.h"
#include "core/case/request.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef consent_fields[] = { { "purpose", F_CODE, CLEAR, true, 0 }, { "said_by", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_consent_given = { "consent.given", 1, OBJ_NONE, "consent.record", true, true, consent_fields, NULL, apply_consent_given, NULL, N_("Agreed: {purpose}") };
const ActDef act_consent_withdrawn = { "consent.withdrawn", 1, OBJ_NONE, "consent.record", true, false, no_fields, NULL, apply_consent_withdrawn, NULL, N_("Consent withdrawn") };

Act *consent_give(Ctx *c, Id case_id, Str purpose, Str said_by) {
    Act *a = act_new(c, &act_consent_given, ID_NONE, case_id, ctx_new_id(c));
    act_code(a, "purpose", purpose);
    act_code(a, "said_by", said_by);
    return a;
}
Act *consent_withdraw(Ctx *c, Id case_id, Id consent) { return act_new(c, &act_consent_withdrawn, ID_NONE, case_id, consent); }

/* A share names who, why, what and until when; without an end it cannot exist. */
static const FieldDef share_fields[] = { { "object", F_ID, CLEAR, true, 0 }, { "to_org", F_ID, CLEAR, true, 0 }, { "purpose", F_CODE, CLEAR, true, 0 }, { "scope", F_CODE, CLEAR, true, 0 }, { "until", F_TIME, CLEAR, true, 0 }, END };
static Err check_share(Ctx *c, const Act *a) {
    OrgRow to;
    Err err = org_by_id(c, act_get_id(a, "to_org"), &to);
    if (err == E_MISSING) return ctx_refuse(c, E_INPUT, "to_org", "This organisation is not on this server.");
    if (err != OK) return err;
    if (act_get_int(a, "until") <= c->now) return ctx_refuse(c, E_INPUT, "until", "The end lies in the past.");
    return OK;
}
const ActDef act_share_made = { "share.made", 1, OBJ_SHARE, "case.share", true, true, share_fields, check_share, apply_share_made, NULL, N_("Shared for {purpose}") };
const ActDef act_share_ended = { "share.ended", 1, OBJ_SHARE, "case.unshare", true, false, no_fields, NULL, apply_share_ended, NULL, N_("A share was ended") };

Act *share_make(Ctx *c, Id case_id, Id object, Id to_org, Str purpose, Str scope, UnixMs until) {
    Act *a = act_new(c, &act_share_made, ID_NONE, case_id, ctx_new_id(c));
    act_idf(a, "object", object);
    act_idf(a, "to_org", to_org);
    act_code(a, "purpose", purpose);
    act_code(a, "scope", scope);
    act_time(a, "until", until);
    return a;
}
Act *share_end(Ctx *c, Id case_id, Id share) { return act_new(c, &act_share_ended, ID_NONE, case_id, share); }

static const FieldDef party_fields[] = { { "org", F_ID, CLEAR, true, 0 }, END };
const ActDef act_party_added = { "party.added", 1, OBJ_CONSULT, "consult.edit", false, false, party_fields, NULL, apply_party_added, NULL, N_("An organisation takes part") };
Act *party_add(Ctx *c, Id object, Id org) {
    Act *a = act_new(c, &act_party_added, ID_NONE, ID_NONE, object);
    act_idf(a, "org", org);
    return a;
}

/* One act kind per compartment, so that a note can only be sealed where it belongs. */
static const FieldDef note_facts[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, FACTS, true, 65536 }, END };
static const FieldDef note_care[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, CARE, true, 65536 }, END };
static const FieldDef note_identity[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, IDENTITY, true, 65536 }, END };
static const FieldDef note_evidence[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, EVIDENCE, true, 65536 }, END };
static const FieldDef note_story[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "text", F_TEXT, STORY, true, 65536 }, END };
const ActDef act_note_added = { "note.facts", 1, OBJ_NONE, "case.note", true, true, note_facts, NULL, apply_note_added, NULL, N_("A note was added") };
const ActDef act_note_care = { "note.care", 1, OBJ_NONE, "case.note", true, true, note_care, NULL, apply_note_added, NULL, N_("A care note was added") };
const ActDef act_note_identity = { "note.identity", 1, OBJ_NONE, "case.note", true, true, note_identity, NULL, apply_note_added, NULL, N_("Contact details were added") };
const ActDef act_note_evidence = { "note.evidence", 1, OBJ_NONE, "case.note", true, true, note_evidence, NULL, apply_note_added, NULL, N_("A note on evidence was added") };
const ActDef act_note_story = { "note.story", 1, OBJ_NONE, "case.note", true, true, note_story, NULL, apply_note_added, NULL, N_("An account was added") };
/* From the person, with the receipt code. That code opens the story and nothing else (vault_code_narrow), so it is sealed there. */
static Err check_note_contact(Ctx *c, const Act *a) {
    CaseRow k;
    TRY(case_by_id(c, a->case_id, &k));
    if (!note_is_contact(act_get_code(a, "kind"))) return ctx_refuse(c, E_INPUT, "contact", "This choice is not known.");
    return str_eq(k.lane, S("adult")) ? OK : ctx_refuse(c, E_INPUT, "contact", "When somebody under 18 is shown, we can be reached with the code only.");
}
const ActDef act_note_contact = { "note.contact", 1, OBJ_NONE, "report.contact", true, true, note_story, check_note_contact, apply_note_added, NULL, N_("The person left how to reach them") };

bool note_is_contact(Str kind) { return str_eq(kind, S("contact_way")) || str_eq(kind, S("contact_hours")) || str_eq(kind, S("contact_cover")); }

Act *note_contact(Ctx *c, Id case_id, Str kind, Str text) {
    Act *a = act_new(c, &act_note_contact, ID_NONE, case_id, ctx_new_id(c));
    act_code(a, "kind", kind);
    act_text(a, "text", text);
    return a;
}
Act *note_add(Ctx *c, Id case_id, FieldClass cls, Str kind, Str text) {
    static const ActDef *const by_class[] = { [FACTS] = &act_note_added, [CARE] = &act_note_care, [IDENTITY] = &act_note_identity, [EVIDENCE] = &act_note_evidence, [STORY] = &act_note_story };
    must(cls >= IDENTITY && cls <= EVIDENCE && by_class[cls] != NULL);
    Act *a = act_new(c, by_class[cls], ID_NONE, case_id, ctx_new_id(c));
    act_code(a, "kind", kind);
    act_text(a, "text", text);
    return a;
}

static const FieldDef message_fields[] = { { "from_victim", F_INT, CLEAR, true, 1 }, { "text", F_TEXT, STORY, true, 20000 }, END };
const ActDef act_message_sent = { "message.sent", 1, OBJ_MESSAGE, "message.send", false, true, message_fields, NULL, apply_message_sent, NULL, N_("A message was sent") };
const ActDef act_message_read = { "message.read", 1, OBJ_MESSAGE, "message.read", false, false, no_fields, NULL, apply_message_read, NULL, N_("A message was read") };
Act *message_send(Ctx *c, Id case_id, bool from_victim, Str text) {
    Act *a = act_new(c, &act_message_sent, ID_NONE, case_id, ctx_new_id(c));
    act_int(a, "from_victim", from_victim);
    act_text(a, "text", text);
    return a;
}
Act *message_seen(Ctx *c, Id case_id, Id message) { return act_new(c, &act_message_read, ID_NONE, case_id, message); }

const ActDef *const core_acts[] = { &act_org_made, &act_team_made, &act_user_added, &act_user_enrolled, &act_user_changed, &act_user_lang, &act_member_added, &act_member_removed,
    &act_case_opened, &act_case_read, &act_case_claimed, &act_case_released, &act_case_lane, &act_case_risk, &act_case_turn, &act_case_paused, &act_case_resumed, &act_case_withdrawn,
    &act_case_closed, &act_case_reopened, &act_case_merged, &act_case_code_reissued, &act_case_erased, &act_case_erased_by_lead, &act_case_worse, &act_case_contact, &act_incident_added, &act_incident_removed,
    &act_location_added, &act_location_joined, &act_clock_started, &act_clock_paused, &act_clock_resumed, &act_clock_moved, &act_clock_met, &act_clock_lapsed, &act_clock_stopped,
    &act_silence_recorded, &act_proposal_made, &act_proposal_decided, &act_consent_given, &act_consent_withdrawn, &act_share_made, &act_share_ended, &act_party_added,
    &act_note_added, &act_note_care, &act_note_identity, &act_note_evidence, &act_note_story, &act_note_contact, &act_message_sent, &act_message_read, &act_blob_kept,
    &act_dossier_asked, &act_dossier_sealed, &act_dossier_made, &act_dossier_renewed, &act_dossier_failed, &act_dossier_handled, &act_dossier_receipt, &act_dossier_link_made, &act_dossier_link_ended, &act_dossier_fetched, &act_dossier_version, &act_dossier_closed,
    &act_request_made, &act_request_event, &act_location_checked, &act_contact_added, &act_contact_checked, &act_contact_ended,
    &act_platform_added, &act_platform_changed, &act_platform_ended, &act_print_given, &act_print_ended, &act_print_matched, &act_print_decided, NULL };
