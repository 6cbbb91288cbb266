/* house.c - the rooms of the house, and what they give, joined. */
#include "programs/common/house.h"
#include "core/bank/bank_room.h"
#include "core/case/case_step.h"
#include "core/consent/consent_room.h"
#include "core/desk/desk.h"
#include "core/feed/feed.h"
#include "core/lawbook/lawbook.h"
#include "steps/account/account.h"
#include "steps/consult/consult.h"
#include "steps/enforce/enforce.h"
#include "steps/inquiry/inquiry.h"
#include "steps/report/report.h"
#include "steps/supervise/supervise.h"
#include "steps/takedown/takedown.h"

const Step *const house_steps[] = { &case_step, &bank_room_step, &feed_step, &consent_step, &desk_step, &lawbook_step, &report_step, &inquiry_step, &takedown_step, &enforce_step, &supervise_step, &consult_step, &account_step, NULL };

const ActDef *const *house_acts(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->acts != NULL && house_steps[s]->acts[i] != NULL; i++) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 1);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->acts != NULL && house_steps[s]->acts[i] != NULL; i++) all[k++] = house_steps[s]->acts[i];
    return all;
}

const LapseKind *const *house_lapse(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->lapse != NULL && house_steps[s]->lapse[i] != NULL; i++) n++;
    const LapseKind **all = ARENA_ARRAY(a, const LapseKind *, n + 1);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; house_steps[s]->lapse != NULL && house_steps[s]->lapse[i] != NULL; i++) all[k++] = house_steps[s]->lapse[i];
    return all;
}

HolderName *house_holder_name(void) {
    for (size_t s = 0; house_steps[s] != NULL; s++)
        if (house_steps[s]->holder_name != NULL) return house_steps[s]->holder_name;
    return NULL;
}

const JobKind *house_jobs(Arena *a, size_t *out_n) {
    size_t n = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++) n += house_steps[s]->jobs_n;
    JobKind *all = ARENA_ARRAY(a, JobKind, n + 1);
    *out_n = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; i < house_steps[s]->jobs_n; i++) all[(*out_n)++] = house_steps[s]->jobs[i];
    return all;
}

const CasePanel *house_panels(Arena *a, size_t *out_n) {
    size_t n = 0, k = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++) n += house_steps[s]->panels_n;
    CasePanel *all = ARENA_ARRAY(a, CasePanel, n + 1);
    for (size_t s = 0; house_steps[s] != NULL; s++) {
        for (size_t i = 0; i < house_steps[s]->panels_n; i++) { /* insertion: a dozen panels */
            CasePanel p = house_steps[s]->panels[i];
            size_t at = k++;
            while (at > 0 && (all[at - 1].place > p.place || (all[at - 1].place == p.place && all[at - 1].rank > p.rank))) {
                all[at] = all[at - 1];
                at--;
            }
            all[at] = p;
        }
    }
    *out_n = k;
    return all;
}

const HomePart *house_home(Arena *a, size_t *out_n) {
    size_t n = 0, k = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++) n += house_steps[s]->home != NULL;
    HomePart *all = ARENA_ARRAY(a, HomePart, n + 1);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        if (house_steps[s]->home != NULL) all[k++] = *house_steps[s]->home;
    *out_n = k;
    return all;
}

const StepForm *house_forms(Arena *a, size_t *out_n) {
    size_t n = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++) n += house_steps[s]->forms_n;
    StepForm *all = ARENA_ARRAY(a, StepForm, n + 1);
    *out_n = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; i < house_steps[s]->forms_n; i++) all[(*out_n)++] = house_steps[s]->forms[i];
    return all;
}

/* In the order of their keys. */
const NavItem *house_nav(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t s = 0; house_steps[s] != NULL; s++) n += house_steps[s]->nav_n;
    NavItem *all = ARENA_ARRAY(a, NavItem, n + 1);
    for (size_t s = 0; house_steps[s] != NULL; s++)
        for (size_t i = 0; i < house_steps[s]->nav_n; i++) {
            size_t at = k++;
            for (; at > 0 && strcmp(all[at - 1].key, house_steps[s]->nav[i].key) > 0; at--) all[at] = all[at - 1];
            all[at] = house_steps[s]->nav[i];
        }
    return all;
}
