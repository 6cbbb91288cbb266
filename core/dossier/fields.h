/* fields.h - the facts of a dossier as fields that can be opened one by one, under one root.
 *
 * Every value of facts.json is a field: its path ("findings/0/seen"), its value, and 32 random bytes. Its commitment is
 * HMAC-SHA256(salt, path 0x00 type value); the RFC 6962 root over the commitments, in the order of facts.json, is the facts root, which the seal
 * names. A version of the dossier for other readers has the same list with some fields closed: of those only the commitment stands there,
 * and in its facts.json null in their place. So whoever holds two versions sees that they speak of the same facts, and nobody can
 * guess what is closed. fields.jsonl has one line for each: {"path","salt","type","value"} or {"closed": commitment}; hex, lower case.
 * Pure; no recursion; also compiled for the page in the browser. Errors: E_INPUT not of the form, E_LIMIT too many or too deep.
 */
#ifndef KETEN_FIELDS_H
#define KETEN_FIELDS_H
#include "foundation/base/json.h"

enum { FIELDS_MAX = 200000, FIELD_DEPTH_MAX = 8, FACTS_MAX = 16 << 20, FIELD_PATH_MAX = 200 };
typedef void (*FieldRand)(void *ctx, uint8_t *out, size_t n);
typedef struct FieldsRoot { int64_t n; uint8_t root[32]; } FieldsRoot;
/* All fields open, from facts.json. */
Err fields_make(Arena *a, Str facts, FieldRand rnd, void *ctx, Buf *out_lines, FieldsRoot *out) NODISCARD;
/* Which fields stay open. in: the object or list that the value stands in, so that a choice can follow from what stands beside it. */
typedef struct FieldAsk { Str path, name; const JVal *in, *value; } FieldAsk;
typedef bool (*FieldKeep)(void *ctx, const FieldAsk *f);
/* Another version: the lines of a former one with more closed, and its facts.json. What was closed stays closed. */
Err fields_close(Arena *a, Str facts, Str lines, FieldKeep keep, void *ctx, Buf *out_facts, Buf *out_lines) NODISCARD;
/* Does every open line carry the value that facts.json has at its place, and is null where one is closed? out: what root they make. */
Err fields_check(Arena *a, Str facts, Str lines, FieldsRoot *out, int64_t *out_closed, const char **out_why) NODISCARD;
#endif
