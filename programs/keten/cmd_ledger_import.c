/* cmd_ledger_import.c - keten ledger import: the log of another organisation, from a plain directory of checkpoint and tiles. All of it is checked
 * before anything is kept: the signature, every hash of every tile, and that it is the log that was kept before with more behind it. What is
 * kept stands apart from our own record, in logs/SHA256-OF-ORIGIN, and is a plain directory again. */
#include "core/journal/journal.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "programs/keten/cmd.h"

#include <sys/stat.h>

enum { TILE_BYTES = LEDGER_TILE * 32, TILES_MAX = 1 << 22 };
typedef struct Folder { Arena *a; const char *dir; int64_t size; int level; int64_t at; bool have; uint8_t hash[LEDGER_TILE][32]; } Folder; /* one tile at hand */

static const char *tile_file(Arena *a, const char *dir, const LedgerTile *t) { return str_fmt(a, "%s/tile/" STR_FMT, dir, STR_ARG(ledger_tile_path(a, t))).p; }

/* Reads a tile as wide as the size makes it. E_INPUT: it is not there, or of another width. */
static Err folder_tile(Folder *f, int level, int64_t at) {
    LedgerTile t = { level, at, ledger_tile_width(f->size, level, at) };
    Arena *scratch = arena_new(1 << 20);
    Str bytes = STR_NONE;
    if (f->have && f->level == level && f->at == at) {
        arena_free(scratch);
        return OK;
    }
    f->have = false;
    Err e = t.width == 0 || file_read(scratch, tile_file(scratch, f->dir, &t), TILE_BYTES, &bytes) != OK || bytes.n != (size_t)t.width * 32 ? E_INPUT : OK;
    if (e == OK) {
        memcpy(f->hash, bytes.p, bytes.n);
        f->have = true;
        f->level = level;
        f->at = at;
    }
    arena_free(scratch);
    return e;
}

/* Root over 2^k hashes of the tile at hand. */
static void join(const Folder *f, int64_t from, int k, uint8_t out[32]) {
    uint8_t row[LEDGER_TILE][32];
    size_t n = (size_t)1 << k;
    memcpy(row, f->hash[from], n * 32);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n; i += 2) ledger_node_hash(row[i], row[i + 1], row[i / 2]);
    memcpy(out, row[0], 32);
}

static Err folder_node(void *ctx, int level, int64_t idx, uint8_t out[32]) {
    Folder *f = ctx;
    int k = level % LEDGER_TILE_LEVELS;
    int64_t first = idx << k;
    TRY(folder_tile(f, level / LEDGER_TILE_LEVELS, first / LEDGER_TILE));
    join(f, first % LEDGER_TILE, k, out);
    return OK;
}

/* Every hash of a higher tile is the root of the whole tile below it. Which tile is wrong is told. */
static Err tiles_follow(Folder *f, LedgerTile *out_wrong) {
    Folder *below = ARENA_NEW(f->a, Folder);
    *below = *f;
    for (int level = 1; ledger_tile_width(f->size, level, 0) > 0; level++)
        for (int64_t at = 0; ledger_tile_width(f->size, level, at) > 0; at++) {
            int width = ledger_tile_width(f->size, level, at);
            *out_wrong = (LedgerTile){ level, at, width };
            TRY(folder_tile(f, level, at));
            for (int i = 0; i < width; i++) {
                uint8_t root[32];
                *out_wrong = (LedgerTile){ level - 1, at * LEDGER_TILE + i, LEDGER_TILE };
                TRY(folder_tile(below, level - 1, at * LEDGER_TILE + i));
                join(below, 0, LEDGER_TILE_LEVELS, root);
                if (memcmp(root, f->hash[i], 32) != 0) return E_INPUT;
            }
        }
    return OK;
}

typedef struct Incoming { Str note; Checkpoint cp; Folder f; NoteKey key; const char *kept; } Incoming;

static int check_all(Cli *cli, Incoming *in) {
    Note *n = ARENA_NEW(cli->a, Note);
    LedgerNodes nodes = { folder_node, &in->f };
    LedgerTile wrong = { 0 };
    uint8_t root[32];
    if (note_parse(cli->a, in->note, n) != OK || checkpoint_parse(cli->a, n->text, &in->cp) != OK) return cli_fail(cli, EXIT_NO, "FAILED: the checkpoint cannot be read");
    if (note_verify(n, &in->key) != OK || !str_eq(in->cp.origin, in->key.name)) return cli_fail(cli, EXIT_NO, "FAILED: the checkpoint is not signed with this key");
    if (in->cp.size < 1 || in->cp.size / LEDGER_TILE > TILES_MAX) return cli_fail(cli, EXIT_NO, "FAILED: it is empty, or larger than a log here can be");
    in->f.size = in->cp.size;
    if (tiles_follow(&in->f, &wrong) != OK) return cli_fail(cli, EXIT_NO, "FAILED: tile/" STR_FMT " is missing, or is not what the tile above it says", STR_ARG(ledger_tile_path(cli->a, &wrong)));
    if (ledger_root(&nodes, in->cp.size, root) != OK) return cli_fail(cli, EXIT_NO, "FAILED: a tile is missing or of another width");
    if (memcmp(root, in->cp.root, 32) != 0) return cli_fail(cli, EXIT_NO, "FAILED: the tiles are not those of the signed tree");
    return EXIT_YES;
}

