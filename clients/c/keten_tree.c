/* SPDX-License-Identifier: EUPL-1.2
 * keten_tree.c - hashes by libcrypto; the rest is counting. */
#include "keten_tree.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROOF_MAX = 64, SIG_BYTES = 4 + 64, NOTE_LINES_MAX = 64 };

static void sha256(const void *a, size_t a_n, const void *b, size_t b_n, const void *c, size_t c_n, uint8_t out[32]) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    unsigned n = 32;
    if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1 || EVP_DigestUpdate(md, a, a_n) != 1 || EVP_DigestUpdate(md, b, b_n) != 1 || EVP_DigestUpdate(md, c, c_n) != 1 ||
        EVP_DigestFinal_ex(md, out, &n) != 1)
        abort(); /* no memory, or no SHA-256: nothing could be checked any more */
    EVP_MD_CTX_free(md);
}

void keten_tree_leaf(const char *line, size_t n, uint8_t out[32]) { sha256("\0", 1, line, n, "", 0, out); }
static void node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]) { sha256("\1", 1, left, 32, right, 32, out); }

int keten_tree_add(keten_state *s, const uint8_t leaf[32]) {
    uint8_t h[32];
    memcpy(h, leaf, 32);
    for (int64_t i = s->size; i & 1; i >>= 1) {
        if (s->edge_n == 0) return 0;
        node(s->edge[--s->edge_n], h, h);
    }
    if (s->edge_n == KETEN_EDGE_MAX) return 0;
    memcpy(s->edge[s->edge_n++], h, 32);
    s->size++;
    return 1;
}

void keten_tree_root(const keten_state *s, uint8_t out[32]) {
    if (s->edge_n == 0) {
        sha256("", 0, "", 0, "", 0, out);
        return;
    }
    memcpy(out, s->edge[s->edge_n - 1], 32);
    for (size_t i = s->edge_n - 1; i > 0; i--) node(s->edge[i - 1], out, out);
}

static int unbase64(const char *text, size_t n, uint8_t *out, size_t want) {
    uint8_t raw[512];
    size_t pad = n >= 2 && text[n - 2] == '=' ? 2 : n >= 1 && text[n - 1] == '=' ? 1 : 0;
    if (n == 0 || n % 4 != 0 || n / 4 * 3 > sizeof raw || n / 4 * 3 - pad != want) return 0;
    if (EVP_DecodeBlock(raw, (const unsigned char *)text, (int)n) != (int)(n / 4 * 3)) return 0;
    memcpy(out, raw, want);
    return 1;
}
int keten_tree_unhex64(const char *base64, uint8_t out[32]) { return unbase64(base64, strlen(base64), out, 32); }

static int proof_read(const json_t *proof, uint8_t (*out)[32], size_t *out_n) {
    if (!json_is_array(proof) || json_array_size(proof) > PROOF_MAX) return 0;
    *out_n = json_array_size(proof);
    for (size_t i = 0; i < *out_n; i++) {
        const char *s = json_string_value(json_array_get(proof, i));
        if (s == NULL || !keten_tree_unhex64(s, out[i])) return 0;
    }
    return 1;
}

