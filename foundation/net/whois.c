/* whois.c - labels that registries use, as a table. */
#include "foundation/net/whois.h"

enum { VALUE_MAX = 300 };

static Str as_utf8(Arena *a, Str s) {
    if (str_utf8_ok(s)) return s;
    Buf b = buf_new(2 * (size_t)WHOIS_BYTES_MAX + 16);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) {
            buf_ch(&b, (char)c);
        } else {
            buf_ch(&b, (char)(0xC0 | c >> 6));
            buf_ch(&b, (char)(0x80 | (c & 0x3F)));
        }
    }
    Str out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static bool mail_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".-_+'=/", c) != NULL; }

/* The first mail address in a line. */
static Str mail_in(Str line) {
    size_t at = 0;
    if (!str_chr(line, '@', &at)) return STR_NONE;
    size_t from = at, to = at + 1, dot = 0;
    while (from > 0 && line.p[from - 1] != '\0' && mail_char(line.p[from - 1])) from--;
    while (to < line.n && line.p[to] != '\0' && mail_char(line.p[to])) to++;
    while (to > at && (line.p[to - 1] == '.' || line.p[to - 1] == '\'')) to--;
    while (from < at && line.p[from] == '\'') from++;
    Str mail = str_sub(line, from, to - from), domain = str_sub(line, at + 1, to > at + 1 ? to - at - 1 : 0);
    return from < at && mail.n <= 254 && str_chr(domain, '.', &dot) && dot > 0 && dot + 1 < domain.n ? mail : STR_NONE;
}

static bool host_ok(Str s) {
    size_t dot = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) return false;
    }
    return s.n > 3 && s.n <= 253 && s.p[0] != '-' && s.p[0] != '.' && str_chr(s, '.', &dot);
}

/* "whois://host:43/", "rwhois.example.net:4321", "host" */
static Str server_of(Str v) {
    size_t at = 0, end = 0;
    if (str_find(v, S("://"), &at)) {
        if (!str_starts(v, S("whois://"))) return STR_NONE;
        v = str_sub(v, at + 3, v.n);
    }
    while (end < v.n && v.p[end] != '/' && v.p[end] != ':' && v.p[end] != ' ') end++;
    if (end < v.n && v.p[end] == ':' && !str_starts(str_sub(v, end, v.n), S(":43"))) return STR_NONE; /* another protocol */
    v = str_sub(v, 0, end);
    return host_ok(v) ? v : STR_NONE;
}

static int64_t asn_of(Str v) {
    int64_t n = 0;
    size_t end = 0;
    if (v.n > 2 && (v.p[0] == 'A' || v.p[0] == 'a') && (v.p[1] == 'S' || v.p[1] == 's')) v = str_sub(v, 2, v.n);
    while (end < v.n && v.p[end] >= '0' && v.p[end] <= '9') end++;
    return str_i64(str_sub(v, 0, end), 1, UINT32_MAX, &n) == OK ? n : 0;
}

typedef enum What { W_REGISTRAR, W_REGISTRAR_PAGE, W_IANA, W_ABUSE, W_MAIL, W_ORG, W_NETNAME, W_COUNTRY, W_RANGE, W_REFER, W_ORIGIN, W_NS } What;
static const struct { const char *label; What what; } labels[] = {
    { "registrar", W_REGISTRAR }, { "sponsoring registrar", W_REGISTRAR }, { "registrar name", W_REGISTRAR }, { "registrar url", W_REGISTRAR_PAGE }, { "registrar iana id", W_IANA },
    { "registrar abuse contact email", W_ABUSE }, { "abuse contact", W_ABUSE }, { "abuse-mailbox", W_ABUSE }, { "orgabuseemail", W_ABUSE }, { "abuse email", W_ABUSE }, { "abuse-c", W_ABUSE }, { "abuse-contact", W_ABUSE },
    { "e-mail", W_MAIL }, { "email", W_MAIL }, { "orgtechemail", W_MAIL }, { "tech email", W_MAIL },
    { "org-name", W_ORG }, { "orgname", W_ORG }, { "organization", W_ORG }, { "organisation", W_ORG }, { "owner", W_ORG }, { "descr", W_ORG }, { "netname", W_NETNAME }, { "country", W_COUNTRY },
    { "inetnum", W_RANGE }, { "inet6num", W_RANGE }, { "netrange", W_RANGE }, { "cidr", W_RANGE }, { "route", W_RANGE }, { "route6", W_RANGE },
    { "refer", W_REFER }, { "whois", W_REFER }, { "whois server", W_REFER }, { "registrar whois server", W_REFER }, { "referralserver", W_REFER }, { "resourcelink", W_REFER },
    { "origin", W_ORIGIN }, { "originas", W_ORIGIN }, { "name server", W_NS }, { "nserver", W_NS }, { "nameserver", W_NS }, { "domain nameservers", W_NS },
};

