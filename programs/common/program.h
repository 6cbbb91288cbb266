/* program.h - how keys, fetch, media and jobs begin: arguments, instance, listening socket, signals, and the sandbox. */
#ifndef KETEN_PROGRAM_H
#define KETEN_PROGRAM_H
#include "foundation/sandbox/sandbox.h"
#include "programs/common/conf.h"

enum { PROGRAM_SOCKET_FD = 3 };
typedef struct Program {
    const char *name;      /* "keys" */
    Arena *life;
    Instance in;
    Str probe;             /* --sandbox-test THING: try it behind the sandbox, say what came of it, end; empty: serve */
} Program;

/* Arguments and instance. False with *out_code and a line in the log when it cannot begin. */
bool program_begin(Program *p, const char *name, int argc, char **argv, int *out_code);
/* The listening socket: descriptor 3 when the master handed one down, otherwise made at the instance's path. */
Err program_listen(Program *p, const char *socket, int *out_fd) NODISCARD;
/* Closes the sandbox. must_seccomp: E_OUTSIDE without a filter; otherwise a warning in the log is enough. With a probe given, does not return. */
Err program_close(Program *p, SandboxKind kind, const SandboxPath *paths, size_t n, bool must_seccomp) NODISCARD;
/* The folders and database files of the instance that a program with a record may reach: never the secrets beside them. */
size_t instance_paths(Arena *a, const Instance *in, SandboxPath *out, size_t max);
/* Tries it and says on stdout what came of it ("refused", "happened"); the exit code: 0 refused. A killed process says only "tried". */
int sandbox_probe(Str what, const char *path);
/* Set by TERM and INT. */
bool program_stopping(void);
/* Only our own processes may ask: the same user as this one. */
bool program_peer_ok(const Peer *peer);
/* Takes one caller and gives it a process of its own. True in that process, with its connection in *out_fd; false in the one that
 * listens, with *running counted up when there is a new process. */
bool program_caller(int listen_fd, size_t *running, int *out_fd);
#endif
