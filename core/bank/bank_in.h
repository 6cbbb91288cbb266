/* bank_in.h - inside core/bank. */
#ifndef KETEN_CORE_BANK_IN_H
#define KETEN_CORE_BANK_IN_H
#include "core/bank/bank_entry.h"
#include "core/bank/copy.h"

Err apply_bank_offered(Db *db, const Act *a);
Err apply_bank_confirmed(Db *db, const Act *a);
Err apply_bank_disputed(Db *db, const Act *a);
Err apply_bank_withdrawn(Db *db, const Act *a);
Err bank_newest_of(Ctx *c, Id org, int64_t *out_offered) NODISCARD;
Err bank_store_revoked_offers(Ctx *c, Id case_id, int64_t **out, size_t *out_n) NODISCARD; /* of the same entries: the numbers they were offered under */
Err bank_store_struck(Ctx *c, int64_t after, int64_t **out, size_t *out_n) NODISCARD; /* withdrawn by changes behind `after` */
Err bank_store_revoked(Ctx *c, Id case_id, BankEntry *out, size_t most, size_t *out_n) NODISCARD;

/* copy_store.c */
Err apply_picture_seen(Db *db, const Act *a);
Err apply_copy_found(Db *db, const Act *a);
Err apply_copy_decided(Db *db, const Act *a);
Err apply_bank_compared(Db *db, const Act *a);
Err bank_figure(Db *db, Id org, Str source, Str what, int64_t by) NODISCARD; /* what: a state, same, different */
Err copy_compared(Ctx *c, Id org, int64_t *out) NODISCARD;
Err copy_known(Ctx *c, Id case_id, Id one, Id other, bool *out) NODISCARD;
Err sight_by_id(Ctx *c, Id id, SightRow *out) NODISCARD;
Err sight_last(Ctx *c, Id location, SightRow *out) NODISCARD;
Err sight_page(Ctx *c, Id org, Id after, size_t limit, SightRow **out, size_t *out_n) NODISCARD;
Err sights_open(Ctx *c, SightRow *rows, size_t n) NODISCARD;
Err sights_of_location(Ctx *c, Id location, SightRow **out, size_t *out_n) NODISCARD; /* the newest SIGHTS_AT_LOCATION */
Err sight_adult(Ctx *c, Id location, bool *out) NODISCARD;

/* family_store.c */
Err apply_family_changed(Db *db, const Act *a);
Err apply_copies_decided(Db *db, const Act *a);
Err copy_open_of(Ctx *c, Id case_id, Id entry, UnixMs upto, int64_t *out_n) NODISCARD;
Err copy_locations_of(Ctx *c, Id case_id, Id entry, UnixMs decided, Id **out, size_t *out_n) NODISCARD;
Err copy_location(Ctx *c, const CopyRow *m, Act **acts, size_t *n) NODISCARD; /* where it was seen, as a location of this case */

/* list.c, list_store.c, list_ncii.c */
Err apply_list_made(Db *db, const Act *a);
Err apply_list_ended(Db *db, const Act *a);
Err apply_list_read(Db *db, const Act *a);

/* Due work (bank_work.c, copy_work.c, list_fetch.c). */
Err bank_fetch_run(Ctx *c, Id list, UnixMs due, UnixMs *out_again);
Err bank_drop_run(Ctx *c, Id list, UnixMs due, UnixMs *out_again);
Err copy_of_print_run(Ctx *c, Id print, UnixMs due, UnixMs *out_again);
Err copy_of_seen_run(Ctx *c, Id sighting, UnixMs due, UnixMs *out_again);
Err copy_of_new_run(Ctx *c, Id org, UnixMs due, UnixMs *out_again);
Err bank_offer_run(Ctx *c, Id print, UnixMs due, UnixMs *out_again);
Err bank_revoke_run(Ctx *c, Id case_id, UnixMs due, UnixMs *out_again);
Err bank_until_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again);
Err bank_follow_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err bank_compact_run(Ctx *c, Id subject, UnixMs due, UnixMs *out_again);
Err bank_forget_run(Ctx *c, Id entry, UnixMs due, UnixMs *out_again);
#endif
