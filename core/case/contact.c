/* contact.c - contact points as acts. */
#include "core/case/contact.h"
#include "core/case/case_in.h"
#include "core/case/contact_in.h"
#include "core/seal/age.h"

#define END { NULL, F_END, CLEAR, false, 0 }

const char *const contact_purposes[] = { "notices", "flagger", "authorities", "legal", "csam", "escalation", "general", NULL };
static const char *const purpose_words[] = { N_("notices of illegal content"), N_("trusted flaggers"), N_("orders and questions of authorities"), N_("legal letters and filings"),
    N_("material of minors (address and class only)"), N_("escalation"), N_("general") };
const char *const contact_channels[] = { "mail", "phone", "form", "portal", "post", "age", NULL };
static const char *const channel_words[] = { N_("e-mail"), N_("phone"), N_("web form"), N_("portal with an account"), N_("post"), N_("public key to seal files for it (age)") };
static const char *const ways_out[] = { "gone", "replaced", "wrong", NULL };

static int code_at(const char *const *codes, Str code) {
    for (int i = 0; codes[i] != NULL; i++)
        if (str_eq(code, str_c(codes[i]))) return i;
    return -1;
}
const char *contact_purpose_word(Str code) {
    int i = code_at(contact_purposes, code);
    return i < 0 ? "" : purpose_words[i];
}
const char *contact_channel_word(Str code) {
    int i = code_at(contact_channels, code);
    return i < 0 ? "" : channel_words[i];
}

static bool is_mail(Str s) {
    size_t at = 0, dot = 0, blank = 0;
    if (!str_chr(s, '@', &at) || at == 0 || str_chr(s, ' ', &blank)) return false;
    Str host = str_sub(s, at + 1, s.n);
    return !str_chr(host, '@', &blank) && str_chr(host, '.', &dot) && dot > 0 && dot + 1 < host.n;
}
static bool is_phone(Str s) {
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') digits++;
        else if (strchr("+-() .", s.p[i]) == NULL) return false;
    }
    return digits >= 3 && digits <= 15;
}
static bool is_page(Str s) {
    size_t at = 0;
    return (str_starts(s, S("https://")) || str_starts(s, S("http://"))) && !str_chr(s, ' ', &at) && s.n > 11;
}

static Err check_address(Ctx *c, Str channel, Str address) {
    if (str_eq(channel, S("mail")) && !is_mail(address)) return ctx_refuse(c, E_INPUT, "address", "This is not a mail address: name@example.nl is expected.");
    if (str_eq(channel, S("phone")) && !is_phone(address)) return ctx_refuse(c, E_INPUT, "address", "This is not a phone number: digits, with a plus in front for another country.");
    if ((str_eq(channel, S("form")) || str_eq(channel, S("portal"))) && !is_page(address)) return ctx_refuse(c, E_INPUT, "address", "This is not the address of a page: it begins with https://.");
    if (str_eq(channel, S("age")) && age_key_parse(address, &(AgeKey){ 0 }) != OK) return ctx_refuse(c, E_INPUT, "address", "This is not a public key of age: it begins with age1 and has 62 characters. Was it copied whole?");
    return OK;
}

enum { TEXT_MAX = 400, TERMS_MAX = 8000, RESPONSE_H_MAX = 366 * 24 };
static const FieldDef added_fields[] = { { "of", F_CODE, CLEAR, true, 0 }, { "holder", F_CODE, CLEAR, true, 0 }, { "purpose", F_CODE, CLEAR, true, 0 }, { "channel", F_CODE, CLEAR, true, 0 },
    { "lang", F_CODE, CLEAR, false, 0 }, { "tier", F_INT, CLEAR, true, 3 }, { "response_h", F_INT, CLEAR, false, RESPONSE_H_MAX }, { "agreed", F_TIME, CLEAR, false, 0 },
    { "name", F_TEXT, STORE, false, TEXT_MAX }, { "address", F_TEXT, STORE, true, TEXT_MAX }, { "terms", F_TEXT, STORE, false, TERMS_MAX }, END };
static Err check_added(Ctx *c, const Act *a) {
    Str of = act_get_code(a, "of");
    if (!str_eq(of, S("platform")) && !str_eq(of, S("body")) && !str_eq(of, S("recipient"))) return ctx_refuse(c, E_INPUT, "of", "This choice is not known.");
    if (code_at(contact_purposes, act_get_code(a, "purpose")) < 0) return ctx_refuse(c, E_INPUT, "purpose", "This choice is not known.");
    if (code_at(contact_channels, act_get_code(a, "channel")) < 0) return ctx_refuse(c, E_INPUT, "channel", "This choice is not known.");
    if (act_get_int(a, "tier") < 1 || act_get_int(a, "tier") > 3) return ctx_refuse(c, E_INPUT, "tier", "Choose 1, 2 or 3.");
    if (act_get_int(a, "agreed") > c->now) return ctx_refuse(c, E_INPUT, "agreed", "This day has not come yet.");
    if (act_get_int(a, "response_h") < 0) return ctx_refuse(c, E_INPUT, "response_h", "This cannot be less than zero.");
    return check_address(c, act_get_code(a, "channel"), act_get_text(a, "address"));
}
const ActDef act_contact_added = { "contact.added", 1, OBJ_NONE, "contact.edit", false, true, added_fields, check_added, apply_contact_added, NULL, N_("Contact point of {holder} recorded ({purpose})") };

static Err check_running(Ctx *c, const Act *a) {
    ContactRow r;
    TRY(contact_by_id(c, a->subject, &r));
    return r.ended == 0 ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This contact point was ended already.");
}
const ActDef act_contact_checked = { "contact.checked", 1, OBJ_NONE, "contact.edit", false, false, no_fields, check_running, apply_contact_checked, NULL, N_("A contact point was checked and is right") };

static const FieldDef ended_fields[] = { { "why", F_CODE, CLEAR, true, 0 }, END };
static Err check_ended(Ctx *c, const Act *a) {
    if (code_at(ways_out, act_get_code(a, "why")) < 0) return ctx_refuse(c, E_INPUT, "why", "This choice is not known.");
    return check_running(c, a);
}
const ActDef act_contact_ended = { "contact.ended", 1, OBJ_NONE, "contact.edit", false, false, ended_fields, check_ended, apply_contact_ended, NULL, N_("A contact point was ended: {why}") };

Act *contact_add(Ctx *c, Id act_id, const ContactNew *n) {
    Act *a = act_new(c, &act_contact_added, act_id, ID_NONE, id_none(act_id) ? ctx_new_id(c) : act_id); /* sent twice: the same act about the same object */
    act_code(a, "of", n->of);
    act_code(a, "holder", n->holder);
    act_code(a, "purpose", n->purpose);
    act_code(a, "channel", n->channel);
    act_code(a, "lang", n->lang);
    act_int(a, "tier", n->tier);
    act_int(a, "response_h", n->response_h);
    if (n->agreed != 0) act_time(a, "agreed", n->agreed);
    act_text(a, "name", n->name);
    act_text(a, "address", n->address);
    act_text(a, "terms", n->terms);
    return a;
}
Act *contact_still_right(Ctx *c, Id contact) { return act_new(c, &act_contact_checked, ID_NONE, ID_NONE, contact); }
Act *contact_end(Ctx *c, Id contact, Str why) {
    Act *a = act_new(c, &act_contact_ended, ID_NONE, ID_NONE, contact);
    act_code(a, "why", why);
    return a;
}
