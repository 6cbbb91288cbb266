/* testdossier.h - a case with a capture, a request that stays unanswered, and a dossier, for the tests of this room. Header only. */
#ifndef KETEN_TESTDOSSIER_H
#define KETEN_TESTDOSSIER_H
#include "core/case/testkit.h"
#include "core/vault/vault.h"
#include "core/law/law.h"
#include "core/seal/seal.h"
#include "core/seal/teststamp.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "steps/inquiry/dossier_in.h"
#include "steps/inquiry/stamped.h"

static inline const ActDef *const *all_acts(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) n++;
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 1);
    for (size_t i = 0; core_acts[i] != NULL; i++) all[k++] = core_acts[i];
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) all[k++] = inquiry_step.acts[i];
    return all;
}
static inline const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}
static inline bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

static inline Id add_location(Kit *k, Id case_id, const char *url) {
    LocationNew in = { .url_canonical = str_c(url), .host = S("x.example"), .kind = S("page"), .source = S("worker"), .note = S("CANARY-NOTE about this link") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, case_id, &in, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    return res.location;
}

static inline Id make_capture(Kit *k, Id case_id, Id location) {
    kit_as_worker(k);
    Act *a = capture_ask(&k->c, ID_NONE, case_id, location, S("text"));
    must(journal_one(&k->c, a) == OK);
    NetHop h = { .url = S("https://x.example/page"), .ip = S("192.0.2.7"), .port = 443, .status = 200, .request_head = S("GET /one HTTP/1.1\r\n\r\n"), .response_head = S("HTTP/1.1 200 OK\r\n\r\n"), .began = k->c.now, .type = S("text/plain"),
        .charset = S("utf-8"), .body = S("what stood there"), .hashed = true, .length = 16 };
    seal_sha256(h.body, h.sha256);
    NetGot got = { .hops = &h, .hops_n = 1 };
    CaptureRow row;
    kit_as_system(k);
    must(capture_by_id(&k->c, a->subject, &row) == OK && capture_keep(&k->c, &row, S("https://x.example/one"), &got) == OK);
    return a->subject;
}

/* A request that is delivered, never answered, and whose clock runs out; and the mail as it went, with its answer link. */
static inline void ask_and_wait(Kit *k, Id case_id, Id location) {
    kit_as_worker(k);
    RequestNew n = { .case_id = case_id, .subject = ctx_new_id(&k->c), .location = location, .kind = S("notice"), .rung = S("platform"), .holder = S("example"), .form = S("art16"), .offence = S("NCII"), .country = S("NL") };
    Act *made = request_make(&k->c, ID_NONE, &n), *blob = NULL;
    Id kept = ID_NONE;
    must(journal_one(&k->c, made) == OK);
    RequestRow r;
    must(request_by_id(&k->c, made->subject, &r) == OK);
    ClockNew clock = { .case_id = case_id, .subject = r.id, .location = location, .duty = S("C2"), .kind = S("policy"), .holder = S("example"), .law_date = S("2026-03-02"), .from = k->c.now, .due = k->c.now + 48 * 3600000LL };
    kit_as_system(k);
    must(blob_put(&k->c, case_id, S("mail"), n.subject, S("Subject: request\r\n\r\nAnswer here: https://keten.test/antwoo=\r\nrd/S3cretTok=\r\nen_of-128.\r\n"), &kept, &blob) == OK);
    Act *acts[] = { request_event(&k->c, &r, REQ_DELIVERED, STR_NONE, STR_NONE, k->c.now), clock_start(&k->c, &clock), blob };
    must(journal_commit(&k->c, acts, 3) == OK);
    ClockRow *clocks = NULL;
    size_t clocks_n = 0;
    kit_later(k, 50 * 3600000LL);
    kit_as_system(k);
    must(clock_of_case(&k->c, case_id, &clocks, &clocks_n) == OK && clocks_n == 1);
    SilenceFacts facts = { .sent = r.asked, .delivered = r.asked, .delivery = S("delivered") };
    Act **lapse = NULL;
    size_t lapse_n = 0;
    must(clock_lapse(&k->c, &clocks[0], &facts, NULL, 0, &lapse, &lapse_n) == OK && journal_commit(&k->c, lapse, lapse_n) == OK);
}

static inline Id ask_dossier(Kit *k, Id case_id, const Id *captures, size_t n) {
    FindingNew f[2] = { { .norm = S("NCII"), .seen = S("FINDING-ONE the page showed it <b>&"), .basis = S("observed"), .how = S("by the capture"), .against = S("nothing known"), .on = k->c.now - 3600000 },
        { .norm = S("K1"), .seen = S("FINDING-TWO no contact point"), .basis = S("inferred"), .against = S("it may stand elsewhere"), .on = k->c.now - 3600000 } };
    DossierAsk ask = { .case_id = case_id, .lang = S("nl"), .recipient = S("ACM"), .captures = captures, .captures_n = n, .findings = f, .findings_n = 2 };
    Act **acts = NULL;
    Id dossier = ID_NONE;
    size_t acts_n = 0;
    kit_as_worker(k);
    must(dossier_ask(&k->c, &ask, &dossier, &acts, &acts_n) == OK);
    Err e = journal_commit(&k->c, acts, acts_n);
    check(e == OK, "a dossier is asked for with captures and findings");
    return dossier;
}

static inline Str member_of(Arena *a, Str zip, const char *path) {
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_ends(m[i].name, str_fmt(a, "/%s", path))) return m[i].bytes;
    return STR_NONE;
}

/* The kept file of a dossier that the server has made. */
static inline Str made_file(Kit *k, Id dossier, DossierRow *out) {
    Str zip = STR_NONE;
    kit_as_system(k);
    must(dossier_run(&k->c, dossier, k->c.now, NULL) == OK && dossier_by_id(&k->c, dossier, out) == OK && str_eq(out->state, S("made")));
    must(blob_get(&k->c, out->file, DOSSIER_FILE_MAX, &zip) == OK);
    return zip;
}
static inline NoteKey ledger_key(Kit *k) {
    Str pub = STR_NONE, origin = STR_NONE;
    NoteKey key;
    must(vault_public(k->c.vault, k->c.arena, &pub, &origin) == OK && note_key_parse(k->c.arena, ledger_vkey(k->c.arena, origin, (const uint8_t *)pub.p), &key) == OK);
    return key;
}
/* A house with the law in it, and one adult's case with a location, an offence and the agreement to captures. */
static inline Id open_with_case(Kit *k, Arena *a, Id *out_location) {
    const Law *law = NULL;
    LawProblem problem;
    seal_start();
    must(law_new(a, law_files, zone_of, NULL, &law, &problem) == OK);
    kit_open(k, all_acts(a), law);
    Id case_id = kit_case(k, "18+", "spread", NULL);
    must(journal_one(&k->c, consent_give(&k->c, case_id, S("captures"), S("victim"))) == OK);
    IncidentRow offence = { .offence = S("NCII"), .age_depicted = S("18+") };
    must(journal_one(&k->c, incident_add(&k->c, case_id, &offence)) == OK);
    *out_location = add_location(k, case_id, "https://x.example/one");
    return case_id;
}
#endif
