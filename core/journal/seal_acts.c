/* seal_acts.c - the journal's dealings with the key holder: sealing what acts carry, opening what was copied, signing the tree. */
#include "core/journal/journal_in.h"
#include "core/ledger/ledger.h"
#include "core/vault/vault.h"

static uint8_t compartment(FieldClass cls) {
    static const uint8_t map[] = { [STORE] = COMP_STORE, [IDENTITY] = COMP_IDENTITY, [STORY] = COMP_STORY, [FACTS] = COMP_FACTS, [CARE] = COMP_CARE, [EVIDENCE] = COMP_EVIDENCE };
    must(cls >= STORE && cls <= EVIDENCE);
    return map[cls];
}

static size_t count_fields(Act *const *acts, size_t n) {
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        for (int f = 0; acts[i]->def->fields[f].kind != F_END; f++) k += acts[i]->def->fields[f].kind == F_TEXT && acts[i]->vals[f].set;
    return k;
}

/* Free text of people is padded, so that its length says little; addresses and short facts of the server are not. */
static Str dressed(Arena *a, FieldClass cls, Str s) { return cls == STORE ? s : seal_pad(a, s); }

Err acts_seal(Ctx *c, Act *const *acts, size_t n, const uint8_t (*salts)[32], Str *out_salts) {
    size_t k = 0, all = n + count_fields(acts, n);
    SealItem *items = ARENA_ARRAY(c->arena, SealItem, all);
    Str **to = ARENA_ARRAY(c->arena, Str *, all);
    for (size_t i = 0; i < n; i++) {
        Act *a = acts[i];
        Id chain = id_none(a->case_id) ? a->org : a->case_id;
        items[k] = (SealItem){ .org = a->org, .scope = chain, .item = a->id, .compartment = COMP_STORE, .field = "salt", .data = str_bytes(salts[i], 32) };
        to[k++] = &out_salts[i];
        for (int f = 0; a->def->fields[f].kind != F_END; f++) {
            const FieldDef *d = &a->def->fields[f];
            if (d->kind != F_TEXT || !a->vals[f].set) continue;
            items[k] = (SealItem){ .org = a->org, .scope = d->cls == STORE ? a->scope : a->case_id, .item = a->subject, .compartment = compartment(d->cls), .field = d->name,
                .data = dressed(c->arena, d->cls, a->vals[f].s) };
            to[k++] = &a->vals[f].sealed;
        }
    }
    Err err = vault_seal(c->vault, c->arena, c->session, items, k);
    for (size_t i = 0; err == OK && i < k; i++) {
        err = items[i].err;
        *to[i] = items[i].result;
    }
    return err == OK ? OK : ctx_refuse(c, err, NULL, err == E_DENIED ? N_("Your session cannot open this case's keys. Sign in again.") : N_("The keys cannot be reached now. Nothing was changed."));
}

Err journal_open_many(Ctx *c, OpenItem *in, size_t n) {
    if (n == 0) return OK;
    SealItem *items = ARENA_ARRAY(c->arena, SealItem, n);
    for (size_t i = 0; i < n; i++)
        items[i] = (SealItem){ .org = in[i].org, .scope = in[i].scope, .item = in[i].item, .compartment = compartment(in[i].cls), .field = in[i].field, .data = in[i].sealed };
    TRY(vault_open(c->vault, c->arena, c->session, items, n));
    for (size_t i = 0; i < n; i++) {
        in[i].err = items[i].err;
        in[i].plain = STR_NONE;
        if (in[i].err != OK) continue;
        if (in[i].cls == STORE) in[i].plain = items[i].result;
        else in[i].err = seal_unpad(items[i].result, &in[i].plain);
    }
    return OK;
}

Err journal_open(Ctx *c, Id org, Id scope, FieldClass cls, Id item, const char *field, Str sealed, Str *out) {
    OpenItem one = { .org = org, .scope = scope, .cls = cls, .item = item, .field = field, .sealed = sealed };
    TRY(journal_open_many(c, &one, 1));
    TRY(one.err);
    *out = one.plain;
    return OK;
}

Err journal_checkpoint(Ctx *c, Str *out_note) {
    Edge edge;
    uint8_t root[DIGEST];
    TRY(store_edge(c->db, &edge));
    Err err = store_checkpoint_get(c->db, c->arena, edge.size, out_note);
    if (err != E_MISSING) return err;
    ledger_edge_root((const uint8_t (*)[32])edge.hash, edge.n, root);
    TRY(vault_checkpoint(c->vault, c->arena, edge.size, root, out_note));
    return store_checkpoint_put(c->db, edge.size, c->now, *out_note);
}
