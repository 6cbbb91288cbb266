#!/usr/bin/env python3
"""The list as platforms get it, over HTTP against the real server: the protocol of the public client, the plain list, the feed of our own
with its clients, the administrator's pages, and the examples of docs/api.md as they stand. Use: feed_test.py KETEN FEED_FILL SOURCE ASK"""
import base64, copy, csv, hashlib, http.server, json, os, re, subprocess, sys, threading, time, urllib.error, urllib.parse, urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap
from visit import Visitor
import public_client

KETEN, FILL, SOURCE, ASK = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]), os.path.abspath(sys.argv[4])
sys.path.insert(0, os.path.join(SOURCE, "clients", "threatexchange"))
import feed

check = Tap()
house = House(KETEN, idle=("fetch",), extra=("feed", "gate"))
BASE = f"http://127.0.0.1:{house.port}"
NOBODY = dict(user=65534, group=65534, extra_groups=[]) if os.geteuid() == 0 else {}


def fill(*args):
    r = subprocess.run([FILL, house.data, *map(str, args)], capture_output=True, text=True, timeout=120, **NOBODY)
    assert r.returncode == 0, r.stdout + r.stderr


def hash_no(i):
    return hashlib.sha256(str(i).encode()).hexdigest()


def get(path, key=None, headers=None, body=None):
    h = {**({"Authorization": f"Bearer {key}"} if key else {}), **(headers or {})}
    if body is not None:
        h.setdefault("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(urllib.request.Request(BASE + path, body, h), timeout=60) as r:
            return r.status, r.headers, r.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


def size_of(key, lane="adult"):
    return json.loads(get(f"/api/v1/feed?lane={lane}", key)[2])["size"]


def wait_for(size, key, lane="adult"):
    for _ in range(300):
        if size_of(key, lane) >= size:
            return True
        time.sleep(0.1)
    return False


# ---- subscribers, on the administrator's pages ----
check(house.run_demo(), "a server runs", house.said + house.logged()[-2000:])
v = Visitor(house.port, "en")
v.get(house.links()["beheer"])
v.send(house.links()["beheer"])
v.get("/taal/en")
v.get("/admin/subscribers")
check(v.status == 200 and "Nobody subscribes yet." in v.text, "at first nobody subscribes, and the page says what would be here", v.text[:500])


def subscribe(code, scopes, per_minute="100000"):
    v.get("/admin/subscribers/new")
    v.send("/admin/subscribers/new", code=code, scopes=scopes, lists=["people", "others"], kinds=["pdq", "md5"], per_minute=per_minute, per_second="1000")
    shown = re.search(r"ks_[A-Za-z0-9_-]{43}", v.text)
    return shown.group(0) if shown else None, v.path


key, page = subscribe("platform.example", ["fetch", "submit", "feedback", "gate"])
check(key is not None, "an administrator adds a platform and sees its key", v.text[:800])
v.get(page)
check(key not in v.text and "platform.example" in v.text, "once: on the same page a moment later it is not there")
kept = b"".join(open(os.path.join(house.data, f), "rb").read() for f in os.listdir(house.data) if f.startswith("keten.db"))
check(key.encode() not in kept and hashlib.sha256(key.encode()).digest() in kept, "the record has the digest of the key, and not the key")
v.get("/admin/subscribers/new")
v.send("/admin/subscribers/new", code="platform.example", scopes=["fetch"], lists=["people"], kinds=["pdq"], per_minute="60", per_second="1")
check("This name is taken." in v.text, "a name that is taken is told at its field", v.text[:500])
own, _ = subscribe("own.example", ["fetch", "feedback"])
national, _ = subscribe("national.example", ["fetch", "national"])

# ---- the public client's protocol ----
fill("add", 0, 900, "adult", "sister.example")
fill("add", 50000, 4, "minor", "sister.example")
check(wait_for(900, key) and wait_for(4, national, "minor"), "what a person confirmed is in the list moments later")
tx = public_client.Client(BASE + "/api/stopncii/adult", key, key)
tx.fetch(400)
check(len(tx.banked) == 900 and tx.pages == 3 and all(k == "pdq" for k, _ in tx.banked), "the public client's way of reading gets everything, in three pages", (len(tx.banked), tx.pages))
first_point = tx.checkpoint
fill("withdraw", 5, 2)  # entries 5 and 6 are hashes 4 and 5
fill("add", 2000, 3, "adult", "sister.example")
check(wait_for(905, key), "two are withdrawn and three are new")
seen = public_client.read_page(tx.ask("FetchHashes", {"startTimestamp": first_point, "pageSize": 800}))
check([r["hashStatus"] for r in seen["hashRecords"]].count("Withdrawn") == 2, "from its checkpoint on it is told: hashStatus Withdrawn, twice", seen)
tx.fetch()
check(len(tx.banked) == 903 and ("pdq", hash_no(4)) in tx.banked, "it accepts the answer and keeps the two all the same: that is the known fault of that client")
fresh = public_client.Client(BASE + "/api/stopncii/adult", key, key)
fresh.fetch()
check(len(fresh.banked) == 901 and ("pdq", hash_no(4)) not in fresh.banked, "when it begins anew they are gone: a first fetch does not tell what is withdrawn")
during = public_client.Client(BASE + "/api/stopncii/adult", key, key)
once = []


def meanwhile():
    if not once:
        once.append(1)
        fill("add", 3000, 5, "adult", "sister.example")
        wait_for(910, key)


during.fetch(300, meanwhile)
check(len(during.banked) == 906, "what is added while it pages comes before it ends", len(during.banked))
status, _, body = get("/api/stopncii/adult/FetchHashes?startTimestamp=10&nextPageToken=1-10-5-5-5", key)
check(status == 400 and json.loads(body)["error"] == "stale_token" and "startTimestamp=10" in json.loads(body)["say"], "a stale token is refused with what to do", body)

# ---- keys and rights ----
for name, k, path, want in (("no key", None, "/api/v1/feed", 401), ("a wrong key", "ks_" + "A" * 43, "/api/v1/feed", 401), ("minors' list for a platform", key, "/api/stopncii/minor/FetchHashes", 403),
                            ("minors' changes for a platform", key, "/api/v1/feed/changes?after=0&lane=minor", 403), ("a list that is not there", key, "/api/stopncii/other/FetchHashes", 404), ("a page that is not there", key, "/api/v1/nothing", 404)):
    status, headers, body = get(path, k)
    check(status == want and headers["Content-Type"] == "application/json" and set(json.loads(body)) == {"error", "say"}, f"{name}: {want}, in JSON that says what to do", (status, body))
status, _, body = get("/api/stopncii/adult/FetchHashes", None, {"x-functions-key": key, "Ocp-Apim-Subscription-Key": own})
check(status == 401 and json.loads(body)["error"] == "two_keys", "two keys that differ are refused")
slow, _ = subscribe("slow.example", ["fetch"], per_minute="2")
codes = [get("/api/v1/feed", slow) for _ in range(3)]
check([c[0] for c in codes] == [200, 200, 429] and int(codes[2][1]["Retry-After"]) in range(1, 31), "over its rate: 429 with the seconds to wait", [c[0] for c in codes])

# ---- the plain list ----
status, headers, body = get("/api/v1/feed/list", own)
lines = body.decode().splitlines()
check(status == 200 and len(lines) == 906 and all(re.fullmatch(r"pdq [0-9a-f]{64}", x) for x in lines) and f"pdq {hash_no(0)}" in lines and f"pdq {hash_no(4)}" not in lines, "the plain list has what is in force, a line each", (status, len(lines), lines[:2]))
tag = headers["ETag"]
status, headers, body2 = get("/api/v1/feed/list", own, {"If-None-Match": tag})
check(status == 304 and body2 == b"", "and is not sent again while it is the same")

# ---- the feed of our own: the Python client ----
me = feed.Feed(BASE, own, page=200)
bank, point = {}, None


def apply(batches):
    global point
    for b in batches:
        for entry, record in b.updates.items():
            if record is None:
                bank.pop(entry, None)
            else:
                bank[entry] = record
        point = feed.Checkpoint.from_dict(json.loads(json.dumps(b.checkpoint.to_dict())))


apply(me.follow(None))
check(len(bank) == 906 and point.size == 910 and {r.hash for r in bank.values()} == {x[4:] for x in lines}, "followed from the beginning it is the same list", (len(bank), point.size))
fill("withdraw", 1, 3)
fill("dispute", 10, 1)
wait_for(914, key)
apply(me.follow(point))
check(len(bank) == 902 and not {"1", "2", "3", "10"} & set(bank), "withdrawals are applied, and what is disputed is out of force")
apply(me.follow(point))
check(point.size == 914, "when there is nothing new, nothing happens")

# ---- the class for python-threatexchange, in a stand-in with the package's public interface (the package itself is not to be had here) ----
import dataclasses
import public_package

public_package.install()


class Pdq:
    @classmethod
    def get_name(cls):
        return "pdq"


manifest = public_package.ThreatExchangeExtensionManifest.load_from_module_name("keten_exchange")
(exchange_class,) = manifest.apis
import keten_exchange

check(issubclass(exchange_class, public_package.SignalExchangeAPI) and exchange_class.get_name() == "keten" and not exchange_class.__abstractmethods__, "the class is found by its extension, has a name, and leaves nothing open that the package asks for", getattr(exchange_class, "__abstractmethods__", None))
collab = public_package.CollaborationConfigBase("keten", exchange_class.get_name(), True)
os.environ.pop("TX_KETEN_KEYS", None)
refused = []
for said in (None, "only-a-key"):
    if said:
        os.environ["TX_KETEN_KEYS"] = said
    try:
        exchange_class.for_collab(collab)
    except (LookupError, ValueError) as e:
        refused.append(str(e))
os.environ["TX_KETEN_KEYS"] = f"{own},{BASE}"
check(refused == ["missing credentials", "invalid credentials"], "without credentials, or with half of them, it is not made", refused)
exchange, store = exchange_class.for_collab(collab), public_package.Store(exchange_class)
first = next(iter(exchange.fetch_iter([Pdq], None)))
store.merge(first)
for d in exchange.fetch_iter([Pdq], store.read().checkpoint):  # begun, left, and gone on from what was kept
    store.merge(d)
at = store.read().checkpoint
by_type = exchange.naive_convert_to_signal_type([Pdq], collab, store.read().updates)
check(set(by_type) == {Pdq} and set(by_type[Pdq]) == {r.hash for r in bank.values()} and at.size == 914 and not at.is_stale() and isinstance(at.get_progress_timestamp(), int), "it gives what is in force and honours withdrawals, also when it was left in between", (len(store.read().updates), len(bank)))
check(all(isinstance(m, exchange_class.get_record_cls()) and all(isinstance(o, public_package.SignalOpinion) and isinstance(o.tags, set) for o in m.get_as_opinions()) for m in by_type[Pdq].values()), "each with an opinion of the kind that the package reads")
exchange.report_opinion(Pdq, hash_no(300), public_package.SignalOpinion(True, public_package.SignalOpinionCategory.POSITIVE_CLASS, set()))

# ---- a server that lies, between us and the client ----
lies = {}


class Liar(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def do_GET(self):
        status, _, body = get(self.path.replace("limit=1000", "limit=100"), headers={"Authorization": self.headers["Authorization"]})
        if "/changes" in self.path and status == 200:
            body = json.dumps(lies["how"](json.loads(body), urllib.parse.parse_qs(self.path.split("?")[1]))).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


liar = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
threading.Thread(target=liar.serve_forever, daemon=True).start()
AWAY = f"http://127.0.0.1:{liar.server_address[1]}"


def change(j, i, f):
    line = json.loads(j["changes"][i]["line"])
    f(line)
    j["changes"][i]["line"] = json.dumps(line, separators=(",", ":"))
    return j


def without(j, q):
    del j["changes"][3]
    return j


def hidden_withdrawal(j, q):
    for i, c in enumerate(j["changes"]):
        if '"withdraw"' in c.get("line", ""):
            return change(j, i, lambda l: l.update(what="add"))
    return j


old_page = {}


def older(j, q):
    return old_page["j"] if q["after"] == ["914"] else j


def other_head(j, q):
    j["checkpoint"] = j["checkpoint"].replace("\n914\n", "\n915\n")
    return j


old_page["j"] = {**json.loads(get("/api/v1/feed/changes?after=900&limit=1", own)[2]), "after": 914, "changes": []}
HEAD_900 = None
LIES = {"a change left out": without, "a withdrawal told as something else": hidden_withdrawal, "a hash changed": lambda j, q: change(j, 0, lambda l: l.update(hash="00" * 32)),
        "a number changed": lambda j, q: change(j, 0, lambda l: l.update(n=l["n"] + 1)), "a head with another size": other_head, "a proof taken away": lambda j, q: {**j, "proof": j["proof"][:-1]},
        "a leaf in the place of a line": lambda j, q: {**j, "changes": [{"leaf": base64.b64encode(b"x" * 32).decode()}] + j["changes"][1:]}}
state_file, key_file = os.path.join(house.top, "state"), os.path.join(house.top, "key")
with open(key_file, "w") as f:
    f.write(own + "\n")


def follow(url, state, *more):
    return house.keten("feed", "follow", url, "--key", key_file, "--state", state, *more)


for name, how in LIES.items():
    lies["how"] = how
    try:
        list(feed.Feed(AWAY, own, page=100).follow(None))
        py = False
    except feed.Broken:
        py = True
    if os.path.exists(state_file):
        os.remove(state_file)
    c = follow(AWAY, state_file)
    check(py and c.returncode == 1 and "REFUSED" in c.stderr, f"{name}: refused, in Python and in C", (py, c.returncode, c.stderr))

# ---- keten feed follow ----
if os.path.exists(state_file):
    os.remove(state_file)
lies["how"] = lambda j, q: j
c = follow(BASE, state_file)
printed = [x.split(" ") for x in c.stdout.splitlines()]
check(c.returncode == 0 and len(printed) == 914 and [p[0] for p in printed].count("withdraw") == 5 and [p[0] for p in printed].count("suspend") == 1, "keten feed follow prints every add and every withdrawal", (c.returncode, c.stderr, len(printed)))
check("signed by" in c.stderr, "and says whose signature it keeps to")
check(follow(BASE, state_file).stdout == "", "asked again there is nothing")
fill("withdraw", 20, 1)
wait_for(915, key)
c = follow(BASE, state_file)
check(c.returncode == 0 and re.fullmatch(rf"withdraw 20 pdq {hash_no(19)} sister\.example \S+Z\n", c.stdout), "a withdrawal is one line", c.stdout)
state = open(state_file).read()
lies["how"] = lambda j, q: {**old_page["j"], "after": int(q["after"][0])}
c = follow(AWAY, state_file)
check(c.returncode == 1 and c.stdout == "" and open(state_file).read() == state, "a list that goes back is refused, and the state stays", (c.returncode, c.stderr))
with open(state_file, "w") as f:
    f.write(state.replace("size 915", "size 914"))
check(follow(BASE, state_file).returncode == 3, "a state that was changed is told")
with open(state_file, "w") as f:
    f.write(re.sub(r"edge [0-9a-f]{2}", "edge 00", state, count=1))
c = follow(BASE, state_file)
check(c.returncode == 1 and "REFUSED" in c.stderr, "a state of another list is a fork, and refused", (c.returncode, c.stderr))
with open(state_file, "w") as f:
    f.write(state)
check(follow(BASE, state_file, "--vkey", "other.example+00000000+AA==").returncode == 1, "so is a list under another key than the one that was given")
status, _, body = get("/api/v1/feed/changes?after=1000000", own)
check(status == 409 and json.loads(body)["error"] == "ahead", "who has more than there is, is told")
status, _, body = get("/api/v1/feed/consistency?from=910&to=915", own)
cp = feed.note_open(get("/api/v1/feed/checkpoint", own)[2].decode(), json.loads(get("/api/v1/feed", own)[2])["key"])
edge = []
for i, x in enumerate(json.loads(get("/api/v1/feed/changes?after=0&limit=910", own)[2])["changes"]):
    feed.edge_add(edge, i, feed.leaf_hash(x["line"].encode()))
check(status == 200 and feed.consistent(910, feed.edge_root(edge), cp[0], cp[1], [base64.b64decode(h) for h in json.loads(body)["proof"]]), "a proof between two heads is given and holds")

# ---- submitting and feedback ----
new = [("ImagePDQ", hash_no(70000)), ("VideoMD5", "0123456789abcdef0123456789abcdef")]
r = tx.submit(new, ["adult"])
check(r["accepted"] == 2 and r["refused"] == [], "submitted hashes are taken", r)
r = tx.submit(new + [("ImagePDQ", "xyz"), ("Text", "words")], ["adult"])
check(r["accepted"] == 0 and r["known"] == 2 and [x["index"] for x in r["refused"]] == [2, 3], "twice is once, and what cannot be read is told one by one", r)
tx.submit([("ImagePDQ", hash_no(70001))])
import sqlite3
db = sqlite3.connect(os.path.join(house.data, "keten.db"), timeout=20)
rows = db.execute("SELECT lane, state FROM bank_entry WHERE source='platform.example' ORDER BY entry").fetchall()
check(rows == [("adult", "quarantine"), ("adult", "quarantine"), ("minor", "quarantine")], "they wait in quarantine under its name; without the word that an adult is shown, in the lane of minors", rows)
r = tx.feedback({hash_no(100): "Blocked", hash_no(101): "NotBlocked", hash_no(102): "PendingReview", hash_no(999999): "Blocked", hash_no(0): "Withdrawn"})
check(r["accepted"] == 4 and r["unknown"] == 1, "feedback is counted; a hash that is not here is told", r)
check(db.execute("SELECT state FROM bank_entry WHERE entry=102").fetchone()[0] == "disputed", "what a platform disputes is out of force until a person decides")
check(dict(db.execute("SELECT value, count(*) FROM feed_feedback GROUP BY value")) == {"matched": 2, "disputed": 1, "pending": 1, "removed": 1}, "and each kind is counted")
for name, body in (("no JSON", b"hello"), ("another shape", b"[]"), ("a wrong count", b'{"count":2,"hashRecords":[]}'), ("deep nesting", b"[" * 5000), ("a key twice", b'{"hashRecords":[],"hashRecords":[]}')):
    status, _, said = get("/api/stopncii/adult/SubmitHashes", key, body=body)
    check(status == 400 and json.loads(said)["error"] == "bad_body", f"{name}: 400", (status, said))
status, _, said = get("/api/stopncii/adult/SubmitHashes", key, body=json.dumps({"hashRecords": [{}] * 1001}).encode())
check(status == 413 and json.loads(said)["error"] == "too_many_records", "more than a thousand records: 413", (status, said))

# ---- how long a withdrawal took ----
v.get("/admin/subscribers")
row = re.search(r"own\.example.*?</tr>", v.text, re.S).group(0)
check(row, "the page of subscribers has a row of each")
own_page = re.search(r'href="(/admin/subscribers/[0-9a-f]{32})">own\.example', v.text).group(1)
v.get(own_page)
check("Withdrawals" in v.text and "5" in v.text, "a subscriber's page has its withdrawals", v.text[:300])
applied = db.execute("SELECT count(*), sum(withdrawals) FROM feed_applied f JOIN subscriber s ON s.id=f.subscriber WHERE s.code='own.example'").fetchone()
check(applied[0] >= 1 and applied[1] == 4, "what it applied, seen by what it asked for next, is on record as acts", applied)
late = db.execute("SELECT count(*) FROM feed_applied f JOIN subscriber s ON s.id=f.subscriber WHERE s.code='slow.example'").fetchone()[0]
check(late == 0, "who never had an entry is not measured on it")
db.close()

# ---- the document and its examples ----
status, headers, body = get("/api/openapi.json")
api = json.loads(body)
check(status == 200 and api["openapi"].startswith("3.1") and headers["Content-Type"] == "application/json", "/api/openapi.json is OpenAPI 3.1")


def follow_ref(schema):
    while "$ref" in schema:
        at = api
        for word in schema["$ref"][2:].split("/"):
            at = at[word]
        schema = at
    return schema


said_of = {}  # schema's name and field -> seen in an answer


def fits(value, schema, where, name=""):
    """What is wrong with a value, by the parts of JSON Schema that the document uses."""
    name = schema.get("$ref", name).split("/")[-1]
    schema = follow_ref(schema)
    if "oneOf" in schema:
        wrong = [fits(value, s, where, name) for s in schema["oneOf"]]
        return [] if [] in wrong else wrong[0]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, kinds[t]) and (t == "boolean") == isinstance(value, bool) for t in types):
        return [f"{where}: {value!r} is not {types}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{where}: {value!r} does not fit"]
    bad = []
    if isinstance(value, dict):
        props, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        bad += [f"{where}: {k} is missing" for k in schema.get("required", []) if k not in value]
        for k, x in value.items():
            said_of[name, k] = True
            if k in props:
                bad += fits(x, props[k], f"{where}.{k}", f"{name}.{k}")
            elif rest is False:
                bad.append(f"{where}: {k} is not in the document")
            elif isinstance(rest, dict):
                bad += fits(x, rest, f"{where}.{k}")
    if isinstance(value, list):
        for i, x in enumerate(value[:50]):
            bad += fits(x, schema["items"], f"{where}[{i}]", name)
    return bad


