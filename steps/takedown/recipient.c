/* recipient.c - the register of those who can remove: kept by hand, seeded from the law data when somebody chooses so. */
#include "core/case/platform.h"
#include "steps/takedown/playbook.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static const FieldDef fields[] = { { "rung", F_CODE, CLEAR, true, 0 }, { "platform", F_CODE, CLEAR, false, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "country", F_CODE, CLEAR, false, 0 },
    { "name", F_TEXT, STORE, true, 400 }, { "mail", F_TEXT, STORE, true, 254 }, { "note", F_TEXT, STORE, false, 8000 }, { "found", F_CODE, CLEAR, false, 0 }, END };

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

bool rung_known(const Ctx *c, Str rung) { return str_eq(rung, RUNG_HOTLINE) || (c->app->law != NULL && law_rung(c->app->law, rung, today(c)) != NULL); }

Str rung_name(const Ctx *c, Lang lang, Str rung) {
    UiCtx ui = ui_plain(c->arena, lang, c->now);
    const LawRung *r = c->app->law != NULL ? law_rung(c->app->law, rung, today(c)) : NULL;
    if (str_eq(rung, RUNG_HOTLINE)) return tr(&ui, N_("Hotline"));
    return r != NULL ? r->name[lang] : rung;
}

static Err check_fields(Ctx *c, const Act *a) {
    Str country = act_get_code(a, "country"), platform = act_get_code(a, "platform"), lang = act_get_code(a, "lang");
    const Law *law = c->app->law;
    if (!rung_known(c, act_get_code(a, "rung"))) return ctx_refuse(c, E_INPUT, "rung", "This choice is not known.");
    if (!str_eq(lang, S("nl")) && !str_eq(lang, S("en"))) return ctx_refuse(c, E_INPUT, "lang", "This choice is not known.");
    if (country.n > 0 && law != NULL && law_country(law, country, today(c)) == NULL) return ctx_refuse(c, E_INPUT, "country", N_("This country code is not known here. Use two letters, such as NL."));
    if (platform.n > 0 && platform_row(c, platform) == NULL) return ctx_refuse(c, E_INPUT, "platform", "This choice is not known.");
    return OK;
}
/* The right is the register's; whose entry it is, is asked here. */
static Err check_own(Ctx *c, const Act *a) {
    RecipientRow r;
    TRY(recipient_by_id(c, a->subject, &r));
    return r.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("This recipient is no longer used."));
}
static Err check_changed(Ctx *c, const Act *a) {
    TRY(check_own(c, a));
    return check_fields(c, a);
}
const ActDef act_recipient_added = { "recipient.added", 1, OBJ_NONE, "recipient.edit", false, true, fields, check_fields, apply_recipient_added, NULL, N_("A recipient was added") };
const ActDef act_recipient_changed = { "recipient.changed", 1, OBJ_NONE, "recipient.edit", false, false, fields, check_changed, apply_recipient_changed, NULL, N_("A recipient was changed") };
static const FieldDef ended_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_recipient_ended = { "recipient.ended", 1, OBJ_NONE, "recipient.edit", false, false, ended_fields, check_own, apply_recipient_ended, NULL, N_("A recipient is no longer used") };
static const FieldDef bounced_fields[] = { { "code", F_CODE, CLEAR, true, 0 }, END };
static const FieldDef confirmed_fields[] = { { "right", F_INT, CLEAR, true, 1 }, END };
const ActDef act_recipient_confirmed = { "recipient.confirmed", 1, OBJ_NONE, "recipient.confirm", false, false, confirmed_fields, check_own, apply_recipient_confirmed, NULL, N_("A recipient that was found was confirmed") };
static const FieldDef profiled_fields[] = { { "profile", F_CODE, CLEAR, false, 0 }, { "bulk", F_INT, CLEAR, true, 1 },
    { "page", F_TEXT, STORE, false, 600 }, { "secret", F_TEXT, STORE, false, 200 }, { "steps", F_TEXT, STORE, false, 6000 }, { "hours", F_CODE, CLEAR, false, 0 }, END };
const char *const recipient_profiles[] = { "mail", "xarf", "list", "form", "api", NULL };
static Err check_profiled(Ctx *c, const Act *a) {
    Str profile = act_get_code(a, "profile");
    TRY(check_own(c, a));
    bool known = profile.n == 0;
    if (act_has(a, "hours") && !hours_known(act_get_code(a, "hours"))) return ctx_refuse(c, E_INPUT, "hours", N_("Write it like mf:9-17 (Monday to Friday) or all:8-20 (every day), in our own time."));
    for (size_t i = 1; recipient_profiles[i] != NULL; i++) known = known || str_eq(profile, str_c(recipient_profiles[i]));
    return known ? OK : ctx_refuse(c, E_INPUT, "profile", "This choice is not known.");
}
const ActDef act_recipient_profiled = { "recipient.profiled", 1, OBJ_NONE, "recipient.confirm", false, false, profiled_fields, check_profiled, apply_recipient_profiled, NULL, N_("How a recipient is asked was changed: {profile}") };
const ActDef act_recipient_bounced = { "recipient.bounced", 1, OBJ_NONE, "recipient.edit", false, false, bounced_fields, NULL, apply_recipient_bounced, NULL, N_("Mail to a recipient came back") };

