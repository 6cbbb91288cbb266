/* Captures: what is kept, what never is, what fails, and what the record says of it. */
#include "steps/inquiry/inquiry_in.h"
#include "core/case/testkit.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "core/capture/wacz.h"
#include "core/case/contact.h"
#include "core/dossier/zip.h"

#include <zlib.h>

static const ActDef *const *all_acts(Arena *a) {
    size_t n = 0, k = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) n++;
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) n++;
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, n + 1);
    for (size_t i = 0; core_acts[i] != NULL; i++) all[k++] = core_acts[i];
    for (size_t i = 0; inquiry_step.acts[i] != NULL; i++) all[k++] = inquiry_step.acts[i];
    return all;
}

/* Every gzip member unpacked; their number is the number of records. */
static Str unpack(Arena *a, Str file, size_t *out_members) {
    Buf b = buf_new(64 << 20);
    z_stream z = { 0 };
    unsigned char chunk[65536];
    *out_members = 0;
    z.next_in = (unsigned char *)(uintptr_t)file.p;
    z.avail_in = (unsigned)file.n;
    while (z.avail_in > 0) {
        int rc = inflateInit2(&z, 15 + 16);
        must(rc == Z_OK);
        do {
            z.next_out = chunk;
            z.avail_out = sizeof chunk;
            rc = inflate(&z, Z_NO_FLUSH);
            if (rc != Z_OK && rc != Z_STREAM_END) break;
            buf_put(&b, str_bytes(chunk, sizeof chunk - z.avail_out));
        } while (rc != Z_STREAM_END);
        inflateEnd(&z);
        if (rc != Z_STREAM_END) break;
        ++*out_members;
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}
static size_t count(Str s, const char *what) {
    size_t n = 0, at = 0;
    while (str_find(s, str_c(what), &at)) {
        n++;
        s = str_sub(s, at + 1, s.n);
    }
    return n;
}

static NetHop hop(const char *url, int status, const char *type, Str body) {
    NetHop h = { .url = str_c(url), .ip = S("192.0.2.7"), .port = 443, .status = status, .request_head = S("GET / HTTP/1.1\r\nHost: x.example\r\n\r\n"),
        .response_head = S("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"), .tls_version = S("TLSv1.3"), .tls_chain = S("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        .dns = S("x.example 300 A 192.0.2.7\nx.example 300 AAAA 2001:db8::7"), .began = 1772442000123, .connect_ms = 12, .first_byte_ms = 30, .total_ms = 41, .type = str_c(type), .charset = S("utf-8"), .body = body,
        .hashed = true, .length = (int64_t)body.n };
    seal_sha256(body, h.sha256);
    return h;
}

static Id add_location(Kit *k, Id case_id, const char *url) {
    LocationNew in = { .url_canonical = str_c(url), .host = S("x.example"), .kind = S("page"), .source = S("worker") };
    LocationResult res;
    Act **acts = NULL;
    size_t n = 0;
    must(location_add_many(&k->c, case_id, &in, 1, &res, &acts, &n) == OK && journal_commit(&k->c, acts, n) == OK);
    return res.location;
}

static Id ask(Kit *k, Id case_id, Id location, const char *mode) {
    kit_as_worker(k);
    Act *a = capture_ask(&k->c, ID_NONE, case_id, location, str_c(mode));
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}

static Str kept_file(Kit *k, const CaptureRow *row, size_t *out_members) {
    Str file = STR_NONE;
    must(blob_get(&k->c, row->warc, CAPTURE_BYTES_MAX, &file) == OK);
    uint8_t sha[32];
    seal_sha256(file, sha);
    check(str_eq(row->warc_sha256, str_bytes(sha, 32)) && row->warc_size == (int64_t)file.n, "the act carries the SHA-256 and the size of the file");
    ZipMember *members = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(k->c.arena, file, &members, &n, &wrong) == OK && n == 5 && wrong == NULL && str_eq(members[0].name, S("archive/data.warc.gz")));
    return unpack(k->c.arena, members[0].bytes, out_members);
}

static void page(Kit *k, Id case_id, Id location) {
    Id id = ask(k, case_id, location, "text");
    CaptureRow row;
    size_t members = 0;
    NetHop hops[2] = { hop("http://x.example/", 301, "text/html", S("")), hop("https://x.example/", 200, "text/html", S("<html><title>t</title>WHAT-STOOD-THERE</html>")) };
    hops[0].tls_chain = hops[0].tls_version = STR_NONE;
    NetGot got = { .hops = hops, .hops_n = 2 };
    kit_as_system(k);
    must(capture_by_id(&k->c, id, &row) == OK);
    check(capture_keep(&k->c, &row, S("http://x.example/"), &got) == OK && capture_by_id(&k->c, id, &row) == OK, "a page that answers is captured");
    check(str_eq(row.state, S("made")) && str_eq(row.result, S("answered")) && row.status == 200 && row.hops == 2 && str_eq(row.body, S("kept")) && row.made == 1772442000123, "its facts are coded");
    check(str_eq(row.digest, str_bytes(hops[1].sha256, 32)), "the digest is of the body as it came");
    Str text = kept_file(k, &row, &members);
    check(members == count(text, "WARC/1.1\r\n") && members == 11, "each record is a gzip member of its own (%zu)", members);
    check(has(text, "WARC-Type: warcinfo") && count(text, "WARC-Type: request") == 2 && count(text, "WARC-Type: response") == 2 && count(text, "WARC-Type: metadata") == 4 && count(text, "WARC-Type: resource") == 2,
        "warcinfo, names, requests, responses and facts of the connection are there");
    check(has(text, "WARC-IP-Address: 192.0.2.7") && has(text, "WARC-Target-URI: dns:x.example") && has(text, "x.example 300 IN A 192.0.2.7") && has(text, "tlsVersion: TLSv1.3") && has(text, "BEGIN CERTIFICATE"), "address, DNS answer and TLS chain are there");
    check(has(text, "WARC-Date: 2026-03-02T09:00:00.123Z") && has(text, "GET / HTTP/1.1\r\nHost: x.example") && has(text, "WHAT-STOOD-THERE"), "the time, the request head and the body are there");
    Str digest = str_fmt(k->c.arena, "WARC-Payload-Digest: sha256:" STR_FMT, STR_ARG(hex_enc(k->c.arena, str_bytes(hops[1].sha256, 32))));
    check(has(text, str_z(k->c.arena, digest)), "the payload digest is that of the body");
    check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, case_id, location, S("text"))) != OK, "the server itself asks for no captures");
}

