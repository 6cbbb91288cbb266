/* witness.c - see witness.h. */
#include "programs/witness/witness.h"
#include "core/seal/seal.h"
#include "foundation/base/enc.h"
#include "foundation/sys/sys.h"

#include <fcntl.h>
#include <sys/file.h>

enum { LOGS_BYTES_MAX = 256 << 10 };
static const char text_plain[] = "text/plain; charset=utf-8";

Err witness_make(Arena *a, const char *dir, Str name, Str *out_vkey) {
    uint8_t seed[32], pub[32], priv[64];
    if (!note_name_ok(name)) return E_INPUT;
    TRY(dir_make(dir, 0700));
    if (file_exists(path_join(a, dir, "witness.key").p)) return E_CONFLICT;
    TRY(dir_make(path_join(a, dir, "state").p, 0700));
    sys_random(seed, sizeof seed);
    seal_sign_pair(seed, pub, priv);
    *out_vkey = cosign_vkey(a, name, pub);
    TRY(file_write(path_join(a, dir, "witness.name").p, str_fmt(a, STR_FMT "\n", STR_ARG(name)), 0600));
    Err e = file_write_new(path_join(a, dir, "witness.key").p, str_bytes(seed, 32), 0600);
    seal_wipe(seed, sizeof seed);
    seal_wipe(priv, sizeof priv);
    return e;
}

