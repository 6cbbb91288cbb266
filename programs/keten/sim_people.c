/* sim_people.c - what people outside the desk do: report, write, pause, withdraw, have everything erased; and the platform that
 * opens its link and answers. */
#include "programs/keten/sim.h"

enum { CODE_TRIES = 12, URLS_MAX = 8, ANSWERS_MAX = 64 };

/* ---- a report ---- */
static Err urls_of(Sim *s, const SimCase *k, WebUrl *out, size_t *out_n) {
    SimCase twin;
    size_t n = 0;
    UrlWrong wrong = URL_GOOD;
    for (int i = 0; i < k->links; i++) TRY(url_parse(s->c.arena, sim_url(s->c.arena, k, i), STR_NONE, &out[n++], &wrong));
    if (k->twin >= 0) {
        sim_case(&s->world, k->twin, &twin);
        for (int i = 0; i < twin.links; i++) TRY(url_parse(s->c.arena, sim_url(s->c.arena, &twin, i), STR_NONE, &out[n++], &wrong));
    }
    *out_n = n;
    return OK;
}

static CaseNew first_facts(const SimCase *k) {
    return (CaseNew){ .source = str_c(k->source), .age_depicted = str_c(k->age), .for_whom = k->code ? S("self") : S("unknown"), .safety = str_c(k->safety), .what = str_c(k->what), .wishes = S("remove"),
        .contact_mode = k->code ? S("code") : S("none"), .lang = str_c(k->lang) };
}

/* Over the report pages, with a receipt code. */
static Err with_code(Sim *s, const SimCase *k) {
    WebUrl urls[URLS_MAX];
    IntakeDone done;
    Intake in = { .facts = first_facts(k), .act = sim_id(s->world.w.seed, "open", k->no, 0), .urls = urls, .said_by = S("victim") };
    TRY(urls_of(s, k, urls, &in.urls_n));
    s->c.person = (Person){ .roles = R_PUBLIC, .org = sim_org(s->world.w.seed, k->org) };
    if (k->agreed) in.consents[in.consents_n++] = S("notices");
    if (k->files) in.consents[in.consents_n++] = S("filing");
    if (k->adult) in.notes[in.notes_n++] = (IntakeNote){ STORY, S("report"), S("SIMULATED-STORY Iemand heeft dit zonder mij te vragen online gezet.") };
    return intake_open(&s->c, &in, &done);
}

/* By phone, from the police, from another flagger: a worker or an import writes it down, and there is no code. */
static Err without_code(Sim *s, const SimCase *k) {
    WebUrl urls[URLS_MAX];
    LocationNew loc[URLS_MAX];
    LocationResult res[URLS_MAX];
    TeamRow team;
    Act **where = NULL, **acts = NULL;
    Str why = STR_NONE;
    size_t urls_n = 0, where_n = 0, n = 0;
    CaseNew f = first_facts(k);
    sim_as(s, k->org == 0 ? SIM_WORKER + (int)(k->no % 2) : SIM_WORKER_B);
    TRY(urls_of(s, k, urls, &urls_n));
    TRY(team_intake(&s->c, sim_org(s->world.w.seed, k->org), &team));
    f.case_id = ctx_new_id(&s->c);
    f.team = team.id;
    f.next_due = s->c.now + intake_first_look_hours(case_risk(s->c.arena, &f, &why)) * 3600000;
    VaultTeam vt = { team.id, team.pubkey };
    TRY(vault_scope_new(s->vault, f.case_id, COMP_ALL, &vt, 1, NULL, s->c.now));
    for (size_t i = 0; i < urls_n; i++) loc[i] = (LocationNew){ .url_canonical = urls[i].text, .host = urls[i].host, .kind = S("video"), .source = S("worker") };
    TRY(location_add_many(&s->c, f.case_id, loc, urls_n, res, &where, &where_n));
    acts = ARENA_ARRAY(s->c.arena, Act *, where_n + 4);
    acts[n++] = case_open(&s->c, sim_id(s->world.w.seed, "open", k->no, 0), &f);
    if (k->agreed) acts[n++] = consent_give(&s->c, f.case_id, S("notices"), S("victim"));
    if (k->files) acts[n++] = consent_give(&s->c, f.case_id, S("filing"), S("victim"));
    for (size_t i = 0; i < where_n; i++) acts[n++] = where[i];
    return journal_commit(&s->c, acts, n);
}

