/* mail_kind.h - what a mail that came in is, and which of our mails it speaks of. Pure: nothing is looked up here.
 *
 * Sources: RFC 3464 (delivery reports), RFC 3834 (automatic answers), RFC 5322 §3.6.4 (In-Reply-To, References), RFC 3461 (ENVID); and what servers and
 * ticket systems send that follow none of them.
 */
#ifndef KETEN_MAIL_KIND_H
#define KETEN_MAIL_KIND_H
#include "foundation/sandbox/media.h"

typedef enum MailKind {
    MAIL_ANSWER,      /* written by somebody, as far as can be told */
    MAIL_RECEIPT,     /* a program says that it came: a ticket, a confirmation */
    MAIL_AWAY,        /* a program says that nobody reads now, or that it was shown */
    MAIL_BOUNCED, MAIL_DELAYED,
    MAIL_PASSED,      /* a server says that it was delivered, or handed on */
    MAIL_OWN,         /* from ourselves: a loop */
    MAIL_UNREADABLE,
    MAIL_KINDS
} MailKind;
const char *mail_kind_code(MailKind k);                    /* "bounced" */
bool mail_kind_of_code(Str code, MailKind *out);

/* own: our address. *out_status: of a report, "5.1.1", or empty. */
MailKind mail_kind(Arena *a, const MediaMail *m, Str own, Str *out_status);
Str mail_ticket(Arena *a, const MediaMail *m);             /* the number that a ticket system gave it; empty: none is seen */

/* What a mail names of ours, the surest first. */
typedef enum MailHow { HOW_MARK /* in our own address */, HOW_ENVELOPE /* ENVID */, HOW_REPLY /* In-Reply-To, References */, HOW_INSIDE /* our Message-ID in what is returned */, HOW_LINK /* the answer link */, HOW_NUMBER /* N-7F3K-2M9Q */, HOW_N } MailHow;
typedef struct MailName { MailHow how; Str name; /* 32 hex, or the number's 8 characters */ } MailName;
enum { MAIL_NAMES_MAX = 24 };
const char *mail_how_code(MailHow how);                    /* "reply" */
/* own: our address; the part before and the domain behind its @ are what is looked for. */
size_t mail_names(Arena *a, const MediaMail *m, Str own, Str mark, MailName out[MAIL_NAMES_MAX]);
Str mail_domain_of(Str address);                           /* behind the last @; empty: none */
#endif
