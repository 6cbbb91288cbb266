/* net_wire.h - what a Net and the fetch process say to each other: one question a frame, one answer a frame.
 * Reading gives views into the frame; what comes from the other side is checked as anything from outside. */
#ifndef KETEN_NET_WIRE_H
#define KETEN_NET_WIRE_H
#include "foundation/base/wire.h"
#include "foundation/net/net.h"

enum { NET_ASK_GET = 1, NET_ASK_MAIL, NET_ASK_NAMES, NET_ASK_MANY /* from here on: numbered questions, answered as they come (net_many.c) */, NET_ASK_WHOIS = 20, NET_MAIL_GO = 21 /* in place of a question, after "ready" */, NET_ASK_POST = 22 /* from here on: mails, and a word for each that was taken */ };
enum {
    NET_ASK_MAX = 64 << 20,        /* a question: a mail with a dossier in it */
    NET_ANSWER_MAX = 224 << 20,
    NET_BODIES_MAX = 192 << 20,    /* all bodies of one answer together; beyond it they are only hashed */
    NET_URL_MAX = 8192, NET_HEADERS_MAX = 32, NET_HEAD_MAX = 256 * 1024, NET_HOPS_MAX = 21, NET_NAMES_MAX = 256, NET_SECONDS_MAX = 300,
    NET_CHAIN_MAX = 512 * 1024, NET_MAIL_SECONDS = 180, NET_MAIL_HOLD_S = 30 /* between all but the end of a mail and its end */, NET_MANY_MAX = 256 /* questions of one caller under way */
};

void net_put_ask(Buf *b, const NetAsk *ask);
Err net_read_ask(Arena *a, Wire *w, NetAsk *out) NODISCARD;       /* E_INPUT: not well formed */
void net_put_got(Buf *b, const NetGot *got);
Err net_read_got(Arena *a, Wire *w, NetGot *out) NODISCARD;       /* E_OUTSIDE: not an answer */
void net_put_mail(Buf *b, const NetMail *mail);
Err net_read_mail(Wire *w, NetMail *out) NODISCARD;
void net_put_mail_got(Buf *b, const NetMailGot *got);
Err net_read_mail_got(Wire *w, NetMailGot *out) NODISCARD;
void net_put_post(Buf *b, const NetPostGot *got);
Err net_read_post(Wire *w, NetPostGot *out) NODISCARD;
void net_put_names(Buf *b, const NetName *names, size_t n, Str error);
Err net_read_names(Arena *a, Wire *w, NetName **out, size_t *out_n, Str *out_error) NODISCARD;
void net_put_whois(Buf *b, const NetWhois *q);
Err net_read_whois(Wire *w, NetWhois *out) NODISCARD;
void net_put_whois_got(Buf *b, const NetWhoisGot *got);
Err net_read_whois_got(Wire *w, NetWhoisGot *out) NODISCARD;
/* A line that can stand in a request or an envelope: printable, no control bytes, at most max. */
bool net_line_ok(Str s, size_t max);
#endif
