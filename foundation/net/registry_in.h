/* registry_in.h - the tables as they lie in memory. Private to registry. */
#ifndef KETEN_REGISTRY_IN_H
#define KETEN_REGISTRY_IN_H
#include "foundation/base/json.h"
#include "foundation/net/registry.h"

enum { BOOT_DNS, BOOT_V4, BOOT_V6, BOOT_ASN, BOOT_N, BOOT_ENTRIES_MAX = 20000 };
typedef struct BootEntry { Str name; NetPrefix prefix; uint32_t from, to; const RegistryUrls *urls; } BootEntry;
typedef struct Boot { Str published; BootEntry *v; size_t n; } Boot;
typedef struct TldRow { Str tld, whois, rdap; } TldRow;
typedef struct RangeRow { NetPrefix prefix; Str text, operator, source, seen; } RangeRow;
typedef struct MarkRow { Str what, mark, operator; } MarkRow;
struct NetRegistry {
    Boot boot[BOOT_N];
    TldRow *tld;
    size_t tld_n;
    RangeRow *range;
    size_t range_n;
    MarkRow *mark;
    size_t mark_n;
    NetOperator *op;
    size_t op_n;
};
extern const RegistryFile registry_files[];   /* compiled in, ended by an empty name */
extern const size_t registry_files_n;
/* One file of RFC 9224. Entries that cannot be read (a scheme other than http and https, a prefix that is none) are left aside, as its §3 wants. */
Err boot_read(Arena *a, Str text, int kind, Boot *out, Str *out_why) NODISCARD;
int boot_kind(Str name); /* -1: no bootstrap file */
#endif
