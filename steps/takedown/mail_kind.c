/* mail_kind.c - what a mail that came in is. Words of four languages, since servers speak them. */
#include "steps/takedown/mail_kind.h"
#include "foundation/base/enc.h"

enum { HEX = 32, LOOK_MAX = 64 * 1024 };

static const char *const kinds[MAIL_KINDS] = { "answer", "receipt", "away", "bounced", "delayed", "passed", "own", "unreadable" };
static const char *const hows[HOW_N] = { "mark", "envelope", "reply", "inside", "link", "number" };
const char *mail_kind_code(MailKind k) { return kinds[k]; }
const char *mail_how_code(MailHow how) { return hows[how]; }
bool mail_kind_of_code(Str code, MailKind *out) {
    for (size_t i = 0; i < MAIL_KINDS; i++) {
        if (!str_eq(code, str_c(kinds[i]))) continue;
        *out = (MailKind)i;
        return true;
    }
    return false;
}

Str mail_domain_of(Str address) {
    size_t i = address.n;
    while (i > 0 && address.p[i - 1] != '@') i--;
    return i > 0 ? str_sub(address, i, address.n) : STR_NONE;
}

static bool has_any(Str lower, const char *const *words, size_t n) {
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if (str_find(lower, str_c(words[i]), &at)) return true;
    return false;
}
#define HAS(s, list) has_any(s, list, LEN(list))

/* ---- bounces that follow no standard ---- */
static const char *const bounce_subjects[] = { "undelivered mail", "undeliverable", "undelivered", "delivery status notification", "mail delivery failed", "mail delivery failure", "delivery failure", "delivery has failed", "failure notice", "returned mail",
    "returned to sender", "delivery notification", "message not delivered", "onbestelbaar", "niet bezorgd", "bezorging mislukt", "aflevering mislukt", "unzustellbar", "nicht zugestellt", "nicht zustellbar", "zustellung fehlgeschlagen", "fehlgeschlagene",
    "mailzustellung", "non remis", "non distribu", "remise impossible", "echec de", "échec de", "warning: could not send", "message delayed", "delivery delayed", "delay" };
static const char *const delays[] = { "delayed", "has not been delivered yet", "not yet been delivered", "will keep trying", "will be retried", "no action is required", "do not need to resend", "could not send message for past", "still trying", "wird fortgesetzt", "verzögert",
    "verzoegert", "vertraagd", "uitgesteld", "wordt opnieuw geprobeerd", "retardé", "nouvelle tentative" };

static Str status_in(Arena *a, Str text) {
    text = str_sub(text, 0, LOOK_MAX);
    for (size_t i = 0; i + 5 <= text.n; i++) { /* 5.1.1 */
        const char *p = text.p + i;
        bool before = i == 0 || !((p[-1] >= '0' && p[-1] <= '9') || p[-1] == '.');
        if (before && (p[0] == '4' || p[0] == '5') && p[1] == '.' && p[2] >= '0' && p[2] <= '9' && p[3] == '.' && p[4] >= '0' && p[4] <= '9') {
            size_t n = 5;
            while (i + n < text.n && n < 7 && p[n] >= '0' && p[n] <= '9') n++;
            bool more = i + n < text.n && p[n] == '.'; /* an address of a machine */
            if (!more) return str_dup(a, str_bytes(p, n));
        }
    }
    return STR_NONE;
}

static bool code_in(Str text, char first) {
    text = str_sub(text, 0, LOOK_MAX);
    for (size_t i = 0; i + 4 <= text.n; i++) { /* " 550 " or "550-" */
        const char *p = text.p + i;
        bool edge = i == 0 || p[-1] == ' ' || p[-1] == '\n' || p[-1] == ':' || p[-1] == '#' || p[-1] == '(';
        if (edge && p[0] == first && p[1] >= '0' && p[1] <= '5' && p[2] >= '0' && p[2] <= '9' && (p[3] == ' ' || p[3] == '-' || p[3] == ':')) return true;
    }
    return false;
}

static bool from_a_server(Arena *a, const MediaMail *m) {
    static const char *const names[] = { "mailer-daemon@", "mailerdaemon@", "postmaster@", "mail-daemon@", "mdaemon@", "bounce@", "bounces@", "microsoftexchange" };
    Str from = str_lower(a, m->from);
    for (size_t i = 0; i < LEN(names); i++)
        if (str_starts(from, str_c(names[i]))) return true;
    return false;
}

