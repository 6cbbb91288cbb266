/* dossier_report.c - the parts of a dossier for people: report and method as pages that stand alone, and the report as PDF. */
#include "core/desk/desk.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"

enum { PAGE_MAX = 16 << 20, CUSTODY_ROWS = 2000 };

static Str page_of(const Draft *f, Buf *b) {
    must(buf_err(b) == OK);
    Str s = str_dup(f->c->arena, buf_str(b));
    buf_free(b);
    return s;
}

/* ---- rows ---- */

/* A finding stands on the exhibits that were chosen with it. */
static Str evidence_of(const Draft *f) {
    Buf b = buf_new(65536);
    for (size_t i = 0; i < f->captures_n; i++) {
        if (i > 0) buf_z(&b, ", ");
        buf_put(&b, capture_key(f->c->arena, &f->captures[i]));
    }
    return page_of(f, &b);
}

static void finding_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    Str evidence = evidence_of(f);
    TplInquiryReportFindings *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportFindings, f->findings_n + 1);
    for (size_t i = 0; i < f->findings_n; i++) {
        const FindingRow *x = &f->findings[i];
        bool verified = false;
        Str norm = draft_norm(f, ui->lang, x->norm, &verified);
        rows[i] = (TplInquiryReportFindings){ .number = (int64_t)i + 1, .norm = norm, .unverified = !verified, .basis = inquiry_say(ui, "basis", x->basis), .on = draft_stamp(f, x->on), .by = draft_pseudonym(f, x->by, STR_NONE), .seen = x->seen, .how = x->how,
            .evidence = evidence, .against = x->against };
    }
    t->findings = rows;
    t->findings_n = f->findings_n;
}

static void capture_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportCaptures *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportCaptures, f->captures_n + 1);
    for (size_t i = 0; i < f->captures_n; i++) {
        const CaptureRow *k = &f->captures[i];
        rows[i] = (TplInquiryReportCaptures){ .key = capture_key(f->c->arena, k), .at = draft_stamp(f, k->made), .url = draft_url(f, k->location), .result = k->why.n > 0 ? inquiry_say(ui, "why", k->why) : inquiry_say(ui, "result", k->result), .status = k->status,
            .body = inquiry_say(ui, "body", k->body), .digest = k->digest.n > 0 ? hex_enc(f->c->arena, k->digest) : STR_NONE, .warc = hex_enc(f->c->arena, k->warc_sha256), .text = !id_none(k->text_file), .tail = str_c(capture_tail(k)), .shot = !id_none(k->shot) };
    }
    t->captures = rows;
    t->captures_n = f->captures_n;
}

static Str form_name(const Draft *f, Lang lang, Str form) {
    const LawForm *row = f->c->app->law != NULL ? law_form(f->c->app->law, form, DATE_NONE) : NULL;
    return row != NULL ? row->name[lang] : form;
}

static void request_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportRequests *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportRequests, f->requests_n + 1);
    for (size_t i = 0; i < f->requests_n; i++) {
        const RequestRow *r = &f->requests[i];
        rows[i] = (TplInquiryReportRequests){ .what = form_name(f, ui->lang, r->form), .to = draft_holder(f, ui->lang, r->holder), .url = draft_url(f, r->location), .asked = draft_when(f, r->asked), .delivered = draft_when(f, r->delivered),
            .received = draft_when(f, r->received), .acted = draft_when(f, r->acted), .decided = draft_when(f, r->decided), .outcome = r->outcome.n > 0 ? inquiry_say(ui, "outcome", r->outcome) : tr(ui, N_("none")) };
        t->asked++;
        t->answered += r->answers > 0;
    }
    t->requests = rows;
    t->requests_n = f->requests_n;
}

static void clock_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportClocks *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportClocks, f->clocks_n + 1);
    for (size_t i = 0; i < f->clocks_n; i++) {
        const ClockRow *k = &f->clocks[i];
        rows[i] = (TplInquiryReportClocks){ .duty = draft_duty(f, ui->lang, k->duty), .holder = draft_holder(f, ui->lang, k->holder), .kind = inquiry_say(ui, "clock_kind", k->kind), .from = draft_when(f, k->from), .due = draft_when(f, k->due),
            .state = inquiry_say(ui, "clock_state", k->state) };
    }
    t->clocks = rows;
    t->clocks_n = f->clocks_n;
}

static void note_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportNotes *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportNotes, f->notes_n + 1);
    for (size_t i = 0; i < f->notes_n; i++) {
        const RemarkRow *x = &f->notes[i];
        CaptureRow of = { .id = x->capture };
        rows[i] = (TplInquiryReportNotes){ .exhibit = capture_key(f->c->arena, &of), .at = draft_when(f, x->at), .what = inquiry_say(ui, "handled", x->what), .who = draft_pseudonym(f, x->by, STR_NONE), .text = x->text };
    }
    t->notes = rows;
    t->notes_n = f->notes_n;
}

