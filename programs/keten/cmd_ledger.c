/* cmd_ledger.c - the tree over all acts, for whoever wants to check: what was signed, proofs, and the public files. */
#include "core/journal/journal.h"
#include "core/ledger/witness.h"
#include "foundation/base/enc.h"
#include "foundation/base/json.h"
#include "programs/keten/cmd.h"

#include <stdlib.h>
#include <sys/stat.h>

typedef struct Open { Instance in; App app; Ctx c; } Open;

static bool open_record(Cli *cli, Open *o, int *out_code) {
    const char *why = "";
    if (!cli_instance(cli, &o->in, out_code)) return false;
    o->c = (Ctx){ .app = &o->app, .arena = cli->a, .now = sys_now(&o->in.clock) };
    if (db_open(instance_path(cli->a, &o->in, INSTANCE_DB), DB_READ, &o->c.db, &why) == OK) return true;
    *out_code = cli_fail(cli, EXIT_SYSTEM, "the record cannot be opened: %s", why);
    return false;
}

static int close_with(Open *o, int code) {
    db_close(o->c.db);
    return code;
}

static void print(Str s) { fwrite(s.p, 1, s.n, stdout); }

static int print_json(Buf *b) {
    must(buf_err(b) == OK);
    buf_ch(b, '\n');
    print(buf_str(b));
    buf_free(b);
    return EXIT_YES;
}

static Err parse_note(Arena *a, Str note, Checkpoint *out) {
    Note *n = ARENA_NEW(a, Note);
    TRY(note_parse(a, note, n));
    return checkpoint_parse(a, n->text, out);
}

/* ---- checkpoint ---- */

