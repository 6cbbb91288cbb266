#!/usr/bin/env python3
"""Our reader of addresses beside the one of the browsers (the URL class of node, after the URL Standard): whatever the spelling, both go to
the same host, port and path, or ours says why it takes none. Use: url_test.py URL_SAY"""
import ipaddress, json, os, random, shutil, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

if shutil.which("node") is None:
    print("1..0 # SKIP node is not there")
    sys.exit(0)
check = Tap()
NODE = r"""
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean);
for (const l of lines) {
  try { const u = new URL(JSON.parse(l)[0]); console.log(JSON.stringify({ scheme: u.protocol, host: u.hostname.replace(/^\[|\]$/g, ''), port: u.port === '' ? 0 : +u.port, path: u.pathname, user: u.username + u.password })); }
  catch (e) { console.log('{}'); }
}
"""
HOSTS = ["example.com", "EXAMPLE.com", "b\u00fccher.example.com", "xn--bcher-kva.example.com", "ex%61mple.com", "\u0435xample.com", "example.com.", "1.1.1.1", "0x08.8.8.8", "010.8.8.8", "8.8.2056", "134744072", "0x8080808", "1.1.1.1.", "[2606:4700::1111]",
         "[2606:4700:0:0::1111]", "[::ffff:8.8.8.8]", "a_b.example.com", "-a.example.com", "a..example.com", "\uff45xample.com", "example\u3002com", "exa\u00admple.com", "127.0.0.1", "0x7f.1", "localhost", "[::1]", "example.com:80", "example.com:443",
         "example.com:8443", "example.com:0", "example.com:65536", "example.com:08080", "example.com:", "user@example.com", "user:pw@example.com", "exa mple.com", "exa<mple.com", "example.com%2f@evil.test", "fa\u00df.example.com", "\u2665.example.com", "1.2.3", "999.1.1.1",
         "1.1.1.256", "example.com\\@evil.example.org", "example.com#@evil.example.org", "example.com?@evil.example.org"]
PATHS = ["", "/", "/a/../b", "/a/./b/", "/%2e%2e/a", "/a/%2E%2e/b", "//x//y", "/\u00e9", "/a b", "/a%20b", "/..%2f..", "/a\\..\\b", "/a;b=c", "/a?q=1", "/a?utm_source=x&q=1", "/a#frag", "/\t", "/a/..", "/%zz", "/{x}"]
SCHEMES = ["https://", "http://", "HTTPS://", "https:", "https:///", "https:/", "https:\\\\", "hTTp://"]
OTHER = ["javascript:alert(1)", "data:text/html,x", "ftp://example.com/", "file:///etc/passwd", "blob:https://example.com/1", "mailto:a@example.com", "https://", "https:// ", "", "//", "https://[::1", "https://[1::2::3]/", "https://[zz]/", "https://%/", "https://\u0000.example.com/"]
inputs = [s + h + p for s in SCHEMES for h in HOSTS for p in random.Random(1).sample(PATHS, 6)] + ["https://" + h + p for h in HOSTS for p in PATHS] + OTHER
inputs = [i for i in inputs if "\u0000" not in i]
feed = "".join(json.dumps([i], ensure_ascii=False) + "\n" for i in inputs)
theirs = [json.loads(l) for l in subprocess.run(["node", "-e", NODE], input=feed, capture_output=True, text=True, check=True, timeout=100).stdout.splitlines()]
r = subprocess.run([sys.argv[1]], input=feed, capture_output=True, text=True, timeout=100)
ours = [json.loads(l) for l in r.stdout.splitlines()]
check(len(ours) == len(theirs) == len(inputs), f"{len(inputs)} spellings are read by both", (len(ours), len(theirs), len(inputs), r.stderr[-400:]))


def same_host(h):
    """One form for an address of the sixth version that holds one of the fourth."""
    try:
        return str(ipaddress.ip_address(h))
    except ValueError:
        return h.rstrip(".")


def defaults(o, t):
    return (80 if t["scheme"] == "http:" else 443) if t["port"] == 0 else t["port"]


elsewhere, taken = [], []
for i, o, t in zip(inputs, ours, theirs):
    if "url" not in o:
        continue
    if not t:
        taken.append((i, o))
    elif same_host(o["host"]) != same_host(t["host"]) or (o["port"] or (80 if o["url"].startswith("http:") else 443)) != defaults(o, t):
        elsewhere.append((i, o, t))
check(not elsewhere, "an address that ours takes leads where a browser would go", elsewhere[:6])
check(not taken, "what a browser refuses, ours refuses", taken[:6])
good = sum("url" in o for o in ours)
check(good > len(inputs) // 4, f"and many are taken ({good})")
users = [(i, o) for i, o, t in zip(inputs, ours, theirs) if "url" in o and t.get("user")]
check(not users, "a name and password before the host are never passed over", users[:4])
check(all("utm_" not in o.get("url", "") for i, o in zip(inputs, ours) if i.endswith("/a?utm_source=x&q=1") and "@evil" not in i and "?@" not in i), "parameters that follow people are dropped")
check.end()
