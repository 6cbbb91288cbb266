/* verify.c - checking a dossier: container, bag, lists, seal, coverage. A file that was found wrong is named once, and nothing that
 * leans on it accuses another: what cannot be checked because of it is said to be uncheckable. */
#include "core/dossier/dossier_in.h"
#include "foundation/base/enc.h"
#include "foundation/base/lang.h"

#include <stdlib.h>

const char *dossier_verdict_word(DossierVerdict v) {
    static const char *const words[] = { [VERDICT_OK] = N_("ok"), [VERDICT_REMARK] = N_("ok, with remark"), [VERDICT_CANNOT] = N_("cannot check here"), [VERDICT_FAILED] = N_("FAILED") };
    must(v >= VERDICT_OK && v <= VERDICT_FAILED);
    return words[v];
}

const char *dossier_cover_word(DossierCover c) {
    static const char *const words[] = { [COVER_NONE] = N_("not covered"), [COVER_TAGS] = N_("by the tag manifest only"), [COVER_SEAL] = N_("by the seal"), [COVER_SELF] = N_("by itself") };
    must(c >= COVER_NONE && c <= COVER_SELF);
    return words[c];
}

void look_found(Look *k, DossierVerdict v, const char *check, Str file, const char *why, Str detail) {
    DossierReport *r = k->out;
    r->failed += v == VERDICT_FAILED;
    r->remarks += v == VERDICT_REMARK;
    r->cannot += v == VERDICT_CANNOT;
    if (r->n == DOSSIER_ITEMS_MAX) {
        r->more++;
        return;
    }
    r->items[r->n++] = (DossierItem){ v, check, file, why, detail };
}

ZipMember *look_member(const Look *k, Str path) {
    size_t low = 0, high = k->n;
    while (low < high) { /* the directory is sorted, or it was found wrong before */
        size_t mid = low + (high - low) / 2;
        int c = str_cmp(look_path(k, &k->members[mid]), path);
        if (c == 0) return &k->members[mid];
        if (c < 0) low = mid + 1;
        else high = mid;
    }
    return NULL;
}

Str look_path(const Look *k, const ZipMember *m) { return str_sub(m->name, k->base.n, m->name.n); }

void look_covered(Look *k, const ZipMember *m, DossierCover c) {
    DossierCover *to = &k->cover[m - k->members];
    if (c > *to) *to = c;
}

void look_accuse(Look *k, ZipMember *m, const char *check, const char *why, Str detail) {
    if (m->wrong != NULL) return;
    m->wrong = why;
    look_found(k, VERDICT_FAILED, check, look_path(k, m), why, detail);
}

ZipMember *look_sound(Look *k, Str path, const char *check, size_t max) {
    ZipMember *m = look_member(k, path);
    if (m == NULL) look_found(k, VERDICT_FAILED, check, str_dup(k->a, path), N_("this file is missing"), STR_NONE);
    if (m == NULL || m->wrong != NULL || m->bytes.p != NULL) return m != NULL && m->wrong == NULL ? m : NULL;
    Err e = zip_bytes(k->a, k->src, m, max, &m->bytes);
    if (e == OK) return m;
    look_accuse(k, m, check, e == E_LIMIT ? N_("it is larger than such a file can be") : N_("the file cannot be read to its end"), STR_NONE);
    return NULL;
}

/* ---- container and names ---- */

/* What all lists of this container name, whatever they are called now, and the names of the directory; both sorted, so that a container of
 * twenty thousand members with two names each is read as quickly as any other. */
typedef struct Known { Str *lines, *names; size_t lines_n; } Known;

