/* when.h - instants and civil dates. The clock is never read here: instants come in as parameters.
 * An instant is UnixMs: milliseconds since 1970-01-01T00:00:00Z. A Date is a civil day without a zone. */
#ifndef KETEN_WHEN_H
#define KETEN_WHEN_H
#include "foundation/base/base.h"

typedef int64_t UnixMs;
typedef struct Date { int16_t y; uint8_t m, d; } Date;           /* y 1583..9999, m 1..12, d 1..31 */
typedef struct Civil { Date date; uint8_t hh, mm, ss; uint16_t ms; int32_t offset_s; } Civil;
typedef struct Zone Zone;                                        /* one tzdata zone, immutable after opening */

/* Instants handled here lie in the years 1583..9999, with a day to spare for any zone. Integers from outside are checked with this
 * first; the functions below must() it. */
bool when_ok(UnixMs t);
bool date_ok(Date d);
int32_t date_days(Date d);                                       /* days since 1970-01-01 (proleptic Gregorian) */
Date date_from_days(int32_t days);                               /* must() be in the years above, as date_add */
Date date_add(Date d, int32_t days);
int date_cmp(Date a, Date b);
int date_weekday(Date d);                                        /* ISO: 1 Monday .. 7 Sunday */
Err date_parse(Str iso, Date *out) NODISCARD;                    /* "2026-03-02" */
Str date_str(Arena *a, Date d);

/* Parses a TZif file's bytes (RFC 8536, with the footer rule for later years). E_INPUT when malformed. */
Err zone_parse(Arena *a, Str name, Str tzif, const Zone **out) NODISCARD;
/* Reads /usr/share/zoneinfo/NAME; name is checked to be a plain zone name. Call before the sandbox closes. */
Err zone_load(Arena *a, Str name, const Zone **out) NODISCARD;
Str zone_name(const Zone *z);
const Zone *zone_utc(void);
Civil civil_at(const Zone *z, UnixMs t);
/* The instant of a civil time. In the hour that occurs twice: the first. In the hour that does not exist: E_INPUT. */
Err civil_instant(const Zone *z, Date d, int hh, int mm, int ss, UnixMs *out) NODISCARD;
/* First instant of the civil day: not always 00:00. A day that a zone skipped (Apia, 2011-12-30) starts where the next one does. */
UnixMs day_start(const Zone *z, Date d);
UnixMs day_end(const Zone *z, Date d);                           /* last millisecond of the civil day */
Str when_rfc3339(Arena *a, UnixMs t);                            /* "2026-03-02T09:00:00Z"; ".123" only when ms != 0 */
Str when_civil(Arena *a, const Zone *z, UnixMs t);               /* "2026-03-02 10:00" in the zone */
/* "2026-03-02T10:00[:ss[.mmm]]" with Z, an offset, or none (then in zone z; z may be NULL when
 * an offset is required); a bare date is its first instant in z. E_INPUT, or E_LIMIT outside the years above. */
Err when_parse(const Zone *z, Str s, UnixMs *out) NODISCARD;

/* Only for the zone's own reader (zone.c): seconds east of UTC at an instant given in seconds. */
int32_t zone_offset_s(const Zone *z, int64_t unix_s);
#endif
