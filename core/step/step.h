/* step.h - what a room gives to the house: its acts, routes, due work, panels on the case page, what waits outside of cases, forms it can make.
 *
 * Each room (core/case, core/desk, steps/...) defines one const Step; programs/common/house.c lists them once, and the
 * programs take from that list what they need (web: routes and panels, jobs: due work, all: acts). Steps never include
 * each other: this table, and what is shared in core/case, is how they meet.
 */
#ifndef KETEN_STEP_H
#define KETEN_STEP_H
#include "core/case/case.h"
#include "foundation/http/http.h"
#include "foundation/jobs/jobs.h"
#include "foundation/ui/ui.h"

/* A part of the one-screen case. It writes through its own template; an empty part writes nothing and is not shown. */
typedef enum PanelPlace { PANEL_FACTS, PANEL_MIDDLE, PANEL_NEXT } PanelPlace; /* left, middle under the chain picture, right */
struct CasePanel {
    const char *anchor;   /* id of the section: "notices" */
    const char *title;    /* msgid */
    PanelPlace place;
    int rank;             /* lower comes first within its place */
    Err (*html)(Ctx *c, const UiCtx *ui, const CaseRow *k, Buf *out);
};

/* Which page makes a form of the law data (LawNext.form, LawForm id): "art16" is made at "/case/%s/notice". The page takes
 * ?proposal=ID and, when it sends, commits proposal_decide together with its own acts. %s is the case id in hex. */
struct StepForm { const char *form, *path; };

/* Something that waits for this person, or for the person's organisation, and belongs to no case: shown on top of the page where
 * their work begins (queue, inbox, platforms) by home_waits of core/case/home.h. It writes nothing when nothing waits. */
struct HomePart { Err (*html)(Ctx *c, const UiCtx *ui, Buf *out); };

typedef struct Step {
    const char *name;                        /* "takedown" */
    const ActDef *const *acts;               /* ended by NULL; NULL: none */
    const Route *routes;
    size_t routes_n;
    const JobKind *jobs;
    size_t jobs_n;
    const char *const *daily;                /* job kinds that must always be in the queue, with the organisation as subject; ended by NULL */
    const LapseKind *const *lapse;           /* ended by NULL; NULL: none */
    HolderName *holder_name;                 /* of the register of recipients that this room keeps; NULL: none */
    const CasePanel *panels;
    size_t panels_n;
    const StepForm *forms;
    size_t forms_n;
    const HomePart *home;                    /* NULL: none */
    const NavItem *nav;                      /* own entries of the staff navigation */
    size_t nav_n;
} Step;
#endif
