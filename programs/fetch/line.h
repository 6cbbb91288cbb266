/* line.h - a connection to a mail server that speaks in lines. curl resolves nothing (the addresses are given), connects, closes the line with TLS against
 * the authorities of [net] ca_file, speaks the greeting and signs in (SASL); then it hands the line over. Private to programs/fetch.
 */
#ifndef KETEN_FETCH_LINE_H
#define KETEN_FETCH_LINE_H
#include "programs/fetch/fetch.h"

typedef struct LineTo {
    const char *scheme;          /* smtp smtps imap imaps */
    Str host;
    int port;
    bool tls;                    /* smtp, imap: STARTTLS, or nothing */
    Str path;                    /* of the address curl is given: for smtp the name we give ourselves */
    Str user, password;
    const char *again;           /* a command whose answer replaces what was heard before: what was offered before TLS does not count. NULL: none */
    void (*heard)(void *ctx, Str line); /* each line the server says until the line is handed over; `line` of 0 bytes: forget. NULL: nobody listens */
    void *ctx;
} LineTo;
typedef struct Line {
    Fetch *f;
    CURL *curl;
    curl_socket_t fd;
    const LineTo *to;            /* while it is opened */
    struct curl_slist *pins;
    Str server, tls, why;        /* address; version; why it could not be opened */
    int code;                    /* last SMTP reply of the opening, 0: none */
    char in[16384];
    size_t in_at, in_n;
    Buf text;                    /* of the line that was read last */
} Line;
Err line_open(Line *l, const LineTo *to, const Resolved *at) NODISCARD;
Err line_send(Line *l, Str bytes, int64_t ms) NODISCARD;         /* all of it */
/* One line without its end, good until the next. E_CONFLICT: none came within that time; E_LIMIT: longer than 1 MiB. */
Err line_read(Line *l, int64_t ms, Str *out) NODISCARD;
Err line_read_bytes(Line *l, size_t n, int64_t ms, Buf *out) NODISCARD; /* exactly n of them follow */
bool line_waits(const Line *l);                                  /* something was read that nobody has taken yet */
void line_close(Line *l);
#endif