static int run_checkpoint(Cli *cli) {
    Open o = { 0 };
    int code = EXIT_SYSTEM;
    Str note = STR_NONE;
    int64_t size = 0;
    Checkpoint cp = { 0 };
    if (!open_record(cli, &o, &code)) return code;
    Err e = journal_checkpoint_newest(&o.c, &note, &size);
    if (e == E_MISSING) return close_with(&o, cli_fail(cli, EXIT_NO, "no checkpoint was signed yet; the server signs one a minute after the first act"));
    if (e == OK) e = parse_note(cli->a, note, &cp);
    if (e != OK) return close_with(&o, cli_fail(cli, EXIT_SYSTEM, "the checkpoint cannot be read (%s)", err_name(e)));
    if (!cli_flag(cli, "json")) {
        print(note);
        return close_with(&o, EXIT_YES);
    }
    Buf b = buf_new(1 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_str(&j, "origin", cp.origin);
    json_kv_i64(&j, "size", cp.size);
    json_kv_str(&j, "root", hex_enc(cli->a, str_bytes(cp.root, 32)));
    json_kv_str(&j, "note", note);
    json_end_obj(&j);
    return close_with(&o, print_json(&b));
}

/* ---- prove ---- */

static int run_prove(Cli *cli) {
    Open o = { 0 };
    int code = EXIT_SYSTEM;
    int64_t seq = 0;
    Str proof = STR_NONE, entry = STR_NONE;
    if (str_i64(str_c(cli->args[0]), 1, INT64_MAX - 1, &seq) != OK) return cli_fail(cli, EXIT_USE, "%s is no number of an act", cli->args[0]);
    if (!open_record(cli, &o, &code)) return code;
    Err e = journal_commitment(&o.c, seq, &entry);
    if (e == OK) e = journal_proof(&o.c, seq, &proof);
    if (e == E_MISSING) return close_with(&o, cli_fail(cli, EXIT_NO, "there is no act %s, or nothing was signed yet", cli->args[0]));
    if (e == E_CONFLICT) return close_with(&o, cli_fail(cli, EXIT_NO, "act %s is younger than the newest checkpoint; wait a minute", cli->args[0]));
    if (e != OK) return close_with(&o, cli_fail(cli, EXIT_SYSTEM, "the tree cannot be read (%s)", err_name(e)));
    if (!cli_flag(cli, "json")) {
        print(proof);
        fprintf(stderr, "entry " STR_FMT "\n", STR_ARG(hex_enc(cli->a, entry)));
        return close_with(&o, EXIT_YES);
    }
    Buf b = buf_new(2 << 20);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_i64(&j, "act", seq);
    json_kv_i64(&j, "index", seq - 1);
    json_kv_str(&j, "entry", hex_enc(cli->a, entry));
    json_kv_str(&j, "proof", proof);
    json_end_obj(&j);
    return close_with(&o, print_json(&b));
}

/* ---- verify: a checkpoint or a proof file, without any instance ---- */

static int say(Cli *cli, bool good, const char *what, Str why, const Checkpoint *cp) {
    if (cli_flag(cli, "json")) {
        Buf b = buf_new(65536);
        Json j = json_to(&b, true);
        json_obj(&j);
        json_kv_str(&j, "kind", str_c(what));
        json_kv_bool(&j, "ok", good);
        json_kv_str(&j, "why", why);
        if (good) {
            json_kv_str(&j, "origin", cp->origin);
            json_kv_i64(&j, "size", cp->size);
            json_kv_str(&j, "root", hex_enc(cli->a, str_bytes(cp->root, 32)));
        }
        json_end_obj(&j);
        (void)print_json(&b);
    } else if (good) {
        printf("%s ok: " STR_FMT " with %lld leaves" STR_FMT STR_FMT "\n", what, STR_ARG(cp->origin), (long long)cp->size, STR_ARG(why.n > 0 ? S("; ") : S("")), STR_ARG(why));
    } else {
        printf("%s FAILED: " STR_FMT "\n", what, STR_ARG(why));
    }
    return good ? EXIT_YES : EXIT_NO;
}

static int verify_proof(Cli *cli, Str text, const NoteKey *key) {
    Str entry = STR_NONE;
    const char *why = NULL;
    Checkpoint cp = { 0 };
    if (hex_dec(cli->a, cli_text(cli, "entry"), &entry) != OK || entry.n == 0) return cli_fail(cli, EXIT_USE, "a proof needs --entry HEX: the leaf that it is about");
    if (tlog_proof_check(cli->a, text, entry, key, &cp, &why) != OK) return say(cli, false, "proof", str_c(why), &cp);
    return say(cli, true, "proof", key == NULL ? S("the signature was not checked: give --key") : STR_NONE, &cp);
}

/* By a policy: which logs, and how many of which witnesses. */
static int verify_policy(Cli *cli, Str text) {
    LedgerPolicy *p = ARENA_NEW(cli->a, LedgerPolicy);
    PolicySeen *seen = ARENA_NEW(cli->a, PolicySeen);
    Str file = STR_NONE;
    Checkpoint cp = { 0 };
    size_t line = 0;
    const char *why = NULL;
    if (file_read(cli->a, cli_text(cli, "policy").p, POLICY_BYTES_MAX, &file) != OK) return cli_fail(cli, EXIT_USE, "the file of --policy cannot be read");
    if (policy_parse(cli->a, file, p, &line) != OK) return cli_fail(cli, EXIT_USE, "the file of --policy is none: line %zu", line);
    Err e = policy_check(cli->a, p, text, &cp, seen, &why);
    return say(cli, e == OK, "checkpoint", e == OK ? str_fmt(cli->a, "signed by %zu of the policy's witnesses", seen->cosigned) : str_c(why), &cp);
}

static int run_verify(Cli *cli) {
    Str text = STR_NONE, vkey = cli_text(cli, "key");
    NoteKey key = { 0 };
    Checkpoint cp = { 0 };
    Note *n = ARENA_NEW(cli->a, Note);
    bool with_key = vkey.n > 0;
    if (with_key && note_key_parse(cli->a, vkey, &key) != OK) return cli_fail(cli, EXIT_USE, "--key is no verifier key (name+id+base64)");
    if (file_read(cli->a, cli->args[0], NOTE_MAX, &text) != OK) return cli_fail(cli, EXIT_SYSTEM, "%s cannot be read", cli->args[0]);
    if (str_starts(text, S("c2sp.org/tlog-proof"))) return verify_proof(cli, text, with_key ? &key : NULL);
    if (cli_text(cli, "policy").n > 0) return verify_policy(cli, text);
    if (note_parse(cli->a, text, n) != OK || checkpoint_parse(cli->a, n->text, &cp) != OK) return say(cli, false, "checkpoint", S("it cannot be read"), &cp);
    if (!with_key) return say(cli, true, "checkpoint", S("the signature was not checked: give --key"), &cp);
    Err e = note_verify(n, &key);
    if (e != OK) return say(cli, false, "checkpoint", e == E_MISSING ? S("it is not signed with this key") : S("the signature does not fit"), &cp);
    if (!str_eq(cp.origin, key.name)) return say(cli, false, "checkpoint", S("it is of another log"), &cp);
    return say(cli, true, "checkpoint", STR_NONE, &cp);
}

/* ---- consistency: numbers are sizes, anything else is a file with a checkpoint that somebody kept ---- */

typedef struct Side { int64_t size; bool has_root; uint8_t root[32]; } Side;

static bool side_read(Cli *cli, const char *word, Side *out) {
    Str text = STR_NONE;
    Checkpoint cp = { 0 };
    if (str_i64(str_c(word), 0, (int64_t)1 << 60, &out->size) == OK) return true;
    if (file_read(cli->a, word, NOTE_MAX, &text) != OK || parse_note(cli->a, text, &cp) != OK) return false;
    out->size = cp.size;
    out->has_root = true;
    memcpy(out->root, cp.root, 32);
    return true;
}

static Err consistency(Open *o, Side *old, Side *new, bool *out_same, LedgerProof *out) {
    LedgerNodes nodes = journal_nodes(&o->c);
    uint8_t old_root[32], new_root[32];
    TRY(ledger_root(&nodes, old->size, old_root));
    TRY(ledger_root(&nodes, new->size, new_root));
    TRY(ledger_consistency(&nodes, old->size, new->size, out));
    *out_same = (!old->has_root || memcmp(old->root, old_root, 32) == 0) && (!new->has_root || memcmp(new->root, new_root, 32) == 0);
    *out_same = *out_same && ledger_consistent(old->size, old_root, new->size, new_root, out);
    memcpy(old->root, old_root, 32);
    memcpy(new->root, new_root, 32);
    return OK;
}

static void consistency_json(Cli *cli, const Side *old, const Side *new, bool same, const LedgerProof *p) {
    Buf b = buf_new(65536);
    Json j = json_to(&b, true);
    json_obj(&j);
    json_kv_i64(&j, "old_size", old->size);
    json_kv_str(&j, "old_root", hex_enc(cli->a, str_bytes(old->root, 32)));
    json_kv_i64(&j, "size", new->size);
    json_kv_str(&j, "root", hex_enc(cli->a, str_bytes(new->root, 32)));
    json_kv_bool(&j, "ok", same);
    json_key(&j, S("proof"));
    json_arr(&j);
    for (size_t i = 0; i < p->n; i++) json_str(&j, hex_enc(cli->a, str_bytes(p->hash[i], 32)));
    json_end_arr(&j);
    json_end_obj(&j);
    (void)print_json(&b);
}

static int run_consistency(Cli *cli) {
    Open o = { 0 };
    Side old = { 0 }, new = { 0 };
    LedgerProof *p = ARENA_NEW(cli->a, LedgerProof);
    bool same = false;
    int code = EXIT_SYSTEM;
    if (!side_read(cli, cli->args[0], &old) || !side_read(cli, cli->args[1], &new)) return cli_fail(cli, EXIT_USE, "give two sizes, or files with checkpoints");
    if (old.size > new.size) return cli_fail(cli, EXIT_USE, "the first is larger than the second");
    if (!open_record(cli, &o, &code)) return code;
    Err e = consistency(&o, &old, &new, &same, p);
    if (e != OK) return close_with(&o, cli_fail(cli, e == E_OUTSIDE ? EXIT_NO : EXIT_SYSTEM, "the tree here has no %lld leaves, or is damaged", (long long)new.size));
    if (cli_flag(cli, "json")) {
        consistency_json(cli, &old, &new, same, p);
    } else {
        printf("%s: %lld to %lld\n", same ? "consistent" : "NOT consistent", (long long)old.size, (long long)new.size);
        for (size_t i = 0; i < p->n; i++) printf(STR_FMT "\n", STR_ARG(b64_enc(cli->a, str_bytes(p->hash[i], 32))));
    }
    return close_with(&o, same ? EXIT_YES : EXIT_NO);
}

/* ---- export: the tree as files that any web server can offer ---- */

static Err make_folders(Arena *a, Str root, Str path) {
    Str at = root, part = STR_NONE, rest = path;
    while (str_split(&rest, '/', &part) && rest.p != NULL) {
        at = str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(at), STR_ARG(part));
        TRY(dir_make(at.p, 0755));
    }
    return OK;
}

