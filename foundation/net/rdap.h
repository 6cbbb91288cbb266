/* rdap.h - reading what an RDAP server answered (RFC 9083), with the contacts in it (jCard, RFC 7095). Pure; views into the arena.
 *
 * The bytes come from whoever runs the server: sizes, depth and numbers are capped, unknown members are passed over, and a member of
 * another type than it should have counts as absent. Nothing here follows a link; rdap_next says where one leads.
 */
#ifndef KETEN_RDAP_H
#define KETEN_RDAP_H
#include "foundation/net/address.h"

enum { RDAP_BYTES_MAX = 1 << 20, RDAP_ENTITIES_MAX = 48, RDAP_LIST_MAX = 16, RDAP_TEXT_MAX = 300 };
enum { RDAP_ABUSE = 1, RDAP_REGISTRAR = 2, RDAP_REGISTRANT = 4, RDAP_TECHNICAL = 8, RDAP_ADMIN = 16, RDAP_OTHER = 32 };

typedef struct RdapEntity {
    unsigned roles;            /* RDAP_ABUSE ... */
    unsigned above;            /* roles of the entity that it stands in; 0: of the answer itself */
    Str handle, name, org, mail, phone, page /* contact-uri or url */, country, iana_id /* of a registrar */;
} RdapEntity;
typedef struct RdapAnswer {
    Str object;                /* "domain", "ip network", "autnum", "entity"; empty: not said */
    Str handle, name, country, port43;
    Str start, end;            /* of a network */
    int64_t asn;               /* origin, when the registry says so; 0: not said */
    int64_t error;             /* errorCode of an answer that is one */
    RdapEntity entity[RDAP_ENTITIES_MAX];
    size_t entities;
    Str nameserver[RDAP_LIST_MAX];
    size_t nameservers;
    Str status[RDAP_LIST_MAX];
    size_t statuses;
    Str related;               /* address of the same object at another server (link "related", type application/rdap+json) */
    bool more;                 /* there were more entities than are kept */
} RdapAnswer;
/* E_INPUT: no JSON object that could be an RDAP answer; E_LIMIT: larger or deeper than is read. */
Err rdap_read(Arena *a, Str json, RdapAnswer *out) NODISCARD;

/* Who takes reports about it, best first: an entity with the role abuse (its own or inside another), then the registrar, then technical.
 * NULL when none has a mail address or a page. */
const RdapEntity *rdap_abuse(const RdapAnswer *r, unsigned within /* RDAP_REGISTRAR, or 0: anybody */);
const RdapEntity *rdap_role(const RdapAnswer *r, unsigned role); /* first with that role; NULL */
#endif
