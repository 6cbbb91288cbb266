/* version.c - a version of a dossier for other readers: what each may open, and the making of it from the kept file.
 *
 * Nothing is taken from the record anew but the acts: facts, salts and captures are those of the dossier it comes from, so that both speak of
 * the same. What is not named here as open is closed. */
#include "core/case/dossier_version.h"
#include "core/dossier/fields.h"
#include "foundation/base/enc.h"
#include "steps/inquiry/dossier_in.h"
#include "steps/inquiry/version_in.h"

/* ---- what each version opens ---- */

/* The first part of a path and the names below it that anybody may read. */
static const struct { const char *section, *open; } for_all[] = {
    { "", " format organisation trusted_flagger recipient made lane acts_of_the_case acts_withheld demo dossier dossier_id " },
    { "offences", "*" },
    { "findings", " number norm norm_text norm_verified basis on " },
    { "captures", " made result why status requests mode vantage media_type body tool " },
    { "locations", " platform kind reported last_verdict last_checked last_seen_online gone_since checks returned " },
    { "requests", " kind form rung holder holder_name asked delivery delivered received acted decided answers outcome reason " },
    { "silences", " duty holder sent delivered delivery due recorded answers checks seen_online last_verdict " },
    { "erased_exhibits", " made erased ground " },
    { "checks", " at verdict why vantage proven_removed " },
};

static bool listed(const char *words, Str name) {
    size_t n = strlen(words);
    if (*words == '*') return true;
    for (const char *at = words; (at = memchr(at, ' ', n - (size_t)(at - words))) != NULL && (size_t)(at - words) + name.n + 1 < n; at++)
        if (memcmp(at + 1, name.p, name.n) == 0 && at[1 + name.n] == ' ') return true;
    return false;
}

static Str section_of(Str path) {
    size_t slash = 0;
    return str_chr(path, '/', &slash) ? str_sub(path, 0, slash) : S("");
}

static bool keeps_public(const FieldAsk *f) {
    Str section = section_of(f->path);
    if (str_starts(f->name, S("holder")) && (str_eq(jstr(f->in, "rung"), S("uploader")) || jstr(f->in, "holder").n == ID_HEX)) return false; /* a person, or whoever may be one */
    for (size_t i = 0; i < LEN(for_all); i++)
        if (str_eq(section, str_c(for_all[i].section))) return listed(for_all[i].open, f->name);
    return false;
}

/* Whoever is accused sees what is held against them and how it was seen, and not who looked or what was said about exhibits. */
static bool keeps_defence(const FieldAsk *f) { return !str_eq(f->name, S("by")) && !str_eq(section_of(f->path), S("notes")); }

static bool closed_id(const Version *v, Str hex) {
    for (size_t i = 0; i < v->ids_n; i++)
        if (hex.n > 0 && str_eq(v->ids[i], hex)) return true;
    return false;
}

static bool keeps_without(const Version *v, const FieldAsk *f) {
    if (closed_id(v, jstr(f->in, "id")) || closed_id(v, jstr(f->in, "location")) || closed_id(v, jstr(f->in, "capture"))) return false;
    if (!str_eq(section_of(f->path), S("findings"))) return true;
    for (size_t i = 0; i < v->closed_n; i++)
        if (v->closed[i].finding > 0 && jint(f->in, "number", 0) == v->closed[i].finding) return false;
    return true;
}

static bool keeps(void *ctx, const FieldAsk *f) {
    const Version *v = ctx;
    return str_eq(v->as.version, S("public")) ? keeps_public(f) : str_eq(v->as.version, S("defence")) ? keeps_defence(f) : keeps_without(v, f);
}

/* An act stays open when the version opens what it is about: the public sees none, the defence those that the server itself did, after an
 * objection all but those that name anything of hers. */
