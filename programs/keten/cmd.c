/* cmd.c - options, help, dispatch. */
#include "programs/keten/cmd.h"

static size_t opts_n(const Cmd *cmd) {
    size_t n = 0;
    while (cmd->opts != NULL && cmd->opts[n].kind != OPT_END) n++;
    must(n <= OPTS_MAX);
    return n;
}

static bool opt_find(const Cmd *cmd, Str name, size_t *out) {
    for (size_t i = 0; i < opts_n(cmd); i++) {
        if (!str_eq(str_c(cmd->opts[i].name), name)) continue;
        *out = i;
        return true;
    }
    return false;
}

static size_t opt_must(const Cli *c, const char *name, OptKind kind) {
    size_t i = 0;
    must(opt_find(c->cmd, str_c(name), &i) && c->cmd->opts[i].kind == kind);
    return i;
}

bool cli_flag(const Cli *c, const char *name) { return c->given[opt_must(c, name, OPT_FLAG)]; }

Str cli_text(const Cli *c, const char *name) {
    Str v = c->values[opt_must(c, name, OPT_TEXT)];
    return v.p == NULL ? S("") : v;
}

int64_t cli_int(const Cli *c, const char *name) {
    int64_t v = 0;
    Str s = c->values[opt_must(c, name, OPT_INT)];
    must(s.p == NULL || str_i64(s, INT64_MIN, INT64_MAX, &v) == OK);
    return v;
}

bool cli_given(const Cli *c, const char *name) {
    size_t i = 0;
    must(opt_find(c->cmd, str_c(name), &i));
    return c->given[i];
}

int cli_fail(const Cli *c, int code, const char *fmt, ...) {
    va_list ap;
    must(fmt != NULL);
    fprintf(stderr, "%s: ", c->path);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    return code;
}

Err cli_read(Arena *a, const char *path, size_t max, Str *out) {
    if (strcmp(path, "-") != 0) return file_read(a, path, max, out);
    Buf b = buf_new(max);
    char piece[65536];
    size_t n = 0;
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0 && !b.over) buf_put(&b, str_bytes(piece, n));
    Err e = b.over ? E_LIMIT : ferror(stdin) ? E_OUTSIDE : buf_err(&b);
    if (e == OK) *out = str_dup(a, buf_str(&b));
    buf_free(&b);
    return e;
}

bool cli_instance(Cli *c, Instance *out, int *out_code) {
    Str why = STR_NONE;
    Err e = instance_open(c->a, cli_text(c, "data").p, out, &why);
    if (e != OK) *out_code = cli_fail(c, e == E_MISSING ? EXIT_USE : EXIT_SYSTEM, STR_FMT, STR_ARG(why));
    return e == OK;
}

/* ---- help ---- */

