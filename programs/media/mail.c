/* mail.c - what a mail says. GMime takes it apart; the parts are walked without recursion, since their depth is the sender's choice. */
#include "programs/media/reader.h"

#include <gmime/gmime.h>
#include <iconv.h>

enum { PARTS_MAX = 500, STACK_MAX = 1000 };

typedef struct Step { GMimeObject *object; bool inside; /* of a mail in the mail */ } Step;
typedef struct Read {
    Arena *a;
    MediaMail *mail;
    Buf text, rest, files, html, to, refs;
    Str html_charset;
    Step stack[STACK_MAX];
    size_t n;
} Read;

/* ---- characters ---- */

/* A table that is in use stays loaded, and the C library finds it again without a file. */
void mail_ready(void) {
    static const char *const sets[] = { "ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9", "ISO-8859-15", "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254",
        "KOI8-R", "KOI8-U", "ISO-2022-JP", "EUC-JP", "SHIFT_JIS", "GB2312", "GBK", "GB18030", "BIG5", "EUC-KR", "UTF-7" };
    static iconv_t kept[LEN(sets)]; /* for as long as the process lives */
    g_mime_init();
    for (size_t i = 0; i < LEN(sets); i++) {
        if (kept[i] == NULL) kept[i] = iconv_open("UTF-8", sets[i]);
    }
}

static Str by_table(Arena *a, Str bytes, Str charset) {
    iconv_t table = iconv_open("UTF-8", str_z(a, charset));
    if (table == (iconv_t)-1) return page_decode(a, bytes, S("utf-8"));
    size_t max = bytes.n * 4 + 16, left = max, in_n = bytes.n;
    char *out = arena_alloc(a, max), *to = out, *in = str_z(a, bytes);
    while (in_n > 0) {
        size_t rc = iconv(table, &in, &in_n, &to, &left);
        if (rc != (size_t)-1 || left < 4) break;
        memcpy(to, "\xEF\xBF\xBD", 3); /* what the table does not know */
        to += 3;
        left -= 3;
        in++;
        in_n--;
    }
    (void)iconv_close(table);
    return page_decode(a, str_bytes(out, (size_t)(to - out)), S("utf-8"));
}

static Str decoded(Arena *a, Str bytes, Str charset) {
    static const char *const known[] = { "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "latin1", "utf-16", "utf-16le", "utf-16be" };
    for (size_t i = 0; i < LEN(known); i++)
        if (charset.n == 0 || str_ieq(charset, str_c(known[i]))) return page_decode(a, bytes, charset.n > 0 && !str_ieq(charset, S("us-ascii")) && !str_ieq(charset, S("utf8")) ? charset : S("utf-8"));
    return by_table(a, bytes, charset);
}

static Str clean(Arena *a, const char *z, size_t max) {
    if (z == NULL) return STR_NONE;
    Str s = page_decode(a, str_sub(str_c(z), 0, max), S("utf-8"));
    char *p = str_z(a, s);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)p[i] < ' ' || p[i] == 127) p[i] = ' ';
    s = str_utf8_cut((Str){ p, s.n }, max);
    return str_trim(s);
}

static Str field(Arena *a, const char *z) { return clean(a, z, MEDIA_FIELD_MAX); }

static void put_word(Buf *b, Str s) {
    if (s.n == 0 || b->n + s.n + 1 > MEDIA_FIELD_MAX) return;
    if (b->n > 0) buf_ch(b, ' ');
    buf_put(b, s);
}

static void put_text(Buf *b, Str s) {
    size_t room = b->n < MEDIA_TEXT_MAX ? MEDIA_TEXT_MAX - b->n : 0;
    Str part = str_utf8_cut(s, room > 1 ? room - 1 : 0);
    buf_put(b, part);
    if (part.n > 0) buf_ch(b, '\n');
}

/* ---- headers ---- */

