/* access.c - the rights table and the decision over it. */
#include "core/access/access_in.h"

#define EVERY_STAFF (R_WORKER | R_LEAD | R_ANALYST | R_INSPECTOR | R_ADMIN)
#define DESK (R_WORKER | R_LEAD)

const AccessRule access_rules[] = {
    /* anyone */
    { "public.read", R_PUBLIC | R_VICTIM | R_PLATFORM | EVERY_STAFF | R_SYSTEM, REL_ANY, ST_ALL },
    { "report.make", R_PUBLIC | R_VICTIM | EVERY_STAFF, REL_ANY, ST_ALL },
    { "session.own", R_PUBLIC | R_VICTIM | R_PLATFORM | EVERY_STAFF, REL_ANY, ST_ALL },
    { "staff.home", EVERY_STAFF, REL_ANY, ST_ALL },
    /* the person whose case it is */
    { "report.track", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "report.message", R_VICTIM, REL_OWN_CASE, ST_KEPT }, /* in a report that was joined with another too: who wrote it keeps reading and writing with her own code */
    { "report.add_link", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "report.pause", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "report.pause", DESK, REL_TEAM, ST_LIVE }, /* when the person asks for it by phone */
    { "report.withdraw", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "report.withdraw", DESK, REL_TEAM, ST_LIVE },
    { "report.erase", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "report.consent", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "report.contact", R_VICTIM, REL_OWN_CASE, ST_LIVE | ST_WITHDRAWN | ST_CLOSED },
    /* the desk */
    { "desk.use", DESK, REL_ANY, ST_ALL },
    { "export.make", DESK | R_ANALYST, REL_ANY, ST_ALL }, /* with links: of the own teams; without: of the organisation */
    { "case.open", DESK | R_PUBLIC | R_VICTIM | EVERY_STAFF | R_SYSTEM, REL_ANY, ST_ALL },
    /* what follows from an act that had its own right (whose turn, clocks); never offered alone */
    { "case.follows", DESK, REL_TEAM, ST_KEPT },
    { "case.follows", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "case.follows", R_PLATFORM | R_INSPECTOR | R_SYSTEM, REL_ANY, ST_KEPT },
    { "location.add", DESK, REL_TEAM, ST_LIVE },
    { "location.add", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "location.add", R_SYSTEM, REL_ANY, ST_LIVE },
    { "message.send", DESK, REL_TEAM, ST_KEPT },
    { "message.send", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "message.read", DESK, REL_TEAM, ST_KEPT },
    { "message.read", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "consent.record", DESK, REL_TEAM, ST_KEPT },
    { "consent.record", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "print.give", DESK, REL_TEAM, ST_LIVE }, /* the characters of a photo, and what they may be used for */
    { "print.give", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "print.end", DESK, REL_TEAM, ST_KEPT },
    { "print.end", R_VICTIM, REL_OWN_CASE, ST_KEPT },
    { "print.end", R_SYSTEM, REL_ANY, ST_KEPT }, /* on the day that was agreed */
    { "receipt.give", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "receipt.end", R_PUBLIC | R_VICTIM | R_PLATFORM | EVERY_STAFF | R_SYSTEM, REL_ANY, ST_ALL }, /* whoever holds a code of it; the pages ask for one */
    { "receipt.agree", R_PUBLIC | R_VICTIM | R_PLATFORM | EVERY_STAFF | R_SYSTEM, REL_ANY, ST_ALL }, /* the same */
    { "print.match", R_SYSTEM, REL_ANY, ST_KEPT },
    { "print.decide", DESK, REL_TEAM, ST_LIVE | ST_MERGED }, /* in the case that a report was joined into */
    /* the bank: check functions see to it that an entry is of the person's own organisation */
    { "bank.read", DESK | R_ANALYST, REL_ANY, ST_ALL },
    { "bank.offer", R_SYSTEM | R_LEAD, REL_ANY, ST_KEPT | ST_NONE }, /* a lead: from a file that was handed over */
    { "bank.confirm", DESK | R_SYSTEM, REL_ANY, ST_ALL }, /* the system: because another source agrees */
    { "bank.dispute", DESK | R_SYSTEM, REL_ANY, ST_ALL }, /* the system: what a subscriber says */
    { "bank.list", R_LEAD, REL_ANY, ST_ALL },
    { "bank.take", R_LEAD | R_SYSTEM, REL_ANY, ST_ALL }, /* what a list brings: read by the system, or from a file that was handed over */
    { "bank.withdraw", DESK | R_SYSTEM, REL_ANY, ST_ALL },
    { "blob.keep", DESK, REL_TEAM, ST_LIVE },
    { "blob.keep", R_VICTIM, REL_OWN_CASE, ST_LIVE },
    { "blob.keep", R_SYSTEM, REL_ANY, ST_NONE }, /* a mail of which nobody knows yet to which case it belongs */
    { "blob.keep", R_SYSTEM | R_INSPECTOR | R_PLATFORM, REL_ANY, ST_KEPT },
    { "case.read", DESK, REL_TEAM, ST_ALL & ~(uint32_t)ST_NONE },
    { "case.claim", DESK, REL_TEAM, ST_LIVE | ST_MERGED },
    { "case.release", DESK, REL_TEAM, ST_KEPT },
    { "case.classify", DESK, REL_TEAM, ST_LIVE },
    { "case.classify", R_SYSTEM, REL_ANY, ST_LIVE },
    { "case.lane", DESK, REL_TEAM, ST_LIVE },
    { "case.add_location", DESK, REL_TEAM, ST_LIVE },
    { "case.note", DESK, REL_TEAM, ST_KEPT },
    { "case.message", DESK, REL_TEAM, ST_KEPT },
    { "case.consent", DESK, REL_TEAM, ST_KEPT },
    { "case.close", DESK, REL_TEAM, ST_LIVE | ST_WITHDRAWN | ST_MERGED }, /* joined: when its person wrote and was answered */
    { "case.reopen", DESK, REL_TEAM, ST_CLOSED | ST_WITHDRAWN }, /* withdrawn and closed counts as withdrawn */
    { "case.reopen", R_VICTIM, REL_OWN_CASE, ST_CLOSED | ST_WITHDRAWN | ST_MERGED }, /* by writing, or by saying that it goes worse */
    { "case.reopen", R_SYSTEM, REL_ANY, ST_CLOSED }, /* what was gone came back */
    { "case.merge", R_LEAD, REL_TEAM, ST_LIVE },
    { "case.reissue_code", DESK, REL_TEAM, ST_KEPT },
    { "case.refer", DESK, REL_TEAM, ST_LIVE },
    { "case.share", DESK, REL_TEAM, ST_OPEN },
    { "share.list", DESK | R_ANALYST | R_INSPECTOR, REL_ANY, ST_ALL },
    { "share.read", DESK | R_ANALYST | R_INSPECTOR, REL_CASE_SHARE, ST_KEPT },
    { "case.unshare", DESK, REL_TEAM, ST_KEPT },
    { "case.erase", R_LEAD, REL_TEAM, ST_KEPT },
    { "case.erase", R_SYSTEM, REL_ANY, ST_KEPT },
    { "proposal.decide", DESK, REL_TEAM, ST_LIVE },
    { "proposal.decide", R_SYSTEM, REL_ANY, ST_LIVE }, /* reminders that the playbook lets go */
    { "clock.manage", DESK, REL_TEAM, ST_LIVE },
    { "clock.run", R_SYSTEM, REL_ANY, ST_KEPT },
    /* inquiry */
    { "capture.ask", DESK, REL_TEAM, ST_OPEN },
    { "capture.release", DESK, REL_TEAM, ST_OPEN },
    { "capture.cancel", DESK, REL_TEAM, ST_KEPT },
    { "capture.read", DESK, REL_TEAM, ST_KEPT },
    { "capture.make", R_SYSTEM, REL_ANY, ST_KEPT },
    { "exhibit.manage", DESK, REL_TEAM, ST_LIVE },
    { "dossier.export", DESK, REL_TEAM, ST_OPEN },
    { "dossier.make", R_SYSTEM, REL_ANY, ST_KEPT },
    { "dossier.read", DESK, REL_TEAM, ST_KEPT },
    { "dossier.read", R_INSPECTOR, REL_SHARE, ST_KEPT },
    { "dossier.receipt", DESK, REL_TEAM, ST_KEPT }, /* from a letter of the body */
    { "dossier.receipt", R_INSPECTOR, REL_SHARE, ST_KEPT },
    { "dossier.fetch", R_PUBLIC | R_VICTIM | R_PLATFORM | EVERY_STAFF, REL_ANY, ST_KEPT }, /* whoever holds its link; the act asks for one that runs */
    /* takedown */
    { "notice.send", DESK, REL_TEAM, ST_OPEN },
    { "notice.send", R_SYSTEM, REL_ANY, ST_OPEN }, /* what a person signed, to whoever holds the place now */
    { "bulk.make", DESK, REL_TEAM, ST_OPEN }, /* many places of a case at once; undone within half a minute */
    { "bulk.settle", R_SYSTEM, REL_ANY, ST_KEPT },
    { "notice.read", DESK, REL_TEAM, ST_KEPT },
    { "notice.deliver", R_SYSTEM, REL_ANY, ST_KEPT },
    { "notice.answer", R_PLATFORM, REL_LINK, ST_KEPT },
    { "notice.record_answer", DESK, REL_TEAM, ST_LIVE },
    { "notice.manage", R_SYSTEM, REL_ANY, ST_KEPT }, /* recalls what the person took back */
    { "notice.manage", DESK, REL_TEAM, ST_LIVE | ST_WITHDRAWN }, /* telling recipients that nothing is asked any more */
    { "mail.take", R_SYSTEM, REL_ANY, ST_ALL }, /* what came into the mailbox */
    { "mail.queue", DESK, REL_ANY, ST_ALL }, /* what nobody could match; check functions see to it that it is the person's own organisation's */
    { "mail.sort", DESK, REL_TEAM, ST_KEPT },
    { "watch.ask", DESK, REL_TEAM, ST_LIVE },
    { "watch.record", R_SYSTEM, REL_ANY, ST_KEPT },
    { "lookup.ask", DESK, REL_TEAM, ST_LIVE }, /* who can remove what stands there */
    { "lookup.record", R_SYSTEM, REL_ANY, ST_KEPT },
    { "playbook.edit", R_LEAD | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL }, /* what goes by itself */
    { "playbook.read", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "template.edit", R_LEAD | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL }, /* our own words around notices */
    { "template.read", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "rule.edit", R_LEAD | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL }, /* what we know better than the registries */
    { "rule.read", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "recipient.edit", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "recipient.edit", R_SYSTEM, REL_ANY, ST_ALL }, /* whoever holds a place now, found at the moment of sending; a person confirms */
    { "recipient.confirm", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "recipient.read", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    /* enforce */
    { "filing.make", DESK, REL_TEAM, ST_OPEN },
    { "filing.read", DESK, REL_TEAM, ST_KEPT },
    { "filing.record", DESK, REL_TEAM, ST_LIVE },
    { "filing.deliver", R_SYSTEM, REL_ANY, ST_KEPT },
    { "inbox.use", R_INSPECTOR, REL_ANY, ST_ALL },
    { "filing.read", R_INSPECTOR, REL_SHARE, ST_KEPT },
    { "filing.act", R_INSPECTOR, REL_SHARE, ST_KEPT },
    /* supervise, consult, account */
    { "platform.edit", R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    { "platform.read", EVERY_STAFF | R_PUBLIC | R_VICTIM | R_PLATFORM, REL_ANY, ST_ALL },
    { "official.ask", EVERY_STAFF, REL_ANY, ST_ALL }, /* questions over published data, and over the log of one's own organisation */
    { "contact.edit", R_ANALYST | R_LEAD | R_ADMIN, REL_ANY, ST_ALL },
    { "contact.read", EVERY_STAFF, REL_ANY, ST_ALL },
    { "consult.read", R_WORKER | R_LEAD | R_ANALYST, REL_ORG | REL_PARTY, ST_ALL },
    { "consult.read", R_INSPECTOR, REL_PARTY | REL_ORG, ST_ALL },
    { "consult.list", EVERY_STAFF, REL_ANY, ST_ALL },
    { "consult.make", R_ANALYST | R_LEAD, REL_ANY, ST_ALL },
    { "consult.edit", R_ANALYST | R_LEAD, REL_ORG, ST_ALL },
    { "commitment.follow", EVERY_STAFF, REL_ORG | REL_PARTY, ST_ALL },
    { "account.read", EVERY_STAFF | R_PUBLIC | R_VICTIM | R_PLATFORM, REL_ANY, ST_ALL },
    { "account.query", DESK | R_ANALYST | R_ADMIN, REL_ANY, ST_ALL },
    /* running the place */
    { "org.admin", R_ADMIN, REL_ORG, ST_ALL },
    { "user.admin", R_ADMIN, REL_ANY, ST_ALL },
    { "user.change", R_ADMIN, REL_ORG, ST_ALL },
    { "user.self", EVERY_STAFF, REL_SELF, ST_ALL },
    { "team.admin", R_ADMIN, REL_ORG, ST_ALL },
    { "feed.use", R_PUBLIC, REL_ANY, ST_ALL }, /* by a subscriber's key, which says what it may */
    { "subscriber.admin", R_ADMIN, REL_ANY, ST_ALL },
    { "job.read", R_ADMIN, REL_ANY, ST_ALL },
    { "job.retry", R_ADMIN, REL_ANY, ST_ALL },
    { "system.run", R_SYSTEM, REL_ANY, ST_ALL },
    { NULL, 0, 0, 0 },
};

Err access_decide(const char *action, const AccessFacts *f) {
    bool known = false, visible = false;
    for (const AccessRule *r = access_rules; r->action != NULL; r++) {
        bool same = strcmp(r->action, action) == 0;
        known = known || same;
        if (!f->exists || (r->roles & f->roles) == 0 || (r->relations & (f->relations | REL_ANY)) == 0) continue;
        if (r->relations != REL_ANY) visible = true; /* some right on this very object: that it exists is no secret */
        if (same && (r->states & f->state) != 0) return OK;
    }
    must(known); /* an action without a rule is a spelling mistake, not a refusal */
    return f->exists && (visible || f->state == ST_NONE) ? E_DENIED : E_MISSING;
}

Err access_may(Ctx *c, const char *action, Object on) {
    AccessFacts facts = { 0 };
    TRY(access_facts(c, on, &facts));
    Err err = access_decide(action, &facts);
    return err == OK ? OK : ctx_refuse(c, err, NULL, err == E_MISSING ? "This is not here, or not for you." : "You may not do this here.");
}

Err access_case(Ctx *c, const char *action, Id case_id) { return access_may(c, action, OBJ(OBJ_CASE, case_id)); }

bool access_can(Ctx *c, const char *action, Object on) {
    Fail before = c->fail;
    bool yes = access_may(c, action, on) == OK;
    c->fail = before;
    return yes;
}
