/* cmd_import.c - keten import: what another tool knows, as cases, links and recipients of an instance. */
#include "core/case/intake.h"
#include "core/law/law.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "programs/keten/local.h"
#include "programs/keten/scart.h"
#include "steps/takedown/takedown.h"

enum { FILES_MAX = 200, CASE_LINKS = 2000, SAID_MAX = 20 };
typedef struct Link { WebUrl url; const ScartRow *row; Str source; } Link;
typedef struct Group { const Link *first; size_t n; } Group; /* one host, one fate, one source */
typedef struct Sum { size_t rows, wrong, dropped, gone, again, cases, known, links, recipients; } Sum;
typedef struct Import { Cli *c; Local l; Str allow; Link *links; size_t n, cap; Sum sum; size_t said; } Import;

static const char *name_of(const char *path) { return strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path; }

static void left_out(Import *m, const char *path, size_t line, const char *why) {
    m->sum.wrong++;
    if (m->said++ < SAID_MAX) (void)cli_fail(m->c, EXIT_NO, "%s, line %zu: %s", name_of(path), line, why);
}

static Str source_of(Str theirs) {
    static const struct { const char *theirs, *ours; } map[] = { { "police", "police" }, { "iccam", "flagger" }, { "analyst", "worker" }, { "webform", "web" }, { "helpwanted", "web" }, { "stopitnow", "web" } };
    for (size_t i = 0; i < LEN(map); i++)
        if (str_eq(theirs, str_c(map[i].theirs))) return str_c(map[i].ours);
    return S("worker");
}

/* ---- reading ---- */

static void take_row(Import *m, const char *path, const ScartRow *r, bool gone_too) {
    Link one = { .row = r, .source = source_of(r->source) };
    UrlWrong wrong = URL_GOOD;
    m->sum.rows++;
    if (r->fate == SCART_DROP) m->sum.dropped++;
    else if (r->fate == SCART_GONE && !gone_too) m->sum.gone++;
    else if (url_parse(m->c->a, r->url, m->allow, &one.url, &wrong) != OK) left_out(m, path, r->line, url_wrong_msgid(wrong));
    else {
        m->links = ARENA_ROOM(m->c->a, m->links, m->n, &m->cap);
        m->links[m->n++] = one;
    }
}

static bool take_file(Import *m, const char *path, ScartFile *out, int *out_code) {
    Str text = STR_NONE;
    const char *why = NULL;
    Err e = cli_read(m->c->a, path, SCART_BYTES_MAX, &text);
    if (e != OK) return *out_code = cli_fail(m->c, EXIT_USE, "%s %s", path, e == E_LIMIT ? "is larger than 256 MB" : "cannot be read"), false;
    if (scart_read(m->c->a, text, out, &why) != OK) return *out_code = cli_fail(m->c, EXIT_USE, "%s: %s", path, why), false;
    for (size_t i = 0; i < out->wrong_n; i++) left_out(m, path, out->wrong[i].line, out->wrong[i].why);
    m->sum.wrong += out->lines_wrong - out->wrong_n;
    for (size_t i = 0; out->addresses && i < out->n; i++) take_row(m, path, &out->rows[i], cli_flag(m->c, "gone"));
    printf("%s: %s, %zu lines%s\n", name_of(path), out->kind, out->n, out->addresses ? "" : "; this export has no addresses, only hosters are taken from it");
    return true;
}

/* By host, what is left to do and source; of one address the line in which most is left to do comes first. */
static int by_group(const void *x, const void *y) {
    const Link *a = x, *b = y;
    int host = str_cmp(a->url.host, b->url.host), text = str_cmp(a->url.text, b->url.text), source = str_cmp(a->source, b->source);
    if (host != 0) return host;
    if (a->row->fate != b->row->fate) return a->row->fate < b->row->fate ? -1 : 1;
    if (source != 0) return source;
    return text != 0 ? text : a->row->line < b->row->line ? -1 : a->row->line > b->row->line;
}

static int by_url(const void *x, const void *y) {
    static const int rank[SCART_FATES] = { [SCART_FOLLOW] = 0, [SCART_JUDGE] = 1, [SCART_GONE] = 2, [SCART_DROP] = 3 };
    const Link *a = x, *b = y;
    int text = str_cmp(a->url.text, b->url.text), ra = rank[a->row->fate], rb = rank[b->row->fate];
    return text != 0 ? text : ra != rb ? ra - rb : by_group(x, y);
}

static void once_each(Import *m) {
    size_t n = 0;
    if (m->n > 0) qsort(m->links, m->n, sizeof *m->links, by_url);
    for (size_t i = 0; i < m->n; i++) {
        bool again = n > 0 && str_eq(m->links[n - 1].url.text, m->links[i].url.text);
        if (again) m->sum.again++;
        else m->links[n++] = m->links[i];
    }
    m->n = n;
    if (n > 0) qsort(m->links, n, sizeof *m->links, by_group);
}

