/* store_in.h - shared inside foundation/store only. */
#ifndef KETEN_STORE_IN_H
#define KETEN_STORE_IN_H
#include "foundation/store/store.h"

#include <sqlite3.h>
#include <stdio.h>

enum { STATEMENTS = 2048 }; /* distinct SQL texts one process may hold prepared */
struct Db { sqlite3 *h; const char *why; struct { const char *sql; sqlite3_stmt *stmt; } cache[STATEMENTS]; };

Err store_error(Db *db, int rc);
const char *store_vfs(void); /* name of the VFS to open with; NULL is the system's */
#endif
