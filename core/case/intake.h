/* intake.h - how a case comes in, and how the person whose it is comes back: one report from first facts to receipt code, a new
 * code for a lost one, and what belongs together when somebody withdraws or has everything erased. Shared by the report pages,
 * the desk (a report by phone, a lost code) and imports. Part of core/case.
 *
 * Minor lane (age under 18 or unknown at depiction): where it is and what kind of thing it is come in, and nothing else: no
 * account in words, no contact, no yes to captures (law.md §7: never a way in for what must not be here). Refused, not dropped.
 */
#ifndef KETEN_CASE_INTAKE_H
#define KETEN_CASE_INTAKE_H
#include "core/case/case.h"
#include "core/case/print.h"
#include "core/case/url.h"
#include "core/vault/vault.h"

enum { INTAKE_NOTES_MAX = 8, INTAKE_CONSENTS_MAX = 8, INTAKE_PRINTS_MAX = 10 };
/* What a person wrote, by compartment. In the minor lane: none. */
typedef struct IntakeNote { FieldClass cls; Str kind, text; } IntakeNote;
typedef struct Intake {
    CaseNew facts;             /* case_id, org, team, locator and next_due are filled in here */
    Id act;                    /* the form's act id: sent twice, one case */
    const WebUrl *urls; size_t urls_n;
    const Str *url_notes;      /* what an import knows of each address; NULL: nothing */
    IntakeNote notes[INTAKE_NOTES_MAX]; size_t notes_n;
    Str consents[INTAKE_CONSENTS_MAX]; size_t consents_n; /* purposes that got a yes: notices captures filing referral */
    PrintNew prints[INTAKE_PRINTS_MAX]; size_t prints_n; /* in the minor lane: none */
    Str said_by;               /* victim supporter worker */
} Intake;
typedef struct IntakeDone { Id case_id; Str ref, code /* 16 characters, shown once */; UnixMs first_look; } IntakeDone;
/* Makes keys, code and case in this order and commits all acts at once. E_INPUT with the reason in c->fail; E_CONFLICT when this
 * very form was sent before. c->session is not used: the text is sealed for the team and the code only. */
Err intake_open(Ctx *c, const Intake *in, IntakeDone *out) NODISCARD;
/* When somebody must have looked at it: Keten's own promise, by risk. */
int64_t intake_first_look_hours(int64_t risk);

/* Code entry. E_INPUT: cannot be a code (a typing error, said before any stretching); E_LIMIT: too many wrong tries, *out_wait_ms
 * says how long; E_DENIED: no such code, with the same work and the same words whether the locator exists or not. */
typedef struct IntakeLogin { CaseRow row; VaultSession session; } IntakeLogin;
Err intake_login(Ctx *c, Str typed, IntakeLogin *out, int64_t *out_wait_ms) NODISCARD;
/* A new code for a case whose code was lost; the worker (c->session) must hold its keys. The old code no longer works. */
Err intake_reissue(Ctx *c, Id case_id, Str *out_code) NODISCARD;

/* The acts of withdrawing what ("all", "notices", "filing"), or of erasing (what "erase"): clocks stop, open requests are marked
 * withdrawn, so that whoever sent them tells the recipient, and the case act itself comes last. by: victim or lead. */
Err case_withdraw_acts(Ctx *c, Id case_id, Str what, Str by, Act ***out_acts, size_t *out_n) NODISCARD;
#endif
