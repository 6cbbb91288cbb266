/* enforce_work.c - the signed filing becomes a letter (PDF), is kept, and goes its way: to the inbox of a body on this server, by
 * mail, or to the worker who sends it by hand. */
#include "steps/enforce/enforce_in.h"
#include "foundation/net/message.h"
#include "foundation/net/net.h"
#include "foundation/sandbox/media.h"

enum { BLOCKS_MAX = 600 };

typedef struct Letter { DocBlock *blocks; size_t n; } Letter;
static void put(Letter *l, DocKind kind, Str label, Str text) {
    if (l->n < BLOCKS_MAX && (text.n > 0 || kind == DOC_PAGE_BREAK)) l->blocks[l->n++] = (DocBlock){ .kind = kind, .label = label, .text = text };
}

static void put_part(Letter *l, const FilingPart *p, Lang lang) {
    Str rest = p->text, line = STR_NONE;
    if (p->text.n == 0) return;
    if (p->content != NULL) put(l, DOC_HEADING, STR_NONE, p->content->name[lang]);
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (str_starts(line, S("- "))) put(l, DOC_ITEM, STR_NONE, str_sub(line, 2, line.n));
        else put(l, DOC_PARA, STR_NONE, line);
    }
}

Err filing_document(Ctx *c, FilingRow *f, Str *out_pdf) {
    FilingPart *parts = NULL;
    OrgRow org;
    size_t n = 0;
    Lang lang = lang_from(f->lang, LANG_NL);
    UiCtx ui = ui_plain(c->arena, lang, c->now);
    UnixMs at = f->signed_at != 0 ? f->signed_at : c->now;
    ui.zone = c->app->zone;
    TRY(filing_parts(c, f, &parts, &n));
    TRY(org_by_id(c, f->org, &org));
    Letter l = { .blocks = ARENA_ARRAY(c->arena, DocBlock, BLOCKS_MAX) };
    Str form = filing_form_title(c, f->form, lang);
    put(&l, DOC_SMALL, STR_NONE, org.name);
    put(&l, DOC_TITLE, STR_NONE, form);
    put(&l, DOC_FACT, tr(&ui, N_("To")), filing_holder_name(c, f->authority, lang));
    put(&l, DOC_FACT, tr(&ui, N_("Date")), ui_day(&ui, civil_at(c->app->zone, at).date));
    put(&l, DOC_FACT, tr(&ui, N_("Our reference")), f->ref);
    if (!id_none(f->dossier)) put(&l, DOC_FACT, tr(&ui, N_("Attached")), tr(&ui, N_("dossier (one file, checkable with public tools)")));
    for (size_t i = 0; i < n; i++) put_part(&l, &parts[i], lang);
    Doc doc = { .lang = lang, .title = form, .author = org.name, .foot = f->ref, .at = at, .blocks = l.blocks, .n = l.n };
    return c->media == NULL ? E_OUTSIDE : media_pdf(c->media, c->arena, &doc, out_pdf);
}

enum { ATTACH_MAX = 12 << 20, MAIL_MAX = 24 << 20 };

static Err write_mail(Ctx *c, const FilingRow *f, Str pdf, Buf *out) {
    Lang lang = lang_from(f->lang, LANG_NL);
    UiCtx ui = ui_plain(c->arena, lang, c->now);
    MessagePart parts[2] = { { str_fmt(c->arena, STR_FMT ".pdf", STR_ARG(f->ref)), S("application/pdf"), pdf } };
    size_t n = 1;
    OrgRow org;
    TRY(org_by_id(c, f->org, &org));
    if (!id_none(f->dossier)) {
        TRY(blob_get(c, f->dossier, ATTACH_MAX, &parts[1].bytes));
        parts[1].name = str_fmt(c->arena, STR_FMT "-dossier.zip", STR_ARG(f->ref));
        parts[1].type = S("application/zip");
        n = 2;
    }
    Str form = filing_form_title(c, f->form, lang);
    Message m = { .from_name = org.name, .from = c->app->org_mail_from, .to = f->mail, .subject = str_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(form), STR_ARG(f->ref)), .language = str_c(lang_code(lang)),
        .text = TRF(&ui, N_("Please find attached: {form}, our reference {ref}. Please confirm receipt by answering this mail.\n"), UA_S("form", form), UA_S("ref", f->ref)), .id = id_hex(c->arena, f->id), .at = c->now,
        .zone = c->app->zone, .parts = parts, .parts_n = n };
    return message_write(&m, out);
}

