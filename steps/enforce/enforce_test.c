#include "core/case/dossier_version.h"
#include "core/step/pagekit.h"
#include "steps/enforce/enforce_in.h"

/* The house's law as it is compiled in: the rules of this room are proved on the real tables. */
static const Zone *zone_of(void *arg, Arena *a, Str name) {
    const Zone *z = NULL;
    (void)arg;
    return zone_load(a, name, &z) == OK ? z : NULL;
}

static const ActDef *all[120];
static void join(void) {
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; enforce_acts[i] != NULL; i++) all[n++] = enforce_acts[i];
    all[n] = NULL;
}

static FilingRow get(Kit *k, Id id) {
    FilingRow f;
    must(filing_by_id(&k->c, id, &f) == OK && filing_open(&k->c, &f) == OK);
    return f;
}

static Id draft_in(Kit *k, Id case_id, const char *authority, const char *form, Id about, const char *country) {
    FilingNew n = { .case_id = case_id, .authority = str_c(authority), .form = str_c(form), .offence = S("NCII"), .platform = S("demoplein"), .country = str_c(country), .lang = S("nl"), .about = about };
    FilingRow shape = { .case_id = case_id, .form = n.form, .offence = n.offence };
    FilingPart *parts = NULL;
    size_t parts_n = 0;
    must(filing_parts(&k->c, &shape, &parts, &parts_n) == OK && filing_prefill(&k->c, &n, parts, parts_n) == OK);
    Buf b = buf_new(FILING_BODY_MAX);
    filing_body_write(parts, parts_n, &b);
    n.body = str_dup(k->c.arena, buf_str(&b));
    buf_free(&b);
    Act *a = filing_draft(&k->c, ID_NONE, &n);
    must(journal_one(&k->c, a) == OK);
    return a->subject;
}
static Id draft(Kit *k, Id case_id, const char *authority, const char *form, Id about) { return draft_in(k, case_id, authority, form, about, ""); }

/* A person fills what the record could not say. */
static void fill(Kit *k, Id id) {
    FilingRow f = get(k, id);
    FilingPart *parts = NULL;
    size_t n = 0;
    must(filing_parts(&k->c, &f, &parts, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (parts[i].text.n == 0 || parts[i].text.p[0] == '[') parts[i].text = S("Ingevuld door een mens.");
    Buf b = buf_new(FILING_BODY_MAX);
    filing_body_write(parts, n, &b);
    must(journal_one(&k->c, filing_edit(&k->c, &f, buf_str(&b), STR_NONE, f.dossier)) == OK);
    buf_free(&b);
}

static Err sign(Kit *k, Id id, const char *channel) {
    FilingRow f = get(k, id);
    Act **acts = NULL;
    size_t n = 0;
    k->c.fail = (Fail){ 0 };
    Err err = filing_sign(&k->c, &f, str_c(channel), &acts, &n);
    return err == OK ? journal_commit(&k->c, acts, n) : err;
}
static Err send_now(Kit *k, Id id) {
    FilingRow f = get(k, id);
    Act **acts = NULL;
    size_t n = 0;
    Err err = filing_sent(&k->c, &f, k->c.now, ID_NONE, &acts, &n);
    return err == OK ? journal_commit(&k->c, acts, n) : err;
}
static Err record(Kit *k, Id id, FilingEvent e, bool authority) {
    FilingRow f = get(k, id);
    Act **acts = NULL;
    size_t n = 0;
    k->c.fail = (Fail){ 0 };
    if (e.on == 0) e.on = k->c.now;
    Err err = filing_record(&k->c, &f, &e, authority, &acts, &n);
    return err == OK ? journal_commit(&k->c, acts, n) : err;
}
static RequestRow request(Kit *k, Id id) {
    RequestRow r;
    must(request_by_id(&k->c, get(k, id).request, &r) == OK);
    return r;
}
static ClockRow term_of(Kit *k, Id id, const char *duty) {
    ClockRow *rows = NULL;
    size_t n = 0;
    must(clock_of_subject(&k->c, get(k, id).request, &rows, &n) == OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].duty, str_c(duty))) return rows[i];
    return (ClockRow){ 0 };
}
static Str due_day(Kit *k, ClockRow c) { return date_str(k->c.arena, civil_at(k->app.zone, c.due).date); }
static void lapse(Kit *k, ClockRow c) {
    UnixMs again = 0;
    kit_as_system(k);
    Err e = clock_lapse_run(&k->c, c.id, &again);
    if (e != OK || again != 0) fprintf(stderr, "# %s %lld %s %s\n", err_name(e), (long long)again, k->c.fail.msgid ? k->c.fail.msgid : "", c.state.n ? c.state.p : "none");
    must(e == OK && again == 0);
    kit_as_worker(k);
}