/* The first bare address of a list of them. */
static Str first_address(Arena *a, const char *value, Str *out_name) {
    InternetAddressList *list = value != NULL ? internet_address_list_parse(NULL, value) : NULL;
    int n = list != NULL ? internet_address_list_length(list) : 0;
    Str found = STR_NONE;
    for (int i = 0; i < n; i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        if (!INTERNET_ADDRESS_IS_MAILBOX(one)) continue;
        if (out_name != NULL) *out_name = field(a, internet_address_get_name(one));
        found = field(a, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
        break;
    }
    if (list != NULL) g_object_unref(list);
    return found;
}

static void all_addresses(Read *r, const char *value) {
    InternetAddressList *list = value != NULL ? internet_address_list_parse(NULL, value) : NULL;
    int n = list != NULL ? internet_address_list_length(list) : 0;
    for (int i = 0; i < n && i < 100; i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_MAILBOX(one)) put_word(&r->to, field(r->a, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))));
    }
    if (list != NULL) g_object_unref(list);
}

/* Every <...> of a line of message ids. */
static void all_ids(Read *r, const char *value) {
    Str s = field(r->a, value);
    size_t open = 0, end = 0;
    for (int i = 0; i < 200 && str_chr(s, '<', &open); i++) {
        s = str_sub(s, open + 1, s.n);
        if (!str_chr(s, '>', &end)) return;
        Str id = str_trim(str_sub(s, 0, end));
        size_t blank = 0;
        if (!str_chr(id, ' ', &blank)) put_word(&r->refs, id);
        s = str_sub(s, end, s.n);
    }
}

static bool says_robot(Str name, Str value) {
    static const char *const names[] = { "x-autoreply", "x-autorespond", "x-auto-response-suppress", "x-autoreply-from", "x-mail-autoreply", "x-zendesk-from-account-id", "x-otrs-loop", "x-rt-loop-prevention", "x-ms-exchange-generated-message-source",
        "feedback-type", "x-failed-recipients", "x-jira-fingerprint", "x-loop", "x-freshdesk-autoresponder" };
    for (size_t i = 0; i < LEN(names); i++)
        if (str_ieq(name, str_c(names[i]))) return value.n > 0 && !str_ieq(value, S("no"));
    return false;
}

static void headers_of(Read *r, GMimeMessage *message) {
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
    MediaMail *m = r->mail;
    int n = g_mime_header_list_get_count(list);
    for (int i = 0; i < n && i < 2000; i++) {
        GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
        Str name = str_c(g_mime_header_get_name(h));
        const char *value = g_mime_header_get_value(h);
        if (str_ieq(name, S("From")) && m->from.n == 0) m->from = first_address(r->a, g_mime_header_get_raw_value(h), &m->from_name);
        else if (str_ieq(name, S("To")) || str_ieq(name, S("Cc")) || str_ieq(name, S("Delivered-To")) || str_ieq(name, S("X-Original-To")) || str_ieq(name, S("Envelope-To")) || str_ieq(name, S("X-Envelope-To")))
            all_addresses(r, g_mime_header_get_raw_value(h));
        else if (str_ieq(name, S("Subject"))) m->subject = field(r->a, value);
        else if (str_ieq(name, S("In-Reply-To")) || str_ieq(name, S("References"))) all_ids(r, value);
        else if (str_ieq(name, S("Return-Path"))) m->return_path = m->return_path.n > 0 ? m->return_path : str_eq(field(r->a, value), S("<>")) ? S("<>") : first_address(r->a, value, NULL);
        else if (str_ieq(name, S("Auto-Submitted"))) m->automatic = str_lower(r->a, field(r->a, value));
        else if (str_ieq(name, S("Precedence"))) m->precedence = str_lower(r->a, field(r->a, value));
        else if (str_ieq(name, S("List-Id")) || str_ieq(name, S("List-Unsubscribe"))) m->list = field(r->a, value);
        else if (str_ieq(name, S("Authentication-Results")) && m->auth.n == 0) m->auth = field(r->a, value);
        else m->robot = m->robot || says_robot(name, field(r->a, value));
    }
    m->id = field(r->a, g_mime_message_get_message_id(message));
}

