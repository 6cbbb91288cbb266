/* From captures and findings to one file that verifies, tells what was asked and what came, and says nothing of who reported. */
#include "foundation/sys/sys.h"
#include "steps/inquiry/testdossier.h"

static void content(Kit *k, Str zip, Id capture, Id worker) {
    Arena *a = k->c.arena;
    static const char *const files[] = { "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "seal.txt", "data/report.html", "data/report-en.html", "data/report.css", "data/method.html",
        "data/facts.json", "data/clocks.json", "data/acts.json", "data/hashes.csv", "data/reproduce.txt", "data/custody/events.jsonl", "data/correspondence/001.eml", "data/correspondence/delivery.csv", "data/correspondence/timeline.csv", "data/fields.jsonl", "data/ro-crate-metadata.json", "data/declaration.html", "data/declaration-en.html", "proofs/checkpoint", "proofs/seal.sig", "proofs/key.pem",
        "proofs/sealed.tlog-proof", "verify/README.txt", "verify/verifier.html" };
    for (size_t i = 0; i < LEN(files); i++) check(member_of(a, zip, files[i]).p != NULL, "%s is in it", files[i]);
    Str key = str_sub(id_hex(a, capture), 0, 8), warc = str_fmt(a, "data/captures/" STR_FMT ".wacz", STR_ARG(key));
    check(member_of(a, zip, warc.p).n > 0, "the capture is in it as a web archive");
    Str report = member_of(a, zip, "data/report.html"), english = member_of(a, zip, "data/report-en.html"), facts = member_of(a, zip, "data/facts.json");
    check(has(report, "lang=\"nl\"") && has(report, "Bevindingen") && has(english, "lang=\"en\"") && has(english, "Findings"), "the report stands in both languages");
    check(has(report, "FINDING-ONE the page showed it &lt;b&gt;&amp;") && has(report, "nothing known") && has(report, "K-2026-000001/1"), "findings are printed, escaped, with what speaks against them");
    check(has(english, "1 time") || has(english, "Once a duty to answer ran out in silence."), "the silence is in its first lines");
    const JVal *j = NULL;
    check(json_read(a, facts, 1 << 20, &j, NULL, NULL) == OK && jget(j, "captures")->n == 1 && jget(j, "findings")->n == 2 && jget(j, "silences")->n == 1 && jget(j, "requests")->n == 1 && str_eq(jstr(j, "recipient"), S("ACM")),
        "the facts are there as data");
    check(json_read(a, member_of(a, zip, "data/clocks.json"), 1 << 20, &j, NULL, NULL) == OK && jget(j, "clocks")->n == 1 && jbool(&jget(j, "clocks")->vals[0], "derived"), "a clock carries how its end was counted");
    Str worker_name = str_fmt(a, "worker-" STR_FMT, STR_ARG(str_sub(id_hex(a, worker), 0, 8)));
    size_t files_n = 0, listed = 0;
    ZipMember *m = NULL;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &files_n, &wrong) == OK && json_read(a, member_of(a, zip, "data/ro-crate-metadata.json"), 1 << 20, &j, NULL, NULL) == OK);
    const JVal *graph = jget(j, "@graph");
    for (size_t i = 0; i < graph->n; i++) {
        if (!str_eq(jstr(&graph->vals[i], "@type"), S("File"))) continue;
        Str path = str_fmt(a, "data/" STR_FMT, STR_ARG(jstr(&graph->vals[i], "@id"))), bytes = member_of(a, zip, path.p);
        uint8_t sha[32];
        seal_sha256(bytes, sha);
        listed += bytes.p != NULL && str_eq(jstr(&graph->vals[i], "contentSize"), str_fmt(a, "%zu", bytes.n)) && str_eq(jstr(&graph->vals[i], "sha256"), hex_enc(a, str_bytes(sha, 32))) && jstr(&graph->vals[i], "name").n > 0;
    }
    size_t payload = 0;
    for (size_t i = 0; i < files_n; i++) payload += has(m[i].name, "/data/");
    check(str_eq(jstr(j, "@context"), S("https://w3id.org/ro/crate/1.2/context")) && listed == payload - 1 && jget(&graph->vals[1], "hasPart")->n == listed, "the crate names every file of the content but itself, with size and digest");
    check(has(member_of(a, zip, "data/correspondence/delivery.csv"), ",notice,art16,example,") && has(member_of(a, zip, "data/declaration.html"), str_z(a, worker_name)), "delivery is a table, and who looked answers for it under a number");
    Str timeline = member_of(a, zip, "data/correspondence/timeline.csv");
    size_t asked_at = 0, due_at = 0, silent_at = 0;
    check(str_find(timeline, S(",asked,"), &asked_at) && str_find(timeline, S(",clock_due,"), &due_at) && str_find(timeline, S(",silence_recorded,"), &silent_at) && asked_at < due_at && due_at < silent_at, "asked, due and silent stand in one list, by time");
    check(has(report, "Overtreden") && has(report, "bewijsstukken") && has(report, str_z(a, key)), "a finding says what was breached and names its exhibits");
    Str mail = member_of(a, zip, "data/correspondence/001.eml");
    check(has(mail, "/antwoo=\r\nrd/*********=\r\n*********.") && !has(mail, "S3cret"), "the answer link of a mail is blanked, also where a line was cut");
    check(!has(zip, "CANARY-STORY") && !has(zip, "CANARY-NOTE") && !has(zip, "wanda"), "no story, no note and no name is in it");
    check(has(report, str_z(a, str_fmt(a, "worker-" STR_FMT, STR_ARG(str_sub(id_hex(a, worker), 0, 8))))), "who did it stands there under one name that is none");
    Str events = member_of(a, zip, "data/custody/events.jsonl");
    check(has(events, "\"withheld\":true") && has(events, "capture.made") && !has(events, "case.opened") && !has(events, "note.story"), "acts about the person stay closed, those about the evidence are open");
}

