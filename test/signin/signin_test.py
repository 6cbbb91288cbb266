#!/usr/bin/env python3
"""Signing in and the administration, over HTTP against the real server. Use: signin_test.py KETEN"""
import base64, hashlib, hmac, os, re, sqlite3, struct, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap
from visit import Visitor

check = Tap()
house = House(sys.argv[1], idle=("jobs", "watch", "fetch"))
MINUTE = 60000
WORDS = "een lange zin van vier"


def totp(secret, step):
    """RFC 6238 with SHA-1, six digits, thirty seconds: made here independently of the program."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    d = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = d[-1] & 15
    return f"{(struct.unpack('>I', d[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def step():
    return int(time.time()) // 30


def words(v):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", v.text))


def signed_in(v):
    v.get("/me")
    return v.status == 200 and v.path == "/me"


def sign_in(login, password, code=None, lang="nl"):
    v = Visitor(house.port, lang)
    v.get("/signin")
    v.send("/signin", login=login, password=password)
    if code is not None:
        v.send("/signin/code", code=code)
    return v


def db():
    return sqlite3.connect(os.path.join(house.data, "keten.db"), timeout=20)


check(house.run_demo(), "keten run makes a demonstration and serves it", house.said + house.logged()[-2000:])
links = house.links()
check(sorted(links) == ["anna", "beheer", "ines", "lea", "wanda"], "it prints a link for case worker, lead, inspector, analyst and administrator", links)
demo_password = re.search(r"password (\S+)", house.said).group(1)

# ---- one-time links ----
v = Visitor(house.port)
v.get(links["wanda"])
v.get(links["wanda"])
check(v.status == 200 and "Wanda (demo)" in v.text and not signed_in(v), "opening a link says whose it is, as often as one likes, and signs nobody in")
v.get(links["wanda"])
v.send(links["wanda"])
check(v.status == 200 and v.path in ("/desk", "/me"), "pressing the button behind it signs in, where the work waits", (v.status, v.path))
check(signed_in(v), "and the session stands")
w = Visitor(house.port)
w.get(links["wanda"])
check(w.status == 404 and "werkt niet meer" in w.text, "a link works once")
w.get("/signin/link/" + "ab" * 32)
check(w.status == 404, "a link that was never made works as little")
w.get("/signin/link/x")
check(w.status == 404, "nor does something that is no link")
again = house.keten("run", "--data", house.data)
check(again.returncode == 0 and "already serves" in again.stdout, "a second run says that it is served already", again.stdout + again.stderr)
house.said = again.stdout
fresh = house.links()
check(len(fresh) == 5 and fresh["lea"] != links["lea"], "and has new links")
w.get(links["lea"])
check(w.status == 404, "the older ones work no more")

# ---- name and password ----
answers = []
for login, password in (("wanda", "niet het wachtwoord"), ("niemand-hier", "niet het wachtwoord")):
    x = sign_in(login, password)
    answers.append(re.sub(r'value="[^"]*"', "", x.text.replace(login, "")))
check("klopt niet" in answers[0] and answers[0] == answers[1], "a wrong password and an unknown name get the same answer")
x = sign_in("Wanda", demo_password)
check(signed_in(x), "the name may be typed with capitals")
x = Visitor(house.port)
x.get("/me/password")
check(x.path.startswith("/signin?back="), "a page for staff leads to signing in", x.path)
x.send("/signin", login="wanda", password=demo_password)
check(x.path == "/me/password" and x.status == 200, "and back to itself afterwards", x.path)
x.get("/signin?back=https://elsewhere.example/")
x.send("/signin", login="wanda", password=demo_password)
check(x.path.startswith("/"), "never to another site")
for back in ("//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
    x.get("/signin?back=" + back)
    check(f'action="/signin"' in x.text, f"{back} is no place to go back to")
for field, values, word in (("login", dict(login="", password="x"), "Vul dit in"), ("password", dict(login="anna", password=""), "Vul dit in"),
                            ("login", dict(login="x" * 61, password="x"), "te lang"), ("login", dict(login="a\u202eb", password="x"), "onzichtbare")):
    x.get("/signin")
    x.send("/signin", **values)
    check(x.status == 200 and 'class="errors"' in x.text and word in x.text and f'id="e-{field}"' in x.text, f"a bad {field} is said at the field and above", words(x)[:300])
check('value=""' in re.search(r'<input id="f-password"[^>]*>', x.text).group(0), "a password is never shown again")

# ---- slowing down ----
for i in range(6):
    x = sign_in("anna", "raden %d" % i)
check("Te veel pogingen" in x.text, "after five wrong tries the next one waits", words(x)[:300])
x = sign_in("anna", demo_password)
check("Te veel pogingen" in x.text and not signed_in(x), "also with the right password")
x = sign_in("wanda", demo_password)
check(signed_in(x), "others do not wait")
house.later(20 * MINUTE)
x = sign_in("anna", demo_password)
check(signed_in(x), "when the wait is over, the right password works")

# ---- sessions end ----
check(not signed_in(v), "after fifteen minutes without a request a session is over")
v = sign_in("lea", demo_password)
for _ in range(3):
    house.later(14 * MINUTE)
    v.get("/me")
check(signed_in(v), "used every fourteen minutes it goes on")
held = dict(v.cookies)
v.get("/me")
v.send("/signout")
check(v.path == "/signin", "signing out leads to the door")
v.cookies = held
check(not signed_in(v), "and the old cookie opens nothing")
v = sign_in("lea", demo_password)
for _ in range(36):
    house.later(14 * MINUTE)
    v.get("/me")
check(not v.path.startswith("/me"), "after eight hours a session is over, however much it was used")

# ---- confirming ----
v = sign_in("lea", demo_password)
v.get("/me/code")
check(v.path == "/me/code", "just signed in, nothing is to be confirmed")
house.later(11 * MINUTE)
v.get("/me/code")
check(v.path.startswith("/confirm"), "ten minutes later a sensitive page asks who it is", v.path)
v.send("/confirm", password="niet het wachtwoord")
check("niet je wachtwoord" in v.text and 'id="e-password"' in v.text, "a wrong password is said at the field")
v.send("/confirm", password=demo_password)
check(v.path == "/me/code" and v.status == 200, "the right one leads back", v.path)

# ---- the second factor ----
v.send("/me/code")
secret = re.search(r"<strong class=\"code\">([A-Z2-7 ]+)</strong>", v.text).group(1).replace(" ", "")
check(len(secret) == 32 and f"secret={secret}" in v.text, "a key for the app is shown, as text and as a link")
v.send("/me/code/confirm", code="000000" if totp(secret, step()) != "000000" else "111111")
check('id="e-code"' in v.text and secret in v.text.replace(" ", ""), "a wrong first code is said at the field; the key is still there")
x = sign_in("lea", demo_password)
check(signed_in(x), "until a code was typed back, none is asked")
now = step()
v.send("/me/code/confirm", code=totp(secret, now))
check(v.path == "/me" and "Voortaan" in v.text, "the right one sets it up", words(v)[:300])
v.get("/me/code")
check(secret not in v.text.replace(" ", ""), "the key is not shown again")
x = Visitor(house.port)
x.get("/signin?back=/me/password")
x.send("/signin", login="lea", password=demo_password)
check(x.path.startswith("/signin/code"), "from now on a code is asked", x.path)
y = Visitor(house.port)
y.cookies = {k: c for k, c in x.cookies.items() if k != "half"}
y.get("/signin/code")
check(y.path == "/signin", "asked only of whoever had the password")
x.send("/signin/code", code=totp(secret, now))
check("al gebruikt" in x.text, "a code counts once", words(x)[:300])
x.send("/signin/code", code="12 34")
check('id="e-code"' in x.text, "half a code is said at the field")
code = totp(secret, now + 1)
x.send("/signin/code", code=code[:3] + " " + code[3:])
check(x.path == "/me/password" and x.status == 200, "the next one signs in, blanks and all, and leads where one wanted to go", x.path)
x = sign_in("lea", demo_password)
house.later(6 * MINUTE)
x.send("/signin/code", code=totp(secret, step()))
check(x.path == "/signin" and "duurde te lang" in x.text, "the password's answer lives five minutes", x.path)
v.get("/me/code")
if v.path.startswith("/confirm"):
    v.send("/confirm", password=demo_password)
v.send("/me/code/off")
x = sign_in("lea", demo_password)
check(signed_in(x), "switched off, the password is enough again")

# ---- own page ----
x.get("/me")
x.send("/me/language", lang="en")
check("Your own page" in x.text, "the language is changed at once")
y = sign_in("lea", demo_password)
y.get("/me")
check("Your own page" in y.text, "and kept with the account")
elsewhere = sign_in("lea", demo_password)
x.get("/me")
x.send("/me/elsewhere")
check(signed_in(x) and not signed_in(elsewhere), "everywhere else is signed out, here not")
elsewhere = sign_in("lea", demo_password)
x.get("/me/password")
for values, field in ((dict(current=demo_password, password="kort", again="kort"), "password"), (dict(current=demo_password, password=WORDS, again="iets anders dan dat"), "again"),
                      (dict(current="niet het wachtwoord", password=WORDS, again=WORDS), "current"), (dict(current=demo_password, password="a" * 20, again="a" * 20), "password")):
    x.send("/me/password", **values)
    check(x.status == 200 and f'id="e-{field}"' in x.text, f"a new password that will not do is said at {field}", words(x)[:300])
x.send("/me/password", current=demo_password, password=WORDS, again=WORDS)
check(x.path == "/me" and signed_in(x) and not signed_in(elsewhere), "a new password signs out everywhere else", x.path)
check(not signed_in(sign_in("lea", demo_password)) and signed_in(sign_in("lea", WORDS)), "the old password is worth nothing any more")

# ---- administration ----
worker = sign_in("wanda", demo_password)
worker.get("/admin")
check(worker.status == 403, "a case worker has no administration")
a = sign_in("beheer", demo_password)
check(a.path == "/admin" and a.status == 200, "an administrator begins there", a.path)
for path in ("/admin", "/admin/users", "/admin/users/new", "/admin/teams", "/admin/teams/new", "/admin/jobs", "/admin/jobs?stuck=1", "/admin/system", "/admin/orgs"):
    a.get(path)
    nl = words(a)
    a.get("/taal/en?back=" + path.split("?")[0])
    a.get(path)
    check(a.status == 200 and nl != words(a) and "Beheer" in nl and "Administration" in words(a), f"{path} stands in both languages")
    a.get("/taal/nl?back=/admin")
a.get("/admin/jobs?stuck=1")
check("Niets is vastgelopen" in a.text, "no stuck work: the page says so")
a.get("/admin/users/new")
a.send("/admin/users/new", name="", login="WIM!", roles=None, lang="nl")
check('id="e-name"' in a.text and 'id="e-roles"' in a.text, "a colleague without name or task is not added", words(a)[:300])
a.send("/admin/users/new", name="Wim", login="WIM!", roles=["worker"], lang="nl")
check('id="e-login"' in a.text, "nor one with an odd sign-in name")
a.send("/admin/users/new", name="Wim", login="wanda", roles=["worker"], lang="nl")
check("al in gebruik" in a.text, "nor one with a name that is taken")
a.send("/admin/users/new", name="Wim <b>", login="wim", roles=["worker"], lang="nl")
wim = a.path
link = re.search(r"http://[^/]+(/signin/link/[0-9a-f]{64})", a.text)
check(link is not None and "Wim &lt;b&gt;" in a.text and "<b>" not in a.text, "a colleague is added, with a link; markup in a name stays text", words(a)[:400])
a.get(wim)
check("/signin/link/" not in a.text, "the link is shown once")
a.get("/admin/teams")
team = re.search(r'href="(/admin/teams/[0-9a-f]{32})"', a.text).group(1)
a.get(team)
a.send(team + "/add", user=wim.split("/")[-1])
check("Wim" in a.text and "heeft nog niet ingelogd" in a.text, "he can be put in a team before he comes", words(a)[:500])
v = Visitor(house.port)
v.get(link.group(1))
v.send(link.group(1), password="te kort", again="te kort")
check('id="e-password"' in v.text, "the first thing is a password that will do")
v.send(link.group(1), password=WORDS + " wim", again=WORDS + " wim")
check(v.path == "/me" and "niemand heeft je de sleutel" in v.text, "then he is in, without the team's key", words(v)[:500])
lea = sign_in("lea", WORDS)
lea.get("/me")
give = [x for x in lea.forms() if x.endswith("/give/" + wim.split("/")[-1])]
check(len(give) == 1, "a colleague who has the key sees him waiting", words(lea)[-400:])
other = sign_in("anna", demo_password)
other.get("/me")
forms = other.forms()
other.raw("POST", give[0], "csrf=%s&act=%s" % (dict(forms["/me/elsewhere"])["csrf"], "0" * 31 + "1"))
other.follow(give[0])
con = sqlite3.connect(os.path.join(house.data, "keys.db"), timeout=20)
count = lambda: con.execute("SELECT count(*) FROM wrap WHERE compartment='team' AND holder=?", (bytes.fromhex(wim.split("/")[-1]),)).fetchone()[0]
check(count() == 0, "whoever is not in the team cannot give its key")
lea.send(give[0])
check(count() == 1 and "The key is given" in lea.text, "a colleague gives it", (count(), lea.path, words(lea)[:600], house.logged()[-1500:]))
v = sign_in("wim", WORDS + " wim")
v.get("/me")
check("Je hebt de sleutel van dit team" in v.text, "signed in again, he has it")

a.get(wim)
a.send(wim + "/link")
lost = re.search(r"(/signin/link/[0-9a-f]{64})", a.text).group(1)
check(signed_in(sign_in("wim", WORDS + " wim")), "a new link changes nothing until it is used")
v = Visitor(house.port)
v.get(lost)
check("nieuwe sleutels" in v.text, "it says that new keys come with it")
still = sign_in("wim", WORDS + " wim")
v.send(lost, password=WORDS + " nieuw", again=WORDS + " nieuw")
check(v.path == "/me" and not signed_in(sign_in("wim", WORDS + " wim")) and signed_in(sign_in("wim", WORDS + " nieuw")), "used, only the new password works", v.path)
check(not signed_in(still), "and whoever was signed in with the old one is out")
v.get("/me")
check("niemand heeft je de sleutel" in v.text and count() == 0, "and the key of the team has to be given again", words(v)[-500:])

# ---- closing, and what cannot be undone ----
v = sign_in("wim", WORDS + " nieuw")
a.get(wim)
a.send(wim + "/active")
check("gesloten" in a.text and not signed_in(v), "closing an account ends its sessions at once", words(a)[:300])
check("klopt niet" in sign_in("wim", WORDS + " nieuw").text, "and signing in gets the answer that everybody gets")
a.get("/admin/users")
me = [m for m in re.findall(r'<a href="(/admin/users/[0-9a-f]{32})">([^<]*)', a.text) if m[1].startswith("Bo")][0][0]
a.get(me)
a.send(me + "/roles", roles=["analyst"], lang="nl")
check("laatste beheerder" in a.text, "the last administrator stays one", words(a)[:300])
people = {m[1]: m[0].split("/")[-1] for m in re.findall(r'<a href="(/admin/users/[0-9a-f]{32})">([^<]*)', (a.get("/admin/users"), a.text)[1])}
a.get(team)
a.send(team + "/remove/" + people["Wanda (demo)"])
check("Uit het team gehaald" in a.text and not signed_in(worker), "who leaves a team is signed out")
a.get(team)
a.send(team + "/remove/" + people["Lea (demo)"])
check("laatste met de sleutel" in a.text and "Lea (demo)" in a.text, "the last one with its key cannot leave", words(a)[:300])
a.get("/admin/users/" + people["Lea (demo)"])
a.send("/admin/users/" + people["Lea (demo)"] + "/active")
check("laatste met de sleutel" in a.text, "nor can that account be closed", words(a)[:300])

a.get("/admin/users/" + people["Lea (demo)"])
a.send("/admin/users/" + people["Lea (demo)"] + "/link")
check("nooit meer te lezen" in a.text and re.search(r"/signin/link/[0-9a-f]{64}", a.text), "a link with new keys for that person comes with a warning", words(a)[:300])

# ---- another organisation's people ----
with db() as con2:
    ines = con2.execute("SELECT hex(id) FROM user_account WHERE login='ines'").fetchone()[0].lower()
a.get("/admin/users/" + ines)
check(a.status == 200 and "bij een andere organisatie" in a.text and not any("/active" in f for f in a.forms()), "people of another organisation can be looked at, not changed")
csrf = dict((a.get("/admin/users/" + people["Anna (demo)"]), a.forms())[1]["/signout"])["csrf"]
a.raw("POST", f"/admin/users/{ines}/link", f"csrf={csrf}&act={'0' * 31}2")
a.follow("")
check(not re.search(r"/signin/link/[0-9a-f]{64}", a.text) and a.path.startswith("/fault/"), "no link can be made for them", a.path)
a.get("/admin/orgs")
a.send("/admin/orgs", name="Politie Voorbeeld", kind="authority", country="nl", authority="POLITIE-X")
check('id="e-country"' in a.text, "an organisation's country has two capitals")
a.send("/admin/orgs", name="Politie Voorbeeld", kind="authority", country="NL", authority="POLITIE-X")
check("Politie Voorbeeld" in a.text and "POLITIE-X" in a.text, "an organisation is let in", words(a)[:400])
a.send("/admin/orgs", name="Nog een", kind="authority", country="NL", authority="POLITIE-X")
check("al" in a.text and 'id="e-authority"' in a.text, "two cannot be the same authority")

# ---- due work ----
with db() as con2:
    con2.execute("INSERT INTO job(id, kind, subject, due_ms, tries, state, last_error, made_ms) VALUES(?, 'test.stuck', ?, 1, 9, 'stuck', 'out of reach', 1)", (b"j" * 16, b"s" * 16))
a.get("/admin/jobs")
check("test.stuck" in a.text and "vastgelopen" in a.text and "out of reach" in a.text, "what is stuck stands there with what went wrong")
a.send("/admin/jobs/" + (b"j" * 16).hex() + "/retry")
with db() as con2:
    state = con2.execute("SELECT state, tries FROM job WHERE id=?", (b"j" * 16,)).fetchone()
    con2.execute("DELETE FROM job WHERE id=?", (b"j" * 16,))
check(state == ("due", 0), "and is tried again when an administrator says so", state)
a.get("/admin/system")
check("Deze server" in a.text and "Er is geen mailserver ingesteld" in a.text and "nog geen gemaakt" in a.text, "the page about the server says what is not set up")

# ---- forms from elsewhere ----
x = Visitor(house.port)
x.get("/signin")
f = dict(x.forms()["/signin"])
x.raw("POST", "/signin", f"csrf={f['csrf']}&act={f['act']}&login=lea&password={WORDS}", {"Sec-Fetch-Site": "cross-site"})
check(x.status == 303 and "desk" not in x.cookies, "a form sent from another site signs nobody in")
x.raw("POST", "/signin", f"csrf={'0' * 32}&act={f['act']}&login=lea&password={WORDS}")
check("desk" not in x.cookies, "nor one without this visitor's token")

# ---- the way out ----
x = Visitor(house.port)
x.get("/signin")
for n in range(400):  # the first thirty are dear, the rest are as quick as this can ask
    if x.raw(*(("POST", "/signin", "login=x") if n < 30 else ("GET", "/signin"))) == 429:
        break
check(x.status == 429 and "visit" in x.cookies, "whoever asks very much has to wait", x.status)
x.raw("GET", "/weg")
check(x.status == 303 and x.headers["location"].startswith("https://") and "visit" not in x.cookies, "but never for the way out", (x.status, x.headers))

# ---- what stays behind ----
log = house.logged()
check(not any(s in log for s in ("wanda", "Wanda", WORDS, demo_password, links["wanda"][-64:], secret)), "the log names no person, password, link or key")
r = house.keten("fsck", house.data)
check(r.returncode == 0 and [n for n in os.listdir(os.path.join(house.data, "run")) if n.startswith("fsck")] == [], "the record is whole while the server runs, and the copy that was checked is gone", r.stdout + r.stderr)
check(house.stop() == 0, "the server stops in order")
raw = b"".join(open(os.path.join(house.data, n), "rb").read() for n in os.listdir(house.data) if n.startswith(("keten.db", "keys.db")))
check(not any(s.encode() in raw for s in (WORDS, secret, links["wanda"][-64:], lost[-64:])), "no password, second-factor key or link stands in a database")
x = house.keten("fsck", house.data)
check(x.returncode == 0, "and the record holds", x.stdout + x.stderr)
check.end()
