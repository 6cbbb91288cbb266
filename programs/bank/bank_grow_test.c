/* A bank that grows while it is asked: what came, and what was taken away, counts at the next question, at every size; and what the journal struck counts before its line comes. */
#include "core/fingerprint/testhash.h"
#include "foundation/base/tap.h"
#include "foundation/sandbox/sandbox.h"
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { ALL = SANITIZED_BUILD ? 13500 : 60000, AT_ONCE = 500, ALIKE = SANITIZED_BUILD ? 1500 : 5000 };
typedef struct World { Arena *a; char top[64]; } World;
static const UnixMs noon = 1772442000000;

static const char *dir_of(World *w, const char *name) { return str_fmt(w->a, "%s/%s", w->top, name).p; }
static Bank *opened(World *w, const char *dir, bool write) {
    Bank *b = NULL;
    Str why = STR_NONE;
    must(bank_open(w->a, dir, write, &b, &why) == OK);
    return b;
}
static BankLine line(uint64_t seed, BankSignal signal) {
    BankLine l = { .kind = BANK_ADD, .signal = signal, .lane = LANE_ADULT, .front = FRONT_FULL, .quality = signal == SIGNAL_PDQ ? 90 : BANK_QUALITY_UNKNOWN, .at = noon, .source = "A" };
    Pdq h = hash_make(seed);
    bank_bytes(&h, l.hash);
    return l;
}
static size_t found(Bank *b, const BankLine *l, int radius) {
    BankHit hits[64];
    size_t n = 0;
    must(bank_match(b, l->signal, l->hash, radius, noon, true, hits, 64, &n) == OK);
    return n;
}

/* A third of them exact keys; every seventh is taken away later. Hashes differ enough that none is near another. */
static BankSignal kind(uint64_t i) { return i % 3 == 0 ? SIGNAL_SHA256 : SIGNAL_PDQ; }

static void growing(World *w) {
    const char *dir = dir_of(w, "growing");
    BankLine lines[AT_ONCE];
    int wrong = 0, asked = 0;
    size_t n = 0;
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true), *reader = opened(w, dir, false);
    for (uint64_t from = 0; from < ALL; from += AT_ONCE) {
        uint32_t gone[AT_ONCE];
        size_t gone_n = 0;
        for (uint64_t i = 0; i < AT_ONCE; i++) lines[i] = line(from + i, kind(from + i));
        must(bank_add(b, lines, AT_ONCE, &n) == OK && n == AT_ONCE);
        wrong += found(reader, &lines[AT_ONCE - 1], 31) != 1 || found(reader, &lines[0], 31) != 1;
        for (size_t i = 0; i < AT_ONCE; i++)
            if ((from + i) % 7 == 0) gone[gone_n++] = lines[i].entry;
        must(bank_change(b, BANK_REMOVE, gone, gone_n, S("the person"), noon) == OK);
        for (uint64_t k = 0; k < 60; k++, asked++) { /* of all that came so far */
            uint64_t i = (from * 31 + k * 7919) % (from + AT_ONCE);
            BankLine l = line(i, kind(i));
            wrong += found(reader, &l, 31) != (i % 7 == 0 ? 0u : 1u);
        }
    }
    check(wrong == 0 && reader->f.since.near.head->count > 4096, "while %d came, %d of them asked for: each that is there is found, none that was taken away (%d wrong)", (int)ALL, asked, wrong);
    check(reader->f.old.bytes < reader->f.since.bytes, "what was outgrown is given back");
    wrong = 0;
    for (uint64_t i = 0; i < ALL; i += 41) {
        BankLine l = line(i, kind(i));
        wrong += found(reader, &l, 31) != (i % 7 == 0 ? 0u : 1u);
    }
    check(wrong == 0, "and at the end too");
    bank_close(reader);
    bank_close(b);
}

/* Many of the very same hash, from many sources: one bucket takes the room of all. */
static void alike(World *w) {
    const char *dir = dir_of(w, "alike");
    BankLine *lines = calloc(ALIKE, sizeof *lines);
    size_t n = 0;
    must(bank_make(dir) == OK && lines != NULL);
    Bank *b = opened(w, dir, true), *reader = opened(w, dir, false);
    for (uint64_t i = 0; i < ALIKE; i++) {
        lines[i] = line(5, SIGNAL_PDQ);
        snprintf(lines[i].source, sizeof lines[i].source, "S%llu", (unsigned long long)i);
    }
    Err e = bank_add(b, lines, ALIKE, &n);
    BankHit *hits = calloc(BANK_HITS_MAX, sizeof *hits);
    must(hits != NULL && e == OK && n == ALIKE && bank_match(reader, SIGNAL_PDQ, lines[0].hash, 0, noon, true, hits, BANK_HITS_MAX, &n) == OK);
    check(n == ALIKE, "%d sources bring the very same hash: all are counted (%zu)", (int)ALIKE, n);
    free(hits);
    free(lines);
    bank_close(reader);
    bank_close(b);
}

