/* ledger.h - RFC 6962 hashing and the C2SP formats around it. Pure. */
#ifndef KETEN_LEDGER_H
#define KETEN_LEDGER_H
#include "foundation/base/base.h"

void ledger_leaf_hash(Str entry, uint8_t out[32]);                                            /* SHA-256(0x00 | entry) */
void ledger_node_hash(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]);      /* SHA-256(0x01 | left | right); out may be an input */
/* Root from the right edge: one hash for each set bit of the size, largest subtree first. n 0: the empty tree. */
void ledger_edge_root(const uint8_t (*edge)[32], size_t n, uint8_t out[32]);
/* Body of a checkpoint: origin, size, base64 root, each ended by LF (c2sp.org/tlog-checkpoint). */
Str ledger_checkpoint_body(Arena *a, Str origin, int64_t size, const uint8_t root[32]);
/* First four bytes of SHA-256(name LF type key); type 0x01 is an Ed25519 note signature (c2sp.org/signed-note). */
void ledger_key_id(Str name, uint8_t type, Str key, uint8_t out[4]);
Str ledger_vkey(Arena *a, Str name, const uint8_t pub[32]);                                   /* name+hex8+base64 */
/* body, blank line, and the signature line over it. sig is 64 bytes. */
Str ledger_note(Arena *a, Str body, Str name, const uint8_t pub[32], const uint8_t sig[64]);
#endif
