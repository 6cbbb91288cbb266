/* url_host.c - the host and port of an address: names by IDNA, numbers by the WHATWG rules, and which of them are private. */
#include "core/case/url_in.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool unescape_host(Arena *a, Str s, Str *out) {
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch == '%') {
            if (i + 2 >= s.n || hex_value(s.p[i + 1]) < 0 || hex_value(s.p[i + 2]) < 0) return false;
            ch = (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
            i += 2;
        }
        if (ch == 0) return false;
        p[n++] = ch;
    }
    *out = (Str){ p, n };
    return str_utf8_ok(*out);
}

static bool ascii_only(Str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > 0x7e || (unsigned char)s.p[i] <= 0x20) return false;
    return true;
}

static Str last_label(Str host) {
    size_t at = host.n;
    while (at > 0 && host.p[at - 1] != '.') at--;
    return str_sub(host, at, host.n);
}

/* ---- numbers ---- */

/* One part of an IPv4 address: decimal, 0octal or 0xhex. */
static bool v4_part(Str s, uint64_t *out) {
    int base = 10;
    uint64_t v = 0;
    if (s.n == 0) return false;
    if (s.n >= 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
        base = 16;
        s = str_sub(s, 2, s.n);
    } else if (s.n >= 2 && s.p[0] == '0') {
        base = 8;
        s = str_sub(s, 1, s.n);
    }
    if (s.n > 12) return false;
    for (size_t i = 0; i < s.n; i++) {
        int d = hex_value(s.p[i]);
        if (d < 0 || d >= base) return false;
        v = v * (uint64_t)base + (uint64_t)d;
    }
    *out = v;
    return true;
}

static bool looks_number(Str label) {
    uint64_t v = 0;
    bool digits = label.n > 0;
    for (size_t i = 0; i < label.n; i++) digits = digits && label.p[i] >= '0' && label.p[i] <= '9';
    return digits || (label.n >= 2 && label.p[0] == '0' && (label.p[1] == 'x' || label.p[1] == 'X') && v4_part(label, &v));
}

static bool v4_parse(Str host, uint32_t *out) {
    uint64_t part[4] = { 0 }, v = 0;
    size_t n = 0;
    Str label = STR_NONE;
    while (str_split(&host, '.', &label)) {
        if (n == 4 || !v4_part(label, &part[n++])) return false;
    }
    if (n == 0) return false;
    for (size_t i = 0; i + 1 < n; i++) {
        if (part[i] > 255) return false;
        v |= part[i] << (8 * (3 - i));
    }
    uint64_t limit = UINT64_C(1) << (8 * (5 - n));
    if (part[n - 1] >= limit) return false;
    *out = (uint32_t)(v | part[n - 1]);
    return true;
}

static bool v4_private(uint32_t ip) {
    static const struct { uint32_t net; int bits; } ranges[] = { { 0x00000000, 8 }, { 0x0A000000, 8 }, { 0x64400000, 10 }, { 0x7F000000, 8 }, { 0xA9FE0000, 16 }, { 0xAC100000, 12 },
        { 0xC0000000, 24 }, { 0xC0A80000, 16 }, { 0xC6120000, 15 }, { 0xE0000000, 3 } };
    for (size_t i = 0; i < LEN(ranges); i++)
        if ((ip >> (32 - ranges[i].bits)) == (ranges[i].net >> (32 - ranges[i].bits))) return true;
    return false;
}

static uint32_t be32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static bool v6_private(const uint8_t ip[16]) {
    static const uint8_t zero[12], mapped[12] = { [10] = 0xff, [11] = 0xff }, nat64[12] = { 0, 0x64, 0xff, 0x9b };
    if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0 || memcmp(ip, zero, 12) == 0) return v4_private(be32(ip + 12));
    return (ip[0] & 0xfe) == 0xfc || ip[0] == 0xff || (ip[0] == 0xfe && (ip[1] & 0x80) != 0);
}

/* ---- names ---- */

static bool name_private(Str host) {
    static const char *const ends[] = { "localhost", "local", "internal", "lan", "home", "corp", "intranet", "private", "home.arpa", "invalid" };
    size_t dot = 0;
    if (!str_chr(host, '.', &dot)) return true;
    for (size_t i = 0; i < LEN(ends); i++) {
        Str e = str_c(ends[i]);
        if (str_ends(host, e) && (host.n == e.n || host.p[host.n - e.n - 1] == '.')) return true;
    }
    return false;
}

