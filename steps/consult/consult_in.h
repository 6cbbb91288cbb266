#ifndef KETEN_CONSULT_IN_H
#define KETEN_CONSULT_IN_H
#include "core/case/contact_form.h"
#include "steps/consult/consult.h"

Err apply_consult_planned(Db *db, const Act *a);
Err apply_consult_moved(Db *db, const Act *a);
Err apply_consult_cancelled(Db *db, const Act *a);
Err apply_consult_minutes(Db *db, const Act *a);
Err apply_seat_invited(Db *db, const Act *a);
Err apply_seat_attended(Db *db, const Act *a);
Err apply_item_added(Db *db, const Act *a);
Err apply_item_removed(Db *db, const Act *a);
Err apply_commitment_made(Db *db, const Act *a);
Err apply_commitment_moved(Db *db, const Act *a);
Err apply_commitment_decided(Db *db, const Act *a);
Err apply_commitment_overdue(Db *db, const Act *a);

/* Counts and codes out of the record of the person's organisation. */
Err record_lapses(Ctx *c, UnixMs since, ItemRow **out, size_t *out_n) NODISCARD;
Err record_stalls(Ctx *c, ItemRow **out, size_t *out_n) NODISCARD;
Err record_refusals(Ctx *c, UnixMs since, ItemRow **out, size_t *out_n) NODISCARD;
Err record_overdue(Ctx *c, int64_t *out) NODISCARD;
Err consult_last(Ctx *c, UnixMs before, UnixMs *out) NODISCARD; /* day of the organisation's last consultation before that; 0: none */

Date consult_today(const Ctx *c);
int consult_code_at(const char *const *codes, Str code); /* -1: not among them */
extern const HomePart consult_home;
extern const JobKind consult_jobs[];
enum { CONSULT_JOBS_N = 1 };
enum { READERS = R_WORKER | R_LEAD | R_ANALYST | R_INSPECTOR, MAKERS = R_ANALYST | R_LEAD, CONTACT_KEEPERS = R_ANALYST | R_LEAD | R_ADMIN };

/* ---- pages: the directory ---- */
Err consult_bodies_page(Ctx *ctx, const Request *req, Response *res);
Err consult_bodies_csv(Ctx *ctx, const Request *req, Response *res);
Err consult_body_page(Ctx *ctx, const Request *req, Response *res);
Err consult_body_contact_page(Ctx *ctx, const Request *req, Response *res);
Err consult_body_contact_post(Ctx *ctx, const Request *req, Response *res);
Err consult_body_contact_right(Ctx *ctx, const Request *req, Response *res);
Err consult_body_contact_end(Ctx *ctx, const Request *req, Response *res);
/* ---- pages: consultations ---- */
Err consults_page(Ctx *ctx, const Request *req, Response *res);
Err consult_new_page(Ctx *ctx, const Request *req, Response *res);
Err consult_new_post(Ctx *ctx, const Request *req, Response *res);
Err consult_page(Ctx *ctx, const Request *req, Response *res);
Err consult_move_post(Ctx *ctx, const Request *req, Response *res);
Err consult_cancel_post(Ctx *ctx, const Request *req, Response *res);
Err consult_invite_post(Ctx *ctx, const Request *req, Response *res);
Err consult_attend_post(Ctx *ctx, const Request *req, Response *res);
Err consult_item_post(Ctx *ctx, const Request *req, Response *res);
Err consult_fill_post(Ctx *ctx, const Request *req, Response *res);
Err consult_item_remove_post(Ctx *ctx, const Request *req, Response *res);
Err consult_minutes_page(Ctx *ctx, const Request *req, Response *res);
Err consult_minutes_post(Ctx *ctx, const Request *req, Response *res);
Err consult_commitment_post(Ctx *ctx, const Request *req, Response *res);
Err consult_follow_page(Ctx *ctx, const Request *req, Response *res);
Err consult_follow_post(Ctx *ctx, const Request *req, Response *res);
Err consult_commitments_page(Ctx *ctx, const Request *req, Response *res);

enum { PLAN_FORM_N = 6, MOVE_FORM_N = 1, INVITE_FORM_N = 2, ATTEND_FORM_N = 2, ITEM_FORM_N = 1, MINUTES_FORM_N = 1, COMMIT_FORM_N = 3, FOLLOW_FORM_N = 3, NO_FORM_N = 1 };
extern const Param consult_plan_form[PLAN_FORM_N], consult_move_form[MOVE_FORM_N], consult_invite_form[INVITE_FORM_N], consult_attend_form[ATTEND_FORM_N], consult_item_form[ITEM_FORM_N],
    consult_minutes_form[MINUTES_FORM_N], consult_commit_form[COMMIT_FORM_N], consult_follow_form[FOLLOW_FORM_N], consult_no_form[NO_FORM_N];
/* Who may not read a consultation does not learn that it exists. */
Err consult_may(Ctx *ctx, const char *action, Id consult) NODISCARD;
#endif
