/* Files of frames and texts as others hand them over: read whole or refused; what was read is written and read again the same. */
#include "core/fingerprint/likeness.h"
#include "core/fingerprint/vpdq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { MOST = 64 };
    VpdqFrame f[MOST], back;
    Likeness l;
    size_t n = 0, at = 0;
    Str text = str_bytes(data, size);
    if (size > 100000) return 0;
    if (vpdq_read_all(text, f, MOST, &n, &at) == OK) {
        for (size_t i = 0; i < n; i++) {
            Buf b = buf_new(VPDQ_LINE_MAX);
            vpdq_put(&b, &f[i]);
            must(buf_err(&b) == OK && vpdq_read(str_sub(buf_str(&b), 0, b.n - 1), &back) == OK && back.ms == f[i].ms && back.frame == f[i].frame && pdq_same(&back.hash, &f[i].hash));
            buf_free(&b);
        }
        VpdqLikeness v = vpdq_compare(f, n, f, n, 50, 0);
        must(v.a == v.a_matched);
    }
    likeness_of(text, &l);
    must(l.n <= LIKE_KEPT && likeness_common(&l, &l) == (l.n > 0 ? 1000 : 0) && likeness_within(&l, &l) == (l.n > 0 ? 1000 : 0));
    return 0;
}
