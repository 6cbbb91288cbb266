#!/usr/bin/env python3
"""The figures of the watch: N locations that are looked at each hour, on 2,000 hosts of a local world, the whole server on one core, recorded as ever.
Use: watch_run.py KETEN BENCH_WATCH_FILL FOLDER [N [SECONDS]] - the floor beside it is the tool of today, which does at most 4,800 looks an hour."""
import os, pwd, re, signal, sqlite3, subprocess, sys, time

keten, fill, top = sys.argv[1:4]
n, seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 100000, int(sys.argv[5]) if len(sys.argv) > 5 else 60
HOSTS = 2000
here = os.path.dirname(os.path.abspath(__file__))
root = os.geteuid() == 0
data = os.path.join(top, "watched")
os.mkdir(data)
if root:
    os.chown(data, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
drop = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if root else []
cores = os.cpu_count() or 1
world = subprocess.Popen((["taskset", "-c", str(cores - 1)] if cores > 1 else []) + [sys.executable, os.path.join(here, "watch_world.py"), top])
try:
    while not os.path.exists(os.path.join(top, "ports")):
        time.sleep(0.05)
    port, dns = open(os.path.join(top, "ports")).read().split()
    subprocess.run([keten, "init", "--data", data, "--demo", "--port", "8951"], check=True, stdout=subprocess.DEVNULL)
    path = os.path.join(data, "keten.conf")
    text = open(path).read()
    for key, value in (("interval_h", "1"), ("at_once", "256"), ("resolver", f"127.0.0.1:{dns}"), ("allow", f"*.bench.test:{port}")):
        text, k = re.subn(rf"(?m)^[;# ]*{key} *=.*$", f"{key} = {value}", text)
        assert k == 1, key
    open(path, "w").write(text)
    print(subprocess.run(drop + [fill, data, str(n), str(HOSTS), port, "3600"], check=True, capture_output=True, text=True).stdout, end="", flush=True)

    def asked(sql, *args):
        con = sqlite3.connect(f"file:{data}/keten.db?mode=ro", uri=True, timeout=20)
        try:
            return con.execute(sql, args).fetchone()[0]
        finally:
            con.close()

    def family(pid):
        out = [pid]
        for p in out:
            try:
                for t in os.listdir(f"/proc/{p}/task"):
                    out += [int(c) for c in open(f"/proc/{p}/task/{t}/children").read().split() if int(c) not in out]
            except OSError:
                pass
        return out

    def spent(pid):
        """CPU seconds of all processes, with those that have ended and were waited for."""
        ticks = 0
        for p in family(pid):
            try:
                f = open(f"/proc/{p}/stat").read().rsplit(") ", 1)[1].split()
                ticks += sum(int(x) for x in f[11:15])
            except OSError:
                pass
        return ticks / os.sysconf("SC_CLK_TCK")

    def held(pid):
        kb = 0
        for p in family(pid):
            try:
                kb += int(re.search(r"^Pss:\s+(\d+)", open(f"/proc/{p}/smaps_rollup").read(), re.M).group(1))
            except (OSError, AttributeError):
                pass
        return kb / 1024

    def serve(**env):
        log = open(os.path.join(top, "watch.log"), "w")
        s = subprocess.Popen((["taskset", "-c", "0"] if cores > 1 else []) + [keten, "serve", "--data", data], stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **env})
        for line in s.stdout:
            if line.startswith("Keten: "):
                return s
        raise SystemExit("keten serve does not start: " + open(log.name).read()[-2000:])

    def stretch(server, seconds):
        looks, cpu, began = asked("SELECT count(*) FROM location_check"), spent(server.pid), time.monotonic()
        most = 0.0
        while time.monotonic() - began < seconds:
            time.sleep(2)
            most = max(most, held(server.pid))
        took = time.monotonic() - began
        return (asked("SELECT count(*) FROM location_check") - looks) / took, (spent(server.pid) - cpu) / took, most

    server = serve()
    first = asked("SELECT min(due_ms) FROM job WHERE kind='watch.check'") / 1000
    time.sleep(max(0, first - time.time()) + 30)  # hosts that answer after ten seconds are under way
    rate, core, most = stretch(server, seconds)
    late = asked("SELECT count(*) FROM job WHERE kind='watch.check' AND due_ms<?", int((time.time() - 90) * 1000))
    print(f"watch: {n} locations each hour on {HOSTS} hosts: {rate:.1f} looks a second recorded (needed {n / 3600:.1f}), {late} late by more than 90 s, {core * 100:.0f} % of one core, {most:.0f} MB (goal under 200); {rate * 3600 / 4800:.0f} times the 4,800 an hour of today's tool", flush=True)
    server.send_signal(signal.SIGTERM)
    server.wait()
    con = sqlite3.connect(f"{data}/keten.db")
    con.execute("UPDATE job SET due_ms=1, lease_until=0 WHERE kind='watch.check'")
    con.commit()
    con.close()
    if root:
        for name in os.listdir(data):
            if name.startswith("keten.db"):
                os.chown(os.path.join(data, name), pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    server = serve(KETEN_WATCH_HOST_PAUSE_MS="100")
    time.sleep(15)
    rate, core, most = stretch(server, seconds)
    print(f"watch: all due at once: {rate:.1f} looks a second recorded on one core ({rate * 3600:.0f} an hour), {core * 100:.0f} % of it, {most:.0f} MB", flush=True)
    server.send_signal(signal.SIGTERM)
    server.wait()
finally:
    world.kill()
