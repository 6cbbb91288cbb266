/* notice_parts.c - what is attached to a notice's mail, as the recipient's profile says: an XARF report, or a list. */
#include "foundation/net/message.h"
#include "steps/takedown/lookup_rule.h"
#include "steps/takedown/xarf.h"

static Err answer_url(Ctx *c, const NoticeRow *n, Str *out) {
    Str token = STR_NONE;
    TRY(notice_token(c, n, &token));
    *out = str_fmt(c->arena, STR_FMT "/antwoord/" STR_FMT, STR_ARG(c->app->base_url), STR_ARG(token));
    return OK;
}

static Err items_of(Ctx *c, const NoticeRow *n, XarfItem **out, size_t *out_n) {
    RequestRow *rows = NULL;
    OrgRow org;
    Str why = STR_NONE, answer = STR_NONE;
    size_t rows_n = 0, k = 0;
    TRY(request_of_subject(c, n->id, &rows, &rows_n));
    TRY(org_by_id(c, n->org, &org));
    TRY(notice_words(c, n, &why, NULL));
    TRY(answer_url(c, n, &answer));
    XarfItem *items = ARENA_ARRAY(c->arena, XarfItem, rows_n + 1);
    for (size_t i = 0; i < rows_n; i++) {
        LocationRow loc;
        LookupRow found;
        Lookup *l = ARENA_NEW(c->arena, Lookup);
        TRY(location_by_id(c, rows[i].location, &loc));
        TRY(location_open(c, &loc, 1));
        if (loc.url_err != OK) continue;
        Err e = lookup_latest(c, loc.id, &found, l);
        if (e != OK && e != E_MISSING && e != E_INPUT) return e;
        items[k++] = (XarfItem){ .notice = n, .number = i + 1, .url = loc.url, .found = e == OK ? l : NULL, .seen = loc.seen != 0 ? loc.seen : loc.made, .org = org.name, .mail = c->app->org_mail_from, .flagger = org.flagger_id,
            .why = why, .action = n->action, .territory = n->territory, .answer = answer };
    }
    *out = items;
    *out_n = k;
    return OK;
}

/* One report a location: a recipient that takes XARF gets one mail for each (see plan_size). */
static Err xarf_parts(Ctx *c, const XarfItem *items, size_t n, MessagePart *parts, size_t max, size_t *out_n) {
    for (size_t i = 0; i < n && *out_n < max; i++) {
        Str json = STR_NONE, why = STR_NONE;
        Err e = xarf_write(c, &items[i], &json, &why);
        if (e == E_INPUT) return ctx_refuse(c, E_LIMIT, NULL, N_("The report does not hold against its schema; the mail was not sent."));
        TRY(e);
        parts[(*out_n)++] = (MessagePart){ .name = n == 1 ? S("xarf.json") : str_fmt(c->arena, "xarf-%zu.json", items[i].number), .type = S("application/json"), .bytes = json };
    }
    return OK;
}

Err notice_parts(Ctx *c, const NoticeRow *n, const NoticeMailRow *m, MessagePart *parts, size_t max, size_t *out_n) {
    RecipientRow to;
    XarfItem *items = NULL;
    size_t items_n = 0;
    *out_n = 0;
    if (!str_eq(m->what, S("notice"))) return OK;
    TRY(recipient_by_id(c, n->recipient, &to));
    bool xarf = str_eq(to.profile, S("xarf")), list = str_eq(to.profile, S("list"));
    if (!xarf && !list) return OK;
    TRY(items_of(c, n, &items, &items_n));
    if (xarf) return xarf_parts(c, items, items_n, parts, max, out_n);
    Buf b = buf_new(4 << 20);
    notice_csv(&b, n, items, items_n, c->arena);
    Err e = buf_err(&b);
    if (e == OK) parts[(*out_n)++] = (MessagePart){ .name = S("list.csv"), .type = S("text/csv"), .bytes = str_dup(c->arena, buf_str(&b)) };
    buf_free(&b);
    return e;
}
