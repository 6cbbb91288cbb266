/* desk_words.c - codes of the record and of the law data, in the reader's language. */
#include "core/case/holder.h"
#include "core/case/platform.h"
#include "core/desk/desk_in.h"

typedef struct Word { const char *list, *code, *msgid; } Word;
static const Word words[] = {
    { "risk", "1", N_("low") }, { "risk", "2", N_("raised") }, { "risk", "3", N_("high") }, { "risk", "4", N_("most urgent") },
    { "risk_why", "unsafe_now", N_("not safe right now") }, { "risk_why", "child_under_12", N_("a child under 12 is in the image") }, { "risk_why", "child_12_15", N_("a child of 12 to 15 is in the image") },
    { "risk_why", "child_16_17", N_("a young person of 16 or 17 is in the image") }, { "risk_why", "live_now", N_("it is live now") }, { "risk_why", "threatened", N_("threatened with more") },
    { "risk_why", "money_asked", N_("money or more images are demanded") }, { "risk_why", "not_sure_safe", N_("not sure to be safe") }, { "risk_why", "age_unknown", N_("age in the image is unknown") },
    { "risk_why", "spread", N_("it is being spread") }, { "risk_why", "list", N_("stands in a list or group") }, { "risk_why", "deepfake", N_("made up or altered") },
    { "risk_why", "none_known", N_("no raised risk is known") }, { "risk_why", "not_looked_at", N_("nobody looked at it in time") }, { "risk_why", "worker", N_("set by a colleague") },
    { "turn", "us", N_("us") }, { "turn", "platform", N_("the platform") }, { "turn", "authority", N_("the authority") }, { "turn", "victim", N_("the person who reported") }, { "turn", "hotline", N_("the hotline") },
    { "duty", "first_look", N_("look at the report") }, { "duty", "photo_match", N_("look at a photo that may be in another report too") }, { "duty", "close_after_withdrawal", N_("close after withdrawal") }, { "duty", "reopened", N_("look again: opened once more") }, { "duty", "answer", N_("answer the message") },
    { "lane", "adult", N_("adult") }, { "lane", "minor", N_("minor") }, { "lane", "unknown", N_("age unknown, treated as minor") },
    { "age", "<12", N_("under 12") }, { "age", "12-15", N_("12 to 15") }, { "age", "16-17", N_("16 or 17") }, { "age", "18+", N_("18 or older") }, { "age", "unknown", N_("unknown") },
    { "source", "victim", N_("the person it is about") }, { "source", "supporter", N_("somebody close") }, { "source", "worker", N_("a colleague") }, { "source", "police", N_("the police") },
    { "source", "flagger", N_("another trusted flagger") }, { "source", "web", N_("the web form") },
    { "for_whom", "self", N_("for themselves") }, { "for_whom", "friend", N_("for a friend or relative") }, { "for_whom", "child", N_("for their child") }, { "for_whom", "professional", N_("as a professional") },
    { "for_whom", "unknown", N_("not said") },
    { "safety", "yes", N_("safe") }, { "safety", "unsure", N_("not sure") }, { "safety", "no", N_("not safe") }, { "safety", "skipped", N_("question passed over") },
    { "what", "spread", N_("images are being spread") }, { "what", "threat", N_("somebody threatens") }, { "what", "money", N_("money is demanded") }, { "what", "list", N_("on a list or in a group") },
    { "what", "deepfake", N_("a made-up or altered image") }, { "what", "live", N_("it is happening now") }, { "what", "filmed", N_("filmed in secret") }, { "what", "harass", N_("unwanted messages") }, { "what", "messages", N_("unwanted messages") },
    { "what", "groom", N_("an adult approaches a child") }, { "what", "account", N_("a false account") }, { "what", "other", N_("something else") }, { "what", "unknown", N_("not said") },
    { "wish", "remove", N_("have it removed") }, { "wish", "advice", N_("advice") }, { "wish", "police", N_("perhaps the police later") }, { "wish", "care", N_("help and care") }, { "wish", "keep", N_("only keep it on record") },
    { "wish", "record", N_("only keep it on record") },
    { "contact", "none", N_("no contact wanted") }, { "contact", "code", N_("only with the receipt code") }, { "contact", "safe", N_("by a safe contact") },
    { "lang", "nl", N_("Dutch") }, { "lang", "en", N_("English") },
    { "kind", "law", N_("legal term") }, { "kind", "policy", N_("own norm, not a legal term") }, { "kind", "promised", N_("promised") }, { "kind", "court", N_("court order") },
    { "clock", "running", N_("running") }, { "clock", "paused", N_("paused") }, { "clock", "met", N_("kept") }, { "clock", "lapsed", N_("over") }, { "clock", "stopped", N_("stopped") },
    { "clock_why", "host_changed", N_("somebody else holds it now") }, { "clock_why", "case_closed", N_("the case was closed") }, { "clock_why", "erased", N_("the case was erased") }, { "clock_why", "withdrawn", N_("the request was withdrawn") }, { "clock_why", "merged", N_("the case was joined with another") },
    { "request", "delivered", N_("was delivered") }, { "request", "failed", N_("could not be delivered") }, { "request", "received", N_("was confirmed as received") }, { "request", "acted", N_("led to a first visible act") },
    { "request", "answered", N_("was answered:") }, { "request", "decided", N_("was decided:") }, { "request", "transferred", N_("was passed on:") }, { "request", "withdrawn", N_("was withdrawn") },
    { "delivery", "queued", N_("waiting to be sent") }, { "delivery", "delivered", N_("delivered") }, { "delivery", "failed", N_("not delivered") }, { "delivery", "unknown", N_("not known") },
    { "outcome", "removed", N_("removed") }, { "outcome", "blocked", N_("blocked") }, { "outcome", "kept", N_("left online") }, { "outcome", "refused", N_("refused") }, { "outcome", "not_found", N_("not found") },
    { "outcome", "need_more", N_("asks for more") }, { "outcome", "granted", N_("granted") }, { "outcome", "inadmissible", N_("declared inadmissible") }, { "outcome", "transferred", N_("passed on") },
    { "outcome", "no_action", N_("nothing done") }, { "outcome", "withdrawn", N_("withdrawn") },
    { "close", "resolved", N_("nothing left to do") }, { "close", "withdrawn", N_("withdrawn by the person") }, { "close", "no_longer_reachable", N_("person can no longer be reached") }, { "close", "spam", N_("not a real report") },
    { "close", "handed_over", N_("handed over") }, { "close", "not_ours", N_("not for us") }, { "close", "returned", N_("it is online again") }, { "close", "new_facts", N_("new facts") }, { "close", "mistake", N_("closed by mistake") },
    { "ground", "asked", N_("asked for by the person") }, { "ground", "retention", N_("term for keeping is over") }, { "ground", "unlawful", N_("should not have been kept") }, { "ground", "victim", N_("asked for by the person") },
    { "withdrawn", "all", N_("everything") }, { "withdrawn", "notices", N_("requests to platforms") }, { "withdrawn", "filings", N_("filings at authorities") }, { "withdrawn", "filing", N_("filings at authorities") },
    { "purpose", "notices", N_("asking platforms and hosts to remove it") }, { "purpose", "captures", N_("recording what is online") }, { "purpose", "filing", N_("filing at authorities") }, { "purpose", "referral", N_("passing on to another helper") },
    { "purpose", "police", N_("going to the police") }, { "purpose", "research", N_("research") }, { "purpose", "hash", N_("comparing fingerprints") },
    { "said_by", "victim", N_("by the person") }, { "said_by", "supporter", N_("by somebody on their behalf") }, { "said_by", "worker", N_("told to a colleague") }, { "said_by", "phone", N_("by phone, told to a colleague") },
    { "share_purpose", "filing", N_("deciding on a filing") }, { "share_purpose", "investigation", N_("an investigation") }, { "share_purpose", "care", N_("help to the person") }, { "share_purpose", "coordination", N_("working together on this platform") },
    { "scope", "facts", N_("coded facts, links, what was asked and what came") }, { "scope", "chain", N_("only what was asked and what came, without links") }, { "scope", "dossier", N_("the dossier") }, { "scope", "filing", N_("the filing") },
    { "note_kind", "contact_way", N_("how to reach them") }, { "note_kind", "contact_hours", N_("when it is safe") }, { "note_kind", "contact_cover", N_("the name to say") }, { "note_kind", "safe_contact", N_("before a new code") },
    { "note_kind", "where", N_("where it is, in words") }, { "note_kind", "lane", N_("why this age lane") },
    { "compartment", "facts", N_("Case note") }, { "compartment", "care", N_("Care") }, { "compartment", "identity", N_("Contact and identity") }, { "compartment", "evidence", N_("Evidence") }, { "compartment", "story", N_("Story") },
    { "actor", "victim", N_("the person who reported") }, { "actor", "public", N_("the person who reported") }, { "actor", "platform", N_("the platform") }, { "actor", "system", N_("Keten") }, { "actor", "inspector", N_("the authority") },
    { "answer", "yes", N_("yes") }, { "answer", "no", N_("no") },
    { "gender", "unknown", N_("not said") }, { "gender", "women", N_("a woman") }, { "gender", "men", N_("a man") }, { "gender", "other", N_("otherwise") },
    { "filing_what", "received", N_("receipt confirmed") }, { "filing_what", "accepted", N_("taken up") }, { "filing_what", "declined", N_("not taken up") }, { "filing_what", "acted", N_("a visible act") }, { "filing_what", "asked", N_("asks for more") }, { "filing_what", "completed", N_("what was asked was given") },
    { "filing_what", "promised", N_("a date promised") }, { "filing_what", "decided", N_("decided:") }, { "filing_what", "transferred", N_("passed on") },
    { "mail", "notice", N_("the notice") }, { "mail", "confirm", N_("a confirmation") }, { "mail", "reminder", N_("a reminder") }, { "mail", "withdrawn", N_("that it was withdrawn") }, { "mail", "withdrawal", N_("that it was withdrawn") },
    { "way", "web", N_("by their web form") }, { "way", "mail", N_("by mail") }, { "way", "phone", N_("by phone") }, { "way", "chat", N_("by chat") }, { "duty", "hotline_answer", N_("hear from the hotline") },
    { "duty", "see_answer", N_("look at a recipient's answer") }, { "duty", "tell_gone", N_("tell the person that it is gone") }, { "duty", "came_back", N_("ask again: it came back online") },
    { "duty", "host_changed", N_("it changed hands: check what was sent") }, { "duty", "mail_failed", N_("find another address: mail came back") }, { "duty", "second_differs", N_("look again: a colleague classifies it differently") }, { "duty", "form_by_hand", N_("fill in a recipient's own form") }, { "duty", "mail_unclear", N_("find out whether a mail went") }, { "duty", "says_removed", N_("a recipient says removed, but it is still online") },
    { "via", "link", N_("by the answer link") }, { "via", "mail", N_("by mail") }, { "via", "phone", N_("by phone") }, { "via", "letter", N_("by letter") }, { "via", "form", N_("by their web form") },
    { "refusal", "not_illegal", N_("We do not find it illegal") }, { "refusal", "not_hosted", N_("We do not host this; it is with somebody else") }, { "refusal", "consent_shown", N_("Consent of the person shown was proven to us") },
    { "refusal", "public_interest", N_("News, art or public interest") }, { "refusal", "other_law", N_("It is lawful where we are established") }, { "refusal", "incomplete", N_("The notice is not complete") },
    { "refusal", "not_competent", N_("We cannot remove single items") }, { "refusal", "other", N_("Another reason, explained below") },
    { "location_kind", "page", N_("page") }, { "location_kind", "image", N_("image") }, { "location_kind", "video", N_("video") }, { "location_kind", "profile", N_("profile") }, { "location_kind", "list", N_("list") }, { "location_kind", "group", N_("group") },
};

