/* feed_ncii.c - the StopNCII JSON protocol, as the public client speaks it: FetchHashes.
 *
 * A page goes on behind a number of the list (in the token), so what changes while somebody pages comes later and is never missed;
 * each entry comes once, as it is now, at its last change. A checkpoint is a second that grows with each batch of changes: what is older
 * than it the client has. Facts of the protocol: docs/feed.md. The client's known fault, and what we do about it, stand there too.
 */
#include "core/feed/feed_api.h"

enum { PAGE_MAX = 1000, PAGE_USUAL = 800, FIRST_START = 10, TOKEN_SECONDS = 24 * 3600, SAME_MAX = 50, ROUNDS = 10 };

/* Behind which number, since when, up to where the list stood when this paging began, and when that was. */
typedef struct Cursor { int64_t start, after, began_size, began_s; bool fresh; } Cursor;

static Str token_write(Arena *a, const Cursor *k) {
    return str_fmt(a, "1-%lld-%lld-%lld-%lld", (long long)k->start, (long long)k->after, (long long)k->began_size, (long long)k->began_s);
}
static bool token_read(Str s, Cursor *out) {
    Str part[5];
    int64_t v[5] = { 0 };
    size_t n = 0;
    while (n < LEN(part) && s.n > 0 && str_split(&s, '-', &part[n])) n++;
    if (n != LEN(part) || s.n > 0) return false;
    for (size_t i = 0; i < n; i++)
        if (str_i64(part[i], 0, INT64_MAX / 2, &v[i]) != OK) return false;
    *out = (Cursor){ .start = v[1], .after = v[2], .began_size = v[3], .began_s = v[4] };
    return v[0] == 1;
}

/* False: the answer is written. */
static bool cursor_of(Ctx *c, const Request *req, Response *res, const Asker *who, const FeedHead *h, Cursor *out) {
    Str start = req_query(req, "startTimestamp"), token = req_query(req, "nextPageToken");
    int64_t now_s = c->now / 1000;
    *out = (Cursor){ .start = FIRST_START, .began_size = h->signed_size, .began_s = now_s };
    if (start.n > 0 && str_i64(start, 0, INT64_MAX / 2, &out->start) != OK) return api_refuse(res, 400, "bad_start", "startTimestamp is a whole number of seconds: 10 for everything, or the nextSetTimestamp of the last page you kept.") != OK;
    if (token.n > 0) {
        int64_t asked = out->start;
        bool good = token_read(token, out), stale = good && (out->began_s > now_s + TOKEN_SECONDS || now_s - out->began_s > TOKEN_SECONDS || out->after > h->signed_size || out->began_size > h->signed_size);
        if (!good || stale) return api_refuse(res, 400, "stale_token", "This nextPageToken is %s. Ask again without it, with startTimestamp=%lld; nothing will be missed.", good ? "too old" : "not one of ours", (long long)asked) != OK;
    } else {
        int64_t newest = h->signed_stamp + 1 > now_s ? h->signed_stamp + 1 : now_s;
        if (out->start > newest) return api_refuse(res, 409, "future_start", "startTimestamp lies after everything here (%lld): this list was set back, or the number is another list's. Start again with startTimestamp=10.", (long long)newest) != OK;
        Err e = feed_store_before(c->db, who->lane, out->start, &out->after);
        if (e != OK && e != E_MISSING) return api_refuse(res, 503, "not_now", "The record cannot be read now. Try again in a minute.") != OK;
        if (e == E_MISSING || out->after > h->signed_size) out->after = h->signed_size;
    }
    out->fresh = out->start <= FIRST_START;
    return true;
}

static const char *status_word(Str state) {
    if (str_eq(state, S("active"))) return "Active";
    return str_eq(state, S("withdrawn")) ? "Withdrawn" : "Deleted"; /* disputed: out of force until a person decides */
}
static const char *signal_word(Str signal) { return str_eq(signal, S("pdq")) ? "ImagePDQ" : "VideoMD5"; }

/* A change that this page shows: the entry's last, of a list and kind that the subscriber gets, and speakable in this protocol. */
static Err shown(Ctx *c, const Asker *who, const FeedHead *h, const Cursor *k, const BankChange *ch, bool *out) {
    int64_t last = 0;
    *out = false;
    if (!api_gets(&who->s, &ch->entry)) return OK;
    if (!str_eq(ch->entry.signal, S("pdq")) && !str_eq(ch->entry.signal, S("md5"))) return OK;
    TRY(feed_store_last_of(c->db, ch->entry.entry, h->signed_size, &last));
    if (last != ch->feed) return OK;
    /* Somebody who begins has nothing to take away, and the public client would keep what is withdrawn. */
    *out = !(k->fresh && !str_eq(ch->entry.state, S("active")) && ch->feed <= k->began_size);
    return OK;
}

static const char *feedback_word(Str value) {
    if (str_eq(value, S("matched"))) return "Blocked";
    if (str_eq(value, S("disputed"))) return "NotBlocked";
    if (str_eq(value, S("pending"))) return "PendingReview";
    return "Withdrawn";
}

/* What this subscriber said of it; what others said is theirs. */
static Err own_feedback(Ctx *c, const Asker *who, int64_t entry, Json *j) {
    Str value = STR_NONE;
    TRY(use_store_feedback(c->db, c->arena, who->s.id, entry, &value));
    json_key(j, S("CSPFeedbacks"));
    json_arr(j);
    if (value.n > 0) {
        json_obj(j);
        json_kv_str(j, "source", who->s.code);
        json_kv_str(j, "feedbackValue", str_c(feedback_word(value)));
        json_key(j, S("tags"));
        json_arr(j);
        json_end_arr(j);
        json_end_obj(j);
    }
    json_end_arr(j);
    return OK;
}

