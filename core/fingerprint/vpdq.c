/* vpdq.c - see vpdq.h. */
#include "core/fingerprint/vpdq.h"

uint32_t vpdq_step(double seconds_per_hash, double frames_per_second) {
    double step = seconds_per_hash * frames_per_second;
    if (!(step >= 1.0)) return 1; /* also when it is no number */
    return step >= 4294967295.0 ? UINT32_MAX : (uint32_t)step;
}

void vpdq_put(Buf *b, const VpdqFrame *f) {
    char hex[PDQ_HEX + 1];
    pdq_hex(&f->hash, hex);
    buf_printf(b, "%u,%d,%s,%u.%03u\n", f->frame, f->quality, hex, f->ms / 1000, f->ms % 1000);
}

/* "12.5", "12", "1.23e+02": thousandths, rounded down. The last is how python-threatexchange writes what is longer than 100 seconds. */
static Err seconds(Str s, uint32_t *out_ms) {
    Str exponent = STR_NONE, fraction = STR_NONE;
    size_t at = 0;
    int64_t e = 0, digits = 0;
    int places = 0, n = 0;
    if (str_chr(s, 'e', &at) || str_chr(s, 'E', &at)) {
        exponent = str_sub(s, at + 1, s.n);
        s = str_sub(s, 0, at);
        if (exponent.n > 1 && exponent.p[0] == '+') exponent = str_sub(exponent, 1, exponent.n);
        if (str_i64(exponent, -9, 9, &e) != OK) return E_INPUT;
    }
    if (str_chr(s, '.', &at)) {
        fraction = str_sub(s, at + 1, s.n);
        s = str_sub(s, 0, at);
    }
    if (s.n + fraction.n == 0 || s.n > 9 || fraction.n > 9) return E_INPUT;
    for (size_t i = 0; i < s.n + fraction.n; i++, n++) {
        char c = i < s.n ? s.p[i] : fraction.p[i - s.n];
        if (c < '0' || c > '9') return E_INPUT;
        digits = digits * 10 + (c - '0');
        places += i >= s.n;
    }
    for (int64_t up = e + 3 - places; up > 0 && digits <= UINT32_MAX; up--) digits *= 10;
    for (int64_t down = places - 3 - e; down > 0; down--) digits /= 10;
    if (digits > UINT32_MAX) return E_LIMIT;
    *out_ms = (uint32_t)digits;
    return OK;
}

Err vpdq_read(Str line, VpdqFrame *out) {
    Str rest = line, part[4] = { STR_NONE, STR_NONE, STR_NONE, STR_NONE };
    VpdqFrame f = { .frame = 0 };
    int64_t frame = 0, quality = 0;
    for (int i = 0; i < 4; i++)
        if (!str_split(&rest, ',', &part[i])) return E_INPUT;
    TRY(str_i64(str_trim(part[0]), 0, UINT32_MAX, &frame));
    TRY(str_i64(str_trim(part[1]), 0, 100, &quality));
    TRY(pdq_parse(str_trim(part[2]), &f.hash));
    TRY(seconds(str_trim(part[3]), &f.ms));
    f.frame = (uint32_t)frame;
    f.quality = (uint8_t)quality;
    *out = f;
    return OK;
}

Err vpdq_read_all(Str text, VpdqFrame *frames, size_t max, size_t *out_n, size_t *out_line) {
    Str line = STR_NONE;
    size_t n = 0;
    *out_line = 0;
    while (str_split(&text, '\n', &line)) {
        ++*out_line;
        line = str_trim(line);
        if (line.n == 0) continue;
        if (n == max) return E_LIMIT;
        if (vpdq_read(line, &frames[n]) != OK) return E_INPUT;
        n++;
    }
    *out_n = n;
    return OK;
}

static size_t matched(const VpdqFrame *a, size_t an, const VpdqFrame *b, size_t bn, int quality_min, int distance, size_t *out_all) {
    size_t n = 0;
    *out_all = 0;
    for (size_t i = 0; i < an; i++) {
        if (a[i].quality < quality_min) continue;
        ++*out_all;
        for (size_t k = 0; k < bn; k++) {
            if (b[k].quality < quality_min || pdq_distance(&a[i].hash, &b[k].hash) > distance) continue;
            n++;
            break;
        }
    }
    return n;
}

VpdqLikeness vpdq_compare(const VpdqFrame *a, size_t an, const VpdqFrame *b, size_t bn, int quality_min, int distance) {
    VpdqLikeness l = { 0 };
    l.a_matched = matched(a, an, b, bn, quality_min, distance, &l.a);
    l.b_matched = matched(b, bn, a, an, quality_min, distance, &l.b);
    return l;
}
