/* supervise.c - the rules of supervise: the register, checks, and how the figures are made. */
#include "steps/supervise/supervise_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

Date supervise_today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }

bool supervise_tag_in(Str tags, Str tag) {
    Str rest = tags, part;
    while (str_split(&rest, ' ', &part))
        if (str_eq(part, tag)) return true;
    return false;
}

static int code_at(const char *const *codes, Str code) {
    for (int i = 0; codes[i] != NULL; i++)
        if (str_eq(code, str_c(codes[i]))) return i;
    return -1;
}

/* ---- the register ---- */
enum { NAME_MAX_ = 300, DOMAINS_MAX = 4000, WHY_MAX = 4000 };
static const FieldDef kept_fields[] = { { "code", F_CODE, CLEAR, true, 0 }, { "tags", F_CODE, CLEAR, false, 0 }, { "seat", F_CODE, CLEAR, false, 0 }, { "representative", F_CODE, CLEAR, false, 0 },
    { "host", F_CODE, CLEAR, false, 0 }, { "name", F_TEXT, STORE, true, NAME_MAX_ }, { "operator", F_TEXT, STORE, false, NAME_MAX_ }, { "domains", F_TEXT, STORE, false, DOMAINS_MAX },
    { "representative_name", F_TEXT, STORE, false, NAME_MAX_ }, { "why", F_TEXT, STORE, true, WHY_MAX }, END };

/* Tags are kept as one code, joined by plus signs. */
static Str joined(Arena *a, Str list, char from, char to) {
    char *p = arena_alloc(a, list.n + 1);
    for (size_t i = 0; i < list.n; i++) p[i] = list.p[i] == from ? to : list.p[i];
    return (Str){ p, list.n };
}

static Err check_country(Ctx *c, const Act *a, const char *field) {
    Str code = act_get_code(a, field);
    if (code.n == 0 || str_eq(code, S("-")) || law_country(c->app->law, code, supervise_today(c)) != NULL) return OK;
    return ctx_refuse(c, E_INPUT, field, "This country is not in the law data.");
}
static Err check_tags(Ctx *c, const Act *a) {
    Str rest = act_get_code(a, "tags"), part;
    while (rest.n > 0 && str_split(&rest, '+', &part))
        if (law_tag(c->app->law, part, supervise_today(c)) == NULL) return ctx_refuse(c, E_INPUT, "tags", "This kind of service is not in the law data.");
    return OK;
}
/* A host name of letters, digits, dots and hyphens with at least one dot. */
static bool host_ok(Str h) {
    size_t dot = 0;
    if (h.n < 4 || h.n > 253 || !str_chr(h, '.', &dot) || dot == 0 || h.p[h.n - 1] == '.') return false;
    for (size_t i = 0; i < h.n; i++) {
        char ch = h.p[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '-')) return false;
    }
    return true;
}
static Err check_kept(Ctx *c, const Act *a) {
    TRY(check_tags(c, a));
    TRY(check_country(c, a, "seat"));
    TRY(check_country(c, a, "representative"));
    TRY(check_country(c, a, "host"));
    Str rest = act_get_text(a, "domains"), part;
    while (rest.n > 0 && str_split(&rest, ' ', &part))
        if (part.n > 0 && !host_ok(part)) return ctx_refuse(c, E_INPUT, "domains", "One of these is not a domain: write example.nl, without https:// and without a path.");
    return OK;
}
static Err check_added(Ctx *c, const Act *a) {
    PlatformView p;
    TRY(check_kept(c, a));
    Err err = platform_get(c, act_get_code(a, "code"), &p);
    return err == E_MISSING ? OK : err != OK ? err : ctx_refuse(c, E_CONFLICT, NULL, "This platform is in the register already.");
}
static Err check_ended(Ctx *c, const Act *a) {
    HandRow *rows = NULL;
    size_t n = 0;
    TRY(hand_rows(c, act_get_code(a, "code"), &rows, &n));
    if (n == 0 || !id_eq(rows[0].id, a->subject)) return E_MISSING;
    return rows[0].ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was done already.");
}
const ActDef act_platform_added = { "platform.added", 1, OBJ_NONE, "platform.edit", false, true, kept_fields, check_added, apply_platform_kept, NULL, N_("Platform {code} added to the register") };
const ActDef act_platform_changed = { "platform.changed", 1, OBJ_NONE, "platform.edit", false, true, kept_fields, check_kept, apply_platform_kept, NULL, N_("Facts of platform {code} changed in the register") };
static const FieldDef ended_fields[] = { { "code", F_CODE, CLEAR, true, 0 }, END };
const ActDef act_platform_ended = { "platform.ended", 1, OBJ_NONE, "platform.edit", false, false, ended_fields, check_ended, apply_platform_ended, NULL, N_("Facts recorded by hand about platform {code} ended") };