static void signing(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    must(journal_one(&k->c, incident_add(&k->c, id, &(IncidentRow){ .offence = S("NCII") })) == OK);
    Id f = draft(k, id, "ACM", "enforcereq", ID_NONE);
    check(sign(k, f, "hand") == E_CONFLICT && strstr(k->c.fail.msgid, "still empty") != NULL, "a filing with an empty part that the law asks for cannot be signed");
    fill(k, f);
    check(sign(k, f, "inbox") == OK, "with all parts filled a person signs it");
    FilingRow row = get(k, f);
    check(journal_one(&k->c, filing_edit(&k->c, &row, S("== text\nanders\n"), STR_NONE, ID_NONE)) == E_CONFLICT, "after signing nobody changes it");
    check(sign(k, f, "hand") == E_CONFLICT, "it is signed once");
    ConsentRow *yes = NULL;
    size_t n = 0;
    must(consent_list(&k->c, id, &yes, &n) == OK);
    for (size_t i = 0; i < n; i++) must(journal_one(&k->c, consent_withdraw(&k->c, id, yes[i].id)) == OK);
    Id g = draft(k, id, "ACM", "enforcereq", ID_NONE);
    fill(k, g);
    check(sign(k, g, "hand") == E_CONFLICT && strstr(k->c.fail.msgid, "has not said yes") != NULL, "without the reporter's yes nothing is filed");
}

static void body_text(Kit *k) {
    FilingPart parts[2] = { { .element = S("facts"), .text = S("one\n== decision\nnot a heading") }, { .element = S("decision"), .text = S("two") } };
    FilingRow f = { .form = S("enforcereq"), .offence = S("NCII") };
    FilingPart *back = NULL;
    size_t n = 0;
    Buf b = buf_new(10000);
    filing_body_write(parts, 2, &b);
    f.body = buf_str(&b);
    must(filing_parts(&k->c, &f, &back, &n) == OK);
    bool kept = false, whole = false;
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        if (str_eq(back[i].element, S("facts"))) kept = str_find(back[i].text, S("not a heading"), &at);
        if (str_eq(back[i].element, S("decision"))) whole = str_eq(back[i].text, S("two"));
    }
    buf_free(&b);
    check(kept && whole, "what a person writes in one part never lands in another");
}

