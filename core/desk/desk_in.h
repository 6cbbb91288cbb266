/* desk_in.h - inside the desk: words of codes, one way back after an act, and the parts of the case page. */
#ifndef KETEN_DESK_IN_H
#define KETEN_DESK_IN_H
#include "core/case/print.h"
#include "core/case/request.h"
#include "core/case/url.h"
#include "core/desk/desk.h"
#include "core/desk/desk_page.h"
#include "core/law/law.h"

enum { LEASE_MS = 20 * 60 * 1000, LEASE_RENEW_MS = 10 * 60 * 1000, QUEUE_PAGE = 50, LINKS_PAGE = 50, TIME_PAGE = 40, LANES_MAX = 60, CLOCKS_ON_PAGE = 200 };

/* ---- desk_words.c: codes of the record, in the reader's language ---- */
const char *desk_word(const char *list, Str code);              /* msgid; NULL when the list does not have it */
Str desk_say(const UiCtx *ui, const char *list, Str code);      /* the word, or the code itself made readable */
Str desk_say_all(const UiCtx *ui, const char *list, Str codes); /* comma-separated codes become "a, b" */
Str desk_offence(Ctx *c, const UiCtx *ui, Str code);            /* name of the law data */
Str desk_duty(Ctx *c, const UiCtx *ui, Str duty);
Str desk_holder(Ctx *c, const UiCtx *ui, Str holder);           /* platform, authority, or the code */
Str desk_rung(Ctx *c, const UiCtx *ui, Str rung);
Str desk_form(Ctx *c, const UiCtx *ui, Str form);
Str desk_platform(Ctx *c, const UiCtx *ui, Str platform);       /* "unknown platform" when empty */
Str desk_text(const UiCtx *ui, const LawText t);
Str desk_user(Ctx *c, Id user);                                 /* display name, empty when unknown */
const LawNext *desk_next(Ctx *c, Str duty, Str step);           /* what the lapse of a duty opens; NULL when the law data has it no more */
UiState desk_verdict_state(Str verdict);

/* ---- desk_event.c: the record as sentences ---- */
Str desk_sentence(Ctx *c, const UiCtx *ui, const Event *e);
/* whole: with what the house did by itself beside an act, and a proof each. */
Err desk_timeline(Ctx *c, const UiCtx *ui, Id case_id, int64_t before, size_t limit, bool whole, UiTime **out, size_t *out_n, int64_t *out_next) NODISCARD;

/* ---- desk_chain.c ---- */
Err desk_chain(Ctx *c, const UiCtx *ui, const CaseRow *k, bool links, Html *out) NODISCARD; /* links false: without addresses */

/* ---- desk_store.c ---- */
Err desk_teams(Ctx *c, TeamRow **out, size_t *out_n) NODISCARD; /* teams this person is a member of, oldest first */
typedef struct ShareRow { Id id, object, to_org; int64_t kind; Str purpose, scope, org_name; UnixMs from, until, ended; } ShareRow;
Err desk_shares(Ctx *c, Id case_id, ShareRow **out, size_t *out_n) NODISCARD;

typedef struct Sealed { int64_t notes, messages, unread; } Sealed;
Err desk_sealed(Ctx *c, Id case_id, Sealed *out) NODISCARD;
Err desk_also(Ctx *c, const CaseRow *k, Id location, int64_t *out) NODISCARD;

Err desk_cases_of_url(Ctx *c, Id key, size_t limit, Id **out, size_t *out_n) NODISCARD;
Err desk_cases_of_host(Ctx *c, Id key, size_t limit, Id **out, size_t *out_n) NODISCARD;

typedef struct Twin { Id id; Str ref; int64_t shared; } Twin;
Err desk_twins(Ctx *c, const CaseRow *k, size_t limit, Twin **out, size_t *out_n) NODISCARD;
Err desk_shared_links(Ctx *c, Id one, Id other, int64_t *out) NODISCARD;
typedef struct ObjectRow { Id id; int64_t kind; UnixMs at; } ObjectRow;
Err desk_objects(Ctx *c, Id case_id, size_t limit, ObjectRow **out, size_t *out_n) NODISCARD;
typedef struct ReferralRow { Str to, way; int64_t links; Id by; UnixMs at; } ReferralRow;
Err apply_case_referred(Db *db, const Act *a) NODISCARD;
Err desk_referrals(Ctx *c, Id case_id, ReferralRow **out, size_t *out_n) NODISCARD;

typedef struct SharedRow { Id case_id; Str ref, from, purpose, scope; UnixMs since, until; } SharedRow;
/* Cases themselves that run as shared with this person's organisation; only_case: that one, none for all. */
Err desk_shared(Ctx *c, Id only_case, SharedRow **out, size_t *out_n) NODISCARD;

