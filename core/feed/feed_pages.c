/* feed_pages.c - subscribers, for the administrator of this server: who they are, what they may, their keys. */
#include "core/feed/feed_api.h"
#include "core/feed/feed_page.h"

enum { PAGE_ROWS = 50, WITHDRAWN_ROWS = 50, KEY_OVERLAP_DAYS = 14, PER_MINUTE = 120, PER_SECOND = 1000, DAY_MS = 86400000 };

#define RIGHTS_FIELDS \
    { "scopes", P_CHOICE, true, .many = true, .choices = subscriber_scope_codes, .label = N_("What this subscriber may do") }, \
    { "lists", P_CHOICE, true, .many = true, .choices = subscriber_list_codes, .label = N_("Which lists it gets") }, \
    { "kinds", P_CHOICE, true, .many = true, .choices = subscriber_kind_codes, .label = N_("Which kinds of hash it gets") }, \
    { "per_minute", P_INT, true, .min = 1, .max = 100000, .label = N_("Requests a minute") }, \
    { "per_second", P_INT, true, .min = 1, .max = 1000000, .label = N_("Hashes a second, at the gate") }
static const Param new_form[] = { { "code", P_TEXT, true, .min = 2, .max = SUBSCRIBER_CODE_MAX, .label = N_("Name, as a source") }, RIGHTS_FIELDS };
static const Param rights_form[] = { RIGHTS_FIELDS };
static const char *const older_codes[] = { "keep", "end", NULL };
static const Param key_form[] = { { "older", P_CHOICE, true, .choices = older_codes, .label = N_("The keys that there are") } };

static const struct { const char *word, *hint; } scope_words[] = {
    { N_("get the list"), N_("With every change, and every withdrawal.") },
    { N_("send hashes"), N_("They wait in quarantine under its name until a person confirms them or another source agrees.") },
    { N_("say what became of a hash"), N_("Found, removed, or disputed. What is disputed comes to the desk.") },
    { N_("ask at the gate"), N_("Is this hash looked for? One at a time or many, before something goes online.") },
    { N_("be the national body for minors"), N_("Only the body that the law names. It alone gets hashes of people under 18 or of unknown age.") },
};
static const struct { const char *word, *hint; } list_words[] = {
    { N_("photos of people who asked for it"), N_("Given by the person who is depicted, with an end, taken back whenever the person wishes.") },
    { N_("lists from elsewhere"), N_("Handed over by sister organisations that agreed to passing on.") },
};
static const char *const kind_words[] = { N_("photos, also when they were changed (PDQ)"), N_("exact copies (SHA-256)"), N_("exact copies (MD5)"), N_("addresses (as a hash)") };

static UiOption *options(const UiCtx *ui, const char *const *codes, size_t n, const char *const *words, const char *const *hints) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) o[i] = (UiOption){ str_c(codes[i]), tr(ui, words[i]), hints != NULL ? tr(ui, hints[i]) : STR_NONE };
    return o;
}
static const UiOption *scope_options(const UiCtx *ui) {
    const char *w[LEN(scope_words)], *h[LEN(scope_words)];
    for (size_t i = 0; i < LEN(scope_words); i++) w[i] = scope_words[i].word, h[i] = scope_words[i].hint;
    return options(ui, subscriber_scope_codes, LEN(scope_words), w, h);
}
static const UiOption *list_options(const UiCtx *ui) {
    const char *w[LEN(list_words)], *h[LEN(list_words)];
    for (size_t i = 0; i < LEN(list_words); i++) w[i] = list_words[i].word, h[i] = list_words[i].hint;
    return options(ui, subscriber_list_codes, LEN(list_words), w, h);
}
static const UiOption *kind_options(const UiCtx *ui) { return options(ui, subscriber_kind_codes, LEN(kind_words), kind_words, NULL); }

/* ---- what a form says ---- */

