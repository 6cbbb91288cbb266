/* template.h - the words around a notice, per kind of recipient and language. Private to this room.
 *
 * A template is text. A line that is one block in braces ({locations}) is replaced by that part of the notice, which the house writes from the law data and
 * from what the worker chose; {ref}, {who} and {when} may stand within a line. All else is the organisation's own words. A template that leaves out a part
 * that the law wants (DSA 16(2)) or that an answer needs is refused, with the part named; so is a block that does not exist. Without one, the words of the
 * house are used. Each saving is an act and a version; a notice names the version that it was made with.
 */
#ifndef KETEN_TAKEDOWN_TEMPLATE_H
#define KETEN_TAKEDOWN_TEMPLATE_H
#include "foundation/http/http.h"
#include "steps/takedown/takedown_in.h"

enum { TEMPLATE_MAX = 16000, TEMPLATE_FORM_N = 2 };
extern const char *const template_types[];                               /* rungs that take mail, "any" and "reminder"; ended by NULL */
typedef struct TemplateRow { Id id, org, by; Str type, lang, body_sealed; int64_t version; UnixMs made, ended; Str body; /* after template_open */ } TemplateRow;

Str template_default(bool minor);                                        /* the order of blocks that the house uses */
/* E_INPUT: *out_msgid says what is wrong, *out_what names the block. */
Err template_check(const Ctx *c, Str type, Str body, const char **out_msgid, Str *out_what) NODISCARD;
/* What a notice of this form to this rung is made with: its own, that of "any", or E_MISSING: the house's. */
Err template_for(Ctx *c, Str form, Str rung, Str lang, TemplateRow *out) NODISCARD;
Err template_newest(Ctx *c, Str type, Str lang, TemplateRow *out) NODISCARD;    /* in force; E_MISSING */
Err template_versions(Ctx *c, Str type, Str lang, TemplateRow **out, size_t *out_n) NODISCARD; /* newest first, at most 50 */
Err template_open(Ctx *c, TemplateRow *t) NODISCARD;
Err template_notice(Ctx *c, Str rung, Str lang, NoticeRow *out, size_t max, size_t *out_n) NODISCARD; /* the newest notices to that kind of recipient, to show it with */

Act *template_save(Ctx *c, Str type, Str lang, int64_t version, Str body);
Act *template_end(Ctx *c, const TemplateRow *t);
extern const ActDef act_template_saved, act_template_ended;
Err apply_template_saved(Db *db, const Act *a);
Err apply_template_ended(Db *db, const Act *a);

extern const Param template_form[TEMPLATE_FORM_N];
Err template_list_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err template_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err template_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err template_end_post(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
