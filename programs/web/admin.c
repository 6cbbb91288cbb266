/* admin.c - administration: the first page, due work, this server, organisations. People and teams have files of their own. */
#include "programs/web/admin.h"
#include "foundation/jobs/jobs.h"
#include "programs/web/web_page.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

/* ---- shared ---- */

bool admin_is_host(const Ctx *c) { return id_eq(c->person.org, c->app->org); }

const char *const admin_langs[] = { "nl", "en", NULL };
const char *const admin_role_codes[] = { "worker", "lead", "analyst", "inspector", "admin", NULL };
static const struct { uint32_t role; const char *word, *hint; } roles[] = {
    { R_WORKER, N_("case worker"), N_("Reads the reports of the team, asks for removal, files with authorities.") },
    { R_LEAD, N_("team lead"), N_("The same, and joins cases, makes new codes, erases.") },
    { R_ANALYST, N_("analyst"), N_("Keeps the register of platforms, prepares consultations. Reads no reports.") },
    { R_INSPECTOR, N_("inspector"), N_("Works at an authority. Reads what was shared with it.") },
    { R_ADMIN, N_("administrator"), N_("Lets people in, looks after the server. Reads no reports.") },
};

const UiOption *admin_role_options(const UiCtx *ui, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, LEN(roles));
    for (size_t i = 0; i < LEN(roles); i++) o[i] = (UiOption){ str_c(admin_role_codes[i]), tr(ui, roles[i].word), tr(ui, roles[i].hint) };
    *out_n = LEN(roles);
    return o;
}

const UiOption *admin_language_options(const UiCtx *ui, size_t *out_n) {
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, 2);
    o[0] = (UiOption){ S("nl"), S("Nederlands"), STR_NONE };
    o[1] = (UiOption){ S("en"), S("English"), STR_NONE };
    *out_n = 2;
    return o;
}

uint32_t admin_roles_of(const Form *f) {
    uint32_t all = 0;
    for (size_t i = 0; i < LEN(roles); i++)
        if (form_has(f, "roles", str_c(admin_role_codes[i]))) all |= roles[i].role;
    return all;
}

Str admin_roles(const UiCtx *ui, uint32_t mask) {
    Buf b = buf_new(500);
    for (size_t i = 0; i < LEN(roles); i++) {
        if ((mask & roles[i].role) == 0) continue;
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, tr(ui, roles[i].word));
    }
    Str s = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return s;
}

Err admin_user(Ctx *c, Id user, UserRow *out, bool *out_own) {
    TRY(user_by_id(c, user, out));
    *out_own = id_eq(out->org, c->person.org);
    return *out_own || admin_is_host(c) ? OK : E_MISSING;
}

static const struct { const char *code, *word; } kinds[] = { { "flagger", N_("helpline or trusted flagger") }, { "care", N_("care") }, { "fund", N_("fund") },
    { "ngo", N_("civil society") }, { "law", N_("legal help") }, { "authority", N_("authority") }, { "platform", N_("platform") }, { "university", N_("research") } };
static const char *const kind_codes[] = { "flagger", "care", "fund", "ngo", "law", "authority", "platform", "university", NULL };

const char *admin_org_kind(Str kind) {
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(kind, str_c(kinds[i].code))) return kinds[i].word;
    return N_("organisation");
}

/* ---- first page ---- */

static Err admin_page(Ctx *c, const Request *req, Response *res) {
    OrgRow org;
    SystemFacts f;
    JobCounts jobs = { 0 };
    OrgRow *orgs = NULL;
    size_t orgs_n = 0;
    TRY(org_by_id(c, c->person.org, &org));
    TRY(admin_store_facts(c->db, org.id, &f));
    TRY(jobs_counts(c->db, c->now, &jobs));
    TRY(org_list(c, &orgs, &orgs_n));
    const UiItem items[] = { { tr(req->ui, N_("Organisation")), org.name }, { tr(req->ui, N_("Kind")), tr(req->ui, admin_org_kind(org.kind)) }, { tr(req->ui, N_("Country")), org.country } };
    TplWebAdmin t = { .items = items, .items_n = LEN(items), .users = f.users, .waiting = f.waiting, .teams = f.teams, .stuck = jobs.stuck, .late = jobs.late,
        .host = admin_is_host(c), .orgs = (int64_t)orgs_n };
    tpl_web_admin(&res->body, req->ui, &t);
    return OK;
}

