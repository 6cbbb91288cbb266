#!/usr/bin/env python3
"""A small platform and its mail server for tests of takedown: pages that stay, go, lie and come back; a mail server that keeps what
it gets and hangs or refuses where told. Use: world.py FOLDER. Prints "web PORT" and "mail PORT", then obeys lines from stdin and
answers each with "ok". Everything listens on 127.0.0.1 only; mails are kept in FOLDER as mail-1.eml, mail-2.eml, ...

  page PATH MODE      clip comment garden gone410 gone404 soft home login robot age parked liar404 script drop slow
  site MODE           what any other address gives: 404 soft home clip
  mail good           takes everything
  mail hang STAGE     greeting ehlo mail rcpt data end
  mail say STAGE WORDS"""
import os, socket, sys, threading, time

folder = sys.argv[1]
pages, site, post = {}, ["404"], ["good", "", ""]
lock, count = threading.Lock(), [0]

LONG = ("This is a page about a video that somebody put here on a quiet evening and many people have looked at it since then while nobody "
        "asked the person in it whether that was fine with her and the comments beneath it say more about those who wrote them than about "
        "anything else that can be seen on it today")
TULIPS = ("Our garden centre sells tulips hyacinths and daffodils in every colour you can think of and delivers them to your door within two "
          "days so that your neighbours will wonder how you did it again this spring with so little work and so much joy")
HOME = ("Welcome to our site where you find the newest clips of the week chosen by our editors together with the best channels and the most "
        "watched categories of this month please enjoy your stay here and tell your friends about everything")


def html(title, text, more=""):
    return f"<!doctype html><html lang=en><head><title>{title}</title></head><body><p>{text}</p>{more}</body></html>".encode()


def page(mode, path):
    clip = html("Clip " + path, LONG, "<video></video>" + "<img src=x alt=x>" * 9)
    soft = html("Oops", "Sorry, this video has been removed. Page not found.")
    return {
        "clip": ("200 OK", clip, ""), "comment": ("200 OK", html("Clip " + path, LONG + " 17 minutes ago: page not found lol", "<video></video>" + "<img src=x alt=x>" * 10), ""),
        "garden": ("200 OK", html("Tulips", TULIPS, "<img src=t alt=t>"), ""), "gone410": ("410 Gone", html("Gone", "Gone"), ""), "gone404": ("404 Not Found", html("404", "Page not found"), ""), "404": ("404 Not Found", html("404", "Page not found"), ""),
        "soft": ("200 OK", soft, ""), "home": ("302 Found", b"", "Location: /\r\n"), "login": ("200 OK", html("Log in", "Log in to continue", "<form><input type=password></form>"), ""),
        "robot": ("200 OK", html("Just a moment...", "Checking your browser before accessing this site"), ""), "age": ("200 OK", html("Site", "Are you 18 or older? Yes No"), ""),
        "parked": ("200 OK", html("site", "This domain is for sale. Buy this domain."), ""), "liar404": ("404 Not Found", clip, ""), "script": ("200 OK", html("App", "", "<script>go()</script>"), ""),
    }[mode]


def web(c):
    head = b""
    while b"\r\n\r\n" not in head:
        got = c.recv(4096)
        if not got:
            return
        head += got
    path = head.split(b" ")[1].decode()
    mode = pages.get(path, "front" if path == "/" else site[0])
    if mode == "front":
        status, body, more = "200 OK", html("Home", HOME, "<img src=h alt=h>" * 9), ""
    elif mode == "drop":
        return
    elif mode == "slow":
        time.sleep(60)
        return
    else:
        status, body, more = page(mode, path if path in pages else "any")
    c.sendall(f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n".encode() + body)


def mail(c):
    f = c.makefile("rwb")
    kind, stage, words = post

    def say(at, text):
        if kind == "hang" and at == stage:
            time.sleep(60)
        f.write(((words if kind == "say" and at == stage else text) + "\r\n").encode())
        f.flush()
        return kind == "say" and at == stage

    say("greeting", "220 mail.test ESMTP")
    body, got, sender, to = False, b"", "", []
    while True:
        line = f.readline()
        if not line:
            return
        if body:
            if line == b".\r\n":
                body = False
                if kind == "hang" and stage == "end":
                    time.sleep(60)
                if not (kind == "say" and stage == "end"):
                    with lock:
                        count[0] += 1
                        with open(os.path.join(folder, f"mail-{count[0]}.eml"), "wb") as out:
                            out.write(f"X-Envelope: {sender} {' '.join(to)}\r\n".encode() + got)
                say("end", "250 2.0.0 queued")
            else:
                got += line[1:] if line.startswith(b"..") else line
            continue
        verb = line.split()[0].upper().decode() if line.split() else ""
        if verb in ("EHLO", "HELO"):
            say("ehlo", "250 mail.test")
        elif verb == "MAIL":
            sender = line.decode().split(":", 1)[1].strip()
            say("mail", "250 ok")
        elif verb == "RCPT":
            to.append(line.decode().split(":", 1)[1].strip())
            say("rcpt", "250 ok")
        elif verb == "DATA":
            if not say("data", "354 go on"):
                body = True
        elif verb == "QUIT":
            say("quit", "221 bye")
            return
        else:
            say("other", "250 ok")


def serve(name, handle):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
    s.listen(50)
    print(name, s.getsockname()[1], flush=True)

    def one(c):
        try:
            c.settimeout(60)
            handle(c)
        except OSError:
            pass
        finally:
            c.close()

    def loop():
        while True:
            c, _ = s.accept()
            threading.Thread(target=one, args=(c,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


serve("web", web)
serve("mail", mail)
for line in sys.stdin:
    word = line.rstrip("\n").split(" ", 3)
    if word[0] == "page":
        pages[word[1]] = word[2]
    elif word[0] == "site":
        site[0] = word[1]
    elif word[0] == "mail":
        post[:] = (word + ["", "", ""])[1:4]
    print("ok", flush=True)
