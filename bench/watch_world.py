#!/usr/bin/env python3
"""2,000 sites for the figures of the watch: each with a pace of its own, some slow, some that err, some that hang. Use: watch_world.py FOLDER - writes
"port dns" to FOLDER/ports and serves until it is ended. On this machine only."""
import asyncio, hashlib, os, random, socket, struct, sys, threading

WORDS = "the a of and in on with for not are but that this who how where video photo people evening house street water year day friends music city look walk see know come go large small new old nice".split()


def pace(host):
    """Seconds before it answers, and what it does: most within half a second, one in a hundred after ten, one in two hundred never."""
    r = random.Random(host)
    return min(12.0, r.lognormvariate(-1.3, 0.9)), r.random()


def page(host, path):
    r = random.Random(host + path)
    said = " ".join(r.choice(WORDS) for _ in range(160))
    return f"<!doctype html><title>{' '.join(said.split()[:4])}</title><p>{said}</p><p>{random.getrandbits(40)}</p>".encode()


async def client(reader, writer):
    try:
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode("latin-1")
        path = head.split(" ", 2)[1]
        host = head.lower().split("\r\nhost:", 1)[1].split("\r\n")[0].strip().split(":")[0]
        wait, fate = pace(host)
        if fate < 0.005:
            await asyncio.sleep(60)
            return
        await asyncio.sleep(wait * random.uniform(0.7, 1.4))
        if fate < 0.015:
            return
        known = path.startswith("/v/") and path[3:].isdigit()
        gone = known and hashlib.sha256(path.encode()).digest()[0] < 20
        status, body = ("503 Busy", b"busy") if fate < 0.03 else ("404 Not Found", b"<title>404</title>not found") if gone or not known else ("200 OK", page(host, path))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, IndexError):
        pass
    finally:
        writer.close()


def names(sock):
    while True:
        q, who = sock.recvfrom(2000)
        at = 12
        while q[at]:
            at += 1 + q[at]
        end, found = at + 5, q[at + 1:at + 3] == b"\0\1"
        sock.sendto(q[:2] + struct.pack(">HHHHH", 0x8580, 1, int(found), 0, 0) + q[12:end] + (b"\xc0\x0c\0\1\0\1\0\0\0\x05\0\4\x7f\0\0\1" if found else b""), who)


async def main():
    server = await asyncio.start_server(client, "127.0.0.1", 0, backlog=1000)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    threading.Thread(target=names, args=(sock,), daemon=True).start()
    with open(os.path.join(sys.argv[1], "ports.new"), "w") as f:
        f.write(f"{server.sockets[0].getsockname()[1]} {sock.getsockname()[1]}\n")
    os.rename(os.path.join(sys.argv[1], "ports.new"), os.path.join(sys.argv[1], "ports"))
    async with server:
        await server.serve_forever()


asyncio.run(main())