static void never_imagery(Kit *k, Id case_id, Id location) {
    static const struct { const char *name, *mode, *type, *withheld; Str body; } all[] = {
        { "a picture", "text", "image/jpeg", "imagery", { "\xff\xd8\xff\xe0 MARKER-OF-THE-BODY", 22 } },
        { "a picture called text", "text", "text/html", "not_text", { "\xff\xd8\xff\xe0 MARKER-OF-THE-BODY", 22 } },
        { "a page with a picture in its own text", "text", "text/html", "inline_media", { "<img src=\"DATA:image/png;base64,MARKER-OF-THE-BODY\">", 51 } },
        { "a page in digest-only mode", "hash", "text/html", "hash_only", { "<p>MARKER-OF-THE-BODY</p>", 25 } },
        { "a film", "text", "video/mp4", "imagery", { "MARKER-OF-THE-BODY", 18 } },
        { "something unknown", "text", "application/octet-stream", "imagery", { "MARKER-OF-THE-BODY", 18 } },
        { "a drawing", "text", "image/svg+xml", "imagery", { "<svg>MARKER-OF-THE-BODY</svg>", 29 } },
    };
    for (size_t i = 0; i < LEN(all); i++) {
        Id id = ask(k, case_id, location, all[i].mode);
        CaptureRow row;
        size_t members = 0;
        NetHop h = hop("https://x.example/a", 200, all[i].type, all[i].body);
        NetGot got = { .hops = &h, .hops_n = 1 };
        kit_as_system(k);
        must(capture_by_id(&k->c, id, &row) == OK && capture_keep(&k->c, &row, S("http://x.example/"), &got) == OK && capture_by_id(&k->c, id, &row) == OK);
        Str text = kept_file(k, &row, &members);
        check(!has(text, "MARKER-OF-THE-BODY") && str_eq(row.body, str_c(all[i].withheld)), "%s is not kept, and the record says why (%s)", all[i].name, all[i].withheld);
        Str digest = str_fmt(k->c.arena, "WARC-Payload-Digest: sha256:" STR_FMT, STR_ARG(hex_enc(k->c.arena, str_bytes(h.sha256, 32))));
        check(has(text, str_z(k->c.arena, digest)) && has(text, "withheld by policy") && has(text, "WARC-Truncated: unspecified"), "its digest is there all the same, and that it is withheld");
    }
    NetHop coded = hop("https://x.example/a", 200, "text/html", S("compressed"));
    coded.response_head = S("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n");
    check(warc_body_withheld(&coded, false) != NULL && strcmp(warc_body_withheld(&coded, false), "coded") == 0, "a compressed body, which was not looked into, is not kept");
}

