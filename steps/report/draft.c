/* draft.c - a report that is being made: its answers between two screens, and the order of the screens. */
#include "steps/report/report_in.h"
#include "foundation/base/json.h"

const char *const screen_codes[] = { "safe", "who", "young", "what", "where", "picture", "want", "reach", "words", "allow", "check", "code", "next", NULL };

typedef struct TextField { const char *key; size_t at; } TextField;
#define TEXT(name) { #name, offsetof(Draft, name) }
static const TextField texts[] = { TEXT(safety), TEXT(for_whom), TEXT(age), TEXT(what), TEXT(wishes), TEXT(allow), TEXT(links), TEXT(words), TEXT(contact), TEXT(way), TEXT(hours), TEXT(cover),
    TEXT(story), TEXT(prints), TEXT(ref), TEXT(code), TEXT(lane) };

Draft draft_read(Arena *a, Str bytes) {
    Draft d = { 0 };
    const JVal *v = NULL;
    if (bytes.n == 0 || json_read(a, bytes, DRAFT_BYTES, &v, NULL, NULL) != OK) return d;
    d.begun = true;
    int64_t at = jint(v, "at", 0);
    d.at = at >= 0 && at < SCREENS ? (Screen)at : SCREEN_SAFE;
    d.from_check = jbool(v, "from_check");
    d.sent = jbool(v, "sent");
    d.first_look = jint(v, "first_look", 0);
    for (size_t i = 0; i < LEN(texts); i++) {
        Str s = jstr(v, texts[i].key);
        memcpy((char *)&d + texts[i].at, &s, sizeof s);
    }
    return d;
}

void draft_write(const Draft *d, Buf *out) {
    Json j = json_to(out, false);
    json_obj(&j);
    json_kv_i64(&j, "at", d->at);
    json_kv_bool(&j, "from_check", d->from_check);
    json_kv_bool(&j, "sent", d->sent);
    json_kv_i64(&j, "first_look", d->first_look);
    for (size_t i = 0; i < LEN(texts); i++) {
        Str s;
        memcpy(&s, (const char *)d + texts[i].at, sizeof s);
        if (s.n > 0) json_kv_str(&j, texts[i].key, s);
    }
    json_end_obj(&j);
}

bool draft_young(const Draft *d) { return !str_eq(d->sent ? d->lane : case_lane(d->age), S("adult")); }

/* ---- the order of the screens: nine, whichever way ---- */
/* The photo is a side road of where it is: whoever wants it goes there, nobody has to pass it. */
static bool screen_shown(const Draft *d, Screen s) {
    if (s == SCREEN_PICTURE) return false;
    if (s == SCREEN_YOUNG) return draft_young(d);
    if (s == SCREEN_WORDS) return !draft_young(d);
    return true;
}

Screen screen_after(const Draft *d, Screen s) {
    for (int k = (int)s + 1; k < SCREEN_CHECK; k++)
        if (screen_shown(d, (Screen)k)) return (Screen)k;
    return SCREEN_CHECK;
}

Screen screen_before(const Draft *d, Screen s) {
    for (int k = (int)s - 1; k > 0; k--)
        if (screen_shown(d, (Screen)k)) return (Screen)k;
    return SCREEN_SAFE;
}

void screen_place(const Draft *d, Screen s, int64_t *out_at, int64_t *out_of) {
    *out_at = *out_of = 0;
    for (int k = SCREEN_SAFE; k <= SCREEN_CHECK; k++) {
        bool shown = screen_shown(d, (Screen)k);
        *out_of += shown;
        *out_at += shown && k <= (int)s;
    }
}

/* ---- lists ---- */
bool report_has(Str list, const char *word) {
    Str part = STR_NONE;
    while (str_split(&list, ',', &part))
        if (str_eq(part, str_c(word))) return true;
    return false;
}

Str report_join(Arena *a, const Str *all, size_t n) {
    Buf b = buf_new(4096);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_ch(&b, ',');
        buf_put(&b, all[i]);
    }
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* ---- taking answers ---- */
static Str many(Ctx *c, const Form *f, const char *name) {
    const Value *v = form_at(f, name);
    return v->error == NULL ? report_join(c->arena, v->all, v->n) : STR_NONE;
}

static void add_line(Buf *b, Str line) {
    if (b->n > 0) buf_ch(b, '\n');
    buf_put(b, line);
}

/* A picture pasted as text is the one thing that is never kept, not even in the draft. */
static bool is_picture(const UrlLine *l) { return l->wrong == URL_DATA || l->wrong == URL_SCRIPT; }

static void take_links(Ctx *c, Draft *d, Form *f, bool anyway) {
    UrlList list = { 0 };
    Buf good = buf_new(LINKS_BYTES), rest = buf_new(LINKS_BYTES), again = buf_new(LINKS_BYTES);
    size_t pictures = 0;
    Err err = url_parse_list(c->arena, form_text(f, "links"), c->app->net_allow, LINKS_AT_ONCE, &list);
    for (size_t i = 0; i < list.n; i++) {
        const UrlLine *l = &list.lines[i];
        pictures += is_picture(l);
        if (!is_picture(l)) add_line(&again, l->text);
        if (l->wrong == URL_GOOD && !l->again) add_line(&good, l->url.text);
        else if (l->wrong != URL_GOOD && !is_picture(l)) add_line(&rest, l->text);
    }
    if (err == E_LIMIT || buf_err(&good) != OK) {
        form_fail(f, "links", "These are too many links at once. Leave the first 2,000 here. Add the rest later with your code.");
    } else if (pictures > 0 && !anyway) {
        form_put(f, "links", str_dup(c->arena, buf_str(&again)));
        form_fail(f, "links", "One line was a picture or program code, not a link. It was not kept. We only need the link of the page.");
    } else if (list.wrong > pictures && !anyway) {
        form_fail(f, "links", "Not every line is a link. Look at the lines below.");
    }
    if (f->errors == 0) {
        d->links = str_dup(c->arena, buf_str(&good));
        d->words = str_dup(c->arena, buf_str(&rest)); /* in the minors' way it is shown as not sent */
    }
    buf_wipe(&good);
    buf_wipe(&rest);
    buf_wipe(&again);
}