/* ---- the person with the code: it is drawn again as it was drawn then, as somebody who kept it types it in ---- */
static Err enter_code(Sim *s, const SimCase *k, const CaseRow *row, VaultSession *out) {
    SimRand kept = s->rnd;
    Str code = STR_NONE, record = STR_NONE;
    VaultSession made;
    Err e = E_MISSING;
    sim_seed(&s->rnd, s->world.w.seed, sim_words[SIM_OPEN], k->no, 0);
    for (int i = 0; i < CODE_TRIES && e == E_MISSING; i++) {
        e = vault_code_new(s->vault, s->c.arena, s->c.now, &code, &record, &made);
        if (e != OK) break;
        vault_logout(s->vault, &made);
        if (!str_eq(str_sub(code, 0, CODE_LOCATOR), row->locator)) e = E_MISSING;
    }
    s->rnd = kept;
    return e == OK ? vault_code_login(s->vault, s->c.arena, row->id, code, s->c.now, out) : e;
}

static Err message(Sim *s, const SimEvent *e, const SimCase *k, const CaseRow *row) {
    VaultSession code;
    if (e->round == 1) { /* the desk writes back */
        TRY(sim_sign_in(s, k->org == 0 ? SIM_WORKER : SIM_WORKER_B));
        return journal_one(&s->c, message_send(&s->c, row->id, false, S("SIMULATED-STORY We zijn ermee bezig. Je hoort het zodra er iets verandert.")));
    }
    TRY(enter_code(s, k, row, &code));
    s->c.session = &code;
    Err err = journal_one(&s->c, message_send(&s->c, row->id, true, S("SIMULATED-STORY Het staat er nog. Kunnen jullie nog eens kijken?")));
    s->c.session = NULL;
    vault_logout(s->vault, &code);
    return err;
}

static Err own_end(Sim *s, const SimEvent *e, const SimCase *k, const CaseRow *row) {
    Act **acts = NULL;
    size_t n = 0;
    if (!k->code) sim_as(s, k->org == 0 ? SIM_LEAD : SIM_LEAD_B); /* asked for by phone */
    if (e->what == SIM_PAUSE) return journal_one(&s->c, case_pause(&s->c, row->id));
    if (e->what == SIM_RESUME) return row->paused == 0 ? OK : journal_one(&s->c, case_resume(&s->c, row->id));
    TRY(case_withdraw_acts(&s->c, row->id, e->what == SIM_ERASE ? S("erase") : S("all"), k->code ? S("victim") : S("lead"), &acts, &n));
    return journal_commit(&s->c, acts, n);
}

/* ---- the platform with its link ---- */
static Err answer(Sim *s, const SimEvent *e, const SimCase *k) {
    NoticeRow notice;
    RequestRow *rows = NULL;
    Act **acts = NULL;
    AnswerNew in[ANSWERS_MAX];
    size_t rows_n = 0, n = 0, acts_n = 0;
    Err err = notice_by_id(&s->c, sim_id(s->world.w.seed, "notice", k->no, 0), &notice);
    if (err == E_MISSING || (err == OK && (notice.sent == 0 || notice.withdrawn != 0))) return OK; /* nobody got a link */
    TRY(err);
    s->c.person = (Person){ .roles = R_PLATFORM, .org = notice.org, .notice = notice.id };
    s->c.session = NULL;
    if (e->what == SIM_LINK) {
        TRY(open_acts(&s->c, &notice, &acts, &acts_n));
        return journal_commit(&s->c, acts, acts_n);
    }
    TRY(request_of_subject(&s->c, notice.id, &rows, &rows_n));
    for (size_t i = 0; i < rows_n && n < ANSWERS_MAX; i++)
        if (!str_eq(rows[i].outcome, S("withdrawn")))
            in[n++] = (AnswerNew){ .request = rows[i].id, .answer = str_c(k->answer), .reason = str_c(k->reason), .via = S("link"), .note = S("Beoordeeld."), .on = s->c.now };
    if (n == 0) return OK;
    TRY(answer_acts(&s->c, &notice, in, n, true, &acts, &acts_n));
    return journal_commit(&s->c, acts, acts_n);
}

Err sim_person(Sim *s, const SimEvent *e, const SimCase *k, Id case_id) {
    CaseRow row;
    if (e->what == SIM_OPEN) return k->code ? with_code(s, k) : without_code(s, k);
    if (e->what == SIM_LINK || e->what == SIM_ANSWER) return answer(s, e, k);
    TRY(case_by_id(&s->c, case_id, &row));
    if (row.erased != 0) return OK;
    s->c.person = (Person){ .roles = R_VICTIM, .org = row.org, .case_id = row.id };
    s->c.session = NULL;
    return e->what == SIM_MESSAGE ? message(s, e, k, &row) : own_end(s, e, k, &row);
}