static Err sent_now(Ctx *c, const FilingRow *f, Id letter, Act *keep) {
    Act **acts = NULL;
    size_t n = 0;
    TRY(filing_sent(c, f, c->now, letter, &acts, &n));
    Act **all = ARENA_ARRAY(c->arena, Act *, n + 1);
    all[0] = keep;
    memcpy(all + 1, acts, n * sizeof *acts);
    return journal_commit(c, all, n + 1);
}

/* Before the end of the mail goes, the letter is kept and the case is a person's: whatever ends this process then, the letter is not sent twice, and not forgotten. */
static Err the_end(Ctx *c, const FilingRow *f, Act *keep, NetMailGot *got) {
    Act *before[] = { keep, case_turn(c, f->case_id, S("us"), S("mail_unclear"), c->now + 4 * 3600 * (int64_t)1000) };
    Err err = journal_commit(c, before, LEN(before));
    if (err == OK) return net_mail_end(c->net, c->arena, got);
    net_mail_leave(c->net);
    return err;
}

/* Delivered: sent, and the clocks start. Refused for good, or unclear: a person must look. Deferred, or no mail server: tried again. */
static Err by_mail(Ctx *c, const FilingRow *f, Str pdf, Id letter, Act *keep) {
    Buf bytes = buf_new(MAIL_MAX);
    NetMailGot got = { 0 };
    RequestRow r;
    Err err = write_mail(c, f, pdf, &bytes);
    NetMail mail = { .from = c->app->org_mail_from, .to = f->mail, .message = buf_str(&bytes) };
    if (err == OK) err = c->net == NULL ? E_OUTSIDE : net_mail_begin(c->net, c->arena, &mail, &got);
    buf_wipe(&bytes);
    TRY(err);
    bool ended = str_eq(got.outcome, S("ready"));
    if (ended) TRY(the_end(c, f, keep, &got));
    if (str_eq(got.outcome, S("delivered"))) return sent_now(c, f, letter, keep); /* an act that was done is not done twice */
    if (str_eq(got.outcome, S("unclear"))) return OK;
    if (!ended && !str_eq(got.outcome, S("refused"))) return E_OUTSIDE;
    TRY(request_by_id(c, f->request, &r));
    Act *failed[] = { keep, request_event(c, &r, REQ_FAILED, STR_NONE, STR_NONE, c->now), case_turn(c, f->case_id, S("us"), f->form, c->now) };
    return journal_commit(c, failed, LEN(failed));
}

Err filing_send_job(Ctx *c, Id subject, UnixMs due, UnixMs *out_again) {
    FilingRow f;
    Str pdf = STR_NONE;
    Id letter = ID_NONE;
    Act *keep = NULL;
    BlobRow *kept = NULL;
    RequestRow r;
    size_t kept_n = 0;
    bool yes = false;
    (void)due, (void)out_again;
    TRY(filing_by_id(c, subject, &f));
    if (!str_eq(f.state, S("signed"))) return OK; /* sent or withdrawn meanwhile */
    TRY(request_by_id(c, f.request, &r));
    if (str_eq(r.outcome, S("withdrawn"))) return OK; /* the person took it back while it waited for the printer or the mail server */
    TRY(filing_yes(c, &f, &yes));
    if (!yes) return OK; /* nor when only the yes to this filing was taken back: its page says so, a person withdraws it */
    TRY(blob_of_case(c, f.case_id, S("letter"), &kept, &kept_n));
    for (size_t i = 0; i < kept_n; i++)
        if (id_eq(kept[i].of, f.id)) return OK; /* the letter is made; it waits for a hand, or a person looks at the failure */
    TRY(filing_open(c, &f));
    TRY(filing_document(c, &f, &pdf));
    TRY(blob_put(c, f.case_id, S("letter"), f.id, pdf, &letter, &keep));
    if (str_eq(f.channel, S("hand"))) return journal_one(c, keep);
    return str_eq(f.channel, S("mail")) ? by_mail(c, &f, pdf, letter, keep) : sent_now(c, &f, letter, keep);
}
