/* A bank of hashes through its life: what is in force, what a crash, a flipped bit and a full disk leave, and two processes at once. */
#include "programs/bank/bank.h"

#include "core/fingerprint/testhash.h"
#include "foundation/base/tap.h"
#include "foundation/sandbox/sandbox.h"
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { MANY = SANITIZED_BUILD ? 3000 : 20000 };
typedef struct World { Arena *a; char top[64]; } World;
static const UnixMs noon = 1772442000000;

static const char *dir_of(World *w, const char *name) { return str_fmt(w->a, "%s/%s", w->top, name).p; }
static BankLine line(uint64_t seed, const char *source, BankLane lane) {
    BankLine l = { .signal = SIGNAL_PDQ, .lane = lane, .front = FRONT_FULL, .quality = 90, .at = noon };
    Pdq h = hash_make(seed);
    bank_bytes(&h, l.hash);
    snprintf(l.source, sizeof l.source, "%s", source);
    return l;
}
static Bank *opened(World *w, const char *dir, bool write) {
    Bank *b = NULL;
    Str why = STR_NONE;
    Err e = bank_open(w->a, dir, write, &b, &why);
    if (e != OK) printf("# %s: " STR_FMT "\n", err_name(e), STR_ARG(why));
    must(e == OK);
    return b;
}
static uint32_t add(Bank *b, BankLine l) {
    size_t n = 0;
    must(bank_add(b, &l, 1, &n) == OK && n == (l.entry != 0));
    return l.entry;
}
static size_t found(Bank *b, Pdq h, int radius, bool all) {
    BankHit hits[BANK_HITS_MAX];
    uint8_t bytes[32];
    size_t n = 0;
    bank_bytes(&h, bytes);
    must(bank_match(b, SIGNAL_PDQ, bytes, radius, noon + 1000, all, hits, BANK_HITS_MAX, &n) == OK);
    return n;
}

static void life(World *w) {
    const char *dir = dir_of(w, "life");
    must(bank_make(dir) == OK);
    check(bank_make(dir) == E_CONFLICT, "a bank is not made over another");
    Bank *b = opened(w, dir, true);
    uint32_t one = add(b, line(1, "Hotline A", LANE_ADULT));
    check(one == 1 && bank_state(b, one) == STATE_QUARANTINE && found(b, hash_make(1), 0, false) == 0 && found(b, hash_make(1), 0, true) == 1, "what one source brings stands in quarantine: it is not in force");
    check(add(b, line(1, "Hotline A", LANE_ADULT)) == 0, "the same source does not make it two");
    BankLine near = line(1, "Hotline B", LANE_ADULT);
    Pdq h = hash_near(hash_make(1), 12, 5);
    bank_bytes(&h, near.hash);
    uint32_t two = add(b, near);
    check(bank_state(b, one) == STATE_ACTIVE && bank_state(b, two) == STATE_ACTIVE && found(b, hash_make(1), 31, false) == 2 && found(b, hash_make(1), 0, false) == 1, "another source near it puts both in force");
    uint32_t minor = add(b, line(50, "Hotline A", LANE_MINOR)), adult = add(b, line(50, "Hotline B", LANE_ADULT));
    check(bank_state(b, minor) == STATE_QUARANTINE && bank_state(b, adult) == STATE_QUARANTINE, "agreement counts within a lane only");
    check(bank_change(b, BANK_CONFIRM, &adult, 1, S("W. Anda"), noon) == OK && bank_state(b, adult) == STATE_ACTIVE && found(b, hash_make(50), 31, false) == 1, "a person's word puts it in force");
    check(bank_change(b, BANK_DISPUTE, &adult, 1, S("W. Anda"), noon) == OK && found(b, hash_make(50), 31, false) == 0, "a disputed one is out of force");
    check(bank_change(b, BANK_REMOVE, &one, 1, S("the person"), noon) == OK && found(b, hash_make(1), 31, true) == 1 && bank_state(b, one) == STATE_REMOVED, "a withdrawn one is gone at once, also from quarantine");
    check(bank_change(b, BANK_REMOVE, &one, 1, S("x"), noon) == E_MISSING && bank_change(b, BANK_CONFIRM, (uint32_t[]){ 999 }, 1, S("x"), noon) == E_MISSING, "what is gone, or never was, is not changed");
    check(add(b, line(1, "Hotline A", LANE_ADULT)) != 0, "and may come again");
    BankLine ends = line(70, "Hotline C", LANE_ADULT);
    ends.consent_until = noon + 500;
    uint32_t until = add(b, ends);
    must(bank_change(b, BANK_CONFIRM, &until, 1, S("W. Anda"), noon) == OK);
    check(found(b, hash_make(70), 0, false) == 0 && found(b, hash_make(70), 0, true) == 1, "after its consent has ended it is out of force");
    bank_close(b);
    b = opened(w, dir, false);
    check(bank_state(b, two) == STATE_ACTIVE && bank_state(b, one) == STATE_REMOVED && found(b, hash_make(1), 31, false) == 2 && bank_index_note(b).n == 0, "opened anew it says the same");
    Str why = STR_NONE;
    check(bank_verify(w->a, b, 50, &why) == OK, "and is in order");
    BankHit twice[] = { { two, 3 }, { two, 0 } };
    check(bank_counted(b, two) == 0 && bank_count(b, twice, 2) == OK && bank_count(b, twice, 1) == OK && bank_counted(b, two) == 3 && bank_counted(b, one) == 0, "matches are counted, each for its own entry");
    bank_close(b);
    b = opened(w, dir, true);
    for (uint64_t i = 0; i < 5; i++) (void)add(b, line(500 + i, "Hotline A", LANE_ADULT));
    uint32_t last = bank_lines(b);
    check(bank_counted(b, two) == 3 && bank_count(b, &(BankHit){ last, 0 }, 1) == OK && bank_counted(b, last) == 1 && bank_counted(b, 4000000) == 0, "the counts outlive the process, and grow with the bank");
    bank_close(b);
}

