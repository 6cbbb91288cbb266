/* dossier_in.h - shared inside core/dossier only. */
#ifndef KETEN_DOSSIER_IN_H
#define KETEN_DOSSIER_IN_H
#include "core/dossier/dossier.h"

Str dossier_hex256(Arena *a, Str bytes);
Str dossier_hex512(Arena *a, Str bytes);

enum { LIST_MAX = 16 << 20, PROOF_FILE_MAX = 2 << 20 };    /* larger than any of ours: such a file is refused, not read */
typedef struct Look {               /* one checking */
    Arena *a;
    const ZipSource *src;
    const DossierTrust *trust;
    DossierReport *out;
    ZipMember *members;
    size_t n;
    Str base;                       /* with its slash */
    DossierCover *cover;            /* of each member */
    NoteKey key;                    /* the one in the file */
    bool has_key;
} Look;
void look_found(Look *k, DossierVerdict v, const char *check, Str file, const char *why, Str detail);
ZipMember *look_member(const Look *k, Str path);          /* below the base; NULL when it is not there */
Str look_path(const Look *k, const ZipMember *m);         /* below the base */
void look_covered(Look *k, const ZipMember *m, DossierCover c);
void look_accuse(Look *k, ZipMember *m, const char *check, const char *why, Str detail);  /* a file that is not as it was, named once */
/* The member with its bytes in m->bytes, when it is there, sound and no larger than max; otherwise NULL, and the reason is a finding. */
ZipMember *look_sound(Look *k, Str path, const char *check, size_t max);
void look_ledger(Look *k, Str seal_text);            /* key, signature, sealed act, custody, captures, time: verify_ledger.c */
void look_after(Look *k);                            /* verify_after.c */
void look_custody(Look *k);                          /* verify_custody.c */
void look_time(Look *k);                            /* verify_time.c */
enum { CLOCKS_APART_MS = 10 * 60000 };               /* two clocks that differ by more contradict each other */

/* Lines of a member, one after the other, in memory that does not grow with it. */
typedef struct LookLines { const Look *k; const ZipMember *m; int64_t at; char *buf; size_t from, n; bool ended; } LookLines;
LookLines look_lines(Look *k, const ZipMember *m);
bool look_next_line(LookLines *l, Str *out);         /* false: no more, or (l->ended false) one that is too long or not ended by LF */

/* The opening of a leaf: proofs/sealed.json and each line of the custody. */
typedef struct Opening { int64_t seq; Str commitment, event, salt; bool withheld; const struct JVal *json, *body; } Opening;
const char *look_opening(Arena *a, Str line, Opening *o);                                             /* msgid of what is wrong, or NULL */
bool look_proof(Look *k, Arena *a, Str path, Str commitment, Checkpoint *cp);                         /* that leaf stands in a tree that the key signed */
#endif
