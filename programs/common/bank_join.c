/* bank_join.c - see bank_join.h. */
#include "programs/common/bank_join.h"
#include "programs/bank/bank.h"
#include "foundation/sys/sys.h"

#include <stdio.h>
#include <unistd.h>

enum { LIFE_BYTES = 64 << 20, PATH_BYTES = 4096 };
struct BankJoin { BankDoor door; const char *dir, *beside; bool write, building; Arena *a; Bank *bank; };
static const char *const files[] = { "record", "index", "counts" };

static void let_go(BankJoin *j) {
    bank_close(j->bank);
    j->bank = NULL;
    arena_free(j->a);
    j->a = NULL;
}

static Err reached(BankJoin *j) {
    Str why = STR_NONE;
    const char *dir = j->building ? j->beside : j->dir;
    if (j->bank != NULL && bank_newer(j->bank)) let_go(j);
    if (j->bank != NULL) return OK;
    j->a = arena_new(LIFE_BYTES);
    Err e = bank_open(j->a, dir, j->write, &j->bank, &why);
    if (e == E_MISSING && j->write) {
        TRY(bank_make(dir));
        e = bank_open(j->a, dir, true, &j->bank, &why);
    }
    if (e == OK && j->write && !j->building && bank_strike_make(dir) != OK) log_line(LOG_WARN, "event=bank_not_struck dir=%s", dir);
    if (e == OK) return OK;
    if (e != E_MISSING) log_line(LOG_WARN, "event=bank_not_open err=%s why=\"" STR_FMT "\"", err_name(e), STR_ARG(why));
    j->bank = NULL;
    let_go(j);
    return e;
}

static Err match(void *to, Str signal, const uint8_t hash[32], int radius, UnixMs now, bool all, BankFound *out, size_t max, size_t *out_n) {
    BankJoin *j = to;
    BankHit hits[BANK_HITS];
    BankSignal s = SIGNAL_NONE;
    size_t n = 0;
    TRY(reached(j));
    TRY(bank_signal_parse(signal, &s));
    TRY(bank_match(j->bank, s, hash, radius, now, all, hits, max < BANK_HITS ? max : BANK_HITS, &n));
    for (size_t i = 0; i < n && i < max && i < BANK_HITS; i++) out[i] = (BankFound){ (int64_t)bank_line(j->bank, hits[i].entry).ref, hits[i].distance };
    *out_n = n;
    return OK;
}

void bank_join_line(const BankEntry *e, BankLine *out) {
    BankLine l = { .kind = BANK_ADD, .quality = e->quality < 0 ? BANK_QUALITY_UNKNOWN : (uint8_t)e->quality, .at = e->at, .consent_until = e->consent_until };
    bool good = bank_signal_parse(e->signal, &l.signal) == OK && bank_lane_parse(e->lane, &l.lane) == OK && bank_front_parse(e->front, &l.front) == OK;
    must(good && e->source.n <= BANK_SOURCE_MAX);
    memcpy(l.hash, e->hash, 32);
    memcpy(l.source, e->source.p, e->source.n);
    *out = l;
}

static Err read_text(void *to, Str text, UnixMs now, const BankNew *otherwise, Err (*each)(void *ctx, const BankNew *row, size_t line, const char *why), void *ctx) {
    BankText t;
    BankLine l, like = { .kind = BANK_ADD, .quality = BANK_QUALITY_UNKNOWN, .at = now };
    const char *why = NULL;
    Arena *a = arena_new(LIFE_BYTES), *row = arena_new(LIFE_BYTES);
    (void)to;
    must(bank_signal_parse(otherwise->signal, &like.signal) == OK && bank_lane_parse(otherwise->lane, &like.lane) == OK && bank_front_parse(otherwise->front, &like.front) == OK && otherwise->source.n <= BANK_SOURCE_MAX);
    memcpy(like.source, otherwise->source.p, otherwise->source.n);
    bank_text_open(a, text, &t);
    Err e = OK, got = OK;
    while (e == OK && (got = bank_text_next(row, &t, &like, &l, &why)) != E_MISSING) {
        if (got == OK && (why = bank_refusal(&l)) != NULL) got = E_INPUT;
        BankNew n = { .signal = str_c(bank_signal_name(l.signal)), .lane = str_c(bank_lane_name(l.lane)), .front = str_c(bank_front_name(l.front)), .source = otherwise->source, .quality = l.quality == BANK_QUALITY_UNKNOWN ? BANK_QUALITY_NONE : l.quality, .until = l.consent_until };
        if (got == OK) memcpy(n.hash, l.hash, sizeof n.hash);
        e = each(ctx, got == OK ? &n : NULL, t.line, why);
        arena_reset(row);
    }
    arena_free(row);
    arena_free(a);
    return e;
}

