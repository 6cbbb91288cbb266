/* registry.h - where to ask about a domain, a network or an AS number, and whose addresses are a delivery network's.
 *
 * The tables are data (folder registry/), compiled in: the bootstrap files of IANA (RFC 9224), WHOIS servers of top-level domains that have
 * no RDAP there, operators of delivery networks and name servers with their address ranges and the marks they leave in headers and names.
 * Files of the same form with a newer publication date may lie over the bootstrap files (`keten lookup --update` fetches them).
 * What is given out lives as long as the arena it was made in. Pure but for that memory; a NetRegistry never changes.
 */
#ifndef KETEN_REGISTRY_H
#define KETEN_REGISTRY_H
#include "foundation/net/address.h"

typedef struct NetRegistry NetRegistry;
typedef struct RegistryFile { Str name, text; } RegistryFile;      /* name: rdap-dns.json rdap-ipv4.json rdap-ipv6.json rdap-asn.json */
enum { REGISTRY_FILE_MAX = 4 << 20, REGISTRY_URLS_MAX = 4 };
extern const char *const registry_bootstrap_names[]; /* the four of them, ended by NULL */
extern const char *const registry_bootstrap_urls[];  /* where IANA publishes each, in the same order */

/* newer: files that lie over those compiled in; an older publication than ours is left aside. E_INPUT: one of them is not of the form of
 * RFC 9224 (*out_why says which and why). */
Err registry_new(Arena *a, const RegistryFile *newer, size_t newer_n, const NetRegistry **out, Str *out_why) NODISCARD;
/* Whether a text is a bootstrap file of that name that registry_new would take; *out_published: its date. */
Err registry_file_check(Arena *a, Str name, Str text, Str *out_published, Str *out_why) NODISCARD;

/* Base URLs to ask (https before http), each ending in a slash. */
typedef struct RegistryUrls { Str url[REGISTRY_URLS_MAX]; size_t n; } RegistryUrls;
void registry_of_domain(const NetRegistry *r, Str domain, RegistryUrls *out);       /* longest label match, RFC 9224 §4 */
void registry_of_address(const NetRegistry *r, const NetAddress *at, RegistryUrls *out); /* longest prefix, §5.1 */
void registry_of_asn(const NetRegistry *r, uint32_t asn, RegistryUrls *out);        /* §5.3; empty when no block is known */
Str registry_whois(const NetRegistry *r, Str domain);              /* server of the top-level domain; empty: not known */
Str registry_whois_of_rdap(const NetRegistry *r, Str rdap_host);   /* the WHOIS of the same registry of networks; empty: not known */
Str registry_published(const NetRegistry *r, Str name);            /* date of a bootstrap file in use */

typedef struct NetOperator { Str code, name, kind /* cdn dns */, mail, form, country, source, verified_on; } NetOperator;
const NetOperator *registry_operator(const NetRegistry *r, Str code);                             /* NULL: not known */
/* *out_source, *out_seen: where the range stands and on what day it was taken over. */
const NetOperator *registry_operator_of_address(const NetRegistry *r, const NetAddress *at, Str *out_prefix, Str *out_source, Str *out_seen);
const NetOperator *registry_operator_of_head(const NetRegistry *r, Str response_head, Str *out_mark); /* a response's head */
const NetOperator *registry_operator_of_name(const NetRegistry *r, Str host);                     /* of an alias (CNAME) */
const NetOperator *registry_operator_of_ns(const NetRegistry *r, Str nameserver);

/* "192.0.2.0/24", "2001:db8::/32". False when it is none, or bits are set beyond the length. */
typedef struct NetPrefix { NetAddress at; int bits; } NetPrefix;
bool net_prefix_parse(Str text, NetPrefix *out);
bool net_prefix_has(const NetPrefix *p, const NetAddress *at);
#endif
