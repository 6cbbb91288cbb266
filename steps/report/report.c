/* report.c - the room's table: who may ask for what. The rules are in draft.c (what a report is) and core/case/intake.c. */
#include "steps/report/report_in.h"

#define DESK (R_WORKER | R_LEAD)
enum { NEVER_LIMITED = 255 }; /* Route.cost: no limit, no cookie is read; must answer when nothing else does */
static const Route routes[] = {
    { GET, "/emergency", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, report_emergency, .cost = NEVER_LIMITED },
    { GET, "/report", WHO_ANYBODY, "report.make", LEVEL_OPEN, 0, report_flow_page },
    { POST, "/report", WHO_ANYBODY, "report.make", LEVEL_OPEN, 1 << 20, report_flow_send, ROUTE_FORM(report_flow_form) }, /* cheap: a class of thirty has one address */
    { GET, "/report/send", WHO_ANYBODY, "report.make", LEVEL_OPEN, 0, report_flow_page }, /* only where sending failed */
    { POST, "/report/send", WHO_ANYBODY, "report.make", LEVEL_OPEN, 1 << 20, report_flow_done, ROUTE_FORM(report_flow_form), .cost = 20 },
    { GET, "/report/number.txt", WHO_ANYBODY, "report.make", LEVEL_OPEN, 0, report_flow_file },
    { GET, "/code", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, report_code_page },
    { POST, "/code", WHO_ANYBODY, "public.read", LEVEL_OPEN, 8192, report_code_send, ROUTE_FORM(report_code_form), .cost = 20 },
    { GET, "/own-erased", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, report_own_gone },
    { GET, "/own", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_page },
    { GET, "/own/messages", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_messages },
    { POST, "/own/messages", R_VICTIM, "report.message", LEVEL_VICTIM, 128 << 10, report_own_message_send, ROUTE_FORM(report_message_form), .cost = 3 },
    { GET, "/own/links", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_links },
    { POST, "/own/links", R_VICTIM, "report.add_link", LEVEL_VICTIM, 4 << 20, report_own_links_send, ROUTE_FORM(report_links_form), .cost = 5 },
    { GET, "/own/photos", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_photos },
    { POST, "/own/photos", R_VICTIM, "print.give", LEVEL_VICTIM, 8192, report_own_photos_send, ROUTE_FORM(report_photo_form), .cost = 3 },
    { POST, "/own/photos/end", R_VICTIM, "print.end", LEVEL_VICTIM, 8192, report_own_photos_end, ROUTE_FORM(report_photo_end_form) },
    { GET, "/own/allow", R_VICTIM, "report.consent", LEVEL_VICTIM, 0, report_own_allow },
    { POST, "/own/allow", R_VICTIM, "report.consent", LEVEL_VICTIM, 8192, report_own_allow_send, ROUTE_FORM(report_allow_form), .cost = 3 },
    { GET, "/own/contact", R_VICTIM, "report.contact", LEVEL_VICTIM, 0, report_own_contact },
    { POST, "/own/contact", R_VICTIM, "report.contact", LEVEL_VICTIM, 8192, report_own_contact_send, ROUTE_FORM(report_contact_form), .cost = 3 },
    { POST, "/own/pause", R_VICTIM, "report.pause", LEVEL_VICTIM, 8192, report_own_pause, ROUTE_FORM(report_empty_form) },
    { POST, "/own/resume", R_VICTIM, "report.pause", LEVEL_VICTIM, 8192, report_own_resume, ROUTE_FORM(report_empty_form) },
    { GET, "/own/withdraw", R_VICTIM, "report.withdraw", LEVEL_VICTIM, 0, report_own_withdraw },
    { POST, "/own/withdraw", R_VICTIM, "report.withdraw", LEVEL_VICTIM, 8192, report_own_withdraw_send, ROUTE_FORM(report_withdraw_form), .cost = 3 },
    { GET, "/own/erase", R_VICTIM, "report.erase", LEVEL_VICTIM, 0, report_own_erase },
    { POST, "/own/erase", R_VICTIM, "report.erase", LEVEL_VICTIM, 8192, report_own_erase_send, ROUTE_FORM(report_erase_form), .cost = 5 },
    { GET, "/own/worse", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_worse },
    { POST, "/own/worse", R_VICTIM, "report.message", LEVEL_VICTIM, 8192, report_own_worse_send, ROUTE_FORM(report_empty_form) },
    { GET, "/own/words", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_words },
    { GET, "/own/words/shown", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_words_shown },
    { GET, "/own/proof", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_proof },
    { GET, "/own/proof.txt", R_VICTIM, "report.track", LEVEL_VICTIM, 0, report_own_proof_file },
    { POST, "/own/leave", R_VICTIM, "report.track", LEVEL_VICTIM, 8192, report_own_leave, ROUTE_FORM(report_empty_form) },
    { GET, "/desk/report", DESK, "desk.use", LEVEL_STAFF, 0, report_phone_page },
    { POST, "/desk/report", DESK, "desk.use", LEVEL_STAFF, 1 << 20, report_phone_send, ROUTE_FORM(report_phone_form), .cost = 3 },
    { GET, "/desk/report/code", DESK, "desk.use", LEVEL_STAFF, 0, report_phone_code },
    { POST, "/desk/report/done", DESK, "desk.use", LEVEL_STAFF, 8192, report_phone_done, ROUTE_FORM(report_empty_form) },
};

static const NavItem nav[] = { { N_("Report by phone"), "/desk/report", DESK, "3" } };
const Step report_step = { .name = "report", .routes = routes, .routes_n = LEN(routes), .nav = nav, .nav_n = LEN(nav) };
