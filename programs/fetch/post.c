/* post.c - the mailbox: IMAP over a line that curl opened and signed in on. Mails of the inbox are handed over one after another; each that was taken is moved to
 * another folder. Nothing is marked or moved before. RFC 9051 (and 3501), 2177, 6851, 4315. */
#include "programs/fetch/line.h"

#include <poll.h>

enum { UIDS_MAX = 200000, ANSWER_MS = 60000, IDLE_MS = 15 * 60 * 1000, NAP_MS = 60 * 1000, TAKEN_MS = 30 * 60 * 1000, LINES_MAX = 400000 };

typedef struct Box {
    Line line;
    int fd;                     /* of whoever takes them */
    int tag;
    bool move, uidplus, idle, news, listing;
    int64_t last, *uids;
    size_t uids_n;
    int64_t size;               /* of the mail that was asked about */
    Buf mail;
    bool has_mail;
    Str why;
} Box;

static void tell(Box *b, const char *what, Str detail, Str bytes, bool cut) {
    Buf out = buf_new((size_t)NET_POST_MAX + 65536);
    net_put_post(&out, &(NetPostGot){ .what = str_c(what), .detail = detail, .bytes = bytes, .cut = cut });
    if (buf_err(&out) != OK || frame_send(b->fd, buf_str(&out), sys_mono_ms() + ANSWER_MS) != OK) _exit(0);
    buf_wipe(&out);
}

/* ---- what the server says by itself or in answer ---- */

/* The number behind such a word of a line in small letters; false: it is not there, or none. */
static bool number_after(Str lower, const char *word, int64_t max, int64_t *out) {
    size_t at = 0, n = 0;
    if (!str_find(lower, str_c(word), &at)) return false;
    Str rest = str_sub(lower, at + strlen(word), lower.n);
    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9') n++;
    return str_i64(str_sub(rest, 0, n), 0, max, out) == OK;
}

/* The number of bytes that follow a line that ends with {n}; -1: none do. */
static int64_t literal(Str line) {
    size_t open = line.n;
    int64_t n = -1;
    if (line.n < 3 || line.p[line.n - 1] != '}') return -1;
    while (open > 0 && line.p[open - 1] != '{') open--;
    return str_i64(str_sub(line, open, line.n - 1 - open), 0, NET_POST_MAX, &n) == OK ? n : -2;
}

static Err literal_follows(Box *b, Str line) {
    int64_t n = literal(line);
    size_t at = 0;
    bool body = str_starts(line, S("* ")) && str_find(line, S("BODY["), &at) && !b->has_mail;
    Buf skipped = buf_new(NET_POST_MAX);
    if (n == -2) return E_LIMIT;
    if (n < 0) return OK;
    Err e = line_read_bytes(&b->line, (size_t)n, ANSWER_MS, body ? &b->mail : &skipped);
    b->has_mail = b->has_mail || (body && e == OK);
    buf_wipe(&skipped);
    return e;
}

static void untagged(Box *b, Str line) {
    size_t at = 0;
    Str lower = str_lower(b->line.f->a, str_sub(line, 0, 4096));
    int64_t uid = 0;
    if (b->listing && number_after(lower, "(uid ", UINT32_MAX, &uid) && uid > b->last && b->uids_n < UIDS_MAX) b->uids[b->uids_n++] = uid;
    if (str_starts(lower, S("* capability"))) {
        b->move = str_find(lower, S(" move"), &at);
        b->uidplus = str_find(lower, S(" uidplus"), &at);
        b->idle = str_find(lower, S(" idle"), &at);
    }
    b->news = b->news || str_ends(lower, S(" exists"));
    (void)!number_after(lower, "rfc822.size ", INT64_MAX, &b->size);
}

/* One command, to its end. E_CONFLICT: the server said no. */
static Err command(Box *b, Str what) {
    Arena *a = b->line.f->a;
    Str tag = str_fmt(a, "k%d ", ++b->tag), line = STR_NONE;
    TRY(line_send(&b->line, str_fmt(a, STR_FMT STR_FMT "\r\n", STR_ARG(tag), STR_ARG(what)), ANSWER_MS));
    for (int i = 0; i < LINES_MAX; i++) {
        if (line_read(&b->line, ANSWER_MS, &line) != OK) return E_OUTSIDE;
        if (str_starts(line, S("* BYE"))) return E_OUTSIDE;
        if (str_starts(line, tag)) return str_starts(str_sub(line, tag.n, line.n), S("OK")) ? OK : E_CONFLICT;
        untagged(b, line);
        TRY(literal_follows(b, line));
    }
    return E_OUTSIDE;
}

/* ---- mails ---- */

static bool caller_gone(int fd) {
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, 0) > 0; /* nothing is said unasked: it hung up, or is out of step */
}

static Err away(Box *b, int64_t uid) {
    Fetch *f = b->line.f;
    Str to = f->imap_taken, copy = str_fmt(f->a, "UID %s %lld \"" STR_FMT "\"", b->move ? "MOVE" : "COPY", (long long)uid, STR_ARG(to));
    Err e = command(b, copy);
    if (e == E_CONFLICT) { /* the folder is not there yet */
        e = command(b, str_fmt(f->a, "CREATE \"" STR_FMT "\"", STR_ARG(to)));
        if (e != E_OUTSIDE) e = command(b, copy);
    }
    if (e == OK && !b->move) {
        TRY(command(b, str_fmt(f->a, "UID STORE %lld +FLAGS.SILENT (\\Deleted)", (long long)uid)));
        e = command(b, b->uidplus ? str_fmt(f->a, "UID EXPUNGE %lld", (long long)uid) : S("EXPUNGE"));
    }
    if (e == E_CONFLICT) log_line(LOG_WARN, "event=mailbox why=\"what was taken could not be moved\"");
    return e == E_CONFLICT ? OK : e; /* it stays, and is known when it comes again */
}

