#!/usr/bin/env python3
"""keten lookup against real servers on this machine: names, RDAP, WHOIS, sites; honest ones first, then hostile ones. Use: lookup_test.py KETEN"""
import json, os, re, subprocess, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import House, Tap
from world import A, AAAA, CNAME, NS, PTR, World, entity, network

check = Tap()
w = World()
house = House(sys.argv[1], idle=("jobs", "media"))
HOSTS = ["rdap.test", "whois.test", "origin.test", "site.test", "www.behind.test", "old.test", "loop.test", "bounce.test", "huge.test", "odd.test", "slow.test", "words.test", "past.test", "html.test", "moved.test", "empty.test", "party.test"]
house.init("--org", "Meldpunt Test")
os.environ.update({"KETEN_NET_ALLOW": " ".join(f"{h}:{p}" for h in HOSTS for p in (w.web, w.whois)) + f" 127.0.0.9:{w.web}", "KETEN_NET_RESOLVER": f"127.0.0.1:{w.dns}",
                   "KETEN_LOOKUP_WHOIS": f"whois.test:{w.whois}", "KETEN_LOOKUP_ORIGIN_WHOIS": f"origin.test:{w.whois}"})


def boot(services):
    return json.dumps({"version": "1.0", "publication": "2999-01-01T00:00:00Z", "services": services}).encode()


base = f"http://rdap.test:{w.web}/"
w.names.update({h: [A("127.0.0.1")] for h in HOSTS})
w.rdap["/boot/dns.json"] = ("200 OK", "application/json", boot([[["test"], [base]]]), "")
w.rdap["/boot/ipv4.json"] = ("200 OK", "application/json", boot([[["127.0.0.0/8"], [base]]]), "")
w.rdap["/boot/ipv6.json"] = ("200 OK", "application/json", boot([[["::1/128"], [base]]]), "")
w.rdap["/boot/asn.json"] = ("200 OK", "application/json", b"<html>sorry</html>", "")
check(house.start(), "the instance runs", house.logged())


def keten(*args):
    return subprocess.run([house.keten_path, *args], capture_output=True, text=True, timeout=120)


def look(host, port=None, path="/clip"):
    w.asked.clear()
    r = keten("lookup", "--data", house.data, "--json", f"http://{host}:{port or w.web}{path}")
    return json.loads(r.stdout) if r.stdout.startswith("{") else {"failed": r.stderr, "code": r.returncode}


def rung(found, role):
    return next((r for r in found.get("ladder", []) if r["role"] == role), {})


# ---- the tables, newer ----
r = keten("lookup", "--data", house.data, "--update", "--from", f"http://rdap.test:{w.web}/boot")
check(r.returncode == 1 and "asn.json is not taken" in r.stderr and "published 2999-01-01" in r.stdout, "newer tables are fetched; one that is a page of words is not taken, and named", r.stdout + r.stderr)
w.rdap["/boot/asn.json"] = ("200 OK", "application/json", boot([[["64496-64511"], [base]]]), "")
r = keten("lookup", "--data", house.data, "--update", "--from", f"http://rdap.test:{w.web}/boot/")
check(r.returncode == 0 and sorted(os.listdir(os.path.join(house.data, "registry"))) == ["rdap-asn.json", "rdap-dns.json", "rdap-ipv4.json", "rdap-ipv6.json"], "all four stand in the instance", r.stdout + r.stderr)

# ---- a site as most are ----
w.names["site.test"] = [A("127.0.0.1"), A("127.0.0.2"), AAAA("::1"), NS("ns-1.awsdns-09.net"), NS("ns2.dns.test")]
w.names["1.0.0.127.in-addr.arpa"] = [PTR("web1.hoster.test")]
w.rdap["/ip/127.0.0.1"] = network("127.0.0.0", "127.0.0.255", "Hoster NV", "abuse@hoster.test", arin_originas0_originautnums=[64500])
w.rdap["/ip/::1"] = network("::1", "::1", "Zes BV", "misbruik@zes.test", "BE")
w.rdap["/autnum/64500"] = {"objectClassName": "autnum", "name": "HOSTER-AS", "entities": [entity("abuse", email="noc@hoster.test")]}
w.rdap["/domain/site.test"] = {"objectClassName": "domain", "ldhName": "site.test", "nameservers": [{"ldhName": "NS2.DNS.TEST"}], "entities": [entity("registrar", fn="Naam BV", ids="292")],
                               "links": [{"rel": "related", "type": "application/rdap+json", "href": base + "registrar/site.test"}]}
