/* answer.c - what recipients answer, and what follows: the request's outcome, its clocks, whose turn it is. */
#include "steps/takedown/takedown_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

const AnswerKind answer_kinds[] = {
    { "removed", "removed", N_("Removed, for everybody"), false, true },
    { "blocked", "blocked", N_("Blocked: it cannot be reached, or not from some countries"), false, true },
    { "refused", "refused", N_("We do not remove it"), true, true },
    { "not_found", "not_found", N_("We cannot find it here"), false, true },
    { "need_more", "need_more", N_("We need more to decide"), false, false },
    { NULL, NULL, NULL, false, false },
};
/* Keten's own codes. */
const ReasonKind reason_kinds[] = {
    { "not_illegal", N_("We do not find it illegal") }, { "not_hosted", N_("We do not host this; it is with somebody else") }, { "consent_shown", N_("Consent of the person shown was proven to us") },
    { "public_interest", N_("News, art or public interest") }, { "other_law", N_("It is lawful where we are established") }, { "incomplete", N_("The notice is not complete") },
    { "not_competent", N_("We cannot remove single items") }, { "other", N_("Another reason, explained below") }, { NULL, NULL },
};
const AnswerKind *answer_kind(Str code) {
    for (const AnswerKind *k = answer_kinds; k->code != NULL; k++)
        if (str_eq(code, str_c(k->code))) return k;
    return NULL;
}
const ReasonKind *reason_kind(Str code) {
    for (const ReasonKind *k = reason_kinds; k->code != NULL; k++)
        if (str_eq(code, str_c(k->code))) return k;
    return NULL;
}

static const FieldDef fields[] = { { "request", F_ID, CLEAR, true, 0 }, { "answer", F_CODE, CLEAR, true, 0 }, { "reason", F_CODE, CLEAR, false, 0 }, { "via", F_CODE, CLEAR, true, 0 },
    { "on", F_TIME, CLEAR, true, 0 }, { "note", F_TEXT, STORE, false, 8000 }, { "contact", F_TEXT, STORE, false, 800 }, END };

