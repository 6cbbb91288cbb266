/* SPDX-License-Identifier: EUPL-1.2
 * keten_client.c - asking a Keten server, and reading its answers. What is checked of the list stands in keten_tree.c. */
#include "keten_client.h"
#include "keten_tree.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 64 << 20, URL_MAX = 2000, PAGE = 1000, GATE_MAX = 1000 };

struct keten_client {
    CURL *curl;
    char base[1024], auth[300], error[512];
    long status, retry_after;
    char *body;
    size_t body_n, body_cap;
};

keten_client *keten_open(const char *base_url, const char *key) {
    keten_client *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    c->curl = curl_easy_init();
    size_t n = strlen(base_url);
    while (n > 0 && base_url[n - 1] == '/') n--;
    if (c->curl == NULL || n >= sizeof c->base || strlen(key) > 200) {
        keten_close(c);
        return NULL;
    }
    memcpy(c->base, base_url, n);
    snprintf(c->auth, sizeof c->auth, "Authorization: Bearer %s", key);
    return c;
}

void keten_close(keten_client *c) {
    if (c == NULL) return;
    curl_easy_cleanup(c->curl);
    free(c->body);
    free(c);
}

const char *keten_error(const keten_client *c) { return c->error; }
long keten_status(const keten_client *c) { return c->status; }
long keten_retry_after(const keten_client *c) { return c->retry_after; }

static keten_result fail(keten_client *c, keten_result r, const char *why) {
    snprintf(c->error, sizeof c->error, "%s", why);
    return r;
}

static size_t take(char *p, size_t size, size_t n, void *arg) {
    keten_client *c = arg;
    size_t add = size * n;
    if (add > BODY_MAX - c->body_n) return 0;
    if (c->body_n + add + 1 > c->body_cap) {
        size_t cap = 2 * (c->body_n + add + 1);
        char *more = realloc(c->body, cap);
        if (more == NULL) return 0;
        c->body = more;
        c->body_cap = cap;
    }
    memcpy(c->body + c->body_n, p, add);
    c->body_n += add;
    return add;
}

static keten_result refused(keten_client *c, const json_t *said) {
    curl_off_t wait = 0;
    const char *word = json_string_value(json_object_get(said, "error")), *say = json_string_value(json_object_get(said, "say"));
    if (curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK) c->retry_after = (long)wait;
    snprintf(c->error, sizeof c->error, "%ld %s: %s", c->status, word != NULL ? word : "refused", say != NULL ? say : "the server gave no reason");
    return KETEN_REFUSED;
}

/* One question. *out is the caller's to json_decref, also with KETEN_REFUSED (then NULL). */
static keten_result ask(keten_client *c, const char *path, const char *body, json_t **out) {
    char url[URL_MAX];
    json_error_t where;
    *out = NULL;
    c->status = c->retry_after = 0;
    c->body_n = 0;
    c->error[0] = '\0';
    if (snprintf(url, sizeof url, "%s%s", c->base, path) >= (int)sizeof url) return fail(c, KETEN_INPUT, "the address is too long");
    struct curl_slist *head = curl_slist_append(NULL, c->auth);
    if (body != NULL && head != NULL) {
        struct curl_slist *more = curl_slist_append(head, "Content-Type: application/json");
        if (more == NULL) curl_slist_free_all(head);
        head = more;
    }
    if (head == NULL) return fail(c, KETEN_UNREACHED, "no memory");
    curl_easy_setopt(c->curl, CURLOPT_URL, url);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (body != NULL) curl_easy_setopt(c->curl, CURLOPT_COPYPOSTFIELDS, body);
    else curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
    CURLcode rc = curl_easy_perform(c->curl);
    curl_slist_free_all(head);
    if (rc != CURLE_OK) return fail(c, KETEN_UNREACHED, curl_easy_strerror(rc));
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
    json_t *got = json_loadb(c->body != NULL ? c->body : "", c->body_n, JSON_REJECT_DUPLICATES, &where);
    if (c->status != 200) {
        keten_result r = refused(c, got);
        json_decref(got);
        return r;
    }
    if (got == NULL) return fail(c, KETEN_UNREACHED, "the answer is not JSON");
    *out = got;
    return KETEN_OK;
}

static int lane_ok(const char *lane) { return strcmp(lane, "adult") == 0 || strcmp(lane, "minor") == 0; }

