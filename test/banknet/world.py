#!/usr/bin/env python3
"""Another server that offers lists, and a site with a picture. Use: world.py PICTURE. Prints "web PORT"; obeys lines from stdin, each
answered with "ok". Listens on 127.0.0.1 only.

  ncii MODE     what /FetchHashes answers: good later loops repeats backwards mixed html refused, or
                many:ROWS:HASHES:WORD:AT - so many rows about so many hashes, of that status, from that second on
  list MODE     what /list.txt answers: good mixed gone
  picture MODE  what /photo.jpg answers: here gone big"""
import hashlib, json, math, struct, sys, threading, zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

picture = open(sys.argv[1], "rb").read()
mode = {"ncii": "good", "list": "good", "picture": "here"}
asked = []


def record(n, status, at, kind="ImagePDQ"):
    return {"lastModtimestamp": at, "signalType": kind, "hashValue": f"{n:02x}" * 16 + "0f" * (16 if kind == "ImagePDQ" else 0), "hashStatus": status, "caseNumbers": {"x": status}, "CSPFeedbacks": []}


def many(start, page, rows, hashes, word, at):
    first = page * 20000
    last = min(first + 20000, rows)
    if start > at:
        return {"count": 0, "nextPageToken": None, "nextSetTimestamp": at + rows, "hasMoreRecords": False, "hashRecords": []}
    text = ",".join('{"lastModtimestamp":%d,"signalType":"ImagePDQ","hashValue":"%s","hashStatus":"%s"}' % (at + i, hashlib.sha256(b"%d" % (i % hashes)).hexdigest(), word) for i in range(first, last))
    more = last < rows
    return '{"count":%d,"nextPageToken":%s,"nextSetTimestamp":%d,"hasMoreRecords":%s,"hashRecords":[%s]}' % (last - first, '"%d"' % (page + 1) if more else "null", at + last, "true" if more else "false", text)


def answer(start, token):
    m = mode["ncii"]
    page = int(token or 0)
    if m.startswith("many:"):
        _, rows, hashes, word, at = m.split(":")
        return many(start, page, int(rows), int(hashes), word, int(at))
    if m == "good":
        rows = [record(17 + 5 * i, "Active", 1000 + i) for i in range(5 * page, 5 * page + 5)]
        rows = [r for r in rows if r["lastModtimestamp"] >= start]
        return {"count": len(rows), "nextPageToken": str(page + 1) if page < 2 else None, "nextSetTimestamp": 2000, "hasMoreRecords": page < 2, "hashRecords": rows}
    if m == "later":
        rows = [record(17, "Withdrawn", 2100), record(200, "Active", 2200), record(1, "Active", 2200, "VideoTMK")] if start >= 2000 else []
        return {"count": len(rows), "nextPageToken": None, "nextSetTimestamp": 3000, "hasMoreRecords": False, "hashRecords": rows}
    rows = [record(100 + page % 3, "Active", 5000 + page)]
    if m == "loops":
        return {"count": 1, "nextPageToken": str((page + 1) % 3 + 1), "nextSetTimestamp": 6000, "hasMoreRecords": True, "hashRecords": rows}
    if m == "repeats":
        return {"count": 1, "nextPageToken": str(page + 1), "nextSetTimestamp": 6000, "hasMoreRecords": True, "hashRecords": [record(100, "Active", 5000)]}
    return {"count": 1, "nextPageToken": None, "nextSetTimestamp": 12, "hasMoreRecords": False, "hashRecords": rows}


class Site(BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass

    def say(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        asked.append(self.path)
        u = urlparse(self.path)
        q = {k: v[0] for k, v in parse_qs(u.query).items()}
        if u.path == "/FetchHashes":
            if self.headers.get("x-functions-key") != "k1" or self.headers.get("Ocp-Apim-Subscription-Key") != "k2" or mode["ncii"] == "refused":
                return self.say(403, "text/plain", b"no")
            if mode["ncii"] == "html":
                return self.say(200, "text/html", b"<html>maintenance</html>")
            said = answer(int(q.get("startTimestamp", 0)), q.get("nextPageToken"))
            return self.say(200, "application/json", (said if isinstance(said, str) else json.dumps(said)).encode())
        if u.path == "/list.txt":
            rows = ["hash,lane,quality"] + [f"{i:02x}" * 16 + "3c" * 16 + ",adult,80" for i in range(40, 48)]
            if mode["list"] == "mixed":
                rows.append("77" * 16 + "3c" * 16 + ",minor,80")
            return self.say(404 if mode["list"] == "gone" else 200, "text/csv", "\n".join(rows).encode() + b"\n")
        if u.path == "/photo.jpg":
            return self.say(404, "text/plain", b"") if mode["picture"] == "gone" else self.say(200, "image/jpeg", picture)
        if u.path == "/gallery/page.html":
            body = b"""<html><head><meta property="og:image" content="/gallery/third.jpg?v=1"></head><body><h1>Gallery</h1><img src="../photo.jpg"><img src="//127.0.0.1:%d/gallery/other.jpg">
<img src="gone.jpg"><img src="text.jpg"><img src="javascript:x()"><img src="http://10.0.0.1/private.jpg"><img src="http://[::1]:1/p.jpg"></body></html>""" % server.server_address[1]
            return self.say(200, "text/html", body)
        if u.path == "/gallery/other.jpg":
            return self.say(200, "image/png", other)
        if u.path == "/gallery/third.jpg":
            return self.say(200, "image/png", third)
        if u.path == "/gallery/text.jpg":
            return self.say(200, "text/html", b"<p>no picture</p>")
        if u.path == "/asked":
            return self.say(200, "text/plain", "\n".join(asked).encode())
        self.say(404, "text/plain", b"")


def png(side, a):
    """A picture of its own: diagonal waves of several lengths."""
    rows = b"".join(b"\0" + bytes((int(127 + 60 * math.sin((3 * x + a * y) / 19) + 60 * math.sin((x * y) / (40 * a + 31) + x / 23)) & 255) for x in range(side)) for y in range(side))
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


other, third = png(200, 7), png(150, 13)
server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"web {server.server_address[1]}", flush=True)
for line in sys.stdin:
    what, how = line.split()
    mode[what] = how
    print("ok", flush=True)
