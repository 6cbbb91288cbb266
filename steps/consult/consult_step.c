/* consult_step.c - what consult gives to the house: acts, routes, due work; its forms. */
#include "steps/consult/consult_in.h"

static const char *const kinds[] = { "meeting", "call", "round_table", "letter", NULL };
static const char *const states[] = { "invited", "present", "absent", "no_answer", NULL };
static const char *const ways[] = { "kept", "not_kept", "later", "dropped", NULL };

const Param consult_plan_form[PLAN_FORM_N] = {
    { .name = "title", .kind = P_TEXT, .required = true, .max = 200, .label = N_("Subject") },
    { .name = "kind", .kind = P_CHOICE, .required = true, .choices = kinds, .label = N_("Kind") },
    { .name = "on", .kind = P_DATE, .required = true, .label = N_("Day") },
    { .name = "place", .kind = P_TEXT, .max = 200, .label = N_("Where") },
    { .name = "every_d", .kind = P_INT, .min = 1, .max = 366, .label = N_("Comes back after (days)") },
    { .name = "after", .kind = P_ID, .label = N_("Follows on") },
};
const Param consult_move_form[MOVE_FORM_N] = { { .name = "on", .kind = P_DATE, .required = true, .label = N_("Another day") } };
const Param consult_invite_form[INVITE_FORM_N] = {
    { .name = "who", .kind = P_CHOICE, .label = N_("Body or organisation") },
    { .name = "name", .kind = P_TEXT, .max = 200, .label = N_("Guest") },
};
const Param consult_attend_form[ATTEND_FORM_N] = {
    { .name = "seat", .kind = P_ID, .required = true, .label = N_("Who") },
    { .name = "state", .kind = P_CHOICE, .required = true, .choices = states, .label = N_("Attendance") },
};
const Param consult_item_form[ITEM_FORM_N] = { { .name = "point", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("Point") } };
const Param consult_minutes_form[MINUTES_FORM_N] = { { .name = "minutes", .kind = P_LONGTEXT, .required = true, .max = 50000, .label = N_("Minutes") } };
const Param consult_commit_form[COMMIT_FORM_N] = {
    { .name = "owner", .kind = P_ID, .required = true, .label = N_("Who commits to it") },
    { .name = "commitment", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("What is promised") },
    { .name = "due", .kind = P_DATE, .required = true, .label = N_("Before") },
};
const Param consult_follow_form[FOLLOW_FORM_N] = {
    { .name = "state", .kind = P_CHOICE, .required = true, .choices = ways, .label = N_("How it went") },
    { .name = "due", .kind = P_DATE, .label = N_("Another day") },
    { .name = "note", .kind = P_LONGTEXT, .required = true, .max = 2000, .label = N_("Remark") },
};
const Param consult_no_form[NO_FORM_N] = { { .name = "why", .kind = P_CHOICE, .label = N_("Why") } };

Err consult_may(Ctx *ctx, const char *action, Id consult) {
    Err err = access_may(ctx, "consult.read", OBJ(OBJ_CONSULT, consult));
    if (err == E_DENIED) return E_MISSING;
    return err != OK ? err : access_may(ctx, action, OBJ(OBJ_CONSULT, consult));
}

static const ActDef *const acts[] = { &act_consult_planned, &act_consult_moved, &act_consult_cancelled, &act_consult_minutes, &act_seat_invited, &act_seat_attended, &act_item_added, &act_item_removed,
    &act_commitment_made, &act_commitment_moved, &act_commitment_decided, &act_commitment_overdue, NULL };
