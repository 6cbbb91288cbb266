/* version_report.c - the report of a version, for people: written from its own facts.json, so that it cannot say more than that does. */
#include "foundation/base/json_plain.h"
#include "core/dossier/fields.h"
#include "steps/inquiry/version_in.h"

enum { PAGE_MAX = 16 << 20, CHECKS_SHOWN = 60, BLOCKS_MAX = 20000 };

const char *version_word(Str version) {
    if (str_eq(version, S("public"))) return N_("public version");
    if (str_eq(version, S("defence"))) return N_("version for whoever is accused");
    return N_("version after an objection");
}

/* In the order of reading: claim, norm, what was seen, when, by whom, how, what speaks against it; then the evidence. list: of inquiry_say. */
static const struct { const char *section, *title, *key, *label, *list; } shown[] = {
    { "findings", N_("Findings"), "norm_text", N_("What was breached"), NULL }, { "findings", NULL, "seen", N_("What was seen"), NULL }, { "findings", NULL, "on", N_("When"), NULL }, { "findings", NULL, "by", N_("By whom"), NULL },
    { "findings", NULL, "basis", N_("How do you know"), "basis" }, { "findings", NULL, "how", N_("How it was established"), NULL }, { "findings", NULL, "against", N_("What speaks against it"), NULL },
    { "captures", N_("Captures"), "url", N_("Address"), NULL }, { "captures", NULL, "made", N_("Seen"), NULL }, { "captures", NULL, "result", N_("What came"), "result" }, { "captures", NULL, "body", N_("Content"), "body" },
    { "captures", NULL, "body_sha256", N_("SHA-256 of the body"), NULL },
    { "locations", N_("Locations"), "url", N_("Address"), NULL }, { "locations", NULL, "platform", N_("Platform"), NULL }, { "locations", NULL, "reported", N_("Reported"), NULL }, { "locations", NULL, "last_verdict", N_("Verdict"), "verdict" },
    { "requests", N_("What was asked, and what came"), "holder_name", N_("Of whom"), NULL }, { "requests", NULL, "url", N_("About"), NULL }, { "requests", NULL, "asked", N_("Asked"), NULL }, { "requests", NULL, "delivered", N_("Delivered"), NULL },
    { "requests", NULL, "received", N_("Receipt"), NULL }, { "requests", NULL, "acted", N_("First visible act"), NULL }, { "requests", NULL, "decided", N_("Decision"), NULL }, { "requests", NULL, "outcome", N_("Outcome"), "outcome" },
    { "silences", N_("Silence"), "holder", N_("Who owes"), NULL }, { "silences", NULL, "url", N_("About"), NULL }, { "silences", NULL, "sent", N_("Asked"), NULL }, { "silences", NULL, "due", N_("Until"), NULL },
    { "checks", N_("Looked whether it is still online"), "url", N_("Address"), NULL }, { "checks", NULL, "at", N_("When"), NULL }, { "checks", NULL, "verdict", N_("Verdict"), "verdict" },
    { "notes", N_("Remarks and corrections"), "kind", N_("What"), "handled" }, { "notes", NULL, "at", N_("When"), NULL }, { "notes", NULL, "by", N_("Who"), NULL }, { "notes", NULL, "text", N_("What it says"), NULL },
};

typedef struct Row { const char *label; Str value; bool closed; } Row;
/* Values of one entry as the reader gets them; a value that is not there at all has no row. */
static size_t entry_rows(const UiCtx *ui, const char *section, const JVal *entry, Row *out, size_t max) {
    size_t n = 0;
    for (size_t i = 0; i < LEN(shown) && n < max; i++) {
        const JVal *v = strcmp(shown[i].section, section) == 0 ? jget(entry, shown[i].key) : NULL;
        if (v == NULL || (v->type != J_NULL && (v->type != J_STR || v->s.n == 0))) continue;
        out[n++] = (Row){ shown[i].label, v->type == J_NULL ? STR_NONE : shown[i].list != NULL ? inquiry_say(ui, shown[i].list, v->s) : v->s, v->type == J_NULL };
    }
    return n;
}

typedef struct Part { const char *section, *title; const JVal *list; size_t n; } Part;
static size_t parts_of(const JVal *facts, Part *out) {
    size_t n = 0;
    for (size_t i = 0; i < LEN(shown); i++) {
        const JVal *list = shown[i].title != NULL ? jget(facts, shown[i].section) : NULL;
        if (list == NULL || list->type != J_ARR || list->n == 0) continue;
        bool checks = strcmp(shown[i].section, "checks") == 0;
        out[n++] = (Part){ shown[i].section, shown[i].title, list, checks && list->n > CHECKS_SHOWN ? CHECKS_SHOWN : list->n };
    }
    return n;
}

