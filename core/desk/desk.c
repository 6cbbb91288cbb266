/* desk.c - the worker's desk. */
#include "core/desk/desk.h"

const Step desk_step = { .name = "desk" };