static void erased_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportErased *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportErased, f->erased_n + 1);
    for (size_t i = 0; i < f->erased_n; i++)
        rows[i] = (TplInquiryReportErased){ .exhibit = capture_key(f->c->arena, &f->erased[i]), .made = draft_when(f, f->erased[i].made), .at = draft_when(f, f->erased[i].erased), .why = inquiry_say(ui, "ground", f->erased[i].erased_why) };
    t->erased = rows;
    t->erased_n = f->erased_n;
}

/* From the record: every act whose subject is one of the exhibits, or this dossier. */
static void custody_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    TplInquiryReportCustody *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportCustody, CUSTODY_ROWS);
    size_t n = 0;
    for (size_t i = 0; i < f->acts_n && n < CUSTODY_ROWS; i++) {
        const Event *e = f->acts[i].e;
        Str exhibit = STR_NONE;
        for (size_t k = 0; k < f->captures_n; k++)
            if (id_eq(e->subject, f->captures[k].id)) exhibit = capture_key(f->c->arena, &f->captures[k]);
        if (exhibit.n == 0 || e->def == NULL) continue;
        Str what = str_ends(e->kind, S(".handled")) || str_ends(e->kind, S(".noted")) ? inquiry_say(ui, "handled", act_get_code(e->act, "what")) : inquiry_say(ui, "custody", e->kind);
        rows[n++] = (TplInquiryReportCustody){ .exhibit = exhibit, .at = draft_when(f, e->at), .what = what, .who = draft_pseudonym(f, e->actor, e->actor_kind) };
    }
    t->custody = rows;
    t->custody_n = n;
}

static void check_rows(const Draft *f, const UiCtx *ui, TplInquiryReport *t) {
    enum { SHOWN = 60 };
    size_t from = f->checks_n > SHOWN ? f->checks_n - SHOWN : 0;
    TplInquiryReportChecks *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportChecks, SHOWN);
    for (size_t i = from; i < f->checks_n; i++)
        rows[t->checks_n++] = (TplInquiryReportChecks){ .at = draft_when(f, f->checks[i].at), .url = draft_url(f, f->checks[i].location), .verdict = inquiry_say(ui, "verdict", f->checks[i].verdict) };
    t->checks = rows;
    t->more_checks = (int64_t)from;
    t->zone = zone_name(f->c->app->zone);
}

static Str offence_names(const Draft *f, Lang lang) {
    Buf b = buf_new(4096);
    for (size_t i = 0; i < f->incidents_n; i++) {
        const LawOffence *o = f->c->app->law != NULL ? law_offence(f->c->app->law, f->incidents[i].offence, DATE_NONE) : NULL;
        if (b.n > 0) buf_z(&b, "; ");
        buf_put(&b, o != NULL ? o->name[lang] : f->incidents[i].offence);
    }
    return page_of(f, &b);
}

static void letter_rows(const Draft *f, TplInquiryReport *t) {
    TplInquiryReportLetters *rows = ARENA_ARRAY(f->c->arena, TplInquiryReportLetters, f->letters_n + 1);
    for (size_t i = 0; i < f->letters_n; i++)
        rows[i] = (TplInquiryReportLetters){ .at = draft_stamp(f, f->letters[i].made), .file = str_fmt(f->c->arena, "correspondence/%03zu.%s", i + 1, str_eq(f->letters[i].kind, S("mail")) ? "eml" : "pdf") };
    t->letters = rows;
    t->letters_n = f->letters_n;
}

static void fill(const Draft *f, Lang lang, TplInquiryReport *t) {
    const UiCtx *ui = &f->ui[lang];
    *t = (TplInquiryReport){ .number = f->number, .css = { S("report.css") }, .org = f->org.name, .flagger = f->org.flagger_id, .ref = f->k.ref, .made = draft_stamp(f, f->c->now), .recipient = f->d.recipient.n > 0 ? draft_holder(f, lang, f->d.recipient) : STR_NONE,
        .offences = offence_names(f, lang), .minor = !str_eq(f->k.lane, S("adult")), .places = f->k.locations, .silent = (int64_t)f->silences_n, .withheld = f->withheld, .acts = (int64_t)f->acts_n };
    finding_rows(f, ui, t);
    capture_rows(f, ui, t);
    request_rows(f, ui, t);
    clock_rows(f, ui, t);
    note_rows(f, ui, t);
    erased_rows(f, ui, t);
    custody_rows(f, ui, t);
    check_rows(f, ui, t);
    letter_rows(f, t);
}

