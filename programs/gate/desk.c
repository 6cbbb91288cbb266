/* desk.c - see desk.h. */
#include "programs/gate/desk.h"

#include <errno.h>
#include <malloc.h>
#include <sys/stat.h>

enum { LOOK_MS = 1000, AGAIN_MS = 30000, FOLLOW_LINES = 128, FOLLOW_MS = 4, FILE_MAX_BYTES = 4 << 20, REVOKED_BYTES = 200 << 20, BANK_ARENA = 64 << 20 };

/* ---- files that people edit ---- */

static bool changed(WatchedFile *f) {
    struct stat st = { 0 };
    if (stat(f->path, &st) != 0) st = (struct stat){ 0 };
    int64_t at = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    if (st.st_ino == f->inode && (uint64_t)st.st_size == f->bytes && at == f->changed_ns) return false;
    f->inode = st.st_ino;
    f->bytes = (uint64_t)st.st_size;
    f->changed_ns = at;
    return true;
}

/* Sentences outlive the memory they were made in. */
static Str keep(char to[GATE_TEXT_MAX], Str s) {
    size_t n = s.n < GATE_TEXT_MAX ? s.n : GATE_TEXT_MAX;
    memmove(to, s.p, n);
    return (Str){ to, n };
}

/* What a file says takes the place of what it said before, in memory of its own; with a mistake in it, that stays in force. None there: as an empty one, where that is no mistake. */
typedef struct Wanted { WatchedFile *file; size_t bytes_max, arena_max; bool may_miss; Err (*read)(Desk *d, Arena *a, Str text, Str *out_why); Arena **kept; } Wanted;

static Err keys_in(Desk *d, Arena *a, Str text, Str *out_why) {
    GateKeys keys = { .list = NULL };
    if (text.p != NULL) TRY(gate_keys_read(a, text, &keys, out_why));
    gate_keys_take_over(&keys, &d->keys);
    d->keys = keys;
    return OK;
}
static Err lists_in(Desk *d, Arena *a, Str text, Str *out_why) {
    GateLists lists = { .list = NULL };
    if (text.p != NULL) TRY(gate_lists_read(a, text, &lists, out_why));
    d->lists = lists;
    return OK;
}
static Err trust_in(Desk *d, Arena *a, Str text, Str *out_why) {
    GateTrust trust = { .keys = NULL };
    TRY(gate_trust_read(a, text, &trust, out_why));
    d->trust = trust;
    return OK;
}
static Err revoked_in(Desk *d, Arena *a, Str text, Str *out_why) {
    ConsentRevoked revoked = { .n = 0 };
    TRY(consent_revoked_read(a, text, &revoked, out_why));
    d->revoked = revoked;
    return OK;
}

static Err take_file(Desk *d, const Wanted *w, Str *out_why) {
    Arena *a = arena_new(w->arena_max);
    Str text = STR_NONE, why = STR_NONE;
    Err e = file_read(a, w->file->path, w->bytes_max, &text);
    if (e == E_MISSING && w->may_miss) e = OK;
    else if (e != OK) why = e == E_MISSING ? S("the file is not there") : e == E_LIMIT ? S("the file is too large") : S("the file cannot be read");
    if (e == OK) e = w->read(d, a, text, &why);
    if (e != OK) {
        *out_why = keep(d->file_why, why);
        arena_free(a);
        return e;
    }
    arena_free(*w->kept);
    *w->kept = a;
    return OK;
}

static Err take_files(Desk *d, bool all, Str *out_why) {
    Wanted wanted[] = { { &d->keys_file, FILE_MAX_BYTES, (size_t)FILE_MAX_BYTES * 4, d->keys_later, keys_in, &d->keys_a }, { &d->lists_file, FILE_MAX_BYTES, (size_t)FILE_MAX_BYTES * 4, true, lists_in, &d->lists_a },
        { &d->trust_file, FILE_MAX_BYTES, (size_t)FILE_MAX_BYTES * 4, true, trust_in, &d->trust_a }, { &d->revoked_file, REVOKED_BYTES, (size_t)REVOKED_BYTES * 2, true, revoked_in, &d->revoked_a } };
    Err first = OK;
    for (size_t i = 0; i < LEN(wanted); i++) {
        Str why = STR_NONE;
        if (!changed(wanted[i].file) && !all) continue;
        Err e = take_file(d, &wanted[i], &why);
        if (e == OK) continue;
        log_line(LOG_BAD, "event=file_not_read file=%s why=\"" STR_FMT "\"", wanted[i].file->path, STR_ARG(why));
        if (first == OK) *out_why = why;
        if (first == OK) first = e;
    }
    return first;
}

/* 0: the folder is the one it was; 1: another stands in its place, which cannot be reached from behind the sandbox; 2: none. */
static int folder_is(const char *path, uint64_t inode) {
    struct stat st;
    if (stat(path, &st) != 0) return 2;
    return st.st_ino == inode ? 0 : 1;
}

/* ---- the bank, opened in the background ---- */

static void *open_there(void *arg) {
    Opening *o = arg;
    if (o->dir != NULL) o->err = bank_open(o->a, o->dir, false, &o->bank, &o->why);
    if (o->old != NULL) bank_close(o->old);
    arena_free(o->old_a);
    (void)malloc_trim(0);
    atomic_store(&o->done, true);
    return NULL;
}