static Err check_any(Ctx *c, const Act *a) {
    RequestRow r;
    NoticeRow n;
    const AnswerKind *kind = answer_kind(act_get_code(a, "answer"));
    TRY(request_by_id(c, act_get_id(a, "request"), &r));
    TRY(notice_by_id(c, a->subject, &n));
    if (!id_eq(r.subject, a->subject) || !id_eq(r.case_id, a->case_id)) return E_MISSING;
    if (kind == NULL) return ctx_refuse(c, E_INPUT, "answer", "This choice is not known.");
    if (kind->needs_reason && reason_kind(act_get_code(a, "reason")) == NULL) return ctx_refuse(c, E_INPUT, "reason", N_("A refusal needs a reason. Choose one."));
    if (n.withdrawn != 0) return ctx_refuse(c, E_CONFLICT, NULL, "This notice was withdrawn.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    return OK;
}
/* A late answer is evidence too: the link takes answers as long as the case lives, or the one that it was joined with; in a closed
 * case until its own last day. */
Err notice_link(Ctx *c, const NoticeRow *n, LinkState *out) {
    enum { JOINED_MAX = 8 };
    CaseRow k;
    TRY(case_by_id(c, n->case_id, &k));
    bool ended = n->withdrawn != 0 || k.erased != 0;
    for (int i = 0; i < JOINED_MAX && !id_none(k.merged_into); i++) TRY(case_by_id(c, k.merged_into, &k));
    bool lives = k.closed == 0 && k.withdrawn == 0 && k.erased == 0;
    *out = ended || (!lives && n->until <= c->now) ? LINK_CONCLUDED : n->link_closed != 0 ? LINK_CLOSED : LINK_ANSWERS;
    return OK;
}

/* A first answer is welcome as long as the link lives; changing it ends with the deadline. */
static Err check_link(Ctx *c, const Act *a) {
    NoticeRow n;
    RequestRow r;
    LinkState link;
    TRY(check_any(c, a));
    TRY(notice_by_id(c, a->subject, &n));
    TRY(request_by_id(c, act_get_id(a, "request"), &r));
    TRY(notice_link(c, &n, &link));
    if (link != LINK_ANSWERS) return ctx_refuse(c, E_CONFLICT, NULL, N_("This link is over. Reply to the mail instead."));
    if (r.answers > 0 && n.deadline != 0 && n.deadline < c->now && !str_eq(r.outcome, S("need_more")))
        return ctx_refuse(c, E_CONFLICT, NULL, N_("The deadline is over: an answer given cannot be changed here any more. Reply to the mail instead."));
    return OK;
}
static Err follow_link(Ctx *c, const Act *a) { return journal_job(c, "notice.confirm", a->subject, c->now + 2 * 60 * 1000); }
const ActDef act_notice_answered = { "notice.answered", 1, OBJ_NOTICE, "notice.answer", false, false, fields, check_link, apply_notice_answered, follow_link, N_("The recipient answered: {answer} {reason}") };
const ActDef act_notice_answer_recorded = { "notice.answer_recorded", 1, OBJ_NOTICE, "notice.record_answer", false, false, fields, check_any, apply_notice_answered, NULL,
    N_("An answer was recorded ({via}): {answer} {reason}") };

static Act *answered(Ctx *c, const NoticeRow *n, const AnswerNew *in, bool by_link) {
    Act *a = act_new(c, by_link ? &act_notice_answered : &act_notice_answer_recorded, ID_NONE, n->case_id, n->id);
    a->org = n->org;
    act_idf(a, "request", in->request);
    act_code(a, "answer", in->answer);
    act_code(a, "reason", in->reason);
    act_code(a, "via", in->via);
    act_time(a, "on", in->on != 0 ? in->on : c->now);
    act_text(a, "note", in->note);
    act_text(a, "contact", in->contact);
    return a;
}

/* Any answer fulfils the duty to confirm receipt; a decision fulfils the others; "we need more" pauses them until we have given it. */
Err answer_clocks(Ctx *c, const RequestRow *r, const AnswerKind *kind, bool receipt_only, Acts *l) {
    ClockRow *clocks = NULL;
    size_t n = 0;
    TRY(clock_of_subject(c, r->id, &clocks, &n));
    for (size_t i = 0; i < n; i++) {
        bool receipt = str_eq(clocks[i].duty, S("C1")), running = str_eq(clocks[i].state, S("running")), live = running || str_eq(clocks[i].state, S("paused"));
        bool open = live || (str_eq(clocks[i].state, S("lapsed")) && clocks[i].met == 0);
        if (!open) continue;
        if (receipt || (!receipt_only && kind->ends)) acts_put(c, l, clock_meet(c, &clocks[i]));
        else if (!receipt_only && running) acts_put(c, l, clock_pause(c, &clocks[i], S("need_more")));
    }
    return OK;
}

Err open_acts(Ctx *c, const NoticeRow *n, Act ***out, size_t *out_n) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    Acts l = { 0 };
    Act *a = act_new(c, &act_notice_opened, ID_NONE, n->case_id, n->id);
    a->org = n->org;
    acts_put(c, &l, a);
    for (size_t i = 0; i < rows_n && n->opened == 0; i++) {
        if (str_eq(rows[i].outcome, S("withdrawn"))) continue;
        acts_put(c, &l, request_event(c, &rows[i], REQ_RECEIVED, STR_NONE, S("link"), c->now));
        TRY(answer_clocks(c, &rows[i], NULL, true, &l));
    }
    *out = l.v;
    *out_n = l.n;
    return OK;
}