static Group group_at(const Import *m, size_t from) {
    const Link *f = &m->links[from];
    size_t to = from;
    while (to < m->n && to - from < CASE_LINKS && str_eq(m->links[to].url.host, f->url.host) && m->links[to].row->fate == f->row->fate && str_eq(m->links[to].source, f->source)) to++;
    return (Group){ f, to - from };
}

/* ---- making ---- */

static void say(Buf *b, const char *word, Str value) {
    if (value.n > 0) buf_printf(b, "%s%s " STR_FMT, b->n > 0 ? "; " : "", word, STR_ARG(str_sub(value, 0, 200)));
}

static Str note_of(Arena *a, const ScartRow *r) {
    Buf b = buf_new(2000);
    say(&b, "SCART", r->number);
    say(&b, "status", r->status);
    say(&b, "first seen", r->seen_first);
    say(&b, "first notice", r->asked_first);
    say(&b, "last seen", r->seen_last);
    say(&b, "hoster", r->holder);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* The same lines again are the same form again. */
static Id form_of(const Group *g) {
    Buf b = buf_new(64 << 20);
    uint8_t h[32];
    Id id;
    buf_printf(&b, "scart %d " STR_FMT "\n", (int)g->first->row->fate, STR_ARG(g->first->source));
    for (size_t i = 0; i < g->n; i++) {
        buf_put(&b, g->first[i].url.text);
        buf_ch(&b, '\n');
    }
    seal_sha256(buf_str(&b), h);
    memcpy(id.b, h, sizeof id.b);
    buf_free(&b);
    return id;
}

static Err make_case(Import *m, const Group *g, Str lang) {
    Ctx *c = &m->l.c;
    WebUrl *urls = ARENA_ARRAY(c->arena, WebUrl, g->n);
    Str *notes = ARENA_ARRAY(c->arena, Str, g->n);
    for (size_t i = 0; i < g->n; i++) {
        urls[i] = g->first[i].url;
        notes[i] = note_of(c->arena, g->first[i].row);
    }
    Intake in = { .facts = { .source = g->first->source, .age_depicted = S("unknown"), .for_whom = S("unknown"), .safety = S("skipped"), .contact_mode = S("none"), .lang = lang },
        .act = form_of(g), .urls = urls, .urls_n = g->n, .url_notes = notes, .said_by = S("worker") };
    IntakeDone done;
    Err e = intake_open(c, &in, &done);
    if (e == E_CONFLICT) {
        m->sum.known++;
        return OK;
    }
    TRY(e);
    m->sum.cases++;
    m->sum.links += g->n;
    if (g->first->row->fate == SCART_JUDGE) return OK;
    return journal_one(c, incident_add(c, done.case_id, &(IncidentRow){ .offence = S("CSAM"), .online = S("yes"), .age_depicted = S("unknown") }));
}

static Err make_cases(Import *m) {
    OrgRow org;
    Err e = org_by_id(&m->l.c, m->l.app.org, &org);
    Progress bar = progress_start("links");
    Arena *own = m->l.c.arena;
    for (size_t at = 0; at < m->n && e == OK;) {
        Group g = group_at(m, at);
        m->l.c.arena = arena_new(512 << 20);
        e = make_case(m, &g, org.lang);
        arena_free(m->l.c.arena);
        at += g.n;
        progress_show(&bar, (int64_t)at, (int64_t)m->n);
    }
    m->l.c.arena = own;
    progress_end(&bar);
    return e;
}

/* ---- hosters ---- */

static bool mail_plain(Str s) {
    size_t at = 0, again = 0;
    bool one = s.n >= 3 && s.n <= 254 && str_chr(s, '@', &at) && at > 0 && at + 1 < s.n && !str_chr(str_sub(s, at + 1, s.n), '@', &again);
    for (size_t i = 0; one && i < s.n; i++) one = s.p[i] > ' ' && s.p[i] <= '~' && strchr("<>(),;:\\\"[]", s.p[i]) == NULL;
    return one;
}

static Str country_of(const Import *m, Str theirs) {
    char code[2] = { 0 };
    for (size_t i = 0; i < theirs.n && i < 2; i++) code[i] = (char)(theirs.p[i] >= 'a' && theirs.p[i] <= 'z' ? theirs.p[i] - 'a' + 'A' : theirs.p[i]);
    const LawCountry *k = theirs.n == 2 ? law_country(m->l.app.law, (Str){ code, 2 }, DATE_NONE) : NULL;
    return k != NULL ? k->r.id : STR_NONE;
}

typedef struct Hoster { Str mail; const ScartRow *row; } Hoster;
static int by_mail(const void *x, const void *y) { return str_cmp(((const Hoster *)x)->mail, ((const Hoster *)y)->mail); }

/* Each address of a hoster once, in the order of the addresses. */
static Hoster *hosters_of(Import *m, const ScartFile *files, size_t files_n, size_t *out_n) {
    Hoster *v = NULL;
    size_t n = 0, k = 0, cap = 0;
    for (size_t f = 0; f < files_n; f++)
        for (size_t i = 0; i < files[f].n; i++) {
            if (!mail_plain(files[f].rows[i].mail)) continue;
            v = ARENA_ROOM(m->c->a, v, n, &cap);
            v[n++] = (Hoster){ str_lower(m->c->a, files[f].rows[i].mail), &files[f].rows[i] };
        }
    if (n > 0) qsort(v, n, sizeof *v, by_mail);
    for (size_t i = 0; i < n; i++)
        if (k == 0 || !str_eq(v[k - 1].mail, v[i].mail)) v[k++] = v[i];
    *out_n = k;
    return v;
}

static Err make_hosters(Import *m, const ScartFile *files, size_t files_n) {
    Ctx *c = &m->l.c;
    RecipientRow *there = NULL;
    size_t n = 0, k = 0;
    Hoster *v = hosters_of(m, files, files_n, &k);
    TRY(recipient_list(c, m->l.app.org, true, &there, &n));
    TRY(recipient_open(c, there, n));
    for (size_t i = 0; i < k; i++) {
        Str country = country_of(m, v[i].row->country), holder = v[i].row->holder;
        bool known = false;
        for (size_t j = 0; j < n && !known; j++) known = str_ieq(there[j].mail, v[i].mail);
        if (known) continue;
        RecipientNew w = { .rung = S("host"), .lang = law_letters(m->l.app.law, country), .country = country, .name = holder.n > 0 ? str_sub(holder, 0, 400) : v[i].mail, .mail = v[i].mail, .found = S("import") };
        TRY(journal_one(c, recipient_add(c, ID_NONE, &w)));
        m->sum.recipients++;
    }
    return OK;
}

/* ---- the command ---- */

static int told(const Import *m, bool check) {
    const Sum *s = &m->sum;
    printf("%zu lines: %zu without anything left to do, %zu gone and not taken (--gone takes them), %zu for an address that stands there more than once, %zu left out\n", s->rows, s->dropped, s->gone, s->again, s->wrong);
    if (check) printf("%zu links would be taken; nothing was changed\n", m->n);
    else printf("%zu cases with %zu links made, %zu cases were there already, %zu recipients added that somebody has to confirm\n", s->cases, s->links, s->known, s->recipients);
    if (m->said > SAID_MAX) (void)cli_fail(m->c, EXIT_NO, "and %zu lines more that were left out", s->wrong - SAID_MAX);
    return s->wrong > 0 ? EXIT_NO : EXIT_YES;
}

static int run_scart(Cli *c) {
    Import *m = ARENA_NEW(c->a, Import);
    ScartFile *files = ARENA_ARRAY(c->a, ScartFile, c->args_n);
    UserRow who;
    int code = EXIT_YES;
    bool check = cli_flag(c, "check");
    *m = (Import){ .c = c };
    for (size_t i = 0; i < c->args_n; i++)
        if (!take_file(m, c->args[i], &files[i], &code)) return code;
    once_each(m);
    if (check) return told(m, true);
    if (!local_open(c, cli_text(c, "data").p, DB_WRITE, &m->l, &code)) return code;
    Err e = user_by_login(&m->l.c, cli_text(c, "as"), &who);
    bool works = e == OK && who.active && (who.roles & (R_WORKER | R_LEAD)) != 0;
    if (e == E_MISSING || (e == OK && !works)) {
        local_close(&m->l);
        return cli_fail(c, EXIT_USE, "--as: a case worker or team lead who is here; keten user list shows who is");
    }
    if (e == OK) {
        local_as(&m->l, who.roles, who.id, who.org);
        e = make_cases(m);
    }
    if (e == OK) e = make_hosters(m, files, c->args_n);
    const char *said = m->l.c.fail.msgid;
    if (e != OK) code = cli_fail(c, EXIT_SYSTEM, "stopped after %zu cases (%s): %s. What was made stays; the same files may be taken again", m->sum.cases, err_name(e), said != NULL ? said : "the instance could not be written");
    else code = told(m, false);
    local_close(&m->l);
    return code;
}

static const Opt scart_opts[] = { OPT_DATA, { OPT_TEXT, "as", "NAME", "sign-in name of the case worker or lead in whose name it is done", .required = true }, { OPT_FLAG, "gone", .help = "take also what was seen gone there, so that it is watched again" },
    { OPT_FLAG, "check", .help = "read the files and say what would be taken; change nothing" }, { OPT_END } };
static const Cmd scart = { .name = "scart", .summary = "CSV exports of SCART: what is open becomes cases, hosters become recipients", .args = "FILE...", .args_min = 1, .args_max = FILES_MAX, .opts = scart_opts, .run = run_scart,
    .help = "FILE (or - for standard input) is an export of classified addresses, of whois data, of notices (ntd) or closed notices (ntdclosed), a\nreport with chosen columns, or \"all\", which holds no addresses. One case for each site, kind of work and source, at most 2,000 links\n"
            "each: what was judged illegal is classified so, what was not judged waits for somebody. Age is unknown to Keten until one of its own\npeople decides, so every case goes the minor's way: links and class, nothing fetched. What SCART called gone is not counted as removed\n"
            "here. The same file taken again makes nothing twice. The server may go on running." };
static const Cmd *const subs[] = { &scart, NULL };
const Cmd cmd_import = { .name = "import", .summary = "take over what another tool knows", .args = "", .subs = subs };