static bool act_keeps(const Version *v, const Opened *o) {
    size_t at = 0;
    if (!o->open || str_eq(v->as.version, S("public"))) return false;
    if (str_eq(v->as.version, S("defence"))) return id_none(o->e->actor) && str_eq(o->e->actor_kind, S("system"));
    if (str_starts(o->e->kind, S("finding."))) return false; /* which of them is hers cannot be read from it */
    for (size_t i = 0; i < v->ids_n; i++)
        if (str_find(o->event, v->ids[i], &at)) return false;
    return true;
}

/* ---- what an objection closes ---- */

static void closes(Version *v, Id id) {
    if (v->ids_n < VERSION_IDS_MAX) v->ids[v->ids_n++] = id_hex(v->f->c->arena, id);
}

static Err find_closed(Version *v) {
    Ctx *c = v->f->c;
    RequestRow *requests = NULL;
    ClockRow *clocks = NULL;
    size_t requests_n = 0, clocks_n = 0;
    v->ids = ARENA_ARRAY(c->arena, Str, VERSION_IDS_MAX);
    TRY(dossier_closed(c, v->f->d.id, &v->closed, &v->closed_n));
    TRY(request_of_case(c, v->f->d.case_id, &requests, &requests_n));
    TRY(clock_of_case(c, v->f->d.case_id, &clocks, &clocks_n));
    for (size_t i = 0; i < v->closed_n; i++) {
        Id hers = v->closed[i].location;
        if (id_none(hers)) continue;
        closes(v, hers);
        for (size_t k = 0; k < v->f->captures_n; k++)
            if (id_eq(v->f->captures[k].location, hers)) closes(v, v->f->captures[k].id);
        for (size_t k = 0; k < requests_n; k++)
            if (id_eq(requests[k].location, hers)) closes(v, requests[k].id);
        for (size_t k = 0; k < clocks_n; k++)
            if (id_eq(clocks[k].location, hers)) closes(v, clocks[k].id);
    }
    return v->ids_n == VERSION_IDS_MAX ? E_LIMIT : OK; /* more than can be told apart: better none than one that leaves something open */
}

/* ---- making ---- */

static const ZipMember *member(const Version *v, Str path) {
    for (size_t i = 0; i < v->members_n; i++)
        if (str_ends(v->members[i].name, path) && v->members[i].name.n == v->base_n + path.n) return &v->members[i];
    return NULL;
}

static Err open_parent(Version *v, const DossierRow *parent) {
    const char *wrong = NULL;
    size_t slash = 0;
    Str zip = STR_NONE;
    TRY(blob_get(v->f->c, parent->file, DOSSIER_FILE_MAX, &zip));
    TRY(zip_read(v->f->c->arena, zip, &v->members, &v->members_n, &wrong));
    if (v->members_n == 0 || !str_chr(v->members[0].name, '/', &slash)) return E_INPUT;
    v->base_n = slash + 1;
    const ZipMember *seal = member(v, S("seal.txt"));
    if (seal == NULL) return E_INPUT;
    return dossier_seal_parse(v->f->c->arena, seal->bytes, &v->seal);
}

static Err add_facts(Version *v) {
    Arena *a = v->f->c->arena;
    const ZipMember *facts = member(v, S("data/facts.json")), *lines = member(v, S("data/fields.jsonl"));
    if (facts == NULL || lines == NULL) return E_CONFLICT; /* made before facts had fields */
    Buf out = buf_new(2 * (size_t)FACTS_MAX), list = buf_new(8 * (size_t)FACTS_MAX);
    Err e = fields_close(a, facts->bytes, lines->bytes, keeps, v, &out, &list);
    if (e == OK) {
        v->facts = str_dup(a, buf_str(&out));
        dossier_add(&v->f->bag, S("data/facts.json"), v->facts);
        dossier_add(&v->f->bag, S("data/fields.jsonl"), str_dup(a, buf_str(&list)));
    }
    buf_free(&out);
    buf_free(&list);
    return e;
}

