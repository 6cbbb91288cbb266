/* cert.h - the names in a certificate that a server showed (RFC 5280 §4.2.1.6, RFC 6125). Pure; nothing is believed for it: whose names
 * stand together in one certificate is a fact about who runs the server, not a proof. */
#ifndef KETEN_CERT_H
#define KETEN_CERT_H
#include "foundation/base/base.h"

enum { CERT_NAMES_MAX = 24, CERT_PEM_MAX = 512 * 1024 };
typedef struct CertFacts { Str issuer, subject; /* organisation or common name */ Str name[CERT_NAMES_MAX]; size_t names; bool more; } CertFacts;
/* The first certificate of a PEM chain. E_MISSING: there is none; E_INPUT: it cannot be read. */
Err cert_read(Arena *a, Str pem, CertFacts *out) NODISCARD;
#endif
