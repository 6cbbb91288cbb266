/* url.h - what people paste, turned into the one spelling of an address that everything else works with.
 *
 * Pure: no I/O and nothing is asked of the network. The same canonical text comes out whenever the same page is meant:
 * http and https only; host in lower case and as A-labels (IDNA 2008 with UTS 46, as browsers do); numbers of IPv4 in all
 * their spellings as a dotted quad (WHATWG URL, "ends in a number"); default ports, dot segments, empty queries and known
 * tracking parameters dropped; percent-encoding in one form (RFC 3986 §6.2.2). Fragments are dropped, save where the page
 * is chosen by them. Paths, the order of parameters and www. are never changed: a recipient must find the very page.
 * Running it on its own result changes nothing.
 *
 * Refused: script and data instead of an address, other schemes, user:password, addresses that only exist inside a network
 * (RFC 6890, RFC 6761) unless `allow` names host:port, as [net] allow in keten.conf does. Text in, views into the arena out.
 */
#ifndef KETEN_CASE_URL_H
#define KETEN_CASE_URL_H
#include "foundation/base/base.h"
#include "foundation/base/lang.h"

enum { URL_TEXT_MAX = 4096, URL_CANONICAL_MAX = 8000, URL_LINES_MAX = 10000 };

typedef enum UrlWrong {
    URL_GOOD,
    URL_EMPTY,
    URL_NO_LINK,       /* words, a name, half an address */
    URL_TOO_LONG,
    URL_SCRIPT,        /* javascript: vbscript: */
    URL_DATA,          /* data: the picture itself, or a piece of it */
    URL_ONLY_THERE,    /* blob: file: content: about: exist on one device only */
    URL_MAIL,          /* a mail address or mailto: */
    URL_APP,           /* a link that only an app opens: tg: whatsapp: intent: */
    URL_OTHER_SCHEME,  /* ftp: magnet: ... */
    URL_PASSWORD,      /* user:password@ */
    URL_BAD_HOST,
    URL_BAD_PORT,
    URL_PRIVATE,       /* an address inside a network */
    URL_WRONG_N
} UrlWrong;
/* Code for records and pages ("no_link"), and the English msgid that says what is wrong and what to do. */
const char *url_wrong_code(UrlWrong w);
const char *url_wrong_msgid(UrlWrong w);

typedef struct WebUrl {
    Str text;                 /* canonical */
    Str host;                 /* lower case, A-labels or an IP address without brackets */
    Str domain;               /* registrable domain by the public suffix list; the host itself when there is none */
    Str path, query, fragment;/* canonical parts; query and fragment without their sign */
    int port;                 /* 0: the scheme's own */
    bool https;
    bool guessed;             /* no scheme was written: https was assumed */
    bool trimmed;             /* tracking parameters or a fragment were dropped */
} WebUrl;

/* One address. allow: blank-separated host:port pairs that may be private, or empty. Tolerates what surrounds a pasted link
 * (blanks, <>, quotes, a comma), hxxp and [.], view-source:. E_INPUT with *out_wrong set; *out untouched then. */
Err url_parse(Arena *a, Str typed, Str allow, WebUrl *out, UrlWrong *out_wrong) NODISCARD;

/* What a page at that address refers to (an attribute's value, relative or whole), as one address. http and https only; script, data and the like are refused. */
Err url_join(Arena *a, Str page, Str ref, Str allow, WebUrl *out, UrlWrong *out_wrong) NODISCARD;

/* A paste of many lines. Words around a link are left aside; a line without any link is one entry that says what is wrong.
 * Nothing is lost: `text` is what stood there. again: the same address stood higher in this paste. Blank lines are no entries. */
typedef struct UrlLine { size_t line; Str text; UrlWrong wrong; bool again; WebUrl url; } UrlLine;
typedef struct UrlList { UrlLine *lines; size_t n, good, wrong, again; } UrlList; /* good: different addresses */
/* E_LIMIT when there are more than max entries (at most URL_LINES_MAX); *out then holds the first max. */
Err url_parse_list(Arena *a, Str text, Str allow, size_t max, UrlList *out) NODISCARD;
#endif
