/* mail_pages.c - what a person decides about a mail of which nobody knows whether it went. */
#include "steps/takedown/pages_in.h"

static Err settle(Ctx *c, const Request *req, Response *res, bool again) {
    Id case_id = ID_NONE, notice = ID_NONE, id = ID_NONE;
    NoticeRow n;
    NoticeMailRow m;
    TRY(req_id(req, "case", &case_id));
    TRY(req_id(req, "notice", &notice));
    TRY(req_id(req, "mail", &id));
    TRY(notice_by_id(c, notice, &n));
    TRY(mail_by_id(c, id, &m));
    if (!id_eq(n.case_id, case_id) || !id_eq(m.notice, notice)) return E_MISSING;
    TRY(mail_settle(c, &m, &n, again));
    res_redirect(res, "/case/" STR_FMT "/notice/" STR_FMT, STR_ARG(id_hex(c->arena, case_id)), STR_ARG(id_hex(c->arena, notice)));
    return OK;
}

Err mail_went_post(Ctx *c, const Request *req, Response *res) { return settle(c, req, res, false); }
Err mail_again_post(Ctx *c, const Request *req, Response *res) { return settle(c, req, res, true); }
