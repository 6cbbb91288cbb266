/* consult.h - bodies and their contact points, consultations, commitments. */
#ifndef KETEN_CONSULT_H
#define KETEN_CONSULT_H
#include "core/step/step.h"
extern const Step consult_step;
#endif
