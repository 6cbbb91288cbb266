#!/usr/bin/env python3
"""keten bank as a person at a terminal meets it. Use: bank_test.py KETEN PICTURES"""
import json, os, random, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN, PICTURES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
top = tempfile.mkdtemp(prefix="keten-bank-")
bank = os.path.join(top, "bank")
dice = random.Random(7)


def keten(*args, **kw):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=120, **kw)


def of(what, *args, **kw):
    return keten("bank", what, "--bank", bank, *args, **kw)


def said(r):
    return f"code {r.returncode}\n{r.stdout}\n{r.stderr}"


def near(h, n):
    v = int(h, 16)
    for bit in dice.sample(range(256), n):
        v ^= 1 << bit
    return f"{v:064x}"


def made():
    return f"{dice.getrandbits(256):064x}"


r = of("match", made())
check(r.returncode == 2 and "there is no bank there" in r.stderr, "a bank that is not there: wrong use", said(r))
check(of("make").returncode == 0 and of("make").returncode == 1, "it is made once")
r = of("stats")
check(r.returncode == 0 and "empty" in r.stdout, "an empty one says so", said(r))

# A photo hashed at home, put in force by a person, found again after it was edited.
hashed = keten("hash", os.path.join(PICTURES, "jpeg"))
r = of("add", "--source", "helpline", "--lane", "adult", "--front", "full", "--consent-until", "2099-01-01", "-", input=hashed.stdout)
check(r.returncode == 0 and r.stdout.startswith("1 added"), "what keten hash prints can be added", said(r))
photo = hashed.stdout[:64]
check(of("match", photo).returncode == 1, "in quarantine it is not in force")
r = of("match", "--all", photo)
check(r.returncode == 0 and "distance 0 entry 1 adult quarantine, matched 0 times, helpline" in r.stdout, "and is shown when asked for", said(r))
check(of("confirm", "--by", "W. Anda", "1").returncode == 0, "a person confirms it")
r = of("match", "-", input=keten("hash", os.path.join(PICTURES, "png"), os.path.join(PICTURES, "jpeg_passes")).stdout)
check(r.returncode == 0 and r.stdout.count("entry 1 adult active") == 2, "the same picture in two other files is found", said(r))
r = of("match", "--json", near(photo, 31), near(photo, 32))
doc = json.loads(r.stdout)
check([d["found"] for d in doc] == [1, 0] and doc[0]["matches"][0]["distance"] == 31 and doc[0]["matches"][0]["front"] == "full", "31 bits off is a match, 32 is none", doc)
r = of("match", "--radius", "40", near(photo, 40))
check(r.returncode == 0 and "distance 40" in r.stdout, "at another radius by choice", said(r))
check(of("match", made()).returncode == 1, "a foreign hash matches nothing: exit code 1")

# What is refused.
for args, word in ((("abc",), "64 hexadecimal"), ((photo[:-1] + "g",), "64 hexadecimal"), (("0" * 64, "--quality", "90"), "hash of nothing"), ((made(), "--quality", "49"), "below 50")):
    r = of("add", "--source", "helpline", "--lane", "adult", *args)
    check(r.returncode == 1 and word in r.stderr and "0 added" in r.stdout and len(r.stderr.splitlines()) == 1, f"{args[0][:6]}... is refused: {word}", said(r))
r = of("add", "--source", "helpline", "--lane", "grown", made())
check(r.returncode == 2 and "adult or minor" in r.stderr, "a lane that there is none of: wrong use", said(r))
r = of("add", "--source", "helpline", made())
check(r.returncode == 2 and "--lane" in r.stderr, "the lane must be said", said(r))
r = of("match", "xyz")
check(r.returncode == 2 and "64 hexadecimal" in r.stderr, "a question that is no hash: wrong use", said(r))
r = of("match", "--radius", "64", photo)
check(r.returncode == 2, "a radius beyond 63: wrong use", said(r))

# Lists.
hashes = [made() for _ in range(500)]
path = os.path.join(top, "list.csv")
with open(path, "w") as f:
    f.write("hash,quality,source,lane\r\n" + "".join(f"{h},{50 + i % 50},Hotline {i % 3},adult\r\n" for i, h in enumerate(hashes)) + "12,90,x,adult\r\n" + f"{made()},30,x,adult\r\n")
