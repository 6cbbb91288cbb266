/* http_in.h - private to http. */
#ifndef KETEN_HTTP_IN_H
#define KETEN_HTTP_IN_H
#include "foundation/http/http.h"
Str pairs_get(const Pair *p, size_t n, const char *name); /* first value; empty when absent */
#endif
