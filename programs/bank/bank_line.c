/* bank_line.c - the words and bytes of a bank's record. */
#include "foundation/base/enc.h"
#include "foundation/base/wire.h"
#include "programs/bank/bank_in.h"

static const char *const signals[SIGNALS] = { "", "pdq", "sha256", "md5", "url" };
static const char *const lanes[LANES_N] = { "", "adult", "minor" };
static const char *const states[STATES] = { "", "quarantine", "active", "removed", "disputed" };
static const char *const fronts[FRONTS] = { "full", "512", "unknown" };

const char *bank_signal_name(BankSignal s) { return must((size_t)s < SIGNALS), signals[s]; }
const char *bank_lane_name(BankLane l) { return must((size_t)l < LANES_N), lanes[l]; }
const char *bank_state_name(BankState s) { return must((size_t)s < STATES), states[s]; }
const char *bank_front_name(BankFront f) { return must((size_t)f < FRONTS), fronts[f]; }

static Err one_of(Str s, const char *const *names, int from, int n, int *out) {
    for (int i = from; i < n; i++) {
        if (!str_eq(s, str_c(names[i]))) continue;
        *out = i;
        return OK;
    }
    return E_INPUT;
}
Err bank_signal_parse(Str s, BankSignal *out) {
    int i = 0;
    TRY(one_of(s, signals, 1, SIGNALS, &i));
    *out = (BankSignal)i;
    return OK;
}
Err bank_lane_parse(Str s, BankLane *out) {
    int i = 0;
    TRY(one_of(s, lanes, 1, LANES_N, &i));
    *out = (BankLane)i;
    return OK;
}
Err bank_front_parse(Str s, BankFront *out) {
    int i = 0;
    TRY(one_of(s, fronts, 0, FRONTS, &i));
    *out = (BankFront)i;
    return OK;
}

Pdq bank_pdq(const uint8_t hash[32]) {
    Pdq h = { { 0 } };
    for (int i = 0; i < 32; i++) h.q[3 - i / 8] |= (uint64_t)hash[i] << (56 - i % 8 * 8);
    return h;
}
void bank_bytes(const Pdq *h, uint8_t out[32]) {
    for (int i = 0; i < 32; i++) out[i] = (uint8_t)(h->q[3 - i / 8] >> (56 - i % 8 * 8));
}

static size_t hash_len(BankSignal s) { return s == SIGNAL_MD5 ? 16 : 32; }

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

Err bank_hash_parse(BankSignal signal, Str hex, uint8_t out[32]) {
    uint8_t h[32] = { 0 };
    if (hex.n != 2 * hash_len(signal)) return E_INPUT;
    for (size_t i = 0; i < hex.n; i++) {
        int d = digit(hex.p[i]);
        if (d < 0) return E_INPUT;
        h[i / 2] = (uint8_t)(h[i / 2] << 4 | d);
    }
    memcpy(out, h, sizeof h);
    return OK;
}
Str bank_hash_hex(Arena *a, BankSignal signal, const uint8_t hash[32]) { return hex_enc(a, str_bytes(hash, hash_len(signal))); }

const char *bank_refusal(const BankLine *l) {
    static const uint8_t none[32] = { 0 };
    Str source = str_c(l->source);
    if (l->signal == SIGNAL_PDQ && l->quality < PDQ_QUALITY_MIN) return "its quality is below 50: such a hash matches what it should not";
    if (l->signal == SIGNAL_PDQ && memcmp(l->hash, none, 32) == 0) return "it is the hash of nothing: too small a picture, or an even one";
    if (source.n == 0 || !str_utf8_ok(source)) return "it has no source";
    for (size_t i = 0; i < source.n; i++)
        if ((unsigned char)source.p[i] < 0x20) return "its source has control characters";
    if ((l->quality > 100 && l->quality != BANK_QUALITY_UNKNOWN) || l->signal == SIGNAL_NONE || l->lane == LANE_NONE) return "it is not whole";
    if (l->consent_until != 0 && l->consent_until <= l->at) return "its consent has ended already";
    return NULL;
}

/* ---- bytes: big end first; the last eight say that the rest is whole and what stood before ---- */

