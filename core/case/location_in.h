#ifndef KETEN_LOCATION_IN_H
#define KETEN_LOCATION_IN_H
#include "core/case/case.h"
enum { LOCATIONS_AT_ONCE = 10000 };
/* Looks a blind index up: which location it is, whether this case has it, how many other cases do. */
Err location_known(Ctx *c, Id org, Id url_key, Id case_id, LocationResult *out) NODISCARD;
#endif
