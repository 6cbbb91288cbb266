/* formkit.h - what the forms of several rooms have in common: where a refusal of the rules is said, the choices of a list of codes,
 * the moment that a day stands for. Part of core/case.
 */
#ifndef KETEN_FORMKIT_H
#define KETEN_FORMKIT_H
#include "core/case/case.h"
#include "foundation/http/http.h"
#include "foundation/ui/ui.h"

typedef struct UiOption UiOption; /* foundation/ui/page/types.txt */

/* After an act was refused. OK: the reason now stands at its field when the form on this route has that field, otherwise at the form
 * as a whole; what was typed stays, and the caller sends the person back with res_again. Anything that nobody can mend by typing
 * something else (not found, no right without a reason, no room on the disk, a bug) comes back as it is. */
Err form_refused(Ctx *c, const Request *req, Err err) NODISCARD;
/* codes: ended by NULL; word gives the msgid of one. In the request's arena. */
UiOption *form_options(const Request *req, const char *const *codes, const char *(*word)(Str), size_t *out_n);
/* The first moment of a civil day, but never later than now when it is today. */
UnixMs form_day_moment(const Ctx *c, Date d);
#endif