/* ---- following ---- */

static keten_result first_key(keten_client *c, const char *lane, keten_state *s) {
    char path[64];
    json_t *got = NULL;
    snprintf(path, sizeof path, "/api/v1/feed?lane=%s", lane);
    keten_result r = ask(c, path, NULL, &got);
    if (r != KETEN_OK) return r;
    const char *vkey = json_string_value(json_object_get(got, "key"));
    if (vkey == NULL || strlen(vkey) >= sizeof s->vkey) r = fail(c, KETEN_UNREACHED, "the server names no key for its list");
    else memcpy(s->vkey, vkey, strlen(vkey) + 1);
    json_decref(got);
    return r;
}

/* Reads one change into *out; *line is what the strings point into. The leaf hash goes into leaf. */
static keten_result change_read(keten_client *c, const json_t *v, int64_t n, keten_change *out, json_t **line, uint8_t leaf[32]) {
    const char *text = json_string_value(json_object_get(v, "line")), *hash64 = json_string_value(json_object_get(v, "leaf"));
    *line = NULL;
    *out = (keten_change){ .n = n, .entry = -1 };
    if (text != NULL) {
        *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        if (*line == NULL) return fail(c, KETEN_BROKEN, "a change cannot be read");
        keten_tree_leaf(text, json_string_length(json_object_get(v, "line")), leaf);
        if (json_integer_value(json_object_get(*line, "n")) != n) return fail(c, KETEN_BROKEN, "the numbers of the changes have a gap");
        v = *line;
    } else if (hash64 == NULL || !keten_tree_unhex64(hash64, leaf)) {
        return fail(c, KETEN_BROKEN, "a change is neither a line nor a leaf");
    }
    const char *what = json_string_value(json_object_get(v, "what"));
    if (json_is_integer(json_object_get(v, "entry"))) out->entry = json_integer_value(json_object_get(v, "entry"));
    out->what = what != NULL && strcmp(what, "add") == 0 ? KETEN_ADD : what != NULL && strcmp(what, "suspend") == 0 ? KETEN_SUSPEND : KETEN_WITHDRAW;
    out->signal = json_string_value(json_object_get(v, "signal"));
    out->hash = json_string_value(json_object_get(v, "hash"));
    out->source = json_string_value(json_object_get(v, "source"));
    out->at = json_string_value(json_object_get(v, "at"));
    return KETEN_OK;
}

typedef struct page { json_t *got; const json_t *changes; keten_state after; int64_t size; } page;

/* The whole page is checked before any of it is handed over. */
static keten_result page_check(keten_client *c, const keten_state *s, page *p) {
    uint8_t root[32], have[32], leaf[32];
    const char *note = json_string_value(json_object_get(p->got, "checkpoint"));
    p->changes = json_object_get(p->got, "changes");
    p->after = *s;
    if (note == NULL || !json_is_array(p->changes)) return fail(c, KETEN_UNREACHED, "the answer is not a page of changes");
    if (!keten_tree_note(note, s->vkey, &p->size, root)) return fail(c, KETEN_BROKEN, "the head of the list is not signed by the key of this list");
    if (p->size < s->size) return fail(c, KETEN_BROKEN, "the list went back: it has fewer changes than it had");
    for (size_t i = 0; i < json_array_size(p->changes); i++) {
        keten_change ch;
        json_t *line = NULL;
        keten_result r = change_read(c, json_array_get(p->changes, i), p->after.size + 1, &ch, &line, leaf);
        json_decref(line);
        if (r != KETEN_OK) return r;
        if (!keten_tree_add(&p->after, leaf)) return fail(c, KETEN_BROKEN, "the list is too long");
    }
    keten_tree_root(&p->after, have);
    if (!keten_tree_consistent(p->after.size, have, p->size, root, json_object_get(p->got, "proof"))) return fail(c, KETEN_BROKEN, "the changes do not fit the signed head: something was left out or changed");
    return KETEN_OK;
}

static keten_result page_hand(keten_client *c, const keten_state *s, const page *p, keten_on_change *change, void *arg) {
    for (size_t i = 0; i < json_array_size(p->changes); i++) {
        keten_change ch;
        json_t *line = NULL;
        uint8_t leaf[32];
        keten_result r = change_read(c, json_array_get(p->changes, i), s->size + 1 + (int64_t)i, &ch, &line, leaf);
        int stop = r == KETEN_OK && ch.entry >= 0 && change(arg, &ch) != 0;
        json_decref(line);
        if (r != KETEN_OK || stop) return stop ? fail(c, KETEN_STOPPED, "stopped") : r;
    }
    return KETEN_OK;
}

