/* asset_in.h - the table tools/asset2c.py makes. Private to ui. */
#ifndef KETEN_ASSET_IN_H
#define KETEN_ASSET_IN_H
#include "foundation/ui/ui.h"
extern const Asset assets[];
extern const size_t assets_n;
#endif
