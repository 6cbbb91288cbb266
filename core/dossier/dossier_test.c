/* A whole small dossier: it verifies, the same content gives the same bytes, each single changed byte is found and its file
 * named, and whoever rebuilds the container around a change is found by the lists, the seal, the signature or the ledger. */
#include "core/dossier/testbag.h"
#include "core/dossier/zip_in.h"
#include "core/seal/teststamp.h"
#include "foundation/base/tap.h"

#include <stdlib.h>
#include <sys/wait.h>

static TestBag bag;
static Str zip;
static NoteKey key;

static const DossierItem *item(const DossierReport *r, DossierVerdict v, const char *check) {
    for (size_t i = 0; i < r->n; i++)
        if (r->items[i].verdict == v && strcmp(r->items[i].check, check) == 0) return &r->items[i];
    return NULL;
}
static bool names(const DossierReport *r, const char *path) {
    for (size_t i = 0; i < r->n; i++)
        if (r->items[i].verdict == VERDICT_FAILED && str_eq(r->items[i].file, str_c(path))) return true;
    return false;
}
static void show(const DossierReport *r) {
    for (size_t i = 0; i < r->n; i++) printf("# %s %s " STR_FMT ": %s " STR_FMT "\n", dossier_verdict_word(r->items[i].verdict), r->items[i].check, STR_ARG(r->items[i].file), r->items[i].why, STR_ARG(r->items[i].detail));
}

static void whole(Arena *a) {
    DossierReport r;
    TestBag again;
    Arena *other = arena_new(64 << 20);
    dossier_verify(a, zip, &key, &r);
    if (!check(r.failed == 0 && r.remarks == 0 && r.cannot == 1, "a dossier as it was made is in order; only the clock time is the server's word")) show(&r);
    static const char *const checks[] = { "container", "payload", "tags", "seal", "signature", "ledger", "custody", "captures", "key", "coverage" };
    for (size_t i = 0; i < LEN(checks); i++) check(item(&r, VERDICT_OK, checks[i]) != NULL, "%s was looked at and is in order", checks[i]);
    check(r.events == TB_ACTS && r.withheld == 1 && r.captures == 1, "acts, withheld acts and captures are counted");
    check(str_eq(tb_make(&again, other), zip), "made twice from the same facts, it is the same bytes");
    dossier_verify(a, zip, NULL, &r);
    check(r.failed == 0 && r.remarks == 1 && str_eq(item(&r, VERDICT_REMARK, "key")->detail, bag.vkey), "without a key to trust, that is a remark, and the key is shown");
    NoteKey stranger = key;
    stranger.pub[0] ^= 1;
    dossier_verify(a, zip, &stranger, &r);
    check(r.failed > 0 && names(&r, "proofs/key.txt"), "another trusted key is noticed");
    arena_free(other);
}

/* Which file the byte at this place of the container belongs to; empty: the end record. */
static Str owner(const ZipMember *m, size_t n, size_t at) {
    size_t directory = 0;
    for (size_t i = 0; i < n; i++) {
        size_t ends = (size_t)(m[i].bytes.p - zip.p) + m[i].bytes.n;
        if (at < ends) return str_sub(m[i].name, 22, m[i].name.n);
        directory = ends;
    }
    for (size_t i = 0; i < n; i++) {
        directory += 46 + m[i].name.n;
        if (at < directory) return str_sub(m[i].name, 22, m[i].name.n);
    }
    return STR_NONE;
}

