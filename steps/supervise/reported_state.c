/* reported_state.c - the rules: a report is about a platform of the register, is read once, and a second one for its period names the first. */
#include "steps/supervise/reported_in.h"
#include "core/case/platform.h"
#include "core/seal/seal.h"
#include "foundation/base/csv.h"
#include "foundation/base/enc.h"
#include "foundation/ui/ui.h"

enum { FIGURES_MAX = 900000, DEVS_MAX = 300000, ABOUT_MAX = 60000 };
static const FieldDef fields[] = { { "platform", F_CODE, CLEAR, true, 0 }, { "from", F_CODE, CLEAR, true, 0 }, { "to", F_CODE, CLEAR, true, 0 }, { "form", F_CODE, CLEAR, true, 0 }, { "sha256", F_HASH, CLEAR, true, 0 },
    { "bytes", F_INT, CLEAR, true, 0 }, { "files", F_INT, CLEAR, true, 0 }, { "sections", F_INT, CLEAR, true, 0 }, { "figure_n", F_INT, CLEAR, true, 0 }, { "blank_n", F_INT, CLEAR, true, 0 }, { "dev_n", F_INT, CLEAR, true, 0 },
    { "lost_n", F_INT, CLEAR, true, 0 }, { "prior", F_ID, CLEAR, false, 0 }, { "about", F_TEXT, STORE, true, ABOUT_MAX }, { "figures", F_TEXT, STORE, true, FIGURES_MAX }, { "devs", F_TEXT, STORE, true, DEVS_MAX }, { NULL, F_END, CLEAR, false, 0 } };

static Err check_reported_read(Ctx *c, const Act *a) {
    ReportedRow known;
    Date from, to;
    Str platform = act_get_code(a, "platform");
    if (platform_row(c, platform) == NULL) return ctx_refuse(c, E_MISSING, "platform", "The register has no such platform.");
    if (date_parse(act_get_code(a, "from"), &from) != OK || date_parse(act_get_code(a, "to"), &to) != OK || date_cmp(from, to) > 0) return ctx_refuse(c, E_INPUT, "from", "This is no period.");
    if (act_get_hash(a, "sha256").n != 32) return ctx_refuse(c, E_INPUT, "sha256", "This is no SHA-256.");
    Err e = reported_by_sha(c, platform, act_get_hash(a, "sha256"), &known);
    if (e == OK) return ctx_refuse(c, E_CONFLICT, "sha256", "This report was read before.");
    if (e != E_MISSING) return e;
    e = reported_newest(c, platform, act_get_code(a, "from"), act_get_code(a, "to"), &known);
    if (e == OK && !id_eq(known.id, act_get_id(a, "prior"))) return ctx_refuse(c, E_CONFLICT, "prior", "Another report was read for this period; it has to be named.");
    return e == E_MISSING ? OK : e;
}
const ActDef act_reported_read = { "reported.read", 1, OBJ_NONE, "system.run", false, true, fields, check_reported_read, apply_reported_read, NULL, N_("Transparency report of {platform} over {from} to {to} was read: {figure_n} figures, {dev_n} deviations") };

/* ---- over all files: by name, so that the order in which they were given does not matter ---- */
Err reported_sum(Arena *a, const ReportedFile *files, size_t n, Str *out) {
    uint8_t sum[32];
    Buf b = buf_new(32 * (REP_FILES_MAX + 1));
    bool *used = ARENA_ARRAY(a, bool, n + 1);
    if (n == 0 || n > REP_FILES_MAX) return E_INPUT;
    for (size_t k = 0; k < n; k++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!used[i] && (best == n || str_cmp(files[i].name, files[best].name) < 0)) best = i;
        used[best] = true;
        buf_put(&b, files[best].sha256);
    }
    seal_sha256(buf_str(&b), sum);
    *out = n == 1 ? files[0].sha256 : str_dup(a, str_bytes(sum, 32));
    buf_free(&b);
    return OK;
}

/* "about": CSV, the first field of a line says what the others are. */
static Str about_text(Arena *a, const Report *r, const ReportedFile *files, size_t n) {
    Buf b = buf_new(ABOUT_MAX);
    const Str top[] = { r->provider, r->published, r->previous };
    for (size_t i = 0; i < LEN(top); i++) csv_field(&b, i == 0 ? S("report") : STR_NONE, ',', i == 0), csv_field(&b, top[i], ',', false);
    csv_field(&b, str_fmt(a, "%lld", (long long)r->devs_more), ',', false);
    csv_end(&b);
    for (size_t i = 0; i < r->services_n; i++) {
        csv_field(&b, S("service"), ',', true);
        csv_field(&b, r->services[i].name, ',', false);
        csv_field(&b, str_fmt(a, "%lld", (long long)r->services[i].rows), ',', false);
        csv_end(&b);
    }
    for (size_t i = 0; i < n; i++) {
        csv_field(&b, S("file"), ',', true);
        csv_field(&b, files[i].name, ',', false);
        csv_field(&b, hex_enc(a, files[i].sha256), ',', false);
        csv_field(&b, str_fmt(a, "%lld", (long long)files[i].bytes), ',', false);
        csv_end(&b);
    }
    Str s = buf_err(&b) == OK ? str_dup(a, buf_str(&b)) : STR_NONE;
    buf_free(&b);
    return s;
}

static Err packed(Arena *a, const Report *r, void (*put)(const Report *, Buf *), Str *out) {
    Buf b = buf_new(REP_KEPT_MAX);
    put(r, &b);
    Err e = buf_err(&b);
    if (e == OK) e = reported_pack(a, buf_str(&b), out);
    buf_free(&b);
    return e;
}

