#ifndef KETEN_ACCESS_IN_H
#define KETEN_ACCESS_IN_H
#include "core/access/access.h"
/* Loads what access_decide needs about a person and an object. */
Err access_facts(Ctx *c, Object on, AccessFacts *out) NODISCARD;
#endif
