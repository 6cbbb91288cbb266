#!/usr/bin/env python3
"""keten sor as a person at a terminal meets it, against an independent slow reader of the same files (reader.py here).
Use: sor_test.py KETEN CROSSWALK. Against DuckDB too when its package is installed here (npm ci in this folder)."""
import csv, gzip, hashlib, io, json, os, resource, shutil, signal, struct, subprocess, sys, tempfile, time, zipfile, zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import Tap
import reader

check = Tap()
KETEN, CROSSWALK = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HERE = os.path.dirname(os.path.abspath(__file__))
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


parts = reader.parts


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
os.rename(os.path.join(two, name + ".zip"), os.path.join(two, "elsewhere"))
had = {n: open(os.path.join(two, n), "rb").read() for n in os.listdir(two)}
r = keten("sor", "generate", "--rows", "10", "--dialect", "v1-full", cwd=two)
check(r.returncode == 2 and ".zip.sha1 is there already" in r.stderr and had == {n: open(os.path.join(two, n), "rb").read() for n in os.listdir(two)}, "so are a checksum and a truth file without their zip", said(r))
empty = folder("empty")
r = keten("sor", "generate", "--rows", "0", "--dialect", "v2-light", "--slug", "demoplein", cwd=empty)
got = list(parts(os.path.join(empty, "sor-demoplein-2025-09-01-light.zip")))
check(r.returncode == 0 and len(got) == 1 and b"\n" not in got[0][1] and got[0][1].count(b",") == 33, "a day without statements is a first line only; light has 34 columns", said(r))


# ---- ingest: every line and every cell against the slow reader ----
def give(path):
    """Run by root, what Keten works on belongs to somebody else, who reads it."""
    for d, _, names in os.walk(path):
        os.chmod(d, 0o755)
        for n in names:
            os.chmod(os.path.join(d, n), 0o644)
    return path


def make(where, *args):
    d = folder(where)
    r = keten("sor", "generate", *args, cwd=d)
    assert r.returncode == 0, said(r)
    give(d)
    return os.path.join(d, next(n for n in os.listdir(d) if n.endswith(".zip")))


def made(inst, r, ending):
    return os.path.join(inst, json.loads(r.stdout)[-1]["made"] + ending)


def line_list(path):
    return [(x["part"], int(x["line"]), int(x["lines"]), x["code"]) for x in csv.DictReader(open(path, newline=""))]


def differs(a, b):
    keys = [k for k in set(a) | set(b) if a.get(k) != b.get(k)]
    return [(k, a.get(k), b.get(k)) for k in keys[:5]]


inst = os.path.join(top, "inst")
files = {}
for dialect in ("v1-full-hostile", "v2-full", "v2-light-hostile"):
    path = files[dialect] = make(dialect, "--seed", "3", "--rows", "6000", "--part-rows", "550", "--every", "200", "--dialect", dialect)
    r = keten("sor", "ingest", "--data", inst, "--json", path)
    got = json.loads(r.stdout)[0] if r.returncode == 0 else {}
    if not check(r.returncode == 0 and got.get("status") == "read", f"{dialect}: read into an instance that " + ("was not there" if dialect == "v1-full-hostile" else "is there"), said(r)):
        continue
    day = got["day"]
    want, what, listed = reader.cells(path, reader.crosswalk(CROSSWALK, day))
    head, level, cube = reader.cube(made(inst, r, ".cube"))
    check(head == (day, "global", "light" if "light" in dialect else "full") and level == 0 and cube == want, f"{dialect}: all {len(want)} cells are what an independent reader counts", differs(want, cube))
    check(line_list(made(inst, r, ".lines.csv")) == listed, f"{dialect}: {len(listed)} lines repaired or set apart, each with its part, its line and the same reason", [x for x in listed if x not in line_list(made(inst, r, ".lines.csv"))][:3])
    q = json.load(open(made(inst, r, ".quality.json")))
    truth = json.load(open(path.replace(".zip", ".truth.json")))
    l = q["lines"]
    check(l["all"] == truth["lines"] == l["header"] + l["parsed"] + l["repaired"] + l["quarantined"] and q["why"] == what, f"{dialect}: every physical line is accounted for", q["lines"])
    mended = {"backslash", "mixed", "joined"}
    planted = sorted((p["part"], p["line"], p["lines"], p["what"]) for p in truth["planted"] if p["what"] not in ("trailing", "cr"))
    check(planted == sorted(listed), f"{dialect}: what was planted is what was found, {len(planted)} of them", [x for x in planted if x not in listed][:3])
    bad = sum(1 for p in truth["planted"] if p["what"] not in mended | {"trailing", "cr"})
    check(q["rows"] == truth["rows"] - bad, f"{dialect}: nothing is lost but what cannot be read", (q["rows"], truth["rows"], bad))
    rows = list(csv.DictReader(io.TextIOWrapper(gzip.open(made(inst, r, ".rows.csv.gz")), "utf-8", newline="")))
    ours = sum(c[0] for k, c in want.items() if k[2] not in ("", "-"))
    check(len(rows) == ours == q["extract_rows"] and all(x["family"] for x in rows), f"{dialect}: the extract holds the {ours} rows of our families", (len(rows), ours))
    check(rows and not any("p0-" in x for x in rows[0].values()) and len(rows[0]["platform_uid_hash"]) == 32, f"{dialect}: without the platform's own ids")