/* An answer to a reminder answers what it reminds of, and the other way round: other open requests to the same holder about the same location. */
static Err answer_others(Ctx *c, const RequestRow *r, const AnswerKind *kind, const AnswerNew *in, Acts *l) {
    RequestRow *rows = NULL;
    size_t n = 0;
    TRY(request_of_location(c, r->location, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool same = !id_eq(rows[i].id, r->id) && id_eq(rows[i].case_id, r->case_id) && str_eq(rows[i].kind, S("notice")) && str_eq(rows[i].holder, r->holder) && str_eq(rows[i].rung, r->rung);
        if (!same || rows[i].decided != 0 || str_eq(rows[i].outcome, S("withdrawn")) || str_eq(rows[i].delivery, S("queued"))) continue;
        acts_put(c, l, request_event(c, &rows[i], REQ_ANSWERED, str_c(kind->outcome), in->reason, in->on));
        TRY(answer_clocks(c, &rows[i], kind, false, l));
    }
    return OK;
}

Err answer_acts(Ctx *c, const NoticeRow *n, const AnswerNew *in, size_t in_n, bool by_link, Act ***out, size_t *out_n) {
    Acts l = { 0 };
    bool asks_us = false;
    for (size_t i = 0; i < in_n; i++) {
        RequestRow r;
        const AnswerKind *kind = answer_kind(in[i].answer);
        if (kind == NULL) return ctx_refuse(c, E_INPUT, "answer", "This choice is not known.");
        TRY(request_by_id(c, in[i].request, &r));
        if (!id_eq(r.subject, n->id)) return E_MISSING;
        acts_put(c, &l, answered(c, n, &in[i], by_link));
        acts_put(c, &l, request_event(c, &r, REQ_ANSWERED, str_c(kind->outcome), in[i].reason, in[i].on));
        TRY(answer_clocks(c, &r, kind, false, &l));
        TRY(answer_others(c, &r, kind, &in[i], &l));
        asks_us = asks_us || !kind->ends || kind->needs_reason || str_eq(in[i].answer, S("not_found"));
    }
    /* What was answered has to be looked at: a refusal or a question now, the rest within a day. */
    acts_put(c, &l, case_turn(c, n->case_id, S("us"), S("see_answer"), c->now + (asks_us ? 4 : 24) * (int64_t)HOUR_MS));
    *out = l.v;
    *out_n = l.n;
    return OK;
}

/* ---- the mail that confirms what was answered ---- */
Err confirm_write(Ctx *c, const NoticeRow *n, const RecipientRow *to, Str *out_subject, Str *out_body) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    UiCtx ui = ui_plain(c->arena, lang_from(to->lang, LANG_EN), c->now);
    Str ref = notice_ref(c->arena, n->id);
    Buf b = buf_new(NOTICE_BODY_MAX);
    ui.zone = c->app->zone;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    buf_put(&b, TRF(&ui, N_("This is what we received from you about notice {ref}."), UA_S("ref", ref)));
    buf_z(&b, "\n\n");
    for (size_t i = 0; i < rows_n; i++) { /* by number: the addresses need not travel twice */
        const AnswerKind *k = answer_kind_of_outcome(rows[i].outcome);
        const ReasonKind *why = reason_kind(rows[i].reason);
        Str word = k != NULL ? tr(&ui, k->word) : tr(&ui, N_("no answer yet"));
        buf_printf(&b, "[%zu] " STR_FMT, i + 1, STR_ARG(word));
        if (k != NULL && why != NULL) buf_printf(&b, " (" STR_FMT ")", STR_ARG(tr(&ui, why->word)));
        buf_ch(&b, '\n');
    }
    buf_ch(&b, '\n');
    if (n->deadline > c->now) {
        buf_put(&b, TRF(&ui, N_("You can change it until {when}:"), UA_S("when", ui_day(&ui, civil_at(c->app->zone, n->deadline).date))));
        buf_z(&b, "\n" LINK_MARK "\n");
    }
    *out_body = str_dup(c->arena, buf_str(&b));
    *out_subject = TRF(&ui, N_("{ref} · your answer was received"), UA_S("ref", ref));
    Err err = buf_err(&b);
    buf_free(&b);
    return err;
}

const AnswerKind *answer_kind_of_outcome(Str outcome) {
    for (const AnswerKind *k = answer_kinds; k->code != NULL; k++)
        if (str_eq(outcome, str_c(k->outcome))) return k;
    return NULL;
}
