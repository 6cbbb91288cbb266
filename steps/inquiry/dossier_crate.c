/* dossier_crate.c - what stands in the dossier as RO-Crate 1.2 (JSON-LD that data repositories read), the delivery record, and the
 * declaration of those who looked. */
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "core/seal/seal.h"
#include "steps/inquiry/dossier_in.h"

static Str text_of(const Draft *f, Buf *b) {
    must(buf_err(b) == OK);
    Str s = str_dup(f->c->arena, buf_str(b));
    buf_free(b);
    return s;
}

static Str media_type(Str path) {
    static const struct { const char *ends, *type; } types[] = { { ".html", "text/html" }, { ".css", "text/css" }, { ".pdf", "application/pdf" }, { ".jsonl", "application/jsonl" }, { ".json", "application/json" },
        { ".csv", "text/csv" }, { ".txt", "text/plain" }, { ".eml", "message/rfc822" }, { ".warc.gz", "application/warc" }, { ".wacz", "application/wacz" }, { ".png", "image/png" } };
    for (size_t i = 0; i < LEN(types); i++)
        if (str_ends(path, str_c(types[i].ends))) return str_c(types[i].type);
    return S("application/octet-stream");
}

static const char *what_of(Str path) {
    static const struct { const char *starts, *what; } all[] = { { "report", N_("the report, for people") }, { "method", N_("how it was made, and what it does not show") }, { "facts.json", N_("findings and facts as data") }, { "fields.jsonl", N_("the facts one by one, each under a salt of its own, below the facts root of the seal") },
        { "clocks.json", N_("every term with how its end was counted") }, { "acts.json", N_("the acts of the case by time") }, { "captures/", N_("what was seen at an address, as it came over the wire") },
        { "correspondence/delivery.csv", N_("what was asked of whom, delivered and answered, with times") }, { "correspondence/timeline.csv", N_("what was asked, came, was due and stayed away, by time, each end with how it was counted") }, { "correspondence/", N_("a message as it went or came") }, { "hashes.csv", N_("digests of bodies and files") },
        { "custody/", N_("all acts of the case, to be compared with the ledger") }, { "reproduce", N_("how to look again") }, { "declaration", N_("what those who looked answer for") } };
    for (size_t i = 0; i < LEN(all); i++)
        if (str_starts(path, str_c(all[i].starts))) return all[i].what;
    return NULL;
}

static void begin(Json *j, Str id, const char *type) {
    json_obj(j);
    json_kv_str(j, "@id", id);
    json_kv_str(j, "@type", str_c(type));
}
static void ref(Json *j, const char *key, Str id) {
    json_key(j, str_c(key));
    json_obj(j);
    json_kv_str(j, "@id", id);
    json_end_obj(j);
}

static Str payload_path(const Draft *f, size_t i) {
    Str path = str_sub(f->bag.files[i].name, f->bag.base.n + 1, f->bag.files[i].name.n);
    return str_starts(path, S("data/")) ? str_sub(path, 5, path.n) : STR_NONE;
}

static void root(const Draft *f, Json *j) {
    const UiCtx *ui = &f->ui[f->lang];
    begin(j, S("./"), "Dataset");
    json_kv_str(j, "name", str_fmt(f->c->arena, "Dossier " STR_FMT, STR_ARG(f->number)));
    json_kv_str(j, "description", tr(ui, N_("What was online, what was asked and what came, with the means to check it.")));
    json_kv_str(j, "identifier", id_hex(f->c->arena, f->d.id));
    json_kv_str(j, "datePublished", when_rfc3339(f->c->arena, f->c->now));
    json_kv_str(j, "inLanguage", str_c(lang_code(f->lang)));
    json_kv_str(j, "license", tr(ui, N_("For the body it is handed to, for its task in this case; nothing in it may be made public without a ground of its own.")));
    ref(j, "publisher", S("#organisation"));
    json_key(j, S("hasPart"));
    json_arr(j);
    for (size_t i = 0; i < f->bag.n; i++) {
        if (payload_path(f, i).n == 0) continue;
        json_obj(j);
        json_kv_str(j, "@id", payload_path(f, i));
        json_end_obj(j);
    }
    json_end_arr(j);
    json_end_obj(j);
}

static void files(const Draft *f, Json *j) {
    for (size_t i = 0; i < f->bag.n; i++) {
        Str path = payload_path(f, i), bytes = f->bag.files[i].bytes;
        uint8_t sha[32];
        if (path.n == 0) continue;
        const char *what = what_of(path);
        seal_sha256(bytes, sha);
        begin(j, path, "File");
        if (what != NULL) json_kv_str(j, "name", tr(&f->ui[f->lang], what));
        json_kv_str(j, "encodingFormat", media_type(path));
        json_kv_str(j, "contentSize", str_fmt(f->c->arena, "%zu", bytes.n));
        json_kv_str(j, "sha256", hex_enc(f->c->arena, str_bytes(sha, 32)));
        json_end_obj(j);
    }
}

