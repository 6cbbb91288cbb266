/* browse.h - asking the capture process what a page looks like to a browser. One process, one profile, one connection a capture.
 *
 * keten-capture is started for each capture by whoever owns run/capture.sock (the master; a command starts one for itself), and ends with it: it
 * never stays. The browser that it drives has no way out: every request it makes is stopped before it is made, judged, and answered with what the
 * fetch process brought, or not at all. What came of it is never an Err: it stands in the answer.
 */
#ifndef KETEN_BROWSE_H
#define KETEN_BROWSE_H
#include "foundation/base/when.h"

#include <sys/types.h>

typedef enum BrowseMode {
    BROWSE_INVALID,
    BROWSE_TEXT,      /* no request for imagery at all */
    BROWSE_HASH,      /* nothing of a body is kept; imagery is asked for and hashed as it streams by */
    BROWSE_BLUR,      /* of pictures a few grey squares are kept */
    BROWSE_FULL       /* everything, in a file that only the one it is sealed to can open */
} BrowseMode;
typedef struct BrowseAsk {
    Id id;                      /* of the capture: its records' ids follow from it */
    Str url;
    BrowseMode mode;
    Str seal_to;                /* BROWSE_FULL: an age recipient ("age1...") */
    Str organisation, tool;     /* written into the file */
    UnixMs at;
    int seconds_max, requests_max;
    int64_t bytes_max;          /* of all bodies together */
} BrowseAsk;
typedef struct BrowseSaid {
    /* Empty, or why there is no whole answer: as NetGot, and no_browser browser_ended no_tmpfs swap seal. */
    Str error;
    int status, hops;           /* of the page itself: the last answer, and how many there were on the way to it */
    Str type, body;             /* its media type; kept, kept_cut, none, or why its body is not in the file */
    bool hashed;
    uint8_t sha256[32];
    int64_t length;
    UnixMs began;
    int64_t requests, left_out; /* made; asked for by the page and not made, or not kept */
    Str browser, clock, ended;  /* "chromium/156.0.1"; as NetGot; why it ended: quiet time requests bytes */
    Str title, text;
    Str form, file;             /* "wacz" or "age", and its bytes */
    Str shot;                   /* PNG; empty: none */
} BrowseSaid;
enum { BROWSE_ASK_MAX = 64 * 1024, BROWSE_ANSWER_MAX = 112 << 20, BROWSE_TEXT_MAX = 256 * 1024, BROWSE_SECONDS_MAX = 120 };
const char *browse_mode_name(BrowseMode m);                      /* "text" */
BrowseMode browse_mode(Str name);

/* The whole conversation over a connection. wanted is asked about once a second (NULL: always); when it says no the connection is closed, which ends
 * the process and the browser, and E_MISSING comes back. E_OUTSIDE: the process ended without an answer. The answer lives in the arena. */
Err browse_run(int fd, Arena *a, const BrowseAsk *ask, bool (*wanted)(void *), void *ctx, BrowseSaid *out) NODISCARD;
Err browse_open(const char *socket_path, int *out_fd) NODISCARD; /* E_OUTSIDE: nobody listens */
/* A process for this caller alone, which starts a fetch and a media process of its own; env: for them. The caller waits for it. */
Err browse_alone(const char *program, const char *const *env, int *out_fd, pid_t *out_pid) NODISCARD;

/* ---- the other side, and the wire ---- */
void browse_put_ask(Buf *b, const BrowseAsk *ask);
Err browse_read_ask(Str frame, BrowseAsk *out) NODISCARD;
void browse_put_said(Buf *b, const BrowseSaid *s);
Err browse_read_said(Str frame, BrowseSaid *out) NODISCARD;
#endif
