/* location.c - where the material is. A known location joins the case; it never blocks a report. */
#include "core/case/case_in.h"
#include "core/case/location_in.h"
#include "core/case/platform.h"
#include "core/law/law.h"
#include "core/vault/vault.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef added_fields[] = { { "url", F_TEXT, STORE, true, 8192 }, { "url_key", F_HASH, CLEAR, true, 0 }, { "host_key", F_HASH, CLEAR, true, 0 }, { "platform", F_CODE, CLEAR, false, 0 },
    { "kind", F_CODE, CLEAR, true, 0 }, { "path_key", F_HASH, CLEAR, false, 0 }, END };
/* Adding makes the location of the organisation; joining ties it to the case. Both carry the case, so both stand in its chain. */
const ActDef act_location_added = { "location.added", 1, OBJ_LOCATION, "location.add", false, true, added_fields, NULL, apply_location_added, NULL, N_("A location was added") };

static const FieldDef joined_fields[] = { { "location", F_ID, CLEAR, true, 0 }, { "source", F_CODE, CLEAR, true, 0 }, { "note", F_TEXT, STORE, false, 2000 }, { "known", F_INT, CLEAR, false, 1 }, END };
/* Who can remove it is asked at once (by takedown), so that it is known before somebody sits down to write. */
static Err follow_joined(Ctx *c, const Act *a) { return journal_job(c, "lookup.find", act_get_id(a, "location"), c->now); }
const ActDef act_location_joined = { "location.joined", 1, OBJ_NONE, "location.add", true, true, joined_fields, NULL, apply_location_joined, follow_joined, N_("A location belongs to this case") };

/* Two spellings of one link in a paste are one location. Open addressing over the blind indexes. */
typedef struct Seen { size_t *slot; size_t cap; const Id *keys; } Seen;

static Seen seen_new(Arena *a, size_t n, const Id *keys) {
    Seen s = { .cap = 16, .keys = keys };
    while (s.cap < 2 * n) s.cap *= 2;
    s.slot = ARENA_ARRAY(a, size_t, s.cap);
    return s;
}

/* Index of the earlier entry with the same key, or i itself, which is then remembered. */
static size_t seen_first(Seen *s, size_t i) {
    uint64_t h = 0;
    memcpy(&h, s->keys[i].b, sizeof h);
    for (size_t at = (size_t)h & (s->cap - 1);; at = (at + 1) & (s->cap - 1)) {
        if (s->slot[at] == 0) {
            s->slot[at] = i + 1;
            return i;
        }
        if (id_eq(s->keys[s->slot[at] - 1], s->keys[i])) return s->slot[at] - 1;
    }
}

/* Whose site it is, when the caller did not say: by the domains of the register of platforms. */
static Str platform_of(const PlatformHosts *hosts, const LocationNew *in) { return in->platform.n > 0 ? in->platform : platform_of_host(hosts, in->host); }

/* What stands after the host, when it is long enough to be one page's own: "/" and "/video/1" stand on every site. */
enum { PATH_TELLS = 12 };
static Str path_of(Str url) {
    size_t at = 0;
    if (!str_find(url, S("://"), &at)) return STR_NONE;
    Str rest = str_sub(url, at + 3, url.n);
    return str_chr(rest, '/', &at) ? str_sub(rest, at, rest.n) : STR_NONE;
}
typedef struct Keys { Id *url, *host, *path; } Keys;

static Act *added(Ctx *c, Id case_id, Id location, const LocationNew *in, const PlatformHosts *hosts, const Keys *keys, size_t i) {
    Act *a = act_new(c, &act_location_added, ID_NONE, case_id, location);
    a->scope = location; /* its own key: erasing one case leaves what other cases hold */
    act_text(a, "url", in->url_canonical);
    act_hash(a, "url_key", str_dup(c->arena, id_str(&keys->url[i])));
    act_hash(a, "host_key", str_dup(c->arena, id_str(&keys->host[i])));
    if (path_of(in->url_canonical).n >= PATH_TELLS) act_hash(a, "path_key", str_dup(c->arena, id_str(&keys->path[i])));
    act_code(a, "platform", platform_of(hosts, in));
    act_code(a, "kind", in->kind.n > 0 ? in->kind : S("page"));
    return a;
}