static void begin(Desk *d, const char *dir, Bank *old, Arena *old_a) {
    must(d->opening == NULL);
    Opening *o = calloc(1, sizeof *o);
    must(o != NULL);
    *o = (Opening){ .dir = dir, .began_ms = sys_mono_ms(), .a = dir != NULL ? arena_new(BANK_ARENA) : NULL, .old = old, .old_a = old_a };
    d->opening = o;
    if (pthread_create(&d->thread, NULL, open_there, o) == 0) return;
    d->opening = NULL; /* no thread to be had: it is tried again */
    if (old != NULL) bank_close(old);
    arena_free(old_a);
    arena_free(o->a);
    free(o);
}

static void out_of_order(Desk *d, Str why) {
    if (!str_eq(d->broken, str_sub(why, 0, GATE_TEXT_MAX))) log_line(LOG_BAD, "event=bank_not_usable why=\"" STR_FMT "\"", STR_ARG(why));
    d->broken = keep(d->broken_why, why);
}

/* Hands what is open to the thread that closes. */
static void let_go(Desk *d) {
    Bank *old = d->gate.bank;
    Arena *old_a = d->bank_a;
    d->gate.bank = NULL;
    d->bank_a = NULL;
    d->behind = 0;
    if (old != NULL) begin(d, NULL, old, old_a);
}

static void take_over(Desk *d, int64_t now) {
    Opening *o = d->opening;
    (void)pthread_join(d->thread, NULL);
    d->opening = NULL;
    if (o->dir != NULL && o->err == OK) {
        Bank *old = d->gate.bank;
        Arena *old_a = d->bank_a;
        d->gate.bank = o->bank;
        d->bank_a = o->a;
        d->broken = STR_NONE;
        d->opened++;
        Str note = bank_index_note(o->bank);
        log_line(LOG_INFO, "event=bank_opened lines=%u ms=%lld times=%u note=\"" STR_FMT "\"", bank_lines(o->bank), (long long)(now - o->began_ms), d->opened, STR_ARG(note));
        if (old != NULL) begin(d, NULL, old, old_a);
    } else if (o->dir != NULL) {
        out_of_order(d, o->why);
        d->open_again_ms = now + (o->err == E_MISSING ? LOOK_MS : AGAIN_MS);
        arena_free(o->a);
        let_go(d);
    }
    free(o);
}

void desk_fresh(Desk *d) {
    const char *why = NULL;
    int64_t end = 0;
    if (d->gate.bank == NULL || d->broken.n > 0) return;
    for (;;) {
        Err e = bank_follow(d->gate.bank, FOLLOW_LINES, &d->behind, &why);
        if (e != OK) {
            out_of_order(d, str_c(why));
            d->open_again_ms = sys_mono_ms() + AGAIN_MS;
            if (d->opening == NULL) let_go(d);
            return;
        }
        if (d->behind == 0) return;
        int64_t now = sys_mono_ms();
        if (end == 0) end = now + FOLLOW_MS;
        else if (now >= end) return;
    }
}

void desk_tick(Desk *d, int64_t now) {
    Str why = STR_NONE;
    if (d->opening != NULL && atomic_load(&d->opening->done)) take_over(d, now);
    if (d->behind > 0) desk_fresh(d);
    if (now - d->looked_ms < LOOK_MS) return;
    d->looked_ms = now;
    (void)!take_files(d, false, &why);
    d->moved = folder_is(d->bank_dir, d->folder) == 1;
    if (d->opening != NULL || d->moved) return;
    if (d->gate.bank == NULL ? now >= d->open_again_ms : bank_newer(d->gate.bank)) begin(d, d->bank_dir, NULL, NULL);
}

Err desk_open(Desk *d, const DeskFiles *f, Str *out_why) {
    *d = (Desk){ .bank_dir = f->bank, .keys_file = { .path = f->keys }, .lists_file = { .path = f->lists }, .trust_file = { .path = f->trust }, .revoked_file = { .path = f->revoked }, .keys_later = f->keys_later,
        .broken = S("the bank is being opened") };
    d->gate.lists = &d->lists;
    d->gate.hits = malloc(BANK_HITS_MAX * sizeof *d->gate.hits);
    must(d->gate.hits != NULL);
    TRY(take_files(d, true, out_why));
    struct stat st = { 0 };
    if (stat(f->bank, &st) == 0) d->folder = st.st_ino;
    d->looked_ms = INT64_MIN / 2;
    return OK;
}

void desk_close(Desk *d) {
    for (int i = 0; i < 2 && d->opening != NULL; i++) { /* one may follow: the old one's closing */
        Opening *o = d->opening;
        (void)pthread_join(d->thread, NULL);
        if (o->bank != NULL) bank_close(o->bank);
        arena_free(o->a);
        free(o);
        d->opening = NULL;
    }
    bank_close(d->gate.bank);
    arena_free(d->bank_a);
    arena_free(d->keys_a);
    arena_free(d->lists_a);
    arena_free(d->trust_a);
    arena_free(d->revoked_a);
    free(d->gate.hits);
}
