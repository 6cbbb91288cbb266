/* watch_words.h - what pages say when the thing is gone, behind a login, an age gate, a wall for robots, for sale, or closed for a while. Lists end with NULL. */
#ifndef KETEN_WATCH_WORDS_H
#define KETEN_WATCH_WORDS_H
#include "foundation/base/base.h"
extern const char *const words_not_found[], *const words_login[], *const words_age[], *const words_robot[], *const words_country[], *const words_parked[], *const words_busy[];
#endif