static uint64_t mix(const uint8_t *p, size_t n, uint64_t sum) {
    for (size_t i = 0; i < n; i += 8) {
        uint64_t w = 0;
        memcpy(&w, p + i, 8);
        if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) w = __builtin_bswap64(w);
        sum = (sum ^ w) * UINT64_C(0xD6E8FEB86659FD93);
        sum ^= sum >> 32;
    }
    return sum;
}
static void be(uint8_t *p, uint64_t v, int n) {
    for (int i = n - 1; i >= 0; i--, v >>= 8) p[i] = (uint8_t)v;
}
static uint64_t of_be(const uint8_t *p, int n) {
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v = v << 8 | p[i];
    return v;
}

enum { AT_KIND, AT_SIGNAL, AT_LANE, AT_FRONT, AT_QUALITY, AT_ENTRY = 8, AT_WHEN = 12, AT_UNTIL = 20, AT_HASH = 28, AT_SOURCE = 60, AT_REF = 108, AT_SUM = 120 };

void line_put(const BankLine *l, uint64_t before, uint8_t out[LINE_BYTES]) {
    memset(out, 0, LINE_BYTES);
    out[AT_KIND] = (uint8_t)l->kind;
    out[AT_SIGNAL] = (uint8_t)l->signal;
    out[AT_LANE] = (uint8_t)l->lane;
    out[AT_FRONT] = (uint8_t)l->front;
    out[AT_QUALITY] = l->quality;
    be(out + AT_ENTRY, l->entry, 4);
    be(out + AT_WHEN, (uint64_t)l->at, 8);
    be(out + AT_UNTIL, (uint64_t)l->consent_until, 8);
    memcpy(out + AT_HASH, l->hash, 32);
    memcpy(out + AT_SOURCE, l->source, strnlen(l->source, BANK_SOURCE_MAX));
    be(out + AT_REF, l->ref, 8);
    be(out + AT_SUM, mix(out, AT_SUM, before), 8);
}

uint64_t line_sum(const uint8_t in[LINE_BYTES]) { return of_be(in + AT_SUM, 8); }

Err line_read(const uint8_t in[LINE_BYTES], uint64_t before, BankLine *out) {
    if (mix(in, AT_SUM, before) != line_sum(in)) return E_INPUT;
    if (in[AT_KIND] == BANK_NONE || in[AT_KIND] >= BANK_KINDS || in[AT_SIGNAL] >= SIGNALS || in[AT_LANE] >= LANES_N || in[AT_FRONT] >= FRONTS) return E_INPUT;
    BankLine l = { .kind = (BankKind)in[AT_KIND], .signal = (BankSignal)in[AT_SIGNAL], .lane = (BankLane)in[AT_LANE], .front = (BankFront)in[AT_FRONT], .quality = in[AT_QUALITY],
        .entry = (uint32_t)of_be(in + AT_ENTRY, 4), .at = (UnixMs)of_be(in + AT_WHEN, 8), .consent_until = (UnixMs)of_be(in + AT_UNTIL, 8), .ref = of_be(in + AT_REF, 8) };
    memcpy(l.hash, in + AT_HASH, 32);
    memcpy(l.source, in + AT_SOURCE, BANK_SOURCE_MAX);
    *out = l;
    return OK;
}

void head_put(uint64_t committed, uint8_t out[LINE_BYTES]) {
    memset(out, 0, LINE_BYTES);
    be(out, HEAD_MAGIC, 4);
    be(out + 4, RECORD_VERSION, 4);
    be(out + 8, committed, 8);
    be(out + AT_SUM, mix(out, AT_SUM, HEAD_MAGIC), 8);
}

Err head_read(const uint8_t in[LINE_BYTES], uint64_t *out_committed, const char **out_why) {
    if (of_be(in, 4) != HEAD_MAGIC) *out_why = "it is no record of a bank";
    else if (of_be(in + 4, 4) != RECORD_VERSION) *out_why = "it is of another version";
    else if (mix(in, AT_SUM, HEAD_MAGIC) != line_sum(in)) *out_why = "its head is damaged";
    else {
        *out_committed = of_be(in + 8, 8);
        return OK;
    }
    return E_INPUT;
}