static int by_text(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static bool is_list_of(const ZipMember *m) { return str_ends(m->name, S("manifest-sha256.txt")) || str_ends(m->other, S("manifest-sha256.txt")); }

/* Each list is read once, and not more of them than a list may be large: whoever writes more lists has no dossier. */
static Known known_names(const Look *k) {
    Known known = { .names = ARENA_ARRAY(k->a, Str, k->n + 1) };
    int64_t left = LIST_MAX, all = 0;
    for (size_t i = 0; i < k->n; i++)
        if (is_list_of(&k->members[i]) && k->members[i].size <= LIST_MAX - all) all += k->members[i].size;
    known.lines = ARENA_ARRAY(k->a, Str, (size_t)all / 67 + 1); /* the shortest line that counts, with its end */
    for (size_t i = 0; i < k->n; i++) {
        const ZipMember *m = &k->members[i];
        Str rest = m->bytes, line = STR_NONE;
        known.names[i] = m->name;
        if (!is_list_of(m) || m->size > left) continue;
        left -= m->size;
        if (rest.p == NULL && zip_bytes(k->a, k->src, m, LIST_MAX, &rest) != OK) continue;
        while (str_split(&rest, '\n', &line) && rest.p != NULL)
            if (line.n > 66) known.lines[known.lines_n++] = str_sub(line, 66, line.n);
    }
    if (known.lines_n > 0) qsort(known.lines, known.lines_n, sizeof *known.lines, by_text);
    if (k->n > 0) qsort(known.names, k->n, sizeof *known.names, by_text);
    return known;
}

static bool listed_somewhere(const Known *known, Str path) {
    if (str_eq(path, S("tagmanifest-sha256.txt"))) return true;
    return known->lines_n > 0 && bsearch(&path, known->lines, known->lines_n, sizeof path, by_text) != NULL;
}

/* Two members of the directory have this name. */
static bool twice(const Known *known, size_t n, Str name) {
    const Str *at = bsearch(&name, known->names, n, sizeof name, by_text);
    if (at == NULL) return false;
    return (at > known->names && str_eq(at[-1], name)) || (at + 1 < known->names + n && str_eq(at[1], name));
}

/* Two headers spell a name in two ways: the file is the one that the lists know, so that it is found and named by its own name. */
static void look_spelling(const Look *k, const Known *known, ZipMember *m) {
    if (m->other.n == 0 || !str_starts(m->other, k->base)) return;
    bool other = listed_somewhere(known, str_sub(m->other, k->base.n, m->other.n));
    if (twice(known, k->n, m->name) || !str_starts(m->name, k->base) || (other && !listed_somewhere(known, look_path(k, m)))) m->name = m->other;
}

/* The first folder that is named rightly is the dossier's; what stands outside of it does not belong. */
static void look_names(Look *k) {
    size_t slash = 0;
    for (size_t i = 0; i < k->n && k->base.n == 0; i++)
        if (k->members[i].wrong == NULL && str_chr(k->members[i].name, '/', &slash)) k->base = str_sub(k->members[i].name, 0, slash + 1);
    bool spelled = false;
    for (size_t i = 0; i < k->n; i++) spelled = spelled || k->members[i].other.n > 0;
    Known known = spelled ? known_names(k) : (Known){ 0 };
    for (size_t i = 0; i < k->n; i++) look_spelling(k, &known, &k->members[i]);
    for (size_t i = 0; i < k->n; i++) {
        ZipMember *m = &k->members[i];
        if (m->wrong != NULL) look_found(k, VERDICT_FAILED, "container", str_starts(m->name, k->base) ? look_path(k, m) : m->name, m->wrong, STR_NONE);
        else if (!str_starts(m->name, k->base)) {
            m->wrong = N_("it stands outside the dossier's folder");
            look_found(k, VERDICT_FAILED, "names", m->name, m->wrong, STR_NONE);
        }
        k->out->bytes += m->size;
    }
}

static bool look_container(Look *k) {
    const char *wrong = NULL;
    Err e = k->src->size > ZIP_BYTES_MAX ? E_LIMIT : zip_walk(k->a, k->src, &k->members, &k->n, &wrong);
    if (e == E_LIMIT) look_found(k, VERDICT_FAILED, "container", STR_NONE, N_("it is larger, or holds more files, than a dossier can"), STR_NONE);
    else if (e != OK) look_found(k, VERDICT_FAILED, "container", STR_NONE, wrong, STR_NONE);
    if (e == OK && k->n == 0) look_found(k, VERDICT_FAILED, "container", STR_NONE, N_("there is no file in it"), STR_NONE);
    if (k->n == 0) return false;
    k->cover = ARENA_ARRAY(k->a, DossierCover, k->n);
    look_names(k);
    k->out->files = (int64_t)k->n;
    if (e != OK) return false;
    if (k->base.n < 2) {
        look_found(k, VERDICT_FAILED, "names", STR_NONE, N_("the files do not stand in one folder"), STR_NONE);
        return false;
    }
    if (k->out->failed == 0) look_found(k, VERDICT_OK, "container", STR_NONE, N_("the container is exactly as it was written; no file is hidden in it"), STR_NONE);
    return true;
}

/* ---- lists of digests ---- */

typedef struct List { const char *path; bool payload, wide, usable, sealed; } List;

static bool lower_hex(Str s, size_t n) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
    return s.n == n;
}

/* Without a copy of what is right: there may be tens of thousands. */
static bool hex_is(Str hex, const uint8_t *bytes) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i + 1 < hex.n; i += 2)
        if (hex.p[i] != digits[bytes[i / 2] >> 4] || hex.p[i + 1] != digits[bytes[i / 2] & 15]) return false;
    return true;
}

