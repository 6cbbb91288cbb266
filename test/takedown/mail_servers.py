#!/usr/bin/env python3
"""A real mail server (exim) and a real mailbox (dovecot) of Debian, without privileges, for tests. Use: mail_servers.py FOLDER. Prints "smtp PORT", "imap PORT" and
"ready", then obeys lines from stdin. What is sent to keten.test comes into the mailbox of meldpunt (password geheim); everything else lies in FOLDER/out.
Both show a certificate of FOLDER/ca.pem. nobody@... is refused.

  stop      ends both; a line "ok" comes when they are gone"""
import getpass, os, pwd, grp, socket, subprocess, sys, time

folder = os.path.abspath(sys.argv[1])
exim = next((p for p in ("/usr/sbin/exim4", "/usr/sbin/exim") if os.path.exists(p)), None)
if exim is None or not os.path.exists("/usr/sbin/dovecot"):
    print("missing", flush=True)
    sys.exit(0)
user = pwd.getpwuid(os.getuid()).pw_name
group = grp.getgrgid(os.getgid()).gr_name


def at(*parts):
    return os.path.join(folder, *parts)


def port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    p = s.getsockname()[1]
    s.close()
    return p


def run(*a):
    subprocess.run(["openssl", *a], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


for name in ("spool", "run", "state", "home", "out/new", "out/cur", "out/tmp", "inbox/new", "inbox/cur", "inbox/tmp"):
    os.makedirs(at(name), mode=0o700, exist_ok=True)
open(at("leaf.ext"), "w").write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test root")
run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
run("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "30", "-extfile", "leaf.ext")
run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "other.key", "-out", "other.pem", "-days", "30", "-subj", "/CN=Somebody else")
smtp, imap = port(), port()
open(at("exim.conf"), "w").write(f"""
spool_directory = {at("spool")}
log_file_path = {at("exim-%slog")}
pid_file_path = {at("exim.pid")}
exim_user = {user}
exim_group = {group}
primary_hostname = mail.keten.test
daemon_smtp_ports = {smtp}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {at("leaf.pem")}
tls_privatekey = {at("leaf.key")}
dsn_advertise_hosts = *
deliver_drop_privilege = true
acl_smtp_rcpt = rcpt
acl_smtp_data = data
acl_smtp_predata = data
never_users =
smtp_accept_max = 50
begin acl
rcpt:
  deny message = no such user here
       condition = ${{if match{{$local_part}}{{^nobody}}}}
  accept
data:
  accept
begin routers
here:
  driver = accept
  domains = keten.test
  transport = inbox
back:
  driver = redirect
  domains = bounces.test
  allow_fail
  data = :fail: 5.1.1 there is nobody of this name
elsewhere:
  driver = accept
  transport = out
begin transports
inbox:
  driver = appendfile
  directory = {at("inbox")}
  maildir_format
  delivery_date_add
  envelope_to_add
  return_path_add
out:
  driver = appendfile
  directory = {at("out")}
  maildir_format
  envelope_to_add
  return_path_add
begin retry
* * F,2h,1m
""")
open(at("dovecot.conf"), "w").write(f"""
protocols = imap
base_dir = {at("run")}
state_dir = {at("state")}
log_path = {at("dovecot.log")}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{at("leaf.pem")}
ssl_key = <{at("leaf.key")}
mail_location = maildir:{at("inbox")}
passdb {{
  driver = static
  args = password=geheim
}}
userdb {{
  driver = static
  args = uid={os.getuid()} gid={os.getgid()} home={at("home")}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imap}
    ssl = yes
  }}
}}
""")
out = open(at("servers.log"), "w")
children = [subprocess.Popen([exim, "-C", at("exim.conf"), "-bdf", "-q1m"], stdout=out, stderr=out), subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", at("dovecot.conf")], stdout=out, stderr=out)]


def answers(p):
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", p), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


print("smtp", smtp, flush=True)
print("imap", imap, flush=True)
print("ready" if answers(smtp) and answers(imap) else "broken", flush=True)
for line in sys.stdin:
    break
for c in children:
    c.terminate()
for c in children:
    c.wait()
print("ok", flush=True)
