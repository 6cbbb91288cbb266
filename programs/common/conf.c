/* conf.c - keys of keten.conf, opening an instance, names of the counters. */
#include "programs/common/conf.h"

#include <sys/stat.h>
#include <unistd.h>

const ConfKey keten_conf_keys[] = {
    { "instance", "zone", CONF_TEXT, "Europe/Amsterdam", .min = 1, .max = 64, .help = "Zone of civil dates: what \"today\" is, when a day of a term ends." },
    { "instance", "log_origin", CONF_TEXT, "", .max = 150, .help = "Name of the ledger in its signed checkpoints: a host name and a path, without a scheme.\nEmpty: the host of base_url and /keten. Never changes once others rely on the ledger." },
    { "web", "base_url", CONF_TEXT, "http://localhost:8800", .min = 8, .max = 150, .help = "Address by which people reach this server, without a slash at the end. Links in mail begin with it." },
    { "web", "listen", CONF_LIST, "127.0.0.1:8800", .help = "Where nginx listens: address:port, or [address]:port; several with blanks between." },
    { "web", "tls_certificate", CONF_TEXT, "", .help = "Certificate chain and key (PEM). With both, nginx serves TLS; without, put a reverse proxy that does in front." },
    { "web", "tls_key", CONF_TEXT, "", .help = "See tls_certificate." },
    { "web", "workers", CONF_INT, "2", .min = 1, .max = 64, .help = "Web processes; two for each core is enough." },
    { "web", "connections_per_address", CONF_INT, "60", .min = 4, .max = 10000, .help = "Connections one address may hold open." },
    { "web", "behind_proxy", CONF_LIST, "", .help = "Addresses of reverse proxies whose X-Forwarded-For is believed. None by default." },
    { "web", "exit_url", CONF_TEXT, "https://www.knmi.nl/nederland-nu/weer", .min = 10, .max = 150, .help = "Where \"leave now\" leads: a page of somebody else that says nothing about the visitor." },
    { "web", "dev", CONF_BOOL, "no", .help = "Shows /ui, the gallery of page pieces, for developers and translators." },
    { "mail", "host", CONF_TEXT, "", .help = "SMTP server for outgoing mail. Without one nothing is sent; notices wait in the outbox." },
    { "mail", "port", CONF_INT, "25", .min = 1, .max = 65535, .help = "Its port." },
    { "mail", "tls", CONF_CHOICE, "starttls", .choices = "none starttls tls", .help = "none (only to a server on this machine), starttls (required) or tls." },
    { "mail", "user", CONF_TEXT, "", .help = "Name to sign in with; empty: no sign-in." },
    { "mail", "password_file", CONF_TEXT, "", .help = "File that holds the password, and nothing else." },
    { "mail", "from", CONF_TEXT, "keten@localhost", .min = 3, .max = 150, .help = "Sender of outgoing mail." },
    { "mail", "helo", CONF_TEXT, "localhost", .min = 1, .max = 100, .help = "Name this server gives itself towards the mail server." },
    { "mail", "answer_s", CONF_INT, "30", .min = 1, .max = 60, .help = "Longest wait for one answer of the mail server; a message tried in vain is tried again later." },
    { "mail", "flagger_area", CONF_TEXT, "", .max = 300, .help = "Area of expertise for which the organisation is a trusted flagger (DSA art. 22(2)), as its designation says it. It stands in notices beside the number.\nEmpty: not said." },
    { "mail", "mark", CONF_TEXT, "+", .max = 4, .help = "What stands between the name of the sender and the mark of one mail in its return path (keten+MARK@...): by it a bounce or an answer finds\nits notice. Empty for a mail server that does not know such addresses." },
    { "mail", "per_hour", CONF_INT, "120", .min = 0, .max = 100000, .help = "Mails that one recipient gets within an hour; the rest waits its turn. 0: as many as there are." },
    { "mail", "dkim_key", CONF_TEXT, "", .help = "File with the key that signs outgoing mail (PEM; keten mail key makes one). Empty: it is not signed here." },
    { "mail", "dkim_selector", CONF_TEXT, "keten", .min = 1, .max = 60, .help = "Name of the key in the DNS: SELECTOR._domainkey.DOMAIN." },
    { "mail", "imap_host", CONF_TEXT, "", .help = "IMAP server of the mailbox that [mail] from is delivered to. Without one answers and bounces are not read; people record them by hand." },
    { "mail", "imap_port", CONF_INT, "993", .min = 1, .max = 65535, .help = "Its port." },
    { "mail", "imap_tls", CONF_CHOICE, "tls", .choices = "none starttls tls", .help = "none (only to a server on this machine), starttls (required) or tls." },
    { "mail", "imap_user", CONF_TEXT, "", .help = "Name to sign in with; empty: that of the mail server." },
    { "mail", "imap_password_file", CONF_TEXT, "", .help = "File that holds the password, and nothing else; empty: that of the mail server." },
    { "mail", "imap_folder", CONF_TEXT, "INBOX", .min = 1, .max = 100, .help = "Folder that is read. All mail in it is taken into the record." },
    { "mail", "imap_taken", CONF_TEXT, "Taken", .min = 1, .max = 100, .help = "Folder to which a mail is moved once it is in the record." },
    { "net", "allow", CONF_LIST, "", .help = "host:port (or *.name:port) pairs that may be reached although their address is private or this machine's.\nEverything else of that kind is refused, after the name is resolved and on every redirect." },
    { "net", "user_agent", CONF_TEXT, "Keten/0.1 (evidence capture)", .min = 1, .max = 150, .help = "How captures and checks name themselves." },
    { "net", "timeout_s", CONF_INT, "30", .min = 2, .max = 300, .help = "Longest time for one outgoing request." },
    { "net", "bytes_max_mb", CONF_INT, "32", .min = 1, .max = 128, .help = "Largest answer that is read; a longer one is cut there and recorded as cut." },
    { "net", "redirects_max", CONF_INT, "10", .min = 0, .max = 20, .help = "Redirects followed by one request." },
    { "net", "resolver", CONF_TEXT, "", .help = "Address of the DNS server to ask; empty: what the system uses." },
    { "net", "ca_file", CONF_TEXT, "", .help = "Certificate authorities believed by outgoing requests (PEM); empty: the system's." },
    { "capture", "browser", CONF_TEXT, "", .max = 200, .help = "Chromium that captures are made with: a path. Empty: where the system keeps it; without one the text of the answer is captured, undrawn." },
    { "capture", "memory_dir", CONF_TEXT, "/dev/shm", .min = 1, .max = 40, .help = "Where a browser's profile is kept while it looks: a file system in memory (tmpfs). On any other no browser is started." },
    { "capture", "seconds", CONF_INT, "40", .min = 5, .max = 100, .help = "Longest time for one page; then what is there is kept, and that it is not all is said." },
    { "capture", "requests", CONF_INT, "200", .min = 1, .max = 2000, .help = "Requests of one page." },
    { "capture", "mb", CONF_INT, "40", .min = 1, .max = 56, .help = "Megabytes of all answers to one page together." },
    { "capture", "no_sandbox", CONF_BOOL, "no", .help = "Starts the browser without its own sandbox, where the system allows it none (no user namespaces). Ours around it stays." },
    { "lookup", "origin_whois", CONF_TEXT, "riswhois.ripe.net", .max = 150, .help = "WHOIS server that is asked which network announces an address: host, or host:port. Empty: not asked." },
    { "lookup", "whois", CONF_TEXT, "", .max = 150, .help = "WHOIS server asked in place of those of the registries: host, or host:port; empty: theirs." },
    { "jobs", "batch", CONF_INT, "50", .min = 1, .max = 1000, .help = "Due jobs taken at once." },
    { "watch", "interval_h", CONF_INT, "24", .min = 1, .max = 720, .help = "Hours between two checks whether a location is still online." },
    { "watch", "places", CONF_LIST, "", .help = "Other places to look from: name=proxy pairs, as de=socks5h://10.0.0.2:1080 or us=http://192.0.2.7:3128 (an address, not a name). With one or more of\nthem a removal counts as proven only when it was seen from two places. Empty: this server alone." },
    { "watch", "at_once", CONF_INT, "64", .min = 1, .max = 256, .help = "Looks under way at once, over all hosts." },
    { "watch", "host_at_once", CONF_INT, "2", .min = 1, .max = 16, .help = "Requests under way at one host." },
    { "watch", "host_pause_ms", CONF_INT, "1000", .min = 0, .max = 60000, .help = "Milliseconds between two requests to one host." },
    { "bank", "dir", CONF_TEXT, "bank", .min = 1, .max = 200, .help = "Folder of the hashes that are looked for; one that does not begin with / stands in the instance. It follows the record\nand can be made anew from it (keten bank rebuild)." },
    { "timestamp", "url", CONF_LIST, "", .help = "RFC 3161 authorities that time-stamp the seals of dossiers and, once an hour, the ledger; empty: none. Two or more, so that one\nmay fail: a dossier is made without, and the stamp is added when it comes." },
    { "ledger", "policy", CONF_TEXT, "ledger.policy", .help = "Whose signatures under our checkpoints count, and where they are asked (a file in this directory, docs/ledger.md). When it is not\nthere, nobody is asked." },
    { "metrics", "port", CONF_INT, "8801", .min = 0, .max = 65535, .help = "Prometheus metrics on 127.0.0.1 at this port; 0: none." },
};
const size_t keten_conf_keys_n = LEN(keten_conf_keys);

