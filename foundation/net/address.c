/* address.c - see address.h. */
#include "foundation/net/address.h"

#include <arpa/inet.h>

bool net_address_parse(Str text, NetAddress *out) {
    char z[64];
    NetAddress at = { 0 };
    if (text.n == 0 || text.n >= sizeof z) return false;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    if (strlen(z) != text.n) return false;
    if (inet_pton(AF_INET, z, at.b) != 1) {
        if (inet_pton(AF_INET6, z, at.b) != 1) return false;
        at.v6 = true;
    }
    *out = at;
    return true;
}

Str net_address_text(Arena *a, const NetAddress *at) {
    char z[64] = "";
    must(inet_ntop(at->v6 ? AF_INET6 : AF_INET, at->b, z, sizeof z) != NULL);
    return str_dup(a, str_c(z));
}

typedef struct Range { uint8_t b[16]; int bits; } Range;

static bool in_range(const uint8_t *b, const Range *r) {
    int whole = r->bits / 8, rest = r->bits % 8;
    if (memcmp(b, r->b, (size_t)whole) != 0) return false;
    return rest == 0 || (b[whole] & (0xFF << (8 - rest) & 0xFF)) == r->b[whole];
}

static bool v4_public(const uint8_t *b) {
    static const Range special[] = { { { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 }, { { 192, 0, 2 }, 24 },
        { { 192, 31, 196 }, 24 }, { { 192, 52, 193 }, 24 }, { { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 }, { { 192, 175, 48 }, 24 }, { { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 },
        { { 203, 0, 113 }, 24 }, { { 224 }, 4 }, { { 240 }, 4 } };
    for (size_t i = 0; i < LEN(special); i++)
        if (in_range(b, &special[i])) return false;
    return true;
}

bool net_address_public(const NetAddress *at) {
    static const Range nat64 = { { 0, 0x64, 0xFF, 0x9B }, 96 }, global = { { 0x20 }, 3 };
    static const Range special[] = { { { 0x20, 0x01 }, 23 } /* IETF, with Teredo */, { { 0x20, 0x01, 0x0D, 0xB8 }, 32 }, { { 0x20, 0x02 }, 16 } /* 6to4 */, { { 0x26, 0x20, 0, 0x4F, 0x80 }, 48 },
        { { 0x3F, 0xFF }, 20 }, { { 0x3F, 0xFE }, 16 } };
    if (!at->v6) return v4_public(at->b);
    if (in_range(at->b, &nat64)) return v4_public(at->b + 12);
    if (!in_range(at->b, &global)) return false; /* with it mapped, compatible, unique-local, link-local, multicast */
    for (size_t i = 0; i < LEN(special); i++)
        if (in_range(at->b, &special[i])) return false;
    return true;
}

bool net_allowed(Str list, Str host, int port) {
    Str one = STR_NONE, rest = list;
    while (str_split(&rest, ' ', &one)) {
        size_t colon = one.n;
        int64_t p = 0;
        while (colon > 0 && one.p[colon - 1] != ':') colon--;
        if (colon == 0 || str_i64(str_sub(one, colon, one.n), 1, 65535, &p) != OK || p != port) continue;
        Str name = str_sub(one, 0, colon - 1);
        if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']') name = str_sub(name, 1, name.n - 2);
        bool under = name.n > 2 && name.p[0] == '*' && name.p[1] == '.' && host.n > name.n - 1; /* "*.test": every name under it, not itself */
        if (str_ieq(under ? str_sub(name, 1, name.n) : name, under ? str_sub(host, host.n - (name.n - 1), host.n) : host)) return true;
    }
    return false;
}

bool net_port_ok(int port) {
    static const int no[] = { 0, 7, 9, 19, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 110, 111, 119, 123, 135, 137, 139, 143, 161, 179, 389, 445, 465, 512, 513, 514, 515, 540, 554, 587, 601, 636, 989, 990, 993, 995 };
    for (size_t i = 0; i < LEN(no); i++)
        if (port == no[i]) return false;
    return port > 0 && port < 65536;
}
