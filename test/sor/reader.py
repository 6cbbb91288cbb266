"""An independent reader of official daily files, slow and plain: the same rules as the brief of the format, none of the program's code.
Gives the cells of a day, what became of every line, and reads the program's own cube file back."""
import csv, datetime, hashlib, io, itertools, os, re, struct, zipfile

UUID = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DATE = re.compile(r"(\d{4}-\d\d-\d\d)([ T]\d\d:\d\d:\d\d)?\Z")
DIMS = ["platform", "category", "family", "source", "ground", "visibility", "account", "detection", "decision", "scope", "disclosure", "age"]
BITS = [12, 8, 8, 4, 3, 8, 4, 3, 3, 3, 4, 4]
SCOPES = ["unknown", "none", "eu", "eea", "home", "one other", "several with home", "several without home"]
DISCLOSURE = [0, 1, 2, 3, 7, 14, 30, 90, 365]
AGE = [0, 1, 3, 7, 14, 30, 90, 180, 365, 730, 1461, 2922]
EU = set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


def parts(path):
    with zipfile.ZipFile(path) as outer:
        for i in outer.infolist():
            with zipfile.ZipFile(io.BytesIO(outer.read(i))) as inner:
                for k in inner.infolist():
                    yield k.filename, inner.read(k)


def split(rec, bare):
    """Raw fields of a record. bare: for each quote after a backslash, whether it stands bare inside a field."""
    fields, at, inside, k = [], 0, False, 0
    for i, c in enumerate(rec):
        if c == 0x22:
            after = i > 0 and rec[i - 1] == 0x5C
            if after:
                k += 1
            if not (after and bare(k - 1)):
                inside = not inside
        elif c == 0x2C and not inside:
            fields.append(rec[at:i])
            at = i + 1
    fields.append(rec[at:])
    return None if inside else fields


def plain(raw):
    s = raw.decode()
    if len(s) >= 2 and s[0] == '"' and s[-1] == '"':
        s = s[1:-1].replace('""', '"')
    return s


def day(s):
    m = DATE.match(s)
    if not m:
        return None
    try:
        return datetime.date.fromisoformat(m.group(1))
    except ValueError:
        return None


def judge(head, fields):
    """(what is wrong, the record)"""
    if fields is None:
        return "quote", None
    if len(fields) != len(head):
        return "fields", None
    r = dict(zip(head, fields))
    if not UUID.fullmatch(r["uuid"]):
        return "uuid", None
    r = {k: plain(v) for k, v in r.items()}
    if not all(r[k] for k in ("category", "decision_ground", "source_type", "platform_name")):
        return "required", None
    if day(r["created_at"]) is None or day(r["application_date"]) is None or (r["content_date"] and day(r["content_date"]) is None):
        return "date", None
    return None, r


def again(head, rec):
    n = len(re.findall(rb'\\"', rec))
    if n == 0:
        return None, None
    wrong, r = judge(head, split(rec, lambda k: True))
    if wrong is None:
        return "backslash", r
    if n > 6:
        return None, None
    found = []
    for way in itertools.product((False, True), repeat=n):
        if not any(way) or all(way):
            continue
        f = split(rec, lambda k: way[k])
        if judge(head, f)[0] is None and f not in found:
            found.append(f)
    return ("mixed", judge(head, found[0])[1]) if len(found) == 1 else (None, None)


def odd(rec):
    if b"\0" in rec:
        return "nul"
    try:
        rec.decode()
        return None
    except UnicodeDecodeError:
        return "utf8"


def part(data):
    """Yields (line, lines, what, record or None) for everything after the first line."""
    lines = data.split(b"\n")
    head = lines[0].decode().split(",")
    v1 = "content_id_ean" not in head
    i = 1
    while i < len(lines):
        rec = lines[i]
        wrong = "empty" if not rec else "long" if len(rec) > 256 << 10 else odd(rec)
        if wrong:
            yield i + 1, 1, wrong, None
            i += 1
            continue
        wrong, r = judge(head, split(rec, lambda k: False))
        if wrong is None:
            yield i + 1, 1, "", r
            i += 1
            continue
        how, r = again(head, rec)
        if how:
            yield i + 1, 1, how, r
            i += 1
            continue
        n = 0
        if v1 and wrong in ("quote", "fields") and UUID.match(rec):
            for k in range(1, 32):
                if i + k >= len(lines) or UUID.match(lines[i + k]):
                    break
                both = b"\n".join(lines[i:i + k + 1])
                got, r = judge(head, split(both, lambda k: False))
                if got is None or again(head, both)[0]:
                    r = r if got is None else again(head, both)[1]
                    n = k
                    break
        if n:
            yield i + 1, n + 1, "joined", r
            i += n + 1
            continue
        yield i + 1, 1, wrong, None
        i += 1


