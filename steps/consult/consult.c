/* consult.c - the rules of consult: what may happen and what it changes. */
#include "steps/consult/consult_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

Date consult_today(const Ctx *c) { return civil_at(c->app->zone, c->now).date; }
int consult_code_at(const char *const *codes, Str code) {
    for (int i = 0; codes[i] != NULL; i++)
        if (str_eq(code, str_c(codes[i]))) return i;
    return -1;
}

const char *const consult_kinds[] = { "meeting", "call", "round_table", "letter", NULL };
static const char *const kind_words[] = { N_("meeting"), N_("phone or video call"), N_("round table"), N_("exchange of letters") };
const char *consult_kind_word(Str code) {
    int i = consult_code_at(consult_kinds, code);
    return i < 0 ? "" : kind_words[i];
}
const char *const seat_states[] = { "invited", "present", "absent", "no_answer", NULL };
static const char *const state_words[] = { N_("invited"), N_("present"), N_("absent"), N_("did not answer") };
const char *seat_state_word(Str code) {
    int i = consult_code_at(seat_states, code);
    return i < 0 ? "" : state_words[i];
}
UiState seat_state_state(Str code) {
    static const UiState states[] = { STATE_WAITING, STATE_DONE, STATE_INFO, STATE_SILENT };
    int i = consult_code_at(seat_states, code);
    return i < 0 ? STATE_NONE : states[i];
}

/* ---- consultations ---- */
enum { TITLE_MAX = 400, MINUTES_MAX = 200000, TEXT_MAX = 8000, EVERY_MAX = 366 };
static const FieldDef planned_fields[] = { { "kind", F_CODE, CLEAR, true, 0 }, { "on", F_TIME, CLEAR, true, 0 }, { "every_d", F_INT, CLEAR, false, EVERY_MAX }, { "title", F_TEXT, STORE, true, TITLE_MAX },
    { "place", F_TEXT, STORE, false, TITLE_MAX }, END };
static Err check_planned(Ctx *c, const Act *a) { return consult_code_at(consult_kinds, act_get_code(a, "kind")) < 0 ? ctx_refuse(c, E_INPUT, "kind", "This choice is not known.") : OK; }
const ActDef act_consult_planned = { "consult.planned", 1, OBJ_CONSULT, "consult.make", false, true, planned_fields, check_planned, apply_consult_planned, NULL, N_("Consultation planned ({kind})") };

static Err going_on(Ctx *c, Id consult) {
    ConsultRow r;
    TRY(consult_by_id(c, consult, &r));
    return r.cancelled == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This consultation was cancelled.");
}
static Err check_going_on(Ctx *c, const Act *a) { return going_on(c, a->subject); }
static const FieldDef moved_fields[] = { { "on", F_TIME, CLEAR, true, 0 }, END };
const ActDef act_consult_moved = { "consult.moved", 1, OBJ_CONSULT, "consult.edit", false, false, moved_fields, check_going_on, apply_consult_moved, NULL, N_("Consultation moved") };
static const FieldDef nothing[] = { END };
static Err check_cancelled(Ctx *c, const Act *a) {
    ConsultRow r;
    TRY(going_on(c, a->subject));
    TRY(consult_by_id(c, a->subject, &r));
    return r.minutes_at == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "There are minutes: this consultation has been held.");
}
const ActDef act_consult_cancelled = { "consult.cancelled", 1, OBJ_CONSULT, "consult.edit", false, false, nothing, check_cancelled, apply_consult_cancelled, NULL, N_("Consultation cancelled") };
static const FieldDef minutes_fields[] = { { "minutes", F_TEXT, STORE, true, MINUTES_MAX }, END };
static Err check_minutes(Ctx *c, const Act *a) {
    ConsultRow r;
    TRY(going_on(c, a->subject));
    TRY(consult_by_id(c, a->subject, &r));
    return r.on <= c->now ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This consultation has not been held yet.");
}
const ActDef act_consult_minutes = { "consult.minutes", 1, OBJ_CONSULT, "consult.edit", false, false, minutes_fields, check_minutes, apply_consult_minutes, NULL, N_("Minutes recorded") };

