#!/usr/bin/env python3
"""The master on its own, with small stand-ins for the programs it starts: what it starts, watches, refuses and stops.
Use: serve_test.py KETEN"""
import http.client, json, os, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, time

KETEN = os.path.abspath(sys.argv[1])
count = bad = 0


def check(ok, what):
    global count, bad
    count += 1
    bad += not ok
    print(("ok" if ok else "not ok") + f" {count} - {what}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


WEB = """#!/usr/bin/python3
import os, signal, socket, sys
if "--limits" in sys.argv:
    print("65536 /r\\n2097152 /case/{id}/paste")
    sys.exit(0)
s = socket.socket(fileno=3)
while True:
    c, _ = s.accept()
    head = b""
    while b":" not in head:
        head += c.recv(1)
    n = int(head[:-1]) + 1
    block = b""
    while len(block) < n:
        block += c.recv(n - len(block))
    v = block[:-2].split(b"\\0")
    env = dict(zip(v[::2], v[1::2]))
    left = int(env[b"CONTENT_LENGTH"] or 0)
    while left > 0:
        left -= len(c.recv(65536))
    if env[b"REQUEST_URI"] == b"/die":
        os._exit(9)
    body = repr(sorted(k.decode() for k in env)) + " pid=%d uri=%s fds=%s" % (os.getpid(), env[b"REQUEST_URI"].decode(), sorted(os.listdir("/proc/self/fd"))[:5])
    c.sendall(b"Status: 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body.encode())
    c.close()
"""
IDLE = """#!/usr/bin/python3
import time
while True:
    time.sleep(60)
"""
DEAD = """#!/bin/sh
exit 7
"""

top = tempfile.mkdtemp(prefix="keten-serve-")
programs, data = os.path.join(top, "bin"), os.path.join(top, "a folder with a name so long that no socket address could hold it " + "x" * 60)
os.makedirs(programs)
os.makedirs(data)
shutil.copy(KETEN, programs)
keten = os.path.join(programs, "keten")


def program(name, text):
    path = os.path.join(programs, name)
    with open(path + ".new", "w") as f:
        f.write(text)
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)


for name, text in (("keten-web", WEB), ("keten-jobs", IDLE), ("keten-watch", IDLE), ("keten-fetch", IDLE), ("keten-keys", IDLE), ("keten-media", IDLE), ("keten-gate", IDLE)):
    program(name, text)
port, metrics = free_port(), free_port()


def configure(extra=""):
    with open(os.path.join(data, "keten.conf"), "w") as f:
        f.write(f"[web]\nbase_url = http://localhost:{port}\nlisten = 127.0.0.1:{port}\nworkers = 2\n[metrics]\nport = {metrics}\n{extra}")


configure()
for name in ("keten.db", "keys.db"):
    sqlite3.connect(os.path.join(data, name)).execute("PRAGMA journal_mode=WAL").connection.close()
for name in ("storage.key", "signing.key"):
    with open(os.path.join(data, name), "wb") as f:
        f.write(b"k" * 32)
    os.chmod(os.path.join(data, name), 0o400)
if os.geteuid() == 0:  # nothing runs as root: the instance belongs to somebody
    os.chmod(top, 0o755)
    for folder, _, names in os.walk(data):
        for path in [folder] + [os.path.join(folder, n) for n in names]:
            os.chown(path, 65534, 65534)


def run(*args):
    return subprocess.run([keten, *args], capture_output=True, text=True, timeout=60)


def get(path, body=None):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        c.request("POST" if body is not None else "GET", path, body)
        r = c.getresponse()
        return r.status, r.read().decode(errors="replace")
    except (ConnectionError, http.client.HTTPException) as e:
        return 0, str(e)
    finally:
        c.close()


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [line.split(None, 1) for line in out.splitlines()]


def start():
    log = open(os.path.join(top, "log"), "w")
    p = subprocess.Popen([keten, "serve", "--data", data], stdout=subprocess.PIPE, stderr=log, text=True)
    return p, p.stdout.readline()


def log_text():
    return open(os.path.join(top, "log"), errors="replace").read()