/* ---- due work ---- */

enum { JOBS_A_PAGE = 50, JOB_PAGES_MAX = 2000 };

static Url jobs_url(Arena *a, bool stuck, int64_t page) { return url_path(a, "/admin/jobs?page=%lld%s", (long long)page, stuck ? "&stuck=1" : ""); }

static Err jobs_page(Ctx *c, const Request *req, Response *res) {
    JobCounts n = { 0 };
    Job *jobs = NULL;
    size_t jobs_n = 0;
    bool stuck = str_eq(req_query(req, "stuck"), S("1"));
    int64_t page = req_query_int(req, "page", 1, JOB_PAGES_MAX, 1);
    TRY(jobs_counts(c->db, c->now, &n));
    TRY(jobs_list(c->db, c->arena, stuck, (size_t)(page - 1) * JOBS_A_PAGE, JOBS_A_PAGE, &jobs, &jobs_n));
    TplWebAdminJobsRows *rows = ARENA_ARRAY(c->arena, TplWebAdminJobsRows, jobs_n + 1);
    for (size_t i = 0; i < jobs_n; i++) {
        const Job *j = &jobs[i];
        bool is_stuck = str_eq(j->state, S("stuck")), runs = j->lease_until > c->now, late = !is_stuck && !runs && j->due < c->now - 600000;
        rows[i] = (TplWebAdminJobsRows){ .kind = j->kind, .due = j->due, .tries = j->tries, .why = j->last_error,
            .state = is_stuck ? STATE_REFUSED : late ? STATE_LATE : runs ? STATE_INFO : STATE_WAITING,
            .word = is_stuck ? N_("stuck") : late ? N_("late") : runs ? N_("being done") : N_("waits") };
        if (is_stuck || late || j->tries > 0) rows[i].retry = url_path(c->arena, "/admin/jobs/%s/retry", str_z(c->arena, id_hex(c->arena, j->id)));
    }
    int64_t all = stuck ? n.stuck : n.due, pages = all > 0 ? (all + JOBS_A_PAGE - 1) / JOBS_A_PAGE : 1;
    TplWebAdminJobs t = { .due = n.due - n.stuck, .late = n.late, .stuck = n.stuck, .oldest = n.oldest_due, .only_stuck = stuck, .rows = rows, .rows_n = jobs_n, .page = page, .pages = pages };
    if (page > 1) t.before = jobs_url(c->arena, stuck, page - 1);
    if (page < pages) t.after = jobs_url(c->arena, stuck, page + 1);
    tpl_web_admin_jobs(&res->body, req->ui, &t);
    return OK;
}

static Err retry_post(Ctx *c, const Request *req, Response *res) {
    Id job = ID_NONE;
    TRY(req_id(req, "job", &job));
    TRY(jobs_retry(c->db, job, c->now));
    res_said(res, N_("It is tried again now."));
    res_redirect(res, "/admin/jobs");
    return OK;
}

/* ---- this server ---- */

enum { CHECKS_MAX = 12, BACKUP_DAYS = 2, FREE_PART = 10 };
typedef struct Checks { const UiCtx *ui; TplWebAdminSystemChecks list[CHECKS_MAX]; size_t n; } Checks;

static void check(Checks *k, const char *name, bool good, const char *text) {
    must(k->n < CHECKS_MAX);
    k->list[k->n++] = (TplWebAdminSystemChecks){ .name = name, .state = good ? STATE_DONE : STATE_LATE, .word = good ? N_("in order") : N_("look at this"), .text = tr(k->ui, text) };
}

static int64_t size_of(Ctx *c, const Instance *in, const char *name) {
    struct stat st = { 0 };
    return stat(instance_path(c->arena, in, name), &st) == 0 ? st.st_size : 0;
}

/* `keten backup` leaves the moment of the last one. */
static UnixMs last_backup(Ctx *c, const Instance *in) {
    Str text = STR_NONE;
    UnixMs at = 0;
    if (file_read(c->arena, instance_path(c->arena, in, INSTANCE_LAST_BACKUP), 64, &text) != OK || when_parse(NULL, str_trim(text), &at) != OK) return 0;
    return at;
}

