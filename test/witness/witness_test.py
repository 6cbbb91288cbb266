#!/usr/bin/env python3
"""keten witness as somebody at a terminal and a log on the net meet it. Use: witness_test.py KETEN"""
import base64, hashlib, http.client, os, shutil, signal, struct, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN = os.path.abspath(sys.argv[1])
top = tempfile.mkdtemp(prefix="keten-witness-")
programs = os.path.join(top, "bin")
os.mkdir(programs)
built = os.path.dirname(os.path.dirname(KETEN))
shutil.copy(KETEN, programs)
shutil.copy(os.path.join(built, "witness", "keten-witness"), programs)
os.chmod(top, 0o755)
folder = os.path.join(top, "w")
KETEN = os.path.join(programs, "keten")
ORIGIN = "log.example/keten/2026"


def keten(*args):
    return subprocess.run([KETEN, "witness", *args], capture_output=True, text=True, timeout=60)


# A log of our own, with a key that openssl made: nothing of Keten signs here.
key = os.path.join(top, "log.pem")
subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True)
pub = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-32:]
ident = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + pub).digest()[:4]
vkey = ORIGIN + "+" + ident.hex() + "+" + base64.b64encode(b"\x01" + pub).decode()


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mth(leaves):
    if not leaves:
        return h()
    if len(leaves) == 1:
        return h(b"\0", leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return h(b"\1", mth(leaves[:k]), mth(leaves[k:]))


def sub(m, d, whole):
    """SUBPROOF of RFC 6962 2.1.2"""
    n = len(d)
    if m == n:
        return [] if whole else [mth(d)]
    k = 1
    while 2 * k < n:
        k *= 2
    return sub(m, d[:k], whole) + [mth(d[k:])] if m <= k else sub(m - k, d[k:], False) + [mth(d[:k])]


leaves = [str(i).encode() for i in range(200)]


def note(size, leaves=leaves):
    body = f"{ORIGIN}\n{size}\n{base64.b64encode(mth(leaves[:size])).decode()}\n".encode()
    path = tempfile.mktemp(dir=top)
    open(path, "wb").write(body)
    sig = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", path], check=True, capture_output=True).stdout
    os.unlink(path)
    return body + "\n\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(ident + sig) + b"\n"


def question(old, size, leaves=leaves):
    proof = sub(old, leaves[:size], True) if old else []
    return f"old {old}\n".encode() + b"".join(base64.b64encode(p) + b"\n" for p in proof) + b"\n" + note(size, leaves)


r = keten("init", folder, "--name", "witness.example/w1")
wkey = r.stdout.strip()
check(r.returncode == 0 and wkey.startswith("witness.example/w1+"), "init makes a witness and prints its key", r.stderr)
wpub = base64.b64decode(wkey.split("+", 2)[2])[1:]
check(keten("key", folder).stdout.strip() == wkey and keten("init", folder, "--name", "other.example").returncode == 1, "key prints it again; init never replaces it")
check(keten("log", folder, vkey).returncode == 0 and keten("log", folder, vkey).returncode == 1 and keten("log", folder, "x").returncode == 2, "a log is added by its key, once")


class Served:
    def __enter__(self):
        self.p = subprocess.Popen([KETEN, "witness", "serve", folder, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=open(os.path.join(top, "log"), "a"), text=True)
        self.port = int(self.p.stdout.readline().rsplit(":", 1)[1].strip().rstrip("/"))
        return self

    def ask(self, method, path, body=None, headers={}):
        for _ in range(50):
            try:
                c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                c.request(method, path, body, headers)
                r = c.getresponse()
                return r.status, r.read(), r.getheader("Content-Type")
            except ConnectionRefusedError:
                time.sleep(0.1)
        raise AssertionError("nobody answers")

    def add(self, body):
        return self.ask("POST", "/add-checkpoint", body)

    def __exit__(self, *_):
        self.p.terminate()
        self.p.wait(20)


def signed(answer, size):
    """The answer's line, checked with openssl: who signed what, when."""
    name, b = answer.decode().strip().split(" ")[1:]
    raw = base64.b64decode(b)
    when = struct.unpack(">Q", raw[4:12])[0]
    text = note(size).split(b"\n\n")[0] + b"\n"
    with tempfile.NamedTemporaryFile(dir=top) as m, tempfile.NamedTemporaryFile(dir=top) as s, tempfile.NamedTemporaryFile(dir=top) as k:
        m.write(f"cosignature/v1\ntime {when}\n".encode() + text), s.write(raw[12:]), k.write(bytes.fromhex("302a300506032b6570032100") + wpub)
        m.flush(), s.flush(), k.flush()
        good = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", k.name, "-keyform", "DER", "-rawin", "-in", m.name, "-sigfile", s.name], capture_output=True).returncode == 0
    return good and name == "witness.example/w1" and raw[:4] == hashlib.sha256(b"witness.example/w1\n\x04" + wpub).digest()[:4] and abs(when - time.time()) < 60


with Served() as s:
    status, body, kind = s.add(question(0, 10))
    check(status == 200 and signed(body, 10), "a log's first checkpoint is signed; openssl finds the signature good", body)
    status, body, kind = s.add(question(0, 20))
    check((status, body, kind) == (409, b"10\n", "text/x.tlog.size"), "another old size: 409 and the size", (status, body, kind))
    check(s.add(question(10, 20))[0] == 200, "growth is signed")
    check(s.add(b"old 20\n" + question(10, 30).split(b"\n", 1)[1])[0] == 422, "a proof of another growth: 422")
    check(s.add(b"old 31\n\n" + note(20))[0] == 400 and s.add(b"hello")[0] == 400 and s.add(b"")[0] == 400, "what is no question: 400")
    check(s.add(question(20, 30).replace(ORIGIN.encode(), b"log.example/other"))[0] == 404, "a log that is not known: 404")
    other = [b"x"] + leaves[1:]
    check(s.add(question(20, 30, other))[0] == 422 and s.add(question(20, 20, other))[0] == 422, "a tree with another history: 422")
    forged = question(20, 30)
    check(s.add(forged[:-30] + b"A" + forged[-29:])[0] in (400, 403), "a changed signature is not taken")
    hexed = hashlib.sha256(ORIGIN.encode()).hexdigest()
    status, body, _ = s.ask("GET", f"/{hexed}/checkpoint")
    check(status == 200 and body.startswith(note(20).split(b"\n\n")[0]) and b"witness.example/w1" in body, "anybody can read the last checkpoint that was signed")
    check(s.ask("GET", "/../witness.key")[0] == 404 and s.ask("DELETE", "/")[0] == 405 and s.ask("POST", "/x", b"")[0] == 404 and s.ask("POST", "/add-checkpoint", b"x" * 400000)[0] == 413, "and nothing else is there")

    # Two hands at once: of many that grow from the same size, exactly one may win each round.
    answers = []
    questions = [question(20, size) for size in range(21, 29)]
    threads = [threading.Thread(target=lambda q=q: answers.append(s.add(q)[0])) for q in questions]
    [t.start() for t in threads], [t.join() for t in threads]
    check(sorted(answers) == [200] + [409] * 7, "of eight that grow from one size at once, one is signed and seven are told", answers)
    size = int(s.add(question(20, 29))[1])
    # Killed right after an answer: what was answered is there.
    status, body, _ = s.add(question(size, 60))
    for child in subprocess.run(["pgrep", "-P", str(s.p.pid)], capture_output=True, text=True).stdout.split():
        os.kill(int(child), signal.SIGKILL)
    check(status == 200 and s.add(question(size, 61))[:2] == (409, b"60\n"), "killed right after it answered, it starts again and knows what it signed")
    check(keten("log", folder, vkey).returncode == 1, "the folder can be read while it serves")

check(os.listdir(os.path.join(folder, "state")) == [hexed], "one file for one log, nothing half written", os.listdir(os.path.join(folder, "state")))
shutil.rmtree(top)
check.end()