r = of("import", path)
check(r.returncode == 1 and r.stdout.startswith("500 added, 0 there already, 2 refused") and "line 502" in r.stderr and "below 50" in r.stderr, "a list is taken in; what is wrong in it is said with its line", said(r))
r = of("import", path)
check(r.stdout.startswith("0 added, 500 there already"), "taken in again it adds nothing", said(r))
plain = os.path.join(top, "plain.txt")
with open(plain, "w") as f:
    f.write("# from a sister\n" + "".join(f"pdq {near(h, 9)}\n" for h in hashes[:100]) + "md5 d41d8cd98f00b204e9800998ecf8427e\n")
r = of("import", "--source", "Sister", "--lane", "adult", "--json", plain)
check(r.returncode == 0 and json.loads(r.stdout) == {"added": 101, "there_already": 0, "refused": 0, "conflicts": 0}, "a plain list too", said(r))
r = of("match", hashes[5])
check(r.returncode == 0 and len(r.stdout.splitlines()) == 2 and "Hotline 2" in r.stdout and r.stdout.count(" active") == 2 and "Sister" in r.stdout, "an independent source near it puts both in force", said(r))
check(of("match", hashes[300]).returncode == 1, "what only one source brought stays in quarantine")
r = of("match", "--signal", "md5", "--all", "D41D8CD98F00B204E9800998ECF8427E")
check(r.returncode == 0 and "Sister" in r.stdout, "an exact key is found as itself", said(r))
r = of("add", "--source", "Hotline 1", "--lane", "minor", "--confirmed-by", "W. Anda", near(photo, 3))
check(r.returncode == 0 and "1 in conflict" in r.stdout and "3 bits from entry 1 of helpline (adult)" in r.stderr, "one that is near an entry of the other lane is said", said(r))
of("match", "--count", photo)
r = of("match", "--count", photo)
check("entry 1 adult active, matched 2 times, helpline" in r.stdout, "matches are counted when asked", said(r))
r = of("export")
rows = r.stdout.splitlines()
check(r.returncode == 0 and len(rows) == 1 + 1 + 200 and not any("minor" in x for x in rows), "what is in force is exported, a minor's hash never beside an adult's", f"{len(rows)}")
r = of("export", "--format", "text", "--signal", "pdq")
check(len(r.stdout.splitlines()) == 201 and all(x.startswith("pdq ") and len(x) == 68 for x in r.stdout.splitlines()), "as text, in the form of the public tools")
r = of("export", "--lane", "minor")
check(len(r.stdout.splitlines()) == 2, "the other lane by itself", said(r))
again = os.path.join(top, "again")
out = of("export", "--all").stdout
keten("bank", "make", "--bank", again)
with open(path, "w", newline="") as f:
    f.write(out)
r = keten("bank", "import", "--bank", again, path)
check(r.returncode == 0 and r.stdout.startswith(f"{len(out.splitlines()) - 1} added, 0 there already, 0 refused"), "what was exported can be taken in elsewhere", said(r))

r = of("add", "--signal", "url", "--source", "x", "--lane", "adult", "--confirmed-by", "W. Anda", "HTTPS://Platform.Example:443/a/../b?utm_source=q")
r = of("match", "--signal", "url", "https://platform.example/b")
check(r.returncode == 0 and ", x" in r.stdout, "an address is found however it is spelled", said(r))
r = of("match", "--signal", "url", "javascript:alert(1)")
check(r.returncode == 2 and len(r.stderr.splitlines()) == 1, "what is no address is wrong use", said(r))

