/* sor_run.h - the parts of a day over a few threads. Each thread has a reader and arenas of its own; what they found is added up under
 * one lock, in the order of the parts, so that the result does not depend on who was quicker. Inside programs/keten only. */
#ifndef KETEN_SOR_RUN_H
#define KETEN_SOR_RUN_H
#include "core/sor/sor.h"

enum { SOR_THREADS_MAX = 16 };
/* Called under the lock, part after part in order. Its first error ends the run. */
typedef Err SorTake(void *ctx, size_t part, const SorEntry *e, const SorPart *p);
typedef struct SorRun {
    const SorSpec *spec;
    const SorEntry *parts;
    size_t parts_n;
    int threads;
    SorDay *day;
    SorTake *take;
    void *take_ctx;
    void (*progress)(void *, int64_t, int64_t); /* bytes of packed parts; called under the lock */
    void *progress_ctx;
} SorRun;
Err sor_run(const SorRun *r) NODISCARD;
#endif