/* The one of two that is larger must hold the other. */
static int same_log(Cli *cli, Incoming *in, bool *out_older) {
    Str old = STR_NONE;
    Checkpoint cp;
    Note *n = ARENA_NEW(cli->a, Note);
    Folder *kept = ARENA_NEW(cli->a, Folder);
    uint8_t root[32];
    *out_older = false;
    Err e = file_read(cli->a, path_join(cli->a, in->kept, "checkpoint").p, NOTE_MAX, &old);
    if (e == E_MISSING) return EXIT_YES;
    if (e != OK || note_parse(cli->a, old, n) != OK || checkpoint_parse(cli->a, n->text, &cp) != OK) return cli_fail(cli, EXIT_SYSTEM, "%s holds a checkpoint that cannot be read", in->kept);
    *kept = (Folder){ .a = cli->a, .dir = in->kept, .size = cp.size };
    *out_older = in->cp.size < cp.size;
    LedgerNodes nodes = *out_older ? (LedgerNodes){ folder_node, kept } : (LedgerNodes){ folder_node, &in->f };
    if (ledger_root(&nodes, *out_older ? in->cp.size : cp.size, root) != OK) return cli_fail(cli, EXIT_SYSTEM, "%s cannot be read", in->kept);
    if (memcmp(root, *out_older ? in->cp.root : cp.root, 32) == 0) return EXIT_YES;
    return cli_fail(cli, EXIT_NO, "FORK: this log does not follow from the one that was kept (%lld leaves there, %lld here): it shows two histories. Keep both, and tell its maker and its witnesses", (long long)cp.size, (long long)in->cp.size);
}

static Err folders_of(Arena *a, const char *file) {
    char *path = str_z(a, str_c(file));
    for (char *p = path + 1; *p != '\0'; p++)
        if (*p == '/') {
            *p = '\0';
            TRY(dir_make(path, 0750));
            *p = '/';
        }
    return OK;
}

static Err keep_tile(Incoming *in, const LedgerTile *t) {
    Arena *a = arena_new(1 << 20);
    const char *to = tile_file(a, in->kept, t);
    Err e = folder_tile(&in->f, t->level, t->index);
    if (e == OK) e = folders_of(a, to);
    if (e == OK) e = file_write(to, str_bytes(in->f.hash, (size_t)t->width * 32), 0640);
    arena_free(a);
    return e;
}

static Err keep(Cli *cli, Incoming *in, int64_t *out_tiles) {
    for (int level = 0; ledger_tile_width(in->cp.size, level, 0) > 0; level++)
        for (int64_t i = 0; ledger_tile_width(in->cp.size, level, i) > 0; i++, ++*out_tiles) {
            LedgerTile t = { level, i, ledger_tile_width(in->cp.size, level, i) };
            TRY(keep_tile(in, &t));
        }
    return file_write(path_join(cli->a, in->kept, "checkpoint").p, in->note, 0640); /* last: what it says is there */
}

int ledger_import(Cli *cli) {
    Instance inst = { 0 };
    Incoming *in = ARENA_NEW(cli->a, Incoming);
    int code = EXIT_SYSTEM;
    int64_t tiles = 0;
    uint8_t sha[32];
    bool older = false;
    if (cli_text(cli, "key").n == 0 || note_key_parse(cli->a, cli_text(cli, "key"), &in->key) != OK) return cli_fail(cli, EXIT_USE, "give --key: the verifier key of that log (name+id+base64), from its maker and not from the directory");
    if (!cli_instance(cli, &inst, &code)) return code;
    seal_start();
    in->f = (Folder){ .a = cli->a, .dir = cli->args[0] };
    if (file_read(cli->a, path_join(cli->a, cli->args[0], "checkpoint").p, NOTE_MAX, &in->note) != OK) return cli_fail(cli, EXIT_USE, "there is no checkpoint in %s", cli->args[0]);
    code = check_all(cli, in);
    if (code != EXIT_YES) return code;
    seal_sha256(in->cp.origin, sha);
    in->kept = str_fmt(cli->a, "%s/" STR_FMT, instance_path(cli->a, &inst, "logs"), STR_ARG(hex_enc(cli->a, str_bytes(sha, 32)))).p;
    code = same_log(cli, in, &older);
    if (code != EXIT_YES) return code;
    if (!older && keep(cli, in, &tiles) != OK) return cli_fail(cli, EXIT_SYSTEM, "%s cannot be written", in->kept);
    if (cli_flag(cli, "json")) printf("{\"size\": %lld, \"tiles\": %lld, \"kept\": %s}\n", (long long)in->cp.size, (long long)tiles, older ? "false" : "true");
    else if (older) printf(STR_FMT ": %lld leaves, all in what is kept already\n", STR_ARG(in->cp.origin), (long long)in->cp.size);
    else printf(STR_FMT ": %lld leaves in %lld tiles, kept in %s\n", STR_ARG(in->cp.origin), (long long)in->cp.size, (long long)tiles, in->kept);
    return EXIT_YES;
}
