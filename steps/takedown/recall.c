/* recall.c - somebody took their requests back: who was asked is told that nothing is asked any more, and the answer link closes.
 * Only notices that went out are recalled; what still waits is not sent (takedown_work.c). Safe to run twice. */
#include "steps/takedown/takedown_in.h"

/* Taken back: some request of it was withdrawn, and none is open. */
static Err taken_back(Ctx *c, const NoticeRow *n, bool *out) {
    RequestRow *rows = NULL;
    size_t rows_n = 0, withdrawn = 0, open = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        withdrawn += str_eq(rows[i].outcome, S("withdrawn"));
        open += rows[i].outcome.n == 0;
    }
    *out = withdrawn > 0 && open == 0;
    return OK;
}

static Err recall(Ctx *c, const NoticeRow *n) {
    RecipientRow to;
    Str subject = STR_NONE, body = STR_NONE;
    size_t max = 12 * (size_t)n->items + 4, k = 0;
    Act **acts = ARENA_ARRAY(c->arena, Act *, max);
    TRY(recipient_by_id(c, n->recipient, &to));
    TRY(recipient_open(c, &to, 1));
    TRY(notice_withdraw_acts(c, n, S("asked"), false, acts, max - 1, &k));
    TRY(notice_withdrawal_words(c, n, &subject, &body));
    if (to.mail.n > 0) acts[k++] = notice_mail_act(c, n, S("withdrawal"), to.mail, subject, body);
    for (size_t i = 0; i < k; i++) acts[i]->org = n->org;
    return journal_commit(c, acts, k);
}

Err notice_recall_run(Ctx *c, Id case_id, UnixMs due, UnixMs *out_again) {
    NoticeRow *rows = NULL;
    CaseRow k;
    size_t n = 0;
    (void)due;
    TRY(case_by_id(c, case_id, &k));
    if (k.erased != 0) return OK;
    c->person.org = k.org; /* whose recipients they are */
    TRY(notice_of_case(c, case_id, &rows, &n));
    for (size_t i = 0; i < n; i++) { /* one notice each time, so that each time is one transaction */
        bool back = false;
        if (rows[i].withdrawn != 0 || rows[i].sent == 0) continue;
        TRY(taken_back(c, &rows[i], &back));
        if (!back) continue;
        *out_again = c->now + 1000;
        return recall(c, &rows[i]);
    }
    return OK;
}
