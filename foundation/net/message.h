/* message.h - writing one mail: RFC 5322 with MIME (RFC 2045, 2046, 2047), CRLF lines, UTF-8 text as quoted-printable, files as
 * base64. What comes in cannot end a header: control bytes in an address are E_INPUT, in words they become blanks. Pure.
 */
#ifndef KETEN_MESSAGE_H
#define KETEN_MESSAGE_H
#include "foundation/base/when.h"

typedef struct MessagePart { Str name /* [A-Za-z0-9._-] */, type /* application/pdf */, bytes; } MessagePart;
typedef struct Message {
    Str from_name, from, to, reply_to; /* reply_to may be empty */
    Str subject, language /* nl */, text;
    Str id;                            /* left of the @ of Message-ID: plain letters, digits, . _ - */
    Str in_reply_to;                   /* whole message id with angle brackets, or empty */
    bool automatic;                    /* written by the server in answer to something: says so, so that nothing answers it (RFC 3834) */
    UnixMs at;
    const Zone *zone;                  /* of the Date header */
    const MessagePart *parts;
    size_t parts_n;
} Message;
/* E_INPUT: an address, id or file name is not of that form; E_LIMIT when it does not fit in out. */
Err message_write(const Message *m, Buf *out) NODISCARD;
#endif