static void put_facts(Ctx *c, Act *a, const PlatformFacts *f) {
    act_code(a, "tags", joined(c->arena, f->tags, ' ', '+'));
    act_code(a, "seat", f->seat);
    act_code(a, "representative", f->representative);
    act_code(a, "host", f->host);
    act_text(a, "name", f->name);
    act_text(a, "operator", f->operator_name);
    act_text(a, "domains", f->domains);
    act_text(a, "representative_name", f->representative_name);
    act_text(a, "why", f->why);
}
Act *platform_add(Ctx *c, Id act_id, const PlatformFacts *f, Str *out_code) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_platform_added, id, ID_NONE, id);
    *out_code = str_fmt(c->arena, "p-" STR_FMT, STR_ARG(str_sub(id_hex(c->arena, id), 0, 12)));
    act_code(a, "code", *out_code);
    put_facts(c, a, f);
    return a;
}
Act *platform_change(Ctx *c, Id act_id, const PlatformView *p, const PlatformFacts *f) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_platform_changed, id, ID_NONE, id_none(p->hand) ? id : p->hand);
    act_code(a, "code", p->code);
    put_facts(c, a, f);
    return a;
}
Act *platform_end(Ctx *c, const PlatformView *p) {
    Act *a = act_new(c, &act_platform_ended, ID_NONE, ID_NONE, p->hand);
    act_code(a, "code", p->code);
    return a;
}

static PlatformView of_law(const LawPlatform *l) {
    return (PlatformView){ .code = l->r.id, .law = l, .f = { .name = l->name, .operator_name = l->operator_name, .domains = l->domains, .tags = l->tags, .seat = l->seat,
        .representative = l->representative, .representative_name = l->representative_name, .host = l->host } };
}
/* What people recorded stands until they end it; then the law data speaks again. */
static void lay_over(PlatformView *p, const HandRow *h) {
    p->hand = h->id;
    p->changed = h->changed;
    p->err = h->err;
    p->ended = h->ended;
    if (h->ended == 0 || p->law == NULL) p->f = h->f;
}

Err platform_get(Ctx *c, Str code, PlatformView *out) {
    HandRow *rows = NULL;
    size_t n = 0;
    const LawPlatform *l = law_platform(c->app->law, code, supervise_today(c));
    TRY(hand_rows(c, code, &rows, &n));
    if (l == NULL && n == 0) return E_MISSING;
    PlatformView p = l != NULL ? of_law(l) : (PlatformView){ .code = rows[0].code };
    if (n > 0) lay_over(&p, &rows[0]);
    *out = p;
    return OK;
}

