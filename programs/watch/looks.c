/* looks.c - hosts in a table, hosts whose turn comes in a heap by time, looks under way by their number. */
#include "programs/watch/looks.h"
#include "foundation/base/enc.h"
#include "foundation/net/net_wire.h"
#include "foundation/sys/sys.h"

enum { LOOK_ARENA_MAX = 64 << 20, TABLE_MIN = 1024, HOSTS_KEPT = 100000, WAIT_MS = 1000 };

typedef struct Wait { struct Wait *next; void *who; int slot; /* -1: not begun; otherwise its second request waits */ } Wait;
typedef struct Host {
    struct Host *next;               /* in its row of the table */
    Wait *first, *last;
    size_t waiting, all;             /* all: with those under way */
    int under_way;
    int64_t next_ms;
    struct Heap *in;
    size_t at;                       /* in that heap, from 1; 0: in none */
    uint64_t hash;
    size_t n;
    char name[];
} Host;
typedef struct Heap { Host **v; size_t n, max; } Heap; /* from 1 */
enum { HALF_DONE, NOT_BEGUN, HEAPS };
typedef enum Part { PART_PAGE, PART_BESIDE, PART_HOME } Part;
typedef struct Slot { bool used; Part part; Host *host; Looked look; int64_t began; } Slot;
struct Looks {
    LooksHow how;
    NetMany *net;
    Media *media;
    Host **row;
    size_t rows, hosts, waiting;
    Heap heap[HEAPS];
    Slot slot[NET_MANY_MAX];
    int slots_used;
    Looked ready[NET_MANY_MAX];
    size_t ready_from, ready_n;
};

/* ---- two heaps of hosts by when they may be asked again: those where a look is half done, which needs no further place, and the others ---- */
static void place(Heap *p, size_t at, Host *h) {
    p->v[at] = h;
    h->at = at;
}
static void sift(Heap *p, size_t at) {
    Host *h = p->v[at];
    while (at > 1 && p->v[at / 2]->next_ms > h->next_ms) {
        place(p, at, p->v[at / 2]);
        at /= 2;
    }
    for (size_t child = at * 2; child <= p->n; child = at * 2) {
        if (child < p->n && p->v[child + 1]->next_ms < p->v[child]->next_ms) child++;
        if (p->v[child]->next_ms >= h->next_ms) break;
        place(p, at, p->v[child]);
        at = child;
    }
    place(p, at, h);
}
static void heap_leave(Host *h) {
    Heap *p = h->in;
    size_t at = h->at;
    if (at == 0) return;
    Host *last = p->v[p->n--];
    h->at = 0;
    if (last == h) return;
    place(p, at, last);
    sift(p, at);
}
/* Where it belongs now, if it may be asked at all. */
static void heap_enter(Looks *l, Host *h) {
    heap_leave(h);
    if (h->waiting == 0 || h->under_way >= l->how.host_at_once) return;
    Heap *p = &l->heap[h->first->slot >= 0 ? HALF_DONE : NOT_BEGUN];
    if (p->n + 1 >= p->max) {
        p->max = p->max == 0 ? TABLE_MIN : p->max * 2;
        p->v = reallocarray(p->v, p->max, sizeof(Host *));
        must(p->v != NULL);
    }
    h->in = p;
    place(p, ++p->n, h);
    sift(p, p->n);
}

