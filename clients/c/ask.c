/* SPDX-License-Identifier: EUPL-1.2
 * ask.c - the smallest example: are these hashes looked for?   ask URL KEY TYPE HASH...
 * Prints a line for each: "unknown", or "known CONFIDENCE LIST ASKS DISTANCE". With TYPE a feedback word (Blocked, NotBlocked,
 * PendingReview, Withdrawn) it says of each hash what became of it instead. */
#include "keten_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASHES_MAX = 1000 };

static int ask_gate(keten_client *c, const char *type, const char *const *hashes, size_t n) {
    keten_answer *a = calloc(n, sizeof *a);
    keten_result r = a != NULL ? keten_gate(c, type, hashes, n, a) : KETEN_UNREACHED;
    for (size_t i = 0; i < n && r == KETEN_OK; i++) {
        if (a[i].known) printf("known %s %s %s %d\n", a[i].confidence, a[i].list, a[i].asks[0] != '\0' ? a[i].asks : "-", a[i].distance);
        else puts("unknown");
    }
    free(a);
    return r == KETEN_OK ? 0 : 1;
}

static int tell(keten_client *c, const char *value, const char *const *hashes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (keten_feedback(c, "adult", hashes[i], value) != KETEN_OK) return 1;
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5 || argc > 4 + HASHES_MAX || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fprintf(stderr, "usage: ask URL KEY pdq|sha256|md5|Blocked|NotBlocked|PendingReview|Withdrawn HASH...\n");
        return 2;
    }
    keten_client *c = keten_open(argv[1], argv[2]);
    if (c == NULL) return 3;
    int word = argv[3][0] >= 'A' && argv[3][0] <= 'Z';
    const char *const *hashes = (const char *const *)(argv + 4);
    int code = word ? tell(c, argv[3], hashes, (size_t)argc - 4) : ask_gate(c, argv[3], hashes, (size_t)argc - 4);
    if (code != 0) fprintf(stderr, "ask: %s\n", keten_error(c));
    keten_close(c);
    curl_global_cleanup();
    return code;
}
