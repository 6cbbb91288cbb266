/* routes.c - the route table is the concatenation of the rooms' tables, and is checked against the rights table. */
#include "programs/web/admin.h"

RouteTable house_routes(Arena *a) {
    const struct { const Route *rows; size_t n; } own[] = { { web_routes, web_routes_n }, { signin_routes, signin_routes_n }, { me_routes, me_routes_n },
        { admin_routes, admin_routes_n }, { admin_people_routes, admin_people_routes_n }, { admin_team_routes, admin_team_routes_n } };
    size_t n = LEN(own), k = 0;
    for (size_t i = 0; house_steps[i] != NULL; i++) n += house_steps[i]->routes_n > 0;
    const Route **lists = ARENA_ARRAY(a, const Route *, n);
    size_t *counts = ARENA_ARRAY(a, size_t, n);
    for (size_t i = 0; i < LEN(own); i++) {
        lists[k] = own[i].rows;
        counts[k++] = own[i].n;
    }
    for (size_t i = 0; house_steps[i] != NULL; i++) {
        if (house_steps[i]->routes_n == 0) continue;
        lists[k] = house_steps[i]->routes;
        counts[k++] = house_steps[i]->routes_n;
    }
    return (RouteTable){ lists, counts, k };
}

const NavItem *web_nav(Arena *a) {
    const NavItem *rooms = house_nav(a);
    size_t n = 0;
    while (rooms[n].word != NULL) n++;
    NavItem *all = ARENA_ARRAY(a, NavItem, n + 2);
    if (n > 0) memcpy(all, rooms, n * sizeof *all);
    all[n] = (NavItem){ N_("Administration"), "/admin", R_ADMIN, NULL };
    return all;
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