texts = {x["visibility_other"] for x in rows}
check(not any("rules.example" in x or any(c.isdigit() for c in x) for x in texts) and all((x["visibility_other"] == "") == ("VISIBILITY_OTHER" not in x["decision_visibility"]) for x in rows), f"what other measures are stands with the rows that have one ({len(texts - {''})} texts), without links and digits", texts)
check(oct(os.stat(os.path.join(inst, "official")).st_mode & 0o777) == "0o700" and len(q["cannot_say"]) >= 4, "what was made is for nobody else; what the data cannot say stands in the report")

other = os.path.join(top, "other")
r = keten("sor", "ingest", "--data", other, "--country", "DE", "--json", files["v2-full"])
want = reader.cells(files["v2-full"], reader.crosswalk(CROSSWALK, "2025-09-01"), "DE")[0]
check(r.returncode == 0 and reader.cube(made(other, r, ".cube"))[2] == want and any(k[9] == "home" for k in want) and json.load(open(made(other, r, ".quality.json")))["home"] == "DE",
      "an instance in another country tells apart what concerns that country only", said(r))

# ---- DuckDB ----
if os.path.isdir(os.path.join(HERE, "node_modules")):
    plain = folder("plain")
    for n, data in parts(files["v2-full"]):
        open(os.path.join(plain, n), "wb").write(data)
    o = subprocess.run(["node", os.path.join(HERE, "oracle.js"), plain, "full"], capture_output=True, text=True, timeout=120, cwd=HERE)
    pairs, theirs = reader.crosswalk(CROSSWALK, "2025-09-01"), {}
    for text in o.stdout.splitlines():
        x = json.loads(text)
        late, old = int(x["late"]), None if x["old"] is None else int(x["old"])
        c = theirs.setdefault(reader.key(pairs, x, late, old), [0, 0, 0])
        c[0] += int(x["n"])
        c[1] += late * int(x["n"])
        c[2] += (old or 0) * int(x["n"])
    r = keten("sor", "ingest", "--data", inst, "--json", files["v2-full"])
    cube = reader.cube(made(inst, r, ".cube"))[2]
    check(o.returncode == 0 and theirs == cube, f"DuckDB in its tolerant mode counts the same in all {len(cube)} cells", (o.stderr[-500:], differs(theirs, cube)))
else:
    print("# skip: DuckDB is not installed in test/sor (npm ci)")

