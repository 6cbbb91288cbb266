/* enforce_in.h - shared inside steps/enforce only. */
#ifndef KETEN_ENFORCE_IN_H
#define KETEN_ENFORCE_IN_H
#include "core/case/dossier_version.h"
#include "core/case/formkit.h"
#include "steps/enforce/enforce.h"

/* types of foundation/ui's pieces, made from their templates */
typedef struct UiTime UiTime;
typedef struct UiItem UiItem;

extern const ActDef act_filing_drafted, act_filing_edited, act_filing_signed, act_filing_sent, act_filing_seen, act_filing_recorded, act_filing_answered, act_filing_withdrawn;
extern const ActDef *const enforce_acts[];
Err filing_send_job(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) NODISCARD;

Err filing_yes(Ctx *c, const FilingRow *f, bool *out) NODISCARD; /* does the reporter's yes to filing at this body hold now */

/* store */
Err apply_filing_drafted(Db *db, const Act *a);
Err apply_filing_edited(Db *db, const Act *a);
Err apply_filing_signed(Db *db, const Act *a);
Err apply_filing_sent(Db *db, const Act *a);
Err apply_filing_seen(Db *db, const Act *a);
Err apply_filing_recorded(Db *db, const Act *a);
Err apply_filing_withdrawn(Db *db, const Act *a);
Err filing_acts(Ctx *c, Id filing, FilingActRow **out, size_t *out_n) NODISCARD;
typedef struct InboxFilter { Id org; Str state /* open waiting decided or empty */; } InboxFilter;
Err filing_inbox(Ctx *c, const InboxFilter *f, size_t skip, size_t limit, FilingRow **out, size_t *out_n, int64_t *out_all) NODISCARD;
Err filing_case_ref(Ctx *c, Id case_id, Str *out) NODISCARD;

/* text.c: what the record can already say, in the letter's language */
Err filing_prefill(Ctx *c, const FilingNew *n, FilingPart *parts, size_t parts_n) NODISCARD;
Str filing_holder_name(Ctx *c, Str authority, Lang lang);
Str filing_form_name(Ctx *c, Str form, Lang lang);
Str filing_form_title(Ctx *c, Str form, Lang lang);
Date enforce_today(const Ctx *c);

/* work.c: the letter as a document */
Err filing_document(Ctx *c, FilingRow *f, Str *out_pdf) NODISCARD;

/* words and pieces of pages (enforce_pages.c) */
const char *filing_what_word(Str code);
const char *filing_outcome_word(Str code);
const char *filing_reason_word(Str code);
const char *filing_kind_word(Str kind);
const char *filing_clock_word(Str state);
UiState filing_clock_state(Str state);
UiState filing_state(const FilingRow *f, const RequestRow *r);
const char *filing_state_word(const FilingRow *f, const RequestRow *r);
Url filing_url(Ctx *c, const FilingRow *f);
const char *filing_hex_z(Ctx *c, Id id);
UnixMs filing_day_instant(Ctx *c, Date d);
Err filing_of_request(Ctx *c, const Request *req, FilingRow *out) NODISCARD;      /* of the arguments {case} and {filing} */
Err filing_request(Ctx *c, const FilingRow *f, RequestRow *r, const RequestRow **out) NODISCARD; /* NULL before it was signed */
Err filing_letter_of(Ctx *c, const FilingRow *f, Id *out) NODISCARD;
Err filing_timeline(Ctx *c, const UiCtx *ui, const FilingRow *f, UiTime **out, size_t *out_n) NODISCARD;
Err filing_facts(Ctx *c, const UiCtx *ui, const FilingRow *f, const RequestRow *r, UiItem **out, size_t *out_n) NODISCARD;
Err filing_letter_items(Ctx *c, const UiCtx *ui, const FilingRow *f, UiItem **out, size_t *out_n) NODISCARD;
UiOption *filing_targets(Ctx *c, const UiCtx *ui, size_t *out_n);
UiOption *filing_what_options(Ctx *c, const UiCtx *ui, bool authority, size_t *out_n);
UiOption *filing_outcome_options(Ctx *c, const UiCtx *ui, size_t *out_n);
UiOption *filing_reason_options(Ctx *c, const UiCtx *ui, size_t *out_n);
Err filing_event_from(Ctx *c, Form *f, FilingEvent *out);
/* Back to the filing with the reason of a refusal; field: the one it belongs to, NULL: the one that the rules named. */
Err filing_back(Ctx *c, const Request *req, Response *res, const FilingRow *f, Err err, const char *field, const char *anchor) NODISCARD;
extern const Param filing_new_form[6], filing_draft_form[26], filing_sign_form[1], filing_sent_form[1], filing_event_form[7];

/* handlers */
Err filing_choose_page(Ctx *c, const Request *req, Response *res);
Err filing_new_post(Ctx *c, const Request *req, Response *res);
Err filing_save_post(Ctx *c, const Request *req, Response *res);
Err filing_sign_post(Ctx *c, const Request *req, Response *res);
Err filing_show_page(Ctx *c, const Request *req, Response *res);
Err inbox_list(Ctx *c, const Request *req, Response *res);
Err inbox_open(Ctx *c, const Request *req, Response *res);
Err inbox_page(Ctx *c, const Request *req, Response *res);
Err inbox_act(Ctx *c, const Request *req, Response *res);
Err inbox_letter(Ctx *c, const Request *req, Response *res);
Err inbox_dossier(Ctx *c, const Request *req, Response *res);
Err filing_dossier_replaced(Ctx *c, Id file, bool *out) NODISCARD; /* its dossier had to make way for a version after an objection */
Err filing_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out);
enum { FILING_FILE_MAX = 64 << 20 };
#endif
