/* dossier_words.c - names and times as a dossier prints them: absolute, without anybody's name. */
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"

Str draft_stamp(const Draft *f, UnixMs t) {
    Arena *a = f->c->arena;
    if (t == 0) return S("–");
    return str_fmt(a, STR_FMT " " STR_FMT " (" STR_FMT ")", STR_ARG(when_civil(a, f->c->app->zone, t)), STR_ARG(zone_name(f->c->app->zone)), STR_ARG(when_rfc3339(a, t)));
}

Str draft_when(const Draft *f, UnixMs t) { return t == 0 ? S("–") : when_civil(f->c->arena, f->c->app->zone, t); }

Str draft_pseudonym(const Draft *f, Id user, Str actor_kind) {
    if (id_none(user)) return str_eq(actor_kind, S("public")) || str_eq(actor_kind, S("victim")) ? S("reporter") : actor_kind.n > 0 ? actor_kind : S("system");
    return str_fmt(f->c->arena, "worker-" STR_FMT, STR_ARG(str_sub(id_hex(f->c->arena, user), 0, 8)));
}

Str draft_holder(const Draft *f, Lang lang, Str holder) {
    const Law *law = f->c->app->law;
    if (law != NULL) {
        const LawPlatform *p = law_platform(law, holder, DATE_NONE);
        const LawAuthority *b = law_authority(law, holder, DATE_NONE);
        if (p != NULL) return p->name;
        if (b != NULL) return b->name[lang];
    }
    return holder.n == ID_HEX ? str_fmt(f->c->arena, "recipient-" STR_FMT, STR_ARG(str_sub(holder, 0, 8))) : holder;
}

Str draft_norm(const Draft *f, Lang lang, Str norm, bool *out_verified) {
    const Law *law = f->c->app->law;
    *out_verified = false;
    if (law == NULL) return norm;
    Date at = civil_at(f->c->app->zone, f->c->now).date;
    const LawObligation *o = law_obligation(law, norm, at);
    const LawOffence *x = law_offence(law, norm, at);
    if (o != NULL) {
        *out_verified = o->r.verified;
        return str_fmt(f->c->arena, STR_FMT ": " STR_FMT, STR_ARG(o->article), STR_ARG(o->must[lang]));
    }
    if (x == NULL) return norm;
    *out_verified = x->r.verified;
    return x->name[lang];
}

Str draft_duty(const Draft *f, Lang lang, Str duty) {
    const LawTermRow *t = f->c->app->law != NULL ? law_term_row(f->c->app->law, duty, DATE_NONE) : NULL;
    return t != NULL ? t->name[lang] : duty;
}

Str capture_key(Arena *a, const CaptureRow *k) { return str_sub(id_hex(a, k->id), 0, 8); }

Str draft_url(const Draft *f, Id location) {
    for (size_t i = 0; i < f->places_n; i++)
        if (id_eq(f->places[i].id, location)) return f->places[i].url_err == OK ? f->places[i].url : S("(erased)");
    return S("");
}

size_t inquiry_norms(Ctx *c, const UiCtx *ui, UiOption **out) {
    const LawObligation *const *duties = NULL;
    const LawOffence *const *offences = NULL;
    *out = NULL;
    if (c->app->law == NULL) return 0;
    Date at = civil_at(c->app->zone, c->now).date;
    size_t n = law_obligation_list(c->app->law, at, c->arena, &duties), m = law_offence_list(c->app->law, at, c->arena, &offences), k = 0;
    UiOption *list = ARENA_ARRAY(c->arena, UiOption, n + m + 1);
    for (size_t i = 0; i < m; i++) list[k++] = (UiOption){ .value = offences[i]->r.id, .label = offences[i]->name[ui->lang] };
    for (size_t i = 0; i < n; i++) {
        Str must_do = duties[i]->must[ui->lang], cut = str_utf8_cut(must_do, 90);
        list[k++] = (UiOption){ .value = duties[i]->r.id, .label = str_fmt(c->arena, STR_FMT ": " STR_FMT "%s", STR_ARG(duties[i]->article), STR_ARG(cut), cut.n < must_do.n ? "…" : "") };
    }
    *out = list;
    return k;
}

/* The path of an answer link as it may stand in quoted-printable text: a line may be cut anywhere by "=" and a line break. */
static size_t soft_break(Str s, size_t at) {
    if (at < s.n && s.p[at] == '=' && at + 2 < s.n && s.p[at + 1] == '\r' && s.p[at + 2] == '\n') return 3;
    return 0;
}
static bool path_at(Str s, size_t at, Str path, size_t *out_end) {
    for (size_t i = 0; i < path.n; i++) {
        at += soft_break(s, at);
        if (at >= s.n || s.p[at] != path.p[i]) return false;
        at++;
    }
    *out_end = at;
    return true;
}

Str draft_without_links(Arena *a, Str mail) {
    Buf b = buf_new(mail.n + 1);
    size_t end = 0;
    for (size_t at = 0; at < mail.n;) {
        if (!path_at(mail, at, S("/antwoord/"), &end)) {
            buf_ch(&b, mail.p[at++]);
            continue;
        }
        buf_put(&b, str_sub(mail, at, end - at));
        for (at = end; at < mail.n;) {
            size_t skip = soft_break(mail, at);
            char ch = mail.p[at];
            bool token = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';
            if (skip == 0 && !token) break;
            if (skip > 0) buf_put(&b, str_sub(mail, at, skip));
            else buf_ch(&b, '*');
            at += skip > 0 ? skip : 1;
        }
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}
