/* sandbox.c - the table of policies and how they are put in force. */
#include "foundation/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { MIB = 1024 * 1024, CALLS_END = -1000000 };

/* ---- lists of calls ---- */

/* Memory, time, signals to itself, reading and writing what is open already. */
static const int calls_base[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(fcntl), SCMP_SYS(restart_syscall), SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(sched_getaffinity), SCMP_SYS(getrusage), SCMP_SYS(clock_getres), SCMP_SYS(dup), CALLS_END };
/* Talking over sockets that exist. */
static const int calls_talk[] = { SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(getsockopt), SCMP_SYS(shutdown), CALLS_END };
static const int calls_lock[] = { SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), CALLS_END };
static const int calls_fork[] = { SCMP_SYS(clone), SCMP_SYS(fork), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(kill), SCMP_SYS(prctl), SCMP_SYS(seccomp), SCMP_SYS(landlock_create_ruleset),
    SCMP_SYS(landlock_restrict_self), SCMP_SYS(prlimit64), SCMP_SYS(setrlimit), SCMP_SYS(getppid), SCMP_SYS(alarm), SCMP_SYS(setitimer), CALLS_END };
static const int calls_thread[] = { SCMP_SYS(sched_getattr), SCMP_SYS(sched_setattr), SCMP_SYS(prctl), SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_getparam), CALLS_END };
static const int calls_wake[] = { SCMP_SYS(alarm), SCMP_SYS(setitimer), CALLS_END };
/* curl, OpenSSL and ldns. */
static const int calls_outward[] = { SCMP_SYS(connect), SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(select), SCMP_SYS(pselect6),
    SCMP_SYS(ioctl), SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(statx), SCMP_SYS(sendmmsg), SCMP_SYS(getppid), SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(socketpair),
    SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime) /* read how sure the clock is; setting it takes a right that nobody here has */, CALLS_END };
/* An HTTP library over sockets that exist, and files that Landlock leaves. */
static const int calls_serve[] = { SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl), SCMP_SYS(setsockopt), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(fallocate), SCMP_SYS(getsockname), SCMP_SYS(getpeername), CALLS_END };
/* Keeping a file: written anew beside the old one, then in its place. */
static const int calls_keep[] = { SCMP_SYS(rename), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(fchmod), SCMP_SYS(unlink), CALLS_END };
/* What a sanitized build's own runtime asks for. */
static const int calls_sanitizer[] = { SCMP_SYS(prctl), SCMP_SYS(readlink), SCMP_SYS(prlimit64), SCMP_SYS(kill), SCMP_SYS(wait4), CALLS_END };

/* Never needed by anything here, and each a way round the rest. Killed at sight, also where the list is open. */
static const int calls_killed[] = { SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(kexec_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(open_by_handle_at), SCMP_SYS(move_mount), SCMP_SYS(fsopen), CALLS_END };
/* Asked for by libraries that can do without: refused, not killed. */
static const int calls_refused[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(mkdir), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(socket), SCMP_SYS(connect),
    SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(ioctl), CALLS_END };
/* Where the list is open. */
static const int calls_refused_open[] = { SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(mknod),
    SCMP_SYS(mknodat), SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setresuid), SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(link), SCMP_SYS(linkat), CALLS_END };
static const int calls_refused_plain[] = { SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(ptrace), CALLS_END }; /* a sanitizer's leak check needs these */

/* ---- the table ---- */

enum { SOCKETS_NONE, SOCKETS_UNIX, SOCKETS_INTERNET };
typedef struct Limit { int what; rlim_t most; } Limit;
typedef struct Policy {
    const char *name;
    bool listed;                /* only the calls of the lists; otherwise all but those refused */
    uint32_t otherwise;         /* what an unlisted call gets */
    const int *lists[6];
    int sockets;                /* what socket() may make */
    bool threads;               /* clone may make threads, never processes */
    bool no_files;              /* Landlock without a single path */
    bool foreign;               /* a program that is not ours: makes processes and memory as it likes, but reaches nobody */
    Limit limits[6];            /* ended by most 0 of what 0 */
} Policy;

