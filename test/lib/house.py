"""A whole server for tests: the real programs, an instance of their own in a temporary folder, stopped at the end.

    house = House(sys.argv[1])           # the keten program of the build
    house.init("--org", "Meldpunt Test") # or house.run_demo()
    house.start(); ...; house.stop()
Run by root, everything belongs to nobody: nothing of Keten runs as root."""
import atexit, os, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time

IDLE = "#!/usr/bin/python3\nimport time\nwhile True:\n    time.sleep(60)\n"


def free_ports():
    """Two neighbouring free ports: the pages' and the metrics'."""
    for _ in range(200):
        with socket.socket() as a, socket.socket() as b:
            a.bind(("127.0.0.1", 0))
            port = a.getsockname()[1]
            try:
                b.bind(("127.0.0.1", port + 1))
                if port < 64000:
                    return port
            except OSError:
                continue
    raise AssertionError("no free ports")


class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def __call__(self, ok, what, more=""):
        self.n += 1
        self.bad += not ok
        print(("ok" if ok else "not ok") + f" {self.n} - {what}", flush=True)
        if not ok and more != "":
            print("# " + str(more).replace("\n", "\n# ")[:3000], flush=True)
        return ok

    def end(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.bad or self.n == 0 else 0)


class House:
    def __init__(self, keten, idle=(), extra=(), data=None):
        """data: the instance's folder, when it should not be a temporary one. idle: names of programs that are not needed and stand still instead (\"jobs\", \"fetch\")."""
        self.top = tempfile.mkdtemp(prefix="keten-house-")
        self.bin = os.path.join(self.top, "bin")
        self.data = data or os.path.join(self.top, "instance")
        os.mkdir(self.bin)
        if data is None:
            os.mkdir(self.data)
        built = os.path.dirname(os.path.dirname(os.path.abspath(keten)))
        shutil.copy(keten, self.bin)
        for name in ("web", "keys", "jobs", "watch", "fetch", "media", "gate", *extra):
            from_ = os.path.join(built, name, "keten-" + name)
            to = os.path.join(self.bin, "keten-" + name)
            if os.path.exists(from_) and name not in idle:
                shutil.copy(from_, to)
            else:
                self.still(name)
        if os.geteuid() == 0:
            os.chmod(self.top, 0o755)
            os.chown(self.data, 65534, 65534)
        self.keten_path = os.path.join(self.bin, "keten")
        self.port, self.server, self.said = free_ports(), None, ""
        self.log = os.path.join(self.top, "log")
        atexit.register(self.close)

    def still(self, *names):
        """From the next start on these programs stand still."""
        for name in names:
            to = os.path.join(self.bin, "keten-" + name)
            if os.path.exists(to):
                os.remove(to)
            with open(to, "w") as f:
                f.write(IDLE)
            os.chmod(to, 0o755)

    def play_story(self):
        """The story of the demonstration is played in the instance, which is then served by start(). -> the password of its people."""
        done = self.keten("demo", "--data", self.data, "--no-serve", "--port", str(self.port), timeout=240, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        with open(os.path.join(self.data, "demo.password")) as f:
            return f.read().strip()

    def keten(self, *args, timeout=120, **kw):
        return subprocess.run([self.keten_path, *args], capture_output=True, text=True, timeout=timeout, **kw)

    def init(self, *args):
        return self.keten("init", "--data", self.data, "--port", str(self.port), *args)

    def start(self, command="serve", *args):
        log = open(self.log, "a")
        self.server = subprocess.Popen([self.keten_path, command, "--data", self.data, *args], stdout=subprocess.PIPE, stderr=log, text=True)
        self.said = ""
        for line in self.server.stdout:
            self.said += line
            if line.startswith("Keten: "):
                return True
        return False

    def run_demo(self):
        return self.start("run", "--port", str(self.port))

    def links(self):
        """login -> path of the one-time link, as `keten run` or `keten init` printed them."""
        return {m[0]: "/signin/link/" + m[1] for m in re.findall(r"(\S+)\s+http://\S+/signin/link/([0-9a-f]+)", self.said)}

    def later(self, ms):
        """Moves the demonstration's clock."""
        path = os.path.join(self.data, "clock")
        with open(path, "r+b") as f:
            now = struct.unpack("<q", f.read(8))[0]
            f.seek(0)
            f.write(struct.pack("<q", now + ms))

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.kill()
        code = self.server.returncode if self.server is not None else None
        self.server = None
        return code

    def logged(self):
        with open(self.log) as f:
            return f.read()

    def close(self):
        self.stop()
        shutil.rmtree(self.top, ignore_errors=True)