Act *consult_plan(Ctx *c, Id act_id, const ConsultNew *n) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_consult_planned, id, ID_NONE, id);
    act_code(a, "kind", n->kind);
    act_time(a, "on", n->on);
    act_int(a, "every_d", n->every_d);
    act_text(a, "title", n->title);
    act_text(a, "place", n->place);
    return a;
}
Act *consult_move(Ctx *c, Id act_id, Id consult, UnixMs on) {
    Act *a = act_new(c, &act_consult_moved, act_id, ID_NONE, consult);
    act_time(a, "on", on);
    return a;
}
Act *consult_cancel(Ctx *c, Id consult) { return act_new(c, &act_consult_cancelled, ID_NONE, ID_NONE, consult); }
Act *consult_minutes(Ctx *c, Id act_id, Id consult, Str text) {
    Act *a = act_new(c, &act_consult_minutes, act_id, ID_NONE, consult);
    act_text(a, "minutes", text);
    return a;
}

/* ---- seats ---- */
static const FieldDef invited_fields[] = { { "seat", F_ID, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "who", F_CODE, CLEAR, false, 0 }, { "name", F_TEXT, STORE, false, TITLE_MAX }, END };
static Err check_who(Ctx *c, const Act *a) {
    Str kind = act_get_code(a, "kind"), who = act_get_code(a, "who");
    OrgRow o;
    Id id = ID_NONE;
    if (str_eq(kind, S("guest"))) return act_has(a, "name") ? OK : ctx_refuse(c, E_INPUT, "name", "Write down who this is.");
    if (str_eq(kind, S("body"))) return law_authority(c->app->law, who, consult_today(c)) != NULL ? OK : ctx_refuse(c, E_INPUT, "who", "This body is not in the law data.");
    if (!str_eq(kind, S("org"))) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    Err err = id_parse(who, &id) != OK ? E_MISSING : org_by_id(c, id, &o);
    return err == E_MISSING ? ctx_refuse(c, E_INPUT, "who", "This organisation is not on this server.") : err;
}
static Err check_invited(Ctx *c, const Act *a) {
    SeatRow *s = NULL;
    size_t n = 0;
    TRY(going_on(c, a->subject));
    TRY(check_who(c, a));
    TRY(seat_list(c, a->subject, &s, &n));
    for (size_t i = 0; i < n; i++)
        if (!str_eq(s[i].kind, S("guest")) && str_eq(s[i].kind, act_get_code(a, "kind")) && str_eq(s[i].who, act_get_code(a, "who")))
            return ctx_refuse(c, E_CONFLICT, "who", "They have a place at the table already.");
    return OK;
}
const ActDef act_seat_invited = { "seat.invited", 1, OBJ_CONSULT, "consult.edit", false, false, invited_fields, check_invited, apply_seat_invited, NULL, N_("Invited ({kind})") };

static Err seat_of(Ctx *c, Id consult, Id seat, SeatRow *out) {
    SeatRow *s = NULL;
    size_t n = 0;
    TRY(seat_list(c, consult, &s, &n));
    for (size_t i = 0; i < n; i++)
        if (id_eq(s[i].id, seat)) {
            *out = s[i];
            return OK;
        }
    return E_MISSING;
}
static const FieldDef attended_fields[] = { { "seat", F_ID, CLEAR, true, 0 }, { "state", F_CODE, CLEAR, true, 0 }, END };
static Err check_attended(Ctx *c, const Act *a) {
    SeatRow s;
    ConsultRow r;
    TRY(going_on(c, a->subject));
    TRY(consult_by_id(c, a->subject, &r));
    TRY(seat_of(c, a->subject, act_get_id(a, "seat"), &s));
    if (consult_code_at(seat_states, act_get_code(a, "state")) < 0) return ctx_refuse(c, E_INPUT, "state", "This choice is not known.");
    bool there = str_eq(act_get_code(a, "state"), S("present"));
    return there && r.on > c->now ? ctx_refuse(c, E_INPUT, "state", "Nobody can be present before the day itself.") : OK;
}
const ActDef act_seat_attended = { "seat.attended", 1, OBJ_CONSULT, "consult.edit", false, false, attended_fields, check_attended, apply_seat_attended, NULL, N_("Attendance recorded: {state}") };