/* Captures go as they were made, or not at all. */
static Err add_captures(Version *v) {
    Draft *f = v->f;
    Arena *a = f->c->arena;
    size_t n = 0;
    bool none = str_eq(v->as.version, S("public"));
    for (size_t i = 0; i < f->captures_n; i++) {
        if (none || closed_id(v, id_hex(a, f->captures[i].id))) continue;
        Str stem = str_fmt(a, "data/captures/" STR_FMT, STR_ARG(capture_key(a, &f->captures[i])));
        for (size_t k = 0; k < v->members_n; k++) {
            Str path = str_sub(v->members[k].name, v->base_n, v->members[k].name.n);
            if (str_starts(path, stem)) dossier_add(&f->bag, path, v->members[k].bytes);
        }
        f->captures[n++] = f->captures[i];
    }
    f->captures_n = n;
    if (n > 0) dossier_add(&f->bag, S("data/hashes.csv"), draft_hashes_csv(f));
    return OK;
}

static Err add_pages(Version *v) {
    Draft *f = v->f;
    Str pdf = STR_NONE;
    Lang other = f->lang == LANG_NL ? LANG_EN : LANG_NL;
    const Asset *css = asset_at(asset("keten.css").s);
    must(css != NULL);
    TRY(version_report_html(v, f->lang, &pdf));
    dossier_add(&f->bag, S("data/report.html"), pdf);
    TRY(version_report_html(v, other, &pdf));
    dossier_add(&f->bag, str_fmt(f->c->arena, "data/report-%s.html", lang_code(other)), pdf);
    TRY(version_report_pdf(v, &pdf));
    if (pdf.p != NULL) dossier_add(&f->bag, S("data/report.pdf"), pdf);
    dossier_add(&f->bag, S("data/report.css"), str_bytes(css->p, css->n));
    dossier_add(&f->bag, S("data/method.html"), draft_method_html(f, f->lang));
    dossier_add(&f->bag, str_fmt(f->c->arena, "data/method-%s.html", lang_code(other)), draft_method_html(f, other));
    return OK;
}

static Err gather(Version *v, const DossierRow *parent) {
    Draft *f = v->f;
    TRY(case_by_id(f->c, f->d.case_id, &f->k));
    TRY(org_by_id(f->c, f->d.org, &f->org));
    TRY(capture_of_dossier(f->c, parent->id, &f->captures, &f->captures_n));
    TRY(location_of_case(f->c, f->k.id, 0, PLACES_MAX, &f->places, &f->places_n));
    TRY(location_open(f->c, f->places, f->places_n));
    TRY(draft_read_acts(f->c, f, v->seal.case_acts));
    if ((int64_t)f->acts_n != v->seal.case_acts) return E_INPUT;
    f->number = dossier_number(f->c->arena, f->k.ref, &f->d);
    draft_languages(f->c, f);
    TRY(find_closed(v));
    f->withheld = 0;
    for (size_t i = 0; i < f->acts_n; i++) {
        f->acts[i].open = act_keeps(v, &f->acts[i]);
        f->withheld += !f->acts[i].open;
    }
    return OK;
}

Err version_make(Ctx *c, const DossierRow *d, const VersionRow *as) {
    DossierRow parent;
    Draft *f = ARENA_NEW(c->arena, Draft);
    Version v = { .f = f, .as = *as };
    f->c = c;
    f->d = *d;
    TRY(dossier_by_id(c, as->parent, &parent));
    TRY(open_parent(&v, &parent));
    TRY(gather(&v, &parent));
    f->bag = dossier_bag(c->arena, str_fmt(c->arena, "keten-" STR_FMT "-%lld", STR_ARG(f->k.ref), (long long)d->number));
    TRY(add_facts(&v));
    TRY(add_captures(&v));
    TRY(add_pages(&v));
    dossier_add(&f->bag, S("data/custody/events.jsonl"), draft_events_jsonl(f));
    f->facts_root = v.seal.facts_root;
    f->facts_n = v.seal.facts_n;
    f->version = as->version;
    f->parent_seal = hex_enc(c->arena, parent.seal);
    return draft_finish(f);
}