static Err facts_of(const Version *v, const JVal **out) { return json_read_plain(v->f->c->arena, v->facts, FACTS_MAX, out); }

static void entry_html(const Version *v, const UiCtx *ui, const Part *p, size_t i, Buf *b) {
    enum { ROWS = 16 };
    Row rows[ROWS];
    TplInquiryEntryFacts facts[ROWS];
    size_t n = entry_rows(ui, p->section, &p->list->vals[i], rows, ROWS);
    for (size_t k = 0; k < n; k++) facts[k] = (TplInquiryEntryFacts){ .label = rows[k].label, .value = rows[k].value, .closed = rows[k].closed };
    TplInquiryEntry t = { .number = (int64_t)i + 1, .facts = facts, .facts_n = n };
    (void)v;
    if (n > 0) tpl_inquiry_entry(b, ui, &t);
}

Err version_report_html(const Version *v, Lang lang, Str *out) {
    const UiCtx *ui = &v->f->ui[lang];
    const JVal *facts = NULL;
    Part parts[16];
    TRY(facts_of(v, &facts));
    size_t n = parts_of(facts, parts);
    TplInquiryVersionParts *rows = ARENA_ARRAY(v->f->c->arena, TplInquiryVersionParts, n + 1);
    for (size_t i = 0; i < n; i++) {
        Buf b = buf_new(PAGE_MAX);
        for (size_t k = 0; k < parts[i].n; k++) entry_html(v, ui, &parts[i], k, &b);
        rows[i] = (TplInquiryVersionParts){ .title = parts[i].title, .body = { str_dup(v->f->c->arena, buf_str(&b)) } };
        Err e = buf_err(&b);
        buf_free(&b);
        TRY(e);
    }
    TplInquiryVersion t = { .number = v->f->number, .css = { S("report.css") }, .org = v->f->org.name, .made = draft_stamp(v->f, v->f->c->now), .version = version_word(v->as.version), .parent = v->seal.number, .parts = rows, .parts_n = n,
        .withheld = v->f->withheld, .acts = (int64_t)v->f->acts_n, .objection = str_eq(v->as.version, S("without")), .minor = !str_eq(v->f->k.lane, S("adult")) };
    Buf b = buf_new(PAGE_MAX);
    tpl_inquiry_version(&b, ui, &t);
    Err e = buf_err(&b);
    if (e == OK) *out = str_dup(v->f->c->arena, buf_str(&b));
    buf_free(&b);
    return e;
}

Err version_report_pdf(const Version *v, Str *out) {
    const UiCtx *ui = &v->f->ui[v->f->lang];
    const JVal *facts = NULL;
    Part parts[16];
    Row rows[16];
    size_t n = 0;
    *out = STR_NONE;
    if (v->f->c->media == NULL) return OK;
    TRY(facts_of(v, &facts));
    size_t parts_n = parts_of(facts, parts);
    DocBlock *blocks = ARENA_ARRAY(v->f->c->arena, DocBlock, BLOCKS_MAX);
    Str title = TRF(ui, N_("Dossier {number}"), UA_S("number", v->f->number));
    blocks[n++] = (DocBlock){ .kind = DOC_TITLE, .text = title };
    blocks[n++] = (DocBlock){ .kind = DOC_FACT, .label = tr(ui, "Made by"), .text = v->f->org.name };
    blocks[n++] = (DocBlock){ .kind = DOC_FACT, .label = tr(ui, "Made on"), .text = draft_stamp(v->f, v->f->c->now) };
    blocks[n++] = (DocBlock){ .kind = DOC_PARA, .text = tr(ui, version_word(v->as.version)) };
    for (size_t i = 0; i < parts_n; i++) {
        if (n < BLOCKS_MAX) blocks[n++] = (DocBlock){ .kind = DOC_HEADING, .text = tr(ui, parts[i].title) };
        for (size_t k = 0; k < parts[i].n; k++) {
            size_t m = entry_rows(ui, parts[i].section, &parts[i].list->vals[k], rows, LEN(rows));
            if (m > 0 && n < BLOCKS_MAX) blocks[n++] = (DocBlock){ .kind = DOC_PARA, .text = str_fmt(ui->a, "%zu.", k + 1) };
            for (size_t r = 0; r < m && n < BLOCKS_MAX; r++) blocks[n++] = (DocBlock){ .kind = DOC_FACT, .label = tr(ui, rows[r].label), .text = rows[r].closed ? tr(ui, N_("closed in this version")) : rows[r].value };
        }
    }
    Doc doc = { .lang = v->f->lang, .title = title, .author = v->f->org.name, .foot = v->f->number, .at = v->f->c->now, .blocks = blocks, .n = n };
    return media_pdf(v->f->c->media, v->f->c->arena, &doc, out);
}
