#!/usr/bin/env python3
"""keten sor as a person at a terminal meets it, against an independent slow reader of the same files (reader.py here).
Use: sor_test.py KETEN"""
import hashlib, io, json, os, shutil, subprocess, sys, tempfile, zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN = os.path.abspath(sys.argv[1])
top = tempfile.mkdtemp(prefix="keten-sor-")
os.chmod(top, 0o755)


def keten(*args, cwd=top, **kw):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=180, cwd=cwd, **kw)


def said(r):
    return f"code {r.returncode}\n{r.stdout[-3000:]}\n{r.stderr[-3000:]}"


def folder(name):
    path = os.path.join(top, name)
    os.makedirs(path)
    return path


def parts(path):
    """(name, bytes) of every CSV in a file of the official layout."""
    with zipfile.ZipFile(path) as outer:
        for i in outer.infolist():
            with zipfile.ZipFile(io.BytesIO(outer.read(i))) as inner:
                for k in inner.infolist():
                    yield k.filename, inner.read(k)


# ---- generate ----
r = keten("sor", "generate", "--dialect", "v3")
check(r.returncode == 2 and "--dialect" in r.stderr and os.listdir(top) == [], "an unknown dialect: wrong use, nothing made", said(r))
r = keten("sor", "generate", "--day", "2025-02-30")
check(r.returncode == 2 and "--day" in r.stderr, "a day that does not exist: wrong use", said(r))
one, two = folder("one"), folder("two")
for d in (one, two):
    r = keten("sor", "generate", "--seed", "7", "--rows", "6000", "--part-rows", "500", "--every", "300", "--dialect", "v1-full-hostile", cwd=d)
name = "sor-global-2024-09-02-full"
check(r.returncode == 0 and sorted(os.listdir(one)) == [name + s for s in (".truth.json", ".zip", ".zip.sha1")], "a zip, its checksum and what was planted", said(r))
bytes_one = open(os.path.join(one, name + ".zip"), "rb").read()
check(bytes_one == open(os.path.join(two, name + ".zip"), "rb").read(), "the same seed makes the same file")
check(open(os.path.join(one, name + ".zip.sha1")).read() == hashlib.sha1(bytes_one).hexdigest() + "  " + name + ".zip\n", "the checksum stands as the database writes it: forty digits, two blanks, the name")
truth = json.load(open(os.path.join(one, name + ".truth.json")))
with zipfile.ZipFile(os.path.join(one, name + ".zip")) as z:
    check([i.filename for i in z.infolist()] == [name + "-00000.csv.zip", name + "-00001.csv.zip"] and all(i.compress_type == 0 for i in z.infolist()) and z.testzip() is None,
          "the outer zip stores inner zips", z.namelist())
all_parts = list(parts(os.path.join(one, name + ".zip")))
check(len(all_parts) == 12 and all_parts[0][0] == name + "-00000-00000.csv" and all_parts[-1][0] == name + "-00001-00001.csv", "each inner zip holds ten CSVs", [n for n, _ in all_parts])
check(sum(b.count(b"\n") + 1 for _, b in all_parts) == truth["lines"] and not any(b.endswith(b"\n") for _, b in all_parts), "no part ends with a line feed, and the truth counts every physical line")
check(len(all_parts[0][1].split(b"\n")[0].split(b",")) == 37 and b"content_id_ean" not in all_parts[0][1], "the first schema has 37 columns")
what = {p["what"] for p in truth["planted"]}
check({"backslash", "mixed", "joined", "trailing", "cr", "nul", "utf8", "fields", "uuid", "date", "required", "empty", "long", "quote"} == what, "every kind of defect is planted", what)
by_part = dict(all_parts)
here = [p for p in truth["planted"] if p["what"] == "backslash"]
check(here and all(b'\\"' in by_part[p["part"]].split(b"\n")[p["line"] - 1] for p in here), "and stands where the truth says")
r = keten("sor", "generate", "--rows", "10", "--dialect", "v1-full", cwd=one)
check(r.returncode == 2 and "there already" in r.stderr, "a file that is there is left alone", said(r))
empty = folder("empty")
r = keten("sor", "generate", "--rows", "0", "--dialect", "v2-light", "--slug", "demoplein", cwd=empty)
got = list(parts(os.path.join(empty, "sor-demoplein-2025-09-01-light.zip")))
check(r.returncode == 0 and len(got) == 1 and b"\n" not in got[0][1] and got[0][1].count(b",") == 33, "a day without statements is a first line only; light has 34 columns", said(r))

shutil.rmtree(top)
check.end()
