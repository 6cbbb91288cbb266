/* pages_in.h - the page files of this room among each other. */
#ifndef KETEN_TAKEDOWN_PAGES_IN_H
#define KETEN_TAKEDOWN_PAGES_IN_H
#include "foundation/ui/ui_page.h"
#include "steps/takedown/takedown_in.h"

/* ---- forms and handlers; their table is in takedown.c ---- */
extern const Param recipient_form[7], notice_form[17], rule_form[9], recipient_profile_form[6], notice_withdraw_form[2], notice_record_form[7], answer_form[6];
Err recipient_list_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_new_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_new_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_post(Ctx *c, const Request *req, Response *res) NODISCARD;
typedef struct TplTakedownRecipient TplTakedownRecipient;
Err recipient_register(Ctx *c, const Request *req, const RecipientRow *r, TplTakedownRecipient *t) NODISCARD; /* recipient_register.c: the rest of its page */
extern const HomePart takedown_home;
Err recipient_contact_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_contact_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_contact_right_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_contact_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_confirm_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_profile_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_list_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_new_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_new_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err rule_restore_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err lookup_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err lookup_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err lookup_proof(Ctx *c, const Request *req, Response *res) NODISCARD;
Err recipient_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_compose_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_compose_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_withdraw_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_link_off_post(Ctx *c, const Request *req, Response *res) NODISCARD;
extern const Param mail_sort_form[2], mail_aside_form[1], mail_many_form[2];
Err mail_list_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_raw_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_sort_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_aside_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_back_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_many_post(Ctx *c, const Request *req, Response *res) NODISCARD;
typedef struct TplTakedownNotice TplTakedownNotice;
Err mails_came(Ctx *c, const UiCtx *ui, const NoticeRow *n, TplTakedownNotice *t) NODISCARD;
Err mail_went_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err mail_again_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_record_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_record_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err notice_watch_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_door_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_door_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_list_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_list_post(Ctx *c, const Request *req, Response *res) NODISCARD;
extern const Param answer_file_form[2];
Err answer_csv_page(Ctx *c, const Request *req, Response *res) NODISCARD; /* answer_file.c: the items as a list, and a list in place of the form */
Err answer_json_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_file_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err answer_notice(Ctx *c, NoticeRow *out, LinkState *out_link) NODISCARD; /* that the link in use is for */
Err answer_urls(Ctx *c, const RequestRow *rows, size_t n, Str **out) NODISCARD;
bool answer_may(const Ctx *c, const NoticeRow *n, const RequestRow *r);
Err answer_done_page(Ctx *c, const Request *req, Response *res) NODISCARD;

size_t rung_options(const Ctx *c, const UiCtx *ui, UiOption *out, size_t max);
Err notices_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out);
Str answer_words(const UiCtx *ui, const RequestRow *r);                  /* what was answered last; empty: nothing */
void request_chip(const RequestRow *r, const ClockRow *clocks, size_t n, UiState *out_state, const char **out_word);
#endif
