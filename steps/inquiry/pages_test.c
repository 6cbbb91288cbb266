/* What people see of captures, dossiers and the ledger, and what the ledger gives to programs. */
#include "core/case/testkit.h"
#include "core/law/law.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"

static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}
static const ActDef *const *all_acts(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) n++;
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 1);
    for (size_t i = 0; core_acts[i] != NULL; i++) all[k++] = core_acts[i];
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) all[k++] = inquiry_step.acts[i];
    return all;
}

typedef struct Seen { Err err; Str body; int status; Str location; bool forever; int seconds; } Seen;
static Id new_id(void *arg) { return ctx_new_id(arg); }

/* A GET straight at the handler, as the web process calls it once the person may. */
static Seen get(Kit *k, HandlerFn handler, Lang lang, const Pair *args, size_t n, const char *query) {
    Request req = { .a = k->c.arena, .method = GET, .path = S("/x") };
    Response res;
    UiCtx ui = ui_plain(k->c.arena, lang, k->c.now);
    Pair q[1] = { { S("get"), str_c(query) } };
    ui.new_id = new_id;
    ui.new_id_arg = &k->c;
    ui.zone = k->app.zone;
    req.ui = &ui;
    req.arg_n = n;
    for (size_t i = 0; i < n; i++) req.arg[i] = args[i];
    if (query != NULL) req.query = q, req.query_n = 1;
    res_init(&res, k->c.arena, 32 << 20);
    k->c.lang = lang;
    k->c.fail = (Fail){ 0 };
    Seen s = { .err = handler(&k->c, &req, &res) };
    s.body = str_dup(k->c.arena, buf_str(&res.body));
    s.status = res.status;
    s.location = res.location;
    s.forever = res.cache_forever;
    s.seconds = res.cache_seconds;
    bool done = res.stream == NULL;
    if (!done) {
        Buf all = buf_new(64 << 20);
        for (int i = 0; !done && i < 10000; i++) must(res.stream(res.stream_arg, &all, &done) == OK);
        s.body = str_dup(k->c.arena, buf_str(&all));
        buf_free(&all);
    }
    res_free(&res);
    return s;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

static void ledger(Kit *k) {
    Str note = STR_NONE;
    int64_t size = 0;
    kit_as_public(k);
    Seen none = get(k, ledger_checkpoint, LANG_NL, NULL, 0, NULL);
    check(none.err == E_MISSING, "before the first signed root there is none");
    check(has(get(k, ledger_page, LANG_EN, NULL, 0, NULL).body, "No root was signed yet."), "and the page says so");
    kit_as_system(k);
    must(journal_checkpoint(&k->c, &note) == OK);
    kit_as_public(k);
    Seen cp = get(k, ledger_checkpoint, LANG_NL, NULL, 0, NULL);
    check(cp.err == OK && str_eq(cp.body, note) && cp.seconds > 0 && cp.seconds < 60 && !cp.forever, "the checkpoint is given out as it was signed, to be kept for seconds");
    must(journal_checkpoint_newest(&k->c, &note, &size) == OK && size > 3 && size < 256);
    Pair tile = { S("tile"), str_fmt(k->c.arena, "0/000.p/%lld", (long long)size) };
    Seen t = get(k, ledger_tile, LANG_NL, &tile, 1, NULL);
    check(t.err == OK && t.body.n == (size_t)size * 32 && t.forever, "the tile at the edge holds a hash for each act, to be kept for ever");
    Note *n = ARENA_NEW(k->c.arena, Note);
    Checkpoint c;
    uint8_t edge[64][32], root[32];
    size_t edge_n = 0;
    must(note_parse(k->c.arena, note, n) == OK && checkpoint_parse(k->c.arena, n->text, &c) == OK);
    for (size_t from = 0, left = (size_t)size; left > 0;) { /* a stranger's root from the tile alone */
        size_t whole = 1;
        while (whole * 2 <= left) whole *= 2;
        uint8_t row[256][32];
        memcpy(row, t.body.p + from * 32, whole * 32);
        for (size_t w = whole; w > 1; w /= 2)
            for (size_t i = 0; i < w; i += 2) ledger_node_hash(row[i], row[i + 1], row[i / 2]);
        memcpy(edge[edge_n++], row[0], 32);
        from += whole;
        left -= whole;
    }
    ledger_edge_root((const uint8_t (*)[32])edge, edge_n, root);
    check(memcmp(root, c.root, 32) == 0, "from the tile alone a stranger finds the signed root");
    static const char *const not_there[] = { "0/000", "0/000.p/255", "0/001.p/1", "1/000.p/1", "entries/000", "0/0", "../checkpoint", "0/000.p/0" };
    size_t refused = 0;
    for (size_t i = 0; i < LEN(not_there); i++) {
        tile.value = str_c(not_there[i]);
        refused += get(k, ledger_tile, LANG_NL, &tile, 1, NULL).err == E_MISSING;
    }
    check(refused == LEN(not_there), "tiles that are not there, not yet that wide, or wrongly spelt are not found; nor are entries");
    Seen page = get(k, ledger_page, LANG_NL, NULL, 0, NULL);
    check(page.err == OK && has(page.body, "lang=\"nl\"") && has(page.body, "keten.test/ledger/2026+") && has(page.body, "Het grootboek"), "the page shows root and key in Dutch");
    check(has(get(k, ledger_page, LANG_EN, NULL, 0, NULL).body, "Copy the key"), "and in English");
}

static Id location_of(Kit *k, Id case_id) {
    LocationNew in = { .url_canonical = S("https://x.example/<one>"), .host = S("x.example"), .kind = S("page"), .source = S("worker") };
    LocationResult r;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, case_id, &in, 1, &r, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    return r.location;
}

static Id captured(Kit *k, Id case_id, Id location) {
    kit_as_worker(k);
    Act *a = capture_ask(&k->c, ID_NONE, case_id, location, S("text"));
    must(journal_one(&k->c, a) == OK);
    NetHop h = { .url = S("https://x.example/<one>"), .ip = S("192.0.2.7"), .port = 443, .status = 200, .request_head = S("GET / HTTP/1.1\r\n\r\n"), .response_head = S("HTTP/1.1 200 OK\r\n\r\n"), .began = k->c.now, .type = S("text/plain"), .body = S("<script>seen"),
        .hashed = true, .length = 12 };
    NetGot got = { .hops = &h, .hops_n = 1 };
    CaptureRow row;
    kit_as_system(k);
    must(capture_by_id(&k->c, a->subject, &row) == OK && capture_keep(&k->c, &row, S("https://x.example/"), &got) == OK);
    kit_as_worker(k);
    return a->subject;
}

static Id captures(Kit *k, Id case_id) {
    Str hex = id_hex(k->c.arena, case_id);
    Pair args[2] = { { S("case"), hex }, { S("capture"), STR_NONE } };
    kit_as_worker(k);
    check(has(get(k, inquiry_captures_page, LANG_NL, args, 1, NULL).body, "Nog geen toestemming"), "without agreement the page says that it must be asked first, and offers nothing");
    must(journal_one(&k->c, consent_give(&k->c, case_id, S("captures"), S("victim"))) == OK);
    check(has(get(k, inquiry_captures_page, LANG_EN, args, 1, NULL).body, "This case has no locations yet."), "without locations it says how they get there");
    Id location = location_of(k, case_id);
    Seen s = get(k, inquiry_captures_page, LANG_EN, args, 1, NULL);
    check(has(s.body, "Capture these locations") && has(s.body, "https://x.example/&lt;one&gt;"), "with both, locations can be chosen");
    Id capture = captured(k, case_id, location);
    args[1].value = id_hex(k->c.arena, capture);
    s = get(k, inquiry_capture_page, LANG_NL, args, 2, NULL);
    CaptureRow row;
    check(s.err == OK && !has(s.body, "&lt;script&gt;seen") && has(s.body, "Zichtbare tekst bekijken"), "its text is shown only after it was written down that somebody looks");
    must(capture_by_id(&k->c, capture, &row) == OK && journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("viewed"), STR_NONE, 0)) == OK);
    s = get(k, inquiry_capture_page, LANG_NL, args, 2, NULL);
    check(s.err == OK && has(s.body, "&lt;script&gt;seen") && has(s.body, "Wat er niet in staat") && has(s.body, "vastgelegd en bewaard"), "a capture shows what is in it, what is not, and its custody; hostile text is text");
    s = get(k, inquiry_capture_file, LANG_NL, args, 2, "1");
    check(s.status == 303, "its file cannot be fetched before taking it out is written down");
    must(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("copied"), STR_NONE, 0)) == OK);
    s = get(k, inquiry_capture_file, LANG_NL, args, 2, "1");
    check(s.err == OK && s.body.n == (size_t)row.warc_size, "afterwards it can");
    kit_later(k, 11 * 60000);
    kit_as_worker(k);
    check(get(k, inquiry_capture_file, LANG_NL, args, 2, "1").status == 303, "for ten minutes");
    Buf b = buf_new(1 << 20);
    UiCtx ui = ui_plain(k->c.arena, LANG_NL, k->c.now);
    CaseRow file;
    must(case_by_id(&k->c, case_id, &file) == OK);
    check(inquiry_panel(&k->c, &ui, &file, &b) == OK && has(buf_str(&b), "/capture/") && has(buf_str(&b), "Maak een dossier"), "the case page shows the last ones");
    buf_free(&b);
    return capture;
}

