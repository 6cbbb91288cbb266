/* mail_settle.c - mails of which nobody knows whether they went, and how many one recipient gets.
 *
 * Between the end of a message and what the server says to it lies a moment in which everything may stop. The record then says "ending", and nothing that
 * SMTP offers can be asked afterwards. So such a mail is never sent again by itself, and it is not forgotten either: the case comes back to a person, and
 * whatever shows that it came (its link was opened, an answer, a delivery report) settles it.
 */
#include "foundation/net/net.h"
#include "steps/takedown/takedown_in.h"

Err mail_came(Ctx *c, const NoticeRow *n, Id mail, Str how) {
    NoticeMailRow *all = NULL;
    size_t all_n = 0;
    TRY(mail_of_notice(c, n->id, &all, &all_n));
    for (size_t i = 0; i < all_n; i++) {
        bool unclear = str_eq(all[i].state, S("queued")) && (str_eq(all[i].outcome, S("unclear")) || str_eq(all[i].outcome, S("ending")));
        bool this_one = id_none(mail) ? str_eq(all[i].what, S("notice")) : id_eq(all[i].id, mail);
        if (!unclear || !this_one) continue;
        NetMailGot got = { .outcome = S("delivered"), .reply = str_fmt(c->arena, "It came: " STR_FMT, STR_ARG(how)) };
        TRY(mail_record(c, &all[i], n, &got, S("delivered")));
    }
    return OK;
}

Err mail_settle(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, bool again) {
    NetMailGot got = { .outcome = S("delivered"), .reply = S("A person says that it went.") };
    if (!again) return mail_record_by(c, &act_mail_settled, m, n, &got, S("delivered"));
    Act *a = act_new(c, &act_mail_settled, ID_NONE, m->case_id, m->id);
    a->org = m->org;
    act_idf(a, "notice", m->notice);
    act_code(a, "what", m->what);
    act_code(a, "outcome", S("again"));
    act_int(a, "code", 0);
    return journal_one(c, a);
}

Err notice_settle_run(Ctx *c, Id notice, UnixMs due, UnixMs *out_again) {
    NoticeRow n;
    CaseRow k;
    (void)due, (void)out_again;
    TRY(notice_by_id(c, notice, &n));
    TRY(case_by_id(c, n.case_id, &k));
    c->person.org = n.org;
    return n.withdrawn != 0 || k.erased != 0 ? OK : mail_came(c, &n, ID_NONE, S("its link was opened"));
}

Err mail_pace(Ctx *c, const NoticeMailRow *m, const NoticeRow *n, UnixMs *out_again) {
    int64_t most = c->app->mail_per_hour, sent = 0;
    UnixMs oldest = 0;
    (void)m;
    if (most <= 0) return OK;
    TRY(mail_count_since(c, n->recipient, c->now - HOUR_MS, &sent, &oldest));
    if (sent >= most) *out_again = oldest + HOUR_MS + 1000;
    return OK;
}