static bool name_ok(Str host) {
    Str label = STR_NONE;
    if (host.n == 0 || host.n > 253) return false;
    while (str_split(&host, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-') return false;
        for (size_t i = 0; i < label.n; i++) {
            char c = label.p[i];
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
        }
    }
    return true;
}

static bool to_ascii(Arena *a, Str host, Str *out) {
    uint8_t *looked = NULL;
    if (ascii_only(host)) {
        *out = str_lower(a, host);
        return true;
    }
    if (idn2_lookup_u8((const uint8_t *)str_z(a, host), &looked, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK || looked == NULL) return false;
    *out = str_lower(a, str_dup(a, str_c((const char *)looked)));
    idn2_free(looked);
    return ascii_only(*out);
}

bool url_known_suffix(Arena *a, Str host) {
    static const char *const aside[] = { "test", "example", "onion" };
    Str tld = last_label(host);
    for (size_t i = 0; i < LEN(aside); i++)
        if (str_eq(tld, str_c(aside[i]))) return true;
    return tld.n > 1 && psl_is_public_suffix2(psl_builtin(), str_z(a, tld), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

static Str registrable(Arena *a, Str host) {
    char *z = str_z(a, host);
    const char *d = psl_registrable_domain(psl_builtin(), z);
    return d != NULL ? str_c(d) : str_c(z);
}

static bool allowed(Arena *a, Str allow, const WebUrl *u, bool v6) {
    int port = u->port != 0 ? u->port : u->https ? 443 : 80;
    Str pair = v6 ? str_fmt(a, "[" STR_FMT "]:%d", STR_ARG(u->host), port) : str_fmt(a, STR_FMT ":%d", STR_ARG(u->host), port), item = STR_NONE;
    while (str_split(&allow, ' ', &item))
        if (str_ieq(str_trim(item), pair)) return true;
    return false;
}

static UrlWrong host_v6(Arena *a, Str inner, Str allow, WebUrl *out) {
    uint8_t ip[16];
    char text[INET6_ADDRSTRLEN];
    if (inner.n > 45 || inet_pton(AF_INET6, str_z(a, inner), ip) != 1) return URL_BAD_HOST;
    must(inet_ntop(AF_INET6, ip, text, sizeof text) != NULL);
    out->host = out->domain = str_dup(a, str_c(text));
    return v6_private(ip) && !allowed(a, allow, out, true) ? URL_PRIVATE : URL_GOOD;
}

static UrlWrong host_name(Arena *a, Str typed, Str allow, WebUrl *out) {
    Str host = STR_NONE;
    uint32_t ip = 0;
    if (!unescape_host(a, typed, &host) || !to_ascii(a, host, &host)) return URL_BAD_HOST;
    if (host.n > 1 && host.p[host.n - 1] == '.') host.n--;
    if (!name_ok(host)) return URL_BAD_HOST;
    if (looks_number(last_label(host))) {
        if (!v4_parse(host, &ip)) return URL_BAD_HOST;
        out->host = out->domain = str_fmt(a, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
        return v4_private(ip) && !allowed(a, allow, out, false) ? URL_PRIVATE : URL_GOOD;
    }
    out->host = host;
    out->domain = registrable(a, host);
    return name_private(host) && !allowed(a, allow, out, false) ? URL_PRIVATE : URL_GOOD;
}

UrlWrong url_authority(Arena *a, Str authority, Str allow, WebUrl *out) {
    size_t at = 0, close = 0, colon = 0;
    Str host = authority, port = STR_NONE;
    if (str_chr(authority, '@', &at)) return URL_PASSWORD;
    bool v6 = authority.n > 0 && authority.p[0] == '[';
    if (v6 && !str_chr(authority, ']', &close)) return URL_BAD_HOST;
    if (str_chr(str_sub(authority, close, authority.n), ':', &colon)) {
        host = str_sub(authority, 0, close + colon);
        port = str_sub(authority, close + colon + 1, authority.n);
    }
    if (host.n == 0 || (v6 && host.n != close + 1)) return URL_BAD_HOST;
    int64_t number = 0;
    if (port.n > 0 && str_i64(port, 1, 65535, &number) != OK) return URL_BAD_PORT;
    out->port = (int)number == (out->https ? 443 : 80) ? 0 : (int)number;
    return v6 ? host_v6(a, str_sub(host, 1, host.n - 2), allow, out) : host_name(a, host, allow, out);
}
