/* archive.h - the file a backup is: a list of named files, sealed with a passphrase.
 *
 * Outside: "KETENBK1", salt (16), Argon2id cost (two u64 BE), secretstream header (24), then chunks of 64 KiB plaintext as
 * XChaCha20-Poly1305 secretstream messages; the last has the final tag, so a file cut short is noticed.
 * Inside: for each file u16 BE name length, name, u64 BE size, bytes; a name of length 0 ends the list.
 * Names are from a fixed set of forms (archive_name_ok): no archive can write anywhere else.
 */
#ifndef KETEN_ARCHIVE_H
#define KETEN_ARCHIVE_H
#include "foundation/base/base.h"

typedef struct Sealer Sealer;
/* Argon2id passes and bytes of memory; kept in the file. */
typedef struct ArchiveCost { uint64_t ops, mem; } ArchiveCost;
#define ARCHIVE_COST ((ArchiveCost){ 3, (uint64_t)256 << 20 })
Err sealer_new(int fd, Str passphrase, ArchiveCost cost, Sealer **out) NODISCARD; /* fd stays the caller's */
Err sealer_put(Sealer *s, Str bytes) NODISCARD;
Err sealer_end(Sealer *s) NODISCARD;                                 /* writes the final chunk */
void sealer_free(Sealer *s);                                         /* accepts NULL */

/* Where plaintext comes from: exactly n bytes into p, or E_INPUT when the source ends first. */
typedef struct Source { Err (*take)(void *ctx, void *p, size_t n); void *ctx; } Source;
typedef struct Opener Opener;
Err opener_new(int fd, Str passphrase, Opener **out) NODISCARD;      /* E_INPUT no backup; E_DENIED wrong passphrase, or damaged at the front */
Source opener_source(Opener *o);
Err opener_end(Opener *o) NODISCARD;                                 /* E_INPUT unless everything was read up to the final tag */
void opener_free(Opener *o);

bool archive_name_ok(Str name);
Err archive_head_write(Sealer *s, Str name, uint64_t size) NODISCARD; /* then put exactly size bytes */
Err archive_end_write(Sealer *s) NODISCARD;
/* Next file's head; E_MISSING at the end of the list; E_INPUT for a name or size that is not in order. */
Err archive_head_read(Source src, Arena *a, Str *out_name, uint64_t *out_size) NODISCARD;
#endif
