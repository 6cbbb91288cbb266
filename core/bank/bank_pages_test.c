/* bank_pages_test.c - the bank's pages as people use them: what waits, a decision, its proof, what was found again in a case. */
#include "core/bank/bank_room.h"
#include "core/bank/bank_entry.h"
#include "core/bank/copy.h"
#include "core/step/pagekit.h"

typedef struct World { Kit k; Id scope; } World;

static int64_t listed(World *w, int fill, const char *source, const char *lane, size_t n) {
    BankNew *in = ARENA_ARRAY(w->k.c.arena, BankNew, n);
    Act **acts = NULL;
    BankEntry e;
    for (size_t i = 0; i < n; i++) {
        in[i] = (BankNew){ .signal = S("pdq"), .lane = str_c(lane), .front = S("full"), .source = str_c(source), .consent = S("list"), .quality = 77, .org = w->k.org, .scope = w->scope, .pass_on = true };
        memset(in[i].hash, fill, 32);
        in[i].hash[0] = (uint8_t)i;
    }
    kit_as_system(&w->k);
    must(bank_offer(&w->k.c, in, n, &acts) == OK && journal_commit(&w->k.c, acts, n) == OK && bank_entry_by_id(&w->k.c, acts[0]->subject, &e) == OK);
    kit_as_worker(&w->k);
    return e.entry;
}
static const char *path(World *w, const char *fmt, int64_t n) { return str_z(w->k.c.arena, str_fmt(w->k.c.arena, "%s%lld", fmt, (long long)n)); }

static void the_list(World *w) {
    Kit *k = &w->k;
    Asked p = kit_ask(k, &bank_room_step, "/bank", NULL);
    check(page_has(&p, "No hash came in yet."), "an empty bank says how a hash comes into it");
    int64_t first = listed(w, 0x31, "sister", "adult", 60), minor = listed(w, 0x32, "sister", "minor", 1);
    p = kit_ask(k, &bank_room_step, "/bank", NULL);
    check(page_has(&p, "sister") && page_has(&p, "none decided yet") && page_has(&p, ">61<") && page_has(&p, "rel=\"next\""), "what waits is counted for each source, and listed page by page");
    p = kit_ask(k, &bank_room_step, path(w, "/bank?state=quarantine&source=sister&after=", first + 49), NULL);
    check(page_has(&p, path(w, "/bank/entry/", minor)) && page_has(&p, "under 18, or unknown") && !page_has(&p, "rel=\"next\"") && page_has(&p, "From the start"), "the second page holds the rest, with the lane of a minor's");
    p = kit_ask(k, &bank_room_step, "/bank?state=active", NULL);
    check(page_has(&p, "None stands so."), "none is in force");
    p = kit_ask(k, &bank_room_step, "/bank?state=%3Cb%3E&source=%00x", NULL);
    check(p.err != OK || !page_has(&p, "<b>"), "what is typed into the address is not believed");
    p = kit_ask(k, &bank_room_step, "/bank?hash=abc", NULL);
    check(page_has(&p, "These are not the 64 characters of a photo."), "a wrong hash is said at the field");
    p = kit_ask(k, &bank_room_step, "/bank?hash=3131313131313131313131313131313131313131313131313131313131313131", NULL);
    check(page_has(&p, "No hash lies near it."), "without a folder to search nothing is found, and that is said"); /* this test has none */
}

static void one(World *w) {
    Kit *k = &w->k;
    int64_t n = listed(w, 0x41, "other", "adult", 1);
    const char *self = path(w, "/bank/entry/", n);
    Asked p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "0041414141") && page_has(&p, "Offered by other: it waits") && page_has(&p, "Confirm: put it in force") && page_has(&p, "77 of 100") && page_has(&p, "no end"), "a hash has its source, quality, end and history");
    k->c.lang = LANG_NL;
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "Bevestig: laat hem gelden") && page_has(&p, "Aangeboden door other"), "in Dutch too");
    k->c.lang = LANG_EN;
    p = kit_ask(k, &bank_room_step, self, FIELDS("what", "confirm"));
    check(p.err == OK && p.status == 303, "a worker confirms it");
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "Confirmed by a person: in force") && page_has(&p, "Subscribers hear of it as number 1.") && !page_has(&p, "Confirm: put it in force"), "it is in force, and subscribers hear of it");
    p = kit_ask(k, &bank_room_step, self, FIELDS("what", "confirm"));
    check(p.err == OK && p.said != NULL && strcmp(p.said, "This was decided already.") == 0, "pressed twice it is said, and nothing is lost");
    p = kit_ask(k, &bank_room_step, self, FIELDS("what", "withdraw"));
    check(p.err == OK && p.status == 303, "it is withdrawn");
    BankEntry e;
    BankChange *h = NULL;
    size_t n_h = 0;
    Str note = STR_NONE;
    must(bank_entry_by_number(&k->c, n, &e) == OK && bank_entry_changes(&k->c, e.id, &h, &n_h) == OK && n_h == 3);
    p = kit_ask(k, &bank_room_step, path(w, "/bank/proof/", h[2].change), NULL);
    check(p.err == E_CONFLICT || p.err == E_MISSING, "a proof needs a signed checkpoint: before it, the page says to wait");
    kit_as_system(k);
    must(journal_checkpoint(&k->c, &note) == OK);
    kit_as_worker(k);
    p = kit_ask(k, &bank_room_step, path(w, "/bank/proof/", h[2].change), NULL);
    check(page_has(&p, "c2sp.org/tlog-proof@v1") && page_has(&p, "keten.test/ledger/2026"), "then the withdrawal is proved by a file that public tools read");
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "Withdrawn (mistaken)") && !page_has(&p, "<form method=\"post\""), "nothing is left to decide");
    check(kit_ask(k, &bank_room_step, path(w, "/bank/entry/", 99999), NULL).err == E_MISSING && kit_ask(k, &bank_room_step, "/bank/entry/x", NULL).err == E_MISSING && kit_ask(k, &bank_room_step, "/bank/proof/99999", NULL).err == E_MISSING, "what is not there is not found");
    Kit first;
    kit_elsewhere(k, &first);
    check(kit_ask(k, &bank_room_step, self, NULL).err == E_MISSING && kit_ask(k, &bank_room_step, self, FIELDS("what", "withdraw")).err == E_MISSING && kit_ask(k, &bank_room_step, path(w, "/bank/proof/", h[2].change), NULL).err == E_MISSING, "another organisation on the server sees nothing of it");
    kit_back(k, &first);
}