static void refusals(World *w) {
    BankLine l = line(1, "A", LANE_ADULT);
    uint8_t hash[32];
    l.quality = 49;
    check(strstr(bank_refusal(&l), "below 50") != NULL, "%s", bank_refusal(&l));
    l.quality = 50;
    check(bank_refusal(&l) == NULL, "50 is enough");
    memset(l.hash, 0, 32);
    check(strstr(bank_refusal(&l), "nothing") != NULL, "%s", bank_refusal(&l));
    l = line(1, "", LANE_ADULT);
    check(strstr(bank_refusal(&l), "source") != NULL, "%s", bank_refusal(&l));
    l = line(1, "a\nb", LANE_ADULT);
    check(bank_refusal(&l) != NULL, "%s", bank_refusal(&l));
    l = line(1, "A", LANE_ADULT);
    l.consent_until = noon - 1;
    check(strstr(bank_refusal(&l), "consent") != NULL, "%s", bank_refusal(&l));
    check(bank_hash_parse(SIGNAL_PDQ, S("abc"), hash) == E_INPUT && bank_hash_parse(SIGNAL_MD5, S("d41d8cd98f00b204e9800998ecf8427e"), hash) == OK && bank_hash_parse(SIGNAL_PDQ, S("d41d8cd98f00b204e9800998ecf8427e"), hash) == E_INPUT, "32 digits are an MD5 and no PDQ");
    (void)w;
}

static void exact_keys(World *w) {
    const char *dir = dir_of(w, "exact");
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    BankHit hits[8];
    size_t n = 0;
    BankLine *lines = calloc(MANY, sizeof *lines);
    must(lines != NULL);
    for (uint64_t i = 0; i < MANY; i++) {
        lines[i] = line(i, i % 2 == 0 ? "A" : "B", LANE_ADULT);
        lines[i].signal = i % 3 == 0 ? SIGNAL_SHA256 : i % 3 == 1 ? SIGNAL_URL : SIGNAL_MD5;
        if (lines[i].signal == SIGNAL_MD5) memset(lines[i].hash + 16, 0, 16);
    }
    must(bank_add(b, lines, MANY, &n) == OK);
    check(n == MANY, "%zu exact keys of three kinds are added at once", n);
    int bad = 0;
    for (uint64_t i = 0; i < MANY; i++) {
        must(bank_match(b, lines[i].signal, lines[i].hash, 31, noon, true, hits, 8, &n) == OK);
        bad += n != 1 || hits[0].entry != lines[i].entry;
        must(bank_match(b, lines[i].signal == SIGNAL_URL ? SIGNAL_SHA256 : SIGNAL_URL, lines[i].hash, 31, noon, true, hits, 8, &n) == OK);
        bad += n != 0;
    }
    check(bad == 0, "each is found as what it is and as nothing else");
    free(lines);
    bank_close(b);
}