/* Every byte, with one bit flipped: found, its file named, nobody else accused. */
static void every_byte(void) {
    Arena *a = arena_new(64 << 20), *map = arena_new(8 << 20);
    ZipMember *m = NULL;
    size_t n = 0, missed = 0, unnamed = 0, accused = 0;
    const char *wrong = NULL;
    must(zip_read(map, zip, &m, &n, &wrong) == OK);
    char *bytes = str_z(map, zip);
    for (size_t at = 0; at < zip.n; at++) {
        char was = bytes[at];
        DossierReport r;
        bytes[at] = (char)(was ^ (1 << (at % 8)));
        dossier_verify(a, (Str){ bytes, zip.n }, &key, &r);
        Str file = owner(m, n, at);
        bool named = file.n == 0, other = false;
        for (size_t i = 0; i < r.n; i++) {
            if (r.items[i].verdict != VERDICT_FAILED) continue;
            named = named || str_eq(r.items[i].file, file);
            other = other || (r.items[i].file.n > 0 && !str_eq(r.items[i].file, file));
        }
        missed += r.failed == 0;
        if (!named && r.failed > 0) {
            if (unnamed++ < 5) {
                printf("# byte %zu of " STR_FMT " is not named\n", at, STR_ARG(file));
                show(&r);
            }
        }
        if (other && accused++ < 5) {
            printf("# byte %zu of " STR_FMT " accuses another\n", at, STR_ARG(file));
            show(&r);
        }
        bytes[at] = was;
        arena_reset(a);
    }
    check(missed == 0, "each of %zu bytes, changed alone, is noticed", zip.n);
    check(unnamed == 0, "and the file it belongs to is named");
    check(accused == 0, "and no other file is accused");
    arena_free(a);
    arena_free(map);
}

/* Every byte taken out, and one put in at every place: the container cannot be read as it was written. */
static void every_place(void) {
    Arena *a = arena_new(64 << 20), *own = arena_new(8 << 20);
    size_t missed[2] = { 0 };
    char *bytes = arena_alloc(own, zip.n + 1);
    for (size_t at = 0; at <= zip.n; at++) {
        DossierReport r;
        memcpy(bytes, zip.p, at);
        if (at < zip.n) {
            memcpy(bytes + at, zip.p + at + 1, zip.n - at - 1);
            dossier_verify(a, (Str){ bytes, zip.n - 1 }, &key, &r);
            missed[0] += r.failed == 0;
            arena_reset(a);
        }
        bytes[at] = (char)(at * 31 + 7);
        memcpy(bytes + at + 1, zip.p + at, zip.n - at);
        dossier_verify(a, (Str){ bytes, zip.n + 1 }, &key, &r);
        missed[1] += r.failed == 0;
        arena_reset(a);
    }
    check(missed[0] == 0, "each of %zu bytes, taken out alone, is noticed", zip.n);
    check(missed[1] == 0, "and one byte more, at each place");
    arena_free(a);
    arena_free(own);
}

/* ---- the same through a source that is read in pieces ---- */

typedef struct Slow { Str all; size_t largest, reads, fail_at; } Slow;
static Err slow_read(void *ctx, int64_t at, void *to, size_t n) {
    Slow *s = ctx;
    must(at >= 0 && n <= s->all.n && (size_t)at <= s->all.n - n);
    if (++s->reads == s->fail_at) return E_OUTSIDE;
    if (n > s->largest) s->largest = n;
    memcpy(to, s->all.p + at, n);
    return OK;
}

