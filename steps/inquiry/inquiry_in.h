/* inquiry_in.h - what the files of inquiry share. Private to this room.
 *
 * A capture is one look at one location, asked by a person, made by the server as a WARC file that is kept as a file of the
 * case. What it found stands in coded facts; a failure is a capture too. Cases with a minor, or of unknown age, have none:
 * their material is never fetched (law.md §3).
 */
#ifndef KETEN_INQUIRY_IN_H
#define KETEN_INQUIRY_IN_H
#include "core/case/request.h"
#include "core/law/law.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"
#include "steps/inquiry/inquiry.h"
#include "steps/inquiry/inquiry_page.h"

enum { CAPTURES_AT_ONCE = 50, CAPTURES_MAX = 2000, CAPTURE_BYTES_MAX = 48 << 20 /* of one body */, WARC_BYTES_MAX = 64 << 20 };
#define KETEN_TOOL S("keten/" KETEN_VERSION)

/* ---- captures: inquiry.c ---- */
extern const ActDef act_capture_released, act_capture_cancelled;   /* release.c */
extern const ActDef act_capture_asked, act_capture_made, act_capture_stopped, act_capture_handled;
typedef struct CaptureRow {
    Id id, case_id, org, location, asked_by, warc, text_file, shot, released_by;
    Str mode;          /* text hash blur full */
    Str state;         /* held (waits for a second person) asked made stopped */
    Str form;          /* warc (before there were web archives), wacz, age (a wacz sealed to the key of who it is for) */
    Str browser, clock, recipient /* authority code: whom a full one is sealed to */, seal_to /* with which key: since it was released */, shot_sha256;
    Str result;        /* answered redirected refused server_error unreachable */
    Str why;           /* error of the net, or why it was stopped */
    Str media_type, body /* kept, or the code of why it is not */, digest, vantage, tool, warc_sha256, text_sha256;
    UnixMs asked, made, released, erased; /* erased: the content is gone, the row is a tombstone */
    Str erased_why;
    int64_t status, hops, length, warc_size, requests, left_out;
} CaptureRow;
/* A full capture needs a second person: who asked cannot release it. key: the recipient's, as it stands now. */
Act *capture_release(Ctx *c, Id act_id, const CaptureRow *k, Str key);
Act *capture_cancel(Ctx *c, Id act_id, const CaptureRow *k);
Err capture_recipient_key(Ctx *c, Str recipient, Str *out) NODISCARD;    /* "age1..."; E_MISSING: that body has none on record */
bool capture_mode_known(Str mode);
const char *capture_tail(const CaptureRow *k);     /* ".warc.gz" ".wacz" ".wacz.age": how its file's name ends */
const char *capture_type(const CaptureRow *k);     /* "application/wacz" */
/* Why this case may have no captures: NULL when it may. minor withdrawn no_consent */
Err capture_barred(Ctx *c, Id case_id, const char **out_why) NODISCARD;
Err capture_by_id(Ctx *c, Id id, CaptureRow *out) NODISCARD;
Err capture_of_case(Ctx *c, Id case_id, size_t skip, size_t limit, CaptureRow **out, size_t *out_n, int64_t *out_all) NODISCARD; /* newest first */

/* ---- capture.c: from what the net said to a file and acts ---- */
Err capture_run(Ctx *c, Id capture, UnixMs due, UnixMs *out_again) NODISCARD;      /* job "capture.make" */
Err capture_keep(Ctx *c, const CaptureRow *k, Str url, const NetGot *got) NODISCARD;        /* writes the WACZ and commits; the part of the job that needs no network */

/* ---- what was done with an exhibit: each is an act in the case's chain ---- */
/* what: viewed copied exported handed_over received; to: to whom or by whom, in the words of who records it (may be empty); on: when, 0 now. */
Act *capture_handle(Ctx *c, Id act_id, const CaptureRow *k, Str what, Str to, UnixMs on);
Act *capture_copied(Ctx *c, Id act_id, const CaptureRow *k, Id dossier);     /* into a dossier */
/* exhibit.c */
extern const ActDef act_exhibit_noted, act_exhibit_rechecked, act_exhibit_erased;
/* Destroys the keys of its files, and of the dossiers that carry it; the acts stay, and so do their proofs. ground: asked objection order mistake. */
Act *exhibit_erase(Ctx *c, Id act_id, const CaptureRow *k, Str ground);
Err exhibit_shred_run(Ctx *c, Id capture, UnixMs due, UnixMs *out_again) NODISCARD;   /* job "exhibit.shred" */
Err capture_files(Ctx *c, Id capture, Id *out, size_t max, size_t *out_n) NODISCARD;  /* its own, and those of dossiers with it */
Err capture_erased_of(Ctx *c, Id case_id, CaptureRow **out, size_t *out_n) NODISCARD; /* tombstones of a case, by time */
Act *exhibit_note(Ctx *c, Id act_id, const CaptureRow *k, Str what /* annotated corrected */, Str text);
/* Reads the kept file again. The act says: same, other, damaged, gone (erased). */
Err exhibit_recheck(Ctx *c, Id act_id, const CaptureRow *k, Act **out) NODISCARD;