# ---- the same, however it is read ----
other = os.path.join(top, "other")
ways = [("1", "zlib", "scalar"), ("3", "auto", "auto"), ("2", "zlib", "auto")] + ([("2", "auto", "avx2")] if "avx2" in open("/proc/cpuinfo").read() else [])
first = None
for k, (threads, inflate, scan) in enumerate(ways):
    d = other + str(k)
    r = keten("sor", "ingest", "--data", d, "--json", "--threads", threads, "--inflate", inflate, "--scan", scan, files["v1-full-hostile"])
    sums = [hashlib.sha256(open(made(d, r, e), "rb").read()).hexdigest() for e in (".cube", ".lines.csv", ".quality.json")] if r.returncode == 0 else said(r)
    first = first or sums
    check(sums == first and r.returncode == 0, f"{threads} threads, {inflate}, {scan}: the same bytes", sums)

# ---- a day on which a platform sent nothing ----
give(empty)
r = keten("sor", "ingest", "--data", inst, "--json", os.path.join(empty, "sor-demoplein-2025-09-01-light.zip"))
q = json.load(open(made(inst, r, ".quality.json"))) if r.returncode == 0 else {}
check(q.get("rows") == 0 and q.get("parts_without_statements") == 1 and q.get("parts_not_counted") == 0 and q["forms"] == [{"value": "V2 light", "parts": 1}] and reader.cube(made(inst, r, ".cube"))[2] == {},
      "a day without statements is read as that: nothing was sent, and nothing is missing", said(r))

# ---- twice, and another file for the same day ----
def acts(d):
    import sqlite3
    with sqlite3.connect(f"file:{os.path.join(d, 'keten.db')}?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM act").fetchone()[0]


before = acts(inst)
r = keten("sor", "ingest", "--data", inst, files["v2-full"])
check(r.returncode == 0 and "was read before" in r.stdout and acts(inst) == before, "a file read a second time changes nothing", said(r))
place = os.path.join(inst, "official/sor/2025-09-01")
os.rename(place, place + ".gone")
r = keten("sor", "ingest", "--data", inst, files["v2-full"])
check(r.returncode == 1 and "put back a copy" in r.stderr and len(r.stderr.splitlines()) == 1 and acts(inst) == before, "when what was made of it is gone, as after a restore, that is said", said(r))
os.rename(place + ".gone", place)
again = make("again", "--seed", "4", "--rows", "5000", "--part-rows", "550", "--every", "200", "--dialect", "v2-full")
r = keten("sor", "ingest", "--data", inst, "--json", "--published", "5003", again)
q = json.load(open(made(inst, r, ".quality.json"))) if r.returncode == 0 else {}
check(q.get("other_file", {}).get("rows_more_now") == -1000 and q["other_file"]["differs"]["platform"] and q["published_rows"] == 5003 and q["rows_less_published"] == -3,
      "another file for the same day is kept beside the first, and what differs is said; so is what the database counts", said(r))
cubes = [n for n in os.listdir(os.path.join(inst, "official/sor/2025-09-01")) if n.endswith(".cube") and "full" in n]
check(len(cubes) == 2 and acts(inst) == before + 1, "both are there", cubes)

import sqlite3
with sqlite3.connect(f"file:{os.path.join(inst, 'keten.db')}?mode=ro", uri=True) as db:
    row = db.execute("SELECT sha256, cube, extract, line_list, quality FROM sor_file ORDER BY at_ms DESC LIMIT 1").fetchone()
sums = [hashlib.sha256(open(p, "rb").read()).digest() for p in [again] + [made(inst, r, e) for e in (".cube", ".rows.csv.gz", ".lines.csv", ".quality.json")]]
check(list(row) == sums, "the record holds the hashes of the file and of all that was made of it")


def platforms(q):
    return {x["value"]: x.get("first_seen", False) for x in q["values"]["platform_name"]}


