/* list_pages.c - lists from elsewhere: set up, handed in as a file, read, ended. */
#include "core/bank/bank_pages_in.h"
#include "core/bank/list.h"

static const char *const kind_codes[] = { "file", "text", "stop_ncii", NULL }, *const lane_codes[] = { "adult", "minor", NULL };
const Param list_new_form[8] = { { "code", P_TEXT, true, .min = 2, .max = BANK_CODE_MAX, .label = N_("Name") }, { "kind", P_CHOICE, true, .choices = kind_codes, .label = N_("How it comes") },
    { "lane", P_CHOICE, true, .choices = lane_codes, .label = N_("Who is shown") }, { "pass_on", P_BOOL, .label = N_("Others may get it from here") }, { "url", P_TEXT, .max = LIST_URL_MAX, .label = N_("Address") },
    { "key", P_TEXT, .max = LIST_KEY_MAX, .label = N_("Key") }, { "key2", P_TEXT, .max = LIST_KEY_MAX, .label = N_("Second key") }, { "every_h", P_INT, .min = 1, .max = 720, .label = N_("Hours between two readings") } };
const Param list_file_form[1] = { { "list", P_FILE, true, .max = 4 << 20, .label = N_("File with hashes") } };
const Param list_button[1] = { { "seen", P_INT, .max = 1 } };

static const struct { const char *kind, *word, *hint; } hows[] = { { "file", N_("as a file"), N_("Handed over by a sister organisation.") }, { "text", N_("as a text list on a server"), N_("One hash a line, or CSV. It is read as a whole each time.") },
    { "stop_ncii", N_("by the StopNCII protocol"), N_("With withdrawals. It is read on from where it ended.") } };
static const struct { const char *why, *word; } wrongs[] = { { "loops", N_("It never comes to an end: the same page was announced again.") }, { "repeats", N_("It repeats itself: a page came a second time.") },
    { "backwards", N_("It goes backwards: older than what was read already.") }, { "mixed", N_("It mixes lists: it says of itself that it is of another lane.") }, { "too_large", N_("It is larger than one reading takes.") },
    { "unreachable", N_("The server does not answer.") }, { "key_refused", N_("The server refused our key.") }, { "answered_error", N_("The server answered with an error.") }, { "not_understood", N_("What it answered is not in the form that was agreed.") } };

static Str wrong_words(const UiCtx *ui, Str why) {
    for (size_t i = 0; i < LEN(wrongs); i++)
        if (str_eq(why, str_c(wrongs[i].why))) return tr(ui, wrongs[i].word);
    return STR_NONE;
}
static Str how_words(const UiCtx *ui, Str kind) {
    for (size_t i = 0; i < LEN(hows); i++)
        if (str_eq(kind, str_c(hows[i].kind))) return tr(ui, hows[i].word);
    return kind;
}
static Str lane_words(const UiCtx *ui, Str lane) { return str_eq(lane, S("adult")) ? tr(ui, "adult") : tr(ui, "under 18, or unknown"); }
static bool lead(Ctx *c) { return access_can(c, "bank.list", NO_OBJECT); }

static Str state_words(const UiCtx *ui, const ListRow *l, UiState *out) {
    bool good = str_eq(l->why, S("ok"));
    *out = l->ended != 0 ? STATE_NONE : l->read == 0 ? STATE_WAITING : good ? STATE_DONE : STATE_LATE;
    return l->ended != 0 ? tr(ui, "ended") : l->read == 0 ? tr(ui, "not read yet") : good ? tr(ui, "read") : tr(ui, "stopped");
}