static void set_up(Ctx *c, const Web *w, const SystemFacts *f, const JobCounts *jobs, UnixMs backup, Checks *k) {
    const Conf *conf = &w->in.conf;
    struct statvfs disk = { 0 };
    bool known = statvfs(w->in.dir, &disk) == 0;
    check(k, N_("Address"), w->secure || w->in.demo, w->secure ? N_("Pages are reached by https.") : N_("Pages are reached by http, from this machine only. For others, put TLS in front and set base_url."));
    check(k, N_("Key holder"), w->vault != NULL, w->vault != NULL ? N_("The key holder answers.") : N_("The key holder does not answer: nobody can sign in, nothing sealed can be read."));
    check(k, N_("Mail"), conf_text(conf, "mail", "host").n > 0, conf_text(conf, "mail", "host").n > 0 ? N_("A mail server is set.") : N_("No mail server is set: requests wait and are not sent."));
    check(k, N_("Time-stamps"), conf_list(conf, "timestamp", "url").n > 0,
        conf_list(conf, "timestamp", "url").n > 0 ? N_("The seals of dossiers are time-stamped by an outside authority.") : N_("No time-stamp authority is set: dates rest on this server’s clock alone."));
    check(k, N_("Due work"), jobs->stuck == 0 && jobs->late == 0, jobs->stuck == 0 && jobs->late == 0 ? N_("Nothing is stuck or late.") : N_("Work is stuck or late; see the page of due work."));
    check(k, N_("Ledger"), f->leaves == f->acts, f->leaves == f->acts ? N_("Every act has its leaf.") : N_("There are acts without a leaf: run keten fsck."));
    check(k, N_("Backup"), backup > 0 && c->now - backup < (int64_t)BACKUP_DAYS * 86400000, backup == 0 ? N_("None was made with keten backup yet.") : N_("Made every day, kept on another machine, and tried out by restoring."));
    check(k, N_("Disk"), !known || disk.f_bavail > disk.f_blocks / FREE_PART, !known || disk.f_bavail > disk.f_blocks / FREE_PART ? N_("There is room.") : N_("Less than a tenth is free. When it is full, nothing can be recorded."));
}

/* A team whose key one person has is one lost password away from cases nobody can read. */
static Err team_keys(Ctx *c, Checks *k) {
    TeamRow *teams = NULL;
    size_t n = 0;
    bool good = true;
    TRY(team_list(c, c->person.org, &teams, &n));
    for (size_t i = 0; i < n && c->vault != NULL; i++) {
        UserRow *members = NULL;
        size_t members_n = 0;
        int64_t holders = 0;
        TRY(member_list(c, teams[i].id, &members, &members_n));
        for (size_t m = 0; m < members_n; m++) {
            bool has = false;
            TRY(vault_team_holds(c->vault, teams[i].id, members[m].id, &has));
            holders += has && members[m].active;
        }
        good = good && holders >= 2;
    }
    check(k, N_("Keys of teams"), good, good ? N_("Every team has at least two people with its key.") : N_("A team has fewer than two people with its key. When they lose their password, its cases can never be read again."));
    return OK;
}

static Err system_page(Ctx *c, const Request *req, Response *res) {
    const Web *w = turn_of(c)->web;
    const UiCtx *ui = req->ui;
    SystemFacts f;
    JobCounts jobs = { 0 };
    Checks *k = ARENA_NEW(c->arena, Checks);
    k->ui = ui;
    TRY(admin_store_facts(c->db, c->person.org, &f));
    TRY(jobs_counts(c->db, c->now, &jobs));
    UnixMs backup = last_backup(c, &w->in);
    set_up(c, w, &f, &jobs, backup, k);
    Str none = tr(ui, N_("none yet"));
    const UiItem items[] = {
        { tr(ui, N_("Version")), S(KETEN_VERSION) },
        { tr(ui, N_("Address")), conf_text(&w->in.conf, "web", "base_url") },
        { tr(ui, N_("Zone of dates")), conf_text(&w->in.conf, "instance", "zone") },
        { tr(ui, N_("Acts recorded")), ui_int(ui, f.acts) },
        { tr(ui, N_("Last signed checkpoint")), f.checkpoint_at > 0 ? str_fmt(c->arena, STR_FMT " · " STR_FMT, STR_ARG(ui_int(ui, f.checkpoint_size)), STR_ARG(ui_when(ui, f.checkpoint_at))) : none },
        { tr(ui, N_("Size of the record")), ui_bytes(ui, size_of(c, &w->in, INSTANCE_DB)) },
        { tr(ui, N_("Size of the key store")), ui_bytes(ui, size_of(c, &w->in, INSTANCE_KEYS_DB)) },
        { tr(ui, N_("Last backup")), backup > 0 ? ui_when(ui, backup) : none },
        { tr(ui, N_("Due longest")), jobs.oldest_due > 0 ? ui_when(ui, jobs.oldest_due) : none },
    };
    TRY(team_keys(c, k));
    tpl_web_admin_system(&res->body, ui, &(TplWebAdminSystem){ .items = items, .items_n = LEN(items), .checks = k->list, .checks_n = k->n });
    return OK;
}