const MetricDef keten_metrics[METRICS_N] = {
    [M_REQUESTS_OK] = { "keten_requests_total", "class=\"2xx\"", "Requests answered.", METRIC_COUNTER },
    [M_REQUESTS_REDIRECT] = { "keten_requests_total", "class=\"3xx\"", "Requests answered.", METRIC_COUNTER },
    [M_REQUESTS_CLIENT] = { "keten_requests_total", "class=\"4xx\"", "Requests answered.", METRIC_COUNTER },
    [M_REQUESTS_SERVER] = { "keten_requests_total", "class=\"5xx\"", "Requests answered.", METRIC_COUNTER },
    [M_REQUEST_MS] = { "keten_request_milliseconds_total", NULL, "Time spent answering requests.", METRIC_COUNTER },
    [M_REQUESTS_LIMITED] = { "keten_requests_limited_total", NULL, "Requests refused by the rate limit.", METRIC_COUNTER },
    [M_JOBS_DONE] = { "keten_jobs_total", "result=\"done\"", "Jobs run.", METRIC_COUNTER },
    [M_JOBS_RETRIED] = { "keten_jobs_total", "result=\"retried\"", "Jobs run.", METRIC_COUNTER },
    [M_JOBS_STUCK] = { "keten_jobs_stuck", NULL, "Jobs given up until a person looks.", METRIC_GAUGE },
    [M_JOBS_WAITING] = { "keten_jobs_waiting", NULL, "Jobs that are due and wait.", METRIC_GAUGE },
    [M_MAIL_SENT] = { "keten_mail_total", "result=\"sent\"", "Mail handed to the mail server.", METRIC_COUNTER },
    [M_MAIL_FAILED] = { "keten_mail_total", "result=\"failed\"", "Mail handed to the mail server.", METRIC_COUNTER },
    [M_FETCH_DONE] = { "keten_fetch_total", "result=\"done\"", "Outgoing requests.", METRIC_COUNTER },
    [M_FETCH_REFUSED] = { "keten_fetch_total", "result=\"refused\"", "Outgoing requests.", METRIC_COUNTER },
    [M_FETCH_FAILED] = { "keten_fetch_total", "result=\"failed\"", "Outgoing requests.", METRIC_COUNTER },
    [M_SIGNIN_FAILED] = { "keten_signin_failed_total", NULL, "Sign-ins refused.", METRIC_COUNTER },
    [M_CHILD_RESTARTS] = { "keten_process_restarts_total", NULL, "Processes that ended and were started again.", METRIC_COUNTER },
    [M_CHILDREN] = { "keten_processes", NULL, "Processes running.", METRIC_GAUGE },
};

