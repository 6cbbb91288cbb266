/* asset.c - static files by name (for pages) and by path (for requests). */
#include "foundation/ui/asset_in.h"

Url asset(const char *name) {
    for (size_t i = 0; i < assets_n; i++) {
        if (strcmp(assets[i].name, name) == 0) return (Url){ str_c(assets[i].path) };
    }
    must(!"a static file of this name is compiled in");
    return (Url){ STR_NONE };
}

const Asset *asset_at(Str path) {
    for (size_t i = 0; i < assets_n; i++) {
        if (str_eq(str_c(assets[i].path), path)) return &assets[i];
    }
    return NULL;
}
