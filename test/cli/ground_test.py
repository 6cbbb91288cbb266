#!/usr/bin/env python3
"""The ground gives way under the server: a wrong key, a damaged, missing or read-only database, a disk that fills up.
Each time a clear message, nothing half-done, and the server up again when the ground is. Use: ground_test.py KETEN"""
import os, re, shutil, sqlite3, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap
from visit import Visitor

check = Tap()
house = House(sys.argv[1], idle=("jobs", "watch", "fetch"))
ROOT = os.geteuid() == 0
check(house.init("--demo").returncode == 0, "an instance")
whole = os.path.join(house.top, "whole")


def copy(from_, to):
    if os.path.exists(to):
        shutil.rmtree(to)
    shutil.copytree(from_, to)
    if ROOT:
        for folder, _, names in os.walk(to):
            for p in [folder] + [os.path.join(folder, n) for n in names]:
                os.chown(p, 65534, 65534)


copy(house.data, whole)


def refused(how, word, what):
    copy(whole, house.data)
    how(house.data)
    r = house.keten("serve", "--data", house.data)
    check(r.returncode == 3 and re.search(word, r.stderr), f"{what}: it does not start, and says why", f"{r.returncode} {r.stdout} {r.stderr[-1500:]}")
    r = house.keten("serve", "--check", "--data", house.data)
    check(r.returncode == 1 and re.search(word, r.stdout), f"{what}: serve --check says so", f"{r.returncode} {r.stdout} {r.stderr[-1500:]}")



