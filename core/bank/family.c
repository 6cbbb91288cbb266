/* family.c - the copy family of a case as acts: a decision that is taken back or taken up again, and many decided on at once. */
#include "core/bank/copy.h"
#include "core/bank/bank_in.h"

#define END { NULL, F_END, CLEAR, false, 0 }

/* ---- another word: out of the family, or back into it ---- */
static const FieldDef changed_fields[] = { { "same", F_INT, CLEAR, true, 1 }, { "of", F_CODE, CLEAR, true, 0 }, END };
static const char of_copy[] = "copy", of_photo[] = "photo";

static Err state_of(Ctx *c, const Act *a, Id *out_case, Str *out_state) {
    if (str_eq(act_get_code(a, "of"), str_c(of_photo))) {
        PrintMatch m;
        TRY(print_match_by_id(c, a->subject, &m));
        *out_case = m.case_id;
        *out_state = m.state;
        return OK;
    }
    CopyRow m;
    TRY(copy_by_id(c, a->subject, &m));
    *out_case = m.case_id;
    *out_state = m.state;
    return OK;
}
static Err check_changed(Ctx *c, const Act *a) {
    Id of = ID_NONE;
    Str state = STR_NONE, code = act_get_code(a, "of");
    if (!str_eq(code, str_c(of_copy)) && !str_eq(code, str_c(of_photo))) return ctx_refuse(c, E_INPUT, NULL, "This choice is not known.");
    TRY(state_of(c, a, &of, &state));
    if (!id_eq(of, a->case_id)) return ctx_refuse(c, E_MISSING, NULL, "This is not here, or not for you.");
    return str_eq(state, act_get_int(a, "same") != 0 ? S("different") : S("same")) ? OK : ctx_refuse(c, E_CONFLICT, NULL, "This was changed already, or a photo was taken back.");
}
static Err follow_changed(Ctx *c, const Act *a) {
    CopyRow m;
    if (act_get_int(a, "same") == 0 || str_eq(act_get_code(a, "of"), str_c(of_photo))) return OK;
    TRY(copy_by_id(c, a->subject, &m));
    return id_none(m.location) ? OK : journal_job(c, "watch.check", m.location, c->now);
}
const ActDef act_family_changed = { "fingerprint.changed", 1, OBJ_NONE, "print.decide", true, false, changed_fields, check_changed, apply_family_changed, follow_changed, N_("A person took a copy out of the copy family, or put it back") };

Err family_change(Ctx *c, const CopyRow *m, bool same, Act ***out, size_t *out_n) {
    Act **acts = ARENA_ARRAY(c->arena, Act *, 4);
    size_t n = 0;
    acts[n] = act_new(c, &act_family_changed, ID_NONE, m->case_id, m->id);
    act_code(acts[n], "of", str_c(of_copy));
    act_int(acts[n++], "same", same);
    if (same && !id_none(m->location) && !id_none(m->print)) TRY(copy_location(c, m, acts, &n));
    *out = acts;
    *out_n = n;
    return OK;
}
Act *family_change_photo(Ctx *c, const PrintMatch *m, bool same) {
    Act *a = act_new(c, &act_family_changed, ID_NONE, m->case_id, m->id);
    act_code(a, "of", str_c(of_photo));
    act_int(a, "same", same);
    return a;
}

/* ---- all proposals of one hash in one case, as they were seen ---- */
static const FieldDef many_fields[] = { { "same", F_INT, CLEAR, true, 1 }, { "upto", F_TIME, CLEAR, true, 0 }, { "n", F_INT, CLEAR, true, COPIES_AT_ONCE }, END };
static Err check_many(Ctx *c, const Act *a) {
    int64_t n = 0;
    TRY(copy_open_of(c, a->case_id, a->subject, act_get_int(a, "upto"), &n));
    return n > 0 && n == act_get_int(a, "n") ? OK : ctx_refuse(c, E_CONFLICT, NULL, "Something changed since you looked. Look at them again.");
}
static Err follow_many(Ctx *c, const Act *a) {
    Id *locations = NULL;
    size_t n = 0;
    if (act_get_int(a, "same") == 0) return OK;
    TRY(copy_locations_of(c, a->case_id, a->subject, a->at, &locations, &n));
    for (size_t i = 0; i < n; i++) TRY(journal_job(c, "watch.check", locations[i], c->now));
    return OK;
}
const ActDef act_copies_decided = { "fingerprint.copies", 1, OBJ_NONE, "print.decide", true, false, many_fields, check_many, apply_copies_decided, follow_many, N_("A person decided on {n} proposals of one hash at once") };

Act *copies_decide(Ctx *c, Id case_id, Id entry, bool same, UnixMs upto, int64_t n) {
    Act *a = act_new(c, &act_copies_decided, ID_NONE, case_id, entry);
    act_int(a, "same", same);
    act_time(a, "upto", upto);
    act_int(a, "n", n);
    return a;
}