static void found_again(World *w) {
    Kit *k = &w->k;
    Id id = kit_case(k, "18+", "spread", NULL);
    const char *self = str_z(k->c.arena, str_fmt(k->c.arena, "/case/%s/copies", id_hex(k->c.arena, id).p));
    Asked p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "Nothing was found again in this case."), "an empty page says what would stand there");
    PrintNew photo = { .hash = { .n = 1, .quality = 88 }, .front = PDQ_FRONT_FULL, .uses = S("recognise"), .until = k->c.now + 86400000, .said_by = S("victim") };
    Act *a = NULL;
    photo.hash.form[0].q[0] = 5;
    must(print_give(&k->c, ID_NONE, k->org, id, &photo, &a) == OK && journal_one(&k->c, a) == OK);
    BankEntry e;
    must(bank_entry_by_number(&k->c, 1, &e) == OK);
    kit_as_system(k);
    Act *m = act_new(&k->c, &act_copy_found, ID_NONE, id, ctx_new_id(&k->c));
    m->org = k->org;
    act_idf(m, "print", a->subject);
    act_idf(m, "entry", e.id);
    act_int(m, "distance", 12);
    act_int(m, "quality", 77);
    act_code(m, "source", S("sister"));
    must(journal_one(&k->c, m) == OK);
    kit_as_worker(k);
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "A photo of this case is in a list") && page_has(&p, "12 of 256 differ") && page_has(&p, "quality 77") && page_has(&p, "source: sister") && page_has(&p, "It is the same"), "a match stands there with distance, quality and source");
    CaseRow row;
    Buf b = buf_new(1 << 16);
    UiCtx ui = ui_plain(k->c.arena, LANG_EN, k->c.now);
    must(case_by_id(&k->c, id, &row) == OK && bank_room_step.panels[0].html(&k->c, &ui, &row, &b) == OK);
    size_t at = 0;
    check(str_find(buf_str(&b), S("One picture may have been found again."), &at), "and on the case itself");
    buf_free(&b);
    Str hex = id_hex(k->c.arena, m->subject);
    p = kit_ask(k, &bank_room_step, self, FIELDS("match", hex.p, "same", "no"));
    check(p.err == OK && p.status == 303, "a person says that it is another picture");
    p = kit_ask(k, &bank_room_step, self, NULL);
    check(page_has(&p, "another picture") && !page_has(&p, "It is the same<"), "which is kept");
    p = kit_ask(k, &bank_room_step, "/bank", NULL);
    check(page_has(&p, "0 of 1"), "and counts against the source");
    Id other = kit_case(k, "18+", "spread", NULL);
    check(kit_ask(k, &bank_room_step, str_z(k->c.arena, str_fmt(k->c.arena, "/case/%s/copies", id_hex(k->c.arena, other).p)), FIELDS("match", hex.p, "same", "yes")).err == E_MISSING, "through another case it cannot be decided");
}

int main(void) {
    static World w;
    Arena *a = arena_new(64 << 20);
    const ActDef **all = ARENA_ARRAY(a, const ActDef *, 200);
    size_t n = 0;
    for (size_t i = 0; core_acts[i] != NULL; i++) all[n++] = core_acts[i];
    for (size_t i = 0; bank_room_step.acts[i] != NULL; i++) all[n++] = bank_room_step.acts[i];
    kit_open(&w.k, all, kit_law(a));
    w.k.c.lang = LANG_EN;
    w.scope = ctx_new_id(&w.k.c);
    must(vault_store_scopes(w.k.c.vault, w.k.org, &w.scope, 1, w.k.c.now) == OK);
    kit_as_worker(&w.k);
    the_list(&w);
    one(&w);
    found_again(&w);
    kit_fsck(&w.k);
    kit_close(&w.k);
    arena_free(a);
    return tap_end();
}