/* Three bodies that do not fit together: the capture stands, with digests only. */
static void too_much(Kit *k, Id case_id, Id location) {
    Id id = ask(k, case_id, location, "text");
    CaptureRow row;
    size_t members = 0;
    Arena *big = arena_new(64u << 20);
    size_t n = 30u << 20;
    char *noise = arena_alloc(big, n);
    uint64_t x = 88172645463325252u;
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        noise[i] = (char)(33 + x % 90);
    }
    NetHop hops[3];
    for (size_t i = 0; i < 3; i++) hops[i] = hop("https://x.example/big", 302, "text/html", (Str){ noise, n });
    NetGot got = { .hops = hops, .hops_n = 3 };
    kit_as_system(k);
    must(capture_by_id(&k->c, id, &row) == OK);
    check(capture_keep(&k->c, &row, S("http://x.example/"), &got) == OK && capture_by_id(&k->c, id, &row) == OK && str_eq(row.body, S("too_large")) && row.warc_size < 1 << 20, "bodies too large together: digests are kept");
    check(has(kept_file(k, &row, &members), "bodyWithheld: too_large"), "and the file says so");
    arena_free(big);
}

/* A new capture is matched at once: of a picture, and of a page with pictures in it; not of words, and not of a failure. */
static void looked_for(Kit *k, Id case_id, Id location) {
    static const struct { const char *mode, *type; int64_t jobs; } kinds[] = { { "hash", "text/plain", 0 }, { "hash", "application/json", 0 }, { "hash", "image/jpeg", 1 }, { "hash", "text/html", 1 }, { "blur", "application/xhtml+xml", 1 }, { "text", "text/html", 0 }, { "text", "image/jpeg", 0 } };
    for (size_t i = 0; i < LEN(kinds); i++) {
        CaptureRow row;
        int64_t n = 0;
        Id id = ask(k, case_id, location, kinds[i].mode);
        kit_as_system(k);
        NetHop one = hop("https://x.example/a", 200, kinds[i].type, S("<p>words</p>"));
        NetGot got = { .hops = &one, .hops_n = 1 };
        must(db_run(k->c.db, "DELETE FROM job WHERE kind='picture.look'", P0) == OK && capture_by_id(&k->c, id, &row) == OK && capture_keep(&k->c, &row, S("https://x.example/a"), &got) == OK);
        must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='picture.look' AND subject=$1", P(PID(location)), &n) == OK);
        check(n == kinds[i].jobs, "a capture of %s, mode %s: %s", kinds[i].type, kinds[i].mode, n > 0 ? "compared with what is known, at once" : "no picture is asked for");
    }
}

