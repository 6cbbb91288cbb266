/* inquiry.c - the rules of inquiry: what may happen and what it changes. */
#include "steps/inquiry/inquiry.h"

const Step inquiry_step = { .name = "inquiry" };