#define KILL SCMP_ACT_KILL_PROCESS
#define NO_FORK { RLIMIT_NPROC, 0 }
static const Policy policies[SANDBOX_KINDS] = {
    [SANDBOX_KEYS] = { "keys", true, KILL, { calls_base, calls_talk, calls_lock }, SOCKETS_NONE, false, true, false, { NO_FORK } },
    [SANDBOX_FETCH] = { "fetch", true, SCMP_ACT_ERRNO(EPERM), { calls_base, calls_talk, calls_outward, calls_fork }, SOCKETS_INTERNET, false, true, false, { { 0, 0 } } },
    [SANDBOX_FETCH_ONE] = { "fetch-one", true, SCMP_ACT_ERRNO(EPERM), { calls_base, calls_talk, calls_outward }, SOCKETS_INTERNET, false, true, false, { { RLIMIT_AS, (rlim_t)1536 * MIB }, NO_FORK } },
    [SANDBOX_MEDIA] = { "media", true, KILL, { calls_base, calls_talk, calls_fork, calls_thread }, SOCKETS_NONE, false, true, false, { { 0, 0 } } },
    [SANDBOX_MEDIA_ONE] = { "media-one", true, KILL, { calls_base, calls_talk }, SOCKETS_NONE, false, true, false, { { RLIMIT_FSIZE, 0 }, { RLIMIT_AS, (rlim_t)384 * MIB }, { RLIMIT_CPU, 5 }, NO_FORK } },
    [SANDBOX_MEDIA_PICTURE] = { "media-picture", true, KILL, { calls_base, calls_talk }, SOCKETS_NONE, false, true, false, { { RLIMIT_FSIZE, 0 }, { RLIMIT_AS, (rlim_t)1024 * MIB }, { RLIMIT_CPU, 8 }, NO_FORK } },
    [SANDBOX_VIDEO_ONE] = { "video-one", true, KILL, { calls_base, calls_talk, calls_wake }, SOCKETS_NONE, false, true, false, { { RLIMIT_FSIZE, 0 }, { RLIMIT_AS, (rlim_t)2048 * MIB }, { RLIMIT_CPU, 3600 }, NO_FORK } },
    [SANDBOX_MEDIA_DRAW] = { "media-draw", true, KILL, { calls_base, calls_talk, calls_thread }, SOCKETS_NONE, true, true, false, { { RLIMIT_FSIZE, 0 }, { RLIMIT_AS, (rlim_t)768 * MIB }, { RLIMIT_CPU, 15 } } },
    [SANDBOX_JOBS] = { "jobs", false, 0, { 0 }, SOCKETS_UNIX, false, false, false, { { 0, 0 } } },
    [SANDBOX_GATE] = { "gate", true, SCMP_ACT_ERRNO(EPERM), { calls_base, calls_talk, calls_serve, calls_thread }, SOCKETS_NONE, true, false, false, { { 0, 0 } } },
    [SANDBOX_WITNESS] = { "witness", true, SCMP_ACT_ERRNO(EPERM), { calls_base, calls_talk, calls_serve, calls_keep }, SOCKETS_NONE, false, false, false, { NO_FORK } },
    [SANDBOX_BROWSER] = { "browser", false, 0, { 0 }, SOCKETS_UNIX, false, false, true, { { 0, 0 } } },
    [SANDBOX_WEB] = { "web", false, 0, { 0 }, SOCKETS_UNIX, false, false, false, { { 0, 0 } } },
};

const char *sandbox_name(SandboxKind kind) {
    must(kind > SANDBOX_INVALID && kind < SANDBOX_KINDS);
    return policies[kind].name;
}

/* ---- seccomp ---- */

