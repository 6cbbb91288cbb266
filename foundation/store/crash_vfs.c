/* crash_vfs.c - a layer over the system's file layer that can kill the process just before the nth write or sync.
 * It is how the simulation proves that an act acknowledged is an act kept: kill -9 between any two writes. */
#include "foundation/store/store_in.h"

#include <signal.h>

static int64_t crash_at, writes_done; /* process-wide on purpose: they count what reaches the disk */
static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
/* The system has several method tables (by kind of file); each gets its own wrapper, found again by its address. */
enum { WRAPS = 8 };
static struct { const sqlite3_io_methods *real; sqlite3_io_methods mine; } wraps[WRAPS];
static size_t wraps_n;
static const char vfs_name[] = "keten-crash";
static bool used;

static void tick(void) {
    writes_done++;
    if (crash_at > 0 && writes_done >= crash_at) kill(getpid(), SIGKILL);
}

static const sqlite3_io_methods *real_of(const sqlite3_file *f) {
    for (size_t i = 0; i < wraps_n; i++)
        if (f->pMethods == &wraps[i].mine) return wraps[i].real;
    must(!"a file of this layer has a known method table");
    return NULL;
}

static int write_file(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    tick();
    return real_of(f)->xWrite(f, p, n, at);
}

static int sync_file(sqlite3_file *f, int flags) {
    tick();
    return real_of(f)->xSync(f, flags);
}

static int open_file(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags) {
    (void)v;
    int rc = real_vfs->xOpen(real_vfs, name, f, flags, out_flags);
    if (rc != SQLITE_OK || f->pMethods == NULL) return rc;
    size_t i = 0;
    while (i < wraps_n && wraps[i].real != f->pMethods) i++;
    must(i < WRAPS);
    if (i == wraps_n) {
        wraps[i].real = f->pMethods;
        wraps[i].mine = *f->pMethods;
        wraps[i].mine.xWrite = write_file;
        wraps[i].mine.xSync = sync_file;
        wraps_n++;
    }
    f->pMethods = &wraps[i].mine;
    return rc;
}

static void install(void) {
    if (real_vfs != NULL) return;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = vfs_name;
    vfs.xOpen = open_file;
    vfs.pNext = NULL;
    sqlite3_vfs_register(&vfs, 0);
}

const char *store_vfs(void) { return used ? vfs_name : NULL; }

void db_crash_after(int64_t writes) {
    install();
    used = true;
    crash_at = writes == 0 ? 0 : writes_done + writes;
}

int64_t db_writes_so_far(void) { return writes_done; }

void db_crash_point(void) {
    if (used) tick();
}
