/* takedown.h - notices to everyone who can remove, answers, and the watch that says with proof whether it is gone. */
#ifndef KETEN_TAKEDOWN_H
#define KETEN_TAKEDOWN_H
#include "core/step/step.h"
extern const Step takedown_step;
#endif