static bool rules(scmp_filter_ctx f, uint32_t action, const int *calls, uint32_t already) {
    for (size_t i = 0; calls[i] != CALLS_END; i++) {
        if (action == already) continue;
        int rc = seccomp_rule_add(f, action, calls[i], 0);
        if (rc != 0 && rc != -EEXIST && rc != -EDOM) return false; /* EDOM: a call this architecture has not */
    }
    return true;
}

/* No memory that is both written and run: code that came as data stays data. */
static bool memory_rules(scmp_filter_ctx f) {
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool socket_rules_listed(scmp_filter_ctx f, int sockets) {
    static const int families[] = { AF_INET, AF_INET6 };
    if (sockets == SOCKETS_NONE) return true; /* calls_refused has it */
    for (size_t i = 0; i < LEN(families); i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i])) != 0) return false;
    return true;
}

static bool filter_listed(scmp_filter_ctx f, const Policy *p) {
    for (size_t i = 0; i < LEN(p->lists) && p->lists[i] != NULL; i++)
        if (!rules(f, SCMP_ACT_ALLOW, p->lists[i], 0)) return false;
    if (SANITIZED_BUILD && !rules(f, SCMP_ACT_ALLOW, calls_sanitizer, 0)) return false;
    if (p->threads && seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) != 0) return false;
    if (p->threads && p->otherwise != KILL && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0) return false; /* the C library then takes clone, whose flags can be judged */
    if (!memory_rules(f) || !socket_rules_listed(f, p->sockets)) return false;
    if (p->sockets != SOCKETS_NONE || p->otherwise != KILL) return rules(f, KILL, calls_killed, p->otherwise); /* the rest is refused as it is */
    return rules(f, SCMP_ACT_ERRNO(EACCES), calls_refused, p->otherwise) && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool filter_open(scmp_filter_ctx f) {
    if (!rules(f, KILL, calls_killed, 0) || !rules(f, SCMP_ACT_ERRNO(EPERM), calls_refused_open, 0)) return false;
    if (!SANITIZED_BUILD && !(rules(f, SCMP_ACT_ERRNO(EPERM), calls_refused_plain, 0) && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0)) return false;
    return seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX)) == 0;
}

/* Its own sandbox needs most calls; a way to anybody else it does not need. */
static bool filter_foreign(scmp_filter_ctx f) {
    static const int calls[] = { SCMP_SYS(connect), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(io_uring_setup),
        SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(swapon), SCMP_SYS(acct), SCMP_SYS(open_by_handle_at), CALLS_END };
    if (!rules(f, SCMP_ACT_ERRNO(EPERM), calls, 0)) return false;
    return seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX)) == 0;
}

static Err filter(const Policy *p) {
    scmp_filter_ctx f = seccomp_init(p->listed ? p->otherwise : SCMP_ACT_ALLOW);
    if (f == NULL) return E_OUTSIDE;
    bool good = p->listed ? filter_listed(f, p) : p->foreign ? filter_foreign(f) : filter_open(f);
    if (good) good = seccomp_load(f) == 0;
    seccomp_release(f);
    return good ? OK : E_OUTSIDE;
}

/* ---- Landlock: the headers of the build know less than many a kernel, so its version is asked ---- */

enum { FS_ABI_1 = (1 << 13) - 1, FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14, FS_IOCTL_DEV = 1 << 15 };

static int landlock_abi(void) {
    long v = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    return v > 0 ? (int)v : 0;
}

static bool landlock_path(int rules_fd, const SandboxPath *path, uint64_t handled) {
    static const uint64_t on_file = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE;
    uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    if (path->run) rights |= LANDLOCK_ACCESS_FS_EXECUTE;
    if (path->run && path->write) rights |= FS_ABI_1;
    struct stat st = { 0 };
    int fd = open(path->path, O_PATH | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
    if (path->write) rights |= LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | FS_REFER | FS_TRUNCATE;
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode)) rights &= on_file;
    struct landlock_path_beneath_attr beneath = { .allowed_access = rights & handled, .parent_fd = fd };
    long rc = syscall(SYS_landlock_add_rule, rules_fd, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(fd);
    return rc == 0;
}

