/* sums.c - digests by OpenSSL. For files the algorithms are fetched once: asking for them by name costs more than a small file. For a
 * node of the tree, 65 bytes, that lookup would cost four times the hashing, and a place to keep it would be global state: there the
 * plain functions are used, which OpenSSL 3 has kept and only warns about. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/seal/seal.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

void seal_sha256(Str bytes, uint8_t out[32]) {
    SHA256_CTX c;
    must(SHA256_Init(&c) == 1 && (bytes.n == 0 || SHA256_Update(&c, bytes.p, bytes.n) == 1) && SHA256_Final(out, &c) == 1);
}

void seal_sha512(Str bytes, uint8_t out[64]) {
    SHA512_CTX c;
    must(SHA512_Init(&c) == 1 && (bytes.n == 0 || SHA512_Update(&c, bytes.p, bytes.n) == 1) && SHA512_Final(out, &c) == 1);
}

struct SealSums { EVP_MD *md256, *md512; EVP_MD_CTX *c256, *c512; };

SealSums *seal_sums_new(void) {
    SealSums *s = OPENSSL_zalloc(sizeof *s);
    must(s != NULL);
    *s = (SealSums){ EVP_MD_fetch(NULL, "SHA2-256", NULL), EVP_MD_fetch(NULL, "SHA2-512", NULL), EVP_MD_CTX_new(), EVP_MD_CTX_new() };
    must(s->md256 != NULL && s->md512 != NULL && s->c256 != NULL && s->c512 != NULL);
    return s;
}

void seal_sums_start(SealSums *s) { must(EVP_DigestInit_ex2(s->c256, s->md256, NULL) == 1 && EVP_DigestInit_ex2(s->c512, s->md512, NULL) == 1); }

void seal_sums_put(SealSums *s, Str piece) {
    if (piece.n > 0) must(EVP_DigestUpdate(s->c256, piece.p, piece.n) == 1 && EVP_DigestUpdate(s->c512, piece.p, piece.n) == 1);
}

void seal_sums_end(SealSums *s, uint8_t out256[32], uint8_t out512[64]) {
    unsigned n = 0, wide = 0;
    must(EVP_DigestFinal_ex(s->c256, out256, &n) == 1 && n == 32 && EVP_DigestFinal_ex(s->c512, out512, &wide) == 1 && wide == 64);
}

void seal_sums_free(SealSums *s) {
    if (s == NULL) return;
    EVP_MD_CTX_free(s->c256);
    EVP_MD_CTX_free(s->c512);
    EVP_MD_free(s->md256);
    EVP_MD_free(s->md512);
    OPENSSL_free(s);
}
