/* list_fetch.c - job "bank.fetch": a list is read over HTTP, as a whole or from where the last good run ended; job "bank.drop": what an
 * ended list brought is withdrawn. */
#include "core/bank/bank_in.h"
#include "core/bank/list.h"
#include "foundation/net/net.h"

enum { PAGE_SIZE = 800, SECONDS = 60, TEXT_BYTES = 128 << 20, PAGE_BYTES = 32 << 20, PAGE_ARENA = 1 << 30, DROP_AT_ONCE = 1000, DROP_ROUNDS = 64, AGAIN_H = 1 };

/* What one run came to: rows to be taken, or why not. held: where the rows of the protocol lie, apart from the pages that they came in. */
typedef struct Run { ListHash *rows; size_t n, cap; Arena *held; ListCount count; int64_t checkpoint; const char *wrong; } Run;

/* In memory of their own, of which the smaller is given back when they move to a larger. */
static void row_add(Run *run, const ListHash *h) {
    if (run->n == run->cap) {
        size_t cap = run->cap == 0 ? 1024 : 2 * run->cap;
        Arena *larger = arena_new(cap * sizeof *h + 64);
        ListHash *rows = ARENA_ARRAY(larger, ListHash, cap);
        if (run->n > 0) memcpy(rows, run->rows, run->n * sizeof *rows);
        arena_free(run->held);
        run->held = larger;
        run->rows = rows;
        run->cap = cap;
    }
    run->rows[run->n++] = *h;
}

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

typedef struct Asking { Str base; int64_t start; Str token; char token_kept[LIST_TOKEN_MAX]; NciiRun seen; bool more; } Asking;

/* One page. It lies in c->arena; of it the rows are kept, and where to go on. */
static Err read_page(Ctx *c, const ListRow *l, Asking *k, Run *run) {
    Str body = STR_NONE;
    NciiPage p;
    Str headers[2] = { str_fmt(c->arena, "x-functions-key: " STR_FMT, STR_ARG(l->key)), str_fmt(c->arena, "Ocp-Apim-Subscription-Key: " STR_FMT, STR_ARG(l->key2.n > 0 ? l->key2 : l->key)) };
    Str url = str_fmt(c->arena, STR_FMT "/FetchHashes?startTimestamp=%lld&pageSize=%d%s" STR_FMT, STR_ARG(k->base), (long long)k->start, PAGE_SIZE, k->token.n > 0 ? "&nextPageToken=" : "", STR_ARG(escaped(c->arena, k->token)));
    NetAsk ask = { .url = url, .bytes_max = PAGE_BYTES, .seconds_max = SECONDS, .redirects_max = 0, .headers = headers, .headers_n = l->key.n > 0 ? 2 : 0 };
    TRY(get(c, &ask, &body, &run->wrong));
    if (run->wrong != NULL || ncii_page(c->arena, body, &p, &run->wrong) != OK) return OK;
    run->wrong = ncii_judge(&k->seen, k->token, &p);
    if (run->wrong != NULL) return OK;
    run->count.refused += p.refused;
    for (size_t i = 0; i < p.n; i++) row_add(run, &p.rows[i]);
    must(p.token.n <= sizeof k->token_kept);
    if (p.token.n > 0) memcpy(k->token_kept, p.token.p, p.token.n);
    k->token = (Str){ k->token_kept, p.token.n };
    run->checkpoint = k->seen.last_set;
    k->more = p.more;
    if (p.more && run->n >= LIST_RUN_ROWS) run->wrong = "too_large";
    return OK;
}

/* Page after page until the end. Each lies in memory of its own while it is read: a list of a million comes in more than a thousand. */
static Err read_ncii(Ctx *c, const ListRow *l, Run *run) {
    Asking k = { .base = str_ends(l->url, S("/")) ? str_sub(l->url, 0, l->url.n - 1) : l->url, .start = l->checkpoint > 0 ? l->checkpoint : 10, .more = true,
        .seen = { .seen = ARENA_ARRAY(c->arena, uint64_t, 2 * NCII_PAGES + 2), .start = l->checkpoint } };
    Arena *life = c->arena, *page = arena_new(PAGE_ARENA);
    Err e = OK;
    c->arena = page;
    for (int i = 0; i < NCII_PAGES && e == OK && k.more && run->wrong == NULL; i++) {
        e = read_page(c, l, &k, run);
        arena_reset(page);
    }
    c->arena = life;
    arena_free(page);
    return e;
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
    Err e = str_eq(l.kind, S("text")) ? read_text(c, &l, &run) : read_ncii(c, &l, &run);
    ListCount none = { .rows = 0 };
    if (e == OK && run.wrong == NULL) e = list_take(c, &l, run.rows, run.n, &run.count);
    arena_free(run.held);
    TRY(e);
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
