/* text_in.h - the words of a notice, for pages that show them outside of sending. Private to this room. */
#ifndef KETEN_TAKEDOWN_TEXT_IN_H
#define KETEN_TAKEDOWN_TEXT_IN_H
#include "steps/takedown/takedown_in.h"
/* What these words would give with the data of a notice that was made (its first places). */
Err notice_text_with(Ctx *c, const NoticeRow *n, Str body, Str *out) NODISCARD;
/* The same with places that do not exist, for a kind of recipient and a language. */
Err notice_text_example(Ctx *c, Str type, Str lang, Str body, Str *out) NODISCARD;
#endif
