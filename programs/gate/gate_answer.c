/* gate_answer.c - what is answered to one hash. */
#include "programs/gate/gate.h"

enum { SURE_WITHIN = 15 }; /* of 256 bits: the same picture saved again; further away it was edited */

/* exact: the same bits. high: near, or on several lists. medium: as near as the public rule for PDQ asks (31), on one list. */
static const char *confidence(int nearest, size_t lists) { return nearest == 0 ? "exact" : nearest <= SURE_WITHIN || lists > 1 ? "high" : "medium"; }

static void put_match(Json *j, const GateLists *lists, const BankLine *l, const BankHit *hit) {
    const GateList *owner = gate_list_find(lists, l->source);
    json_obj(j);
    json_kv_str(j, "list", str_c(l->source));
    json_kv_i64(j, "entry", hit->entry);
    json_kv_i64(j, "distance", hit->distance);
    if (l->lane == LANE_MINOR) json_kv_str(j, "lane", S("minor"));
    json_key(j, S("asks"));
    if (owner == NULL) json_nil(j);
    else json_str(j, owner->asks);
    if (owner != NULL && owner->say.n > 0) json_kv_str(j, "say", owner->say);
    if (owner != NULL && owner->contact.n > 0) json_kv_str(j, "contact", owner->contact);
    json_end_obj(j);
}

/* Keeps those that may be told; the nearest entry of each list comes first. */
static size_t tellable(Gate *g, bool national, size_t n, size_t *out_lists) {
    size_t kept = 0, lists = 0;
    for (size_t i = 0; i < n; i++) {
        BankLine l = bank_line(g->bank, g->hits[i].entry);
        if (l.lane == LANE_MINOR && !national) continue;
        bool new_list = lists < GATE_SHOWN_MAX;
        for (size_t k = 0; k < lists && new_list; k++) new_list = strcmp(bank_line(g->bank, g->hits[k].entry).source, l.source) != 0;
        BankHit hit = g->hits[i];
        if (new_list) {
            memmove(&g->hits[lists + 1], &g->hits[lists], (kept - lists) * sizeof hit);
            g->hits[lists++] = hit;
        } else {
            g->hits[kept] = hit;
        }
        kept++;
    }
    *out_lists = lists;
    return kept;
}

void gate_answer(Gate *g, const GateItem *item, int distance, bool national, UnixMs now, Json *j) {
    size_t n = 0, lists = 0;
    json_obj(j);
    g->asked++;
    if (item->wrong != NULL) {
        json_kv_str(j, "error", str_c(item->wrong));
        json_end_obj(j);
        return;
    }
    bank_look(g->bank, item->signal, item->hash, distance, now, false, g->hits, BANK_HITS_MAX, &n);
    n = tellable(g, national, n < BANK_HITS_MAX ? n : BANK_HITS_MAX, &lists);
    json_kv_bool(j, "known", n > 0);
    if (n > 0) {
        g->known++;
        (void)!bank_count(g->bank, g->hits, n); /* a figure, not the answer */
        json_kv_str(j, "confidence", str_c(confidence(g->hits[0].distance, lists)));
        json_key(j, S("matches"));
        json_arr(j);
        for (size_t i = 0; i < n && i < GATE_SHOWN_MAX; i++) {
            BankLine l = bank_line(g->bank, g->hits[i].entry);
            put_match(j, g->lists, &l, &g->hits[i]);
        }
        json_end_arr(j);
        if (n > GATE_SHOWN_MAX) json_kv_i64(j, "not_shown", (int64_t)(n - GATE_SHOWN_MAX));
    }
    json_end_obj(j);
}
