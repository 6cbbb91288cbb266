#ifndef KETEN_PLATFORM_IN_H
#define KETEN_PLATFORM_IN_H
#include "core/case/platform.h"

Err apply_platform_kept(Db *db, const Act *a);
Err apply_platform_ended(Db *db, const Act *a);
enum { PLATFORMS_MAX = 4000 };
/* Rows of platform_hand with their texts opened. code empty: all. */
typedef struct HandRow { Id id, org; Str code; PlatformFacts f; UnixMs made, changed, ended; Err err; } HandRow;
Err hand_rows(Ctx *c, Str code, HandRow **out, size_t *out_n) NODISCARD;
#endif