static unsigned bits_of(const Form *f, const char *name, const char *const *codes) {
    unsigned bits = 0;
    for (unsigned i = 0; codes[i] != NULL; i++)
        if (form_has(f, name, str_c(codes[i]))) bits |= 1u << i;
    return bits;
}
static SubscriberNew rights_of(const Form *f) {
    return (SubscriberNew){ .scopes = bits_of(f, "scopes", subscriber_scope_codes), .lists = bits_of(f, "lists", subscriber_list_codes), .kinds = bits_of(f, "kinds", subscriber_kind_codes),
        .per_minute = form_int(f, "per_minute"), .per_second = form_int(f, "per_second") };
}
static void ticks(Arena *a, Form *f, const char *name, const char *const *codes, unsigned bits) {
    Str all[8];
    size_t n = 0;
    for (unsigned i = 0; codes[i] != NULL && n < LEN(all); i++)
        if (bits & (1u << i)) all[n++] = str_c(codes[i]);
    form_set_many(a, f, name, all, n);
}
static void preset(Arena *a, Form *f, unsigned scopes, unsigned lists, unsigned kinds, int64_t per_minute, int64_t per_second) {
    ticks(a, f, "scopes", subscriber_scope_codes, scopes);
    ticks(a, f, "lists", subscriber_list_codes, lists);
    ticks(a, f, "kinds", subscriber_kind_codes, kinds);
    form_set(f, "per_minute", str_fmt(a, "%lld", (long long)per_minute));
    form_set(f, "per_second", str_fmt(a, "%lld", (long long)per_second));
}

/* What the rules refused comes back with its field; anything else is an error of the page. */
static Err refused(Ctx *c, Form *f, Err e) {
    if (e == E_OUTSIDE || e == E_DENIED || e == E_MISSING || c->fail.msgid == NULL) return e;
    bool known = false;
    for (size_t i = 0; i < f->n; i++) known = known || (c->fail.field != NULL && strcmp(f->spec[i].name, c->fail.field) == 0);
    form_fail(f, known ? c->fail.field : NULL, c->fail.msgid);
    return OK;
}

/* ---- the list ---- */

static const char *state_word(const Subscriber *s, UnixMs now, UiState *out) {
    bool locked = s->key_made == 0 || (s->key_until != 0 && s->key_until <= now);
    *out = s->ended != 0 ? STATE_NONE : locked ? STATE_WAITING : STATE_DONE;
    return s->ended != 0 ? N_("has ended") : locked ? N_("has no key") : N_("may ask");
}

static Str scopes_said(const UiCtx *ui, unsigned scopes) {
    Buf b = buf_new(2048);
    for (unsigned i = 0; i < LEN(scope_words); i++) {
        if ((scopes & (1u << i)) == 0) continue;
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, tr(ui, scope_words[i].word));
    }
    Str out = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static Err host_only(Ctx *c) {
    return id_eq(c->person.org, c->app->org) ? OK : ctx_refuse(c, E_DENIED, NULL, N_("Subscribers are kept by the organisation that this server belongs to."));
}

/* "3 hours", or "longer than 3 hours" when one that is open stands in the middle. */
static Str median_said(const UiCtx *ui, const Measure *m) {
    if (m->counted == 0) return STR_NONE;
    Str span = ui_span(ui, m->median_ms);
    return m->median_open ? TRF(ui, "longer than {time}", UA_S("time", span)) : span;
}

Err subscribers_page(Ctx *c, const Request *req, Response *res) {
    Subscriber *all = NULL;
    size_t n = 0;
    TRY(host_only(c));
    TRY(subscriber_list(c->db, c->arena, &all, &n));
    int64_t pages = n == 0 ? 1 : (int64_t)((n + PAGE_ROWS - 1) / PAGE_ROWS), page = req_query_int(req, "page", 1, pages, 1);
    size_t from = (size_t)(page - 1) * PAGE_ROWS, rows_n = n - from < PAGE_ROWS ? n - from : PAGE_ROWS;
    TplFeedSubscribersRows *rows = ARENA_ARRAY(c->arena, TplFeedSubscribersRows, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        const Subscriber *s = &all[from + i];
        UiState st = STATE_NONE;
        Measure m;
        const char *word = state_word(s, c->now, &st);
        TRY(feed_measure(c, s, S("adult"), 0, &m));
        rows[i] = (TplFeedSubscribersRows){ .code = s->code, .href = url_path(c->arena, "/admin/subscribers/%s", str_z(c->arena, id_hex(c->arena, s->id))), .may = scopes_said(req->ui, s->scopes), .state = st, .word = word,
            .asked = m.asked, .behind = m.behind, .open = m.open, .withdrawals = m.withdrawals, .median = median_said(req->ui, &m) };
    }
    TplFeedSubscribers t = { .rows = rows, .rows_n = rows_n, .page = page, .pages = pages };
    if (page > 1) t.before = url_with(c->arena, url_path(c->arena, "/admin/subscribers"), "page", str_fmt(c->arena, "%lld", (long long)page - 1));
    if (page < pages) t.after = url_with(c->arena, url_path(c->arena, "/admin/subscribers"), "page", str_fmt(c->arena, "%lld", (long long)page + 1));
    tpl_feed_subscribers(&res->body, req->ui, &t);
    return OK;
}

