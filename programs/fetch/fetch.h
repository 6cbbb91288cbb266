/* fetch.h - the fetch process: what it holds, and its parts. Private to programs/fetch.
 *
 * The parent accepts and makes a process for each caller; the caller's process answers its questions one after another. All
 * configuration, certificates and the table of local names are read before the sandbox closes; after that no file is opened.
 */
#ifndef KETEN_FETCH_H
#define KETEN_FETCH_H
#include "foundation/net/address.h"
#include "foundation/net/net_wire.h"
#include "programs/common/program.h"

#include <ldns/ldns.h>

enum { FETCH_CALLERS_MAX = 32, FETCH_CONNECT_MS = 10000, FETCH_ADDRESSES_MAX = 16, FETCH_LOCAL_NAMES_MAX = 512 };

typedef struct LocalName { Str name; NetAddress at; } LocalName;

typedef struct Fetch {
    Program p;
    Metrics metrics;
    Str ca;                       /* PEM, all certificates believed */
    Str allow, user_agent;
    int timeout_s, redirects_max;
    size_t bytes_max;
    Str mail_host, mail_user, mail_password, mail_helo;
    int mail_port, mail_answer_s;
    enum { MAIL_PLAIN, MAIL_STARTTLS, MAIL_TLS } mail_tls;
    LocalName *local;             /* /etc/hosts */
    size_t local_n;
    ldns_resolver *resolver;
    int64_t resolver_stamp;       /* of /etc/resolv.conf when it was read; 0: not from there */
    Arena *a;                     /* of the question at hand */
} Fetch;

/* ---- names.c ---- */
Err names_open(Fetch *f, Str *out_why) NODISCARD;
bool names_stale(const Fetch *f);                              /* the system's resolver settings changed since */
/* What a host name stands for. dns: the records that said so, a line each; error: dns_none or dns_failed when there is no address. All in
 * the arena of the question. */
typedef struct Resolved { NetAddress at[FETCH_ADDRESSES_MAX]; size_t n; Str dns, error; } Resolved;
void names_resolve(Fetch *f, Str host, Resolved *out);
void names_list(Fetch *f, Str host, NetName **out, size_t *out_n, Str *out_error);

/* ---- get.c, mail.c ---- */
void fetch_get(Fetch *f, const NetAsk *ask, NetGot *out);
void fetch_mail(Fetch *f, const NetMail *mail, NetMailGot *out);

/* ---- whois.c ---- */
void fetch_whois(Fetch *f, const NetWhois *q, NetWhoisGot *out);
#endif