/* The chain picture: what was asked, what came, and silence as a band. A dossier without it says the same in its tables. */
static Html chain_of(const Draft *f, Lang lang) {
    Html chain = { STR_NONE };
    if (f->requests_n + f->checks_n == 0 || desk_chain(f->c, &f->ui[lang], &f->k, true, &chain) != OK) return (Html){ STR_NONE };
    return chain;
}

Str draft_report_html(const Draft *f, Lang lang) {
    TplInquiryReport t;
    Buf b = buf_new(PAGE_MAX);
    fill(f, lang, &t);
    t.chain = chain_of(f, lang);
    tpl_inquiry_report(&b, &f->ui[lang], &t);
    return page_of(f, &b);
}

Str draft_method_html(const Draft *f, Lang lang) {
    const UiCtx *ui = &f->ui[lang];
    TplInquiryMethodNotCaptured not[4];
    TplInquiryMethodWithheld out[6];
    size_t n = 0, m = 0;
    bool text = false, hash = false;
    TplInquiryMethod t = { .number = f->number, .css = { S("report.css") }, .tool = KETEN_TOOL, .made = draft_stamp(f, f->c->now), .vantage = inquiry_say(ui, "vantage", S("direct")), .zone = zone_name(f->c->app->zone) };
    for (size_t i = 0; i < f->captures_n; i++) {
        text = text || str_eq(f->captures[i].mode, S("text"));
        hash = hash || str_eq(f->captures[i].mode, S("hash"));
        t.text_missing += str_eq(f->captures[i].body, S("kept")) && id_none(f->captures[i].text_file);
    }
    t.modes = text && hash ? str_fmt(f->c->arena, STR_FMT ", " STR_FMT, STR_ARG(inquiry_say(ui, "mode", S("text"))), STR_ARG(inquiry_say(ui, "mode", S("hash")))) : text ? inquiry_say(ui, "mode", S("text")) : hash ? inquiry_say(ui, "mode", S("hash")) : tr(ui, N_("none"));
    not[n++].text = tr(ui, N_("pictures, films, scripts and anything else that the page refers to: never asked for"));
    not[n++].text = tr(ui, N_("what only appears after sign-in, with cookies, or by script"));
    not[n++].text = tr(ui, N_("bodies that are not text, or that have imagery in them: only their digest"));
    out[m++].text = tr(ui, N_("who reported, what that person told, contact, care: not needed to act, and not yours to protect"));
    out[m++].text = TRF(ui, N_("the content of {n} acts of the case; their commitments are in custody/events.jsonl"), UA_I("n", f->withheld));
    out[m++].text = tr(ui, N_("names of our people: each is a number that is the same throughout; we can name them when you ask with a ground"));
    out[m++].text = tr(ui, N_("answer links in our mails"));
    if (f->places_n < (size_t)f->k.locations) out[m++].text = TRF(ui, N_("{n} further locations of the case"), UA_I("n", f->k.locations - (int64_t)f->places_n));
    t.not_captured = not;
    t.not_captured_n = n;
    t.withheld = out;
    t.withheld_n = m;
    Buf b = buf_new(PAGE_MAX);
    tpl_inquiry_method(&b, ui, &t);
    return page_of(f, &b);
}

/* ---- PDF ---- */

typedef struct Pdf { const Draft *f; const UiCtx *ui; DocBlock *blocks; size_t n, max; } Pdf;
static void put(Pdf *p, DocKind kind, Str label, Str text) {
    if (p->n < p->max) p->blocks[p->n++] = (DocBlock){ .kind = kind, .label = label, .text = text };
}
static void put_row(Pdf *p, DocKind kind, const Str *cells, size_t n) {
    if (p->n < p->max) p->blocks[p->n++] = (DocBlock){ .kind = kind, .cells = cells, .cells_n = n };
}
static Str *cells(Pdf *p, size_t n) { return ARENA_ARRAY(p->f->c->arena, Str, n); }

static void pdf_findings(Pdf *p, const TplInquiryReport *t) {
    put(p, DOC_HEADING, STR_NONE, tr(p->ui, "Findings"));
    if (t->findings_n == 0) put(p, DOC_PARA, STR_NONE, tr(p->ui, "No findings were written down. The facts below stand for themselves."));
    for (size_t i = 0; i < t->findings_n; i++) {
        const TplInquiryReportFindings *x = &t->findings[i];
        put(p, DOC_PARA, STR_NONE, str_fmt(p->f->c->arena, "%lld. " STR_FMT, (long long)x->number, STR_ARG(x->norm)));
        if (x->unverified) put(p, DOC_SMALL, STR_NONE, tr(p->ui, "text of the law not verified by a lawyer yet"));
        put(p, DOC_FACT, tr(p->ui, "What was seen"), x->seen);
        put(p, DOC_FACT, tr(p->ui, "When"), x->on);
        put(p, DOC_FACT, tr(p->ui, "By whom"), str_fmt(p->f->c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(x->by), STR_ARG(x->basis)));
        if (x->how.n > 0) put(p, DOC_FACT, tr(p->ui, "How"), x->how);
        if (x->evidence.n > 0) put(p, DOC_FACT, tr(p->ui, "Evidence"), x->evidence);
        put(p, DOC_FACT, tr(p->ui, "What speaks against it"), x->against);
    }
}