static void look_line(Look *k, const List *l, Str hex, Str path, bool *listed) {
    const char *check = l->payload ? "payload" : "tags";
    ZipMember *m = look_member(k, path);
    if (m == NULL) {
        look_found(k, VERDICT_FAILED, check, str_dup(k->a, path), N_("this file is missing"), STR_NONE);
        return;
    }
    size_t at = (size_t)(m - k->members);
    listed[at] = true;
    look_covered(k, m, l->payload && l->sealed ? COVER_SEAL : COVER_TAGS);
    if (!hex_is(hex, l->wide ? m->sha512 : m->sha256)) look_accuse(k, m, check, N_("its content is not what the list of digests says"), STR_NONE);
}

/* Every line fits a file, and every file has a line. */
static void look_list(Look *k, const List *l) {
    const char *check = l->payload ? "payload" : "tags";
    Str line = STR_NONE, last = STR_NONE, rest = STR_NONE;
    bool *listed = ARENA_ARRAY(k->a, bool, k->n);
    int64_t before = k->out->failed;
    ZipMember *m = look_sound(k, str_c(l->path), check, LIST_MAX);
    if (m == NULL || !l->usable) {
        look_found(k, VERDICT_CANNOT, check, str_c(l->path), N_("this list was changed, so the files cannot be checked by it"), STR_NONE);
        return;
    }
    rest = m->bytes;
    size_t width = l->wide ? 128 : 64;
    while (rest.n > 0 && str_split(&rest, '\n', &line)) {
        Str hex = str_sub(line, 0, width), path = str_sub(line, width + 2, line.n);
        bool good = rest.p != NULL && lower_hex(hex, width) && line.n > width + 2 && line.p[width] == ' ' && line.p[width + 1] == ' ' && str_starts(path, S("data/")) == l->payload && zip_name_ok(path);
        if (!good || (last.n > 0 && str_cmp(last, path) >= 0)) {
            look_accuse(k, m, check, N_("a line of this list cannot be read, or names a file twice"), STR_NONE);
            return;
        }
        last = path;
        look_line(k, l, hex, path, listed);
    }
    for (size_t i = 0; i < k->n; i++) {
        Str path = look_path(k, &k->members[i]);
        if (listed[i] || str_starts(path, S("data/")) != l->payload || (!l->payload && str_eq(path, str_c(l->path)))) continue;
        look_accuse(k, &k->members[i], check, N_("this file is in no list: it was added"), STR_NONE);
    }
    if (k->out->failed == before) look_found(k, VERDICT_OK, check, str_c(l->path), l->payload ? N_("every file of the content is there, none was added or changed") : N_("every accompanying file is there, none was added or changed"), STR_NONE);
}

/* ---- the seal ---- */

static bool sealed_file(Look *k, const char *path, Str want) {
    ZipMember *m = look_member(k, str_c(path));
    if (m == NULL) {
        look_found(k, VERDICT_FAILED, "seal", str_c(path), N_("this file is missing"), STR_NONE);
        return false;
    }
    if (m->wrong != NULL) return false;
    if (want.n == 64 && hex_is(want, m->sha256)) {
        look_covered(k, m, COVER_SEAL);
        return true;
    }
    look_accuse(k, m, "seal", N_("it is not the file that was sealed"), STR_NONE);
    return false;
}

static void look_counts(Look *k, const DossierSeal *s) {
    int64_t files = 0, bytes = 0;
    Str oxum = str_fmt(k->a, "Payload-Oxum: %lld.%lld\n", (long long)s->payload_bytes, (long long)s->payload_files);
    const ZipMember *info = look_member(k, S("bag-info.txt")) != NULL ? look_sound(k, S("bag-info.txt"), "bag", 1 << 20) : NULL;
    for (size_t i = 0; i < k->n; i++) {
        if (!str_starts(look_path(k, &k->members[i]), S("data/"))) continue;
        files++;
        bytes += k->members[i].size;
    }
    size_t at = 0;
    if (k->out->failed > 0) return; /* numbers that do not fit would only say again what was said */
    if (files != s->payload_files || bytes != s->payload_bytes) look_found(k, VERDICT_FAILED, "seal", STR_NONE, N_("the number of files or bytes is not the sealed one"), STR_NONE);
    if (info == NULL || !str_find(info->bytes, oxum, &at)) look_found(k, VERDICT_FAILED, "bag", S("bag-info.txt"), N_("its count of the content is not the sealed one"), STR_NONE);
}

