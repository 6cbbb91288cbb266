/* plan_in.h - composing notices: what there is to choose from, and the plans made of what was chosen. Private to this room. */
#ifndef KETEN_TAKEDOWN_PLAN_IN_H
#define KETEN_TAKEDOWN_PLAN_IN_H
#include "steps/takedown/takedown_in.h"

enum { COMPOSE_LOCATIONS_MAX = 10000 };

typedef struct Compose {
    Ctx *c;
    CaseRow k;
    OrgRow org;
    Str ground;                      /* words of the proposed step, or empty */
    Str form;                        /* art16, reminder ...; the rung of a recipient may choose another */
    Id seed;                         /* ids of what will be made follow from it: what was previewed is what is sent, once */
    bool minor, agreed, has_proposal, has_earlier;
    LocationRow *locations;          /* all of the case, opened */
    size_t locations_n;
    RecipientRow *recipients;        /* the register's for this lane, then contacts of the law data */
    size_t recipients_n;
    IncidentRow *incidents;
    size_t incidents_n;
    ProposalRow proposal;
    NoticeRow earlier;
} Compose;
/* E_MISSING: case, proposal or earlier notice unknown here; E_OUTSIDE: no law data in this process. */
Err compose_load(Ctx *c, Id case_id, Id seed, Id proposal, Id earlier, Str form, Compose *out) NODISCARD;
/* The same over these places of the case only, with the register as it is: nothing of the case's other places is read. */
Err compose_load_some(Ctx *c, Id case_id, Id seed, const Id *ids, size_t n, Compose *out) NODISCARD;
/* Judges the form and writes the notices. Errors stand at the fields of f; *out_shown is empty then, else the digest of all that would be sent. */
Err compose_plan(Compose *p, Form *f, NoticePlan **out, size_t *out_n, Str *out_shown) NODISCARD;
Err compose_send(Compose *p, const NoticePlan *plans, size_t plans_n, size_t *out_requests) NODISCARD;
Str default_why(const Compose *p, Lang lang, Str offence);
Str form_for(const Compose *p, const RecipientRow *to);
Str recipient_value(const Compose *p, const RecipientRow *r);          /* as the form names it */
bool recipient_is_seed(const RecipientRow *r);
/* lookup_offer.c: whom lookups of these places found, as recipients; and whether a rule says not to write to one about one of them. */
Err lookup_offers(Ctx *c, const LocationRow *locations, size_t n, RecipientRow **out, size_t *out_n) NODISCARD;
Err lookup_forbidden(Ctx *c, const RecipientRow *to, const LocationRow *locations, size_t n, bool *out) NODISCARD;
typedef struct LookupRung LookupRung;
RecipientNew lookup_recipient(const Law *law, const LookupRung *r);
bool lookup_offered(const LookupRung *r); /* has a mail address, and may be written to */
bool location_open_still(const LocationRow *l);
/* ---- parts of the page that other pages of this room show too: notice_pages.c ---- */
/* What is asked and where, and the words of a notice: the same fields of the form for one notice and for many. */
enum { NOTICE_CHOICES = 2 };
extern const char *const notice_actions[NOTICE_CHOICES + 1], *const notice_action_words[NOTICE_CHOICES], *const notice_territories[NOTICE_CHOICES + 1], *const notice_territory_words[NOTICE_CHOICES];
#define NOTICE_PARAMS \
    { .name = "why_nl", .kind = P_LONGTEXT, .max = 6000, .label = N_("Why it is illegal, in Dutch") }, { .name = "why_en", .kind = P_LONGTEXT, .max = 6000, .label = N_("Why it is illegal, in English") }, \
    { .name = "extra", .kind = P_LONGTEXT, .max = 2000, .label = N_("How to find it") }, { .name = "action", .kind = P_CHOICE, .choices = notice_actions, .label = N_("What is asked") }, \
    { .name = "territory", .kind = P_CHOICE, .choices = notice_territories, .label = N_("Where") }, { .name = "good_faith", .kind = P_BOOL, .label = N_("I state in good faith that this notice is accurate and complete.") }, \
    { .name = "nameless", .kind = P_BOOL, .label = N_("Leave out name and e-mail address") }
typedef struct UiOption UiOption;
UiOption *offence_options(const Compose *p, const UiCtx *ui, size_t *out_n);
UiOption *recipient_options(const Compose *p, const UiCtx *ui, const Form *f, Id wanted, size_t *out_n, int64_t *out_more);
Str notice_shown_words(const Ctx *c, const UiCtx *ui, Str body); /* the place of the answer link said in words */
#endif
