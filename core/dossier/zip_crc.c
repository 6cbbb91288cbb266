/* zip_crc.c - CRC-32 by zlib. The browser's build has its own, for there is no zlib there. */
#include "core/dossier/zip_in.h"

#include <zlib.h>

uint32_t zip_crc(uint32_t crc, Str s) {
    uLong c = crc;
    for (size_t at = 0; at < s.n;) {
        size_t k = s.n - at < (1u << 30) ? s.n - at : 1u << 30;
        c = crc32(c, (const unsigned char *)s.p + at, (unsigned)k);
        at += k;
    }
    return (uint32_t)c;
}