static Err follow(void *to, const BankChange *rows, size_t n) {
    static const struct { const char *what; BankKind kind; } kinds[] = { { "offered", BANK_ADD }, { "confirmed", BANK_CONFIRM }, { "disputed", BANK_DISPUTE }, { "withdrawn", BANK_REMOVE } };
    BankJoin *j = to;
    size_t k = 0;
    TRY(reached(j));
    if (!j->write) return E_DENIED;
    BankStep *steps = calloc(n + 1, sizeof *steps);
    if (steps == NULL) return E_OUTSIDE;
    for (size_t i = 0; i < n; i++) {
        BankStep *s = &steps[k];
        BankKind kind = BANK_NONE;
        for (size_t w = 0; w < LEN(kinds); w++)
            if (str_eq(rows[i].what, str_c(kinds[w].what))) kind = kinds[w].kind;
        must(kind != BANK_NONE);
        if (kind == BANK_ADD && rows[i].entry.err == E_MISSING) kind = BANK_PASSED;
        bank_join_line(&rows[i].entry, &s->line);
        s->line.kind = kind;
        s->line.at = rows[i].at;
        s->line.ref = (uint64_t)rows[i].change;
        s->of = (uint64_t)rows[i].entry.offered;
        if (kind != BANK_ADD) { /* who says so; what the entry is stands in its first line */
            s->line = (BankLine){ .kind = kind, .at = rows[i].at, .ref = (uint64_t)rows[i].change };
            memcpy(s->line.source, rows[i].by.p, rows[i].by.n < BANK_SOURCE_MAX ? rows[i].by.n : BANK_SOURCE_MAX);
        }
        k++;
    }
    Err e = bank_journal(j->bank, steps, k);
    free(steps);
    return e;
}

static Err strike(void *to, const int64_t *offered, size_t n) {
    const BankJoin *j = to;
    uint64_t *refs = calloc(n + 1, sizeof *refs);
    if (refs == NULL) return E_OUTSIDE;
    for (size_t i = 0; i < n; i++) refs[i] = (uint64_t)offered[i];
    Err e = bank_strike(j->dir, refs, n);
    free(refs);
    return e == E_MISSING ? OK : e; /* no folder yet: nothing is found in it */
}

static Err at(void *to, int64_t *out) {
    BankJoin *j = to;
    TRY(reached(j));
    *out = (int64_t)bank_journal_at(j->bank);
    return OK;
}

static void path_in(const char *dir, const char *name, char out[PATH_BYTES]) { must(snprintf(out, PATH_BYTES, "%s/%s", dir, name) < PATH_BYTES); }

static Err anew(void *to) {
    BankJoin *j = to;
    char path[PATH_BYTES];
    if (!j->write) return E_DENIED;
    if (j->bank != NULL) let_go(j);
    TRY(dir_make(j->beside, 0700));
    for (size_t i = 0; i < LEN(files); i++) {
        path_in(j->beside, files[i], path);
        (void)unlink(path);
    }
    j->building = true;
    return reached(j);
}

/* Whoever has the old one mapped goes on with it until the next question, and then sees that the names lead elsewhere. An index that does not go with its record is
 * made anew by whoever opens them, so a crash between two names does no harm. */
