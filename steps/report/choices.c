/* choices.c - the plain answers a person can give, in words for everyone and, where they differ, for twelve-year-olds. */
#include "steps/report/report_in.h"

const Choice safety_choices[] = {
    { "yes", N_("Yes, I am safe now"), NULL, NULL, NULL },
    { "unsure", N_("I am not sure"), N_("We show you who can help right away. Then you can go on."), NULL, NULL },
    { "no", N_("No"), N_("We show you who can help right away. Then you can go on."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice whom_choices[] = {
    { "self", N_("Myself"), NULL, NULL, NULL },
    { "friend", N_("A friend, partner or relative"), NULL, NULL, NULL },
    { "child", N_("My child, or a child I care for"), NULL, NULL, NULL },
    { "professional", N_("Someone I know from my work"), NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice age_choices[] = {
    { "18+", N_("18 or older"), NULL, NULL, NULL },
    { "16-17", N_("16 or 17"), NULL, NULL, NULL },
    { "12-15", N_("12 to 15"), NULL, NULL, NULL },
    { "<12", N_("Younger than 12"), NULL, NULL, NULL },
    { "unknown", N_("I do not know"), N_("Then we treat it as younger than 18. That is the safest way."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice what_choices[] = {
    { "spread", N_("An image or video was put online or passed on"), NULL, N_("A photo or video was put online or passed on"), NULL },
    { "threat", N_("Someone threatens to put an image online"), NULL, N_("Someone says: I will share your photo"), NULL },
    { "money", N_("Someone asks for money or for more images"), N_("You do not have to give anything. Stop answering."), N_("Someone asks for money or for more photos"), N_("You do not have to give anything. You can stop answering.") },
    { "deepfake", N_("The image is fake, or made with a computer"), NULL, N_("The photo is fake, or made with an app"), NULL },
    { "list", N_("A name or photo is in a list or group"), NULL, NULL, NULL },
    { "messages", N_("Someone keeps sending sexual messages"), NULL, N_("Someone sends sexual messages or asks to meet"), NULL },
    { "other", N_("Something else"), NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice wish_choices[] = {
    { "remove", N_("That it goes offline"), N_("We ask the site to remove it. That often works, but not always."), NULL, NULL },
    { "advice", N_("Advice"), N_("You get a message with what you can do yourself."), NULL, NULL },
    { "police", N_("Perhaps go to the police later"), N_("We explain how that works. You decide if and when."), NULL, NULL },
    { "care", N_("Help for how I feel"), N_("We look with you who can help, and how soon."), NULL, NULL },
    { "record", N_("Only that it is written down"), N_("We do nothing else until you ask for it."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice contact_choices[] = {
    { "code", N_("Only with a code"), N_("You get a code. With it you read our answer here. Nobody else sees it."), NULL, NULL },
    { "safe", N_("Yes, by phone or mail"), N_("You say when it is safe, and what name we should use."), NULL, NULL },
    { "none", N_("No"), N_("We do what you ask. You still get a code to look back."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };
const Choice allow_choices[] = {
    { "notices", N_("Ask sites to remove it"), N_("The site gets the link and the reason. It does not get your name."), NULL, NULL },
    { "captures", N_("Record that the page is online"), N_("We keep the address, the time and a checksum. We keep no image."), NULL, NULL },
    { "filing", N_("Write to an authority when a site does nothing"), N_("The authority gets the links and what was asked. Your name only when you say so later."), NULL, NULL },
    { "referral", N_("Pass you on to people who can help you"), N_("They get the way to reach you and what help you need. Nothing else."), NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL } };

const UiOption *report_options(const UiCtx *ui, const Choice *list, bool young, const char *without, size_t *out_n) {
    size_t n = 0, k = 0;
    while (list[n].value != NULL) n++;
    UiOption *o = ARENA_ARRAY(ui->a, UiOption, n + 1);
    for (size_t i = 0; i < n; i++) {
        const Choice *c = &list[i];
        if (without != NULL && strcmp(c->value, without) == 0) continue;
        const char *label = young && c->young != NULL ? c->young : c->label, *hint = young && c->young_hint != NULL ? c->young_hint : c->hint;
        o[k++] = (UiOption){ .value = str_c(c->value), .label = tr(ui, label), .hint = hint != NULL ? tr(ui, hint) : STR_NONE };
    }
    *out_n = k;
    return o;
}

Str report_words(const UiCtx *ui, const Choice *list, Str values, bool young) {
    Buf b = buf_new(8192);
    for (size_t i = 0; list[i].value != NULL; i++) {
        if (!report_has(values, list[i].value)) continue;
        if (b.n > 0) buf_z(&b, "; ");
        buf_put(&b, tr(ui, young && list[i].young != NULL ? list[i].young : list[i].label));
    }
    Str s = str_dup(ui->a, buf_str(&b));
    buf_free(&b);
    return s;
}
