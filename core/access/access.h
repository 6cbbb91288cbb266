/* access.h - the one place that decides who may see or do what on which object.
 *
 * Default deny. A rule says: this action, for these roles, when the person stands in this relation to the object,
 * while the object is in one of these states. No rule that fits: no. An empty audience is nobody.
 * The answer for an object that the person may not even see is E_MISSING, the same as for one that does not exist. Staff of the
 * organisation that an object belongs to may know that it is there (references count up anyway) and get E_DENIED.
 */
#ifndef KETEN_ACCESS_H
#define KETEN_ACCESS_H
#include "core/ctx/ctx.h"

typedef enum ObjectKind {
    OBJ_NONE,       /* the action needs no object */
    OBJ_CASE,
    OBJ_LOCATION,   /* seen through the cases it belongs to */
    OBJ_NOTICE,
    OBJ_FILING,
    OBJ_DOSSIER,
    OBJ_CAPTURE,
    OBJ_CLOCK,
    OBJ_PROPOSAL,
    OBJ_MESSAGE,
    OBJ_SHARE,
    OBJ_ORG,
    OBJ_USER,
    OBJ_TEAM,
    OBJ_REQUEST,    /* what was asked of one recipient: part of a notice or filing */
    OBJ_CONSULT,    /* consultations are open to every organisation that takes part */
    OBJ_KINDS
} ObjectKind;
typedef struct Object { ObjectKind kind; Id id; } Object;
#define NO_OBJECT ((Object){ OBJ_NONE, ID_NONE })
#define OBJ(k, i) ((Object){ (k), (i) })

/* How the person stands to the object. Several may hold at once; they are bits. */
enum {
    REL_ANY = 1 << 0,      /* always holds */
    REL_ORG = 1 << 1,      /* the object belongs to the person's organisation */
    REL_TEAM = 1 << 2,     /* the object's case is with a team the person is a member of */
    REL_OWN_CASE = 1 << 3, /* the person holds the receipt code of the object's case */
    REL_SHARE = 1 << 4,    /* the object was shared with the person's organisation, and the share runs now */
    REL_LINK = 1 << 5,     /* the person holds the answer link of the object */
    REL_SELF = 1 << 6,     /* the object is the person */
    REL_CASE_SHARE = 1 << 8, /* the object is a case, and the case itself was shared with the person's organisation; says nothing of its dossiers */
    REL_PARTY = 1 << 7,    /* the person's organisation takes part in the object (consultation) */
};
/* State of the object's case as far as rights care. */
enum { ST_OPEN = 1 << 0, ST_PAUSED = 1 << 1, ST_WITHDRAWN = 1 << 2, ST_CLOSED = 1 << 3, ST_ERASED = 1 << 4, ST_MERGED = 1 << 5, ST_NONE = 1 << 6 };
enum { ST_LIVE = ST_OPEN | ST_PAUSED, ST_KEPT = ST_LIVE | ST_WITHDRAWN | ST_CLOSED | ST_MERGED, ST_ALL = ST_KEPT | ST_ERASED | ST_NONE };

typedef struct AccessRule { const char *action; uint32_t roles, relations, states; } AccessRule;
extern const AccessRule access_rules[];   /* ended by action NULL; also printed as documentation */

/* Pure decision over known facts: what the matrix test runs. */
typedef struct AccessFacts { uint32_t roles, relations, state; bool exists; } AccessFacts;
Err access_decide(const char *action, const AccessFacts *facts) NODISCARD;

/* Loads the facts and decides. E_DENIED, or E_MISSING when the person may not know of it. */
Err access_may(Ctx *c, const char *action, Object on) NODISCARD;
/* The same for a case id, the most frequent object. */
Err access_case(Ctx *c, const char *action, Id case_id) NODISCARD;
/* For a page that shows what can be done: whether it would be let through. What c->fail says stays as it was. */
bool access_can(Ctx *c, const char *action, Object on);
#endif