w.rdap["/registrar/site.test"] = {"objectClassName": "domain", "entities": [entity("registrar", fn="Naam BV", ids="292", inside=[entity("abuse", email="abuse@naam.test")])]}
w.says["::1"] = "route6: ::/64\norigin: AS64501\n"
w.site[("site.test", "/.well-known/security.txt")] = ("200 OK", "text/plain", b"Contact: mailto:abuse@site.test\nExpires: 2999-01-01T00:00:00Z\n", "")
f = look("site.test")
a = {x["ip"]: x for x in f.get("addresses", [])}
check(set(a) == {"127.0.0.1", "127.0.0.2", "::1"} and a["127.0.0.1"]["ptr"] == "web1.hoster.test", "all addresses over both families, and the name that one goes by", f)
check(a["127.0.0.1"]["mail"] == "abuse@hoster.test" and a["127.0.0.2"]["range"] == a["127.0.0.1"]["range"] and not any("/ip/127.0.0.2" in x for x in w.asked), "the network's abuse address; the same network is asked about once", w.asked)
check(a["127.0.0.1"]["asn"] == 64500 and a["127.0.0.1"]["as_name"] == "HOSTER-AS" and a["::1"]["asn"] == 64501, "its AS, from the registry or from who sees routes", f)
check(f["registrar"] == "Naam BV" and f["registrar_mail"] == "abuse@naam.test" and f["registrar_iana"] == "292" and f["registry"] == "rdap.test", "the registrar, and the address for reports that only the registrar gives", f)
check("ns2.dns.test" in f["nameservers"] and f["dns_operator"] == "route53", "name servers, and who runs them")
check([r["mail"] for r in f["ladder"] if r["role"] == "host"] == ["abuse@hoster.test", "misbruik@zes.test"] and rung(f, "host")["how"] == "rdap" and rung(f, "host")["detail"] == "127.0.0.1, 127.0.0.2", "the ladder has both hosts, with how each was found", f["ladder"])
check(rung(f, "site") == {"rung": "platform", "role": "site", "name": "site.test", "mail": "abuse@site.test", "how": "security_txt"}, "the site's own file says where to write")
check([r["role"] for r in f["ladder"]][:2] == ["uploader", "site"] and rung(f, "uploader").get("missing") and rung(f, "payment").get("missing") and rung(f, "registrar")["mail"] == "abuse@naam.test", "whoever was not found is said to be missing")
kinds = {x["what"] for x in f["answers"]}
check(kinds == {"dns", "rdap", "whois", "head", "security_txt"} and all(re.fullmatch("[0-9a-f]{64}", x["sha256"]) and x["at"] for x in f["answers"]), "every answer is there as it came, with its hash and moment", kinds)
check(not any(x.startswith("GET site.test/clip") or x.startswith("HEAD site.test/clip") for x in w.asked) and "HEAD site.test/" in w.asked, "the page itself is never asked for", w.asked)
r = keten("lookup", "--data", house.data, f"http://site.test:{w.web}/clip")
check(r.returncode == 0 and "abuse@hoster.test" in r.stdout and "registration (RDAP): 127.0.0.1" in r.stdout, "the same in words", r.stdout + r.stderr)

# ---- behind a delivery network ----
w.names["www.behind.test"] = [CNAME("d1.cloudfront.net")]
w.names["d1.cloudfront.net"] = [A("127.0.9.1")]
w.rdap["/ip/127.0.9.1"] = network("127.0.9.0", "127.0.9.255", "Delivery Inc", "abuse@delivery.test", "US")
w.site[("www.behind.test", "head")] = "X-Amz-Cf-Pop: AMS1\r\nVia: 1.1 x.cloudfront.net (CloudFront)\r\n"
f = look("www.behind.test")
check(f["aliases"] == ["d1.cloudfront.net"] and f["operator"] == "cloudfront" and f["operator_why"] == "alias: d1.cloudfront.net", "the chain of aliases shows who stands in front", f)
check(rung(f, "cdn")["name"] == "Amazon CloudFront" and rung(f, "host").get("mail") == "abuse@delivery.test", "it stands beside the network that its address belongs to", f["ladder"])
w.names["party.test"] = [A("127.0.9.2")]
w.site[("party.test", "head")] = "Server: cloudflare\r\nCF-Ray: 1-AMS\r\n"
f = look("party.test")
check(rung(f, "cdn")["mail"] == "abuse@cloudflare.com" and rung(f, "cdn")["how"] == "head", "marks in its head show it too", f["ladder"])

# ---- no RDAP ----
w.says["old.test"] = "domain: old.test\nRegistrar:\n   Oud BV\n\nregistrar abuse contact email: abuse@oud.test\nnserver: ns1.oud.test\n"
w.names["old.test"] = [A("127.0.5.5")]
w.says["127.0.5.5"] = "% Abuse contact for '127.0.5.0 - 127.0.5.255' is 'abuse@wie.test'\ninetnum: 127.0.5.0 - 127.0.5.255\nnetname: WIE-NET\norg-name: Wie Hosting\ncountry: NL\norigin: AS64502\n"
f = look("old.test")
check(f["registrar_how"] == "whois" and f["registrar_mail"] == "abuse@oud.test" and rung(f, "host")["mail"] == "abuse@wie.test" and rung(f, "host")["how"] == "whois", "where RDAP says nothing, WHOIS does", f["ladder"])
f = look("127.0.0.9", path="/x")
check("domain" not in f and not rung(f, "registrar") and f["addresses"][0]["ip"] == "127.0.0.9", "a bare address has a host, and no domain", f)