/* The letter's story: receipt, then nothing; the term lapses, default, decision. */
static void silence(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    Id f = draft(k, id, "ACM", "enforcereq", ID_NONE);
    fill(k, f);
    must(sign(k, f, "inbox") == OK);
    check(send_now(k, f) == OK && str_eq(request(k, f).delivery, S("delivered")), "put in the inbox of a body on this server it is delivered at once");
    ClockRow c20 = term_of(k, f, "C20");
    check(str_eq(due_day(k, c20), S("2026-04-28")), "eight weeks from Monday 2 March 2026 end on 28 April: King's Day moves it (" STR_FMT ")", STR_ARG(due_day(k, c20)));
    check(str_eq(c20.kind, S("law")), "that is a term of law, not a norm");
    kit_as_inspector(k);
    check(access_may(&k->c, "filing.read", OBJ(OBJ_FILING, f)) == OK, "the body's inspector reads what was shared");
    check(access_case(&k->c, "case.read", id) == E_MISSING, "and still does not know the case");
    kit_as_worker(k);
    check(record(k, f, (FilingEvent){ .what = S("received") }, false) == OK && request(k, f).received != 0 && request(k, f).acted == 0, "a receipt is a fact of its own, no visible act");
    kit_later(k, 40 * 86400000LL);
    FilingRow row = get(k, f);
    RequestRow r = request(k, f);
    check(filing_days_silent(&k->c, &row, &r) == 40, "forty days later it has been silent for forty days");
    FilingNew early = { .case_id = id, .authority = S("ACM"), .form = S("default_notice"), .offence = S("NCII"), .lang = S("nl"), .about = f };
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, filing_draft(&k->c, ID_NONE, &early)) == E_CONFLICT && strstr(k->c.fail.msgid, "void") != NULL, "a notice of default before the end is void: not even a draft is made");
    early.about = ID_NONE;
    k->c.fail = (Fail){ 0 };
    check(journal_one(&k->c, filing_draft(&k->c, ID_NONE, &early)) == E_CONFLICT, "nor one that is about no earlier filing");
    kit_later(k, 20 * 86400000LL);
    kit_as_worker(k);
    lapse(k, term_of(k, f, "C20"));
    check(str_eq(term_of(k, f, "C20").state, S("lapsed")), "the term runs out");
    SilenceRow *silences = NULL;
    ProposalRow *props = NULL;
    size_t n = 0;
    check(silence_of_case(&k->c, id, &silences, &n) == OK && n == 1 && silences[0].answers == 0, "the silence is on record, with no answer counted");
    bool offered = false;
    must(proposal_of_case(&k->c, id, true, &props, &n) == OK);
    for (size_t i = 0; i < n; i++) offered = offered || str_eq(props[i].step, S("default_notice"));
    check(offered, "the notice of default is proposed");
    check(record(k, f, (FilingEvent){ .what = S("promised"), .until = k->c.now + 100 * 86400000LL }, false) == OK, "a date promised after the term had passed");
    Id d = draft(k, id, "ACM", "default_notice", f);
    FilingRow letter = get(k, d);
    FilingPart *parts = NULL;
    size_t parts_n = 0, at = 0;
    bool says = false;
    must(filing_parts(&k->c, &letter, &parts, &parts_n) == OK);
    const LawTermRow *two = law_term_row(k->app.law, S("C22"), enforce_today(&k->c));
    for (size_t i = 0; i < parts_n; i++)
        if (str_eq(parts[i].element, S("demand"))) says = str_find(parts[i].text, S("binnen 2 weken"), &at) && str_find(parts[i].text, two->article, &at) && str_find(parts[i].text, two->lapse[LANG_NL], &at);
    check(says, "does not give the term back: the notice of default is drafted, and says how long and what follows as the law data have it");
    fill(k, d);
    check(sign(k, d, "inbox") == OK && send_now(k, d) == OK, "now the notice of default goes out");
    ClockRow c22 = term_of(k, d, "C22");
    check(c22.due > k->c.now + 13 * 86400000LL && c22.due < k->c.now + 17 * 86400000LL, "and gives two weeks");
    kit_as_inspector(k);
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("granted"), .text = S("Bevel gegeven") }, true) == OK, "the body records its decision itself");
    kit_as_worker(k);
    r = request(k, f);
    check(r.decided != 0 && str_eq(r.outcome, S("granted")) && term_of(k, f, "C20").met != 0 && str_eq(term_of(k, f, "C20").state, S("lapsed")), "the decision ends the waiting; that the term had lapsed stays on record");
    check(filing_days_silent(&k->c, &row, &r) == -1, "a decided filing is not silent");
}

