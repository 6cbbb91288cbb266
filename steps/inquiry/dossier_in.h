/* dossier_in.h - shared by the files that make a dossier. Private to this room. */
#ifndef KETEN_INQUIRY_DOSSIER_IN_H
#define KETEN_INQUIRY_DOSSIER_IN_H
#include "core/dossier/dossier.h"
#include "steps/inquiry/inquiry_in.h"

enum { PLACES_MAX = 2000, LETTERS_MAX = 400, TEXT_FILE_MAX = 8 << 20 };
typedef struct Opened { int64_t seq, case_seq; Str event, salt, commitment; bool open; const Event *e; } Opened;
typedef struct RemarkRow { Id capture, by, act; Str what, text; UnixMs at; } RemarkRow;
typedef struct Draft {
    Ctx *c;
    DossierRow d;
    CaseRow k;
    OrgRow org;
    CaptureRow *captures;
    size_t captures_n;
    FindingRow *findings;
    size_t findings_n;
    LocationRow *places;
    size_t places_n;
    RequestRow *requests;
    size_t requests_n;
    SilenceRow *silences;
    size_t silences_n;
    CheckRow *checks;          /* looks whether a location is still online, oldest first */
    size_t checks_n;
    ClockRow *clocks;
    size_t clocks_n;
    IncidentRow *incidents;
    size_t incidents_n;
    CaptureRow *erased;        /* exhibits of the case whose content is gone: tombstones */
    size_t erased_n;
    RemarkRow *notes;            /* remarks and corrections about captures, in order of time */
    size_t notes_n;
    BlobRow *letters;          /* mails and letters, oldest first */
    size_t letters_n;
    Opened *acts;              /* every act of the case, oldest first */
    size_t acts_n;
    int64_t withheld;          /* acts that stay closed */
    UiCtx ui[LANG_COUNT];
    Lang lang;                 /* of the report that is read first */
    Str number;
    Str facts_root, version, parent_seal; /* of the seal */
    int64_t facts_n;
    DossierBag bag;
} Draft;

/* dossier_make.c: from the content to the kept file: seal, act, proofs, stamps, check. */
Err draft_finish(Draft *f) NODISCARD;
/* dossier_gather.c */
Err draft_read_acts(Ctx *c, Draft *f, int64_t upto /* by case_seq; 0: all */) NODISCARD;
void draft_languages(Ctx *c, Draft *f);
Err draft_gather(Ctx *c, const DossierRow *d, Draft *out) NODISCARD;
const char *draft_closed(const Draft *f, size_t i);                /* msgid, for what stays out */
/* dossier_words.c */
Str draft_stamp(const Draft *f, UnixMs t);                               /* "2026-03-02 10:00 Europe/Amsterdam (2026-03-02T09:00:00Z)"; a dash for 0 */
Str draft_when(const Draft *f, UnixMs t);                          /* "2026-03-02 10:00" in the server's zone, for tables */
Str draft_pseudonym(const Draft *f, Id user, Str actor_kind);            /* "worker-1a2b3c4d": the same for the same person, a name for nobody */
Str draft_holder(const Draft *f, Lang lang, Str holder);
Str draft_norm(const Draft *f, Lang lang, Str norm, bool *out_verified);
Str draft_duty(const Draft *f, Lang lang, Str duty);
Str capture_key(Arena *a, const CaptureRow *k);                    /* eight hex digits: the name of its files */
Str draft_url(const Draft *f, Id location);
size_t inquiry_norms(Ctx *c, const UiCtx *ui, UiOption **out);      /* what a finding can name as breached */
/* dossier_data.c: files for machines */
Str draft_facts_json(const Draft *f);
Str draft_clocks_json(const Draft *f);
Str draft_acts_json(const Draft *f);
Str draft_hashes_csv(const Draft *f);
Str draft_events_jsonl(const Draft *f);
Str draft_reproduce_txt(const Draft *f);
Str draft_readme_txt(const Draft *f);
/* dossier_crate.c: what stands in it, what was delivered, who answers for it */
Str draft_crate_json(const Draft *f);                               /* last of the content: it names all the other files */
Str draft_delivery_csv(const Draft *f);
Str draft_timeline_csv(const Draft *f);                              /* dossier_timeline.c */
Str draft_declaration_html(const Draft *f, Lang lang);
/* dossier_report.c: files for people */
Str draft_report_html(const Draft *f, Lang lang);
Str draft_method_html(const Draft *f, Lang lang);
Err draft_report_pdf(const Draft *f, Str *out) NODISCARD;                /* p NULL: this server draws none */
/* What was written is read again as a stranger would, with this ledger's key. E_INPUT: it does not verify. */
Err dossier_check_made(Ctx *c, Str zip) NODISCARD;
/* dossier_renew.c: replies that came and are not in the bag yet, with the certificates they carry */
Err dossier_add_stamps(Ctx *c, DossierBag *b, Str seal_sha, int64_t *out_added) NODISCARD;
/* A mail as it may leave: answer links in it would let the reader answer in the platform's name. */
Str draft_without_links(Arena *a, Str mail);
#endif