const char *desk_word(const char *list, Str code) {
    for (size_t i = 0; i < LEN(words); i++)
        if (strcmp(words[i].list, list) == 0 && str_eq(code, str_c(words[i].code))) return words[i].msgid;
    return NULL;
}

/* A code that no list has, made readable: underscores become blanks. */
static Str plain(Arena *a, Str code) {
    char *p = str_z(a, code);
    for (size_t i = 0; i < code.n; i++)
        if (p[i] == '_') p[i] = ' ';
    return str_bytes(p, code.n);
}

Str desk_say(const UiCtx *ui, const char *list, Str code) {
    const char *msgid = strcmp(list, "verdict") == 0 ? code.n > 0 ? location_verdict_word(code) : NULL : desk_word(list, code);
    size_t colon = 0;
    if (msgid != NULL) return tr(ui, msgid);
    if (str_chr(code, ':', &colon)) { /* "filing:ACM": a part of a purpose */
        msgid = desk_word(list, str_sub(code, 0, colon));
        if (msgid != NULL) return str_fmt(ui->a, STR_FMT " (" STR_FMT ")", STR_ARG(tr(ui, msgid)), STR_ARG(str_sub(code, colon + 1, code.n)));
    }
    return plain(ui->a, code);
}

Str desk_say_all(const UiCtx *ui, const char *list, Str codes) {
    enum { CODES_MAX = 40 };
    Buf b = buf_new(8192);
    Str part = STR_NONE;
    for (int i = 0; i < CODES_MAX && str_split(&codes, ',', &part); i++) {
        if (part.n == 0) continue;
        if (b.n > 0) buf_z(&b, ", ");
        buf_put(&b, desk_say(ui, list, part));
    }
    Str out = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return out;
}

