/* feed_acts.c - subscribers as acts: made, changed, given a key, ended. */
#include "core/feed/feed_in.h"
#include "foundation/base/enc.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { PER_MINUTE_MAX = 100000, PER_SECOND_MAX = 1000000 };

#define RIGHTS { "scopes", F_CODE, CLEAR, true, 0 }, { "lists", F_CODE, CLEAR, true, 0 }, { "kinds", F_CODE, CLEAR, true, 0 }, \
    { "per_minute", F_INT, CLEAR, true, PER_MINUTE_MAX }, { "per_second", F_INT, CLEAR, true, PER_SECOND_MAX }
static const FieldDef made_fields[] = { { "code", F_CODE, CLEAR, true, 0 }, RIGHTS, END };
static const FieldDef changed_fields[] = { RIGHTS, END };

static Err check_rights(Ctx *c, const Act *a) {
    unsigned bits = 0;
    if (!subscriber_scopes_read(act_get_code(a, "scopes"), &bits) || bits == 0) return ctx_refuse(c, E_INPUT, "scopes", "This choice is not known.");
    if (!subscriber_lists_read(act_get_code(a, "lists"), &bits) || bits == 0) return ctx_refuse(c, E_INPUT, "lists", "This choice is not known.");
    if (!subscriber_kinds_read(act_get_code(a, "kinds"), &bits) || bits == 0) return ctx_refuse(c, E_INPUT, "kinds", "This choice is not known.");
    return act_get_int(a, "per_minute") > 0 && act_get_int(a, "per_second") > 0 ? OK : ctx_refuse(c, E_INPUT, "per_minute", "This number is too small.");
}

static bool code_good(Str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ((ch == '.' || ch == '-') && i > 0))) return false;
    }
    return s.n >= 2 && s.n <= SUBSCRIBER_CODE_MAX;
}

/* The words that the bank uses for sources of its own. */
static bool code_taken(Str s) {
    static const char *const own[] = { "report", "person", "list", "keten", "import" };
    for (size_t i = 0; i < LEN(own); i++)
        if (str_eq(s, str_c(own[i]))) return true;
    return false;
}

static Err check_made(Ctx *c, const Act *a) {
    Subscriber s;
    Str code = act_get_code(a, "code");
    if (!code_good(code)) return ctx_refuse(c, E_INPUT, "code", N_("2 to 40 of a-z, 0-9, dot, hyphen."));
    Err e = subscriber_by_code(c->db, c->arena, code, &s);
    if (e == E_OUTSIDE) return e;
    if (e == OK || code_taken(code)) return ctx_refuse(c, E_CONFLICT, "code", N_("This name is taken."));
    return check_rights(c, a);
}

/* The one an act is about, of this organisation, and not ended. */
static Err subscriber_of(Ctx *c, const Act *a) {
    Subscriber s;
    TRY(subscriber_by_id(c->db, c->arena, a->subject, &s));
    if (!id_eq(s.org, a->org)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return s.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This subscription has ended."));
}
static Err check_changed(Ctx *c, const Act *a) {
    TRY(subscriber_of(c, a));
    return check_rights(c, a);
}

static const FieldDef key_fields[] = { { "digest", F_HASH, CLEAR, true, 0 }, { "older_until", F_TIME, CLEAR, true, 0 }, END };
static Err check_key(Ctx *c, const Act *a) {
    TRY(subscriber_of(c, a));
    return act_get_hash(a, "digest").n == 32 ? OK : ctx_refuse(c, E_INPUT, "digest", "This digest has the wrong length.");
}
static const FieldDef no_fields[] = { END };

const ActDef act_subscriber_made = { "subscriber.made", 1, OBJ_NONE, "subscriber.admin", false, true, made_fields, check_made, apply_subscriber_made, NULL, N_("{code} may subscribe: {scopes}") };
const ActDef act_subscriber_changed = { "subscriber.changed", 1, OBJ_NONE, "subscriber.admin", false, false, changed_fields, check_changed, apply_subscriber_changed, NULL, N_("What a subscriber may do was changed: {scopes}") };
const ActDef act_subscriber_key = { "subscriber.key", 1, OBJ_NONE, "subscriber.admin", false, false, key_fields, check_key, apply_subscriber_key, NULL, N_("A subscriber got a new key; older ones work until {older_until}") };
const ActDef act_subscriber_keys_ended = { "subscriber.keys_ended", 1, OBJ_NONE, "subscriber.admin", false, false, no_fields, subscriber_of, apply_subscriber_keys_ended, NULL, N_("All keys of a subscriber were ended") };
const ActDef act_subscriber_ended = { "subscriber.ended", 1, OBJ_NONE, "subscriber.admin", false, false, no_fields, subscriber_of, apply_subscriber_ended, NULL, N_("A subscription was ended") };

static void rights(Ctx *c, Act *a, const SubscriberNew *n) {
    act_code(a, "scopes", subscriber_scopes_words(c->arena, n->scopes));
    act_code(a, "lists", subscriber_lists_words(c->arena, n->lists));
    act_code(a, "kinds", subscriber_kinds_words(c->arena, n->kinds));
    act_int(a, "per_minute", n->per_minute);
    act_int(a, "per_second", n->per_second);
}

Act *subscriber_make(Ctx *c, Id act, Id subscriber, const SubscriberNew *n) {
    Act *a = act_new(c, &act_subscriber_made, act, ID_NONE, subscriber);
    act_code(a, "code", n->code);
    rights(c, a, n);
    return a;
}

Act *subscriber_change_rights(Ctx *c, Id act, const Subscriber *s, const SubscriberNew *n) {
    Act *a = act_new(c, &act_subscriber_changed, act, ID_NONE, s->id);
    rights(c, a, n);
    return a;
}

Act *subscriber_key_make(Ctx *c, Id act, const Subscriber *s, UnixMs older_until, Str *out_key) {
    uint8_t secret[32], digest[32];
    c->app->random(c->app->random_ctx, secret, sizeof secret);
    *out_key = str_fmt(c->arena, "ks_" STR_FMT, STR_ARG(b64url_enc(c->arena, str_bytes(secret, sizeof secret))));
    explicit_bzero(secret, sizeof secret);
    must(out_key->n == SUBSCRIBER_KEY_CHARS);
    subscriber_key_digest(*out_key, digest);
    Act *a = act_new(c, &act_subscriber_key, act, ID_NONE, s->id);
    act_hash(a, "digest", str_dup(c->arena, str_bytes(digest, sizeof digest)));
    act_time(a, "older_until", older_until);
    return a;
}

Act *subscriber_keys_end(Ctx *c, Id act, const Subscriber *s) { return act_new(c, &act_subscriber_keys_ended, act, ID_NONE, s->id); }
Act *subscriber_end(Ctx *c, Id act, const Subscriber *s) { return act_new(c, &act_subscriber_ended, act, ID_NONE, s->id); }
