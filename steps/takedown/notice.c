/* notice.c - notices as acts: what may be sent to whom, the duties it starts, its withdrawal. */
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/takedown/takedown_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static Date day_of(const Ctx *c, UnixMs t) { return civil_at(c->app->zone, t).date; }

/* ---- the acts ---- */
static const FieldDef made_fields[] = { { "recipient", F_ID, CLEAR, true, 0 }, { "form", F_CODE, CLEAR, true, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "offence", F_CODE, CLEAR, false, 0 },
    { "lane", F_CODE, CLEAR, true, 0 }, { "flagger", F_INT, CLEAR, true, 1 }, { "named", F_INT, CLEAR, true, 1 }, { "earlier", F_ID, CLEAR, false, 0 }, { "items", F_INT, CLEAR, true, 10000 },
    { "token_hash", F_HASH, CLEAR, true, 0 }, { "token", F_TEXT, STORE, true, 64 }, { "until", F_TIME, CLEAR, true, 0 },
    { "why", F_TEXT, STORE, false, 32000 }, { "extra", F_TEXT, STORE, false, 12000 }, { "action", F_CODE, CLEAR, false, 0 }, { "territory", F_CODE, CLEAR, false, 0 }, { "template", F_ID, CLEAR, false, 0 }, END };

/* Nobody is asked anything unless the person agreed; material that may show a minor goes to a hotline only (law.md §7). */
static Err check_made(Ctx *c, const Act *a) {
    CaseRow k;
    RecipientRow to;
    bool agreed = false;
    TRY(case_by_id(c, a->case_id, &k));
    TRY(consent_holds(c, a->case_id, S("notices"), &agreed));
    if (!agreed) return ctx_refuse(c, E_CONFLICT, NULL, N_("The person has not agreed to removal requests. Ask first; nothing was sent."));
    Err err = recipient_by_id(c, act_get_id(a, "recipient"), &to);
    if (err == E_MISSING) return ctx_refuse(c, E_INPUT, "recipient", N_("This recipient is not in the register."));
    TRY(err);
    if (to.ended != 0) return ctx_refuse(c, E_CONFLICT, "recipient", "This recipient is no longer used.");
    bool adult = str_eq(k.lane, S("adult")) && str_eq(act_get_code(a, "lane"), S("adult"));
    if (!adult && !str_eq(to.rung, RUNG_HOTLINE)) return ctx_refuse(c, E_CONFLICT, "recipient", N_("The person depicted is or may be a minor: only a hotline is told, address and class."));
    if (adult && str_eq(to.rung, RUNG_HOTLINE)) return ctx_refuse(c, E_CONFLICT, "recipient", N_("A hotline takes material of minors only."));
    return OK;
}
static Err follow_made(Ctx *c, const Act *a) {
    RequestRow *rows = NULL;
    size_t n = 0;
    TRY(request_of_subject(c, a->subject, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(journal_job(c, "watch.check", rows[i].location, c->now));
        TRY(journal_job(c, "lookup.find", rows[i].location, c->now + DAY_MS)); /* whether it is still in the same hands */
    }
    return OK;
}
const ActDef act_notice_made = { "notice.made", 1, OBJ_NOTICE, "notice.send", false, true, made_fields, check_made, apply_notice_made, follow_made, N_("A notice was made: {form}, items: {items}") };

static const FieldDef mail_fields[] = { { "notice", F_ID, CLEAR, true, 0 }, { "what", F_CODE, CLEAR, true, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "address", F_TEXT, STORE, true, 254 },
    { "subject", F_TEXT, STORE, true, 1000 }, { "body", F_TEXT, STORE, true, NOTICE_BODY_MAX }, END };
static Err check_mail(Ctx *c, const Act *a) {
    NoticeRow n;
    TRY(notice_by_id(c, act_get_id(a, "notice"), &n));
    return id_eq(n.case_id, a->case_id) ? OK : E_MISSING;
}
static Err follow_mail(Ctx *c, const Act *a) { return journal_job(c, "notice.send", a->subject, c->now); }
const ActDef act_notice_mail = { "notice.mail", 1, OBJ_NONE, "case.follows", false, true, mail_fields, check_mail, apply_notice_mail, follow_mail, N_("A mail stands ready: {what}") };

static const FieldDef delivery_fields[] = { { "notice", F_ID, CLEAR, true, 0 }, { "what", F_CODE, CLEAR, true, 0 }, { "outcome", F_CODE, CLEAR, true, 0 }, { "code", F_INT, CLEAR, true, 999 },
    { "tls", F_CODE, CLEAR, false, 0 }, { "reply", F_TEXT, STORE, false, 2000 }, { "server", F_TEXT, STORE, false, 300 }, { "kept", F_ID, CLEAR, false, 0 },
    { "until", F_INT, CLEAR, false, 0 }, { "deadline", F_INT, CLEAR, false, 0 }, END };
static Err check_delivery(Ctx *c, const Act *a) {
    NoticeMailRow m;
    TRY(mail_by_id(c, a->subject, &m));
    if (!id_eq(m.case_id, a->case_id)) return E_MISSING;
    return str_eq(m.state, S("queued")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This mail is no longer in the outbox."));
}
#define MAIL_ACT(kind, sentence) { kind, 1, OBJ_NONE, "notice.deliver", true, false, delivery_fields, check_delivery, apply_notice_delivery, NULL, sentence }
const ActDef act_mail_trying = MAIL_ACT("notice.mail_trying", N_("A mail is being handed over")), act_mail_sent = MAIL_ACT("notice.mail_sent", N_("The mail server took the mail (code {code})")),
    act_mail_waiting = MAIL_ACT("notice.mail_waiting", N_("The mail server did not take the mail yet (code {code}); it is tried again")),
    act_mail_failed = MAIL_ACT("notice.mail_failed", N_("The mail could not be delivered (code {code})")), act_mail_dropped = MAIL_ACT("notice.mail_dropped", N_("A mail is not sent any more")),
    act_mail_ending = MAIL_ACT("notice.mail_ending", N_("The mail server has all of a mail but its end")), act_mail_unclear = MAIL_ACT("notice.mail_unclear", N_("It is not known whether the mail server took the mail; it is not sent again by itself"));
/* A person decides about one that is unclear: it went, or it is sent once more. */
static Err check_settled(Ctx *c, const Act *a) {
    NoticeMailRow m;
    TRY(check_delivery(c, a));
    TRY(mail_by_id(c, a->subject, &m));
    return str_eq(m.outcome, S("unclear")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("It is known by now what became of this mail."));
}
static Err follow_settled(Ctx *c, const Act *a) { return str_eq(act_get_code(a, "outcome"), S("again")) ? journal_job(c, "notice.send", a->subject, c->now) : OK; }
const ActDef act_mail_settled = { "notice.mail_settled", 1, OBJ_NONE, "notice.manage", true, false, delivery_fields, check_settled, apply_notice_delivery, follow_settled, N_("A person decided about a mail of which it was not known whether it went: {outcome}") };

static const FieldDef no_field[] = { END };
static Err check_alive(Ctx *c, const Act *a) {
    NoticeRow n;
    TRY(notice_by_id(c, a->subject, &n));
    if (!id_eq(n.case_id, a->case_id)) return E_MISSING;
    return n.withdrawn == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This notice was withdrawn."));
}
static Err follow_opened(Ctx *c, const Act *a) { return journal_job(c, "notice.settle", a->subject, c->now); } /* so the mail came */
const ActDef act_notice_opened = { "notice.opened", 1, OBJ_NOTICE, "notice.answer", false, false, no_field, check_alive, apply_notice_opened, follow_opened, N_("The recipient opened the notice") };

static const FieldDef withdrawn_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_notice_withdrawn = { "notice.withdrawn", 1, OBJ_NOTICE, "notice.manage", false, false, withdrawn_fields, check_alive, apply_notice_withdrawn, NULL, N_("A notice was withdrawn") };
/* The server itself takes it out of the outbox when it may not go any more. */
const ActDef act_notice_dropped = { "notice.dropped", 1, OBJ_NOTICE, "notice.deliver", false, false, withdrawn_fields, check_alive, apply_notice_withdrawn, NULL, N_("A notice was not sent, since it may not go any more") };
const ActDef act_notice_link_closed = { "notice.link_closed", 1, OBJ_NOTICE, "notice.manage", false, false, no_field, check_alive, apply_notice_link_closed, NULL, N_("The answer link was closed") };

static const FieldDef returned_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "gone", F_TIME, CLEAR, true, 0 }, END };
const ActDef act_watch_returned = { "watch.returned", 1, OBJ_NONE, "watch.record", true, true, returned_fields, NULL, apply_watch_returned, NULL, N_("It came back online") };