static Str as_json(Arena *a, const DossierReport *r) {
    Buf b = buf_new(4 << 20);
    dossier_report_json(r, &b);
    must(buf_err(&b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void in_pieces(Arena *a) {
    DossierReport whole_r, pieces;
    DossierTrust trust = { .key = &key };
    char *bad = str_z(a, zip);
    bad[zip.n / 3] ^= 1;
    for (int turn = 0; turn < 2; turn++) {
        Slow s = { .all = turn == 0 ? zip : (Str){ bad, zip.n } };
        ZipSource src = { .size = (int64_t)zip.n, .read = slow_read, .ctx = &s };
        dossier_verify_source(a, &src, &trust, &pieces);
        dossier_verify(a, s.all, &key, &whole_r);
        check(str_eq(as_json(a, &pieces), as_json(a, &whole_r)), "read in pieces, %s dossier gets the same report, to the letter", turn == 0 ? "a good" : "a changed");
    }
    Slow count = { .all = zip };
    ZipSource src = { .size = (int64_t)zip.n, .read = slow_read, .ctx = &count };
    dossier_verify_source(a, &src, &trust, &pieces);
    size_t silent = 0;
    for (size_t i = 1; i <= count.reads; i++) {
        Slow s = { .all = zip, .fail_at = i };
        src.ctx = &s;
        dossier_verify_source(a, &src, &trust, &pieces);
        silent += pieces.failed == 0;
    }
    check(count.reads > 10 && silent == 0, "a disk that fails at any of %zu readings is never taken for a dossier in order", count.reads);
}

/* A dossier with one large file, through a window: the memory does not grow with it. */
typedef struct Made { Str head, tail; int64_t middle; } Made;
static Err made_read(void *ctx, int64_t at, void *to, size_t n) {
    const Made *m = ctx;
    char *p = to;
    for (size_t i = 0; i < n; i++) {
        int64_t x = at + (int64_t)i, behind = x - (int64_t)m->head.n - m->middle;
        p[i] = x < (int64_t)m->head.n ? m->head.p[x] : behind < 0 ? '0' : m->tail.p[behind];
    }
    return OK;
}

static void large(void) {
    Arena *one = arena_new(64 << 20), *two = arena_new(64 << 20);
    static const int64_t sizes[2] = { 1 << 20, 40 << 20 };
    size_t used[2];
    for (int i = 0; i < 2; i++) {
        Arena *a = i == 0 ? one : two;
        uint8_t head[ZIP_LOCAL], entry[ZIP_CENTRAL], end[ZIP_END];
        Str name = S("keten-x/data/film"), piece = str_fmt(a, "%01024d", 0);
        uint32_t crc = 0;
        for (int64_t done = 0; done < sizes[i]; done += 1024) crc = zip_crc(crc, piece);
        zip_local_head(head, name, crc, (size_t)sizes[i]);
        zip_central_head(entry, name, crc, (size_t)sizes[i], 0);
        zip_end_record(end, 1, ZIP_CENTRAL + name.n, ZIP_LOCAL + name.n + (size_t)sizes[i]);
        Made m = { .middle = sizes[i] };
        Buf hb = buf_new(1024), tb = buf_new(1024);
        buf_put(&hb, str_bytes(head, ZIP_LOCAL));
        buf_put(&hb, name);
        buf_put(&tb, str_bytes(entry, ZIP_CENTRAL));
        buf_put(&tb, name);
        buf_put(&tb, str_bytes(end, ZIP_END));
        m.head = buf_str(&hb);
        m.tail = buf_str(&tb);
        ZipSource src = { .size = (int64_t)(m.head.n + m.tail.n) + m.middle, .read = made_read, .ctx = &m };
        DossierReport r;
        dossier_verify_source(a, &src, &(DossierTrust){ .key = &key }, &r);
        buf_free(&hb);
        buf_free(&tb);
        check(r.file_n == 1 && r.file[0].size == sizes[i] && str_eq(r.file[0].path, S("data/film")), "a file of %lld MB is read through a window", (long long)(sizes[i] >> 20));
        used[i] = arena_used(a);
    }
    check(used[0] == used[1], "and the memory is the same for both sizes");
    arena_free(one);
    arena_free(two);
}

static DossierCover cover_of(const DossierReport *r, const char *path) {
    for (size_t i = 0; i < r->file_n; i++)
        if (str_eq(r->file[i].path, str_c(path))) return r->file[i].cover;
    must(!"the file is in the report");
    return COVER_NONE;
}

/* Somebody who knows the format changes one file and writes the container anew. */
static Str rebuilt(Arena *a, const char *path, Str bytes, bool drop, const char *add) {
    ZipMember *m = NULL;
    size_t n = 0, k = 0;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    ZipFile *f = ARENA_ARRAY(a, ZipFile, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool it = path != NULL && str_eq(str_sub(m[i].name, 22, m[i].name.n), str_c(path));
        if (it && drop) continue;
        f[k++] = (ZipFile){ m[i].name, it && bytes.p != NULL ? bytes : m[i].bytes };
    }
    if (add != NULL) f[k++] = (ZipFile){ str_fmt(a, "keten-K-2026-000001-1/%s", add), S("added") };
    Buf out = buf_new(1 << 20);
    must(zip_write(f, k, &out) == OK);
    Str s = str_dup(a, buf_str(&out));
    buf_free(&out);
    return s;
}

static Str content(Arena *a, const char *path) {
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_sub(m[i].name, 22, m[i].name.n), str_c(path))) return m[i].bytes;
    must(!"the file is there");
    return STR_NONE;
}

static void clever(Arena *a) {
    static const char *const files[] = { "bag-info.txt", "bagit.txt", "data/captures/abcdef01.warc.gz", "data/custody/events.jsonl", "data/facts.json", "data/report.html", "manifest-sha256.txt", "manifest-sha512.txt",
        "proofs/act-000001.tlog-proof", "proofs/act-000003.tlog-proof", "proofs/checkpoint", "proofs/key.pem", "proofs/key.txt", "proofs/seal.sig", "proofs/sealed.json", "proofs/sealed.tlog-proof", "seal.txt",
        "tagmanifest-sha256.txt", "verify/README.txt" };
    DossierReport r;
    for (size_t i = 0; i < LEN(files); i++) {
        Str was = content(a, files[i]);
        char *now = str_z(a, was);
        now[was.n / 2] ^= 1;
        dossier_verify(a, rebuilt(a, files[i], (Str){ now, was.n }, false, NULL), &key, &r);
        if (!check(r.failed > 0 && (names(&r, files[i]) || strcmp(files[i], "tagmanifest-sha256.txt") == 0), "%s changed and the container written anew: found", files[i])) show(&r);
        dossier_verify(a, rebuilt(a, files[i], STR_NONE, true, NULL), &key, &r);
        if (!check(r.failed > 0 && names(&r, files[i]), "%s taken out: found", files[i])) show(&r);
    }
    dossier_verify(a, rebuilt(a, NULL, STR_NONE, false, "data/more.html"), &key, &r);
    check(names(&r, "data/more.html"), "a file added to the content is found");
    dossier_verify(a, rebuilt(a, NULL, STR_NONE, false, "verify/more.txt"), &key, &r);
    check(names(&r, "verify/more.txt"), "a file added beside it is found");
}

static void classed(Arena *a) {
    DossierReport r;
    dossier_verify(a, zip, &key, &r);
    check(r.file_n == (size_t)r.files, "every file of it is classed");
    check(cover_of(&r, "data/report.html") == COVER_SEAL && cover_of(&r, "manifest-sha512.txt") == COVER_SEAL && cover_of(&r, "verify/README.txt") == COVER_SEAL, "content, lists and instructions are covered by the seal");
    check(cover_of(&r, "seal.txt") == COVER_SELF && cover_of(&r, "proofs/act-000001.tlog-proof") == COVER_SELF && cover_of(&r, "proofs/checkpoint") == COVER_SELF, "seal and proofs by themselves");
    check(cover_of(&r, "tagmanifest-sha256.txt") == COVER_NONE, "the list of accompanying files by nothing");
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (size_t i = 0; i < n; i++)
        if (!str_ends(m[i].name, S("tagmanifest-sha256.txt"))) dossier_add(&b, str_sub(m[i].name, 22, m[i].name.n), m[i].bytes);
    dossier_add(&b, S("proofs/note.txt"), S("put in later, and listed"));
    Buf out = buf_new(1 << 20);
    must(dossier_write(&b, &out) == OK);
    dossier_verify(a, buf_str(&out), &key, &r);
    check(r.failed == 0 && r.remarks == 1 && cover_of(&r, "proofs/note.txt") == COVER_TAGS && str_eq(item(&r, VERDICT_REMARK, "coverage")->file, S("proofs/note.txt")), "a file that was added and listed is said to be covered by that list only, wherever it stands");
    buf_free(&out);
}

/* A stamp is added after the seal: the payload is frozen, tag files may come. */
static void stamped(Arena *a) {
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    uint8_t sha[32], nonce[8] = { 5 };
    Str ask = STR_NONE;
    DossierReport r;
    Tsa t = tsa_new("critical,timeStamping");
    for (int turn = 0; turn < 2; turn++) {
        DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
        must(zip_read(a, zip, &m, &n, &wrong) == OK);
        for (size_t i = 0; i < n; i++)
            if (!str_ends(m[i].name, S("tagmanifest-sha256.txt"))) dossier_add(&b, str_sub(m[i].name, 22, m[i].name.n), m[i].bytes);
        seal_sha256(turn == 0 ? content(a, "seal.txt") : S("another seal"), sha);
        must(stamp_ask(a, sha, nonce, &ask) == OK);
        dossier_add(&b, S("timestamps/seal.tsr"), tsa_stamp(a, &t, ask));
        Buf out = buf_new(1 << 20);
        must(dossier_write(&b, &out) == OK);
        dossier_verify(a, buf_str(&out), &key, &r);
        if (turn == 0) {
            check(r.failed == 0 && r.cannot == 0 && item(&r, VERDICT_REMARK, "time") != NULL, "a stamp over the seal is read; whom to trust is the reader's question");
            dossier_verify_with(a, buf_str(&out), &key, tsa_pem(a, t.cert), &r);
            check(r.failed == 0 && r.remarks == 0 && item(&r, VERDICT_OK, "time") != NULL, "with the authority on the reader's list, all is in order");
        } else {
            check(names(&r, "timestamps/seal.tsr"), "a stamp of another seal is found");
        }
        buf_free(&out);
    }
    tsa_free(&t);
}

/* ---- stamped again: whoever stamps the list of all earlier stamps carries them on ---- */

enum { MADE_S = 1772442000, DAY_S = 86400 }; /* an hour after the seal's own "made" */
static DossierBag opened_bag(Arena *a) {
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (size_t i = 0; i < n; i++)
        if (!str_ends(m[i].name, S("tagmanifest-sha256.txt"))) dossier_add(&b, str_sub(m[i].name, 22, m[i].name.n), m[i].bytes);
    return b;
}

static Str stamp_over(Arena *a, Tsa *t, Str bytes, long at) {
    uint8_t sha[32], nonce[8] = { 5 };
    Str ask = STR_NONE;
    seal_sha256(bytes, sha);
    must(stamp_ask(a, sha, nonce, &ask) == OK);
    t->at = at;
    return tsa_stamp(a, t, ask);
}

typedef struct Again { long first, second; bool no_seal, no_list, other_list, lost; } Again;
static void again_verify(Arena *a, Tsa *one, Tsa *two, Again w, Str *out_zip, DossierReport *r) {
    DossierBag b = opened_bag(a);
    Str seal = content(a, "seal.txt"), tsr = stamp_over(a, one, seal, w.first);
    Str list = str_fmt(a, STR_FMT "  seal.txt\n" STR_FMT "  timestamps/seal.tsr\n", STR_ARG(tb_hex256(a, seal)), STR_ARG(tb_hex256(a, tsr)));
    if (w.no_seal) list = str_fmt(a, STR_FMT "  timestamps/seal.tsr\n", STR_ARG(tb_hex256(a, tsr)));
    Str again = stamp_over(a, two, list, w.second);
    if (w.other_list) list.p = str_fmt(a, "%c" STR_FMT, list.p[0] == '0' ? '1' : '0', STR_ARG(str_sub(list, 1, list.n))).p;
    if (!w.lost) dossier_add(&b, S("timestamps/seal.tsr"), tsr);
    if (!w.no_list) dossier_add(&b, S("timestamps/renewal-1.txt"), list);
    dossier_add(&b, S("timestamps/renewal-1.tsr"), again);
    Buf out = buf_new(1 << 20);
    must(dossier_write(&b, &out) == OK);
    *out_zip = str_dup(a, buf_str(&out));
    Str cas = str_fmt(a, STR_FMT STR_FMT, STR_ARG(tsa_pem(a, one->cert)), STR_ARG(tsa_pem(a, two->cert)));
    dossier_verify_with(a, *out_zip, &key, cas, r);
    buf_free(&out);
}

static void stamped_again(Arena *a) {
    DossierReport r;
    Str file = STR_NONE;
    Tsa one = tsa_between("critical,timeStamping", MADE_S - DAY_S, MADE_S + 100 * DAY_S), two = tsa_between("critical,timeStamping", MADE_S - DAY_S, MADE_S + 2000 * DAY_S);
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + 80 * DAY_S }, &file, &r);
    check(r.failed == 0 && r.remarks == 0 && r.cannot == 0, "a seal stamped, and stamped again before the first certificate ended: in order for whoever trusts both, though both have ended by now or will");
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + 101 * DAY_S }, &file, &r);
    check(r.failed == 0 && item(&r, VERDICT_REMARK, "time") != NULL, "stamped again a day too late is a remark");
    again_verify(a, &one, &two, (Again){ MADE_S + 80 * DAY_S, MADE_S }, &file, &r);
    check(r.cannot == 1 && item(&r, VERDICT_CANNOT, "time") != NULL, "a later stamp that says an earlier time: one of the clocks ran backwards, and that is no ok");
    again_verify(a, &one, &two, (Again){ MADE_S - 2 * 3600, MADE_S + DAY_S }, &file, &r);
    check(r.cannot == 1 && item(&r, VERDICT_CANNOT, "time") != NULL, "so is a stamp from before the seal says that it was made");
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + DAY_S, .no_seal = true }, &file, &r);
    check(names(&r, "timestamps/renewal-1.txt"), "a list without the seal carries nothing on");
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + DAY_S, .no_list = true }, &file, &r);
    check(names(&r, "timestamps/renewal-1.tsr"), "a stamp without its list is found");
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + DAY_S, .other_list = true }, &file, &r);
    check(names(&r, "timestamps/renewal-1.tsr"), "a list that was changed is found by the stamp over it");
    again_verify(a, &one, &two, (Again){ MADE_S, MADE_S + DAY_S, .lost = true }, &file, &r);
    check(names(&r, "timestamps/renewal-1.txt"), "an earlier stamp taken out is missed by the list");
    tsa_free(&one);
    tsa_free(&two);
}

