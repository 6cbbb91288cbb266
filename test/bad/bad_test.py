#!/usr/bin/env python3
"""Bad input to the whole server, in a house where the demonstration's story was played: every form that a visitor, a reporter, a platform
with its answer link, a worker, an inspector, an analyst and an administrator come upon, with what nobody should send; links that are no links; ten thousand at once; wrong methods, sizes and addresses. Use: bad_test.py KETEN
Each time: no failure of ours, nothing of it unescaped, the error said, what else was typed kept, the record whole."""
import http.client, os, re, sys, time, urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import House, Tap
from visit import Visitor

check = Tap()
house = House(sys.argv[1], extra=("demo",))
MARKUP = "<script>alert(1)</script>\"'><img src=x>"
BAD = {"nothing": b"", "100,000 characters": b"x" * 100000, "another kind": b"not a number", "markup": MARKUP.encode(), "bytes that are no text": b"a\xff\xfeb",
       "a character that turns the direction": "a\u202eb".encode(), "a zero byte": b"a\0b", "line ends of a header": b"a\r\nSet-Cookie: bad=1\r\n\r\n<b>",
       "more times than anybody can tick": [b"x"] * 1200}
# Forms that end what the others need; those of the account itself have their own tests.
ENDING = re.compile(r"/(signout|elsewhere|password|leave|erase|withdraw|close|merge|active|sessions|link|roles|end|release|language|remove/.*|cancel|code/off|pause)(\?|$)|^/me/|^/signin")
TYPED = "Bewaar mij 7"
refused = set()  # (form, field) that was answered with an error on the page


class Bold(Visitor):
    """A visitor whose every question comes from another address: what slows one address down is tested elsewhere."""
    def raw(self, method, path, body=None, headers=None):
        self.address = Visitor(self.port).address
        super().raw(method, path, body, headers)
        return self.status


def words(v):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", v.text, flags=re.S)))


def sign_in(who):
    v = Bold(house.port)
    v.get("/signin")
    v.send("/signin", login=who, password=password)
    return v


def kinds(text, action):
    """name -> kind of each field a person fills in, in the form with this action."""
    out = {}
    for head, inner in re.findall(r"<form\b([^>]*)>(.*?)</form>", text, re.S):
        if 'method="post"' not in head or f'action="{action}"' not in head.replace("&amp;", "&"):
            continue
        for i in re.findall(r"<input\b([^>]*)>", inner):
            a = dict(re.findall(r'([\w-]+)="([^"]*)"', i))
            if "name" in a and a.get("type", "text") != "file":
                out[a["name"]] = a.get("type", "text")
        out.update({n: "textarea" for n in re.findall(r'<textarea\b[^>]*name="([^"]*)"', inner)})
        out.update({n: "select" for n in re.findall(r'<select\b[^>]*name="([^"]*)"', inner)})
    return out


def shape_of(path):
    """Pages of one kind look the same: ids, numbers, and the words of notices by recipient and language."""
    return re.sub(r"^/templates/\w+/\w+", "/templates/N/N", re.sub(r"[0-9a-f]{16,}|\d+", "N", path.split("?")[0]))


def crawl(v, starts, most):
    """The pages with forms that one comes upon from here, one of each kind: {action without its ids: (page, action)}."""
    found, seen, todo, shapes = {}, set(), list(starts), {}
    while todo and len(seen) < most:
        path = todo.pop(0)
        shape = shape_of(path)
        if path in seen or shapes.get(shape, 0) >= 2:
            continue
        seen.add(path)
        shapes[shape] = shapes.get(shape, 0) + 1
        v.get(path)
        if v.status >= 500:
            check(False, f"{shape} comes", (v.status, words(v)[:500]))
        for action in v.forms():
            found.setdefault(shape_of(action), (path, action))
        for link in re.findall(r'href="(/[^"#]*)"', v.text):
            if not re.match(r"/(static|taal|weg|signout|fault)", link):
                todo.append(link.replace("&amp;", "&"))
    return found


