/* copy.c - a picture seen, what lies near it, and what a person says of it, as acts. */
#include "core/bank/copy.h"
#include "core/bank/bank_in.h"
#include "core/case/url.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { HASH_BYTES = 32 };

static const FieldDef seen_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "quality", F_INT, CLEAR, true, 100 }, { "hash", F_TEXT, STORE, true, HASH_BYTES }, END };
static Err check_seen(Ctx *c, const Act *a) {
    bool adult = false;
    TRY(sight_adult(c, act_get_id(a, "location"), &adult));
    if (!adult) return ctx_refuse(c, E_CONFLICT, NULL, "Somebody under 18 is shown, or may be. Then we never take anything of the picture, not even these characters.");
    return act_get_text(a, "hash").n == HASH_BYTES && act_get_int(a, "quality") >= PDQ_QUALITY_MIN ? OK : ctx_refuse(c, E_INPUT, "hash", "This photo shows too little to be recognised. Other photos would be taken for it.");
}
static Err follow_seen(Ctx *c, const Act *a) { return journal_job(c, "copy.of_seen", a->subject, c->now); }
const ActDef act_picture_seen = { "fingerprint.seen", 1, OBJ_NONE, "print.match", true, true, seen_fields, check_seen, apply_picture_seen, follow_seen, N_("The picture at a location was hashed, and not kept: quality {quality}") };

static const FieldDef found_fields[] = { { "print", F_ID, CLEAR, false, 0 }, { "sighting", F_ID, CLEAR, false, 0 }, { "entry", F_ID, CLEAR, false, 0 }, { "distance", F_INT, CLEAR, true, PDQ_RADIUS },
    { "quality", F_INT, CLEAR, false, 100 }, { "source", F_CODE, CLEAR, true, 0 }, END };
/* All that is compared must be there still, of this organisation, and of adults. */
static Err check_found(Ctx *c, const Act *a) {
    PrintRow p = { .ended = 0 };
    SightRow s = { .quality = 0 };
    BankEntry e = { .lane = S("adult"), .state = S("active") };
    Id print = act_get_id(a, "print"), sighting = act_get_id(a, "sighting"), entry = act_get_id(a, "entry");
    bool good = id_none(print) + id_none(sighting) + id_none(entry) == 1;
    if (!id_none(print)) TRY(print_by_id(c, print, &p));
    if (!id_none(sighting)) TRY(sight_by_id(c, sighting, &s));
    if (!id_none(entry)) TRY(bank_entry_by_id(c, entry, &e));
    if (!id_none(print)) good = good && id_eq(p.case_id, a->case_id) && id_eq(p.org, a->org) && print_may(&p, S("recognise"));
    if (!id_none(sighting)) good = good && id_eq(s.org, a->org);
    if (!id_none(entry)) good = good && id_eq(e.org, a->org) && str_eq(e.lane, S("adult")) && !str_eq(e.state, S("withdrawn"));
    return good ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was taken back already.");
}
const ActDef act_copy_found = { "fingerprint.found", 1, OBJ_NONE, "print.match", true, true, found_fields, check_found, apply_copy_found, NULL, N_("A picture may have been found again: {distance} of 256 differ, source {source}") };

static const FieldDef decided_fields[] = { { "same", F_INT, CLEAR, true, 1 }, END };
static Err check_decided(Ctx *c, const Act *a) {
    CopyRow m;
    TRY(copy_by_id(c, a->subject, &m));
    if (!id_eq(m.case_id, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return str_eq(m.state, S("open")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was decided already, or a photo was taken back.");
}
/* The watch follows the location from now on. */
static Err follow_decided(Ctx *c, const Act *a) {
    CopyRow m;
    if (act_get_int(a, "same") == 0) return OK;
    TRY(copy_by_id(c, a->subject, &m));
    return id_none(m.location) ? OK : journal_job(c, "watch.check", m.location, c->now);
}
const ActDef act_copy_decided = { "fingerprint.copy", 1, OBJ_NONE, "print.decide", true, false, decided_fields, check_decided, apply_copy_decided, follow_decided, N_("A person decided whether a picture that was found again is the same") };

static const FieldDef compared_fields[] = { { "change", F_INT, CLEAR, true, 0 }, END };
const ActDef act_bank_compared = { "bank.compared", 1, OBJ_NONE, "bank.offer", false, true, compared_fields, NULL, apply_bank_compared, NULL, N_("New hashes of the bank were compared with what is known here") };

/* Where it was seen, as a location of this case. */
Err copy_location(Ctx *c, const CopyRow *m, Act **acts, size_t *n) {
    LocationRow l;
    LocationResult res;
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    Act **more = NULL;
    size_t more_n = 0;
    TRY(location_by_id(c, m->location, &l));
    TRY(location_open(c, &l, 1));
    if (l.url_err != OK || url_parse(c->arena, l.url, c->app->net_allow, &u, &wrong) != OK) return ctx_refuse(c, E_CONFLICT, NULL, "The address is not here any more.");
    LocationNew in = { .url_canonical = u.text, .host = u.host, .platform = l.platform, .kind = l.kind, .source = S("found_again") };
    TRY(location_add_many(c, m->case_id, &in, 1, &res, &more, &more_n));
    for (size_t i = 0; i < more_n; i++) acts[(*n)++] = more[i];
    return OK;
}

Err copy_decide(Ctx *c, const CopyRow *m, bool same, Act ***out, size_t *out_n) {
    Act **acts = ARENA_ARRAY(c->arena, Act *, 4);
    size_t n = 0;
    acts[n] = act_new(c, &act_copy_decided, ID_NONE, m->case_id, m->id);
    act_int(acts[n++], "same", same);
    if (same && !id_none(m->location) && !id_none(m->print)) TRY(copy_location(c, m, acts, &n));
    *out = acts;
    *out_n = n;
    return OK;
}