static Err hold_folder(Arena *a, Witness *w) {
    w->lock_fd = open(path_join(a, w->dir, "lock").p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (w->lock_fd < 0) return E_OUTSIDE;
    return flock(w->lock_fd, LOCK_EX | LOCK_NB) == 0 ? OK : E_CONFLICT;
}

Err witness_open(Arena *a, const char *dir, bool hold, Witness *out, const char **out_why) {
    Witness w = { .dir = dir, .lock_fd = -1 };
    Str seed = STR_NONE, name = STR_NONE;
    *out_why = "there is no witness in this folder (keten witness init)";
    TRY(file_read(a, path_join(a, dir, "witness.key").p, 64, &seed));
    TRY(file_read(a, path_join(a, dir, "witness.name").p, 512, &name));
    w.name = str_trim(name);
    *out_why = "its key or its name is damaged";
    if (seed.n != 32 || !note_name_ok(w.name)) return E_INPUT;
    *out_why = "another process serves from this folder";
    Err e = hold ? hold_folder(a, &w) : OK;
    if (e != OK) {
        witness_close(&w);
        return e;
    }
    seal_sign_pair((const uint8_t *)seed.p, w.pub, w.priv);
    seal_wipe((void *)(uintptr_t)seed.p, seed.n);
    *out = w;
    return OK;
}

void witness_close(Witness *w) {
    if (w->lock_fd >= 0) close(w->lock_fd);
    seal_wipe(w->priv, sizeof w->priv);
    *w = (Witness){ .lock_fd = -1 };
}

/* The logs we look after: a policy of logs alone. */
static Err read_logs(Arena *a, const Witness *w, Str *out_text, LedgerPolicy *out) {
    size_t line = 0;
    Err e = file_read(a, path_join(a, w->dir, "logs").p, LOGS_BYTES_MAX, out_text);
    if (e == E_MISSING) *out_text = S("");
    else TRY(e);
    return policy_parse(a, str_fmt(a, STR_FMT "quorum none\n", STR_ARG(*out_text)), out, &line);
}

Err witness_log_add(Arena *a, const Witness *w, Str vkey) {
    LedgerPolicy *p = ARENA_NEW(a, LedgerPolicy);
    Str text = STR_NONE;
    NoteKey k = { 0 };
    size_t line = 0;
    TRY(note_key_parse(a, vkey, &k));
    TRY(read_logs(a, w, &text, p));
    for (size_t i = 0; i < p->logs_n; i++)
        if (memcmp(p->logs[i].pub, k.pub, 32) == 0) return E_CONFLICT;
    Str more = str_fmt(a, STR_FMT "log " STR_FMT "\n", STR_ARG(text), STR_ARG(vkey));
    TRY(policy_parse(a, str_fmt(a, STR_FMT "quorum none\n", STR_ARG(more)), p, &line));
    return file_write(path_join(a, w->dir, "logs").p, more, 0600);
}

static const char *state_path(Arena *a, const Witness *w, Str hex) { return str_fmt(a, "%s/state/" STR_FMT, w->dir, STR_ARG(hex)).p; }

static Str origin_hex(Arena *a, Str origin) {
    uint8_t sha[32];
    seal_sha256(origin, sha);
    return hex_enc(a, str_bytes(sha, 32));
}

/* E_MISSING: never signed one. Damage is never taken for that. */
static Err last_signed(Arena *a, const Witness *w, Str hex, Str *out_note, Checkpoint *out) {
    Note *n = ARENA_NEW(a, Note);
    TRY(file_read(a, state_path(a, w, hex), NOTE_MAX, out_note));
    return note_parse(a, *out_note, n) == OK && checkpoint_parse(a, n->text, out) == OK ? OK : E_OUTSIDE;
}

static WitnessReply plain(int status, Str body) { return (WitnessReply){ status, text_plain, body }; }

static Str sign(Arena *a, const Witness *w, Str text, int64_t now_s) {
    uint8_t sig[64];
    seal_sign(w->priv, cosign_message(a, now_s, text), sig);
    return cosign_line(a, w->name, w->pub, now_s, sig);
}

static WitnessReply say(Arena *a, int status, const WitnessLog *log) {
    if (status == WITNESS_OTHER_SIZE) return (WitnessReply){ status, "text/x.tlog.size", str_fmt(a, "%lld\n", (long long)log->size) };
    static const struct { int status; const char *say; } words[] = { { WITNESS_BAD, "the question cannot be read, or its old size is beyond the new\n" }, { WITNESS_UNSIGNED, "the log did not sign this checkpoint\n" },
        { WITNESS_UNKNOWN, "this witness does not look after that log\n" }, { WITNESS_BROKEN, "this tree does not follow from the one that was signed last\n" } };
    for (size_t i = 0; i < LEN(words); i++)
        if (words[i].status == status) return plain(status, str_c(words[i].say));
    return plain(500, S("the witness's own disk failed\n"));
}

WitnessReply witness_add(Arena *a, const Witness *w, Str body, int64_t now_s) {
    LedgerPolicy *p = ARENA_NEW(a, LedgerPolicy);
    WitnessAsk *ask = ARENA_NEW(a, WitnessAsk);
    Note *n = ARENA_NEW(a, Note);
    NoteKey *keys = ARENA_ARRAY(a, NoteKey, POLICY_LOGS_MAX);
    WitnessLog log = { .keys = keys };
    Checkpoint cp = { 0 }, last = { 0 };
    Str text = STR_NONE, note = STR_NONE;
    if (witness_ask_parse(a, body, ask) != OK || witness_ask_note(a, ask, n, &cp) != OK) return say(a, WITNESS_BAD, &log);
    if (read_logs(a, w, &text, p) != OK) return say(a, 500, &log);
    for (size_t i = 0; i < p->logs_n; i++)
        if (str_eq(p->logs[i].name, cp.origin)) keys[log.keys_n++] = p->logs[i];
    Str hex = origin_hex(a, cp.origin);
    Err e = last_signed(a, w, hex, &note, &last);
    if (e != OK && e != E_MISSING) return say(a, 500, &log);
    if (e == OK) {
        log.size = last.size;
        memcpy(log.root, last.root, 32);
    }
    int status = witness_judge(&log, ask, n, &cp);
    if (status == WITNESS_BROKEN) log_line(LOG_BAD, "event=log_does_not_follow origin_sha256=" STR_FMT " known=%lld asked=%lld", STR_ARG(hex), (long long)log.size, (long long)cp.size);
    if (status != WITNESS_YES) return say(a, status, &log);
    Str line = sign(a, w, n->text, now_s);
    if (file_write(state_path(a, w, hex), note_with_line(a, ask->checkpoint, line), 0600) != OK) return say(a, 500, &log);
    return plain(status, line);
}

WitnessReply witness_show(Arena *a, const Witness *w, Str hex) {
    Checkpoint cp;
    Str note = STR_NONE;
    WitnessLog none = { 0 };
    for (size_t i = 0; i < hex.n; i++)
        if (!((hex.p[i] >= '0' && hex.p[i] <= '9') || (hex.p[i] >= 'a' && hex.p[i] <= 'f'))) return say(a, WITNESS_UNKNOWN, &none);
    if (hex.n != 64) return say(a, WITNESS_UNKNOWN, &none);
    Err e = last_signed(a, w, hex, &note, &cp);
    if (e == E_MISSING) return say(a, WITNESS_UNKNOWN, &none);
    return e == OK ? plain(200, note) : say(a, 500, &none);
}
