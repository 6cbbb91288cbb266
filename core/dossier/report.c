/* report.c - what a checking found, in the words and the JSON that every tool of ours gives. */
#include "core/dossier/dossier.h"
#include "foundation/base/json.h"

static void head(const DossierReport *r, Json *j) {
    json_kv_bool(j, "ok", r->failed == 0 && r->n > 0);
    json_kv_str(j, "dossier", r->seal.number);
    json_kv_str(j, "organisation", r->seal.organisation);
    json_kv_str(j, "made", r->seal.made);
    json_kv_str(j, "version", r->seal.version);
    json_kv_str(j, "made_from", r->seal.parent);
    json_kv_str(j, "facts_root", r->seal.facts_root);
    json_kv_str(j, "seal_sha256", r->seal_sha256);
    json_kv_str(j, "key", r->vkey);
    json_kv_i64(j, "files", r->files);
    json_kv_i64(j, "bytes", r->bytes);
    json_kv_i64(j, "acts", r->events);
    json_kv_i64(j, "acts_withheld", r->withheld);
    json_kv_i64(j, "captures", r->captures);
    json_kv_i64(j, "failed", r->failed);
    json_kv_i64(j, "remarks", r->remarks);
    json_kv_i64(j, "cannot_check", r->cannot);
    json_kv_i64(j, "items_left_out", (int64_t)r->more);
}

static void items(const DossierReport *r, Json *j) {
    json_key(j, S("items"));
    json_arr(j);
    for (size_t i = 0; i < r->n; i++) {
        const DossierItem *x = &r->items[i];
        json_obj(j);
        json_kv_str(j, "check", str_c(x->check));
        json_kv_str(j, "verdict", str_c(dossier_verdict_word(x->verdict)));
        json_kv_str(j, "file", x->file);
        json_kv_str(j, "why", str_c(x->why));
        json_kv_str(j, "detail", x->detail);
        json_end_obj(j);
    }
    json_end_arr(j);
}

static void covers(const DossierReport *r, Json *j) {
    json_key(j, S("coverage"));
    json_arr(j);
    for (size_t i = 0; i < r->file_n; i++) {
        const DossierFile *f = &r->file[i];
        json_obj(j);
        json_kv_str(j, "file", f->path);
        json_kv_i64(j, "bytes", f->size);
        json_kv_str(j, "sha256", f->sha256);
        json_kv_str(j, "covered", str_c(dossier_cover_word(f->cover)));
        json_kv_bool(j, "failed", f->wrong);
        json_end_obj(j);
    }
    json_end_arr(j);
}

void dossier_report_json(const DossierReport *r, Buf *out) {
    Json j = json_to(out, true);
    json_obj(&j);
    head(r, &j);
    items(r, &j);
    covers(r, &j);
    json_end_obj(&j);
    buf_ch(out, '\n');
}

void dossier_report_text(const DossierReport *r, Buf *out) {
    int64_t by[COVER_SELF + 1] = { 0 };
    if (r->seal.number.n > 0)
        buf_printf(out, "dossier " STR_FMT " of " STR_FMT ", made " STR_FMT "\nseal SHA-256 " STR_FMT "\n\n", STR_ARG(r->seal.number), STR_ARG(r->seal.organisation), STR_ARG(r->seal.made), STR_ARG(r->seal_sha256));
    for (size_t i = 0; i < r->n; i++) {
        const DossierItem *x = &r->items[i];
        buf_printf(out, "%-17s %-10s ", dossier_verdict_word(x->verdict), x->check);
        if (x->file.n > 0) buf_printf(out, STR_FMT ": ", STR_ARG(x->file));
        buf_z(out, x->why);
        if (x->detail.n > 0) buf_printf(out, " " STR_FMT, STR_ARG(x->detail));
        buf_ch(out, '\n');
    }
    if (r->more > 0) buf_printf(out, "and %zu more\n", r->more);
    for (size_t i = 0; i < r->file_n; i++) by[r->file[i].cover]++;
    buf_printf(out, "\ncovered by the seal %lld, by itself (signed, in the ledger or stamped) %lld, by the tag manifest only %lld, not covered %lld\n", (long long)by[COVER_SEAL], (long long)by[COVER_SELF], (long long)by[COVER_TAGS],
        (long long)by[COVER_NONE]);
    buf_printf(out, "%lld files, %lld bytes: %s\n", (long long)r->files, (long long)r->bytes, r->failed > 0 ? "NOT in order" : r->remarks > 0 ? "in order, with a remark" : "in order");
}