/* ---- a new one ---- */

Err subscriber_new_page(Ctx *c, const Request *req, Response *res) {
    TRY(host_only(c));
    Form *f = form_page(req, new_form, LEN(new_form));
    preset(c->arena, f, SCOPE_FETCH | SCOPE_FEEDBACK, LIST_PEOPLE | LIST_OTHERS, KIND_PDQ, PER_MINUTE, PER_SECOND);
    TplFeedSubscriberNew t = { .form = f, .scopes = scope_options(req->ui), .scopes_n = LEN(scope_words), .lists = list_options(req->ui), .lists_n = LEN(list_words), .kinds = kind_options(req->ui), .kinds_n = LEN(kind_words) };
    tpl_feed_subscriber_new(&res->body, req->ui, &t);
    return OK;
}

/* The key waits under the administrator's own cookie for the one page that shows it. */
static Err make_key(Ctx *c, const Subscriber *s, Id act, UnixMs older_until, Response *res) {
    Str key = STR_NONE;
    Act *a = subscriber_key_make(c, act, s, older_until, &key);
    TRY(journal_one(c, a));
    if (a->already) return OK; /* sent twice: the key that was shown is the one that counts */
    res_draft(res, str_fmt(c->arena, "key " STR_FMT " " STR_FMT, STR_ARG(id_hex(c->arena, s->id)), STR_ARG(key)));
    return OK;
}

Err subscriber_new_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    Subscriber s;
    Id id = f->act; /* sent twice, it is one subscriber */
    TRY(host_only(c));
    if (f->errors == 0) {
        SubscriberNew n = rights_of(f);
        n.code = str_lower(c->arena, form_text(f, "code"));
        Err e = journal_one(c, subscriber_make(c, f->act, id, &n));
        if (e != OK) TRY(refused(c, f, e));
    }
    if (f->errors > 0 || f->error != NULL) {
        res_again(res, "/admin/subscribers/new");
        return OK;
    }
    TRY(subscriber_by_id(c->db, c->arena, id, &s));
    if (s.key_made == 0) TRY(make_key(c, &s, ctx_new_id(c), c->now, res));
    res_redirect(res, "/admin/subscribers/%s", str_z(c->arena, id_hex(c->arena, id)));
    return OK;
}

/* ---- one ---- */

static Err own(Ctx *c, const Request *req, Subscriber *out) {
    Id id = ID_NONE;
    TRY(host_only(c));
    TRY(req_id(req, "subscriber", &id));
    return subscriber_by_id(c->db, c->arena, id, out);
}

static Str key_shown(const Request *req, Response *res, Id subscriber) {
    Str head = str_fmt(req->a, "key " STR_FMT " ", STR_ARG(id_hex(req->a, subscriber)));
    if (!str_starts(req->draft, head)) return STR_NONE;
    res_draft_drop(res); /* shown once */
    return str_sub(req->draft, head.n, req->draft.n);
}

static const UiOption *older_options(const UiCtx *ui) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, 2);
    o[0] = (UiOption){ S("keep"), tr(ui, N_("keep working for 14 days")), tr(ui, N_("The subscriber can change over without a gap.")) };
    o[1] = (UiOption){ S("end"), tr(ui, N_("end now")), tr(ui, N_("A key was lost, or somebody has it who should not.")) };
    return o;
}

static const char *way_word(Str way) {
    if (str_eq(way, S("stopncii"))) return N_("over the StopNCII protocol");
    return str_eq(way, S("list")) ? N_("as the plain list") : N_("over the feed of our own");
}

static UiRow withdrawn_row(const UiCtx *ui, const Withdrawn *w) {
    UiCell *cell = ARENA_ARRAY(ui->a, UiCell, 4);
    int64_t took = (w->applied != 0 ? w->applied : ui->now_ms) - w->at;
    Str span = ui_span(ui, took > 0 ? took : 0);
    cell[0] = (UiCell){ .text = str_fmt(ui->a, "%lld", (long long)w->entry), .number = true };
    cell[1] = (UiCell){ .text = ui_when_short(ui, w->at) };
    cell[2] = (UiCell){ .text = w->applied == 0 ? tr(ui, N_("not yet")) : w->by_feedback ? TRF(ui, "{when}, said so itself", UA_S("when", ui_when_short(ui, w->applied))) : ui_when_short(ui, w->applied) };
    cell[3] = (UiCell){ .text = w->applied == 0 ? TRF(ui, "open for {time}", UA_S("time", span)) : span };
    return (UiRow){ .cells = cell, .cells_n = 4 };
}