def attack(v, page, action, fixed=False, only=None):
    """Each bad value in each field of one form. fixed: the form as it is now, also when an answer led on. -> what did not hold."""
    wrong = []
    v.get(page)
    if action not in v.forms():
        return wrong
    fields, held = kinds(v.text, action), v.forms()
    for name in [n for n in fields if n not in ("act", "csrf", "screen")] + ["act", "csrf"]:
        for what, value in BAD.items():
            if only and what not in only or fields.get(name) in ("checkbox", "radio", "select") and what in ("100,000 characters", "line ends of a header"):
                continue
            if not fixed:
                v.get(page)
            forms = held if fixed else v.forms()
            if action not in forms:
                return wrong  # it was done: what came of it is on the page
            pairs = [(k, x) for k, x in forms[action] if k != name]
            pairs = [(k, TYPED if fields.get(k) in ("text", "textarea") and x == "" else x) for k, x in pairs] + [(name, x) for x in (value if isinstance(value, list) else [value])]
            v.path = action
            v.raw("POST", action, urllib.parse.urlencode(pairs))
            first = v.status
            place = v.headers.get("location", "")
            if first >= 500 or any(ord(c) < 32 for c in place) or "bad" in v.cookies:
                wrong.append((action, name, what, first, place, words(v)[:200]))
                continue
            v.follow(action)
            if v.status >= 500 or "<script>alert(1)" in v.text or "<img src=x>" in v.text or "\0" in v.text or "\u202e" in v.text:
                wrong.append((action, name, what, first, v.status, v.path, words(v)[:200]))
            elif first >= 400 and len(words(v)) < 40:
                wrong.append((action, name, what, first, "no words", v.text[:200]))
            elif 'class="errors"' in v.text and first == 303 and name not in ("act", "csrf"):
                refused.add((action, name))
                shown = dict(v.forms().get(action, []))
                lost = [k for k, x in pairs if x == TYPED and k in shown and shown[k] != TYPED]
                if lost:
                    wrong.append((action, name, what, "lost", lost))
    return wrong


password = house.play_story()
house.still("jobs", "watch", "fetch")
check(house.start(), "a server", house.said + house.logged()[-1500:])
began = time.monotonic()

# ---- somebody reports: each screen with everything bad, then the good answer ----
r = Bold(house.port)
r.get("/report")
good = [dict(safety="yes"), dict(for_whom="self", age="18+"), dict(what="spread"), dict(links="https://photos.example.test/a"), dict(wishes="remove"), dict(contact="none"),
        dict(story=MARKUP), dict(allow=["notices", "filing"])]
wrong, screens = [], set()
for _ in range(14):
    action = next((a for a in r.forms() if a.startswith("/report")), None)
    if action is None:
        break
    held, names = dict(r.forms()[action]), kinds(r.text, action)
    screen = held.get("screen", "?")
    if screen in ("check", "code", "next"):
        break
    screens.add(screen)
    wrong += attack(r, "/report", action, fixed=True)
    answer = {k: x for g in good for k, x in g.items() if k in names}
    pairs = [(k, x) for k, y in {**{k: held[k] for k in ("act", "csrf", "screen") if k in held}, **answer, "go": "anyway" if screen == "where" else "next"}.items() for x in (y if isinstance(y, list) else [y])]
    r.raw("POST", action, urllib.parse.urlencode(pairs))
    r.follow(action)
check(not wrong and len(screens) >= 6, f"each screen of the report ({', '.join(sorted(screens))}) with everything bad", wrong[:6] or words(r)[:600])
check(r.forms() and "/report" in r.forms(), "and the report still comes to its end")
if "/report" in r.forms():
    to = re.search(r'formaction="([^"]+)"', r.text)
    r.raw("POST", to.group(1) if to else "/report", urllib.parse.urlencode(r.forms()["/report"] + [("go", "next")]))
    r.follow("/report/send")
code = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", r.text)
check(code is not None and "<script>alert" not in r.text, "it is sent, and gets its number", words(r)[:500])

# ---- the reporter's own pages ----
o = Bold(house.port)
if code:
    o.get("/code")
    wrong = attack(o, "/code", "/code")
    check(not wrong, "the page for the number with everything bad", wrong[:6])
    o.get("/code")
    o.send("/code", code=code.group(0))
    check(o.path == "/own", "the number opens one's own page", (o.path, words(o)[:300]))
    found, wrong = crawl(o, ["/own"], 30), []
    for action in sorted(found, key=lambda a: bool(ENDING.search(a))):
        if not ENDING.search(action):
            wrong += attack(o, *found[action])
    check(not wrong and len(found) > 3, f"one's own pages ({len(found)} forms) with everything bad", wrong[:6] or sorted(found))

