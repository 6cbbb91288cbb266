/* bank_room.c - the acts and due work of the bank. */
#include "core/bank/bank_room.h"
#include "core/bank/bank_in.h"

static const ActDef *const acts[] = { &act_bank_offered, &act_bank_confirmed, &act_bank_disputed, &act_bank_withdrawn, &act_picture_seen, &act_copy_found, &act_copy_decided, &act_bank_compared, NULL };
static const JobKind jobs[] = { { "copy.of_print", copy_of_print_run, 600, 8 }, { "copy.of_seen", copy_of_seen_run, 600, 8 }, { "copy.of_new", copy_of_new_run, 3600, 20 }, { "picture.look", picture_look_run, 120, 8 },
    { "bank.follow", bank_follow_run, 600, 1000 }, { "bank.offer", bank_offer_run, 60, 20 }, { "bank.revoke", bank_revoke_run, 60, 20 }, { "bank.until", bank_until_run, 60, 20 }, { "bank.compact", bank_compact_run, 3600, 20 }, { "bank.forget", bank_forget_run, 60, 20 } };
const Step bank_room_step = { .name = "bank", .acts = acts, .jobs = jobs, .jobs_n = LEN(jobs) };
