#!/usr/bin/env python3
"""keten hash as a person at a terminal meets it. Use: hash_test.py KETEN PICTURES FILMS (folders with one picture, one video of each kind)"""
import hashlib, json, os, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from house import Tap

check = Tap()
KETEN, PICTURES, FILMS = (os.path.abspath(a) for a in sys.argv[1:4])
top = tempfile.mkdtemp(prefix="keten-hash-")


def keten(*args, **kw):
    return subprocess.run([KETEN, "hash", *args], capture_output=True, timeout=120, **kw)


def said(r):
    return f"code {r.returncode}\n{r.stdout.decode(errors='replace')}\n{r.stderr.decode(errors='replace')}"


def pic(name):
    return os.path.join(PICTURES, name)


r = keten(pic("png"))
line = r.stdout.decode().rstrip("\n").split(" ")
check(r.returncode == 0 and len(line[0]) == 64 and int(line[0], 16) > 0 and r.stdout.decode().endswith(pic("png") + "\n") and r.stderr == b"", "one picture: hash, quality, path", said(r))
first = line[0]
r = keten("--json", pic("png"))
doc = json.loads(r.stdout)[0]
check(r.returncode == 0 and doc["pdq"] == first and doc["sha256"] == hashlib.sha256(open(pic("png"), "rb").read()).hexdigest(), "the JSON has the same hash and the SHA-256 of the file", doc)
check(doc["md5"] == hashlib.md5(open(pic("png"), "rb").read()).hexdigest(), "and its MD5, for lists that have nothing else")
check((doc["kind"], doc["model"], doc["width"], doc["height"], doc["front"], doc["exif_orientation"]) == ("png", "colour", 96, 80, "full", 6), "and what the picture is", doc)
r = keten("--dihedral", pic("png"))
lines = r.stdout.decode().splitlines()
check(len(lines) == 8 and lines[0].startswith(first) and [x[64:].split()[1] for x in lines] == ["original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flipplus1", "flipminus1"], "--dihedral: eight, each with its name", said(r))
r = keten("--json", "--dihedral", pic("png"))
check(json.loads(r.stdout)[0]["forms"]["rotate90"] == lines[1][:64], "also in JSON")
r = keten("-", stdin=open(pic("png"), "rb"))
check(r.returncode == 0 and r.stdout.decode().startswith(first) and r.stdout.endswith(b" -\n"), "- reads standard input", said(r))
r = keten("--front", "512", "--json", pic("png"))
check(r.returncode == 0 and json.loads(r.stdout)[0]["front"] == "512", "the other front end says that it is that")
r = keten("--front", "512", pic("png"))
check(r.returncode == 0 and r.stdout.decode().split()[2] == "front:512", "also in a line of text", said(r))
r = keten("--front", "b", pic("png"))
check(r.returncode == 2 and b"full or 512" in r.stderr, "a front end that there is none of: wrong use", said(r))
r = keten()
check(r.returncode == 2, "no file: wrong use", said(r))
r = keten(os.path.join(top, "none.jpg"))
check(r.returncode == 1 and r.stdout == b"" and b"no such file" in r.stderr and len(r.stderr.splitlines()) == 1, "a file that is not there: one line", said(r))

# A folder with all kinds, something else, a picture that is cut off, and an empty one.
tree = os.path.join(top, "tree", "deep")
os.makedirs(tree)
kinds = ["gif", "gif_laced", "jpeg", "jpeg_cmyk", "jpeg_grey", "png_palette", "webp", "webp_moving"]
for name in kinds:
    shutil.copy(pic(name), tree)
open(os.path.join(tree, "letter.txt"), "w").write("no picture")
r = keten(os.path.join(top, "tree"))
check(r.returncode == 0 and [x.split("/")[-1] for x in r.stdout.decode().splitlines()] == sorted(kinds),
      "a folder: every picture below it, in order of name", said(r))
