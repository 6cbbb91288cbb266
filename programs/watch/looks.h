/* looks.h - many looks at addresses at once, politely: a few at a time for each host, a pause between two, and hosts that wait for nobody else.
 *
 * looks_add says that somebody wants a look at something on a host. When its turn comes, `prepare` tells the address and what stood there before; the
 * page is asked for, read, compared with a made-up address beside it, judged; looks_next gives what came of it. One thread; only looks_turn waits.
 * A host here is the name and port of the address: sites that share a server under many names are each their own.
 */
#ifndef KETEN_LOOKS_H
#define KETEN_LOOKS_H
#include "steps/takedown/watch_look.h"

enum { LOOKS_WAITING_MAX = 1 << 20 };
typedef struct LooksWant { Str url, place /* empty: here */; bool has_before; WatchFacts before; } LooksWant;
typedef struct LooksHow {
    int at_once;                     /* in all, 1..NET_MANY_MAX */
    int host_at_once;                /* of one host */
    int64_t host_pause_ms;           /* between the starts of two requests to one host */
    int seconds;                     /* of one request; 0: WATCH_SECONDS */
    Err (*prepare)(void *ctx, void *who, Arena *a, LooksWant *out); /* just before the look; strings in a. Not OK: no look, handed back with that error */
    void (*random)(void *ctx, uint8_t *out, size_t n);
    void *ctx, *random_ctx;
} LooksHow;
typedef struct Looked {
    void *who;
    Arena *a;                        /* holds all of this; the taker frees it */
    Err err;                         /* of prepare, or E_OUTSIDE: fetch or media out of reach. Otherwise OK, and: */
    LooksWant want;
    WatchSeen seen;
    WatchFacts beside, home;
    Verdict verdict;
    int64_t ms;                      /* from the first question to the last answer */
} Looked;

typedef struct Looks Looks;
Looks *looks_new(const LooksHow *how, NetMany *net, Media *media);   /* net and media stay the caller's */
void looks_free(Looks *l);           /* what waits and what is under way is dropped; `who` is the caller's */
/* E_LIMIT: too many wait. */
Err looks_add(Looks *l, Str host, void *who) NODISCARD;
size_t looks_waiting(const Looks *l);                                /* added and not handed back yet */
size_t looks_of_host(const Looks *l, Str host);                      /* of these, on this host */
/* Begins what may begin, and waits at most that long for something to happen. E_OUTSIDE: the fetch process is gone; all looks are lost. */
Err looks_turn(Looks *l, int wait_ms) NODISCARD;
/* What is ready: false when nothing is. */
bool looks_next(Looks *l, Looked *out);
#endif
