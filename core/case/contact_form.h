/* contact_form.h - the form with which a contact point is recorded: supervise has it for platforms, consult for bodies. Who may, and
 * where the person goes afterwards, is the caller's. Part of core/case.
 */
#ifndef KETEN_CONTACT_FORM_H
#define KETEN_CONTACT_FORM_H
#include "core/case/contact.h"
#include "core/case/formkit.h"

typedef struct UiCrumb UiCrumb;

enum { CONTACT_FORM_N = 9 };
extern const Param contact_form[CONTACT_FORM_N];
/* The whole page. crumbs end with title. */
void contact_form_page(const Request *req, Response *res, Str title, const UiCrumb *crumbs, size_t crumbs_n, Url action);
/* Records what was typed. *out_done false: something is wrong, it stands at its field, and the person goes back to the form. */
Err contact_form_post(Ctx *c, const Request *req, Str of /* platform body */, Str holder, bool *out_done) NODISCARD;
#endif
