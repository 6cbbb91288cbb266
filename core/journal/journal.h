/* journal.h - the one write path. Nothing changes state except an act.
 *
 * An act kind is declared once in a table (ActDef): its name, version, subject, the right it needs, its fields with
 * type, class and limits, and three functions: check (may this be done now), apply (what it changes in the state
 * tables) and follow (what work follows from it). journal_commit does, for a list of acts in ONE transaction:
 *   right and fields -> seal -> begin -> check -> append -> apply -> leaf -> follow -> commit.
 * Either all acts of the list happen or none.
 *
 * Must hold: apply reads nothing but the act and the database (no clock, no keys, no randomness), so that replaying
 * all acts into an empty database gives the same state tables, byte for byte. Text fields reach apply as ciphertext
 * only: it copies them (act_sealed), it never opens them.
 * An exhibit has a chain of its own: an act whose fields have the hash "before" names the commitment of the act before it about the
 * same subject. The journal fills it in, inside the transaction; nothing is before the first. Such acts are of version 2 or later:
 * those of version 1 are older than this rule. keten fsck and whoever checks a dossier see by it that none was left out.
 * An act carries a client-made id: sent twice, it happens once (journal_commit then returns OK and changes nothing).
 */
#ifndef KETEN_JOURNAL_H
#define KETEN_JOURNAL_H
#include "core/access/access.h"
#include "core/ctx/ctx.h"
#include "core/ledger/ledger.h"

typedef enum FieldKind {
    F_END,   /* ends a field list */
    F_INT,   /* 64-bit integer */
    F_TIME,  /* UnixMs, > 0 */
    F_CODE,  /* short word of [A-Za-z0-9_.:+-]: a code of the law data, a state, a language */
    F_ID,    /* Id; none counts as absent */
    F_HASH,  /* up to 64 raw bytes: digest, blind index, commitment */
    F_IDS,   /* up to 10,000 ids, packed: what an act is about when it is about many at once */
    F_TEXT,  /* UTF-8 text or bytes; must have a sealing class */
} FieldKind;

/* Who can read a field later. CLEAR stands readable in the record and may identify no one. */
typedef enum FieldClass { CLEAR, STORE, IDENTITY, STORY, FACTS, CARE, EVIDENCE } FieldClass;

typedef struct FieldDef {
    const char *name;
    FieldKind kind;
    FieldClass cls;
    bool required;
    int64_t max;          /* F_TEXT: bytes (0: 4,096); F_INT: largest value (0: no limit) */
} FieldDef;

enum { ACT_FIELDS_MAX = 32, ACT_IDS_MAX = 10000 };
typedef struct ActVal { bool set; int64_t i; Id id; Str s; Str sealed; } ActVal;

typedef struct Act {
    const ActDef *def;
    Id id;                /* client-made */
    Id org;               /* whose record this is */
    Id case_id;           /* none for acts outside a case */
    Id subject;           /* the object made or changed */
    Id scope;             /* whose key seals the STORE fields: case, location or organisation; default case, else org */
    uint32_t actor_role;  /* one role bit */
    Id actor;             /* user, or none */
    UnixMs at;
    ActVal vals[ACT_FIELDS_MAX];
    /* set by the journal */
    Str zone;             /* name of the zone whose civil dates were meant: the instance's when it was recorded */
    int64_t seq, case_seq;
    bool already;         /* was done before; nothing changed */
} Act;

struct ActDef {
    const char *kind;            /* "notice.sent" */
    int version;                 /* > 0 */
    ObjectKind subject;          /* kind of the subject; OBJ_NONE when it is not an object of its own */
    const char *action;          /* right needed (core/access) */
    bool on_case;                /* the right is asked on the act's case; otherwise on its subject */
    bool makes;                  /* the act makes its subject: the right is asked on the case, or on nothing */
    const FieldDef *fields;
    Err (*check)(Ctx *c, const Act *a);   /* NULL: always; inside the transaction; sees plain values */
    Err (*apply)(Db *db, const Act *a);   /* never NULL */
    Err (*follow)(Ctx *c, const Act *a);  /* NULL: nothing; outbox and due-queue rows only */
    const char *sentence;        /* English msgid for the timeline, with {field} places */
};

/* ---- building ---- */
/* Fresh act with a new id unless id is given (from the form). Actor and time come from the Ctx. */
Act *act_new(Ctx *c, const ActDef *def, Id id, Id case_id, Id subject) NODISCARD;
void act_int(Act *a, const char *field, int64_t v);
void act_time(Act *a, const char *field, UnixMs v);
void act_code(Act *a, const char *field, Str v);
void act_idf(Act *a, const char *field, Id v);
void act_hash(Act *a, const char *field, Str bytes);
void act_ids(Act *a, const char *field, const Id *v, size_t n);
void act_text(Act *a, const char *field, Str v);                 /* plaintext; sealed by the journal */

