#!/usr/bin/env python3
"""keten gate: a gate by itself over a bank, as a platform meets it. Use: gate_test.py KETEN"""
import hashlib, http.client, json, os, random, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN = os.path.abspath(sys.argv[1])
top = tempfile.mkdtemp(prefix="keten-gate-")
bank, keys = os.path.join(top, "bank"), os.path.join(top, "keys", "keys.csv")
os.mkdir(os.path.dirname(keys))
dice = random.Random(11)
PATH = "/api/v1/gate"


def keten(*args, **kw):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=120, **kw)


def near(h, n):
    v = int(h, 16)
    for bit in dice.sample(range(256), n):
        v ^= 1 << bit
    return f"{v:064x}"


def made():
    return f"{dice.getrandbits(256):064x}"


def add(source, signal, *hashes, lane="adult", confirmed=True):
    r = keten("bank", "add", "--bank", bank, "--source", source, "--lane", lane, "--signal", signal, *(["--confirmed-by", "W. Anda"] if confirmed else []), *hashes)
    assert r.returncode == 0, r.stderr


def make_key(name, *args):
    r = keten("gate", "--keys", keys, "--make-key", name, *args)
    assert r.returncode == 0, r.stderr
    return r.stdout.strip()


API = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "api", "gate.json")))
answered_so, undocumented = set(), []


def fits(schema, v):
    """What of JSON Schema the document uses."""
    if "$ref" in schema:
        return fits(API["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], v)
    if "const" in schema:
        return v == schema["const"]
    if "enum" in schema:
        return v in schema["enum"]
    kind = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}[schema["type"]]
    if not isinstance(v, kind) or (kind is int and isinstance(v, bool)):
        return False
    if kind is dict:
        return all(k in v for k in schema.get("required", ())) and all(k in schema["properties"] and fits(schema["properties"][k], x) for k, x in v.items())
    if kind is list:
        return len(v) <= schema.get("maxItems", len(v)) and all(fits(schema["items"], x) for x in v)
    return kind is not int or schema.get("minimum", v) <= v <= schema.get("maximum", v)


def documented(path, method, status, v):
    answer = API["paths"].get(path, {}).get(method.lower(), {}).get("responses", {}).get(str(status))
    if answer is None or not fits(answer["content"]["application/json"]["schema"], v):
        undocumented.append((path, method, status, str(v)[:300]))
    answered_so.add((path, method.lower(), str(status)))


class Gate:
    def __init__(self, *args):
        self.log = open(os.path.join(top, "log"), "ab+")
        self.p = subprocess.Popen([KETEN, "gate", "--bank", bank, "--keys", keys, "--listen", "127.0.0.1:0", *args], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.p.stdout.readline()
        self.port = int(line.split(":")[3].split("/")[0])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, body, key=None, headers=None, method="POST", path=PATH):
        c = self.connect()
        h = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + key} if key else {}) | (headers or {})
        try:
            c.request(method, path, body if body is None or isinstance(body, (bytes, str)) else json.dumps(body), h)
            r = c.getresponse()
            text = r.read()
            self.headers = r.headers
            if path in API["paths"] and method in ("GET", "POST"):
                documented(path, method, r.status, json.loads(text))
            return r.status, json.loads(text) if text else None
        finally:
            c.close()

    def ready(self, want=200):
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                status, _ = self.ask(None, method="GET")
                if status == want:
                    return True
            except OSError:
                pass
            time.sleep(0.05)
        return False

    def logged(self):
        self.log.seek(0)
        return self.log.read().decode()

    def stop(self):
        self.p.send_signal(signal.SIGTERM)
        return self.p.wait(15)


photo, other = made(), made()
assert keten("bank", "make", "--bank", bank).returncode == 0
add("helpline", "pdq", photo)
add("hotline", "pdq", near(photo, 3))
add("hotline", "sha256", "ab" * 32)
add("hotline", "md5", "cd" * 16)
add("hotline", "url", "https://forum.example/thread?id=7")
add("national", "pdq", other, lane="minor")
add("newcomer", "pdq", quarantined := made(), confirmed=False)
with open(os.path.join(bank, "lists.csv"), "w") as f:
    f.write("list,asks,say,contact\nhelpline,block,Remove it and tell us,https://helpline.example/gate\nhotline,review,,\n")
