/* supervise.h - platforms: the register, and what the record says of each. */
#ifndef KETEN_SUPERVISE_H
#define KETEN_SUPERVISE_H
#include "core/step/step.h"
extern const Step supervise_step;
#endif
