/* law_taxonomy.c - lanes by age at depiction, and the crosswalk to other schemes and back. */
#include "core/law/law_in.h"

Str law_lane(const Law *law, Str offence, Str age, Date at) {
    static const char *const adult[] = { "adult", "18+" }, *const minor[] = { "minor", "<12", "12-15", "16-17" };
    const LawOffence *o = law_offence(law, offence, at);
    if (o == NULL) return S("minor"); /* nothing known: the careful lane */
    for (size_t i = 0; i < LEN(adult); i++)
        if (str_eq(age, str_c(adult[i]))) return o->lane_adult;
    for (size_t i = 0; i < LEN(minor); i++)
        if (str_eq(age, str_c(minor[i]))) return o->lane_minor;
    return o->lane_unknown;
}

size_t law_cross_to(const Law *law, Str offence, Str scheme, Str lane, Str gender, Date offence_date, Arena *a, const LawCross *const **out) {
    const LawRow *o = law_head(law, LAW_OFFENCES, offence);
    *out = NULL;
    if (o == NULL) return 0;
    const RowList *rows = &law->crosses[law_row_index(law, o)];
    const LawCross **list = ARENA_ARRAY(a, const LawCross *, rows->n + 1);
    size_t n = 0;
    for (int stated = 1; stated >= 0; stated--) { /* what is said of this gender goes before what is said of all */
        for (size_t i = 0; i < rows->n; i++) {
            const LawCross *x = (const LawCross *)(const void *)rows->v[i];
            if (law_any(x->gender) != (stated == 0) || (stated && !str_eq(x->gender, gender))) continue;
            if (scheme.n > 0 && !str_eq(x->scheme, scheme)) continue;
            if (lane.n > 0 && !law_any(x->lane) && !str_eq(x->lane, lane)) continue;
            if (law_holds(law, &x->r, offence_date, DATE_NONE)) list[n++] = x;
        }
    }
    *out = list;
    return n;
}

size_t law_cross_back(const Law *law, Str scheme, Str value, Str sub, Date at, Arena *a, const LawOffence *const **out) {
    const LawOffence **list = ARENA_ARRAY(a, const LawOffence *, law->t[LAW_OFFENCES].n + 1);
    size_t n = 0;
    for (size_t i = 0; i < law->t[LAW_OFFENCES].n; i++) {
        const LawRow *head = law_row(law, LAW_OFFENCES, i);
        if (law_head(law, LAW_OFFENCES, head->id) != head) continue;
        const LawOffence *o = law_offence(law, head->id, at);
        bool maps = false;
        for (size_t k = 0; k < law->crosses[i].n && o != NULL && !maps; k++) {
            const LawCross *x = (const LawCross *)(const void *)law->crosses[i].v[k];
            maps = str_eq(x->scheme, scheme) && str_eq(x->value, value) && (sub.n == 0 || str_eq(x->sub, sub)) && law_holds(law, &x->r, at, DATE_NONE);
        }
        if (maps) list[n++] = o;
    }
    *out = list;
    return n;
}
