#!/usr/bin/env python3
"""keten sor report and keten sor compare as a person at a terminal meets them. Use: report_test.py KETEN."""
import csv, io, json, os, shutil, subprocess, sys, tempfile, zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN = os.path.abspath(sys.argv[1])
top = tempfile.mkdtemp(prefix="keten-report-")
os.chmod(top, 0o755)


def keten(*args, cwd=top):
    return subprocess.run([KETEN, *args], capture_output=True, text=True, timeout=120, cwd=cwd)


def said(r):
    return f"code {r.returncode}\n{r.stdout[-2000:]}\n{r.stderr[-2000:]}"


def figures(r):
    return [{k: v for k, v in f.items() if k not in ("file", "row", "column")} for f in json.loads(r.stdout)["figures"]] if r.stdout.strip() else None


for form in ("csv", "xlsx"):
    r = keten("sor", "report", "--template", form, "--seed", "5")
    check(r.returncode == 0, f"the template as {form} is written", said(r))
parts = sorted(n for n in os.listdir(top) if n.endswith(".csv"))
one, other = keten("sor", "report", "--json", *parts), keten("sor", "report", "--json", "report.xlsx")
check(one.returncode == other.returncode == 0 and len(parts) == 11 and figures(one) and sorted(figures(one), key=str) == sorted(figures(other), key=str), "and read back: the same figures from both, and nothing deviates", said(other)[:400])
with zipfile.ZipFile(os.path.join(top, "all.zip"), "w", zipfile.ZIP_DEFLATED) as z:
    for n in parts:
        z.write(os.path.join(top, n), "report/" + n)
r = keten("sor", "report", "--json", "all.zip")
check(r.returncode == 0 and sorted(figures(r), key=str) == sorted(figures(one), key=str), "a zip of the parts gives the same", said(r)[:400])
r = keten("sor", "report", "--template", "csv", "--seed", "5")
check(r.returncode == 2 and "is there already" in r.stderr, "a file that is there is left alone", said(r))

rows = list(csv.reader(open(os.path.join(top, "4_notices.csv"), newline="", encoding="utf-8")))
rows[1][5], rows[2][5], rows[3][9] = "50,236", "many", "1.3hrs"
bad = io.StringIO()
csv.writer(bad, delimiter=";").writerows(rows)
os.mkdir(os.path.join(top, "bad"))
open(os.path.join(top, "bad", "4 notices.csv"), "w", encoding="utf-8", newline="").write(bad.getvalue())
r = keten("sor", "report", "--json", "1_report_identification.csv", os.path.join("bad", "4 notices.csv"))
found = {(d["code"], d.get("row"), d.get("column")) for d in json.loads(r.stdout)["deviations"]} if r.stdout else set()
check(r.returncode == 1 and {("separator", None, None), ("thousands", 2, 6), ("no_number", 3, 6), ("unit", 4, 10)} <= found and ("missing_section", None, None) in found, "each deviation is named with file, row and column; the exit code is 1", said(r)[:600])
for name, data, word in (("old.xls", b"\xd0\xcf\x11\xe0rest", "neither CSV nor XLSX"), ("cut.xlsx", open(os.path.join(top, "report.xlsx"), "rb").read()[:5000], "cut off"), ("empty.csv", b"", "no section")):
    open(os.path.join(top, name), "wb").write(data)
    r = keten("sor", "report", name)
    check(r.returncode == 1 and word in r.stderr and r.stdout == "", f"{name} is refused in one line", said(r))


# ---- bad input, each by its name ----
def workbook(name, edit=None, extra=(), only=None):
    with zipfile.ZipFile(os.path.join(top, "report.xlsx")) as z, zipfile.ZipFile(os.path.join(top, name), "w", zipfile.ZIP_DEFLATED) as o:
        for i in z.infolist():
            if only is None or i.filename in only:
                o.writestr(i.filename, edit(i.filename, z.read(i)) if edit else z.read(i))
        for n, data in extra:
            o.writestr(n, data)


