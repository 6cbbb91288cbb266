/* net.h - asking the fetch process, which alone reaches the outside: pages, mail, names.
 *
 * A Net is a connection to run/fetch.sock and belongs to one process (jobs, and commands that play a part in the demo). One
 * question at a time. Everything answered lives in the arena given. What happened out there is never an Err: it is in the
 * answer, typed, since a failure to reach something is a fact worth keeping. Err is only E_OUTSIDE (the fetch process is out
 * of reach), E_LIMIT (question too large) and E_INPUT (question not well formed).
 * The fetch process refuses private, loopback and link-local addresses after the name is resolved and on every redirect,
 * unless [net] allow names the host and port. Protocols: http and https only. Sources: RFC 9110, RFC 5321, RFC 6890.
 */
#ifndef KETEN_NET_H
#define KETEN_NET_H
#include "foundation/base/when.h"

#include <sys/types.h>

typedef struct Net Net;
Err net_connect(const char *socket_path, Net **out) NODISCARD;   /* E_MISSING: nobody listens */
void net_close(Net *n);                                          /* accepts NULL */

typedef struct NetAsk {
    Str url;
    Str method;                 /* empty: GET; HEAD, POST */
    Str body, body_type;        /* POST */
    Str accept_language;        /* empty: "nl,en" */
    const Str *headers;         /* further "Name: value" lines, checked for control bytes */
    size_t headers_n;
    size_t bytes_max;           /* of each body; 0: [net] bytes_max_mb */
    bool text_only;             /* only text, html and json bodies are handed over; everything else is hashed as it streams by */
    bool hash_only;             /* no body is handed over at all */
    bool signatures;            /* names are asked for with the signatures over their records (RFC 4034) */
    bool http2;                 /* HTTP/2 where the server offers it over TLS; otherwise, and without: HTTP/1.1, whose heads are what went over the wire */
    Str place;                  /* empty: from here; otherwise a name of [watch] places: over that proxy */
    int seconds_max;            /* 0: [net] timeout_s */
    int redirects_max;          /* -1: [net] redirects_max */
} NetAsk;

typedef struct NetHop {         /* one request and its response, on one connection */
    Str url, ip;                /* ip as text; empty when no connection was made */
    int port, status;           /* status 0: no response */
    Str request_head, response_head; /* raw bytes as they went over the wire, with the blank line */
    Str tls_version;            /* "TLSv1.3"; empty: none */
    Str tls_chain;              /* PEM of the chain of that very connection, leaf first; also when it was not believed (tls_failed) */
    Str dns;                    /* what the name was resolved to: one "name TTL type value" a line */
    UnixMs began;
    int64_t connect_ms, first_byte_ms, total_ms; /* -1: not reached */
    Str type;                   /* content type, lower case, without parameters */
    Str charset;                /* of the content type, lower case; empty: not said */
    Str body;                   /* p NULL when not handed over */
    uint8_t sha256[32];         /* of the body as sent by the server (transfer coding removed, content coding kept) */
    bool hashed;                /* sha256 covers all of it */
    int64_t length;             /* bytes of body seen */
    bool cut;                   /* stopped at bytes_max or at the end of time */
} NetHop;
typedef struct NetGot {
    NetHop *hops;               /* first to last; the last is the answer */
    size_t hops_n;
    /* Empty, or why there is no whole answer: bad_url refused_address dns_none dns_failed connect_refused connect_timeout
     * tls_failed timeout too_many_redirects protocol closed too_large place_unknown place_failed (the proxy could not be used) */
    Str error;
    bool temporary;             /* trying again later may help */
    Str clock;                  /* of the machine that asked, as its kernel says: "synchronised:1200us", "not_synchronised"; empty: it does not say */
} NetGot;
Err net_get(Net *n, Arena *a, const NetAsk *ask, NetGot *out) NODISCARD;