static bool has(Arena *a, Str text, Str part) {
    size_t at = 0;
    return part.n == 0 || str_find(str_lower(a, text), str_lower(a, part), &at);
}
static bool shown(Arena *a, const PlatformView *p, Str q, Str tag) {
    if (tag.n > 0 && !supervise_tag_in(p->f.tags, tag)) return false;
    return has(a, p->f.name, q) || has(a, p->f.operator_name, q) || has(a, p->f.domains, q) || has(a, p->code, q);
}
static int by_name(Arena *a, const PlatformView *x, const PlatformView *y) {
    bool gone_x = x->law == NULL && x->ended != 0, gone_y = y->law == NULL && y->ended != 0;
    if (gone_x != gone_y) return gone_x ? 1 : -1;
    int by = str_cmp(str_lower(a, x->f.name), str_lower(a, y->f.name));
    return by != 0 ? by : str_cmp(x->code, y->code);
}
/* Bottom-up merge: a few thousand rows, no recursion. */
static void sort_views(Arena *a, PlatformView *v, size_t n) {
    PlatformView *from = v, *to = ARENA_ARRAY(a, PlatformView, n + 1);
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n, i = lo, j = mid;
            for (size_t k = lo; k < hi; k++) to[k] = j >= hi || (i < mid && by_name(a, &from[i], &from[j]) <= 0) ? from[i++] : from[j++];
        }
        PlatformView *swap = from;
        from = to;
        to = swap;
    }
    if (from != v) memcpy(v, from, n * sizeof *v);
}