Err lists_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    ListRow *l = NULL;
    size_t n = 0;
    TplBankRoomLists t = { .form = form_page(req, list_new_form, LEN(list_new_form)), .may = lead(c) };
    TRY(list_all(c, c->person.org, &l, &n));
    TplBankRoomListsRows *rows = ARENA_ARRAY(ui->a, TplBankRoomListsRows, n + 1);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (TplBankRoomListsRows){ .code = l[i].code, .href = url_path(ui->a, "/bank/list/%s", id_hex(ui->a, l[i].id).p), .how = how_words(ui, l[i].kind), .lane = lane_words(ui, l[i].lane), .at = l[i].read };
        rows[i].word = state_words(ui, &l[i], &rows[i].state);
    }
    UiOption *kinds = ARENA_ARRAY(ui->a, UiOption, LEN(hows)), *lanes = ARENA_ARRAY(ui->a, UiOption, 2);
    for (size_t i = 0; i < LEN(hows); i++) kinds[i] = (UiOption){ str_c(hows[i].kind), tr(ui, hows[i].word), tr(ui, hows[i].hint) };
    lanes[0] = (UiOption){ S("adult"), tr(ui, "adults only"), tr(ui, "Whoever keeps the list knows that of each.") };
    lanes[1] = (UiOption){ S("minor"), tr(ui, "under 18, or unknown"), tr(ui, "For the national body alone: never compared with a case, never for platforms.") };
    t.rows = rows;
    t.rows_n = n;
    t.hows = kinds;
    t.hows_n = LEN(hows);
    t.lanes = lanes;
    t.lanes_n = 2;
    tpl_bank_room_lists(&res->body, ui, &t);
    return OK;
}

Err lists_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    Act *a = NULL;
    ListNew n = { .code = form_text(f, "code"), .kind = form_text(f, "kind"), .lane = form_text(f, "lane"), .url = form_text(f, "url"), .key = form_text(f, "key"), .key2 = form_text(f, "key2"), .pass_on = form_bool(f, "pass_on"),
        .every_h = form_at(f, "every_h")->given ? form_int(f, "every_h") : 24 };
    if (f->errors == 0) {
        TRY(list_make(c, f->act, &n, &a));
        Err err = journal_one(c, a);
        if (err != OK && err != E_INPUT && err != E_CONFLICT) return err;
        if (err != OK) form_fail(f, c->fail.field, c->fail.msgid);
    }
    c->fail = (Fail){ 0 };
    form_put(f, "key", STR_NONE);
    form_put(f, "key2", STR_NONE);
    if (f->errors > 0) {
        res_again(res, "/bank/lists");
        return OK;
    }
    res_said(res, N_("The list is set up."));
    res_redirect(res, "/bank/list/%s", id_hex(req->a, a->subject).p);
    return OK;
}

static Err list_asked(Ctx *c, const Request *req, ListRow *out) {
    Id id = ID_NONE;
    TRY(req_id(req, "list", &id));
    TRY(list_by_id(c, id, out));
    return id_eq(out->org, c->person.org) ? OK : E_MISSING;
}

static UiItem figure(const UiCtx *ui, const char *word, int64_t n) { return (UiItem){ .label = tr(ui, word), .text = ui_int(ui, n) }; }

