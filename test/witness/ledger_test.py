#!/usr/bin/env python3
"""An instance whose ledger is watched by a witness and stamped by two authorities, over HTTP: good ones, dead ones, lying ones. Use: ledger_test.py KETEN"""
import base64, http.client, http.server, os, re, shutil, socketserver, sqlite3, subprocess, sys, threading, time, urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap, free_ports

check = Tap()
house = House(sys.argv[1], idle=("media", "watch", "gate"))
built = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[1])))
shutil.copy(os.path.join(built, "witness", "keten-witness"), house.bin)
top = house.top
os.chmod(top, 0o777)


def sh(*args, **kw):
    r = subprocess.run(args, capture_output=True, timeout=60, **kw)
    assert r.returncode == 0, (args, r.stderr)
    return r.stdout


# ---- two authorities: an RSA and an elliptic key, made and served by openssl ----
def authority(name, algorithm):
    d = os.path.join(top, "tsa-" + name)
    os.mkdir(d)
    open(d + "/ext", "w").write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n")
    sh("openssl", "req", "-x509", *algorithm, "-nodes", "-keyout", d + "/ca.key", "-out", d + "/ca.pem", "-subj", f"/CN={name} root", "-days", "10")
    sh("openssl", "req", "-new", *algorithm, "-nodes", "-keyout", d + "/tsa.key", "-out", d + "/tsa.csr", "-subj", f"/CN={name} stamps")
    sh("openssl", "x509", "-req", "-in", d + "/tsa.csr", "-CA", d + "/ca.pem", "-CAkey", d + "/ca.key", "-CAcreateserial", "-out", d + "/tsa.pem", "-days", "5", "-extfile", d + "/ext")
    open(d + "/serial", "w").write("01\n")
    open(d + "/cnf", "w").write(f"[tsa]\ndefault_tsa=t\n[t]\nserial={d}/serial\nsigner_cert={d}/tsa.pem\nsigner_key={d}/tsa.key\ncerts={d}/ca.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n")
    return d


AUTHORITIES = {"/rsa": authority("rsa", ["-newkey", "rsa:2048"]), "/ec": authority("ec", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])}
behaviour = {"/ec": "down", "/liar": "lie"}
asked = []


class Outside(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked.append(self.path)
        if self.path == "/liar/add-checkpoint":  # a witness that answers with a signature over something else
            out = "\u2014 liar.example/w ".encode() + base64.b64encode(b"\0" * 76) + b"\n"
        elif behaviour.get(self.path) == "down":
            return self.send_error(503)
        else:
            d = AUTHORITIES[self.path]
            q, r = d + "/q", d + "/r"
            open(q, "wb").write(body)
            sh("openssl", "ts", "-reply", "-config", d + "/cnf", "-queryfile", q, "-out", r)
            out = open(r, "rb").read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *_):
        pass


outside = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Outside)
threading.Thread(target=outside.serve_forever, daemon=True).start()
OUT = outside.server_address[1]
witness_port = free_ports()


def page(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}{path}", timeout=20) as r:
        return r.read().decode()


