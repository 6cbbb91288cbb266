/* warc_read.c - WARC files, record by record. */
#include "core/capture/warc_read.h"
#include "core/seal/seal.h"

#include <openssl/sha.h>
#include <zlib.h>

enum { CHUNK = 65536, LINES_MAX = 200 };

WarcReader warc_reader(Str file) { return (WarcReader){ .file = file, .buf = buf_new(WARC_RECORD_MAX) }; }
void warc_reader_end(WarcReader *r) { buf_free(&r->buf); }

static bool stop(WarcReader *r, const char *why) {
    r->wrong = why;
    return false;
}

static bool packed(const WarcReader *r) { return r->file.n - r->at >= 2 && memcmp(r->file.p + r->at, "\x1f\x8b", 2) == 0; }

/* One gzip member into buf; *out_used: its bytes in the file. */
static bool unpack(WarcReader *r, size_t *out_used) {
    z_stream z = { 0 };
    unsigned char chunk[CHUNK];
    size_t left = r->file.n - r->at;
    buf_clear(&r->buf);
    r->buf.over = false;
    if (inflateInit2(&z, 15 + 16) != Z_OK) return stop(r, "it could not be unpacked");
    z.next_in = (unsigned char *)(uintptr_t)(r->file.p + r->at);
    z.avail_in = left < UINT32_MAX ? (unsigned)left : UINT32_MAX;
    size_t given = z.avail_in;
    int rc = Z_OK;
    while (rc == Z_OK && buf_err(&r->buf) == OK && r->plain + r->buf.n <= WARC_PLAIN_MAX) {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        rc = inflate(&z, Z_NO_FLUSH);
        buf_put(&r->buf, str_bytes(chunk, sizeof chunk - z.avail_out));
        if (rc == Z_BUF_ERROR || (rc == Z_OK && z.avail_in == 0 && z.avail_out == sizeof chunk)) break;
    }
    *out_used = given - z.avail_in;
    inflateEnd(&z);
    r->plain += r->buf.n;
    if (buf_err(&r->buf) != OK || r->plain > WARC_PLAIN_MAX) return stop(r, "unpacked it is larger than is read here");
    return rc == Z_STREAM_END ? true : stop(r, "a packed record is cut off or damaged");
}

static Str value_of(Str head, Str name) {
    Str rest = head, line = STR_NONE;
    for (int i = 0; i < LINES_MAX && str_split(&rest, '\n', &line); i++)
        if (line.n > name.n && line.p[name.n] == ':' && str_ieq(str_sub(line, 0, name.n), name)) {
            Str v = str_trim(str_sub(line, name.n + 1, line.n));
            while (v.n > 0 && v.p[v.n - 1] == '\r') v.n--;
            return v;
        }
    return STR_NONE;
}

static bool read_record(WarcReader *r, Str plain, WarcRecord *out, size_t *out_used) {
    size_t end = 0;
    int64_t length = 0;
    if (!str_starts(plain, S("WARC/1.0\r\n")) && !str_starts(plain, S("WARC/1.1\r\n"))) return stop(r, "a record does not begin as one");
    if (!str_find(str_sub(plain, 0, WARC_HEAD_MAX), S("\r\n\r\n"), &end)) return stop(r, "the head of a record has no end");
    Str head = str_sub(plain, 0, end + 2);
    if (memchr(head.p, '\0', head.n) != NULL || str_i64(value_of(head, S("Content-Length")), 0, WARC_RECORD_MAX, &length) != OK) return stop(r, "a record does not say how long it is");
    if ((size_t)length > plain.n - end - 4) return stop(r, "a record is longer than what is there");
    *out = (WarcRecord){ .head = head, .block = str_sub(plain, end + 4, (size_t)length), .type = value_of(head, S("WARC-Type")), .uri = value_of(head, S("WARC-Target-URI")), .id = value_of(head, S("WARC-Record-ID")),
        .date = value_of(head, S("WARC-Date")), .block_digest = value_of(head, S("WARC-Block-Digest")), .payload_digest = value_of(head, S("WARC-Payload-Digest")), .truncated = value_of(head, S("WARC-Truncated")).n > 0 };
    if (out->type.n == 0 || out->id.n == 0 || out->date.n == 0) return stop(r, "a record has no type, no id or no date");
    *out_used = end + 4 + (size_t)length;
    return true;
}

bool warc_next(WarcReader *r, WarcRecord *out) {
    size_t used = 0, inside = 0, from = r->at;
    if (r->wrong != NULL || r->at >= r->file.n) return false;
    if (++r->records > WARC_RECORDS_MAX) return stop(r, "it holds more records than are read here");
    bool gz = packed(r);
    if (gz && !unpack(r, &used)) return false;
    if (!read_record(r, gz ? buf_str(&r->buf) : str_sub(r->file, r->at, r->file.n), out, &inside)) return false;
    if (gz) {
        Str after = str_sub(buf_str(&r->buf), inside, r->buf.n);
        if (!str_eq(after, S("\r\n\r\n"))) return stop(r, "behind a record stands something else");
        r->at += used;
    } else {
        if (!str_starts(str_sub(r->file, r->at + inside, 4), S("\r\n\r\n"))) return stop(r, "behind a record stands something else");
        r->at += inside + 4;
    }
    out->offset = from;
    out->length = r->at - from;
    return true;
}

/* ---- digests ---- */

static int digit(char c, int base) {
    static const char b32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b16[] = "0123456789abcdef";
    char low = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c), up = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    const char *at = c == '\0' ? NULL : strchr(base == 32 ? b32 : b16, base == 32 ? up : low);
    return at != NULL ? (int)(at - (base == 32 ? b32 : b16)) : -1;
}

static bool decodes_to(Str text, int base, const uint8_t *want, size_t n) {
    int bits = base == 32 ? 5 : 4, have = 0;
    uint32_t acc = 0;
    size_t k = 0;
    for (size_t i = 0; i < text.n; i++) {
        int d = digit(text.p[i], base);
        if (d < 0) return false;
        acc = (acc << bits | (uint32_t)d) & 0xffff;
        have += bits;
        if (have < 8) continue;
        have -= 8;
        if (k == n || (uint8_t)(acc >> have) != want[k++]) return false;
    }
    return k == n;
}

bool warc_digest_fits(Str digest, Str bytes, bool *out_known) {
    uint8_t sum[32];
    size_t at = 0;
    *out_known = true;
    if (!str_chr(digest, ':', &at)) return false;
    Str algorithm = str_sub(digest, 0, at), text = str_sub(digest, at + 1, digest.n);
    while (text.n > 0 && text.p[text.n - 1] == '=') text.n--;
    if (str_ieq(algorithm, S("sha256")) || str_ieq(algorithm, S("sha-256"))) {
        seal_sha256(bytes, sum);
        return decodes_to(text, text.n == 64 ? 16 : 32, sum, 32);
    }
    if (str_ieq(algorithm, S("sha1")) || str_ieq(algorithm, S("sha-1"))) {
        (void)SHA1((const unsigned char *)bytes.p, bytes.n, sum);
        return decodes_to(text, text.n == 40 ? 16 : 32, sum, 20);
    }
    *out_known = false;
    return false;
}