def until(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


try:
    r = run("serve", "--data", os.path.join(top, "none"))
    check(r.returncode == 2 and "no Keten instance" in r.stderr, "a folder that is no instance is wrong use, said plainly")
    configure("[web]\nworkerz = 3\n")
    r = run("serve", "--check", "--data", data)
    check(r.returncode == 3 and "line 8: unknown key [web] workerz" in r.stderr, "an unknown key is named with its line")
    configure()
    r = run("serve", "--check", "--data", data)
    check(r.returncode == 0 and "ok   nginx\n" in r.stdout and "BAD" not in r.stdout, "--check finds all in order")
    r = run("serve", "--check", "--json", "--data", data)
    check(r.returncode == 0 and json.loads(r.stdout)["ok"] is True, "and says so in JSON")
    os.chmod(os.path.join(data, "storage.key"), 0o644)
    r = run("serve", "--check", "--data", data)
    check(r.returncode == 1 and "can be read by others" in r.stdout, "a storage key that others can read is found")
    os.chmod(os.path.join(data, "storage.key"), 0o400)

    began = time.monotonic()
    master, line = start()
    check(line == f"Keten: http://localhost:{port}\n", f"it serves, and says where ({time.monotonic() - began:.2f} s)")
    status, body = get("/x?y=1")
    check(status == 200 and "uri=/x?y=1" in body, "a request goes through nginx to a worker and back")
    check("REMOTE_ADDR" in body and "REQUEST_METHOD" in body and "DOCUMENT_ROOT" not in body and "'HTTPS'" not in body, "the worker gets what it needs and no more")
    names = [a.split()[-3:] for _, a in children(master.pid)]
    check(len(children(master.pid)) == 9, "two web workers, jobs, watch, gate, fetch, keys, media and nginx run")
    web = [int(p) for p, a in children(master.pid) if "keten-web" in a]
    order = [n for _, a in sorted((int(p), a) for p, a in children(master.pid)) for n in ("keten-keys", "keten-media", "keten-fetch", "keten-jobs", "keten-watch", "keten-gate", "keten-web", "nginx") if n in a][:9]
    check(order == ["keten-keys", "keten-media", "keten-fetch", "keten-jobs", "keten-watch", "keten-gate", "keten-web", "keten-web", "nginx"], f"in the order in which they lean on each other ({' '.join(order)})")
    modes = {n: os.stat(os.path.join(data, "run", n)).st_mode & 0o777 for n in ("keys.sock", "media.sock", "fetch.sock")}
    check(all(m == 0o600 for m in modes.values()), "sockets are for our own user alone")
    uid = os.stat(f"/proc/{web[0]}").st_uid
    check(uid != 0 and os.stat(f"/proc/{master.pid}").st_uid != 0, "nothing runs as root")
    state = open(f"/proc/{web[0]}/status").read()
    check("NoNewPrivs:\t1" in state, "children can gain no privileges")
    check("'3'" in body and "'5'" not in body, "a worker has its socket and no other descriptor of the master's")

    r = run("serve", "--data", data)
    check(r.returncode == 3 and "already serves" in r.stdout, "a second master does not start")
    r = run("serve", "--once", "--data", data)
    check(r.returncode == 0 and f"http://localhost:{port}" in r.stdout, "with --once that is fine, and it says where to look")

    status, body = get("/r", b"x" * 70000)
    check(status == 413 and "nginx" not in body and "nothing is lost" in body, "a body above 64 KiB is refused where the route allows no more")
    status, body = get("/case/00ff/paste", b"x" * 1900000)
    check(status == 200, "and taken where keten-web says it may be larger")
    status, body = get("/case/00ff/paste", b"x" * 2200000)
    check(status == 413, "up to the size it says")

    c = http.client.HTTPConnection("127.0.0.1", metrics, timeout=5)
    c.request("GET", "/metrics")
    text = c.getresponse().read().decode()
    check("keten_processes 9\n" in text and "# TYPE keten_requests_total counter" in text, "the metrics listener answers in Prometheus text")
    c.close()

    status, body = get("/die")
    check(status == 503 and "Even geduld" in body, "a worker that dies costs that one request a neutral page")
    check(until(5, lambda: len(children(master.pid)) == 9) and get("/again")[0] == 200, "it is started again")
    keys = [int(p) for p, a in children(master.pid) if "keten-keys" in a][0]
    os.kill(keys, signal.SIGKILL)
    check(until(5, lambda: [p for p, a in children(master.pid) if "keten-keys" in a and int(p) != keys]), "so is any other, however it ended")
    check("event=ended child=keten-keys" in log_text() and "level=error" in log_text(), "and the log says so")
    c = http.client.HTTPConnection("127.0.0.1", metrics, timeout=5)
    c.request("GET", "/")
    check("keten_process_restarts_total 2\n" in c.getresponse().read().decode(), "restarts are counted")

    s = socket.create_connection(("127.0.0.1", port))
    s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    began = time.monotonic()
    s.settimeout(20)
    try:
        left = s.recv(100)
    except ConnectionError:
        left = b""
    check(left == b"" or b"408" in left, f"a client that never ends its header is left ({time.monotonic() - began:.0f} s)")
    s.close()

    pids = [int(p) for p, _ in children(master.pid)]
    master.send_signal(signal.SIGTERM)
    check(master.wait(20) == 0, "TERM stops it in order")
    check(not any(os.path.exists(f"/proc/{p}") for p in pids), "and leaves no child behind")

    master, line = start()
    pids = [int(p) for p, _ in children(master.pid)]
    master.kill()
    master.wait()
    check(until(10, lambda: not any(os.path.exists(f"/proc/{p}") for p in pids)), "when the master is killed its children end too")
    master, line = start()
    check(line.startswith("Keten: "), "and it can be started again at once")
    master.send_signal(signal.SIGINT)
    check(master.wait(20) == 0, "Ctrl-C stops it")

    program("keten-fetch", DEAD)
    r = run("serve", "--data", data)
    check(r.returncode == 3 and "event=start_given_up child=keten-fetch" in r.stderr, "a program that cannot stay up is a failed start that names it")
    os.remove(os.path.join(programs, "keten-fetch"))
    r = run("serve", "--data", data)
    check(r.returncode == 3 and "keten-fetch is not beside keten" in r.stderr, "so is one that is not there")
    program("keten-fetch", IDLE)
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    began = time.monotonic()
    r = run("serve", "--data", data)
    check(r.returncode == 3, f"so is a port that someone else holds ({time.monotonic() - began:.1f} s)")
    taken.close()
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", metrics))
    taken.listen()
    r = run("serve", "--check", "--data", data)
    check(r.returncode == 1 and f"[metrics] port: 127.0.0.1:{metrics} is taken" in r.stdout, "a taken port for the metrics is found by --check")
    taken.close()
finally:
    if "master" in dir() and master.poll() is None:
        master.kill()
    shutil.rmtree(top, ignore_errors=True)
print(f"1..{count}")
sys.exit(bad != 0)