static Err lane_part(Ctx *c, const UiCtx *ui, const Subscriber *s, const char *lane, TplFeedSubscriberLanes *out) {
    Measure m;
    TRY(feed_measure(c, s, str_c(lane), WITHDRAWN_ROWS, &m));
    UiRow *rows = ARENA_ARRAY(c->arena, UiRow, m.list_n + 1);
    for (size_t i = 0; i < m.list_n; i++) rows[i] = withdrawn_row(ui, &m.list[i]);
    *out = (TplFeedSubscriberLanes){ .name = strcmp(lane, "adult") == 0 ? N_("The list of adults") : N_("The list of minors"), .asked = m.asked, .way = tr(ui, way_word(m.way)), .has = m.upto, .behind = m.behind,
        .withdrawals = m.withdrawals, .open = m.open, .median = median_said(ui, &m), .counted = m.counted, .rows = rows, .rows_n = m.list_n };
    return OK;
}

static Err feedback_part(Ctx *c, const UiCtx *ui, const Subscriber *s, UiItem out[4]) {
    FeedCounts k;
    TRY(use_store_counts(c->db, s->id, &k));
    const struct { const char *label; int64_t n; } all[] = { { N_("Found and taken down"), k.matched }, { N_("Disputed: does not belong on the list"), k.disputed }, { N_("Removed after a withdrawal"), k.removed }, { N_("Found, not yet looked at"), k.pending } };
    for (size_t i = 0; i < LEN(all); i++) out[i] = (UiItem){ .label = tr(ui, all[i].label), .text = ui_int(ui, all[i].n) };
    return OK;
}

Err subscriber_page(Ctx *c, const Request *req, Response *res) {
    Subscriber s;
    TRY(own(c, req, &s));
    const char *hex = str_z(c->arena, id_hex(c->arena, s.id));
    Form *f = form_page(req, rights_form, LEN(rights_form)), *kf = form_page(req, key_form, LEN(key_form));
    preset(c->arena, f, s.scopes, s.lists, s.kinds, s.per_minute, s.per_second);
    form_set(kf, "older", S("keep"));
    UiState st = STATE_NONE;
    const char *word = state_word(&s, c->now, &st);
    TplFeedSubscriberLanes *lanes = ARENA_ARRAY(c->arena, TplFeedSubscriberLanes, 2);
    UiItem *feedback = ARENA_ARRAY(c->arena, UiItem, 4);
    size_t lanes_n = (s.scopes & SCOPE_NATIONAL) != 0 ? 2 : 1;
    TRY(lane_part(c, req->ui, &s, "adult", &lanes[0]));
    if (lanes_n == 2) TRY(lane_part(c, req->ui, &s, "minor", &lanes[1]));
    TRY(feedback_part(c, req->ui, &s, feedback));
    TplFeedSubscriber t = { .title = s.code, .lanes = lanes, .lanes_n = lanes_n, .feedback = feedback, .feedback_n = 4, .state = st, .word = word, .key = key_shown(req, res, s.id), .ended = s.ended != 0, .has_key = s.key_made != 0 && (s.key_until == 0 || s.key_until > c->now), .key_made = s.key_made, .form = f, .key_form = kf,
        .scopes = scope_options(req->ui), .scopes_n = LEN(scope_words), .lists = list_options(req->ui), .lists_n = LEN(list_words), .kinds = kind_options(req->ui), .kinds_n = LEN(kind_words), .older = older_options(req->ui), .older_n = 2,
        .to_rights = url_path(c->arena, "/admin/subscribers/%s/rights", hex), .to_key = url_path(c->arena, "/admin/subscribers/%s/key", hex), .to_keys_end = url_path(c->arena, "/admin/subscribers/%s/keys-end", hex), .to_end = url_path(c->arena, "/admin/subscribers/%s/end", hex) };
    tpl_feed_subscriber(&res->body, req->ui, &t);
    return OK;
}

static Err back(Ctx *c, Response *res, const Subscriber *s, const char *said) {
    if (said != NULL) res_said(res, said);
    res_redirect(res, "/admin/subscribers/%s", str_z(c->arena, id_hex(c->arena, s->id)));
    return OK;
}

