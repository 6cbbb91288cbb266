/* platform.c - the register of platforms: what people recorded, laid over the law data. */
#include "core/case/platform.h"
#include "core/case/platform_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

static Date today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }
static bool tag_in(Str tags, Str tag) {
    Str rest = tags, part;
    while (str_split(&rest, ' ', &part))
        if (str_eq(part, tag)) return true;
    return false;
}

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
    if (code.n == 0 || str_eq(code, S("-")) || c->app->law == NULL || law_country(c->app->law, code, today(c)) != NULL) return OK;
    return ctx_refuse(c, E_INPUT, field, "This country is not in the law data.");
}
static Err check_tags(Ctx *c, const Act *a) {
    Str rest = act_get_code(a, "tags"), part;
    while (c->app->law != NULL && rest.n > 0 && str_split(&rest, '+', &part))
        if (law_tag(c->app->law, part, today(c)) == NULL) return ctx_refuse(c, E_INPUT, "tags", "This kind of service is not in the law data.");
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
    const LawPlatform *l = c->app->law != NULL ? law_platform(c->app->law, code, today(c)) : NULL;
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
    if (tag.n > 0 && !tag_in(p->f.tags, tag)) return false;
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
    size_t laws_n = c->app->law != NULL ? law_platform_list(c->app->law, today(c), c->arena, &laws) : 0, hand_n = 0, n = 0;
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
    RouteQuery q = { .offence = offence, .depicted = depicted, .reporter = reporter, .at = today(c) };
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


/* ---- for everybody who only reads ---- */
static bool laid_over(const PlatformView *p) { return p->law == NULL || (!id_none(p->hand) && p->ended == 0); }

const LawPlatform *platform_row(Ctx *c, Str code) {
    PlatformView p;
    if (code.n == 0 || platform_get(c, code, &p) != OK) return NULL;
    if (!laid_over(&p)) return p.law;
    LawPlatform *row = ARENA_NEW(c->arena, LawPlatform);
    if (p.law != NULL) *row = *p.law;
    row->r.id = p.code;
    row->r.table = LAW_PLATFORMS;
    row->r.source = S("K");
    row->r.next = NULL;
    row->r.verified = true; /* a person recorded it, with where it is known from */
    row->name = p.f.name.n > 0 ? p.f.name : p.code;
    row->operator_name = p.f.operator_name;
    row->domains = p.f.domains;
    row->tags = p.f.tags;
    row->seat = p.f.seat;
    row->representative = p.f.representative;
    row->representative_name = p.f.representative_name;
    row->host = p.f.host;
    row->tag_bits = 0;
    Str rest = p.f.tags, part;
    while (rest.n > 0 && str_split(&rest, ' ', &part)) {
        const LawTag *t = c->app->law != NULL ? law_tag(c->app->law, part, today(c)) : NULL;
        if (t != NULL) row->tag_bits |= t->bit;
    }
    return row;
}

Err platform_hosts(Ctx *c, PlatformHosts *out) {
    HandRow *rows = NULL;
    size_t n = 0, k = 0;
    TRY(hand_rows(c, STR_NONE, &rows, &n));
    PlatformView *hand = ARENA_ARRAY(c->arena, PlatformView, n + 1);
    for (size_t i = 0; i < n; i++)
        if (rows[i].ended == 0 && rows[i].f.domains.n > 0) hand[k++] = (PlatformView){ .code = rows[i].code, .f = rows[i].f };
    *out = (PlatformHosts){ .law = c->app->law, .at = today(c), .hand = hand, .hand_n = k };
    return OK;
}
/* The host itself, or a name below the domain. */
static bool below(Str host, Str domain) {
    if (str_ieq(host, domain)) return true;
    return host.n > domain.n && host.p[host.n - domain.n - 1] == '.' && str_ieq(str_sub(host, host.n - domain.n, domain.n), domain);
}
Str platform_of_host(const PlatformHosts *h, Str host) {
    Str best = STR_NONE;
    size_t longest = 0;
    for (size_t i = 0; i < h->hand_n; i++) {
        Str rest = h->hand[i].f.domains, part;
        while (rest.n > 0 && str_split(&rest, ' ', &part)) {
            if (part.n <= longest || !below(host, part)) continue;
            longest = part.n;
            best = h->hand[i].code;
        }
    }
    if (best.n > 0 || h->law == NULL) return best;
    const LawPlatform *p = law_platform_of_host(h->law, host, h->at);
    return p != NULL ? p->r.id : STR_NONE;
}

Str route_reporter(Ctx *c, Id org) {
    OrgRow o;
    if (id_none(org) || org_by_id(c, org, &o) != OK) return S("ngo");
    if (str_eq(o.kind, S("flagger"))) return S("flagger");
    return str_eq(o.kind, S("authority")) ? S("authority") : S("ngo");
}