static void a_dossier(Kit *k, Id case_id, Id capture) {
    Id id = ask_dossier(k, case_id, &capture, 1);
    DossierRow d;
    Str zip = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    kit_as_system(k);
    Err e = dossier_run(&k->c, id, k->c.now, NULL);
    if (!check(e == OK && dossier_by_id(&k->c, id, &d) == OK && str_eq(d.state, S("made")), "the server makes it")) printf("# %s %s " STR_FMT "\n", err_name(e), k->c.fail.msgid ? k->c.fail.msgid : "", STR_ARG(d.why));
    must(blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK);
    uint8_t sha[32];
    seal_sha256(zip, sha);
    check(str_eq(d.sha256, str_bytes(sha, 32)) && d.size == (int64_t)zip.n && d.number == 1, "its row carries the SHA-256 and the size of the file as it is handed out");
    must(vault_public(k->c.vault, k->c.arena, &pub, &origin) == OK);
    NoteKey key;
    must(note_key_parse(k->c.arena, ledger_vkey(k->c.arena, origin, (const uint8_t *)pub.p), &key) == OK);
    DossierReport r;
    dossier_verify(k->c.arena, zip, &key, &r);
    for (size_t i = 0; i < r.n; i++)
        if (r.items[i].verdict != VERDICT_OK) printf("# %s %s " STR_FMT " %s\n", r.items[i].check, dossier_verdict_word(r.items[i].verdict), STR_ARG(r.items[i].file), r.items[i].why);
    check(r.failed == 0 && r.remarks == 0 && r.captures == 1 && r.withheld > 0 && r.events > r.withheld, "it verifies with the ledger's key");
    check(str_eq(r.seal_sha256, hex_enc(k->c.arena, d.seal)), "the seal's digest on the page is that of the file");
    content(k, zip, capture, k->worker);
    char *bad = str_z(k->c.arena, zip);
    bad[zip.n / 2] ^= 4;
    dossier_verify(k->c.arena, (Str){ bad, zip.n }, &key, &r);
    check(r.failed > 0, "one changed bit in the middle is found");
    check(dossier_run(&k->c, id, k->c.now, NULL) == OK, "made once; asked again, nothing happens");
}

/* ---- what comes after the seal ---- */

static const DossierItem *item(const DossierReport *r, const char *check, const char *file) {
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->items[i].check, check) == 0 && str_eq(r->items[i].file, str_c(file))) return &r->items[i];
    return NULL;
}

