/* zip.h - the container of a dossier: a ZIP file of one fixed shape, written and read strictly.
 *
 * Members are stored, not compressed, sorted by name, with one fixed time and no extra fields, so that the same content gives
 * the same bytes and every byte of the container can be foretold. The reader rebuilds each header from name, size and CRC and
 * compares: whatever is not as it would have been written is named. Nothing is unpacked, so there is nothing to explode.
 * Names are plain ASCII paths below one folder. No ZIP64: a dossier is smaller than 4 GiB. Pure. Source: APPNOTE.TXT 6.3.10.
 */
#ifndef KETEN_ZIP_H
#define KETEN_ZIP_H
#include "foundation/base/base.h"

enum { ZIP_FILES_MAX = 20000, ZIP_NAME_MAX = 240 };
typedef struct ZipFile { Str name, bytes; } ZipFile;
bool zip_name_ok(Str name);                                                    /* [A-Za-z0-9._-] segments, none empty, "." or ".." */
/* Sorts files by name and appends the whole archive. Two equal names or a bad name are a bug; E_LIMIT when too large. */
Err zip_write(ZipFile *files, size_t n, Buf *out) NODISCARD;

/* wrong: msgid of what is not as written, or NULL. other: the name in the member's own header, when it differs from the directory's. */
typedef struct ZipMember { Str name, bytes; const char *wrong; Str other; } ZipMember;
/* Members in the order of the directory, views into bytes. OK also when some are wrong: look at each. E_INPUT with *out_wrong
 * (msgid) when the container as a whole is not readable; what was read before stands in out. E_LIMIT too many members. */
Err zip_read(Arena *a, Str bytes, ZipMember **out, size_t *out_n, const char **out_wrong) NODISCARD;
#endif
