/* journal_in.h - shared inside core/journal only. */
#ifndef KETEN_JOURNAL_IN_H
#define KETEN_JOURNAL_IN_H
#include "core/journal/journal.h"

enum { BODY_MAX = 2 * 1024 * 1024, COMMITMENT = 33 /* tag and HMAC-SHA-256 */, DIGEST = 32 };

/* fields.c */
int field_at(const ActDef *def, const char *name);               /* index; an unknown name is a bug */
Err act_validate(Ctx *c, const Act *a) NODISCARD;
void act_body(const Act *a, Buf *out);                           /* canonical JSON, fields in the order of the definition */
Err act_body_read(Arena *arena, const ActDef *def, Str body, Act *out) NODISCARD;
const ActDef *act_def(const App *app, Str kind);                 /* NULL when unknown */

/* seal_acts.c: one call to the key holder for all sealed fields and salts of a list of acts */
Err acts_seal(Ctx *c, Act *const *acts, size_t n, const uint8_t (*salts)[32], Str *out_salts) NODISCARD;

/* journal_store.c */
typedef struct ActRow { int64_t seq; Str id, kind, org, case_id, subject, scope, actor_kind, actor, zone, prev, body, salt, commitment; int64_t version, at_ms, case_seq; } ActRow;
Err store_act_known(Db *db, Id id, int64_t *out_seq) NODISCARD;
/* Last act of a chain (of the case; of the organisation when case_id is none); the one that stands before an act in its chain and in the
 * record. Place 0 and zeros: there is none. */
Err store_chain_head(Db *db, Id org, Id case_id, int64_t *out_n, uint8_t out_commitment[COMMITMENT]) NODISCARD;
Err store_chain_before(Db *db, const Act *a, int64_t *out_n, uint8_t out_commitment[COMMITMENT]) NODISCARD;
Err store_act_append(Db *db, const Act *a, Str body, Str prev, Str salt, Str commitment) NODISCARD;
Err store_next_seq(Db *db, int64_t *out_seq) NODISCARD;
Err store_thing(Db *db, const Act *a) NODISCARD;
Err store_row(Db *db, Arena *a, int64_t seq, ActRow *out) NODISCARD;
/* Rows of ACT_COLUMNS: a case's acts after (or, newest first, before) a place in its chain; the acts about one thing. */
Err store_case_rows(Db *db, Id case_id, int64_t after, size_t limit, bool oldest_first, Rows *out) NODISCARD;
Err store_subject_rows(Db *db, Id subject, size_t limit, Rows *out) NODISCARD;
void store_row_read(const Rows *r, Arena *a, ActRow *out);
#define ACT_COLUMNS "seq, id, kind, version, org, case_id, subject, scope, actor_kind, actor, at_ms, zone, case_seq, prev, body, salt, commitment"

enum { LEVELS_MAX = 48 };
typedef struct Edge { int64_t size; size_t n; uint8_t hash[LEVELS_MAX][DIGEST]; } Edge; /* right edge of the tree, largest subtree first */
Err store_edge(Db *db, Edge *out) NODISCARD;                     /* of an empty record: size 0 */
Err store_edge_put(Db *db, const Edge *e) NODISCARD;
Err store_checkpoint_get(Db *db, Arena *a, int64_t size, Str *out_note) NODISCARD;
Err store_checkpoint_newest(Db *db, Arena *a, int64_t *out_size, Str *out_note) NODISCARD;
Err store_node_put(Db *db, int level, int64_t idx, const uint8_t hash[DIGEST]) NODISCARD;
/* Hashes of one stored level, or commitments (33 bytes) of acts; n of them from that place, in order. Fewer rows: they are not there. */
Err store_nodes(Db *db, int level, int64_t from, int64_t n, Rows *out) NODISCARD;
Err store_commitments(Db *db, int64_t from, int64_t n, Rows *out) NODISCARD;
Err store_commitment(Db *db, Arena *a, int64_t seq, Str *out) NODISCARD;
Err store_checkpoint_put(Db *db, int64_t size, UnixMs at, Str note) NODISCARD;

/* The commitment of the last act about a subject that is older than seq; p NULL when there is none. */
Err store_subject_before(Db *db, Arena *a, Id subject, int64_t seq, Str *out) NODISCARD;
/* fields.c: the field with which an act names the one before it about the same exhibit; NULL when its kind has none. */
ActVal *act_before(Act *a);

/* commit.c: the bytes a leaf commits to, from what is stored */
void act_canonical(const ActRow *row, Buf *out);
void act_commitment(Str event, Str salt, uint8_t out[COMMITMENT]);
Err act_from_row(Ctx *c, const ActRow *row, Act *out) NODISCARD; /* E_MISSING when the kind is unknown here */

/* tree.c: the RFC 6962 tree over the acts' commitments, with the tables ledger_node and ledger_edge */
Err tree_append(Db *db, const uint8_t (*commitments)[COMMITMENT], size_t n) NODISCARD;
/* Root of the complete subtree of 2^level leaves from leaf idx * 2^level; E_MISSING when a leaf or a stored node of it is not there. */
Err tree_node(Db *db, int level, int64_t idx, uint8_t out[DIGEST]) NODISCARD;
#endif