# Withdrawal.
entry = of("match", "--json", photo).stdout
number = json.loads(entry)[0]["matches"][0]["entry"]
check(of("remove", "--by", "the person", str(number)).returncode == 0 and "adult" not in of("match", photo).stdout, "withdrawn, it is found no more")
r = of("remove", "--by", "the person", str(number), "2")
check(r.returncode == 1 and "nothing was changed" in r.stderr, "an entry that is gone cannot be removed again, nor others with it", said(r))
many = of("match", "--all", "--json", "-", input="".join(h + "\n" for h in hashes[100:400])).stdout
numbers = [str(m["entry"]) for d in json.loads(many) for m in d["matches"]]
r = of("remove", "--by", "Hotline", "-", input="\n".join(numbers) + "\n")
check(len(numbers) == 300 and r.returncode == 0 and r.stdout == "300 removed\n", "hundreds are withdrawn at once, from standard input", said(r))
check(of("match", "--all", *hashes[100:400]).returncode == 1, "and all of them are gone")
r = of("remove", "--by", "x", "-", input="7\nseven\n")
check(r.returncode == 2 and "seven is no number" in r.stderr, "a line that is no number: wrong use", said(r))
r = of("remove", "--by", "x", "first")
check(r.returncode == 2, "a word is no entry: wrong use", said(r))
r = of("dispute", "--by", "W. Anda", "3")
s = json.loads(of("stats", "--json").stdout)
check(r.returncode == 0 and {x["source"]: x["disputed"] for x in s["sources"]}["Hotline 0"] == 1 and s["minor"] == 1 and s["md5"] == 1, "stats count by source and lane", s)
r = of("stats")
check("Hotline 0: " in r.stdout and "of which confirmed 0 (0 %)" in r.stdout, "and say how often people judged a source right", said(r))

# Many of one's own lane near it do not hide one of the other.
crowd = os.path.join(top, "crowd")
keten("bank", "make", "--bank", crowd)
first = made()
keten("bank", "add", "--bank", crowd, "--source", "A", "--lane", "adult", *[near(first, 4) for _ in range(12)])
keten("bank", "add", "--bank", crowd, "--source", "B", "--lane", "minor", first)
r = keten("bank", "add", "--bank", crowd, "--source", "C", "--lane", "adult", near(first, 2))
check("1 in conflict" in r.stdout and "of B (minor)" in r.stderr, "an entry of the other lane is said among many near ones", said(r))
with open(path, "w") as f:
    f.write("hash,quality,source,lane\n" + "".join(f"{made()},90,List {i},adult\n" for i in range(1100)))
keten("bank", "import", "--bank", crowd, path)
s = {x["source"]: x["quarantine"] for x in json.loads(keten("bank", "stats", "--bank", crowd, "--json").stdout)["sources"]}
check(len(s) == 1024 and s["List 0"] == 1 and s["(all other sources)"] == 1103 - 1023, "of more sources than are told apart the rest is counted together, under no one's name", len(s))

# Lists as other programs leave them.
with open(path, "w") as f:
    f.write("\ufeff" + made() + "\n" + made() + "\n")
r = keten("bank", "import", "--bank", crowd, "--source", "D", "--lane", "adult", path)
check(r.returncode == 0 and r.stdout.startswith("2 added, 0 there already, 0 refused"), "a byte order mark before a plain list is passed over", said(r))
with open(path, "w") as f:
    f.write("hash,quality,source\n" + f'{made()},90,E\n{made()},90,"E\n{made()},90,E\n')
r = keten("bank", "import", "--bank", crowd, "--lane", "adult", path)
check(r.returncode == 1 and r.stdout.startswith("1 added") and "line 3: a quoted field is not closed: nothing is read from here on" in r.stderr, "where a list cannot be read further, it is said that the rest is not", said(r))

# In order, and not.
r = of("verify")
check(r.returncode == 0 and "in order" in r.stdout, "verify finds it in order", said(r))
index = os.path.join(bank, "index")
with open(index, "r+b") as f:
    f.seek(5_000_000)
    c = f.read(1)
    f.seek(5_000_000)
    f.write(bytes([c[0] ^ 1]))
r = of("verify")
check(r.returncode == 1 and "a bit in it changed" in r.stdout, "one changed bit of the index is found", said(r))
check(of("match", hashes[5]).returncode == 0, "and does not matter for an answer")
of("add", "--source", "x", "--lane", "adult", made())
check(of("verify").returncode == 0, "whoever may write makes it anew")
with open(os.path.join(bank, "record"), "r+b") as f:
    f.seek(128 * 3 + 70)
    f.write(b"?")
r = of("match", hashes[5])
check(r.returncode == 1 and "line 3 is damaged" in r.stderr and len(r.stderr.splitlines()) == 1, "a changed byte of the record is said in one line", said(r))
for what in ("make", "add", "remove", "confirm", "dispute", "match", "stats", "export", "import", "verify"):
    if "Use: keten bank " + what not in keten("bank", what, "--help").stdout:
        check(False, f"keten bank {what} --help helps")
check("keten bank match" in keten("--man").stdout.replace("\\-", "-"), "the manual page has it")
shutil.rmtree(top)
sys.exit(check.end())