# ---- hostile ones ----
def endless(first):
    def go(c):
        c.sendall(first)
        while True:
            c.sendall(b"x" * 65536)
    return go


def trickle(c):
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n{")
    for _ in range(600):
        c.sendall(b" ")
        time.sleep(0.1)


w.rdap["/domain/loop.test"] = {"objectClassName": "domain", "entities": [entity("registrar", fn="Rond BV")], "links": [{"rel": "related", "type": "application/rdap+json", "href": base + "other/loop.test"}]}
w.rdap["/other/loop.test"] = {"objectClassName": "domain", "links": [{"rel": "related", "type": "application/rdap+json", "href": base + "domain/loop.test"}]}
f = look("loop.test")
check(f["registrar"] == "Rond BV" and sum("/domain/loop.test" in x for x in w.asked) == 1 and sum("/other/loop.test" in x for x in w.asked) == 1, "registries that point at each other are each asked once", w.asked)
w.rdap["/domain/bounce.test"] = ("302 Found", "text/plain", b"", f"Location: {base}domain/bounce.test\r\n")
f = look("bounce.test")
check(any(x["what"] == "rdap" and x.get("error") == "too_many_redirects" for x in f["answers"]) and sum("/domain/bounce.test" in x for x in w.asked) <= 6, "a redirect without end is left, and said", [x.get("error") for x in f["answers"]])
w.rdap["/domain/huge.test"] = endless(b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n{\"a\":\"")
w.says["huge.test"] = endless(b"registrar: Groot BV\r\n")
w.site[("huge.test", "/.well-known/security.txt")] = endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nContact: mailto:a@b.test\n")
began = time.monotonic()
f = look("huge.test")
check(f.get("registrar", "") in ("", "Groot BV") and time.monotonic() - began < 40 and any(x.get("cut") for x in f["answers"]) and rung(f, "site").get("missing"), "answers without end are cut, said to be cut, and nothing is made of half a file", [(x["what"], x.get("error")) for x in f["answers"]])
w.rdap["/domain/odd.test"] = {"objectClassName": "domain", "entities": {"roles": "registrar"}, "nameservers": [[[]]], "links": "x", "status": 7}
w.rdap["/ip/127.0.7.7"] = {"objectClassName": "ip network", "startAddress": 7, "entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "a@b.test\r\nBcc: c@d.test"], ["email", {}, "text", 5]]]}]}
w.names["odd.test"] = [A("127.0.7.7")]
f = look("odd.test")
check(rung(f, "host").get("missing") and rung(f, "registrar").get("missing") and "Bcc" not in json.dumps(f["ladder"]), "members of the wrong kind, and an address with a second line in it, give nobody", f["ladder"])
deep = b'{"objectClassName":"domain","entities":[' * 3000
w.rdap["/domain/words.test"] = ("200 OK", "application/rdap+json", deep, "")
w.says["words.test"] = b"\xff\xfe\x00registrar: \x1b[31mRood\nregistrar: Caf\xe9\n"
f = look("words.test")
check(f.get("registrar") == "Café", "nesting without end is not read; control characters are passed over; Latin letters are read", f.get("registrar"))
w.site[("past.test", "/.well-known/security.txt")] = ("200 OK", "text/plain", b"Contact: mailto:old@past.test\nExpires: 2020-01-01T00:00:00Z\n", "")
f = look("past.test")
check(rung(f, "site").get("missing") and "old@past.test" in rung(f, "site").get("detail", ""), "a file past its end is shown, and nobody is written to on it", rung(f, "site"))
w.site[("html.test", "/.well-known/security.txt")] = ("200 OK", "text/html", b"<!DOCTYPE html>Contact: mailto:a@html.test\nExpires: 2999-01-01T00:00:00Z", "")
f = look("html.test")
check(rung(f, "site").get("missing") and f["site_file_valid"] is False, "a site that answers everything has no such file")
w.names["empty.test"] = [NS("ns1.empty.test")]
f = look("empty.test")
check(f["error"] == "dns_none" and rung(f, "host").get("missing") and rung(f, "host")["detail"] == "dns_none", "a name without an address has no host, and why is said", f["ladder"])
w.rdap["/domain/slow.test"] = trickle
began = time.monotonic()
f = look("slow.test")
check(any(x.get("error") == "timeout" for x in f["answers"]) and time.monotonic() - began < 30, "one that trickles is left at its deadline (%.0f s)" % (time.monotonic() - began))
r = keten("lookup", "--data", house.data, "javascript:alert(1)")
check(r.returncode == 2 and "no address" in r.stderr, "what is no address is wrong use", r.stderr)
r = keten("lookup", "--data", house.data, "http://10.0.0.1/")
check(r.returncode == 2 or "10.0.0.1" not in str(w.asked), "an address inside a network is not looked up", r.stdout + r.stderr)
house.stop()
r = keten("lookup", "--data", house.data, f"http://site.test:{w.web}/")
check(r.returncode == 3 and "not running" in r.stderr, "without the process that reaches the outside nothing is asked, in words", r.stderr)
check.end()
