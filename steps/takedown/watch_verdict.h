/* watch_verdict.h - is it still there? A verdict is a rule over facts of what was fetched: pure, repeatable from the stored facts.
 *
 * A false "gone" is the worst mistake: a person is told that it is over when it is not. So the rules that can mean removed ask for
 * proof against what stood there before (a sketch of the words, a digest of the bytes) and, for pages that answer 200 to
 * everything, against a made-up sibling address. What cannot be told apart is `unknown`, and unknown is never removed.
 * One verdict proves nothing yet: removal needs two that agree, at least WATCH_QUORUM_MS apart (watch_quorum).
 */
#ifndef KETEN_WATCH_VERDICT_H
#define KETEN_WATCH_VERDICT_H
#include "foundation/base/json.h"
#include "foundation/base/when.h"

#define WATCH_HERE S("own")
enum { SKETCH_N = 64, WATCH_QUORUM_MS = 24 * 3600 * 1000, WATCH_SECOND_LOOK_MS = 6 * 3600 * 1000 };

/* The 64 smallest hashes of all three-word runs: how alike two texts are, without keeping the text. Few words: few hashes. */
typedef struct Sketch { uint32_t h[SKETCH_N]; size_t n; int64_t words; } Sketch;
void sketch_of(Str text, Sketch *out);
int sketch_alike(const Sketch *a, const Sketch *b);      /* 0..100; -1: too little text to say */

/* What a page says of itself, in any of the languages of watch_words.c. */
enum { SAYS_NOT_FOUND = 1, SAYS_LOGIN = 2, SAYS_AGE = 4, SAYS_ROBOT = 8, SAYS_COUNTRY = 16, SAYS_PARKED = 32, SAYS_CHALLENGE = 64 /* a header of a wall for robots */, SAYS_BUSY = 128 /* closed for a while */, SAYS_ALL = 255 };
typedef struct WatchFacts {
    Str error;               /* of the fetch: "" or dns_none connect_timeout ... (foundation/net/net.h) */
    int status;              /* of the last response; 0 none */
    Str url, host;           /* asked for */
    Str final_url, final_host; /* where redirects led; the same when there were none */
    Str type;                /* content type without parameters */
    Str headers;             /* raw response head of the last hop, for marks of walls */
    Str digest;              /* hex of the body's SHA-256 when all of it was seen; empty otherwise */
    int64_t length;
    bool cut;
    bool readable;           /* the page was read: title, words and counts below hold */
    Str title, text;         /* only until watch_marks; the record keeps digests */
    uint32_t says;           /* SAYS_*, from title, text and headers */
    Str title_digest;
    Sketch sketch;
    int64_t images, videos, forms, password_fields;
    bool checker;            /* of `before`: nothing stood there; what is looked at is a page that says whether the place is still there (rule "checker"), and its word is taken */
} WatchFacts;

typedef struct Verdict { const char *code; const char *why; } Verdict;
/* before: facts of a look when it was surely online, or NULL. sibling: facts of a made-up address beside it, home: of the site's front page; NULL: not asked. */
Verdict watch_verdict(const WatchFacts *now, const WatchFacts *before, const WatchFacts *sibling, const WatchFacts *home);
/* Fills in `says`: once, when the facts are made. After that the verdict rests on what the record keeps, and can be reached again from it. */
void watch_marks(WatchFacts *f);
/* A sibling must be fetched to decide (a page that answers 200 or redirects, without proof that it is the same). */
bool watch_needs_sibling(const WatchFacts *now, const WatchFacts *before);
/* The front page must be fetched too: all addresses give one page that does not say it is gone. That may be how the site says so, or a wall, or a
 * site that is closed for a while, in whatever words: then the front page gives it as well. */
bool watch_needs_home(const WatchFacts *now, const WatchFacts *before, const WatchFacts *sibling);
Str watch_home_url(Arena *a, Str url);
/* An address that nobody has made, beside this one: the last part of the path replaced by random letters. */
Str watch_sibling_url(Arena *a, Str url, Str random_hex);

/* Do looks prove a removal: verdicts of the removed kind, the same one, far enough apart, nothing else between; two_places: seen from two at least. */
typedef struct WatchLook { Str verdict; UnixMs at; Str place; } WatchLook;
bool watch_quorum(const WatchLook *newest_first, size_t n, Str verdict, Str place, UnixMs now, bool two_places);
/* From where to look next: here, unless the last look found it gone or was kept out; then from the place after that one. places: names, blank-separated. */
Str watch_place(Str places, Str last_verdict, Str last_place);
/* When to look again: within six hours after a "gone" that proves nothing yet, so that something that is only away for a while shows; at the interval
 * while online, doubling to 30 days after removal, never after two years. */
UnixMs watch_next(UnixMs now, int64_t interval_ms, Str verdict, bool removed_before, bool proven, UnixMs gone_at);

/* The facts as JSON for the record, and back. Title and words are not in it, their digest and sketch are. */
void watch_facts_write(const WatchFacts *f, Json *j);
Err watch_facts_read(Arena *a, const JVal *obj, WatchFacts *out) NODISCARD;
#endif