# ---- a platform with its answer link ----
def answer_link():
    """The link as it stands in the mail that the platform got."""
    folder = os.path.join(house.data, "world", "mail")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            m = re.search(r"/antwoord/[0-9a-f]{32}", f.read().replace("=\n", ""))
        if m:
            return m.group(0)
    return "/antwoord/none"


p = Bold(house.port)
link = answer_link()
for path in (link[:-1], link + "0", link[:-1] + ("0" if link[-1] != "0" else "1"), "/antwoord/" + "0" * 32, "/antwoord/%3Cscript%3E", "/antwoord/" + "a" * 3000):
    p.raw("GET", path)
    gone = words(p)
    nowhere = Bold(house.port)
    nowhere.raw("GET", "/no-such-page-at-all")
    check(p.status in (404, 414) and (p.status == 414 or gone == words(nowhere)), f"{path[:50]} is no link: the same as any page that is not there", (p.status, gone[:300]))
p.get(link)
check(p.status == 200 and link in p.forms(), "the link in the mail leads to its door", (p.status, words(p)[:400]))
wrong = attack(p, link, link)
check(not wrong, "the door with everything bad", wrong[:6])
p.get(link)
if link in p.forms():
    p.send(link)
check(p.path == "/antwoord" and "/antwoord" in p.forms(), "the button opens the list", (p.path, p.status, words(p)[:400]))
items = re.findall(r'name="item"[^>]*value="([0-9a-f]{32})\.', p.text)
wrong = attack(p, "/antwoord", "/antwoord")
check(not wrong and len(items) > 0, f"the list to answer with everything bad ({len(kinds(p.text, '/antwoord'))} fields)", wrong[:6])
for what, values in (("an item of another notice", [("item", "f" * 32 + ".removed")]), ("an answer that is none", [("item", items[0] + ".maybe")] if items else []), ("an item without an answer", [("item", items[0])] if items else []),
                     ("a reason without an item", [("reason", (items or [""])[0] + ".not_illegal")]), ("a thousand items", [("item", "f" * 32 + ".removed")] * 1000)):
    p.get("/antwoord")
    if "/antwoord" in p.forms():
        p.raw("POST", "/antwoord", urllib.parse.urlencode([(k, x) for k, x in p.forms()["/antwoord"] if k in ("act", "csrf")] + values))
        p.follow("/antwoord")
    check(p.status < 500 and "/antwoord-ontvangen" not in p.path, f"{what}: nothing is answered", (p.status, p.path, words(p)[:300]))

# ---- links that are none, and ten thousand at once ----
NONE = ["the group of my school", "javascript:alert(1)", "data:text/html,<b>x</b>", "file:///etc/passwd", "mailto:a@b.example", "http://localhost/", "http://127.0.0.1/", "http://[::1]/",
        "http://169.254.169.254/latest", "http://10.0.0.1/", "http://user:pw@site.example/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://192.168.1.1:8080/a"]
w = sign_in("wanda")
check(w.path != "/signin" and w.status == 200, "a worker signs in", (w.path, words(w)[:300]))
w.get("/desk")
cases = list(dict.fromkeys(re.findall(r'href="(/case/[^"/?#]+)"', w.text)))
story = next((x for x in cases if w.get(x) == 200 and "/filing/" in w.text), None)
check(story is not None, "the case of the story is there, with its notices, captures and filings", cases)
cases = [x for x in cases if x != story]
check(len(cases) > 0, "the report waits at the desk", words(w)[:800])


def links_of(v, case):
    v.get(case + "/links")
    m = re.search(r"([\d.]+) links?|(Een|One) link", words(v))
    return 0 if m is None else 1 if m.group(1) is None else int(m.group(1).replace(".", "").replace(",", ""))


