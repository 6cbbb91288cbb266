/* Web archives that somebody brings: a sound one passes, and whatever was changed, left out, added or made to hurt is named. */
#include "core/capture/warc_read.h"
#include "core/dossier/zip.h"
#include "core/seal/seal.h"
#include "foundation/base/tap.h"
#include "foundation/sys/sys.h"

#include <sys/wait.h>
#include <zlib.h>

static bool says(const WaczReport *r, const char *why) {
    for (size_t i = 0; i < r->n; i++) {
        size_t at = 0;
        if (str_find(str_c(r->finding[i].why), str_c(why), &at)) return true;
    }
    return false;
}

static Err look(Arena *a, Str bytes, WaczReport *r) { return wacz_check(a, bytes, r); }

static Str zipped(Arena *a, ZipFile *f, size_t n) {
    Buf b = buf_new(128 << 20);
    must(zip_write(f, n, &b) == OK);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static Str gz(Arena *a, Str s, size_t times) {
    Buf b = buf_new(64 << 20);
    z_stream z = { 0 };
    unsigned char chunk[65536];
    must(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    for (size_t i = 0; i < times; i++) {
        z.next_in = (unsigned char *)(uintptr_t)s.p;
        z.avail_in = (unsigned)s.n;
        do {
            z.next_out = chunk;
            z.avail_out = sizeof chunk;
            must(deflate(&z, i + 1 == times ? Z_FINISH : Z_NO_FLUSH) >= 0 || z.avail_out > 0);
            buf_put(&b, str_bytes(chunk, sizeof chunk - z.avail_out));
        } while (z.avail_out == 0);
    }
    deflateEnd(&z);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* Every 41st byte of what lies in the members, in turn. */
static void changed(Arena *a, Str whole) {
    Arena *turn = arena_new((size_t)1 << 30);
    ZipMember *m = NULL;
    size_t n = 0, tried = 0, caught = 0;
    const char *wrong = NULL;
    static WaczReport r;
    must(zip_read(a, whole, &m, &n, &wrong) == OK);
    char *copy = str_z(a, whole);
    for (size_t i = 0; i < n; i++)
        for (int64_t at = m[i].at; at < m[i].at + m[i].size; at += 41) {
            copy[at] = (char)(copy[at] ^ 0x20);
            Err e = look(turn, str_bytes(copy, whole.n), &r);
            tried++;
            caught += e != OK || r.n > 0;
            copy[at] = (char)(copy[at] ^ 0x20);
            arena_reset(turn);
        }
    check(tried > 100 && caught == tried, "each changed byte is found (%zu)", tried);
    arena_free(turn);
}

static void hostile(Arena *a, Str whole) {
    static WaczReport r;
    ZipMember *m = NULL;
    size_t n = 0;
    const char *wrong = NULL;
    must(zip_read(a, whole, &m, &n, &wrong) == OK && n == 5);
    ZipFile f[6];
    for (size_t i = 0; i < n; i++) f[i] = (ZipFile){ m[i].name, m[i].bytes };
    f[5] = (ZipFile){ S("archive/more.warc.gz"), gz(a, S("nothing"), 1) };
    check(look(a, zipped(a, f, 6), &r) == OK && says(&r, "not listed") && says(&r, "does not begin as one"), "a file that nothing lists, and that is no WARC, is named");
    for (size_t i = 0; i < n; i++) f[i] = (ZipFile){ m[i].name, m[i].bytes };
    check(look(a, zipped(a, f + 1, 4), &r) == OK && says(&r, "listed, but not there"), "one that is missing is named");
    static const struct { const char *name, *head, *why; } bad[] = {
        { "a record of four gigabytes", "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: 4294967296\r\n\r\n", "does not say how long" },
        { "a record that is longer than the file", "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: 999\r\n\r\nshort", "longer than what is there" },
        { "a length below nothing", "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: -1\r\n\r\n", "does not say how long" },
        { "a record without a date", "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "no type, no id or no date" },
        { "a head without end", "WARC/1.1\r\nWARC-Type: response\r\n", "has no end" },
        { "a digest over other bytes", "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\nContent-Length: 1\r\n\r\nx\r\n\r\n", "digest of a record" } };
    for (size_t i = 0; i < LEN(bad); i++) {
        ZipFile one[] = { { S("archive/data.warc"), str_c(bad[i].head) } };
        check(look(a, zipped(a, one, 1), &r) == OK && says(&r, bad[i].why), "%s is refused", bad[i].name);
    }
    enum { MANY = 2001 };
    ZipFile *many = ARENA_ARRAY(a, ZipFile, MANY);
    for (int i = 0; i < MANY; i++) many[i] = (ZipFile){ str_fmt(a, "archive/%d.warc", i), S("x") };
    check(look(a, zipped(a, many, MANY), &r) == E_INPUT && says(&r, "more files than"), "thousands of files are refused, since each is looked for among all");
    Buf list = buf_new(1 << 20);
    buf_z(&list, "{\"resources\":[");
    for (int i = 0; i < MANY; i++) buf_printf(&list, "%s{\"path\":\"archive/%d.warc\"}", i > 0 ? "," : "", i);
    buf_z(&list, "]}");
    ZipFile named[] = { { S("datapackage.json"), buf_str(&list) } };
    check(look(a, zipped(a, named, 1), &r) == OK && says(&r, "names more files"), "so is a list of thousands");
    buf_free(&list);
    char *zeros = arena_alloc(a, 1 << 20);
    ZipFile bomb[] = { { S("archive/data.warc.gz"), gz(a, str_bytes(zeros, 1 << 20), 200) } };
    int64_t began = sys_mono_ms();
    check(look(a, zipped(a, bomb, 1), &r) == OK && says(&r, "larger than is read here") && sys_mono_ms() - began < 5000, "200 MB that are packed into 200 kB are not unpacked to their end");
    check(look(a, S("not a zip at all"), &r) == E_INPUT && r.n == 1, "what is no ZIP is said to be none");
    check(look(a, str_sub(whole, 0, whole.n - 30), &r) == E_INPUT, "neither is one that is cut off");
}

/* "../", an absolute path, two of one name, overlapping, a wrong CRC: names and sizes changed in place, in both headers. */
static void crooked(Arena *a, Str whole) {
    static const struct { const char *from, *to, *name; } all[] = { { "pages/pages.jsonl", "../es/pages.jsonl", "a path that climbs out" }, { "pages/pages.jsonl", "/ages/pages.jsonl", "a path from the root" },
        { "pages/pages.jsonl", "indexes/index.cdx", "two files of one name" } };
    static WaczReport r;
    for (size_t i = 0; i < LEN(all); i++) {
        char *copy = str_z(a, whole);
        size_t n = strlen(all[i].from);
        for (size_t at = 0; at + n <= whole.n; at++)
            if (memcmp(copy + at, all[i].from, n) == 0 && (memcmp(copy + at - 30, "PK\3\4", 4) == 0 || memcmp(copy + at - 46, "PK\1\2", 4) == 0)) memcpy(copy + at, all[i].to, n);
        Err e = look(a, str_bytes(copy, whole.n), &r);
        check(e == E_INPUT || (e == OK && r.n > 0), "%s is found", all[i].name);
    }
}

static void digests(void) {
    bool known = false;
    check(warc_digest_fits(S("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"), S("abd"), &known) == false && known, "a digest of other bytes does not fit");
    check(warc_digest_fits(S("sha1:A9993E364706816ABA3E25717850C26C9CD0D89D"), S("abc"), &known) && warc_digest_fits(S("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"), S("abc"), &known), "SHA-1 in either spelling");
    check(warc_digest_fits(S("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), S("abc"), &known), "SHA-256");
    check(!warc_digest_fits(S("md5:00"), S("abc"), &known) && !known, "one that is not computed here is said to be unknown");
}

int main(int argc, char **argv) {
    Arena *a = arena_new((size_t)3 << 30);
    Str whole = STR_NONE;
    static WaczReport r;
    char dir[] = "/tmp/keten-wacz-XXXXXX";
    pid_t pid = 0;
    int status = 1;
    sys_start();
    seal_start();
    must(argc > 1 && mkdtemp(dir) != NULL);
    const char *path = path_join(a, dir, "a.wacz").p, *args[] = { "wacz_test", path, NULL };
    SpawnFd out = { STDERR_FILENO, 1 };
    must(sys_spawn(&(Spawn){ .path = argv[1], .argv = args, .fds = &out, .fds_n = 1 }, &pid) == OK && waitpid(pid, &status, 0) == pid && status == 0 && file_read(a, path, 1 << 20, &whole) == OK);
    (void)unlink(path);
    (void)rmdir(dir);
    check(wacz_check(a, whole, &r) == OK && r.n == 0 && r.files == 5 && r.responses == 3 && r.index_lines == 4 && r.pages == 1 && r.digests > 10, "an archive of ours holds against everything it says");
    changed(a, whole);
    hostile(a, whole);
    crooked(a, whole);
    digests();
    arena_free(a);
    return tap_end();
}