static Act *joined(Ctx *c, Id case_id, Id location, const LocationNew *in, bool known) {
    Act *a = act_new(c, &act_location_joined, in->act_id, case_id, ctx_new_id(c));
    act_idf(a, "location", location);
    act_code(a, "source", in->source.n > 0 ? in->source : S("worker"));
    act_text(a, "note", in->note);
    act_int(a, "known", known);
    return a;
}

static Err blind_keys(Ctx *c, const LocationNew *in, size_t n, Keys *out) {
    Str *urls = ARENA_ARRAY(c->arena, Str, n + 1), *hosts = ARENA_ARRAY(c->arena, Str, n + 1), *paths = ARENA_ARRAY(c->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) {
        urls[i] = in[i].url_canonical;
        hosts[i] = in[i].host;
        paths[i] = path_of(in[i].url_canonical);
    }
    *out = (Keys){ ARENA_ARRAY(c->arena, Id, n + 1), ARENA_ARRAY(c->arena, Id, n + 1), ARENA_ARRAY(c->arena, Id, n + 1) };
    TRY(vault_blind(c->vault, S("url"), urls, n, out->url));
    TRY(vault_blind(c->vault, S("host"), hosts, n, out->host));
    return vault_blind(c->vault, S("path"), paths, n, out->path);
}

Err location_look_many(Ctx *c, Id case_id, const LocationNew *in, size_t n, LocationResult *res) {
    Keys keys;
    Id org = id_none(c->person.org) ? c->app->org : c->person.org;
    if (n > LOCATIONS_AT_ONCE) return ctx_refuse(c, E_LIMIT, "links", "At most 10,000 links at once.");
    TRY(blind_keys(c, in, n, &keys));
    for (size_t i = 0; i < n; i++) {
        res[i] = (LocationResult){ 0 };
        TRY(location_known(c, org, keys.url[i], case_id, &res[i]));
    }
    return OK;
}

Err location_add_many(Ctx *c, Id case_id, const LocationNew *in, size_t n, LocationResult *res, Act ***out_acts, size_t *out_acts_n) {
    Keys keys;
    Id org = id_none(c->person.org) ? c->app->org : c->person.org;
    if (n > LOCATIONS_AT_ONCE) return ctx_refuse(c, E_LIMIT, "links", "At most 10,000 links at once.");
    TRY(blind_keys(c, in, n, &keys));
    Act **acts = ARENA_ARRAY(c->arena, Act *, 2 * n + 1);
    Id *fresh = ARENA_ARRAY(c->arena, Id, n + 1);
    size_t k = 0, fresh_n = 0;
    Seen seen = seen_new(c->arena, n, keys.url);
    PlatformHosts hosts;
    TRY(platform_hosts(c, &hosts));
    for (size_t i = 0; i < n; i++) {
        size_t first = seen_first(&seen, i);
        if (first != i) {
            res[i] = res[first];
            res[i].known_here = true;
            continue;
        }
        res[i] = (LocationResult){ 0 };
        TRY(location_known(c, org, keys.url[i], case_id, &res[i]));
        if (res[i].known_here) continue;
        if (id_none(res[i].location)) {
            res[i].location = fresh[fresh_n++] = ctx_new_id(c);
            acts[k++] = added(c, case_id, res[i].location, &in[i], &hosts, &keys, i);
        }
        acts[k++] = joined(c, case_id, res[i].location, &in[i], res[i].known_elsewhere);
    }
    TRY(vault_store_scopes(c->vault, org, fresh, fresh_n, c->now));
    *out_acts = acts;
    *out_acts_n = k;
    return OK;
}

Err location_open(Ctx *c, LocationRow *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, n + 1);
    for (size_t i = 0; i < n; i++)
        items[i] = (OpenItem){ .org = rows[i].org, .scope = rows[i].id, .cls = STORE, .item = rows[i].id, .field = "url", .sealed = rows[i].url_sealed };
    TRY(journal_open_many(c, items, n));
    for (size_t i = 0; i < n; i++) {
        rows[i].url = items[i].plain;
        rows[i].url_err = items[i].err;
    }
    return OK;
}