static void first(Str *to, Str v) {
    if (to->n == 0) *to = v;
}

static void name_server(WhoisAnswer *w, Str v) {
    size_t end = 0;
    while (end < v.n && v.p[end] != ' ' && v.p[end] != '\t') end++;
    v = str_sub(v, 0, end);
    while (v.n > 0 && v.p[v.n - 1] == '.') v.n--;
    if (host_ok(v) && w->nameservers < WHOIS_NS_MAX) w->nameserver[w->nameservers++] = v;
}

static bool country_ok(Str v) { return v.n == 2 && ((v.p[0] | 0x20) >= 'a') && ((v.p[0] | 0x20) <= 'z') && ((v.p[1] | 0x20) >= 'a') && ((v.p[1] | 0x20) <= 'z'); }

static void take(WhoisAnswer *w, What what, Str v) {
    switch (what) {
    case W_REGISTRAR: first(&w->registrar, v); break;
    case W_REGISTRAR_PAGE: first(&w->registrar_page, v); break;
    case W_IANA: first(&w->iana_id, v); break;
    case W_ABUSE: first(&w->abuse_mail, mail_in(v)); break;
    case W_MAIL: first(&w->mail, mail_in(v)); break;
    case W_ORG: first(&w->org, v); break;
    case W_NETNAME: first(&w->netname, v); break;
    case W_COUNTRY: if (country_ok(v)) first(&w->country, v); break;
    case W_RANGE: first(&w->range, v); break;
    case W_REFER: first(&w->refer, server_of(v)); break;
    case W_ORIGIN: if (w->asn == 0) w->asn = asn_of(v); break;
    case W_NS: name_server(w, v); break;
    }
}

static bool printable(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F) return false;
    return !str_has_bidi(s);
}

static bool has(Arena *a, Str line, const char *words) {
    size_t at = 0;
    return str_find(str_lower(a, line), str_c(words), &at);
}

/* A label on a line of its own, with what it says on the next lines, set in ("Registrar:" of .nl and .uk). */
typedef struct Block { bool open; What what; } Block;

static void line_read(Arena *a, Str raw, WhoisAnswer *w, Block *block) {
    size_t colon = 0;
    bool set_in = raw.n > 0 && (raw.p[0] == ' ' || raw.p[0] == '\t');
    Str line = str_trim(raw);
    if (line.n == 0) {
        block->open = false;
        return;
    }
    if (!printable(line)) return;
    /* RIPE: % Abuse contact for '192.0.2.0 - 192.0.2.255' is 'abuse@example.net' */
    if (has(a, line, "abuse contact for")) first(&w->abuse_mail, mail_in(line));
    if (line.p[0] == '%' || line.p[0] == '#' || line.p[0] == '>') return;
    if (has(a, line, "no match") || has(a, line, "not found") || has(a, line, "no entries found") || has(a, line, "is free")) w->none = true;
    bool labelled = str_chr(line, ':', &colon) && colon < 60;
    Str label = labelled ? str_trim(str_sub(line, 0, colon)) : STR_NONE, value = labelled ? str_trim(str_sub(line, colon + 1, line.n)) : STR_NONE;
    if (block->open && set_in && (!labelled || label.n == 0)) {
        take(w, block->what, str_utf8_cut(line, VALUE_MAX));
        if (block->what != W_NS) block->open = false;
        return;
    }
    if (!labelled || value.n > VALUE_MAX) return;
    for (size_t i = 0; i < LEN(labels); i++) {
        if (!str_ieq(label, str_c(labels[i].label))) continue;
        *block = (Block){ value.n == 0, labels[i].what };
        if (value.n > 0) take(w, labels[i].what, value);
        return;
    }
    if (has(a, line, "abuse")) first(&w->abuse_mail, mail_in(line));
}

Err whois_read(Arena *a, Str bytes, WhoisAnswer *out) {
    WhoisAnswer w = { .nameservers = 0 };
    Block block = { .open = false };
    Str line = STR_NONE;
    if (bytes.n > WHOIS_BYTES_MAX) return E_LIMIT;
    Str rest = as_utf8(a, bytes);
    for (int i = 0; i < WHOIS_LINES_MAX && str_split(&rest, '\n', &line); i++) {
        if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
        if (line.n <= 2000) line_read(a, line, &w, &block);
    }
    if (w.registrar.n > 0 || w.netname.n > 0 || w.nameservers > 0 || w.range.n > 0) w.none = false;
    *out = w;
    return OK;
}
