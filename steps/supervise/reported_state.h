/* reported_state.h - the transparency reports that were read: the act that says so, and what a report said, for whoever compares.
 *
 * The reading itself is core/transparency and `keten sor report`. The act holds the hashes of the files, and, sealed under the organisation's key,
 * the figures and every deviation. The files themselves are kept beside the record (official/reports in the instance).
 * A report is about one platform of the register and one period; a different file for the same period names the one before, and the newest counts.
 */
#ifndef KETEN_REPORTED_STATE_H
#define KETEN_REPORTED_STATE_H
#include "core/journal/journal.h"
#include "core/transparency/compare.h"
extern const ActDef act_reported_read;

typedef struct ReportedRow {
    Id id, prior;
    Str platform, from, to, form, sha256; /* days as ISO; sha256: 32 bytes, of the one file, or over the SHA-256 of each in the order of their names */
    int64_t bytes, files, sections /* bit 1 << RepSection */, figures, blank, devs, lost;
    UnixMs at;
} ReportedRow;
typedef struct ReportedFile { Str name, sha256; int64_t bytes; } ReportedFile;
/* What is not a figure: in the report's own words. */
typedef struct ReportedAbout { Str provider, published, previous; const RepService *services; size_t services_n; const ReportedFile *files; size_t files_n; int64_t devs_more; } ReportedAbout;

/* The act for a report that was read. E_LIMIT: it says more than one act can hold. */
Err reported_act(Ctx *c, Str platform, const Report *r, const ReportedFile *files, size_t n, Id prior, Act **out) NODISCARD;
Err reported_sum(Arena *a, const ReportedFile *files, size_t n, Str *out_sha256) NODISCARD;

/* ---- reading ---- */
/* Of the person's own organisation; platform empty: of all. Newest period first, in it the newest file. all: also those that a later file of the
 * same period took the place of. */
Err reported_rows(Ctx *c, Str platform, bool all, ReportedRow **out, size_t *out_n) NODISCARD;
Err reported_count(Ctx *c, Str platform, int64_t *out) NODISCARD;
Err reported_row(Ctx *c, Id id, ReportedRow *out) NODISCARD;                                    /* E_MISSING */
Err reported_by_sha(Ctx *c, Str platform, Str sha256, ReportedRow *out) NODISCARD;              /* E_MISSING: not read yet */
Err reported_newest(Ctx *c, Str platform, Str from, Str to, ReportedRow *out) NODISCARD;        /* of exactly this period; E_MISSING */
/* The newest report of this platform whose period holds all of these days; E_MISSING: none was read. */
Err reported_for(Ctx *c, Str platform, Str from, Str to, ReportedRow *out) NODISCARD;
/* The statements of its platform in its period, by category and source, out of the year files of the instance. days_read 0: none was read. */
typedef struct ReportedStatements { RepCount *v; size_t n; int64_t days, days_read; bool damaged; } ReportedStatements;
Err reported_statements(Ctx *c, const ReportedRow *row, ReportedStatements *out) NODISCARD;
/* Our own notices to the platform in its period: asked, not taken back, not failed. flagger: is the organisation a trusted flagger? */
Err reported_own(Ctx *c, const ReportedRow *row, RepOwn *out, bool *out_flagger) NODISCARD;
/* Everything that was kept of it: figures for reported_get, deviations, and what it says of itself. */
Err reported_open(Ctx *c, const ReportedRow *row, Report *out, ReportedAbout *out_about) NODISCARD;
#endif