/* Many pages at once, over a connection of their own, answered as they come. Nothing here waits but net_many_turn. */
typedef struct NetMany NetMany;
Err net_many_open(const char *socket_path, NetMany **out) NODISCARD;    /* E_OUTSIDE: nobody listens */
Err net_many_with(int fd, NetMany **out) NODISCARD;              /* the same over a connection that is there; it is closed with it */
/* The same without an instance: starts `program` (keten-fetch) for this process alone; it ends when this is closed, and the caller waits for it. */
Err net_many_alone(const char *program, const char *const *env, NetMany **out, pid_t *out_pid) NODISCARD;
void net_many_close(NetMany *m);                                 /* accepts NULL; what is under way is dropped */
/* id: the caller's, given back with the answer. E_LIMIT: as many as may be are under way. */
Err net_many_ask(NetMany *m, uint32_t id, const NetAsk *ask) NODISCARD;
size_t net_many_under_way(const NetMany *m);
/* Sends what waits and takes what came, waiting at most that long for something to do. E_OUTSIDE: the other side is gone, with all that was under way. */
Err net_many_turn(NetMany *m, int wait_ms) NODISCARD;
/* Whose answer came next; false: none has come whole. */
bool net_many_ready(const NetMany *m, uint32_t *out_id);
/* An answer, in a. E_MISSING: none has come. */
Err net_many_next(NetMany *m, Arena *a, uint32_t *out_id, NetGot *out) NODISCARD;

/* Mail. A server delivers a message when it has read the last line of it, and says so after that; a line that breaks in between leaves it open. So a mail is
 * handed over in two steps: net_mail_begin brings everything but the last line, and the caller writes down that the end follows; net_mail_end sends
 * it. Whatever goes wrong before was surely not sent; what goes wrong after is "unclear", never an Err, and is not to be sent again by itself.
 * envid: 1 to 100 of [A-Za-z0-9._-], comes back in reports about the delivery where the server knows them (RFC 3461); empty: none are asked for. */
typedef struct NetMail { Str from, to; Str message; Str envid; } NetMail;   /* envelope; message: whole RFC 5322 text with CRLF */
typedef struct NetMailGot {
    Str outcome;                /* delivered (the server took it) · deferred (try again) · refused (for good) · unset (no mail server configured) · unclear (its end was sent, no answer came)
                                   · ready (after net_mail_begin: all but the end is there) */
    int code;                   /* last SMTP reply code, 0 none */
    Str reply;                  /* its text, cleaned of control bytes */
    Str server, tls_version;    /* address that took it */
    bool reports;               /* the server was asked for delivery reports, and knows them */
} NetMailGot;
Err net_mail_begin(Net *n, Arena *a, const NetMail *mail, NetMailGot *out) NODISCARD;
/* After "ready", within NET_MAIL_HOLD_S seconds. */
Err net_mail_end(Net *n, Arena *a, NetMailGot *out) NODISCARD;
void net_mail_leave(Net *n);                                     /* after "ready": it is not to go */
Err net_mail(Net *n, Arena *a, const NetMail *mail, NetMailGot *out) NODISCARD; /* both at once, for whoever writes nothing down */

/* The mailbox of [mail] imap_host: mails come over a connection of their own, one at a time, and the next comes when this one was taken. Whoever takes one keeps it
 * durably first: only then it is moved out of the inbox. One that was not taken comes again. RFC 9051, 2177 (IDLE), 6851 (MOVE). */
typedef struct NetPost NetPost;
typedef struct NetPostGot {
    Str what;                   /* unset (no mailbox is configured) · open · mail · failed (the connection is over; detail says why) */
    Str detail, bytes;
    bool cut;                   /* longer than is taken: bytes are its beginning */
} NetPostGot;
Err net_post_open(const char *socket_path, NetPost **out) NODISCARD;
Err net_post_next(NetPost *p, Arena *a, int wait_ms, NetPostGot *out) NODISCARD; /* E_MISSING: nothing came within that time; E_OUTSIDE: the other side is gone */
Err net_post_taken(NetPost *p) NODISCARD;
void net_post_close(NetPost *p);                                 /* accepts NULL */
enum { NET_POST_MAX = 24 << 20, NET_POST_CUT = 256 * 1024 };

typedef struct NetName { Str name, type /* A AAAA CNAME PTR MX NS */, value; int64_t ttl; } NetName;
/* One line asked of a WHOIS server (RFC 3912), and all it says until it hangs up. Ports other than 43 only where [net] allow names the
 * host and port. error: as in NetGot. */
typedef struct NetWhois { Str server; int port; /* 0: 43 */ Str query; int seconds_max; /* 0: 15 */ } NetWhois;
typedef struct NetWhoisGot { Str text, ip, error; bool temporary, cut; /* cut: longer than is read */ } NetWhoisGot;
enum { NET_WHOIS_MAX = 256 * 1024 };
Err net_whois(Net *n, Arena *a, const NetWhois *q, NetWhoisGot *out) NODISCARD;

/* All addresses and aliases of a host; empty list and *out_error when there are none ("dns_none", "dns_failed"). */
Err net_names(Net *n, Arena *a, Str host, NetName **out, size_t *out_n, Str *out_error) NODISCARD;
#endif
