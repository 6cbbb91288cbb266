/* kit_test.c - leaves a small instance with two cases, locations and a file on disk, and prints its folder: what the tests of
 * fsck and of the commands damage and read. An argument N: N further acts after the first checkpoint, which is kept as the file "kept", and
 * the ledger's key as "vkey". */
#include "core/case/testkit.h"
#include "programs/common/house.h"
#include "programs/keten/cmd.h"

static void put(const Kit *k, const char *name, const uint8_t *p, size_t n, mode_t mode) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", k->dir, name);
    must(file_write_new(path, str_bytes(p, n), mode) == OK);
}

/* A tree that grew past what somebody saw of it. */
static void grow(Kit *k, Id case_id, Str kept, int64_t n) {
    Str note = STR_NONE, pub = STR_NONE, origin = STR_NONE;
    for (int64_t i = 0; i < n; i++) must(journal_one(&k->c, case_turn(&k->c, case_id, S("us"), S("C2"), k->c.now + 1)) == OK);
    must(journal_checkpoint(&k->c, &note) == OK && vault_public(k->c.vault, k->c.arena, &pub, &origin) == OK);
    Str vkey = ledger_vkey(k->c.arena, origin, (const uint8_t *)pub.p);
    put(k, "kept", (const uint8_t *)kept.p, kept.n, 0644);
    put(k, "vkey", (const uint8_t *)vkey.p, vkey.n, 0644);
}

int main(int argc, char **argv) {
    static const uint8_t storage[32] = { 1, 2, 3 }, signing[32] = { 4, 5, 6 }; /* the kit's */
    static const char conf[] = "[instance]\nlog_origin = keten.test/ledger/2026\n";
    Kit k;
    Arena *a = arena_new(1 << 20);
    Str note = STR_NONE;
    kit_open(&k, house_acts(a), NULL);
    Id one = kit_case(&k, "18+", "spread", NULL);
    (void)kit_case(&k, "unknown", "threat", NULL);
    LocationNew in[2] = { { S("https://clips.example/v/1"), S("clips.example"), S(""), S("page"), S("paste"), S(""), ID_NONE },
        { S("https://other.example/2"), S("other.example"), S(""), S("page"), S("paste"), S(""), ID_NONE } };
    LocationResult res[2];
    Act **acts = NULL, *kept = NULL;
    size_t n = 0;
    Id blob = ID_NONE;
    must(location_add_many(&k.c, one, in, 2, res, &acts, &n) == OK && journal_commit(&k.c, acts, n) == OK);
    must(blob_put(&k.c, one, S("capture"), res[0].location, S("CANARY-FILE what was captured"), &blob, &kept) == OK && journal_one(&k.c, kept) == OK);
    kit_as_system(&k);
    must(journal_checkpoint(&k.c, &note) == OK);
    int64_t more = 0;
    if (argc > 1 && str_i64(str_c(argv[1]), 1, 100000, &more) == OK) grow(&k, one, note, more);
    put(&k, INSTANCE_CONF, (const uint8_t *)conf, sizeof conf - 1, 0600);
    put(&k, INSTANCE_STORAGE_KEY, storage, sizeof storage, 0400);
    put(&k, INSTANCE_SIGNING_KEY, signing, sizeof signing, 0400);
    must(sys_clock_make(k.dir) == OK); /* light password stretching, as the kit's */
    puts(k.dir);
    kit_close(&k);
    arena_free(a);
    return 0;
}
