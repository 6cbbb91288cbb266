#!/usr/bin/env python3
"""A small hostile internet for tests: a web server, the same over TLS, a name server, and mail servers that hang where told.
Use: outside.py FOLDER - makes a certificate authority in FOLDER, prints one "name port" a line, then "ready", and serves until stdin ends.
Everything listens on this machine only."""
import gzip, os, shutil, socket, ssl, struct, subprocess, sys, threading, time

folder = sys.argv[1]
seen = {"web": 0, "closed": 0}
ports = {}


def serve(name, handle, wrap=None, family=socket.AF_INET):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    s.listen(50)
    ports[name] = s.getsockname()[1]

    def one(c):
        try:
            c.settimeout(60)
            handle(wrap(c) if wrap else c)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            c.close()

    def loop():
        while True:
            c, _ = s.accept()
            threading.Thread(target=one, args=(c,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


# ---- the web ----

def answer(c, body=b"", status="200 OK", type="text/html; charset=UTF-8", extra="", length=None):
    head = f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {len(body) if length is None else length}\r\nConnection: close\r\n{extra}\r\n"
    c.sendall(head.encode() + body)


def web(c):
    seen["web"] += 1
    head = b""
    while b"\r\n\r\n" not in head:
        got = c.recv(4096)
        if not got:
            return
        head += got
        if head[:1] == b"\x16":
            return c.sendall(b"HTTP/1.1 400 no TLS here\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    method, path, _ = line.decode().split(" ", 2)
    if path == "/ok":
        return answer(c, b"<title>Here</title><p>still here")
    if path == "/image":
        return answer(c, b"\x89PNG" + b"x" * 5000, type="image/png")
    if path == "/untyped":
        return c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x89PNG")
    if path == "/gone":
        return answer(c, b"gone", status="410 Gone")
    if path == "/seen":
        return answer(c, str(seen["web"]).encode(), type="text/plain")
    if path == "/echo":
        head_only, _, body = head.partition(b"\r\n\r\n")
        n = [int(l.split(b":")[1]) for l in head_only.split(b"\r\n") if l.lower().startswith(b"content-length:")]
        while n and len(body) < n[0]:
            body += c.recv(4096)
        return answer(c, method.encode() + b" " + body, type="text/plain")
    if path.startswith("/hop/"):
        n = int(path[5:])
        return answer(c, b"moved", status="302 Found", extra=f"Location: {'/ok' if n == 0 else '/hop/%d' % (n - 1)}\r\n")
    if path == "/loop":
        return answer(c, status="301 Moved", extra="Location: /loop\r\n")
    if path == "/after":
        return answer(c, status="303 See Other", extra="Location: /echo\r\n")
    if path.startswith("/to/"):
        return answer(c, status="302 Found", extra="Location: %s\r\n" % bytes.fromhex(path[4:]).decode())
    if path == "/endless":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            c.sendall(b"<p>more and more</p>" * 400)
    if path == "/endlesshead":
        c.sendall(b"HTTP/1.1 200 OK\r\n")
        for i in range(10 ** 7):
            c.sendall(b"X-Line-%d: %s\r\n" % (i, b"y" * 500))
    if path == "/slowhead":
        c.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            c.sendall(b"X-Slow: 1\r\n")
            time.sleep(0.2)
    if path == "/slowbody":
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n")
        while True:
            c.sendall(b"z")
            time.sleep(0.1)
    if path == "/silence":
        return time.sleep(60)
    if path == "/claimsmore":
        return answer(c, b"ten bytes.", length=1000)
    if path == "/claimsless":
        return answer(c, b"ten bytes." * 50, length=10)
    if path == "/bomb":
        return answer(c, gzip.compress(b"\0" * (64 << 20), mtime=0), extra="Content-Encoding: gzip\r\n")
    if path == "/interim":
        return c.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n3\r\nabc\r\n0\r\nX-End: 1\r\n\r\n")
    if path == "/nonsense":
        return c.sendall(b"this is no http at all\r\n\r\n")
    if path == "/nothing":
        return
    answer(c, b"not here", status="404 Not Found")


# ---- WHOIS ----

def whois(c):
    line = b""
    while not line.endswith(b"\r\n") and len(line) < 4096:
        got = c.recv(4096)
        if not got:
            return
        line += got
    what = line.strip().decode(errors="replace")
    if what == "endless":
        while True:
            c.sendall(b"remark: and on and on\r\n" * 400)
    if what == "silent":
        return time.sleep(60)
    if what == "trickle":
        while True:
            c.sendall(b"x")
            time.sleep(0.1)
    if what == "nothing":
        return
    c.sendall(f"% asked: {what}\r\ndomain: {what}\r\n".encode())


# ---- names ----

def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"


A = lambda text: (1, socket.inet_aton(text))
AAAA = lambda text: (28, socket.inet_pton(socket.AF_INET6, text))
NAMES = {
    "site.test": [A("127.0.0.1")], "closed.test": [A("127.0.0.1")], "inside.test": [A("10.0.0.1")], "loop.test": [A("127.0.0.1")], "mapped.test": [AAAA("::ffff:127.0.0.1")],
    "cloud.test": [A("169.254.169.254")], "six.test": [AAAA("::1"), AAAA("fd00::1")], "alias.test": [(5, name("site.test")), A("127.0.0.1")],
    "1.0.0.127.in-addr.arpa": [(12, name("host.site.test"))],
}


def name_server():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    ports["dns"] = s.getsockname()[1]

    def loop():
        while True:
            q, who = s.recvfrom(2048)
            at, labels = 12, []
            while q[at]:
                labels.append(q[at + 1:at + 1 + q[at]].decode(errors="replace").lower())
                at += q[at] + 1
            asked, kind = ".".join(labels), struct.unpack(">H", q[at + 1:at + 3])[0]
            question = q[12:at + 5]
            if asked == "silent.test":
                continue
            code = 2 if asked == "broken.test" else 0 if asked in NAMES else 3
            rows, owner, body = [], name(asked), b""
            for t, data in NAMES.get(asked, []):
                if t == 5 or t == kind:
                    body += owner + struct.pack(">HHIH", t, 1, 60, len(data)) + data
                    rows.append(t)
                if t == 5:
                    owner = data
            s.sendto(q[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(rows), 0, 0) + question + body, who)

    threading.Thread(target=loop, daemon=True).start()


# ---- mail ----

mails = []


def mail(stage, secure=None, context=None):
    """Speaks SMTP; at `stage` it hangs (a word), or says what follows the colon instead."""
    word, _, instead = stage.partition(":")

    def handle(c):
        f = c.makefile("rwb")

        def say(at, text):
            if at == word and not instead:
                time.sleep(60)
            f.write(((instead if at == word else text) + "\r\n").encode())
            f.flush()

        say("greeting", "220 mail.test ESMTP")
        body, got, auth = False, b"", 0
        while True:
            line = f.readline()
            if not line:
                return
            if body:
                if line == b".\r\n":
                    body = False
                    mails.append(got)
                    say("end", "250 2.0.0 queued as 17")
                else:
                    got += line[1:] if line.startswith(b"..") else line
                continue
            if auth:
                auth -= 1
                say("auth", "334 VXNlcm5hbWU6" if auth else "235 2.7.0 welcome")
                continue
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb == "EHLO":
                tls = secure == "starttls" and not isinstance(c, ssl.SSLSocket)
                say("ehlo", "250-mail.test\r\n250-8BITMIME\r\n" + ("250-STARTTLS\r\n" if tls else "250-AUTH PLAIN\r\n") + "250 SIZE 10000000")
            elif verb == "STARTTLS":
                say("starttls", "220 go ahead")
                f.close()
                c = context.wrap_socket(c, server_side=True)
                f = c.makefile("rwb")
            elif verb == "AUTH":
                say("auth", "235 2.7.0 welcome")
            elif verb == "MAIL":
                say("mail", "250 ok")
            elif verb == "RCPT":
                say("rcpt", "250 ok")
            elif verb == "DATA":
                if word == "data" and not instead:
                    time.sleep(60)
                say("data", "354 go on")
                body = True
            elif verb == "QUIT":
                say("quit", "221 bye")
                return
            else:
                say("other", "502 no")

    return handle


def authority():
    """A root, an intermediate that nobody sends along is not made: root and leaf are chain enough to see both in the record."""
    def run(*a):
        subprocess.run(["openssl", *a], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    open(os.path.join(folder, "leaf.ext"), "w").write("subjectAltName=DNS:site.test,DNS:localhost,IP:127.0.0.1\n")
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test root")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=site.test")
    run("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "30", "-extfile", "leaf.ext")
    with open(os.path.join(folder, "chain.pem"), "w") as f:
        for part in ("leaf.pem", "ca.pem"):
            f.write(open(os.path.join(folder, part)).read())
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "other.key", "-out", "other.pem", "-days", "30", "-subj", "/CN=site.test")


authority()
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(os.path.join(folder, "chain.pem"), os.path.join(folder, "leaf.key"))
other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
other.load_cert_chain(os.path.join(folder, "other.pem"), os.path.join(folder, "other.key"))
# ---- a proxy elsewhere: CONNECT only, and what it reaches says so ----

def proxy(c):
    head = b""
    while b"\r\n\r\n" not in head:
        got = c.recv(4096)
        if not got:
            return
        head += got
    method, target = head.decode().split(" ")[:2]
    seen["proxy"] = seen.get("proxy", 0) + 1
    if method != "CONNECT" or target.startswith("refuse.test"):
        return c.sendall(b"HTTP/1.1 403 no\r\n\r\n")
    c.sendall(b"HTTP/1.1 200 open\r\n\r\n")
    web(c)  # as the site looks from there


serve("web", web)
serve("proxy", proxy)
serve("tls", web, lambda c: tls.wrap_socket(c, server_side=True))
if socket.has_ipv6:
    try:
        serve("web6", web, family=socket.AF_INET6)
    except OSError:
        ports["web6"] = 0
serve("badtls", web, lambda c: other.wrap_socket(c, server_side=True))
name_server()
for stage in ("good", "greeting", "ehlo", "mail", "rcpt", "data", "end", "quit"):
    serve("mail_" + stage, mail(stage))
serve("whois", whois)
serve("mail_no_such", mail("rcpt:550 5.1.1 no such user here"))
serve("mail_full", mail("rcpt:452 4.2.2 mailbox full"))
serve("mail_spam", mail("end:554 5.7.1 not wanted"))
serve("mail_closed", mail("greeting:554 5.3.2 not now"))
serve("mail_auth", mail("auth:535 5.7.8 wrong"))
serve("mail_starttls", mail("good", "starttls", tls))
serve("mail_tls", mail("good"), lambda c: tls.wrap_socket(c, server_side=True))


def last_mail(c):
    body = mails[-1] if mails else b""
    c.recv(4096)
    answer(c, body, type="text/plain")


serve("last_mail", last_mail)
for what, port in ports.items():
    print(what, port)
print("ready", 0, flush=True)
sys.stdin.read()
shutil.rmtree(folder, ignore_errors=True)