/* A full one: asked by one, released by another, for a body whose key is on record; until then nothing is due. */
static void released(Kit *k, Id case_id, Id location) {
    CaptureRow row;
    kit_as_worker(k);
    check(journal_one(&k->c, capture_ask_for(&k->c, ID_NONE, case_id, location, S("full"), STR_NONE)) == E_INPUT, "a full capture names the body that it is for");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, capture_ask_for(&k->c, ID_NONE, case_id, location, S("full"), S("ACM"))) == E_INPUT, "of which a public key is on record");
    k->c.fail = (Fail){ 0 };
    ContactNew key = { .of = S("body"), .holder = S("ACM"), .purpose = S("legal"), .channel = S("age"), .tier = 1, .name = S("Desk"), .address = S("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p") };
    kit_as_lead(k);
    must(journal_one(&k->c, contact_add(&k->c, ID_NONE, &key)) == OK);
    kit_as_worker(k);
    Act *a = capture_ask_for(&k->c, ID_NONE, case_id, location, S("full"), S("ACM"));
    must(journal_one(&k->c, a) == OK && capture_by_id(&k->c, a->subject, &row) == OK);
    int64_t due = 0;
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='capture.make' AND subject=$1", P(PID(row.id)), &due) == OK);
    check(str_eq(row.state, S("held")) && due == 0, "then it waits, and nothing is due");
    check(journal_one(&k->c, capture_release(&k->c, ID_NONE, &row, key.address)) == E_DENIED, "who asked cannot release it");
    k->c.fail = (Fail){ 0 };
    kit_as_lead(k);
    check(journal_one(&k->c, capture_release(&k->c, ID_NONE, &row, S("age1wrong"))) == E_INPUT, "nothing is released without a key");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, capture_release(&k->c, ID_NONE, &row, key.address)) == OK && capture_by_id(&k->c, row.id, &row) == OK && str_eq(row.state, S("asked")) && id_eq(row.released_by, k->lead) && str_eq(row.seal_to, key.address),
        "another can; who, when and to which key is on record");
    must(db_int(k->c.db, "SELECT count(*) FROM job WHERE kind='capture.make' AND subject=$1", P(PID(row.id)), &due) == OK);
    check(due == 1, "and the capture is due");
    UnixMs again = 0;
    kit_as_system(k);
    check(capture_run(&k->c, row.id, 0, &again) == OK && capture_by_id(&k->c, row.id, &row) == OK && str_eq(row.state, S("stopped")) && str_eq(row.why, S("no_browser")), "without a browser a full one is not made, and that is said");
    kit_as_worker(k);
    a = capture_ask(&k->c, ID_NONE, case_id, location, S("text"));
    must(journal_one(&k->c, a) == OK && capture_by_id(&k->c, a->subject, &row) == OK);
    check(journal_one(&k->c, capture_cancel(&k->c, ID_NONE, &row)) == OK && capture_by_id(&k->c, row.id, &row) == OK && str_eq(row.why, S("cancelled")), "what was not made yet is called off");
    kit_as_system(k);
    check(capture_run(&k->c, row.id, 0, &again) == OK && capture_by_id(&k->c, row.id, &row) == OK && str_eq(row.state, S("stopped")), "and is not made any more");
}

static void failures(Kit *k, Id case_id, Id location) {
    Id id = ask(k, case_id, location, "text");
    CaptureRow row;
    size_t members = 0;
    NetGot nothing = { .error = S("dns_none") };
    kit_as_system(k);
    must(capture_by_id(&k->c, id, &row) == OK);
    check(capture_keep(&k->c, &row, S("http://x.example/"), &nothing) == OK && capture_by_id(&k->c, id, &row) == OK, "a failure is a capture too");
    check(str_eq(row.result, S("unreachable")) && str_eq(row.why, S("dns_none")) && row.status == 0, "with a typed reason");
    Str text = kept_file(k, &row, &members);
    check(members == 2 && has(text, "keten-error: dns_none") && has(text, "\"not_captured\""), "its file says what went wrong");
    check(capture_keep(&k->c, &row, S("http://x.example/"), &nothing) == E_CONFLICT, "a capture is made once");
    k->c.fail = (Fail){ 0 };
    Id id2 = ask(k, case_id, location, "text");
    kit_as_system(k);
    check(capture_run(&k->c, id2, k->c.now, NULL) == E_OUTSIDE, "while nothing can be fetched, the work waits");
}

