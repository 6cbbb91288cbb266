/* desk.h - the worker's desk: the queue, the one-screen case that joins every step's panel, search. */
#ifndef KETEN_DESK_H
#define KETEN_DESK_H
#include "core/step/step.h"
extern const Step desk_step;
#endif