static void flip(const char *path, off_t at) {
    uint8_t c = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    must(fd >= 0 && pread(fd, &c, 1, at) == 1);
    c ^= 4;
    must(pwrite(fd, &c, 1, at) == 1);
    close(fd);
}

static void many(World *w) {
    const char *dir = dir_of(w, "many"), *index = str_fmt(w->a, "%s/index", dir).p, *record = str_fmt(w->a, "%s/record", dir).p;
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true), *reader = opened(w, dir, false);
    BankLine *lines = calloc(MANY, sizeof *lines);
    size_t n = 0;
    Str why = STR_NONE;
    must(lines != NULL);
    for (uint64_t i = 0; i < MANY; i++) lines[i] = line(i + 1000, i % 10 == 0 ? "B" : "A", LANE_ADULT);
    must(bank_add(b, lines, MANY, &n) == OK && n == MANY);
    check(found(reader, hash_near(hash_make(1000 + MANY / 2), 30, 3), 31, true) == 1, "a process that only reads finds what another has just added");
    uint32_t *gone = calloc(MANY, sizeof *gone);
    must(gone != NULL);
    for (uint32_t i = 0; i < MANY / 2; i++) gone[i] = lines[2 * i].entry;
    int64_t began = sys_mono_ms();
    must(bank_change(b, BANK_REMOVE, gone, MANY / 2, S("the source"), noon) == OK);
    int bad = 0;
    for (uint64_t i = 0; i < 500; i++) bad += found(reader, hash_make(1000 + i), 0, true) != i % 2;
    check(bad == 0, "%d withdrawn at once are gone for the reader at its next question, the others are not (%lld ms)", MANY / 2, (long long)(sys_mono_ms() - began));
    bank_close(b);
    b = opened(w, dir, true);
    must(finder_save(b) == OK);
    check(bank_verify(w->a, b, 100, &why) == OK && found(b, hash_make(1001), 31, true) == 1 && found(b, hash_make(1000), 31, true) == 0, "written anew, the index on the disk is in order, withdrawn ones stay gone");
    bank_close(b);
    struct stat st;
    must(stat(index, &st) == 0);
    off_t places[] = { 2, 10, 30, 4096 + 77, st.st_size / 2, st.st_size - 3 };
    for (size_t i = 0; i < LEN(places); i++) {
        flip(index, places[i]);
        Bank *r = opened(w, dir, false);
        bool told = bank_index_note(r).n > 0, right = found(r, hash_make(1001), 31, true) == 1 && found(r, hash_make(1000), 31, true) == 0;
        if (i == 0 || i + 1 == LEN(places)) printf("# " STR_FMT "\n", STR_ARG(bank_index_note(r)));
        bank_close(r);
        flip(index, places[i]);
        check(told && right, "one flipped bit of the index at byte %lld is found at open, and does not matter", (long long)places[i]);
    }
    flip(index, st.st_size / 2);
    bank_close(opened(w, dir, true));
    b = opened(w, dir, false);
    check(bank_index_note(b).n == 0 && bank_verify(w->a, b, 10, &why) == OK, "a process that may write has made it anew");
    bank_close(b);
    must(truncate(index, 5000) == 0);
    bank_close(opened(w, dir, true));
    must(unlink(index) == 0);
    b = opened(w, dir, false);
    check(found(b, hash_make(1001), 31, true) == 1, "without an index on the disk the record is enough");
    bank_close(b);
    /* The record. */
    flip(record, 128 * 40 + 61);
    Bank *none = NULL;
    Err e = bank_open(w->a, dir, true, &none, &why);
    check(e == E_INPUT, "a flipped bit in the record is refused: " STR_FMT, STR_ARG(why));
    flip(record, 128 * 40 + 61);
    flip(record, 9);
    e = bank_open(w->a, dir, false, &none, &why);
    check(e == E_INPUT, "in its head too: " STR_FMT, STR_ARG(why));
    flip(record, 9);
    bank_close(reader);
    free(lines);
    free(gone);
}