def crosswalk(path, at):
    rows = []
    for r in csv.DictReader(open(path, encoding="utf-8")):
        if r["scheme"] in ("TDB1", "TDB2") and r["sub"] and (r["valid_from"] or "0") <= at <= (r["valid_to"] or "9"):
            rows.append((r["value"], r["sub"], r["offence"]))
    return rows


def words(s):
    return re.findall(r'"([^"]*)"', s)


def family(rows, category, addition, keywords):
    exact, elsewhere = [], []
    kw, under = words(keywords), [category] + words(addition)
    for c, k, offence in rows:
        if k not in kw:
            continue
        to = exact if c in under else elsewhere
        if to is elsewhere and k == "KEYWORD_OTHER":
            continue
        if offence not in to:
            to.append(offence)
    return "+".join(exact) if exact else "~" + "+".join(elsewhere) if elsewhere else "-" if kw else ""


def scope(r, home="NL"):
    if "territorial_scope" not in r:
        return "unknown"
    s = words(r["territorial_scope"] or "")
    if not s:
        return "none"
    if EU <= set(s):
        return "eea" if len(s) >= 30 else "eu"
    if len(s) == 1:
        return "home" if s == [home] else "one other"
    return "several with home" if home in s else "several without home"


def days_bin(n, bounds):
    if n is None:
        return 0
    if n < 0:
        return 1
    return next((i + 2 for i, b in enumerate(bounds) if n <= b), len(bounds) + 2)


def key(rows, r, late, old, home="NL"):
    return (r["platform_name"], r["category"], family(rows, r["category"], r["category_addition"] or "", r["category_specification"] or ""), r["source_type"], r["decision_ground"], r["decision_visibility"] or "",
            r["decision_account"] or "", r["automated_detection"] or "", r["automated_decision"] or "", scope(r, home), days_bin(late, DISCLOSURE), days_bin(old, AGE))


def cells(path, rows, home="NL"):
    """({key: [rows, disclosure days, age days]}, {what: lines}, [(part, line, lines, what)])"""
    out, what, listed = {}, {}, []
    for name, data in parts(path):
        for line, lines, w, r in part(data):
            if w:
                what[w] = what.get(w, 0) + lines
                listed.append((name, line, lines, w))
            if r is None:
                continue
            applied = day(r["application_date"])
            late = (day(r["created_at"]) - applied).days
            old = (applied - day(r["content_date"])).days if r["content_date"] else None
            c = out.setdefault(key(rows, r, late, old, home), [0, 0, 0])
            c[0] += 1
            c[1] += late
            c[2] += old or 0
    return out, what, listed


def cube(path):
    """The program's file, read by its description in docs/official.md."""
    b = open(path, "rb").read()
    assert b[:8] == b"KETENSOR" and hashlib.sha256(b[:-32]).digest() == b[-32:]
    version, level, order, rows = struct.unpack("<HHIQ", b[8:24])
    assert version == 2 and order == 0x01020304
    at = 24

    def var():
        nonlocal at
        v = shift = 0
        while True:
            c = b[at]
            at += 1
            v |= (c & 0x7F) << shift
            shift += 7
            if c < 0x80:
                return v

    def text():
        nonlocal at
        n = var()
        at += n
        return b[at - n:at].decode()

    head = (text(), text(), text())
    dicts = [[""] + [text() for _ in range(var() - 1)] for _ in range(9)]
    out, k = {}, 0
    for _ in range(var()):
        k += var()
        n, late, old = var(), var(), var()
        left, ids = k, []
        for bits in BITS:
            ids.append(left & ((1 << bits) - 1))
            left >>= bits
        out[tuple(d[i] for d, i in zip(dicts, ids)) + (SCOPES[ids[9]], ids[10], ids[11])] = [n, late >> 1 ^ -(late & 1), old >> 1 ^ -(old & 1)]
    assert at == len(b) - 32 and sum(c[0] for c in out.values()) == rows
    return head, level, out