static const FieldDef asked_fields[] = { { "location", F_ID, CLEAR, true, 0 }, END };
static Err check_asked(Ctx *c, const Act *a) {
    Id *cases = NULL;
    size_t n = 0;
    TRY(location_cases(c, act_get_id(a, "location"), &cases, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(cases[i], a->case_id)) return OK;
    return E_MISSING;
}
static Err follow_asked(Ctx *c, const Act *a) { return journal_job_at(c, "watch.check", act_get_id(a, "location"), c->now); }
const ActDef act_watch_asked = { "watch.asked", 1, OBJ_NONE, "watch.ask", true, true, asked_fields, check_asked, apply_watch_asked, follow_asked, N_("A check was asked for") };

/* ---- building ---- */
Str notice_ref(Arena *a, Id notice) {
    Str t = crock_enc(a, str_sub(id_str(&notice), 0, 5));
    return str_fmt(a, "N-%.4s-%.4s", t.p, t.p + 4);
}

Err mail_open(Ctx *c, NoticeMailRow *m) {
    OpenItem items[5];
    Str *to[5];
    size_t k = 0;
    struct { const char *field; Str sealed; Str *out; } f[] = { { "address", m->address_sealed, &m->address }, { "subject", m->subject_sealed, &m->subject }, { "body", m->body_sealed, &m->body },
        { "reply", m->reply_sealed, &m->reply }, { "server", m->server_sealed, &m->server } };
    for (size_t i = 0; i < LEN(f); i++) {
        if (f[i].sealed.p == NULL) continue;
        items[k] = (OpenItem){ .org = m->org, .scope = m->case_id, .cls = STORE, .item = m->id, .field = f[i].field, .sealed = f[i].sealed };
        to[k++] = f[i].out;
    }
    TRY(journal_open_many(c, items, k));
    for (size_t i = 0; i < k; i++) {
        TRY(items[i].err);
        *to[i] = items[i].plain;
    }
    return OK;
}

Act *notice_mail_act(Ctx *c, const NoticeRow *n, Str what, Str address, Str subject, Str body) {
    Act *a = act_new(c, &act_notice_mail, ID_NONE, n->case_id, ctx_new_id(c));
    a->org = n->org;
    act_idf(a, "notice", n->id);
    act_code(a, "what", what);
    act_code(a, "lang", n->lang);
    act_text(a, "address", address);
    act_text(a, "subject", subject);
    act_text(a, "body", body);
    return a;
}

static Str new_token(Ctx *c) {
    uint8_t raw[16];
    c->app->random(c->app->random_ctx, raw, sizeof raw);
    Str hex = hex_enc(c->arena, str_bytes(raw, sizeof raw));
    seal_wipe(raw, sizeof raw);
    return hex;
}

static Act *made(Ctx *c, const NoticePlan *p, Id recipient, Str flagger_id) {
    uint8_t hash[32];
    Str token = new_token(c);
    Act *a = act_new(c, &act_notice_made, ID_NONE, p->case_id, p->id);
    seal_sha256(token, hash);
    act_idf(a, "recipient", recipient);
    act_code(a, "form", p->form);
    act_code(a, "lang", str_c(lang_code(p->lang)));
    act_code(a, "offence", p->offence);
    act_code(a, "lane", p->lane);
    act_int(a, "flagger", flagger_id.n > 0);
    act_int(a, "named", p->named);
    act_idf(a, "earlier", p->earlier);
    act_int(a, "items", (int64_t)p->locations_n);
    act_hash(a, "token_hash", str_dup(c->arena, str_bytes(hash, sizeof hash)));
    act_text(a, "token", token);
    act_time(a, "until", c->now + LINK_DAYS_FIRST * (int64_t)DAY_MS);
    if (str_eq(p->lane, S("adult"))) act_text(a, "why", p->why); /* of a minor: address and class, nothing else */
    if (str_eq(p->lane, S("adult"))) act_text(a, "extra", p->extra);
    act_code(a, "action", p->action);
    act_code(a, "territory", p->territory);
    act_idf(a, "template", p->template);
    return a;
}

Err notice_words(Ctx *c, const NoticeRow *n, Str *out_why, Str *out_extra) {
    *out_why = STR_NONE;
    if (out_extra != NULL) *out_extra = STR_NONE;
    if (n->why_sealed.p != NULL) TRY(journal_open(c, n->org, n->case_id, STORE, n->id, "why", n->why_sealed, out_why));
    if (out_extra != NULL && n->extra_sealed.p != NULL) TRY(journal_open(c, n->org, n->case_id, STORE, n->id, "extra", n->extra_sealed, out_extra));
    return OK;
}

static bool add(Act **acts, size_t max, size_t *n, Act *a) {
    if (*n >= max) return false;
    acts[(*n)++] = a;
    return true;
}

/* Requests are listed by the moment they were asked and then by id: the id carries the number that the item has in the mail. */
static Id numbered_id(Ctx *c, size_t i) {
    Id id = ctx_new_id(c);
    id.b[0] = (uint8_t)(i >> 8);
    id.b[1] = (uint8_t)i;
    return id;
}

Err notice_acts(Ctx *c, const NoticePlan *p, Act **acts, size_t max, size_t *n) {
    OrgRow org;
    Id recipient = p->to->id;
    TRY(org_by_id(c, c->person.org, &org));
    NoticeRow row = { .id = p->id, .case_id = p->case_id, .org = c->person.org, .lang = str_c(lang_code(p->lang)) };
    if (p->is_seed && !add(acts, max, n, recipient_add(c, recipient, &p->seed))) return E_LIMIT;
    if (!add(acts, max, n, made(c, p, recipient, org.flagger_id))) return E_LIMIT;
    for (size_t i = 0; i < p->locations_n; i++) {
        RequestNew r = { .case_id = p->case_id, .subject = p->id, .location = p->locations[i].id, .kind = S("notice"), .rung = p->to->rung, .holder = recipient_holder(c->arena, p->to),
            .form = p->form, .offence = p->offence, .country = p->to->country };
        if (!add(acts, max, n, request_make(c, numbered_id(c, i), &r))) return E_LIMIT;
    }
    return add(acts, max, n, notice_mail_act(c, &row, S("notice"), p->to->mail, p->subject, p->body)) ? OK : E_LIMIT;
}

Err notice_withdraw_acts(Ctx *c, const NoticeRow *n, Str why, bool dropped, Act **acts, size_t max, size_t *out_n) {
    RequestRow *rows = NULL;
    size_t rows_n = 0;
    Act *a = act_new(c, dropped ? &act_notice_dropped : &act_notice_withdrawn, ID_NONE, n->case_id, n->id);
    act_code(a, "why", why);
    if (!add(acts, max, out_n, a)) return E_LIMIT;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n; i++) {
        ClockRow *clocks = NULL;
        size_t clocks_n = 0;
        bool done = str_eq(rows[i].outcome, S("removed")) || str_eq(rows[i].outcome, S("blocked")); /* what was achieved stays in the record */
        if (!done && !str_eq(rows[i].outcome, S("withdrawn")) && !add(acts, max, out_n, request_event(c, &rows[i], REQ_WITHDRAWN, STR_NONE, why, c->now))) return E_LIMIT;
        TRY(clock_of_subject(c, rows[i].id, &clocks, &clocks_n));
        for (size_t k = 0; k < clocks_n; k++) {
            bool live = str_eq(clocks[k].state, S("running")) || str_eq(clocks[k].state, S("paused"));
            if (live && !add(acts, max, out_n, clock_stop(c, &clocks[k], S("withdrawn")))) return E_LIMIT;
        }
    }
    return OK;
}