def until(what, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        try:
            if what():
                return True
        except (OSError, http.client.HTTPException, sqlite3.Error):
            pass
        time.sleep(0.3)
    return False


house.init("--demo")
check(house.start(), "an instance runs", house.logged()[-2000:])
vkey = re.search(r'[^\s<>"]+/keten[^\s<>"+]*\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+', page("/ledger"))
check(vkey is not None, "the ledger's page prints its key")
house.stop()

w = os.path.join(top, "w")
wkey = house.keten("witness", "init", w, "--name", "witness.example/w1").stdout.strip()
house.keten("witness", "log", w, vkey.group(0))
liar = None
key = os.path.join(top, "liar.pem")
sh("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
pub = sh("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
import hashlib

lkey = "liar.example/w+" + hashlib.sha256(b"liar.example/w\n\x04" + pub).hexdigest()[:8] + "+" + base64.b64encode(b"\x04" + pub).decode()
policy = os.path.join(house.data, "ledger.policy")
open(policy, "w").write(f"log {vkey.group(0)}\nwitness w {wkey} http://127.0.0.1:{witness_port}/\nwitness dead {wkey.replace('w1', 'w2')} http://127.0.0.1:{OUT}/\nquorum w\n")
if os.geteuid() == 0:
    os.chown(policy, 65534, 65534)
check(not house.start() and "policy" in house.logged(), "a policy with a key that is none keeps it from starting, and it says so", house.logged()[-800:])
house.stop()
open(policy, "w").write(f"log {vkey.group(0)}\nwitness w {wkey} http://127.0.0.1:{witness_port}/\nwitness liar {lkey} http://127.0.0.1:{OUT}/liar\nquorum w\n")
os.environ.update({"KETEN_TIMESTAMP_URL": f"http://127.0.0.1:{OUT}/rsa http://127.0.0.1:{OUT}/ec", "KETEN_NET_ALLOW": f"127.0.0.1:{OUT} 127.0.0.1:{witness_port}"})
serving = subprocess.Popen([house.keten_path, "witness", "serve", w, "--listen", f"127.0.0.1:{witness_port}"], stdout=subprocess.PIPE, stderr=open(os.path.join(top, "wlog"), "w"), text=True)
serving.stdout.readline()
check(house.start(), "with a policy and two authorities it runs", house.logged()[-2000:])
check(until(lambda: "\u2014 witness.example/w1 " in page("/ledger/checkpoint")), "within a minute the witness's signature stands under the checkpoint", house.logged()[-2500:])
note = page("/ledger/checkpoint")
open(os.path.join(top, "cp"), "w").write(note)
check(house.keten("ledger", "verify", os.path.join(top, "cp"), "--key", vkey.group(0)).returncode == 0, "and the log's own signature still holds")
check(house.keten("ledger", "verify", os.path.join(top, "cp"), "--policy", policy).returncode == 0, "keten ledger verify --policy: the quorum is there")
open(os.path.join(top, "strict"), "w").write(open(policy).read().replace("quorum w\n", "group both all w liar\nquorum both\n"))
r = house.keten("ledger", "verify", os.path.join(top, "cp"), "--policy", os.path.join(top, "strict"))
check(r.returncode == 1 and "too few" in r.stdout, "a policy that asks for more is not met", r.stdout + r.stderr)
check("liar.example" not in note and until(lambda: "answers with something that is no signature" in page("/ledger?lang=en") or "geen eigen handtekening" in page("/ledger")), "a witness that lies is found: its line stands nowhere, the page says so")


def stamps(sql):
    with sqlite3.connect(f"file:{house.data}/keten.db?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


check(until(lambda: stamps("select count(*) from stamp where kind='tree' and reply is not null")[0][0] >= 1), "the tree is stamped by the authority that answers", house.logged()[-1500:])
waiting = stamps("select authority, tries from stamp where reply is null")
check(len(waiting) == 1 and waiting[0][0].endswith("/ec") and until(lambda: stamps("select tries from stamp where reply is null")[0][0] >= 1), "the one that is down is waited for, and asked again", waiting)
reply, digest = stamps("select reply, digest from stamp where reply is not null")[0]
open(os.path.join(top, "r.tsr"), "wb").write(reply)
size = stamps("select size from stamp where reply is not null")[0][0]
signed = stamps(f"select note from checkpoint where size={size}")[0][0]
open(os.path.join(top, "signed"), "w").write(signed)
rsa = AUTHORITIES["/rsa"]
done = subprocess.run(["openssl", "ts", "-verify", "-data", os.path.join(top, "signed"), "-in", os.path.join(top, "r.tsr"), "-CAfile", rsa + "/ca.pem"], capture_output=True)
check(done.returncode == 0, "openssl finds the stamp over the signed checkpoint good", done.stderr.decode()[-300:])
behaviour.clear()
with sqlite3.connect(f"{house.data}/keten.db") as db:
    db.execute("update stamp set next_ms=0 where reply is null")
house.later(120000)
check(until(lambda: stamps("select count(*) from stamp where reply is not null")[0][0] == 2, 100), "back again, it stamps what waited", stamps("select authority, tries, next_ms from stamp where reply is null"))
# Four of the five days of the authorities' certificates are over: what they stamped is stamped again, as a list.
house.later(4 * 86400 * 1000)
with sqlite3.connect(f"{house.data}/keten.db") as db:
    db.execute("update job set due_ms=0 where kind='ledger.stamp'")
check(until(lambda: stamps("select count(*) from stamp where kind='again' and reply is not null")[0][0] >= 1, 100), "before the certificates end, the stamps of trees are stamped again as a list", stamps("select kind, tries, next_ms, ends_ms, at_ms, hex(again) from stamp"))
body, reply, authority = (stamps("select body, reply, authority from stamp where kind='again' and reply is not null") or [("", b"", "/rsa")])[0]
open(os.path.join(top, "list"), "w").write(body)
open(os.path.join(top, "list.tsr"), "wb").write(reply)
done = subprocess.run(["openssl", "ts", "-verify", "-data", os.path.join(top, "list"), "-in", os.path.join(top, "list.tsr"), "-CAfile", AUTHORITIES[authority[authority.rindex("/"):]] + "/ca.pem"], capture_output=True)
trees = stamps("select hex(digest), reply from stamp where kind='tree' and reply is not null and again is not null")
check(done.returncode == 0 and len(trees) >= 2 and all(d.lower() + "  tree/" in body and hashlib.sha256(r).hexdigest() in body for d, r in trees), "openssl finds the stamp over the list good; it names each stamp and what it was over", (body, done.stderr.decode()[-300:]))
check(house.stop() == 0 and house.keten("fsck", "--data", house.data).returncode == 0, "fsck holds")
serving.terminate()
serving.wait(20)
outside.shutdown()
check.end()
