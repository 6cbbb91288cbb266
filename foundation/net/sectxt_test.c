#include "foundation/base/tap.h"
#include "foundation/net/sectxt.h"

static const UnixMs now = 1772442000000; /* 2026-03-02 */

int main(void) {
    static const char *const mails[] = { "mailto:a b@c.test", "mailto:a@b.test\tx", "a@b.test", "mailto:<a@b.test>", "mailto:@b.test", "mailto:a@", "mailto:a%0d@b.test", "javascript:alert(1)", "http://plain.test/" };
    Arena *a = arena_new(16 << 20);
    SecTxt t;
    check(sectxt_read(a, S("# ours\r\nContact: mailto:abuse@site.test?subject=x\r\nContact: https://site.test/report\r\nExpires: 2026-12-31T23:00:00Z\r\nPreferred-Languages: nl, en\r\n"), now, &t) == OK && t.valid && t.mails == 1 &&
          str_eq(t.mail[0], S("abuse@site.test")) && t.pages == 1 && str_eq(t.langs, S("nl, en")), "a file of this form: address, page, languages, its end");
    check(sectxt_read(a, S("Contact: mailto:abuse@site.test\nExpires: 2025-12-31T23:00:00Z\n"), now, &t) == OK && !t.valid && t.mails == 1, "one that is past its end is not valid any more");
    check(sectxt_read(a, S("Contact: mailto:abuse@site.test\n"), now, &t) == OK && !t.valid && t.expires == 0, "one without an end is not valid");
    check(sectxt_read(a, S("Contact: mailto:abuse@site.test\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n"), now, &t) == OK && !t.valid && t.expires == 0, "nor one with two");
    check(sectxt_read(a, S("Contact: mailto:abuse@site.test\nExpires: next year\n"), now, &t) == OK && !t.valid, "nor one whose end is no moment");
    check(sectxt_read(a, S("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nContact: mailto:abuse@site.test\nExpires: 2027-01-01T00:00:00+01:00\n-----BEGIN PGP SIGNATURE-----\nContact: mailto:other@site.test\n"), now, &t) == OK && t.valid && t.mails == 1,
        "a signature around it is passed over");
    check(sectxt_read(a, S("<!DOCTYPE html>\nContact: mailto:abuse@site.test\nExpires: 2027-01-01T00:00:00Z\n"), now, &t) == OK && t.is_html && !t.valid && t.mails == 0, "a site that answers everything has no such file");
    for (size_t i = 0; i < LEN(mails); i++) check(sectxt_read(a, str_fmt(a, "Contact: %s\nExpires: 2027-01-01T00:00:00Z\n", mails[i]), now, &t) == OK && t.mails == 0 && t.pages == 0 && !t.valid, "'%s' is nobody to write to", mails[i]);
    check(sectxt_read(a, S("\xff\xfe"), now, &t) == E_INPUT, "what is no text is not read");
    Buf b = buf_new(1 << 20);
    for (int i = 0; i < 1000; i++) buf_z(&b, "Contact: mailto:a@b.test\n");
    check(sectxt_read(a, buf_str(&b), now, &t) == OK && t.mails == SECTXT_CONTACTS_MAX, "of a thousand addresses the first few are kept");
    while (b.n <= SECTXT_BYTES_MAX) buf_z(&b, "#############################################\n");
    check(sectxt_read(a, buf_str(&b), now, &t) == E_LIMIT, "a file larger than any is not read");
    buf_free(&b);
    arena_free(a);
    return tap_end();
}
