/* cmd_bank_data.c - the folder of hashes of an instance, made anew from its record. */
#include "core/bank/list.h"
#include "programs/common/bank_join.h"
#include "programs/keten/cmd_bank.h"
#include "programs/keten/local.h"

static void shown(void *ctx, int64_t done, int64_t all) { progress_show(ctx, done, all); }

static int run_rebuild(Cli *c) {
    Local l;
    int code = EXIT_SYSTEM;
    int64_t entries = 0, behind = 0;
    Str why = STR_NONE;
    const char *dir = str_z(c->a, cli_text(c, "data"));
    if (!local_open(c, dir, DB_READ, &l, &code)) return code;
    const char *folder = instance_bank(c->a, &l.in);
    BankJoin *j = bank_join(c->a, folder, true);
    l.c.bank = bank_join_door(j);
    Progress bar = progress_start("changes");
    Err e = dir_make(folder, 0700);
    if (e == OK) e = bank_rebuild(&l.c, shown, &bar);
    progress_end(&bar);
    if (e == OK) e = bank_join_check(&l.c, j, &entries, &behind, &why);
    bank_join_close(j);
    local_close(&l);
    if (e == E_INPUT) return cli_fail(c, EXIT_NO, STR_FMT, STR_ARG(why));
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "%s cannot be made anew (%s); what was there is there still", folder, err_name(e));
    printf("%s was made anew from the record: %lld entries\n", folder, (long long)entries);
    return EXIT_YES;
}

static const Opt opts[] = { { OPT_TEXT, "data", "DIR", "the instance's directory", .required = true }, { OPT_END } };
const Cmd cmd_bank_rebuild = { .name = "rebuild", .summary = "make an instance's folder of hashes anew from its record", .args = "", .opts = opts, .run = run_rebuild,
    .help = "The folder follows the record by itself; this is for one that was lost, or that keten fsck finds wrong. The server may go on\nrunning: whoever reads the old one takes up the new one at the next question. Withdrawn hashes whose key was destroyed are left out." };

/* ---- take: a file of a list into an instance ---- */

enum { ROWS_MAX = 5000000 };

static int take(Cli *c, Local *l, Str text) {
    ListRow list;
    ListHash *rows = NULL;
    ListCount n = { .rows = 0 };
    size_t rows_n = 0;
    Str first = STR_NONE, code = cli_text(c, "list");
    Err e = list_by_code(&l->c, l->app.org, code, &list);
    if (e == E_MISSING || (e == OK && list.ended != 0)) return cli_fail(c, EXIT_USE, "there is no list " STR_FMT " that runs: a lead sets it up at /bank/lists", STR_ARG(code));
    if (e == OK) e = list_text(&l->c, &list, text, ROWS_MAX, &rows, &rows_n, &n, &first);
    if (e == E_CONFLICT) return cli_fail(c, EXIT_NO, "line " STR_FMT " says that it is of another lane than the list: nothing was taken", STR_ARG(first));
    if (e == E_LIMIT) return cli_fail(c, EXIT_NO, "more than %d lines: hand it in in parts", ROWS_MAX);
    if (e == OK) e = list_take(&l->c, &list, rows, rows_n, &n);
    if (e == OK) e = journal_one(&l->c, list_read_act(&l->c, &list, S("ok"), 0, &n));
    if (e != OK) return cli_fail(c, EXIT_SYSTEM, "it could not be finished (%s); what was taken counts, and the same file may be taken again", err_name(e));
    if (first.n > 0) (void)cli_fail(c, EXIT_NO, "%lld lines refused, the first at " STR_FMT, (long long)n.refused, STR_ARG(first));
    printf("%lld new in quarantine, %lld known already, %lld refused, %lld in conflict\n", (long long)n.added, (long long)n.known, (long long)n.refused, (long long)n.conflicts);
    return n.refused > 0 || n.added + n.known == 0 ? EXIT_NO : EXIT_YES;
}

static int run_take(Cli *c) {
    Local l;
    int code = EXIT_SYSTEM;
    Str text = STR_NONE;
    if (cli_read(c->a, c->args[0], TEXT_MAX, &text) != OK) return cli_fail(c, EXIT_USE, "%s cannot be read", c->args[0]);
    if (!local_open(c, str_z(c->a, cli_text(c, "data")), DB_WRITE, &l, &code)) return code;
    BankJoin *j = bank_join(c->a, instance_bank(c->a, &l.in), false);
    l.c.bank = bank_join_door(j);
    code = take(c, &l, text);
    bank_join_close(j);
    local_close(&l);
    return code;
}

static const Opt take_opts[] = { { OPT_TEXT, "data", "DIR", "the instance's directory", .required = true }, { OPT_TEXT, "list", "NAME", "the list that the file is of", .required = true }, { OPT_END } };
const Cmd cmd_bank_take = { .name = "take", .summary = "put the hashes of a file into an instance, as one of its lists", .args = "FILE", .args_min = 1, .args_max = 1, .opts = take_opts, .run = run_take,
    .help = "FILE (or - for standard input) is CSV with a column hash, or one hash a line, as for import. They wait in quarantine until a\nperson confirms them or another source brings the same. The server may go on running. The same file taken again does no harm." };
