/* load.c - pages under many readers: signs in as the demo's case worker, then asks for the queue, for cases, and for a static file (the
 * floor) with N connections at once. usage: bench_load URL DEMO_PASSWORD READERS SECONDS [NAME]
 * Prints for each: requests a second, median and 99th percentile in milliseconds, and the ratio to the floor of this run. */
#include "bench/bench.h"
#include "programs/demo/demo.h"

#include <curl/curl.h>

enum { SAMPLES_MAX = 400000, CASES_MAX = 50 };

typedef struct Kind { const char *name; Str *paths; size_t n; double median, p99, rate; int bad; } Kind;

static size_t swallow(char *p, size_t size, size_t n, void *arg) {
    (void)p, (void)arg;
    return size * n;
}

typedef struct Reader { CURL *curl; struct curl_slist *head; char address[64]; } Reader;

static void ask(CURLM *multi, Reader *r, Str base, const Kind *k, const char *cookie, unsigned turn) {
    char url[400];
    snprintf(url, sizeof url, STR_FMT STR_FMT, STR_ARG(base), STR_ARG(k->paths[turn % k->n]));
    snprintf(r->address, sizeof r->address, "X-Forwarded-For: 10.%u.%u.%u", turn / 65536 % 200 + 1, turn / 256 % 256, turn % 250 + 1); /* as if everybody came from elsewhere */
    curl_slist_free_all(r->head);
    r->head = curl_slist_append(NULL, r->address);
    curl_easy_setopt(r->curl, CURLOPT_URL, url);
    curl_easy_setopt(r->curl, CURLOPT_COOKIE, cookie);
    curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, r->head);
    curl_easy_setopt(r->curl, CURLOPT_WRITEFUNCTION, swallow);
    must(curl_multi_add_handle(multi, r->curl) == CURLM_OK);
}

static void run(Kind *k, Str base, const char *cookie, int readers, double seconds, double *samples) {
    CURLM *multi = curl_multi_init();
    Reader *r = calloc((size_t)readers, sizeof *r);
    size_t n = 0;
    unsigned turn = 0;
    int alive = 0;
    must(r != NULL);
    for (int i = 0; i < readers; i++) {
        r[i].curl = curl_easy_init();
        curl_easy_setopt(r[i].curl, CURLOPT_PRIVATE, &r[i]);
        ask(multi, &r[i], base, k, cookie, turn++);
    }
    double began = bench_now();
    do {
        CURLMsg *m = NULL;
        int left = 0;
        curl_multi_perform(multi, &alive);
        while ((m = curl_multi_info_read(multi, &left)) != NULL) {
            Reader *one = NULL;
            double took = 0;
            long status = 0;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)(void *)&one);
            curl_easy_getinfo(m->easy_handle, CURLINFO_TOTAL_TIME, &took);
            curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
            k->bad += status != 200;
            if (n < SAMPLES_MAX) samples[n++] = took * 1000;
            curl_multi_remove_handle(multi, m->easy_handle);
            ask(multi, one, base, k, cookie, turn++);
        }
        curl_multi_poll(multi, NULL, 0, 20, NULL);
    } while (bench_now() - began < seconds);
    k->rate = (double)n / (bench_now() - began);
    k->median = bench_at(samples, n, 0.5);
    k->p99 = bench_at(samples, n, 0.99);
    for (int i = 0; i < readers; i++) {
        curl_multi_remove_handle(multi, r[i].curl);
        curl_easy_cleanup(r[i].curl);
        curl_slist_free_all(r[i].head);
    }
    free(r);
    curl_multi_cleanup(multi);
}

/* Signs in, and reads the cookie and some cases off the queue. */
static const char *sign_in(Arena *a, Str base, Str password, Str *cases, size_t *out_n) {
    Browser *b = browser_new(a, base, S("nl"));
    must(browser_get(b, S("/signin")) == OK && SEND(b, S("/signin"), { "login", S("wanda") }, { "password", password }) == OK && browser_get(b, S("/desk")) == OK && browser_status(b) == 200);
    Str body = browser_body(b);
    size_t at = 0;
    *out_n = 0;
    while (*out_n < CASES_MAX && str_find(body, S("href=\"/case/"), &at)) {
        body = str_sub(body, at + 6, body.n);
        if (body.n > 38) cases[(*out_n)++] = str_dup(a, str_sub(body, 0, 38));
    }
    const char *cookie = browser_cookies(b);
    browser_free(b);
    return cookie;
}

int main(int argc, char **argv) {
    Arena *a = arena_new(256 << 20);
    Str cases[CASES_MAX], queue[] = { S("/desk") }, floor[] = { S("/robots.txt") };
    size_t n = 0;
    must(argc >= 5);
    sys_start();
    int readers = number(argv[3]);
    double seconds = number(argv[4]), *samples = malloc(SAMPLES_MAX * sizeof *samples);
    const char *name = argc > 5 ? argv[5] : "", *cookie = sign_in(a, str_c(argv[1]), str_c(argv[2]), cases, &n);
    must(samples != NULL && n > 0);
    Kind kinds[] = { { .name = "smallest page (floor)", .paths = floor, .n = 1 }, { .name = "queue", .paths = queue, .n = 1 }, { .name = "case", .paths = cases, .n = n } };
    for (size_t i = 0; i < LEN(kinds); i++) {
        run(&kinds[i], str_c(argv[1]), cookie, readers, seconds, samples);
        printf("%-22s %-8s %2d readers: %6.0f a second, median %6.2f ms, p99 %6.2f ms, p99 ratio to the floor %.1f%s\n", kinds[i].name, name, readers, kinds[i].rate, kinds[i].median, kinds[i].p99, kinds[i].p99 / kinds[0].p99,
            kinds[i].bad > 0 ? "  (not all answered 200!)" : "");
    }
    free(samples);
    arena_free(a);
    return kinds[1].bad + kinds[2].bad > 0;
}