def overwrite(name, at, bytes_):
    def go(d):
        p = os.path.join(d, name)
        os.chmod(p, 0o600)
        with open(p, "r+b") as f:
            f.seek(at if at >= 0 else os.path.getsize(p) // 2)
            f.write(bytes_)
        if name.endswith(".key"):
            os.chmod(p, 0o400)
    return go


refused(overwrite("storage.key", 0, b"another key"), "storage.key is not the key", "a wrong storage key")
refused(lambda d: os.unlink(os.path.join(d, "storage.key")), "storage.key", "no storage key")
refused(lambda d: os.unlink(os.path.join(d, "signing.key")), "signing.key", "no signing key")
refused(overwrite("keten.db", 0, b"no database any more............"), "keten.db", "a database that is none any more")
refused(overwrite("keten.db", -1, b"\xa5" * 8192), "keten.db.*damaged", "a database damaged in the middle")
refused(lambda d: os.unlink(os.path.join(d, "keten.db")), "keten.db", "no database")
refused(overwrite("keys.db", 0, b"no database any more............"), "keys.db", "a key store that is none any more")
copy(whole, house.data)
with open(os.path.join(house.data, "keten.conf"), "a") as f:
    f.write("\n[web]\nworkerz = 3\n")
r = house.keten("serve", "--data", house.data)
check(r.returncode == 3 and "workerz" in r.stderr and "line" in r.stderr, "a word in the configuration that is no setting: named with its line", r.stderr)

copy(whole, house.data)
for n in ("keten.db", "keys.db"):
    os.chmod(os.path.join(house.data, n), 0o400)
r = house.keten("serve", "--data", house.data)
check(r.returncode == 3 and re.search("read-only|cannot be (written|used|opened)|may not be written", r.stderr), "a read-only database: it does not start, and says why", r.stderr[-1500:])
copy(whole, house.data)

# ---- while it runs ----
check(house.start(), "on good ground it serves", house.logged()[-1500:])
password = open(os.path.join(house.data, "demo.password")).read()


def sign_in(who, port):
    v = Visitor(port)
    v.get("/signin")
    v.send("/signin", login=who, password=password)
    v.get("/me")
    return v


check(sign_in("wanda", house.port).path == "/me", "people sign in")
lock = sqlite3.connect(os.path.join(house.data, "keten.db"), isolation_level=None, timeout=20)
lock.execute("BEGIN EXCLUSIVE")
v = Visitor(house.port)
v.get("/signin")
began = time.time()
v.send("/signin", login="wanda", password=password)
busy = v.status
took = time.time() - began
lock.execute("ROLLBACK")
check(busy in (303, 409, 503) or v.path.startswith("/fault/"), "somebody else holds the database: an answer all the same", (busy, v.path))
check(took < 20, "in good time", took)
check(sign_in("wanda", house.port).path == "/me", "and when it is free again all is well")
# ---- the file is damaged under a running server ----
with sqlite3.connect(os.path.join(house.data, "keten.db"), timeout=20) as db:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
db.close()
with open(os.path.join(house.data, "keten.db"), "r+b") as f:
    good = f.read()
    f.seek(8192)
    f.write(b"\xa5" * (len(good) - 8192))
v = Visitor(house.port)
for path in ("/", "/report", "/signin"):
    v.get(path)
    check(v.status in (200, 503) and ("<h1" in v.text), f"damaged under the server: {path} comes, or says in words that it cannot", (v.status, v.text[:300]))
v.get("/signin")
if "/signin" in v.forms():
    v.send("/signin", login="wanda", password=password)
check(v.path != "/me" and v.status == 503, "nobody gets in", (v.status, v.path))
v.get("/health")
check(v.status in (200, 503), "the server is up", v.status)
with open(os.path.join(house.data, "keten.db"), "r+b") as f:
    f.write(good)
check(sign_in("wanda", house.port).path == "/me", "with the file as it was, people sign in again", house.logged()[-1500:])
check("child=keten-web" not in "".join(x for x in house.logged().splitlines() if "event=ended" in x), "no worker died of it", house.logged()[-1500:])
check(house.stop() == 0, "it stops in order")
r = house.keten("fsck", house.data)
check(r.returncode == 0, "and the record is whole", r.stdout + r.stderr)

# ---- the disk fills up under a running server ----
disk = tempfile.mkdtemp(prefix="keten-disk-")
if ROOT and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs", disk], capture_output=True).returncode == 0:
    try:
        data = os.path.join(disk, "instance")
        os.mkdir(data)
        os.chown(data, 65534, 65534)
        small = House(sys.argv[1], idle=("jobs", "watch", "fetch"), data=data)
        check(small.run_demo(), "a server on a small disk", small.said + small.logged()[-1500:])
        password = re.search(r"password (\S+)", small.said).group(1)
        check(sign_in("wanda", small.port).path == "/me", "people sign in there")
        with open(os.path.join(disk, "filler"), "wb", buffering=0) as f:  # unbuffered: closing has nothing left to write
            try:
                while True:
                    f.write(b"x" * 65536)
            except OSError:
                pass
        v = Visitor(small.port)
        v.get("/signin")
        check(v.status in (200, 503), "full: pages still come, or say that they cannot", v.status)
        w = v
        for _ in range(40):  # what room there was inside the files is used up
            w = Visitor(small.port)
            w.get("/signin")
            if "/signin" not in w.forms():  # said in words that it cannot
                break
            w = sign_in("wanda", small.port)
            if w.path != "/me":
                break
        check(w.path != "/me" and w.status in (200, 409, 413, 503), "nobody gets in without being recorded", (w.status, w.path))
        v.get("/health")
        check(v.status in (200, 503), "the server is up", v.status)
        os.unlink(os.path.join(disk, "filler"))
        time.sleep(0.5)
        got = None
        for _ in range(50):
            got = sign_in("lea", small.port)
            if got.path == "/me":
                break
            time.sleep(0.2)
        check(got.path == "/me", "with room again, people sign in", (got.status, got.path, small.logged()[-1500:]))
        died = len(re.findall("event=ended child=keten-web.*signal", small.logged()))
        check(died == 0, "no worker died of it", (died, small.logged()[-3000:]))
        check(small.stop() == 0, "it stops in order")
        r = small.keten("fsck", data)
        check(r.returncode == 0, "and the record is whole", r.stdout + r.stderr)
        small.close()
    finally:
        subprocess.run(["umount", disk])
else:
    print("# no small disk can be mounted here: that part is left out")
os.rmdir(disk)
check.end()
