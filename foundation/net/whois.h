/* whois.h - reading what a WHOIS server answered (RFC 3912): lines for people, of which a few are known by their label. Pure.
 *
 * WHOIS has no form; what is not recognised is passed over, and an address that is found in free words is kept apart from one that stands
 * under a label. Text that is not UTF-8 is read as ISO 8859-1.
 */
#ifndef KETEN_WHOIS_H
#define KETEN_WHOIS_H
#include "foundation/base/base.h"

enum { WHOIS_BYTES_MAX = 256 * 1024, WHOIS_LINES_MAX = 5000, WHOIS_NS_MAX = 16 };
typedef struct WhoisAnswer {
    Str registrar, registrar_mail, registrar_page, iana_id;
    Str abuse_mail;            /* under a label or a remark that says abuse */
    Str mail;                  /* first other address under a label */
    Str org, netname, country, range;
    Str refer;                 /* server to ask next, as the answer says; empty: none */
    int64_t asn;               /* origin; 0: not said */
    Str nameserver[WHOIS_NS_MAX];
    size_t nameservers;
    bool none;                 /* the server says that there is no such thing */
} WhoisAnswer;
/* Never fails on words; E_LIMIT above WHOIS_BYTES_MAX. */
Err whois_read(Arena *a, Str bytes, WhoisAnswer *out) NODISCARD;
#endif
