/* template.c - what a template must hold, and its acts. */
#include "steps/takedown/template.h"

#define END { NULL, F_END, CLEAR, false, 0 }
const char *const template_types[] = { "any", "uploader", "platform", "flagger", "art20", "host", "cdn", "registrar", "search", "appstore", "payment", "hotline", "reminder", NULL };

static const char whole[] = "{title}\n{reference}\n{to}\n{date}\n{earlier}\n{locations}\n{offence}\n{grounds}\n{reason}\n{good_faith}\n{sender}\n{asked}\n{answer}\n";
static const char short_one[] = "{title}\n{reference}\n{to}\n{date}\n{earlier}\n{locations}\n{offence}\n{sender}\n{answer}\n"; /* of a minor: address and class, nothing else */
Str template_default(bool minor) { return minor ? str_c(short_one) : str_c(whole); }

/* Which part of the law's list stands in which block. */
static const struct { const char *element, *block; } parts[] = { { "reason", "{reason}" }, { "url", "{locations}" }, { "name", "{sender}" }, { "mail", "{sender}" }, { "good_faith", "{good_faith}" }, { "legal_ground", "{grounds}" },
    { "offence", "{offence}" }, { "prior_notices", "{earlier}" }, { "requested_action", "{asked}" }, { "territory", "{asked}" }, { "flagger_id", "{sender}" } };
static const char *const always[] = { "{title}", "{reference}", "{answer}", "{locations}", "{offence}", "{sender}", "{earlier}" };

static bool type_known(Str type) {
    for (size_t i = 0; template_types[i] != NULL; i++)
        if (str_eq(type, str_c(template_types[i]))) return true;
    return false;
}

static bool stands(Str body, const char *block) {
    Str rest = body, line = STR_NONE;
    for (int i = 0; i < 2000 && str_split(&rest, '\n', &line); i++)
        if (str_eq(str_trim(line), str_c(block))) return true;
    return false;
}

/* The first {word} that nobody knows, or a block that shares its line with other words. */
static bool wrong_word(Str body, Str *out) {
    static const char *const inline_words[] = { "{ref}", "{who}", "{when}" };
    Str rest = body, line = STR_NONE;
    for (int i = 0; i < 2000 && str_split(&rest, '\n', &line); i++) {
        size_t open = 0, close = 0;
        Str left = line;
        for (int k = 0; k < 200 && str_chr(left, '{', &open); k++) {
            left = str_sub(left, open, left.n);
            bool ok = false, ended = str_chr(left, '}', &close);
            *out = str_sub(left, 0, ended ? close + 1 : left.n);
            for (size_t w = 0; w < LEN(inline_words); w++) ok = ok || str_eq(*out, str_c(inline_words[w]));
            Str all = template_default(false), block = STR_NONE;
            for (int b = 0; b < 40 && !ok && str_split(&all, '\n', &block); b++) ok = block.n > 0 && str_eq(*out, block) && str_eq(str_trim(line), block);
            if (!ok) return true;
            left = str_sub(left, out->n, left.n);
        }
    }
    return false;
}

Err template_check(const Ctx *c, Str type, Str body, const char **out_msgid, Str *out_what) {
    const LawContent *const *rows = NULL;
    bool minor = str_eq(type, S("hotline"));
    *out_msgid = N_("This block does not exist, or it shares its line with other words: {what}");
    if (wrong_word(body, out_what)) return E_INPUT;
    *out_msgid = N_("This part is missing; a notice without it would not count: {what}");
    for (size_t i = 0; i < LEN(always); i++) {
        *out_what = str_c(always[i]);
        if (!stands(body, always[i])) return E_INPUT;
    }
    *out_msgid = N_("Of material that may show a minor, address and class are told and nothing else; this does not belong here: {what}");
    for (size_t i = 0; minor && i < LEN(parts); i++) {
        *out_what = str_c(parts[i].block);
        if (!stands(template_default(true), parts[i].block) && stands(body, parts[i].block)) return E_INPUT;
    }
    if (minor) return OK;
    *out_msgid = N_("This part is missing; a notice without it would not count: {what}");
    size_t n = c->app->law != NULL ? law_contents(c->app->law, S("art16"), civil_at(c->app->zone, c->now).date, c->arena, &rows) : 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < LEN(parts); k++) {
            *out_what = str_c(parts[k].block);
            if (str_eq(rows[i]->element, str_c(parts[k].element)) && !stands(body, parts[k].block)) return E_INPUT;
        }
    return OK;
}

Err template_for(Ctx *c, Str form, Str rung, Str lang, TemplateRow *out) {
    bool minor = str_eq(rung, RUNG_HOTLINE);
    Err e = str_eq(form, S("reminder")) && !minor ? template_newest(c, S("reminder"), lang, out) : E_MISSING;
    if (e == E_MISSING) e = template_newest(c, rung, lang, out);
    if (e == E_MISSING && !minor) e = template_newest(c, S("any"), lang, out);
    return e == OK ? template_open(c, out) : e;
}

Err template_open(Ctx *c, TemplateRow *t) { return journal_open(c, t->org, t->org, STORE, t->id, "body", t->body_sealed, &t->body); }

/* ---- acts ---- */
static const FieldDef saved_fields[] = { { "type", F_CODE, CLEAR, true, 0 }, { "lang", F_CODE, CLEAR, true, 0 }, { "version", F_INT, CLEAR, true, 100000 }, { "body", F_TEXT, STORE, true, TEMPLATE_MAX }, END };
static Err check_saved(Ctx *c, const Act *a) {
    TemplateRow *rows = NULL;
    size_t n = 0;
    const char *msgid = NULL;
    Str what = STR_NONE, lang = act_get_code(a, "lang");
    if (!type_known(act_get_code(a, "type")) || (!str_eq(lang, S("nl")) && !str_eq(lang, S("en")))) return ctx_refuse(c, E_INPUT, "type", "This choice is not known.");
    if (template_check(c, act_get_code(a, "type"), act_get_text(a, "body"), &msgid, &what) != OK) return ctx_refuse(c, E_INPUT, "body", N_("A part that the law or an answer needs is missing, or a block does not exist."));
    TRY(template_versions(c, act_get_code(a, "type"), lang, &rows, &n));
    return act_get_int(a, "version") == (n > 0 ? rows[0].version : 0) + 1 ? OK : ctx_refuse(c, E_CONFLICT, NULL, N_("Somebody else saved these words meanwhile. Look at theirs first."));
}
const ActDef act_template_saved = { "template.saved", 1, OBJ_NONE, "template.edit", false, true, saved_fields, check_saved, apply_template_saved, NULL, N_("Words of notices were saved: {type}, {lang}, version {version}") };

static const FieldDef no_field[] = { END };
static Err check_ended(Ctx *c, const Act *a) {
    (void)c, (void)a;
    return OK;
}
const ActDef act_template_ended = { "template.ended", 1, OBJ_NONE, "template.edit", false, false, no_field, check_ended, apply_template_ended, NULL, N_("Own words of notices are no longer used") };

Act *template_save(Ctx *c, Str type, Str lang, int64_t version, Str body) {
    Act *a = act_new(c, &act_template_saved, ID_NONE, ID_NONE, ctx_new_id(c));
    act_code(a, "type", type);
    act_code(a, "lang", lang);
    act_int(a, "version", version);
    act_text(a, "body", body);
    return a;
}
Act *template_end(Ctx *c, const TemplateRow *t) { return act_new(c, &act_template_ended, ID_NONE, ID_NONE, t->id); }
