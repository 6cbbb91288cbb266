/* sys.h - the one place that talks to the kernel about time, randomness, files, sockets, children and the log.
 *
 * Every descriptor made here is close-on-exec and survives EINTR; SIGPIPE must be ignored by the program (sys_start does).
 * Deadlines are instants of the monotonic clock in milliseconds (sys_mono_ms() + n), never durations, so that a sequence of
 * calls can share one. Only `programs` and the rest of foundation call this; core and steps get time and randomness passed in.
 * Processes are single threaded.
 */
#ifndef KETEN_SYS_H
#define KETEN_SYS_H
#include "foundation/base/base.h"
#include "foundation/base/when.h"

#include <sys/types.h>

/* First call of every program: SIGPIPE ignored, core dumps off (they would hold evidence), umask 077, fds 0-2 open. */
void sys_start(void);

/* ---- time ---- */
/* An instance made as a demo has a file `clock`: an offset in ms, mapped by all its processes, moved by the demo. Without
 * that file the clock is the kernel's and nothing can move it. Open before the sandbox closes. */
typedef struct SysClock { const int64_t *offset_ms; } SysClock;
Err sys_clock_open(const char *instance_dir, SysClock *out) NODISCARD;
void sys_clock_close(SysClock *c);
UnixMs sys_now(const SysClock *c);
Err sys_clock_make(const char *instance_dir) NODISCARD;                  /* demo instances, once, by init; E_CONFLICT when there */
Err sys_clock_move(const char *instance_dir, int64_t by_ms) NODISCARD;   /* forward only; E_MISSING without the file */
int64_t sys_mono_ms(void);
void sys_sleep_ms(int64_t ms);

/* ---- nothing to do ---- */
/* Gives back free memory, and the pages of code and constants that only the start or a seldom task needed: they stay in the page cache, and are mapped
 * again when touched. Many processes that wait hold little. */
void sys_rest(void);
/* For loops: call each round with whether it was idle; rests once when five seconds were. Begins as { 0 }. */
typedef struct SysIdle { int64_t since_ms; bool rested; } SysIdle;
void sys_idle(SysIdle *i, bool idle);

/* ---- randomness ---- */
void sys_random(void *out, size_t n);                                    /* getrandom(2); cannot fail after boot: must() */
void sys_random_fn(void *ctx_unused, uint8_t *out, size_t n);            /* the same, as App.random */
Id sys_new_id(void);

/* ---- files ---- */
/* Whole file into arena memory. E_MISSING, E_LIMIT above max bytes, E_OUTSIDE. */
Err file_read(Arena *a, const char *path, size_t max, Str *out) NODISCARD;
/* Temporary file beside it, fsync, rename over path, fsync of the folder: afterwards it is the old content or the new. */
/* The whole file mapped for reading, until file_unmap; what replaces it on the disk does not change it. Whoever may cut it off in place ends this
 * process (SIGBUS): for files that only Keten writes. An empty file gives no bytes. E_MISSING, E_LIMIT above max bytes, E_OUTSIDE. */
Err file_map(const char *path, size_t max, Str *out) NODISCARD;
void file_unmap(Str bytes);
Err file_write(const char *path, Str bytes, mode_t mode) NODISCARD;
Err file_write_new(const char *path, Str bytes, mode_t mode) NODISCARD;  /* E_CONFLICT when path exists; fsynced, folder too */
bool file_exists(const char *path);
Err dir_make(const char *path, mode_t mode) NODISCARD;                   /* one level; an existing folder is fine */
Err dir_empty(const char *path, bool *out_empty) NODISCARD;              /* E_MISSING when there is none */
Err dir_sync(const char *path) NODISCARD;
/* Copies a file with fsync; target must not exist. Used for backups of content-addressed blobs. */
Err file_copy(const char *from, const char *to, mode_t mode) NODISCARD;
Str path_join(Arena *a, const char *dir, const char *name);              /* "dir/name", with a NUL behind it */

