/* takedown.c - what this room gives to the house. */
#include "steps/takedown/takedown.h"
#include "core/case/contact_form.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/bulk.h"
#include "steps/takedown/figures.h"
#include "steps/takedown/playbook.h"
#include "steps/takedown/profile.h"
#include "steps/takedown/template.h"
#include "steps/takedown/mail_in.h"
#include "steps/takedown/pages_in.h"

static const ActDef *const acts[] = { &act_recipient_added, &act_recipient_changed, &act_recipient_ended, &act_recipient_bounced, &act_recipient_confirmed, &act_recipient_profiled, &act_notice_made, &act_notice_mail, &act_mail_trying, &act_mail_sent, &act_mail_waiting, &act_mail_failed, &act_mail_dropped, &act_mail_ending, &act_mail_unclear, &act_mail_settled, &act_notice_opened,
    &act_notice_answered, &act_notice_answer_recorded, &act_notice_withdrawn, &act_notice_dropped, &act_notice_link_closed, &act_watch_returned, &act_watch_asked, &act_lookup_made, &act_lookup_asked, &act_rule_added, &act_rule_ended, &act_rule_restored,
    &act_mail_arrived, &act_mail_sorted, &act_mail_aside, &act_mail_back, &act_mail_bounced,
    &act_bulk_made, &act_bulk_undone, &act_bulk_settled, &act_notice_filed, &act_template_saved, &act_template_ended, &act_playbook_set, NULL };

static const CasePanel panels[] = { { "notices", N_("Notices"), PANEL_MIDDLE, 30, notices_panel }, { "owed", N_("Who owes what"), PANEL_MIDDLE, 25, owed_panel } };
static const StepForm forms[] = { { "art16", "/case/%s/notice" }, { "flagger", "/case/%s/notice" }, { "reminder", "/case/%s/notice" }, { "delist", "/case/%s/notice" }, { "hotline", "/case/%s/notice" }, { "art20", "/case/%s/notice" } };
static const NavItem nav[] = { { N_("Recipients"), "/recipients", R_WORKER | R_LEAD | R_ANALYST | R_ADMIN, "7" } };