static bool loose_bounce(Arena *a, const MediaMail *m, MailKind *out, Str *out_status) {
    Str subject = str_lower(a, m->subject), text = str_lower(a, str_sub(m->text, 0, LOOK_MAX));
    size_t at = 0;
    bool named = HAS(subject, bounce_subjects), server = from_a_server(a, m), nobody = str_eq(m->return_path, S("<>"));
    bool qmail = str_find(text, S("this is the qmail-send program"), &at) || str_find(text, S("i'm afraid i wasn't able to deliver"), &at);
    bool coded = code_in(text, '5') || status_in(a, text).n > 0;
    if (!qmail && !(named && (server || nobody || coded)) && !(server && coded)) return false;
    *out_status = status_in(a, text);
    bool late = HAS(text, delays) || HAS(subject, delays);
    *out = late && !(out_status->n > 0 && out_status->p[0] == '5') ? MAIL_DELAYED : MAIL_BOUNCED;
    return true;
}

static MailKind report_kind(const MediaMail *m, Str *out_status) {
    *out_status = str_sub(m->status, 0, 12);
    for (size_t i = 0; i < out_status->n; i++)
        if (out_status->p[i] != '.' && (out_status->p[i] < '0' || out_status->p[i] > '9')) *out_status = str_sub(*out_status, 0, i);
    if (str_starts(m->action, S("failed"))) return MAIL_BOUNCED;
    if (str_starts(m->action, S("delayed"))) return MAIL_DELAYED;
    if (str_starts(m->action, S("delivered")) || str_starts(m->action, S("relayed")) || str_starts(m->action, S("expanded"))) return MAIL_PASSED;
    return out_status->n > 0 && out_status->p[0] == '2' ? MAIL_PASSED : out_status->n > 0 && out_status->p[0] == '4' ? MAIL_DELAYED : MAIL_BOUNCED;
}

/* ---- programs that answer ---- */
static const char *const away[] = { "out of office", "out of the office", "out-of-office", "on vacation", "on holiday", "annual leave", "away from", "afwezig", "niet aanwezig", "met vakantie", "buiten kantoor", "abwesenheit", "nicht im büro", "nicht im buero", "urlaub",
    "absence", "absent du bureau", "en congé", "en vacances" };
static const char *const ticket_words[] = { "ticket", "case number", "case id", "your request", "request id", "reference number", "has been received", "have received", "we received", "received your", "thank you for contacting", "ontvangstbevestiging", "ontvangen",
    "in behandeling", "zaaknummer", "meldingsnummer", "eingegangen", "eingang", "vorgang", "erhalten", "accusé de réception", "bien reçu", "avons reçu", "votre demande", "numéro de dossier" };
static const char *const auto_subjects[] = { "automatic reply", "auto-reply", "autoreply", "auto reply", "automatisch antwoord", "automatische antwort", "réponse automatique", "autosvar", "automatic response", "autoresponse" };

static MailKind robot_kind(Arena *a, const MediaMail *m) {
    Str subject = str_lower(a, m->subject), text = str_lower(a, str_sub(m->text, 0, LOOK_MAX));
    bool ticket = mail_ticket(a, m).n > 0 || HAS(subject, ticket_words);
    if (HAS(subject, away)) return MAIL_AWAY;
    if (!ticket && HAS(text, away)) return MAIL_AWAY;
    if (ticket || HAS(text, ticket_words)) return MAIL_RECEIPT;
    return HAS(subject, auto_subjects) ? MAIL_AWAY : MAIL_RECEIPT;
}

static bool is_robot(Arena *a, const MediaMail *m) {
    static const char *const bulk[] = { "auto_reply", "auto-reply", "bulk", "junk", "list" };
    if (m->automatic.n > 0 && !str_starts(m->automatic, S("no"))) return true;
    return m->robot || HAS(m->precedence, bulk) || HAS(str_lower(a, m->subject), auto_subjects);
}

static bool is_own(Str from, Str own) {
    size_t at = 0;
    Str domain = mail_domain_of(own);
    if (!str_chr(own, '@', &at) || !str_ieq(mail_domain_of(from), domain)) return false;
    Str name = str_sub(own, 0, at);
    return from.n >= name.n && str_ieq(str_sub(from, 0, name.n), name) && (from.p[name.n] == '@' || from.p[name.n] == '+' || from.p[name.n] == '-');
}

MailKind mail_kind(Arena *a, const MediaMail *m, Str own, Str *out_status) {
    MailKind k = MAIL_ANSWER;
    *out_status = STR_NONE;
    if (m->report) return report_kind(m, out_status);
    if (str_eq(m->report_type, S("disposition-notification"))) return MAIL_AWAY;
    if (is_own(m->from, own)) return MAIL_OWN;
    if (loose_bounce(a, m, &k, out_status)) return k;
    return is_robot(a, m) ? robot_kind(a, m) : MAIL_ANSWER;
}

/* ---- tickets ---- */
static bool ticket_char(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '/'; }

