/* official.c - the rules: a file is read once, its numbers add up, and a second one for a day names the first. */
#include "steps/supervise/official_in.h"
#include "foundation/ui/ui.h"

static const FieldDef fields[] = { { "slug", F_CODE, CLEAR, true, 0 }, { "day", F_CODE, CLEAR, true, 0 }, { "kind", F_CODE, CLEAR, true, 0 }, { "form", F_CODE, CLEAR, true, 0 },
    { "sha256", F_HASH, CLEAR, true, 0 }, { "sha1", F_HASH, CLEAR, false, 0 }, { "sha1_state", F_CODE, CLEAR, true, 0 }, { "bytes", F_INT, CLEAR, true, 0 }, { "parts", F_INT, CLEAR, true, 0 },
    { "damaged", F_INT, CLEAR, true, 0 }, { "lines", F_INT, CLEAR, true, 0 }, { "rows", F_INT, CLEAR, true, 0 }, { "repaired", F_INT, CLEAR, true, 0 }, { "quarantined", F_INT, CLEAR, true, 0 },
    { "extract_rows", F_INT, CLEAR, true, 0 }, { "published", F_INT, CLEAR, false, 0 }, { "cube", F_HASH, CLEAR, true, 0 }, { "extract", F_HASH, CLEAR, true, 0 }, { "line_list", F_HASH, CLEAR, true, 0 },
    { "quality", F_HASH, CLEAR, true, 0 }, { "crosswalk", F_HASH, CLEAR, true, 0 }, { "prior", F_ID, CLEAR, false, 0 }, { NULL, F_END, CLEAR, false, 0 } };

static Err check_sor_read(Ctx *c, const Act *a) {
    SorFile f;
    static const char *const sums[] = { "sha256", "cube", "extract", "line_list", "quality", "crosswalk" };
    for (size_t i = 0; i < LEN(sums); i++)
        if (act_get_hash(a, sums[i]).n != 32) return ctx_refuse(c, E_INPUT, sums[i], "This is no SHA-256.");
    if (act_get_int(a, "rows") > act_get_int(a, "lines") || act_get_int(a, "repaired") + act_get_int(a, "quarantined") > act_get_int(a, "lines")) return ctx_refuse(c, E_INPUT, "lines", "These numbers do not add up.");
    Err e = sor_file_by_sha(c, act_get_hash(a, "sha256"), &f);
    if (e == OK) return ctx_refuse(c, E_CONFLICT, "sha256", "This file was read before.");
    if (e != E_MISSING) return e;
    e = sor_file_newest(c, act_get_code(a, "slug"), act_get_code(a, "day"), act_get_code(a, "kind"), &f);
    if (e == OK && !id_eq(f.id, act_get_id(a, "prior"))) return ctx_refuse(c, E_CONFLICT, "prior", "Another file was read for this day; it has to be named.");
    return e == E_MISSING ? OK : e;
}
const ActDef act_sor_read = { "sor.read", 1, OBJ_NONE, "system.run", false, true, fields, check_sor_read, apply_sor_read, NULL, N_("Official file {slug} of {day} was read: {rows} statements") };

Act *sor_read_act(Ctx *c, const SorFile *f) {
    Id id = ctx_new_id(c);
    Act *a = act_new(c, &act_sor_read, id, ID_NONE, id);
    act_code(a, "slug", f->slug);
    act_code(a, "day", f->day);
    act_code(a, "kind", f->kind);
    act_code(a, "form", f->form);
    act_hash(a, "sha256", f->sha256);
    if (f->sha1.n > 0) act_hash(a, "sha1", f->sha1);
    act_code(a, "sha1_state", f->sha1_state);
    act_int(a, "bytes", f->bytes);
    act_int(a, "parts", f->parts);
    act_int(a, "damaged", f->damaged);
    act_int(a, "lines", f->lines);
    act_int(a, "rows", f->rows);
    act_int(a, "repaired", f->repaired);
    act_int(a, "quarantined", f->quarantined);
    act_int(a, "extract_rows", f->extract_rows);
    if (f->published >= 0) act_int(a, "published", f->published);
    act_hash(a, "cube", f->cube);
    act_hash(a, "extract", f->extract);
    act_hash(a, "line_list", f->line_list);
    act_hash(a, "quality", f->quality);
    act_hash(a, "crosswalk", f->crosswalk);
    act_idf(a, "prior", f->prior);
    return a;
}