static void dossiers(Kit *k, Id case_id, Id capture) {
    Id dossier = ID_NONE;
    Act **acts = NULL;
    size_t n = 0;
    FindingNew f = { .norm = S("NCII"), .seen = S("seen <here>"), .basis = S("observed"), .against = S("nothing known"), .on = k->c.now };
    DossierAsk ask = { .act_id = ctx_new_id(&k->c), .case_id = case_id, .lang = S("en"), .captures = &capture, .captures_n = 1, .findings = &f, .findings_n = 1 };
    kit_as_worker(k);
    must(dossier_ask(&k->c, &ask, &dossier, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    must(dossier_ask(&k->c, &ask, &dossier, &acts, &n) == OK);
    DossierRow *rows = NULL;
    size_t rows_n = 0;
    check(journal_commit(&k->c, acts, n) == OK && dossier_of_case(&k->c, case_id, &rows, &rows_n) == OK && rows_n == 1, "the same form sent twice makes one dossier");
    Pair c = { S("case"), id_hex(k->c.arena, case_id) }, d = { S("dossier"), id_hex(k->c.arena, dossier) };
    Seen s = get(k, inquiry_dossiers_page, LANG_NL, &c, 1, NULL);
    check(s.err == OK && has(s.body, "K-2026-000001/1") && has(s.body, "Bevinding 3") && has(s.body, "Autoriteit Consument en Markt"), "the list and the form");
    check(has(get(k, inquiry_dossier_page, LANG_EN, &d, 1, NULL).body, "Not there yet"), "a dossier that waits says so");
    kit_as_system(k);
    must(dossier_run(&k->c, dossier, k->c.now, NULL) == OK);
    kit_as_worker(k);
    s = get(k, inquiry_dossier_page, LANG_EN, &d, 1, NULL);
    check(s.err == OK && has(s.body, "What is proven") && has(s.body, "it is the key you trust") && !has(s.body, "st-refused") && has(s.body, "seen &lt;here&gt;"), "a dossier shows first what is proven, then findings with their source");
    DossierRow made;
    DossierReport *own = ARENA_NEW(k->c.arena, DossierReport);
    Str file = STR_NONE, vkey = STR_NONE;
    NoteKey key;
    Buf said = buf_new(1 << 20);
    must(dossier_by_id(&k->c, dossier, &made) == OK && dossier_check(&k->c, made.file, DOSSIER_FILE_MAX, own, &vkey) == OK && blob_get(&k->c, made.file, DOSSIER_FILE_MAX, &file) == OK && note_key_parse(k->c.arena, vkey, &key) == OK);
    dossier_verify(k->c.arena, file, &key, own);
    dossier_report_json(own, &said);
    s = get(k, inquiry_dossier_badge, LANG_EN, &d, 1, NULL);
    check(s.err == OK && str_eq(s.body, buf_str(&said)) && has(s.body, "\"verdict\""), "its badge as data is the report of the command, to the letter");
    buf_free(&said);
    kit_as_inspector(k);
    check(get(k, inquiry_dossier_badge, LANG_EN, &d, 1, NULL).err == E_MISSING && get(k, inquiry_dossier_page, LANG_EN, &d, 1, NULL).err == E_MISSING, "for an authority it does not exist");
    kit_as_worker(k);
    must(journal_one(&k->c, share_make(&k->c, case_id, dossier, k->authority_org, S("filing"), S("dossier"), k->c.now + 86400000LL)) == OK);
    kit_as_inspector(k);
    s = get(k, inquiry_dossier_page, LANG_NL, &d, 1, NULL);
    check(s.err == OK && has(s.body, "Wat is bewezen") && !has(s.body, "wanda") && !has(s.body, "Schrijf het op"), "until it is shared; then it sees no names of our people, and no buttons of ours");
    check(get(k, inquiry_dossier_file, LANG_NL, &d, 1, "1").status == 303, "its file needs the same word first");
}

int main(void) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    const Law *law = NULL;
    LawProblem problem;
    seal_start();
    must(law_new(a, law_files, zone_of, NULL, &law, &problem) == OK);
    kit_open(&k, all_acts(a), law);
    Id case_id = kit_case(&k, "18+", "spread", NULL);
    ledger(&k);
    Id capture = captures(&k, case_id);
    dossiers(&k, case_id, capture);
    Id young = kit_case(&k, "unknown", "spread", NULL);
    Pair c = { S("case"), id_hex(k.c.arena, young) };
    check(has(get(&k, inquiry_captures_page, LANG_EN, &c, 1, NULL).body, "Nothing is captured here"), "in the minors' way nothing is offered");
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