Str draft_crate_json(const Draft *f) {
    Buf b = buf_new(TEXT_FILE_MAX);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "@context", S("https://w3id.org/ro/crate/1.2/context"));
    json_key(&j, S("@graph"));
    json_arr(&j);
    begin(&j, S("ro-crate-metadata.json"), "CreativeWork");
    ref(&j, "conformsTo", S("https://w3id.org/ro/crate/1.2"));
    ref(&j, "about", S("./"));
    json_end_obj(&j);
    root(f, &j);
    begin(&j, S("#organisation"), "Organization");
    json_kv_str(&j, "name", f->org.name);
    json_end_obj(&j);
    begin(&j, S("#program"), "SoftwareApplication");
    json_kv_str(&j, "name", S("Keten"));
    json_kv_str(&j, "version", KETEN_TOOL);
    json_end_obj(&j);
    begin(&j, S("#making"), "CreateAction");
    json_kv_str(&j, "name", tr(&f->ui[f->lang], N_("putting the dossier together")));
    json_kv_str(&j, "endTime", when_rfc3339(f->c->arena, f->c->now));
    ref(&j, "agent", S("#organisation"));
    ref(&j, "instrument", S("#program"));
    ref(&j, "result", S("./"));
    json_end_obj(&j);
    files(f, &j);
    json_end_arr(&j);
    json_end_obj(&j);
    buf_ch(&b, '\n');
    return text_of(f, &b);
}

/* ---- the delivery record ---- */

static void row(Buf *b, const Str *cells, size_t n) {
    for (size_t i = 0; i < n; i++) csv_field_safe(b, cells[i], ',', i == 0);
    csv_end(b);
}

static Str at(const Draft *f, UnixMs t) { return t != 0 ? when_rfc3339(f->c->arena, t) : S(""); }

Str draft_delivery_csv(const Draft *f) {
    Buf b = buf_new(TEXT_FILE_MAX);
    const Str head[] = { S("request"), S("kind"), S("form"), S("holder"), S("holder_name"), S("url"), S("asked_utc"), S("delivery"), S("delivered_utc"), S("received_utc"), S("first_act_utc"), S("decided_utc"), S("answers"), S("outcome"), S("reason") };
    row(&b, head, LEN(head));
    for (size_t i = 0; i < f->requests_n; i++) {
        const RequestRow *r = &f->requests[i];
        const Str cells[] = { id_hex(f->c->arena, r->id), r->kind, r->form, r->holder, draft_holder(f, f->lang, r->holder), draft_url(f, r->location), at(f, r->asked), r->delivery, at(f, r->delivered), at(f, r->received), at(f, r->acted), at(f, r->decided),
            str_fmt(f->c->arena, "%lld", (long long)r->answers), r->outcome, r->reason };
        row(&b, cells, LEN(cells));
    }
    return text_of(f, &b);
}

/* ---- the declaration ---- */

typedef struct Looker { Id user; int64_t findings, captures; } Looker;

static void looked(Looker *all, size_t *n, Id user, bool finding) {
    size_t i = 0;
    while (i < *n && !id_eq(all[i].user, user)) i++;
    if (i == *n) all[(*n)++] = (Looker){ .user = user };
    all[i].findings += finding;
    all[i].captures += !finding;
}

Str draft_declaration_html(const Draft *f, Lang lang) {
    Looker *all = ARENA_ARRAY(f->c->arena, Looker, f->findings_n + f->captures_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < f->findings_n; i++) looked(all, &n, f->findings[i].by, true);
    for (size_t i = 0; i < f->captures_n; i++) looked(all, &n, f->captures[i].asked_by, false);
    TplInquiryDeclarationLookers *rows = ARENA_ARRAY(f->c->arena, TplInquiryDeclarationLookers, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = (TplInquiryDeclarationLookers){ .name = draft_pseudonym(f, all[i].user, STR_NONE), .findings = all[i].findings, .captures = all[i].captures };
    TplInquiryDeclaration t = { .number = f->number, .css = { S("report.css") }, .made = draft_stamp(f, f->c->now), .organisation = f->org.name, .lookers = rows, .lookers_n = n };
    Buf b = buf_new(1 << 20);
    tpl_inquiry_declaration(&b, &f->ui[lang], &t);
    return text_of(f, &b);
}