Err subscriber_rights_post(Ctx *c, const Request *req, Response *res) {
    Subscriber s;
    TRY(own(c, req, &s));
    if (req->form->errors == 0) {
        SubscriberNew n = rights_of(req->form);
        Err e = journal_one(c, subscriber_change_rights(c, req->form->act, &s, &n));
        if (e != OK) TRY(refused(c, req->form, e));
    }
    if (req->form->errors > 0 || req->form->error != NULL) {
        res_again(res, "/admin/subscribers/%s", str_z(c->arena, id_hex(c->arena, s.id)));
        return OK;
    }
    return back(c, res, &s, N_("Kept. It counts from the next request."));
}

Err subscriber_key_post(Ctx *c, const Request *req, Response *res) {
    Subscriber s;
    TRY(own(c, req, &s));
    if (req->form->errors > 0) {
        res_again(res, "/admin/subscribers/%s", str_z(c->arena, id_hex(c->arena, s.id)));
        return OK;
    }
    bool keep = str_eq(form_text(req->form, "older"), S("keep"));
    TRY(make_key(c, &s, req->form->act, keep ? c->now + (int64_t)KEY_OVERLAP_DAYS * DAY_MS : c->now, res));
    return back(c, res, &s, NULL);
}

Err subscriber_keys_end_post(Ctx *c, const Request *req, Response *res) {
    Subscriber s;
    TRY(own(c, req, &s));
    TRY(journal_one(c, subscriber_keys_end(c, ID_NONE, &s)));
    return back(c, res, &s, N_("All keys of this subscriber are ended. It cannot ask until it gets a new one."));
}

Err subscriber_end_post(Ctx *c, const Request *req, Response *res) {
    Subscriber s;
    TRY(own(c, req, &s));
    TRY(journal_one(c, subscriber_end(c, ID_NONE, &s)));
    return back(c, res, &s, N_("The subscription is ended. What it did stays in the record."));
}

const Route feed_routes[FEED_ROUTES] = {
    { GET, "/admin/subscribers", R_ADMIN, "subscriber.admin", LEVEL_STAFF, 0, subscribers_page },
    { GET, "/admin/subscribers/new", R_ADMIN, "subscriber.admin", LEVEL_STAFF, 0, subscriber_new_page },
    { POST, "/admin/subscribers/new", R_ADMIN, "subscriber.admin", LEVEL_FRESH, 16384, subscriber_new_post, ROUTE_FORM(new_form) },
    { GET, "/admin/subscribers/{subscriber}", R_ADMIN, "subscriber.admin", LEVEL_STAFF, 0, subscriber_page },
    { POST, "/admin/subscribers/{subscriber}/rights", R_ADMIN, "subscriber.admin", LEVEL_FRESH, 16384, subscriber_rights_post, ROUTE_FORM(rights_form) },
    { POST, "/admin/subscribers/{subscriber}/key", R_ADMIN, "subscriber.admin", LEVEL_FRESH, 8192, subscriber_key_post, ROUTE_FORM(key_form) },
    { POST, "/admin/subscribers/{subscriber}/keys-end", R_ADMIN, "subscriber.admin", LEVEL_FRESH, 8192, subscriber_keys_end_post },
    { POST, "/admin/subscribers/{subscriber}/end", R_ADMIN, "subscriber.admin", LEVEL_FRESH, 8192, subscriber_end_post },
    /* With a key instead of a person (feed_api.c). */
    { GET, "/api/stopncii/{lane}/FetchHashes", WHO_ANYBODY, "feed.use", LEVEL_API, 0, ncii_fetch },
    { POST, "/api/stopncii/{lane}/SubmitHashes", WHO_ANYBODY, "feed.use", LEVEL_API, SAY_BODY_MAX, ncii_submit },
    { POST, "/api/stopncii/{lane}/SubmitFeedback", WHO_ANYBODY, "feed.use", LEVEL_API, SAY_BODY_MAX, ncii_feedback },
    { GET, "/api/openapi.json", WHO_ANYBODY, "feed.use", LEVEL_API, 0, api_document },
    { GET, "/api/v1/feed", WHO_ANYBODY, "feed.use", LEVEL_API, 0, feed_about },
    { GET, "/api/v1/feed/list", WHO_ANYBODY, "feed.use", LEVEL_API, 0, feed_list },
    { GET, "/api/v1/feed/checkpoint", WHO_ANYBODY, "feed.use", LEVEL_API, 0, feed_checkpoint },
    { GET, "/api/v1/feed/changes", WHO_ANYBODY, "feed.use", LEVEL_API, 0, feed_changes },
    { GET, "/api/v1/feed/consistency", WHO_ANYBODY, "feed.use", LEVEL_API, 0, feed_consistency },
};