static Err export_tile(Open *o, Str dir, const LedgerTile *t) {
    Arena *a = o->c.arena;
    LedgerNodes nodes = journal_nodes(&o->c);
    Buf b = buf_new(LEDGER_TILE * 32);
    Str path = str_fmt(a, "tile/" STR_FMT, STR_ARG(ledger_tile_path(a, t)));
    Err e = ledger_tile_bytes(&nodes, t, &b);
    if (e == OK) e = make_folders(a, dir, path);
    if (e == OK) e = file_write(str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(path)).p, buf_str(&b), 0644);
    buf_free(&b);
    return e;
}

static Err export_all(Open *o, Str dir, int64_t size, int64_t *out_tiles) {
    Progress bar = progress_start("tiles");
    Err e = OK;
    for (int level = 0; e == OK && ledger_tile_width(size, level, 0) > 0; level++) {
        for (int64_t i = 0; e == OK; i++) {
            LedgerTile t = { level, i, ledger_tile_width(size, level, i) };
            if (t.width == 0) break;
            e = export_tile(o, dir, &t);
            ++*out_tiles;
            progress_show(&bar, *out_tiles, size / LEDGER_TILE + 1);
        }
    }
    progress_end(&bar);
    return e;
}

static int run_export(Cli *cli) {
    Open o = { 0 };
    int code = EXIT_SYSTEM;
    Str note = STR_NONE, dir = str_c(cli->args[0]);
    int64_t size = 0, tiles = 0;
    if (!open_record(cli, &o, &code)) return code;
    Err e = journal_checkpoint_newest(&o.c, &note, &size);
    if (e == E_MISSING) return close_with(&o, cli_fail(cli, EXIT_NO, "no checkpoint was signed yet"));
    if (e == OK) e = dir_make(cli->args[0], 0755);
    if (e == OK) e = export_all(&o, dir, size, &tiles);
    if (e == OK) e = file_write(path_join(cli->a, cli->args[0], "checkpoint").p, note, 0644); /* last: what it says is there */
    if (e != OK) return close_with(&o, cli_fail(cli, EXIT_SYSTEM, "the files cannot be written (%s)", err_name(e)));
    if (cli_flag(cli, "json")) printf("{\"size\": %lld, \"tiles\": %lld}\n", (long long)size, (long long)tiles);
    else printf("%lld leaves in %lld tiles\n", (long long)size, (long long)tiles);
    return close_with(&o, EXIT_YES);
}

