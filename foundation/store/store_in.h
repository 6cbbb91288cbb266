/* store_in.h - shared inside foundation/store only. */
#ifndef KETEN_STORE_IN_H
#define KETEN_STORE_IN_H
#include "foundation/store/store.h"

#include <sqlite3.h>
#include <stdio.h>

enum { STATEMENTS = 2048, PARAMS_MAX = 60 }; /* distinct SQL texts one process may hold prepared; values one text may take */
typedef struct Prepared { const char *sql; sqlite3_stmt *stmt; int params; uint8_t at[PARAMS_MAX]; } Prepared;
struct Db { sqlite3 *h; const char *why; int64_t waits_since_us; int patience_us, log_copied, log_long; bool looking, rested; Prepared cache[STATEMENTS]; };

Err store_error(Db *db, int rc);
const char *store_vfs(void); /* name of the VFS to open with; NULL is the system's */
#endif