keten_result keten_follow(keten_client *c, const char *lane, keten_state *s, keten_on_change *change, keten_on_state *kept, void *arg) {
    char path[128];
    int again = 1; /* once more at the end, so that the server knows that the last page was kept */
    if (!lane_ok(lane)) return fail(c, KETEN_INPUT, "lane is adult or minor");
    if (s->vkey[0] == '\0') {
        keten_result r = first_key(c, lane, s);
        if (r != KETEN_OK) return r;
    }
    for (;;) {
        page p = { 0 };
        snprintf(path, sizeof path, "/api/v1/feed/changes?lane=%s&limit=%d&after=%lld", lane, PAGE, (long long)s->size);
        keten_result r = ask(c, path, NULL, &p.got);
        if (r != KETEN_OK) return r;
        r = page_check(c, s, &p);
        if (r == KETEN_OK) r = page_hand(c, s, &p, change, arg);
        json_decref(p.got);
        if (r != KETEN_OK) return r;
        int moved = p.after.size > s->size;
        *s = p.after;
        if (moved && kept(arg, s) != 0) return fail(c, KETEN_STOPPED, "stopped");
        if (!moved && s->size < p.size) return fail(c, KETEN_UNREACHED, "the server gives no more, and says that there is more");
        if (s->size < p.size) continue;
        if (!moved || again-- == 0) return KETEN_OK;
    }
}

/* ---- feedback ---- */

keten_result keten_feedback(keten_client *c, const char *lane, const char *hash_hex, const char *value) {
    char path[64];
    json_t *got = NULL, *body = json_pack("{s:i,s:[{s:s,s:s,s:[]}]}", "count", 1, "hashFeedbacks", "hashValue", hash_hex, "feedbackValue", value, "tags");
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    keten_result r = KETEN_INPUT;
    snprintf(path, sizeof path, "/api/stopncii/%.8s/SubmitFeedback", lane);
    if (text == NULL || !lane_ok(lane)) r = fail(c, KETEN_INPUT, "lane is adult or minor; hash and value are text");
    else r = ask(c, path, text, &got);
    free(text);
    json_decref(body);
    json_decref(got);
    return r;
}

/* ---- the gate ---- */

static void copy(char *out, size_t max, const json_t *v) { snprintf(out, max, "%s", json_is_string(v) ? json_string_value(v) : ""); }

static void answer_read(const json_t *v, keten_answer *out) {
    const json_t *first = json_array_get(json_object_get(v, "matches"), 0);
    *out = (keten_answer){ .known = json_is_true(json_object_get(v, "known")) };
    copy(out->confidence, sizeof out->confidence, json_object_get(v, "confidence"));
    copy(out->list, sizeof out->list, json_object_get(first, "list"));
    copy(out->asks, sizeof out->asks, json_object_get(first, "asks"));
    out->distance = (int)json_integer_value(json_object_get(first, "distance"));
}

keten_result keten_gate(keten_client *c, const char *type, const char *const *hashes, size_t n, keten_answer *answers) {
    json_t *list = json_array(), *body = NULL, *got = NULL;
    char *text = NULL;
    keten_result r = KETEN_INPUT;
    if (n == 0 || n > GATE_MAX) {
        json_decref(list);
        return fail(c, KETEN_INPUT, "1 to 1000 hashes at once");
    }
    for (size_t i = 0; i < n; i++) json_array_append_new(list, json_pack("{s:s,s:s}", "type", type, "hash", hashes[i]));
    body = json_pack("{s:o}", "hashes", list);
    text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    r = text != NULL ? ask(c, "/api/v1/gate", text, &got) : fail(c, KETEN_INPUT, "type and hashes are text");
    if (r == KETEN_OK) {
        const json_t *results = json_object_get(got, "results");
        if (json_array_size(results) != n) r = fail(c, KETEN_UNREACHED, "the answer is not one for each hash");
        for (size_t i = 0; i < n && r == KETEN_OK; i++) answer_read(json_array_get(results, i), &answers[i]);
    }
    free(text);
    json_decref(body);
    json_decref(got);
    return r;
}