static const Opt data_opts[] = { OPT_DATA, OPT_JSON, { OPT_END } };
static const Opt verify_opts[] = {
    { OPT_TEXT, "key", "VKEY", "the log's verifier key, as its page and its letters print it" },
    { OPT_TEXT, "entry", "HEX", "for a proof: the entry of the leaf" },
    { OPT_TEXT, "policy", "FILE", "for a checkpoint: whose signatures count (tlog-policy)" },
    OPT_JSON,
    { OPT_END },
};
static const Cmd sub_checkpoint = { .name = "checkpoint", .summary = "print the newest signed checkpoint", .args = "", .opts = data_opts, .run = run_checkpoint };
static const Cmd sub_prove = { .name = "prove", .summary = "print the proof that an act stands in the tree", .args = "SEQ", .args_min = 1, .args_max = 1, .opts = data_opts, .run = run_prove,
    .help = "SEQ is the number of the act. The proof file goes to stdout, the entry that it is about to stderr." };
static const Cmd sub_verify = { .name = "verify", .summary = "check a checkpoint or a proof file; needs no instance", .args = "FILE", .args_min = 1, .args_max = 1, .opts = verify_opts, .run = run_verify };
static const Cmd sub_consistency = { .name = "consistency", .summary = "show that the tree only grew between two sizes or kept checkpoints", .args = "OLD NEW", .args_min = 2, .args_max = 2, .opts = data_opts,
    .run = run_consistency, .help = "OLD and NEW are sizes, or files with checkpoints that somebody kept." };
static const Cmd sub_export = { .name = "export", .summary = "write checkpoint and tiles as files (tlog-tiles)", .args = "DIR", .args_min = 1, .args_max = 1, .opts = data_opts, .run = run_export };
static const Opt import_opts[] = { OPT_DATA, { OPT_TEXT, "key", "VKEY", "the verifier key of that log, from its maker" }, OPT_JSON, { OPT_END } };
static const Cmd sub_import = { .name = "import", .summary = "check the log of another organisation, and keep it apart", .args = "DIR", .args_min = 1, .args_max = 1, .opts = import_opts, .run = ledger_import,
    .help = "DIR holds checkpoint and tiles (tlog-tiles), as export writes them. The signature and every hash are checked first, and that the log\n"
            "follows from the one that was kept before: a fork is refused and named. It is kept in logs/ of the instance, beside the record." };
static const Cmd *const subs[] = { &sub_checkpoint, &sub_prove, &sub_verify, &sub_consistency, &sub_export, &sub_import, NULL };
const Cmd cmd_ledger = { .name = "ledger", .summary = "the tree over all acts: checkpoints, proofs, public files", .args = "", .subs = subs };
