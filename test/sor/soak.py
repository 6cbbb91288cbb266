#!/usr/bin/env python3
"""soak.py KETEN CROSSWALK ROWS: a day of that many statements; accounted lines = physical lines, and every cell of the cube equal to what
DuckDB counts. The CSVs are unpacked for DuckDB one inner zip at a time, so that a hundred million rows need ten gigabytes and not a hundred."""
import io, json, os, shutil, subprocess, sys, tempfile, time, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import reader

keten, crosswalk, rows = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
if not os.path.isdir(os.path.join(HERE, "node_modules")):
    sys.exit("DuckDB is not installed: npm ci in test/sor")
top = tempfile.mkdtemp(prefix="keten-sor-soak-")
os.chmod(top, 0o755)
try:
    t = time.monotonic()
    subprocess.run([keten, "sor", "generate", "--rows", str(rows), "--seed", str(int(time.time()) % 1000000), "--level", "1"], cwd=top, check=True)
    name = next(n for n in os.listdir(top) if n.endswith(".zip"))
    truth = json.load(open(os.path.join(top, name.replace(".zip", ".truth.json"))))
    print(f"seed {truth['seed']}: made in {time.monotonic() - t:.0f} s")
    r = subprocess.run([keten, "sor", "ingest", "--data", os.path.join(top, "inst"), "--json", os.path.join(top, name)], stdout=subprocess.PIPE, check=True)
    got = json.loads(r.stdout)[0]
    cube = reader.cube(os.path.join(top, "inst", got["made"] + ".cube"))[2]
    ok = got["lines"] == truth["lines"] and got["rows"] == rows and got["quarantined"] == 0
    print(f"read in {got['ms'] / 1000:.1f} s: {got['lines']} lines accounted of {truth['lines']}, {got['repaired']} repaired, {len(cube)} cells")
    pairs, theirs = reader.crosswalk(crosswalk, got["day"]), {}
    with zipfile.ZipFile(os.path.join(top, name)) as outer:
        for i in outer.infolist():
            plain = os.path.join(top, "plain")
            with zipfile.ZipFile(io.BytesIO(outer.read(i))) as inner:
                inner.extractall(plain)
            for text in subprocess.run(["node", os.path.join(HERE, "oracle.js"), plain], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
                x = json.loads(text)
                n, late, old = int(x["n"]), int(x["late"]), None if x["old"] is None else int(x["old"])
                c = theirs.setdefault(reader.key(pairs, x, late, old), [0, 0, 0])
                c[0] += n
                c[1] += late * n
                c[2] += (old or 0) * n
            shutil.rmtree(plain)
    same = theirs == cube
    print(f"{'held' if ok and same else 'does NOT hold'}: {rows} statements, every one of {len(theirs)} cells {'equal' if same else 'NOT equal'} to DuckDB's")
    sys.exit(0 if ok and same else 1)
finally:
    shutil.rmtree(top)