key, slow, ended, national = make_key("Platform A", "--per-second", "100000"), make_key("Slow", "--per-second", "5"), make_key("Gone", "--until", "2020-01-01"), make_key("Centre", "--scopes", "gate national")
text = open(keys).read()
check(len({key, slow, ended, national}) == 4 and key not in text and "Platform A" in text, "keys are made, shown once, and only their hashes are kept")
check(keten("gate", "--keys", keys, "--make-key", "X", "--scopes", "all").returncode == 2 and open(keys).read() == text, "a key with scopes that are none is not made")
gate = Gate()
check(gate.ready(), "the gate starts", gate.logged())

# Somebody sends a question a byte a second; what became of it is looked at further down.
slow_end = []


def trickle():
    c = socket.create_connection(("127.0.0.1", gate.port), 30)
    began = time.monotonic()
    try:
        c.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n".encode())
        while time.monotonic() - began < 28:
            c.sendall(b" ")
            time.sleep(1)
    except OSError:
        pass
    slow_end.append(time.monotonic() - began)


slow_thread = threading.Thread(target=trickle)
slow_thread.start()

# ---- answers ----
pdq = lambda h: {"type": "pdq", "hash": h}
s, d = gate.ask(pdq(photo), key)
m = d["results"][0]["matches"]
check(s == 200 and d["results"][0]["known"] is True and d["results"][0]["confidence"] == "exact" and [x["list"] for x in m] == ["helpline", "hotline"], "a hash that is looked for is known, with the lists it stands on", d)
check(m[0]["asks"] == "block" and m[0]["say"] == "Remove it and tell us" and m[0]["contact"] == "https://helpline.example/gate" and m[1] == {"list": "hotline", "entry": m[1]["entry"], "distance": 3, "asks": "review"}, "and with what each owner asks", m)
s, d = gate.ask({"hashes": [pdq(near(other, 1)), pdq(made()), {"type": "sha256", "hash": "AB" * 32}, {"type": "md5", "hash": "cd" * 16}, {"type": "url", "url": "HTTPS://forum.example:443/x/../thread?id=7&utm_source=z"}, {"type": "md5", "hash": "xy"}, pdq(quarantined)]}, key)
known = [r.get("known", r.get("error")) for r in d["results"]]
check(s == 200 and known == [False, False, True, True, True, "an md5 hash is 32 hexadecimal digits", False], "many at once: a minor's is not told to platforms, a foreign one is unknown, exact keys are found in either case, an address by its canonical form, what is in quarantine is not in force", known)
check(gate.ask(pdq(near(other, 1)), national)[1]["results"][0]["matches"][0]["lane"] == "minor", "the national centre is told of a minor's")
s, d = gate.ask(pdq(far := near(photo, 31)), key)
check(d["results"][0]["known"] and d["results"][0]["matches"][0]["distance"] <= 31 and gate.ask(pdq(far) | {"distance": 10}, key)[1]["results"][0]["known"] is False, "31 bits off is near enough; who asks for less gets less", d)
counted = keten("bank", "match", "--bank", bank, photo).stdout
check("matched 2 times" in counted or "matched 3 times" in counted, "what was matched is counted", counted)

# ---- who may ask ----
check(gate.ask(pdq(photo))[0] == 401 and gate.headers["WWW-Authenticate"] == "Bearer" and gate.ask(pdq(photo), "kg_wrong")[0] == 401, "without a key, or with a wrong one: 401")
s, d = gate.ask(pdq(photo), ended)
check(s == 403 and d["error"] == "ended", "an ended key: 403", d)
tries = [gate.ask(pdq(photo), slow)[0] for _ in range(14)]
check(tries[0] == 200 and tries[-1] == 429 and int(gate.headers["Retry-After"]) >= 1, "over its rate: 429, with when to try again", tries)
check(gate.ask(pdq(photo), key)[0] == 200, "which is nobody else's matter")

