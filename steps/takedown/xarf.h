/* xarf.h - one location of a notice as an XARF v4 report (xarf.org), and many as a list (CSV).
 *
 * A report carries address and words, never an image or another copy of what is complained about (no evidence items at all). It is held
 * against the schema that is shipped before anything may be sent. XARF 4.2 has no type for images of adults: the law data names the type of
 * an offence where there is one; otherwise the nearest is used (exposed_data), and a tag says that it is the nearest. What DSA art. 16(2)
 * wants stands in the human part of the mail; the facts of it are repeated in the member "notice", which XARF lets a sender add.
 */
#ifndef KETEN_XARF_H
#define KETEN_XARF_H
#include "foundation/base/schema.h"
#include "steps/takedown/lookup.h"
#include "steps/takedown/takedown_in.h"

#define XARF_VERSION "4.2.0"
typedef struct XarfItem {
    const NoticeRow *notice;
    size_t number;           /* of the item in the notice, from 1 */
    Str url;                 /* canonical */
    const Lookup *found;     /* who and where, or NULL: not looked up */
    UnixMs seen;             /* when it was last seen online, or first reported */
    Str org, mail, flagger;  /* who sends */
    Str why, action, territory, answer; /* answer: address of the answer page */
} XarfItem;
/* The document, checked. E_INPUT: the schema does not hold (*out_why says where); nothing may be sent then. */
Err xarf_write(Ctx *c, const XarfItem *x, Str *out, Str *out_why) NODISCARD;
/* The schemas that are shipped. */
Err xarf_schemas(Arena *a, const Schemas **out, Str *out_why) NODISCARD;
Err xarf_check(Arena *a, Str json, Str *out_why) NODISCARD; /* by its own category and type */
/* "notice,number,url,offence,action,territory,answer,reason,note": the last three are for the recipient to fill in. */
void notice_csv(Buf *b, const NoticeRow *n, const XarfItem *items, size_t items_n, Arena *a);
#endif