/* ---- desk.c ---- */
/* Commits; a case that this person has in hand stays in hand (the lease is renewed with the act). */
Err desk_commit(Ctx *c, const CaseRow *k, Id form_act, Act **acts, size_t n) NODISCARD;
void desk_name_acts(Id form_act, Act **acts, size_t n);         /* ids made from the form's act id: sent twice, all of them happen once */
bool desk_mine(const Ctx *c, const CaseRow *k);                 /* in this person's hand now */
/* After a button of the case page: done, or the refusal in words on the case page. Other errors go up. */
Err desk_back(Ctx *c, const Request *req, Response *res, Id case_id, Err err, const char *done) NODISCARD;
Err desk_case_of(Ctx *c, const Request *req, CaseRow *out) NODISCARD;
/* What people wrote is shown to whoever has the case in hand, or has said in the last 20 minutes that they read it: both are acts. */
Err desk_reads(Ctx *c, const CaseRow *k, bool *out) NODISCARD;
Str desk_url_words(const LocationRow *l);                       /* the address without its scheme; empty when it cannot be read */
extern const Param desk_button[1];                              /* the form of a button: what the page showed, so that a colleague's change is noticed */

/* ---- desk_panels.c ---- */
enum { DESK_PANELS = 13 };
extern const CasePanel desk_panels[DESK_PANELS];
UiState desk_clock_state(const Ctx *c, const ClockRow *k);
Url desk_step_url(const Ctx *c, const UiCtx *ui, const ProposalRow *p, const LawNext *n); /* empty: no page makes this form */
TplDeskPNotesRows desk_note(Ctx *c, const UiCtx *ui, const NoteRow *row, size_t cut);    /* cut 0: whole */

/* ---- handlers ---- */
Err queue_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err keys_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err keys_set(Ctx *c, const Request *req, Response *res) NODISCARD;
Err case_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err record_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err proof_file(Ctx *c, const Request *req, Response *res) NODISCARD;
Err claim_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err release_post(Ctx *c, const Request *req, Response *res) NODISCARD;

/* ---- desk_forms.c, desk_talk.c, desk_clocks.c ---- */
UiOption *desk_options(const UiCtx *ui, const char *list, const char *const *codes, size_t *out_n);
Url desk_url(const UiCtx *ui, const CaseRow *k, const char *rest); /* rest: "/links" or "" */
Err desk_again(const Request *req, Response *res) NODISCARD;
extern const Param lane_form[3], risk_form[3], classify_form[13], incident_form[1], consent_form[3], note_form[2], message_form[1], proposal_form[2];
Err lane_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err lane_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err risk_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err risk_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err classify_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err classify_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err unclassify_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err consent_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err consent_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err note_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err note_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notes_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err message_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err message_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err messages_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err read_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err clocks_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err proposal_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err proposal_post(Ctx *c, const Request *req, Response *res) NODISCARD;
/* ---- desk_photos.c ---- */
extern const Param photos_form[PRINT_FIELDS + 1], photos_end_form[1], photos_same_form[2];
Err photos_same_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err photos_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err photos_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err photos_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err photos_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) NODISCARD;
/* ---- desk_links.c, desk_search.c ---- */
extern const Param links_form[2];
Err links_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err links_add_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err links_add_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err links_check_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err links_check_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err search_page(Ctx *c, const Request *req, Response *res) NODISCARD;

/* ---- desk_manage.c, desk_merge.c, desk_share.c, desk_refer.c ---- */
extern const ActDef act_case_referred, act_share_opened;
extern const ActDef *const desk_acts[];
extern const Param close_form[1], reopen_form[1], withdraw_form[1], erase_form[2], code_form[5], merge_form[1], share_form[4], share_end_form[1], refer_form[2];
Str desk_helper(Ctx *c, const UiCtx *ui, Str code);             /* hotline or helper of the referral directory */
Err manage_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) NODISCARD;
Err twins_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) NODISCARD;
Err decide_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err decide_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err code_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err code_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err code_given_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err code_given_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err merge_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err merge_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err share_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err share_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err share_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err refer_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err refer_post(Ctx *c, const Request *req, Response *res) NODISCARD;

/* ---- desk_shared.c ---- */
Str desk_facets(Ctx *c, const UiCtx *ui, const IncidentRow *i);
Err shared_list(Ctx *c, const Request *req, Response *res) NODISCARD;
Err shared_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err shared_open(Ctx *c, const Request *req, Response *res) NODISCARD;
Err apply_share_opened(Db *db, const Act *a) NODISCARD;
#endif
