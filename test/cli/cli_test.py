#!/usr/bin/env python3
"""init, user, case and fsck as a person at a terminal meets them: what they refuse, what they find, what stays when they fail.
Use: cli_test.py KETEN KIT"""
import json, os, re, resource, shutil, signal, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN, KIT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
top = tempfile.mkdtemp(prefix="keten-cli-")
ROOT = os.geteuid() == 0
os.chmod(top, 0o755)


def give(path):
    """Run by root, what Keten uses belongs to nobody: it refuses to run as root."""
    if not ROOT:
        return path
    for folder, _, names in os.walk(path):
        for p in [folder] + [os.path.join(folder, n) for n in names]:
            os.chown(p, 65534, 65534, follow_symlinks=False)
    return path


def folder(name):
    path = os.path.join(top, name)
    os.mkdir(path)
    return give(path)


def keten(*args, env=None, **kw):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=180, env={**os.environ, **(env or {})}, **kw)


def said(r):
    return f"code {r.returncode}\n{r.stdout}\n{r.stderr}"


# ---- init ----
r = keten("init")
check(r.returncode == 2 and "--data" in r.stderr, "init without a folder: wrong use", said(r))
r = keten("init", "--data", folder("a"))
check(r.returncode == 2 and "--org" in r.stderr and os.listdir(os.path.join(top, "a")) == [], "without an organisation nothing is made", said(r))
for args, word in ((("--kind", "club"), "--kind"), (("--country", "Nederland"), "--country"), (("--admin", "Bo Baas"), "sign-in name"), (("--language", "fy"), "--language"),
                   (("--base-url", "x" * 200), "base_url")):
    r = keten("init", "--data", os.path.join(top, "a"), "--org", "Meldpunt", *args)
    check(r.returncode == 2 and word in r.stderr and os.listdir(os.path.join(top, "a")) == [], f"{args[0]} {args[1][:12]}: refused in words, nothing made", said(r))
full = folder("full")
with open(os.path.join(full, "letter.txt"), "w") as f:
    f.write("mine")
r = keten("init", "--data", full, "--org", "Meldpunt")
check(r.returncode == 2 and "not empty" in r.stderr and os.listdir(full) == ["letter.txt"], "a folder that is not empty is left as it is", said(r))
r = keten("init", "--data", os.path.join(top, "a"), "--org", "Meldpunt Een", "--admin", "bo", "--lead", "bo", "--port", "18800")
a = os.path.join(top, "a")
check(r.returncode == 0 and len(re.findall(r"/signin/link/[0-9a-f]{64}", r.stdout)) == 1 and "team lead" in r.stdout, "one person can be administrator and lead", said(r))
modes = {n: os.stat(os.path.join(a, n)).st_mode & 0o777 for n in os.listdir(a)}
check(modes.get("storage.key") == 0o400 and modes.get("signing.key") == 0o400 and os.stat(a).st_mode & 0o077 == 0, "the secrets and the folder are for nobody else", modes)
conf = open(os.path.join(a, "keten.conf")).read()
check("base_url = http://localhost:18800" in conf and conf.count("#") > 30, "the configuration explains every setting")
r = keten("init", "--data", a, "--org", "Nog een")
check(r.returncode == 2 and "not empty" in r.stderr, "an instance is not made over another", said(r))
r = keten("fsck", a)
check(r.returncode == 0 and "whole" in r.stdout, "a new instance is whole", said(r))
r = keten("serve", "--check", "--data", a, "--json")
check('"check": "configuration"' in r.stdout or '"check":"configuration"' in r.stdout, "serve --check reads it", said(r))


def small_disk(n=60000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))  # no file grows beyond: as a disk that is full
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


b = folder("b")
r = keten("init", "--data", b, "--org", "Meldpunt", preexec_fn=small_disk, restore_signals=False)
check(r.returncode == 3 and "keten.db" in r.stderr and os.listdir(b) == [], "with no room for the database: said in words, nothing half-made", said(r) + str(os.listdir(b)))
mount = os.path.join(top, "disk")
os.mkdir(mount)
if ROOT and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k,mode=0777", "tmpfs", mount], capture_output=True).returncode == 0:
    try:
        d = give_dir = os.path.join(mount, "i")
        os.mkdir(d)
        give(d)
        r = keten("init", "--data", d, "--org", "Meldpunt")
        check(r.returncode == 3 and r.stderr.strip() != "" and os.listdir(d) == [], "a disk that is really full: the same", said(r) + str(os.listdir(d)))
    finally:
        subprocess.run(["umount", mount])