/* A term that ends on a day which a decree may have made a day off, as long as nobody has checked that decree in the law data. */
static void doubtful_end(Kit *k) {
    static const char *const sent[] = { "2027-03-12", "2027-03-15" }; /* eight weeks later: the day between Ascension Day and a Saturday, and a Monday */
    bool told[LEN(sent)];
    for (size_t i = 0; i < LEN(sent); i++) {
        Date d = DATE_NONE;
        UnixMs at = 0;
        must(date_parse(str_c(sent[i]), &d) == OK && civil_instant(k->app.zone, d, 10, 0, 0, &at) == OK && at > k->c.now);
        kit_later(k, at - k->c.now);
        kit_as_worker(k);
        Id id = kit_case(k, "18+", "spread", NULL), f = draft(k, id, "ACM", "enforcereq", ID_NONE);
        fill(k, f);
        must(sign(k, f, "inbox") == OK && send_now(k, f) == OK);
        FilingRow about = { .about = f };
        told[i] = filing_doubt(&k->c, &about, LANG_NL).n > 0;
    }
    check(told[0] && !told[1], "a notice of default about a term that ends on a day in doubt says so, and until when to wait; one about a term that ends on another does not");
}

/* A body of the whole Union has no calendar of its own: its term runs all the same. */
static void of_the_union(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), f = draft(k, id, "ODS", "art21", ID_NONE), g = draft_in(k, id, "ODS", "art21", ID_NONE, "EU");
    fill(k, f);
    fill(k, g);
    must(sign(k, f, "hand") == OK && send_now(k, f) == OK && sign(k, g, "hand") == OK && send_now(k, g) == OK);
    const LawForm *form = law_form(k->app.law, S("art21"), enforce_today(&k->c));
    ClockRow one = term_of(k, f, str_z(k->c.arena, form->clock)), two = term_of(k, g, str_z(k->c.arena, form->clock));
    check(one.due > k->c.now + 85 * 86400000LL && two.due == one.due, "a dispute body of the Union has its term, also where the record says that its country is the Union");
}

static void refusals(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL);
    Id f = draft(k, id, "ACM", "enforcereq", ID_NONE);
    check(record(k, f, (FilingEvent){ .what = S("received") }, false) != OK, "nothing is recorded on a filing that was not sent");
    fill(k, f);
    must(sign(k, f, "hand") == OK && send_now(k, f) == OK);
    check(record(k, f, (FilingEvent){ .what = S("decided") }, false) == E_INPUT, "a decision says what was decided");
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("refused") }, false) == E_INPUT, "a refusal has a typed reason");
    check(record(k, f, (FilingEvent){ .what = S("promised") }, false) == E_INPUT, "a promise has a date");
    check(record(k, f, (FilingEvent){ .what = S("declined"), .outcome = S("inadmissible") }, false) == E_INPUT, "who does not take it up says why");
    check(record(k, f, (FilingEvent){ .what = S("accepted") }, false) == OK && request(k, f).acted != 0 && request(k, f).decided == 0, "taking it up is a visible act, not a decision");
    check(record(k, f, (FilingEvent){ .what = S("acted"), .on = k->c.now + 86400000 }, false) == E_INPUT, "nothing happens in the future");
    UnixMs before = term_of(k, f, "C20").due;
    check(record(k, f, (FilingEvent){ .what = S("asked") }, false) == OK && str_eq(term_of(k, f, "C20").state, S("paused")), "a request for more lets the term stand still");
    kit_later(k, 10 * 86400000LL);
    check(record(k, f, (FilingEvent){ .what = S("completed") }, false) == OK, "giving it lets the term run again");
    ClockRow c = term_of(k, f, "C20");
    check(str_eq(c.state, S("running")) && c.due > before && c.due <= before + 14 * 86400000LL, "the days it stood still are added");
    UnixMs until = k->c.now + 200 * 86400000LL;
    check(record(k, f, (FilingEvent){ .what = S("promised"), .until = until }, false) == OK, "a promised date takes the place of the term");
    c = term_of(k, f, "C21");
    check(str_eq(c.kind, S("promised")) && str_eq(term_of(k, f, "C20").state, S("stopped")), "as a clock of its own that is called a promise");
    check(record(k, f, (FilingEvent){ .what = S("transferred"), .reason = S("DSC-BE") }, false) == OK && str_eq(request(k, f).outcome, S("transferred")) && str_eq(request(k, f).reason, S("DSC-BE")), "a transfer says to whom");
    kit_as_inspector(k);
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("granted") }, true) == E_MISSING, "a body to which it was not shared cannot even see it");
    kit_as_worker(k);
}