int keten_tree_consistent(int64_t old, const uint8_t old_root[32], int64_t size, const uint8_t root[32], const json_t *proof) {
    uint8_t path[PROOF_MAX + 1][32], fr[32], sr[32];
    size_t n = 0;
    if (old < 0 || old > size || !proof_read(proof, path + 1, &n)) return 0;
    if (old == 0) return n == 0;
    if (old == size) return n == 0 && memcmp(old_root, root, 32) == 0;
    int whole = (old & (old - 1)) == 0; /* the old tree is itself a node of the new one */
    uint8_t (*p)[32] = whole ? path : path + 1;
    if (whole) memcpy(path[0], old_root, 32), n++;
    if (n == 0) return 0;
    int64_t fn = old - 1, sn = size - 1;
    while (fn & 1) fn >>= 1, sn >>= 1;
    memcpy(fr, p[0], 32);
    memcpy(sr, p[0], 32);
    for (size_t i = 1; i < n; i++) {
        if (sn == 0) return 0;
        if ((fn & 1) || fn == sn) {
            node(p[i], fr, fr);
            node(p[i], sr, sr);
            while (fn != 0 && (fn & 1) == 0) fn >>= 1, sn >>= 1;
        } else {
            node(sr, p[i], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(fr, old_root, 32) == 0 && memcmp(sr, root, 32) == 0;
}

/* ---- the signed head ---- */

/* name+hex+base64: the name's length, key id and public key. */
static int vkey_read(const char *vkey, size_t *name_n, uint8_t id[4], uint8_t pub[32]) {
    const char *plus = strchr(vkey, '+');
    uint8_t raw[33], sum[32];
    char hex[9];
    if (plus == NULL || plus == vkey || strlen(plus) < 10 || plus[9] != '+' || !unbase64(plus + 10, strlen(plus + 10), raw, 33) || raw[0] != 1) return 0;
    *name_n = (size_t)(plus - vkey);
    sha256(vkey, *name_n, "\n", 1, raw, 33, sum);
    snprintf(hex, sizeof hex, "%02x%02x%02x%02x", sum[0], sum[1], sum[2], sum[3]);
    memcpy(id, sum, 4);
    memcpy(pub, raw + 1, 32);
    return strncmp(hex, plus + 1, 8) == 0;
}

static int signed_by(const uint8_t pub[32], const char *text, size_t n, const uint8_t sig[64]) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, 32);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int good = key != NULL && md != NULL && EVP_DigestVerifyInit(md, NULL, NULL, NULL, key) == 1 && EVP_DigestVerify(md, sig, 64, (const unsigned char *)text, n) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    return good;
}

/* The text before the blank line that stands last; what follows are signatures. */
static const char *note_body(const char *note, size_t *out_n) {
    const char *last = NULL;
    for (const char *at = strstr(note, "\n\n"); at != NULL; at = strstr(at + 1, "\n\n")) last = at;
    if (last == NULL) return NULL;
    *out_n = (size_t)(last - note) + 1;
    return last + 2;
}

int keten_tree_note(const char *note, const char *vkey, int64_t *out_size, uint8_t out_root[32]) {
    uint8_t id[4], pub[32], sig[SIG_BYTES];
    size_t name_n = 0, body_n = 0;
    const char *line = note_body(note, &body_n);
    int good = 0;
    if (line == NULL || !vkey_read(vkey, &name_n, id, pub)) return 0;
    for (int i = 0; i < NOTE_LINES_MAX && *line != '\0'; i++) {
        const char *end = strchr(line, '\n');
        size_t n = end != NULL ? (size_t)(end - line) : strlen(line), head = 4 + name_n + 1; /* em dash (3 bytes), blank, name, blank */
        if (n > head && memcmp(line, "\xe2\x80\x94 ", 4) == 0 && memcmp(line + 4, vkey, name_n) == 0 && line[4 + name_n] == ' ' && unbase64(line + head, n - head, sig, SIG_BYTES) && memcmp(sig, id, 4) == 0)
            good = good || signed_by(pub, note, body_n, sig + 4);
        if (end == NULL) break;
        line = end + 1;
    }
    if (!good || strncmp(note, vkey, name_n) != 0 || note[name_n] != '\n') return 0;
    char *after = NULL;
    const char *number = note + name_n + 1;
    long long size = strtoll(number, &after, 10);
    if (after == number || *after != '\n' || size < 0) return 0;
    const char *root = after + 1, *root_end = strchr(root, '\n');
    *out_size = size;
    return root_end != NULL && unbase64(root, (size_t)(root_end - root), out_root, 32);
}

/* ---- a state as text ---- */

keten_result keten_state_write(const keten_state *s, char *out, size_t out_max) {
    int n = snprintf(out, out_max, "keten-feed 1\nsize %lld\nkey %s\n", (long long)s->size, s->vkey);
    if (n < 0 || (size_t)n >= out_max) return KETEN_INPUT;
    size_t at = (size_t)n;
    for (size_t i = 0; i < s->edge_n; i++) {
        if (out_max - at < 5 + 64 + 2) return KETEN_INPUT;
        memcpy(out + at, "edge ", 5);
        at += 5;
        for (int k = 0; k < 32; k++, at += 2) snprintf(out + at, 3, "%02x", s->edge[i][k]);
        out[at++] = '\n';
        out[at] = '\0';
    }
    return KETEN_OK;
}

static int hex_read(const char *p, uint8_t out[32]) {
    for (int i = 0; i < 64; i++) {
        int v = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' : p[i] >= 'a' && p[i] <= 'f' ? p[i] - 'a' + 10 : -1;
        if (v < 0) return 0;
        out[i / 2] = (uint8_t)(i % 2 == 0 ? v << 4 : out[i / 2] | v);
    }
    return p[64] == '\n';
}

keten_result keten_state_read(const char *text, keten_state *out) {
    static const char head[] = "keten-feed 1\nsize ";
    char *after = NULL;
    *out = (keten_state){ 0 };
    if (strncmp(text, head, sizeof head - 1) != 0) return KETEN_INPUT;
    out->size = strtoll(text + sizeof head - 1, &after, 10);
    if (out->size < 0 || strncmp(after, "\nkey ", 5) != 0) return KETEN_INPUT;
    const char *key = after + 5, *end = strchr(key, '\n');
    if (end == NULL || (size_t)(end - key) >= sizeof out->vkey) return KETEN_INPUT;
    memcpy(out->vkey, key, (size_t)(end - key));
    const char *line = end + 1;
    for (; strncmp(line, "edge ", 5) == 0; line += 5 + 65) {
        if (out->edge_n == KETEN_EDGE_MAX || !hex_read(line + 5, out->edge[out->edge_n])) return KETEN_INPUT;
        out->edge_n++;
    }
    size_t bits = 0;
    for (int64_t i = out->size; i > 0; i >>= 1) bits += (size_t)(i & 1);
    return *line == '\0' && bits == out->edge_n ? KETEN_OK : KETEN_INPUT;
}
