/* list_ncii.c - answers of another server by the StopNCII JSON protocol: read, and judged against what the run has seen. */
#include "core/bank/list.h"
#include "foundation/base/json.h"

enum { PAGE_ROWS_MAX = 20000, PAGE_BYTES = 32 << 20 };

static int digit(char ch) { return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1; }

bool bank_hex(Str hex, size_t bytes, uint8_t out[32]) {
    uint8_t h[32] = { 0 };
    if (bytes > sizeof h || hex.n != 2 * bytes) return false;
    for (size_t i = 0; i < hex.n; i++) {
        int d = digit(hex.p[i]);
        if (d < 0) return false;
        h[i / 2] = (uint8_t)(h[i / 2] << 4 | d);
    }
    memcpy(out, h, sizeof h);
    return true;
}

/* Videos by TMK, texts and addresses are of no kind that is kept here: counted as refused. */
static bool record(const JVal *v, ListHash *out) {
    Str type = jstr(v, "signalType"), status = jstr(v, "hashStatus");
    bool pdq = str_eq(type, S("ImagePDQ")), md5 = str_eq(type, S("VideoMD5"));
    ListHash h = { .signal = pdq ? S("pdq") : S("md5"), .front = S("unknown"), .quality = BANK_QUALITY_NONE, .at = jint(v, "lastModtimestamp", 0) };
    bool known = str_eq(status, S("Received")) || str_eq(status, S("Active"));
    h.gone = str_eq(status, S("Withdrawn")) || str_eq(status, S("Deleted"));
    if ((!pdq && !md5) || (!known && !h.gone) || h.at < 0) return false;
    if (!bank_hex(jstr(v, "hashValue"), pdq ? 32 : 16, h.hash)) return false;
    *out = h;
    return true;
}

Err ncii_page(Arena *a, Str json, NciiPage *out, const char **out_why) {
    const JVal *top = NULL;
    NciiPage p = { .n = 0 };
    *out_why = "not_understood";
    TRY(json_read(a, json, PAGE_BYTES, &top, NULL, NULL) == OK ? OK : E_INPUT);
    const JVal *rows = jget(top, "hashRecords"), *more = jget(top, "hasMoreRecords");
    if (rows == NULL || rows->type != J_ARR || more == NULL || more->type != J_BOOL || rows->n > PAGE_ROWS_MAX) return E_INPUT;
    if (jint(top, "count", (int64_t)rows->n) != (int64_t)rows->n) return E_INPUT;
    p.rows = ARENA_ARRAY(a, ListHash, rows->n + 1);
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->vals[i].type == J_OBJ && record(&rows->vals[i], &p.rows[p.n])) p.n++;
        else p.refused++;
    }
    p.token = jstr(top, "nextPageToken");
    p.more = more->i != 0;
    p.next_set = jint(top, "nextSetTimestamp", 0);
    if ((p.more && p.token.n == 0) || p.token.n > LIST_TOKEN_MAX || p.next_set < 0) return E_INPUT;
    *out = p;
    return OK;
}

static uint64_t mixed(uint64_t h, Str s) {
    for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001B3);
    return h ^ h >> 29;
}
static bool seen_before(NciiRun *r, uint64_t mark) {
    for (size_t i = 0; i < r->n; i++)
        if (r->seen[i] == mark) return true;
    r->seen[r->n++] = mark;
    return false;
}

/* seen: two marks a page, room for 2 * NCII_PAGES + 2. */
const char *ncii_judge(NciiRun *r, Str asked_token, const NciiPage *p) {
    uint64_t token = mixed(UINT64_C(0xCBF29CE484222325), p->token), body = UINT64_C(0x9E3779B97F4A7C15);
    if (r->n + 2 > 2 * NCII_PAGES) return "too_large";
    if (p->more && str_eq(p->token, asked_token)) return "loops";
    if (p->more && seen_before(r, token)) return "loops";
    for (size_t i = 0; i < p->n; i++) {
        body = mixed(body, str_bytes(p->rows[i].hash, 32)) + (uint64_t)p->rows[i].at * 31 + p->rows[i].gone;
        if (p->rows[i].at != 0 && p->rows[i].at < r->start) return "backwards"; /* older than what was asked for */
    }
    if (p->n > 0 && seen_before(r, body)) return "repeats";
    r->empty = p->n + (size_t)p->refused == 0 ? r->empty + 1 : 0;
    if (r->empty > NCII_EMPTY && p->more) return "repeats"; /* nothing, over and over, and there is said to be more */
    if (p->next_set != 0 && (p->next_set < r->start || p->next_set < r->last_set)) return "backwards";
    if (p->next_set > r->last_set) r->last_set = p->next_set;
    return NULL;
}