Err fd_write_all(int fd, Str bytes, int64_t deadline_ms) NODISCARD;      /* E_OUTSIDE, also when the deadline passes */
/* Up to n bytes once there are some; *out_n 0 at the end of the stream. */
Err fd_read_some(int fd, void *p, size_t n, int64_t deadline_ms, size_t *out_n) NODISCARD;

/* ---- Unix sockets ---- */
typedef struct Peer { pid_t pid; uid_t uid; gid_t gid; } Peer;
/* Replaces a socket that nobody listens on; E_CONFLICT when somebody does. Paths longer than sun_path are fine. */
Err unix_listen(const char *path, int backlog, mode_t mode, int *out_fd) NODISCARD;
Err unix_connect(const char *path, int64_t deadline_ms, int *out_fd) NODISCARD;   /* E_MISSING when nobody listens */
/* Waits for a caller until the deadline (E_MISSING); the peer is what the kernel says (SO_PEERCRED). */
Err unix_accept(int listen_fd, int64_t deadline_ms, int *out_fd, Peer *out_peer) NODISCARD;
/* TCP listener on a loopback address only, for metrics. port 0 picks one. */
Err loopback_listen(uint16_t port, int *out_fd, uint16_t *out_port) NODISCARD;

/* Frames: u32 big-endian length, then that many bytes. */
Err frame_send(int fd, Str bytes, int64_t deadline_ms) NODISCARD;
/* Appends one frame to out. E_MISSING when the peer closed before a frame began; E_LIMIT above max (then close the
 * connection: it is out of step); E_OUTSIDE on a broken frame, an error or the deadline. */
Err frame_recv(int fd, size_t max, int64_t deadline_ms, Buf *out) NODISCARD;

/* ---- children ---- */
typedef struct SpawnFd { int from, to; } SpawnFd;
typedef struct Spawn {
    const char *path;          /* executable; no search */
    const char *const *argv;   /* ended by NULL */
    const char *const *env;    /* ended by NULL; NULL gives an empty environment */
    const SpawnFd *fds;        /* what the child has; everything else above 2 is closed. 0 is /dev/null unless given */
    size_t fds_n;
    const char *cwd;           /* working folder; NULL: the parent's */
    bool own_group;            /* its own process group, so a terminal's Ctrl-C reaches only the master */
} Spawn;
enum { SPAWN_FDS_MAX = 16 };
/* The child dies with its parent, gains no privileges, leaves no core file. E_OUTSIDE when exec itself failed. */
Err sys_spawn(const Spawn *s, pid_t *out_pid) NODISCARD;
/* Folder of the running executable, from /proc/self/exe. */
Err sys_exe_dir(Arena *a, Str *out) NODISCARD;
/* Becomes that user for good (groups, gid, uid, checked). E_MISSING for an unknown name, E_DENIED for root. */
Err sys_become(const char *user) NODISCARD;
/* Run by root: becomes the owner of dir, so that no file in it ever belongs to root. Otherwise nothing. E_DENIED when root owns it. */
Err sys_become_owner(const char *dir) NODISCARD;
/* Gives an existing folder to that user. */
Err sys_give(const char *dir, const char *user) NODISCARD;
/* readiness for systemd ("READY=1", "STOPPING=1"); nothing when it does not listen */
void sys_notify(const char *state);

/* ---- log: one key=value line on stderr, with the level prefix journald reads ----
 * Never personal data: identifiers of cases or acts, kinds, counts, durations, error kinds. Control bytes are escaped. */
typedef enum LogLevel { LOG_FATAL = 2, LOG_BAD = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6, LOG_DEBUG = 7 } LogLevel;
void log_line(LogLevel level, const char *fmt, ...) PRINTF_LIKE(2, 3);   /* log_line(LOG_INFO, "event=start workers=%d", n) */

/* ---- progress on a terminal ---- */
typedef struct Progress { const char *what; int64_t all, started_ms, shown_ms; bool on; } Progress;
Progress progress_start(const char *what);                               /* silent when stderr is no terminal */
void progress_show(void *progress, int64_t done, int64_t all);           /* at most ten times a second; all 0: unknown */
void progress_end(Progress *p);
#endif