static void take_contact(Draft *d, Form *f) {
    d->contact = form_text(f, "contact");
    d->way = form_text(f, "way");
    d->hours = form_text(f, "hours");
    d->cover = form_text(f, "cover");
    if (draft_young(d)) d->way = d->hours = d->cover = STR_NONE;
    if (draft_young(d) && str_eq(d->contact, S("safe"))) d->contact = S("code");
    if (str_eq(d->contact, S("safe")) && d->way.n == 0) form_fail(f, "way", "Fill in how we can reach you, or choose another answer.");
}

size_t draft_prints(const Draft *d) {
    size_t n = d->prints.n > 0;
    for (size_t i = 0; i < d->prints.n; i++) n += d->prints.p[i] == '\n';
    return n;
}

static void take_print(Ctx *c, Draft *d, Form *f) {
    PrintNew p;
    if (draft_young(d)) {
        form_fail(f, "hash", "Somebody under 18 is shown, or may be. Then we never take anything of the picture, not even these characters.");
        return;
    }
    if (!print_take(c, f, &p)) return;
    if (draft_prints(d) >= INTAKE_PRINTS_MAX) {
        form_fail(f, "hash", "This report has as many photos as it can have. With your code you can add more later.");
        return;
    }
    d->prints = d->prints.n == 0 ? print_line(c->arena, &p) : str_fmt(c->arena, STR_FMT "\n" STR_FMT, STR_ARG(d->prints), STR_ARG(print_line(c->arena, &p)));
}

void draft_take(Ctx *c, Draft *d, Screen s, Form *f, bool anyway) {
    d->begun = true;
    switch (s) {
    case SCREEN_SAFE: d->safety = form_text(f, "safety"); break;
    case SCREEN_WHO:
        d->for_whom = form_text(f, "for_whom");
        d->age = form_text(f, "age");
        if (draft_young(d)) d->prints = STR_NONE; /* of whom is or may be under 18 nothing of the picture is kept, not even here */
        break;
    case SCREEN_WHAT: d->what = many(c, f, "what"); break;
    case SCREEN_WHERE: take_links(c, d, f, anyway); break;
    case SCREEN_PICTURE: take_print(c, d, f); break;
    case SCREEN_WANT: d->wishes = many(c, f, "wishes"); break;
    case SCREEN_REACH: take_contact(d, f); break;
    case SCREEN_WORDS: d->story = form_text(f, "story"); break;
    case SCREEN_ALLOW: d->allow = many(c, f, "allow"); break;
    case SCREEN_YOUNG: case SCREEN_CHECK: case SCREEN_CODE: case SCREEN_NEXT: case SCREENS: break;
    }
}

/* ---- the report that it is ---- */
Str report_source(Str for_whom) {
    if (str_eq(for_whom, S("self"))) return S("victim");
    return for_whom.n > 0 && !str_eq(for_whom, S("unknown")) ? S("supporter") : S("web");
}

static void note(Intake *in, FieldClass cls, const char *kind, Str text) {
    if (text.n > 0) in->notes[in->notes_n++] = (IntakeNote){ cls, str_c(kind), text };
}

void draft_intake(Ctx *c, const Draft *d, Id act, Intake *out) {
    bool young = draft_young(d);
    Str source = report_source(d->for_whom), allow = d->allow, purpose = STR_NONE;
    UrlList list = { 0 };
    *out = (Intake){ .act = act, .said_by = str_eq(source, S("supporter")) ? S("supporter") : S("victim"),
        .facts = { .source = source, .age_depicted = d->age, .for_whom = d->for_whom, .safety = d->safety, .what = d->what, .wishes = d->wishes,
            .contact_mode = d->contact.n > 0 ? d->contact : S("code"), .lang = str_c(lang_code(c->lang)) } };
    Err err = url_parse_list(c->arena, d->links, c->app->net_allow, LINKS_AT_ONCE, &list);
    WebUrl *urls = ARENA_ARRAY(c->arena, WebUrl, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        if (list.lines[i].wrong == URL_GOOD && !list.lines[i].again) urls[out->urls_n++] = list.lines[i].url;
    must(err == OK || err == E_LIMIT);
    out->urls = urls;
    while (allow.n > 0 && out->consents_n < INTAKE_CONSENTS_MAX && str_split(&allow, ',', &purpose))
        if (!young || !str_eq(purpose, S("captures"))) out->consents[out->consents_n++] = purpose;
    if (young) {
        if (str_eq(out->facts.contact_mode, S("safe"))) out->facts.contact_mode = S("code");
        return;
    }
    Str lines = d->prints, line = STR_NONE;
    while (lines.n > 0 && out->prints_n < INTAKE_PRINTS_MAX && str_split(&lines, '\n', &line))
        if (print_of_line(c->arena, line, &out->prints[out->prints_n]) == OK) out->prints_n++;
    note(out, STORY, "report", d->story);
    note(out, FACTS, "where", d->words);
    if (!str_eq(d->contact, S("safe"))) return;
    note(out, IDENTITY, "contact_way", d->way);
    note(out, IDENTITY, "contact_hours", d->hours);
    note(out, IDENTITY, "contact_cover", d->cover);
}
