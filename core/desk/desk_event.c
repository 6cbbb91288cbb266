/* desk_event.c - the record as sentences: every act of a case is an entry of its timeline, in the words its kind declares. */
#include "core/desk/desk_in.h"

/* How a coded field of an act is said. Acts named here go before the field's own name. */
static const struct { const char *act, *field, *list; } lists[] = {
    { "case.withdrawn", "what", "withdrawn" }, { "case.closed", "why", "close" }, { "case.reopened", "why", "close" }, { "case.erased", "ground", "ground" }, { "case.erased_by_lead", "ground", "ground" },
    { "case.risk", "why", "risk_why" }, { "clock.stopped", "why", "clock_why" }, { "request.event", "what", "request" }, { "share.made", "purpose", "share_purpose" },
    { "case.referred", "way", "way" }, { "filing.recorded", "what", "filing_what" }, { "filing.answered", "what", "filing_what" }, { "notice.mail", "what", "mail" },
    { "notice.withdrawn", "why", "clock_why" }, { NULL, "answer", "outcome" }, { "notice.answered", "reason", "refusal" }, { "notice.answer_recorded", "reason", "refusal" },
    { NULL, "lane", "lane" }, { NULL, "age", "age" }, { NULL, "turn", "turn" }, { NULL, "source", "source" }, { NULL, "verdict", "verdict" }, { NULL, "outcome", "outcome" }, { NULL, "purpose", "purpose" },
    { NULL, "scope", "scope" }, { NULL, "delivery", "delivery" }, { NULL, "risk", "risk" },
};

static Str say_code(Ctx *c, const UiCtx *ui, const Event *e, const char *field, Str code) {
    static const struct { const char *field; Str (*say)(Ctx *, const UiCtx *, Str); } laws[] = {
        { "offence", desk_offence }, { "duty", desk_duty }, { "holder", desk_holder }, { "target", desk_holder }, { "body", desk_holder }, { "authority", desk_holder }, { "platform", desk_platform },
        { "form", desk_form }, { "rung", desk_rung } };
    if (str_eq(e->kind, S("case.referred")) && strcmp(field, "to") == 0) return desk_helper(c, ui, code);
    for (size_t i = 0; i < LEN(laws); i++)
        if (strcmp(laws[i].field, field) == 0) return laws[i].say(c, ui, code);
    for (size_t i = 0; i < LEN(lists); i++) {
        if (strcmp(lists[i].field, field) != 0) continue;
        if (lists[i].act == NULL || str_eq(e->kind, str_c(lists[i].act))) return desk_say(ui, lists[i].list, code);
    }
    return desk_say(ui, field, code);
}

/* A proposed step is said as the law data says it: its act names the row. */
static bool say_step(Ctx *c, const UiCtx *ui, const Event *e, const char *field, Str *out) {
    if (strcmp(field, "step") != 0 || c->app->law == NULL || !str_eq(e->kind, S("proposal.made"))) return false;
    const LawNext *n = law_next(c->app->law, act_get_code(e->act, "ground"), DATE_NONE);
    if (n != NULL) *out = desk_text(ui, n->name);
    return n != NULL;
}

static Str say_value(Ctx *c, const UiCtx *ui, const Event *e, const FieldDef *f, const ActVal *v) {
    Str out = STR_NONE;
    if (!v->set) return S("");
    switch (f->kind) {
    case F_INT: return strcmp(f->name, "risk") == 0 ? desk_say(ui, "risk", str_fmt(ui->a, "%lld", (long long)v->i)) : ui_int(ui, v->i);
    case F_TIME: return ui_when_short(ui, v->i);
    case F_CODE: return say_step(c, ui, e, f->name, &out) ? out : say_code(c, ui, e, f->name, v->s);
    case F_ID: return str_sub(id_hex(ui->a, v->id), 0, 8);
    case F_TEXT: return v->s;
    case F_IDS: return ui_int(ui, (int64_t)(v->s.n / sizeof(Id)));
    case F_HASH: case F_END: break;
    }
    return S("");
}

static const FieldDef *field_named(const ActDef *def, Str name, size_t *out_i) {
    for (size_t i = 0; def->fields[i].kind != F_END; i++)
        if (str_eq(str_c(def->fields[i].name), name)) {
            *out_i = i;
            return &def->fields[i];
        }
    return NULL;
}

