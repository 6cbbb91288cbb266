#!/usr/bin/env python3
"""Our reader of XARF schemas beside another one (python3-jsonschema, draft 2020-12): every kind of report that we make, and thousands of
reports with something wrong in them. Both say the same, or the difference is a format that the other one does not assert.
Use: xarf_test.py XARF_TEST SCHEMA_FOLDER"""
import copy, glob, json, os, random, subprocess, sys, warnings

warnings.simplefilter("ignore")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not there")
    sys.exit(0)

check = Tap()
exe, folder = sys.argv[1:3]
schemas = {os.path.basename(p): json.load(open(p)) for p in glob.glob(os.path.join(folder, "*.json"))}
store = {s["$id"]: s for s in schemas.values()}
asserted = set(jsonschema.FormatChecker().checkers) - {"email", "hostname", "uri"}  # "email" there is one @ and no more
formats = jsonschema.FormatChecker(asserted)
kinds = {"csam": "content-csam.json", "csem": "content-csem.json", "exposed_data": "content-exposed-data.json"}


def other(doc):
    name = kinds.get(doc.get("type")) if doc.get("category") == "content" and isinstance(doc.get("type"), str) else None
    if name is None:
        return False
    s = schemas[name]
    return jsonschema.Draft202012Validator(s, resolver=jsonschema.RefResolver(s["$id"], s, store), format_checker=formats).is_valid(doc)


def ours(docs):
    r = subprocess.run([exe, "say"], input="".join(json.dumps(d) + "\n" for d in docs), capture_output=True, text=True, timeout=100)
    assert r.returncode == 0, r.stderr
    return [(l.startswith("good"), l.split(" ", 1)[1] if " " in l else "") for l in r.stdout.splitlines()]


made = [json.loads(l) for l in subprocess.run([exe, "make"], capture_output=True, text=True, check=True, timeout=100).stdout.splitlines()]
check(len(made) == 44 and {d["type"] for d in made} == set(kinds), "reports of every kind are made", len(made))
check(all(other(d) for d in made), "the other reader finds each of them right")
check(all(g for g, _ in ours(made)), "and so does ours")

random.seed(7)
WRONG = [None, True, 0, -1, 1.5, 2 ** 40, "", "x", "A" * 1200, [], ["x"], {}, {"a": 1}, "4.0", "2026-13-01T00:00:00Z", "not-a-uuid", "nl", "NLD"]


def paths(d, at=()):
    for k, v in d.items() if isinstance(d, dict) else enumerate(d):
        yield at + (k,)
        if isinstance(v, (dict, list)):
            yield from paths(v, at + (k,))


def spoil(doc):
    d = copy.deepcopy(doc)
    for _ in range(random.choice((1, 1, 1, 2))):
        p = random.choice(list(paths(d)))
        place = d
        for k in p[:-1]:
            place = place[k]
        what = random.random()
        if what < 0.25:
            del place[p[-1]]
        elif what < 0.85:
            place[p[-1]] = copy.deepcopy(random.choice(WRONG))
        elif isinstance(place, dict):
            place["more"] = copy.deepcopy(random.choice(WRONG))
        else:
            place.append(copy.deepcopy(random.choice(WRONG)))
    return d


spoiled = [spoil(random.choice(made)) for _ in range(2000)]
apart, stricter, wrong = [], 0, 0
for d, (good, why) in zip(spoiled, ours(spoiled)):
    theirs = other(d)
    wrong += not theirs
    if good == theirs:
        continue
    if not good and why.endswith(": format"):  # we assert email, hostname and uri
        stricter += 1
    else:
        apart.append((why, d))
check(not apart, f"of {len(spoiled)} spoiled reports both say the same ({wrong} wrong; {stricter} more that only we refuse, for a format)", apart[:3])
check(wrong > 500, "and many of them are wrong")
check.end()