static void older_record(World *w) {
    const char *dir = dir_of(w, "older"), *record = str_fmt(w->a, "%s/record", dir).p;
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    for (uint64_t i = 0; i < 30; i++) (void)add(b, line(i, "A", LANE_ADULT));
    Str kept = STR_NONE;
    must(file_read(w->a, record, 1 << 20, &kept) == OK);
    for (uint64_t i = 30; i < 60; i++) (void)add(b, line(i, "A", LANE_ADULT));
    must(finder_save(b) == OK);
    bank_close(b);
    must(file_write(record, kept, 0600) == OK);
    b = opened(w, dir, false);
    check(bank_lines(b) == 30 && found(b, hash_make(29), 0, true) == 1 && found(b, hash_make(45), 0, true) == 0 && bank_index_note(b).n > 0, "a record put back from a backup counts, not the newer index beside it: " STR_FMT, STR_ARG(bank_index_note(b)));
    bank_close(b);
    b = opened(w, dir, true);
    check(add(b, line(100, "A", LANE_ADULT)) == 31, "and goes on from there");
    bank_close(b);
    b = opened(w, dir, false);
    Str why = STR_NONE;
    check(bank_index_note(b).n == 0 && bank_verify(w->a, b, 20, &why) == OK && found(b, hash_make(100), 0, true) == 1 && found(b, hash_make(45), 0, true) == 0, "with an index of its own");
    bank_close(b);
}

/* Opened again and again while somebody adds and makes the index anew. */
static void opening_meanwhile(World *w) {
    const char *dir = dir_of(w, "while");
    must(bank_make(dir) == OK);
    bank_close(opened(w, dir, true));
    pid_t pid = fork();
    if (pid == 0) {
        Bank *b = opened(w, dir, true);
        for (uint64_t i = 0; i < 1000000; i++) {
            (void)add(b, line(i, "A", LANE_ADULT));
            if (finder_save(b) != OK) _exit(1);
        }
        _exit(0);
    }
    int noted = 0, wrong = 0, opens = SANITIZED_BUILD ? 25 : 60;
    for (int i = 0; i < opens; i++) {
        Bank *r = opened(w, dir, false);
        uint32_t n = bank_lines(r);
        noted += bank_index_note(r).n > 0;
        wrong += n > 0 && found(r, hash_make(n - 1), 0, true) != 1;
        bank_close(r);
    }
    kill(pid, SIGKILL);
    must(waitpid(pid, NULL, 0) == pid);
    check(wrong == 0 && noted == 0, "opened %d times while another adds and makes the index anew: nothing missing, nothing taken for damage (%d, %d)", opens, wrong, noted);
}

/* A process that only reads, and runs for long while others add. */
static void long_reader(World *w) {
    enum { EACH = 200, TIMES = 15, DUE = 1000 };
    const char *dir = dir_of(w, "long");
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true), *reader = opened(w, dir, false);
    b->due_at = reader->due_at = DUE;
    BankLine *lines = calloc(EACH, sizeof *lines);
    int there = 0;
    must(lines != NULL);
    for (uint64_t t = 0; t < TIMES; t++) {
        size_t n = 0;
        for (uint64_t i = 0; i < EACH; i++) lines[i] = line(t * EACH + i, "A", LANE_ADULT);
        must(bank_add(b, lines, EACH, &n) == OK && n == EACH);
        there += found(reader, hash_make(t * EACH + 17), 0, true) == 1;
        if (t == 3) must(bank_change(b, BANK_REMOVE, &lines[5].entry, 1, S("x"), noon) == OK);
    }
    check(there == TIMES && reader->f.base.near.head->count > DUE && reader->f.since.near.head->count < EACH * TIMES / 2, "a long reader takes up the newer index (%llu in it, %llu since)", (unsigned long long)reader->f.base.near.head->count, (unsigned long long)reader->f.since.near.head->count);
    int bad = 0;
    for (uint64_t i = 0; i < EACH * TIMES; i++) bad += found(reader, hash_make(i), 0, true) != (i == 3 * EACH + 5 ? 0u : 1u);
    check(bad == 0 && found(reader, hash_make(3 * EACH + 5), 0, true) == 0, "and finds all of it, the withdrawn one not (%d wrong)", bad);
    free(lines);
    bank_close(b);
    bank_close(reader);
}