static void yes(Kit *k, Id case_id, bool on) {
    ConsentRow *rows = NULL;
    size_t n = 0;
    kit_as_worker(k);
    if (on) must(journal_one(&k->c, consent_give(&k->c, case_id, S("filing"), S("reporter"))) == OK);
    else {
        must(consent_list(&k->c, case_id, &rows, &n) == OK);
        for (size_t i = 0; i < n; i++)
            if (rows[i].withdrawn == 0) must(journal_one(&k->c, consent_withdraw(&k->c, case_id, rows[i].id)) == OK);
    }
}
static Err job(Kit *k, Id id) {
    UnixMs again = 0;
    kit_as_system(k);
    Err err = filing_send_job(&k->c, id, k->c.now, &again);
    kit_as_worker(k);
    return err;
}

/* No printer and no mail server is there in this test: a job that tries to send comes back with E_OUTSIDE, one that leaves it alone with OK. */
static void taken_back(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), f[3];
    yes(k, id, true);
    for (size_t i = 0; i < LEN(f); i++) {
        f[i] = draft(k, id, "ACM", "enforcereq", ID_NONE);
        fill(k, f[i]);
        must(sign(k, f[i], "inbox") == OK);
        check(job(k, f[i]) == E_OUTSIDE, "a signed filing is tried until the letter is made");
    }
    kit_as_worker(k);
    RequestRow r = request(k, f[0]);
    must(journal_one(&k->c, request_event(&k->c, &r, REQ_WITHDRAWN, STR_NONE, STR_NONE, k->c.now)) == OK);
    check(job(k, f[0]) == OK && get(k, f[0]).sent == 0, "when the person took the request back while it waited, it is left alone");
    must(journal_one(&k->c, act_new(&k->c, &act_filing_withdrawn, ID_NONE, id, f[1])) == OK);
    check(job(k, f[1]) == OK && str_eq(get(k, f[1]).state, S("withdrawn")), "so is a filing that a worker withdrew");
    check(send_now(k, f[1]) == E_CONFLICT, "and nobody can record that it was sent");
    yes(k, id, false);
    check(job(k, f[2]) == OK && get(k, f[2]).sent == 0, "when the yes to this filing is taken back after signing, nothing goes out either");
    yes(k, id, true);
    check(job(k, f[2]) == E_OUTSIDE, "with a new yes it goes its way again");
    BlobRow *letters = NULL;
    size_t n = 0;
    check(blob_of_case(&k->c, id, S("letter"), &letters, &n) == OK && n == 0, "no letter was made for any of them");
}

/* More organisations on one server: the letter is of the one that has the case, not of the one the server was made for. */
static void in_whose_name(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), was = k->app.org;
    OrgRow own, other;
    must(org_by_id(&k->c, k->org, &own) == OK && org_by_id(&k->c, k->authority_org, &other) == OK && !str_eq(own.name, other.name));
    k->app.org = k->authority_org;
    FilingRow f = get(k, draft(k, id, "ACM", "enforcereq", ID_NONE));
    k->app.org = was;
    FilingPart *parts = NULL;
    size_t n = 0, at = 0;
    bool ours = false, theirs = false;
    must(filing_parts(&k->c, &f, &parts, &n) == OK);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(parts[i].element, S("applicant")) && !str_eq(parts[i].element, S("signature"))) continue;
        ours = ours || str_find(parts[i].text, own.name, &at);
        theirs = theirs || str_find(parts[i].text, other.name, &at);
    }
    check(ours && !theirs, "a letter is in the name of the organisation that has the case");
}

