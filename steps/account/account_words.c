/* account_words.c - keys of the tables in words, from the law data where they stand there. */
#include "core/case/platform.h"
#include "steps/account/account_in.h"

typedef struct Word { const char *code, *word; } Word;
static const Word words[] = {
    { "none_given", N_("no reason given") }, { "not_competent", N_("not competent") }, { "no_priority", N_("no priority") }, { "provider_unlikely_to_comply", N_("the provider is unlikely to comply") },
    { "not_enough_evidence", N_("not enough evidence") }, { "no_interested_party", N_("not an interested party") }, { "not_unlawful", N_("not unlawful") }, { "already_handled", N_("already handled") }, { "other", N_("another reason") },
    { "<12", N_("under 12") }, { "12-15", N_("12 to 15") }, { "16-17", N_("16 or 17") }, { "18+", N_("18 or older") }, { "unknown", N_("not known") },
};

Str account_key_word(Ctx *c, const UiCtx *ui, const AccountTable *t, Str key) {
    const Law *law = c->app->law;
    Date now = DATE_NONE;
    if (str_eq(key, S("=total")) || str_eq(key, S("total"))) return tr(ui, N_("Total"));
    if (str_eq(key, S("-"))) return tr(ui, N_("not stated"));
    const LawOffence *o = t->key == KEY_OFFENCE ? law_offence(law, key, now) : NULL;
    const LawPlatform *p = t->key == KEY_HOLDER ? platform_row(c, key) : NULL;
    const LawRung *g = t->key == KEY_HOLDER ? law_rung(law, key, now) : NULL;
    const LawAuthority *b = t->key == KEY_AUTHORITY ? law_authority(law, key, now) : NULL;
    const LawTermRow *d = t->key == KEY_DUTY ? law_term_row(law, key, now) : NULL;
    const LawForm *f = t->key == KEY_CODE ? law_form(law, key, now) : NULL;
    if (o != NULL) return o->name[ui->lang];
    if (p != NULL) return p->name;
    if (g != NULL) return g->name[ui->lang];
    if (b != NULL) return b->name[ui->lang];
    if (d != NULL) return d->name[ui->lang];
    if (f != NULL) return f->name[ui->lang];
    OrgRow org;
    Id id;
    if (t->key == KEY_AUTHORITY && id_parse(key, &id) == OK && org_by_id(c, id, &org) == OK) return org.name; /* an organisation that works on this server */
    if (t->key == KEY_AUTHORITY && str_eq(key, S("guest"))) return tr(ui, N_("a guest at the table"));
    for (size_t i = 0; t->key == KEY_CODE && i < LEN(words); i++)
        if (str_eq(key, str_c(words[i].code))) return tr(ui, words[i].word);
    return verdict_known(key) ? tr(ui, location_verdict_word(key)) : key;
}