Str desk_text(const UiCtx *ui, const LawText t) { return t[ui->lang].n > 0 ? t[ui->lang] : t[LANG_EN]; }

Str desk_offence(Ctx *c, const UiCtx *ui, Str code) {
    const LawOffence *o = c->app->law != NULL ? law_offence(c->app->law, code, DATE_NONE) : NULL;
    return o != NULL ? desk_text(ui, o->name) : code;
}

Str desk_duty(Ctx *c, const UiCtx *ui, Str duty) {
    const LawTermRow *t = c->app->law != NULL ? law_term_row(c->app->law, duty, DATE_NONE) : NULL;
    return t != NULL ? desk_text(ui, t->name) : desk_say(ui, "duty", duty);
}

Str desk_holder(Ctx *c, const UiCtx *ui, Str holder) {
    const Law *law = c->app->law;
    Id id = ID_NONE;
    if (law != NULL) {
        const LawPlatform *p = platform_row(c, holder);
        if (p != NULL) return p->name;
        const LawAuthority *a = law_authority(law, holder, DATE_NONE);
        if (a != NULL) return desk_text(ui, a->name);
        const LawRung *r = str_starts(holder, S("rung:")) ? law_rung(law, str_sub(holder, 5, holder.n), DATE_NONE) : NULL;
        if (r != NULL) return desk_text(ui, r->name);
    }
    Str name = holder_registered(c, holder);
    if (name.n > 0) return name;
    if (id_parse(holder, &id) == OK) return tr(ui, N_("the recipient"));
    return str_eq(holder, S("holder")) ? tr(ui, N_("the same recipient")) : holder;
}

