/* answer_file.c - for recipients with many items: the items as CSV or JSON, and such a list, filled in, in place of the form. */
#include "foundation/base/csv.h"
#include "foundation/base/json.h"
#include "steps/takedown/pages_in.h"

enum { LIST_MAX = 400 * 1024, LIST_NOTE_MAX = 2000 };
static const char *const columns[] = { "number", "url", "answer", "reason", "note" };
const Param answer_file_form[2] = { { .name = "list", .kind = P_LONGTEXT, .max = 200000, .required = true, .label = N_("Your list") }, { .name = "from", .kind = P_TEXT, .max = 200, .label = N_("Contact") } };

/* ---- out ---- */
typedef struct Items { NoticeRow n; RequestRow *rows; size_t rows_n; Str *urls; } Items;

static Err items_of(Ctx *c, Items *out) {
    LinkState link;
    TRY(answer_notice(c, &out->n, &link));
    if (link != LINK_ANSWERS) return E_MISSING;
    TRY(request_of_subject(c, out->n.id, &out->rows, &out->rows_n));
    return answer_urls(c, out->rows, out->rows_n, &out->urls);
}

static Str answer_of(const RequestRow *r) {
    const AnswerKind *k = answer_kind_of_outcome(r->outcome);
    return k != NULL ? str_c(k->code) : STR_NONE;
}

Err answer_csv_page(Ctx *c, const Request *req, Response *res) {
    Items t;
    TRY(items_of(c, &t));
    res_download(res, "text/csv; charset=utf-8", str_fmt(req->a, STR_FMT ".csv", STR_ARG(notice_ref(req->a, t.n.id))));
    for (size_t i = 0; i < LEN(columns); i++) csv_field(&res->body, str_c(columns[i]), ',', i == 0);
    csv_end(&res->body);
    for (size_t i = 0; i < t.rows_n; i++) {
        Str fields[] = { str_fmt(req->a, "%zu", i + 1), t.urls[i], answer_of(&t.rows[i]), t.rows[i].reason, STR_NONE };
        for (size_t f = 0; f < LEN(fields); f++) csv_field_safe(&res->body, fields[f], ',', f == 0);
        csv_end(&res->body);
    }
    return OK;
}

Err answer_json_page(Ctx *c, const Request *req, Response *res) {
    Items t;
    TRY(items_of(c, &t));
    res_download(res, "application/json", str_fmt(req->a, STR_FMT ".json", STR_ARG(notice_ref(req->a, t.n.id))));
    Json j = json_to(&res->body, true);
    json_obj(&j);
    json_kv_str(&j, "notice", notice_ref(req->a, t.n.id));
    if (t.n.deadline != 0) json_kv_str(&j, "deadline", when_rfc3339(req->a, t.n.deadline / 1000 * 1000));
    json_key(&j, S("items"));
    json_arr(&j);
    for (size_t i = 0; i < t.rows_n; i++) {
        json_obj(&j);
        json_kv_i64(&j, "number", (int64_t)i + 1);
        json_kv_str(&j, "url", t.urls[i]);
        json_kv_str(&j, "answer", answer_of(&t.rows[i]));
        json_kv_str(&j, "reason", t.rows[i].reason);
        json_kv_str(&j, "note", STR_NONE);
        json_end_obj(&j);
    }
    json_end_arr(&j);
    json_end_obj(&j);
    return OK;
}

/* ---- in ---- */
typedef struct Line { int64_t number; Str answer, reason, note; } Line;
static const char not_a_list[] = N_("This is not the list as we gave it: keep the first line with the names of the columns, and the numbers.");

static size_t from_csv(Ctx *c, Str text, Line *out, size_t max, const char **why) {
    size_t head = 0, comma = 0, semi = 0, n = 0, at[LEN(columns)], fields_n = 0;
    (void)str_chr(text, '\n', &head);
    Str first = str_sub(text, 0, head);
    bool excel = str_chr(first, ';', &semi) && !str_chr(first, ',', &comma); /* as spreadsheets write it here */
    CsvReader r = csv_reader(text, excel ? ';' : ',');
    Str *fields = NULL;
    Err e = csv_row(c->arena, &r, &fields, &fields_n);
    for (size_t k = 0; k < LEN(columns); k++) {
        at[k] = fields_n;
        for (size_t i = 0; e == OK && i < fields_n; i++)
            if (str_ieq(str_trim(fields[i]), str_c(columns[k]))) at[k] = i;
    }
    if (e != OK || at[0] == fields_n || at[2] == fields_n) {
        *why = not_a_list;
        return 0;
    }
    for (size_t width = fields_n; n < max && (e = csv_row(c->arena, &r, &fields, &fields_n)) == OK;) {
        Str v[LEN(columns)];
        for (size_t k = 0; k < LEN(columns); k++) v[k] = at[k] < width && at[k] < fields_n ? str_trim(fields[at[k]]) : STR_NONE;
        if (str_i64(v[0], 1, NOTICE_ITEMS_MAX, &out[n].number) != OK) {
            if (v[2].n == 0) continue; /* an empty line at the end */
            *why = not_a_list;
            return 0;
        }
        out[n].answer = v[2];
        out[n].reason = v[3];
        out[n++].note = v[4];
    }
    if (e == E_INPUT || e == E_LIMIT) *why = not_a_list;
    return n;
}

