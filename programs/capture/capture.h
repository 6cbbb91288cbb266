/* capture.h - keten-capture: one look at one page by a real browser. Private to programs/capture.
 *
 * The browser has a profile of its own on a file system that is memory, no way out (SANDBOX_BROWSER) and no cache. Every request that a page makes
 * stops before it is made; this process judges it, has the fetch process make it when it may be made, and hands the browser what it may have. So what
 * stands in the archive is what the fetch process saw on its own connection, with its address checked, and nothing that may not be kept was ever near
 * a disk. Sources: Chrome DevTools Protocol 1.3 (Fetch, Page, Runtime, Target), over --remote-debugging-pipe.
 */
#ifndef KETEN_CAPTURE_IN_H
#define KETEN_CAPTURE_IN_H
#include "core/capture/wacz.h"
#include "foundation/base/json.h"
#include "foundation/sandbox/browse.h"
#include "foundation/sandbox/media.h"
#include "foundation/sys/sys.h"

/* ---- browser.c: the process, its profile, and the words it is spoken to with ---- */
typedef struct Browser {
    pid_t pid;
    int in, out;                 /* what we write, what we read */
    Buf read;
    size_t taken;
    int last_id;
    char profile[64];
    int line;                    /* closed at our end: whoever waits at the other takes the profile away */
    int lock;                    /* held on the profile: one that nobody holds is left over from a crash */
    bool ended;
} Browser;
bool browser_find(const char *wanted, const char **out);         /* wanted: a path, or empty for the usual places */
bool browser_tmpfs(const char *dir);                             /* whether it lies in memory */
/* Left-over profiles are taken away, one is made, the browser starts. E_OUTSIDE. */
Err browser_start(Arena *a, const char *path, const char *tmpfs, bool no_sandbox, Browser *out) NODISCARD;
/* Waits for its end, at most that long, and takes the profile away. */
void browser_stop(Browser *b, int wait_ms);
/* params: a JSON object, or empty. Gives the number that the answer will carry; 0: it is gone. */
int cdp_send(Browser *b, Str session, const char *method, Str params);
/* The next message, in a. E_MISSING: none within that time. E_OUTSIDE: it ended. */
Err cdp_next(Browser *b, Arena *a, int wait_ms, const JVal **out) NODISCARD;
_Noreturn void browser_become(int argc, char **argv);            /* keten-capture --browser ...: closes the sandbox, then is the browser */

/* ---- judge.c: what may be asked for, what the browser gets. Pure. ---- */
typedef enum Verdict { ASK, ASK_HASH /* streams by, only the digest stays */, ASK_PICTURE /* into memory, judged, dropped */, ASK_ALL /* whatever it is, whole */, HOLD /* never asked for; a grey box */, REFUSE /* never asked for */ } Verdict;
Verdict judge(BrowseMode mode, Str method, Str kind, Str url, const char **out_why);
bool looks_like_imagery(Str url);
Str grey_box(void);                                               /* image/svg+xml */
Str blurred(Arena *a, const MediaPicture *p);                     /* the same, of 36 grey squares in the size of the picture */
/* Headers as JSON for the browser, from the head as it came: without those about transfer, with our own rules for what a page may load. */
void put_headers(Json *j, Str head, bool document);
Str without_inline_media(Arena *a, Str body);                     /* data: pictures and films are made unreadable, length and all else unchanged */

/* ---- look.c ---- */
typedef struct Seen {
    Str request, url, kind;      /* of the browser's own question */
    NetAsk ask;                  /* as it was made */
    Verdict verdict;
    bool page, asked, done;      /* page: the document itself, or a redirect on the way to it */
    NetGot got;
    const char *withheld;
    Str instead, fact;
} Seen;
typedef struct Look {
    BrowseAsk ask;
    Arena *life, *turn;
    Browser b;
    NetMany *net;
    Media *media;
    bool swap;
    Seen *seen;
    size_t n, cap;
    WarcLeft *left;
    size_t left_n, left_cap;
    int64_t bytes, made, deadline, quiet_since;
    Str session, frame, browser, clock;
    const char *ended;
    bool loaded, closing, crashed, alone;
    int asker;                   /* whoever asked; when that hangs up all of it ends */
    int reply;                   /* the call that is waited for */
    const JVal *result;
    bool failed;
} Look;
void look_run(Look *k, BrowseSaid *out);
void look_left(Look *k, Str url, Str kind, const char *why);
/* ---- exchange.c: requests of the page ---- */
void on_paused(Look *k, const JVal *params);
void on_answer(Look *k, uint32_t id, const NetGot *got);
void refuse_all(Look *k);
/* ---- keep.c: the file ---- */
void look_keep(Look *k, Str title, Str text, Str shot, BrowseSaid *out);
#endif
