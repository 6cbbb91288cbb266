/* desk.h - what the gate has open: the bank, the keys, the lists' wishes; kept fresh while it answers.
 *
 * The folder may change under it: lines come (taken in at the next question), an index is made anew or the bank is replaced (opened
 * beside by a thread of its own, and changed over between two questions), keys and lists are edited (read again). What cannot be
 * used is said: `broken` is then the sentence for the answer 503. One thread calls all of this; the other only opens and closes.
 */
#ifndef KETEN_GATE_DESK_H
#define KETEN_GATE_DESK_H
#include "foundation/sys/sys.h"
#include "programs/gate/gate.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct WatchedFile { const char *path; uint64_t inode, bytes; int64_t changed_ns; } WatchedFile;
typedef struct Opening {         /* handed to the thread, and back */
    const char *dir;
    Arena *a;
    Bank *bank, *old;            /* old: closed there too, since giving back gigabytes takes its time */
    Arena *old_a;
    int64_t began_ms;
    Err err;
    Str why;
    atomic_bool done;
} Opening;
typedef struct Desk {
    const char *bank_dir;
    uint64_t folder;             /* its inode */
    bool moved;                  /* another folder stands in its place: end, and be started anew */
    WatchedFile keys_file, lists_file, trust_file, revoked_file;
    Gate gate;                   /* gate.bank NULL: none is open */
    Arena *bank_a, *keys_a, *lists_a, *trust_a, *revoked_a;
    GateKeys keys;
    GateLists lists;
    GateTrust trust;
    ConsentRevoked revoked;
    char file_why[GATE_TEXT_MAX], broken_why[GATE_TEXT_MAX];
    bool keys_later;
    Str broken;                  /* empty: questions are answered */
    uint32_t behind;             /* lines of the record that are still to be taken in */
    Opening *opening;            /* NULL: nobody opens */
    pthread_t thread;
    int64_t looked_ms, open_again_ms;
    uint32_t opened;             /* how often a bank was opened */
} Desk;

typedef struct DeskFiles { const char *bank, *keys, *lists, *trust, *revoked; bool keys_later; /* an instance makes them: none yet is no mistake */ } DeskFiles;
/* lists, trust and revoked may be of no file. E_INPUT with *out_why: one that is there cannot be read. The bank is opened in the background; desk_tick tells. */
Err desk_open(Desk *d, const DeskFiles *f, Str *out_why) NODISCARD;
void desk_close(Desk *d);
/* What is due: lines taken in for a few milliseconds, files looked at each second. Call between questions. */
void desk_tick(Desk *d, int64_t mono_ms);
/* Before a question is answered: takes in what was added since, as far as a few milliseconds go. */
void desk_fresh(Desk *d);
#endif
