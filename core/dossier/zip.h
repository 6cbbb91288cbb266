/* zip.h - the container of a dossier: a ZIP file of one fixed shape, written and read strictly.
 *
 * Members are stored, not compressed, sorted by name, with one fixed time and no extra fields, so that the same content gives
 * the same bytes and every byte of the container can be foretold. The reader rebuilds each header from name, size and CRC and
 * compares: whatever is not as it would have been written is named. Nothing is unpacked, so there is nothing to explode.
 * Names are plain ASCII paths below one folder. No ZIP64: a dossier is smaller than 4 GiB.
 * Reading goes through a ZipSource, front to back and once, with the digests taken on the way: the memory it takes follows from the
 * number of members, never from their size. Pure. Source: APPNOTE.TXT 6.3.10.
 */
#ifndef KETEN_ZIP_H
#define KETEN_ZIP_H
#include "foundation/base/base.h"

enum { ZIP_FILES_MAX = 20000, ZIP_NAME_MAX = 240, ZIP_WINDOW = 1 << 20 };
#define ZIP_BYTES_MAX ((int64_t)UINT32_MAX)
typedef struct ZipFile { Str name, bytes; } ZipFile;
bool zip_name_ok(Str name);                                                    /* [A-Za-z0-9._-] segments, none empty, "." or ".." */
/* Sorts files by name and appends the whole archive. Two equal names or a bad name are a bug; E_LIMIT when too large. */
Err zip_write(ZipFile *files, size_t n, Buf *out) NODISCARD;

/* Where the bytes come from. whole.p not NULL: they lie in memory and are viewed, never copied. Otherwise read gives exactly n of them
 * from a place inside size, or E_OUTSIDE. The bytes must stay what they are while they are read. */
typedef struct ZipSource { int64_t size; Str whole; Err (*read)(void *ctx, int64_t at, void *to, size_t n); void *ctx; } ZipSource;
ZipSource zip_memory(Str bytes);

/* wrong: msgid of what is not as written, or NULL. other: the name in the member's own header, when it differs from the directory's.
 * bytes: only from memory, or once zip_bytes has filled it in. at: of the content in the container. */
typedef struct ZipMember { Str name, bytes; const char *wrong; Str other; int64_t at, size; uint8_t sha256[32], sha512[64]; } ZipMember;
/* Members in the order of the directory, with their digests. OK also when some are wrong: look at each. E_INPUT with *out_wrong
 * (msgid) when the container as a whole is not readable; what was read before stands in out. E_LIMIT too many members or bytes;
 * E_OUTSIDE the source could not be read. */
Err zip_walk(Arena *a, const ZipSource *src, ZipMember **out, size_t *out_n, const char **out_wrong) NODISCARD;
Err zip_read(Arena *a, Str bytes, ZipMember **out, size_t *out_n, const char **out_wrong) NODISCARD;   /* the same, from memory */
/* The content of a member, into the arena unless it lies in memory. E_LIMIT larger than max. */
Err zip_bytes(Arena *a, const ZipSource *src, const ZipMember *m, size_t max, Str *out) NODISCARD;
#endif
