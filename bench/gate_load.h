/* gate_load.h - callers that keep their connections and ask the next question when the last is answered; one thread for all. */
#ifndef KETEN_GATE_LOAD_H
#define KETEN_GATE_LOAD_H
#include "foundation/base/base.h"

typedef struct LoadQuestion {
    Str request;                 /* head and body */
    Str *expect;                 /* for each hash: what its answer must hold; empty: it must be unknown */
    size_t n;
} LoadQuestion;
typedef struct LoadFigures { double rate, p50, p99, longest, other_rate; int64_t answers, bad; } LoadFigures; /* answers: questions answered; bad: hashes answered wrongly, or questions refused */
LoadFigures load_run(uint16_t port, const LoadQuestion *q, size_t n, size_t callers, double seconds, bool check);
/* Two kinds at once; the figures are of the first, other_rate is of the second. */
LoadFigures load_mixed(uint16_t port, const LoadQuestion *q, size_t n, size_t callers, const LoadQuestion *other, size_t other_n, size_t other_callers, double seconds);
#endif
