/* sandbox.h - what each kind of process can no longer do once it has started: seccomp, Landlock and limits, in one table.
 *
 * A program opens all it needs, calls sandbox_close once with its kind, and from then on the kernel holds it to its row. Nothing
 * here can be undone. What the kernel at hand does not know (Landlock, before 5.13) is left out and reported; whoever must not
 * run without it refuses to start. Single threaded: call before any thread exists.
 * Sources: seccomp(2), landlock(7), setrlimit(2).
 */
#ifndef KETEN_SANDBOX_H
#define KETEN_SANDBOX_H
#include "foundation/base/base.h"

/* True in builds with AddressSanitizer, whose runtime needs a few calls more. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED_BUILD 1
#endif
#endif
#ifndef SANITIZED_BUILD
#define SANITIZED_BUILD 0
#endif

typedef enum SandboxKind {
    SANDBOX_INVALID,
    SANDBOX_KEYS,       /* one listening Unix socket that is open already; nothing else */
    SANDBOX_FETCH,      /* TCP and UDP outward; a process for each caller; no files, no exec */
    SANDBOX_FETCH_ONE,  /* the same, for the process of one caller: makes no more processes */
    SANDBOX_MEDIA,      /* accepts and makes processes; no files, no network */
    SANDBOX_MEDIA_ONE,  /* reads one hostile question, writes one answer: memory, CPU and calls limited */
    SANDBOX_MEDIA_PICTURE, /* the same, with the memory that a large picture takes */
    SANDBOX_VIDEO_ONE,  /* reads one open video and writes hashes: the memory and the time that a film takes */
    SANDBOX_MEDIA_DRAW, /* the same for a letter of ours: more time, and the threads its library looks for fonts with */
    SANDBOX_JOBS,       /* its own folders, Unix sockets; no network, no exec, no processes */
    SANDBOX_WEB,        /* the same */
    SANDBOX_GATE,       /* answers on a socket that listens already; reads its bank and lists, writes one file of counts; no socket, no exec, no process */
    SANDBOX_BROWSER,    /* a browser of somebody else: a profile, its own program, no way out of the machine and to no other process of it */
    SANDBOX_WITNESS,    /* the same, and writes in its folder: no counts, the last checkpoint of each log */
    SANDBOX_KINDS
} SandboxKind;

/* A file, or a folder with all in it, that stays reachable (Landlock). One that does not exist is skipped. */
typedef struct SandboxPath { const char *path; bool write; bool run; /* programs in it may be run; with write: everything */ } SandboxPath;

/* What holds now. landlock: its ABI number, 0 when the kernel has none. */
typedef struct SandboxLevel { bool seccomp; int landlock; } SandboxLevel;

/* E_OUTSIDE: the filter or a limit could not be set; *out says how far it came. */
Err sandbox_close(SandboxKind kind, const SandboxPath *paths, size_t n, SandboxLevel *out) NODISCARD;
const char *sandbox_name(SandboxKind kind);  /* "keys" */

/* For tests: tries one forbidden thing, named "tcp", "udp", "unix", "listen", "open", "write", "exec", "fork", "signal", "trace" or "mount".
 * True: the kernel let it happen. A call that kills does not return. path: what "open" and "write" try. must() know the name. */
bool sandbox_try(Str what, const char *path);
#endif
