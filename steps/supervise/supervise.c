/* supervise.c - the rules of supervise: what may happen and what it changes. */
#include "steps/supervise/supervise.h"

const Step supervise_step = { .name = "supervise" };