# ---- what is refused ----
picture = bytes([0xFF, 0xD8, 0xFF, 0xE0]) + os.urandom(200000)
for name, headers, body, want, word in (("a picture", {"Content-Type": "image/jpeg"}, picture, 415, "unread"), ("a form with a file", {"Content-Type": "multipart/form-data; boundary=x"}, picture, 415, "unread"),
        ("packed bytes", {"Content-Encoding": "gzip"}, picture, 415, "unread"), ("a picture that calls itself JSON", {}, picture, 400, "thrown away"), ("half a question", {}, '{"type":"pdq","hash":"', 400, "no JSON"),
        ("wrong digits", {}, json.dumps(pdq("zz" * 32)), 400, "64 hexadecimal"), ("brackets without end", {}, '{"hashes":' + "[" * 100000, 400, "nested"), ("a million hashes", {}, None, 413, "1000"), ("1001 hashes", {}, json.dumps({"hashes": [pdq(photo)] * 1001}), 413, "1000")):
    if body is None:  # only its head is sent: the answer comes without the body
        c = socket.create_connection(("127.0.0.1", gate.port), 10)
        c.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 90000000\r\n\r\n".encode())
        said = c.makefile("rb").read().decode()
        s, d = int(said.split()[1]), json.loads(said.split("\r\n\r\n")[1])
        c.close()
    else:
        s, d = gate.ask(body, key, headers)
    check(s == want and word in d["say"], f"{name}: {want}", (s, d))
    if want == 413:
        check(d["hashes_max"] == 1000 and d["bytes_max"] == 524288, "the answer says the limits")
c = socket.create_connection(("127.0.0.1", gate.port), 10)
c.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: image/png\r\nContent-Length: 5000000000\r\n\r\n".encode())
answer = c.makefile("rb").read()
check(answer.startswith(b"HTTP/1.1 415 "), "a picture of five gigabytes is refused before a byte of it was sent, and the connection closed", answer)
c.close()
check(gate.ask(None, method="PUT")[0] == 405 and gate.ask(None, method="GET", path="/")[0] == 404, "another method: 405; another address: 404")
check(gate.ask({"hashes": [pdq(photo)] * 1000}, key)[0] == 200, "a thousand at once are answered")

# ---- what changes while it runs ----
fresh = made()
check(gate.ask(pdq(fresh), key)[1]["results"][0]["known"] is False, "a hash that nobody brought is unknown")
add("helpline", "pdq", fresh)
s, d = gate.ask(pdq(fresh), key)
check(d["results"][0]["known"] is True, "it is known at the first question after it was added", d)
entry = d["results"][0]["matches"][0]["entry"]
assert keten("bank", "remove", "--bank", bank, "--by", "W. Anda", str(entry)).returncode == 0
check(gate.ask(pdq(fresh), key)[1]["results"][0]["known"] is False, "and unknown at the first question after it was withdrawn")
late = make_key("Late")
end = time.monotonic() + 10
while gate.ask(pdq(photo), late)[0] != 200 and time.monotonic() < end:
    time.sleep(0.1)
check(gate.ask(pdq(photo), late)[0] == 200, "a key made while it runs is good within seconds")

# ---- an index made anew under it: opened beside, while questions are answered ----
with open(os.path.join(top, "list.csv"), "w") as f:
    f.write("hash,source,lane\n" + "".join(f"{made()},many,adult\n" for _ in range(40000)))
took, wrong, go = [], [], threading.Event()


def asker():
    c = gate.connect()
    body, h = json.dumps(pdq(photo)), {"Content-Type": "application/json", "Authorization": "Bearer " + key}
    while not go.is_set():
        began = time.monotonic()
        c.request("POST", PATH, body, h)
        r = c.getresponse()
        d = json.loads(r.read())
        took.append(time.monotonic() - began)
        if r.status != 200 or d["results"][0]["known"] is not True:
            wrong.append((r.status, d))
        time.sleep(0.001)


assert keten("bank", "import", "--bank", bank, os.path.join(top, "list.csv")).returncode == 0
while "behind" in gate.ask(pdq(photo), key)[1]:
    time.sleep(0.01)
t = threading.Thread(target=asker)
t.start()
os.remove(os.path.join(bank, "index"))
add("helpline", "pdq", newest := made())
end = time.monotonic() + 60
while "times=2" not in gate.logged() and time.monotonic() < end:
    time.sleep(0.1)
time.sleep(0.5)
go.set()
t.join()
opened = [int(x.split("ms=")[1].split()[0]) for x in gate.logged().splitlines() if "times=2" in x]
check(opened != [] and wrong == [], f"the index is made anew, over 40,000 hashes: {len(took)} questions meanwhile, each answered right", (opened, wrong[:3], gate.logged()[-500:]))
check(opened != [] and max(took) < max(0.25, opened[0] / 2000), f"opening it took {opened[0] if opened else 0} ms in the background; no question waited longer than {max(took) * 1000:.0f} ms (the 99th of a hundred {sorted(took)[len(took) * 99 // 100] * 1000:.1f} ms)", took[-1])
check(gate.ask(pdq(newest), key)[1]["results"][0]["known"] is True, "what was added last is known")

