#!/usr/bin/env python3
"""A small internet of registries for tests of `keten lookup`: a name server, RDAP and sites over HTTP, WHOIS. Everything on this machine.
Use as a module: World() starts it; .dns .web .whois are ports; .asked lists what was asked; .names, .rdap, .site and .says can be changed."""
import json, socket, struct, threading, time

A = lambda text: (1, socket.inet_aton(text))
AAAA = lambda text: (28, socket.inet_pton(socket.AF_INET6, text))


def name(text):
    return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"


NS = lambda text: (2, name(text))
CNAME = lambda text: (5, name(text))
PTR = lambda text: (12, name(text))


def card(**fields):
    rows = [["version", {}, "text", "4.0"]]
    for k, v in fields.items():
        rows.append([k.replace("_", "-"), {}, "uri" if k in ("url", "contact_uri") else "text", v])
    return ["vcard", rows]


def entity(*roles, inside=(), ids=None, **fields):
    e = {"objectClassName": "entity", "roles": list(roles), "vcardArray": card(**fields)}
    if inside:
        e["entities"] = list(inside)
    if ids:
        e["publicIds"] = [{"type": "IANA Registrar ID", "identifier": ids}]
    return e


def network(start, end, holder, abuse, country="NL", **more):
    return {"objectClassName": "ip network", "startAddress": start, "endAddress": end, "name": holder.upper().replace(" ", "-"), "country": country,
            "entities": [entity("registrant", fn=holder, inside=[entity("abuse", fn="Abuse", email=abuse)] if abuse else [])], **more}


class World:
    def __init__(self):
        self.asked, self.names, self.rdap, self.site, self.says = [], {}, {}, {}, {}
        self.dns = self._names()
        self.web = self._tcp(self._web)
        self.whois = self._tcp(self._whois)

    # ---- servers ----
    def _tcp(self, handle):
        port = 0
        for family, at in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")):
            s = socket.socket(family)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind((at, port))
            except OSError:
                continue
            s.listen(100)
            port = s.getsockname()[1]

            def loop(s=s):
                while True:
                    c, _ = s.accept()
                    threading.Thread(target=self._one, args=(handle, c), daemon=True).start()

            threading.Thread(target=loop, daemon=True).start()
        return port

    def _one(self, handle, c):
        try:
            c.settimeout(30)
            handle(c)
        except OSError:
            pass
        finally:
            c.close()

    def _names(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 0))

        def loop():
            while True:
                q, who = s.recvfrom(2048)
                at, labels = 12, []
                while q[at]:
                    labels.append(q[at + 1:at + 1 + q[at]].decode(errors="replace").lower())
                    at += q[at] + 1
                asked, kind = ".".join(labels), struct.unpack(">H", q[at + 1:at + 3])[0]
                body, n, owner = b"", 0, asked
                known = owner in self.names
                for _ in range(8):
                    step = None
                    for t, data in self.names.get(owner, []):
                        if t == kind or t == 5:
                            body += name(owner) + struct.pack(">HHIH", t, 1, 60, len(data)) + data
                            n += 1
                        if t == 5:
                            step = data
                    if step is None:
                        break
                    owner, i = "", 0
                    while step[i]:
                        owner += ("." if owner else "") + step[i + 1:i + 1 + step[i]].decode()
                        i += step[i] + 1
                s.sendto(q[:2] + struct.pack(">HHHHH", 0x8180 | (0 if known else 3), 1, n, 0, 0) + q[12:at + 5] + body, who)

        threading.Thread(target=loop, daemon=True).start()
        return s.getsockname()[1]

    def _web(self, c):
        head = b""
        while b"\r\n\r\n" not in head:
            got = c.recv(4096)
            if not got:
                return
            head += got
        lines = head.decode(errors="replace").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        host = next((l.split(":", 1)[1].strip().split(":")[0] for l in lines if l.lower().startswith("host:")), "")
        self.asked.append(f"{method} {host}{path}")
        what = self.rdap.get(path) if host == "rdap.test" else self.site.get((host, path))
        if host != "rdap.test" and what is None and path == "/":
            what = ("200 OK", "text/html", b"<title>x</title>", self.site.get((host, "head"), ""))
        if callable(what):
            return what(c)
        if isinstance(what, dict):
            what = ("200 OK", "application/rdap+json", json.dumps(what).encode(), "")
        if what is None:
            what = ("404 Not Found", "text/plain", b"no", "")
        status, kind, body, more = what
        c.sendall(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n".encode() + (b"" if method == "HEAD" else body))

    def _whois(self, c):
        line = b""
        while not line.endswith(b"\n") and len(line) < 1000:
            got = c.recv(1000)
            if not got:
                return
            line += got
        what = line.strip().decode(errors="replace")
        self.asked.append("WHOIS " + what)
        said = self.says.get(what, "No match.\r\n")
        if callable(said):
            return said(c)
        c.sendall(said.encode() if isinstance(said, str) else said)
