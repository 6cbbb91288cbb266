# SPDX-License-Identifier: EUPL-1.2
"""The feed of a Keten server, followed so that no withdrawal is missed. Standard library only.

    feed = Feed("https://keten.example", "ks_...")
    for batch in feed.follow(checkpoint):          # checkpoint: None the first time
        for entry, record in batch.updates.items():
            ...                                    # record: a Record, or None: this entry is out of force, take its hash away
        checkpoint = batch.checkpoint              # keep it with what was applied (checkpoint.to_dict())

Changes are numbered from 1 without a gap. Each is a leaf of an RFC 6962 tree, and the head of the tree is signed. A batch is given
only when its numbers go on where the last one ended, and when the head over everything so far fits the signed one (RFC 9162, 2.1.4):
a change that was left out, changed, or taken back would show. Then Broken is raised and nothing of that batch is given.
"""
import base64, dataclasses, hashlib, json, typing as t, urllib.error, urllib.parse, urllib.request

SIGNAL_TYPES = {"pdq": "pdq", "md5": "video_md5", "sha256": "sha256", "url": "url_sha256"}  # Keten's word -> the exchange's


class Broken(Exception):
    """What came does not fit what was there before, or its signature. Nothing of it was applied."""


class Refused(Exception):
    """The server said no: status, its word, and what to do."""

    def __init__(self, status: int, word: str, say: str, retry_after: int = 0):
        super().__init__(f"{status} {word}: {say}")
        self.status, self.word, self.say, self.retry_after = status, word, say, retry_after


@dataclasses.dataclass(frozen=True)
class Record:
    signal_type: str
    hash: str
    source: str
    list: str
    quality: t.Optional[int] = None
    until: str = ""


@dataclasses.dataclass
class Checkpoint:
    """How far one is: the number of changes, and the right edge of the tree over them."""

    size: int = 0
    edge: t.List[str] = dataclasses.field(default_factory=list)  # base64, largest subtree first
    key: str = ""  # the list's verifier key, kept from the first answer unless it was given
    at: str = ""  # when the last change was made

    def to_dict(self) -> t.Dict[str, t.Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, d: t.Mapping[str, t.Any]) -> "Checkpoint":
        return cls(int(d["size"]), list(d["edge"]), str(d["key"]), str(d.get("at", "")))


@dataclasses.dataclass
class Batch:
    updates: t.Dict[str, t.Optional[Record]]
    checkpoint: Checkpoint


# ---- the tree (RFC 6962, RFC 9162) ----

