/* bank_pages_in.h - inside core/bank: what its pages share. */
#ifndef KETEN_BANK_PAGES_IN_H
#define KETEN_BANK_PAGES_IN_H
#include "core/bank/bank_door.h"
#include "core/bank/bank_in.h"
#include "core/bank/bank_room_page.h"
#include "core/step/step.h"

const char *bank_state_word(Str state, UiState *out);
Str bank_signal_word(const UiCtx *ui, Str signal);
Str bank_quality_word(const UiCtx *ui, int64_t quality);
UiEntry bank_entry_ui(Ctx *c, const UiCtx *ui, const BankEntry *e, int distance /* below 0: not asked */);

extern const Param bank_decide_form[1], copies_form[2], family_form[3], found_form[3], list_new_form[8], list_file_form[1], list_button[1];
Err bank_page(Ctx *c, const Request *req, Response *res);
Err bank_entry_page(Ctx *c, const Request *req, Response *res);
Err bank_entry_post(Ctx *c, const Request *req, Response *res);
Err bank_proof(Ctx *c, const Request *req, Response *res);
Err lists_page(Ctx *c, const Request *req, Response *res);
Err lists_post(Ctx *c, const Request *req, Response *res);
Err list_page(Ctx *c, const Request *req, Response *res);
Err list_file_post(Ctx *c, const Request *req, Response *res);
Err list_read_post(Ctx *c, const Request *req, Response *res);
Err list_end_post(Ctx *c, const Request *req, Response *res);
Err copies_page(Ctx *c, const Request *req, Response *res);
Err copies_post(Ctx *c, const Request *req, Response *res);
Err copy_words(Ctx *c, const UiCtx *ui, const CopyRow *m, Str *out_where, bool *out_here, Str *out_verdict) NODISCARD; /* the address, whether it is one of the case, and what was last seen there */
Str copy_quality(const UiCtx *ui, int64_t quality);
Err family_page(Ctx *c, const Request *req, Response *res);
Err family_post(Ctx *c, const Request *req, Response *res);
Err found_page(Ctx *c, const Request *req, Response *res);
Err found_post(Ctx *c, const Request *req, Response *res);
Err entry_asked(Ctx *c, const Request *req, BankEntry *out) NODISCARD;
Err copies_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out);
#endif