/* The instance's policy: one witness, of which only the key is here. */
static LedgerPolicy *trust_a_witness(Kit *k, uint8_t pub[32], uint8_t priv[64]) {
    uint8_t seed[32] = { 5 };
    Str pubkey = STR_NONE, origin = STR_NONE;
    size_t line = 0;
    LedgerPolicy *p = ARENA_NEW(k->c.arena, LedgerPolicy);
    seal_sign_pair(seed, pub, priv);
    must(vault_public(k->c.vault, k->c.arena, &pubkey, &origin) == OK);
    k->app.policy_text = str_fmt(k->c.arena, "log " STR_FMT "\nwitness w " STR_FMT " http://witness.example/\nquorum w\n", STR_ARG(ledger_vkey(k->c.arena, origin, (const uint8_t *)pubkey.p)),
        STR_ARG(cosign_vkey(k->c.arena, S("witness.example/w"), pub)));
    must(policy_parse(k->c.arena, k->app.policy_text, p, &line) == OK);
    k->app.policy = p;
    return p;
}

static void witness_signs(Kit *k, const uint8_t pub[32], const uint8_t priv[64]) {
    Str note = STR_NONE;
    int64_t size = 0;
    uint8_t sig[64];
    Note *n = ARENA_NEW(k->c.arena, Note);
    must(journal_checkpoint(&k->c, &note) == OK && journal_checkpoint_newest(&k->c, &note, &size) == OK && note_parse(k->c.arena, note, n) == OK);
    seal_sign(priv, cosign_message(k->c.arena, k->c.now / 1000, n->text), sig);
    must(journal_cosign_put(&k->c, size, S("witness.example/w"), k->c.now / 1000, cosign_line(k->c.arena, S("witness.example/w"), pub, k->c.now / 1000, sig)) == OK);
}

static void stamp_arrives(Kit *k, const Tsa *t) {
    StampRow s;
    UnixMs next = 0;
    uint8_t nonce[8] = { 3 };
    Str ask = STR_NONE;
    Stamp got;
    const char *why = NULL;
    must(stamp_due(&k->c, &s, &next) == OK && stamp_ask(k->c.arena, (const uint8_t *)s.digest.p, nonce, &ask) == OK);
    Str reply = tsa_stamp(k->c.arena, t, ask);
    must(stamp_check(k->c.arena, reply, (const uint8_t *)s.digest.p, nonce, STR_NONE, &got, &why) == OK && stamp_came(&k->c, &s, reply, &got) == OK);
}

/* For outsiders' tools (test/outside): the dossier with all its proofs, the key to trust, both authorities. */
static void leave(Kit *k, const char *dir, Str zip, const Tsa *first, const Tsa *second) {
    Arena *a = k->c.arena;
    Str pub = STR_NONE, origin = STR_NONE;
    if (dir == NULL) return;
    must(vault_public(k->c.vault, a, &pub, &origin) == OK && file_write(path_join(a, dir, "dossier.zip").p, zip, 0644) == OK);
    must(file_write(path_join(a, dir, "key").p, ledger_vkey(a, origin, (const uint8_t *)pub.p), 0644) == OK);
    must(file_write(path_join(a, dir, "tsa.pem").p, tsa_pem(a, first->cert), 0644) == OK && file_write(path_join(a, dir, "tsa-2.pem").p, tsa_pem(a, second->cert), 0644) == OK);
}

