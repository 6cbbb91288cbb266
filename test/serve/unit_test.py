#!/usr/bin/env python3
"""The systemd unit: the system calls it lets through are enough for everything the server is made of. Use: unit_test.py KETEN UNIT
Where systemd is not there to say what its groups hold, nothing can be tested."""
import ctypes, http.client, os, re, shutil, signal, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap

KILL, ALLOW, NONE = 0x80000000, 0x7FFF0000, -1


def under(names, argv):
    """Becomes argv behind a filter of these calls alone, as systemd would start it."""
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    f = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(KILL)))
    for name in names:
        call = lib.seccomp_syscall_resolve_name(name.encode())
        if call != NONE:
            lib.seccomp_rule_add(f, ctypes.c_uint32(ALLOW), ctypes.c_int(call), ctypes.c_uint(0))
    assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == 0 and lib.seccomp_load(f) == 0
    os.execv(argv[0], argv)


if sys.argv[1] == "--under":
    under(open(sys.argv[2]).read().split(), sys.argv[3:])
if shutil.which("systemd-analyze") is None:
    print("1..0 # SKIP systemd is not on this machine")
    sys.exit(0)
check = Tap()
house = House(sys.argv[1])
groups = {}
for line in subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True).stdout.splitlines():
    if line.startswith("@"):
        now = groups[line.split()[0]] = set()
    elif line.strip() and not line.strip().startswith("#"):
        now.add(line.strip())


def calls(words):
    out, todo = set(), list(words)
    while todo:
        w = todo.pop()
        if w.startswith("@"):
            todo += groups.get(w, ())
        else:
            out.add(w)
    return out


unit = open(sys.argv[2]).read()
allowed = {"execve"}
for no, words in re.findall(r"^SystemCallFilter=(~?)(.*)$", unit, re.M):
    unknown = [w for w in words.split() if w.startswith("@") and w not in groups]
    check(not unknown, f"this machine's systemd knows every group of {no}{words[:40]}", unknown)
    allowed = allowed - calls(words.split()) if no else allowed | calls(words.split())
with open(sys.argv[1], "rb") as f:
    if b"__asan_init" in f.read():
        allowed.add("ptrace")  # a test build looks for leaks at its end, which traces its own process
names = os.path.join(house.top, "calls")
with open(names, "w") as f:
    f.write("\n".join(sorted(allowed)))
made = house.init("--org", "Meldpunt Voorbeeld")
check(made.returncode == 0 and len(allowed) > 200, "an instance, and what the unit allows", made.stderr)
run = [sys.executable, os.path.abspath(__file__), "--under", names, house.keten_path, "serve", "--data", house.data]
r = subprocess.run(run + ["--check"], capture_output=True, text=True, timeout=60)
check(r.returncode == 0 and "BAD" not in r.stdout, "behind it the check before the start holds", r.stdout + r.stderr)
with open(house.log, "a") as log:
    server = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=log, text=True)
    check(server.stdout.readline().startswith("Keten: "), "and everything starts", house.logged()[-3000:])
    try:
        c = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
        c.request("GET", "/")
        check(c.getresponse().status == 200, "a page is served")
    except OSError as e:
        check(False, "a page is served", e)
    server.send_signal(signal.SIGTERM)
    check(server.wait(30) == 0 and "signal=31" not in house.logged(), "nothing was ended for a call it may not make", house.logged()[-3000:])
check.end()