def in_sheet(more):
    return lambda n, data: data.replace(b"</sheetData>", more + b"</sheetData>") if n == "xl/worksheets/sheet4.xml" else data


def told(name, code, what, *said_there, sections=None):
    r = keten("sor", "report", "--json", name)
    got = json.loads(r.stdout) if r.stdout.strip() else None
    devs = {(d["code"], d["expected"] or d["what"]) for d in got["deviations"]} if got else {(r.stderr.strip(), "")}
    good = r.returncode == code and all(any(w in c or w in x for c, x in devs) for w in said_there) and "AddressSanitizer" not in r.stderr
    check(good and (sections is None or (got is not None and len(got["sections"]) == sections)), what, f"{sorted(devs)[:6]} {said(r)[-300:]}")


def encrypted(data):
    b, at = bytearray(data), 0
    while (at := b.find(b"PK\x01\x02", at)) >= 0:
        b[at + 8] |= 1
        at += 4
    return bytes(b)


xlsx = open(os.path.join(top, "report.xlsx"), "rb").read()
notices = open(os.path.join(top, "4_notices.csv"), encoding="utf-8").read()
workbook("macro.xlsm", extra=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not run")])
told("macro.xlsm", 1, "macros are told and never run; the figures are read", "macro", sections=11)
workbook("bomb.xlsx", in_sheet(b'<row r="90"><c t="inlineStr"><is><t>' + b"A" * 40_000_000 + b"</t></is></c></row>"))
told("bomb.xlsx", 1, "a zip bomb in a sheet: that section is not read, the others are", "unreadable", "zip bomb", sections=10)
workbook("columns.xlsx", in_sheet(b'<row r="90">' + b"".join(b"<c><v>%d</v></c>" % (i * 7919 % 100003) for i in range(1_000_000)) + b"</row>"))
told("columns.xlsx", 1, "a million columns in a sheet are no more than are read", "too_large")
for name, data, code, what, words in (
        ("encrypted.xlsx", encrypted(xlsx), 1, "an encrypted zip is named as such", ["encrypted"]), ("password.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 1, "a workbook with a password is named as such", ["password"]),
        ("directory.xlsx", xlsx[:-30], 1, "an XLSX without its directory is refused", ["cut off"]), ("utf16.csv", notices.encode("utf-16"), 1, "CSV in UTF-16 is read, and told", ["encoding", "UTF-8"]),
        ("utf16be.csv", notices.encode("utf-16-be"), 1, "UTF-16 without its mark is zero bytes, told", ["zero_byte"]), ("nul.csv", notices.replace("TOTAL", "TO\0TAL").encode(), 1, "NUL bytes are told", ["zero_byte"]),
        ("many.csv", b",".join([b"x"] * 1_000_000) + b"\n", 1, "a million columns in a CSV are no section", ["no section"]), ("quote.csv", b'"' * 2_000_001, 1, "a quote that never closes is no section", ["no section"]),
        ("line.csv", b"a" * 20_000_000, 1, "a field of twenty megabytes is no section", ["no section"]), ("noise.csv", bytes(range(256)) * 400, 1, "noise is no section", ["no section"])):
    open(os.path.join(top, name), "wb").write(data)
    told(name, code, what, *words)
workbook("formula.xlsx", lambda n, data: data.replace(b"<c ", b"<c ", 1) if n != "xl/worksheets/sheet9.xml" else __import__("re").sub(rb"<v>\d+</v>", b"<f>HYPERLINK(\"https://evil.test\")</f>", data, count=1))
told("formula.xlsx", 1, "a formula without its result is no figure, and nothing is worked out or fetched", "formula")
workbook("wrong.xlsx", lambda n, data: data.replace(b"TOTAL", b"recipe").replace(b"Number of", b"Pounds of").replace(b"Reporting", b"Baking") if "sheet" in n else __import__("re").sub(rb'name="[^"]*"', b'name="Kitchen"', data) if n == "xl/workbook.xml" else data)
told("wrong.xlsx", 1, "a workbook of other sheets says so of each", "unknown_sheet")
r = keten("sor", "report", "nowhere.csv")
check(r.returncode == 2 and "no such file" in r.stderr, "a file that is not there: wrong use", said(r))

inst = os.path.join(top, "inst")
r = keten("sor", "report", "--data", inst, *parts)
check(r.returncode == 2 and "--platform" in r.stderr, "a platform that the register does not know by the service's name has to be given", said(r))
r = keten("sor", "report", "--data", inst, "--platform", "nobody", *parts)
check(r.returncode == 2 and "register" in r.stderr, "and must be in the register", said(r))
r = keten("sor", "report", "--data", inst, "--platform", "demoplein", "--json", *parts)
check(r.returncode == 0 and json.loads(r.stdout)["status"] == "read" and len(os.listdir(os.path.join(inst, "official/reports"))) == 11, "it is put into the record, and its files are kept", said(r)[:300])
r = keten("sor", "report", "--data", inst, "--platform", "demoplein", "--json", *reversed(parts))
check(r.returncode == 0 and json.loads(r.stdout)["status"] == "already", "given again, in another order, it is the same report", said(r)[:300])
r = keten("sor", "compare", "--data", inst, "--platform", "demoplein", "--json")
got = json.loads(r.stdout) if r.stdout else {}
check(r.returncode == 0 and got["days"] == 184 and got["days_read"] == 0 and got["beside"] == [] and len(got["cannot_compare"]) >= 5, "without statements nothing is compared, and what cannot be is said", said(r))
NAME = "Voorbeeldplein"  # what the database calls the fictional platform demoplein (law/names.csv)
inner, day = io.BytesIO(), os.path.join(top, "sor-global-2025-09-01-full.zip")
with zipfile.ZipFile(inner, "w") as z:
    z.writestr("sor-x-00000-00000.csv", "uuid,platform_name,category,decision_ground,source_type,application_date,created_at\n" + "\n".join(
        f"11111111-2222-3333-4444-{i:012d},{NAME},STATEMENT_CATEGORY_CYBER_VIOLENCE,DECISION_GROUND_ILLEGAL_CONTENT,SOURCE_TRUSTED_FLAGGER,2025-08-30,2025-09-01" for i in range(8)))
with zipfile.ZipFile(day, "w") as z:
    z.writestr("sor-x-00000.csv.zip", inner.getvalue())
r = keten("sor", "ingest", "--data", inst, day)
check(r.returncode == 0, "a day of statements is read into it", said(r))
r = keten("sor", "compare", "--data", inst, "--platform", "demoplein", "--json")
got = json.loads(r.stdout) if r.stdout else {"beside": []}
want = {(f["category"], f["measure"]): f["value"] for f in figures(one) if f["section"] == "notices" and "keyword" not in f}
mine = [x for x in got["beside"] if x["category"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE" and x["what"] == "trusted_flagger"]
check(got["days_read"] == 1 and len(mine) == 1 and mine[0]["statements"] == 8 and mine[0]["reported"] == want["STATEMENT_CATEGORY_CYBER_VIOLENCE", "law_tf"] + want["STATEMENT_CATEGORY_CYBER_VIOLENCE", "terms_tf"] and mine[0]["ratio"] is None,
      "the report stands beside the statements of its platform by category and source; while days are missing there is no ratio", said(r)[:1500])
r = keten("sor", "compare", "--data", inst, "--platform", "demohost")
check(r.returncode == 1 and "no transparency report" in r.stderr, "a platform without a report has nothing to compare", said(r))
r = keten("fsck", "--data", inst)
check(r.returncode == 0, "the record is whole", said(r))
shutil.rmtree(top)
check.end()