/* Lines taken out of the custody, or an act opened as another, with all lists made to fit: only the ledger sees it. */
static void forger(Arena *a) {
    DossierReport r;
    Str was = content(a, "data/custody/events.jsonl"), rest = was, first = STR_NONE;
    (void)str_split(&rest, '\n', &first);
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, zip, &m, &n, &wrong) == OK);
    for (int turn = 0; turn < 2; turn++) {
        DossierBag b = dossier_bag(a, S("keten-K-2026-000001-1"));
        for (size_t i = 0; i < n; i++) {
            Str path = str_sub(m[i].name, 22, m[i].name.n), bytes = m[i].bytes;
            if (str_eq(path, S("data/custody/events.jsonl"))) bytes = turn == 0 ? rest : str_fmt(a, STR_FMT STR_FMT, STR_ARG(was), STR_ARG(dossier_event_line(a, TB_ACTS + 1, STR_NONE, STR_NONE, bag.commitment[0])));
            if (str_starts(path, S("data/")) || str_starts(path, S("verify/")) || str_starts(path, S("proofs/"))) dossier_add(&b, path, bytes);
        }
        DossierSeal s;
        must(dossier_seal_parse(a, content(a, "seal.txt"), &s) == OK);
        (void)dossier_seal(&b, &s);
        Buf out = buf_new(1 << 20);
        must(dossier_write(&b, &out) == OK);
        dossier_verify(a, buf_str(&out), &key, &r);
        check(r.failed > 0 && names(&r, "seal.txt"), "new lists and a new seal around a %s custody: the signature does not fit", turn == 0 ? "shortened" : "lengthened");
        buf_free(&out);
    }
}

