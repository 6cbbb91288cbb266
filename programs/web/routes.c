/* routes.c - the route table is the concatenation of the steps' tables; the navigation of those who are signed in. */
#include "programs/web/web.h"

const NavItem house_nav[] = {
    { N_("Queue"), "/desk", R_WORKER | R_LEAD, "1" },
    { NULL, NULL, 0, NULL },
};

RouteTable house_routes(Arena *a) {
    const struct { const Route *list; size_t n; } rooms[] = {
        { web_routes, web_routes_n },
    };
    const Route **lists = ARENA_ARRAY(a, const Route *, LEN(rooms));
    size_t *counts = ARENA_ARRAY(a, size_t, LEN(rooms));
    for (size_t i = 0; i < LEN(rooms); i++) {
        lists[i] = rooms[i].list;
        counts[i] = rooms[i].n;
    }
    return (RouteTable){ lists, counts, LEN(rooms) };
}

/* Roles that some rule of the rights table admits for this action. */
static uint32_t roles_of(const char *action) {
    uint32_t roles = 0;
    for (const AccessRule *r = access_rules; r->action != NULL; r++) {
        if (strcmp(r->action, action) == 0) roles |= r->roles;
    }
    return roles;
}

const char *house_routes_wrong(const RouteTable *t, const Route **out_row) {
    const char *why = route_table_wrong(t, out_row);
    if (why != NULL) return why;
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->counts[i]; k++) {
            const Route *r = &t->lists[i][k];
            uint32_t roles = roles_of(r->action);
            *out_row = r;
            if (roles == 0) return "no rule of the rights table knows this action";
            if ((r->who & ~roles) != 0) return "the row admits a role that no rule of the rights table admits";
        }
    }
    return NULL;
}
