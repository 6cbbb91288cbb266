/* lookup_rule.h - what we know better than the registries, as rules with validity and reason; and the lookup with them.
 *
 * A rule is for a domain and all below it: the longest domain that fits goes first, then the newest. It holds from its first instant to
 * its last and until somebody ends it; ending can be taken back. Rules never change what was found: they are laid over it, and what a
 * rule changed carries the rule's id. Texts are sealed under the organisation.
 */
#ifndef KETEN_LOOKUP_RULE_H
#define KETEN_LOOKUP_RULE_H
#include "steps/takedown/lookup.h"
#include "steps/takedown/takedown.h"

enum { RULES_MAX = 2000 };
extern const ActDef act_rule_added, act_rule_ended, act_rule_restored, act_lookup_made, act_lookup_asked;
typedef struct RuleRow { Id id, org, by; Str kind, rung, country, domain, name, mail, page, why; UnixMs from, until, made, ended; Err err; } RuleRow;
typedef struct RuleNew { Str kind, rung, country, domain, name, mail, page, why; UnixMs from, until; } RuleNew;
extern const char *const rule_kinds[];   /* ended by NULL */
const char *rule_kind_word(Str kind);    /* msgid */

Act *rule_add(Ctx *c, Id act_id, const RuleNew *n);
Act *rule_end(Ctx *c, Id rule);
Act *rule_restore(Ctx *c, Id rule);
Err rule_by_id(Ctx *c, Id id, RuleRow *out) NODISCARD;
Err rule_list(Ctx *c, bool ended_too, RuleRow **out, size_t *out_n) NODISCARD; /* newest first, opened */
bool rule_holds(const RuleRow *r, UnixMs at);
bool rule_fits(const RuleRow *r, Str host);
/* Those that hold now and fit, longest domain first. */
Err rules_of_host(Ctx *c, Str host, LookupRule **out, size_t *out_n) NODISCARD;
/* The page to ask instead of the location itself whether something is still there (kind checker), or empty. */
Err rule_any_checker(Ctx *c, bool *out) NODISCARD; /* whether this organisation has such a rule at all: asked before each look */
Err rule_checker(Ctx *c, Str host, Str *out_page) NODISCARD;

/* Asks now, with the rules of the organisation and the register of platforms. E_INPUT: no address; E_OUTSIDE. */
Err lookup_now(Ctx *c, Str url, Lookup *out) NODISCARD;

/* ---- lookups of a location, kept ---- */
typedef struct LookupRow { Id id, case_id, org, location, proof; Str why, result_sealed; UnixMs at; int64_t found; bool changed; } LookupRow;
Err lookup_rows(Ctx *c, Id location, size_t limit, LookupRow **out, size_t *out_n) NODISCARD; /* newest first */
Err lookup_asked_at(Ctx *c, Id location, UnixMs *out) NODISCARD; /* 0: never */
Err lookup_of_host(Ctx *c, Id location, LookupRow *out) NODISCARD;
Err lookup_others_due(Ctx *c, bool *out) NODISCARD;
/* The newest of this place, or else of another place on the same host in the same case, opened. E_MISSING: never looked up, or erased. */
Err lookup_latest(Ctx *c, Id location, LookupRow *row, Lookup *out) NODISCARD;
Act *lookup_ask(Ctx *c, Id case_id, Id location);
/* Looks a location up for a case and records it: two acts are added to l. why: asked sending again; a daily look (again) that finds the
 * same hands adds none for a month, so that the record does not fill with sameness. */
typedef struct Acts Acts;
Err lookup_record(Ctx *c, Id case_id, const LocationRow *loc, Str why, Lookup *out, bool *out_changed, Acts *l) NODISCARD;
Err lookup_find_run(Ctx *c, Id location, UnixMs due, UnixMs *out_again) NODISCARD;

/* ---- a place that changed hands: lookup_moved.c ---- */
/* Adds the acts by which whoever holds it now is asked the same; *out_moved: the recipient does not hold it any more. */
Err lookup_moved(Ctx *c, const NoticeRow *n, const LocationRow *loc, const Lookup *now, Acts *l, bool *out_moved) NODISCARD;
Err lookup_moved_all(Ctx *c, const LocationRow *loc, const Lookup *now, Acts *l) NODISCARD; /* for every open request about it */
/* *out_goes false: all its places are in other hands, and those have been asked instead. Commits by itself. */
Err lookup_before_sending(Ctx *c, const NoticeRow *n, bool *out_goes) NODISCARD;

Err apply_rule_added(Db *db, const Act *a);
Err apply_rule_ended(Db *db, const Act *a);
Err apply_lookup_made(Db *db, const Act *a);
Err apply_lookup_asked(Db *db, const Act *a);
#endif
