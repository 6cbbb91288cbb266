/* sor_run.c - see sor_run.h. */
#include "programs/keten/sor_run.h"

#include <pthread.h>

enum { LIFE_MAX = 256 << 20 };
typedef struct Shared { const SorRun *r; pthread_mutex_t lock; pthread_cond_t turned; size_t next, turn; int64_t done, all; Err err; } Shared;

/* Next part to read, or parts_n when there is none, or when somebody has failed. */
static size_t take_next(Shared *s) {
    must(pthread_mutex_lock(&s->lock) == 0);
    size_t k = s->err == OK && s->next < s->r->parts_n ? s->next++ : s->r->parts_n;
    must(pthread_mutex_unlock(&s->lock) == 0);
    return k;
}

/* Waits until all parts before it were added. */
static void add(Shared *s, size_t k, const SorPart *p) {
    const SorRun *r = s->r;
    must(pthread_mutex_lock(&s->lock) == 0);
    while (s->turn != k) must(pthread_cond_wait(&s->turned, &s->lock) == 0);
    if (s->err == OK) {
        sor_day_add(r->day, p);
        s->err = r->take(r->take_ctx, k, &r->parts[k], p);
        s->done += (int64_t)r->parts[k].data.n;
        if (r->progress != NULL) r->progress(r->progress_ctx, s->done, s->all);
    }
    s->turn++;
    must(pthread_cond_broadcast(&s->turned) == 0 && pthread_mutex_unlock(&s->lock) == 0);
}

static void *work(void *arg) {
    Shared *s = arg;
    Arena *life = arena_new(LIFE_MAX);
    SorPart *p = sor_part_new(life, s->r->spec);
    for (size_t k = take_next(s); k < s->r->parts_n; k = take_next(s)) {
        sor_part_read(p, &s->r->parts[k]);
        add(s, k, p);
    }
    sor_part_close(p);
    arena_free(life);
    return NULL;
}

Err sor_run(const SorRun *r) {
    Shared s = { .r = r };
    pthread_t t[SOR_THREADS_MAX];
    int n = 0;
    must(r->threads > 0 && r->threads <= SOR_THREADS_MAX && pthread_mutex_init(&s.lock, NULL) == 0 && pthread_cond_init(&s.turned, NULL) == 0);
    for (size_t i = 0; i < r->parts_n; i++) s.all += (int64_t)r->parts[i].data.n;
    while (n + 1 < r->threads && (size_t)n + 1 < r->parts_n && pthread_create(&t[n], NULL, work, &s) == 0) n++;
    (void)work(&s); /* this one works too: without any other it is only slower */
    for (int i = 0; i < n; i++) must(pthread_join(t[i], NULL) == 0);
    pthread_cond_destroy(&s.turned);
    pthread_mutex_destroy(&s.lock);
    return s.err;
}