static void later(Kit *k, Id case_id, Id capture, const char *dir) {
    uint8_t pub[32], priv[64];
    DossierRow before, d;
    Str zip = STR_NONE, first = STR_NONE;
    UnixMs again = 0, next = 0;
    DossierReport r;
    StampCounts counts;
    k->app.timestamp_urls = S("https://one.example/tsa https://two.example/tsa");
    LedgerPolicy *p = trust_a_witness(k, pub, priv);
    Id id = ask_dossier(k, case_id, &capture, 1);
    kit_as_system(k);
    must(dossier_run(&k->c, id, k->c.now, NULL) == OK && dossier_by_id(&k->c, id, &before) == OK);
    check(str_eq(before.state, S("made")) && stamp_counts(&k->c, &counts) == OK && counts.waiting == 2 && counts.oldest == k->c.now, "no authority can be reached: the dossier is made all the same, and both stamps wait");
    check(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && again > k->c.now && dossier_by_id(&k->c, id, &d) == OK && id_eq(d.file, before.file), "nothing came yet: the file stays, and is looked at again");
    Tsa rsa = tsa_new("critical,timeStamping"), ec = tsa_ec("critical,timeStamping");
    stamp_arrives(k, &rsa);
    witness_signs(k, pub, priv);
    again = 0;
    check(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &d) == OK && !id_eq(d.file, before.file) && str_eq(d.seal, before.seal) && again == 0, "a stamp and a witness's signature came: a new file, the same seal");
    must(blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK && blob_get(&k->c, before.file, DOSSIER_FILE_MAX, &first) == OK);
    check(str_eq(member_of(k->c.arena, zip, "seal.txt"), member_of(k->c.arena, first, "seal.txt")) && str_eq(member_of(k->c.arena, zip, "manifest-sha256.txt"), member_of(k->c.arena, first, "manifest-sha256.txt")), "the content is the one that was sealed");
    Str cas = tsa_pem(k->c.arena, rsa.cert);
    ZipSource src = zip_memory(zip);
    DossierTrust trust = { .key = &p->logs[0], .cas = cas, .policy = p };
    dossier_verify_source(k->c.arena, &src, &trust, &r);
    const DossierItem *time = item(&r, "time", "timestamps/seal.tsr"), *witness = item(&r, "witness", "proofs/sealed-cosigned.tlog-proof");
    check(r.failed == 0 && time != NULL && time->verdict == VERDICT_OK && witness != NULL && witness->verdict == VERDICT_OK, "whoever trusts both finds both in order");
    trust = (DossierTrust){ .key = &p->logs[0] };
    dossier_verify_source(k->c.arena, &src, &trust, &r);
    witness = item(&r, "witness", "proofs/sealed-cosigned.tlog-proof");
    check(r.failed == 0 && witness != NULL && witness->verdict == VERDICT_REMARK && item(&r, "time", "timestamps/seal.tsr")->verdict == VERDICT_REMARK, "whoever trusts neither is told whose word it is");
    stamp_arrives(k, &ec);
    check(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &d) == OK && blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK && member_of(k->c.arena, zip, "timestamps/seal-2.tsr").n > 0 &&
        member_of(k->c.arena, zip, "timestamps/seal-2.pem").n > 0 && member_of(k->c.arena, zip, "timestamps/seal.tsr").n > 0, "the second authority's stamp comes beside the first, with its certificates");
    leave(k, dir, zip, &rsa, &ec);
    DossierRow found;
    check(dossier_by_file(&k->c, before.file, &found) == OK && id_eq(found.id, id) && dossier_by_file(&k->c, d.file, &found) == OK && id_eq(found.id, id), "the first file, which a filing may hold, still leads to its dossier");
    check(stamp_due(&k->c, &(StampRow){ 0 }, &next) == E_MISSING && next == 0, "nothing waits any more");
    k->app.timestamp_urls = STR_NONE;
    k->app.policy = NULL;
    tsa_free(&rsa);
    tsa_free(&ec);
}

/* ---- years later ---- */

static Str answered(Kit *k, Tsa *t, StampRow *s) {
    UnixMs next = 0;
    uint8_t nonce[8] = { 3 };
    Str ask = STR_NONE;
    Stamp got;
    const char *why = NULL;
    must(stamp_due(&k->c, s, &next) == OK && stamp_ask(k->c.arena, (const uint8_t *)s->digest.p, nonce, &ask) == OK);
    t->at = (long)(k->c.now / 1000);
    Str reply = tsa_stamp(k->c.arena, t, ask);
    must(stamp_check(k->c.arena, reply, (const uint8_t *)s->digest.p, nonce, STR_NONE, &got, &why) == OK && stamp_came(&k->c, s, reply, &got) == OK);
    return reply;
}

