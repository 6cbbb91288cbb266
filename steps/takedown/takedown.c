/* takedown.c - the rules of takedown: what may happen and what it changes. */
#include "steps/takedown/takedown.h"

const Step takedown_step = { .name = "takedown" };