/* The same hash may have come from several sources: it is withdrawn when the last of them is. */
static Err record(Ctx *c, const Asker *who, const BankChange *ch, const BankEntry *e, int64_t stamp, Json *j) {
    SameHash same[SAME_MAX];
    size_t n = 0;
    bool self = false;
    Str whole = e->state;
    TRY(use_store_same(c->db, c->arena, who->lane, e->entry, who->s.lists, same, SAME_MAX, &n));
    for (size_t i = 0; i < n; i++) {
        self = self || same[i].entry == e->entry;
        if (str_eq(same[i].state, S("active"))) whole = same[i].state;
    }
    json_obj(j);
    json_kv_i64(j, "lastModtimestamp", stamp);
    json_kv_str(j, "signalType", str_c(signal_word(e->signal)));
    json_kv_str(j, "hashValue", bank_entry_hex(c->arena, e));
    json_kv_str(j, "hashStatus", str_c(status_word(whole)));
    json_key(j, S("caseNumbers"));
    json_obj(j);
    for (size_t i = 0; i < n; i++) {
        json_key(j, str_fmt(c->arena, "%lld", (long long)same[i].entry));
        json_str(j, str_c(status_word(same[i].state)));
    }
    if (!self) json_kv_str(j, str_z(c->arena, str_fmt(c->arena, "%lld", (long long)e->entry)), str_c(status_word(e->state)));
    json_end_obj(j);
    TRY(own_feedback(c, who, ch->entry.entry, j));
    json_end_obj(j);
    return OK;
}

/* Records from behind the cursor until the page is full or the list ends. */
typedef struct Page { BankChange *rows; size_t n; } Page;
static Err page_fill(Ctx *c, const Asker *who, const FeedHead *h, Cursor *k, size_t size, Page *out) {
    out->rows = ARENA_ARRAY(c->arena, BankChange, size + 1);
    out->n = 0;
    for (int round = 0; round < ROUNDS && out->n < size && k->after < h->signed_size; round++) {
        BankChange *ch = NULL;
        size_t n = 0;
        TRY(bank_feed(c, who->lane, k->after, PAGE_MAX, &ch, &n));
        if (n == 0) return E_OUTSIDE;
        for (size_t i = 0; i < n && out->n < size && k->after < h->signed_size; i++) {
            bool yes = false;
            TRY(shown(c, who, h, k, &ch[i], &yes));
            k->after = ch[i].feed;
            if (yes) out->rows[out->n++] = ch[i];
        }
    }
    return OK;
}

static Err page_write(Ctx *c, const Asker *who, const FeedHead *h, const Cursor *k, const Page *p, Response *res) {
    BankEntry *e = ARENA_ARRAY(c->arena, BankEntry, p->n + 1);
    int64_t count = 0, stamp = 0, next = k->start;
    bool more = k->after < h->signed_size;
    for (size_t i = 0; i < p->n; i++) e[i] = p->rows[i].entry;
    TRY(bank_entry_open(c, e, p->n));
    res_type(res, "application/json");
    Json j = json_to(&res->body, false);
    json_obj(&j);
    json_key(&j, S("hashRecords"));
    json_arr(&j);
    for (size_t i = 0; i < p->n; i++) {
        if (e[i].err == E_MISSING) continue; /* destroyed: whoever is up to date heard of it before */
        if (e[i].err != OK) return e[i].err;
        TRY(feed_store_stamp(c->db, who->lane, p->rows[i].feed, &stamp));
        TRY(record(c, who, &p->rows[i], &e[i], stamp, &j));
        count++;
    }
    json_end_arr(&j);
    if (more && k->after > 0) TRY(feed_store_stamp(c->db, who->lane, k->after, &next));
    else if (!more && h->signed_size > 0 && h->signed_stamp + 1 > next) next = h->signed_stamp + 1; /* every later change has a later second */
    json_kv_i64(&j, "count", count);
    json_kv_bool(&j, "hasMoreRecords", more);
    json_kv_str(&j, "nextPageToken", more ? token_write(c->arena, k) : S(""));
    json_kv_i64(&j, "nextSetTimestamp", next > k->start ? next : k->start);
    json_end_obj(&j);
    return OK;
}

Err ncii_fetch(Ctx *c, const Request *req, Response *res) {
    Asker who;
    FeedHead h;
    Cursor k;
    Page p;
    int64_t size = PAGE_USUAL;
    Str asked = req_query(req, "pageSize");
    if (!api_enter(c, req, res, SCOPE_FETCH, &who) || !api_lane(req, res, req_arg(req, "lane"), &who)) return OK;
    if (asked.n > 0 && str_i64(asked, 1, INT32_MAX, &size) != OK) return api_refuse(res, 400, "bad_page_size", "pageSize is a whole number from 1; a page has at most %d records.", PAGE_MAX);
    if (size > PAGE_MAX) size = PAGE_MAX;
    if (c->vault == NULL) return E_OUTSIDE;
    TRY(feed_head(c, who.lane, &h));
    if (!cursor_of(c, req, res, &who, &h, &k)) return OK;
    TRY(feed_reached(c, &who, "stopncii", k.after));
    TRY(page_fill(c, &who, &h, &k, (size_t)size, &p));
    return page_write(c, &who, &h, &k, &p, res);
}
