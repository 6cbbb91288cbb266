/* enforce.h - filings at bodies that can act: proposed with reasons from the law data, made from the case, signed by a person, in
 * the form that starts a clock; and what comes of them: receipt, visible act, decision, refusal with its reason, transfer, each a
 * fact of its own. The authority's own people work on the same filing when they are on this server (inbox).
 *
 * The letter is a list of parts, one for each required content of the form (law data, table contents); a filing cannot be
 * signed while a part that the law asks for is empty, nor without the reporter's yes, nor a notice of default before its term is over.
 * Sources: Awb 2:1, 2:3, 4:13-4:20, 6:12, 9:1; DSA 53; AVG 77; see law/forms.csv and law/contents.csv.
 */
#ifndef KETEN_ENFORCE_H
#define KETEN_ENFORCE_H
#include "core/case/dossier.h"
#include "core/case/request.h"
#include "core/law/law.h"
#include "core/step/step.h"

extern const Step enforce_step;

enum { FILING_PARTS_MAX = 24, FILING_BODY_MAX = 120000 };
typedef struct FilingRow {
    Id id, case_id, org, about, dossier, to_org, request, letter, signed_by;
    Str ref, authority, form, offence, platform, country, lang, state, channel, body_sealed, mail_sealed;
    UnixMs made, signed_at, sent, opened, promised;
    Str body, mail; /* after filing_open; empty when erased */
} FilingRow;
typedef struct FilingPart { Str element; const LawContent *content; Str text; bool needed; } FilingPart;
typedef struct FilingActRow { Id id, by_org; bool by_authority; UnixMs at, on, until; Str what, outcome, reason, text_sealed, text; } FilingActRow;

/* What either side may record on a filing, and what it does: table filing_whats in enforce.c. */
typedef struct FilingWhat { const char *code; const char *word; RequestWhat request; bool authority, desk; bool asks_date, asks_outcome, asks_reason, asks_text; } FilingWhat;
extern const FilingWhat filing_whats[]; /* ended by code NULL */

Err filing_by_id(Ctx *c, Id id, FilingRow *out) NODISCARD;
Err filing_of_case(Ctx *c, Id case_id, FilingRow **out, size_t *out_n) NODISCARD;
Err filing_open(Ctx *c, FilingRow *f) NODISCARD;                          /* fills body and mail */
/* The letter's parts in the order of the law, with the text of the body. */
Err filing_parts(Ctx *c, const FilingRow *f, FilingPart **out, size_t *out_n) NODISCARD;
void filing_body_write(const FilingPart *parts, size_t n, Buf *out);      /* the body that a list of parts makes */

/* ---- acts ---- */
typedef struct FilingNew { Id case_id, about, dossier; Str authority, form, offence, platform, country, lang, body, mail; } FilingNew;
Act *filing_draft(Ctx *c, Id act_id, const FilingNew *n);
Act *filing_edit(Ctx *c, const FilingRow *f, Str body, Str mail, Id dossier);
/* Everything that signing does, to be committed together: filing.signed, request.made, the share for an authority on this server. */
Err filing_sign(Ctx *c, const FilingRow *f, Str channel, Act ***out_acts, size_t *out_n) NODISCARD;
/* What signing refuses, as a msgid with the field it is about; NULL when it may be signed. */
/* Of a filing about an earlier one (a notice of default): that the end of the term it is about is in doubt, and until when to wait; empty: it is not. */
Str filing_doubt(Ctx *c, const FilingRow *f, Lang lang);
const char *filing_wrong(Ctx *c, const FilingRow *f, const FilingPart *parts, size_t n, const char **out_field);
typedef struct FilingEvent { Str what, outcome, reason, text; UnixMs on, until; } FilingEvent;
/* One visible act with what it does to the request and the clocks. by_authority: recorded by the authority itself. */
Err filing_record(Ctx *c, const FilingRow *f, const FilingEvent *e, bool by_authority, Act ***out_acts, size_t *out_n) NODISCARD;
/* Sent: clocks start as the law says. Used by the job and by "I sent it myself". */
Err filing_sent(Ctx *c, const FilingRow *f, UnixMs on, Id letter, Act ***out_acts, size_t *out_n) NODISCARD;

/* Whole days since it was sent without any visible act; -1 once there was one, or when it is over. */
int64_t filing_days_silent(Ctx *c, const FilingRow *f, const RequestRow *r);
#endif