/* The maker himself leaves something out: lists, seal, ledger and the chain of the case are all in order. */
static void left_out(void) {
    static const struct { TbBefore how; DossierVerdict verdict; const char *why, *says; } all[] = {
        { TB_BEFORE_NONE, VERDICT_FAILED, "an act does not name the one before it about its exhibit", "an act about an exhibit that names none before it is found" },
        { TB_BEFORE_LOST, VERDICT_FAILED, "an act about an exhibit is left out", "an act about an exhibit that was left out is found" },
        { TB_BEFORE_CLOSED, VERDICT_REMARK, "acts about an exhibit stay closed; how often:", "one that stays closed is told" },
    };
    for (size_t i = 0; i < LEN(all); i++) {
        Arena *a = arena_new(64u << 20);
        TestBag t;
        DossierReport r;
        Buf out = buf_new(1 << 20);
        bool said = false;
        must(tb_write_as(&t, a, NULL, 0, all[i].how, &out) == OK);
        dossier_verify(a, buf_str(&out), &key, &r);
        for (size_t k = 0; k < r.n; k++) said = said || (r.items[k].verdict == all[i].verdict && strcmp(r.items[k].why, all[i].why) == 0 && strcmp(r.items[k].check, "custody") == 0);
        if (!check(said && (r.failed > 0) == (all[i].verdict == VERDICT_FAILED), "%s", all[i].says)) show(&r);
        buf_free(&out);
        arena_free(a);
    }
}

