/* metrics.c - the shared counter page. */
#include "foundation/sys/metrics.h"
#include "foundation/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { PAGE_BYTES = (METRICS_MAX + 1) * (int)sizeof(int64_t) }; /* slot 0 holds the table's size */

Err metrics_open(const char *path, const MetricDef *defs, size_t n, bool create, Metrics *out) {
    must(n > 0 && n <= METRICS_MAX);
    for (size_t i = 0; i < n; i++) must(defs[i].name != NULL && defs[i].help != NULL && defs[i].kind != METRIC_INVALID);
    struct stat st = { 0 };
    Err e = OK;
    if (create && unlink(path) != 0 && errno != ENOENT) return E_OUTSIDE;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0), 0600);
    if (fd < 0) return errno == ENOENT ? E_MISSING : E_OUTSIDE;
    if (create && ftruncate(fd, PAGE_BYTES) != 0) e = E_OUTSIDE;
    if (e == OK && (fstat(fd, &st) != 0 || st.st_size != PAGE_BYTES)) e = E_INPUT;
    int64_t *p = e == OK ? mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (p == MAP_FAILED) return e == OK ? E_OUTSIDE : e;
    if (create) p[0] = (int64_t)n;
    if (p[0] != (int64_t)n) {
        munmap(p, PAGE_BYTES);
        return E_INPUT;
    }
    *out = (Metrics){ .slots = p, .defs = defs, .n = n };
    return OK;
}

void metrics_close(Metrics *m) {
    if (m->slots != NULL) munmap(m->slots, PAGE_BYTES);
    *m = (Metrics){ 0 };
}

void metric_add(const Metrics *m, size_t i, int64_t by) {
    if (m == NULL || m->slots == NULL) return;
    must(i < m->n);
    __atomic_add_fetch(&m->slots[i + 1], by, __ATOMIC_RELAXED);
}

void metric_set(const Metrics *m, size_t i, int64_t to) {
    if (m == NULL || m->slots == NULL) return;
    must(i < m->n);
    __atomic_store_n(&m->slots[i + 1], to, __ATOMIC_RELAXED);
}

int64_t metric_get(const Metrics *m, size_t i) {
    must(m->slots != NULL && i < m->n);
    return __atomic_load_n(&m->slots[i + 1], __ATOMIC_RELAXED);
}

void metrics_text(const Metrics *m, Buf *out) {
    for (size_t i = 0; i < m->n; i++) {
        const MetricDef *d = &m->defs[i];
        if (i == 0 || strcmp(d->name, m->defs[i - 1].name) != 0)
            buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", d->name, d->help, d->name, d->kind == METRIC_COUNTER ? "counter" : "gauge");
        if (d->labels != NULL) buf_printf(out, "%s{%s} %lld\n", d->name, d->labels, (long long)metric_get(m, i));
        else buf_printf(out, "%s %lld\n", d->name, (long long)metric_get(m, i));
    }
}
