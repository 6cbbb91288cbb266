/* list_fetch.c - job "bank.fetch": a list is read over HTTP, as a whole or from where the last good run ended; job "bank.drop": what an
 * ended list brought is withdrawn. */
#include "core/bank/bank_in.h"
#include "core/bank/list.h"
#include "foundation/net/net.h"

enum { PAGE_SIZE = 800, SECONDS = 60, TEXT_BYTES = 128 << 20, PAGE_BYTES = 32 << 20, DROP_AT_ONCE = 1000, DROP_ROUNDS = 64, AGAIN_H = 1 };

/* What one run came to: rows to be taken, or why not. */
typedef struct Run { ListHash *rows; size_t n, cap; ListCount count; int64_t checkpoint; const char *wrong; bool more; } Run;

static Err get(Ctx *c, const NetAsk *ask, Str *out_body, const char **out_wrong) {
    NetGot got = { .hops_n = 0 };
    TRY(net_get(c->net, c->arena, ask, &got));
    const NetHop *h = got.hops_n > 0 ? &got.hops[got.hops_n - 1] : NULL;
    if (got.error.n > 0 || h == NULL || h->status == 0) *out_wrong = "unreachable";
    else if (h->status == 401 || h->status == 403) *out_wrong = "key_refused";
    else if (h->status != 200) *out_wrong = "answered_error";
    else if (h->cut) *out_wrong = "too_large";
    else *out_body = h->body.p != NULL ? h->body : S("");
    return OK;
}

static Err read_text(Ctx *c, const ListRow *l, Run *run) {
    Str body = STR_NONE, first = STR_NONE;
    Str header[1] = { str_fmt(c->arena, "Authorization: Bearer " STR_FMT, STR_ARG(l->key)) };
    NetAsk ask = { .url = l->url, .bytes_max = TEXT_BYTES, .seconds_max = SECONDS, .redirects_max = -1, .headers = header, .headers_n = l->key.n > 0 };
    TRY(get(c, &ask, &body, &run->wrong));
    if (run->wrong != NULL) return OK;
    Err err = list_text(c, l, body, LIST_RUN_ROWS, &run->rows, &run->n, &run->count, &first);
    if (err == E_CONFLICT) run->wrong = "mixed";
    else if (err == E_LIMIT) run->wrong = "too_large";
    else if (err == OK && run->n == 0 && run->count.refused > 0) run->wrong = "not_understood";
    return err == E_CONFLICT || err == E_LIMIT ? OK : err;
}

static Str escaped(Arena *a, Str s) {
    Buf b = buf_new(3 * s.n + 1);
    for (size_t i = 0; i < s.n; i++) buf_printf(&b, "%%%02X", (unsigned)(uint8_t)s.p[i]);
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* Page after page until the end, or until it is enough for one run: then the checkpoint is that of the last whole set. */
static Err read_ncii(Ctx *c, const ListRow *l, Run *run) {
    NciiRun seen = { .seen = ARENA_ARRAY(c->arena, uint64_t, 2 * NCII_PAGES + 2), .start = l->checkpoint };
    Str token = STR_NONE, base = str_ends(l->url, S("/")) ? str_sub(l->url, 0, l->url.n - 1) : l->url;
    Str headers[2] = { str_fmt(c->arena, "x-functions-key: " STR_FMT, STR_ARG(l->key)), str_fmt(c->arena, "Ocp-Apim-Subscription-Key: " STR_FMT, STR_ARG(l->key2.n > 0 ? l->key2 : l->key)) };
    int64_t start = l->checkpoint > 0 ? l->checkpoint : 10;
    for (int i = 0; i < NCII_PAGES && run->wrong == NULL; i++) {
        Str body = STR_NONE;
        NciiPage p;
        Str url = str_fmt(c->arena, STR_FMT "/FetchHashes?startTimestamp=%lld&pageSize=%d%s" STR_FMT, STR_ARG(base), (long long)start, PAGE_SIZE, token.n > 0 ? "&nextPageToken=" : "", STR_ARG(escaped(c->arena, token)));
        NetAsk ask = { .url = url, .bytes_max = PAGE_BYTES, .seconds_max = SECONDS, .redirects_max = 0, .headers = headers, .headers_n = l->key.n > 0 ? 2 : 0 };
        TRY(get(c, &ask, &body, &run->wrong));
        if (run->wrong != NULL || ncii_page(c->arena, body, &p, &run->wrong) != OK) break;
        run->wrong = ncii_judge(&seen, token, &p);
        if (run->wrong != NULL) break;
        run->count.refused += p.refused;
        for (size_t k = 0; k < p.n; k++) {
            run->rows = ARENA_ROOM(c->arena, run->rows, run->n, &run->cap);
            run->rows[run->n++] = p.rows[k];
        }
        token = p.token;
        run->checkpoint = seen.last_set;
        if (!p.more) return OK;
        if (run->n >= LIST_RUN_ROWS) run->wrong = "too_large";
    }
    return OK;
}

Err bank_fetch_run(Ctx *c, Id list, UnixMs due, UnixMs *out_again) {
    ListRow l;
    Run run = { .wrong = NULL };
    UnixMs again = 0;
    TRY(list_by_id(c, list, &l));
    if (l.ended != 0 || str_eq(l.kind, S("file"))) return OK;
    if (c->net == NULL || c->bank == NULL) return E_OUTSIDE;
    TRY(list_open(c, &l));
    TRY(bank_follow_run(c, l.org, due, &again)); /* so that what is known is known */
    if (again != 0) return *out_again = c->now, OK;
    run.checkpoint = l.checkpoint;
    TRY(str_eq(l.kind, S("text")) ? read_text(c, &l, &run) : read_ncii(c, &l, &run));
    ListCount none = { .rows = 0 };
    if (run.wrong == NULL) TRY(list_take(c, &l, run.rows, run.n, &run.count));
    TRY(journal_one(c, list_read_act(c, &l, run.wrong == NULL ? S("ok") : str_c(run.wrong), run.wrong == NULL ? run.checkpoint : l.checkpoint, run.wrong == NULL ? &run.count : &none)));
    *out_again = c->now + (run.wrong == NULL ? l.every_h : AGAIN_H) * 3600000LL;
    return OK;
}

/* However many there are: a thousand an act list, and others have their turn in between. */
Err bank_drop_run(Ctx *c, Id list, UnixMs due, UnixMs *out_again) {
    static const char *const states[] = { "active", "quarantine", "disputed" };
    ListRow l;
    (void)due;
    TRY(list_by_id(c, list, &l));
    Arena *life = c->arena, *part = arena_new(256 << 20);
    Err err = OK;
    size_t rounds = 0;
    for (size_t s = 0; s < LEN(states) && err == OK; s++) {
        size_t n = DROP_AT_ONCE;
        while (n == DROP_AT_ONCE && err == OK && rounds < DROP_ROUNDS) {
            BankEntry *e = NULL;
            arena_reset(part);
            c->arena = part;
            err = bank_list(c, l.org, str_c(states[s]), l.code, 0, DROP_AT_ONCE, &e, &n);
            Act **acts = ARENA_ARRAY(part, Act *, DROP_AT_ONCE);
            for (size_t i = 0; err == OK && i < n; i++) acts[i] = bank_withdraw(c, &e[i], S("source"));
            if (err == OK) err = journal_commit(c, acts, n);
            rounds++;
        }
    }
    c->arena = life;
    arena_free(part);
    if (err == OK && rounds >= DROP_ROUNDS) *out_again = c->now;
    return err;
}