/* ---- duties ---- */
/* What a notice starts: the form's terms that count from its sending, and priority when a trusted flagger asks a platform that owes it
 * (DSA 22(1) by way of the law data: not owed by pure hosting or by micro and small firms). */
Err terms_of_form(Ctx *c, Str form, bool flagger, Str platform, Str *out, size_t max, size_t *out_n) {
    const Law *law = c->app->law;
    *out_n = 0;
    if (law == NULL) return OK;
    Date today = day_of(c, c->now);
    const LawForm *f = law_form(law, form, today), *priority = law_form(law, S("flagger"), today);
    const LawPlatform *p = platform_row(c, platform);
    if (f == NULL) return OK;
    Str rest = f->clocks, id = f->clock;
    bool extra = flagger && priority != NULL && str_eq(form, S("art16")) && p != NULL && law_has_tag(p, law, S("P")) && !law_has_tag(p, law, S("micro"));
    for (int i = 0; i < 16; i++) {
        const LawTermRow *t = id.n > 0 ? law_term_row(law, id, today) : NULL;
        bool known = false;
        for (size_t k = 0; k < *out_n; k++) known = known || str_eq(out[k], id);
        if (t != NULL && !known && *out_n < max && (str_eq(t->starts, S("sent")) || str_eq(t->starts, S("received")))) out[(*out_n)++] = id;
        if (str_split(&rest, ' ', &id)) continue;
        if (!extra) break;
        id = priority->clock;
        extra = false;
        rest = STR_NONE;
    }
    return OK;
}

Err duty_term(Ctx *c, Str duty, const RequestRow *r, Str lane, UnixMs sent, UnixMs received, TermResult *out) {
    TermQuery q = { .rule = duty, .from = sent, .received = received, .country = r->country, .offence = r->offence, .lane = str_eq(lane, S("adult")) ? lane : S("minor") };
    return law_term(c->app->law, &q, c->arena, out);
}