def by_example(path, method, op, base=BASE, k=None):
    values = {p["name"]: p["example"] for p in op["parameters"] if "example" in p}
    query = urllib.parse.urlencode({p["name"]: p["example"] for p in op["parameters"] if p["in"] == "query" and "example" in p})
    body = op.get("requestBody", {}).get("content", {}).get("application/json", {})
    url = base + path.format(**values) + ("?" + query if query else "")
    req = urllib.request.Request(url, json.dumps(body["example"]).encode() if body else None, {"Authorization": f"Bearer {k or key}", **({"Content-Type": "application/json"} if body else {})})
    with urllib.request.urlopen(req, timeout=60) as r:
        kind = r.headers["Content-Type"].split(";")[0]
        data = r.read()
    wrong = [] if kind in op["responses"]["200"]["content"] else [f"{kind} is not in the document"]
    if body:
        wrong += fits(body["example"], body["schema"], "example")
    if kind == "application/json":
        wrong += fits(json.loads(data), op["responses"]["200"]["content"][kind]["schema"], "answer")
    return wrong


gate_dir, gate_keys = os.path.join(house.top, "gatebank"), os.path.join(house.top, "gatekeys", "keys.csv")
os.mkdir(os.path.dirname(gate_keys))
house.keten("bank", "make", "--bank", gate_dir)
house.keten("bank", "add", "--bank", gate_dir, "--lane", "adult", "--confirmed-by", "somebody", "--source", "sister.example", asked := api["paths"]["/api/v1/gate"]["post"]["requestBody"]["content"]["application/json"]["example"]["hashes"][0]["hash"])
gate_key = house.keten("gate", "--keys", gate_keys, "--make-key", "Upload", "--per-second", "1000").stdout.strip()
from house import free_ports
gate_port = free_ports()
gate = subprocess.Popen([house.keten_path, "gate", "--keys", gate_keys, "--bank", gate_dir, "--listen", f"127.0.0.1:{gate_port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
gate.stdout.readline()
wrong = []
for path, methods in api["paths"].items():
    for method, op in methods.items():
        here = (f"http://127.0.0.1:{gate_port}", gate_key) if path == "/api/v1/gate" else (BASE, key)
        for _ in range(50):
            try:
                wrong += [f"{method} {path}: {w}" for w in by_example(path, method, op, *here)]
                break
            except urllib.error.HTTPError as e:
                if e.code != 503:
                    wrong.append(f"{method} {path}: {e.code} {e.read()}")
                    break
                time.sleep(0.1)
        other = "POST" if method == "get" else "GET"
        if path != "/api/v1/gate":
            status, headers, body = get(path.replace("{lane}", "adult"), key, body=b"{}" if other == "POST" else None)
            if status != 405:
                wrong.append(f"{other} {path}: {status}")
check(wrong == [], f"every route of the document answers its own example with what the document says ({len(api['paths'])} routes)", "\n".join(wrong))
line = json.loads(json.loads(get("/api/v1/feed/changes?after=0&limit=1", key)[2])["changes"][0]["line"])
check(fits(line, {"$ref": "#/components/schemas/Line"}, "line") == [], "so is a line of the feed", line)
for page in (json.loads(get("/api/v1/feed/changes?after=905&limit=1000", key)[2]), tx.ask("FetchHashes", {"startTimestamp": 11, "pageSize": 1000})):
    name = "Changes" if "changes" in page else "FetchPage"
    wrong += fits(page, {"$ref": f"#/components/schemas/{name}"}, name)
wrong += fits(json.loads(get("/api/v1/feed", "ks_no")[2]), {"$ref": "#/components/schemas/Refusal"}, "refusal")
wrong += fits(tx.submit([("Text", "x")] + new), {"$ref": "#/components/schemas/Submitted"}, "submitted")
check(wrong == [], "and longer answers, and refusals", "\n".join(wrong))
served = set(re.findall(r'"(/api/[^"]*)"', open(os.path.join(SOURCE, "core/feed/feed_pages.c")).read())) - {"/api/openapi.json"}
check(served == {p for p in api["paths"] if p != "/api/v1/gate"}, "no route of the feed is missing in the document", served)
blocks = re.findall(r"```sh\n(.*?)```", open(os.path.join(SOURCE, "docs", "api.md")).read(), re.S)
folder = os.path.join(house.top, "examples")
os.mkdir(folder)
ran = subprocess.run(["sh", "-e", "-c", "\n".join(blocks)], cwd=folder, capture_output=True, text=True, timeout=60, env={**os.environ, "HOST": BASE, "KEY": key, "PATH": os.path.dirname(house.keten_path) + ":" + os.environ["PATH"]})
check(len(blocks) >= 4 and ran.returncode == 0 and os.path.getsize(os.path.join(folder, "list.txt")) > 1000 and not os.path.exists(os.path.join(folder, "list.new")) or os.path.getsize(os.path.join(folder, "list.new")) == 0, "every example of docs/api.md runs as it stands", ran.stdout[-500:] + ran.stderr[-1500:])

# ---- the client in C asks the gate, and says what became of a hash ----
r = subprocess.run([ASK, f"http://127.0.0.1:{gate_port}", gate_key, "pdq", asked, "00" * 32, "xyz"], capture_output=True, text=True, timeout=60)
check(r.stdout == "known exact sister.example - 0\nunknown\nunknown\n" and r.returncode == 0, "the client in C asks the gate about several at once", r.stdout + r.stderr)
r = subprocess.run([ASK, f"http://127.0.0.1:{gate_port}", "wrong", "pdq", asked], capture_output=True, text=True, timeout=60)
check(r.returncode == 1 and "401" in r.stderr, "and has the server's no in words", r.stderr)
r = subprocess.run([ASK, BASE, key, "PendingReview", hash_no(200)], capture_output=True, text=True, timeout=60)
check(r.returncode == 0 and tx.feedback({hash_no(200): "Blocked"})["accepted"] == 1, "it says what became of a hash", r.stderr)
gate.terminate()
gate.wait(20)

# ---- a platform from end to end: the list into a bank of its own, a gate over it, a withdrawal, feedback ----
theirs, their_state = os.path.join(house.top, "theirs"), os.path.join(house.top, "theirs.state")


def take_over(url=BASE):
    r = house.keten("bank", "follow", url, "--bank", theirs, "--key", key_file, "--state", their_state)
    return r.returncode, r.stdout, r.stderr


now = {}
for batch in feed.Feed(BASE, own).follow(None):
    for entry, record in batch.updates.items():
        now.pop(entry, None) if record is None else now.__setitem__(entry, record)
check(take_over()[0] == 2, "without a bank it says how one is made")
house.keten("bank", "make", "--bank", theirs)
lies["how"] = without
code, said, why = take_over(AWAY)
check(code == 1 and said.startswith("0 added") and "REFUSED" in why and not os.path.exists(their_state), "a list that cannot be believed brings nothing into the bank", (code, said, why))
code, said, why = take_over()
check(code == 0 and os.path.exists(their_state), "the whole list is taken into a bank", (code, said, why))
in_force = {r["hash"] for r in csv.DictReader(house.keten("bank", "export", "--bank", theirs).stdout.splitlines()) if r.get("state", "active") == "active"}
want_in_force = {r.hash for r in now.values()}
check(want_in_force == in_force and len(in_force) > 800, "what is in force at the list is in force there, and nothing that was withdrawn", (len(want_in_force), len(in_force), said, sorted(want_in_force ^ in_force)[:4]))
os.rename(their_state, their_state + ".lost")
code, said, why = take_over()
check(code == 0 and int(said.split(", ")[1].split()[0]) >= len(want_in_force) - 2, "when it loses how far it was it begins anew, and nothing is there twice", (code, said, why))
gate = subprocess.Popen([house.keten_path, "gate", "--keys", gate_keys, "--bank", theirs, "--listen", f"127.0.0.1:{gate_port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
gate.stdout.readline()


def at_gate(digest):
    for _ in range(100):
        r = subprocess.run([ASK, f"http://127.0.0.1:{gate_port}", gate_key, "pdq", digest], capture_output=True, text=True, timeout=60)
        if "503" not in r.stderr:
            return r.stdout + r.stderr
        time.sleep(0.1)


one = hash_no(300)
check(at_gate(one).startswith("known exact sister.example ") and at_gate(hash_no(4)) == "unknown\n", "their gate knows a hash of the list by the name of the list, and not one that was withdrawn", (at_gate(one), at_gate(hash_no(4))))
v.get(own_page)
before_it = v.text
fill("withdraw", 301, 1)
size_now = size_of(own)
for _ in range(100):
    if size_of(own) > 915 and json.loads(get(f"/api/v1/feed/changes?after={size_of(own) - 1}&limit=1", key)[2])["changes"][0].get("line", "").find(one) >= 0:
        break
    time.sleep(0.1)
code, said, why = take_over()
check(code == 0 and ", 1 withdrawn," in said and at_gate(one) == "unknown\n", "a withdrawal is taken over, and their gate answers so at the next question", (code, said, why, at_gate(one)))
take_over()
db = sqlite3.connect(os.path.join(house.data, "keten.db"), timeout=20)
took = db.execute("SELECT f.withdrawals, f.longest_ms FROM feed_applied f JOIN subscriber s ON s.id=f.subscriber WHERE s.code='own.example' ORDER BY f.at_ms DESC LIMIT 1").fetchone()
check(took[0] >= 1 and 0 <= took[1] < 120000, f"how long it took is measured: {took[1]} ms", took)
r = subprocess.run([ASK, BASE, own, "Blocked", hash_no(400)], capture_output=True, text=True, timeout=60)
said_of_it = db.execute("SELECT f.value FROM feed_feedback f JOIN subscriber s ON s.id=f.subscriber WHERE s.code='own.example' ORDER BY f.at_ms DESC LIMIT 1").fetchone()
db.close()
v.get(own_page)
check(r.returncode == 0 and said_of_it == ("matched",) and v.text != before_it, "what they found comes back, and their page counts it", (r.stderr, said_of_it))
gate.terminate()
gate.wait(20)
check(house.keten("bank", "verify", "--bank", theirs).returncode == 0, "their bank is whole")
check(house.stop() == 0, "the server stops")
r = house.keten("fsck", "--data", house.data)
check(r.returncode == 0, "afterwards the record is whole", r.stdout + r.stderr)
check.end()
