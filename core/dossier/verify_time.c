/* verify_time.c - stamps over the seal, and stamps over those stamps. A certificate ends, a stamp does not: before it ends, somebody stamps the
 * list of all that there is once more, and the new stamp carries the old ones on (the idea of RFC 4998, as plain lists that sha256sum reads).
 * What each clock says must not contradict the others. */
#include "core/dossier/dossier_in.h"
#include "core/seal/stamp.h"
#include "foundation/base/lang.h"

enum { STAMPS_LOOKED_MAX = 64, STAMP_FILE_MAX = 256 * 1024 }; /* of ours there are a few, of a few thousand bytes each */
typedef struct Token { Str path, over; Stamp s; } Token;             /* over: seal.txt, or the list that it stamps */
typedef struct Times { Look *k; Token t[STAMPS_LOOKED_MAX]; size_t n; } Times;

static bool is_list(Str path) { return str_starts(path, S("timestamps/renewal-")) && str_ends(path, S(".txt")); }

/* timestamps/renewal-2.tsr and renewal-2-3.tsr are over timestamps/renewal-2.txt; every other one is over the seal. */
static Str stamped_path(Arena *a, Str tsr) {
    Str name = S("timestamps/renewal-");
    size_t n = name.n;
    if (!str_starts(tsr, name)) return S("seal.txt");
    while (n < tsr.n && tsr.p[n] >= '0' && tsr.p[n] <= '9') n++;
    return str_fmt(a, STR_FMT ".txt", (int)n, tsr.p);
}

/* The certificates beside a stamp are those that it carries. */
static void look_chain(Look *k, const ZipMember *tsr) {
    Str chain = STR_NONE, path = look_path(k, tsr), pem = str_fmt(k->a, STR_FMT ".pem", (int)path.n - 4, path.p);
    if (look_member(k, pem) == NULL) return;
    ZipMember *m = look_sound(k, pem, "time", STAMP_FILE_MAX);
    if (m == NULL) return;
    if (stamp_chain(k->a, tsr->bytes, &chain) != OK || !str_eq(chain, m->bytes)) look_accuse(k, m, "time", N_("these are not the certificates of the stamp beside it"), STR_NONE);
    else look_covered(k, m, COVER_SELF);
}

static const char *stamp_words(const Stamp *s, bool seal) {
    if (!s->checked) return seal ? N_("the stamp is over this seal; whether its signature holds is not checked here, openssl does it (README):") : N_("the stamp is over this list; whether its signature holds is not checked here, openssl does it (README):");
    if (s->trusted) return seal ? N_("the seal existed at the time that an authority you trust stamped:") : N_("an authority you trust stamped the seal and all earlier stamps again:");
    return seal ? N_("the seal existed at the time of this stamp, if you trust the authority that made it:") : N_("the seal and all earlier stamps were stamped again, if you trust the authority that did it:");
}

/* A stamp bounds what it is over from above, by a clock that is not the maker's. */
static void look_stamp(Times *w, Str path) {
    Look *k = w->k;
    const char *why = NULL;
    Token t = { .path = str_dup(k->a, path), .over = stamped_path(k->a, path) };
    bool seal = str_eq(t.over, S("seal.txt"));
    ZipMember *m = look_sound(k, path, "time", STAMP_FILE_MAX), *over = look_member(k, t.over);
    if (m == NULL) return;
    if (over == NULL) look_accuse(k, m, "time", N_("the list that it stamps is missing"), t.over);
    if (over == NULL || over->wrong != NULL) return;
    if (stamp_check(k->a, m->bytes, over->sha256, NULL, k->trust->cas, &t.s, &why) != OK) {
        look_accuse(k, m, "time", why, STR_NONE);
        return;
    }
    look_covered(k, m, COVER_SELF);
    look_chain(k, m);
    if (w->n < STAMPS_LOOKED_MAX) w->t[w->n++] = t;
    look_found(k, t.s.checked && t.s.trusted ? VERDICT_OK : t.s.checked ? VERDICT_REMARK : VERDICT_CANNOT, "time", t.path, stamp_words(&t.s, seal),
        str_fmt(k->a, STR_FMT " " STR_FMT, STR_ARG(when_rfc3339(k->a, t.s.at)), STR_ARG(t.s.authority)));
}

/* ---- stamped again ---- */