static void hostile_containers(Arena *a) {
    static const struct { const char *name; bool good; } all[] = { { "a/b", true }, { "../a", false }, { "/a", false }, { "a//b", false }, { "a/../b", false }, { "a\\b", false }, { "", false }, { "a/", false }, { ".a", false },
        { "a b", false }, { "c:/a", false } };
    for (size_t i = 0; i < LEN(all); i++) check(zip_name_ok(str_c(all[i].name)) == all[i].good, "\"%s\" %s be a name", all[i].name, all[i].good ? "may" : "may not");
    DossierReport r;
    /* a name that climbs, in both headers, with everything else right */
    Str base = S("keten-K-2026-000001-1/seal.txt");
    char *climb = str_z(a, zip);
    for (size_t at = 0; at + base.n <= zip.n; at++)
        if (memcmp(climb + at, base.p, base.n) == 0) memcpy(climb + at, "../../../../../../../../e.txt", 29);
    dossier_verify(a, (Str){ climb, zip.n }, &key, &r);
    check(r.failed > 0, "a name that climbs out of its folder is refused");
    static const char *const sizes[] = { "compressed", "whole" };
    for (size_t which = 0; which < 2; which++) { /* sizes that lie, up to the marks of ZIP64 */
        char *lie = str_z(a, zip);
        memset(lie + 18 + 4 * which, 0xff, 4);
        dossier_verify(a, (Str){ lie, zip.n }, &key, &r);
        check(r.failed > 0 && names(&r, "bag-info.txt"), "a %s size of four billion is found", sizes[which]);
    }
    char *end = str_z(a, zip);
    memset(end + zip.n - 12, 0xff, 8);
    dossier_verify(a, (Str){ end, zip.n }, &key, &r);
    check(r.failed == 1 && r.items[0].file.n == 0, "an end record that points nowhere is refused");
    size_t shorter = 0;
    for (size_t n = 0; n < zip.n; n += 37) {
        dossier_verify(a, str_sub(zip, 0, n), &key, &r);
        shorter += r.failed > 0;
    }
    check(shorter == (zip.n + 36) / 37, "a dossier that is cut off anywhere is refused");
    Str two = str_fmt(a, STR_FMT STR_FMT, (int)zip.n, zip.p, (int)zip.n, zip.p);
    dossier_verify(a, two, &key, &r);
    check(r.failed > 0, "two dossiers behind each other are none");
    ZipFile same[2] = { { S("keten-a/x"), S("1") }, { S("keten-a/y"), S("2") } };
    Buf out = buf_new(4096);
    must(zip_write(same, 2, &out) == OK);
    for (size_t at = 0; at + 9 <= out.n; at++)
        if (memcmp(out.p + at, "keten-a/y", 9) == 0) out.p[at + 8] = 'x';
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    check(zip_read(a, buf_str(&out), &m, &n, &wrong) == OK && n == 2 && m[1].wrong != NULL, "two files with one name are found");
    buf_free(&out);
}

