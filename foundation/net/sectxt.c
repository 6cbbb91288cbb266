/* sectxt.c - fields of RFC 9116 §2.5. */
#include "foundation/net/sectxt.h"

enum { LINES_MAX = 500, VALUE_MAX = 300 };

static bool plain(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] > '~') return false;
    return s.n > 0 && s.n <= VALUE_MAX;
}

static void contact(SecTxt *t, Str v) {
    size_t at = 0, q = 0;
    if (!plain(v)) return;
    if (str_ieq(str_sub(v, 0, 7), S("mailto:"))) {
        Str mail = str_sub(v, 7, v.n);
        if (str_chr(mail, '?', &q)) mail = str_sub(mail, 0, q);
        bool good = str_chr(mail, '@', &at) && at > 0 && at + 1 < mail.n && mail.n <= 254;
        for (size_t i = 0; i < mail.n && good; i++) good = strchr("<>(),;:\\\"[]%", mail.p[i]) == NULL;
        if (good && t->mails < SECTXT_CONTACTS_MAX) t->mail[t->mails++] = mail;
    } else if (str_starts(v, S("https://")) && t->pages < SECTXT_CONTACTS_MAX) {
        t->page[t->pages++] = v;
    }
}

static void field(SecTxt *t, Str name, Str v, int *expires) {
    UnixMs at = 0;
    if (str_ieq(name, S("contact"))) contact(t, v);
    if (str_ieq(name, S("preferred-languages")) && v.n <= VALUE_MAX) t->langs = v;
    if (str_ieq(name, S("expires"))) {
        (*expires)++;
        t->expires = when_parse(NULL, v, &at) == OK ? at : 0;
    }
}

Err sectxt_read(Arena *a, Str bytes, UnixMs now, SecTxt *out) {
    SecTxt t = { .mails = 0 };
    Str rest = bytes, line = STR_NONE;
    int expires = 0;
    size_t colon = 0;
    if (bytes.n > SECTXT_BYTES_MAX) return E_LIMIT;
    if (!str_utf8_ok(bytes)) return E_INPUT;
    Str head = str_lower(a, str_trim(str_sub(bytes, 0, 200)));
    t.is_html = str_starts(head, S("<!doctype")) || str_starts(head, S("<html")) || str_starts(head, S("<?xml"));
    for (int i = 0; i < LINES_MAX && !t.is_html && str_split(&rest, '\n', &line); i++) {
        line = str_trim(line);
        if (str_starts(line, S("-----BEGIN PGP SIGNATURE"))) break;
        if (line.n == 0 || line.p[0] == '#' || !str_chr(line, ':', &colon)) continue;
        field(&t, str_trim(str_sub(line, 0, colon)), str_trim(str_sub(line, colon + 1, line.n)), &expires);
    }
    if (expires != 1) t.expires = 0;
    t.valid = t.expires > now && t.mails + t.pages > 0;
    *out = t;
    return OK;
}
