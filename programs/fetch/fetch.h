/* fetch.h - the fetch process: what it holds, and its parts. Private to programs/fetch.
 *
 * The parent accepts and makes a process for each caller; the caller's process answers its questions one after another. All
 * configuration, certificates and the table of local names are read before the sandbox closes; after that no file is opened.
 */
#ifndef KETEN_FETCH_H
#define KETEN_FETCH_H
#include "foundation/net/address.h"
#include "foundation/net/dkim.h"
#include "foundation/net/net_wire.h"
#include "programs/common/program.h"

#include <ares.h>
#include <curl/curl.h>
#include <ldns/ldns.h>
#include <openssl/evp.h>

enum { FETCH_CALLERS_MAX = 32, FETCH_CONNECT_MS = 10000, FETCH_ADDRESSES_MAX = 16, FETCH_LOCAL_NAMES_MAX = 512 };

enum { MAIL_PLAIN, MAIL_STARTTLS, MAIL_TLS };

typedef struct LocalName { Str name; NetAddress at; } LocalName;

typedef struct Fetch {
    Program p;
    Metrics metrics;
    Str ca;                       /* PEM, all certificates believed */
    Str allow, user_agent;
    Str places;                   /* name=proxy pairs */
    int timeout_s, redirects_max;
    size_t bytes_max;
    Str mail_host, mail_user, mail_password, mail_helo;
    int mail_port, mail_answer_s;
    int mail_tls;                 /* MAIL_PLAIN ... */
    DkimKey *dkim;                /* NULL: mails are not signed */
    Str dkim_domain, dkim_selector;
    Str imap_host, imap_user, imap_password, imap_folder, imap_taken;
    int imap_port, imap_tls;
    LocalName *local;             /* /etc/hosts */
    size_t local_n;
    ldns_resolver *resolver;
    int64_t resolver_stamp;       /* of /etc/resolv.conf when it was read; 0: not from there */
    bool alone;                   /* one caller, no instance: nothing is counted or logged */
    ares_channel ares;            /* the same servers, for many questions at once */
    Arena *a;                     /* of the question at hand */
} Fetch;

/* ---- names.c ---- */
Err names_open(Fetch *f, Str *out_why) NODISCARD;
bool names_stale(const Fetch *f);                              /* the system's resolver settings changed since */
/* What a host name stands for. dns: the records that said so, a line each; error: dns_none or dns_failed when there is no address. All in
 * the arena of the question. */
typedef struct Resolved { NetAddress at[FETCH_ADDRESSES_MAX]; size_t n; Str dns, error; } Resolved;
void names_resolve(Fetch *f, Str host, bool signatures, Resolved *out);
bool names_here(const Resolved *r);                            /* all of it is this machine */
/* The same while other work goes on. True: known at once. Otherwise somebody asks DNS for `name`, A and AAAA, hands each answer over (NULL: none
 * came) and ends it. f is of this question and must stay. */
typedef struct Records Records;
typedef struct Lookup { Fetch *f; Records *all; const char *name; int waiting; } Lookup;
bool lookup_begin(Fetch *f, Str host, Lookup *l, Resolved *out);
uint8_t *lookup_question(const Lookup *l, bool v6, size_t *out_n);
void lookup_answer(Lookup *l, const uint8_t *packet, size_t n);
void lookup_end(Lookup *l, Resolved *out);
void names_list(Fetch *f, Str host, NetName **out, size_t *out_n, Str *out_error);

/* ---- get.c ---- one page, hop by hop. A Get is one under way, so that many can be: get_begin; while its state is GET_NAME look up target.host and
 * call get_named; when that is true let curl run hop.curl and call get_answered. At GET_OVER `got` is the answer, in the arena. */
typedef struct GetTarget { Str url, host; int port; bool tls; } GetTarget;
typedef struct Hop {
    Fetch *f;
    const NetAsk *ask;
    NetHop *row;
    CURL *curl;
    Buf request, response, body;
    Buf unbelieved;          /* the chain of a server whose certificate does not hold, as PEM */
    EVP_MD_CTX *digest;
    size_t bytes_max;
    bool allowed;            /* the configuration names this host and port */
    Str proxy;               /* empty: directly */
    bool head_done, keep;    /* keep: the body is handed over */
    bool refused, over, head_over;
    Str location;
} Hop;
typedef struct Get {
    Fetch f;                 /* a copy, with the arena of this question */
    const NetAsk *ask;
    NetGot got;
    GetTarget target;
    Hop hop;
    struct curl_slist *pins, *lines;
    int64_t deadline;
    size_t budget;
    int most;
    bool post;
    enum { GET_OVER, GET_NAME, GET_ASKED } state;
} Get;
void get_begin(Get *g, const Fetch *f, Arena *a, const NetAsk *ask);   /* g must not move until it is over */
bool get_named(Get *g, Resolved *r);
void get_answered(Get *g, CURLcode rc);

/* ---- main.c ---- */
void fetch_count(Fetch *f, const NetGot *got);                 /* one line in the log, one in the figures */

/* ---- post.c ---- one caller, the mails of the mailbox as they come, each taken before the next. */
_Noreturn void post_serve(Fetch *f, int fd);

/* ---- many.c ---- one caller, many questions under way: frames of a number and an ask in, frames of the number and its answer out as they come. */
Err many_open(Fetch *f, Str *out_why) NODISCARD;
_Noreturn void many_serve(Fetch *f, int fd);

/* ---- get.c, mail.c ---- */
void fetch_get(Fetch *f, const NetAsk *ask, NetGot *out);
/* hold is asked when all but the end is there; true: the end may follow. */
void fetch_mail(Fetch *f, const NetMail *mail, bool (*hold)(void *ctx, const NetMailGot *got), void *ctx, NetMailGot *out);

/* ---- whois.c ---- */
void fetch_whois(Fetch *f, const NetWhois *q, NetWhoisGot *out);
#endif