if not ROOT:
    os.chmod(b, 0o500)
    r = keten("init", "--data", b, "--org", "Meldpunt")
    check(r.returncode == 3 and os.listdir(b) == [], "a folder one may not write in", said(r))
    os.chmod(b, 0o700)
r = keten("init", "--data", os.path.join(top, "no", "such", "place"), "--org", "Meldpunt")
check(r.returncode == 3 and "cannot be made" in r.stderr, "a folder in a folder that is not there", said(r))
if ROOT:
    own = os.path.join(top, "roots")
    r = keten("init", "--data", own, "--org", "Meldpunt")
    have = subprocess.run(["id", "keten"], capture_output=True).returncode == 0
    check((r.returncode == 0 and os.stat(own).st_uid != 0) if have else (r.returncode == 3 and "root" in r.stderr and not os.path.exists(own)), "root makes an instance for the user keten, or says that there is none", said(r))

# ---- user ----
r = keten("user", "list", "--data", a, "--json")
check([u["login"] for u in json.loads(r.stdout)] == ["bo"], "who may sign in, as JSON", said(r))
for args, word in ((("WIM",), "sign-in name"), (("wim", "--role", "boss"), "--role"), (("bo",), "taken"), (("wim", "--org", "Onbekend"), "no organisation")):
    given = list(args) + ([] if "--role" in args else ["--role", "worker"])
    r = keten("user", "add", "--data", a, *given)
    check(r.returncode == 2 and word in r.stderr, f"user add {' '.join(args)}: refused in words", said(r))
r = keten("user", "add", "--data", a, "--role", "worker,analyst", "--name", "Wim Werker", "wim")
check(r.returncode == 0 and re.search(r"http://localhost:18800/signin/link/[0-9a-f]{64}", r.stdout), "somebody is added, with a link", said(r))
first = re.search(r"/signin/link/([0-9a-f]{64})", r.stdout).group(1)
r = keten("user", "link", "--data", a, "wim", "--json")
check(json.loads(r.stdout)["login"] == "wim" and first not in r.stdout, "a new link", said(r))
check("last person" not in r.stderr and "last person with the key" in keten("user", "link", "--data", a, "bo").stderr, "who alone has the key of a team gets a warning with it", said(r))
r = keten("user", "link", "--data", a, "niemand")
check(r.returncode == 1 and "nobody" in r.stderr, "no link for nobody", said(r))
r = keten("user", "deactivate", "--data", a, "wim")
check(r.returncode == 0 and keten("user", "link", "--data", a, "wim").returncode == 1, "a closed account gets none either", said(r))
r = keten("user", "activate", "--data", a, "wim")
check(r.returncode == 0 and [u["state"] for u in json.loads(keten("user", "list", "--data", a, "--json").stdout)] == ["new", "active"], "and can be opened again", keten("user", "list", "--data", a).stdout)
r = keten("user", "deactivate", "--data", a, "bo")
check(r.returncode == 2 and "last administrator" in r.stderr, "the last administrator stays", said(r))
check(keten("fsck", a).returncode == 0, "all of it stands in the record")

# ---- cases ----
r = keten("case", "list", "--data", a)
check(r.returncode == 0 and r.stdout.strip() == "no cases", "no cases: said", said(r))
kit = subprocess.run([KIT], capture_output=True, text=True, timeout=120).stdout.strip()
give(kit)
r = keten("case", "list", "--data", kit, "--json")
rows = json.loads(r.stdout)
check(len(rows) == 2 and {x["lane"] for x in rows} == {"adult", "unknown"}, "two cases, by what is coded about them", said(r))
ref = next(x["reference"] for x in rows if x["lane"] == "adult")
r = keten("case", "show", "--data", kit, ref, "--json")
shown = json.loads(r.stdout)
check(shown["locations"] == 2 and any(x["kind"] == "case.opened" for x in shown["acts"]) and "CANARY" not in r.stdout and "clips.example" not in r.stdout, "one case: its acts, no text and no address", said(r))
check(keten("case", "show", "--data", kit, ref).returncode == 0 and keten("case", "show", "--data", kit, "K-1999-000001").returncode == 1, "in words too; one that is not there is not there")
check(len(json.loads(keten("case", "list", "--data", kit, "--lane", "adult", "--json").stdout)) == 1 and json.loads(keten("case", "list", "--data", kit, "--state", "closed", "--json").stdout) == [], "filters hold")


# ---- fsck: each kind of damage is found and named ----
def damaged(name, how):
    path = os.path.join(top, name)
    shutil.copytree(kit, path)
    how(path)
    give(path)
    r = keten("fsck", path)
    j = keten("fsck", "--data", path, "--json")
    return r, json.loads(j.stdout) if j.stdout.strip() else None


