#!/usr/bin/env python3
"""A platform's interface for notices, as somebody who reads docs/asking.md would build it with nothing of the house. Use: receiver.py KEY
Prints "web PORT", then obeys lines from stdin, each answered with one line:

  next STATUS     what the next post is answered with: 200 503 400 302 drop
  got             how many different documents it took, how many posts came, how many were refused for their signature
  last            the last document it took, on one line"""
import hashlib, hmac, json, socket, sys, threading, time

key = sys.argv[1].encode()
answers, taken, posts, forged, last = [], {}, [0], [0], ["{}"]


def good(head, body):
    sign = dict(p.split("=", 1) for p in head.get("keten-signature", "t=0,v1=").split(","))
    mac = hmac.new(key, sign["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mac, sign["v1"]) and abs(int(sign["t"]) - int(head.get("x-now", sign["t"]))) < 300


def serve(c):
    f = c.makefile("rb")
    line = f.readline().decode()
    head = {}
    while (h := f.readline().decode().strip()):
        k, v = h.split(":", 1)
        head[k.lower()] = v.strip()
    body = f.read(int(head.get("content-length", "0")))
    posts[0] += 1
    status = answers.pop(0) if answers else "200"
    if status == "drop":  # it took it, and the line broke before it could say so
        status = None
    if not line.startswith("POST ") or head.get("content-type") != "application/json" or not good(head, body):
        forged[0] += 1
        status = "401"
    elif status in (None, "200"):
        taken.setdefault(head["idempotency-key"], body)
        last[0] = json.dumps(json.loads(body))
    if status is not None:
        more = "Location: /elsewhere\r\n" if status == "302" else ""
        out = json.dumps({"ticket": "T-42"}).encode()
        c.sendall(f"HTTP/1.1 {status} X\r\n{more}Content-Type: application/json\r\nContent-Length: {len(out)}\r\nConnection: close\r\n\r\n".encode() + out)
    c.close()


s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(16)
print(f"web {s.getsockname()[1]}", flush=True)


def loop():
    while True:
        c, _ = s.accept()
        threading.Thread(target=serve, args=(c,), daemon=True).start()


threading.Thread(target=loop, daemon=True).start()
for line in sys.stdin:
    word, *rest = line.split()
    if word == "next":
        answers[:] = rest
        print("ok", flush=True)
    elif word == "got":
        print(len(taken), posts[0], forged[0], flush=True)
    elif word == "last":
        print(last[0], flush=True)
