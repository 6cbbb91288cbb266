/* bank_count.c - how often each entry was matched: a file of numbers beside the record, shared by whoever counts. */
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

static void unmap(Bank *b) {
    if (b->counts != NULL) (void)munmap(b->counts, b->counts_n * sizeof *b->counts);
    b->counts = NULL;
    b->counts_n = 0;
}

/* Maps the file, made large enough for all lines when it is to be written. Its room is taken beforehand: a full disk is an error, not a signal. */
static Err map_counts(Bank *b, bool write) {
    size_t need = (size_t)b->lines + 1;
    struct stat st;
    if (b->counts != NULL && b->counts_write >= write && b->counts_n >= need) return OK;
    unmap(b);
    int fd = open(path_join(b->a, b->dir, "counts").p, (write ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return E_MISSING;
    size_t bytes = (need + 4095) / 4096 * 4096 * sizeof *b->counts;
    Err e = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? OK : E_OUTSIDE;
    if (e == OK && write && (size_t)st.st_size < bytes && posix_fallocate(fd, 0, (off_t)bytes) != 0) e = E_OUTSIDE;
    if (e == OK && !write) bytes = (size_t)st.st_size / sizeof *b->counts * sizeof *b->counts;
    if (e == OK && bytes == 0) e = E_MISSING;
    void *p = e == OK ? mmap(NULL, bytes, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (p == MAP_FAILED) return e != OK ? e : E_OUTSIDE;
    b->counts = p;
    b->counts_n = bytes / sizeof *b->counts;
    b->counts_write = write;
    return OK;
}

Err bank_count(Bank *b, const BankHit *hits, size_t n) {
    TRY(map_counts(b, true));
    for (size_t i = 0; i < n; i++) {
        must(hits[i].entry <= b->lines && hits[i].entry < b->counts_n);
        uint32_t *at = &b->counts[hits[i].entry];
        if (__atomic_load_n(at, __ATOMIC_RELAXED) < UINT32_MAX) (void)__atomic_fetch_add(at, 1, __ATOMIC_RELAXED);
    }
    return OK;
}

uint32_t bank_counted(Bank *b, uint32_t entry) {
    if (b->counts == NULL && map_counts(b, false) != OK) return 0;
    return entry < b->counts_n ? __atomic_load_n(&b->counts[entry], __ATOMIC_RELAXED) : 0;
}

Err bank_counts_from(Bank *b, Bank *old) {
    if (old->counts == NULL && map_counts(old, false) != OK) return OK;
    TRY(map_counts(b, true));
    for (uint32_t n = 1; n <= old->lines && n < old->counts_n; n++) {
        uint32_t entry = old->counts[n] == 0 ? 0 : bank_journal_entry(b, bank_line(old, n).ref);
        if (entry != 0) b->counts[entry] = old->counts[n];
    }
    return OK;
}

void counts_close(Bank *b) { unmap(b); }
