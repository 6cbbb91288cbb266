/* house.h - every room once: the list from which each program takes what it needs. */
#ifndef KETEN_HOUSE_H
#define KETEN_HOUSE_H
#include "core/step/step.h"

extern const Step *const house_steps[];                          /* ended by NULL */
const ActDef *const *house_acts(Arena *a);                       /* all act kinds, ended by NULL */
const LapseKind *const *house_lapse(Arena *a);
HolderName *house_holder_name(void);                             /* of the one room that keeps a register of recipients */
const JobKind *house_jobs(Arena *a, size_t *out_n);
const CasePanel *house_panels(Arena *a, size_t *out_n);          /* by place, then rank */
const HomePart *house_home(Arena *a, size_t *out_n);
const StepForm *house_forms(Arena *a, size_t *out_n);
const NavItem *house_nav(Arena *a);                              /* ended by word NULL */
#endif