static Str ticket_at(Arena *a, Str s, bool marked) {
    size_t i = 0, n = 0, digits = 0;
    while (i < s.n && i < 12 && (s.p[i] == ' ' || s.p[i] == '#' || s.p[i] == ':' || s.p[i] == '.' || s.p[i] == '[' || s.p[i] == '(')) {
        marked = marked || s.p[i] == '#' || s.p[i] == ':' || s.p[i] == '[';
        i++;
    }
    s = str_sub(s, i, s.n);
    while (n < s.n && n < 30 && ticket_char(s.p[n])) {
        digits += s.p[n] >= '0' && s.p[n] <= '9';
        n++;
    }
    while (n > 0 && (s.p[n - 1] == '-' || s.p[n - 1] == '/')) n--;
    return n >= 3 && digits >= 3 && (marked || digits >= 4) ? str_dup(a, str_sub(s, 0, n)) : STR_NONE;
}

Str mail_ticket(Arena *a, const MediaMail *m) {
    static const char *const words[] = { "ticket number", "ticket id", "ticketnummer", "ticket", "case number", "case", "request id", "request", "incident", "zaaknummer", "meldingsnummer", "referentie", "reference number", "reference", "vorgangsnummer", "vorgang", "dossier", "##", "[#", "(#", "#" };
    const Str in[] = { m->subject, str_sub(m->text, 0, 4000) };
    for (size_t i = 0; i < LEN(in); i++) {
        Str lower = str_lower(a, in[i]);
        for (size_t w = 0; w < LEN(words) - (i == 1 ? 4 : 0); w++) { /* a bare # means something in a subject only */
            size_t at = 0;
            if (!str_find(lower, str_c(words[w]), &at)) continue;
            Str t = ticket_at(a, str_sub(in[i], at + strlen(words[w]), in[i].n), words[w][strlen(words[w]) - 1] == '#');
            if (t.n > 0 && !str_starts(t, S("N-"))) return t;
        }
    }
    return STR_NONE;
}

/* ---- names ---- */
typedef struct Found { MailName *v; size_t n; } Found;

static void put(Arena *a, Found *f, MailHow how, Str name) {
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->v[i].name, name)) return;
    if (f->n < MAIL_NAMES_MAX) f->v[f->n++] = (MailName){ how, how == HOW_NUMBER ? name : str_lower(a, name) };
}

static bool hex_char(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* Runs of exactly 32 hex digits, each with what stands before and behind it. */
static void hex_runs(Arena *a, Str s, Str before, Str behind, MailHow how, Found *f) {
    for (size_t i = 0; i + HEX <= s.n;) {
        size_t n = 0;
        while (i + n < s.n && hex_char(s.p[i + n])) n++;
        bool fits = n == HEX && str_ends(str_lower(a, str_sub(s, i > before.n ? i - before.n : 0, before.n < i ? before.n : i)), before) && str_starts(str_lower(a, str_sub(s, i + HEX, behind.n)), behind);
        if (fits) put(a, f, how, str_sub(s, i, HEX));
        i += n + 1;
    }
}

/* "N-7F3K-2M9Q", however it was cut or cased. */
static void numbers(Arena *a, Str s, Found *f) {
    for (size_t i = 0; i + 11 <= s.n; i++) {
        Str normal = STR_NONE;
        bool shape = (s.p[i] == 'N' || s.p[i] == 'n') && s.p[i + 1] == '-' && s.p[i + 6] == '-' && (i == 0 || !ticket_char(s.p[i - 1]));
        if (!shape || (i + 11 < s.n && ticket_char(s.p[i + 11])) || crock_normal(a, str_sub(s, i + 2, 9), &normal) != OK || normal.n != 8) continue;
        put(a, f, HOW_NUMBER, normal);
    }
}

size_t mail_names(Arena *a, const MediaMail *m, Str own, Str mark, MailName out[MAIL_NAMES_MAX]) {
    size_t at = 0;
    Found f = { out, 0 };
    if (!str_chr(own, '@', &at)) return 0;
    Str domain = str_lower(a, str_sub(own, at, own.n)), local = str_lower(a, str_fmt(a, STR_FMT STR_FMT, STR_ARG(str_sub(own, 0, at)), STR_ARG(mark))), all[] = { m->subject, m->text, m->rest };
    if (mark.n > 0) hex_runs(a, m->to, local, domain, HOW_MARK, &f);
    hex_runs(a, m->envid, STR_NONE, STR_NONE, HOW_ENVELOPE, &f);
    hex_runs(a, m->refs, STR_NONE, domain, HOW_REPLY, &f);
    for (size_t i = 1; i < LEN(all); i++) hex_runs(a, all[i], STR_NONE, domain, HOW_INSIDE, &f);
    for (size_t i = 0; i < LEN(all); i++) hex_runs(a, all[i], S("/antwoord/"), STR_NONE, HOW_LINK, &f);
    for (size_t i = 0; i < LEN(all); i++) numbers(a, str_sub(all[i], 0, LOOK_MAX), &f);
    return f.n;
}