# ---- too many, too slow ----
many = []
for _ in range(230):
    try:
        many.append(socket.create_connection(("127.0.0.1", gate.port), 5))
    except OSError:
        pass
time.sleep(0.5)


def closed(c):
    c.setblocking(False)
    try:
        return c.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


refused = sum(closed(c) for c in many)
check(20 <= refused <= 60, f"of {len(many)} connections from one address some 200 stay", refused)
for c in many:
    c.close()
end = time.monotonic() + 10
answered = 0
while answered != 200 and time.monotonic() < end:
    try:
        answered = gate.ask(pdq(photo), key)[0]
    except (OSError, http.client.HTTPException):
        time.sleep(0.1)
check(answered == 200, "and when they are gone it answers again")
slow_thread.join(30)
check(len(slow_end) == 1 and 10 < slow_end[0] < 25, f"who sent a byte a second was cut off after {slow_end[0] if slow_end else 0:.0f} s")

# ---- a bank that breaks under it ----
c = gate.connect()
c.request("POST", PATH, json.dumps({"hashes": [pdq(photo)] * 1000}), {"Content-Type": "application/json", "Authorization": "Bearer " + key})
with open(os.path.join(bank, "record"), "r+b") as f:
    f.seek(0, 2)
    f.write(b"\x01" * 128)
    f.seek(0)
    before = f.read(128)
    f.seek(0)
    f.write(b"\xff" * 128)
r = c.getresponse()
d = json.loads(r.read())
check((r.status == 200 and len(d["results"]) == 1000) or (r.status == 503 and "record" in d["say"]), "a question that was under way is answered whole, or with the reason", (r.status, str(d)[:200]))
s, d = gate.ask(pdq(photo), key)
check(s == 503 and "record" in d["say"] and gate.headers["Retry-After"] == "30", "a bank that was damaged under it: 503, with the reason", (s, d))
check(gate.ask(None, method="GET")[0] == 503, "and it is not ready")
with open(os.path.join(bank, "record"), "r+b") as f:
    f.write(before)
c = gate.connect()
c.request("POST", PATH + "/receipt", json.dumps({"receipt": "x", "type": "sha256", "hash": "ab" * 32, "service": "photos.example"}), {"Content-Type": "application/json", "Authorization": "Bearer " + key})
r = c.getresponse()
check(r.status == 200 and json.loads(r.read()) == {"known": False, "valid": False, "why": "form", "say": "it is no signed note"}, "a receipt that is none is not valid; that needs no bank")
check(gate.stop() == 0, "it stops in order", gate.logged())

# ---- receipts ----
signer, trust, revoked = os.path.join(top, "signer"), os.path.join(top, "keys", "trust.txt"), os.path.join(top, "keys", "revoked.txt")
vkey = keten("receipt", "key", "--key", signer, "--name", "consent.example").stdout
open(trust, "w").write(vkey)
receipt, content = os.path.join(top, "receipt.txt"), "cd" * 32
args = ("--hash", content, "--service", "photos.example")
r = keten("receipt", "make", "--key", signer, *args, "--until", "2099-01-01", "--people", "2", "--out", receipt)
codes = [line.split(": ")[1] for line in r.stdout.splitlines()]
check(r.returncode == 0 and len(codes) == 2 and oct(os.stat(signer).st_mode)[-3:] == "400" and all(x not in open(receipt).read() for x in codes), "a receipt of two people: each gets a code, which is not in it", r.stderr)
expired = os.path.join(top, "expired.txt")
check(keten("receipt", "make", "--key", signer, *args, "--until", "2020-01-01", "--out", expired).returncode == 2, "one that has ended before it began is not made")
on = ("--trust", trust, "--revoked", revoked)
check(keten("receipt", "check", *on, *args, receipt).returncode == 0, "it holds")
check(keten("receipt", "check", *on, "--hash", content, "--service", "other.example", receipt).stdout.startswith("service: "), "not for another service")
check(keten("receipt", "check", *on, "--hash", "ce" * 32, "--service", "photos.example", receipt).stdout.startswith("hash: "), "not for other content")
with open(os.path.join(bank, "record"), "rb") as f:
    check(f.read(4) == before[:4], "the bank is whole again")