static size_t from_json(Ctx *c, Str text, Line *out, size_t max, const char **why) {
    const JVal *doc = NULL, *items = NULL;
    size_t n = 0;
    if (json_read(c->arena, text, LIST_MAX, &doc, NULL, NULL) == OK) items = doc->type == J_ARR ? doc : jget(doc, "items");
    if (items == NULL || items->type != J_ARR) *why = not_a_list;
    for (size_t i = 0; *why == NULL && i < items->n && n < max; i++) {
        const JVal *v = &items->vals[i];
        out[n] = (Line){ .number = jint(v, "number", 0), .answer = jstr(v, "answer"), .reason = jstr(v, "reason"), .note = jstr(v, "note") };
        if (out[n].number < 1 || out[n].number > NOTICE_ITEMS_MAX) *why = not_a_list;
        n++;
    }
    return n;
}

/* The answers of the list; what stood so already is no answer again. *why: the first thing that is wrong. */
static size_t judged(Ctx *c, const Items *t, const Line *lines, size_t n, Str from, AnswerNew *out, const char **why) {
    size_t k = 0;
    for (size_t i = 0; i < n && *why == NULL; i++) {
        const Line *l = &lines[i];
        if (l->answer.n == 0) continue;
        const AnswerKind *kind = answer_kind(l->answer);
        if ((size_t)l->number > t->rows_n) *why = N_("A number in the list is not in this notice.");
        else if (kind == NULL) *why = N_("An answer in the list is not known. Use removed, blocked, refused, not_found or need_more.");
        else if (kind->needs_reason && reason_kind(l->reason) == NULL) *why = "A refusal needs a reason. Choose one.";
        else if (!kind->ends && l->note.n == 0) *why = N_("Say what is missing, so that we can send it.");
        if (*why != NULL) break;
        const RequestRow *r = &t->rows[l->number - 1];
        bool same = str_eq(answer_of(r), l->answer) && (!kind->needs_reason || str_eq(r->reason, l->reason)) && l->note.n == 0, again = false;
        for (size_t j = 0; j < k; j++) again = again || id_eq(out[j].request, r->id);
        if (again) *why = N_("A number stands in the list twice.");
        else if (!same && answer_may(c, &t->n, r))
            out[k++] = (AnswerNew){ .request = r->id, .answer = l->answer, .reason = kind->needs_reason ? l->reason : STR_NONE, .via = S("link"), .note = str_utf8_cut(l->note, LIST_NOTE_MAX), .contact = from, .on = c->now };
    }
    return k;
}

Err answer_file_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    Items t;
    Act **acts = NULL;
    Event before;
    size_t acts_n = 0, n = 0, k = 0;
    const char *why = NULL;
    TRY(items_of(c, &t));
    Line *lines = ARENA_ARRAY(c->arena, Line, NOTICE_ITEMS_MAX + 1);
    AnswerNew *in = ARENA_ARRAY(c->arena, AnswerNew, NOTICE_ITEMS_MAX + 1);
    Str text = str_trim(form_text(f, "list"));
    bool json = text.n > 0 && (text.p[0] == '{' || text.p[0] == '[');
    if (f->errors == 0) n = json ? from_json(c, text, lines, NOTICE_ITEMS_MAX, &why) : from_csv(c, text, lines, NOTICE_ITEMS_MAX, &why);
    if (f->errors == 0 && why == NULL) k = judged(c, &t, lines, n, form_text(f, "from"), in, &why);
    if (f->errors == 0 && why == NULL && k == 0) why = N_("Nothing in the list differs from what we have.");
    if (why != NULL) form_fail(f, "list", why);
    if (f->errors > 0) {
        res_again(res, "/antwoord");
        return OK;
    }
    if (journal_event(c, f->act, false, &before) != OK) { /* sent twice, it happens once */
        TRY(answer_acts(c, &t.n, in, k, true, &acts, &acts_n));
        acts[0]->id = f->act;
        TRY(journal_commit(c, acts, acts_n));
    }
    res_redirect(res, "/antwoord-ontvangen");
    return OK;
}