/* Much that a crash left behind the last line, in pages that readers have mapped. dir: 22 lines. */
static void torn_tail(World *w, const char *dir, const char *record) {
    enum { LEFT = 5 * 4096 };
    static const uint8_t left[LEFT] = { 9 };
    struct stat before, after;
    int fd = open(record, O_WRONLY | O_APPEND | O_CLOEXEC);
    must(fd >= 0 && write(fd, left, LEFT) == LEFT && fstat(fd, &before) == 0);
    close(fd);
    Bank *reader = opened(w, dir, false), *b = opened(w, dir, true);
    check(add(b, line(101, "A", LANE_ADULT)) == 23 && stat(record, &after) == 0 && after.st_size == before.st_size, "what a crash left is written over, not cut off under those who read");
    check(found(reader, hash_make(101), 0, true) == 1 && bank_lines(reader) == 23, "who reads meanwhile goes on, and finds the new one");
    bank_close(reader);
    bank_close(b);
}

static void crashes(World *w) {
    const char *dir = dir_of(w, "crash"), *record = str_fmt(w->a, "%s/record", dir).p;
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    for (uint64_t i = 0; i < 20; i++) (void)add(b, line(i + 1, "A", LANE_ADULT));
    bank_close(b);
    struct stat st;
    must(stat(record, &st) == 0);
    static const char half[] = "half a line that a crash left";
    int fd = open(record, O_WRONLY | O_APPEND | O_CLOEXEC);
    must(fd >= 0 && write(fd, half, sizeof half) == (ssize_t)sizeof half);
    close(fd);
    b = opened(w, dir, false);
    check(bank_lines(b) == 20 && found(b, hash_make(20), 0, true) == 1, "half a line at the end is not read");
    bank_close(b);
    b = opened(w, dir, true);
    check(add(b, line(99, "A", LANE_ADULT)) == 21, "and the next one takes its place");
    bank_close(b);
    /* A whole line of rubbish, as a disk may leave it. */
    fd = open(record, O_WRONLY | O_APPEND | O_CLOEXEC);
    uint8_t rubbish[LINE_BYTES * 3] = { 7 };
    must(fd >= 0 && write(fd, rubbish, sizeof rubbish) == (ssize_t)sizeof rubbish);
    close(fd);
    b = opened(w, dir, true);
    check(bank_lines(b) == 21 && add(b, line(100, "A", LANE_ADULT)) == 22, "nor whole lines that nobody was told of");
    bank_close(b);
    torn_tail(w, dir, record);
    /* Killed while adding, again and again. */
    for (int i = 0; i < 6; i++) {
        int told[2];
        must(pipe2(told, O_CLOEXEC) == 0);
        pid_t pid = fork();
        if (pid == 0) {
            Bank *mine = opened(w, dir, true);
            for (uint32_t k = 0;; k++) {
                uint32_t entry = add(mine, line(1000 + (uint64_t)i * 100000 + k, "A", LANE_ADULT));
                if (write(told[1], &entry, sizeof entry) != (ssize_t)sizeof entry) _exit(1);
            }
        }
        close(told[1]);
        uint32_t last = 0;
        for (int k = 0; k < 5 + 9 * i; k++) must(read(told[0], &last, sizeof last) == (ssize_t)sizeof last);
        kill(pid, SIGKILL);
        must(waitpid(pid, NULL, 0) == pid);
        for (uint32_t more = 0; read(told[0], &more, sizeof more) == (ssize_t)sizeof more;) last = more;
        close(told[0]);
        b = opened(w, dir, i % 2 == 0);
        Str why = STR_NONE;
        if (bank_lines(b) < last || bank_state(b, last) != STATE_QUARANTINE || bank_verify(w->a, b, 5, &why) != OK) {
            check(false, "killed after entry %u was acknowledged: it is there", last);
        } else if (i == 5) {
            check(true, "killed six times while adding: whatever was acknowledged is there, and all is in order");
        }
        bank_close(b);
    }
}