static void look_seal(Look *k, List *m256, List *m512) {
    int64_t before = k->out->failed;
    DossierSeal *s = &k->out->seal;
    ZipMember *m = look_sound(k, S("seal.txt"), "seal", 65536);
    m256->usable = m512->usable = true; /* without a seal they are checked as any bag is */
    if (m == NULL) {
        look_found(k, VERDICT_CANNOT, "seal", STR_NONE, N_("without its seal it cannot be shown when and by whom this was put together"), STR_NONE);
        return;
    }
    if (dossier_seal_parse(k->a, m->bytes, s) != OK) {
        look_accuse(k, m, "seal", N_("the seal cannot be read"), STR_NONE);
        return;
    }
    k->out->seal_sha256 = hex_enc(k->a, str_bytes(m->sha256, 32));
    look_ledger(k, m->bytes);
    if (m->wrong != NULL) return; /* its signature did not fit: it accuses nobody */
    m256->sealed = m256->usable = sealed_file(k, "manifest-sha256.txt", s->manifest256);
    m512->sealed = m512->usable = sealed_file(k, "manifest-sha512.txt", s->manifest512);
    (void)sealed_file(k, "bag-info.txt", s->bag_info);
    (void)sealed_file(k, "bagit.txt", s->bagit);
    (void)sealed_file(k, "verify/README.txt", s->readme);
    if (s->verifier.n > 0) (void)sealed_file(k, "verify/verifier.html", s->verifier);
    if (k->out->failed == before) look_found(k, VERDICT_OK, "seal", S("seal.txt"), N_("the seal fits the lists, the description and the instructions"), STR_NONE);
}

/* The tag manifest is covered by nothing: each of its lines is compared with the file, and one that is left out makes that file one
 * too many. So it adds nothing that could be believed, and is no remark. */
static void look_coverage(Look *k, bool whole) {
    size_t open = 0;
    DossierReport *r = k->out;
    r->file = ARENA_ARRAY(k->a, DossierFile, k->n + 1);
    for (size_t i = 0; i < k->n; i++) {
        const ZipMember *m = &k->members[i];
        Str path = str_starts(m->name, k->base) ? look_path(k, m) : m->name;
        DossierCover cover = m->wrong == NULL ? k->cover[i] : COVER_NONE;
        r->file[r->file_n++] = (DossierFile){ path, m->size, hex_enc(k->a, str_bytes(m->sha256, 32)), cover, m->wrong != NULL };
        if (!whole || m->wrong != NULL || cover >= COVER_SEAL || str_eq(path, S("tagmanifest-sha256.txt"))) continue;
        open++;
        if (cover == COVER_TAGS) look_found(k, VERDICT_REMARK, "coverage", path, N_("only the list of accompanying files protects this one, not the seal"), STR_NONE);
        else look_found(k, VERDICT_REMARK, "coverage", path, N_("nothing in the dossier protects this one"), STR_NONE);
    }
    if (open == 0 && r->failed == 0) look_found(k, VERDICT_OK, "coverage", STR_NONE, N_("every file is covered by the seal, by a signature or by the ledger"), STR_NONE);
}

void dossier_verify(Arena *a, Str zip, const NoteKey *trusted, DossierReport *out) { dossier_verify_with(a, zip, trusted, STR_NONE, out); }

void dossier_verify_with(Arena *a, Str zip, const NoteKey *trusted, Str cas, DossierReport *out) {
    ZipSource src = zip_memory(zip);
    DossierTrust trust = { .key = trusted, .cas = cas };
    dossier_verify_source(a, &src, &trust, out);
}

void dossier_verify_source(Arena *a, const ZipSource *src, const DossierTrust *trust, DossierReport *out) {
    *out = (DossierReport){ .items = ARENA_ARRAY(a, DossierItem, DOSSIER_ITEMS_MAX) };
    Look k = { .a = a, .src = src, .trust = trust, .out = out };
    List m256 = { "manifest-sha256.txt", .payload = true }, m512 = { "manifest-sha512.txt", .payload = true, .wide = true }, tags = { "tagmanifest-sha256.txt", .usable = true };
    bool whole = look_container(&k);
    if (whole) {
        ZipMember *bagit = look_sound(&k, S("bagit.txt"), "bag", 4096);
        if (bagit != NULL && !str_eq(bagit->bytes, S("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"))) look_accuse(&k, bagit, "bag", N_("this is no bag of version 1.0"), STR_NONE);
        look_list(&k, &tags);
        look_seal(&k, &m256, &m512);
        look_list(&k, &m256);
        look_list(&k, &m512);
        if (out->seal.id.n > 0) look_counts(&k, &out->seal);
    }
    if (k.n > 0) look_coverage(&k, whole);
}