enum { FORM_MAX = 128 * 1024, MINUTES_BYTES_MAX = 512 * 1024, ACT_MAX = 8 * 1024 };
#define WITH(spec, count) .form = (spec), .form_n = (count)
static const Route routes[] = {
    { GET, "/bodies", R_STAFF, "contact.read", LEVEL_STAFF, 0, consult_bodies_page },
    { GET, "/bodies.csv", R_STAFF, "contact.read", LEVEL_STAFF, 0, consult_bodies_csv },
    { GET, "/body/{body}", R_STAFF, "contact.read", LEVEL_STAFF, 0, consult_body_page },
    { GET, "/body/{body}/contact", CONTACT_KEEPERS, "contact.edit", LEVEL_STAFF, 0, consult_body_contact_page },
    { POST, "/body/{body}/contact", CONTACT_KEEPERS, "contact.edit", LEVEL_STAFF, FORM_MAX, consult_body_contact_post, WITH(contact_form, CONTACT_FORM_N) },
    { POST, "/body/{body}/contact/{contact}/right", CONTACT_KEEPERS, "contact.edit", LEVEL_STAFF, ACT_MAX, consult_body_contact_right, WITH(consult_no_form, NO_FORM_N) },
    { POST, "/body/{body}/contact/{contact}/end", CONTACT_KEEPERS, "contact.edit", LEVEL_STAFF, ACT_MAX, consult_body_contact_end, WITH(consult_no_form, NO_FORM_N) },
    { GET, "/consults", READERS | R_ADMIN, "consult.list", LEVEL_STAFF, 0, consults_page },
    { GET, "/consults/new", MAKERS, "consult.make", LEVEL_STAFF, 0, consult_new_page },
    { POST, "/consults/new", MAKERS, "consult.make", LEVEL_STAFF, FORM_MAX, consult_new_post, WITH(consult_plan_form, PLAN_FORM_N) },
    { GET, "/consult/{consult}", READERS, "consult.read", LEVEL_STAFF, 0, consult_page },
    { POST, "/consult/{consult}/move", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_move_post, WITH(consult_move_form, MOVE_FORM_N) },
    { POST, "/consult/{consult}/cancel", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_cancel_post, WITH(consult_no_form, NO_FORM_N) },
    { POST, "/consult/{consult}/invite", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_invite_post, WITH(consult_invite_form, INVITE_FORM_N) },
    { POST, "/consult/{consult}/attend", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_attend_post, WITH(consult_attend_form, ATTEND_FORM_N) },
    { POST, "/consult/{consult}/item", MAKERS, "consult.edit", LEVEL_STAFF, FORM_MAX, consult_item_post, WITH(consult_item_form, ITEM_FORM_N) },
    { POST, "/consult/{consult}/fill", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_fill_post, WITH(consult_no_form, NO_FORM_N) },
    { POST, "/consult/{consult}/item/{item}/remove", MAKERS, "consult.edit", LEVEL_STAFF, ACT_MAX, consult_item_remove_post, WITH(consult_no_form, NO_FORM_N) },
    { GET, "/consult/{consult}/minutes", MAKERS, "consult.edit", LEVEL_STAFF, 0, consult_minutes_page },
    { POST, "/consult/{consult}/minutes", MAKERS, "consult.edit", LEVEL_STAFF, MINUTES_BYTES_MAX, consult_minutes_post, WITH(consult_minutes_form, MINUTES_FORM_N) },
    { POST, "/consult/{consult}/commitment", MAKERS, "consult.edit", LEVEL_STAFF, FORM_MAX, consult_commitment_post, WITH(consult_commit_form, COMMIT_FORM_N) },
    { GET, "/consult/{consult}/commitment/{commitment}", READERS, "consult.read", LEVEL_STAFF, 0, consult_follow_page },
    { POST, "/consult/{consult}/commitment/{commitment}", READERS, "commitment.follow", LEVEL_STAFF, FORM_MAX, consult_follow_post, WITH(consult_follow_form, FOLLOW_FORM_N) },
    { GET, "/commitments", READERS | R_ADMIN, "consult.list", LEVEL_STAFF, 0, consult_commitments_page },
};
static const NavItem nav[] = { { N_("Consultations"), "/consults", READERS, "5" }, { N_("Bodies"), "/bodies", R_STAFF, "6" } };
const Step consult_step = { .name = "consult", .acts = acts, .routes = routes, .routes_n = LEN(routes), .jobs = consult_jobs, .jobs_n = CONSULT_JOBS_N, .home = &consult_home, .nav = nav, .nav_n = LEN(nav) };
