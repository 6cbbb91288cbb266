/* case_step.h - what core/case gives to the house. */
#ifndef KETEN_CASE_STEP_H
#define KETEN_CASE_STEP_H
#include "core/case/request.h"
#include "core/step/step.h"
extern const Step case_step;
/* Due work of print.c. */
Err print_until_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err print_match_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err print_shred_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
#endif
