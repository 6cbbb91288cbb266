/* cmd.h - the frame of the `keten` command: a table of subcommands, each with typed options from which --help is made.
 *
 * A subcommand is a file cmd_NAME.c that defines `const Cmd cmd_NAME` and a line in the table of main.c. Exit codes are the
 * same everywhere: 0 it is so, 1 the checked thing is not so, 2 wrong use, 3 the system failed.
 * Results go to stdout (with --json as one JSON document), everything else to stderr.
 */
#ifndef KETEN_CMD_H
#define KETEN_CMD_H
#include "foundation/base/base.h"
#include "programs/common/conf.h"

enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_USE = 2, EXIT_SYSTEM = 3 };

typedef enum OptKind { OPT_END, OPT_FLAG, OPT_TEXT, OPT_INT } OptKind;
typedef struct Opt {
    OptKind kind;              /* OPT_END ends the list */
    const char *name;          /* "data": given as --data VALUE or --data=VALUE */
    const char *value;         /* what stands for the value in the help: "DIR" */
    const char *help;
    bool required;
    int64_t min, max;          /* OPT_INT */
    const char *otherwise;     /* default shown and used; NULL: none */
    bool many;                 /* OPT_TEXT that may come several times: the values, joined by line breaks */
} Opt;
enum { OPTS_MAX = 24, ARGS_MAX = 16384 };
#define OPT_DATA { OPT_TEXT, "data", "DIR", "the instance's directory", .required = true }
#define OPT_JSON { OPT_FLAG, "json", .help = "print one JSON document" }

typedef struct Cli Cli;
typedef struct Cmd {
    const char *name, *summary;
    const char *args;          /* shown after the options: "FILE"; "" for none */
    size_t args_min, args_max;
    const char *help;          /* further paragraphs, or NULL */
    const Opt *opts;           /* ended by OPT_END; NULL: none */
    int (*run)(Cli *cli);      /* NULL when it has subcommands */
    const struct Cmd *const *subs; /* ended by NULL */
} Cmd;

struct Cli {
    Arena *a;
    const Cmd *cmd;
    const char *path;          /* "keten user add", for messages */
    Str values[OPTS_MAX];      /* p NULL: not given and without default */
    bool given[OPTS_MAX];      /* named on the command line, not the default */
    const char *args[ARGS_MAX];
    size_t args_n;
};

/* must() be in the command's table, with that kind. */
bool cli_flag(const Cli *c, const char *name);
Str cli_text(const Cli *c, const char *name);         /* empty when absent; NUL behind it */
int64_t cli_int(const Cli *c, const char *name);
bool cli_given(const Cli *c, const char *name);
/* Prints "keten user add: ..." to stderr and returns the code. */
int cli_fail(const Cli *c, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A file, or - for standard input. E_MISSING, E_LIMIT: larger than max; E_OUTSIDE. */
Err cli_read(Arena *a, const char *path, size_t max, Str *out) NODISCARD;
/* Opens the instance of --data, or says why not; *out_code is what to return then. */
bool cli_instance(Cli *c, Instance *out, int *out_code);

int cmd_main(int argc, char **argv, const Cmd *root); /* parses, helps, runs */
void cmd_help(const Cmd *cmd, const char *path, Buf *out);
extern const Cmd cmd_dossier;
void man_write(Arena *a, const Cmd *root, Buf *out);   /* man.c: the manual page, as `keten --man` prints it for the build */

int dossier_asic(Cli *cli);                            /* cmd_dossier_asic.c */
int ledger_import(Cli *cli);                           /* cmd_ledger_import.c */
extern const Cmd cmd_backup, cmd_case, cmd_fsck, cmd_init, cmd_law, cmd_restore, cmd_run, cmd_serve, cmd_user, cmd_version;
extern const Cmd cmd_alike, cmd_bank, cmd_gate, cmd_hash, cmd_ledger, cmd_sor, cmd_witness;
extern const Cmd cmd_watch;
extern const Cmd cmd_receipt, cmd_mail;
extern const Cmd cmd_account, cmd_demo, cmd_simulate;
extern const Cmd cmd_capture, cmd_lookup, cmd_feed, cmd_import;
#endif
