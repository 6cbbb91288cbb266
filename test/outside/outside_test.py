#!/usr/bin/env python3
"""Our ledger and dossiers under tools that we did not write: Go's note and tlog, sha256sum, sha512sum, unzip, openssl. Each accepts what
is good and refuses what was changed. Use: outside_test.py KETEN KIT_INSTANCE DOSSIER_MAKE CHECK ("" when there is no Go here)"""
import os, re, shutil, subprocess, sys, tempfile, zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

keten_path, kit, maker, go = sys.argv[1:5]
check = Tap()
top = tempfile.mkdtemp(prefix="keten-outside-")
instance = None


def run(*args, **kw):
    return subprocess.run(args, capture_output=True, timeout=120, **kw)


def keten(*args):
    return run(keten_path, *args, text=True)


def put(name, content):
    path = os.path.join(top, name)
    with open(path, "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    return path


def ask(lines):
    """Go's answers, one a line; a run that hangs or dies is no answer."""
    done = run(go, input=("\n".join(lines) + "\n").encode())
    out = done.stdout.decode(errors="replace").splitlines()
    return out + ["died"] * (len(lines) - len(out))


def flipped(content, every=1):
    """The same bytes, one of them changed, again and again."""
    for i in range(0, len(content), every):
        yield i, content[:i] + bytes([content[i] ^ (1 << i % 8)]) + content[i + 1:]


def refused_all(question, name, content, every=1):
    """Every changed byte of this file makes Go refuse it. -> where it did not"""
    places, lines = [], []
    for i, bad in flipped(content, every):
        places.append(i)
        lines.append(question % put(f"m/{name}-{i}", bad))
    return [p for p, said in zip(places, ask(lines)) if not said.startswith("FAILED")], len(places)


def ledger():
    key = keten("ledger", "checkpoint", "--data", instance, "--json")
    old = open(os.path.join(instance, "kept"), "rb").read()
    vkey = open(os.path.join(instance, "vkey")).read()
    note = keten("ledger", "checkpoint", "--data", instance).stdout.encode()
    new_path, old_path = put("new", note), put("old", old)
    size = int(note.split(b"\n")[1])
    check(key.returncode == 0 and size > 256 and ask([f"checkpoint {vkey} {new_path}"]) == [f"ok {size} leaves"], "Go's note opens our checkpoint", (key.stderr, note))
    left, n = refused_all(f"checkpoint {vkey} %s", "cp", note)
    check(not left, f"and refuses it with any of its {n} bytes changed", left)
    entries, proofs = {}, {}
    for seq in (1, 2, 200, 256, 257, size):
        p = keten("ledger", "prove", str(seq), "--data", instance)
        proofs[seq] = p.stdout.encode()
        entries[seq] = p.stderr.split()[1]
        put(f"p{seq}", p.stdout)
    said = ask([f"proof {vkey} {entries[s]} {top}/p{s}" for s in proofs])
    check(all(x == f"ok {size} leaves" for x in said), "its tlog finds acts of both tiles included, the first and the last too", said)
    check(ask([f"proof {vkey} {entries[1]} {top}/p2", f"proof {vkey} {entries[size]} {top}/p1"])[0].startswith("FAILED"), "and not under another act's proof")
    left, n = refused_all(f"proof {vkey} {entries[200]} %s", "proof", proofs[200])
    check(not left, f"nor with any of {n} bytes of the proof file changed", left)
    grown = keten("ledger", "consistency", old_path, new_path, "--data", instance, "--json").stdout
    answer = put("grown", grown)
    check(ask([f"consistency {vkey} {old_path} {new_path} {answer}"]) == ["ok it only grew"], "tlog agrees that the tree of a kept checkpoint only grew", grown)
    hashes = re.findall(r'"([0-9a-f]{64})"', grown[grown.index('"proof"'):])
    bad = [put(f"m/grown-{i}", grown.replace(h, h[:-1] + ("0" if h[-1] != "0" else "1"))) for i, h in enumerate(hashes)]
    said = ask([f"consistency {vkey} {old_path} {new_path} {b}" for b in bad] + [f"consistency {vkey} {new_path} {old_path} {answer}"])
    check(len(bad) > 2 and all(x.startswith("FAILED") for x in said), "and not by a proof with one hash changed, nor the other way round", said)
    tiles(vkey, size)
    imported(vkey, size)


def tiles(vkey, size):
    plain = os.path.join(top, "plain")
    check(keten("ledger", "export", plain, "--data", instance).returncode == 0 and ask([f"tiles {vkey} {plain}"]) == [f"ok {size} leaves"], "tlog reads the exported directory and authenticates every leaf")
    files = sorted(os.path.join(d, f) for d, _, names in os.walk(os.path.join(plain, "tile")) for f in names)
    wrong, per = [], 7
    for path in files:
        good = open(path, "rb").read()
        for i in range(0, len(good), max(len(good) // per, 1)):
            open(path, "wb").write(good[:i] + bytes([good[i] ^ 16]) + good[i + 1:])
            if not ask([f"tiles {vkey} {plain}"])[0].startswith("FAILED"):
                wrong.append((path, i))
        open(path, "wb").write(good)
    check(len(files) == 3 and not wrong, "a byte changed in any tile, and it does not", (files, wrong))
    a, b = open(files[0], "rb").read(), open(files[1], "rb").read()
    open(files[0], "wb").write(b + a[len(b):])
    check(ask([f"tiles {vkey} {plain}"])[0].startswith("FAILED"), "nor with one tile's hashes in another's place")


def imported(vkey, size):
    """The exported directory goes into another instance, as another organisation's log: all of it is checked, and forks are found."""
    plain, early, other = (os.path.join(top, n) for n in ("whole", "early", "twin"))
    home = run(kit, text=True).stdout.strip()
    twin = run(kit, "40", text=True).stdout.strip()  # the same key and name, another history: what a log that forks looks like
    for folder in (home, twin):
        if os.geteuid() == 0:
            run("chown", "-R", "65534:65534", folder)
    try:
        keten("ledger", "export", plain, "--data", instance)
        keten("ledger", "export", other, "--data", twin)
        take = lambda d, *more: keten("ledger", "import", d, "--data", home, "--key", vkey, *more)
        os.makedirs(early + "/tile/0/000.p")
        kept = open(os.path.join(instance, "kept"), "rb").read()
        n = int(kept.split(b"\n")[1])
        open(early + "/checkpoint", "wb").write(kept)
        open(f"{early}/tile/0/000.p/{n}", "wb").write(open(plain + "/tile/0/000", "rb").read()[: n * 32])
        run("chmod", "-R", "a+rwX", top)
        done = take(early)
        check(done.returncode == 0 and f"{n} leaves" in done.stdout, "keten ledger import takes a log as it was at an early checkpoint", done.stdout + done.stderr)
        check(take(plain).returncode == 0 and f"{n} leaves, all in what is kept" in take(early).stdout, "then the same log with more behind it; the early one says nothing new")
        folders = os.listdir(os.path.join(home, "logs"))
        at = os.path.join(home, "logs", folders[0])
        check(len(folders) == 1 and ask([f"tiles {vkey} {at}"])[0] == f"ok {size} leaves" and keten("fsck", "--data", home).returncode == 0, "it is kept apart, as a directory that Go reads; our own record is what it was")
        done = take(other)
        check(done.returncode == 1 and "FORK" in done.stderr and ask([f"tiles {vkey} {at}"])[0] == f"ok {size} leaves", "a signed log that tells another history is a fork: refused, and what was kept stays", done.stdout + done.stderr)
        wrong = []
        files = sorted(os.path.join(d, f) for d, _, names in os.walk(plain + "/tile") for f in names)
        for path in files:
            good = open(path, "rb").read()
            for bad in (good[:-1] + bytes([good[-1] ^ 1]), bytes([good[0] ^ 128]) + good[1:], good[32:], good + b"x", b""):
                open(path, "wb").write(bad)
                if take(plain).returncode != 1:
                    wrong.append(path)
            open(path, "wb").write(good)
        check(not wrong and len(files) == 3, "a tile that was changed, cut, made longer or emptied is refused", wrong)
        a, b = (open(p, "rb").read() for p in files[:2])
        open(files[0], "wb").write(b + a[len(b):])
        open(files[1], "wb").write(a[: len(b)])
        done = take(plain)
        check(done.returncode == 1 and "tile/0/000" in done.stderr, "tiles that were swapped are refused, and named", done.stderr)
        open(files[0], "wb").write(a)
        open(files[1], "wb").write(b)
        note = open(plain + "/checkpoint", "rb").read()
        missed = [i for i, bad in list(flipped(note, 7)) if open(plain + "/checkpoint", "wb").write(bad) and take(plain).returncode != 1]
        check(not missed, "so is a checkpoint with a byte changed", missed)
        check(keten("ledger", "import", plain, "--data", home).returncode == 2, "without the key of its maker nothing is taken")
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(twin, ignore_errors=True)


def dossier():
    d = os.path.join(top, "d")
    os.mkdir(d)
    made = run(maker, d)
    path, vkey = os.path.join(d, "dossier.zip"), open(os.path.join(d, "key")).read() if made.returncode == 0 else ""
    check(made.returncode == 0 and keten("dossier", "verify", path, "--key", vkey, "--tsa", os.path.join(d, "tsa.pem")).returncode == 0, "a dossier with stamps and a witness's signature", made.stdout[-500:])
    whole = open(path, "rb").read()
    if go:
        check(ask([f"dossier {vkey} {path}"])[0].startswith("ok "), "Go reads zip, bag, lists, seal, chain and every proof of it, and finds them good", ask([f"dossier {vkey} {path}"]))
        mutated(d, path, vkey)
    shell(path)
    unpacked = os.path.join(top, "u")
    check(run("unzip", "-q", path, "-d", unpacked).returncode == 0, "unzip unpacks it")
    at = os.path.join(unpacked, os.listdir(unpacked)[0])
    sums = (["sha256sum", "--quiet", "-c", "manifest-sha256.txt", "tagmanifest-sha256.txt"], ["sha512sum", "--quiet", "-c", "manifest-sha512.txt"])
    check(all(run(*s, cwd=at).returncode == 0 for s in sums), "sha256sum and sha512sum agree with all three lists")
    for name in ("tsa", "tsa-2"):
        stamp(at, d, name)
    wrong = []
    for f in sorted(os.path.join(w, n) for w, _, names in os.walk(os.path.join(at, "data")) for n in names)[::3]:
        good = open(f, "rb").read()
        open(f, "wb").write(good[:-1] + bytes([good[-1] ^ 1]))
        wrong += [f for s in sums[:1] if f"{os.sep}data{os.sep}" in f and run(*s, cwd=at).returncode == 0]
        open(f, "wb").write(good)
    check(not wrong, "and with one byte changed in a file of the content they do not", wrong)


def shell(path):
    """ASiC-S: the question, an authority's answer made by openssl, the container, read by unzip, file and openssl."""
    d = os.path.join(top, "asic")
    os.mkdir(d)
    run("chmod", "777", d)
    open(d + "/ext", "w").write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n")
    open(d + "/serial", "w").write("01\n")
    open(d + "/cnf", "w").write(f"[tsa]\ndefault_tsa=t\n[t]\nserial={d}/serial\nsigner_cert={d}/tsa.pem\nsigner_key={d}/tsa.key\ncerts={d}/ca.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n")
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    run("openssl", "req", "-x509", *ec, "-nodes", "-keyout", d + "/ca.key", "-out", d + "/ca.pem", "-subj", "/CN=root", "-days", "10")
    run("openssl", "req", "-new", *ec, "-nodes", "-keyout", d + "/tsa.key", "-out", d + "/tsa.csr", "-subj", "/CN=stamps")
    run("openssl", "x509", "-req", "-in", d + "/tsa.csr", "-CA", d + "/ca.pem", "-CAkey", d + "/ca.key", "-CAcreateserial", "-out", d + "/tsa.pem", "-days", "5", "-extfile", d + "/ext")
    asked = keten("dossier", "asic", path, "--query", d + "/q")
    run("openssl", "ts", "-reply", "-config", d + "/cnf", "-queryfile", d + "/q", "-out", d + "/r")
    done = keten("dossier", "asic", path, "--reply", d + "/r", "--out", d + "/shell.asics")
    check(asked.returncode == 0 and done.returncode == 0, "keten dossier asic: a question, an answer, a container", asked.stderr + done.stderr)
    out = d + "/out"
    whole = open(d + "/shell.asics", "rb").read()
    check(run("unzip", "-q", d + "/shell.asics", "-d", out).returncode == 0 and sorted(os.listdir(out)) == ["META-INF", "dossier.zip", "mimetype"] and os.listdir(out + "/META-INF") == ["timestamp.tst"], "unzip finds three members in it")
    check(whole[30:38] == b"mimetype" and whole[38:].startswith(b"application/vnd.etsi.asic-s+zip") and open(out + "/dossier.zip", "rb").read() == open(path, "rb").read(), "the first names the kind, where every reader looks; the dossier is to the letter what it was")
    verify = ["openssl", "ts", "-verify", "-token_in", "-in", out + "/META-INF/timestamp.tst", "-CAfile", d + "/ca.pem", "-data"]
    check(run(*verify, out + "/dossier.zip").returncode == 0, "openssl finds the token over the dossier good")
    open(out + "/dossier.zip", "ab").write(b"x")
    check(run(*verify, out + "/dossier.zip").returncode != 0, "and not over one byte more")
    check(keten("dossier", "asic", out + "/mimetype", "--reply", d + "/r", "--out", d + "/no").returncode == 1, "an answer about another file makes no container")


def stamp(at, d, name):
    tsr, ca = ("seal.tsr", "seal.pem") if name == "tsa" else ("seal-2.tsr", "seal-2.pem")
    tsr, ca = os.path.join("timestamps", tsr), os.path.join("timestamps", ca)
    text = run("openssl", "ts", "-reply", "-in", tsr, "-text", cwd=at).stdout.decode()
    when = run("date", "-u", "-d", re.search(r"Time stamp: (.*)", text).group(1), "+%s").stdout.decode().strip()
    command = ["openssl", "ts", "-verify", "-data", "seal.txt", "-in", tsr, "-CAfile", os.path.join(d, name + ".pem")]
    check(run(*command, "-attime", when, cwd=at).returncode == 0, f"openssl ts: the stamp of {name} is over the seal, at its own time")
    late = str(int(when) + 3 * 366 * 86400)
    check(run(*command, "-attime", late, cwd=at).returncode != 0, "three years on, when its certificate has ended, only its own time will do")
    shutil.copy(os.path.join(at, "seal.txt"), os.path.join(top, "other"))
    open(os.path.join(top, "other"), "ab").write(b"x")
    command[4] = os.path.join(top, "other")
    check(run(*command, "-attime", when, cwd=at).returncode != 0, "and it is not over one letter more")


def mutated(d, path, vkey):
    """Changed, dropped and added: Go and our verifier each find it. Files are rewritten with a right CRC, so that only the proofs can tell."""
    with zipfile.ZipFile(path) as z:
        names, content = z.namelist(), {n: z.read(n) for n in z.namelist()}
    tag = [n for n in names if n.endswith("tagmanifest-sha256.txt")][0]

    def written(name, changed):
        out = os.path.join(top, "m", name + ".zip")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
            for n in names:
                if changed.get(n, b"") is not None:
                    z.writestr(zipfile.ZipInfo(n), changed.get(n, content[n]))
            for n in changed:
                if n not in content:
                    z.writestr(zipfile.ZipInfo(n), changed[n])
        return out

    cases = [written(f"c{i}", {n: content[n][:k] + bytes([content[n][k] ^ 1]) + content[n][k + 1:]}) for i, n in enumerate(names) for k in (len(content[n]) // 2,)]
    cases += [written(f"d{i}", {n: None}) for i, n in enumerate(names)] + [written("more", {names[0].split("/")[0] + "/data/more.txt": b"more"})]
    said = ask([f"dossier {vkey} {c}" for c in cases])
    check(all(x.startswith("FAILED") for x in said), f"Go refuses it with a byte changed in, or without, any of its {len(names)} files, and with one more", [c for c, x in zip(cases, said) if not x.startswith("FAILED")])
    import hashlib

    def relisted(changed):
        """Whoever changes a file beside the content can change its line in the tag manifest too."""
        lines = [hashlib.sha256(changed.get(n, content[n])).hexdigest() + "  " + n.split("/", 1)[1] for n in names if n != tag and "/data/" not in n]
        return dict(changed, **{tag: ("\n".join(lines) + "\n").encode()})

    proofs = [n for n in names if "/proofs/" in n and not n.endswith(("/policy", "/key.pem"))]
    clever = [written(f"r{i}", relisted({n: content[n][:k] + bytes([content[n][k] ^ 1]) + content[n][k + 1:]})) for i, n in enumerate(proofs) for k in (len(content[n]) // 3, len(content[n]) - 20)]
    said = ask([f"dossier {vkey} {c}" for c in clever])
    check(len(clever) > 20 and all(x.startswith("FAILED") for x in said), f"also when the list of accompanying files was changed to fit ({len(clever)} times in {len(proofs)} files of proofs)", [c for c, x in zip(clever, said) if not x.startswith("FAILED")])


try:
    os.mkdir(os.path.join(top, "m"))
    instance = run(kit, "300", text=True).stdout.strip()
    if os.geteuid() == 0:  # nothing of Keten runs as root
        os.chmod(top, 0o777)
        run("chown", "-R", "65534:65534", instance)
    if go:
        ledger()
    else:
        check(True, "Go's note and tlog # SKIP no gccgo here")
    dossier()
finally:
    shutil.rmtree(top, ignore_errors=True)
    if instance:
        shutil.rmtree(instance, ignore_errors=True)
check.end()