static void striking(World *w) {
    const char *dir = dir_of(w, "striking");
    BankStep steps[12];
    must(bank_make(dir) == OK);
    for (uint64_t i = 0; i < 10; i++) steps[i] = (BankStep){ .line = line(900 + i, SIGNAL_PDQ), .of = 0 };
    for (uint64_t i = 0; i < 10; i++) steps[i].line.ref = i + 1;
    Bank *b = opened(w, dir, true), *early = opened(w, dir, false);
    must(bank_journal(b, steps, 10) == OK);
    check(bank_strike(dir, (uint64_t[]){ 3 }, 1) == E_MISSING && !bank_newer(early), "in a bank that follows no journal nothing is struck");
    must(bank_strike_make(dir) == OK);
    check(bank_newer(early), "who opened it before is told to open it again");
    Bank *reader = opened(w, dir, false);
    BankLine third = line(902, SIGNAL_PDQ), fourth = line(903, SIGNAL_PDQ);
    check(found(reader, &third, 31) == 1 && found(reader, &fourth, 31) == 1, "two of ten");
    int64_t began = sys_mono_ms();
    must(bank_strike(dir, (uint64_t[]){ 3 }, 1) == OK);
    check(found(reader, &third, 31) == 0 && found(reader, &fourth, 31) == 1, "what is struck is not given at the next question, without a line (%lld ms); its neighbour is", (long long)(sys_mono_ms() - began));
    check(bank_strike(dir, (uint64_t[]){ 0, (uint64_t)BANK_RECORDS_MAX + 1, UINT64_MAX }, 3) == OK && found(reader, &fourth, 31) == 1, "numbers that no journal gives do nothing");
    pid_t pids[2];
    for (int p = 0; p < 2; p++) {
        pids[p] = fork();
        if (pids[p] != 0) continue;
        bool good = true;
        for (uint64_t i = 0; i < 400; i++) good = good && bank_strike(dir, (uint64_t[]){ 1000 + i * 2 + (uint64_t)p }, 1) == OK;
        _exit(good ? 0 : 1);
    }
    int status[2] = { 1, 1 }, lost = 0;
    for (int p = 0; p < 2; p++) must(waitpid(pids[p], &status[p], 0) == pids[p]);
    for (uint64_t i = 1000; i < 1800; i++) lost += !struck(reader, i);
    check(status[0] == 0 && status[1] == 0 && lost == 0 && !struck(reader, 999) && !struck(reader, 1800), "two that strike at once lose nothing (%d lost)", lost);
    must(bank_strike_none(dir) == OK);
    check(found(reader, &third, 31) == 1 && !struck(reader, 1500), "made anew from the journal, it is as the record says, for those who have it open too");
    must(bank_strike(dir, (uint64_t[]){ 3 }, 1) == OK);
    steps[10] = (BankStep){ .line = { .kind = BANK_REMOVE, .at = noon, .source = "A", .ref = 11 }, .of = 3 };
    must(bank_journal(b, &steps[10], 1) == OK);
    check(found(reader, &third, 31) == 0 && bank_state(reader, 3) == STATE_REMOVED, "and then its line comes");
    struct stat st;
    must(stat(str_fmt(w->a, "%s/struck", dir).p, &st) == 0);
    check(st.st_blocks * 512 < (1 << 20), "it takes no room to speak of (%lld bytes on the disk)", (long long)st.st_blocks * 512);
    bank_close(early);
    bank_close(reader);
    bank_close(b);
}

int main(void) {
    World w = { .a = arena_new(256 << 20), .top = "/tmp/keten-grow-XXXXXX" };
    sys_start();
    must(mkdtemp(w.top) != NULL);
    growing(&w);
    alike(&w);
    striking(&w);
    const char *rm[] = { "rm", "-r", w.top, NULL };
    pid_t pid = 0;
    if (sys_spawn(&(Spawn){ .path = "/bin/rm", .argv = rm }, &pid) == OK) (void)waitpid(pid, NULL, 0);
    arena_free(w.a);
    return tap_end();
}
