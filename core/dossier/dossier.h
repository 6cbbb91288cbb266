/* dossier.h - the file format of a dossier: one ZIP that holds a BagIt 1.0 bag with a seal, proofs and everything to check it by.
 *
 * Pure: no I/O, no clock, no database; the command, the inspector's page and the page in the browser check with the same code, and
 * speak with the same words (dossier_report_json, dossier_report_text). A file of any size is checked in memory that follows from
 * the number of its files and acts. Order of making: payload (data/...) -> manifests and bag-info -> seal.txt -> signature and ledger leaf over the seal ->
 * proofs and the tag manifest. The payload is frozen from the seal on; later stamps and receipts only add tag files.
 * What stands where: docs/dossier.md. Sources: RFC 8493 (BagIt), c2sp.org (proofs), ISO 28500 (captures).
 */
#ifndef KETEN_DOSSIER_H
#define KETEN_DOSSIER_H
#include "core/dossier/zip.h"
#include "core/ledger/witness.h"

enum { DOSSIER_EVENTS_MAX = 100000, DOSSIER_LINE_MAX = 4 << 20 };

/* ---- making ---- */
typedef struct DossierBag { Arena *a; Str base; ZipFile *files; size_t n, cap; } DossierBag; /* base: name of the one folder, "keten-K-2026-000001-1" */
DossierBag dossier_bag(Arena *a, Str base);
void dossier_add(DossierBag *b, Str path, Str bytes);            /* path below the base; the bytes are not copied */
typedef struct DossierSeal {
    Str id, number, made, organisation, origin, tool, title;     /* one line each; title only for bag-info */
    int64_t case_acts;                                           /* acts of the case up to the seal, and the commitment of the last (hex) */
    Str case_head;
    /* facts that can be opened one by one (fields.h): root (hex) and number; which version this is, and of one made from another its parent's seal (hex) */
    Str facts_root, version /* authority public defence without */, parent;
    int64_t facts_n;
    /* read back by dossier_seal_parse */
    Str manifest256, manifest512, bag_info, bagit, readme, verifier; /* verifier: of a seal of version 2, which has the page beside it */
    int64_t payload_files, payload_bytes;
} DossierSeal;
/* Adds bagit.txt, bag-info.txt, both manifests and seal.txt; the seal's text is what is signed and logged. verify/README.txt must be there; verify/verifier.html is named too when it is. */
Str dossier_seal(DossierBag *b, const DossierSeal *s);
#define DOSSIER_SEAL_LABEL S("dossier")                          /* vault_sign label: the signature is over the whole seal.txt, whose first line is "keten/dossier" */
Str dossier_seal_signed_part(Str seal_text);                     /* what follows that first line */
Err dossier_seal_parse(Arena *a, Str text, DossierSeal *out) NODISCARD;
Str dossier_key_pem(Arena *a, const uint8_t pub[32]);            /* RFC 8410, for openssl */
/* The opening of a leaf, one JSON object on one line: what is hashed and the salt; a withheld one has only its commitment. */
Str dossier_event_line(Arena *a, int64_t case_seq, Str event /* p NULL: withheld */, Str salt, Str commitment);
/* A file beside the content: the opening of the act dossier.receipt, with the reason and the nonce of its digest (p NULL: no reason). */
Str dossier_receipt_line(Arena *a, int64_t case_seq, Str event, Str salt, Str commitment, Str nonce, Str why);
Str dossier_proof_path(Arena *a, int64_t case_seq);              /* "proofs/act-000012.tlog-proof" */
/* Adds the tag manifest and writes the archive. */
Err dossier_write(DossierBag *b, Buf *out) NODISCARD;

/* ---- checking ---- */
typedef enum DossierVerdict { VERDICT_OK, VERDICT_REMARK, VERDICT_CANNOT, VERDICT_FAILED } DossierVerdict;
const char *dossier_verdict_word(DossierVerdict v);                             /* "ok" "ok, with remark" "cannot check here" "FAILED" */
typedef struct DossierItem {
    DossierVerdict verdict;
    const char *check;      /* code: container names bag payload tags seal signature ledger custody captures key time coverage */
    Str file;               /* which file it is about, or empty */
    const char *why;        /* msgid */
    Str detail;             /* a value to show with it, or empty */
} DossierItem;
/* What would notice that a file was changed. SELF: a signature, the ledger or a stamp over that very file. TAGS: only the list of
 * accompanying files, which whoever changes the file can change too. NONE: nothing in the dossier. */
typedef enum DossierCover { COVER_NONE, COVER_TAGS, COVER_SEAL, COVER_SELF } DossierCover;
const char *dossier_cover_word(DossierCover c);                                 /* "not covered" "by the tag manifest only" "by the seal" "by itself" */
typedef struct DossierFile { Str path; int64_t size; Str sha256; DossierCover cover; bool wrong; } DossierFile; /* sha256: hex */
enum { DOSSIER_ITEMS_MAX = 2000 };
typedef struct DossierReport {
    DossierItem *items;
    size_t n;
    size_t more;            /* findings beyond the table's end */
    int64_t failed, remarks, cannot;
    DossierSeal seal;       /* as read; empty when it could not be */
    Str seal_sha256, vkey;  /* hex; the key named in the file */
    int64_t files, bytes, events, withheld, captures;
    DossierFile *file;      /* every file, in the order of the container */
    size_t file_n;
} DossierReport;
/* Whom the reader trusts, and from elsewhere than the file: from paper, from the ledger's page. */
typedef struct DossierTrust {
    const NoteKey *key;     /* the maker's ledger; NULL: only the file's own claim, which is then a remark */
    Str cas;                /* certificates (PEM) of time-stamp authorities; may be empty */
    const LedgerPolicy *policy; /* whose signatures under the tree count; NULL: only what the file says of itself, which is then a remark */
} DossierTrust;
/* Checks everything that can be checked from the bytes alone. Whatever they are, a report comes. */
void dossier_verify_source(Arena *a, const ZipSource *src, const DossierTrust *trust, DossierReport *out);
void dossier_verify(Arena *a, Str zip, const NoteKey *key, DossierReport *out);                 /* from memory */
void dossier_verify_with(Arena *a, Str zip, const NoteKey *key, Str cas, DossierReport *out);
/* The report as every tool of ours prints it. The JSON ends with a line feed. */
void dossier_report_json(const DossierReport *r, Buf *out);
void dossier_report_text(const DossierReport *r, Buf *out);
#endif
