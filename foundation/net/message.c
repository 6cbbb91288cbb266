/* message.c - one mail as bytes. */
#include "foundation/net/message.h"
#include "foundation/base/enc.h"

enum { LINE_MAX_QP = 76, WORD_BYTES = 42 /* of UTF-8 in one encoded word */, B64_LINE = 76 };

static bool plain(Str s, const char *more) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool ok = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || (ch != '\0' && strchr(more, ch) != NULL);
        if (!ok) return false;
    }
    return s.n > 0;
}

/* Printable ASCII without blanks, brackets and commas, with one @ that has something on both sides (RFC 5321 §4.5.3.1 sizes). */
static bool address_ok(Str s) {
    size_t at = 0;
    if (s.n < 3 || s.n > 254 || !str_chr(s, '@', &at) || at == 0 || at > 64 || at + 1 == s.n) return false;
    if (str_chr(str_sub(s, at + 1, s.n), '@', &at)) return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>(),;:\\\"[]", s.p[i]) != NULL) return false;
    return true;
}

static bool is_ascii_word(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?')) return false;
    return s.n <= 60;
}

/* End of the longest piece from `from` of at most WORD_BYTES that does not cut a character. */
static size_t word_end(Str s, size_t from) {
    size_t to = from + WORD_BYTES < s.n ? from + WORD_BYTES : s.n;
    while (to < s.n && to > from + 1 && ((unsigned char)s.p[to] & 0xC0) == 0x80) to--;
    return to;
}

/* not: what would mean something at this place (RFC 5322 §3.2.3): with it the words are encoded. */
static void words(Buf *b, Arena *a, Str s, const char *not) {
    char *clean = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)clean[i] < ' ' || clean[i] == 127) clean[i] = ' ';
    s = str_bytes(clean, s.n);
    bool bare = is_ascii_word(s);
    for (size_t i = 0; i < s.n; i++) bare = bare && strchr(not, s.p[i]) == NULL;
    if (bare) {
        buf_put(b, s);
        return;
    }
    for (size_t from = 0; from < s.n;) {
        size_t to = word_end(s, from);
        if (from > 0) buf_z(b, "\r\n ");
        buf_z(b, "=?UTF-8?B?");
        buf_put(b, b64_enc(a, str_sub(s, from, to - from)));
        buf_z(b, "?=");
        from = to;
    }
}

static void date_header(Buf *b, const Message *m) {
    static const char *const days[] = { "", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    Civil t = civil_at(m->zone != NULL ? m->zone : zone_utc(), m->at);
    int off = (int)(t.offset_s < 0 ? -t.offset_s : t.offset_s) / 60;
    buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n", days[date_weekday(t.date)], t.date.d, months[t.date.m], t.date.y, t.hh, t.mm, t.ss, t.offset_s < 0 ? '-' : '+', off / 60, off % 60);
}

/* RFC 2045 §6.7; lines end with CRLF, trailing blanks are escaped. */
static void quoted(Buf *b, Str s) {
    static const char hex[] = "0123456789ABCDEF";
    size_t col = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        bool eol = i + 1 == s.n || s.p[i + 1] == '\n' || (s.p[i + 1] == '\r');
        if (ch == '\r') continue;
        if (ch == '\n') {
            buf_z(b, "\r\n");
            col = 0;
            continue;
        }
        bool bare = (ch > ' ' && ch <= '~' && ch != '=' && !(ch == '.' && col == 0)) || (ch == ' ' && !eol);
        if (col + (bare ? 1 : 3) >= LINE_MAX_QP) {
            buf_z(b, "=\r\n");
            col = 0;
        }
        if (bare) {
            buf_ch(b, (char)ch);
            col++;
        } else {
            buf_ch(b, '=');
            buf_ch(b, hex[ch >> 4]);
            buf_ch(b, hex[ch & 15]);
            col += 3;
        }
    }
    if (col > 0) buf_z(b, "\r\n");
}

static void base64_lines(Buf *b, Arena *a, Str bytes) {
    Str text = b64_enc(a, bytes);
    for (size_t at = 0; at < text.n; at += B64_LINE) {
        buf_put(b, str_sub(text, at, B64_LINE));
        buf_z(b, "\r\n");
    }
}

static Err check(const Message *m) {
    if (!address_ok(m->from) || !address_ok(m->to) || (m->reply_to.n > 0 && !address_ok(m->reply_to))) return E_INPUT;
    if (!plain(m->id, "._-") || m->id.n > 120 || !plain(m->language, "-")) return E_INPUT;
    if (m->in_reply_to.n > 0 && (m->in_reply_to.p[0] != '<' || !plain(str_sub(m->in_reply_to, 1, m->in_reply_to.n - 2), "._@-") || m->in_reply_to.n > 250)) return E_INPUT;
    for (size_t i = 0; i < m->parts_n; i++)
        if (!plain(m->parts[i].name, "._-") || m->parts[i].name.n > 100 || !plain(m->parts[i].type, "/.+-")) return E_INPUT;
    return str_utf8_ok(m->text) && str_utf8_ok(m->subject) && str_utf8_ok(m->from_name) ? OK : E_INPUT;
}

static void head(Buf *b, Arena *a, const Message *m) {
    size_t at = 0;
    must(str_chr(m->from, '@', &at));
    date_header(b, m);
    buf_z(b, "From: ");
    words(b, a, m->from_name, "()<>[]:;@\\,.\"");
    buf_printf(b, " <" STR_FMT ">\r\nTo: <" STR_FMT ">\r\n", STR_ARG(m->from), STR_ARG(m->to));
    if (m->reply_to.n > 0) buf_printf(b, "Reply-To: <" STR_FMT ">\r\n", STR_ARG(m->reply_to));
    buf_z(b, "Subject: ");
    words(b, a, m->subject, "");
    buf_printf(b, "\r\nMessage-ID: <" STR_FMT STR_FMT ">\r\n", STR_ARG(m->id), STR_ARG(str_sub(m->from, at, m->from.n)));
    if (m->in_reply_to.n > 0) buf_printf(b, "In-Reply-To: " STR_FMT "\r\n", STR_ARG(m->in_reply_to));
    buf_printf(b, "Content-Language: " STR_FMT "\r\nAuto-Submitted: %s\r\nMIME-Version: 1.0\r\n", STR_ARG(m->language), m->automatic ? "auto-replied" : "no");
}

Err message_write(const Message *m, Buf *out) {
    TRY(check(m));
    Arena *a = arena_new(((size_t)out->max + 65536) * 4);
    head(out, a, m);
    if (m->parts_n > 0) buf_printf(out, "Content-Type: multipart/mixed; boundary=\"=_" STR_FMT "\"\r\n\r\n--=_" STR_FMT "\r\n", STR_ARG(m->id), STR_ARG(m->id));
    buf_z(out, "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    quoted(out, m->text);
    for (size_t i = 0; i < m->parts_n; i++) {
        const MessagePart *p = &m->parts[i];
        buf_printf(out, "--=_" STR_FMT "\r\nContent-Type: " STR_FMT "; name=\"" STR_FMT "\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"" STR_FMT "\"\r\n\r\n", STR_ARG(m->id),
            STR_ARG(p->type), STR_ARG(p->name), STR_ARG(p->name));
        base64_lines(out, a, p->bytes);
    }
    if (m->parts_n > 0) buf_printf(out, "--=_" STR_FMT "--\r\n", STR_ARG(m->id));
    arena_free(a);
    return buf_err(out);
}
