/* version_in.h - shared by the files that make a version of a dossier for other readers. Private to this room. */
#ifndef KETEN_INQUIRY_VERSION_IN_H
#define KETEN_INQUIRY_VERSION_IN_H
#include "core/case/dossier_version.h"
#include "steps/inquiry/dossier_in.h"

enum { VERSION_IDS_MAX = 5000 };
typedef struct Version {
    Draft *f;
    VersionRow as;
    ZipMember *members;        /* of the file it is made from */
    size_t members_n, base_n;
    DossierSeal seal;          /* of that file */
    ClosedRow *closed;
    size_t closed_n, ids_n;
    Str *ids;                  /* hex, of what an objection closes */
    Str facts;                 /* facts.json as this version has it */
} Version;
Err version_make(Ctx *c, const DossierRow *d, const VersionRow *as) NODISCARD;
/* version_report.c */
Err version_report_html(const Version *v, Lang lang, Str *out) NODISCARD;
Err version_report_pdf(const Version *v, Str *out) NODISCARD;   /* p NULL: this server draws none */
const char *version_word(Str version);                          /* msgid */
#endif
