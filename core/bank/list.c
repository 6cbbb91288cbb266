/* list.c - a list from elsewhere as acts: made, ended, read. */
#include "core/bank/list.h"
#include "core/bank/bank_in.h"
#include "core/case/url.h"
#include "core/vault/vault.h"

#define END { NULL, F_END, CLEAR, false, 0 }
enum { HOURS_MAX = 720 };

static bool code_ok(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || (i > 0 && strchr("._-", s.p[i]) != NULL))) return false;
    return s.n >= 2 && s.n <= BANK_CODE_MAX && !str_eq(s, S("report")) && !str_eq(s, S("person"));
}

static const FieldDef made_fields[] = { { "code", F_CODE, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "lane", F_CODE, CLEAR, true, 0 }, { "pass_on", F_INT, CLEAR, true, 1 }, { "every_h", F_INT, CLEAR, true, HOURS_MAX },
    { "url", F_TEXT, STORE, false, LIST_URL_MAX }, { "key", F_TEXT, STORE, false, LIST_KEY_MAX }, { "key2", F_TEXT, STORE, false, LIST_KEY_MAX }, END };
static Err check_made(Ctx *c, const Act *a) {
    ListRow there;
    WebUrl u;
    UrlWrong wrong = URL_GOOD;
    Str kind = act_get_code(a, "kind"), lane = act_get_code(a, "lane");
    bool file = str_eq(kind, S("file"));
    if (!code_ok(act_get_code(a, "code"))) return ctx_refuse(c, E_INPUT, "code", "Two to 47 small letters, digits, dots and hyphens.");
    if ((!file && !str_eq(kind, S("text")) && !str_eq(kind, S("stop_ncii"))) || (!str_eq(lane, S("adult")) && !str_eq(lane, S("minor")))) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    if (!file && (act_get_int(a, "every_h") < 1 || act_get_int(a, "every_h") > HOURS_MAX)) return ctx_refuse(c, E_INPUT, "every_h", "Between 1 and 720 hours.");
    if (!file && url_parse(c->arena, act_get_text(a, "url"), c->app->net_allow, &u, &wrong) != OK) return ctx_refuse(c, E_INPUT, "url", url_wrong_msgid(wrong));
    Err err = list_by_code(c, a->org, act_get_code(a, "code"), &there);
    if (err == OK) return ctx_refuse(c, E_CONFLICT, "code", "There is a list of this name already.");
    return err == E_MISSING ? OK : err;
}
static Err follow_made(Ctx *c, const Act *a) { return str_eq(act_get_code(a, "kind"), S("file")) ? OK : journal_job(c, "bank.fetch", a->subject, c->now); }
const ActDef act_list_made = { "bank.list_made", 1, OBJ_NONE, "bank.list", false, true, made_fields, check_made, apply_list_made, follow_made, N_("A list of hashes from elsewhere was set up: {code}") };

static const FieldDef ended_fields[] = { END };
static Err list_of(Ctx *c, const Act *a, ListRow *out) {
    TRY(list_by_id(c, a->subject, out));
    if (!id_eq(out->org, a->org)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return out->ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This list has ended.");
}
static Err check_ended(Ctx *c, const Act *a) {
    ListRow l;
    return list_of(c, a, &l);
}
static Err follow_ended(Ctx *c, const Act *a) { return journal_job(c, "bank.drop", a->subject, c->now); }
const ActDef act_list_ended = { "bank.list_ended", 1, OBJ_NONE, "bank.list", false, false, ended_fields, check_ended, apply_list_ended, follow_ended, N_("A list of hashes from elsewhere was ended; what it brought is withdrawn") };

static const FieldDef read_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, { "checkpoint", F_INT, CLEAR, false, 0 }, { "rows", F_INT, CLEAR, true, 0 }, { "added", F_INT, CLEAR, true, 0 }, { "known", F_INT, CLEAR, true, 0 },
    { "refused", F_INT, CLEAR, true, 0 }, { "withdrawn", F_INT, CLEAR, true, 0 }, { "conflicts", F_INT, CLEAR, true, 0 }, END };
static Err check_read(Ctx *c, const Act *a) {
    ListRow l;
    TRY(list_of(c, a, &l));
    return act_get_int(a, "checkpoint") >= l.checkpoint ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This list was read further already.");
}
const ActDef act_list_read = { "bank.list_read", 1, OBJ_NONE, "bank.take", false, false, read_fields, check_read, apply_list_read, NULL, N_("A list from elsewhere was read ({why}): {rows} hashes, {added} new, {withdrawn} withdrawn") };

Err list_make(Ctx *c, Id act, const ListNew *n, Act **out) {
    Id id = ctx_new_id(c);
    if (c->vault == NULL) return ctx_refuse(c, E_OUTSIDE, NULL, "This could not be saved. Nothing was changed.");
    Act *a = act_new(c, &act_list_made, act, ID_NONE, id);
    TRY(vault_store_scopes(c->vault, a->org, &id, 1, c->now));
    a->scope = id;
    act_code(a, "code", n->code);
    act_code(a, "kind", n->kind);
    act_code(a, "lane", n->lane);
    act_int(a, "pass_on", n->pass_on);
    act_int(a, "every_h", str_eq(n->kind, S("file")) ? 0 : n->every_h);
    act_text(a, "url", n->url);
    act_text(a, "key", n->key);
    act_text(a, "key2", n->key2);
    *out = a;
    return OK;
}
Act *list_end(Ctx *c, Id list) { return act_new(c, &act_list_ended, ID_NONE, ID_NONE, list); }

Act *list_read_act(Ctx *c, const ListRow *l, Str why, int64_t checkpoint, const ListCount *n) {
    Act *a = act_new(c, &act_list_read, ID_NONE, ID_NONE, l->id);
    a->org = l->org;
    act_code(a, "why", why);
    act_int(a, "checkpoint", checkpoint > l->checkpoint ? checkpoint : l->checkpoint);
    act_int(a, "rows", n->rows);
    act_int(a, "added", n->added);
    act_int(a, "known", n->known);
    act_int(a, "refused", n->refused);
    act_int(a, "withdrawn", n->withdrawn);
    act_int(a, "conflicts", n->conflicts);
    return a;
}

Err list_open(Ctx *c, ListRow *l) {
    OpenItem items[] = { { .org = l->org, .scope = l->id, .cls = STORE, .item = l->id, .field = "url", .sealed = l->url_sealed }, { .org = l->org, .scope = l->id, .cls = STORE, .item = l->id, .field = "key", .sealed = l->key_sealed },
        { .org = l->org, .scope = l->id, .cls = STORE, .item = l->id, .field = "key2", .sealed = l->key2_sealed } };
    TRY(journal_open_many(c, items, LEN(items)));
    l->url = items[0].plain;
    l->key = items[1].plain;
    l->key2 = items[2].plain;
    return l->url_sealed.n > 0 ? items[0].err : OK;
}