static int shell(char *command) {
    static char sh[] = "sh", c[] = "-c";
    char *argv[] = { sh, c, command, NULL };
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execvp("sh", argv);
        _exit(127);
    }
    must(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* What others check it with: sha256sum, sha512sum, unzip, openssl, each when it is there. */
static void public_tools(void) {
    char dir[] = "/tmp/keten-dossier-XXXXXX";
    must(mkdtemp(dir) != NULL);
    char path[256], cmd[2048];
    snprintf(path, sizeof path, "%s/d.zip", dir);
    FILE *f = fopen(path, "wb");
    must(f != NULL && fwrite(zip.p, 1, zip.n, f) == zip.n && fclose(f) == 0);
    static const struct { const char *tool, *command, *says; } all[] = {
        { "python3", "python3 -c 'import zipfile,sys; z=zipfile.ZipFile(\"d.zip\"); assert z.testzip() is None; z.extractall(\".\")'", "Python's zipfile reads the container and finds no fault" },
        { "sha256sum", "cd keten-K-2026-000001-1 && sha256sum --quiet -c manifest-sha256.txt tagmanifest-sha256.txt", "sha256sum -c agrees with both lists" },
        { "sha512sum", "cd keten-K-2026-000001-1 && sha512sum --quiet -c manifest-sha512.txt", "sha512sum -c agrees" },
        { "openssl", "cd keten-K-2026-000001-1 && openssl pkeyutl -verify -pubin -inkey proofs/key.pem -rawin -in seal.txt -sigfile proofs/seal.sig", "openssl finds the signature over the seal good" },
        { "openssl", "cd keten-K-2026-000001-1 && printf x >> seal.txt && ! openssl pkeyutl -verify -pubin -inkey proofs/key.pem -rawin -in seal.txt -sigfile proofs/seal.sig", "and not over one letter more" },
    };
    for (size_t i = 0; i < LEN(all); i++) {
        snprintf(cmd, sizeof cmd, "command -v %s >/dev/null || exit 77; cd %s && { %s; } >out.txt 2>&1", all[i].tool, dir, all[i].command);
        int status = shell(cmd);
        if (status == 77) check(true, "%s # SKIP %s is not here", all[i].says, all[i].tool);
        else check(status == 0, "%s", all[i].says);
    }
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    (void)shell(cmd);
}

int main(void) {
    Arena *a = arena_new(512u << 20);
    seal_start();
    zip = tb_make(&bag, a);
    must(note_key_parse(a, bag.vkey, &key) == OK);
    printf("# %zu bytes\n", zip.n);
    whole(a);
    clever(a);
    forger(a);
    left_out();
    stamped(a);
    stamped_again(a);
    classed(a);
    in_pieces(a);
    large();
    hostile_containers(a);
    public_tools();
    every_byte();
    every_place();
    arena_free(a);
    return tap_end();
}
