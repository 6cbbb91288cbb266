/* bank_struck.c - out of force at once. Whoever keeps the journal says so the moment its act is durable; the line in the record comes a little later, in its turn. The file
 * `struck` holds a bit for each number of the journal. It has its full length from the start (nothing of it is on the disk that is nought), so that whoever mapped it need never map it
 * again. What a crash loses of it the line makes good; a bit is only ever set, until the bank is made anew from the journal (bank_strike_none). */
#include "foundation/sys/sys.h"
#include "programs/bank/bank_in.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STRUCK_BYTES = BANK_RECORDS_MAX / 8 + 1, PATH_BYTES = 4096 };

static Err opened(const char *dir, bool make, int *out) {
    char path[PATH_BYTES];
    struct stat st;
    if (snprintf(path, sizeof path, "%s/struck", dir) >= (int)sizeof path) return E_LIMIT;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? E_MISSING : E_OUTSIDE;
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX) == 0;
    if (good && st.st_size < STRUCK_BYTES) good = ftruncate(fd, STRUCK_BYTES) == 0;
    if (!good) close(fd);
    *out = fd;
    return good ? OK : E_OUTSIDE;
}

Err bank_strike_make(const char *dir) {
    int fd = -1;
    TRY(opened(dir, true, &fd));
    close(fd);
    return OK;
}

Err bank_strike(const char *dir, const uint64_t *refs, size_t n) {
    int fd = -1;
    TRY(opened(dir, false, &fd));
    Err e = OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        uint8_t byte = 0;
        off_t at = (off_t)(refs[i] / 8);
        if (refs[i] == 0 || refs[i] > BANK_RECORDS_MAX) continue;
        if (pread(fd, &byte, 1, at) != 1) e = E_OUTSIDE;
        byte |= (uint8_t)(1u << refs[i] % 8);
        if (e == OK && pwrite(fd, &byte, 1, at) != 1) e = E_OUTSIDE; /* the disk is full: the line will say it */
    }
    close(fd); /* and with it the lock */
    return e;
}

Err bank_strike_none(const char *dir) {
    int fd = -1;
    Err e = opened(dir, false, &fd);
    if (e == E_MISSING) return OK;
    TRY(e);
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, STRUCK_BYTES) != 0) { /* a file system without holes: written over */
        static const uint8_t none[1 << 16];
        for (off_t at = 0; e == OK && at < STRUCK_BYTES; at += (off_t)sizeof none) {
            size_t part = (size_t)(STRUCK_BYTES - at) < sizeof none ? (size_t)(STRUCK_BYTES - at) : sizeof none;
            if (pwrite(fd, none, part, at) != (ssize_t)part) e = E_OUTSIDE;
        }
    }
    close(fd);
    return e;
}

/* ---- for who looks ---- */

void struck_map(Bank *b) {
    char path[PATH_BYTES];
    struct stat st;
    must(snprintf(path, sizeof path, "%s/struck", b->dir) < (int)sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= STRUCK_BYTES) {
        void *p = mmap(NULL, STRUCK_BYTES, PROT_READ, MAP_SHARED, fd, 0);
        if (p != MAP_FAILED) b->struck = p;
    }
    close(fd);
}
void struck_unmap(Bank *b) {
    if (b->struck != NULL) (void)munmap((void *)(uintptr_t)b->struck, STRUCK_BYTES);
    b->struck = NULL;
}
bool struck(const Bank *b, uint64_t ref) { return b->struck != NULL && ref > 0 && ref <= BANK_RECORDS_MAX && (__atomic_load_n(&b->struck[ref / 8], __ATOMIC_ACQUIRE) >> ref % 8 & 1) != 0; }
bool struck_appeared(const Bank *b) {
    char path[PATH_BYTES];
    struct stat st;
    must(snprintf(path, sizeof path, "%s/struck", b->dir) < (int)sizeof path);
    return b->struck == NULL && stat(path, &st) == 0 && st.st_size >= STRUCK_BYTES;
}