static void pdf_tables(Pdf *p, const TplInquiryReport *t) {
    put(p, DOC_HEADING, STR_NONE, tr(p->ui, "Captures"));
    if (t->captures_n == 0) put(p, DOC_PARA, STR_NONE, tr(p->ui, "None."));
    for (size_t i = 0; i < t->captures_n; i++) {
        const TplInquiryReportCaptures *x = &t->captures[i];
        put(p, DOC_FACT, x->key, str_fmt(p->f->c->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT " · " STR_FMT, STR_ARG(x->at), STR_ARG(x->url), STR_ARG(x->result), STR_ARG(x->body)));
        put(p, DOC_MONO, STR_NONE, x->warc);
    }
    put(p, DOC_HEADING, STR_NONE, tr(p->ui, "What was asked, and what came"));
    if (t->requests_n == 0) put(p, DOC_PARA, STR_NONE, tr(p->ui, "Nothing was asked of anybody yet."));
    Str *head = cells(p, 5);
    static const char *const words[] = { "Asked", "Of whom", "Receipt", "Decision", "Outcome" };
    for (size_t i = 0; i < LEN(words); i++) head[i] = tr(p->ui, words[i]);
    if (t->requests_n > 0) put_row(p, DOC_ROW_HEAD, head, 5);
    for (size_t i = 0; i < t->requests_n; i++) {
        const TplInquiryReportRequests *r = &t->requests[i];
        Str *c = cells(p, 5);
        c[0] = r->asked, c[1] = r->to, c[2] = r->received, c[3] = r->decided, c[4] = r->outcome;
        put_row(p, DOC_ROW, c, 5);
    }
    put(p, DOC_HEADING, STR_NONE, tr(p->ui, "Clocks"));
    for (size_t i = 0; i < t->clocks_n; i++)
        put(p, DOC_FACT, t->clocks[i].duty, str_fmt(p->f->c->arena, STR_FMT ": " STR_FMT " – " STR_FMT " (" STR_FMT ", " STR_FMT ")", STR_ARG(t->clocks[i].holder), STR_ARG(t->clocks[i].from), STR_ARG(t->clocks[i].due), STR_ARG(t->clocks[i].kind),
            STR_ARG(t->clocks[i].state)));
}

Err draft_report_pdf(const Draft *f, Str *out) {
    TplInquiryReport t;
    const UiCtx *ui = &f->ui[f->lang];
    *out = STR_NONE;
    if (f->c->media == NULL) return OK;
    fill(f, f->lang, &t);
    size_t max = 64 + 9 * f->findings_n + 2 * f->captures_n + f->requests_n + f->clocks_n;
    Pdf p = { .f = f, .ui = ui, .blocks = ARENA_ARRAY(f->c->arena, DocBlock, max), .max = max };
    Str title = TRF(ui, "Dossier {number}", UA_S("number", f->number));
    put(&p, DOC_TITLE, STR_NONE, title);
    put(&p, DOC_FACT, tr(ui, "Made by"), t.org);
    if (t.recipient.n > 0) put(&p, DOC_FACT, tr(ui, "For"), t.recipient);
    put(&p, DOC_FACT, tr(ui, "Case"), t.ref);
    put(&p, DOC_FACT, tr(ui, "Made on"), t.made);
    put(&p, DOC_FACT, tr(ui, "What it is about"), t.offences.n > 0 ? t.offences : tr(ui, "not classified yet"));
    put(&p, DOC_PARA, STR_NONE, tr(ui, "This dossier does not say who reported, and holds no image. How each fact was established, and what is not known, stands in method.html."));
    if (t.minor) put(&p, DOC_PARA, STR_NONE, tr(ui, "Nothing was captured. Here stand only the address and the kind of offence. The material is handled by the national hotline and the police."));
    pdf_findings(&p, &t);
    pdf_tables(&p, &t);
    put(&p, DOC_SMALL, STR_NONE, tr(ui, "verify/README.txt says how, with public tools. Compare the key and the digest of the seal with the covering letter."));
    Doc doc = { .lang = f->lang, .title = title, .author = f->org.name, .foot = f->number, .at = f->c->now, .blocks = p.blocks, .n = p.n };
    return media_pdf(f->c->media, f->c->arena, &doc, out);
}
