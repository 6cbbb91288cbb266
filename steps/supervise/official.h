/* official.h - which official files were read: the acts that say so. The reading itself is core/sor and `keten sor ingest`.
 *
 * A file that was read is an act: its name's parts, its own SHA-256 (the database publishes SHA-1 only), what was counted, and the
 * SHA-256 of the cube, the extract, the list of lines and the quality report that were made of it, so that a later figure can name
 * where it comes from. A second, different file for the same day is a second row that names the first.
 */
#ifndef KETEN_OFFICIAL_H
#define KETEN_OFFICIAL_H
#include "core/journal/journal.h"
extern const ActDef act_sor_read;

typedef struct SorFile {
    Id id, prior;                  /* prior: the file that was read before for the same day, when it differs */
    Str slug, day, kind, form;     /* "global" "2025-09-01" "full" "V2" */
    Str sha256, sha1;              /* raw bytes */
    Str sha1_state;                /* matches, none */
    int64_t bytes, parts, damaged, lines, rows, repaired, quarantined, extract_rows;
    int64_t published;             /* rows that the download page says; -1: not said */
    Str cube, extract, line_list, quality, crosswalk; /* SHA-256 each */
    UnixMs at;
} SorFile;
Act *sor_read_act(Ctx *c, const SorFile *f);
Err sor_file_by_sha(Ctx *c, Str sha256, SorFile *out) NODISCARD;                        /* E_MISSING: not read yet */
Err sor_file_newest(Ctx *c, Str slug, Str day, Str kind, SorFile *out) NODISCARD;       /* E_MISSING */
Err sor_newest_day(Ctx *c, Str *out) NODISCARD;                                         /* empty when none was read */
Err sor_files(Ctx *c, Str from_day, Str to_day, SorFile **out, size_t *out_n) NODISCARD; /* of these days, by day; at most SOR_FILES_MAX */
enum { SOR_FILES_MAX = 65000 };
#endif