Err reported_act(Ctx *c, Str platform, const Report *r, const ReportedFile *files, size_t n, Id prior, Act **out) {
    Id id = ctx_new_id(c);
    Str sum = STR_NONE, figures = STR_NONE, devs = STR_NONE, about = about_text(c->arena, r, files, n);
    int64_t bytes = 0, lost = 0;
    TRY(reported_sum(c->arena, files, n, &sum));
    TRY(packed(c->arena, r, reported_figures_put, &figures));
    TRY(packed(c->arena, r, reported_devs_put, &devs));
    if (about.n == 0 || figures.n > FIGURES_MAX || devs.n > DEVS_MAX) return E_LIMIT;
    for (size_t i = 0; i < n; i++) bytes += files[i].bytes;
    for (size_t i = 0; i < r->devs_n; i++) lost += rep_dev_lost(r->devs[i].dev);
    Act *a = act_new(c, &act_reported_read, id, ID_NONE, id);
    act_code(a, "platform", platform);
    act_code(a, "from", r->from);
    act_code(a, "to", r->to);
    act_code(a, "form", r->form);
    act_hash(a, "sha256", sum);
    act_int(a, "bytes", bytes);
    act_int(a, "files", (int64_t)n);
    act_int(a, "sections", r->sections);
    act_int(a, "figure_n", (int64_t)r->figures_n);
    act_int(a, "blank_n", r->blank);
    act_int(a, "dev_n", (int64_t)r->devs_n + r->devs_more);
    act_int(a, "lost_n", lost);
    act_idf(a, "prior", prior);
    act_text(a, "about", about);
    act_text(a, "figures", figures);
    act_text(a, "devs", devs);
    *out = a;
    return OK;
}

/* ---- back ---- */
static Err about_take(Arena *a, Str text, ReportedAbout *out) {
    CsvReader r = csv_reader(text, ',');
    Str *f = NULL;
    size_t n = 0;
    RepService *services = ARENA_ARRAY(a, RepService, REP_SERVICES_MAX + 1);
    ReportedFile *files = ARENA_ARRAY(a, ReportedFile, REP_FILES_MAX + 1);
    *out = (ReportedAbout){ .services = services, .files = files };
    while (csv_row(a, &r, &f, &n) == OK) {
        int64_t v = 0;
        if (str_eq(f[0], S("report")) && n == 7) {
            out->provider = f[1];
            out->published = f[3];
            out->previous = f[5];
            if (str_i64(f[6], 0, INT64_MAX, &v) == OK) out->devs_more = v;
        } else if (str_eq(f[0], S("service")) && n == 3 && out->services_n < REP_SERVICES_MAX && str_i64(f[2], 0, INT64_MAX, &v) == OK) {
            services[out->services_n++] = (RepService){ f[1], v };
        } else if (str_eq(f[0], S("file")) && n == 4 && out->files_n < REP_FILES_MAX && str_i64(f[3], 0, INT64_MAX, &v) == OK) {
            files[out->files_n] = (ReportedFile){ .name = f[1], .bytes = v };
            TRY(hex_dec(a, f[2], &files[out->files_n++].sha256));
        } else {
            return E_OUTSIDE;
        }
    }
    return OK;
}

Err reported_open(Ctx *c, const ReportedRow *row, Report *out, ReportedAbout *out_about) {
    ReportedSealed s;
    Str about = STR_NONE, figures = STR_NONE, devs = STR_NONE, text = STR_NONE;
    ReportedAbout k;
    TRY(access_may(c, "platform.read", NO_OBJECT));
    TRY(reported_sealed(c, row->id, &s));
    TRY(journal_open(c, s.org, s.org, STORE, row->id, "about", s.about, &about));
    TRY(journal_open(c, s.org, s.org, STORE, row->id, "figures", s.figures, &figures));
    TRY(journal_open(c, s.org, s.org, STORE, row->id, "devs", s.devs, &devs));
    TRY(about_take(c->arena, about, &k));
    *out = (Report){ .form = row->form, .provider = k.provider, .published = k.published, .previous = k.previous, .from = row->from, .to = row->to, .services = k.services, .services_n = k.services_n, .sections = (uint32_t)row->sections, .devs_more = k.devs_more, .blank = row->blank };
    TRY(reported_unpack(c->arena, figures, &text));
    TRY(reported_figures_take(c->arena, text, out));
    TRY(reported_unpack(c->arena, devs, &text));
    TRY(reported_devs_take(c->arena, text, out));
    if (out_about != NULL) *out_about = k;
    return OK;
}

Err reported_for(Ctx *c, Str platform, Str from, Str to, ReportedRow *out) {
    ReportedRow *rows = NULL;
    size_t n = 0;
    TRY(reported_rows(c, platform, false, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (str_cmp(rows[i].from, from) <= 0 && str_cmp(rows[i].to, to) >= 0) {
            *out = rows[i];
            return OK;
        }
    return E_MISSING;
}

Err reported_own(Ctx *c, const ReportedRow *row, RepOwn *out, bool *out_flagger) {
    OrgRow org;
    Date from, to;
    *out = (RepOwn){ 0 };
    if (date_parse(row->from, &from) != OK || date_parse(row->to, &to) != OK) return E_OUTSIDE;
    TRY(org_by_id(c, c->person.org, &org));
    *out_flagger = org.flagger_id.n > 0;
    return reported_own_counts(c, row->platform, day_start(c->app->zone, from), day_end(c->app->zone, to), out);
}
