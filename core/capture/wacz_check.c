/* wacz_check.c - a web archive that somebody brings, held against what it says of itself. */
#include "core/capture/warc_read.h"
#include "core/seal/seal.h"
#include "core/sor/sor.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"

enum { TEXTS_MAX = 16 << 20, PIECE = 1 << 20, SAID_MAX = 200, MEMBERS_MAX = 2000 /* each is looked for in a list */ };
typedef struct Look { Arena *a; WaczReport *out; SorEntry *e; Str *bytes; size_t n; size_t total; } Look;

static void find(Look *k, const char *why, Str where) {
    if (k->out->n == WACZ_FINDINGS_MAX) k->out->more++;
    else k->out->finding[k->out->n++] = (WaczFinding){ why, str_dup(k->a, str_utf8_cut(where, SAID_MAX)) };
}

/* A member unpacked into the arena, and its CRC compared. p NULL: it is not to be had, and that is a finding. */
static Str member(Look *k, const SorEntry *e) {
    SorInflate z;
    uint32_t crc = 0;
    size_t at = 0, n = 0;
    if (e->wrong != NULL || e->size > WACZ_FILE_MAX || k->total + e->size > WARC_PLAIN_MAX) {
        find(k, e->wrong != NULL ? e->wrong : "larger than is read here", e->name);
        return STR_NONE;
    }
    uint8_t *p = arena_alloc(k->a, (size_t)e->size + 1);
    sor_inflate_new(k->a, SOR_ZLIB, &z);
    Err err = sor_inflate_open(&z, e);
    while (err == OK && (err = sor_inflate_read(&z, p + at, (size_t)e->size + 1 - at < PIECE ? (size_t)e->size + 1 - at : PIECE, &n)) == OK && n > 0) {
        crc = sor_crc(crc, p + at, n);
        at += n;
        if (at > e->size) err = E_INPUT;
    }
    sor_inflate_close(&z);
    k->total += at;
    if (err != OK || at != e->size || crc != e->crc) {
        find(k, "damaged, or not as long as the directory says", e->name);
        return STR_NONE;
    }
    return str_bytes(p, at);
}

static Str bytes_of(const Look *k, Str name) {
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->e[i].name, name)) return k->bytes[i];
    return STR_NONE;
}

static bool hash_is(Arena *a, Str hash, Str bytes) {
    uint8_t sha[32];
    seal_sha256(bytes, sha);
    return str_eq(hash, str_fmt(a, "sha256:" STR_FMT, STR_ARG(hex_enc(a, str_bytes(sha, 32)))));
}