static Err hand_over(Box *b, int64_t uid) {
    Arena *a = b->line.f->a;
    Buf said = buf_new(64);
    b->size = 0;
    b->has_mail = false;
    buf_clear(&b->mail);
    TRY(command(b, str_fmt(a, "UID FETCH %lld (RFC822.SIZE)", (long long)uid)));
    bool cut = b->size > NET_POST_MAX;
    TRY(command(b, str_fmt(a, cut ? "UID FETCH %lld (BODY.PEEK[]<0.%d>)" : "UID FETCH %lld (BODY.PEEK[])", (long long)uid, (int)NET_POST_CUT)));
    if (!b->has_mail) return OK; /* somebody else removed it meanwhile */
    tell(b, "mail", STR_NONE, buf_str(&b->mail), cut);
    bool taken = frame_recv(b->fd, 64, sys_mono_ms() + TAKEN_MS, &said) == OK && str_eq(buf_str(&said), S("taken"));
    buf_free(&said);
    if (!taken) _exit(0);
    return away(b, uid);
}

static Err wait_for_news(Box *b) {
    Arena *a = b->line.f->a;
    Str line = STR_NONE, tag = str_fmt(a, "k%d ", ++b->tag);
    int64_t until = sys_mono_ms() + (b->idle ? IDLE_MS : NAP_MS);
    bool over = false;
    b->news = false;
    if (b->idle) TRY(line_send(&b->line, str_fmt(a, STR_FMT "IDLE\r\n", STR_ARG(tag)), ANSWER_MS));
    while (!b->news && !over && sys_mono_ms() < until) {
        struct pollfd p[] = { { .fd = b->fd, .events = POLLIN }, { .fd = b->line.fd, .events = POLLIN } };
        if (!line_waits(&b->line)) (void)poll(p, b->idle ? 2 : 1, (int)(until - sys_mono_ms() > 1000 ? 1000 : until - sys_mono_ms()));
        if (p[0].revents != 0 && caller_gone(b->fd)) _exit(0);
        Err e = b->idle ? line_read(&b->line, 0, &line) : E_CONFLICT;
        if (e == E_OUTSIDE || (e == OK && str_starts(line, S("* BYE")))) return E_OUTSIDE;
        if (e == OK) untagged(b, line);
        over = e == OK && str_starts(line, tag); /* the server ended it */
    }
    if (!b->idle || over) return command(b, S("NOOP"));
    TRY(line_send(&b->line, S("DONE\r\n"), ANSWER_MS));
    for (int i = 0; i < 1000; i++) {
        if (line_read(&b->line, ANSWER_MS, &line) != OK) return E_OUTSIDE;
        if (str_starts(line, tag)) return OK;
        untagged(b, line);
    }
    return E_OUTSIDE;
}

static Err serve(Box *b) {
    Fetch *f = b->line.f;
    TRY(command(b, S("CAPABILITY")));
    TRY(command(b, str_fmt(f->a, "SELECT \"" STR_FMT "\"", STR_ARG(f->imap_folder))));
    tell(b, "open", str_fmt(f->a, STR_FMT " " STR_FMT "%s", STR_ARG(b->line.server), STR_ARG(b->line.tls), b->idle ? " IDLE" : ""), STR_NONE, false);
    for (;;) {
        arena_reset(f->a);
        b->uids = ARENA_ARRAY(f->a, int64_t, UIDS_MAX);
        b->uids_n = 0;
        b->listing = true; /* a line for each: a search has them all in one, and a full mailbox makes that longer than a line may be */
        TRY(command(b, str_fmt(f->a, "UID FETCH %lld:* (UID)", (long long)b->last + 1)));
        b->listing = false;
        int64_t *uids = b->uids;
        for (size_t i = 0; i < b->uids_n; i++) {
            if (uids[i] <= b->last) continue;
            TRY(hand_over(b, uids[i]));
            b->last = uids[i];
        }
        if (b->uids_n == 0) TRY(wait_for_news(b));
    }
}

static void open_box(Fetch *f, Box *b) {
    Resolved r;
    LineTo to = { .scheme = f->imap_tls == MAIL_TLS ? "imaps" : "imap", .host = f->imap_host, .port = f->imap_port, .tls = f->imap_tls != MAIL_PLAIN, .user = f->imap_user, .password = f->imap_password };
    names_resolve(f, f->imap_host, false, &r);
    b->why = r.error;
    if (r.error.n > 0) return;
    if (f->imap_tls == MAIL_PLAIN && !net_allowed(f->allow, f->imap_host, f->imap_port) && !names_here(&r)) {
        b->why = S("a mailbox without TLS is read on this machine only");
        return;
    }
    if (line_open(&b->line, &to, &r) != OK) b->why = b->line.why;
    else b->why = serve(b) == E_CONFLICT ? S("the mailbox refused what was asked of it") : S("the connection ended");
}

_Noreturn void post_serve(Fetch *f, int fd) {
    Box *b = ARENA_NEW(arena_new(1 << 20), Box);
    *b = (Box){ .line = { .f = f }, .fd = fd, .mail = buf_new(NET_POST_MAX) };
    if (f->imap_host.n == 0) tell(b, "unset", STR_NONE, STR_NONE, false);
    else open_box(f, b);
    if (f->imap_host.n > 0) tell(b, "failed", b->why, STR_NONE, false);
    line_close(&b->line);
    _exit(0);
}
