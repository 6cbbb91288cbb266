/* watch_look.h - one look at an address: what to ask, what was seen as facts, and the proof of what was concluded. No record, no clock. */
#ifndef KETEN_WATCH_LOOK_H
#define KETEN_WATCH_LOOK_H
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "steps/takedown/watch_verdict.h"

enum { WATCH_PROOF_MAX = 256 * 1024, WATCH_RANDOM = 12 /* bytes of a made-up address */, WATCH_SECONDS = 25 };
Str watch_host(Str url);                                  /* "site.test:8080", a view; empty: none */
NetAsk watch_ask(Str url, Str place, int seconds);                   /* seconds 0: WATCH_SECONDS */
/* What an answer says. The page is read in the media process; a page that its reader gave up on is a fact too. E_OUTSIDE: that process is out of reach. */
Err watch_facts_of(Media *media, Arena *a, Str url, const NetGot *got, WatchFacts *out) NODISCARD;
typedef struct WatchSeen {
    NetGot got;
    WatchFacts now;
    const WatchFacts *before, *sibling, *home;                  /* or NULL, see watch_verdict */
    Str vantage;                                          /* code of where it was seen from: "own" */
} WatchSeen;
/* JSON with all that the verdict rests on: watch_verdict over it gives the same again. In a. */
Err watch_proof(Arena *a, UnixMs at, const WatchSeen *s, Verdict v, Str *out) NODISCARD;
#endif
