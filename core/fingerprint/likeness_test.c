/* Lists that are posted again: known however they are dressed up, and not taken for what they are not. */
#include "core/fingerprint/likeness.h"
#include "core/fingerprint/testpix.h"
#include "foundation/base/tap.h"

static const char *const first[] = { "Ada", "Bo", "Cleo", "Dirk", "Els", "Fenna", "Gijs", "Hind", "Ilse", "Jip", "Karim", "Loes", "Mees", "Noor", "Otto", "Puck" };
static const char *const last[] = { "Aker", "Berg", "Cornelis", "Dam", "Eik", "Farber", "Groen", "Hout", "IJzer", "Jager", "Kuiper", "Linde", "Molen", "Nest", "Oever", "Poort" };
static const char *const town[] = { "Aa", "Bergen", "Castricum", "Delden", "Ede", "Fijnaart", "Goes", "Hoorn" };

/* n lines: name, town, number; of each hundred `changed` other people. */
static void list(Buf *b, uint64_t seed, int n, int changed, const char *before, bool shout) {
    buf_clear(b);
    for (int i = 0; i < n; i++) {
        uint64_t x = pix_mix(seed * 100000 + (uint64_t)i);
        if ((int)(pix_mix(x + 7) % 100) < changed) x = pix_mix(x + 99);
        char line[160];
        snprintf(line, sizeof line, "%s%s%s %s%s (%s) %d\n", before, first[x % 16], first[x / 16 % 16], last[x / 256 % 16], last[x / 4096 % 16], town[x / 65536 % 8], (int)(x / 1000003 % 90000 + 10000));
        for (char *p = line; shout && *p != '\0'; p++)
            if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 32);
        buf_z(b, line);
    }
}

static Likeness of(const Buf *b) {
    Likeness l;
    likeness_of(buf_str(b), &l);
    return l;
}

static void lists(int n) {
    Buf b = buf_new(4 << 20);
    list(&b, 1, n, 0, "", false);
    Likeness one = of(&b);
    check(likeness_common(&one, &one) == 1000 && likeness_within(&one, &one) == 1000, "%d lines: a list is like itself", n);
    list(&b, 1, n, 10, "", false);
    Likeness some = of(&b);
    int c = likeness_common(&one, &some);
    check(c >= LIKE_NEAR + 200 && c < 950, "%d lines: with a tenth of the people changed it is known (%d)", n, c);
    list(&b, 1, n, 30, "", false);
    some = of(&b);
    c = likeness_common(&one, &some);
    check(c >= LIKE_NEAR && c < 850, "%d lines: with three tenths changed too (%d)", n, c);
    list(&b, 2, n, 0, "", false);
    some = of(&b);
    c = likeness_common(&one, &some);
    check(c < LIKE_NEAR / 2, "%d lines: of other people in the same towns it is another list (%d)", n, c);
    list(&b, 1, n, 0, "\xE2\x9D\x97 * ", true);
    some = of(&b);
    check(likeness_common(&one, &some) == 1000, "%d lines: in capitals and with signs before each line it is the same", n);
    list(&b, 1, n / 2, 0, "", false);
    some = of(&b);
    c = likeness_within(&some, &one);
    check(c >= 800 && likeness_within(&one, &some) < 700, "%d lines: half of it stands within it (%d), not the other way (%d)", n, c, likeness_within(&one, &some));
    buf_free(&b);
}

static void dress(void) {
    Likeness a, b;
    likeness_of(S("Ren\xC3\xA9 d'\xC3\x89glise\n\xC5\x81ukasz Kowalski"), &a);
    likeness_of(S("rene, d EGLISE\r\nLukasz\xC2\xA0Kowalski!!"), &b);
    check(a.n > 0 && likeness_common(&a, &b) == 1000, "accents, case, blanks and line ends do not count");
    likeness_of(S("A\xE2\x80\x8B" "d\xC2\xAD" "a Aker\n\xEF\xBC\xA2\xEF\xBD\x8F Berg \xF0\x9F\x94\xA5"), &a);
    likeness_of(S("ada aker\nbo berg"), &b);
    check(likeness_common(&a, &b) == 1000, "nor characters that cannot be seen, wide letters, or pictures");
    likeness_of(S("line one\nline two"), &a);
    likeness_of(S("line two\nline one"), &b);
    check(likeness_common(&a, &b) == 1000, "nor the order of the lines");
    likeness_of(S("Berg Ada"), &a);
    likeness_of(S("Ada Berg"), &b);
    check(likeness_common(&a, &b) == 0, "the order of words within a line does");
    likeness_of(STR_NONE, &a);
    likeness_of(S(" \n\n--- \xE2\x80\x94 ..."), &b);
    check(a.n == 0 && b.n == 0 && likeness_common(&a, &b) == 0 && likeness_within(&a, &b) == 0, "nothing is like nothing");
    likeness_of(S("word"), &a);
    likeness_of(S("WORD\nother"), &b);
    check(a.n == 1 && likeness_common(&a, &b) == 500 && likeness_within(&a, &b) == 1000, "a line of one word is a piece");
    likeness_of((Str){ "ab\xFF" "cd \xC3", 7 }, &a);
    likeness_of(S("ab cd"), &b);
    check(likeness_common(&a, &b) == 1000, "bytes that are no text part words");
    bool ordered = true;
    Buf big = buf_new(1 << 20);
    for (int i = 0; i < 5000; i++) buf_printf(&big, "w%d ", i);
    likeness_of(buf_str(&big), &a);
    for (uint32_t i = 1; i < a.n; i++) ordered = ordered && a.kept[i - 1] < a.kept[i];
    check(a.n == LIKE_KEPT && ordered, "of thousands of pieces the smallest are kept, in order, each once");
    buf_free(&big);
}

int main(void) {
    lists(20);
    lists(200);
    lists(3000);
    dress();
    return tap_end();
}
