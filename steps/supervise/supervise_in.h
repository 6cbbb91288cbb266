#ifndef KETEN_SUPERVISE_IN_H
#define KETEN_SUPERVISE_IN_H
#include "steps/supervise/supervise.h"

Err apply_platform_kept(Db *db, const Act *a);
Err apply_platform_ended(Db *db, const Act *a);
Err apply_check_recorded(Db *db, const Act *a);
Err apply_check_replied(Db *db, const Act *a);

enum { PLATFORMS_MAX = 4000 };
/* Rows of platform_hand with their texts opened. code empty: all. */
typedef struct HandRow { Id id, org; Str code; PlatformFacts f; UnixMs made, changed, ended; Err err; } HandRow;
Err hand_rows(Ctx *c, Str code, HandRow **out, size_t *out_n) NODISCARD;
Err figures_counts(Ctx *c, Str code, Figures *out) NODISCARD;
Err figures_waits(Ctx *c, Str code, KmObs **out, size_t *out_n) NODISCARD;
/* Counts of every holder at once, for the list. */
typedef struct HolderCount { Str holder; int64_t asked, answered, silent; } HolderCount;
Err holder_counts(Ctx *c, HolderCount **out, size_t *out_n) NODISCARD;
typedef struct ResultCount { Str platform; int64_t fail, all; } ResultCount; /* newest result of each duty */
Err result_counts(Ctx *c, ResultCount **out, size_t *out_n) NODISCARD;

Date today(const Ctx *c);
bool tag_in(Str tags, Str tag);

/* Pages, in three files: the register, the card, the forms. */
Err list_page(Ctx *ctx, const Request *req, Response *res);
Err list_csv(Ctx *ctx, const Request *req, Response *res);
Err card_page(Ctx *ctx, const Request *req, Response *res);
Err card_csv(Ctx *ctx, const Request *req, Response *res);
Err duty_page(Ctx *ctx, const Request *req, Response *res);
Err duty_post(Ctx *ctx, const Request *req, Response *res);
Err reply_page(Ctx *ctx, const Request *req, Response *res);
Err reply_post(Ctx *ctx, const Request *req, Response *res);
Err new_page(Ctx *ctx, const Request *req, Response *res);
Err new_post(Ctx *ctx, const Request *req, Response *res);
Err edit_page(Ctx *ctx, const Request *req, Response *res);
Err edit_post(Ctx *ctx, const Request *req, Response *res);
Err end_post(Ctx *ctx, const Request *req, Response *res);
Err contact_page(Ctx *ctx, const Request *req, Response *res);
Err contact_post(Ctx *ctx, const Request *req, Response *res);
Err contact_right_post(Ctx *ctx, const Request *req, Response *res);
Err contact_end_post(Ctx *ctx, const Request *req, Response *res);
enum { FACTS_FORM_N = 9, CHECK_FORM_N = 6, REPLY_FORM_N = 2, CONTACT_FORM_N = 9 };
extern const Param facts_form[FACTS_FORM_N], check_form[CHECK_FORM_N], reply_form[REPLY_FORM_N], contact_form[CONTACT_FORM_N];
/* The platform named in the path; E_MISSING when the register has none. */
Err platform_of(Ctx *ctx, const Request *req, PlatformView *out) NODISCARD;
Str text_in(const LawText t, Lang lang);
#endif
