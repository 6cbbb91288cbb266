/* account.h - the yearly account, recomputed from the record. */
#ifndef KETEN_ACCOUNT_H
#define KETEN_ACCOUNT_H
#include "core/step/step.h"
extern const Step account_step;
#endif
