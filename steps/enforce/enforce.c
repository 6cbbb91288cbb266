/* enforce.c - the rules of enforce: what may happen and what it changes. */
#include "steps/enforce/enforce.h"

const Step enforce_step = { .name = "enforce" };