static const Token *token_of(const Times *w, Str path) {
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->t[i].path, path)) return &w->t[i];
    return NULL;
}

/* The stamps over this list against one that stands in it. The seal's own are as old as it or younger; so are those of a list. */
static void look_order(Times *w, Str list, const Token *old) {
    for (size_t i = 0; i < w->n; i++) {
        const Token *t = &w->t[i];
        if (!str_eq(t->over, list)) continue;
        if (t->s.at + CLOCKS_APART_MS < old->s.at) look_found(w->k, VERDICT_CANNOT, "time", t->path, N_("it says a time before that of a stamp that it covers: one of the two clocks is wrong:"), old->path);
        else if (old->s.ends != 0 && t->s.at > old->s.ends) look_found(w->k, VERDICT_REMARK, "time", t->path, N_("it came after the certificate of an earlier stamp had ended, so it does not carry that one on:"), old->path);
    }
}

static const char *list_line(Times *w, Str list, Str line, bool *seal) {
    static const char digits[] = "0123456789abcdef";
    Str path = str_sub(line, 66, line.n);
    const ZipMember *m = line.n > 66 && line.p[64] == ' ' && line.p[65] == ' ' && zip_name_ok(path) ? look_member(w->k, path) : NULL;
    if (m == NULL || str_eq(path, list)) return N_("a line of this list cannot be read, or names a file that is not here");
    for (size_t i = 0; i < 32; i++)
        if (line.p[2 * i] != digits[m->sha256[i] >> 4] || line.p[2 * i + 1] != digits[m->sha256[i] & 15]) return N_("a file is not the one that was stamped again");
    *seal = *seal || str_eq(path, S("seal.txt"));
    const Token *old = token_of(w, path);
    if (old != NULL) look_order(w, list, old);
    return NULL;
}

static void look_list(Times *w, ZipMember *m) {
    Look *k = w->k;
    Str path = str_dup(k->a, look_path(k, m)), rest = STR_NONE, line = STR_NONE;
    const char *why = NULL;
    bool seal = false, stamped = false;
    for (size_t i = 0; i < w->n; i++) stamped = stamped || str_eq(w->t[i].over, path);
    if (m->wrong != NULL || look_sound(k, path, "time", STAMP_FILE_MAX) == NULL) return;
    rest = m->bytes;
    while (why == NULL && rest.n > 0 && str_split(&rest, '\n', &line)) why = rest.p == NULL ? N_("a line of this list cannot be read, or names a file that is not here") : list_line(w, path, line, &seal);
    if (why == NULL && !seal) why = N_("the seal is not in this list");
    if (why != NULL) look_accuse(k, m, "time", why, STR_NONE);
    else if (stamped) look_covered(k, m, COVER_SELF);
}

/* The seal says when it was made; no clock of another may say that it existed long before. */
static void look_made(Times *w) {
    Str made = w->k->out->seal.made;
    for (size_t i = 0; i < w->n; i++)
        if (str_cmp(when_rfc3339(w->k->a, w->t[i].s.at + CLOCKS_APART_MS), made) < 0)
            look_found(w->k, VERDICT_CANNOT, "time", w->t[i].path, N_("it says a time before the one that the seal says: one of the two clocks is wrong, and when this was made is not known"), made);
}

void look_time(Look *k) {
    size_t stamps = 0, lists = 0;
    Times *w = ARENA_NEW(k->a, Times);

    *w = (Times){ .k = k };
    for (size_t i = 0; i < k->n; i++) {
        Str path = look_path(k, &k->members[i]);
        if (!str_starts(path, S("timestamps/")) || !str_ends(path, S(".tsr"))) continue;
        if (++stamps <= STAMPS_LOOKED_MAX) look_stamp(w, path);
        else look_accuse(k, &k->members[i], "time", N_("there are more stamps than are looked at"), STR_NONE);
    }
    for (size_t i = 0; i < k->n; i++) {
        if (!is_list(look_path(k, &k->members[i]))) continue;
        if (++lists <= STAMPS_LOOKED_MAX) look_list(w, &k->members[i]);
        else look_accuse(k, &k->members[i], "time", N_("there are more stamps than are looked at"), STR_NONE);
    }
    look_made(w);
    if (stamps == 0) look_found(k, VERDICT_CANNOT, "time", STR_NONE, N_("no time-stamp authority was asked: the order of acts is proven, their clock time is the server's own word"), k->out->seal.made);
}
