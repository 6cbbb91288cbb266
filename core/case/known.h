/* known.h - photos in force and pictures seen, found by what lies near them, so that a new one is not compared with each of a million. The door to memory that one process keeps (keten-jobs);
 * lent by the program in Ctx.known, NULL where a program has none: then all are gone through, page by page. Part of core/case.
 *
 * What is in it was opened under the storage key and stands in that process's memory alone, never on a disk. It says which are near; whoever asks looks each of them up in the record,
 * which says whether it still counts. One that is destroyed is dropped (job "print.shred"), and its memory made anew before the next question.
 */
#ifndef KETEN_CASE_KNOWN_H
#define KETEN_CASE_KNOWN_H
#include "core/case/print.h"

typedef enum KnownKind { KNOWN_PHOTOS, KNOWN_SIGHTS, KNOWN_KINDS } KnownKind;
enum { KNOWN_FORMS_MAX = PRINT_FRAMES, KNOWN_PAGE = 2000, KNOWN_PAGES_MAX = 50000 };
struct KnownDoor {
    void *to;
    bool (*whole)(void *to, KnownKind kind, Id org);             /* all that there were have been put in; what comes since is put in as it is compared */
    void (*begin)(void *to, KnownKind kind, Id org);             /* empty: what was there goes */
    void (*ready)(void *to, KnownKind kind, Id org);
    void (*put)(void *to, KnownKind kind, Id org, Id thing, const Pdq *forms, int n); /* one that is in it already stays as it is */
    void (*drop)(void *to, Id thing);
    /* Things with a form within PDQ_RADIUS of any of these, each once, in no order; in a. */
    Err (*near)(void *to, Arena *a, KnownKind kind, Id org, const Pdq *forms, int n, Id **out, size_t *out_n);
};

/* Photos of that organisation near this one, which is in it from now on. Fills the memory first when it is not whole. E_MISSING: there is no door. */
Err known_photos(Ctx *c, Id org, const PrintRow *self /* NULL: none */, const Pdq *forms, int n, Id **out, size_t *out_n) NODISCARD;
#endif