gate = Gate()
check(gate.ready(), "the gate starts again")
question = lambda text, **kw: gate.ask({"receipt": text, "type": "sha256", "hash": content, "service": "photos.example"} | kw, key, path=PATH + "/receipt")
s, d = question(open(receipt).read())
check(s == 200 and d["valid"] is True and d["known"] is True and d["until"] == "2099-01-01T00:00:00Z" and set(d) == {"known", "valid", "say", "until"}, "the gate says so: valid, until when; not who, nor how many", d)
# The examples of docs/gate.md, as they stand but for the host.
folder = os.path.join(top, "examples")
os.mkdir(folder)
with open(os.path.join(folder, "photo.jpg"), "wb") as f:
    f.write(b"a photo")
r = keten("receipt", "make", "--key", signer, "--hash", hashlib.sha256(b"a photo").hexdigest(), "--service", "photos.example", "--until", "2099-01-01", "--out", os.path.join(folder, "receipt.txt"))
blocks = re.findall(r"```sh\n(.*?)```", open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "gate.md")).read(), re.S)
blocks = [b for b in blocks if "jq" not in b or shutil.which("jq")]
ran = subprocess.run(["sh", "-e", "-c", "\n".join(blocks).replace("https://keten.example", f"http://127.0.0.1:{gate.port}")], cwd=folder, capture_output=True, text=True, timeout=60, env={**os.environ, "KEY": key})
said = [json.loads(x) for x in ran.stdout.splitlines()]
check(ran.returncode == 0 and len(said) >= 3 and all("error" not in x for x in said) and all("error" not in h for x in said for h in x.get("results", [])) and (len(said) == 3 or said[3]["valid"]), "the examples of docs/gate.md run as they stand", ran.stdout + ran.stderr)
check(question(open(receipt).read(), service="other.example")[1]["why"] == "service" and question(open(receipt).read(), hash="ce" * 32)[1]["why"] == "hash", "for another service, for other content: not valid")
check(question(open(receipt).read().replace("photos.example", "photo2.example"), service="photo2.example")[1]["why"] == "form", "a changed receipt is none")
other = os.path.join(top, "other")
keten("receipt", "key", "--key", other, "--name", "stranger.example")
keten("receipt", "make", "--key", other, *args, "--until", "2099-01-01", "--out", os.path.join(top, "strange.txt"))
check(question(open(os.path.join(top, "strange.txt")).read())[1]["why"] == "signer", "nor one that a stranger signed")
check(question("", )[0] == 400 and gate.ask({"receipt": "x"}, key, path=PATH + "/receipt")[0] == 400 and gate.ask({"receipt": "x"}, path=PATH + "/receipt")[0] == 401, "half a question: 400; without a key: 401")
check(keten("receipt", "revoke", *on, receipt, input="0000-0000").returncode == 2 and keten("receipt", "revoke", *on, receipt, input="00000-00000-00000-00000-00000-0").returncode == 1, "a code that is none, or nobody's, takes nothing back")
check(keten("receipt", "revoke", *on, receipt, input=codes[1].lower() + "\n").returncode == 0, "the second person alone takes it back")
end = time.monotonic() + 10
while question(open(receipt).read())[1]["valid"] and time.monotonic() < end:
    time.sleep(0.1)
check(question(open(receipt).read())[1]["why"] == "ended", "within a second or two the gate says so")
check(keten("receipt", "check", *on, *args, receipt).stdout.startswith("ended: ") and codes[1] not in open(revoked).read(), "and so does the command; the code itself is kept nowhere")
check(gate.stop() == 0, "it stops in order again", gate.logged())
check(undocumented == [], "every answer was of the form that docs/api/gate.json says", undocumented[:3])
promised = {(p, m, s) for p, ms in API["paths"].items() for m, x in ms.items() for s in x["responses"]}
seen_otherwise = {(PATH, "post", "411"), (PATH, "post", "413"), (PATH + "/receipt", "post", "411"), (PATH + "/receipt", "post", "413"), (PATH + "/receipt", "post", "415"), (PATH + "/receipt", "post", "403"), (PATH + "/receipt", "post", "429")}
check(promised - answered_so <= seen_otherwise, "and every answer it promises was given", promised - answered_so)
log = gate.logged()
check("AddressSanitizer" not in log and "runtime error" not in log and "level=bug" not in log and key not in log and photo not in log, "and nothing broke; the log holds no key and no hash", log[-2000:])
shutil.rmtree(top)
check.end()