/* ---- organisations ---- */

static const Param org_form[] = {
    { "name", P_TEXT, true, .min = 2, .max = 100, .label = N_("Name") },
    { "kind", P_CHOICE, true, .choices = kind_codes, .label = N_("Kind") },
    { "country", P_TEXT, true, .min = 2, .max = 2, .label = N_("Country") },
    { "authority", P_TEXT, .max = 40, .label = N_("Code of the authority") },
};

static Err orgs_page(Ctx *c, const Request *req, Response *res) {
    OrgRow *orgs = NULL;
    size_t n = 0;
    if (!admin_is_host(c)) return E_DENIED;
    TRY(org_list(c, &orgs, &n));
    TplWebAdminOrgsRows *rows = ARENA_ARRAY(c->arena, TplWebAdminOrgsRows, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = (TplWebAdminOrgsRows){ orgs[i].name, admin_org_kind(orgs[i].kind), orgs[i].country, orgs[i].authority };
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, LEN(kinds));
    for (size_t i = 0; i < LEN(kinds); i++) options[i] = (UiOption){ str_c(kinds[i].code), tr(req->ui, kinds[i].word), STR_NONE };
    tpl_web_admin_orgs(&res->body, req->ui, &(TplWebAdminOrgs){ .rows = rows, .rows_n = n, .form = form_page(req, org_form, LEN(org_form)), .kinds = options, .kinds_n = LEN(kinds) });
    return OK;
}

static bool capitals(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (i > 0 && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_')))) return false;
    return true;
}

static Err orgs_post(Ctx *c, const Request *req, Response *res) {
    Form *f = req->form;
    OrgRow known;
    if (!admin_is_host(c)) return E_DENIED;
    if (f->errors == 0 && !capitals(form_text(f, "country"))) form_fail(f, "country", N_("Two capital letters, such as NL."));
    if (f->errors == 0 && !capitals(form_text(f, "authority"))) form_fail(f, "authority", N_("A code has capitals and digits, such as ACM."));
    if (f->errors == 0 && org_by_authority(c, form_text(f, "authority"), &known) == OK) form_fail(f, "authority", N_("Another organisation on this server is this authority already."));
    if (f->errors > 0) {
        res_again(res, "/admin/orgs");
        return OK;
    }
    if (c->vault == NULL) return E_OUTSIDE;
    Id org = f->act; /* made from the form's own id: sent twice, it is one organisation */
    TRY(vault_store_scopes(c->vault, org, &org, 1, c->now));
    Act *a = org_make(c, org, form_text(f, "name"), form_text(f, "kind"), form_text(f, "country"), form_text(f, "authority"), S("nl"), STR_NONE);
    a->id = f->act;
    TRY(journal_one(c, a));
    res_said(res, N_("The organisation is let in."));
    res_redirect(res, "/admin/orgs");
    return OK;
}

const Route admin_routes[] = {
    { GET, "/admin", R_ADMIN, "user.admin", LEVEL_STAFF, 0, admin_page },
    { GET, "/admin/jobs", R_ADMIN, "job.read", LEVEL_STAFF, 0, jobs_page },
    { POST, "/admin/jobs/{job}/retry", R_ADMIN, "job.retry", LEVEL_STAFF, 8192, retry_post },
    { GET, "/admin/system", R_ADMIN, "user.admin", LEVEL_STAFF, 0, system_page },
    { GET, "/admin/orgs", R_ADMIN, "user.admin", LEVEL_STAFF, 0, orgs_page },
    { POST, "/admin/orgs", R_ADMIN, "user.admin", LEVEL_FRESH, 8192, orgs_post, ROUTE_FORM(org_form) },
};
const size_t admin_routes_n = LEN(admin_routes);