check(platforms(q)["Demo Platform 1 Limited"] is False and platforms(q)["Netwerk, Elf"] is False, "platforms that were met before are not called new", platforms(q))
new = os.path.join(top, "new")
os.makedirs(new)
with zipfile.ZipFile(os.path.join(new, "sor-demo-2025-09-09-full.zip"), "w", zipfile.ZIP_STORED) as z:
    i = io.BytesIO()
    first_lines = list(parts(files["v2-full"]))[0][1].split(b"\n")
    with zipfile.ZipFile(i, "w", zipfile.ZIP_DEFLATED) as y:
        y.writestr("sor-demo-2025-09-09-full-00000-00000.csv", b"\n".join([first_lines[0], next(l for l in first_lines[1:] if b"Demo Platform 2 Limited" in l and b'\\"' not in l).replace(b"Demo Platform 2 Limited", b"Never Met Before B.V.")
                   .replace(b"SOURCE_VOLUNTARY", b"SOURCE_INVENTED")]))
    z.writestr("sor-demo-2025-09-09-full-00000.csv.zip", i.getvalue())
r = keten("sor", "ingest", "--data", inst, "--json", os.path.join(give(new), "sor-demo-2025-09-09-full.zip"))
q = json.load(open(made(inst, r, ".quality.json"))) if r.returncode == 0 else {"values": {"platform_name": [], "source_type": []}}
check(platforms(q) == {"Never Met Before B.V.": True}, "one that no file had before is", said(r))
check([x for x in q["values"]["source_type"] if x.get("unknown")] and reader.cube(made(inst, r, ".cube"))[2], "a value that was never published is learned and reported, and its row counts", q["values"]["source_type"])

# ---- bad files: one clear line each, nothing kept ----
bad = give(folder("bad"))
good = open(files["v2-full"], "rb").read()


def attempt(name, data, code, *words_, sidecar=None):
    path = os.path.join(bad, name)
    open(path, "wb").write(data)
    if sidecar:
        open(path + ".sha1", "w").write(sidecar)
    had = acts(inst)
    r = keten("sor", "ingest", "--data", inst, path)
    lines = [l for l in r.stderr.strip().splitlines()]
    ok = r.returncode == code and len(lines) == 1 and name in lines[0] and all(w in lines[0] for w in words_) and acts(inst) == had and "AddressSanitizer" not in r.stderr
    check(ok, f"{words_[0]}: one line that names the file, code {code}, nothing kept", said(r))


