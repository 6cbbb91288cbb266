/* peer.h - another exact search over the same hashes: faiss, the library that the public matching service is built on. For the benchmark only; left out where Debian's package
 * is not there. One thread. */
#ifndef KETEN_PEER_H
#define KETEN_PEER_H
#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stddef.h>
#include <stdint.h>
#endif

enum { PEER_FLAT, PEER_HASH, PEERS };
const char *peer_name(int kind);
/* n hashes of 32 bytes. Numbers of its hits are 0 .. n - 1. NULL: out of memory. */
void *peer_make(int kind, const uint8_t *hashes, size_t n);
/* All within distance 31; the first `max` into out, the number of all is given. */
size_t peer_find(void *index, const uint8_t *hash, int64_t *out, size_t max);
void peer_free(void *index);

#ifdef __cplusplus
}
#endif
#endif