static void years_later(Kit *k, Id case_id, Id capture) {
    enum { DAY = 86400 };
    int64_t start = k->c.now / 1000;
    DossierRow d;
    Str zip = STR_NONE, note = STR_NONE;
    UnixMs again = 0;
    StampRow s, rows[8];
    StampCounts counts;
    DossierReport r;
    size_t n = 0;
    Tsa one = tsa_between("critical,timeStamping", (time_t)(start - DAY), (time_t)(start + 400 * DAY)), two = tsa_between("critical,timeStamping", (time_t)(start - DAY), (time_t)(start + 4000 * DAY));
    k->app.timestamp_urls = S("https://one.example/tsa");
    Id id = ask_dossier(k, case_id, &capture, 1);
    kit_as_system(k);
    must(dossier_run(&k->c, id, k->c.now, NULL) == OK && journal_checkpoint(&k->c, &note) == OK);
    (void)answered(k, &one, &s);
    must(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &d) == OK);
    kit_later(k, 300LL * DAY * 1000);
    kit_as_system(k);
    check(stamp_aging(&k->c, rows, 8, &n) == OK && n == 0, "a hundred days before its authority's certificate ends a stamp is left alone");
    kit_later(k, 15LL * DAY * 1000);
    kit_as_system(k);
    check(stamp_aging(&k->c, rows, 8, &n) == OK && n == 1 && dossier_stamps_age(&k->c, id) == OK && stamp_aging(&k->c, rows, 8, &n) == OK && n == 0, "ninety days before, a list of it and the seal is to be stamped, once");
    check(stamp_counts(&k->c, &counts) == OK && counts.waiting == 1, "and waits for an authority");
    (void)answered(k, &two, &s);
    check(str_eq(s.kind, S("again")) && id_eq(s.subject, id) && has(s.body, "  seal.txt\n") && has(s.body, "  timestamps/seal.tsr\n"), "the list is in lines that sha256sum reads");
    must(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &d) == OK && blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK);
    check(str_eq(member_of(k->c.arena, zip, "timestamps/renewal-1.txt"), s.body) && member_of(k->c.arena, zip, "timestamps/renewal-1.tsr").n > 0 && member_of(k->c.arena, zip, "timestamps/renewal-1.pem").n > 0, "list, stamp and certificates stand in the file, beside a content that stays as it is");
    ZipSource src = zip_memory(zip);
    NoteKey key = ledger_key(k);
    DossierTrust trust = { .key = &key, .cas = str_fmt(k->c.arena, STR_FMT STR_FMT, STR_ARG(tsa_pem(k->c.arena, one.cert)), STR_ARG(tsa_pem(k->c.arena, two.cert))) };
    kit_later(k, 2000LL * DAY * 1000);
    kit_as_system(k);
    dossier_verify_source(k->c.arena, &src, &trust, &r);
    check(r.failed == 0 && r.remarks == 0 && item(&r, "time", "timestamps/renewal-1.tsr")->verdict == VERDICT_OK && item(&r, "time", "timestamps/seal.tsr")->verdict == VERDICT_OK, "five years after the first certificate ended, each stamp is judged at its own time");
    k->app.timestamp_urls = STR_NONE;
    tsa_free(&one);
    tsa_free(&two);
}

/* No witness signed for weeks; then one does. */
static void signed_late(Kit *k, Id case_id, Id capture) {
    uint8_t pub[32], priv[64];
    UnixMs again = 0;
    DossierRow before, d;
    Str zip = STR_NONE;
    int64_t waits = 0;
    trust_a_witness(k, pub, priv);
    Id id = ask_dossier(k, case_id, &capture, 1);
    kit_as_system(k);
    must(dossier_run(&k->c, id, k->c.now, NULL) == OK && dossier_renew_run(&k->c, id, k->c.now, &again) == OK && again > k->c.now);
    kit_later(k, 15 * 86400000LL);
    kit_as_system(k);
    again = 0;
    must(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &before) == OK);
    check(again == 0 && db_int(k->c.db, "SELECT count(*) FROM proof_wait WHERE dossier=$1", P(PID(id)), &waits) == OK && waits == 1, "after two weeks without a witness a dossier is not looked at any more, and stands among those that wait for one");
    kit_later(k, 300 * 86400000LL);
    kit_as_system(k);
    witness_signs(k, pub, priv);
    check(proof_wait_take(&k->c, 20) == OK && db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='dossier.renew' AND subject=$1 AND due_ms<=$2", P(PID(id), PI(k->c.now)), &waits) == OK && waits == 1, "when one signs, ten months later, it is taken up again");
    check(dossier_renew_run(&k->c, id, k->c.now, &again) == OK && dossier_by_id(&k->c, id, &d) == OK && !id_eq(d.file, before.file) && blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK && member_of(k->c.arena, zip, "proofs/sealed-cosigned.tlog-proof").n > 0,
        "and its proofs are written anew under the tree that the witness signed");
    k->app.policy = NULL;
}