if cases:
    case = cases[0]
    w.get(case)
    if case + "/claim" in w.forms():
        w.send(case + "/claim")
    before = links_of(w, case)
    w.get(case + "/links/add")
    w.send(case + "/links/add", links="\n".join(NONE))
    text = words(w)
    rows = [re.sub(r"<[^>]+>", " ", x) for x in re.findall(r'<tr><td class="n">.*?</tr>', w.text, re.S)]
    check(w.path.startswith(case + "/links/check") and w.status == 200, "what was pasted is shown before it is added", (w.status, w.path, text[:500]))

    check(len(rows) >= len(NONE) and case + "/links/check" not in w.forms(), "each line that is no link is named, and there is nothing to add", rows)
    check(links_of(w, case) == before, "none of them is added", rows)
    w.get(case + "/links/add")
    began_links = time.monotonic()
    w.send(case + "/links/add", links="\n".join(f"https://photos.example.test/many/{i}" for i in range(10000)))
    check(w.status == 200 and case + "/links/check" in w.forms(), "ten thousand links in one paste are shown", (w.status, w.path, words(w)[:500]))
    w.get(w.path)
    if case + "/links/check" in w.forms():
        w.send(case + "/links/check")
    check(w.status == 200 and links_of(w, case) >= before + 9999, f"and added in one go ({time.monotonic() - began_links:.1f} s)", (w.status, w.path, links_of(w, case), words(w)[:500]))

# ---- what leaves the house: notices, captures, dossiers, filings, of a case that has all of them ----
if story:
    w.get(story)
    if story + "/claim" in w.forms():
        w.send(story + "/claim")
    outward = re.compile(re.escape(story) + r"/(notice|capture|dossier|filing|watch)")
    found = {shape: at for shape, at in crawl(w, [story, story + "/notice", story + "/filing", story + "/filing/new", story + "/captures", story + "/dossier", story + "/dossiers"], 80).items() if outward.match(at[1])}
    wrong = []
    for shape in sorted(found):
        if not ENDING.search(found[shape][1]):
            wrong += attack(w, *found[shape])
    rooms = {m.group(1) for m in (outward.match(at[1]) for at in found.values()) if m}
    check(not wrong, f"{len(found)} forms of what leaves the house with everything bad", wrong[:8])
    check({"notice", "capture", "dossier", "filing"} <= rooms, "among them notices, captures, dossiers and filings", sorted(found))
    print("# " + " ".join(sorted(found)))

# ---- the pages of staff ----
# Two rounds: what the first one made (a platform, a meeting, a person) has pages and forms of its own.
for who, starts, least in (("wanda", cases[:1] + ["/desk", "/desk/report", "/recipients"], 12), ("lea", ["/desk", "/account"], 4), ("ines", ["/inbox"], 2), ("anna", ["/platforms", "/consults", "/bodies"], 8), ("beheer", ["/admin", "/admin/users", "/admin/teams", "/recipients"], 6)):
    v = sign_in(who)
    check(not v.path.startswith("/signin"), f"{who} signs in", (v.path, words(v)[:300]))
    if who == "anna":
        v.get("/platforms/new")
        v.send("/platforms/new", name="Fotos Test", domains="photos.example.test", why="found in a report")
        made = v.path
        v.get("/consults/new")
        kind = re.search(r'name="kind" value="([^"]+)"|value="([^"]+)"[^>]*name="kind"', v.text)
        v.send("/consults/new", title="Kwartaal", kind=(kind.group(1) or kind.group(2)) if kind else "", on="2027-01-15")
        check(made != "/platforms/new" and v.path != "/consults/new", "an analyst makes a platform and a meeting", (made, v.path, words(v)[:600]))
        starts = [made, v.path] + starts
    did, wrong, until = set(), [], time.monotonic() + 25
    for _ in range(2):
        found = crawl(v, starts + ["/me"], 60)
        for action in sorted(set(found) - did):
            if not ENDING.search(action) and (len(did) < least or time.monotonic() < until):
                did.add(action)
                wrong += attack(v, *found[action])
    check(not wrong and len(did) >= least, f"{who}: {len(did)} forms with everything bad", wrong[:8] or (sorted(found), words(v)[:300]))
    print("# " + " ".join(sorted(did)))

check(len(refused) >= 30, f"an error is said on the page of {len(refused)} fields", sorted(refused))

# ---- ten thousand links of one's own, and then everything erased ----
def reported():
    """Somebody else reports, with good answers only. -> their number"""
    v = Bold(house.port)
    v.get("/report")
    for _ in range(14):
        held, names = dict(v.forms()["/report"]), kinds(v.text, "/report")
        if held.get("screen") in ("check", "code", "next"):
            break
        answer = {k: x for g in good for k, x in g.items() if k in names}
        v.send("/report", **{k: x for k, x in answer.items()}, go="next")
    v.raw("POST", "/report/send", urllib.parse.urlencode(v.forms()["/report"] + [("go", "next")]))
    v.follow("/report/send")
    m = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", v.text)
    return m.group(0) if m else "none"


