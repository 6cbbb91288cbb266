/* enforce.h - when a clock lapses: filings at the body that is competent, and what comes of them. */
#ifndef KETEN_ENFORCE_H
#define KETEN_ENFORCE_H
#include "core/step/step.h"
extern const Step enforce_step;
#endif
