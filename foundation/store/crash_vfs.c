/* crash_vfs.c - a layer over the system's file layer that can kill the process just before the nth write or sync.
 * It is how the simulation proves that an act acknowledged is an act kept: kill -9 between any two writes. */
#include "foundation/store/store_in.h"

#include <signal.h>

static int64_t crash_at, writes_done; /* process-wide on purpose: they count what reaches the disk */
static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static sqlite3_io_methods methods;
static const sqlite3_io_methods *real_methods;
static const char vfs_name[] = "keten-crash";
static bool used;

static void tick(void) {
    writes_done++;
    if (crash_at > 0 && writes_done >= crash_at) kill(getpid(), SIGKILL);
}

static int write_file(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    tick();
    return real_methods->xWrite(f, p, n, at);
}

static int sync_file(sqlite3_file *f, int flags) {
    tick();
    return real_methods->xSync(f, flags);
}

static int open_file(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags) {
    (void)v;
    int rc = real_vfs->xOpen(real_vfs, name, f, flags, out_flags);
    if (rc != SQLITE_OK || f->pMethods == NULL) return rc;
    if (real_methods == NULL) {
        real_methods = f->pMethods;
        methods = *f->pMethods;
        methods.xWrite = write_file;
        methods.xSync = sync_file;
    }
    if (f->pMethods == real_methods) f->pMethods = &methods;
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
