#!/usr/bin/env python3
"""The gate of an instance, behind its nginx: what is answered, and that nothing of a picture is ever in a file. Use: instance_test.py KETEN"""
import hashlib, json, os, re, signal, socket, subprocess, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap

check = Tap()
house = House(sys.argv[1], idle=("jobs", "watch", "fetch", "media"))
PATH, KEY = "/api/v1/gate", "ks_instance"
photo = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
bank, told = os.path.join(house.data, "bank"), os.path.join(house.data, "gate")


def keten(*args):
    as_owner = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    return subprocess.run([*as_owner, house.keten_path, *args], capture_output=True, text=True, timeout=60)


def owned(path):
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)


def head(kind, length, key=KEY, path=PATH):
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n".encode()


def raw(sent):
    c = socket.create_connection(("127.0.0.1", house.port), 20)
    try:
        c.sendall(sent)
    except OSError:
        pass  # it was answered and closed before all of it was sent
    said = b""
    try:
        while piece := c.recv(65536):
            said += piece
    except OSError:
        pass
    c.close()
    first, _, body = said.partition(b"\r\n\r\n")
    return int(first.split()[1]) if first else 0, body.decode("utf-8", "replace")


def ask(body, key=KEY):
    text = json.dumps(body).encode()
    status, said = raw(head("application/json", len(text), key) + text)
    return status, json.loads(said) if said else None


def until(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def files_of(name):
    """Files that processes of that name hold open, of those that hold what clients send."""
    found = []
    for pid in os.listdir("/proc"):
        try:
            if pid.isdigit() and name in open(f"/proc/{pid}/cmdline").read() and os.stat(f"/proc/{pid}/cwd").st_ino == os.stat(house.data).st_ino:
                found += [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            pass
    return [f for f in found if "/body/" in f]


r = house.init("--org", "Meldpunt Test", "--demo")
check(r.returncode == 0, "an instance is made", r.stdout + r.stderr)
os.makedirs(told, exist_ok=True)
owned(told)
with open(os.path.join(told, "keys.csv"), "w") as f:
    f.write(f"name,key_sha256,per_second,scopes,until\nplatform,{hashlib.sha256(KEY.encode()).hexdigest()},1000,gate,\n")
owned(os.path.join(told, "keys.csv"))
check(house.start(), "the server starts", house.logged()[-3000:])
pdq = {"type": "pdq", "hash": photo}
check(until(10, lambda: (ask(pdq)[1] or {}).get("say") == "there is no bank there") and ask(pdq)[0] == 503, "without a bank it says so: 503", ask(pdq))
if not os.path.isdir(bank):
    os.mkdir(bank)
    owned(bank)
check(keten("bank", "make", "--bank", bank).returncode == 0 and keten("bank", "add", "--bank", bank, "--source", "helpline", "--lane", "adult", "--confirmed-by", "W. Anda", photo).returncode == 0, "a bank is made under it")
check(until(10, lambda: ask(pdq)[0] == 200), "and is used without a restart", house.logged()[-2000:])
s, d = ask(pdq)
check(d["results"][0]["known"] is True and d["results"][0]["matches"][0]["list"] == "helpline", "a hash is known through nginx", d)
check(ask(pdq, "ks_other")[0] == 401, "a key that nobody gave: 401")

# ---- nothing of a picture is in a file, not for a moment ----
picture = bytes([0xFF, 0xD8, 0xFF, 0xE0]) + os.urandom(3_000_000)
slow = []
for kind, n in (("image/jpeg", 400_000), ("application/json", 400_000), ("multipart/form-data; boundary=x", 300_000)):
    c = socket.create_connection(("127.0.0.1", house.port), 20)
    c.sendall(head(kind, n) + picture[: n // 2])
    slow.append(c)
time.sleep(0.5)
check(files_of("nginx") == [] and files_of("keten-gate") == [], "while pictures come in, half of each, neither nginx nor the gate has a file of them", (files_of("nginx"), files_of("keten-gate")))
for c in slow:
    c.close()
route = max((line.split(" ", 1) for line in subprocess.run([os.path.join(house.bin, "keten-web"), "--limits"], capture_output=True, text=True).stdout.splitlines()), key=lambda x: int(x[0]))
c = socket.create_connection(("127.0.0.1", house.port), 20)
c.sendall(head("application/octet-stream", 2_900_000, path=re.sub(r"\{[^}]*\}", "x", route[1])) + picture[:2_800_000])
check(until(5, lambda: files_of("nginx") != []), f"where large files may be sent ({route[1]}) there is one at such a moment: the look above would have seen it")
c.close()
s, said = raw(head("image/jpeg", 400_000) + picture[:400_000])
check(s == 415 and "unread" in said, "a picture: 415", (s, said))
s, said = raw(head("image/png", 3_000_000))
check(s == 413 and json.loads(said)["hashes_max"] == 1000, "one that is larger than any question is refused by its length, with the limits", (s, said))
s, said = raw(head("application/json", 2_000) + picture[:2_000])
check(s == 400 and "thrown away" in said, "one that calls itself JSON: 400", (s, said))

# ---- when it is away ----
def gate_pid():
    out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(house.server.pid)], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in out.splitlines() if "keten-gate" in line]


old = gate_pid()
os.kill(old[0], signal.SIGSTOP)
os.kill(old[0], signal.SIGKILL)
check(until(10, lambda: gate_pid() not in ([], old)) and until(10, lambda: ask(pdq)[0] == 200), "killed, it is started again and answers")
old = gate_pid()
os.rename(bank, bank + ".old")
os.mkdir(bank)
owned(bank)
check(keten("bank", "make", "--bank", bank).returncode == 0, "another bank takes the place of the first")
check(until(15, lambda: gate_pid() not in ([], old)) and until(10, lambda: ask(pdq)[0] == 200 and ask(pdq)[1]["results"][0]["known"] is False), "the gate starts anew, and answers from that one", house.logged()[-2000:])
check(house.stop() == 0, "all stop in order")
log = house.logged()
check("AddressSanitizer" not in log and "level=bug" not in log and KEY not in log and photo not in log, "and nothing broke; the log holds no key and no hash", log[-2000:])
check.end()