static Err settle(void *to, bool other) {
    BankJoin *j = to;
    char from[PATH_BYTES], onto[PATH_BYTES];
    Bank *old = NULL;
    Str why = STR_NONE;
    if (!j->building) return OK;
    TRY(reached(j));
    Arena *a = arena_new(LIFE_BYTES);
    if (bank_open(a, j->dir, false, &old, &why) == OK) (void)!bank_counts_from(j->bank, old);
    bank_close(old);
    arena_free(a);
    let_go(j);
    j->building = false;
    if (other) TRY(bank_strike_none(j->dir));
    for (size_t i = 0; i < LEN(files); i++) {
        path_in(j->beside, files[i], from);
        path_in(j->dir, files[i], onto);
        if (!file_exists(from)) (void)unlink(onto);
        else if (rename(from, onto) != 0) return E_OUTSIDE;
    }
    (void)rmdir(j->beside);
    TRY(dir_sync(j->dir));
    return reached(j);
}

static uint32_t counted(void *to, int64_t offered) {
    BankJoin *j = to;
    uint32_t entry = reached(j) == OK ? bank_journal_entry(j->bank, (uint64_t)offered) : 0;
    return entry == 0 ? 0 : bank_counted(j->bank, entry);
}

BankJoin *bank_join(Arena *life, const char *dir, bool write) {
    BankJoin *j = ARENA_NEW(life, BankJoin);
    *j = (BankJoin){ .dir = dir, .beside = str_fmt(life, "%s/new", dir).p, .write = write, .door = { j, match, read_text, follow, strike, at, anew, settle, counted } };
    return j;
}
const BankDoor *bank_join_door(BankJoin *j) { return j == NULL ? NULL : &j->door; }
void bank_join_close(BankJoin *j) {
    if (j != NULL && j->bank != NULL) let_go(j);
}

/* ---- is it what the record says? ---- */

static const char *wrong_with(const BankJoin *j, const BankEntry *e) {
    static const struct { const char *state; BankState is; } states[] = { { "quarantine", STATE_QUARANTINE }, { "active", STATE_ACTIVE }, { "disputed", STATE_DISPUTED }, { "withdrawn", STATE_REMOVED } };
    uint32_t n = bank_journal_entry(j->bank, (uint64_t)e->offered);
    if (n == 0) return e->err == E_MISSING ? NULL : "it is not there";
    BankLine l = bank_line(j->bank, n), want;
    bank_join_line(e, &want);
    if (e->err == OK && memcmp(l.hash, want.hash, 32) != 0) return "its hash is another";
    if (l.signal != want.signal || l.lane != want.lane || l.quality != want.quality || l.front != want.front || l.consent_until != want.consent_until || strcmp(l.source, want.source) != 0) return "what it says of it is something else";
    for (size_t i = 0; i < LEN(states); i++)
        if (str_eq(e->state, str_c(states[i].state)) && bank_state(j->bank, n) != states[i].is) return "its state is another";
    return NULL;
}

Err bank_join_check(Ctx *c, BankJoin *j, int64_t *out_entries, int64_t *out_behind, Str *out_why) {
    int64_t has = 0, last = 0;
    Arena *life = c->arena, *batch = arena_new(64 << 20);
    *out_entries = *out_behind = 0;
    *out_why = STR_NONE;
    Err e = at(j, &has);
    if (e == OK) e = bank_changes_last(c, &last);
    *out_behind = last - has;
    if (e == OK && has > last) *out_why = str_fmt(life, "the folder of hashes has %lld changes, the record %lld: it is of another record, or of a newer one", (long long)has, (long long)last);
    size_t n = BANK_PAGE;
    for (int64_t after = 0; e == OK && out_why->n == 0 && n == BANK_PAGE;) {
        BankEntry *rows = NULL;
        arena_reset(batch);
        c->arena = batch;
        e = bank_entries(c, after, BANK_PAGE, &rows, &n);
        if (e == OK) e = bank_entry_open(c, rows, n);
        for (size_t i = 0; e == OK && i < n && out_why->n == 0; i++) {
            after = rows[i].entry;
            if (rows[i].change > has) continue; /* the work of a moment */
            const char *wrong = wrong_with(j, &rows[i]);
            if (wrong != NULL) *out_why = str_fmt(life, "entry %lld of the folder of hashes: %s", (long long)rows[i].entry, wrong);
            ++*out_entries;
        }
    }
    c->arena = life;
    arena_free(batch);
    return e == OK && out_why->n > 0 ? E_INPUT : e;
}