def leaf_hash(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def edge_add(edge: t.List[bytes], size: int, leaf: bytes) -> None:
    while size & 1:
        leaf = node_hash(edge.pop(), leaf)
        size >>= 1
    edge.append(leaf)


def edge_root(edge: t.Sequence[bytes]) -> bytes:
    if not edge:
        return hashlib.sha256(b"").digest()
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def consistent(old: int, old_root: bytes, size: int, root: bytes, proof: t.Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: the tree of `size` is the tree of `old` with more behind it."""
    if old > size or old < 0:
        return False
    if old in (0, size):
        return not proof and (old == 0 or old_root == root)
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root


# ---- signed notes (c2sp.org/signed-note) and Ed25519 (RFC 8032, 5.1.7): checking only, so nothing secret is in play ----

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    x, y, z, w = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, w - z, w + z, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def _mul(k, p):
    q = (0, 1, 1, 0)
    while k:
        if k & 1:
            q = _add(q, p)
        p, k = _add(p, p), k >> 1
    return q


def _point(b: bytes):
    y = int.from_bytes(b, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_signed(public: bytes, message: bytes, sig: bytes) -> bool:
    if len(public) != 32 or len(sig) != 64:
        return False
    a, r, s = _point(public), _point(sig[:32]), int.from_bytes(sig[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(sig[:32] + public + message).digest(), "little") % L
    one, two = _mul(s, BASE), _add(r, _mul(k, a))
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 and (one[1] * two[2] - two[1] * one[2]) % P == 0


def key_parse(vkey: str) -> t.Tuple[str, bytes, bytes]:
    """name+hex+base64 -> name, key id, public key."""
    name, id_hex, rest = vkey.split("+", 2)
    raw = base64.b64decode(rest, validate=True)
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or key_id.hex() != id_hex:
        raise ValueError("this is no Ed25519 verifier key")
    return name, key_id, raw[1:]


def note_open(note: str, vkey: str) -> t.Tuple[int, bytes]:
    """Size and root of a signed head. Broken when the key did not sign it."""
    name, key_id, public = key_parse(vkey)
    body, _, sigs = note.rpartition("\n\n")
    body += "\n"
    good = False
    for line in sigs.splitlines():
        part = line.split(" ")
        if len(part) == 3 and part[0] == "\u2014" and part[1] == name:
            raw = base64.b64decode(part[2])
            good = good or (raw[:4] == key_id and ed25519_signed(public, body.encode(), raw[4:]))
    lines = body.split("\n")
    if not good or len(lines) < 4 or lines[0] != name:
        raise Broken("the head of the list is not signed by the key of this list")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


# ---- the feed ----

class Feed:
    def __init__(self, base_url: str, key: str, lane: str = "adult", vkey: str = "", timeout: float = 60, page: int = 1000):
        """vkey: the list's verifier key, when you had it from elsewhere; otherwise the first answer's is kept and every later one must fit it."""
        self.base, self.key, self.lane, self.vkey, self.timeout, self.page = base_url.rstrip("/"), key, lane, vkey, timeout, page

    def _ask(self, path: str, query: t.Mapping[str, t.Any] = {}, body: t.Any = None) -> t.Any:
        q = urllib.parse.urlencode({**query, "lane": self.lane})
        data = None if body is None else json.dumps(body).encode()
        req = urllib.request.Request(f"{self.base}{path}?{q}", data, {"Authorization": f"Bearer {self.key}", **({"Content-Type": "application/json"} if data else {})})
        try:
            with urllib.request.urlopen(req, timeout=self.timeout) as r:
                return json.loads(r.read())
        except urllib.error.HTTPError as e:
            try:
                said = json.loads(e.read())
            except ValueError:
                said = {}
            retry = e.headers.get("Retry-After", "0")
            raise Refused(e.code, said.get("error", "http"), said.get("say", e.reason), int(retry) if retry.isdigit() else 0) from None

    def about(self) -> t.Dict[str, t.Any]:
        return self._ask("/api/v1/feed")

    def _page(self, cp: Checkpoint) -> t.Tuple[Batch, bool]:
        got = self._ask("/api/v1/feed/changes", {"after": cp.size, "limit": self.page})
        size, root = note_open(got["checkpoint"], cp.key)
        if got["after"] != cp.size or size < cp.size:
            raise Broken(f"the list has {size} changes, and had {cp.size} before: it went back")
        edge, n, at = [base64.b64decode(h) for h in cp.edge], cp.size, cp.at
        updates: t.Dict[str, t.Optional[Record]] = {}
        for c in got["changes"]:
            if "line" in c:
                line = json.loads(c["line"])
                leaf = leaf_hash(c["line"].encode())
                if line["n"] != n + 1:
                    raise Broken(f"change {n + 1} is missing: after {n} came {line['n']}")
                at = line["at"]
            else:
                line, leaf = c, base64.b64decode(c["leaf"], validate=True)
            edge_add(edge, n, leaf)
            n += 1
            if line.get("what") == "add":
                updates[str(line["entry"])] = Record(SIGNAL_TYPES.get(line["signal"], line["signal"]), line["hash"], line["source"], line["list"], line.get("quality"), line.get("until", ""))
            elif "entry" in line:
                updates[str(line["entry"])] = None
        if not consistent(n, edge_root(edge), size, root, [base64.b64decode(h) for h in got["proof"]]):
            raise Broken(f"changes {cp.size + 1} to {n} do not fit the signed head: something was left out or changed")
        return Batch(updates, Checkpoint(n, [base64.b64encode(h).decode() for h in edge], cp.key, at)), n < size

    def follow(self, checkpoint: t.Optional[Checkpoint] = None) -> t.Iterator[Batch]:
        """Batches from the checkpoint to the present end."""
        cp = checkpoint or Checkpoint()
        if not cp.key:
            cp = dataclasses.replace(cp, key=self.vkey or self.about()["key"])
        elif self.vkey and self.vkey != cp.key:
            raise Broken("the key of this list is another than it was")
        more = True
        while more:
            batch, more = self._page(cp)
            if batch.checkpoint.size > cp.size or checkpoint is None:
                yield batch
            cp = batch.checkpoint
        if cp.size > 0:  # says that this was kept, too: what it took away counts as applied from now
            self._page(cp)

    def feedback(self, said: t.Mapping[str, str], tags: t.Sequence[str] = ()) -> t.Dict[str, t.Any]:
        """hash -> Blocked (found and taken down), NotBlocked (does not belong on the list), PendingReview, Withdrawn (removed after a withdrawal)."""
        records = [{"hashValue": h, "feedbackValue": v, "tags": list(tags)} for h, v in said.items()]
        return self._ask(f"/api/stopncii/{self.lane}/SubmitFeedback", body={"count": len(records), "hashFeedbacks": records})
