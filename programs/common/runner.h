/* runner.h - what a process that does due work holds: the record, the key holder, the media process, the application. */
#ifndef KETEN_RUNNER_H
#define KETEN_RUNNER_H
#include "core/vault/vault.h"
#include "foundation/jobs/jobs.h"
#include "foundation/sandbox/media.h"
#include "programs/common/app.h"
#include "programs/common/bank_join.h"
#include "programs/common/house.h"
#include "programs/common/known_join.h"
#include "programs/common/program.h"

enum { RUNNER_NAP_MS = 250, RUNNER_PATHS_MAX = 64, RUNNER_LEASE_S_MIN = 60 };
typedef struct Runner {
    Program p;
    App app;
    Db *db, *keys_db;
    Vault *vault;          /* NULL: away; see runner_vault */
    Media *media;
    BankJoin *bank;        /* the folder of hashes that are looked for */
    KnownJoin *known;      /* of that process too: what new photos are compared with */
    bool bank_write;       /* set before runner_begin by the one process that writes into it */
    Metrics metrics;
    const JobKind *kinds;
    size_t kinds_n;
    int lease_s;           /* the longest that a kind asks for */
    bool alone;            /* the key holder is away, and the log says so */
} Runner;
/* Opens all of it and closes the sandbox. On failure the log says why; the exit code. */
int runner_begin(Runner *r);
void runner_end(Runner *r);
/* The key holder may be away for a while: it is asked again. Without it nothing can be written, so nothing is begun. */
bool runner_vault(Runner *r, Arena *a);
void runner_drop_vault(Runner *r);     /* a connection that failed may be out of step: the next question goes over a new one */
Ctx runner_context(Runner *r, Arena *a);
const JobKind *runner_kind(const Runner *r, Str name);
/* Writes down what came of a job: done, due again (again > 0), tried again later, or stuck. */
Err runner_settle(Runner *r, const Job *job, const JobKind *kind, Err e, const Ctx *c, UnixMs again);
#endif