check(b"being no pictures or videos: 1" in r.stderr, "what is no picture in a folder is counted, not complained about", said(r))
open(os.path.join(tree, "cut.jpg"), "wb").write(open(pic("jpeg"), "rb").read()[:3000])
open(os.path.join(tree, "empty.png"), "wb")
r = keten("--json", os.path.join(top, "tree"))
docs = {os.path.basename(d["path"]): d for d in json.loads(r.stdout)}
check(r.returncode == 1 and docs["cut.jpg"]["problem"] == "cut off or damaged" and docs["empty.png"]["problem"] == "empty" and "pdq" in docs["webp"] and "letter.txt" not in docs,
      "one that is cut off and an empty one are named with the reason, the rest is hashed, exit code 1", docs)
check(docs["gif_laced"]["moving"] and docs["gif_laced"]["transparent"] and docs["jpeg_cmyk"]["model"] == "cmyk" and docs["png_palette"]["model"] == "palette", "colour models are told")
r = keten(pic("png_lie"))
check(r.returncode == 1 and b"too large" in r.stderr, "a picture that says it is 65535x65535 is refused", said(r))
r = keten("/etc/hostname")
check(r.returncode == 1 and b"not a JPEG" in r.stderr, "named, what is no picture is complained about", said(r))
odd = os.path.join(top, "two\nlines\x1b[2J \xe9.png".encode("utf-8", "surrogateescape").decode())
shutil.copy(pic("png_grey"), odd)
r = keten(odd)
check(r.returncode == 0 and len(r.stdout.splitlines()) == 1 and b"\x1b" not in r.stdout and rb"\x0a" in r.stdout, "a name with line breaks stays one line", said(r))
r = keten(*[pic("png_point")] * 300)
check(r.returncode == 0 and len(r.stdout.splitlines()) == 300 and r.stdout.startswith(b"0" * 64 + b"   0 "), "three hundred names at once; 1x1 has no hash and quality 0", said(r)[:300])
import pty
reader, writer = pty.openpty()
r = subprocess.run([KETEN, "hash", os.path.join(top, "tree"), pic("png")], stdout=subprocess.PIPE, stderr=writer, timeout=60)
os.close(writer)
shown = os.read(reader, 65536)
os.close(reader)
check(b"hashing [" in shown and b" of 12" in shown and b"hashing" not in r.stdout, "on a terminal a bar shows how far it is, beside the results", shown)
os.mkdir(os.path.join(top, "bare"))
r = keten(os.path.join(top, "bare"))
check(r.returncode == 1 and b"no picture or video found" in r.stderr, "an empty folder has no picture", said(r))
deep = os.path.join(top, "long")
os.mkdir(deep)
shutil.copy(pic("png"), deep)
shut = os.path.join(deep, "shut")
os.mkdir(shut, 0)
try:
    os.listdir(shut)
except PermissionError:  # who runs as root may look everywhere
    r = keten(deep)
    check(r.returncode == 1 and b"cannot be looked into" in r.stderr and r.stdout.decode().startswith(first), "a folder that may not be read is said, and is exit code 1", said(r))
os.chmod(shut, 0o700)
big = os.path.join(top, "big.jpg")
with open(big, "wb") as f:
    f.truncate(49 << 20)
r = keten(big)
check(r.returncode == 1 and b"larger than 48 MB" in r.stderr, "a file above the limit is not read", said(r))
alone = os.path.join(top, "keten")
shutil.copy(KETEN, alone)
r = subprocess.run([alone, "hash", pic("png")], capture_output=True, timeout=60)
check(r.returncode == 3 and b"nothing is decoded without it" in r.stderr, "without keten-media nothing is decoded in keten itself", said(r))
with open("/dev/full", "w") as full:
    r = subprocess.run([KETEN, "hash", pic("png")], stdout=full, stderr=subprocess.PIPE, timeout=60)
check(r.returncode == 3, "a full disk does not look like success", r.stderr)


# Lists and videos.
def alike(*args):
    return subprocess.run([KETEN, "alike", *args], capture_output=True, timeout=60)


def put(name, text):
    path = os.path.join(top, name)
    open(path, "w", encoding="utf-8").write(text)
    return path


# Videos: three seconds each, ten frames a second.
def film(name):
    return os.path.join(FILMS, name)