attempt("sor-global-2025-09-02-full.zip", good[:len(good) // 2], 1, "cut off")
attempt("sor-global-2025-09-03-full.zip", b"", 1, "not a zip")
attempt("sor-global-2025-09-04-full.zip", good, 1, "sha1", sidecar="0" * 40 + "  sor-global-2025-09-04-full.zip\n")
attempt("sor-global-2025-09-05-full.zip", good, 1, "forty digits", sidecar="nonsense\n")
attempt("day.zip", good, 2, "named as the database names")
attempt("sor-global-2025-13-05-full.zip", good, 2, "named as the database names")
r = keten("sor", "ingest", "--data", inst, os.path.join(bad, "sor-gone-2025-09-01-full.zip"))
check(r.returncode == 2 and "no such file" in r.stderr, "a file that is not there: wrong use", said(r))


def nested(members, outer=zipfile.ZIP_STORED, edit=None):
    i, o = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(i, "w", zipfile.ZIP_DEFLATED) as z:
        for n, data in members:
            z.writestr(n, data)
    inner = bytearray(i.getvalue())
    if edit:
        edit(inner)
    with zipfile.ZipFile(o, "w", outer) as z:
        z.writestr("inner.csv.zip", bytes(inner))
    return o.getvalue()


sound = list(parts(files["v2-full"]))[:2]


def damaged(name, data, code_word, rows, what):
    path = os.path.join(bad, name)
    open(path, "wb").write(data)
    r = keten("sor", "ingest", "--data", inst, "--json", path)
    got = json.loads(r.stdout)[0] if r.stdout.strip() else {}
    here = line_list(made(inst, r, ".lines.csv")) if got.get("status") == "read" else []
    check(r.returncode == 1 and got.get("rows") == rows and got.get("parts_not_counted", 0) >= 1 and any(c == code_word for _, _, _, c in here), f"{what}: that part does not count, the others do, code 1", said(r) + str(here[:3]))


def flip_crc(b):
    at = b.index(b"PK\x01\x02")
    b[at + 16] ^= 1
    b[14] ^= 1


def flip_data(b):
    b[200] ^= 0xFF


def encrypt(b):
    b[b.index(b"PK\x01\x02") + 8] |= 1


def bomb(b):
    at = b.index(b"PK\x01\x02")
    b[at + 24:at + 28] = struct.pack("<I", 0x7FFFFFFF)


one_rows = sound[1][1].count(b"\n")
two = [("sor-x-00000.csv", sound[0][1]), ("sor-x-00001.csv", sound[1][1])]
damaged("sor-global-2025-10-01-full.zip", nested(two, edit=flip_crc), "crc", one_rows, "a wrong checksum")
damaged("sor-global-2025-10-02-full.zip", nested(two, edit=flip_data), "damaged", one_rows, "damaged packed data")
damaged("sor-global-2025-10-03-full.zip", nested(two, edit=encrypt), "entry", one_rows, "an encrypted part")
damaged("sor-global-2025-10-04-full.zip", nested(two, edit=bomb), "entry", one_rows, "a part that says it becomes two gigabytes")
damaged("sor-global-2025-10-05-full.zip", nested([("../../etc/x.csv", sound[0][1]), two[1]]), "entry", one_rows, "a part whose name is a path")
damaged("sor-global-2025-10-06-full.zip", nested([("sor-x-00000.csv", b"uuid,what\nx,y\nz"), two[1]]), "header", one_rows, "a part without the columns that are needed")
damaged("sor-global-2025-10-07-full.zip", nested(two, outer=zipfile.ZIP_DEFLATED), "entry", 0, "an inner zip that is packed once more")

# Two gigabytes in one field, and sound rows on both sides. The packed pieces are made once and stand there many times: 20 MB of zip, of a ratio that is no bomb.
HEAD = b"uuid,platform_name,category,decision_ground,source_type,application_date,created_at,decision_facts"
ROW = b"11111111-2222-3333-4444-%012d,Reus,STATEMENT_CATEGORY_SCAMS_AND_FRAUD,DECISION_GROUND_ILLEGAL_CONTENT,SOURCE_VOLUNTARY,2025-10-09,2025-10-10,"
piece = os.urandom(20000).replace(b"\n", b"x").replace(b'"', b"x").replace(b"\0", b"x")
piece = bytes(32 + c % 90 for c in piece).replace(b'"', b"x") * 839
times, crc, size, packed = 128, 0, 0, []
for k, data in enumerate([HEAD + b"\n" + ROW % 1 + b"a\n" + ROW % 2 + b'"', piece, b'"\n' + ROW % 3 + b"a"]):
    z = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed.append(z.compress(data) + (z.flush() if k == 2 else z.flush(zlib.Z_FULL_FLUSH)))
    for _ in range(times if k == 1 else 1):
        crc, size = zlib.crc32(data, crc), size + len(data)
body = packed[0] + packed[1] * times + packed[2]
entry_name = b"sor-global-2025-10-10-full-00000-00000.csv"
fixed = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(body), size, len(entry_name), 0)
inner = b"PK\x03\x04" + fixed + entry_name + body
at_dir = len(inner)
inner += b"PK\x01\x02" + struct.pack("<H", 20) + fixed[:26] + struct.pack("<HHHII", 0, 0, 0, 0, 0) + entry_name
inner += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(inner) - at_dir, at_dir, 0)
path = os.path.join(bad, "sor-global-2025-10-10-full.zip")
with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as z:
    z.writestr("sor-global-2025-10-10-full-00000.csv.zip", inner)
