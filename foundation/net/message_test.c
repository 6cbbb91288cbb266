#include "foundation/base/tap.h"
#include "foundation/net/message.h"

static Str write_one(Arena *a, const Message *m, Err *out_err) {
    Buf b = buf_new(1 << 20);
    *out_err = message_write(m, &b);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}
static bool has(Str s, const char *what) {
    size_t at = 0;
    return str_find(s, str_c(what), &at);
}

int main(void) {
    Arena *a = arena_new(16 << 20);
    Err e = OK;
    MessagePart pdf = { S("brief.pdf"), S("application/pdf"), S("%PDF-1.5 bytes \0\1\2") };
    Message m = { .from_name = S("Meldpunt Vóórbeeld"), .from = S("melding@keten.test"), .to = S("abuse@host.test"), .subject = S("Verzoek tot verwijdering – K-1 – een onderwerp dat zo lang is dat het meer dan één woord beslaat"),
        .language = S("nl"), .id = S("n-0123"), .text = S("Beste lezer,\n\nDit is een regel die lang genoeg is om te worden afgebroken omdat hij ver voorbij de zesenzeventig tekens gaat. Eén = teken.\n.punt vooraan\nspatie aan het eind \n"), .at = 1772442000000 };
    Str s = write_one(a, &m, &e);
    check(e == OK && has(s, "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"), "the date is written as mail writes dates");
    check(has(s, "Subject: =?UTF-8?B?") && has(s, "Message-ID: <n-0123@keten.test>\r\n"), "words beyond ASCII are encoded, the id ends in our domain");
    bool fits = true, crlf = true;
    Str rest = s, line = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        fits = fits && line.n <= 78;
        if (line.n > 0) crlf = crlf && line.p[line.n - 1] == '\r';
    }
    check(fits && crlf, "no line is longer than mail allows, and each ends with CR LF");
    check(has(s, "=3D teken") && has(s, "\r\n=2Epunt") && has(s, "eind=20\r\n"), "equals signs, leading dots and trailing blanks survive");
    m.from_name = S("Meldpunt, Voorbeeld");
    s = write_one(a, &m, &e);
    check(e == OK && has(s, "From: =?UTF-8?B?TWVsZHB1bnQsIFZvb3JiZWVsZA==?= <melding@keten.test>\r\n"), "a comma in a name makes no second sender");
    m.parts = &pdf;
    m.parts_n = 1;
    s = write_one(a, &m, &e);
    check(e == OK && has(s, "filename=\"brief.pdf\"") && has(s, "JVBERi0xLjUg") && has(s, "--=_n-0123--\r\n"), "a letter travels as an attachment");
    m.subject = S("one\r\nBcc: someone@else.test");
    s = write_one(a, &m, &e);
    check(e == OK && !has(s, "\r\nBcc:"), "a line break in the subject makes no header");
    m.to = S("abuse@host.test>\r\nBcc: <x@y.test");
    (void)write_one(a, &m, &e);
    check(e == E_INPUT, "an address with a line break is refused");
    static const char *const bad[] = { "", "a", "@b", "a@", "a@@b", "a b@c", "a@b,c@d", "<a@b>", "a@b\x7f" };
    for (size_t i = 0; i < LEN(bad); i++) {
        m.to = str_c(bad[i]);
        (void)write_one(a, &m, &e);
        check(e == E_INPUT, "not an address: \"%s\"", bad[i]);
    }
    arena_free(a);
    return tap_end();
}