Err list_page(Ctx *c, const Request *req, Response *res) {
    const UiCtx *ui = req->ui;
    ListRow l;
    TRY(list_asked(c, req, &l));
    Str hex = id_hex(ui->a, l.id);
    TplBankRoomList t = { .form = form_page(req, list_file_form, LEN(list_file_form)), .code = l.code, .entries = url_path(ui->a, "/bank?state=quarantine&source=" STR_FMT "&after=0", STR_ARG(l.code)) };
    UiItem *f = ARENA_ARRAY(ui->a, UiItem, 16);
    size_t n = 0;
    UiState st;
    f[n++] = (UiItem){ .label = tr(ui, "State"), .text = state_words(ui, &l, &st) };
    f[n++] = (UiItem){ .label = tr(ui, "How it comes"), .text = how_words(ui, l.kind) };
    f[n++] = (UiItem){ .label = tr(ui, "Who is shown"), .text = lane_words(ui, l.lane) };
    f[n++] = (UiItem){ .label = tr(ui, "Goes to others"), .text = l.pass_on ? tr(ui, "yes, once it is in force") : tr(ui, "no") };
    if (l.every_h > 0) f[n++] = (UiItem){ .label = tr(ui, "Hours between two readings"), .text = ui_int(ui, l.every_h) };
    f[n++] = (UiItem){ .label = tr(ui, "Last read"), .text = l.read != 0 ? ui_when(ui, l.read) : tr(ui, "not read yet") };
    f[n++] = (UiItem){ .label = tr(ui, "Last read without a fault"), .text = l.good != 0 ? ui_when(ui, l.good) : tr(ui, "not read yet") };
    if (l.read != 0) {
        f[n++] = figure(ui, N_("Hashes in it"), l.last.rows);
        f[n++] = figure(ui, N_("New"), l.last.added);
        f[n++] = figure(ui, N_("Known already"), l.last.known);
        f[n++] = figure(ui, N_("Withdrawn by the list"), l.last.withdrawn);
        f[n++] = figure(ui, N_("Refused"), l.last.refused);
        f[n++] = figure(ui, N_("In conflict with another lane, or with a dispute"), l.last.conflicts);
    }
    t.facts = f;
    t.facts_n = n;
    t.wrong = wrong_words(ui, l.why);
    bool may = l.ended == 0 && lead(c), file = str_eq(l.kind, S("file"));
    if (may && file) t.file = url_path(ui->a, "/bank/list/%s/file", hex.p);
    if (may && !file) t.read = url_path(ui->a, "/bank/list/%s/read", hex.p);
    if (may) t.end = url_path(ui->a, "/bank/list/%s/end", hex.p);
    tpl_bank_room_list(&res->body, ui, &t);
    return OK;
}

Err list_file_post(Ctx *c, const Request *req, Response *res) {
    ListRow l;
    ListHash *rows = NULL;
    ListCount count = { .rows = 0 };
    size_t n = 0;
    Str first = STR_NONE;
    TRY(list_asked(c, req, &l));
    if (l.ended != 0 || !str_eq(l.kind, S("file"))) return E_MISSING;
    Form *f = req->form;
    const Value *v = form_at(f, "list");
    if (f->errors == 0 && v->file != NULL) {
        Err err = list_text(c, &l, v->file->bytes, LIST_FILE_ROWS, &rows, &n, &count, &first);
        if (err == E_CONFLICT) form_fail(f, "list", N_("A line says that it is of another lane than this list. Nothing was taken."));
        else if (err == E_LIMIT) form_fail(f, "list", N_("These are more than 20,000 lines. Use the command keten bank take, or hand it in in parts."));
        else if (err != OK) return err;
        else if (n == 0) form_fail(f, "list", N_("There is no hash in this file that can be read."));
    }
    if (f->errors > 0) {
        res_again(res, "/bank/list/%s", id_hex(req->a, l.id).p);
        return OK;
    }
    TRY(list_take(c, &l, rows, n, &count));
    Act *a = list_read_act(c, &l, S("ok"), 0, &count);
    a->id = f->act;
    TRY(journal_one(c, a));
    res_said(res, N_("The hashes wait in quarantine. What came of each line is counted below."));
    res_redirect(res, "/bank/list/%s", id_hex(req->a, l.id).p);
    return OK;
}

Err list_read_post(Ctx *c, const Request *req, Response *res) {
    ListRow l;
    TRY(list_asked(c, req, &l));
    if (l.ended != 0) return E_MISSING;
    TRY(journal_job_at(c, "bank.fetch", l.id, c->now));
    res_said(res, N_("It is read now. Look again in a minute."));
    res_redirect(res, "/bank/list/%s", id_hex(req->a, l.id).p);
    return OK;
}

Err list_end_post(Ctx *c, const Request *req, Response *res) {
    ListRow l;
    TRY(list_asked(c, req, &l));
    Err err = journal_one(c, list_end(c, l.id));
    if (err != OK && err != E_CONFLICT) return err;
    c->fail = (Fail){ 0 };
    res_said(res, N_("The list has ended. What it brought is being withdrawn."));
    res_redirect(res, "/bank/list/%s", id_hex(req->a, l.id).p);
    return OK;
}
