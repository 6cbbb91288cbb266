/* sor_day.h - one daily file: opened, hashed, read, and what is made of it written. Inside programs/keten only. */
#ifndef KETEN_SOR_DAY_H
#define KETEN_SOR_DAY_H
#include "programs/keten/local.h"
#include "programs/keten/sor_run.h"
#include "steps/supervise/official.h"

/* The file as it was opened, before anything else happens. */
typedef struct SorSource {
    const char *path;            /* as given */
    Str base, slug, day, kind;   /* of its name: sor-SLUG-DAY-KIND.zip */
    int fd;
    Str bytes;                   /* mapped: as long as somebody else may cut it off, see sor_source_check */
    int64_t changed_ns;          /* its time of change when it was opened */
    Str sidecar;                 /* what stands in .sha1; p NULL: there is none */
    uint8_t sha256[32], sha1[20];
} SorSource;
/* EXIT_YES, or the exit code with *out_why: one line that begins with the file. */
int sor_source_open(Arena *a, const char *path, SorSource *out, Str *out_why);
/* Hashes; the published checksum must fit. From here until sor_source_close the process ends with one line and EXIT_SYSTEM when the
 * file is cut off by somebody (mmap(2): SIGBUS); one file at a time. */
int sor_source_check(Arena *a, SorSource *s, Str *out_why);
bool sor_source_same(const SorSource *s);                            /* has nobody changed it since it was opened? */
/* All parts of a file of the official layout, in its order; what must not be read stands among them with its reason. */
int sor_source_parts(Arena *a, const SorSource *s, SorEntry **out, size_t *out_n, Str *out_why);
void sor_source_close(SorSource *s);

/* ---- what is made of it ---- */
typedef struct SorWork {
    Cli *cli;
    Local *local;
    SorSource *src;
    const char *dir;             /* DIR/official/sor */
    SorSpec spec;
    Str crosswalk;               /* its SHA-256 */
    SorDay day;
    SorCube cube;
    int64_t published, ms;
    int threads;
    int lines_fd, extract_fd;
    int64_t cube_bytes;
    Str stem;                    /* "2025-09-01/global-full-0123456789abcdef" */
    bool has_prior;
    const Str *seen;             /* platforms that files read before this one named */
    size_t seen_n;
    SorFile file, prior;
} SorWork;
/* country: of the instance's organisation; statements for it alone are told apart. */
void sor_spec_from_law(Arena *a, const Law *law, Str day, Str country, SorSpec *out, Str *out_crosswalk);
/* Reads the file and writes cube, extract, list of lines and quality report; then the act. All or nothing. */
int sor_day_read(Arena *a, SorWork *w, Str *out_why);
bool sor_day_there(Arena *a, const SorWork *w);                      /* is what was made of w->stem on the disk? */
bool sor_seen(const SorWork *w, Str platform);
void sor_quality(Arena *a, const SorWork *w, Buf *out);
/* "2025-09-01/global-full-HEX": where the things made of a file stand. */
Str sor_stem(Arena *a, Str day, Str slug, Str kind, Str sha256);
#endif
