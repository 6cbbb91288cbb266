/* bank_pages.c - hashes that are looked for, as the desk sees them: what waits, from whom, how good a source is; one hash with its history. */
#include "core/bank/bank_pages_in.h"
#include "core/bank/list.h"

enum { LISTED = 50, NEAR_SHOWN = 50, HISTORY = 200 };
static const char *const what_codes[] = { "confirm", "dispute", "withdraw", NULL };
const Param bank_decide_form[1] = { { .name = "what", .kind = P_CHOICE, .required = true, .choices = what_codes } };

/* ---- the list ---- */

static Str worth(const UiCtx *ui, const BankSource *s) {
    int64_t all = s->same + s->different;
    return all == 0 ? tr(ui, "none decided yet") : TRF(ui, "{right} of {all}", UA_I("right", s->same), UA_I("all", all));
}

static Url list_url(Arena *a, Str state, Str source, int64_t after) {
    return url_path(a, "/bank?state=" STR_FMT "%s" STR_FMT "&after=%lld", STR_ARG(state), source.n > 0 ? "&source=" : "", STR_ARG(source), (long long)after);
}

static Err sources(Ctx *c, const UiCtx *ui, Str state, Str source, TplBankRoomBank *t) {
    static const char *const codes[] = { "quarantine", "active", "disputed", "withdrawn" };
    BankSource *s = NULL;
    size_t n = 0;
    TRY(bank_sources(c, c->person.org, &s, &n));
    TplBankRoomBankSources *out = ARENA_ARRAY(ui->a, TplBankRoomBankSources, n + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (TplBankRoomBankSources){ .code = s[i].code, .href = list_url(ui->a, S("quarantine"), s[i].code, 0), .quarantine = s[i].quarantine, .active = s[i].active, .disputed = s[i].disputed, .withdrawn = s[i].withdrawn, .worth = worth(ui, &s[i]) };
    t->sources = out;
    t->sources_n = n;
    UiTab *tabs = ARENA_ARRAY(ui->a, UiTab, LEN(codes));
    for (size_t i = 0; i < LEN(codes); i++) {
        UiState none;
        tabs[i] = (UiTab){ .word = tr(ui, bank_state_word(str_c(codes[i]), &none)), .href = list_url(ui->a, str_c(codes[i]), source, 0), .here = str_eq(state, str_c(codes[i])) };
    }
    t->tabs = tabs;
    t->tabs_n = LEN(codes);
    return OK;
}

static Err listed(Ctx *c, const Request *req, TplBankRoomBank *t) {
    BankEntry *e = NULL;
    size_t n = 0;
    UiState none;
    Str state = req_query(req, "state"), source = req_query(req, "source");
    int64_t after = req_query_int(req, "after", 0, INT64_MAX, 0);
    if (state.n == 0 || bank_state_word(state, &none) == NULL) state = S("quarantine");
    if (source.n > BANK_CODE_MAX) source = STR_NONE;
    TRY(sources(c, req->ui, state, source, t));
    bool known = source.n == 0;
    for (size_t i = 0; i < t->sources_n; i++) known = known || str_eq(t->sources[i].code, source);
    if (!known) source = STR_NONE;
    TRY(bank_list(c, c->person.org, state, source, after, LISTED + 1, &e, &n));
    TRY(bank_entry_open(c, e, n));
    UiEntry *rows = ARENA_ARRAY(c->arena, UiEntry, n + 1);
    for (size_t i = 0; i < n && i < LISTED; i++) rows[i] = bank_entry_ui(c, req->ui, &e[i], -1);
    if (n > LISTED) t->more = list_url(c->arena, state, source, e[LISTED - 1].entry);
    if (after > 0) t->first = list_url(c->arena, state, source, 0);
    t->rows = rows;
    t->rows_n = n < LISTED ? n : LISTED;
    t->state = state;
    t->source = source;
    return OK;
}

/* ---- finding ---- */

/* Of this organisation only; what they are is opened at once. */
static Err near_of(Ctx *c, Str signal, const uint8_t hash[32], int64_t but, BankEntry *out, int *distances, size_t max, size_t *out_n) {
    BankFound hits[NEAR_SHOWN];
    size_t n = 0, first = *out_n;
    if (c->bank == NULL) return OK;
    Err err = c->bank->match(c->bank->to, signal, hash, PDQ_RADIUS, c->now, true, hits, NEAR_SHOWN, &n);
    if (err == E_MISSING) return OK; /* no folder yet: nothing came in */
    TRY(err);
    for (size_t i = 0; i < n && i < NEAR_SHOWN && *out_n < max; i++) {
        BankEntry e;
        TRY(bank_entry_by_offer(c, hits[i].offered, &e));
        if (!id_eq(e.org, c->person.org) || e.offered == but) continue;
        distances[*out_n] = hits[i].distance;
        out[(*out_n)++] = e;
    }
    return bank_entry_open(c, out + first, *out_n - first);
}

static Err look(Ctx *c, Str asked, const uint8_t hash[32], BankEntry e[NEAR_SHOWN], int distances[NEAR_SHOWN], size_t *out_n) {
    static const char *const long_ones[] = { "pdq", "sha256", "url" };
    if (asked.n == 32) TRY(near_of(c, S("md5"), hash, 0, e, distances, NEAR_SHOWN, out_n));
    for (size_t i = 0; i < LEN(long_ones) && asked.n == 64; i++) TRY(near_of(c, str_c(long_ones[i]), hash, 0, e, distances, NEAR_SHOWN, out_n));
    return OK;
}

static Err found(Ctx *c, const Request *req, TplBankRoomBank *t) {
    uint8_t hash[32];
    BankEntry e[NEAR_SHOWN];
    int distances[NEAR_SHOWN];
    size_t n = 0;
    t->searched = true;
    if (!bank_hex(t->asked, 32, hash) && !bank_hex(t->asked, 16, hash)) {
        t->wrong = tr(req->ui, "These are not the 64 characters of a photo.");
        return OK;
    }
    if (look(c, t->asked, hash, e, distances, &n) != OK) t->wrong = tr(req->ui, "The hashes cannot be searched now. The reason stands in the log of the server.");
    UiEntry *rows = ARENA_ARRAY(c->arena, UiEntry, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = bank_entry_ui(c, req->ui, &e[i], distances[i]);
    t->rows = rows;
    t->rows_n = n;
    t->found = (int64_t)n;
    return OK;
}

Err bank_page(Ctx *c, const Request *req, Response *res) {
    TplBankRoomBank t = { .asked = str_trim(req_query(req, "hash")) };
    TRY(t.asked.n > 0 ? found(c, req, &t) : listed(c, req, &t));
    tpl_bank_room_bank(&res->body, req->ui, &t);
    return OK;
}

/* ---- one ---- */

Err entry_asked(Ctx *c, const Request *req, BankEntry *out) {
    int64_t number = 0;
    if (str_i64(req_arg(req, "entry"), 1, INT64_MAX, &number) != OK) return E_MISSING;
    TRY(bank_entry_by_number(c, number, out));
    return id_eq(out->org, c->person.org) ? OK : E_MISSING;
}

static void facts(const UiCtx *ui, const BankEntry *e, uint32_t matched, TplBankRoomEntry *t) {
    UiItem *f = ARENA_ARRAY(ui->a, UiItem, 10);
    size_t n = 0;
    f[n++] = (UiItem){ .label = tr(ui, "Source"), .text = e->source };
    f[n++] = (UiItem){ .label = tr(ui, "Kind"), .text = bank_signal_word(ui, e->signal) };
    f[n++] = (UiItem){ .label = tr(ui, "Lane"), .text = str_eq(e->lane, S("adult")) ? tr(ui, "adult") : tr(ui, "under 18, or unknown") };
    f[n++] = (UiItem){ .label = tr(ui, "Quality"), .text = bank_quality_word(ui, e->quality) };
    f[n++] = (UiItem){ .label = tr(ui, "How it was made"), .text = e->front };
    f[n++] = (UiItem){ .label = tr(ui, "Consent"), .text = str_eq(e->consent, S("share_hash")) ? tr(ui, "the person lets platforms recognise it") : tr(ui, "of a list: whoever keeps it answers for that") };
    f[n++] = (UiItem){ .label = tr(ui, "Until"), .text = e->consent_until != 0 ? ui_when(ui, e->consent_until) : tr(ui, "no end") };
    f[n++] = (UiItem){ .label = tr(ui, "Goes to others"), .text = e->pass_on ? tr(ui, "yes, once it is in force") : tr(ui, "no") };
    f[n++] = (UiItem){ .label = tr(ui, "Found so often"), .text = TRF(ui, "{n} times", UA_I("n", (int64_t)matched)) };
    t->facts = f;
    t->facts_n = n;
}

static Str said(const UiCtx *ui, const BankChange *h) {
    if (str_eq(h->what, S("offered"))) return TRF(ui, "Offered by {by}: it waits", UA_S("by", h->by));
    if (str_eq(h->what, S("confirmed"))) return str_eq(h->by, S("person")) ? tr(ui, "Confirmed by a person: in force") : TRF(ui, "In force: {by} brought the same", UA_S("by", h->by));
    if (str_eq(h->what, S("disputed"))) return str_eq(h->by, S("person")) ? tr(ui, "Disputed by a person: out of force") : TRF(ui, "Disputed by {by}: out of force", UA_S("by", h->by));
    return TRF(ui, "Withdrawn ({why}): whoever had it is told", UA_S("why", h->by));
}

static Err history(Ctx *c, const UiCtx *ui, const BankEntry *e, TplBankRoomEntry *t) {
    BankChange *h = NULL;
    size_t n = 0;
    TRY(bank_entry_changes(c, e->id, &h, &n));
    UiTime *out = ARENA_ARRAY(ui->a, UiTime, n + 1);
    for (size_t i = 0; i < n && i < HISTORY; i++) {
        out[i] = (UiTime){ .at = h[i].at, .sign = S("•"), .text = said(ui, &h[i]), .proof = url_path(ui->a, "/bank/proof/%lld", (long long)h[i].change) };
        if (h[i].feed != 0) out[i].detail = TRF(ui, "Subscribers hear of it as number {n}.", UA_I("n", h[i].feed));
    }
    t->history = out;
    t->history_n = n < HISTORY ? n : HISTORY;
    return OK;
}

Err bank_entry_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    BankEntry e, others[NEAR_SHOWN];
    int distances[NEAR_SHOWN];
    size_t n = 0;
    TRY(entry_asked(c, req, &e));
    TRY(bank_entry_open(c, &e, 1));
    TplBankRoomEntry t = { .form = form_page(req, bank_decide_form, LEN(bank_decide_form)), .number = e.entry, .hash = bank_entry_hex(ui->a, &e), .gone = e.err != OK, .minor = str_eq(e.lane, S("minor")) };
    t.word = bank_state_word(e.state, &t.state);
    facts(ui, &e, c->bank != NULL ? c->bank->counted(c->bank->to, e.offered) : 0, &t);
    TRY(history(c, ui, &e, &t));
    if (e.err == OK && near_of(c, e.signal, e.hash, e.offered, others, distances, NEAR_SHOWN, &n) != OK) n = 0; /* the folder is away: the entry itself can be decided on */
    UiEntry *near = ARENA_ARRAY(ui->a, UiEntry, n + 1);
    for (size_t i = 0; i < n; i++) {
        near[i] = bank_entry_ui(c, ui, &others[i], distances[i]);
        bool lane = !str_eq(others[i].lane, e.lane), state = !str_eq(others[i].state, e.state) && !str_eq(others[i].source, e.source);
        near[i].mark = lane ? tr(ui, "conflict: another lane") : state ? tr(ui, "conflict: another state") : STR_NONE;
    }
    t.near = near;
    t.near_n = n;
    bool over = str_eq(e.state, S("withdrawn"));
    if (!over && access_can(c, "bank.confirm", NO_OBJECT)) t.decide = url_path(ui->a, "/bank/entry/%lld", (long long)e.entry);
    if (access_can(c, "bank.confirm", NO_OBJECT) && !t.minor) t.found = url_path(ui->a, "/bank/entry/%lld/found", (long long)e.entry);
    t.may_confirm = !str_eq(e.state, S("active"));
    t.may_dispute = !str_eq(e.state, S("disputed"));
    t.may_withdraw = true;
    tpl_bank_room_entry(&res->body, ui, &t);
    return OK;
}

Err bank_entry_post(Ctx *c, const Request *req, Response *res) {
    BankEntry e;
    TRY(entry_asked(c, req, &e));
    if (req->form->errors > 0) return E_INPUT;
    Str what = form_text(req->form, "what");
    bool confirm = str_eq(what, S("confirm")), dispute = str_eq(what, S("dispute"));
    Act *a = confirm ? bank_confirm(c, &e, S("person")) : dispute ? bank_dispute(c, &e, S("person")) : bank_withdraw(c, &e, S("mistaken"));
    a->id = req->form->act;
    Err err = journal_one(c, a);
    if (err != OK && err != E_CONFLICT) return err;
    res_said(res, err == E_CONFLICT ? N_("This was decided already.") : confirm ? N_("In force. Platforms get it when whoever gave it agreed to that.") : dispute ? N_("Out of force until somebody confirms it again.") : N_("Withdrawn for good. Whoever had it is told."));
    c->fail = (Fail){ 0 };
    res_redirect(res, "/bank/entry/%lld", (long long)e.entry);
    return OK;
}

Err bank_proof(Ctx *c, const Request *req, Response *res) {
    BankChange *h = NULL;
    size_t n = 0;
    int64_t change = 0;
    Str proof = STR_NONE;
    if (str_i64(req_arg(req, "change"), 1, INT64_MAX, &change) != OK) return E_MISSING;
    TRY(bank_changes(c, change - 1, 1, &h, &n));
    if (n == 0 || h[0].change != change || !id_eq(h[0].entry.org, c->person.org)) return E_MISSING;
    res->error_msg = N_("This act is so new that the record was not signed over it yet. Try again in a minute.");
    TRY(journal_proof(c, h[0].act_seq, &proof));
    res_download(res, "text/plain", str_fmt(req->a, "hash-%lld-act-%lld.tlog-proof", (long long)h[0].entry.entry, (long long)h[0].act_seq));
    buf_put(&res->body, proof);
    return OK;
}
