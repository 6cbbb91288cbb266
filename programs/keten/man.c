/* man.c - the manual page, written from the tables of commands and of configuration keys, so that it cannot fall behind. */
#include "programs/keten/cmd.h"

/* Text for roff: hyphens stay hyphens, backslashes show, and no line begins with a request. */
static void text(Buf *b, Str s) {
    bool start = b->n == 0 || b->p[b->n - 1] == '\n';
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (start && (c == '.' || c == '\'')) buf_z(b, "\\&");
        if (c == '-') buf_z(b, "\\-");
        else if (c == '\\') buf_z(b, "\\e");
        else buf_ch(b, c);
        start = c == '\n';
    }
}

static void z(Buf *b, const char *s) { text(b, str_c(s)); }

static void synopsis(Buf *b, const Cmd *cmd, const char *path) {
    buf_z(b, ".SS ");
    z(b, path);
    buf_z(b, "\n");
    z(b, cmd->summary);
    buf_z(b, ".\n.PP\n.B ");
    z(b, path);
    buf_z(b, "\n");
    for (size_t i = 0; cmd->opts != NULL && cmd->opts[i].kind != OPT_END; i++) {
        const Opt *o = &cmd->opts[i];
        buf_printf(b, "%s\\-\\-", o->required ? "" : "[");
        z(b, o->name);
        if (o->value != NULL) {
            buf_z(b, " \\fI");
            z(b, o->value);
            buf_z(b, "\\fR");
        }
        buf_z(b, o->required ? "\n" : "]\n");
    }
    if (cmd->args[0] != '\0') {
        buf_z(b, ".I ");
        z(b, cmd->args);
        buf_z(b, "\n");
    }
}

static void command(Arena *a, Buf *b, const Cmd *cmd, const char *path) {
    for (size_t i = 0; cmd->subs != NULL && cmd->subs[i] != NULL; i++) command(a, b, cmd->subs[i], str_fmt(a, "%s %s", path, cmd->subs[i]->name).p); /* two levels */
    if (cmd->subs != NULL) return;
    synopsis(b, cmd, path);
    if (cmd->help != NULL) {
        buf_z(b, ".PP\n");
        z(b, cmd->help);
        buf_z(b, "\n");
    }
    for (size_t i = 0; cmd->opts != NULL && cmd->opts[i].kind != OPT_END; i++) {
        const Opt *o = &cmd->opts[i];
        buf_z(b, ".TP\n.B \\-\\-");
        z(b, o->name);
        buf_z(b, o->value != NULL ? " " : "");
        z(b, o->value != NULL ? o->value : "");
        buf_z(b, "\n");
        z(b, o->help);
        if (o->otherwise != NULL) {
            buf_z(b, " (default ");
            z(b, o->otherwise);
            buf_z(b, ")");
        }
        buf_z(b, "\n");
    }
}

static void config(Buf *b) {
    buf_z(b, ".SH CONFIGURATION\n.I keten.conf\nin the instance's directory; KETEN_SECTION_KEY in the environment goes before it.\nAn unknown key is an error.\n");
    for (size_t i = 0; i < keten_conf_keys_n; i++) {
        const ConfKey *k = &keten_conf_keys[i];
        buf_z(b, ".TP\n.B ");
        text(b, (Str){ "[", 1 });
        z(b, k->section);
        buf_z(b, "] ");
        z(b, k->key);
        buf_z(b, "\n");
        z(b, k->help);
        if (k->otherwise[0] != '\0') {
            buf_z(b, "\nDefault: ");
            z(b, k->otherwise);
        }
        buf_z(b, "\n");
    }
}

static const char tail[] =
    ".SH FILES\nAn instance is one directory:\n"
    ".TP\n.I keten.conf\nits configuration\n"
    ".TP\n.I keten.db\nthe record; texts and addresses in it are encrypted\n"
    ".TP\n.I keys.db\nwrapped keys; erasing a person destroys rows here\n"
    ".TP\n.I storage.key, signing.key\nthe two secrets. They are in no backup: keep a copy apart, on paper or in a vault\n"
    ".TP\n.I blobs/\nencrypted files, named by the SHA\\-256 of what is stored\n"
    ".TP\n.I run/\nsockets and what is made anew at each start\n"
    ".TP\n.I clock, demo.password, mail/\ndemo instances only: a clock that can be moved, and the password of its invented people\n"
    ".SH EXIT STATUS\n.TP\n.B 0\nit is so, or it was done\n.TP\n.B 1\nthe checked thing is not so\n.TP\n.B 2\nwrong use\n.TP\n.B 3\nthe system failed\n"
    ".SH SIGNALS\n.B keten serve\nstops in order on TERM and INT; on HUP nginx reads its certificate again.\n"
    ".SH SEE ALSO\n.BR nginx (8),\n.BR systemd.service (5)\n";

void man_write(Arena *a, const Cmd *root, Buf *out) {
    buf_z(out, ".TH KETEN 1 \"\" \"keten " KETEN_VERSION "\" \"Keten\"\n.SH NAME\nketen \\- ");
    z(out, root->summary);
    buf_z(out, "\n.SH SYNOPSIS\n.B keten\n.I COMMAND\n[OPTIONS] [ARGUMENTS]\n.PP\n.B keten help\n.I COMMAND\n.SH COMMANDS\n");
    for (size_t i = 0; root->subs[i] != NULL; i++) command(a, out, root->subs[i], str_fmt(a, "%s %s", root->name, root->subs[i]->name).p);
    config(out);
    buf_z(out, tail);
}