/* ---- reading inside check and apply ---- */
bool act_has(const Act *a, const char *field);
int64_t act_get_int(const Act *a, const char *field);            /* F_INT and F_TIME; 0 when absent */
Str act_get_code(const Act *a, const char *field);
Id act_get_id(const Act *a, const char *field);
Str act_get_hash(const Act *a, const char *field);
size_t act_get_ids(const Act *a, const char *field, const Id **out); /* borrowed from the act */
Str act_get_text(const Act *a, const char *field);               /* plaintext: in check only */
Str act_sealed(const Act *a, const char *field);                 /* ciphertext (p NULL when absent): in apply */

/* ---- the write path ---- */
/* E_DENIED / E_MISSING (right), E_INPUT / E_LIMIT (field; c->fail names it), E_CONFLICT (state), E_OUTSIDE. */
Err journal_commit(Ctx *c, Act *const *acts, size_t n) NODISCARD;
Err journal_one(Ctx *c, Act *a) NODISCARD;
/* The same, and a checkpoint over the tree that they make, in the same transaction: one wait for the disk. What is signed is given out only
 * when it is durable; when the transaction fails nobody ever saw the signature. */
Err journal_commit_signed(Ctx *c, Act *const *acts, size_t n, Str *out_note) NODISCARD;

/* Due work, for follow functions (inside the transaction) and jobs. Kind and subject are unique: asking again moves it earlier, never later. */
Err journal_job(Ctx *c, const char *kind, Id subject, UnixMs due) NODISCARD;
/* The same, but the due time is set to this one, later or earlier. */
Err journal_job_at(Ctx *c, const char *kind, Id subject, UnixMs due) NODISCARD;

/* ---- reading the record ---- */
typedef struct Event {
    int64_t seq;
    Id id, case_id, subject, actor;
    Str kind;                     /* act kind */
    const ActDef *def;            /* NULL when this program does not know the kind */
    Str actor_kind;
    UnixMs at;
    int64_t case_seq;
    const Act *act;               /* decoded; text fields opened where the session allows, empty otherwise */
} Event;
/* Acts of a case, newest first unless oldest_first, from case_seq `after` (0: from the end). open_text: try to open sealed fields. */
Err journal_case_events(Ctx *c, Id case_id, int64_t after, size_t limit, bool oldest_first, bool open_text, Event **out, size_t *out_n) NODISCARD;
/* The acts about one subject, oldest first. */
Err journal_subject_events(Ctx *c, Id subject, size_t limit, bool open_text, Event **out, size_t *out_n) NODISCARD;
/* One act by its id. */
Err journal_event(Ctx *c, Id act_id, bool open_text, Event *out) NODISCARD;

/* Opens one STORE or compartment field copied into a state table. E_MISSING when its key was destroyed.
 * scope as in the act; item is the act's subject; field is the name in the act's field table. */
Err journal_open(Ctx *c, Id org, Id scope, FieldClass cls, Id item, const char *field, Str sealed, Str *out) NODISCARD;
typedef struct OpenItem { Id org, scope; FieldClass cls; Id item; const char *field; Str sealed; Str plain; Err err; } OpenItem;
Err journal_open_many(Ctx *c, OpenItem *items, size_t n) NODISCARD; /* per-item err: E_MISSING erased, E_DENIED no key; plain empty then */

/* ---- proofs and checking ---- */
/* The bytes that a leaf commits to, rebuilt from the stored row (RFC 6962 leaf = hash of tag and HMAC(salt, these bytes)). */
Err journal_canonical(Ctx *c, int64_t seq, Str *out_event, Str *out_salt, Str *out_commitment) NODISCARD;
/* Signs and stores a checkpoint over the present tree when it grew since the last one. */
Err journal_checkpoint(Ctx *c, Str *out_note) NODISCARD;
/* The newest checkpoint that was signed, with the lines of witnesses that came since (witnessed.h). E_MISSING before the first. */
Err journal_checkpoint_newest(Ctx *c, Str *out_note, int64_t *out_size) NODISCARD;
/* The checkpoint signed at that size; E_MISSING when none was. */
Err journal_checkpoint_at(Ctx *c, int64_t size, Str *out_note) NODISCARD;
/* Lends the stored nodes of the tree; good as long as c. */
LedgerNodes journal_nodes(Ctx *c);
/* Proof file (tlog-proof) that the act with this number stands in the newest checkpoint. E_CONFLICT when it is younger than that. */
Err journal_proof(Ctx *c, int64_t seq, Str *out_proof) NODISCARD;
Err journal_commitment(Ctx *c, int64_t seq, Str *out_commitment) NODISCARD; /* the entry of the leaf; E_MISSING no such act */

typedef struct FsckReport {
    int64_t acts, leaves, erased, blobs, wraps;
    int64_t problems;
    Str first_problem;
} FsckReport;
/* Replays every act into a fresh database at scratch_path, compares all state tables row by row, and checks the
 * chains, commitments and tree. say (may be NULL) hears of each problem; progress (may be NULL) of the acts done. */
typedef struct FsckTo { void (*say)(void *ctx, Str problem); void (*progress)(void *ctx, int64_t done, int64_t all); void *ctx; } FsckTo;
Err journal_fsck(Ctx *c, const char *db_path, const char *scratch_path, const FsckTo *to, FsckReport *out) NODISCARD;
#endif
