#!/usr/bin/env python3
"""The letter's case, played on real local services. Use: demo_test.py KETEN
Every step of the demonstration is a statement here; afterwards the record must be whole and the dossier check out."""
import base64, os, re, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap

check = Tap()
house = House(sys.argv[1], extra=("demo",))
said = subprocess.run([house.keten_path, "demo", "--data", house.data, "--no-serve", "--port", str(house.port)], stdin=subprocess.DEVNULL,
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=400)
for line in said.stdout.splitlines():
    m = re.match(r"(ok  |FAIL) +\d+  (.*)", line)
    if m:
        check(m.group(1) == "ok  ", m.group(2), said.stdout[-2500:])
check(said.returncode == 0, "the demonstration ends with 0 when every step held", said.stdout[-2500:])
fsck = house.keten("fsck", house.data)
check(fsck.returncode == 0, "afterwards the record is whole: state is the fold of the acts, files and keys are there", fsck.stdout + fsck.stderr)
dossier = os.path.join(house.data, "dossier.zip")
verify = house.keten("dossier", "verify", dossier)
check(verify.returncode == 0, "the dossier that the authority downloaded checks out", verify.stdout + verify.stderr)
with open(dossier, "rb") as f:
    whole = bytearray(f.read())
whole[len(whole) // 2] ^= 1
with open(dossier, "wb") as f:
    f.write(whole)
check(house.keten("dossier", "verify", dossier).returncode == 1, "with one byte changed in the middle it does not")
# ---- what people typed stands nowhere in the open ----
def forms_of(text):
    """A text as it might lie about: plain, wide, and each of the three ways base64 can hold its middle; hex."""
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield raw.hex().encode()
    for shift in range(3):
        yield base64.b64encode(b"x" * shift + raw)[4:-4]


def found_in(folder, text):
    for base, _, names in os.walk(folder):
        if os.sep + "world" in base[len(house.data):] and not base.startswith(backup):
            continue  # the demonstration's own outside: its mail and its site
        for name in names:
            if name == "dossier.zip" or not os.path.isfile(os.path.join(base, name)):
                continue  # the dossier is made to be read by the authority; sockets hold nothing
            with open(os.path.join(base, name), "rb") as f:
                data = f.read()
            if any(form in data for form in forms_of(text)):
                return os.path.join(base, name)
    return None


backup = os.path.join(house.top, "backup")
secret = os.path.join(house.top, "passphrase")
os.mkdir(backup)
with open(secret, "w") as f:
    f.write("een lange zin voor de test\n")
os.chmod(secret, 0o600)
if os.geteuid() == 0:
    os.chown(backup, 65534, 65534)
    os.chown(secret, 65534, 65534)
made = house.keten("backup", "--data", house.data, "--to", backup, "--passphrase-file", secret)
check(made.returncode == 0, "a backup is made", made.stdout + made.stderr)
canaries = {"her own words": "KANARIE-VERHAAL", "her message": "KANARIE-BERICHT", "the link": "/p1.html", "the recipient's address": "abuse@voorbeeldplein.test",
            "the filing's text": "behartigt volgens zijn statuten", "the authority's words": "Bevel aan de aanbieder", "the dossier's finding": "De pagina stond online"}
for what, text in canaries.items():
    where = found_in(house.data, text) or found_in(backup, text)
    check(where is None, f"in the open {what} cannot be found: not in the databases, the files, the logs, nor a backup", where)
with open(os.path.join(house.data, "world", "server.log")) as f:
    log = f.read()
check(len(log) > 1000 and not any(text in log for text in canaries.values()) and re.search(r"127\.0\.0\.1|[\w.]+@[\w.]+", log) is None, "the log holds no text, no address and no mail address of anybody")

one = house.keten("account", "2026", "--data", house.data)
two = house.keten("account", "2026", "--data", house.data)
check(one.returncode == 0 and len(one.stdout) > 500 and one.stdout == two.stdout, "the account of the year is the same bytes twice")
again = house.keten("demo", "--data", house.data, "--no-serve")
check(again.returncode not in (0, 1), "a second demonstration does not overwrite the first", again.stdout + again.stderr)
check.end()
