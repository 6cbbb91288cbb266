/* address.h - which internet addresses may be reached from here. Pure.
 * Public is what IANA's special-purpose registries (RFC 6890 and updates) leave: no loopback, private, link-local, shared,
 * benchmarking, documentation, multicast or reserved ranges, and no form that carries such an address inside another. */
#ifndef KETEN_ADDRESS_H
#define KETEN_ADDRESS_H
#include "foundation/base/base.h"

typedef struct NetAddress { uint8_t b[16]; bool v6; } NetAddress; /* v4 in the first four bytes */
bool net_address_parse(Str text, NetAddress *out);                 /* dotted quad or RFC 4291 text; brackets are not part of it */
Str net_address_text(Arena *a, const NetAddress *at);
bool net_address_public(const NetAddress *at);
/* Whether "host:port" stands in the blank-separated list. host without brackets; case does not matter. */
bool net_allowed(Str list, Str host, int port); /* in the list also "*.name:port": every name under that one */
/* Ports that speak mail, shells and name service: no page is there. */
bool net_port_ok(int port);
#endif
