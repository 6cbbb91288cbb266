/* SPDX-License-Identifier: EUPL-1.2
 * follow.c - the client's example, and what `keten feed follow` runs: prints what came since the last time, one change a line.
 *
 *   keten-feed URL KEYFILE STATEFILE [adult|minor [VKEY]]
 *
 *   add 12 pdq f8f8...9b22 report 2026-03-02T09:00:00Z
 *   withdraw 12 pdq f8f8...9b22 report 2026-04-01T10:00:00Z     (a hash that is not told any more is a hyphen: take entry 12 away)
 *
 * What was printed is kept in STATEFILE page by page, so whoever reads the lines applies them before the next is asked for. Exit codes:
 * 0 up to date, 1 the list cannot be believed (a gap, a fork, going back, a wrong signature: nothing of that page was printed),
 * 2 wrong use, 3 the server or this machine failed; try again.
 */
#include "keten_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 8192, PATH_LEN = 4096 };

static int text_read(const char *path, char *out, size_t max) {
    FILE *f = fopen(path, "re");
    if (f == NULL) return errno == ENOENT ? -1 : -2;
    size_t n = fread(out, 1, max - 1, f);
    int bad = ferror(f) || n == max - 1;
    fclose(f);
    out[n] = '\0';
    return bad ? -2 : (int)n;
}

/* The old content or the new, whatever happens. */
static int text_write(const char *path, const char *text) {
    char beside[PATH_LEN];
    size_t n = strlen(text);
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside) return -1;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    int good = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    return good && rename(beside, path) == 0 ? 0 : -1;
}

static int print_change(void *arg, const keten_change *ch) {
    static const char *const words[] = { "add", "suspend", "withdraw" };
    (void)arg;
    printf("%s %lld %s %s %s %s\n", words[ch->what], (long long)ch->entry, ch->signal != NULL ? ch->signal : "-", ch->hash != NULL && ch->hash[0] != '\0' ? ch->hash : "-", ch->source != NULL ? ch->source : "-", ch->at != NULL ? ch->at : "-");
    return 0;
}

static int keep_state(void *arg, const keten_state *s) {
    char text[TEXT_MAX];
    if (fflush(stdout) != 0) return 1; /* what was not handed over does not count as had */
    return keten_state_write(s, text, sizeof text) == KETEN_OK ? text_write(arg, text) : 1;
}

static int say(const char *what, const char *why) {
    fprintf(stderr, "keten-feed: %s%s%s\n", what, why[0] != '\0' ? ": " : "", why);
    return 3;
}

static int run(const char *url, const char *key, char *state_path, const char *lane, const char *vkey) {
    char text[TEXT_MAX];
    keten_state s = { 0 };
    int n = text_read(state_path, text, sizeof text);
    if (n == -2) return say("the state cannot be read", state_path);
    if (n >= 0 && keten_state_read(text, &s) != KETEN_OK) return say("the state is damaged: move it away and begin anew", state_path);
    if (vkey != NULL && s.vkey[0] != '\0' && strcmp(vkey, s.vkey) != 0) return say("the state was kept under another key than the one given", s.vkey), 1;
    if (vkey != NULL && strlen(vkey) < sizeof s.vkey) memcpy(s.vkey, vkey, strlen(vkey) + 1);
    int first = s.vkey[0] == '\0';
    keten_client *c = keten_open(url, key);
    if (c == NULL) return say("no memory, or the address is too long", "");
    keten_result r = keten_follow(c, lane, &s, print_change, keep_state, state_path);
    if (first && r == KETEN_OK) fprintf(stderr, "keten-feed: the list is signed by %s; every later answer has to be, too\n", s.vkey);
    int code = r == KETEN_OK ? 0 : r == KETEN_BROKEN || (r == KETEN_REFUSED && keten_status(c) == 409) ? 1 : 3;
    if (r != KETEN_OK) (void)say(code == 1 ? "REFUSED" : "not up to date", keten_error(c));
    if (keten_retry_after(c) > 0) fprintf(stderr, "keten-feed: try again in %ld seconds\n", keten_retry_after(c));
    keten_close(c);
    return code;
}

int main(int argc, char **argv) {
    char key[TEXT_MAX];
    if (argc < 4 || argc > 6) {
        fprintf(stderr, "usage: keten-feed URL KEYFILE STATEFILE [adult|minor [VKEY]]\n");
        return 2;
    }
    int n = text_read(argv[2], key, sizeof key);
    if (n < 0) return say("the key cannot be read", argv[2]);
    while (n > 0 && (key[n - 1] == '\n' || key[n - 1] == '\r' || key[n - 1] == ' ')) key[--n] = '\0';
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return say("libcurl cannot be started", "");
    int code = run(argv[1], key, argv[3], argc > 4 ? argv[4] : "adult", argc > 5 ? argv[5] : NULL);
    curl_global_cleanup();
    return code;
}