def sql(file, text, *args):
    def go(path):
        con = sqlite3.connect(os.path.join(path, file))
        con.execute(text, args)
        con.commit()
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        con.close()
    return go


def flip(at):
    """One byte of one file."""
    def go(path):
        target = at(path) if callable(at) else os.path.join(path, at)
        os.chmod(target, 0o600)
        with open(target, "r+b") as f:
            f.seek(os.path.getsize(target) // 2)
            byte = f.read(1)
            f.seek(-1, 1)
            f.write(bytes([byte[0] ^ 1]))
    return go


def the_blob(path):
    return next(os.path.join(d, n) for d, _, names in os.walk(os.path.join(path, "blobs")) for n in names)


r = keten("fsck", kit)
check(r.returncode == 0 and "whole" in r.stdout, "what was not touched is whole", said(r))
cases = [
    ("a byte of a file", flip(the_blob), "file of blob"),
    ("a file that is gone", lambda p: os.unlink(the_blob(p)), "is not there"),
    ("a byte of a key wrap", sql("keys.db", "UPDATE wrap SET blob = CAST(substr(blob,1,20) || x'00' || substr(blob,22) AS BLOB) WHERE compartment='story'"), "wrap story"),
    ("a byte of a password's wrap", sql("keys.db", "UPDATE wrap SET blob = CAST(blob || x'00' AS BLOB) WHERE compartment='password'"), "wrap password"),
    ("a wrap under another holder's name", sql("keys.db", "UPDATE wrap SET holder = zeroblob(16) WHERE compartment='team' AND holder = (SELECT max(holder) FROM wrap WHERE compartment='team')"), "wrap team"),
    ("a case's keys gone without its being erased", sql("keys.db", "DELETE FROM wrap WHERE compartment='evidence'"), "compartment evidence"),
    ("a state that no act made", sql("keten.db", "UPDATE case_file SET risk = 1"), "case_file"),
    ("an act changed afterwards", sql("keten.db", "UPDATE act SET at_ms = at_ms + 1 WHERE seq = 3"), "act 3"),
    ("an act taken out", sql("keten.db", "DELETE FROM act WHERE seq = (SELECT max(seq) FROM act)"), "ledger_edge"),
    ("the edge of the tree changed", sql("keten.db", "UPDATE ledger_edge SET edge = CAST(zeroblob(32) || substr(edge, 33) AS BLOB)"), "ledger_edge"),
    ("another storage key", flip("storage.key"), "storage.key is not the key"),
]
for what, how, word in cases:
    r, j = damaged("d%d" % check.n, how)
    check(r.returncode == 1 and word in r.stdout and j is not None and not j["ok"] and any(word in p for p in j["problems"]), f"{what}: found and named", said(r))


def scribble(path):
    with open(os.path.join(path, "keten.db"), "r+b") as f:
        size = os.path.getsize(os.path.join(path, "keten.db"))
        f.seek(size // 2)
        f.write(b"\xff" * 8192)


r, j = damaged("scribbled", scribble)
check(r.returncode == 1 and "keten.db" in r.stdout, "a database file that was scribbled on: said in words", said(r))
r, j = damaged("headless", lambda p: open(os.path.join(p, "keten.db"), "r+b").write(b"not a database file at all......."))
check(r.returncode == 1 and "keten.db" in r.stdout, "one that is none any more: the same", said(r))
r = keten("case", "list", "--data", os.path.join(top, "headless"))
check(r.returncode == 3 and "keten.db" in r.stderr, "the other commands say so too", said(r))
wrong = os.path.join(top, "wrongkey")
shutil.copytree(kit, wrong)
flip("storage.key")(wrong)
give(wrong)
r = keten("user", "add", "--data", wrong, "--role", "worker", "wim")
check(r.returncode == 3 and "storage.key" in r.stderr, "with a wrong storage key nothing is added", said(r))
r = keten("fsck", folder("nothing"))
check(r.returncode == 2 and "no Keten instance" in r.stderr, "a folder that is no instance", said(r))

# ---- backup and restore ----
secrets, store = folder("secrets"), folder("store")
for n in ("storage.key", "signing.key"):
    shutil.copy(os.path.join(kit, n), secrets)
give(secrets)
phrase, other = os.path.join(top, "phrase"), os.path.join(top, "other")
open(phrase, "w").write("a passphrase of some length\n")
open(other, "w").write("quite another passphrase\n")
os.chmod(phrase, 0o644)
os.chmod(other, 0o644)
r = keten("backup", "--data", kit, "--to", store, "--passphrase-file", phrase, "--json")
made = json.loads(r.stdout) if r.returncode == 0 else {}
check(r.returncode == 0 and set(os.listdir(store)) == {os.path.basename(made["record"]), os.path.basename(made["keys"])}, "a backup is two files: the record, and apart from it the keys", said(r))
raw = b"".join(open(os.path.join(store, n), "rb").read() for n in os.listdir(store))
with open(os.path.join(kit, "storage.key"), "rb") as f:
    key = f.read()
check(not any(x in raw for x in (b"CANARY", b"clips.example", b"wanda", b"SQLite", key)), "nothing in them can be read, and the storage key is not in them")
check(os.stat(made["keys"]).st_mtime_ns >= os.stat(made["record"]).st_mtime_ns, "the keys are copied after the record: what comes in meanwhile has its wrap before its act")
check(os.path.exists(os.path.join(kit, "run", "last-backup")), "the moment is noted for the page about the server")
again = os.path.join(top, "again")
where = ("--data", again, "--from", made["record"], "--keys", made["keys"], "--secrets", secrets)


as_nobody = dict(user=65534, group=65534, extra_groups=[]) if ROOT else {}


def empty_again():
    shutil.rmtree(again, ignore_errors=True)
    give(folder("again"))


empty_again()
r = keten("restore", *where, "--passphrase-file", other, **as_nobody)
check(r.returncode == 1 and "passphrase" in r.stderr, "another passphrase opens nothing", said(r))
empty_again()
r = keten("restore", *where, "--passphrase-file", phrase, **as_nobody)
check(r.returncode == 0, "with the right one and the secrets it comes back", said(r))
give(again)
check(keten("fsck", again).returncode == 0, "and is whole", said(keten("fsck", again)))
check(keten("case", "show", "--data", again, ref, "--json").stdout == keten("case", "show", "--data", kit, ref, "--json").stdout, "with the same cases in it")
bad = os.path.join(top, "bad.backup")
with open(made["record"], "rb") as f:
    bytes_ = bytearray(f.read())
bytes_[len(bytes_) // 2] ^= 1
open(bad, "wb").write(bytes_)
os.chmod(bad, 0o644)
empty_again()
r = keten("restore", "--data", again, "--from", bad, "--keys", made["keys"], "--secrets", secrets, "--passphrase-file", phrase, **as_nobody)
check(r.returncode == 1, "one changed byte is found", said(r))
empty_again()
bytes_ = bytes_[:len(bytes_) - 100]
open(bad, "wb").write(bytes_)
r = keten("restore", "--data", again, "--from", bad, "--keys", made["keys"], "--secrets", secrets, "--passphrase-file", phrase, **as_nobody)
check(r.returncode == 1, "so is an end that is missing", said(r))

# ---- read-only, full ----
ro = os.path.join(top, "ro")
shutil.copytree(a, ro)
give(ro)
for n in ("keten.db", "keys.db"):
    os.chmod(os.path.join(ro, n), 0o400)
r = keten("user", "add", "--data", ro, "--role", "worker", "kim")
check(r.returncode == 3 and re.search("read-only|cannot be written|cannot be used", r.stderr), "a read-only database: said in words", said(r))
os.chmod(os.path.join(ro, "keten.db"), 0o600)
os.chmod(os.path.join(ro, "keys.db"), 0o600)
check(keten("fsck", ro).returncode == 0 and "kim" not in keten("user", "list", "--data", ro).stdout, "and nothing was half-done")
r = keten("user", "add", "--data", ro, "--role", "worker", "kim", preexec_fn=lambda: small_disk(2000), restore_signals=False)
check(r.returncode == 3 and re.search("full|cannot", r.stderr), "a full disk: said in words", said(r))
check(keten("fsck", ro).returncode == 0 and "kim" not in keten("user", "list", "--data", ro).stdout, "and nothing was half-done")

# ---- help and manual ----
r = keten("--help")
names = re.findall(r"^  (\w+) ", r.stdout, re.M)
check({"init", "run", "serve", "fsck", "user", "case", "backup", "restore", "version"} <= set(names), "help lists the commands", said(r))
check(all(keten(n, "--help").returncode == 0 for n in names), "each has help of its own")
man = keten("--man").stdout
check(all(re.search(r"\.SS keten " + n + r"\b", man) for n in names), "and stands in the manual page")
if shutil.which("man"):
    page = os.path.join(top, "keten.1")
    open(page, "w").write(man)
    r = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page], capture_output=True, text=True)
    check(r.returncode == 0 and r.stderr == "", "which man sets without a complaint", r.stderr)
check(keten("frobnicate").returncode == 2, "an unknown command is wrong use")
shutil.rmtree(top, ignore_errors=True)
shutil.rmtree(kit, ignore_errors=True)
check.end()