e, number = Bold(house.port), reported()
e.get("/code")
e.send("/code", code=number)
check(e.path == "/own", "somebody else reports", (number, e.path, words(e)[:300]))
if e.path == "/own":
    e.get("/own/links")
    e.send("/own/links", links="\n".join(f"https://photos.example.test/own/{i}" for i in range(10000)))
    check(e.status == 200 and e.path == "/own/links" and "photos.example.test/own/" in e.text, "adds ten thousand links in one go", (e.status, e.path, words(e)[:300]))
    began_erase = time.monotonic()
    e.get("/own/erase")
    e.send("/own/erase", sure="1", last=number[:4])
    check(e.status == 200 and e.path == "/own-erased", f"and erases all of it, before the page gives up ({time.monotonic() - began_erase:.1f} s)", (e.status, e.path, words(e)[:300]))

# ---- ways, sizes and addresses ----
x = Bold(house.port)
x.get("/code")
csrf = dict(x.forms()["/code"])
form = urllib.parse.urlencode(csrf)
TYPE = "application/x-www-form-urlencoded"


def asks(what, statuses, method, path, body=None, **headers):
    try:
        x.raw(method, path, body, {k.replace("_", "-"): y for k, y in headers.items()})
        if x.headers.get("location", "").startswith("/fault/"):  # a form that is refused leads to the page that says why
            x.follow(path)
    except (ConnectionError, http.client.HTTPException) as e:
        return check(0 in statuses, what, repr(e))
    check(x.status in statuses, what, (x.status, x.headers, words(x)[:300]))


asks("POST to a page that only shows: no", (405,), "POST", "/emergency", form)
for m in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
    asks(f"{m}: no", (400, 403, 404, 405, 501), m, "/report")
asks("a form over its size: 413", (413, 0), "POST", "/code", form + "&code=" + "x" * 9000)
asks("without the form's secret: no", (400, 403, 303), "POST", "/code", urllib.parse.urlencode({k: y for k, y in csrf.items() if k != "csrf"}))
asks("from another site: no", (403,), "POST", "/code", form, Sec_Fetch_Site="cross-site")
asks("with another origin: no", (403,), "POST", "/code", form, Sec_Fetch_Site="same-site", Origin="https://elsewhere.example")
asks("two hundred fields", (303, 400, 403, 413), "POST", "/code", form + "".join(f"&f{i}=x" for i in range(200)))
asks("a body of another kind", (303, 400, 403, 415), "POST", "/code", "{}", Content_Type="application/json")
asks("parts without their boundary", (303, 400, 403, 415), "POST", "/code", "--a\r\nbroken", Content_Type="multipart/form-data; boundary=b")
asks("parts whose boundary has no word", (303, 400, 403, 415), "POST", "/code", "--\r\n", Content_Type="multipart/form-data")
asks("a part that nobody asked for", (303, 400, 403, 415), "POST", "/code", "--b\r\nContent-Disposition: form-data; name=\"odd\"\r\n\r\nx\r\n--b--\r\n", Content_Type="multipart/form-data; boundary=b")
for path in ("/%2e%2e/%2e%2e/etc/passwd", "/static/%2e%2e/keten.conf", "//elsewhere.example/", "/%00", "/static/a%00.css", "/%ff%fe", "/case/%3Cscript%3E", "/taal/nl?back=//elsewhere.example", "/code?a=%0d%0aX:%20y"):
    asks(f"{path[:40]}", (200, 303, 400, 404), "GET", path)
    check("elsewhere.example" not in x.headers.get("location", "") and "root:" not in x.text and "<script>" not in x.text, "leads nowhere else and shows nothing", (x.headers, x.text[:200]))
asks("an address without end", (400, 404, 414, 431, 0), "GET", "/" + "a" * 70000)
x.get("/")
check(x.status == 200, "after all of that a page comes", x.status)
died = [line for line in house.logged().splitlines() if "child=keten-web" in line and "event=ended" in line or "ERROR: AddressSanitizer" in line or "runtime error" in line]
check(not died, "no process ended of it", died[:5])
check(house.stop() == 0, "it stops in order")
whole = house.keten("fsck", house.data)
check(whole.returncode == 0, "and the record is whole", whole.stdout + whole.stderr)
print(f"# {time.monotonic() - began:.0f} s")
check.end()