static void handing(Kit *k, Id case_id) {
    DossierRow *rows = NULL;
    size_t n = 0, events_n = 0;
    Event *events = NULL;
    kit_as_worker(k);
    check(dossier_of_case(&k->c, case_id, &rows, &n) == OK && n == 1 && !id_none(rows[0].file), "other rooms find it with its file");
    DossierRow d = rows[0];
    check(journal_one(&k->c, dossier_handle(&k->c, ID_NONE, &d, S("exported"), STR_NONE, 0)) == OK, "taking it out is an act");
    kit_as_inspector(k);
    check(journal_one(&k->c, dossier_handle(&k->c, ID_NONE, &d, S("received"), STR_NONE, 0)) == E_MISSING, "an authority that it was not shared with does not know of it");
    kit_as_worker(k);
    must(journal_one(&k->c, share_make(&k->c, case_id, d.id, k->authority_org, S("filing"), S("dossier"), k->c.now + 30 * 86400000LL)) == OK);
    kit_as_inspector(k);
    check(journal_one(&k->c, dossier_handle(&k->c, ID_NONE, &d, S("received"), S("Toezichthouder Voorbeeld"), 0)) == OK, "shared with it, it can be fetched there, and that is an act in the case's chain");
    kit_as_worker(k);
    check(journal_subject_events(&k->c, d.id, 50, true, &events, &events_n) == OK && events_n == 6 && str_eq(act_get_text(events[5].act, "to"), S("Toezichthouder Voorbeeld")), "the custody of the dossier: asked, chosen, sealed, made, exported, received");
}

static void minors(Kit *k) {
    Id young = kit_case(k, "16-17", "spread", NULL);
    (void)add_location(k, young, "https://x.example/minor");
    Id dossier = ask_dossier(k, young, NULL, 0);
    DossierRow d;
    Str zip = STR_NONE;
    kit_as_system(k);
    check(dossier_run(&k->c, dossier, k->c.now, NULL) == OK && dossier_by_id(&k->c, dossier, &d) == OK && str_eq(d.state, S("made")), "about a minor there is a dossier without captures");
    must(blob_get(&k->c, d.file, DOSSIER_FILE_MAX, &zip) == OK);
    check(has(member_of(k->c.arena, zip, "data/report.html"), "Er is niets vastgelegd") && !has(zip, "data/captures/"), "it holds the address and the kind of offence, and says so");
    kit_as_worker(k);
    Act *a = dossier_ask_act(&k->c, ID_NONE, ctx_new_id(&k->c), young, S("nl"), STR_NONE, 1, 0);
    check(journal_one(&k->c, a) == E_DENIED, "and none with captures");
}

/* An offence about somebody younger, added to an adult's case after its captures were made: from then on they go nowhere. */
static void younger(Kit *k, Id case_id, Id capture) {
    Id asked = ask_dossier(k, case_id, &capture, 1);
    IncidentRow young = { .offence = S("NCII"), .age_depicted = S("16-17") };
    must(journal_one(&k->c, incident_add(&k->c, case_id, &young)) == OK);
    DossierRow d;
    kit_as_system(k);
    check(dossier_run(&k->c, asked, k->c.now, NULL) == OK && dossier_by_id(&k->c, asked, &d) == OK && str_eq(d.state, S("failed")), "a dossier with captures that waited is not made when an offence about a minor was added");
    DossierAsk ask = { .case_id = case_id, .lang = S("nl"), .captures = &capture, .captures_n = 1 };
    Act **acts = NULL;
    Id dossier = ID_NONE;
    size_t n = 0;
    kit_as_worker(k);
    must(dossier_ask(&k->c, &ask, &dossier, &acts, &n) == OK);
    check(journal_commit(&k->c, acts, n) == E_DENIED, "and none can be asked for with captures");
}

/* An argument is a folder to leave a dossier in. */
int main(int argc, char **argv) {
    Arena *a = arena_new(64 << 20);
    static Kit k;
    Id location = ID_NONE, case_id = open_with_case(&k, a, &location);
    Id capture = make_capture(&k, case_id, location);
    ask_and_wait(&k, case_id, location);
    a_dossier(&k, case_id, capture);
    handing(&k, case_id);
    later(&k, case_id, capture, argc > 1 ? argv[1] : NULL);
    years_later(&k, case_id, capture);
    signed_late(&k, case_id, capture);
    younger(&k, case_id, capture);
    minors(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
