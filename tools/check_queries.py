#!/usr/bin/env python3
"""Every statement of the house, asked how the database would answer it: none reads a whole table, save those below, each with
its reason. A page or a job that reads everything is quick in every test and slow in the tenth year."""
import glob, os, re, sqlite3, sys

# Tables that grow with an organisation, not with its work.
SMALL = {"org", "playbook", "team", "user_account", "platform_hand", "case_number", "account_reply", "consult", "commitment", "platform_check", "subscriber", "subscriber_key", "migration"}
# File, words in the statement, why it may.
WHOLE = [
    ("core/access/session_store.c", "DELETE FROM ", "what is over is swept once an hour; sessions are few"),
    ("core/journal/fsck.c", "", "looks at everything"),
    ("core/vault/wraps_store.c", "count(*) FROM wrap", "keten fsck looks at everything"),
    ("foundation/jobs/jobs_store.c", "OFFSET $3", "a page of the queue, for the administrator"),
    ("foundation/store/whole.c", "", "about whole databases"),
    ("programs/keten/local_store.c", "SELECT ref FROM case_file", "a command that lists cases"),
    ("programs/keten/sim_store.c", "", "what must hold after a crash is looked at everywhere"),
    ("steps/account/account_store.c", "AS key", "a year is counted as a whole, by a job, and kept"),
    ("steps/account/account_store.c", "SELECT a.", "the same, joined of texts that this script does not put together"),
    ("steps/consult/consult_store.c", "FROM request WHERE org=$1 AND outcome", "the agenda of a consultation is filled once"),
]
# Ends with the first row of an order that a key gives.
FIRST = re.compile(r"ORDER BY (seq|size)( DESC)? LIMIT 1\)?$")
VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*)|(\S)')


def clean(path):
    text = re.sub(r"\\\n", " ", open(path, encoding="utf-8").read())
    text = re.sub(r"'(?:[^'\\\n]|\\.)'|\"(?:[^\"\\\n]|\\.)*\"|/\*.*?\*/|//[^\n]*", lambda m: m.group(0) if m.group(0)[0] == '"' else " ", text, flags=re.S)
    for name, given, what in re.findall(r"#\s*define\s+(\w+)\((\w+)\)\s+(.*)", text):  # one that joins texts: sum(CASE WHEN x ...)
        text = re.sub(rf'(?<!define )\b{name}\(("(?:[^"\\\n]|\\.)*"|\w+)\)', lambda m: re.sub(rf"\b{given}\b", lambda _: m.group(1), what), text)
    return text


def literals(text, words):
    """Neighbouring literals and words that stand for one, joined."""
    now = None
    for literal, name, _ in TOKEN.findall(text):
        part = words.get(name) if name else literal if literal or not _ else None
        if part is None:
            if now:
                yield now
            now = None
        else:
            now = (now or "") + part
    if now:
        yield now


def statements(path, shared):
    words, body = dict(shared), []
    for line in clean(path).split("\n"):
        m = re.match(r"\s*#\s*define\s+(\w+)\s+(.*)", line)
        if m:
            parts = list(literals(m.group(2), words))
            if len(parts) == 1:
                words[m.group(1)] = parts[0]
        elif not re.match(r"\s*#", line):
            body.append(line)
    return words, [s.replace('\\"', '"') for s in literals("\n".join(body), words) if VERB.match(s)]


def database(folder):
    db = sqlite3.connect(":memory:")
    for path in sorted(glob.glob(f"*/*/{folder}/[0-9]*.sql"), key=os.path.basename):
        db.executescript(open(path, encoding="utf-8").read())
    db.execute("CREATE TABLE IF NOT EXISTS migration(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER)")
    return db


def plan(dbs, sql):
    why = None
    for db in dbs:
        try:
            return [r[3] for r in db.execute("EXPLAIN QUERY PLAN " + sql, {str(i): None for i in range(1, 100)})], None
        except sqlite3.Error as e:
            why = why or str(e)
    return [], why


def scans(sql, steps):
    """The tables that are read from end to end."""
    names = {}
    for table, alias in re.findall(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(?!(?:WHERE|JOIN|CROSS|LEFT|ORDER|GROUP|LIMIT|SET|ON|UNION|VALUES)\b)(\w+))?", sql):
        names[alias or table] = table
    for step in steps:
        m = re.match(r"SCAN (\w+)", step)
        if m and m.group(1) in names and not FIRST.search(sql) and names[m.group(1)] not in SMALL:
            yield names[m.group(1)]


dbs = [database("sql"), database("sql_keys")]
shared = {}
for path in sorted(glob.glob("*/*/*.h")):
    shared.update(statements(path, shared)[0])
bad, seen, used = [], 0, set()
for path in sorted(glob.glob("*/*/*.c")):
    if path.endswith("_test.c"):
        continue
    for sql in statements(path, shared)[1]:
        seen += 1
        known = next((i for i, w in enumerate(WHOLE) if w[0] == path and w[1] in sql), None)
        steps, why = plan(dbs, sql)
        if why and known is None:
            bad.append(f"{path}: {why}: {sql[:100]}")
        for table in scans(sql, steps):
            if known is None:
                bad.append(f"{path}: reads the whole of {table}: {sql[:120]}")
            used.add(known)
if seen < 300:
    bad.append(f"only {seen} statements were found")
for line in bad:
    print(line)
print(f"# {seen} statements looked at, {len(bad)} wrong")
sys.exit(1 if bad else 0)
