/* lookup.h - who can remove what stands at an address: asked of DNS, RDAP, WHOIS, the site itself, and put in order as a ladder.
 *
 * The page itself is never fetched: names are resolved, registries asked, the root of the host asked for its head, and
 * /.well-known/security.txt read. Each recipient on the ladder says how it was found; every answer is kept as it came, with its moment,
 * so that somebody else can repeat the judgement. lookup_find asks; lookup_ladder only judges what was found, so that a rule or a new
 * table can be tried on an old answer. What was not found is said (missing), never filled in.
 *
 * Sources: RFC 9082, 9083, 9224 (RDAP), RFC 3912 (WHOIS), RFC 9116 (security.txt). Everything out here is in the arena that was given.
 */
#ifndef KETEN_LOOKUP_H
#define KETEN_LOOKUP_H
#include "core/case/platform.h"
#include "foundation/base/json.h"
#include "foundation/net/net.h"
#include "foundation/net/registry.h"

enum { LOOKUP_ADDRESSES_MAX = 8, LOOKUP_NAMES_MAX = 16, LOOKUP_RUNGS_MAX = 24, LOOKUP_ANSWERS_MAX = 48, LOOKUP_RAW_MAX = 64 * 1024, LOOKUP_JSON_MAX = 4 << 20 };

typedef struct LookupAddress {
    Str ip, ptr;
    Str range;               /* "203.0.113.0 - 203.0.113.255", as the registry writes it */
    Str net_name, org, country, mail, page;
    Str how;                 /* rdap whois; empty: nobody said */
    int64_t asn;
    Str as_name, as_mail;
    Str op, op_why;          /* delivery network that it belongs to, and what shows that */
} LookupAddress;

/* One who can be asked. how: code of the way it was found; detail: the words of that way. */
typedef struct LookupRung {
    Str rung;                /* of the ladder in the law data */
    Str role;                /* uploader platform site host cdn registrar registry search appstore payment */
    Str name, mail, page, country;
    Str platform;            /* id in the register of platforms, or empty */
    Str how;                 /* register law security_txt rdap whois range head alias rule none */
    Str detail;
    Str rule;                /* id of the override rule that changed it, or empty */
    bool missing;            /* looked for, and not found */
    bool never;              /* a rule says: do not contact */
} LookupRung;

typedef struct LookupAnswer { Str what /* dns rdap whois head security_txt */, asked, raw, error; int status; uint8_t sha256[32]; UnixMs at; bool cut; } LookupAnswer;

typedef struct Lookup {
    Str url, host, domain;   /* domain: registrable; empty for an address */
    UnixMs at;
    Str error;               /* dns_none dns_failed, or empty */
    Str alias[LOOKUP_NAMES_MAX];
    size_t aliases;
    LookupAddress address[LOOKUP_ADDRESSES_MAX];
    size_t addresses;
    bool more_addresses;
    Str tls_name[LOOKUP_NAMES_MAX], tls_issuer;
    size_t tls_names;
    Str op, op_why;          /* delivery network in front, by address, alias or head */
    Str registrar, registrar_mail, registrar_page, registrar_iana, registrar_how;
    Str registry;            /* server that answers for the top-level domain */
    Str ns[LOOKUP_NAMES_MAX], ns_op;
    size_t nss;
    Str site_mail, site_page;
    bool site_valid;         /* the file's end lies ahead */
    LookupRung rung[LOOKUP_RUNGS_MAX];
    size_t rungs;
    LookupAnswer answer[LOOKUP_ANSWERS_MAX];
    size_t answers;
    bool more_answers;
    bool cut_short;          /* several did not answer in time, so the rest was not asked */
} Lookup;

typedef struct LookupHow {
    Net *net;
    Arena *arena;
    const NetRegistry *registry;
    UnixMs now;
    Str allow;               /* [net] allow */
    Str origin_whois;        /* host[:port] that tells the origin of an address; empty: not asked */
    Str whois;               /* host[:port] asked in place of the tables' servers; empty: the tables */
} LookupHow;

/* Asks the outside and fills the facts, not the ladder. What does not answer is a fact. Err: E_INPUT the address is none; E_OUTSIDE the
 * fetch process is out of reach. At most some fifty questions, each with its own deadline; after three that were not answered in time nobody else is asked. */
Err lookup_find(const LookupHow *how, Str url, Lookup *out) NODISCARD;

/* An override rule as the ladder needs it (lookup_rule.c has the register). */
typedef struct LookupRule { Str id, domain, kind /* origin channel never checker */, mail, page, name, country, rung; } LookupRule;
/* Puts those who can be asked in order. law may be NULL; rules: those that hold now and fit the host, best first. */
void lookup_ladder(Arena *a, const NetRegistry *registry, const PlatformHosts *hosts, const LookupRule *rules, size_t rules_n, Lookup *l);

/* One JSON document. raw: with every answer. */
void lookup_write(Arena *a, const Lookup *l, bool raw, Json *j);
/* Reads what lookup_write wrote (without the answers). E_INPUT: it is none. */
Err lookup_read(Arena *a, Str text, Lookup *out) NODISCARD;
const char *lookup_how_word(Str how);   /* msgid */
const char *lookup_role_word(Str role); /* msgid */

Str lookup_url_host(Str url); /* of a canonical address, without brackets */
/* Whom the place depends on now: the same as long as nothing changed hands. Of the rung host, cdn, registrar. Empty: not known. */
Str lookup_holder(Arena *a, const Lookup *l, Str rung);
#endif