t = time.monotonic()
p = subprocess.Popen([KETEN, "sor", "ingest", "--data", inst, "--json", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
most = 0
while p.poll() is None:
    try:
        most = max([most] + [int(l.split()[1]) for l in open(f"/proc/{p.pid}/status") if l.startswith("RssAnon:")])
    except OSError:
        pass
    time.sleep(0.01)
out, err = p.communicate()
got = json.loads(out)[0] if out.strip() else {}
listed = line_list(made(inst, subprocess.CompletedProcess([], p.returncode, out, err), ".lines.csv")) if got else []
check(size > 2 << 30 and p.returncode == 0 and got.get("rows") == 2 and [(l, w) for _, l, _, w in listed] == [(3, "long")], f"a field of {size / 2**30:.2f} GB costs its own line, {time.monotonic() - t:.1f} s and no memory of its size; the rows on both sides count",
      f"code {p.returncode} {out[:300]} {err[-500:]} {listed[:3]}")
sanitized = b"__asan_init" in open(KETEN, "rb").read()
check(most < (64 << 10) or sanitized, f"with {most / 1000:.0f} MB of private memory" + (" (with a sanitizer: not judged)" if sanitized else ", less than 64"))
os.unlink(path)
del body, inner, piece, packed

# ---- a day cube that is damaged: known by its checksum, and with a right checksum by what it says ----
def sealed(b):
    return b[:-32] + hashlib.sha256(b[:-32]).digest()


whole_cube = open(made(inst, keten("sor", "ingest", "--data", inst, "--json", files["v2-full"]), ".cube"), "rb").read()
cubes_at = folder("cubes")
for what, b, word in (("a byte of its head", whole_cube[:3] + b"X" + whole_cube[4:], "no day cube"), ("another version", sealed(whole_cube[:8] + b"\x09" + whole_cube[9:]), "version"), ("its number of statements", whole_cube[:16] + b"\x00" + whole_cube[17:], "checksum"),
                      ("its number of statements, sealed again", sealed(whole_cube[:16] + bytes([whole_cube[16] ^ 1]) + whole_cube[17:]), "damaged"), ("a byte of its cells", whole_cube[:-200] + bytes([whole_cube[-200] ^ 4]) + whole_cube[-199:], "checksum"),
                      ("its checksum", whole_cube[:-1] + bytes([whole_cube[-1] ^ 1]), "checksum"), ("its end", whole_cube[:-100], "checksum"), ("its end, sealed again", sealed(whole_cube[:-100]), "damaged"), ("everything", b"", "no day cube")):
    open(os.path.join(cubes_at, "global-full-0011223344556677.cube"), "wb").write(b)
    r = keten("sor", "ask", "publishing", "--cubes", cubes_at, "--from", "2025-09-01", "--to", "2025-09-01")
    check(r.returncode == 1 and word in r.stderr and "counts as not read" in r.stderr and len(r.stderr.strip().splitlines()) == 1 and "AddressSanitizer" not in r.stderr, f"a day cube with {what} damaged: told in one line, the day counts as not read", said(r))

HEAD = b"uuid,platform_name,category,decision_ground,source_type,application_date,created_at,category_specification,territorial_scope"
path = os.path.join(bad, "sor-global-2025-10-08-full.zip")
open(path, "wb").write(nested([('=a,"b.csv', HEAD + b"\nshort" * 2500)]))
r = keten("sor", "ingest", "--data", inst, "--json", path)
listed = list(csv.reader(open(made(inst, r, ".lines.csv"), newline=""))) if r.returncode == 0 else []
check(len(listed) == 2002 and {len(x) for x in listed} == {7} and len({x[0] for x in listed[1:]}) == 1 and listed[-1][0].endswith('=a,"b.csv') and listed[-1][0][0] != "=" and listed[-1][2] == "500",
      "of many lines that are set apart 2000 are listed and the others counted, whatever the part is called", said(r) + str(listed[-1:]))
long_ = [b'11111111-2222-3333-4444-555555555555,"%s%d","%s%d",G,S,2025-08-30,2025-09-01,"[""%s%d""]","[""%s%d""]"' % (hashlib.sha512(b"%d" % i).hexdigest().encode() + b"p" * 3700, i, b"c" * 3900, i, b"k" * 3900, i, b"z" * 3900, i) for i in range(4500)]
attempt("sor-global-2025-10-09-full.zip", nested([("a.csv", b"\n".join([HEAD] + long_))]), 1, "larger than is kept")

# ---- a full disk, and an interrupt in the middle ----
big = make("big", "--seed", "5", "--rows", "60000", "--part-rows", "3000", "--every", "5000", "--dialect", "v2-full", "--day", "2025-11-03", "--level", "1")
small = os.path.join(top, "small")
assert keten("sor", "ingest", "--data", small, files["v2-full"]).returncode == 0
before = acts(small)


def tight():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))


