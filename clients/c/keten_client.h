/* SPDX-License-Identifier: EUPL-1.2
 * keten_client.h - a small client for a Keten server, in C: follow its list, ask its gate, say what became of a hash.
 *
 * Libraries: libcurl, jansson, libcrypto. One keten_client belongs to one thread; call curl_global_init before the first.
 * What is handed to a callback lives until it returns. Functions give KETEN_OK or why not; keten_error has it in words.
 *
 * Following (keten_follow): changes are numbered from 1 without a gap, each is a leaf of an RFC 6962 tree, and the head of the tree is
 * a signed note (c2sp.org/signed-note). A page is handed over only when it goes on where the last one ended and its head fits the signed
 * one (RFC 9162, 2.1.4). So a withdrawal cannot be left out unseen. How far one is stands in a keten_state, which the caller keeps
 * together with what it applied.
 */
#ifndef KETEN_CLIENT_H
#define KETEN_CLIENT_H
#include <stddef.h>
#include <stdint.h>

typedef enum keten_result {
    KETEN_OK = 0,
    KETEN_REFUSED,   /* the server said no: keten_status, keten_retry_after, keten_error */
    KETEN_UNREACHED, /* no answer came, or none that could be read */
    KETEN_BROKEN,    /* what came does not fit what was there before, or its signature: nothing of it was handed over */
    KETEN_STOPPED,   /* the callback said so */
    KETEN_INPUT      /* an argument is not of the form that is asked for */
} keten_result;

typedef struct keten_client keten_client;
/* base_url: "https://keten.example"; key: as the organisation gave it. NULL: no memory. */
keten_client *keten_open(const char *base_url, const char *key);
void keten_close(keten_client *c);                 /* accepts NULL */
const char *keten_error(const keten_client *c);    /* of the last call; never NULL */
long keten_status(const keten_client *c);          /* HTTP status of the last answer; 0: none */
long keten_retry_after(const keten_client *c);     /* seconds to wait, when the server said so; else 0 */

/* ---- following the list ---- */
enum { KETEN_EDGE_MAX = 63, KETEN_VKEY_MAX = 400 };
typedef struct keten_state {
    int64_t size;                                  /* changes one has */
    size_t edge_n;
    uint8_t edge[KETEN_EDGE_MAX][32];              /* right edge of the tree over them, largest subtree first */
    char vkey[KETEN_VKEY_MAX];                     /* the list's verifier key; empty: the first answer's is kept */
} keten_state;
typedef enum keten_what { KETEN_ADD, KETEN_SUSPEND, KETEN_WITHDRAW } keten_what;
typedef struct keten_change {
    int64_t n, entry;                              /* number of the change; number of the entry, which adds and withdrawals share */
    keten_what what;                               /* suspend: out of force until it is added again */
    const char *signal, *hash, *source, *at;       /* hash NULL: not told any more; take the entry away by its number */
} keten_change;
typedef int keten_on_change(void *arg, const keten_change *change);      /* not 0: stop */
/* After each page that was handed over whole: keep it now. Not 0: stop. */
typedef int keten_on_state(void *arg, const keten_state *state);
/* From *state to the present end. lane: "adult" (or "minor", the national body). */
keten_result keten_follow(keten_client *c, const char *lane, keten_state *state, keten_on_change *change, keten_on_state *kept, void *arg);
/* A state as text and back (one line each: size, vkey, edge). KETEN_INPUT: it is none, or out does not hold it. */
keten_result keten_state_write(const keten_state *state, char *out, size_t out_max);
keten_result keten_state_read(const char *text, keten_state *out);

/* ---- saying what became of a hash: "Blocked", "NotBlocked", "PendingReview", "Withdrawn" ---- */
keten_result keten_feedback(keten_client *c, const char *lane, const char *hash_hex, const char *value);

/* ---- the gate ---- */
typedef struct keten_answer {
    int known;
    char confidence[16];                           /* exact, high, medium */
    char list[64], asks[16];                       /* of the nearest match */
    int distance;
} keten_answer;
/* type: "pdq", "sha256", "md5"; each hash in hexadecimal digits. answers has n places. */
keten_result keten_gate(keten_client *c, const char *type, const char *const *hashes, size_t n, keten_answer *answers);
#endif