/* ---- parts ---- */

static Str bytes_of(Arena *a, GMimeObject *o) {
    GMimeDataWrapper *content = GMIME_IS_PART(o) ? g_mime_part_get_content(GMIME_PART(o)) : NULL;
    if (content == NULL) return STR_NONE;
    GMimeStream *to = g_mime_stream_mem_new();
    (void)g_mime_data_wrapper_write_to_stream(content, to);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(to));
    Str s = bytes != NULL ? str_dup(a, str_bytes((const char *)bytes->data, bytes->len)) : STR_NONE;
    g_object_unref(to);
    return s;
}

/* One field of a report: "Name: type; value", folded lines joined. First wins. */
static void report_line(Read *r, Str line) {
    MediaMail *m = r->mail;
    const struct { const char *name; Str *to; bool typed; } fields[] = { { "action", &m->action, false }, { "status", &m->status, false }, { "diagnostic-code", &m->diagnostic, false }, { "original-recipient", &m->about, true },
        { "final-recipient", &m->about, true }, { "original-envelope-id", &m->envid, false } };
    size_t colon = 0, semi = 0;
    if (!str_chr(line, ':', &colon)) return;
    Str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
    for (size_t i = 0; i < LEN(fields); i++) {
        if (!str_ieq(name, str_c(fields[i].name)) || fields[i].to->n > 0) continue;
        if (fields[i].typed && str_chr(value, ';', &semi)) value = str_trim(str_sub(value, semi + 1, value.n));
        *fields[i].to = clean(r->a, str_z(r->a, value), MEDIA_FIELD_MAX);
    }
}

static void report_of(Read *r, Str text) {
    Str line = STR_NONE;
    Buf whole = buf_new(65536);
    r->mail->report = true;
    for (int i = 0; i < 2000 && text.n > 0; i++) {
        if (!str_split(&text, '\n', &line)) {
            line = text;
            text = STR_NONE;
        }
        if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
        bool folded = line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
        if (!folded && whole.n > 0) {
            report_line(r, buf_str(&whole));
            buf_clear(&whole);
        }
        if (folded) buf_ch(&whole, ' ');
        if (!whole.over) buf_put(&whole, str_trim(line));
    }
    if (whole.n > 0) report_line(r, buf_str(&whole));
    buf_free(&whole);
    r->mail->action = str_lower(r->a, r->mail->action);
}

static void leaf(Read *r, GMimeObject *o, bool inside) {
    GMimeContentType *type = g_mime_object_get_content_type(o);
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(o);
    Str kind = str_c(g_mime_content_type_get_media_type(type)), sub = str_c(g_mime_content_type_get_media_subtype(type));
    const char *charset = g_mime_content_type_get_parameter(type, "charset"), *file = g_mime_part_get_filename(GMIME_PART(o));
    bool attached = disposition != NULL && str_ieq(str_c(g_mime_content_disposition_get_disposition(disposition)), S("attachment"));
    Str bytes = bytes_of(r->a, o), set = charset != NULL ? str_c(charset) : STR_NONE;
    if (str_ieq(kind, S("message")) && str_ieq(sub, S("delivery-status"))) {
        report_of(r, decoded(r->a, bytes, STR_NONE));
    } else if (str_ieq(kind, S("text")) && (str_ieq(sub, S("rfc822-headers")) || inside)) {
        put_text(&r->rest, decoded(r->a, bytes, set));
    } else if (str_ieq(kind, S("text")) && str_ieq(sub, S("html")) && !attached) {
        if (r->html.n == 0) {
            buf_put(&r->html, str_sub(bytes, 0, MEDIA_HTML_MAX));
            r->html_charset = str_dup(r->a, set);
        }
    } else if (str_ieq(kind, S("text")) && !attached) {
        put_text(&r->text, decoded(r->a, bytes, set));
    } else {
        Str name = file != NULL ? clean(r->a, file, 200) : S("-");
        if (r->files.n + name.n + 300 < MEDIA_FIELD_MAX)
            buf_printf(&r->files, STR_FMT " (" STR_FMT ", %zu)\n", STR_ARG(name), STR_ARG(clean(r->a, str_z(r->a, str_fmt(r->a, STR_FMT "/" STR_FMT, STR_ARG(str_sub(kind, 0, 60)), STR_ARG(str_sub(sub, 0, 100)))), 170)), bytes.n);
    }
}