static void help_opts(const Cmd *cmd, Buf *out) {
    buf_z(out, "\nOptions:\n");
    for (size_t i = 0; i < opts_n(cmd); i++) {
        const Opt *o = &cmd->opts[i];
        size_t from = out->n;
        buf_printf(out, "  --%s%s%s", o->name, o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
        do buf_ch(out, ' ');
        while (out->n - from < 26 && !out->over);
        buf_z(out, o->help);
        if (o->otherwise != NULL) buf_printf(out, " (default %s)", o->otherwise);
        buf_ch(out, '\n');
    }
    buf_z(out, "  --help                  this text\n");
}

void cmd_help(const Cmd *cmd, const char *path, Buf *out) {
    buf_printf(out, "%s - %s\n\nUse: %s", path, cmd->summary, path);
    for (size_t i = 0; i < opts_n(cmd); i++)
        if (cmd->opts[i].required) buf_printf(out, " --%s %s", cmd->opts[i].name, cmd->opts[i].value);
    buf_printf(out, "%s%s%s\n", cmd->subs != NULL ? " COMMAND" : opts_n(cmd) > 0 ? " [OPTIONS]" : "", cmd->args[0] != '\0' ? " " : "", cmd->args);
    if (cmd->help != NULL) buf_printf(out, "\n%s\n", cmd->help);
    if (cmd->subs != NULL) buf_z(out, "\nCommands:\n");
    for (size_t i = 0; cmd->subs != NULL && cmd->subs[i] != NULL; i++) buf_printf(out, "  %-12s %s\n", cmd->subs[i]->name, cmd->subs[i]->summary);
    if (cmd->subs == NULL) help_opts(cmd, out);
    else buf_printf(out, "\n%s COMMAND --help says more. Exit codes: 0 it is so, 1 the checked thing is not so, 2 wrong use, 3 the system failed.\n", path);
}

static int help(const Cli *c) {
    Buf b = buf_new(64 * 1024);
    cmd_help(c->cmd, c->path, &b);
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return EXIT_YES;
}

static int manual(const Cli *c) {
    Buf b = buf_new(512 * 1024);
    man_write(c->a, c->cmd, &b);
    fwrite(b.p, 1, b.n, stdout);
    int code = buf_err(&b) == OK ? EXIT_YES : EXIT_SYSTEM;
    buf_free(&b);
    return code;
}

/* ---- parsing ---- */

static int wrong_use(const Cli *c, const char *what, const char *which) {
    fprintf(stderr, "%s: %s%s%s\n%s --help says how.\n", c->path, what, which[0] != '\0' ? " " : "", which, c->path);
    return EXIT_USE;
}

/* One option at argv[*at]; moves *at over its value. EXIT_YES when taken. */
static int take_opt(Cli *c, int argc, char **argv, int *at) {
    const char *word = argv[*at];
    Str name = str_c(word + 2), value = STR_NONE;
    size_t i = 0, eq = 0;
    bool with = str_chr(name, '=', &eq);
    if (with) {
        value = str_c(word + 2 + eq + 1);
        name = str_sub(name, 0, eq);
    }
    if (!opt_find(c->cmd, name, &i)) return wrong_use(c, "unknown option", word);
    const Opt *o = &c->cmd->opts[i];
    if (c->given[i] && !o->many) return wrong_use(c, "given twice:", word);
    if (o->kind == OPT_FLAG && with) return wrong_use(c, "takes no value:", word);
    if (o->kind != OPT_FLAG && !with) {
        if (*at + 1 >= argc) return wrong_use(c, "needs a value:", word);
        value = str_c(argv[++*at]);
    }
    int64_t n = 0;
    if (o->kind == OPT_INT && str_i64(value, o->min, o->max, &n) != OK) {
        fprintf(stderr, "%s: --%s must be a number from %lld to %lld\n", c->path, o->name, (long long)o->min, (long long)o->max);
        return EXIT_USE;
    }
    c->values[i] = c->given[i] ? str_fmt(c->a, STR_FMT "\n" STR_FMT, STR_ARG(c->values[i]), STR_ARG(value)) : value;
    c->given[i] = true;
    return EXIT_YES;
}

static int check_whole(Cli *c) {
    for (size_t i = 0; i < opts_n(c->cmd); i++) {
        const Opt *o = &c->cmd->opts[i];
        if (o->required && !c->given[i]) return wrong_use(c, "missing option:", str_fmt(c->a, "--%s", o->name).p);
        if (!c->given[i] && o->otherwise != NULL) c->values[i] = str_c(o->otherwise);
    }
    if (c->args_n < c->cmd->args_min) return wrong_use(c, "missing argument:", c->cmd->args);
    if (c->args_n > c->cmd->args_max) return wrong_use(c, "one argument too many:", c->args[c->args_n - 1]);
    return EXIT_YES;
}

static int run_leaf(Cli *c, int argc, char **argv, int at) {
    bool words_only = false;
    for (; at < argc; at++) {
        if (!words_only && strcmp(argv[at], "--help") == 0) return help(c);
        if (!words_only && strcmp(argv[at], "--") == 0) {
            words_only = true;
        } else if (!words_only && argv[at][0] == '-' && argv[at][1] != '\0') {
            if (argv[at][1] != '-') return wrong_use(c, "unknown option", argv[at]);
            int code = take_opt(c, argc, argv, &at);
            if (code != EXIT_YES) return code;
        } else {
            if (c->args_n == ARGS_MAX) return wrong_use(c, "too many arguments", "");
            c->args[c->args_n++] = argv[at];
        }
    }
    int code = check_whole(c);
    if (code != EXIT_YES) return code;
    must(c->cmd->run != NULL);
    return c->cmd->run(c);
}

static const Cmd *sub_find(const Cmd *cmd, const char *name) {
    for (size_t i = 0; cmd->subs != NULL && cmd->subs[i] != NULL; i++)
        if (strcmp(cmd->subs[i]->name, name) == 0) return cmd->subs[i];
    return NULL;
}

int cmd_main(int argc, char **argv, const Cmd *root) {
    Arena *a = arena_new((size_t)1 << 30);
    Cli c = { .a = a, .cmd = root, .path = root->name };
    int at = 1, code = -1;
    while (c.cmd->subs != NULL && code < 0) {
        const char *word = at < argc ? argv[at] : "";
        const Cmd *next = sub_find(c.cmd, word);
        if (strcmp(word, "--help") == 0 || (strcmp(word, "help") == 0 && next == NULL && at + 1 >= argc)) {
            code = help(&c);
        } else if (c.cmd == root && strcmp(word, "--man") == 0) {
            code = manual(&c);
        } else if (strcmp(word, "help") == 0 && next == NULL) { /* keten help user */
            next = sub_find(c.cmd, argv[at + 1]);
            if (next == NULL) code = wrong_use(&c, "unknown command", argv[at + 1]);
        } else if (next == NULL) {
            code = wrong_use(&c, at < argc ? "unknown command" : "which command?", word);
        }
        if (code >= 0) break;
        bool asks = strcmp(word, "help") == 0;
        c.path = str_fmt(a, "%s %s", c.path, next->name).p;
        c.cmd = next;
        at += asks ? 2 : 1;
        if (asks) code = help(&c);
    }
    if (code < 0) code = run_leaf(&c, argc, argv, at);
    arena_free(a);
    if (fflush(stdout) != 0) return EXIT_SYSTEM; /* a full disk must not look like success */
    return code;
}