r = keten(film("mp4_libx264"))
lines = [x.split(" ", 3) for x in r.stdout.decode().splitlines()]
check(r.returncode == 0 and [x[2] for x in lines] == ["0.000s", "1.000s", "2.000s"] and all(len(x[0]) == 64 and int(x[1]) >= 50 and x[3] == film("mp4_libx264") for x in lines),
      "a video: a line for each second, with hash, quality, time, path", said(r))
seconds = [x[0] for x in lines]
r = keten("--seconds", "0", "--vpdq", film("mp4_libx264"))
rows = [x.split(",") for x in r.stdout.decode().splitlines()]
check(r.returncode == 0 and len(rows) == 30 and [rows[i][2] for i in (0, 10, 20)] == seconds and rows[10][0] == "10" and rows[10][3] == "1.000" and all(len(x) == 4 for x in rows),
      "--vpdq: every frame as number,quality,hash,seconds, and those of whole seconds are the same", said(r))
every = put("every.vpdq", r.stdout.decode())
r = keten("--seconds", "0.5", "--json", film("mp4_libx264"))
doc = json.loads(r.stdout)[0]
check((doc["kind"], doc["width"], doc["height"], doc["every"], doc["frames_decoded"], doc["front"], len(doc["frames"])) == ("mp4", 48, 48, 5, 30, "full", 6)
      and doc["frames"][2]["pdq"] == seconds[1] and doc["sha256"] == hashlib.sha256(open(film("mp4_libx264"), "rb").read()).hexdigest(), "the JSON says what the video is, its front end, and each frame", doc)
r = keten("-", stdin=open(film("mp4_libx264"), "rb"))
check([x.split()[0] for x in r.stdout.decode().splitlines()] == seconds and r.stdout.endswith(b" -\n"), "from standard input", said(r))
r = subprocess.run(f"cat {film('mp4_libx264')} | {KETEN} hash -", shell=True, capture_output=True, timeout=60)
check([x.split()[0] for x in r.stdout.decode().splitlines()] == seconds, "and from a pipe, though its index stands at the end", said(r))
r = keten("--quality", "100", film("mp4_libx264"))
check(r.returncode == 0 and len(r.stdout.splitlines()) == sum(1 for x in lines if int(x[1]) == 100), "frames below a quality are left out when asked", said(r))
mixed = os.path.join(top, "mixed")
shutil.copytree(FILMS, mixed)
shutil.copy(pic("png"), mixed)
open(os.path.join(mixed, "letter.txt"), "w").write("no picture")
r = keten(mixed)
by = {}
for x in r.stdout.decode().splitlines():
    by.setdefault(x.split("/")[-1], []).append(x)
check(r.returncode == 0 and sorted(by) == sorted(os.listdir(FILMS) + ["png"]) and len(by["png"]) == 1 and all(len(v) == 3 for k, v in by.items() if k != "png") and b"videos: 1" in r.stderr,
      "a folder of pictures and videos of every kind", said(r))