const char *program_beside(Arena *a, const char *name, const char *room) {
    Str dir = STR_NONE;
    if (sys_exe_dir(a, &dir) != OK) return NULL;
    Str tries[] = { str_fmt(a, STR_FMT "/%s", STR_ARG(dir), name), str_fmt(a, STR_FMT "/../%s/%s", STR_ARG(dir), room, name), str_fmt(a, STR_FMT "/../libexec/keten/%s", STR_ARG(dir), name) };
    for (size_t i = 0; i < LEN(tries); i++)
        if (access(tries[i].p, X_OK) == 0) return tries[i].p;
    return NULL;
}

const char *instance_path(Arena *a, const Instance *in, const char *name) { return path_join(a, in->dir, name).p; }

const char *instance_bank(Arena *a, const Instance *in) {
    Str dir = conf_text(&in->conf, "bank", "dir");
    return dir.p[0] == '/' ? str_z(a, dir) : instance_path(a, in, str_z(a, dir));
}

Str instance_log_origin(Arena *a, const Instance *in) {
    Str set = conf_text(&in->conf, "instance", "log_origin"), url = conf_text(&in->conf, "web", "base_url");
    size_t at = 0, end = 0;
    if (set.n > 0) return set;
    Str host = str_find(url, S("://"), &at) ? str_sub(url, at + 3, url.n) : url;
    for (end = 0; end < host.n && host.p[end] != '/' && host.p[end] != ':' && host.p[end] != '['; end++) {}
    return str_fmt(a, STR_FMT "/keten", STR_ARG(end > 0 ? str_sub(host, 0, end) : S("localhost")));
}