static void two_at_once(World *w) {
    enum { EACH = SANITIZED_BUILD ? 60 : 150 };
    const char *dir = dir_of(w, "two");
    must(bank_make(dir) == OK);
    pid_t pids[2];
    for (int p = 0; p < 2; p++) {
        pids[p] = fork();
        if (pids[p] != 0) continue;
        Bank *b = opened(w, dir, true);
        int bad = 0;
        for (uint64_t i = 0; i < EACH; i++) bad += add(b, line(i * 2 + (uint64_t)p, p == 0 ? "A" : "B", LANE_ADULT)) == 0;
        _exit(bad == 0 ? 0 : 1);
    }
    int status[2] = { 1, 1 };
    for (int p = 0; p < 2; p++) must(waitpid(pids[p], &status[p], 0) == pids[p]);
    Bank *b = opened(w, dir, false);
    int there = 0;
    for (uint64_t i = 0; i < 2 * EACH; i++) there += found(b, hash_make(i), 0, true) == 1;
    check(status[0] == 0 && status[1] == 0 && bank_lines(b) == 2 * EACH && there == 2 * EACH, "two processes that add at once lose nothing (%d of %d)", there, 2 * EACH);
    bank_close(b);
}

/* No file may grow beyond a limit, as when the disk is full. */
static void full_disk(World *w) {
    const char *dir = dir_of(w, "full");
    must(bank_make(dir) == OK);
    Bank *b = opened(w, dir, true);
    (void)add(b, line(1, "A", LANE_ADULT));
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit was, small = { 128 * 5 + 60, RLIM_INFINITY };
    must(getrlimit(RLIMIT_FSIZE, &was) == 0);
    small.rlim_max = was.rlim_max;
    must(setrlimit(RLIMIT_FSIZE, &small) == 0);
    BankLine lines[10];
    size_t n = 0;
    for (uint64_t i = 0; i < 10; i++) lines[i] = line(i + 10, "A", LANE_ADULT);
    Err e = bank_add(b, lines, 10, &n);
    must(setrlimit(RLIMIT_FSIZE, &was) == 0);
    Bank *other = opened(w, dir, false);
    check(bank_lines(other) == 1, "nobody else sees a part of it");
    bank_close(other);
    check(e == E_OUTSIDE && bank_lines(b) == 1, "on a full disk nothing of what is added at once is there, and it is said (%s)", err_name(e));
    check(add(b, line(30, "A", LANE_ADULT)) == 2, "and when there is room again, it goes on");
    bank_close(b);
}

static void nothing_there(World *w) {
    Bank *b = NULL;
    Str why = STR_NONE;
    Err e = bank_open(w->a, dir_of(w, "nowhere"), false, &b, &why);
    check(e == E_MISSING, "where there is none: " STR_FMT, STR_ARG(why));
    const char *dir = dir_of(w, "other");
    must(dir_make(dir, 0700) == OK && file_write(str_fmt(w->a, "%s/record", dir).p, S("x"), 0600) == OK);
    e = bank_open(w->a, dir, false, &b, &why);
    check(e == E_INPUT, "a record of one byte: " STR_FMT, STR_ARG(why));
    Buf text = buf_new(4096);
    for (int i = 0; i < 20; i++) buf_z(&text, "something else. ");
    must(file_write(str_fmt(w->a, "%s/record", dir).p, buf_str(&text), 0600) == OK);
    e = bank_open(w->a, dir, false, &b, &why);
    check(e == E_INPUT, "a record of something else: " STR_FMT, STR_ARG(why));
    buf_free(&text);
}

int main(void) {
    World w = { .a = arena_new(256 << 20), .top = "/tmp/keten-bank-XXXXXX" };
    sys_start();
    must(mkdtemp(w.top) != NULL);
    life(&w);
    refusals(&w);
    exact_keys(&w);
    many(&w);
    long_reader(&w);
    older_record(&w);
    opening_meanwhile(&w);
    crashes(&w);
    two_at_once(&w);
    full_disk(&w);
    nothing_there(&w);
    const char *rm[] = { "rm", "-r", w.top, NULL };
    pid_t pid = 0;
    if (sys_spawn(&(Spawn){ .path = "/bin/rm", .argv = rm }, &pid) == OK) (void)waitpid(pid, NULL, 0);
    arena_free(w.a);
    return tap_end();
}
