/* dossier_in.h - shared inside core/dossier only. */
#ifndef KETEN_DOSSIER_IN_H
#define KETEN_DOSSIER_IN_H
#include "core/dossier/dossier.h"

Str dossier_hex256(Arena *a, Str bytes);
Str dossier_hex512(Arena *a, Str bytes);

typedef struct Look {               /* one checking */
    Arena *a;
    const NoteKey *trusted;
    Str cas;
    DossierReport *out;
    ZipMember *members;
    size_t n;
    Str base;                       /* with its slash */
    bool *covered;                  /* by the payload manifest or the seal */
    NoteKey key;                    /* the one in the file */
    bool has_key;
} Look;
void look_found(Look *k, DossierVerdict v, const char *check, Str file, const char *why, Str detail);
const ZipMember *look_member(const Look *k, Str path);    /* below the base; NULL when it is not there */
void look_ledger(Look *k, Str seal_text);            /* signature, sealed act, custody, captures: verify_ledger.c */
#endif
