/* ledger.h - the RFC 6962 tree and the C2SP formats around it: proofs, tiles, signed notes, checkpoints, proof files.
 *
 * Pure: no I/O, no clock, no globals; the same code checks a dossier in the command and later in a page. Whoever holds a tree
 * lends its nodes through LedgerNodes; whoever only holds a proof and a signed checkpoint needs nothing else.
 * Memory: results live in the arena given or in the caller's structs. Errors: E_INPUT not of the form, E_LIMIT too large.
 * Sources: RFC 6962 §2.1, RFC 9162 §2.1.3 and §2.1.4 (checking), c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof.
 */
#ifndef KETEN_LEDGER_H
#define KETEN_LEDGER_H
#include "foundation/base/base.h"

void ledger_leaf_hash(Str entry, uint8_t out[32]);                                            /* SHA-256(0x00 | entry) */
void ledger_node_hash(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]);      /* SHA-256(0x01 | left | right); out may be an input */
/* Root from the right edge: one hash for each set bit of the size, largest subtree first. n 0: the empty tree. */
void ledger_edge_root(const uint8_t (*edge)[32], size_t n, uint8_t out[32]);

/* ---- proofs ---- */
enum { LEDGER_PROOF_MAX = 64, LEDGER_TILE = 256, LEDGER_TILE_LEVELS = 8 };                        /* a tile: 2^8 hashes of one level */
/* Reads the root of the complete subtree of 2^level leaves that begins at leaf idx * 2^level. */
typedef struct LedgerNodes { Err (*node)(void *ctx, int level, int64_t idx, uint8_t out[32]); void *ctx; } LedgerNodes;
typedef struct LedgerProof { size_t n; uint8_t hash[LEDGER_PROOF_MAX][32]; } LedgerProof;    /* from the leaf's sibling upwards */
Err ledger_root(const LedgerNodes *t, int64_t size, uint8_t out[32]) NODISCARD;
/* index < size, old_size <= size; otherwise E_INPUT. Errors of the reader pass through. */
Err ledger_inclusion(const LedgerNodes *t, int64_t index, int64_t size, LedgerProof *out) NODISCARD;
Err ledger_consistency(const LedgerNodes *t, int64_t old_size, int64_t size, LedgerProof *out) NODISCARD;
/* The leaf hash stands at this place of the tree with this root. */
bool ledger_included(const uint8_t leaf[32], int64_t index, int64_t size, const LedgerProof *p, const uint8_t root[32]);
/* The tree of size is the tree of old_size with more behind it: nothing was changed or taken away. */
bool ledger_consistent(int64_t old_size, const uint8_t old_root[32], int64_t size, const uint8_t root[32], const LedgerProof *p);

/* ---- tiles (tlog-tiles): 256 hashes of one level, or fewer at the right edge ---- */
typedef struct LedgerTile { int level; int64_t index; int width; } LedgerTile;                /* level 0..7 here (a size is an int64), width 1..256 */
/* What follows "tile/": "<L>/<N>[.p/<W>]", N in groups of three digits, all but the last with an x before it. */
Err ledger_tile_parse(Str path, LedgerTile *out) NODISCARD;
Str ledger_tile_path(Arena *a, const LedgerTile *t);
/* Hashes this tile has in a tree of that size: 0 none (not served), 256 whole. */
int ledger_tile_width(int64_t size, int level, int64_t index);
Err ledger_tile_bytes(const LedgerNodes *t, const LedgerTile *tile, Buf *out) NODISCARD;      /* width * 32 bytes are appended */

/* ---- signed notes ---- */
enum { NOTE_MAX = 1 << 20, NOTE_SIGS_MAX = 64, NOTE_ED25519 = 1, NOTE_COSIGN = 4, NOTE_MLDSA = 6 };
/* First four bytes of SHA-256(name LF type key); type 0x01 is an Ed25519 note signature. */
void ledger_key_id(Str name, uint8_t type, Str key, uint8_t out[4]);
Str ledger_vkey(Arena *a, Str name, const uint8_t pub[32]);                                   /* name+hex8+base64 */
/* body, blank line, and the signature line over it. sig is 64 bytes. */
Str ledger_note(Arena *a, Str body, Str name, const uint8_t pub[32], const uint8_t sig[64]);

typedef struct NoteKey { Str name; uint8_t id[4]; uint8_t pub[32]; uint8_t type; } NoteKey;   /* of ML-DSA, pub is the digest of the key */
typedef struct NoteSig { Str name; uint8_t id[4]; Str sig; } NoteSig;
typedef struct Note { Str text; NoteSig sigs[NOTE_SIGS_MAX]; size_t sigs_n; } Note;           /* text ends with LF */
bool note_name_ok(Str name);                                                                  /* no blank, no plus, no control, valid UTF-8 */
/* A log's key. E_INPUT also when the id does not follow from name and key; only Ed25519 keys are known here. Witnesses: witness.h. */
Err note_key_parse(Arena *a, Str vkey, NoteKey *out) NODISCARD;
Err note_parse(Arena *a, Str bytes, Note *out) NODISCARD;
/* OK: this key signed it. E_MISSING: it did not. E_INPUT: a signature under its name and id does not fit the text. */
Err note_verify(const Note *n, const NoteKey *key) NODISCARD;

/* ---- checkpoints ---- */
typedef struct Checkpoint { Str origin; int64_t size; uint8_t root[32]; } Checkpoint;
/* Body of a checkpoint: origin, size, base64 root, each ended by LF. */
Str ledger_checkpoint_body(Arena *a, Str origin, int64_t size, const uint8_t root[32]);
Err checkpoint_parse(Arena *a, Str text, Checkpoint *out) NODISCARD;                          /* the text of a note; further lines are let stand */

/* ---- proof files (tlog-proof) ---- */
typedef struct TlogProof { Str extra; int64_t index; LedgerProof path; Str checkpoint; } TlogProof;
Str tlog_proof_write(Arena *a, int64_t index, const LedgerProof *path, Str checkpoint_note);
Err tlog_proof_parse(Arena *a, Str text, TlogProof *out) NODISCARD;
/* Reads file and checkpoint and asks whether the entry stands where the file says. key may be NULL: the signature is then not
 * looked at. OK; E_MISSING the key did not sign; E_INPUT anything that does not fit; *out_why (static) says which. */
Err tlog_proof_check(Arena *a, Str text, Str entry, const NoteKey *key, Checkpoint *out, const char **out_why) NODISCARD;
#endif
