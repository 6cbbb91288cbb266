/* desk.c - see desk.h. */
#include "programs/gate/desk.h"

#include <errno.h>
#include <malloc.h>
#include <sys/stat.h>

enum { LOOK_MS = 1000, AGAIN_MS = 30000, FOLLOW_LINES = 128, FOLLOW_MS = 4, FILE_MAX_BYTES = 4 << 20, BANK_ARENA = 64 << 20 };

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

static Err read_keys(Desk *d, Str *out_why) {
    Arena *a = arena_new((size_t)FILE_MAX_BYTES * 4);
    GateKeys keys = { .list = NULL };
    Str csv = STR_NONE;
    Err e = file_read(a, d->keys_file.path, FILE_MAX_BYTES, &csv);
    if (e != OK) *out_why = e == E_MISSING ? S("the file is not there") : S("the file cannot be read");
    else e = gate_keys_read(a, csv, &keys, out_why);
    if (e != OK) {
        *out_why = keep(d->keys_why, *out_why);
        arena_free(a);
        return e;
    }
    gate_keys_take_over(&keys, &d->keys);
    arena_free(d->keys_a);
    d->keys_a = a;
    d->keys = keys;
    return OK;
}

/* None is fine: then nobody asked for anything. */
static void read_lists(Desk *d) {
    Arena *a = arena_new((size_t)FILE_MAX_BYTES * 4);
    GateLists lists = { .list = NULL };
    Str csv = STR_NONE, why = STR_NONE;
    Err e = file_read(a, d->lists_file.path, FILE_MAX_BYTES, &csv);
    if (e == OK) e = gate_lists_read(a, csv, &lists, &why);
    if (e != OK && e != E_MISSING) {
        log_line(LOG_BAD, "event=lists_not_read why=\"" STR_FMT "\"", STR_ARG(why)); /* what was read before stays in force */
        arena_free(a);
        return;
    }
    arena_free(d->lists_a);
    d->lists_a = a;
    d->lists = lists;
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
    *o = (Opening){ .dir = dir, .a = dir != NULL ? arena_new(BANK_ARENA) : NULL, .old = old, .old_a = old_a };
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
        log_line(LOG_INFO, "event=bank_opened lines=%u times=%u note=\"" STR_FMT "\"", bank_lines(o->bank), d->opened, STR_ARG(note));
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
    if (changed(&d->keys_file) && read_keys(d, &why) != OK) log_line(LOG_BAD, "event=keys_not_read why=\"" STR_FMT "\"", STR_ARG(why)); /* those read before stay in force */
    if (changed(&d->lists_file)) read_lists(d);
    d->moved = folder_is(d->bank_dir, d->folder) == 1;
    if (d->opening != NULL || d->moved) return;
    if (d->gate.bank == NULL ? now >= d->open_again_ms : bank_newer(d->gate.bank)) begin(d, d->bank_dir, NULL, NULL);
}

Err desk_open(Desk *d, const char *bank_dir, const char *keys_path, const char *lists_path, Str *out_why) {
    *d = (Desk){ .bank_dir = bank_dir, .keys_file = { .path = keys_path }, .lists_file = { .path = lists_path }, .broken = S("the bank is being opened") };
    d->gate.lists = &d->lists;
    d->gate.hits = malloc(BANK_HITS_MAX * sizeof *d->gate.hits);
    must(d->gate.hits != NULL);
    (void)changed(&d->keys_file);
    TRY(read_keys(d, out_why));
    if (changed(&d->lists_file)) read_lists(d);
    struct stat st = { 0 };
    if (stat(bank_dir, &st) == 0) d->folder = st.st_ino;
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
    free(d->gate.hits);
}