extern char **environ;

Err instance_open(Arena *a, const char *dir, Instance *out, Str *out_why) {
    struct stat st = { 0 };
    char *whole = realpath(dir, NULL);
    Instance in = { .dir = str_z(a, str_c(whole != NULL ? whole : dir)) };
    free(whole);
    Err owner = sys_become_owner(in.dir);
    if (owner != OK && owner != E_MISSING) {
        *out_why = str_fmt(a, "%s belongs to root; nothing here runs as root: chown -R keten %s", in.dir, in.dir);
        return owner;
    }
    if (stat(in.dir, &st) != 0 || !S_ISDIR(st.st_mode) || !file_exists(instance_path(a, &in, INSTANCE_CONF))) {
        *out_why = str_fmt(a, "%s is no Keten instance (keten init makes one)", in.dir);
        return E_MISSING;
    }
    TRY(conf_load(a, keten_conf_keys, keten_conf_keys_n, instance_path(a, &in, INSTANCE_CONF), environ, &in.conf, out_why));
    Str zone = conf_text(&in.conf, "instance", "zone");
    if (zone_load(a, zone, &in.zone) != OK) {
        *out_why = str_fmt(a, "%s/%s: [instance] zone: no zone " STR_FMT " on this machine", in.dir, INSTANCE_CONF, STR_ARG(zone));
        return E_INPUT;
    }
    Err e = sys_clock_open(in.dir, &in.clock);
    if (e != OK) {
        *out_why = str_fmt(a, "%s/clock cannot be used (%s)", in.dir, err_name(e));
        return e;
    }
    in.demo = in.clock.offset_ms != NULL;
    *out = in;
    return OK;
}

void metrics_join(Arena *a, const Instance *in, Metrics *out) {
    *out = (Metrics){ 0 };
    if (metrics_open(instance_path(a, in, INSTANCE_METRICS), keten_metrics, METRICS_N, false, out) != OK) *out = (Metrics){ 0 };
}