r = keten("sor", "ingest", "--data", small, big, preexec_fn=tight)
left = [n for n in os.listdir(os.path.join(small, "official/sor/2025-11-03"))] if os.path.isdir(os.path.join(small, "official/sor/2025-11-03")) else []
check(r.returncode == 3 and big in r.stderr and "disk" in r.stderr and left == [] and acts(small) == before, "a disk that is full: one line, nothing half-made stays", said(r) + str(left))
key = os.path.join(small, "official/sor/uid.key")
os.rename(key, key + ".kept")
open(key, "wb").write(b"short")
os.chmod(key, 0o644)
r = keten("sor", "ingest", "--data", small, big)
check(r.returncode == 3 and "uid.key" in r.stderr and "disk" not in r.stderr and acts(small) == before, "a damaged key of the hashes is named, and nothing is read with another", said(r))
os.replace(key + ".kept", key)
cut = make("cut", "--seed", "6", "--rows", "60000", "--part-rows", "3000", "--every", "5000", "--dialect", "v2-full", "--day", "2025-11-03", "--level", "1")
place = os.path.join(small, "official/sor/2025-11-03")
for what in ("cut off", "changed"):
    for n in os.listdir(place) if os.path.isdir(place) else []:
        os.unlink(os.path.join(place, n))
    p = subprocess.Popen([KETEN, "sor", "ingest", "--data", small, cut], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 20
    while time.monotonic() < end and p.poll() is None and not (os.path.isdir(place) and any(n.startswith(".new-") for n in os.listdir(place))):
        time.sleep(0.002)
    p.send_signal(signal.SIGSTOP)
    if what == "changed":
        os.utime(cut)
    else:
        whole = open(cut, "rb").read()
        os.truncate(cut, 10000)
    p.send_signal(signal.SIGCONT)
    out, err = p.communicate(timeout=60)
    check(p.returncode == 3 and len(err.strip().splitlines()) == 1 and cut in err and ("cut off" in err or "changed" in err) and "nothing of it counts" in err and acts(small) == before and not any(not n.startswith(".new-") for n in os.listdir(place)),
          f"a file that is {what} while it is read: one line, nothing counts", f"code {p.returncode}\n{out}\n{err}")
    open(cut, "wb").write(whole)
hit = False
for wait in (0.02, 0.05, 0.1, 0.2, 0.4):
    p = subprocess.Popen([KETEN, "sor", "ingest", "--data", small, big], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 20
    while time.monotonic() < end and p.poll() is None and not (os.path.isdir(os.path.join(small, "official/sor/2025-11-03")) and any(n.startswith(".new-") for n in os.listdir(os.path.join(small, "official/sor/2025-11-03")))):
        time.sleep(0.002)
    time.sleep(wait / 4)
    p.kill()
    p.communicate()
    if p.returncode == -9:
        hit = True
        check(acts(small) == before, f"killed {wait / 4:.3f} s into the parts: nothing counts")
    else:
        break
check(hit, "it was killed at work at least once")
r = keten("sor", "ingest", "--data", small, "--json", files["v2-full"], big)
both = json.loads(r.stdout) if r.returncode == 0 else []
fresh_ = os.path.join(top, "fresh")
r2 = keten("sor", "ingest", "--data", fresh_, "--json", big)
check([x.get("status") for x in both] in (["already", "read"], ["already", "already"]) and open(made(small, r, ".cube"), "rb").read() == open(made(fresh_, r2, ".cube"), "rb").read(), "started again it goes on with what was not read, with the same result", said(r))
check(not any(n.startswith(".new-") for n in os.listdir(os.path.join(small, "official/sor/2025-11-03"))), "and nothing of the interrupted run is left")
r = keten("fsck", "--data", inst)
check(r.returncode == 0, "the record is whole, and its state is the fold of its acts", said(r))

shutil.rmtree(top)
check.end()