Str desk_rung(Ctx *c, const UiCtx *ui, Str rung) {
    const LawRung *r = c->app->law != NULL ? law_rung(c->app->law, rung, DATE_NONE) : NULL;
    return r != NULL ? desk_text(ui, r->name) : plain(ui->a, rung);
}

Str desk_form(Ctx *c, const UiCtx *ui, Str form) {
    const LawForm *f = c->app->law != NULL ? law_form(c->app->law, form, DATE_NONE) : NULL;
    return f != NULL ? desk_text(ui, f->name) : plain(ui->a, form);
}

Str desk_platform(Ctx *c, const UiCtx *ui, Str platform) {
    if (platform.n == 0) return tr(ui, N_("unknown platform"));
    const LawPlatform *p = platform_row(c, platform);
    return p != NULL ? p->name : platform;
}

Str desk_user(Ctx *c, Id user) {
    UserRow u;
    if (id_none(user)) return STR_NONE;
    if (id_eq(user, c->person.user) && c->person.name.n > 0) return c->person.name;
    return user_by_id(c, user, &u) == OK ? u.name : STR_NONE;
}

const LawNext *desk_next(Ctx *c, Str duty, Str step) {
    if (c->app->law == NULL) return NULL;
    const LawTermRow *t = law_term_row(c->app->law, duty, DATE_NONE);
    Str base = t != NULL && t->base.n > 0 ? t->base : duty;
    return law_next(c->app->law, str_fmt(c->arena, STR_FMT "." STR_FMT, STR_ARG(base), STR_ARG(step)), DATE_NONE);
}

UiState desk_verdict_state(Str v) {
    if (verdict_removed(v)) return STATE_DONE;
    if (str_eq(v, S("still_online"))) return STATE_LATE;
    return STATE_WAITING;
}