Err platform_list(Ctx *c, Str q, Str tag, PlatformView **out, size_t *out_n) {
    const LawPlatform *const *laws = NULL;
    HandRow *hand = NULL;
    size_t laws_n = law_platform_list(c->app->law, supervise_today(c), c->arena, &laws), hand_n = 0, n = 0;
    TRY(hand_rows(c, STR_NONE, &hand, &hand_n));
    PlatformView *all = ARENA_ARRAY(c->arena, PlatformView, laws_n + hand_n + 1);
    for (size_t i = 0; i < laws_n; i++) all[n++] = of_law(laws[i]);
    for (size_t i = 0; i < hand_n; i++) {
        size_t at = 0;
        while (at < laws_n && !str_eq(all[at].code, hand[i].code)) at++;
        if (at == laws_n) {
            at = n++;
            all[at] = (PlatformView){ .code = hand[i].code };
        }
        lay_over(&all[at], &hand[i]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (shown(c->arena, &all[i], q, tag)) all[kept++] = all[i];
    sort_views(c->arena, all, kept);
    *out = all;
    *out_n = kept;
    return OK;
}

RouteQuery platform_route(Ctx *c, const PlatformView *p, Str offence, Str depicted, Str reporter) {
    RouteQuery q = { .offence = offence, .depicted = depicted, .reporter = reporter, .at = supervise_today(c) };
    bool by_hand = p->law == NULL || (!id_none(p->hand) && p->ended == 0);
    if (!by_hand) q.platform = p->code;
    else {
        q.tags = p->f.tags.n > 0 ? p->f.tags : S("?");
        q.seat = p->f.seat;
        q.representative = p->f.representative;
        q.host = p->f.host;
    }
    return q;
}

/* ---- checks ---- */
const char *const check_results[] = { "pass", "partial", "fail", "not_applicable", "not_observable", "not_tested", NULL };
static const char *const result_words[] = { N_("meets it"), N_("partly"), N_("does not meet it"), N_("does not apply"), N_("cannot be seen from outside"), N_("not tested") };
const char *const check_ways[] = { "A", "T", "Q", "D", NULL };
static const char *const way_words[] = { N_("looked at pages and technical facts"), N_("test notice with lawful content"), N_("asked the platform"), N_("read documents") };
const char *const check_age_gates[] = { "none", "click", "birthdate", "real", "not_observed", NULL };
static const char *const gate_words[] = { N_("no age check"), N_("one click on \"I am 18\""), N_("birth date that visitors fill in themselves"), N_("real age verification"), N_("not observed") };
const char *check_result_word(Str code) {
    int i = code_at(check_results, code);
    return i < 0 ? N_("not tested") : result_words[i];
}
const char *check_way_word(Str code) {
    int i = code_at(check_ways, code);
    return i < 0 ? "" : way_words[i];
}
const char *check_age_gate_word(Str code) {
    int i = code_at(check_age_gates, code);
    return i < 0 ? "" : gate_words[i];
}
UiState check_result_state(Str code) {
    static const UiState states[] = { STATE_DONE, STATE_WAITING, STATE_LATE, STATE_NONE, STATE_INFO, STATE_NONE };
    int i = code_at(check_results, code);
    return i < 0 ? STATE_NONE : states[i];
}

enum { METHOD_MAX = 4000, EVIDENCE_MAX = 20000 };
static const FieldDef recorded_fields[] = { { "platform", F_CODE, CLEAR, true, 0 }, { "duty", F_CODE, CLEAR, true, 0 }, { "result", F_CODE, CLEAR, true, 0 }, { "see", F_CODE, CLEAR, true, 0 },
    { "age_gate", F_CODE, CLEAR, false, 0 }, { "on", F_TIME, CLEAR, true, 0 }, { "method", F_TEXT, STORE, true, METHOD_MAX }, { "evidence", F_TEXT, STORE, false, EVIDENCE_MAX }, END };
static Err check_recorded(Ctx *c, const Act *a) {
    PlatformView p;
    Str result = act_get_code(a, "result");
    Err err = platform_get(c, act_get_code(a, "platform"), &p);
    if (err != OK) return err;
    const LawObligation *o = law_obligation(c->app->law, act_get_code(a, "duty"), supervise_today(c));
    if (o == NULL) return E_MISSING;
    if (code_at(check_results, result) < 0) return ctx_refuse(c, E_INPUT, "result", "This choice is not known.");
    if (code_at(check_ways, act_get_code(a, "see")) < 0) return ctx_refuse(c, E_INPUT, "see", "This choice is not known.");
    if (act_has(a, "age_gate") && code_at(check_age_gates, act_get_code(a, "age_gate")) < 0) return ctx_refuse(c, E_INPUT, "age_gate", "This choice is not known.");
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    bool says = str_eq(result, S("pass")) || str_eq(result, S("partial")) || str_eq(result, S("fail"));
    if (says && !act_has(a, "evidence")) return ctx_refuse(c, E_INPUT, "evidence", "Write down what was seen, so that somebody else can check it.");
    return OK;
}
const ActDef act_check_recorded = { "check.recorded", 1, OBJ_NONE, "platform.edit", false, true, recorded_fields, check_recorded, apply_check_recorded, NULL, N_("Check {duty} of {platform}: {result}") };

static const FieldDef replied_fields[] = { { "reply", F_TEXT, STORE, true, EVIDENCE_MAX }, { "on", F_TIME, CLEAR, true, 0 }, END };
static Err check_replied(Ctx *c, const Act *a) {
    PlatformCheck k;
    TRY(check_by_id(c, a->subject, &k));
    if (act_get_int(a, "on") > c->now) return ctx_refuse(c, E_INPUT, "on", "This day has not come yet.");
    if (k.f.on > act_get_int(a, "on")) return ctx_refuse(c, E_INPUT, "on", "The reply cannot be older than the check.");
    return OK;
}
const ActDef act_check_replied = { "check.replied", 1, OBJ_NONE, "platform.edit", false, false, replied_fields, check_replied, apply_check_replied, NULL, N_("The platform's reply to a check was recorded") };

Act *check_record(Ctx *c, Id act_id, const CheckFacts *f) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_check_recorded, id, ID_NONE, id);
    act_code(a, "platform", f->platform);
    act_code(a, "duty", f->duty);
    act_code(a, "result", f->result);
    act_code(a, "see", f->see);
    act_code(a, "age_gate", f->age_gate);
    act_time(a, "on", f->on);
    act_text(a, "method", f->method);
    act_text(a, "evidence", f->evidence);
    return a;
}
Act *check_reply(Ctx *c, Id act_id, Id check, Str reply, UnixMs on) {
    Act *a = act_new(c, &act_check_replied, act_id, ID_NONE, check);
    act_text(a, "reply", reply);
    act_time(a, "on", on);
    return a;
}

bool duty_applies(const LawObligation *o, Str tags) {
    Str rest = o->lacks, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part))
        if (supervise_tag_in(tags, part)) return false;
    if (str_eq(o->tiers, S("*"))) return true;
    rest = o->tiers;
    while (rest.n > 0 && str_split(&rest, ' ', &part))
        if (supervise_tag_in(tags, part)) return true;
    return false;
}