static Str plain(Look *k, Str s) {
    char *p = str_z(k->a, str_utf8_cut(s, SAID_MAX));
    for (char *c = p; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
    return str_c(p);
}

static void package(Look *k) {
    Str text = bytes_of(k, S("datapackage.json")), digest = bytes_of(k, S("datapackage-digest.json"));
    const JVal *v = NULL, *d = NULL;
    if (text.p == NULL || json_read(k->a, text, TEXTS_MAX, &v, NULL, NULL) != OK || v->type != J_OBJ) {
        find(k, "there is no list of its files that can be read", S("datapackage.json"));
        return;
    }
    k->out->version = plain(k, jstr(v, "wacz_version"));
    k->out->software = plain(k, jstr(v, "software"));
    k->out->created = plain(k, jstr(v, "created"));
    const JVal *list = jget(v, "resources");
    if (list != NULL && list->type == J_ARR && list->n > MEMBERS_MAX) {
        find(k, "its list names more files than there can be", S("datapackage.json"));
        return;
    }
    for (size_t i = 0; list != NULL && list->type == J_ARR && i < list->n; i++) {
        Str path = jstr(&list->vals[i], "path"), b = bytes_of(k, path);
        if (b.p == NULL) find(k, "listed, but not there", path);
        else if (!hash_is(k->a, jstr(&list->vals[i], "hash"), b)) find(k, "its digest is another one than the list says", path);
        else if (jint(&list->vals[i], "bytes", (int64_t)b.n) != (int64_t)b.n) find(k, "its size is another one than the list says", path);
    }
    for (size_t i = 0; i < k->n; i++) {
        bool listed = str_starts(k->e[i].name, S("datapackage"));
        for (size_t j = 0; !listed && list != NULL && list->type == J_ARR && j < list->n; j++) listed = str_eq(jstr(&list->vals[j], "path"), k->e[i].name);
        if (!listed && !str_ends(k->e[i].name, S("/"))) find(k, "not listed: nothing says that it belongs here", k->e[i].name);
    }
    if (digest.p == NULL) return;
    if (json_read(k->a, digest, TEXTS_MAX, &d, NULL, NULL) != OK || !hash_is(k->a, jstr(d, "hash"), text)) find(k, "the digest of the list is another one", S("datapackage-digest.json"));
}

/* Where records begin, for the index. */
typedef struct Place { size_t offset, length; } Place;
typedef struct Places { Str file; Place *at; size_t n, cap; } Places;

static void archive(Look *k, Str name, Str bytes, Places *p) {
    WarcReader r = warc_reader(bytes);
    WarcRecord rec;
    while (warc_next(&r, &rec)) {
        bool known = false;
        k->out->records++;
        k->out->responses += str_eq(rec.type, S("response"));
        p->at = ARENA_ROOM(k->a, p->at, p->n, &p->cap);
        p->at[p->n++] = (Place){ rec.offset, rec.length };
        Str where = str_fmt(k->a, STR_FMT " @%zu", STR_ARG(name), rec.offset);
        if (rec.block_digest.n > 0 && !warc_digest_fits(rec.block_digest, rec.block, &known) && known) find(k, "the digest of a record is another one than it says", where);
        k->out->digests += rec.block_digest.n > 0 && known;
        size_t end = 0;
        bool http = str_eq(rec.type, S("response")) && !rec.truncated && rec.payload_digest.n > 0 && str_find(rec.block, S("\r\n\r\n"), &end);
        if (!http || str_find(str_lower(k->a, str_sub(rec.block, 0, end)), S("transfer-encoding"), &(size_t){ 0 })) continue;
        if (!warc_digest_fits(rec.payload_digest, str_sub(rec.block, end + 4, rec.block.n), &known) && known) find(k, "the digest of a body is another one than it says", where);
        k->out->digests += known;
    }
    if (r.wrong != NULL) find(k, r.wrong, name);
    warc_reader_end(&r);
}

static void index_of(Look *k, Str name, Str text, const Places *p, size_t files) {
    Str rest = text, line = STR_NONE;
    Arena *scratch = arena_new(16 << 20);
    while (str_split(&rest, '\n', &line)) {
        const JVal *v = NULL;
        size_t brace = 0;
        int64_t offset = -1, length = -1;
        bool there = false;
        if (line.n == 0) continue;
        arena_reset(scratch);
        if (++k->out->index_lines > WARC_RECORDS_MAX) break;
        if (!str_chr(line, '{', &brace) || json_read(scratch, str_sub(line, brace, line.n), PIECE, &v, NULL, NULL) != OK) {
            find(k, "a line of the index cannot be read", name);
            continue;
        }
        if (str_i64(jstr(v, "offset"), 0, INT64_MAX, &offset) != OK) offset = jint(v, "offset", -1);
        if (str_i64(jstr(v, "length"), 0, INT64_MAX, &length) != OK) length = jint(v, "length", -1);
        for (size_t f = 0; f < files && !there; f++) {
            if (!str_ends(p[f].file, jstr(v, "filename"))) continue;
            size_t low = 0, high = p[f].n;
            while (low < high) {
                size_t mid = (low + high) / 2;
                if ((int64_t)p[f].at[mid].offset < offset) low = mid + 1;
                else high = mid;
            }
            there = low < p[f].n && (int64_t)p[f].at[low].offset == offset && (int64_t)p[f].at[low].length == length;
        }
        if (!there) find(k, "a line of the index leads to no record", str_sub(line, 0, SAID_MAX));
    }
    arena_free(scratch);
}

static void pages(Look *k, Str text) {
    Str rest = text, line = STR_NONE;
    while (str_split(&rest, '\n', &line)) k->out->pages += line.n > 0;
    k->out->pages -= k->out->pages > 0; /* the first line says what kind of list it is */
}

Err wacz_check(Arena *a, Str bytes, WaczReport *out) {
    const char *why = NULL;
    Look k = { .a = a, .out = out };
    size_t files = 0;
    *out = (WaczReport){ .files = 0 };
    Err e = sor_zip_tree(a, bytes, &k.e, &k.n, &why);
    if (e != OK) {
        find(&k, why != NULL ? why : "this is no ZIP file", STR_NONE);
        return e == E_LIMIT ? E_INPUT : e;
    }
    out->files = (int64_t)k.n;
    if (k.n > MEMBERS_MAX) {
        find(&k, "more files than are read here", STR_NONE);
        return E_INPUT;
    }
    k.bytes = ARENA_ARRAY(a, Str, k.n + 1);
    Places *p = ARENA_ARRAY(a, Places, k.n + 1);
    for (size_t i = 0; i < k.n; i++) {
        for (size_t j = 0; j < i; j++)
            if (str_eq(k.e[i].name, k.e[j].name)) find(&k, "two files of one name", k.e[i].name);
        k.bytes[i] = member(&k, &k.e[i]);
    }
    package(&k);
    for (size_t i = 0; i < k.n; i++) {
        Str name = k.e[i].name;
        if (k.bytes[i].p == NULL || !str_starts(name, S("archive/")) || !(str_ends(name, S(".warc.gz")) || str_ends(name, S(".warc")))) continue;
        p[files].file = name;
        archive(&k, name, k.bytes[i], &p[files++]);
    }
    if (files == 0) find(&k, "there is no WARC file in it", STR_NONE);
    for (size_t i = 0; i < k.n; i++) {
        if (k.bytes[i].p == NULL) continue;
        if (str_starts(k.e[i].name, S("indexes/")) && (str_ends(k.e[i].name, S(".cdx")) || str_ends(k.e[i].name, S(".cdxj")))) index_of(&k, k.e[i].name, k.bytes[i], p, files);
        if (str_eq(k.e[i].name, S("pages/pages.jsonl"))) pages(&k, k.bytes[i]);
    }
    return OK;
}
