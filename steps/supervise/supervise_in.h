#ifndef KETEN_SUPERVISE_IN_H
#define KETEN_SUPERVISE_IN_H
#include "steps/supervise/supervise.h"

Err apply_check_recorded(Db *db, const Act *a);
Err apply_check_replied(Db *db, const Act *a);

enum { PLATFORMS_MAX = 4000 };
Err figures_counts(Ctx *c, Str code, Figures *out) NODISCARD;
Err figures_waits(Ctx *c, Str code, KmObs **out, size_t *out_n) NODISCARD;
/* Counts of every holder at once, for the list. */
typedef struct HolderCount { Str holder; int64_t asked, answered, silent; } HolderCount;
Err holder_counts(Ctx *c, HolderCount **out, size_t *out_n) NODISCARD;
typedef struct ResultCount { Str platform; int64_t fail, all; } ResultCount; /* newest result of each duty */
Err result_counts(Ctx *c, ResultCount **out, size_t *out_n) NODISCARD;

Date supervise_today(const Ctx *c);
bool supervise_tag_in(Str tags, Str tag);

/* Pages, in three files: the register, the card, the forms. */
Err supervise_list_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_list_csv(Ctx *ctx, const Request *req, Response *res);
Err supervise_card_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_card_csv(Ctx *ctx, const Request *req, Response *res);
Err supervise_duty_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_duty_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_reply_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_reply_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_new_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_new_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_edit_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_edit_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_end_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_contact_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_contact_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_contact_right_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_contact_end_post(Ctx *ctx, const Request *req, Response *res);
Err supervise_reports_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_reported_page(Ctx *ctx, const Request *req, Response *res);
Err supervise_reported_csv(Ctx *ctx, const Request *req, Response *res);
Err supervise_devs_csv(Ctx *ctx, const Request *req, Response *res);
enum { FACTS_FORM_N = 9, CHECK_FORM_N = 6, REPLY_FORM_N = 2 };
extern const Param supervise_facts_form[FACTS_FORM_N], supervise_check_form[CHECK_FORM_N], supervise_reply_form[REPLY_FORM_N];
/* The platform named in the path; E_MISSING when the register has none. */
Err platform_of(Ctx *ctx, const Request *req, PlatformView *out) NODISCARD;
#endif