Act *seat_invite(Ctx *c, Id act_id, Id consult, Str kind, Str who, Str name) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_seat_invited, id, ID_NONE, consult);
    act_idf(a, "seat", id);
    act_code(a, "kind", kind);
    act_code(a, "who", who);
    act_text(a, "name", name);
    return a;
}
Act *seat_attend(Ctx *c, Id act_id, Id consult, Id seat, Str state) {
    Act *a = act_new(c, &act_seat_attended, act_id, ID_NONE, consult);
    act_idf(a, "seat", seat);
    act_code(a, "state", state);
    return a;
}
Str seat_name(Ctx *c, const SeatRow *s, Lang lang) {
    if (str_eq(s->kind, S("body"))) {
        const LawAuthority *b = law_authority(c->app->law, s->who, consult_today(c));
        return b != NULL ? b->name[lang] : s->who;
    }
    OrgRow o;
    Id id = ID_NONE;
    if (str_eq(s->kind, S("org")) && id_parse(s->who, &id) == OK && org_by_id(c, id, &o) == OK) return o.name;
    return s->name;
}

/* ---- agenda ---- */
static const char *const item_kinds[] = { "lapsed", "stalls", "refused", "gaps", "overdue", "own", NULL };
static const FieldDef item_fields[] = { { "item", F_ID, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "ref", F_CODE, CLEAR, false, 0 }, { "code", F_CODE, CLEAR, false, 0 }, { "n", F_INT, CLEAR, false, 0 },
    { "whole", F_INT, CLEAR, false, 0 }, { "days", F_INT, CLEAR, false, 0 }, { "text", F_TEXT, STORE, false, TEXT_MAX }, END };
static Err check_item(Ctx *c, const Act *a) {
    TRY(going_on(c, a->subject));
    if (consult_code_at(item_kinds, act_get_code(a, "kind")) < 0) return ctx_refuse(c, E_INPUT, "kind", "This choice is not known.");
    return str_eq(act_get_code(a, "kind"), S("own")) && !act_has(a, "text") ? ctx_refuse(c, E_INPUT, "text", "This is needed.") : OK;
}
const ActDef act_item_added = { "agenda.added", 1, OBJ_CONSULT, "consult.edit", false, false, item_fields, check_item, apply_item_added, NULL, N_("Put on the agenda: {kind} {ref}") };
static const FieldDef item_removed_fields[] = { { "item", F_ID, CLEAR, true, 0 }, END };
const ActDef act_item_removed = { "agenda.removed", 1, OBJ_CONSULT, "consult.edit", false, false, item_removed_fields, check_going_on, apply_item_removed, NULL, N_("Taken off the agenda") };

Act *item_add(Ctx *c, Id act_id, const ItemRow *i) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_item_added, id, ID_NONE, i->consult);
    act_idf(a, "item", id);
    act_code(a, "kind", i->kind);
    act_code(a, "ref", i->ref);
    act_code(a, "code", i->code);
    act_int(a, "n", i->n);
    act_int(a, "whole", i->whole);
    act_int(a, "days", i->days);
    act_text(a, "text", i->text);
    return a;
}
Act *item_remove(Ctx *c, Id consult, Id item) {
    Act *a = act_new(c, &act_item_removed, ID_NONE, ID_NONE, consult);
    act_idf(a, "item", item);
    return a;
}

/* ---- commitments ---- */
static const FieldDef made_fields[] = { { "commitment", F_ID, CLEAR, true, 0 }, { "seat", F_ID, CLEAR, true, 0 }, { "due", F_TIME, CLEAR, true, 0 }, { "text", F_TEXT, STORE, true, TEXT_MAX }, END };
static Err check_made(Ctx *c, const Act *a) {
    SeatRow s;
    TRY(going_on(c, a->subject));
    Err err = seat_of(c, a->subject, act_get_id(a, "seat"), &s);
    if (err == E_MISSING) return ctx_refuse(c, E_INPUT, "seat", "Only somebody at the table can commit to something.");
    if (err != OK) return err;
    return act_get_int(a, "due") > c->now ? OK : ctx_refuse(c, E_INPUT, "due", "This day has passed.");
}
static Err follow_due(Ctx *c, const Act *a) { return journal_job_at(c, "commitment.due", act_get_id(a, "commitment"), act_get_int(a, "due") + 1); }
const ActDef act_commitment_made = { "commitment.made", 1, OBJ_CONSULT, "consult.edit", false, false, made_fields, check_made, apply_commitment_made, follow_due, N_("Something was promised") };

