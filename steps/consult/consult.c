/* consult.c - the rules of consult: what may happen and what it changes. */
#include "steps/consult/consult.h"

const Step consult_step = { .name = "consult" };
