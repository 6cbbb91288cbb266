/* archive.c - sealed archives. */
#include "programs/keten/archive.h"
#include "foundation/sys/sys.h"

#include <sodium.h>

enum { CHUNK = 64 * 1024, MAC = crypto_secretstream_xchacha20poly1305_ABYTES, SALT = crypto_pwhash_SALTBYTES,
       HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES, FRONT = 8 + SALT + 16 + HEADER };
static const char MAGIC[8] = { 'K', 'E', 'T', 'E', 'N', 'B', 'K', '1' };
/* A file that asks for more than this is not one of ours, and must not tie the machine up. */
static const uint64_t OPS_MAX = 16, MEM_MAX = (uint64_t)1 << 30, FILE_MAX = (uint64_t)1 << 44;

static int64_t soon(void) { return sys_mono_ms() + 600000; } /* a disk that takes ten minutes for a chunk is gone */

static Err derive(Str passphrase, const unsigned char *salt, uint64_t ops, uint64_t mem, unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES]) {
    if (sodium_init() < 0) return E_OUTSIDE;
    if (crypto_pwhash(key, crypto_secretstream_xchacha20poly1305_KEYBYTES, passphrase.n == 0 ? "" : passphrase.p, passphrase.n, salt, ops, (size_t)mem, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return E_OUTSIDE; /* memory */
    return OK;
}

/* ---- sealing ---- */

struct Sealer {
    int fd;
    crypto_secretstream_xchacha20poly1305_state state;
    size_t n;
    bool ended;
    unsigned char plain[CHUNK], out[CHUNK + MAC];
};

Err sealer_new(int fd, Str passphrase, ArchiveCost cost, Sealer **out) {
    unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES], salt[SALT], header[HEADER];
    sys_random(salt, sizeof salt);
    TRY(derive(passphrase, salt, cost.ops, cost.mem, key));
    Sealer *s = calloc(1, sizeof *s);
    must(s != NULL);
    s->fd = fd;
    crypto_secretstream_xchacha20poly1305_init_push(&s->state, header, key);
    sodium_memzero(key, sizeof key);
    Buf b = buf_new(FRONT);
    buf_put(&b, (Str){ MAGIC, sizeof MAGIC });
    buf_put(&b, str_bytes(salt, SALT));
    buf_be(&b, cost.ops, 8);
    buf_be(&b, cost.mem, 8);
    buf_put(&b, str_bytes(header, HEADER));
    Err e = fd_write_all(fd, buf_str(&b), soon());
    buf_free(&b);
    if (e == OK) *out = s;
    else sealer_free(s);
    return e;
}

static Err flush(Sealer *s, unsigned char tag) {
    unsigned long long n = 0;
    crypto_secretstream_xchacha20poly1305_push(&s->state, s->out, &n, s->plain, s->n, (const unsigned char *)MAGIC, sizeof MAGIC, tag);
    s->n = 0;
    return fd_write_all(s->fd, str_bytes(s->out, (size_t)n), soon());
}

Err sealer_put(Sealer *s, Str bytes) {
    must(!s->ended);
    while (bytes.n > 0) {
        size_t room = CHUNK - s->n, n = bytes.n < room ? bytes.n : room;
        memcpy(s->plain + s->n, bytes.p, n);
        s->n += n;
        bytes = (Str){ bytes.p + n, bytes.n - n };
        if (s->n == CHUNK) TRY(flush(s, 0));
    }
    return OK;
}

Err sealer_end(Sealer *s) {
    must(!s->ended);
    s->ended = true;
    return flush(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

void sealer_free(Sealer *s) {
    if (s == NULL) return;
    sodium_memzero(s, sizeof *s);
    free(s);
}

/* ---- opening ---- */

struct Opener {
    int fd;
    crypto_secretstream_xchacha20poly1305_state state;
    size_t n, at;
    bool final;
    unsigned char plain[CHUNK], in[CHUNK + MAC];
};

static Err read_up_to(int fd, unsigned char *p, size_t n, size_t *out_n) {
    size_t got = 0, more = 1;
    while (got < n && more > 0) {
        TRY(fd_read_some(fd, p + got, n - got, soon(), &more));
        got += more;
    }
    *out_n = got;
    return OK;
}

static Err next_chunk(Opener *o) {
    size_t n = 0;
    unsigned long long plain = 0;
    unsigned char tag = 0;
    if (o->final) return E_INPUT;
    TRY(read_up_to(o->fd, o->in, sizeof o->in, &n));
    if (n < MAC) return E_INPUT; /* cut short between chunks */
    if (crypto_secretstream_xchacha20poly1305_pull(&o->state, o->plain, &plain, &tag, o->in, n, (const unsigned char *)MAGIC, sizeof MAGIC) != 0) return E_INPUT;
    o->n = (size_t)plain;
    o->at = 0;
    o->final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return o->final || n == sizeof o->in ? OK : E_INPUT;
}

static uint64_t be64(const unsigned char *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | p[i];
    return v;
}

Err opener_new(int fd, Str passphrase, Opener **out) {
    unsigned char front[FRONT], key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    size_t n = 0;
    TRY(read_up_to(fd, front, FRONT, &n));
    if (n < FRONT || memcmp(front, MAGIC, sizeof MAGIC) != 0) return E_INPUT;
    uint64_t ops = be64(front + 8 + SALT), mem = be64(front + 16 + SALT);
    if (ops < crypto_pwhash_OPSLIMIT_MIN || ops > OPS_MAX || mem < crypto_pwhash_MEMLIMIT_MIN || mem > MEM_MAX) return E_INPUT;
    TRY(derive(passphrase, front + 8, ops, mem, key));
    Opener *o = calloc(1, sizeof *o);
    must(o != NULL);
    o->fd = fd;
    bool good = crypto_secretstream_xchacha20poly1305_init_pull(&o->state, front + 24 + SALT, key) == 0;
    sodium_memzero(key, sizeof key);
    Err e = good ? next_chunk(o) : E_INPUT;
    if (e != OK) {
        opener_free(o);
        return e == E_INPUT ? E_DENIED : e;
    }
    *out = o;
    return OK;
}

static Err opener_take(void *ctx, void *p, size_t n) {
    Opener *o = ctx;
    unsigned char *to = p;
    while (n > 0) {
        if (o->at == o->n) TRY(next_chunk(o));
        size_t left = o->n - o->at, part = n < left ? n : left;
        memcpy(to, o->plain + o->at, part);
        o->at += part;
        to += part;
        n -= part;
    }
    return OK;
}

Source opener_source(Opener *o) { return (Source){ opener_take, o }; }

Err opener_end(Opener *o) {
    if (o->at == o->n && !o->final) TRY(next_chunk(o));
    unsigned char one = 0;
    size_t n = 0;
    if (!o->final || o->at != o->n) return E_INPUT;
    TRY(read_up_to(o->fd, &one, 1, &n));
    return n == 0 ? OK : E_INPUT;
}

void opener_free(Opener *o) {
    if (o == NULL) return;
    sodium_memzero(o, sizeof *o);
    free(o);
}

/* ---- names and heads ---- */

static bool hex_only(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
    return true;
}

bool archive_name_ok(Str name) {
    static const char *const plain[] = { "manifest.json", "keten.conf", "keten.db", "keys.db" };
    for (size_t i = 0; i < LEN(plain); i++)
        if (str_eq(name, str_c(plain[i]))) return true;
    /* blobs/ab/cdef...: the SHA-256 of the stored bytes */
    return name.n == 71 && str_starts(name, S("blobs/")) && name.p[8] == '/' && hex_only(str_sub(name, 6, 2)) && hex_only(str_sub(name, 9, 62));
}

Err archive_head_write(Sealer *s, Str name, uint64_t size) {
    must(archive_name_ok(name) && size <= FILE_MAX);
    Buf b = buf_new(128);
    buf_be(&b, name.n, 2);
    buf_put(&b, name);
    buf_be(&b, size, 8);
    Err e = sealer_put(s, buf_str(&b));
    buf_free(&b);
    return e;
}

Err archive_end_write(Sealer *s) { return sealer_put(s, (Str){ "\0\0", 2 }); }

Err archive_head_read(Source src, Arena *a, Str *out_name, uint64_t *out_size) {
    unsigned char raw[8] = { 0 };
    char name[128];
    TRY(src.take(src.ctx, raw, 2));
    size_t n = (size_t)raw[0] << 8 | raw[1];
    if (n == 0) return E_MISSING;
    if (n > sizeof name) return E_INPUT;
    TRY(src.take(src.ctx, name, n));
    TRY(src.take(src.ctx, raw, 8));
    uint64_t size = be64(raw);
    if (!archive_name_ok((Str){ name, n }) || size > FILE_MAX) return E_INPUT;
    *out_name = str_dup(a, (Str){ name, n });
    *out_size = size;
    return OK;
}