static Err open_one(Ctx *c, const Act *a, CommitmentRow *k) {
    TRY(commitment_by_id(c, act_get_id(a, "commitment"), k));
    if (!id_eq(k->consult, a->subject)) return E_MISSING;
    return str_eq(k->state, S("open")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was decided already.");
}
static const FieldDef later_fields[] = { { "commitment", F_ID, CLEAR, true, 0 }, { "due", F_TIME, CLEAR, true, 0 }, { "note", F_TEXT, STORE, true, TEXT_MAX }, END };
static Err check_later(Ctx *c, const Act *a) {
    CommitmentRow k;
    TRY(open_one(c, a, &k));
    return act_get_int(a, "due") > c->now ? OK : ctx_refuse(c, E_INPUT, "due", "This day has passed.");
}
const ActDef act_commitment_moved = { "commitment.moved", 1, OBJ_CONSULT, "commitment.follow", false, false, later_fields, check_later, apply_commitment_moved, follow_due, N_("A commitment got another day") };

static const char *const endings[] = { "kept", "not_kept", "dropped", NULL };
static const FieldDef decided_fields[] = { { "commitment", F_ID, CLEAR, true, 0 }, { "state", F_CODE, CLEAR, true, 0 }, { "note", F_TEXT, STORE, true, TEXT_MAX }, END };
static Err check_decided(Ctx *c, const Act *a) {
    CommitmentRow k;
    if (consult_code_at(endings, act_get_code(a, "state")) < 0) return ctx_refuse(c, E_INPUT, "state", "This choice is not known.");
    return open_one(c, a, &k);
}
const ActDef act_commitment_decided = { "commitment.decided", 1, OBJ_CONSULT, "commitment.follow", false, false, decided_fields, check_decided, apply_commitment_decided, NULL, N_("A commitment was followed up: {state}") };

static const FieldDef overdue_fields[] = { { "commitment", F_ID, CLEAR, true, 0 }, END };
static Err check_overdue(Ctx *c, const Act *a) {
    CommitmentRow k;
    TRY(open_one(c, a, &k));
    return k.overdue == 0 && k.due < c->now ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This day has not passed yet.");
}
const ActDef act_commitment_overdue = { "commitment.overdue", 1, OBJ_CONSULT, "system.run", false, false, overdue_fields, check_overdue, apply_commitment_overdue, NULL, N_("A commitment was not kept by its day") };

Act *commitment_make(Ctx *c, Id act_id, Id consult, Id seat, UnixMs due, Str text) {
    Id id = id_none(act_id) ? ctx_new_id(c) : act_id;
    Act *a = act_new(c, &act_commitment_made, id, ID_NONE, consult);
    act_idf(a, "commitment", id);
    act_idf(a, "seat", seat);
    act_time(a, "due", due);
    act_text(a, "text", text);
    return a;
}
Act *commitment_move(Ctx *c, Id act_id, const CommitmentRow *k, UnixMs due, Str note) {
    Act *a = act_new(c, &act_commitment_moved, act_id, ID_NONE, k->consult);
    act_idf(a, "commitment", k->id);
    act_time(a, "due", due);
    act_text(a, "note", note);
    return a;
}
Act *commitment_decide(Ctx *c, Id act_id, const CommitmentRow *k, Str state, Str note) {
    Act *a = act_new(c, &act_commitment_decided, act_id, ID_NONE, k->consult);
    act_idf(a, "commitment", k->id);
    act_code(a, "state", state);
    act_text(a, "note", note);
    return a;
}

const char *commitment_word(const Ctx *c, const CommitmentRow *k) {
    if (str_eq(k->state, S("kept"))) return N_("was kept");
    if (str_eq(k->state, S("not_kept"))) return N_("not kept");
    if (str_eq(k->state, S("dropped"))) return N_("no longer asked");
    return k->due < c->now ? N_("overdue") : N_("open");
}
UiState commitment_state(const Ctx *c, const CommitmentRow *k) {
    if (str_eq(k->state, S("kept"))) return STATE_DONE;
    if (str_eq(k->state, S("not_kept"))) return STATE_REFUSED;
    if (str_eq(k->state, S("dropped"))) return STATE_NONE;
    return k->due < c->now ? STATE_LATE : STATE_WAITING;
}

/* ---- the due job ---- */
Err commitment_due_run(Ctx *c, Id commitment, UnixMs *out_again) {
    CommitmentRow k;
    Err err = commitment_by_id(c, commitment, &k);
    if (err != OK) return err;
    if (!str_eq(k.state, S("open")) || k.overdue != 0) return OK;
    if (k.due >= c->now) {
        *out_again = k.due + 1;
        return OK;
    }
    Act *a = act_new(c, &act_commitment_overdue, ID_NONE, ID_NONE, k.consult);
    act_idf(a, "commitment", k.id);
    a->org = k.org;
    return journal_one(c, a);
}
