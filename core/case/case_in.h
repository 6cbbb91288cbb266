/* case_in.h - the apply functions of core acts (in *_store.c), used by the act tables beside them. */
#ifndef KETEN_CASE_IN_H
#define KETEN_CASE_IN_H
#include "core/case/case.h"

Err apply_org_made(Db *db, const Act *a);
Err apply_team_made(Db *db, const Act *a);
Err apply_user_added(Db *db, const Act *a);
Err apply_user_enrolled(Db *db, const Act *a);
Err apply_user_changed(Db *db, const Act *a);
Err apply_user_lang(Db *db, const Act *a);
Err user_store_other_admins(Ctx *c, Id user, int64_t *out) NODISCARD; /* of the same organisation, active */
Err apply_member_added(Db *db, const Act *a);
Err apply_member_removed(Db *db, const Act *a);
Err apply_case_opened(Db *db, const Act *a);
Err apply_case_read(Db *db, const Act *a);
Err apply_case_claimed(Db *db, const Act *a);
Err apply_case_released(Db *db, const Act *a);
Err apply_case_lane(Db *db, const Act *a);
Err apply_case_risk(Db *db, const Act *a);
Err apply_case_turn(Db *db, const Act *a);
Err apply_case_paused(Db *db, const Act *a);
Err apply_case_resumed(Db *db, const Act *a);
Err apply_case_withdrawn(Db *db, const Act *a);
Err apply_case_closed(Db *db, const Act *a);
Err apply_case_contact(Db *db, const Act *a);
Err apply_case_reopened(Db *db, const Act *a);
Err apply_case_merged(Db *db, const Act *a);
Err apply_case_reissued(Db *db, const Act *a);
Err apply_case_erased(Db *db, const Act *a);
Err apply_case_worse(Db *db, const Act *a);
Err apply_incident_added(Db *db, const Act *a);
Err apply_incident_removed(Db *db, const Act *a);
Err apply_location_added(Db *db, const Act *a);
Err apply_location_joined(Db *db, const Act *a);
Err apply_clock_started(Db *db, const Act *a);
Err apply_clock_paused(Db *db, const Act *a);
Err apply_clock_resumed(Db *db, const Act *a);
Err apply_clock_moved(Db *db, const Act *a);
Err apply_clock_met(Db *db, const Act *a);
Err apply_clock_lapsed(Db *db, const Act *a);
Err apply_clock_stopped(Db *db, const Act *a);
Err apply_silence(Db *db, const Act *a);
Err apply_proposal_made(Db *db, const Act *a);
Err apply_proposal_decided(Db *db, const Act *a);
Err apply_consent_given(Db *db, const Act *a);
Err apply_consent_withdrawn(Db *db, const Act *a);
Err apply_share_made(Db *db, const Act *a);
Err apply_share_ended(Db *db, const Act *a);
Err apply_party_added(Db *db, const Act *a);
Err apply_note_added(Db *db, const Act *a);
Err apply_message_sent(Db *db, const Act *a);
Err apply_message_read(Db *db, const Act *a);
Err apply_blob_kept(Db *db, const Act *a);
Err apply_dossier_asked(Db *db, const Act *a);
Err apply_dossier_sealed(Db *db, const Act *a);
Err apply_dossier_made(Db *db, const Act *a);
Err apply_dossier_renewed(Db *db, const Act *a);
Err apply_dossier_failed(Db *db, const Act *a);
Err apply_dossier_handled(Db *db, const Act *a);
Err apply_dossier_version(Db *db, const Act *a);
Err apply_dossier_closed(Db *db, const Act *a);
Err apply_dossier_receipt(Db *db, const Act *a);
Err apply_dossier_link_made(Db *db, const Act *a);
Err apply_dossier_link_ended(Db *db, const Act *a);
Err apply_dossier_fetched(Db *db, const Act *a);

/* Fingerprints (print.c): their key is destroyed by job "print.shred" on the case. */
Err apply_print_given(Db *db, const Act *a);
Err apply_print_ended(Db *db, const Act *a);
Err print_store_end_all(Db *db, const Act *a, Id of, Str why) NODISCARD;      /* of one report: withdrawn, lane, erased */
Err print_store_ended(Ctx *c, Id of, Id *out /* PRINTS_OF_CASE */, size_t *out_n) NODISCARD; /* those of one report that are no longer in force */
Err print_store_count(Ctx *c, Id case_id, int64_t *out) NODISCARD;
Err apply_print_matched(Db *db, const Act *a);
Err apply_print_decided(Db *db, const Act *a);
Err print_store_match_known(Ctx *c, Id print, Id other, bool *out) NODISCARD;
Err print_follow_ended(Ctx *c, const Act *a) NODISCARD;

/* Shared by the act files. */
extern const FieldDef no_fields[];
Err running_clocks(Ctx *c, Id case_id, int64_t *out) NODISCARD;
Err touch_case(Db *db, const Act *a) NODISCARD; /* touched_ms */
Err thing_kind(Ctx *c, Id id, int64_t *out) NODISCARD;
#endif
