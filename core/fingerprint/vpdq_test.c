/* Videos as hashes of frames: files of the public tools are read as they mean them, and what is written they can read. */
#include "core/fingerprint/testhash.h"
#include "core/fingerprint/vpdq.h"
#include "foundation/base/tap.h"

static void lines(void) {
    VpdqFrame f = { .frame = 0 }, back = { .frame = 0 };
    Buf b = buf_new(4096);
    /* As in the public sample hashes and in the Python form. */
    check(vpdq_read(S("30,100,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,1.001"), &f) == OK && f.frame == 30 && f.quality == 100 && f.ms == 1001, "number, quality, hash, seconds");
    vpdq_put(&b, &f);
    check(str_eq(buf_str(&b), S("30,100,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,1.001\n")), "written as it was read, three decimals");
    must(vpdq_read(str_sub(buf_str(&b), 0, b.n - 1), &back) == OK);
    check(memcmp(&f.hash, &back.hash, sizeof f.hash) == 0 && back.ms == f.ms, "and read again");
    static const struct { const char *text; uint32_t ms; } times[] = { { "0", 0 }, { "0.000", 0 }, { "12", 12000 }, { "12.5", 12500 }, { ".25", 250 }, { "1.23e+02", 123000 }, { "9.9e-01", 990 }, { "1234.5678", 1234567 }, { "4e3", 4000000 } };
    for (size_t i = 0; i < LEN(times); i++) {
        char line[VPDQ_LINE_MAX];
        snprintf(line, sizeof line, "0,50,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,%s", times[i].text);
        Err e = vpdq_read(str_c(line), &f);
        check(e == OK && f.ms == times[i].ms, "%s seconds are %u thousandths", times[i].text, times[i].ms);
    }
    check(vpdq_read(S("1,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,3,more,fields"), &f) == OK, "further fields are left aside");
    static const char *const bad[] = { "", "1,2,3", "1,2,f8f8,3", "x,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,3", "1,101,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,3",
        "1,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,", "1,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,.", "1,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,-1",
        "1,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,9e9", "4294967296,2,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,1" };
    int refused = 0;
    for (size_t i = 0; i < LEN(bad); i++) refused += vpdq_read(str_c(bad[i]), &f) != OK;
    check(refused == (int)LEN(bad), "%d lines that are none are refused", refused);
    buf_free(&b);
}

static void files(void) {
    VpdqFrame f[3];
    size_t n = 0, at = 0;
    Str text = S("0,90,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,0.000\r\n\n1,91,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,0.040\n");
    check(vpdq_read_all(text, f, 3, &n, &at) == OK && n == 2 && f[1].frame == 1 && f[1].ms == 40, "a file is its lines, whatever ends them");
    check(vpdq_read_all(text, f, 1, &n, &at) == E_LIMIT, "more frames than there is room for is said");
    check(vpdq_read_all(S("0,90,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22,0\nrubbish\n"), f, 3, &n, &at) == E_INPUT && at == 2, "a line that is none is named");
    check(vpdq_read_all(STR_NONE, f, 3, &n, &at) == OK && n == 0, "an empty file has no frame");
}

static void comparing(void) {
    VpdqFrame a[40], b[40];
    for (uint32_t i = 0; i < 40; i++) {
        a[i] = (VpdqFrame){ .hash = hash_make(i), .frame = i, .quality = (uint8_t)(i < 4 ? 20 : 90) };
        b[i] = (VpdqFrame){ .hash = i < 20 ? hash_near(hash_make(i), 31, i) : hash_make(1000 + i), .frame = i, .quality = 90 };
    }
    VpdqLikeness l = vpdq_compare(a, 40, b, 40, 50, 31);
    check(l.a == 36 && l.a_matched == 16 && l.b == 40 && l.b_matched == 16, "frames of low quality do not count; 31 bits off counts (%zu of %zu, %zu of %zu)", l.a_matched, l.a, l.b_matched, l.b);
    l = vpdq_compare(a, 40, b, 40, 50, 30);
    check(l.a_matched == 0 && vpdq_percent(l.a_matched, l.a) < 0.1, "at 30 they are not alike");
    l = vpdq_compare(a, 40, a, 40, 0, 0);
    check(l.a_matched == 40 && vpdq_percent(l.b_matched, l.b) > 99.9, "a video is like itself");
    l = vpdq_compare(a, 4, b, 40, 50, 31);
    check(l.a == 0 && vpdq_percent(l.a_matched, l.a) < 0.1, "a side without a frame that counts is like nothing");
    check(vpdq_step(0, 25) == 1 && vpdq_step(1, 29.97) == 29 && vpdq_step(0.5, 1) == 1 && vpdq_step(2, 25) == 50 && vpdq_step(1e300, 1e300) == UINT32_MAX && vpdq_step(1, 0) == 1, "every m-th frame: seconds times rate, cut off, at least each");
}

int main(void) {
    lines();
    files();
    comparing();
    return tap_end();
}