static void push(Read *r, GMimeObject *o, bool inside) {
    if (o != NULL && r->n < STACK_MAX) r->stack[r->n++] = (Step){ o, inside };
}

static void message_inside(Read *r, GMimeMessage *inner) {
    static const char *const names[] = { "Message-ID", "From", "To", "Subject", "References", "X-Original-To" };
    for (size_t i = 0; i < LEN(names) && inner != NULL; i++) {
        Str v = field(r->a, g_mime_object_get_header(GMIME_OBJECT(inner), names[i]));
        if (v.n > 0) put_text(&r->rest, str_fmt(r->a, "%s: " STR_FMT, names[i], STR_ARG(v)));
    }
    if (inner != NULL) push(r, g_mime_message_get_mime_part(inner), true);
}

static void walk(Read *r) {
    for (r->mail->parts = 0; r->n > 0 && r->mail->parts < PARTS_MAX; r->mail->parts++) {
        Step s = r->stack[--r->n];
        if (GMIME_IS_MULTIPART(s.object)) {
            GMimeContentType *type = g_mime_object_get_content_type(s.object);
            const char *report = g_mime_content_type_get_parameter(type, "report-type");
            if (report != NULL && !s.inside && r->mail->report_type.n == 0) r->mail->report_type = str_lower(r->a, clean(r->a, report, 100));
            for (int i = g_mime_multipart_get_count(GMIME_MULTIPART(s.object)) - 1; i >= 0; i--) push(r, g_mime_multipart_get_part(GMIME_MULTIPART(s.object), i), s.inside);
        } else if (GMIME_IS_MESSAGE_PART(s.object)) {
            message_inside(r, g_mime_message_part_get_message(GMIME_MESSAGE_PART(s.object)));
        } else if (GMIME_IS_PART(s.object)) {
            leaf(r, s.object, s.inside);
        }
    }
}

static Str taken(Arena *a, Buf *b, size_t max) {
    Str s = str_dup(a, str_utf8_cut(buf_str(b), max));
    buf_wipe(b);
    return s;
}

Err mail_read(Arena *a, Str bytes, MediaMail *out) {
    *out = (MediaMail){ 0 };
    Read *r = ARENA_NEW(a, Read);
    *r = (Read){ .a = a, .mail = out, .text = buf_new(MEDIA_TEXT_MAX + 16), .rest = buf_new(MEDIA_TEXT_MAX + 16), .files = buf_new(MEDIA_FIELD_MAX), .html = buf_new(MEDIA_HTML_MAX), .to = buf_new(MEDIA_FIELD_MAX), .refs = buf_new(MEDIA_FIELD_MAX) };
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.p != NULL ? bytes.p : "", bytes.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message != NULL) {
        headers_of(r, message);
        push(r, g_mime_message_get_mime_part(message), false);
        walk(r);
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    if (r->text.n == 0 && r->html.n > 0) {
        MediaPage page;
        if (page_read(a, buf_str(&r->html), r->html_charset, &page) == OK) put_text(&r->text, page.text);
    }
    out->text = taken(a, &r->text, MEDIA_TEXT_MAX);
    out->rest = taken(a, &r->rest, MEDIA_TEXT_MAX);
    out->files = taken(a, &r->files, MEDIA_FIELD_MAX);
    out->to = taken(a, &r->to, MEDIA_FIELD_MAX);
    out->refs = taken(a, &r->refs, MEDIA_FIELD_MAX);
    buf_wipe(&r->html);
    return message != NULL ? OK : E_INPUT;
}