static Err landlock(const SandboxPath *paths, size_t n, int abi) {
    uint64_t handled = FS_ABI_1;
    if (abi >= 2) handled |= FS_REFER;
    if (abi >= 3) handled |= FS_TRUNCATE;
    if (abi >= 5) handled |= FS_IOCTL_DEV;
    struct landlock_ruleset_attr attr = { .handled_access_fs = handled };
    long fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (fd < 0) return E_OUTSIDE;
    bool good = true;
    for (size_t i = 0; i < n && good; i++) good = landlock_path((int)fd, &paths[i], handled);
    good = good && syscall(SYS_landlock_restrict_self, (int)fd, 0) == 0;
    close((int)fd);
    return good ? OK : E_OUTSIDE;
}

static Err limits(const Policy *p) {
    const struct rlimit none = { 0, 0 };
    if (setrlimit(RLIMIT_CORE, &none) != 0) return E_OUTSIDE;
    for (size_t i = 0; i < LEN(p->limits) && !(p->limits[i].what == 0 && p->limits[i].most == 0); i++) {
        struct rlimit r = { p->limits[i].most, p->limits[i].most };
        if (SANITIZED_BUILD && p->limits[i].what == RLIMIT_AS) continue; /* shadow memory is larger than any limit */
        if (setrlimit((__rlimit_resource_t)p->limits[i].what, &r) != 0) return E_OUTSIDE;
    }
    return OK;
}

Err sandbox_close(SandboxKind kind, const SandboxPath *paths, size_t n, SandboxLevel *out) {
    must(kind > SANDBOX_INVALID && kind < SANDBOX_KINDS);
    const Policy *p = &policies[kind];
    must(!p->no_files || n == 0);
    *out = (SandboxLevel){ 0 };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return E_OUTSIDE;
    if (!SANITIZED_BUILD && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return E_OUTSIDE; /* no other process of this user looks inside */
    TRY(limits(p));
    int abi = landlock_abi();
    if (abi > 0) TRY(landlock(paths, n, abi));
    out->landlock = abi;
    TRY(filter(p));
    out->seccomp = true;
    return OK;
}

/* ---- trying what is forbidden ---- */

static bool try_socket(int family, int type, bool bound) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && (!bound || (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0));
    if (fd >= 0) close(fd);
    return good;
}

static bool try_file(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static bool try_exec(void) {
    char name[] = "/bin/true", *argv[] = { name, NULL }, *env[] = { NULL };
    execve(name, argv, env);
    return errno != EPERM && errno != EACCES && errno != ENOSYS; /* it came back: refused, or there is no such program */
}

static bool try_fork(void) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    if (pid > 0) (void)waitpid(pid, NULL, 0);
    return pid >= 0;
}

bool sandbox_try(Str what, const char *path) {
    if (str_eq(what, S("tcp"))) return try_socket(AF_INET, SOCK_STREAM, false);
    if (str_eq(what, S("udp"))) return try_socket(AF_INET6, SOCK_DGRAM, false);
    if (str_eq(what, S("unix"))) return try_socket(AF_UNIX, SOCK_STREAM, false);
    if (str_eq(what, S("listen"))) return try_socket(AF_INET, SOCK_STREAM, true);
    if (str_eq(what, S("open"))) return try_file(path, O_RDONLY);
    if (str_eq(what, S("write"))) return try_file(path, O_WRONLY | O_CREAT);
    if (str_eq(what, S("exec"))) return try_exec();
    if (str_eq(what, S("fork"))) return try_fork();
    if (str_eq(what, S("signal"))) return kill(getppid(), 0) == 0;
    if (str_eq(what, S("trace"))) return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    must(str_eq(what, S("mount")));
    return mount("none", "/", "tmpfs", 0, NULL) == 0;
}
