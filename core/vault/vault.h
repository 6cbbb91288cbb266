/* vault.h - how everything but the key holder works with sealed things: it finds the wrapped keys in the key store (keys.db)
 * and has the key holder (the keys process, or a Keyring in this process) do the rest. No key ever comes out.
 *
 * Batch first: one call for many items costs one round trip. Results live in the arena given. A Vault belongs to one process.
 * Errors: E_DENIED no key for it in this session; E_MISSING the wraps were destroyed (erased); E_OUTSIDE key holder or key
 * store out of reach; E_LIMIT too much at once, or no memory for password stretching right now.
 */
#ifndef KETEN_VAULT_H
#define KETEN_VAULT_H
#include "core/seal/seal.h"
#include "foundation/base/when.h"
#include "foundation/store/store.h"

typedef struct Vault Vault;
typedef struct VaultSession { uint8_t handle[32]; bool worker; } VaultSession;

/* Compartments by number; 0 is what the server itself must act on. The same order as the journal's FieldClass, less one. */
enum { COMP_STORE = 0, COMP_IDENTITY, COMP_STORY, COMP_FACTS, COMP_CARE, COMP_EVIDENCE, COMP_COUNT };
enum { COMP_ALL = 1 << COMP_IDENTITY | 1 << COMP_STORY | 1 << COMP_FACTS | 1 << COMP_CARE | 1 << COMP_EVIDENCE };

/* keys_db stays the caller's. peer: "web" or "jobs" (said in the first frame). */
Err vault_connect(const char *socket_path, Db *keys_db, const char *peer, Vault **out) NODISCARD;
/* A key holder inside this process, for offline commands and tests. Reads storage.key and signing.key of the instance. */
Err vault_open_local(const char *instance_dir, Db *keys_db, Str log_origin, bool light, Vault **out) NODISCARD;
/* The same from keys in memory. */
Vault *vault_with(const uint8_t storage_key[32], const uint8_t signing_seed[32], Str log_origin, Db *keys_db, bool light);
void vault_close(Vault *v);
/* Makes storage.key and signing.key (mode 0400) in a new instance. E_CONFLICT when there is one already. */
Err vault_make_keys(const char *instance_dir) NODISCARD;

/* ---- scopes: a case, a location, an organisation. The wraps are durable before this returns, so before any act uses them. ---- */
typedef struct VaultTeam { Id id; Str pubkey; } VaultTeam;
Err vault_scope_new(Vault *v, Id scope, unsigned compartments, const VaultTeam *teams, size_t n_teams, const VaultSession *code, UnixMs now) NODISCARD;
Err vault_store_scopes(Vault *v, Id org, const Id *scopes, size_t n, UnixMs now) NODISCARD;   /* COMP_STORE only, many at once */
/* Destroys every wrap of the scopes, of all or of none: overwritten in the file when this returns. The log of the key store may still
 * hold older pages: vault_shred_settle, once after the last, empties it. E_CONFLICT from there: somebody reads the key store on; the
 * wraps are gone, and whoever shreds asks again (the erasing jobs do, by being tried again). */
Err vault_shred_scopes(Vault *v, const Id *scopes, size_t n) NODISCARD;
Err vault_shred_settle(Vault *v) NODISCARD;
Err vault_shred_scope(Vault *v, Id scope) NODISCARD;                                         /* one, and settled */

/* ---- sealing ---- */
typedef struct SealItem { Id org, scope, item; uint8_t compartment; const char *field; Str data; Str result; Err err; } SealItem;
/* Each item gets result and err; the call itself fails only when the key holder cannot be asked. */
Err vault_seal(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n) NODISCARD;
Err vault_open(Vault *v, Arena *a, const VaultSession *s, SealItem *items, size_t n) NODISCARD;
/* 128-bit blind index of each text, under a label: equal texts are equal, nothing else shows. */
Err vault_blind(Vault *v, Str label, const Str *texts, size_t n, Id *out) NODISCARD;

/* ---- people ---- */
Err vault_user_enrol(Vault *v, Arena *a, Id user, Str password, UnixMs now, Str *out_pubkey) NODISCARD;  /* wrap kept in the key store */
/* E_DENIED: wrong password, or nobody by this id (same work). Every team the person is a member of is unlocked with it. */
Err vault_login(Vault *v, Arena *a, Id user, Str pubkey, Str password, const VaultTeam *teams, size_t n_teams, UnixMs now, VaultSession *out) NODISCARD;
Err vault_repassword(Vault *v, Arena *a, const VaultSession *s, Id user, Str password, UnixMs now) NODISCARD;
void vault_logout(Vault *v, const VaultSession *s);
/* A new team key, sealed to the members given (more come by vault_team_add). */
typedef struct VaultMember { Id user; Str pubkey; } VaultMember;
Err vault_team_new(Vault *v, Arena *a, Id team, const VaultMember *members, size_t n, UnixMs now, Str *out_pubkey) NODISCARD;
Err vault_team_add(Vault *v, Arena *a, const VaultSession *s, Id team, const VaultMember *member, UnixMs now) NODISCARD; /* E_DENIED unless s is a member */
Err vault_team_remove(Vault *v, Id team, Id user) NODISCARD;
Err vault_team_holds(Vault *v, Id team, Id user, bool *out) NODISCARD;                      /* has this member the team's key? */

