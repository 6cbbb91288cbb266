/* platform.h - the register of platforms: the law data (table platforms) with what people recorded by hand laid over it.
 *
 * A platform that the data does not know has a code of its own (p-...), and is from then on a holder like any other: requests,
 * locations, contact points and filings name it by its code. What somebody recorded about a platform of the data goes before the
 * data until it is ended. Names, companies and domains are typed, so they are sealed under the organisation that recorded them.
 * Whoever shows, asks or routes a platform comes here, not to law_platform. supervise has the pages. Part of core/case.
 */
#ifndef KETEN_PLATFORM_H
#define KETEN_PLATFORM_H
#include "core/case/case.h"
#include "core/law/law.h"

extern const ActDef act_platform_added, act_platform_changed, act_platform_ended;
typedef struct PlatformFacts { Str name, operator_name, domains, tags /* blank-separated ids of table tags */, seat, representative, representative_name, host, why; } PlatformFacts;
typedef struct PlatformView {
    Str code;                   /* id of table platforms, or p-... for one added by hand */
    const LawPlatform *law;     /* NULL: by hand */
    Id hand;                    /* row of what people recorded; none: only the law data */
    PlatformFacts f;
    UnixMs changed, ended;
    Err err;                    /* of the sealed texts: E_MISSING when erased */
} PlatformView;
/* A new platform gets its code from the act's id, so that sending twice makes one. */
Act *platform_add(Ctx *c, Id act_id, const PlatformFacts *f, Str *out_code);
Act *platform_change(Ctx *c, Id act_id, const PlatformView *p, const PlatformFacts *f);
Act *platform_end(Ctx *c, const PlatformView *p);
Err platform_get(Ctx *c, Str code, PlatformView *out) NODISCARD;
/* By name; ended ones last. q: part of name, operator or domain; tag: must have it; both may be empty. */
Err platform_list(Ctx *c, Str q, Str tag, PlatformView **out, size_t *out_n) NODISCARD;
/* The question who is competent for this platform as it is known now; a fact changed by hand goes before the data. */
RouteQuery platform_route(Ctx *c, const PlatformView *p, Str offence, Str depicted, Str reporter);
/* As whom an organisation asks, for RouteQuery.reporter: it decides which forms are open to it. */
Str route_reporter(Ctx *c, Id org);
/* The platform in the shape of a row of the data, for everybody who only reads: of the data itself, or made of what people
 * recorded. NULL when nobody knows the code (or the database does not answer). Lives as long as the request. */
const LawPlatform *platform_row(Ctx *c, Str code);
/* Whose site a host is: loaded once, then asked for many. The longest domain that fits; what people recorded goes first. */
typedef struct PlatformHosts { const Law *law; Date at; const PlatformView *hand; size_t hand_n; } PlatformHosts;
Err platform_hosts(Ctx *c, PlatformHosts *out) NODISCARD;
Str platform_of_host(const PlatformHosts *h, Str host); /* code, or empty */
#endif
