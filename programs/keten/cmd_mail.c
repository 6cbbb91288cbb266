/* cmd_mail.c - keten mail: a key that signs outgoing mail, and whether mail goes out and comes in with the settings as they stand. */
#include "foundation/net/dkim.h"
#include "foundation/net/message.h"
#include "foundation/net/net.h"
#include "programs/common/app.h"
#include "programs/keten/cmd.h"

enum { WAIT_MS = 120000 };

static Str domain_of(Str from) {
    size_t at = 0;
    return str_chr(from, '@', &at) ? str_sub(from, at + 1, from.n) : STR_NONE;
}

/* ---- key ---- */

static int show_record(Cli *c, Str pem, Str selector, Str domain) {
    DkimKey *k = NULL;
    Str record = STR_NONE;
    Err e = dkim_key_open(c->a, pem, &k);
    if (e == OK) e = dkim_record(c->a, k, &record);
    dkim_key_close(k);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "this is no RSA key");
    printf(STR_FMT "._domainkey." STR_FMT ". IN TXT (", STR_ARG(selector), STR_ARG(domain));
    for (size_t i = 0; i < record.n; i += 250) printf(" \"" STR_FMT "\"", STR_ARG(str_sub(record, i, 250))); /* a string of a TXT record holds 255 bytes */
    printf(" )\n");
    return EXIT_YES;
}

static int run_key(Cli *c) {
    Instance in;
    int code = EXIT_YES;
    Str pem = STR_NONE;
    if (!cli_instance(c, &in, &code)) return code;
    Str domain = domain_of(conf_text(&in.conf, "mail", "from")), selector = conf_text(&in.conf, "mail", "dkim_selector"), file = conf_text(&in.conf, "mail", "dkim_key");
    if (domain.n == 0) return cli_fail(c, EXIT_USE, "[mail] from is no address");
    if (file.n == 0) file = str_fmt(c->a, "%s/dkim.key", in.dir);
    Err e = file_read(c->a, str_z(c->a, file), 65536, &pem);
    bool made = e == E_MISSING;
    if (made) e = dkim_key_make(c->a, &pem);
    if (made && e == OK) e = file_write_new(str_z(c->a, file), pem, 0600);
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, STR_FMT ": %s", STR_ARG(file), err_name(e));
    fprintf(stderr, "%s " STR_FMT "\n", made ? "Made" : "There is", STR_ARG(file));
    fprintf(stderr, "Put this line into the zone of " STR_FMT ", and into [mail] of keten.conf:  dkim_key = " STR_FMT "\n", STR_ARG(domain), STR_ARG(file));
    return show_record(c, pem, selector, domain);
}

/* ---- check ---- */

static const char *socket_of(Cli *c, const Instance *in) { return instance_path(c->a, in, INSTANCE_FETCH_SOCKET); }

static Str test_mail(Cli *c, const Instance *in, Str from, Id id) {
    Buf b = buf_new(65536);
    Message m = { .from_name = S("Keten"), .from = from, .to = from, .subject = S("Keten: test of the mail server"), .language = S("en"), .text = S("This mail was sent by keten mail check.\n"), .id = id_hex(c->a, id), .automatic = true, .at = sys_now(&in->clock),
        .zone = zone_utc() };
    must(message_write(&m, &b) == OK);
    Str s = str_dup(c->a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* Everything but the end, unless it is to go: then nothing has been sent. */
static bool check_smtp(Cli *c, const Instance *in, Id id, bool send) {
    Net *net = NULL;
    NetMailGot got = { 0 };
    Str from = conf_text(&in->conf, "mail", "from"), to = cli_given(c, "to") ? cli_text(c, "to") : from;
    if (net_connect(socket_of(c, in), &net) != OK) {
        printf("out    the server does not run (keten run)\n");
        return false;
    }
    NetMail mail = { .from = from, .to = to, .message = test_mail(c, in, from, id), .envid = id_hex(c->a, id) };
    Err e = net_mail_begin(net, c->a, &mail, &got);
    bool ready = e == OK && str_eq(got.outcome, S("ready"));
    if (ready && send) e = net_mail_end(net, c->a, &got);
    net_close(net);
    bool good = e == OK && (send ? str_eq(got.outcome, S("delivered")) : ready);
    printf("out    %s " STR_FMT " %s" STR_FMT " code %d " STR_FMT "%s\n", good ? "works:" : "does not work:", STR_ARG(e == OK ? got.outcome : str_c(err_name(e))), got.tls_version.n > 0 ? "" : "no TLS", STR_ARG(got.tls_version), got.code, STR_ARG(got.reply),
        good && got.reports ? ", delivery reports are offered" : good ? ", no delivery reports" : "");
    return good;
}

static bool check_imap(Cli *c, const Instance *in) {
    NetPost *box = NULL;
    NetPostGot got = { 0 };
    if (conf_text(&in->conf, "mail", "imap_host").n == 0) {
        printf("in     no mailbox is set up: answers and bounces are not read\n");
        return true;
    }
    Err e = net_post_open(socket_of(c, in), &box);
    if (e == OK) e = net_post_next(box, c->a, WAIT_MS, &got);
    net_post_close(box);
    bool good = e == OK && str_eq(got.what, S("open"));
    printf("in     %s " STR_FMT "\n", good ? "works:" : "does not work:", STR_ARG(e == OK ? got.detail : str_c(err_name(e))));
    return good;
}

static bool check_key(Cli *c, const Instance *in) {
    Str file = conf_text(&in->conf, "mail", "dkim_key"), pem = STR_NONE;
    if (file.n == 0) {
        printf("sign   no key is set up: mail is not signed here (keten mail key)\n");
        return true;
    }
    if (file_read(c->a, str_z(c->a, file), 65536, &pem) != OK) {
        printf("sign   does not work: " STR_FMT " cannot be read\n", STR_ARG(file));
        return false;
    }
    printf("sign   the DNS has to say: ");
    return show_record(c, pem, conf_text(&in->conf, "mail", "dkim_selector"), domain_of(conf_text(&in->conf, "mail", "from"))) == EXIT_YES;
}

static int run_check(Cli *c) {
    Instance in;
    int code = EXIT_YES;
    if (!cli_instance(c, &in, &code)) return code;
    bool out = check_smtp(c, &in, sys_new_id(), cli_flag(c, "send")), box = check_imap(c, &in), key = check_key(c, &in);
    return out && box && key ? EXIT_YES : EXIT_NO;
}

static const Cmd cmd_mail_key = { .name = "key", .summary = "a key that signs outgoing mail (DKIM), and the line for the DNS", .args = "", .help = "Makes DIR/dkim.key, or the file of [mail] dkim_key, when it is not there yet; a key that is there stays. Prints the line to publish.",
    .opts = (const Opt[]){ OPT_DATA, { OPT_END } }, .run = run_key };
static const Cmd cmd_mail_check = { .name = "check", .summary = "does mail go out, does it come in, is it signed", .args = "",
    .help = "Asks the running server. Outward: connection, TLS, sign-in, sender and recipient up to the last line of a test mail, which is not sent unless\n--send is given. Inward: connection, TLS, sign-in and folder. Nothing is taken or moved.",
    .opts = (const Opt[]){ OPT_DATA, { OPT_FLAG, "send", .help = "send the test mail" }, { OPT_TEXT, "to", "ADDRESS", "whom the test mail is for; otherwise the sender" }, { OPT_END } }, .run = run_check };
static const Cmd *const subs[] = { &cmd_mail_key, &cmd_mail_check, NULL };
const Cmd cmd_mail = { .name = "mail", .summary = "outgoing and incoming mail", .args = "", .subs = subs };
