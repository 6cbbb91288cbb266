/* desk_second.h - a second look: another person of the team classifies a case again, without seeing what the first one chose. It does not hold up anything; what
 * differs comes back to the desk. Agreement over a year is a share with Wilson's interval and Cohen's kappa (Educ. Psychol. Meas. 20, 1960):
 * kappa = (po - pe) / (1 - pe), po the share that agrees, pe what chance alone would give from how often each code was chosen. */
#ifndef KETEN_DESK_SECOND_H
#define KETEN_DESK_SECOND_H
#include "core/desk/desk_in.h"

extern const ActDef act_second_given;
extern const Param second_form[2];
typedef struct SecondRow { Id id, case_id, by; Str ref, first, offence, age; bool agrees; UnixMs at; } SecondRow;
Act *second_give(Ctx *c, Id case_id, Str first, Str offence, Str age, bool agrees);
Err second_of_case(Ctx *c, Id case_id, SecondRow **out, size_t *out_n) NODISCARD;          /* oldest first, at most 50 */
Err second_since(Ctx *c, UnixMs since, SecondRow **out, size_t *out_n) NODISCARD;          /* of the organisation, newest first, at most 5,000 */
Err second_waiting(Ctx *c, Id team, Id user, size_t limit, CaseRow **out, size_t *out_n) NODISCARD; /* classified, open, not looked at by this person */
double second_kappa(const SecondRow *rows, size_t n);                    /* NAN when chance alone gives full agreement, or n is 0 */
Err apply_second_given(Db *db, const Act *a);
Err second_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err second_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err seconds_page(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
