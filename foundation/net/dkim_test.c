/* Signatures over mails, read by somebody else's reader (python3-dkim). Use: dkim_test DKIM_CHECK.PY */
#include "foundation/base/tap.h"
#include "foundation/net/dkim.h"
#include "foundation/net/message.h"
#include "foundation/sys/sys.h"

#include <sys/wait.h>

/* 0: the other reader believes it, 1: it does not, 77: it is not installed. */
static int other_reader(Arena *a, const char *script, const char *dir, Str record, Str mail) {
    int status = 0;
    pid_t pid = 0;
    char *record_path = str_z(a, str_fmt(a, "%s/record", dir)), *mail_path = str_z(a, str_fmt(a, "%s/mail", dir));
    must(file_write(record_path, record, 0600) == OK && file_write(mail_path, mail, 0600) == OK);
    const char *argv[] = { "python3", script, record_path, mail_path, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
    must(sys_spawn(&(Spawn){ .path = "/usr/bin/python3", .argv = argv, .env = env }, &pid) == OK && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static Str mail_of(Arena *a, Str subject, Str text, bool file) {
    MessagePart part = { S("list.csv"), S("text/csv"), S("a,b\r\n1,2\r\n") };
    Message m = { .from_name = S("Meldpunt \"Voorbeeld\" é"), .from = S("meldpunt@keten.test"), .to = S("abuse@platform.test"), .reply_to = S("meldpunt+ab@keten.test"), .subject = subject, .language = S("nl"), .text = text, .id = S("0123"),
        .in_reply_to = S("<4567@keten.test>"), .at = 1772442000000, .parts = &part, .parts_n = file ? 1 : 0 };
    Buf b = buf_new(1 << 20);
    must(message_write(&m, &b) == OK);
    Str s = str_dup(a, buf_str(&b));
    buf_free(&b);
    return s;
}

int main(int argc, char **argv) {
    Arena *a = arena_new(64 << 20);
    DkimKey *k = NULL, *other = NULL;
    Str pem = STR_NONE, record = STR_NONE, field = STR_NONE, again = STR_NONE;
    char dir[] = "/tmp/keten-dkim-XXXXXX";
    must(argc == 2 && mkdtemp(dir) != NULL);
    sys_start();
    check(dkim_key_make(a, &pem) == OK && dkim_key_open(a, pem, &k) == OK && dkim_record(a, k, &record) == OK && str_starts(record, S("v=DKIM1; k=rsa; p=MII")), "a key is made, with what the DNS is to say");
    check(dkim_key_open(a, S("no key"), &other) == E_INPUT && dkim_key_open(a, STR_NONE, &other) == E_INPUT, "what is no key is none");
    Str mails[] = { mail_of(a, S("Kort"), S("Eén regel.\n"), false), mail_of(a, S("Een onderwerp dat langer is dan een regel, met ë en ook nog wat meer woorden erachter"), S("  blanks  in   between \n\n.\n..\n\nend   \n\n\n\n"), false),
        mail_of(a, S("Met een lijst"), S("Zie bijlage.\n"), true), mail_of(a, S("Leeg"), S(""), false), S("From: a@keten.test\r\nSubject:\r\n\r\n"), S("from:a@keten.test\r\nTO: x\r\n\t y\r\nSubject: \t a \r\n  b\r\n\r\n \r\nx \t y\r\n\r\n \r\n") };
    for (size_t i = 0; i < LEN(mails); i++) {
        must(dkim_sign(a, k, S("keten.test"), S("keten"), mails[i], &field) == OK && dkim_sign(a, k, S("keten.test"), S("keten"), mails[i], &again) == OK);
        int said = other_reader(a, argv[1], dir, record, str_fmt(a, STR_FMT STR_FMT, STR_ARG(field), STR_ARG(mails[i])));
        if (said == 77) {
            check(str_eq(field, again), "# SKIP python3-dkim is not installed");
            continue;
        }
        check(said == 0 && str_eq(field, again), "mail %zu: another reader believes the signature, and it is the same each time", i + 1);
        Str changed = str_fmt(a, STR_FMT STR_FMT "added\r\n", STR_ARG(field), STR_ARG(mails[i])), second = str_fmt(a, "From: evil@evil.test\r\n" STR_FMT STR_FMT, STR_ARG(field), STR_ARG(mails[i]));
        check(other_reader(a, argv[1], dir, record, changed) == 1 && other_reader(a, argv[1], dir, record, second) == 1, "and not when a line, or a second sender, was added");
    }
    check(dkim_sign(a, k, S("keten.test"), S("keten"), S("no header at all"), &field) == E_INPUT && dkim_sign(a, k, S("keten.test"), S("keten"), S("To: x\r\n\r\nbody"), &field) == E_INPUT, "without a sender nothing is signed");
    dkim_key_close(k);
    arena_free(a);
    return tap_end();
}