#define DESK (R_WORKER | R_LEAD)
#define KEEPERS (R_WORKER | R_LEAD | R_ANALYST | R_ADMIN)
static const Route routes[] = {
    { GET, "/recipients", KEEPERS, "recipient.read", LEVEL_STAFF, 0, recipient_list_page },
    { GET, "/recipients/new", KEEPERS, "recipient.edit", LEVEL_STAFF, 0, recipient_new_page },
    { POST, "/recipients/new", KEEPERS, "recipient.edit", LEVEL_STAFF, 65536, recipient_new_post, ROUTE_FORM(recipient_form) },
    { GET, "/recipient/{id}", KEEPERS, "recipient.read", LEVEL_STAFF, 0, recipient_page },
    { POST, "/recipient/{id}", KEEPERS, "recipient.edit", LEVEL_STAFF, 65536, recipient_post, ROUTE_FORM(recipient_form) },
    { GET, "/recipient/{id}/contact", R_LEAD | R_ANALYST | R_ADMIN, "contact.edit", LEVEL_STAFF, 0, recipient_contact_page },
    { POST, "/recipient/{id}/contact", R_LEAD | R_ANALYST | R_ADMIN, "contact.edit", LEVEL_STAFF, 65536, recipient_contact_post, .form = contact_form, .form_n = CONTACT_FORM_N },
    { POST, "/recipient/{id}/contact/{contact}/right", R_LEAD | R_ANALYST | R_ADMIN, "contact.edit", LEVEL_STAFF, 4096, recipient_contact_right_post },
    { POST, "/recipient/{id}/contact/{contact}/end", R_LEAD | R_ANALYST | R_ADMIN, "contact.edit", LEVEL_STAFF, 4096, recipient_contact_end_post },
    { POST, "/recipient/{id}/confirm", KEEPERS, "recipient.confirm", LEVEL_STAFF, 4096, recipient_confirm_post },
    { POST, "/recipient/{id}/profile", KEEPERS, "recipient.confirm", LEVEL_STAFF, 4096, recipient_profile_post, ROUTE_FORM(recipient_profile_form) },
    { GET, "/recipients/figures", KEEPERS, "recipient.read", LEVEL_STAFF, 0, figures_page },
    { GET, "/playbook", KEEPERS, "playbook.read", LEVEL_STAFF, 0, playbook_page },
    { POST, "/playbook", R_LEAD | R_ANALYST | R_ADMIN, "playbook.edit", LEVEL_STAFF, 4096, playbook_post, ROUTE_FORM(playbook_form) },
    { GET, "/templates", KEEPERS, "template.read", LEVEL_STAFF, 0, template_list_page },
    { GET, "/templates/{type}/{lang}", KEEPERS, "template.read", LEVEL_STAFF, 0, template_page },
    { POST, "/templates/{type}/{lang}", R_LEAD | R_ANALYST | R_ADMIN, "template.edit", LEVEL_STAFF, 65536, template_post, ROUTE_FORM(template_form) },
    { POST, "/templates/{type}/{lang}/end", R_LEAD | R_ANALYST | R_ADMIN, "template.edit", LEVEL_STAFF, 4096, template_end_post },
    { GET, "/rules", KEEPERS, "rule.read", LEVEL_STAFF, 0, rule_list_page },
    { GET, "/rules/new", R_LEAD | R_ANALYST | R_ADMIN, "rule.edit", LEVEL_STAFF, 0, rule_new_page },
    { POST, "/rules/new", R_LEAD | R_ANALYST | R_ADMIN, "rule.edit", LEVEL_STAFF, 65536, rule_new_post, ROUTE_FORM(rule_form) },
    { GET, "/rule/{id}", KEEPERS, "rule.read", LEVEL_STAFF, 0, rule_page },
    { POST, "/rule/{id}/end", R_LEAD | R_ANALYST | R_ADMIN, "rule.edit", LEVEL_STAFF, 4096, rule_end_post },
    { POST, "/rule/{id}/restore", R_LEAD | R_ANALYST | R_ADMIN, "rule.edit", LEVEL_STAFF, 4096, rule_restore_post },
    { GET, "/case/{case}/location/{location}", DESK, "notice.read", LEVEL_STAFF, 0, lookup_page },
    { GET, "/case/{case}/location/{location}/lookup/{lookup}", DESK, "notice.read", LEVEL_STAFF, 0, lookup_proof },
    { POST, "/case/{case}/location/{location}/lookup", DESK, "lookup.ask", LEVEL_STAFF, 4096, lookup_post },
    { POST, "/recipient/{id}/end", KEEPERS, "recipient.edit", LEVEL_STAFF, 4096, recipient_end_post },
    { GET, "/case/{case}/notice", DESK, "notice.send", LEVEL_STAFF, 0, notice_compose_page },
    { POST, "/case/{case}/notice", DESK, "notice.send", LEVEL_STAFF, 512 * 1024, notice_compose_post, ROUTE_FORM(notice_form) },
    { GET, "/case/{case}/bulk", DESK, "bulk.make", LEVEL_STAFF, 0, bulk_page },
    { POST, "/case/{case}/bulk", DESK, "bulk.make", LEVEL_STAFF, 65536, bulk_post, ROUTE_FORM(bulk_form) },
    { GET, "/case/{case}/bulk/{bulk}", DESK, "notice.read", LEVEL_STAFF, 0, bulk_one_page },
    { POST, "/case/{case}/bulk/{bulk}/undo", DESK, "bulk.make", LEVEL_STAFF, 4096, bulk_undo_post },
    { GET, "/case/{case}/notice/{notice}", DESK, "notice.read", LEVEL_STAFF, 0, notice_page },
    { GET, "/case/{case}/notice/{notice}/form", DESK, "notice.read", LEVEL_STAFF, 0, filed_page },
    { POST, "/case/{case}/notice/{notice}/form", DESK, "notice.send", LEVEL_STAFF, 4096, filed_post, ROUTE_FORM(filed_form) },
    { POST, "/case/{case}/notice/{notice}/withdraw", DESK, "notice.manage", LEVEL_STAFF, 4096, notice_withdraw_post, ROUTE_FORM(notice_withdraw_form) },
    { POST, "/case/{case}/notice/{notice}/link-off", DESK, "notice.manage", LEVEL_STAFF, 4096, notice_link_off_post },
    { POST, "/case/{case}/notice/{notice}/mail/{mail}/went", DESK, "notice.manage", LEVEL_STAFF, 4096, mail_went_post },
    { POST, "/case/{case}/notice/{notice}/mail/{mail}/again", DESK, "notice.manage", LEVEL_STAFF, 4096, mail_again_post },
    { GET, "/case/{case}/notice/{notice}/answer", DESK, "notice.record_answer", LEVEL_STAFF, 0, notice_record_page },
    { POST, "/case/{case}/notice/{notice}/answer", DESK, "notice.record_answer", LEVEL_STAFF, 65536, notice_record_post, ROUTE_FORM(notice_record_form) },
    { POST, "/case/{case}/watch", DESK, "watch.ask", LEVEL_STAFF, 4096, notice_watch_post },
    { GET, "/mail", DESK, "mail.queue", LEVEL_STAFF, 0, mail_list_page },
    { GET, "/mail/{id}", DESK, "mail.queue", LEVEL_STAFF, 0, mail_page },
    { GET, "/mail/{id}/raw", DESK, "mail.queue", LEVEL_STAFF, 0, mail_raw_page },
    { POST, "/mail/{id}/sort", DESK, "mail.queue", LEVEL_STAFF, 4096, mail_sort_post, ROUTE_FORM(mail_sort_form) },
    { POST, "/mail/{id}/aside", DESK, "mail.queue", LEVEL_STAFF, 4096, mail_aside_post, ROUTE_FORM(mail_aside_form) },
    { POST, "/mail/{id}/back", DESK, "mail.queue", LEVEL_STAFF, 4096, mail_back_post },
    { POST, "/mail/aside", DESK, "mail.queue", LEVEL_STAFF, 65536, mail_many_post, ROUTE_FORM(mail_many_form) },
    { GET, "/antwoord/{token}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 0, answer_door_page, .cost = 5 },
    { POST, "/antwoord/{token}", WHO_ANYBODY, "public.read", LEVEL_OPEN, 4096, answer_door_post, .cost = 10 },
    { GET, "/antwoord", R_PLATFORM, "notice.answer", LEVEL_LINK, 0, answer_list_page },
    { POST, "/antwoord", R_PLATFORM, "notice.answer", LEVEL_LINK, 256 * 1024, answer_list_post, ROUTE_FORM(answer_form) },
    { GET, "/antwoord-lijst.csv", R_PLATFORM, "notice.answer", LEVEL_LINK, 0, answer_csv_page },
    { GET, "/antwoord-lijst.json", R_PLATFORM, "notice.answer", LEVEL_LINK, 0, answer_json_page },
    { POST, "/antwoord-lijst", R_PLATFORM, "notice.answer", LEVEL_LINK, 512 * 1024, answer_file_post, ROUTE_FORM(answer_file_form) },
    { GET, "/antwoord-ontvangen", R_PLATFORM, "notice.answer", LEVEL_LINK, 0, answer_done_page },
};

static const JobKind jobs[] = {
    { "notice.send", notice_send_run, 300, 200 },
    { "notice.confirm", notice_confirm_run, 120, 50 },
    { "mail.forget", mail_forget_run, 60, 50 },
    { "notice.settle", notice_settle_run, 120, 50 },
    { "case.recall", notice_recall_run, 120, 20 },
    { "watch.check", watch_check_run, 300, 50 },
    { "lookup.find", lookup_find_run, 600, 20 },
    { "bulk.run", bulk_run, 300, 50 },
    { "remind.gather", remind_run, 300, 50 },
};

static const char *const daily[] = { "remind.gather", NULL };
const Step takedown_step = { .daily = daily, .name = "takedown", .acts = acts, .routes = routes, .routes_n = LEN(routes), .jobs = jobs, .jobs_n = LEN(jobs), .panels = panels, .panels_n = LEN(panels),
    .holder_name = recipient_name, .home = &takedown_home, .forms = forms, .forms_n = LEN(forms), .nav = nav, .nav_n = LEN(nav) };
