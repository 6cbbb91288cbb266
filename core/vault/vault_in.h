#ifndef KETEN_VAULT_IN_H
#define KETEN_VAULT_IN_H
#include "core/vault/keyring.h"
#include "core/vault/vault.h"
#include "foundation/base/wire.h"

enum { VAULT_WAIT_MS = 20000 };
struct Vault { Arena *life; int fd; Keyring *local; Db *keys; Buf ask, answer; };

Buf *vault_ask(Vault *v, uint8_t op);
Err vault_send(Vault *v, Wire *out) NODISCARD;
void put_session(Buf *b, const VaultSession *s);
Err vault_read_keys(const char *instance_dir, uint8_t out_storage[32], uint8_t out_signing[32]) NODISCARD;

/* wraps_store.c */
typedef struct WrapNew { Id scope; const char *compartment, *holder_kind; Id holder; Str blob; } WrapNew;
Err wraps_keep(Vault *v, const WrapNew *wraps, size_t n, UnixMs now) NODISCARD;                 /* one transaction; replaces */
Err wraps_put(Vault *v, Buf *b, Id scope, uint8_t compartment, bool *out_erased) NODISCARD;     /* number of ways, then the ways */
Err wrap_get(Vault *v, Arena *a, Id scope, const char *compartment, const char *holder_kind, Id holder, Str *out) NODISCARD;
Err wraps_narrow_code(Vault *v, Id scope) NODISCARD;                                           /* a receipt code keeps the story compartment only */
Err wraps_drop_all(Vault *v, Id scope, const char *compartment) NODISCARD;
Err wraps_rename(Vault *v, Id scope, const char *from, const char *to) NODISCARD;              /* one holder's wrap takes another's place */
Err wraps_drop(Vault *v, Id scope, const char *holder_kind, Id holder) NODISCARD;
/* Walking all wraps in the order of their key; at starts empty. */
typedef struct WrapAt { Id scope; Str compartment, holder_kind; Id holder; } WrapAt;
typedef struct WrapSeen { Id scope, holder; Str compartment, holder_kind; bool good; } WrapSeen;
Err wraps_check_some(Vault *v, Arena *a, WrapAt *at, WrapSeen *out, size_t max, size_t *out_n) NODISCARD;
Err wraps_count(Vault *v, int64_t *out) NODISCARD;
const char *compartment_name(uint8_t compartment);
#endif