static Act *with_fields(Act *a, const RecipientNew *n) {
    a->case_id = ID_NONE;
    act_code(a, "rung", n->rung);
    act_code(a, "platform", n->platform);
    act_code(a, "lang", n->lang);
    act_code(a, "country", n->country);
    act_text(a, "name", n->name);
    act_text(a, "mail", n->mail);
    act_text(a, "note", n->note);
    act_code(a, "found", n->found);
    return a;
}
Act *recipient_confirm(Ctx *c, Id id) {
    Act *a = act_new(c, &act_recipient_confirmed, ID_NONE, ID_NONE, id);
    act_int(a, "right", 1);
    return a;
}
Act *recipient_profile(Ctx *c, Id id, Str profile, bool bulk) {
    Act *a = act_new(c, &act_recipient_profiled, ID_NONE, ID_NONE, id);
    act_code(a, "profile", str_eq(profile, S("mail")) ? STR_NONE : profile);
    act_int(a, "bulk", bulk);
    return a;
}
Act *recipient_add(Ctx *c, Id id, const RecipientNew *n) { return with_fields(act_new(c, &act_recipient_added, ID_NONE, ID_NONE, id_none(id) ? ctx_new_id(c) : id), n); }
Act *recipient_change(Ctx *c, Id id, const RecipientNew *n) { return with_fields(act_new(c, &act_recipient_changed, ID_NONE, ID_NONE, id), n); }
Act *recipient_end(Ctx *c, Id id, Str why) {
    Act *a = act_new(c, &act_recipient_ended, ID_NONE, ID_NONE, id);
    act_code(a, "why", why);
    return a;
}
Act *recipient_bounce(Ctx *c, Id org, Id id, Str code) {
    Act *a = act_new(c, &act_recipient_bounced, ID_NONE, ID_NONE, id);
    a->org = a->scope = org;
    act_code(a, "code", code);
    return a;
}

Err recipient_open(Ctx *c, RecipientRow *rows, size_t n) {
    OpenItem *items = ARENA_ARRAY(c->arena, OpenItem, 3 * n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const struct { const char *field; Str sealed; } f[] = { { "name", rows[i].name_sealed }, { "mail", rows[i].mail_sealed }, { "note", rows[i].note_sealed } };
        for (size_t j = 0; j < LEN(f); j++) {
            if (f[j].sealed.p == NULL) continue;
            items[k++] = (OpenItem){ .org = rows[i].org, .scope = rows[i].org, .cls = STORE, .item = rows[i].id, .field = f[j].field, .sealed = f[j].sealed };
        }
    }
    TRY(journal_open_many(c, items, k));
    k = 0;
    for (size_t i = 0; i < n; i++) {
        Str *to[] = { &rows[i].name, &rows[i].mail, &rows[i].note };
        const Str from[] = { rows[i].name_sealed, rows[i].mail_sealed, rows[i].note_sealed };
        for (size_t j = 0; j < LEN(to); j++) {
            if (from[j].p == NULL) continue;
            if (items[k].err != OK) return items[k].err;
            *to[j] = items[k++].plain;
        }
    }
    return OK;
}

static bool holds(Arena *a, Str in, Str word) {
    size_t at = 0;
    return str_find(str_lower(a, in), word, &at);
}

bool recipient_matches(const Ctx *c, const RecipientRow *r, Str words) {
    Str rest = str_lower(c->arena, words), word = STR_NONE;
    for (int i = 0; i < 20 && str_split(&rest, ' ', &word); i++) {
        if (word.n == 0) continue;
        if (!holds(c->arena, r->name, word) && !holds(c->arena, r->mail, word) && !holds(c->arena, r->platform, word) && !holds(c->arena, rung_name(c, c->lang, r->rung), word) &&
            !holds(c->arena, r->country, word)) return false;
    }
    return true;
}

Err recipient_name(Ctx *c, Id id, Str *out_name) {
    RecipientRow r;
    TRY(access_may(c, "recipient.read", NO_OBJECT));
    TRY(recipient_by_id(c, id, &r));
    return journal_open(c, r.org, r.org, STORE, r.id, "name", r.name_sealed, out_name);
}

Str recipient_holder(Arena *a, const RecipientRow *r) { return r->platform.n > 0 ? r->platform : id_hex(a, r->id); }
