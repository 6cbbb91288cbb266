/* contact.h - contact points of platforms and bodies, with what was agreed: response, channel, escalation tier.
 *
 * supervise keeps those of platforms, consult those of bodies; whoever sends something may look one up. A contact point is
 * ended, never changed: the record then shows which one was right at which moment. Address, name and terms are sealed under
 * the organisation that recorded them; the directory is open to all staff of the server (contact.read), asked by the caller.
 * Part of core/case.
 */
#ifndef KETEN_CONTACT_H
#define KETEN_CONTACT_H
#include "core/case/case.h"

extern const ActDef act_contact_added, act_contact_checked, act_contact_ended;

typedef struct ContactNew {
    Str of;             /* platform body recipient */
    Str holder;         /* id of the platform or of table authorities; of a recipient that is no platform its id in hex */
    Str purpose;        /* notices flagger authorities legal csam escalation general */
    Str channel;        /* mail phone form portal post age (a public key: files are sealed to it) */
    Str lang;           /* nl en ... or empty: not known */
    int64_t tier;       /* 1 first, 2 when that stays silent, 3 at the top */
    int64_t response_h; /* hours within which they promised to answer; 0: nothing promised */
    UnixMs agreed;      /* day of the agreement; 0: published by them, or found, without an agreement */
    Str name, address, terms;
} ContactNew;
typedef struct ContactRow { Id id, org; Str of, holder, purpose, channel, lang, end_why; int64_t tier, response_h; UnixMs agreed, added, checked, ended; Str name, address, terms; Err err; } ContactRow;

extern const char *const contact_purposes[], *const contact_channels[]; /* codes, ended by NULL */
const char *contact_purpose_word(Str code); /* msgid */
const char *contact_channel_word(Str code);

/* Refused with the field's name: an address that does not fit its channel, a tier outside 1..3, an agreement in the future. */
Act *contact_add(Ctx *c, Id act_id, const ContactNew *n);
Act *contact_still_right(Ctx *c, Id contact);          /* somebody has looked today */
Act *contact_end(Ctx *c, Id contact, Str why /* gone replaced wrong */);
Err contact_by_id(Ctx *c, Id id, ContactRow *out) NODISCARD;
/* By tier, then newest first; texts opened. holder empty: all of that kind. At most 2,000. */
Err contact_list(Ctx *c, Str of, Str holder, bool ended_too, ContactRow **out, size_t *out_n) NODISCARD;
#endif