/* A dossier may be larger than the largest page (here 8 MB): the body that it was filed at gets every byte. */
static void large_dossier(Kit *k) {
    enum { SIZE = 9 << 20 };
    Id id = kit_case(k, "18+", "spread", NULL), file = ID_NONE;
    char *bytes = arena_alloc(k->c.arena, SIZE);
    Act *keep = NULL;
    for (size_t i = 0; i < SIZE; i++) bytes[i] = (char)(i * 2654435761u >> 13);
    kit_as_system(k);
    must(blob_put(&k->c, id, S("dossier"), id, (Str){ bytes, SIZE }, &file, &keep) == OK && journal_one(&k->c, keep) == OK);
    kit_as_worker(k);
    Id f = draft(k, id, "ACM", "enforcereq", ID_NONE);
    FilingRow row = get(k, f);
    must(journal_one(&k->c, filing_edit(&k->c, &row, row.body, STR_NONE, file)) == OK);
    fill(k, f);
    must(sign(k, f, "inbox") == OK && send_now(k, f) == OK);
    kit_as_inspector(k);
    const char *hex = str_z(k->c.arena, id_hex(k->c.arena, f));
    Asked a = kit_ask(k, &enforce_step, str_z(k->c.arena, str_fmt(k->c.arena, "/inbox/%s/dossier", hex)), NULL);
    check(a.err == OK && str_eq(a.body, (Str){ bytes, SIZE }), "a dossier larger than a page reaches the body whole (%zu bytes)", a.body.n);
    a = kit_ask(k, &enforce_step, "/inbox?page=9999", NULL);
    check(page_has(&a, hex), "a page of the inbox that does not exist shows the last one, not nothing");
    kit_as_worker(k);
}

/* After an objection the dossier goes nowhere any more: not to a body that had it already, and in no new filing. */
static void objected(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), dossier = ctx_new_id(&k->c), file = ID_NONE, version = ID_NONE;
    DossierRow d;
    Act *keep = NULL;
    static const uint8_t some[32] = { 1 };
    kit_as_worker(k);
    must(journal_one(&k->c, dossier_ask_act(&k->c, ID_NONE, dossier, id, S("nl"), S("ACM"), 1, 0)) == OK && dossier_by_id(&k->c, dossier, &d) == OK);
    kit_as_system(k);
    must(blob_put(&k->c, id, S("dossier"), dossier, S("HER-FACTS"), &file, &keep) == OK && journal_one(&k->c, keep) == OK);
    must(journal_one(&k->c, dossier_sealed_act(&k->c, &d, str_bytes(some, 32), 1, str_bytes(some, 32))) == OK && journal_one(&k->c, dossier_made_act(&k->c, &d, file, str_bytes(some, 32), 9)) == OK);
    kit_as_worker(k);
    Id first = draft(k, id, "ACM", "enforcereq", ID_NONE), second = draft(k, id, "ACM", "enforcereq", ID_NONE);
    FilingRow row = get(k, first), other = get(k, second);
    must(journal_one(&k->c, filing_edit(&k->c, &row, row.body, STR_NONE, file)) == OK && journal_one(&k->c, filing_edit(&k->c, &other, other.body, STR_NONE, file)) == OK);
    fill(k, first);
    fill(k, second);
    must(sign(k, first, "inbox") == OK && send_now(k, first) == OK);
    const char *path = str_z(k->c.arena, str_fmt(k->c.arena, "/inbox/%s/dossier", str_z(k->c.arena, id_hex(k->c.arena, first))));
    kit_as_inspector(k);
    Asked a = kit_ask(k, &enforce_step, path, NULL);
    check(a.err == OK && str_eq(a.body, S("HER-FACTS")), "the body fetches the dossier that it was filed with");
    kit_as_worker(k);
    must(dossier_by_id(&k->c, dossier, &d) == OK && journal_one(&k->c, dossier_version_ask(&k->c, ID_NONE, &d, S("without"), &version)) == OK);
    check(sign(k, second, "inbox") == E_CONFLICT && strcmp(k->c.fail.field, "dossier") == 0, "after an objection no filing with it is signed, and the field says why");
    kit_as_inspector(k);
    a = kit_ask(k, &enforce_step, path, NULL);
    check(a.err == E_MISSING, "and whoever had it before does not get it again");
    kit_as_worker(k);
}

