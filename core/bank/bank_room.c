/* bank_room.c - what the bank gives to the house. */
#include "core/bank/bank_room.h"
#include "core/bank/bank_pages_in.h"
#include "core/bank/list.h"

static const ActDef *const acts[] = { &act_bank_offered, &act_bank_confirmed, &act_bank_disputed, &act_bank_withdrawn, &act_picture_seen, &act_copy_found, &act_copy_decided, &act_family_changed, &act_copies_decided, &act_bank_compared, &act_list_made, &act_list_ended, &act_list_read, NULL };
static const JobKind jobs[] = { { "copy.of_print", copy_of_print_run, 600, 8 }, { "copy.of_seen", copy_of_seen_run, 600, 8 }, { "copy.of_new", copy_of_new_run, 3600, 20 }, { "picture.look", picture_look_run, 300, 8 },
    { "bank.follow", bank_follow_run, 600, 1000 }, { "bank.offer", bank_offer_run, 60, 20 }, { "bank.revoke", bank_revoke_run, 60, 20 }, { "bank.until", bank_until_run, 60, 20 },
    { "bank.compact", bank_compact_run, 3600, 20 }, { "bank.fetch", bank_fetch_run, 3600, 20 }, { "bank.drop", bank_drop_run, 600, 100 }, { "bank.forget", bank_forget_run, 60, 20 } };

#define DESK (R_WORKER | R_LEAD)
#define READERS (DESK | R_ANALYST)
static const Route routes[] = {
    { GET, "/bank", READERS, "bank.read", LEVEL_STAFF, 0, bank_page },
    { GET, "/bank/entry/{entry}", READERS, "bank.read", LEVEL_STAFF, 0, bank_entry_page },
    { POST, "/bank/entry/{entry}", DESK, "bank.confirm", LEVEL_STAFF, 4096, bank_entry_post, ROUTE_FORM(bank_decide_form) },
    { GET, "/bank/entry/{entry}/found", DESK, "bank.read", LEVEL_STAFF, 0, found_page },
    { POST, "/bank/entry/{entry}/found", DESK, "bank.confirm", LEVEL_FRESH, 64 * 1024, found_post, ROUTE_FORM(found_form) },
    { GET, "/bank/proof/{change}", READERS, "bank.read", LEVEL_STAFF, 0, bank_proof },
    { GET, "/bank/lists", READERS, "bank.read", LEVEL_STAFF, 0, lists_page },
    { POST, "/bank/lists", R_LEAD, "bank.list", LEVEL_STAFF, 16 * 1024, lists_post, ROUTE_FORM(list_new_form) },
    { GET, "/bank/list/{list}", READERS, "bank.read", LEVEL_STAFF, 0, list_page },
    { POST, "/bank/list/{list}/file", R_LEAD, "bank.take", LEVEL_STAFF, 4 << 20, list_file_post, ROUTE_FORM(list_file_form) },
    { POST, "/bank/list/{list}/read", R_LEAD, "bank.list", LEVEL_STAFF, 4096, list_read_post, ROUTE_FORM(list_button) },
    { POST, "/bank/list/{list}/end", R_LEAD, "bank.list", LEVEL_FRESH, 4096, list_end_post, ROUTE_FORM(list_button) },
    { GET, "/case/{case}/copies", DESK, "case.read", LEVEL_STAFF, 0, copies_page },
    { GET, "/case/{case}/family", DESK, "case.read", LEVEL_STAFF, 0, family_page },
    { POST, "/case/{case}/family", DESK, "print.decide", LEVEL_STAFF, 4096, family_post, ROUTE_FORM(family_form) },
    { POST, "/case/{case}/copies", DESK, "print.decide", LEVEL_STAFF, 4096, copies_post, ROUTE_FORM(copies_form) },
};
static const CasePanel panels[] = { { "copies", N_("Found again"), PANEL_FACTS, 65, copies_panel } };
static const NavItem nav[] = { { N_("Hashes"), "/bank", READERS, "8" } };
const Step bank_room_step = { .name = "bank", .acts = acts, .routes = routes, .routes_n = LEN(routes), .jobs = jobs, .jobs_n = LEN(jobs), .panels = panels, .panels_n = LEN(panels), .nav = nav, .nav_n = LEN(nav) };
