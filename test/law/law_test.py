#!/usr/bin/env python3
"""keten law as a person or a script meets it: exit codes, words, JSON. Use: law_test.py KETEN LAW_FOLDER"""
import csv, html.parser, io, json, os, shutil, subprocess, sys, tempfile

KETEN, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
count = bad = 0


def check(ok, what):
    global count, bad
    count += 1
    bad += not ok
    print(("ok" if ok else "not ok") + f" {count} - {what}", flush=True)


def law(*args):
    r = subprocess.run([KETEN, "law", *args], capture_output=True, text=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


def term(*args):
    code, out, err = law("term", *args, "--json")
    return json.loads(out) if code == 0 else {"error": err, "code": code}


def edited(name, change, *more):
    """A copy of the tables with one file changed; the answer of check."""
    with tempfile.TemporaryDirectory() as d:
        for f in os.listdir(FOLDER):
            if f.endswith(".csv"):
                shutil.copy(os.path.join(FOLDER, f), d)
        p = os.path.join(d, name)
        text = open(p, encoding="utf-8", newline="").read()
        open(p, "w", encoding="utf-8", newline="").write(change(text))
        return law("check", "--dir", d, *more)


code, out, err = law("check")
check(code == 0 and "0 problems" in out and err == "", "the law that is built in is sound")
code, out, err = law("check", "--dir", FOLDER)
check(code == 0, "and so is the folder it was built from")
code, out, err = edited("terms.csv", lambda t: t.replace(",week,awt,", ",weeks,awt,", 1))
check(code == 1 and err.startswith("law/terms.csv:") and err.split(":")[1].isdigit() and err.split(":")[2].isdigit() and len(err.strip().split("\n")) == 1, "a malformed row: exit 1 and one line with file, line and column")
code, out, err = edited("next.csv", lambda t: "".join(x for x in t.splitlines(True) if ",C36," not in x))
check(code == 1 and "terms.csv" in err and "C36" in err and "no next step" in err, "a term that lost its next step is named")
code, out, err = law("check", "--dir", "/nonexistent")
check(code == 2 and err != "", "a folder that is not there is wrong use")

code, out, err = edited("baselines.csv", lambda t: "".join(t.splitlines(True)[:-1]), "--against", FOLDER)
check(code == 1 and "is gone" in err and "baselines" in err, "an id that was there in an earlier folder and is gone is named")
check(law("check", "--against", FOLDER)[0] == 0, "nothing is gone from the same folder")

d = term("C20", "--from", "2026-03-02T10:00")
check(d["rule"] == "C20" and d["due"] == "2026-04-28" and d["due_at"] == "2026-04-28T21:59:59.999Z", "eight weeks from 2 March 2026 end on 28 April")
check(any("King's Day" in s for s in d["derivation"]) and d["opens"][0]["first"] == "2026-04-29", "with King's Day in the derivation and the first day of the next step")
check(term("C20", "--from", "2026-10-30")["due"] == "2026-12-28", "eight weeks from 30 October 2026 end on 28 December")
check(term("C15", "--from", "2027-01-31")["due"] == "2027-03-01", "a month from 31 January 2027 ends on 1 March")
d = term("C22", "--from", "2026-05-01", "--prior", "2026-04-28", "--at", "2026-05-20")
check(d["due"] == "2026-05-15" and d["penalty"]["first"] == "2026-05-16" and d["penalty"]["last"] == "2026-06-26" and d["penalty"]["cents_max"] == 144200 and d["penalty"]["day_now"] == 5, "a notice of default of 1 May: two weeks to 15 May, penalty from 16 May to 26 June")
check(any("decree" in s and "Monday 18 May 2026" in s for s in d["derivation"]) and not d["verified"] and [b["cents"] for b in d["penalty"]["per_day"]] == [2300, 3500, 4500], "that 15 May is said to be decreed is told, as is the amount of each day")
d = term("C22", "--from", "2026-04-28", "--prior", "2026-04-28")
check(d["void"] and d["due"] is None and d["opens"] == [], "received too early it is void")
d = term("C20", "--from", "2026-03-02", "--pause", "2026-03-10..2026-03-12", "--pause", "2026-03-20..2026-03-20")
check(d["raw"] == "2026-05-01", "two pauses of four days shift the raw end by four")
d = term("C20", "--from", "2026-03-02", "--promised", "2026-06-06", "--at", "2026-06-07")
check(d["kind"] == "promised" and d["due"] == "2026-06-06" and d["state"] == "lapsed", "a promised Saturday stays")
d = term("C29", "--from", "2026-03-28T20:00")
check(d["due_at"] == "2026-03-29T07:00:00Z", "hours run through the change to summer time")
code, out, err = law("term", "C2", "--from", "2026-03-02T10:00", "--lang", "nl")
check(code == 0 and "[policy]" in out and "geen wet" in out, "a policy norm is called one, in Dutch")
for args, word in [(("C999", "--from", "2026-03-02"), "C999"), (("C20", "--from", "2026-03-29T02:30"), "does not exist in Europe/Amsterdam"), (("C20", "--from", "2026-02-30"), "is not a day or a time"), (("C31", "--from", "2026-01-01"), "C31"), (("C20", "--from", "2026-03-02", "--pause", "2026-03-10"), "2026-03-10.."), (("C20", "--from", "2026-03-02", "--pause", "2026-03-10.."), "10 March 2026"),
                   (("C20", "--from", "2026-03-02", "--pause", "2026-03-12..2026-03-10"), "12 March 2026"), (("C20", "--from", "2026-03-02", "--pause", "2026-03-10..2026-03-14", "--pause", "2026-03-14..2026-03-15"), "14 March 2026"),
                   (("C20", "--from", "2026-03-02", "--received", "2026-03-01"), "1 March 2026"), (("C29", "--from", "2026-03-02", "--promised", "2026-04-01"), "promised")]:
    code, out, err = law("term", *args)
    check(code == 2 and out == "" and len(err.strip().split("\n")) == 1 and word in err, f"refused with one line that names it: {' '.join(args)}")

code, out, err = law("route", "--offence", "EXPOSE", "--age", "adult", "--platform", "t.me", "--reporter", "flagger", "--json")
d = json.loads(out)
by = {b["body"]: b for b in d["bodies"]}
check(code == 0 and d["platform"] == "telegram" and by["DSC-BE"]["outcome"] == "competent" and by["ACM"]["outcome"] == "receives" and by["ATKM"]["outcome"] == "no", "the expose list on Telegram")
check(all(b["reason"] for b in d["bodies"]) and len(d["steps"]) == 7 and len(d["ladder"]) > 8 and by["DSC-BE"]["form"]["contents"], "every body has a reason; steps, ladder and contents are there")
old, new = (json.loads(law("route", "--offence", "NCII", "--depicted", "adult", "--offence-date", day, "--json")[1])["articles"] for day in ("2024-06-30", "2024-07-01"))
check(old == ["139h"] and new == ["254ba"], "a case that straddles 1 July 2024: the article is that of the day of the offence")
ec = [next(b for b in json.loads(law("route", "--offence", "NCII", "--depicted", "adult", "--platform", "stripchat", "--at", day, "--json")[1])["bodies"] if b["body"] == "EC-DSA")["outcome"] for day in ("2023-12-19", "2023-12-20", "2025-05-26", "2025-05-27")]
check(ec == ["no", "shared", "shared", "no"], "a platform whose tier changes: the Commission shares it from its designation until that ends")
ai = [next((b for b in json.loads(law("route", "--offence", "NUDIFY-TOOL", "--depicted", "adult", "--at", day, "--json")[1])["bodies"] if b["body"] == "MSA-AI"), {"outcome": "not there"})["outcome"] for day in ("2026-12-01", "2026-12-02")]
check(ai == ["not there", "find_out"], "a nudifier on the day before the ban of 2 December 2026, and on that day")
code, out, err = law("route", "--offence", "NCII", "--depicted", "unknown", "--json")
check(json.loads(out)["lane"] == "minor", "unknown age is the lane for minors")
code, out, err = law("route", "--offence", "NCII", "--age", "old")
check(code == 2 and "old" in err, "an age that is none is refused")

code, out, err = law("route", "--offence", "NCII", "--depicted", "adult", "--tags", "I H", "--seat", "GR")
check(code == 2 and out == "" and "GR" in err and len(err.strip().split("\n")) == 1, "a country code that is in no table is refused, not taken for a seat outside the Union")

def count_of(*args):
    code, out, err = law("count", *args, "--json")
    return json.loads(out) if code == 0 else {"error": err, "code": code}


d = count_of("awt", "3", "days", "--from", "2026-04-02")
check(d["due"] == "2026-04-08" and d["raw"] == "2026-04-05" and any("article 2)" in s for s in d["derivation"]) and d["verified"], "three days from the Thursday before Easter 2026 end on the Wednesday after, by article 2")
for args, due in [(("awt", "8", "weeks", "--from", "2026-03-02"), "2026-04-28"), (("awt", "8", "weeks", "--from", "2026-10-30"), "2026-12-28"), (("awt", "1", "month", "--from", "2027-01-31"), "2027-03-01"), (("awt", "90", "days", "--from", "2026-02-01"), "2026-05-04"),
                  (("awt", "91", "days", "--from", "2026-01-31"), "2026-05-02"), (("awt", "1", "year", "--from", "2025-04-25"), "2026-04-25"), (("awt", "2", "days", "--from", "2026-04-02"), "2026-04-07"), (("calendar", "42", "days", "--from", "2026-05-15"), "2026-06-26"),
                  (("eu", "1", "month", "--from", "2026-06-21", "--country", "BE"), "2026-07-22"), (("eu", "1", "month", "--from", "2026-06-21"), "2026-07-21"), (("eu", "2", "days", "--from", "2026-12-31", "--country", "FR"), "2027-01-05"),
                  (("eu", "1", "month", "--from", "2026-03-13", "--country", "EL"), "2026-04-14"), (("eu", "1", "year", "--from", "2024-02-29"), "2025-02-28"), (("backward", "1", "month", "--from", "2026-03-31"), "2026-02-28"), (("backward", "10", "days", "--from", "2026-05-15"), "2026-05-05")]:
    check(count_of(*args)["due"] == due, f"counted: {' '.join(args)} is {due}")
check(count_of("eu", "8", "hours", "--from", "2026-04-04T20:30")["due_at"] == "2026-04-05T03:00:00Z" and count_of("hours", "72", "hours", "--from", "2026-03-28T12:00")["due_at"] == "2026-03-31T11:00:00Z", "hours: the Regulation leaves out the hour of the event; over the change to summer time they stay hours")
check(count_of("moon", "3", "days", "--from", "2026-04-02")["code"] == 2 and count_of("awt", "0", "days", "--from", "2026-04-02")["code"] == 2 and count_of("awt", "3", "moons", "--from", "2026-04-02")["code"] == 2, "a way of counting, a number or a unit that is none is refused")
code, out, err = law("days", "NL", "2026", "--json")
d = {x["day"]: x["counts"] for x in json.loads(out)}
check(code == 0 and d["2026-04-27"] and d["2026-04-03"] and d["2026-12-26"] and not d["2026-05-15"] and "2026-04-26" not in d, "the Dutch days off of 2026, with the decreed ones that nobody has checked apart")
check(law("days", "XX", "2026")[0] == 2 and law("days", "NL", "soon")[0] == 2, "a country or a year that is none is refused")
states = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
lists = {s: [x["day"] for x in json.loads(law("days", s, "2026", "--json")[1])] for s in states}
check(all(len(v) >= 8 and "2026-01-01" in v and "2026-12-25" in v for v in lists.values()), "each member state has its public holidays")
off = lambda s, day: day in [x["day"] for x in json.loads(law("days", s, day[:4], "--json")[1])]
check(off("EL", "2026-04-13") and off("BG", "2026-04-10") and off("RO", "2026-06-01") and off("SE", "2026-06-19") and off("FI", "2026-10-31") and off("LV", "2025-05-05") and off("PL", "2025-12-24") and not off("PL", "2024-12-24"),
      "orthodox Easter, midsummer, a day in lieu and a day that became one")
check(off("SK", "2025-05-08") and not off("SK", "2026-05-08") and off("SK", "2028-05-08") and not off("SK", "2025-11-17") and off("DK", "2023-05-05") and not off("DK", "2024-04-26") and not off("IT", "2024-10-04") and off("IT", "2027-10-04"),
      "days that a state took away, for a year or for good, or gave")
check(off("BG", "2027-12-27") and off("BG", "2027-12-28") and not off("BG", "2027-12-29") and off("BG", "2022-12-28") and not off("BG", "2024-12-27"), "Christmas on a weekend in Bulgaria is free on the working days after it")

code, out, err = law("days", "US", "2026")
check(code == 2 and out == "" and "US" in err and len(err.strip().split("\n")) == 1, "a country whose holidays are in no table is said to be one, not shown without holidays")
for args, word in [(("term", "C20", "--from", ""), "--from"), (("term", "C20", "--from", "2026-03-02", "--at", ""), "--at"), (("term", "C20", "--from", "2026-03-02", "--promised", ""), "--promised"), (("term", "C20", "--from", "2026-03-02", "--pause", ""), "--pause"),
                   (("term", "C2", "--from", "2026-03-02", "--norm", ""), "--norm"), (("term", "C2", "--from", "2026-03-02", "--offence", "NOPE"), "NOPE"), (("term", "C2", "--from", "2026-03-02", "--lane", "purple"), "purple"), (("count", "awt", "3", "days", "--from", ""), "--from"),
                   (("count", "backward", "3", "hours", "--from", "2026-03-02"), "hours"), (("route", "--offence", "NCII", "--platform", "https://t.me/x"), "t.me"), (("route", "--offence", "NCII", "--at", ""), "--at")]:
    code, out, err = law(*args)
    check(code == 2 and out == "" and len(err.strip().split("\n")) == 1 and word in err, f"nothing is guessed from what is empty or unknown: {' '.join(a or repr(a) for a in args)}")

code, out, err = law("list", "terms")
rows = list(csv.DictReader(io.StringIO(out)))
check(code == 0 and any(r["id"] == "C20" for r in rows), "a table lists as CSV")
code, out, err = law("list", "authorities", "--at", "2025-01-01", "--json")
check(len([r for r in json.loads(out) if r["id"] == "ACM"]) == 1 and all("verified" in r for r in json.loads(out)), "as JSON on a day, each thing once, with what is verified")
check(law("list", "nothing")[0] == 2, "an unknown table is wrong use")
code, out, err = law("diff", "2026-12-01", "2026-12-02")
check(code == 0 and "MSA-AI" in out, "the ban of 2 December 2026 shows between the days around it")
check(law("diff", "2026-13-01", "2026-12-02")[0] == 2, "a day that does not exist is refused")


class Shape(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.rows, self.signs, self.wrong = [], 0, 0, 0

    def handle_starttag(self, tag, attrs):
        if tag in ("meta", "br"):
            return
        self.open.append(tag)
        self.rows += tag == "tr"
        self.signs += ("class", "sign") in attrs

    def handle_endtag(self, tag):
        self.wrong += not self.open or self.open.pop() != tag


for lang, word in (("nl", "handtekening"), ("en", "signature")):
    code, out, err = law("print", "--lang", lang)
    s = Shape()
    s.feed(out)
    check(code == 0 and word in out and s.wrong == 0 and not s.open and s.signs > 1000 and s.rows == s.signs + out.count("<h2 id="), f"the book in {lang}: well formed, a place for a signature at every row")
print(f"1..{count}")
sys.exit(1 if bad else 0)
