#!/usr/bin/env python3
"""keten import scart as a hotline that moves meets it: what becomes a case, what does not, twice the same, and files that are wrong.
Use: scart_test.py KETEN"""
import os, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN = os.path.abspath(sys.argv[1])
top = tempfile.mkdtemp(prefix="keten-scart-")
os.chmod(top, 0o777)
DATA = os.path.join(top, "data")
AS = dict(user="nobody") if os.geteuid() == 0 else {}


def keten(*args, **kw):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=180, cwd=top, **AS, **kw)


def write(name, text, mode="w"):
    path = os.path.join(top, name)
    with open(path, mode) as f:
        f.write(text)
    os.chmod(path, 0o644)
    return path


def line(*values):
    return ";".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values) + ";\n"


BASE = ["filenumber", "url", "host", "IP", "url type", "status", "classification", "source", "received", "first seen", "first NTD", "last seen"]
WHOIS = ["police", "hoster owner", "hoster country", "hoster abuse email", "hoster NTD"]


def row(n, url, status="scheduler_checkonline", grade="illegal", source="iccam", owner="Voorbeeld \"Host\" BV", country="nl", mail="abuse@host.example"):
    return line(f"I{n:010}", url, "", "192.0.2.1", "imageurl", status, grade, source, "2024-05-01 10:00:00", "2024-05-01 10:05:00", "2024-05-01 11:05:00", "2024-05-03 09:00:00", "n", owner, country, mail, "2")


def db(query):
    with sqlite3.connect(f"file:{DATA}/keten.db?mode=ro", uri=True) as d:
        return d.execute(query).fetchall()


r = keten("init", "--data", DATA, "--org", "Meldpunt Voorbeeld", "--admin", "beheer", "--lead", "lea")
check(r.returncode == 0, "an instance", r.stdout + r.stderr)

rows = [row(1, "https://a.example/1.jpg"), row(2, "https://a.example/2.jpg"), row(3, "https://a.example/x;y.jpg", status="first_police"), row(4, "https://b.example/1", status="grade", grade="unset", source="webform"),
        row(5, "https://c.example/1", status="close_offline", mail="abuse@other.example", owner="Ander"), row(6, "https://d.example/1", status="close", grade="not_illegal"), row(7, "https://a.example/1.jpg"),
        row(8, "javascript:alert(1)"), row(9, "https://e.example/1", mail="(unknown)", owner="(unknown)"), "\"I10\";\"https://f.example/1\";\"never closed\n"]
whois = write("whois.csv", line(*BASE, *WHOIS) + "".join(rows))

r = keten("import", "scart", "--data", DATA, "--as", "lea", "--check", whois)
check(r.returncode == 1 and "5 links would be taken" in r.stdout and not db("SELECT 1 FROM case_file"), "--check says what would be taken and changes nothing", r.stdout + r.stderr)
r = keten("import", "scart", "--data", DATA, "--as", "lea", whois)
check(r.returncode == 1 and "3 cases with 5 links made" in r.stdout and "2 recipients added" in r.stdout, "a case for each site, kind of work and source; each hoster once", r.stdout + r.stderr)
check("whois.csv, line 9:" in r.stderr and "whois.csv, line 11: a quote is never closed" in r.stderr, "what was left out is told with file and line", r.stderr)
check("1 without anything left to do, 1 gone and not taken" in r.stdout and "1 for an address that stands there more than once" in r.stdout, "what was not taken is counted by reason", r.stdout)
lanes = db("SELECT lane, source, locations FROM case_file ORDER BY locations DESC, source")
check(lanes == [("unknown", "flagger", 3), ("unknown", "flagger", 1), ("unknown", "web", 1)], "age is unknown to Keten, so every case goes the minor's way; the source stays", str(lanes))
check(db("SELECT count(*) FROM incident WHERE offence='CSAM'") == [(2,)], "what was judged illegal is classified so; what was not judged is not")
check(db("SELECT count(*) FROM location WHERE gone_ms != 0 OR verdict != 'unknown'") == [(0,)], "nothing counts as removed")
check(db("SELECT count(*) FROM recipient WHERE found='import' AND confirmed_ms = 0") == [(2,)], "the hosters wait for somebody to confirm them")

r = keten("import", "scart", "--data", DATA, "--as", "lea", whois)
check("0 cases with 0 links made, 3 cases were there already, 0 recipients added" in r.stdout and db("SELECT count(*) FROM case_file") == [(3,)], "the same file again makes nothing twice", r.stdout + r.stderr)
r = keten("import", "scart", "--data", DATA, "--as", "lea", "--gone", whois)
check("1 cases with 1 links made" in r.stdout and "0 gone and not taken" in r.stdout, "--gone takes what was seen gone, to be watched again", r.stdout + r.stderr)

ntd = write("ntd.csv", line("NTD filenumber", "NTD type", "NTD status", "NTD status time", "abuse owner", "abuse type", "abuse country", "abuse email", "url", "IP", "first seen", "last seen", "online counter")
            + line("M1", "email", "sent_succes", "2024-05-01 11:05:00", "Nieuw", "hoster", "xx", "abuse@new.example", "https://g.example/1", "", "", "", "3"))
everything = write("all.csv", line("filenumber", "received", "url type", "status", "classification", "type", "source", "reference", "first seen", "first NTD", "last seen", "police", "hoster owner", "hoster country", "hoster abuse email").rstrip("\n") + " \n"
                   + line("I1", "", "", "scheduler_checkonline", "illegal", "website", "iccam", "", "", "", "", "n", "Derde", "NL", "abuse@third.example"))
r = keten("import", "scart", "--data", DATA, "--as", "lea", ntd, everything)
check(r.returncode == 0 and "ntd.csv: ntd, 1 lines" in r.stdout and "no addresses" in r.stdout and "1 cases with 1 links made" in r.stdout and "2 recipients added" in r.stdout, "notices, and the export without addresses", r.stdout + r.stderr)

many = write("many.csv", line(*BASE) + "".join(line(f"I{i}", f"https://many.example/{i}", "", "", "", "scheduler_checkonline", "illegal", "analyst", "", "", "", "") for i in range(4500)))
r = keten("import", "scart", "--data", DATA, "--as", "lea", many)
check(r.returncode == 0 and "3 cases with 4500 links made" in r.stdout, "many links of one site: cases of two thousand", r.stdout + r.stderr)

for name, text, want in [("wrong.csv", "a;b\n1;2\n", "no columns of a SCART export"), ("empty.csv", "", "no columns"), ("bytes.csv", "\x00\x01\x02;\x03\n", "no columns")]:
    r = keten("import", "scart", "--data", DATA, "--as", "lea", write(name, text))
    check(r.returncode == 2 and want in r.stderr and name in r.stderr, f"{name} is refused with what was expected", r.stdout + r.stderr)
for args, want in [(["--as", "nobody-here", whois], "--as"), (["--as", "beheer", whois], "--as"), (["--as", "lea", os.path.join(top, "none.csv")], "cannot be read"), ([whois], "--as")]:
    r = keten("import", "scart", "--data", DATA, *args)
    check(r.returncode == 2 and want in r.stderr, f"refused: {' '.join(os.path.basename(a) for a in args)}", r.stdout + r.stderr)

r = keten("fsck", DATA)
check(r.returncode == 0, "the record is whole afterwards: state is the fold of the acts", r.stdout + r.stderr)
check.end()
