/* metrics.h - counters and gauges in one page of shared memory, added to by all processes, written out by the master as
 * Prometheus text (exposition format 0.0.4). Labels are fixed in the table: nothing a visitor sends ever becomes one.
 */
#ifndef KETEN_METRICS_H
#define KETEN_METRICS_H
#include "foundation/base/base.h"

typedef enum MetricKind { METRIC_INVALID, METRIC_COUNTER, METRIC_GAUGE } MetricKind;
/* Rows with the same name stand together; labels as in `code="200"`, or NULL. */
typedef struct MetricDef { const char *name, *labels, *help; MetricKind kind; } MetricDef;
enum { METRICS_MAX = 256 };
typedef struct Metrics { int64_t *slots; const MetricDef *defs; size_t n; } Metrics;

/* Maps the page in the given file (made, at zero, when create). Only processes of one build share it: the table's size is checked. */
Err metrics_open(const char *path, const MetricDef *defs, size_t n, bool create, Metrics *out) NODISCARD;
void metrics_close(Metrics *m);
void metric_add(const Metrics *m, size_t i, int64_t by);                 /* atomic; nothing when the page is not open */
void metric_set(const Metrics *m, size_t i, int64_t to);
int64_t metric_get(const Metrics *m, size_t i);
void metrics_text(const Metrics *m, Buf *out);
#endif