/* ---- hosts ---- */
static uint64_t hash_of(Str s) {
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

static Host *find(const Looks *l, Str name, uint64_t hash) {
    if (l->rows == 0) return NULL;
    for (Host *h = l->row[hash & (l->rows - 1)]; h != NULL; h = h->next)
        if (h->hash == hash && h->n == name.n && memcmp(h->name, name.p, name.n) == 0) return h;
    return NULL;
}

/* Hosts that nobody waits for, and that have had their pause, are forgotten; the rest go into a table twice as large when that is needed. */
static void rehash(Looks *l) {
    size_t rows = l->rows == 0 ? TABLE_MIN : l->hosts * 2 > l->rows ? l->rows * 2 : l->rows;
    Host **row = calloc(rows, sizeof(Host *));
    int64_t now = sys_mono_ms();
    must(row != NULL);
    l->hosts = 0;
    for (size_t i = 0; i < l->rows; i++)
        for (Host *h = l->row[i], *next = NULL; h != NULL; h = next) {
            next = h->next;
            if (h->all == 0 && h->next_ms <= now) {
                free(h);
                continue;
            }
            h->next = row[h->hash & (rows - 1)];
            row[h->hash & (rows - 1)] = h;
            l->hosts++;
        }
    free(l->row);
    l->row = row;
    l->rows = rows;
}

static Host *host_of(Looks *l, Str name) {
    uint64_t hash = hash_of(name);
    Host *h = find(l, name, hash);
    if (h != NULL) return h;
    if (l->hosts >= l->rows || l->hosts >= HOSTS_KEPT) rehash(l);
    h = calloc(1, sizeof *h + name.n);
    must(h != NULL);
    h->hash = hash;
    h->n = name.n;
    if (name.n > 0) memcpy(h->name, name.p, name.n);
    h->next = l->row[hash & (l->rows - 1)];
    l->row[hash & (l->rows - 1)] = h;
    l->hosts++;
    return h;
}

static void wait_put(Host *h, Wait *w, bool first) {
    if (first) w->next = h->first;
    else if (h->last != NULL) h->last->next = w;
    if (first || h->first == NULL) h->first = w;
    if (!first || h->last == NULL) h->last = w;
    h->waiting++;
}

static Wait *wait_take(Host *h) {
    Wait *w = h->first;
    h->first = w->next;
    if (h->first == NULL) h->last = NULL;
    h->waiting--;
    return w;
}

/* ---- one look ---- */
static void hand_back(Looks *l, Slot *s, Err err) {
    s->look.err = err;
    s->look.ms = sys_mono_ms() - s->began;
    s->host->all--;
    l->waiting--;
    must(l->ready_n < LEN(l->ready));
    l->ready[(l->ready_from + l->ready_n++) % LEN(l->ready)] = s->look;
    s->used = false;
    l->slots_used--;
}

static void request_over(Looks *l, Host *h) {
    h->under_way--;
    heap_enter(l, h);
}

static Err ask(Looks *l, int slot, Str url) {
    NetAsk q = watch_ask(url, l->slot[slot].look.want.place, l->how.seconds);
    Host *h = l->slot[slot].host;
    TRY(net_many_ask(l->net, (uint32_t)slot, &q));
    h->under_way++;
    h->next_ms = sys_mono_ms() + l->how.host_pause_ms;
    return OK;
}

static Str made_up(Looks *l, Slot *s) {
    uint8_t raw[WATCH_RANDOM];
    l->how.random(l->how.random_ctx, raw, sizeof raw);
    return watch_sibling_url(s->look.a, s->look.want.url, hex_enc(s->look.a, str_bytes(raw, sizeof raw)));
}

/* What it refers to stands in the look itself. */
static void settle(Looked *k) {
    k->seen.before = k->want.has_before ? &k->want.before : NULL;
    k->seen.sibling = k->beside.status != 0 ? &k->beside : NULL;
    k->seen.home = k->home.status != 0 ? &k->home : NULL;
}

static void judge(Looks *l, Slot *s) {
    settle(&s->look);
    s->look.verdict = watch_verdict(&s->look.seen.now, s->look.seen.before, s->look.seen.sibling, s->look.seen.home);
    hand_back(l, s, OK);
}

/* The page, or what is asked to judge it: a made-up address beside it, the front page. */
static void begin(Looks *l, Host *h, Wait *w) {
    int at = w->slot;
    Err err = OK;
    Str url = STR_NONE;
    if (at < 0) {
        for (at = 0; l->slot[at].used; at++) continue;
        Slot *s = &l->slot[at];
        *s = (Slot){ .used = true, .host = h, .began = sys_mono_ms(), .look = { .who = w->who, .a = arena_new(LOOK_ARENA_MAX), .seen = { .vantage = WATCH_HERE } } };
        l->slots_used++;
        err = l->how.prepare(l->how.ctx, w->who, s->look.a, &s->look.want);
        url = s->look.want.url;
        if (s->look.want.place.n > 0) s->look.seen.vantage = s->look.want.place;
    } else {
        Slot *s = &l->slot[at];
        url = s->part == PART_BESIDE ? made_up(l, s) : watch_home_url(s->look.a, s->look.want.url);
    }
    free(w);
    if (err == OK && url.n == 0) judge(l, &l->slot[at]); /* there is no such address: judged without */
    else if (err == OK) err = ask(l, at, url);
    if (err != OK) hand_back(l, &l->slot[at], err);
}

static void ask_more(Slot *s, int slot, Part part) {
    Wait *w = calloc(1, sizeof *w);
    must(w != NULL);
    s->part = part;
    w->slot = slot;
    wait_put(s->host, w, true); /* before those that have not begun: a look that is half done holds memory */
}

static void answered(Looks *l, int slot, const NetGot *got) {
    Slot *s = &l->slot[slot];
    Looked *k = &s->look;
    WatchFacts *const into[] = { [PART_PAGE] = &k->seen.now, [PART_BESIDE] = &k->beside, [PART_HOME] = &k->home };
    Str url = s->part != PART_PAGE && got->hops_n > 0 ? got->hops[0].url : k->want.url;
    if (s->part == PART_PAGE) k->seen.got = *got;
    Err err = watch_facts_of(l->media, k->a, url, got, into[s->part]);
    settle(k);
    if (err != OK) hand_back(l, s, err);
    else if (s->part == PART_PAGE && watch_needs_sibling(&k->seen.now, k->seen.before)) ask_more(s, slot, PART_BESIDE);
    else if (s->part == PART_BESIDE && watch_needs_home(&k->seen.now, k->seen.before, k->seen.sibling)) ask_more(s, slot, PART_HOME);
    else judge(l, s);
    request_over(l, s->host);
}

/* ---- from outside ---- */
Looks *looks_new(const LooksHow *how, NetMany *net, Media *media) {
    Looks *l = calloc(1, sizeof *l);
    must(l != NULL && how->at_once > 0 && how->at_once <= NET_MANY_MAX && how->host_at_once > 0);
    *l = (Looks){ .how = *how, .net = net, .media = media };
    rehash(l);
    return l;
}

void looks_free(Looks *l) {
    Looked k;
    if (l == NULL) return;
    while (looks_next(l, &k)) arena_free(k.a);
    for (size_t i = 0; i < LEN(l->slot); i++)
        if (l->slot[i].used) arena_free(l->slot[i].look.a);
    for (size_t i = 0; i < l->rows; i++)
        for (Host *h = l->row[i], *next = NULL; h != NULL; h = next) {
            next = h->next;
            while (h->first != NULL) free(wait_take(h));
            free(h);
        }
    free(l->row);
    for (size_t i = 0; i < HEAPS; i++) free(l->heap[i].v);
    free(l);
}

Err looks_add(Looks *l, Str host, void *who) {
    if (l->waiting >= LOOKS_WAITING_MAX) return E_LIMIT;
    Host *h = host_of(l, host);
    Wait *w = calloc(1, sizeof *w);
    must(w != NULL);
    *w = (Wait){ .who = who, .slot = -1 };
    wait_put(h, w, false);
    h->all++;
    l->waiting++;
    heap_enter(l, h);
    return OK;
}

size_t looks_waiting(const Looks *l) { return l->waiting; }
size_t looks_of_host(const Looks *l, Str host) {
    const Host *h = find(l, host, hash_of(host));
    return h != NULL ? h->all : 0;
}

/* How long until something may begin. */
static int64_t begin_due(Looks *l, Heap *p) {
    int64_t now = sys_mono_ms();
    while (p->n > 0 && p->v[1]->next_ms <= now) {
        if (p == &l->heap[NOT_BEGUN] && (l->slots_used >= l->how.at_once || (size_t)l->slots_used + l->ready_n >= NET_MANY_MAX)) return WAIT_MS; /* when a place is free, somebody answered */
        Host *h = p->v[1];
        heap_leave(h);
        begin(l, h, wait_take(h));
        heap_enter(l, h);
    }
    return p->n > 0 ? p->v[1]->next_ms - now : WAIT_MS;
}

Err looks_turn(Looks *l, int wait_ms) {
    uint32_t id = 0;
    NetGot got;
    int64_t wait = wait_ms;
    for (size_t i = 0; i < HEAPS; i++) {
        int64_t until = begin_due(l, &l->heap[i]);
        if (until < wait) wait = until;
    }
    TRY(net_many_turn(l->net, l->ready_n > 0 || wait < 0 ? 0 : (int)wait));
    while (net_many_ready(l->net, &id)) {
        if (id >= NET_MANY_MAX || !l->slot[id].used) return E_OUTSIDE;
        if (net_many_next(l->net, l->slot[id].look.a, &id, &got) != OK) return E_OUTSIDE;
        answered(l, (int)id, &got);
    }
    return OK;
}

bool looks_next(Looks *l, Looked *out) {
    if (l->ready_n == 0) return false;
    *out = l->ready[l->ready_from];
    l->ready_from = (l->ready_from + 1) % LEN(l->ready);
    l->ready_n--;
    settle(out);
    return true;
}
