/* po.h - the table of translations made at build time by tools/po2c.py. Private to ui. */
#ifndef KETEN_PO_H
#define KETEN_PO_H
#include "foundation/base/base.h"
typedef struct PoEntry { const char *msgid; Str text; } PoEntry;
extern const PoEntry po_nl[]; /* sorted by strcmp of msgid */
extern const size_t po_nl_n;
#endif
