/* url_in.h - private to url: the host's part. */
#ifndef KETEN_CASE_URL_IN_H
#define KETEN_CASE_URL_IN_H
#include "core/case/url.h"
/* authority: what stands between // and the path. Fills host, domain, port. */
UrlWrong url_authority(Arena *a, Str authority, Str allow, WebUrl *out);
bool url_known_suffix(Arena *a, Str host); /* the last label is a real top-level domain, or one of those set aside for tests */
#endif