/* The {fields} that the sentence names, each once. */
static size_t arguments(Ctx *c, const UiCtx *ui, const Event *e, UiArg *args, size_t max) {
    Str rest = str_c(e->def->sentence);
    size_t n = 0, open = 0, close = 0, at = 0;
    while (n < max && str_chr(rest, '{', &open)) {
        rest = str_sub(rest, open + 1, rest.n);
        if (!str_chr(rest, '}', &close)) break;
        Str name = str_sub(rest, 0, close);
        rest = str_sub(rest, close + 1, rest.n);
        bool had = false;
        for (size_t i = 0; i < n; i++) had = had || str_eq(str_c(args[i].name), name);
        const FieldDef *f = field_named(e->def, name, &at);
        if (had) continue;
        args[n++] = (UiArg){ .name = str_z(ui->a, name), .kind = ARG_STR, .s = f != NULL ? say_value(c, ui, e, f, &e->act->vals[at]) : S("") };
    }
    return n;
}

Str desk_sentence(Ctx *c, const UiCtx *ui, const Event *e) {
    enum { ARGS_MAX = 12 };
    UiArg args[ARGS_MAX] = { 0 };
    if (e->def == NULL || e->def->sentence == NULL) return e->kind; /* a kind that a later version wrote: shown, never hidden */
    size_t n = arguments(c, ui, e, args, ARGS_MAX);
    return str_trim(trf(ui, e->def->sentence, args, n));
}

typedef struct Sign { const char *start, *sign; UiState state; } Sign;
static const Sign signs[] = {
    { "silence.", "▨", STATE_SILENT }, { "clock.lapsed", "▲", STATE_LATE }, { "clock.", "◷", STATE_WAITING }, { "proposal.", "→", STATE_INFO }, { "request.made", "●", STATE_INFO }, { "request.event", "■", STATE_DONE },
    { "notice.", "●", STATE_INFO }, { "filing.", "●", STATE_INFO }, { "location.checked", "│", STATE_NONE }, { "location.", "＋", STATE_NONE }, { "message.", "✉", STATE_INFO }, { "note.", "✎", STATE_NONE },
    { "case.closed", "✓", STATE_DONE }, { "case.erased", "✕", STATE_REFUSED }, { "case.withdrawn", "✕", STATE_REFUSED }, { "consent.withdrawn", "✕", STATE_REFUSED }, { "consent.", "✓", STATE_DONE },
    { "share.", "⇄", STATE_INFO }, { "case.lane", "◆", STATE_MINOR }, { "incident.", "◇", STATE_NONE },
};

static Sign sign_of(Str kind) {
    for (size_t i = 0; i < LEN(signs); i++)
        if (str_starts(kind, str_c(signs[i].start))) return signs[i];
    return (Sign){ "", "·", STATE_NONE };
}

static Str actor_of(Ctx *c, const UiCtx *ui, const Event *e) {
    Str name = desk_user(c, e->actor);
    if (name.n > 0) return name;
    const char *msgid = desk_word("actor", e->actor_kind);
    return msgid != NULL ? tr(ui, msgid) : STR_NONE;
}

/* What the house does by itself beside an act that is shown: it stands in the whole record, not among what people look for on a case. */
static bool by_the_way(Str kind) {
    static const char *const kinds[] = { "blob.kept", "case.turn" };
    for (size_t i = 0; i < LEN(kinds); i++)
        if (str_eq(kind, str_c(kinds[i]))) return true;
    return false;
}

Err desk_timeline(Ctx *c, const UiCtx *ui, Id case_id, int64_t before, size_t limit, bool whole, UiTime **out, size_t *out_n, int64_t *out_next) {
    Event *events = NULL;
    size_t n = 0, ask = whole ? limit : limit * 2, at = 0, shown = 0;
    TRY(journal_case_events(c, case_id, before, ask, false, false, &events, &n));
    UiTime *items = ARENA_ARRAY(c->arena, UiTime, limit + 1);
    for (at = 0; at < n && shown < limit; at++) {
        if (!whole && by_the_way(events[at].kind)) continue;
        Sign s = sign_of(events[at].kind);
        UiTime *item = &items[shown++];
        *item = (UiTime){ .at = events[at].at, .sign = str_c(s.sign), .state = s.state, .who = actor_of(c, ui, &events[at]), .text = desk_sentence(c, ui, &events[at]) };
        if (whole) item->proof = url_path(ui->a, "/case/%s/proof/%s", id_hex(ui->a, case_id).p, id_hex(ui->a, events[at].id).p);
    }
    *out = items;
    *out_n = shown;
    *out_next = at > 0 && (at < n || n == ask) ? events[at - 1].case_seq : 0;
    return OK;
}