/* ---- one-time links that carry a person's keys: the private key wrapped under the link's token until the link was used.
 * link: a name for the link made from its token (the first half of its hash); a person has one such link at a time. ---- */
Err vault_enrol_by_link(Vault *v, Arena *a, Id user, Id link, Str token, UnixMs now, Str *out_pubkey) NODISCARD; /* no password yet: chosen on first use */
Err vault_link_give(Vault *v, const VaultSession *s, Id user, Id link, Str token, UnixMs now) NODISCARD;         /* for somebody whose keys are unlocked now */
Err vault_link_login(Vault *v, Arena *a, Id user, Str pubkey, Id link, Str token, const VaultTeam *teams, size_t n_teams, UnixMs now, VaultSession *out) NODISCARD;
Err vault_link_drop(Vault *v, Id user) NODISCARD;
/* What opens a person's keys now: a password, this link, a second factor beside the password. */
typedef struct VaultWays { bool password, link, totp; } VaultWays;
Err vault_ways(Vault *v, Id user, Id link, VaultWays *out) NODISCARD;
/* A fresh secret that counts only once a code of it was typed back: whoever stops half-way keeps what they had. */
Err vault_totp_new(Vault *v, Arena *a, Id user, UnixMs now, Str *out_base32) NODISCARD;
Err vault_totp_confirm(Vault *v, Id user, Str typed, UnixMs now, int64_t *out_step) NODISCARD; /* E_DENIED: not its code; E_MISSING: none begun */
Err vault_totp_drop(Vault *v, Id user) NODISCARD;
Err vault_totp_check(Vault *v, Id user, Str typed, UnixMs now, int64_t last_step, int64_t *out_step) NODISCARD; /* E_MISSING: none set up */

/* ---- receipt codes ---- */
/* out_code: 16 characters, shown once; the record that checks it is kept when code_keep is called with the case. */
Err vault_code_new(Vault *v, Arena *a, UnixMs now, Str *out_code, Str *out_record, VaultSession *out) NODISCARD;
Err vault_code_keep(Vault *v, Id case_id, Str record, UnixMs now) NODISCARD;                /* replaces an older code's record and wraps' holder */
/* code as code_parse gave it; case_id none when the locator is unknown: same work, E_DENIED. */
Err vault_code_login(Vault *v, Arena *a, Id case_id, Str code, UnixMs now, VaultSession *out) NODISCARD;
/* From now on the code opens the story compartment (what the person wrote, and the messages) and no other: what staff note, and
 * how somebody can be reached, is for the team. Call it when the first acts of a case were committed. */
Err vault_code_narrow(Vault *v, Id case_id) NODISCARD;
/* Wraps the story compartment for a new code, in place of the old code's; the worker must be able to open it. */
Err vault_code_rewrap(Vault *v, Arena *a, const VaultSession *worker, const VaultSession *code, Id case_id, UnixMs now) NODISCARD;

/* ---- checking the key store ---- */
typedef struct VaultSay { void (*problem)(void *ctx, Str what); void (*progress)(void *ctx, int64_t done, int64_t all); void *ctx; } VaultSay;
/* Every wrap: the sum over it holds, and what the storage key should open it opens. *out_wraps: how many were looked at. */
Err vault_check(Vault *v, const VaultSay *say, int64_t *out_wraps) NODISCARD;
/* Which compartments of a scope some team can open (bits 1 << COMP_...); bit 0: the storage key's. */
Err vault_team_opens(Vault *v, Id scope, unsigned *out_mask) NODISCARD;

/* ---- signatures ---- */
Err vault_checkpoint(Vault *v, Arena *a, int64_t size, const uint8_t root[32], Str *out_note) NODISCARD;
/* The head of a list that subscribers get: a log of its own, "ORIGIN/feed/LANE" (core/feed), signed with the same key. */
Err vault_feed_checkpoint(Vault *v, Arena *a, Str lane, int64_t size, const uint8_t root[32], Str *out_note) NODISCARD;
Err vault_sign(Vault *v, Arena *a, Str label, Str bytes, Str *out_sig64) NODISCARD;         /* over "keten/" label LF bytes */
Err vault_public(Vault *v, Arena *a, Str *out_pub32, Str *out_origin) NODISCARD;
#endif