static void bars(Kit *k, Id case_id, Id location) {
    Id fresh_case = kit_case(k, "18+", "spread", NULL);
    Id loc = add_location(k, fresh_case, "https://x.example/none");
    check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, fresh_case, loc, S("text"))) == E_CONFLICT, "without agreement to captures there is none");
    kit_as_worker(k);
    check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, fresh_case, location, S("text"))) == E_CONFLICT, "also not through another case's location");
    static const char *const ages[] = { "16-17", "<12", "unknown" };
    for (size_t i = 0; i < LEN(ages); i++) {
        Id young = kit_case(k, ages[i], "spread", NULL);
        Id at = add_location(k, young, "https://x.example/minor");
        must(journal_one(&k->c, consent_give(&k->c, young, S("captures"), S("victim"))) == OK);
        check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, young, at, S("hash"))) == E_DENIED, "age %s: no capture, not even a digest", ages[i]);
        k->c.fail = (Fail){ 0 };
    }
    Id shared = add_location(k, case_id, "https://x.example/minor");
    check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, case_id, shared, S("hash"))) == E_DENIED, "nor when only another case about a minor has the same location");
    kit_as_worker(k);
    /* asked for in time, and then the case goes the minor's way before it is made */
    Id asked = ask(k, case_id, location, "text");
    must(journal_one(&k->c, case_set_lane(&k->c, case_id, S("minor"), S("16-17"))) == OK);
    kit_as_system(k);
    CaptureRow row;
    check(capture_run(&k->c, asked, k->c.now, NULL) == OK && capture_by_id(&k->c, asked, &row) == OK && str_eq(row.state, S("stopped")) && str_eq(row.why, S("minor")), "a capture that waits is stopped when the age changes");
    kit_as_inspector(k);
    check(journal_one(&k->c, capture_ask(&k->c, ID_NONE, case_id, location, S("text"))) == E_MISSING, "another organisation cannot ask for one");
}

static void custody(Kit *k, Id case_id, Id location) {
    Id id = ask(k, case_id, location, "text");
    CaptureRow row;
    Event *events = NULL;
    size_t n = 0;
    bool lately = true;
    must(capture_by_id(&k->c, id, &row) == OK);
    check(inquiry_taken_lately(&k->c, id, "capture.handled", "", &lately) == OK && !lately, "nobody took the exhibit out yet");
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("handed_over"), STR_NONE, 0)) == E_INPUT, "handing over needs a name");
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, capture_handle(&k->c, ID_NONE, &row, S("handed_over"), S("CANARY-NAME of the police"), 0)) == OK, "handing over is an act");
    check(inquiry_taken_lately(&k->c, id, "capture.handled", "", &lately) == OK && lately, "after it the file may be fetched for ten minutes");
    check(journal_subject_events(&k->c, id, 100, true, &events, &n) == OK && n == 2 && str_eq(act_get_text(events[1].act, "to"), S("CANARY-NAME of the police")), "the custody of an exhibit is what the record says about it");
}

int main(void) {
    Arena *a = arena_new(1 << 20);
    static Kit k;
    seal_start();
    kit_open(&k, all_acts(a), NULL);
    Id case_id = kit_case(&k, "18+", "spread", NULL);
    must(journal_one(&k.c, consent_give(&k.c, case_id, S("captures"), S("victim"))) == OK);
    Id location = add_location(&k, case_id, "https://x.example/");
    page(&k, case_id, location);
    never_imagery(&k, case_id, location);
    too_much(&k, case_id, location);
    looked_for(&k, case_id, location);
    released(&k, case_id, location);
    failures(&k, case_id, location);
    custody(&k, case_id, location);
    bars(&k, case_id, location);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
