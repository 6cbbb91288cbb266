/* desk_keys.c - the list of keys, and the switch (WCAG 2.1.4). The choice is a cookie that the page script can read; it says nothing about a person. */
#include "core/desk/desk_in.h"

static const struct { const char *key, *what; } keys[] = {
    { "?", N_("List the keys of this page") }, { "/", N_("Search") }, { "1", N_("Queue") }, { "j", N_("Next row") }, { "k", N_("Row before") }, { "o", N_("Open what should be done first") },
    { "f", N_("Show what fits the filters") }, { "c", N_("Take the case in hand, or lay it back") }, { "l", N_("Add links") }, { "i", N_("Classify under an offence") }, { "a", N_("Decide on the age lane") }, { "r", N_("Set the risk") }, { "g", N_("Record what the person agrees with") },
    { "n", N_("Write a note") }, { "m", N_("Write to the person who reported") }, { "e", N_("Do the first proposed step") }, { "s", N_("Share with an organisation") }, { "t", N_("Whole record") }, { "v", N_("Ask for removal") }, { "f", N_("File at a body, on the page of a case") },
    { "h", N_("Hand over") }, { "w", N_("Give a new code for a lost one") }, { "p", N_("Pause or resume for the person") }, { "u", N_("Join with another case") }, { "x", N_("Close the case, or open it again") },
    { "2", N_("Shared with us") }, { "3", N_("Report by phone") },
};

Err keys_page(Ctx *c, const Request *req, Response *res) {
    TplDeskKeysRows *rows = ARENA_ARRAY(c->arena, TplDeskKeysRows, LEN(keys));
    for (size_t i = 0; i < LEN(keys); i++) rows[i] = (TplDeskKeysRows){ str_c(keys[i].key), keys[i].what };
    tpl_desk_keys(&res->body, req->ui, &(TplDeskKeys){ .off = str_eq(req_cookie(req, "keys"), S("off")), .rows = rows, .rows_n = LEN(keys) });
    return OK;
}

Err keys_set(Ctx *c, const Request *req, Response *res) {
    bool off = str_eq(form_text(req->form, "keys"), S("off"));
    (void)c;
    TRY(res_header(res, "Set-Cookie", str_fmt(req->a, "keys=%s; Path=/; SameSite=Strict; Max-Age=31536000%s", off ? "off" : "on", req->https ? "; Secure" : "")));
    res_said(res, off ? N_("Keys are turned off.") : N_("Keys are turned on."));
    res_redirect(res, "/desk/keys");
    return OK;
}