/* ---- findings and the making of a dossier ---- */
extern const ActDef act_dossier_chosen, act_finding_made;
typedef struct FindingRow { Id id, dossier, case_id, org, by; Str norm, basis, seen_sealed, how_sealed, against_sealed, seen, how, against; UnixMs on; Err err; } FindingRow;
Err finding_of_dossier(Ctx *c, Id dossier, FindingRow **out, size_t *out_n) NODISCARD;      /* opened */
Err capture_of_dossier(Ctx *c, Id dossier, CaptureRow **out, size_t *out_n) NODISCARD;      /* in order of time */
Err dossiers_with(Ctx *c, Id capture, DossierRow **out, size_t *out_n) NODISCARD;
Err dossier_run(Ctx *c, Id dossier, UnixMs due, UnixMs *out_again) NODISCARD;               /* job "dossier.make" */
enum { FINDINGS_MAX = 20, CHOSEN_MAX = 200, CHOSEN_BYTES_MAX = 64 << 20 };

/* ---- store ---- */
Err apply_dossier_chosen(Db *db, const Act *a);
Err apply_finding_made(Db *db, const Act *a);
Err apply_capture_asked(Db *db, const Act *a);
Err apply_capture_made(Db *db, const Act *a);
Err apply_capture_released(Db *db, const Act *a);
Err apply_capture_cancelled(Db *db, const Act *a);
Err apply_capture_stopped(Db *db, const Act *a);
Err apply_capture_handled(Db *db, const Act *a);
Err apply_capture_erased(Db *db, const Act *a);
/* Whether this person did that with this exhibit in the last ten minutes (what empty: anything): a look or a download follows an act. */
Err inquiry_taken_lately(Ctx *c, Id exhibit, const char *kind, const char *what, bool *out) NODISCARD;
/* Whether the button behind this link was pressed in the last ten minutes. */
Err inquiry_fetched_lately(Ctx *c, Id dossier, Str token_hex, bool *out) NODISCARD;
/* A location that some case holds in the minors' way is never fetched for any case. */
Err inquiry_location_barred(Ctx *c, Id location, bool *out) NODISCARD;
Err inquiry_incidents_barred(Ctx *c, Id case_id, bool *out) NODISCARD;

/* ---- words.c ---- */
Str inquiry_say(const UiCtx *ui, const char *list, Str code);  /* the code's word in the reader's language; a code without a word is made readable */
UiState inquiry_state(Str state);

/* ---- pages ---- */
enum { INQUIRY_ROUTES = 32, INQUIRY_DOSSIER_FORM = 21 };
extern const Route inquiry_routes[INQUIRY_ROUTES];
/* The capture or dossier that the page's path names; E_MISSING also for a capture of another case. The right to the case of a capture was asked before. */
Err inquiry_capture_of(Ctx *c, const Request *req, CaptureRow *out) NODISCARD;
Err inquiry_dossier_of(Ctx *c, const Request *req, DossierRow *out, CaseRow *out_case) NODISCARD;
Err inquiry_capture_back(Ctx *c, Response *res, const CaptureRow *k) NODISCARD;  /* after a button: the page of the capture */
UnixMs inquiry_given_on(const Ctx *c, const Form *f, const char *name);          /* the day that was typed, now when it is today; 0: none */
Err inquiry_panel(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out) NODISCARD;
Err inquiry_captures_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_capture_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_capture_file(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_capture_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_release_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_cancel_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err capture_recipients(Ctx *c, const UiCtx *ui, UiOption **out, size_t *out_n) NODISCARD; /* bodies with a public key on record */
Err inquiry_take_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_give_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err ledger_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err ledger_checkpoint(Ctx *c, const Request *req, Response *res) NODISCARD;
Err ledger_tile(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossiers_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossier_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossier_page(Ctx *c, const Request *req, Response *res) NODISCARD;
/* send_pages.c */
Err inquiry_send_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_send_age(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_send_link(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_send_end(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_fetch_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_fetch_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_fetch_file(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_receipt_post(Ctx *c, const Request *req, Response *res) NODISCARD;
/* The file sealed to that contact point's key; E_MISSING: it is no key of the body that the dossier is for. */
Err inquiry_sealed_file(Ctx *c, const DossierRow *d, Str contact_hex, Str *out) NODISCARD;
/* version_pages.c */
Err inquiry_versions_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_versions_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_handed_out(Ctx *c, const DossierRow *d) NODISCARD;   /* E_CONFLICT: after an objection another version took its place */
/* What the forms of the body it is for ask, and what of it is there; empty when no form is known. */
Err inquiry_complete_html(Ctx *c, const UiCtx *ui, const DossierRow *d, Html *out, bool *out_whole) NODISCARD;
UiOption *inquiry_took_options(const UiCtx *ui, size_t *out_n);
Err inquiry_dossier_badge(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossier_take(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossier_give(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_dossier_file(Ctx *c, const Request *req, Response *res) NODISCARD;
extern const Param inquiry_dossier_form[INQUIRY_DOSSIER_FORM];
Id inquiry_derived(Id base, size_t i);   /* ids of the parts of one form: the same form sent again makes nothing twice */
extern const Param inquiry_capture_form[3], inquiry_give_form[3], inquiry_note_form[2], inquiry_erase_form[1], inquiry_age_form[1], inquiry_link_form[2], inquiry_end_form[1], inquiry_receipt_form[3], inquiry_version_form[3];
Err inquiry_look_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_erase_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_note_post(Ctx *c, const Request *req, Response *res) NODISCARD;
Err inquiry_recheck_post(Ctx *c, const Request *req, Response *res) NODISCARD;
/* Custody of an exhibit: what the record says of it, oldest first. */
Err inquiry_custody(Ctx *c, const UiCtx *ui, Id exhibit, UiTime **out, size_t *out_n) NODISCARD;
Str inquiry_user_name(Ctx *c, const UiCtx *ui, Id user, Str actor_kind);
Err inquiry_case(Ctx *c, const Request *req, CaseRow *out) NODISCARD;
#endif