static void typed(Kit *k) {
    Id id = kit_case(k, "18+", "spread", NULL), f = draft(k, id, "ACM", "enforcereq", ID_NONE);
    fill(k, f);
    must(sign(k, f, "hand") == OK && send_now(k, f) == OK);
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("refused"), .reason = S("because") }, false) == E_INPUT && strcmp(k->c.fail.field, "reason") == 0, "a reason is one that can be counted");
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("perhaps") }, false) == E_INPUT && strcmp(k->c.fail.field, "outcome") == 0, "a decision is one of the known ones");
    check(record(k, f, (FilingEvent){ .what = S("transferred"), .reason = S("NOBODY") }, false) == E_INPUT && strcmp(k->c.fail.field, "target") == 0, "it can only be passed on to a body that exists");
    check(record(k, f, (FilingEvent){ .what = S("decided"), .outcome = S("refused"), .reason = S("no_priority") }, false) == OK && str_eq(request(k, f).reason, S("no_priority")), "a refusal with its reason stands in the record");
}

static void routing(Kit *k) {
    static const char *const lanes[] = { "adult", "minor", "unknown" };
    size_t asked = 0, answered = 0;
    const LawOffence *const *offences = NULL;
    size_t n = law_offence_list(k->app.law, enforce_today(&k->c), k->c.arena, &offences);
    for (size_t i = 0; i < n; i++) {
        for (size_t l = 0; l < LEN(lanes); l++) {
            RouteResult res;
            RouteQuery q = { .offence = offences[i]->r.id, .depicted = str_c(lanes[l]), .platform = S("demoplein"), .reporter = S("flagger"), .at = enforce_today(&k->c) };
            asked++;
            answered += law_route(k->app.law, &q, k->c.arena, &res) == OK && res.competent_n > 0;
        }
    }
    check(asked > 50 && answered == asked, "every offence has a body that can act, for adults, minors and unknown age (%zu of %zu)", answered, asked);
}

int main(void) {
    static Kit k;
    Arena *a = arena_new(64 << 20);
    const Law *law = NULL;
    LawProblem problem = { 0 };
    static const LapseKind *const lapses[] = { &request_lapse, NULL };
    join();
    Err err = law_new(a, (const LawFile[]){ { NULL, STR_NONE } }, zone_of, NULL, &law, &problem);
    check(err == OK, "the house's law loads (" STR_FMT ":%zu " STR_FMT ")", STR_ARG(problem.file), problem.line, STR_ARG(problem.text));
    must(err == OK);
    kit_open(&k, all, law);
    k.app.lapse = lapses;
    kit_as_worker(&k);
    signing(&k);
    body_text(&k);
    silence(&k);
    refusals(&k);
    of_the_union(&k);
    taken_back(&k);
    typed(&k);
    in_whose_name(&k);
    large_dossier(&k);
    objected(&k);
    doubtful_end(&k);
    routing(&k);
    kit_fsck(&k);
    kit_close(&k);
    arena_free(a);
    return tap_end();
}