whole = open(film("webm_libvpx"), "rb").read()
half = put("half.webm", "")
open(half, "wb").write(whole[:len(whole) // 2])
r = keten(half)
check(r.returncode == 1 and 1 <= len(r.stdout.splitlines()) <= 2 and b"cut off" in r.stderr and len(r.stderr.splitlines()) == 1, "one that is cut off gives the frames it has, is named, and is exit code 1", said(r))
open(half, "wb").write(open(film("mp4_libx264"), "rb").read()[:20000])
r = keten("--json", half)
check(r.returncode == 1 and json.loads(r.stdout)[0]["problem"] == "cannot be read as a video" and json.loads(r.stdout)[0]["frames"] == [], "one whose index is cut off gives none, and says so", said(r))
for args in (["--seconds", "-1"], ["--seconds", "3601"], ["--seconds", "x"], ["--seconds", "1.0001"], ["--vpdq", "--json"]):
    r = keten(*args, film("mp4_libx264"))
    check(r.returncode == 2 and r.stdout == b"", f"{' '.join(args)}: wrong use", said(r))
bare = os.path.join(top, "no-video")
os.mkdir(bare)
shutil.copy(KETEN, os.path.join(bare, "keten"))
shutil.copy(os.path.join(os.path.dirname(KETEN), "..", "media", "keten-media"), bare)
r = subprocess.run([os.path.join(bare, "keten"), "hash", film("mp4_libx264"), pic("png")], capture_output=True, timeout=60)
check(r.returncode == 1 and r.stdout.decode().startswith(first) and b"no video is decoded without it" in r.stderr, "without keten-video pictures are hashed, and videos named", said(r))
r = alike("video", film("mp4_libx264"), film("webm_libvpx-vp9"))
check(r.returncode == 0 and b": alike" in r.stdout and b"(100.0 %)" in r.stdout, "two videos of the same pictures, of different kinds, are alike", said(r))
r = alike("video", "--json", every, film("asf_wmv2"))
check(r.returncode == 0 and json.loads(r.stdout)["first"]["frames"] == 30 and json.loads(r.stdout)["second"]["matched"] == 3, "a file of hashes against a video", said(r))

bank = os.path.join(top, "bank")


def banked(*args, **kw):
    return subprocess.run([KETEN, "bank", args[0], "--bank", bank, *args[1:]], capture_output=True, timeout=60, **kw)


banked("make")
r = banked("add", "--source", "helpline", "--lane", "adult", "--confirmed-by", "W. Anda", "-", input=keten("--seconds", "0", film("mp4_libx264")).stdout)
check(r.returncode == 0, "a video's frames are put in a bank as lines of text", said(r))
r = banked("match", "-", input=keten(film("asf_wmv2")).stdout)
check(r.returncode == 0 and len(r.stdout.splitlines()) >= 3, "and another kind of the same video is found by its frames", said(r))
r = banked("add", "--source", "helpline", "--lane", "adult", "--confirmed-by", "W. Anda", "-", input=keten("--front", "512", pic("jpeg")).stdout)
r = banked("export")
check([x.split(",") for x in r.stdout.decode().splitlines() if ",512," in x] != [] and b",full," in r.stdout and b",unknown," not in r.stdout, "in the bank too each says how it was made", said(r))

names = [f"Name{i} Family{i * 7 % 1000} (Town {i % 9}) {i * 31}" for i in range(400)]
one = put("one.txt", "\n".join(names))
two = put("two.txt", "\r\n".join("\u2757 " + n.upper() for n in reversed(names[:380] + [f"Other{i} Person{i}" for i in range(20)])))
r = alike("text", one, two)
check(r.returncode == 0 and b": near" in r.stdout, "a list posted again in other dress and order, with names changed, is near", said(r))
r = alike("text", "--json", one, put("three.txt", "\n".join(f"Somebody{i} Else{i}" for i in range(300))))
check(r.returncode == 1 and json.loads(r.stdout)["near"] is False, "another list is not", said(r))
r = alike("text", one, put("none.txt", " ... \n"))
check(r.returncode == 1 and b"has no words" in r.stderr, "a file without words is said to be so", said(r))
hashes = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(50)]
video = put("video.txt", "".join(f"{i * 30},{90 if i else 10},{h},{i:.3f}\n" for i, h in enumerate(hashes)))
part = put("part.txt", "".join(f"{i},{95},{h},{i / 25:.3f}\n" for i, h in enumerate(hashes[20:35])))
r = alike("video", "--json", video, part)
check(r.returncode == 0 and json.loads(r.stdout) == {"first": {"frames": 50, "counted": 49, "matched": 15}, "second": {"frames": 15, "counted": 15, "matched": 15}, "alike": True}, "a part of a video is known by its frames", said(r))
r = alike("video", video, film("mp4_libx264"))
check(r.returncode == 1 and b": not alike" in r.stdout, "another video is not alike", said(r))
r = alike("video", video, one)
check(r.returncode == 1 and b"line 1 not" in r.stderr, "a file that is none is said to be so, with the line", said(r))
r = alike("video", video, os.path.join(top, "gone"))
check(r.returncode == 2, "one that is not there: wrong use", said(r))
shutil.rmtree(top)
sys.exit(check.end())
