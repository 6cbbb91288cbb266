/* SPDX-License-Identifier: EUPL-1.2
 * keten_tree.h - inside the client: the tree over the changes, and its signed head (RFC 6962, RFC 9162 2.1.4.2, c2sp.org/signed-note). */
#ifndef KETEN_TREE_H
#define KETEN_TREE_H
#include "keten_client.h"

#include <jansson.h>

void keten_tree_leaf(const char *line, size_t n, uint8_t out[32]);
int keten_tree_add(keten_state *s, const uint8_t leaf[32]);         /* 0: no room */
void keten_tree_root(const keten_state *s, uint8_t out[32]);
/* proof: a JSON list of base64 hashes. */
int keten_tree_consistent(int64_t old, const uint8_t old_root[32], int64_t size, const uint8_t root[32], const json_t *proof);
/* Is this note signed by the key, and what does it say? */
int keten_tree_note(const char *note, const char *vkey, int64_t *out_size, uint8_t out_root[32]);
int keten_tree_unhex64(const char *base64, uint8_t out[32]);        /* 32 bytes of base64 */
#endif
