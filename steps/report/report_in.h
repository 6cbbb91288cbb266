/* report_in.h - private to report: the draft of a report between two screens, the order of the screens, and the case as its
 * own person sees it. The draft lives sealed under the visitor's cookie for half an hour and nowhere else. */
#ifndef KETEN_REPORT_IN_H
#define KETEN_REPORT_IN_H
#include "core/case/intake.h"
#include "core/case/request.h"
#include "core/law/law.h"
#include "core/step/step.h"
#include "steps/report/report.h"
#include "steps/report/report_page.h"

typedef enum Screen { SCREEN_SAFE, SCREEN_WHO, SCREEN_YOUNG, SCREEN_WHAT, SCREEN_WHERE, SCREEN_PICTURE, SCREEN_WANT, SCREEN_REACH, SCREEN_WORDS, SCREEN_ALLOW, SCREEN_CHECK, SCREEN_CODE, SCREEN_NEXT, SCREENS } Screen;
extern const char *const screen_codes[]; /* "safe" ..., ended by NULL */

enum { LINKS_AT_ONCE = 2000, LINKS_CHARS = 120000, STORY_CHARS = 20000, LAST_GROUP = 4 };
/* Links in their one spelling, lines kept as words (four bytes a letter), the story, and what JSON adds; the web process keeps more. */
enum { LINKS_BYTES = 1 << 20, DRAFT_BYTES = 2 << 20 };

typedef struct Draft {
    bool begun;
    Screen at;
    bool from_check;                       /* an answer is being changed: afterwards back to the check */
    Str safety, for_whom, age;             /* empty: not answered */
    Str what, wishes, allow;               /* comma-separated */
    Str links, words;                      /* good links, one a line; lines that are none, kept as words */
    Str contact, way, hours, cover;
    Str story;
    Str prints;                            /* characters of photos, one photo a line (print_line); adults only */
    /* after it was sent: nothing that was typed, only what the last two screens show */
    bool sent;
    Str ref, code, lane;
    UnixMs first_look;
} Draft;
Draft draft_read(Arena *a, Str bytes);     /* what cannot be read is an empty draft */
void draft_write(const Draft *d, Buf *out);
bool draft_young(const Draft *d);          /* under 18 or not known: the minors' way */
Screen screen_after(const Draft *d, Screen s);
Screen screen_before(const Draft *d, Screen s);
void screen_place(const Draft *d, Screen s, int64_t *out_at, int64_t *out_of);
bool report_has(Str list, const char *word);
Str report_join(Arena *a, const Str *all, size_t n);

size_t draft_prints(const Draft *d);        /* how many photos */
/* Takes the answers of one screen from a form into the draft; what is wrong goes to the form. anyway: lines that are no links
 * are kept as words (adults) or left out. */
void draft_take(Ctx *c, Draft *d, Screen s, Form *f, bool anyway);
/* The report that the draft is. Lives in the arena. */
void draft_intake(Ctx *c, const Draft *d, Id act, Intake *out);
Str report_source(Str for_whom);

/* ---- plain choices, in words for grown-ups and for twelve-year-olds ---- */
typedef struct Choice { const char *value, *label, *hint, *young, *young_hint; } Choice; /* msgids; young NULL: the same words */
extern const Choice safety_choices[], whom_choices[], age_choices[], what_choices[], wish_choices[], contact_choices[], allow_choices[]; /* ended by value NULL */
const UiOption *report_options(const UiCtx *ui, const Choice *list, bool young, const char *without, size_t *out_n);
Str report_words(const UiCtx *ui, const Choice *list, Str values, bool young); /* "A; B" of a comma-separated list */

/* ---- places to turn to, from the law data ---- */
void report_help(Ctx *c, const UiCtx *ui, Str lane, Str topic, const HelpPlace **out, size_t *out_n);

/* ---- what happened, in plain verbs (track.c) ---- */
typedef struct Track { UiTime *items; size_t n; int64_t online, gone, unseen, all; } Track; /* newest first; counts of locations */
Err report_track(Ctx *c, const UiCtx *ui, const CaseRow *k, Track *out) NODISCARD;
Str report_holder(Ctx *c, const UiCtx *ui, Str kind, Str holder, Str rung);

/* *list without the places that stand in first. */
void report_help_without(Arena *a, const HelpPlace *first, size_t first_n, const HelpPlace **list, size_t *n);
void report_bad_lines(Arena *a, const UrlList *list, const BadLine **out, size_t *out_n, int64_t *out_more);

/* ---- the case of the person with the receipt code (own_pages.c) ---- */
Err report_own_case(Ctx *c, const char *action, CaseRow *out) NODISCARD; /* when this may be done with it now */
bool report_own_may(Ctx *c, const char *action);                         /* for a page that shows what can be done */

/* ---- pages; the table of routes is in report.c ---- */
extern const Param report_flow_form[15 + PRINT_FIELDS], report_photo_form[PRINT_FIELDS], report_photo_end_form[1], report_code_form[1], report_message_form[1], report_links_form[1], report_empty_form[1], report_withdraw_form[1], report_allow_form[1], report_erase_form[2], report_contact_form[4], report_phone_form[12];
Err report_emergency(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_flow_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_flow_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_flow_done(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_flow_file(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_code_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_code_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_messages(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_message_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_links(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_links_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_photos_word(Ctx *c, const UiCtx *ui, const CaseRow *k, Str *out) NODISCARD; /* how many; empty where the page has nothing to say */
Err report_own_photos(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_photos_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_photos_end(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_pause(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_resume(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_worse(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_worse_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_leave(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_withdraw(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_withdraw_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_allow(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_allow_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_contact(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_contact_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_erase(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_erase_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_gone(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_words(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_words_shown(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_proof(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_own_proof_file(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_phone_page(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_phone_send(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_phone_code(Ctx *c, const Request *req, Response *res) NODISCARD;
Err report_phone_done(Ctx *c, const Request *req, Response *res) NODISCARD;
#endif
